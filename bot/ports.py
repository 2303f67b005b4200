"""The ports: protocols for Slack, a language model, the knowledge base and the directory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.contents.answers import Draft
from bot.contents.conversations import TranscriptLine
from bot.contents.overviews import HomeContent
from bot.contents.posts import Content
from bot.contents.receipts import ReplayContent
from bot.contents.tickets import Notice
from bot.incoming import IncomingEvent, Profile
from bot.settings.changes import Change
from bot.settings.config import Config
from knowledge.documents import Hit, SearchResult
from knowledge.embeddings import Vectors
from knowledge.extracts import Extract
from storage.addresses import Address


@dataclass(frozen=True)
class Posted:
    """Where a post is now; `permalink` is its web address, if it has one."""

    address: Address
    permalink: str | None


@dataclass(frozen=True)
class DirectoryVersion:
    """A version of the directory: how many changes it has had (0: it is empty), the time of the last one, and the
    checksum of the file that was applied."""

    number: int = 0
    changed_at: datetime | None = None
    checksum: str | None = None


class Directory(Protocol):
    """The customers, people, teams and policies as stored in the database. They can change while the desk runs."""

    def current(self) -> Config:
        """Return the configuration as it is stored now; fast. Raises ConfigurationError when none can be used."""
        ...

    def version(self) -> DirectoryVersion:
        """Return the directory's version."""
        ...

    def apply(self, config: Config, *, checksum: str | None = None, on_top_of: int | None = None) -> tuple[Change, ...]:
        """Replace the stored configuration by `config` in one transaction, and return what that changed.

        `checksum` is stored as that of the applied file. `on_top_of` is the version number that the caller read.
        Raises ConfigurationError for contradictions, and BadRequest when the directory has another version by now.
        """
        ...


class Messenger(Protocol):
    """Messages on one kind of channel. All methods raise OutsideBusy (try again) or OutsideRefused (do not)."""

    def post(
        self, place: Address, content: Content, *, key: str, thread: Address | None = None, may_exist: bool = False
    ) -> Posted:
        """Post a message and return its address. `key` is stored with the message. With `may_exist` the thread (or the
        channel) is searched for that key first; a message that is found is returned instead of posting again."""
        ...

    def update(self, address: Address, content: Content, *, key: str) -> None:
        """Replace the content of a posted message. Does nothing where the kind of channel cannot edit messages."""
        ...

    def delete(self, address: Address) -> None:
        """Delete a message of ours. It is no error when the message is gone already."""
        ...

    def react(self, address: Address, name: str, *, remove: bool = False) -> None:
        """Add or remove our reaction. It is no error when it is there (or gone) already."""
        ...

    def permalink(self, address: Address) -> str | None:
        """Return the web address of a message, or None."""
        ...


class Workspace(Protocol):
    """Our own Slack workspace: App Homes, open views and direct messages. Raises the same errors as Messenger."""

    def publish_home(self, user_id: str, content: HomeContent) -> None:
        """Show a person's App Home."""
        ...

    def invite(self, place: Address, user_ids: Sequence[str]) -> None:
        """Invite colleagues to a channel. It is no error when somebody is in it already."""
        ...

    def open_direct(self, user_id: str) -> Address:
        """Open our direct-message channel with a colleague and return its address."""
        ...

    def show_window(self, window: str, content: ReplayContent | Notice) -> None:
        """Redraw a view that somebody has open. Raises OutsideRefused with code `not_found` when it was closed."""
        ...


class Profiles(Protocol):
    def look_up(self, user_id: str) -> Profile:
        """Return what Slack knows about a user. Raises OutsideBusy or OutsideRefused."""
        ...


class EventReader(Protocol):
    def __call__(self, payload: dict[str, Any]) -> IncomingEvent:
        """Parse a raw envelope of Slack. One that cannot be read gives NothingForUs with the reason, not an error."""
        ...


class KnowledgeBase(Protocol):
    """The search index over the articles; implemented by `knowledge.knowledge_base.KnowledgeBase`."""

    def search(self, question: str, audiences: frozenset[str], limit: int = 8) -> SearchResult:
        """Return the hits, best article first. `degraded` says why only exact words were searched, or is None."""
        ...

    def extract(self, question: str, hits: Sequence[Hit]) -> Extract:
        """Choose the sentences of the hits that answer the question."""
        ...

    def version(self) -> dict[str, str | int]:
        """The version of the index: `made_with` (the model), `passages` (their number) and `content` (a checksum)."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 for each text; the dot product of two rows is their similarity.

        Raises EmbeddingsError.
        """
        ...


class ChatModel(Protocol):
    """A language model. Its drafts are checked before use. All methods raise OutsideBusy or OutsideRefused."""

    name: str

    def draft_answer(self, question: str, conversation: Sequence[TranscriptLine], hits: Sequence[Hit]) -> Draft:
        """Draft an answer from the hits: claims with a passage and a quote each."""
        ...

    def rewrite_question(self, conversation: Sequence[TranscriptLine]) -> str:
        """Rewrite the last question of a conversation so that it can be understood without the conversation."""
        ...

    def customer_words(self, notes: Sequence[TranscriptLine], purpose: str) -> str:
        """Turn what colleagues wrote inside into plain, kind words for a customer.

        `purpose`: reply, status_update or resolution.
        """
        ...
