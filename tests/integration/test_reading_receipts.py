"""Receipts as they are found: of today, of the first version, of a later one, and with parts missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.actions import perform
from bot.actions.insights import WHY, AskedAbout
from bot.audit.receipts import write_receipt
from bot.audit.versions import code_version, versions
from bot.clock import SystemClock
from bot.contents.receipts import About, ReceiptContent
from bot.desk.clocks import keep_promises, promise, restart_update_clock
from bot.desk.escalation import end_escalations
from bot.directory.access import identify_actor
from bot.errors import NotAllowed, NotFound
from bot.events import TicketEscalated, TicketResolved
from bot.explain.reasons import HEADLINES, REASONS
from bot.explain.receipts import why
from bot.settings.config import Config
from bot.settings.config_file import load
from demo import history
from handlers.slack.views import receipts
from sandbox import check_blocks
from storage.answers import Answer
from storage.articles import StoredArticle
from storage.conversations import Conversation, Message
from storage.database import open_engine, upgrade
from storage.escalations import Escalation
from storage.posts import Post
from storage.tickets import Ticket
from storage.transaction import Storage
from tests.fakes.desk_storage import desk_storage
from tests.fakes.desk_tools import desk_tools
from tests.fakes.slack_addresses import at

NOW = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
DEMO = Path(__file__).parents[2] / "demo"
CONFIG: Config = load(DEMO / "footbridge.yaml")
MAYA = identify_actor(CONFIG, "U0MAYA", "T0BRIGHT", "Maya Ferrant")


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    """One conversation with a question, an answer and a ticket, each number 1."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('receipts')}/footbridge.db")
    upgrade(engine)
    storage = desk_storage(engine, load(DEMO / "footbridge.yaml"))
    with storage.transaction() as tx:
        conversation = tx.conversations.add(
            Conversation(
                place_id=tx.addresses.id_of(at("C0BRIGHT")),
                thread_id=tx.addresses.id_of(at("C0BRIGHT", "1.000001")),
                customer_id="brightwater",
                contact_id="U0MAYA",
                opened_at=NOW,
                last_message_at=NOW,
            )
        )
        message = tx.conversations.add_message(
            Message(
                conversation_id=conversation.id,
                address_id=tx.addresses.id_of(at("C0BRIGHT", "1.000001")),
                author_id="U0MAYA",
                side="contact",
                text="Where is the log? <!channel>",
                said_at=NOW,
            )
        )
        tx.articles.put(
            StoredArticle(
                id="log", title="The log", body="…", url=None, source="s", audience="public", checksum="b", read_at=NOW
            )
        )
        answer = tx.answers.add(
            Answer(
                conversation_id=conversation.id,
                message_id=message.id,
                question="Where is the log?",
                outcome="answered",
                reason="quoted",
                mode="auto",
                frame="Hello",
                parts=[{"text": "In **Setup**.", "citations": [1]}],
                citations=[
                    {
                        "number": number,
                        "article_id": name,
                        "title": name,
                        "url": None,
                        "quote": "",
                        "passage_id": f"{name}#0",
                    }
                    for number, name in enumerate(("log", "gone"), 1)
                ],
                created_at=NOW,
            )
        )
        tx.answers.record_dependencies(answer.id, {"log": "a", "gone": "a"})
        tx.tickets.add(
            Ticket(
                conversation_id=conversation.id,
                customer_id="brightwater",
                title="The log",
                reason="A person is needed.",
                opened_at=NOW,
                first_response_due=NOW,
                resolution_due=NOW,
            )
        )
    yield storage
    engine.dispose()


def left(storage: Storage, decision: str, reason: str, **details: Any) -> int:
    with storage.transaction() as tx:
        receipt = tx.receipts.add(
            NOW,
            decision,
            reason,
            address_id=tx.addresses.id_of(at("C0BRIGHT", "1.000001")),
            conversation_id=1,
            ticket_id=1,
            **details,
        )
        tx.flush()
        return receipt.id


def told(storage: Storage, receipt_id: int) -> ReceiptContent:
    return why(About(receipt_id=receipt_id), storage=storage, config=CONFIG, help_centre="https://help.example")


def test_a_receipt_of_the_first_version_is_still_read(storage: Storage) -> None:
    passages = [["log#0", 0.91], ["gone#2", 0.4]]
    content = told(storage, left(storage, "answered", "quoted", answer_id=1, mode="auto", passages=passages))
    assert [(one.title, one.score, one.cosine, one.since) for one in content.found] == [
        ("The log", 0.91, None, "changed since"),
        ("gone", 0.4, None, "withdrawn since"),
    ]
    assert content.found[0].url == "https://help.example/log"
    assert content.versions == ()
    assert content.headline == "Footbridge answered by itself"


