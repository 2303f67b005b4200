"""A desk that remembers the demo's past days and does nothing: what looking back is tried on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import yaml
from sqlalchemy import Engine

from bot.actions.action import NOTHING
from bot.actions.desk import Desk
from bot.actions.insights import DASHBOARD_LINK, DASHBOARD_SHOW, DESK_GAPS, DashboardPage, Period
from bot.clock import SystemClock
from bot.contents.gaps import KnowledgeGaps
from bot.contents.overviews import DashboardContent
from bot.directory.access import Actor, identify_actor
from bot.settings import config_file as configuration
from bot.settings.config import Config
from demo import history
from storage.transaction import Storage
from tests.fakes.desk_storage import desk_storage
from tests.fakes.desk_tools import PUBLIC_URL, desk_tools
from tests.fakes.word_knowledge import WordKnowledge

__all__ = ["PUBLIC_URL", "PastDesk", "past_desk"]

DEMO = Path(__file__).parents[2] / "demo"


@dataclass
class MovedClock:
    """Time as it is, moved by as much as a test wants."""

    moved: timedelta = timedelta()

    def now(self) -> datetime:
        return SystemClock().now() + self.moved


@dataclass
class PastDesk:
    """`do` does what a person asks for; `config` may be changed, as by a new footbridge.yaml."""

    storage: Storage
    config: Config
    clock: MovedClock
    knowledge: WordKnowledge

    @property
    def do(self) -> Desk:
        return Desk(desk_tools(self.storage, self.config, clock=self.clock, knowledge=self.knowledge))

    def gaps(self, wanted: str, who: Actor) -> KnowledgeGaps:
        return self.do.perform(DESK_GAPS, Period(wanted=wanted), who)

    def page(self, who: Actor) -> DashboardContent:
        return self.do.perform(DASHBOARD_SHOW, DashboardPage(days=30), who)

    def actor(self, user_id: str, team_id: str = "T0HOME") -> Actor:
        return identify_actor(self.config, user_id, team_id, user_id)

    def link(self, user_id: str) -> str:
        return self.do.perform(DASHBOARD_LINK, NOTHING, self.actor(user_id))


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
