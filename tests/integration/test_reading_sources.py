"""All that footbridge.yaml names is read into the articles table: owners, reviews, secrets, tickets, what is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import StatementError

from bot.articles import article_store, sources
from bot.errors import ConfigurationError, OutsideBusy
from bot.jobs import ReadSources
from bot.settings.config_file import parse
from bot.settings.knowledge_entries import KnowledgeSource
from handlers import ingest_report, schedules
from knowledge.documents import Reading, article
from knowledge.folder_lock import FolderLock
from storage.articles import StoredArticle
from storage.conversations import Conversation
from storage.database import open_engine, upgrade
from storage.jobs import JobLog
from storage.tickets import Ticket
from storage.transaction import Storage
from tests.fakes.help_site import HelpSite, Reply, help_site
from tests.fakes.slack_addresses import at

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
BASE = """company: {name: Tally, team_ids: [T0HOME]}
triage_channel: C0TRIAGE
customers: [{id: kestrel, name: Kestrel, tier: standard, channels: [{id: C0KESTREL}]}]
"""


class Hand:
    """A clock that the test sets."""

    at = NOON

    def now(self) -> datetime:
        return self.at


class Room:
    """A database and a folder to read from."""

    def __init__(self, folder: Path, storage: Storage) -> None:
        self.folder, self.storage, self.clock = folder, storage, Hand()
        self.environ: dict[str, str] = {}

    def entries(self, yaml: str) -> list[KnowledgeSource]:
        return parse(f"{BASE}knowledge:\n{yaml.replace('HERE', str(self.folder))}").knowledge

    def read(self, yaml: str, *, all_named: str | None = None, **more: Any) -> sources.Report:
        return sources.sync_sources(
            self.entries(yaml),
            storage=self.storage,
            clock=self.clock,
            surroundings=sources.SourceContext(self.folder / "cache", self.environ),
            all_named=self.entries(all_named or yaml),
            **more,
        )

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def rows(self) -> dict[str, StoredArticle]:
        with self.storage.reading() as tx:
            return {row.title: row for row in tx.articles.all()}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    engine = open_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    upgrade(engine)
    yield Room(tmp_path, Storage(engine))
    engine.dispose()


@pytest.fixture
def site() -> Iterator[HelpSite]:
    with help_site() as running:
        yield running


def test_every_article_has_the_owner_and_the_time_of_review_that_its_source_names(room: Room) -> None:
    room.write("a/one.md", "---\nupdated: 2026-10-01\n---\n# One\n\nText.")
    room.write("a/two.md", "---\nowner: Tom\n---\n# Two\n\nText.")
    room.read("  - {path: HERE/a, audience: public, owner: Ana, review_after_days: 30}")
    rows = room.rows()
    assert (rows["One"].owner, rows["One"].review_by) == ("Ana", datetime(2026, 10, 31, tzinfo=UTC))
    assert (rows["Two"].owner, rows["Two"].review_by) == ("Tom", NOON + timedelta(days=30))


def test_a_new_owner_in_footbridge_yaml_is_taken_over_though_no_article_changed(room: Room) -> None:
    room.write("a/one.md", "# One\n\nText.")
    room.read("  - {path: HERE/a, audience: public, owner: Ana, review_after_days: 30}")
    room.clock.at = NOON + timedelta(days=5)
    changes = room.read("  - {path: HERE/a, audience: public, owner: Mira, review_after_days: 10}").changes
    assert len(changes.unchanged) == 1
    row = room.rows()["One"]
    assert (row.owner, row.review_by) == ("Mira", NOON + timedelta(days=10)), "counted from when it was read"
    room.read("  - {path: HERE/a, audience: public}")
    assert (room.rows()["One"].owner, room.rows()["One"].review_by) == (None, None)


def test_a_page_that_was_looked_over_and_found_right_is_fresh_again(room: Room) -> None:
    entry = "  - {path: HERE/a, audience: public, review_after_days: 10}"
    room.write("a/one.md", "---\nupdated: 2026-10-01\n---\n# One\n\nText.")
    assert [stale.title for stale in room.read(entry).stale] == ["One"]
    room.write("a/one.md", "---\nupdated: 2026-11-01\n---\n# One\n\nText.")
    report = room.read(entry)
    assert (len(report.changes.unchanged), report.stale) == (1, ())


def test_the_report_names_what_is_past_its_review_with_its_owner(room: Room) -> None:
    room.write("a/one.md", "# One\n\nText.")
    room.write("a/two.md", "---\nupdated: 2026-10-01\n---\n# Two\n\nText.")
    entry = "  - {path: HERE/a, audience: public, owner: Ana, review_after_days: 10}"
    assert [stale.title for stale in room.read(entry).stale] == ["Two"]
    room.clock.at = NOON + timedelta(days=10)
    stale = room.read(entry).stale
    assert [(each.title, each.owner) for each in stale] == [("Two", "Ana"), ("One", "Ana")], "longest due first"


def test_the_report_tells_of_every_kind_of_change_in_words(room: Room) -> None:
    for number in range(12):
        room.write(f"a/p{number:02}.md", f"# Page {number:02}\n\nText {number}.")
    room.write("b/inside.md", "# Inside\n\nText.")
    both = (
        "  - {path: HERE/a, audience: public}\n  - {path: HERE/b, audience: internal, owner: Ana, review_after_days: 1}"
    )
    first = list(ingest_report.lines(room.read(both), "Done."))
    assert first[0] == "13 new, 0 changed, 0 moved, 0 removed, 0 unchanged, 0 could not be read. Done."
    assert first[1:3] == ["New:", "  Page 00"] and first[-1] == "  and 3 more"
    (room.folder / "a/p00.md").unlink()
    room.write("a/p01.md", "# Page 01\n\nOther text.")
    (room.folder / "a/p02.md").rename(room.folder / "a/q02.md")
    room.write("a/p03.md", "")
    room.clock.at = NOON + timedelta(days=2)
    said = list(ingest_report.lines(room.read(both), "Done."))
    assert said[0] == "0 new, 1 changed, 1 moved, 1 removed, 9 unchanged, 1 could not be read. Done."
    assert said[1:7] == [
        "Changed:",
        "  Page 01",
        "Moved:",
        f"  Page 02 (now {room.folder}/a/q02.md)",
        "Removed:",
        "  Page 00",
    ]
    assert said[7].startswith("Could not be read (what was read before is kept")
    assert said[8] == f"  {room.folder}/a/p03.md: It has no text. Write the page, or delete the file."
    assert said[9:] == ["Past their time of review:", "  Inside (due 2026-11-03, Ana)"]


def test_a_source_that_is_named_no_longer_takes_its_articles_with_it(room: Room) -> None:
    room.write("a/one.md", "# One\n\nText.")
    room.write("b/two.md", "# Two\n\nText.")
    a, b = "  - {path: HERE/a, audience: public}\n", "  - {path: HERE/b, audience: public}\n"
    room.read(a + b)
    report = room.read(b)
    assert report.removed == ("One",)
    assert list(room.rows()) == ["Two"]
    assert room.read(a + b).changes.new, "and it comes back when it is named again"


def test_nothing_is_forgotten_while_a_source_cannot_be_read_or_only_some_are_read(room: Room, site: HelpSite) -> None:
    room.write("a/one.md", "# One\n\nText.")
    room.write("b/two.md", "# Two\n\nText.")
    site.replies["/robots.txt"] = Reply("down", 404)
    a, b = "  - {path: HERE/a, audience: public}\n", "  - {path: HERE/b, audience: public}\n"
    gone = f"  - {{kind: zendesk, url: '{site.url}', audience: public}}\n"
    room.read(a + b)
    assert room.read(b + gone).removed == ()
    assert room.read(b, all_named=b + gone).removed == ()
    room.write("c/three.md", "# Three\n\nText.")
    assert room.read("  - {path: HERE/c, audience: public}", all_named=a + b).removed == ()
    assert sorted(room.rows()) == ["One", "Three", "Two"]
    room.read(a + b)
    assert "Three" in room.rows(), "what was read by hand is not footbridge.yaml's to forget"


def test_a_renamed_folder_in_footbridge_yaml_keeps_the_ids_of_its_articles(room: Room) -> None:
    room.write("a/one.md", "# One\n\nText.")
    room.read("  - {path: HERE/a, audience: public}")
    (room.folder / "a").rename(room.folder / "help")
    changes = room.read("  - {path: HERE/help, audience: public}").changes
    assert ([each.id for each in changes.moved], changes.removed) == (["a/one"], ())


def test_a_path_typed_by_hand_is_for_whom_footbridge_yaml_says_unless_told_otherwise(room: Room) -> None:
    room.write("a/one.md", "# One\n\nText.")
    room.write("b/two.md", "# Two\n\nText.")
    config = parse(f"{BASE}knowledge:\n  - {{path: {room.folder}/a, audience: internal, owner: Ana}}")
    both = [room.folder / "a", room.folder / "b"]
    entries = sources.select_sources(config, both, None)
    assert [(entry.audience, entry.owner) for entry in entries] == [("internal", "Ana"), ("public", None)]
    assert {entry.audience for entry in sources.select_sources(config, both, "customer:kestrel")} == {
        "customer:kestrel"
    }
    with pytest.raises(ConfigurationError, match=r"no audience we know(.|\n)*nothing was changed"):
        sources.select_sources(config, [room.folder / "typo"], "everybody")


def test_a_token_is_taken_from_the_variable_that_is_named_and_shown_nowhere(
    room: Room, site: HelpSite, caplog: pytest.LogCaptureFixture
) -> None:
    entry = f"  - {{kind: zendesk, url: '{site.url}', audience: public, email: a@b.example, token_from: HELP_TOKEN}}"
    (broken,) = room.read(entry).changes.broken
    assert broken.reason == "The variable HELP_TOKEN is not set." and "environment" in broken.what_to_do
    assert site.asked == []
    room.environ["HELP_TOKEN"] = "s3cret-token"
    site.replies["/api/v2/help_center/sections.json?page[size]=100"] = Reply("no", 403)
    report = room.read(entry)
    sources.log_report(report)
    assert "denied access (403)" in report.changes.broken[0].reason
    with room.storage.reading() as tx:
        assert "s3cret" not in str(tx.articles.states()) + caplog.text + str(report)


def remember_ticket(storage: Storage, number: int, **more: Any) -> int:
    with storage.transaction() as tx:
        conversation = tx.conversations.add(
            Conversation(
                place_id=tx.addresses.id_of(at("C0KESTREL")),
                thread_id=tx.addresses.id_of(at("C0KESTREL", f"{number}.0")),
                customer_id="kestrel",
                contact_id="U1",
                opened_at=NOON,
                last_message_at=NOON,
                link=f"https://slack.example/{number}",
            )
        )
        usual = {
            "title": f"Sync fails {number}",
            "cause": "The token of ana@kestrel.example had expired.",
            "fix": "Renewed it; the password is: hunter2!x",
            "words": "We renewed the connection to your ERP.",
            "status": "resolved",
            "resolved_at": NOON,
        }
        ticket = Ticket(
            conversation_id=conversation.id,
            customer_id="kestrel",
            reason="r",
            opened_at=NOON,
            first_response_due=NOON,
            resolution_due=NOON,
            **usual | more,
        )
        return tx.tickets.add(ticket).id


def test_solved_tickets_are_for_our_people_and_hold_no_secrets(room: Room) -> None:
    remember_ticket(room.storage, 1)
    remember_ticket(room.storage, 2, fix=None)
    remember_ticket(room.storage, 3, status="claimed", resolved_at=None)
    room.read("  - {kind: tickets, owner: Ana}")
    (row,) = room.rows().values()
    assert (row.title, row.audience, row.owner) == ("Sync fails 1", "internal", "Ana")
    assert "## Cause\n\nThe token of [e-mail] had expired." in row.body and "[secret]" in row.body
    assert "hunter2" not in row.body and "ana@" not in row.body
    assert row.url == "https://slack.example/1"


def test_a_ticket_that_is_opened_again_is_no_article_any_more(room: Room) -> None:
    number = remember_ticket(room.storage, 1)
    room.read("  - {kind: tickets}")
    with room.storage.transaction() as tx:
        ticket = tx.tickets.get(number)
        assert ticket is not None
        ticket.status, ticket.resolved_at = "claimed", None
    assert room.read("  - {kind: tickets}").removed == ("Sync fails 1",)


def test_for_its_customer_a_solved_ticket_holds_only_what_that_customer_was_told(room: Room) -> None:
    remember_ticket(room.storage, 1)
    remember_ticket(room.storage, 2, words=None)
    room.read("  - {kind: tickets, audience: customer}")
    (row,) = room.rows().values()
    assert row.audience == "customer:kestrel"
    assert row.body == "## Solution\n\nWe renewed the connection to your ERP."


def test_the_scheduled_job_stores_what_changed_and_queues_the_index_only_then(room: Room) -> None:
    room.write("a/one.md", "# One\n\nText.")
    config = parse(f"{BASE}knowledge:\n  - {{path: {room.folder}/a, audience: public}}")
    around = sources.SourceContext(room.folder, {})
    for slot in ("first", "second"):
        sources.resync_sources(
            ReadSources(slot), storage=room.storage, config=config, clock=room.clock, surroundings=around
        )
    assert list(room.rows()) == ["One"]
    queued = [job.key for job in JobLog(room.storage.engine).pending()]
    assert queued == [f"RefreshIndex:{NOON.isoformat()}"]


def test_a_reading_that_takes_longer_than_its_time_is_not_joined_by_a_second_one(room: Room) -> None:
    room.write("a/one.md", "# One\n\nText.")
    config = parse(f"{BASE}knowledge:\n  - {{path: {room.folder}/a, audience: public}}")
    around = sources.SourceContext(room.folder / "cache", {})
    with FolderLock(around.cache / "reading"):
        sources.resync_sources(
            ReadSources("slot"), storage=room.storage, config=config, clock=room.clock, surroundings=around
        )
        with pytest.raises(OutsideBusy) as later:
            sources.resync_sources(
                ReadSources("change", must=True),
                storage=room.storage,
                config=config,
                clock=room.clock,
                surroundings=around,
            )
    assert later.value.retry and later.value.retry_after, "what was added or taken out waits for its turn"
    assert room.rows() == {}


def test_sources_are_scheduled_as_often_as_footbridge_yaml_says_and_not_at_all_with_0() -> None:
    def made(minutes: int) -> list[object]:
        table = schedules.for_desk([], read_sources_every=timedelta(minutes=minutes))
        return [row.make_job(NOON) for row in table if row.name == "read-sources"]

    assert made(60) == [ReadSources(NOON.isoformat())]
    assert made(0) == []
    assert parse(BASE).policies.read_sources_every_minutes == 60


def test_both_databases_remember_sources_alike(engine: Engine, tmp_path: Path, site: HelpSite) -> None:
    room = Room(tmp_path, Storage(engine))
    room.write("a/one.md", "# One\n\nText.")
    site.page("/hc/two", "Two", "The second page.")
    site.sitemap("/hc/two")
    a = "  - {path: HERE/a, audience: public, owner: Ana, review_after_days: 1}\n"
    web = f"  - {{kind: website, url: '{site.url}/hc', audience: public}}\n"
    assert len(room.read(a + web).changes.new) == 2
    room.clock.at = NOON + timedelta(days=2)
    report = room.read(a + web)
    assert (len(report.changes.unchanged), [each.title for each in report.stale]) == (2, ["One"])
    assert [headers.get("If-None-Match") is not None for path, headers in site.asked if path == "/hc/two"] == [
        False,
        True,
    ]
    assert room.read(a).removed == ("Two",)


def test_what_is_stored_is_stored_whole_or_not_at_all(room: Room) -> None:
    pages = tuple(article(id=f"p{n}", title=f"P{n}", body="Text.", source=f"/kb/{n}.md") for n in range(3))

    unkept = {"a source": {"state": object()}}
    with pytest.raises(StatementError):
        article_store.store(Reading(pages, roots=("/kb",), states=unkept), storage=room.storage, clock=room.clock)
    assert room.rows() == {}
    changes = article_store.store(Reading(pages, roots=("/kb",)), storage=room.storage, clock=room.clock)
    assert len(changes.new) == len(room.rows()) == 3
    changed = article(id="p0", title="P0", body="Other.", source="/kb/0.md")
    changes = article_store.store(Reading((changed,), roots=("/kb",)), storage=room.storage, clock=room.clock)
    assert ([each.id for each in changes.changed], changes.removed) == (["p0"], ("p1", "p2"))