def test_the_gates_word_is_shown_once_a_receipt_has_it(storage: Storage) -> None:
    receipt_id = left(
        storage,
        "answered",
        "grounded",
        answer_id=1,
        mode="suggest",
        model="tiny",
        probability=0.971,
        wanted_precision=0.95,
        bar=0.86,
        passages=[{"id": "log#0", "score": 0.8, "cosine": 0.6, "bm25": 3.0}],
        versions=versions() | {"gate": "2026-12-01.a1", "index": {"made_with": "m", "passages": 3, "content": "c"}},
    )
    content = told(storage, receipt_id)
    assert ("How sure", "97%, 86% needed") in content.figures
    assert ("Target precision", "95%") in content.figures
    named = dict(content.versions)
    assert (named["gate"], named["index"]) == ("2026-12-01.a1", "m, 3 passages, content c")
    assert named["code"] == code_version()
    assert named["prompt"] == versions()["prompt"]


def test_a_word_of_a_later_version_does_no_harm(storage: Storage) -> None:
    content = told(storage, left(storage, "something_new", "of_another_time", something=[{"deep": 1}]))
    assert content.headline == "Something new"
    assert "of another time" in content.reason


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    decision=st.sampled_from(sorted(HEADLINES)),
    reason=st.sampled_from([*sorted(REASONS), "The article was wrong.", "of_another_kind"]),
    details=st.fixed_dictionaries(
        {},
        optional={
            "answer_id": st.just(1),
            "mode": st.sampled_from(["auto", "suggest", "shadow", None]),
            "by": st.sampled_from(["U0ANA", "U0NOBODY", None]),
            "kind": st.text(max_size=20),
            "rule": st.text(max_size=40),
            "audiences": st.lists(st.sampled_from(["public", "internal", "customer:brightwater", "customer:x"])),
            "passages": st.lists(
                st.one_of(
                    st.just(["log#0", 0.9]),
                    st.builds(lambda score: {"id": "log#1", "score": score}, st.floats(0, 1.5)),
                    st.just({"id": "gone#1", "score": 0.1, "cosine": 0.1, "bm25": 2}),
                ),
                max_size=20,
            ),
            "confidence": st.floats(0, 1.5),
            "threshold": st.floats(0, 2),
            "probability": st.floats(0, 1),
            "cut": st.lists(st.text(max_size=400), max_size=30),
            "versions": st.sampled_from([{}, {"code": "1"}, {"index": {}}, {"index": {"made_with": "m"}}]),
            "seconds_late": st.integers(0, 10**6),
            "model": st.text(max_size=30),
        },
    ),
)
def test_whatever_a_receipt_holds_it_can_be_read_and_drawn(
    storage: Storage, decision: str, reason: str, details: dict[str, Any]
) -> None:
    content = told(storage, left(storage, decision, reason, **details))
    assert content.headline and content.reason
    view = receipts.receipt(content)
    assert check_blocks(view["blocks"], "modal") == []
    assert "<!channel>" not in str(view)


@pytest.mark.parametrize(
    "about",
    [
        About(ticket_id=1),
        About(answer_id=1),
        About(address=at("C0BRIGHT")),
        About(receipt_id=1),
        About(conversation_id=1),
    ],
    ids=["ticket", "answer", "channel", "receipt", "conversation"],
)
def test_a_customer_reads_none_of_it_however_they_ask(storage: Storage, about: About) -> None:
    with pytest.raises(NotAllowed):
        perform(desk_tools(storage, CONFIG), WHY, AskedAbout(about=about), MAYA)


def test_what_is_not_there_is_said_with_the_way_to_ask(storage: Storage) -> None:
    for about in (About(receipt_id=10**6), About(ticket_id=99), About(answer_id=99), About(conversation_id=99)):
        with pytest.raises(NotFound):
            why(about, storage=storage, config=CONFIG, help_centre=None)
    with pytest.raises(NotFound, match="/support why 12"):
        why(About(address=at("C0NOWHERE", "1.0")), storage=storage, config=CONFIG, help_centre=None)


