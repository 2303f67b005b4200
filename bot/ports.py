"""Protocols for the outside: what the deciding code asks of Slack, of a model and of the knowledge base."""

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
    """How often the directory has changed (0: nothing is stored), when last, and the checksum of the applied file."""

    number: int = 0
    changed_at: datetime | None = None
    checksum: str | None = None


class Directory(Protocol):
    """Who the customers, people and teams are and how the desk works: stored, and changed while the desk runs."""

    def current(self) -> Config:
        """The configuration as it is stored now; cheap. ConfigurationError when there is none that can be used."""
        ...

    def version(self) -> DirectoryVersion: ...

    def apply(self, config: Config, *, checksum: str | None = None, on_top_of: int | None = None) -> tuple[Change, ...]:
        """Stores `config` as what counts from now on: all of it or nothing; returns what that changed.

        `checksum` is kept as that of the file that was applied. With `on_top_of` it is refused unless the directory
        still has that version. Raises ConfigurationError for contradictions, BadRequest when it was changed meanwhile.
        """
        ...


class Messenger(Protocol):
    """Messages on one kind of channel. All raise OutsideBusy (try again) or OutsideRefused (do not)."""

    def post(
        self, place: Address, content: Content, *, key: str, thread: Address | None = None, may_exist: bool = False
    ) -> Posted:
        """Posts and returns where. `key` goes with the message; with `may_exist` the thread (or the place) is searched
        for that key first, and what is found is returned instead of posting again."""
        ...

    def update(self, address: Address, content: Content, *, key: str) -> None:
        """Shows other content in a posted message; a kind of channel that cannot do that does nothing."""
        ...

    def delete(self, address: Address) -> None:
        """Removes a message of ours; one that is gone already is fine."""
        ...

    def react(self, address: Address, name: str, *, remove: bool = False) -> None:
        """Adds or removes our reaction; one that is there (or gone) already is fine."""
        ...

    def permalink(self, address: Address) -> str | None:
        """The web address of a message, if it has one."""
        ...


class Workspace(Protocol):
    """Where our own people work: their Home, their windows, their direct messages. Raises as Messenger does."""

    def publish_home(self, user_id: str, content: HomeContent) -> None: ...

    def invite(self, place: Address, user_ids: Sequence[str]) -> None:
        """Invites people of ours into a channel; those who are in it already are fine."""
        ...

    def open_direct(self, user_id: str) -> Address:
        """Our direct-message channel with a person of ours."""
        ...

    def show_window(self, window: str, content: ReplayContent | Notice) -> None:
        """Draws an open window of somebody's afresh; OutsideRefused with code `not_found` when it was closed."""
        ...


class Profiles(Protocol):
    def look_up(self, user_id: str) -> Profile:
        """What Slack knows of a user now. Raises OutsideBusy or OutsideRefused."""
        ...


class EventReader(Protocol):
    def __call__(self, payload: dict[str, Any]) -> IncomingEvent:
        """What a raw envelope of Slack's says; never raises on its shape (NothingForUs tells what was odd)."""
        ...


class KnowledgeBase(Protocol):
    """The search index over the articles; `knowledge.knowledge_base.KnowledgeBase` is the real one."""

    def search(self, question: str, audiences: frozenset[str], limit: int = 8) -> SearchResult:
        """Hits, best article first; `degraded` says why only exact words were searched."""
        ...

    def extract(self, question: str, hits: Sequence[Hit]) -> Extract: ...

    def version(self) -> dict[str, str | int]:
        """What is searched now: `made_with`, `passages` (how many) and `content` (changes when any of them does)."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text; the product of two rows says how alike they are. EmbeddingsError."""
        ...


class ChatModel(Protocol):
    """A language model; it drafts, the gate decides. Both raise OutsideBusy or OutsideRefused."""

    name: str

    def draft_answer(self, question: str, conversation: Sequence[TranscriptLine], hits: Sequence[Hit]) -> Draft: ...

    def rewrite_question(self, conversation: Sequence[TranscriptLine]) -> str:
        """The last question of a conversation as one that stands alone."""
        ...

    def customer_words(self, notes: Sequence[TranscriptLine], purpose: str) -> str:
        """Plain, kind words for a customer from what people of ours wrote inside."""
        ...
