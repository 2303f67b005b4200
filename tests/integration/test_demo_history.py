"""The demo's past days, brought into a database: one channel has earned a proposal, the others stand as configured."""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.clock import SystemClock
from bot.directory.channel_mode import mode_of
from bot.jobs import ReviewModes
from bot.modes.mode_card import show_mode_change
from bot.modes.review_modes import review_modes
from bot.settings.config_file import load
from demo import history
from storage.database import open_engine, upgrade
from tests.fakes.desk_storage import desk_storage
from tests.fakes.slack_addresses import at

DEMO = Path(__file__).parents[2] / "demo"


def test_one_channel_has_earned_a_proposal_and_none_has_fallen(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    upgrade(engine)
    clock, config = SystemClock(), load(DEMO / "footbridge.yaml")
    storage = desk_storage(engine, config)
    workspace = yaml.safe_load((DEMO / "workspace.yaml").read_text(encoding="utf-8"))
    history.load(
        [DEMO / "earlier.yaml", DEMO / "history.yaml"],
        storage=storage,
        config=config,
        clock=clock,
        titles={},
        users=workspace["users"],
        page_url="http://127.0.0.1:8484/",
    )
    review_modes(ReviewModes("", "history"), storage=storage, config=config, clock=clock)
    with storage.reading() as tx:
        channels = [channel.id for customer in config.customers for channel in customer.channels]
        steps = {
            one: [(c.after, c.state) for c in tx.channel_modes.of_channel(tx.addresses.find(at(one)) or 0)]
            for one in channels
        }
        assert steps == {"C0BRIGHT": [], "C0KESTREL": [], "C0OAKLINE": [("auto", "proposed")]}
        assert [mode_of(tx, config, at(one)) for one in channels] == ["auto", "auto", "suggest"]
        waiting = tx.channel_modes.proposed(tx.addresses.find(at("C0OAKLINE")) or 0)
        assert waiting is not None
        (post,) = tx.posts.showing("mode_change", waiting.id)
        card = show_mode_change(tx, post, config)
    assert tx.addresses.get(post.place_id) == config.triage_place
    assert card is not None and (card.judged, card.right, card.customer) == (25, 23, "Oakline Studio")
    assert all(
        one.link and one.link.startswith("http://127.0.0.1:8484/archives/C0OAKLINE/p") for one in card.right_ones
    )
    engine.dispose()
