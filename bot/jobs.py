"""One small dataclass per piece of background work; it says what to do and to what, never how.

A job's `key` is its identity: the same key queued twice is one job. Jobs in the queue `posts` reach Slack; they run one
at a time per `partition` (the channel) and are paced there.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Any, ClassVar

from storage.addresses import SLACK, Address


@dataclass(frozen=True)
class Job:
    queue: ClassVar[str] = "work"

    @property
    def key(self) -> str:
        return ":".join([type(self).__name__, *(str(value) for value in astuple(self))])

    @property
    def partition(self) -> str | None:
        return None

    @classmethod
    def from_earlier_version(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields of a job that an earlier version queued, by the names that they have now."""
        return fields


@dataclass(frozen=True)
class ReceiveEvent(Job):
    """Read one raw event; `payload` is the envelope's body as it came, `looks` how often it was read too early.

    `kind` is the kind of channel that it came from.
    """

    event_id: str
    payload: dict[str, Any]
    looks: int = 0
    kind: str = SLACK

    @property
    def key(self) -> str:
        return f"ReceiveEvent:{self.event_id}" + (f":{self.looks}" if self.looks else "")


@dataclass(frozen=True)
class AnswerQuestion(Job):
    """Answer what a conversation's contact has asked, up to and with one message."""

    conversation_id: int
    message_id: int
    revision: int = 0


@dataclass(frozen=True)
class OpenTicket(Job):
    """See that people look after a conversation.

    `answer_id` is the draft or the hand-over that led to it, or `message_id` the question that a person is to answer.
    """

    conversation_id: int
    answer_id: int | None = None
    message_id: int | None = None


@dataclass(frozen=True)
class PlacedJob(Job):
    """A job about one channel; `place` is the key of its address."""

    @classmethod
    def from_earlier_version(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """Earlier versions knew Slack's channels only, by their ids."""
        return {("place" if name == "channel_id" else name): value for name, value in fields.items()}


@dataclass(frozen=True)
class Deliver(PlacedJob):
    """Send one stored post."""

    queue: ClassVar[str] = "posts"
    post_id: int
    place: str

    @property
    def partition(self) -> str:
        return self.place


@dataclass(frozen=True)
class Refresh(PlacedJob):
    """Show a post that was sent already as its subject is now; `revision` counts the changes."""

    queue: ClassVar[str] = "posts"
    post_id: int
    place: str
    revision: int

    @property
    def partition(self) -> str:
        return self.place


@dataclass(frozen=True)
class React(Job):
    """Put a reaction under a message, or take it away; `address` is the key of the message's."""

    address: str
    name: str
    remove: bool = False

    @classmethod
    def from_earlier_version(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """Earlier versions knew Slack's messages only, by channel and time stamp."""
        if "ts" not in fields:
            return fields
        address = Address(SLACK, fields["channel_id"], fields["ts"])
        return {"address": address.key, "name": fields["name"], "remove": fields.get("remove", False)}


@dataclass(frozen=True)
class PublishHome(Job):
    """Draw a person's App Home afresh; `asked_at` tells one request from the next."""

    user_id: str
    team_id: str
    asked_at: str


@dataclass(frozen=True)
class DraftRelay(Job):
    """Draft words for the customer from what was written inside; `asked_at` tells one request from the next."""

    escalation_id: int
    user_id: str
    asked_at: str


@dataclass(frozen=True)
class JoinPeople(PlacedJob):
    """Bring people of ours into a channel, so that a mention there reaches them."""

    place: str
    user_ids: tuple[str, ...]


@dataclass(frozen=True)
class CloseEscalations(Job):
    """End the escalations of a resolved ticket; only earlier versions queued it."""

    ticket_id: int
    asked_at: str


@dataclass(frozen=True)
class AskForUpdate(Job):
    """Ask the owner of an escalation for the status update that is due at `due_at` (ISO 8601, UTC)."""

    escalation_id: int
    due_at: str


@dataclass(frozen=True)
class SendStatusUpdate(Job):
    """Tell the customer how an escalation stands; due at `due_at` (ISO 8601, UTC)."""

    escalation_id: int
    due_at: str


@dataclass(frozen=True)
class SendDigest(Job):
    """Send one manager the digest that is due at `due_at` (ISO 8601, UTC)."""

    user_id: str
    due_at: str


@dataclass(frozen=True)
class ReviewModes(PlacedJob):
    """See which mode a channel has earned or lost (all channels when it is ""); queued whenever an answer is judged.

    `occasion` tells one judgement from the next.
    """

    place: str
    occasion: str


@dataclass(frozen=True)
class RefreshIndex(Job):
    """Bring the search index to what the articles table holds; `asked_at` tells one request from the next."""

    asked_at: str


@dataclass(frozen=True)
class ReadSources(Job):
    """Read every source of articles again, and keep what changed; `slot` is the scheduled time.

    With `must` it waits for a reading that is under way, which may not know of a source that was added or removed.
    """

    slot: str
    must: bool = False


@dataclass(frozen=True)
class ReviewAnswers(Job):
    """Look at the sent answers that lean on an article which changed, proved wrong or was withdrawn (the `cause`).

    `checksum` is the article's now ("" when it is gone); `asked_at` tells one change from the next.
    """

    article_id: str
    checksum: str
    cause: str
    asked_at: str


@dataclass(frozen=True)
class PurgeJobs(Job):
    """Forget finished jobs that no redelivery can repeat any more; `slot` is the scheduled time."""

    slot: str


@dataclass(frozen=True)
class ReplayQuestion(Job):
    """Ask a past question again, and show it beside what a receipt says of then; `window` is Slack's id of a view."""

    receipt_id: int
    window: str
