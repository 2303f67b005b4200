"""Sends posts: the row is stored first, and a job then sends it.

Every message Footbridge has in Slack is a row in `posts` that says what it shows (`kind` and `subject_id`). Sending and
refreshing make the content from the subject as it is at that moment, so a card can never be older than its ticket.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.contents.posts import Content
from bot.errors import OutsideBusy, OutsideRefused
from bot.events import PostDelivered
from bot.jobs import Deliver, Refresh
from bot.ports import Messenger
from storage.addresses import Address, own_address
from storage.conversations import Conversation, Message
from storage.posts import Post
from storage.transaction import Storage, Transaction

ContentOf = Callable[[Transaction, Post], Content | None]
Contents = Mapping[str, ContentOf]


def create_post(
    tx: Transaction,
    at: datetime,
    kind: str,
    subject_id: int,
    place: Address | None = None,
    *,
    thread: Address | None = None,
    under: Post | None = None,
    text: str | None = None,
) -> Post:
    """Stores a post and queues its sending: to a place, into a thread, or `under` another post of ours."""
    if under is not None:
        place = tx.addresses.get(under.place_id)
    elif thread is not None:
        place = thread.whole
    if place is None:
        raise ValueError(f"a post of the kind {kind!r} needs a place")
    post = tx.posts.add(
        Post(
            kind=kind,
            subject_id=subject_id,
            place_id=tx.addresses.id_of(place),
            thread_id=tx.addresses.id_of(thread) if thread else None,
            under_id=under.id if under else None,
            text=text,
            created_at=at,
        )
    )
    tx.jobs.enqueue(Deliver(post.id, place.key))
    return post


def say_once_a_day(tx: Transaction, at: datetime, place: Address, text: str, *, thread: Address | None = None) -> None:
    """A notice that is not repeated in the same words at the same place within a day."""
    if not tx.posts.said_since(tx.addresses.id_of(place), text, at - timedelta(days=1)):
        create_post(tx, at, "notice", 0, place, thread=thread, text=text)


def post_to_customer(
    tx: Transaction,
    at: datetime,
    conversation: Conversation,
    kind: str,
    subject_id: int,
    text: str,
    *,
    author_id: str,
    side: str,
) -> Post:
    """Posts words into the customer's thread, and keeps them as part of what was said there.

    A notice is about nothing but its own text; every other kind is drawn from its subject.
    """
    thread, own_text = tx.addresses.get(conversation.thread_id), text if kind == "notice" else None
    post = create_post(tx, at, kind, subject_id, thread=thread, text=own_text)
    tx.conversations.add_message(
        Message(
            conversation_id=conversation.id,
            address_id=tx.addresses.id_of(own_address("post", post.id)),
            author_id=author_id,
            side=side,
            kind=kind,
            text=text,
            in_thread=True,
            said_at=at,
        )
    )
    conversation.last_message_at = at
    return post


def queue_redraw(tx: Transaction, kind: str, subject_id: int) -> None:
    """Queues a fresh drawing of every post that shows the subject."""
    for post in tx.posts.showing(kind, subject_id):
        post.revision += 1
        tx.jobs.enqueue(Refresh(post.id, tx.addresses.get(post.place_id).key, post.revision))


def deliver(
    job: Deliver, attempt: int, *, storage: Storage, messenger: Messenger, clock: Clock, contents: Contents
) -> None:
    """Sends one stored post; safe to run twice."""
    with storage.reading() as tx:
        post = tx.posts.get(job.post_id)
        if post.address_id is not None:
            return
        seen, place = post.revision, tx.addresses.get(post.place_id)
        thread_id = post.thread_id
        if post.under_id is not None:
            thread_id = tx.posts.get(post.under_id).address_id
            if thread_id is None:
                raise OutsideBusy(f"post {post.id} waits for the first message of its thread", retry_after=1.0)
        thread = tx.addresses.get(thread_id) if thread_id is not None else None
        content = contents[post.kind](tx, post)
    if content is None:
        return
    posted = messenger.post(place, content, key=f"post:{post.id}", thread=thread, may_exist=attempt > 1)
    with storage.transaction() as tx:
        stored = tx.posts.get(job.post_id)
        stored.address_id = tx.addresses.id_of(posted.address)
        stored.permalink, stored.sent_at = posted.permalink, clock.now()
        if stored.revision != seen:
            # Something changed between making the content and sending it; what asked to redraw it found no post yet.
            stored.revision += 1
            tx.jobs.enqueue(Refresh(stored.id, place.key, stored.revision))
        tx.emit(PostDelivered(post_id=stored.id, at=stored.sent_at))


def redraw_post(job: Refresh, *, storage: Storage, messenger: Messenger, contents: Contents) -> None:
    """Shows a post as its subject is now. Only the newest request draws; a post not sent yet draws itself fresh."""
    with storage.reading() as tx:
        post = tx.posts.get(job.post_id)
        if post.address_id is None or post.revision != job.revision:
            return
        address = tx.addresses.get(post.address_id)
        content = contents[post.kind](tx, post)
    try:
        if content is None:
            messenger.delete(address)
        else:
            messenger.update(address, content, key=f"post:{post.id}")
    except OutsideRefused as refused:
        if refused.code not in ("message_not_found", "channel_not_found", "is_archived"):
            raise
