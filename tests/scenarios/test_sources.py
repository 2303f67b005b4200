"""A help centre on the web while the desk works: what is written there is answered, what breaks there stays known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from storage.articles import StoredArticle
from tests.fakes.desk_stories import clock_moved, until
from tests.fakes.help_site import HelpSite, Reply, help_site
from tests.fakes.running_desk import BRIGHT, DEMO, Desk, everything_in, running_desk

LEVER = "To start the teleporter, hold the green lever for 7 seconds and say the name of the plant."


@pytest.fixture(scope="module")
def site() -> Iterator[HelpSite]:
    with help_site() as running:
        running.page("/hc/teleporter", "Start the teleporter", LEVER)
        running.sitemap("/hc/teleporter")
        yield running


@pytest.fixture(scope="module")
def desk(site: HelpSite, tmp_path_factory: pytest.TempPathFactory, index: Path) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("sources")
    config = yaml.safe_load((DEMO / "footbridge.yaml").read_text(encoding="utf-8"))
    config["policies"]["read_sources_every_minutes"] = 30
    website = {"kind": "website", "url": f"{site.url}/hc", "audience": "public", "owner": "Ana"}
    config["knowledge"] = [{"path": str(DEMO / "articles"), "audience": "public"}, website]
    (home / "footbridge.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    with running_desk(home, index, config=home / "footbridge.yaml") as running:
        yield running


def article(desk: Desk, site: HelpSite) -> StoredArticle | None:
    with desk.storage.reading() as tx:
        return next((row for row in tx.articles.all() if row.source.startswith(site.url)), None)


def answer(desk: Desk, question: str) -> str:
    asked = desk.ask("U0MAYA", BRIGHT, question)
    return everything_in(desk.reply_to("U0MAYA", BRIGHT, asked, seconds=30))


def test_a_website_is_read_when_the_desk_starts_and_again_every_half_hour(desk: Desk, site: HelpSite) -> None:
    until(desk, lambda: article(desk, site), "the first reading")
    desk.settle(60)
    told = answer(desk, "How do I start the teleporter?")
    assert "green lever for 7 seconds" in told

    site.page("/hc/teleporter", "Start the teleporter", LEVER.replace("7 seconds", "11 seconds"))
    clock_moved(desk, advance=31 * 60)
    until(desk, lambda: "11 seconds" in getattr(article(desk, site), "body", ""), "the second reading")
    desk.settle(60)
    assert "green lever for 11 seconds" in answer(desk, "How long do I hold the lever of the teleporter?")

    site.replies["/hc/teleporter"] = Reply("oops", 500)
    asked_before = len(site.asked)
    clock_moved(desk, advance=31 * 60)
    until(desk, lambda: site.paths()[asked_before:].count("/hc/teleporter") > 1, "the third reading")
    desk.settle(60)
    assert "green lever for 11 seconds" in answer(desk, "What do I do with the green lever of the teleporter?")
