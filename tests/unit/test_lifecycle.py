"""The life cycles: one table for each thing, one writer of every status, a diagram that cannot be older than they."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from bot import events
from bot.desk import lifecycle_diagram
from bot.desk.lifecycle import apply, find_transition, kind_of
from bot.desk.transition import NEW, LifeCycle, Who
from bot.desk.transitions import LIFE_CYCLES
from bot.directory.access import Actor
from bot.errors import NotAllowed, NotPossible
from bot.workflows import EVENTS
from storage.conversations import Conversation
from storage.database import open_engine, upgrade
from storage.tickets import Ticket
from storage.transaction import Storage, Transaction
from tests.fakes.slack_addresses import at

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
ANA = Actor("U0ANA", "T0LEDGER", "Ana", True, frozenset({"agent"}))
MAYA = Actor("U0MAYA", "T0BRIGHT", "Maya", False, customer_id="brightwater")
NEWCOMER = Actor("U0NEW", "T0LEDGER", "Newcomer", True)
ROOMS = ("bot", "handlers", "demo", "storage", "app.py")


def python_files() -> Iterator[Path]:
    for room in ROOMS:
        path = ROOT / room
        yield from [path] if path.suffix else sorted(path.rglob("*.py"))


def test_a_status_is_written_in_one_place() -> None:
    elsewhere = []
    for path in python_files():
        if path.name == "lifecycle.py" or "versions" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            targets = node.targets if isinstance(node, ast.Assign) else []
            targets = [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else targets
            for target in targets:
                for each in target.elts if isinstance(target, ast.Tuple) else [target]:
                    if isinstance(each, ast.Attribute) and each.attr in ("status", "state"):
                        elsewhere.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert elsewhere == []


def test_a_status_is_given_to_no_constructor_where_the_desk_decides() -> None:
    """The demo's history writes rows of the past, which have their last status from the start."""
    names = {kind.__name__ for kind in LIFE_CYCLES}
    given_elsewhere = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in python_files()
        if "demo" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names
        for keyword in node.keywords
        if keyword.arg in ("status", "state")
    ]
    assert given_elsewhere == []


@pytest.mark.parametrize("cycle", LIFE_CYCLES.values(), ids=lambda cycle: cycle.name)
def test_every_table_is_whole(cycle: LifeCycle) -> None:
    states = set(cycle.states)
    for transition in cycle.transitions:
        assert set(transition.moves) - {NEW} <= states and set(transition.moves.values()) <= states
        assert transition.who and transition.moves
    reached = {after for each in cycle.transitions for after in each.moves.values()}
    assert reached == states, "a state that nothing leads to"
    verbs = [each.verb for each in cycle.transitions]
    assert len(verbs) == len(set(verbs))
    assert any(NEW in each.moves for each in cycle.transitions)


@pytest.mark.parametrize("cycle", LIFE_CYCLES.values(), ids=lambda cycle: cycle.name)
def test_every_verb_is_used_and_every_used_verb_exists(cycle: LifeCycle) -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in python_files() if path.name != "transitions.py")
    for transition in cycle.transitions:
        assert f'"{transition.verb}"' in code, f"nothing does {transition.verb!r} to a {cycle.name}"


def test_every_event_has_one_row_and_abstract_ones_have_none() -> None:
    kinds = {kind for _, kind in inspect.getmembers(events, inspect.isclass) if issubclass(kind, events.Event)}
    abstract = {kind for kind in kinds if any(kind in other.__bases__ for other in kinds)}
    listed = [row.event for row in EVENTS]
    assert set(listed) == kinds - abstract
    assert len(listed) == len(set(listed))


def test_the_diagram_in_the_documentation_is_the_one_of_the_tables() -> None:
    assert (ROOT / "docs/lifecycle.md").read_text(encoding="utf-8") == lifecycle_diagram.draw()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('lifecycle')}/desk.db")
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def seen() -> list[events.Event]:
    return []


@pytest.fixture
def storage(engine: Engine, seen: list[events.Event]) -> Storage:
    return Storage(engine, lambda tx, event: seen.append(event))