def test_a_post_of_ours_without_a_receipt_of_its_own_is_explained_by_its_thread(storage: Storage) -> None:
    receipt_id = left(storage, "handed_over", "nothing_relevant", answer_id=1)
    with storage.transaction() as tx:
        card = tx.posts.add(
            Post(
                kind="ticket",
                subject_id=1,
                place_id=tx.addresses.id_of(at("C0TRIAGE")),
                address_id=tx.addresses.id_of(at("C0TRIAGE", "5.0")),
                created_at=NOW,
            )
        )
        tx.posts.add(
            Post(
                kind="note",
                subject_id=1,
                place_id=tx.addresses.id_of(at("C0TRIAGE")),
                address_id=tx.addresses.id_of(at("C0TRIAGE", "5.1")),
                under_id=card.id,
                text="x",
                created_at=NOW,
            )
        )
        tx.posts.add(
            Post(
                kind="digest",
                subject_id=0,
                place_id=tx.addresses.id_of(at("D0MIRA")),
                address_id=tx.addresses.id_of(at("D0MIRA", "5.2")),
                created_at=NOW,
            )
        )
        tx.posts.add(
            Post(
                kind="correction",
                subject_id=7,
                place_id=tx.addresses.id_of(at("C0BRIGHT")),
                address_id=tx.addresses.id_of(at("C0BRIGHT", "5.3")),
                thread_id=tx.addresses.id_of(at("C0BRIGHT", "1.000001")),
                created_at=NOW,
            )
        )
    for channel, ts in (("C0TRIAGE", "5.0"), ("C0TRIAGE", "5.1"), ("C0BRIGHT", "5.3")):
        content = why(About(address=at(channel, ts)), storage=storage, config=CONFIG, help_centre=None)
        assert f"receipt {receipt_id}" in content.names
    with pytest.raises(NotFound, match="the desk as a whole"):
        why(About(address=at("D0MIRA", "5.2")), storage=storage, config=CONFIG, help_centre=None)


def test_every_clock_that_starts_or_stops_leaves_a_receipt_and_one_that_does_not_run_leaves_none(
    storage: Storage,
) -> None:
    with storage.transaction() as tx:
        before = len(tx.receipts.of_conversation(1))
        keep_promises(tx, NOW, 1, "first_response")
        promise(tx, NOW, 1, "first_response", "A person answers", NOW + timedelta(minutes=5))
        keep_promises(tx, NOW + timedelta(minutes=7), 1, "first_response")
        escalation = tx.escalations.add(
            Escalation(
                ticket_id=1,
                team_id="erp-integration",
                place_id=tx.addresses.id_of(at("C0ERP")),
                severity="sev1",
                summary="s",
                opened_by="U0ANA",
                opened_at=NOW,
            )
        )
        restart_update_clock(tx, TicketEscalated(ticket_id=1, escalation_id=escalation.id, at=NOW), CONFIG)
        end_escalations(tx, TicketResolved(ticket_id=1, at=NOW + timedelta(minutes=1)), CONFIG)
        tx.publish(storage.publish)
        new = tx.receipts.of_conversation(1)[before:]
    assert [(one.decision, one.reason) for one in new] == [
        ("first_response_promised", "A person answers."),
        ("first_response_given", "late"),
        ("update_promised", "A status update on #1."),
        ("update_given", "in_time"),
        ("escalation_ended", "The ticket is over, so no status update is due any more."),
    ]
    assert new[1].details["seconds_late"] == 120
    assert all(one.details["versions"]["code"] == code_version() for one in new)
    content = told(storage, new[1].id)
    assert ("Late by", "2 min") in content.figures


def test_the_version_of_the_code_is_short_and_the_same_when_asked_again() -> None:
    release, _, content = code_version().partition("+")
    assert release and len(content) == 8
    assert code_version() == code_version()


def test_a_receipt_finds_its_conversation_by_the_ticket(storage: Storage) -> None:
    with storage.transaction() as tx:
        assert write_receipt(tx, NOW, "noted", "pressed", ticket_id=1).conversation_id == 1
        assert write_receipt(tx, NOW, "noted", "pressed", ticket_id=99).conversation_id is None


def test_every_past_day_of_the_demo_can_be_asked_why(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/demo.db")
    upgrade(engine)
    storage = Storage(engine)
    users = yaml.safe_load((DEMO / "workspace.yaml").read_text(encoding="utf-8"))["users"]
    history.load(
        [DEMO / "history.yaml"],
        storage=storage,
        config=CONFIG,
        clock=SystemClock(),
        titles={},
        users=users,
        page_url="http://127.0.0.1:8484/",
    )
    with storage.reading() as tx:
        places = {
            one
            for channel in ("C0BRIGHT", "C0KESTREL", "C0OAKLINE")
            for one in tx.conversations.latest_in(tx.addresses.find(at(channel)) or 0, 50)
        }
    assert len(places) > 20
    for conversation in places:
        content = why(About(conversation_id=conversation.id), storage=storage, config=CONFIG, help_centre=None)
        assert content.asked or content.headline.startswith(("The", "A", "It", "Words"))
        assert check_blocks(receipts.receipt(content)["blocks"], "modal") == []
    engine.dispose()
