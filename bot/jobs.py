"""The jobs: one dataclass for each kind of background work, with the ids that it needs.

Two jobs with the same `key` are the same job: the second is not queued. Jobs in the queue `posts` write to Slack; they
run one at a time for each `partition` (the channel), at the pace that Slack allows.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Any, ClassVar

from storage.addresses import SLACK, Address


@dataclass(frozen=True)
class Job:
    """The base class of all jobs."""

    queue: ClassVar[str] = "work"

    @property
    def key(self) -> str:
        """The identity of the job: by default its class and the values of its fields."""
        return ":".join([type(self).__name__, *(str(value) for value in astuple(self))])

    @property
    def partition(self) -> str | None:
        """Jobs with the same partition run one at a time; None: no limit."""
        return None

    @classmethod
    def from_earlier_version(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """Convert the fields of a job that an earlier version queued to the fields of this version."""
        return fields


@dataclass(frozen=True)
class ReceiveEvent(Job):
    """Handle one raw event; `payload` is the body of Slack's envelope, unchanged.

    `looks` counts how often it was read before everything that it needs was stored. `kind` is the kind of channel that
    it came from.
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
    """Answer what a conversation's contact has asked, up to and including one message.

    `revision` is above 0 when the message was edited and must be answered again.
    """

    conversation_id: int
    message_id: int
    revision: int = 0


@dataclass(frozen=True)
class OpenTicket(Job):
    """Open a ticket for a conversation, or add to the ticket that it has.

    `answer_id` is the draft or the hand-over that led to it; or `message_id` is the question for a person to answer.
    """

    conversation_id: int
    answer_id: int | None = None
    message_id: int | None = None


@dataclass(frozen=True)
class PlacedJob(Job):
    """A job about one channel; `place` is the key of the channel's address."""

    @classmethod
    def from_earlier_version(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """Earlier versions supported only Slack and stored a channel id."""
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
    """Redraw a sent post after its subject changed; `revision` counts the changes."""

    queue: ClassVar[str] = "posts"
    post_id: int
    place: str
    revision: int

    @property
    def partition(self) -> str:
        return self.place


@dataclass(frozen=True)
class React(Job):
    """Add a reaction to a message, or remove it; `address` is the key of the message's address."""

    address: str
    name: str
    remove: bool = False

    @classmethod
    def from_earlier_version(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """Earlier versions supported only Slack and stored a channel id and a time stamp."""
        if "ts" not in fields:
            return fields
        address = Address(SLACK, fields["channel_id"], fields["ts"])
        return {"address": address.key, "name": fields["name"], "remove": fields.get("remove", False)}


@dataclass(frozen=True)
class PublishHome(Job):
    """Redraw a person's App Home; `asked_at` makes each request a job of its own."""

    user_id: str
    team_id: str
    asked_at: str


@dataclass(frozen=True)
class DraftRelay(Job):
    """Draft a reply to the customer from an escalation's thread; `asked_at` makes each request a job of its own."""

    escalation_id: int
    user_id: str
    asked_at: str


@dataclass(frozen=True)
class JoinPeople(PlacedJob):
    """Invite colleagues to a channel, so that a mention there reaches them."""

    place: str
    user_ids: tuple[str, ...]


@dataclass(frozen=True)
class CloseEscalations(Job):
    """End the escalations of a resolved ticket. Only earlier versions queued it."""

    ticket_id: int
    asked_at: str


@dataclass(frozen=True)
class AskForUpdate(Job):
    """Ask the owner of an escalation for the status update that is due at `due_at` (ISO 8601, UTC)."""

    escalation_id: int
    due_at: str


@dataclass(frozen=True)
class SendStatusUpdate(Job):
    """Send the customer the status update that is due at `due_at` (ISO 8601, UTC)."""

    escalation_id: int
    due_at: str


@dataclass(frozen=True)
class SendDigest(Job):
    """Send one manager the digest that is due at `due_at` (ISO 8601, UTC)."""

    user_id: str
    due_at: str


@dataclass(frozen=True)
class ReviewModes(PlacedJob):
    """Check which mode a channel has earned or lost; queued whenever an answer is judged.

    An empty `place` means all channels. `occasion` makes each judgement a job of its own.
    """

    place: str
    occasion: str


@dataclass(frozen=True)
class RefreshIndex(Job):
    """Update the search index from the articles table; `asked_at` makes each request a job of its own."""

    asked_at: str


@dataclass(frozen=True)
class ReadSources(Job):
    """Sync every source of articles; `slot` is the scheduled time.

    When a sync is running already, the job is skipped. With `must` it is tried again later instead, because the
    running sync may have started before a source was added or removed.
    """

    slot: str
    must: bool = False


@dataclass(frozen=True)
class ReviewAnswers(Job):
    """Check the sent answers that depend on an article. `cause`: changed, wrong or withdrawn.

    `checksum` is the article's current one ("" when it was removed); `asked_at` makes each change a job of its own.
    """

    article_id: str
    checksum: str
    cause: str
    asked_at: str


@dataclass(frozen=True)
class PurgeJobs(Job):
    """Delete finished jobs that no redelivery can queue again; `slot` is the scheduled time."""

    slot: str


@dataclass(frozen=True)
class ReplayQuestion(Job):
    """Replay the question of a receipt and show both decisions; `window` is the id of the Slack view to draw it in."""

    receipt_id: int
    window: str
