"""A desk that remembers the demo's past days and does nothing: what looking back is tried on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import yaml
from sqlalchemy import Engine

from bot.clock import SystemClock
from bot.directory.access import Actor, identify_actor
from bot.insights import dashboard, knowledge_gaps, sign_in
from bot.modes import decisions
from bot.settings import config_file as configuration
from bot.settings.config import Config
from demo import history
from storage.transaction import Storage
from tests.fakes.desk_storage import desk_storage
from tests.fakes.word_knowledge import WordKnowledge

DEMO = Path(__file__).parents[2] / "demo"
PUBLIC_URL = "http://desk.example"


@dataclass
class MovedClock:
    """Time as it is, moved by as much as a test wants."""

    moved: timedelta = timedelta()

    def now(self) -> datetime:
        return SystemClock().now() + self.moved


@dataclass
class PastDesk:
    """`do` are the use cases of the private pages; `config` may be changed, as by a new footbridge.yaml."""

    storage: Storage
    config: Config
    clock: MovedClock
    knowledge: WordKnowledge

    @property
    def do(self) -> SimpleNamespace:
        given = {"storage": self.storage, "config": self.config, "clock": self.clock}
        return SimpleNamespace(
            enter=partial(sign_in.enter, **given),
            visitor=partial(sign_in.visitor, **given),
            dashboard=partial(
                dashboard.dashboard, **given, knowledge=self.knowledge, channel_rows=decisions.channel_rows
            ),
            knowledge_gaps=partial(knowledge_gaps.knowledge_gaps, **given, knowledge=self.knowledge),
        )

    def actor(self, user_id: str, team_id: str = "T0HOME") -> Actor:
        return identify_actor(self.config, user_id, team_id, user_id)

    def link(self, user_id: str) -> str:
        return sign_in.dashboard_link(
            actor=self.actor(user_id), storage=self.storage, clock=self.clock, public_url=PUBLIC_URL
        )


def past_desk(engine: Engine) -> PastDesk:
    """The demo's history in the database, which must be empty."""
    config = configuration.load(DEMO / "footbridge.yaml")
    workspace = yaml.safe_load((DEMO / "workspace.yaml").read_text(encoding="utf-8"))
    desk = PastDesk(
        desk_storage(engine, config),
        config,
        MovedClock(),
        WordKnowledge(
            [
                (
                    "exports-scheduled",
                    "can we connect power bi to the spend data is there a connector our bi team",
                    "public",
                )
            ]
        ),
    )
    history.load(
        [DEMO / "history.yaml"],
        storage=desk.storage,
        config=config,
        clock=desk.clock,
        titles={},
        users=workspace["users"],
        page_url="http://127.0.0.1:8484/",
    )
    return desk
