"""All dependencies that functions in `bot` may be given: storage, clock, Slack, the knowledge base, the model.

The tables (JOBS and posts in `bot/workflows`, ACTIONS in `bot/actions`) pass each function the ones that it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.answering.gate import Gate
from bot.articles.sources import SourceContext
from bot.clock import Clock
from bot.ports import ChatModel, Directory, EventReader, Messenger, Profiles, Workspace
from bot.settings.config import Config
from bot.triage.model import TriageModel
from knowledge.knowledge_base import KnowledgeBase
from knowledge.vocabulary import Vocabulary
from storage.jobs import JobLog
from storage.transaction import Storage


@dataclass(frozen=True)
class Tools:
    """The dependencies. `readers` parse the events of each kind of channel; `public_url` is where our web pages are."""

    storage: Storage
    directory: Directory
    clock: Clock
    messenger: Messenger
    workspace: Workspace
    profiles: Profiles
    readers: Mapping[str, EventReader]
    knowledge: KnowledgeBase
    chat_model: ChatModel | None
    gate: Gate
    triage_model: TriageModel
    vocabulary: Callable[[], Vocabulary]
    job_log: JobLog
    public_url: str
    surroundings: SourceContext

    @property
    def config(self) -> Config:
        """The configuration as it is stored now, so that a change takes effect at once."""
        return self.directory.current()

    @property
    def help_centre(self) -> str:
        return help_centre(self.config, self.public_url)


def help_centre(config: Config, public_url: str) -> str:
    """The base URL of articles that have no URL of their own: the configured help centre, else our own pages."""
    return config.company.help_centre or f"{public_url}/articles"
