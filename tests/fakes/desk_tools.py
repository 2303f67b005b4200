"""The tools of a desk on a real database, with Slack, the model and the search index as fakes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.answering import gate
from bot.articles.sources import SourceContext
from bot.clock import Clock, SystemClock
from bot.settings.config import Config
from bot.tools import Tools
from knowledge.vocabulary import EMPTY
from storage.jobs import JobLog
from storage.transaction import Storage
from tests.fakes.directory_in_memory import DirectoryInMemory
from tests.fakes.recording_messenger import RecordingMessenger
from tests.fakes.triage_models import ScriptedModel
from tests.fakes.word_knowledge import WordKnowledge

PUBLIC_URL = "http://desk.example"


def desk_tools(
    storage: Storage, config: Config, *, clock: Clock | None = None, knowledge: Any = None, slack: Any = None
) -> Tools:
    """`knowledge` and `slack` are empty unless given."""
    slack = slack or RecordingMessenger()
    return Tools(
        storage=storage,
        directory=DirectoryInMemory(config),
        clock=clock or SystemClock(),
        messenger=slack,
        workspace=slack,
        profiles=slack,
        readers={},
        knowledge=knowledge if knowledge is not None else WordKnowledge(),
        chat_model=None,
        gate=gate.load_gate(gate.SHIPPED),
        triage_model=ScriptedModel(),
        vocabulary=lambda: EMPTY,
        job_log=JobLog(storage.engine),
        public_url=PUBLIC_URL,
        surroundings=SourceContext(cache=Path("nowhere"), environ={}),
    )
