"""RecordingMessenger: Slack in memory for deciding code; keeps contents as they were given, with their keys."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.contents.overviews import HomeContent
from bot.contents.posts import Content
from bot.contents.receipts import ReplayContent
from bot.contents.tickets import Notice
from bot.errors import OutsideRefused
from bot.incoming import SLACK, Address, Profile
from bot.ports import Posted


@dataclass
class Post:
    """A message of ours as it stands now; `drawn` counts how often it was shown, the first time included."""

    address: Address
    thread: Address | None
    content: Content
    key: str
    drawn: int = 1


@dataclass
class RecordingMessenger:
    """Implements bot.ports.Messenger, Workspace and Profiles.

    `failures` are raised by the next calls instead of doing anything; `lost` by the next posts *after* they were made,
    as when Slack's answer does not arrive. `windows` are those that are open, by their id. `members` are the people of
    each channel, `profiles` those who are known.
    """

    posts: list[Post] = field(default_factory=list)
    reactions: set[tuple[Address, str]] = field(default_factory=set)
    windows: dict[str, ReplayContent | Notice | None] = field(default_factory=dict)
    homes: dict[str, HomeContent] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    failures: deque[Exception] = field(default_factory=deque)
    lost: deque[Exception] = field(default_factory=deque)
    made: int = 0

    def post(
        self, place: Address, content: Content, *, key: str, thread: Address | None = None, may_exist: bool = False
    ) -> Posted:
        self._may_fail()
        if may_exist and (found := self._find(place, thread, key)) is not None:
            return Posted(found.address, self._link(found))
        self.made += 1
        post = Post(place.at(f"{1_700_000_000 + self.made}.000100"), thread, content, key)
        self.posts.append(post)
        if self.lost:
            raise self.lost.popleft()
        return Posted(post.address, self._link(post))

    def update(self, address: Address, content: Content, *, key: str) -> None:
        self._may_fail()
        post = self.at(address)
        if post is None:
            raise OutsideRefused("chat.update: message_not_found", "message_not_found")
        post.content, post.key, post.drawn = content, key, post.drawn + 1

    def delete(self, address: Address) -> None:
        self._may_fail()
        self.posts = [post for post in self.posts if post.address != address]

    def react(self, address: Address, name: str, *, remove: bool = False) -> None:
        self._may_fail()
        (self.reactions.discard if remove else self.reactions.add)((address, name))

    def publish_home(self, user_id: str, content: HomeContent) -> None:
        self._may_fail()
        self.homes[user_id] = content

    def invite(self, place: Address, user_ids: Sequence[str]) -> None:
        self._may_fail()
        self.members.setdefault(place.place, set()).update(user_ids)

    def open_direct(self, user_id: str) -> Address:
        self._may_fail()
        return Address(SLACK, f"D{user_id[1:]}")

    def permalink(self, address: Address) -> str | None:
        self._may_fail()
        post = self.at(address)
        return self._link(post) if post else None

    def show_window(self, window: str, content: ReplayContent | Notice) -> None:
        self._may_fail()
        if window not in self.windows:
            raise OutsideRefused("views.update: not_found", "not_found")
        self.windows[window] = content

    def look_up(self, user_id: str) -> Profile:
        self._may_fail()
        if user_id not in self.profiles:
            raise OutsideRefused("users.info: user_not_found", "user_not_found")
        return self.profiles[user_id]

    def at(self, address: Address) -> Post | None:
        return next((post for post in self.posts if post.address == address), None)

    def shown(self, kind: type[Content], place: Address | None = None) -> list[Post]:
        """The posts that show a content of that type now, oldest first."""
        return [post for post in self.posts if isinstance(post.content, kind) and place in (None, post.address.whole)]

    def _find(self, place: Address, thread: Address | None, key: str) -> Post | None:
        """As Slack is searched: in the thread that is named, or among the channel's own messages."""
        return next(
            (
                post
                for post in self.posts
                if post.address.whole == place
                and post.key == key
                and (post.thread == thread or (thread is not None and post.address == thread))
            ),
            None,
        )

    def _link(self, post: Post) -> str:
        return f"https://slack.test/archives/{post.address.place}/p{post.address.item.replace('.', '')}"

    def _may_fail(self) -> None:
        if self.failures:
            raise self.failures.popleft()
