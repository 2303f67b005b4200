"""Posts: every message that Footbridge has posted or is about to post, and where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.addresses import Address, AddressRow, matches
from storage.database import Base, UtcDateTime


class Post(Base):
    """A post. Its content is made from the subject (`kind` and `subject_id`) when it is sent or redrawn.

    `place_id` is the address of the channel. `thread_id` is the thread to post in; `under_id` is another post, to post
    in its thread. `address_id` is the post's own address once it was sent. `text` is the content of a post without a
    subject. `revision` counts the requested redraws.
    """

    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(index=True)
    subject_id: Mapped[int] = mapped_column(index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), index=True)
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("addresses.id"))
    under_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    text: Mapped[str | None]
    address_id: Mapped[int | None] = mapped_column(ForeignKey("addresses.id"), index=True)
    permalink: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Posts:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, post: Post) -> Post:
        self._session.add(post)
        self._session.flush()
        return post

    def get(self, post_id: int) -> Post:
        """Return the post with this id. Raises LookupError if there is none."""
        found = self._session.get(Post, post_id)
        if found is None:
            raise LookupError(f"no post {post_id}")
        return found

    def showing(self, kind: str, subject_id: int) -> Sequence[Post]:
        """Return all posts of a subject, oldest first."""
        return self._session.scalars(
            select(Post).where(Post.kind == kind, Post.subject_id == subject_id).order_by(Post.id)
        ).all()

    def at(self, address: Address) -> Post | None:
        return self._session.scalar(
            select(Post).join(AddressRow, AddressRow.id == Post.address_id).where(*matches(address))
        )

    def latest_in(self, place_id: int, kind: str, limit: int) -> Sequence[Post]:
        """Return the channel's posts of a kind, newest first."""
        return self._session.scalars(
            select(Post).where(Post.place_id == place_id, Post.kind == kind).order_by(Post.id.desc()).limit(limit)
        ).all()

    def on_their_way(self, place_id: int, kind: str) -> bool:
        """Return whether a post of this kind for the channel is still to be sent."""
        wanted = select(Post.id).where(Post.place_id == place_id, Post.kind == kind, Post.address_id.is_(None)).limit(1)
        return self._session.scalar(wanted) is not None

    def said_since(self, place_id: int, text: str, since: datetime) -> bool:
        """Return whether a post with exactly this text was created in the channel at or after `since`."""
        return (
            self._session.scalar(
                select(Post.id).where(Post.place_id == place_id, Post.text == text, Post.created_at >= since).limit(1)
            )
            is not None
        )