def open_ticket(tx: Transaction, **given_: object) -> Ticket:
    conversation = Conversation(
        place_id=tx.addresses.id_of(at("C1")),
        thread_id=tx.addresses.id_of(at("C1", str(tx._session.query(Conversation).count()))),
        customer_id="brightwater",
        contact_id="U0MAYA",
        opened_at=NOW,
        last_message_at=NOW,
    )
    apply(tx, conversation, "open", by=MAYA, at=NOW)
    ticket = Ticket(
        conversation_id=conversation.id,
        customer_id="brightwater",
        title="It is broken",
        reason="A person is needed.",
        opened_at=NOW,
        first_response_due=NOW,
        resolution_due=NOW,
    )
    apply(tx, ticket, "open", by=None, at=NOW, why="A person is needed.", **given_)
    return ticket


def test_a_transition_writes_stamps_signs_clears_and_emits(storage: Storage, seen: list[events.Event]) -> None:
    with storage.transaction() as tx:
        ticket = open_ticket(tx)
        apply(tx, ticket, "claim", by=ANA, at=NOW, why="pressed", assignee_id="U0ANA")
        later = NOW + timedelta(hours=1)
        apply(tx, ticket, "resolve", by=ANA, at=later, why="in_time", cause="c", fix="f")
        assert (ticket.status, ticket.resolved_at, ticket.resolved_by) == ("resolved", later, "U0ANA")
        due = later + timedelta(hours=4)
        apply(tx, ticket, "reopen_for_owner", by=MAYA, at=later, resolution_due=due, assignee_id=ticket.assignee_id)
        assert (ticket.status, ticket.resolved_at, ticket.resolution_due) == ("claimed", None, due)
    assert [type(event).__name__ for event in seen] == [
        "TicketOpened",
        "TicketClaimed",
        "TicketResolved",
        "TicketReopened",
    ]
    assert (seen[1].by, seen[1].why, seen[1].decision) == ("U0ANA", "pressed", "ticket_claimed")


def test_what_is_over_cannot_be_done_again(storage: Storage) -> None:
    with storage.transaction() as tx:
        ticket = open_ticket(tx)
        apply(tx, ticket, "resolve", by=ANA, at=NOW)
        with pytest.raises(NotPossible, match="it is resolved now"):
            apply(tx, ticket, "claim", by=ANA, at=NOW, assignee_id="U0ANA")


@pytest.mark.parametrize("who", [MAYA, NEWCOMER, None])
def test_who_may_not_do_it_changes_nothing(storage: Storage, seen: list[events.Event], who: Actor | None) -> None:
    with storage.transaction() as tx:
        ticket = open_ticket(tx)
        with pytest.raises(NotAllowed):
            apply(tx, ticket, "claim", by=who, at=NOW, assignee_id="U0ANA")
        assert (ticket.status, ticket.assignee_id) == ("new", None)
    assert [type(event) for event in seen] == [events.TicketOpened]


def test_what_a_verb_needs_must_be_given(storage: Storage) -> None:
    with storage.transaction() as tx:
        ticket = open_ticket(tx)
        with pytest.raises(TypeError, match="assignee_id must be given"):
            apply(tx, ticket, "claim", by=ANA, at=NOW)


def test_events_and_what_they_cause_are_gone_with_the_transaction(engine: Engine) -> None:
    def refuse(tx: Transaction, event: events.Event) -> None:
        raise RuntimeError("no")

    before = Storage(engine, refuse)

    def in_vain() -> None:
        with before.transaction() as tx:
            open_ticket(tx).title = "Gone again"

    with pytest.raises(RuntimeError):
        in_vain()
    with before.reading() as tx:
        assert not tx.tickets.search(["Gone"])


@given(st.sampled_from(sorted(Who, key=lambda who: who.name)))
def test_an_actor_is_of_exactly_one_kind(who: Who) -> None:
    actors = {
        Who.FOOTBRIDGE: None,
        Who.CUSTOMER: MAYA,
        Who.NOBODY_OF_THE_DESK: NEWCOMER,
        Who.AGENT: ANA,
        Who.MANAGER: Actor("U0MIRA", "T0LEDGER", "Mira", True, frozenset({"manager", "agent"})),
    }
    assert kind_of(actors[who]) is who


def test_an_unknown_verb_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(KeyError):
        find_transition(LIFE_CYCLES[Ticket], "vanish")
