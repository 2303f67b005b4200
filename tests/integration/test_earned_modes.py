"""A channel's mode over weeks: proposed on evidence, decided by people, taken back at once; held in a real database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from bot.actions import perform
from bot.actions.action import NOTHING, Action, Arguments
from bot.actions.arguments import ModeChangeNumber
from bot.actions.modes import MODE_ACCEPT, MODE_CHOOSE, MODE_DECLINE, MODE_LIST, ChosenMode
from bot.directory.access import Actor
from bot.directory.channel_mode import mode_of
from bot.errors import BadRequest, NotAllowed, NotFound
from bot.jobs import ReviewModes
from bot.modes import rules
from bot.modes.decisions import choose_mode, list_modes
from bot.modes.review_modes import review_modes, reviewed
from bot.settings.config import MODES, Config, Mode
from bot.settings.config_file import parse
from storage.channel_modes import ModeChange
from storage.database import open_engine, upgrade
from storage.receipts import Receipt
from storage.transaction import Storage
from tests.fakes.desk_storage import desk_storage
from tests.fakes.desk_tools import desk_tools
from tests.fakes.judged_answers import good_past, judged
from tests.fakes.slack_addresses import at

MIRA = Actor("U0MIRA", "T0HOME", "Mira Okafor", True, frozenset({"manager"}))
ANA = Actor("U0ANA", "T0HOME", "Ana Lindqvist", True, frozenset({"agent"}))
MAYA = Actor("U0MAYA", "T0BRIGHT", "Maya Ferrant", False, customer_id="a")
NUMBERS = count(1)


@dataclass
class Hand:
    """A clock that stands until it is moved."""

    moment: datetime = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        self.moment += timedelta(**by)


@cache
def config_of(channel_id: str, mode: str, highest: str) -> Config:
    return parse(
        "company: {name: Tallyworks, team_ids: [T0HOME]}\ntriage_channel: C0TRIAGE\n"
        "customers:\n  - {id: a, name: A, tier: standard, "
        f"channels: [{{id: {channel_id}, mode: '{mode}', highest_mode: '{highest}'}}]}}\n"
    )


@dataclass
class Channel:
    """One channel of one customer, with its own configuration, in a database that others use too."""

    storage: Storage
    mode: str = "suggest"
    highest: str = "auto"
    clock: Hand = field(default_factory=Hand)
    id: str = field(default_factory=lambda: f"C{next(NUMBERS):05d}")

    @property
    def config(self) -> Config:
        return config_of(self.id, self.mode, self.highest)

    @property
    def now(self) -> Mode:
        with self.storage.reading() as tx:
            return mode_of(tx, self.config, at(self.id))

    def changes(self) -> list[ModeChange]:
        with self.storage.reading() as tx:
            return list(tx.channel_modes.of_channel(tx.addresses.find(at(self.id)) or 0))

    def steps(self) -> list[tuple[str, str, str]]:
        return [(one.after, one.cause, one.state) for one in self.changes()]

    @property
    def waiting(self) -> ModeChange | None:
        with self.storage.reading() as tx:
            return tx.channel_modes.proposed(tx.addresses.find(at(self.id)) or 0)

    def happens(self, what: str) -> None:
        """One more answer in the channel's present mode, and what people did with it; then the job that looks."""
        self.clock.move(minutes=30)
        with self.storage.transaction() as tx:
            judged(tx, self.id, self.clock.now(), customer="a", contact="U0MAYA", mode=self.now, what=what)
        self.review()

    def good_past(self, number: int) -> None:
        self.clock.move(hours=number + 1)
        with self.storage.transaction() as tx:
            good_past(tx, self.id, self.clock.now(), number, customer="a", contact="U0MAYA", mode=self.now)
        self.review()

    def review(self) -> None:
        job = ReviewModes(at(self.id).key, self.clock.now().isoformat())
        review_modes(job, storage=self.storage, config=self.config, clock=self.clock)

    def accept(self, actor: Actor = MIRA, change_id: int | None = None) -> None:
        one = change_id or (self.waiting.id if self.waiting else 0)
        self.perform(MODE_ACCEPT, ModeChangeNumber(change_id=one), actor)

    def decline(self, actor: Actor = MIRA) -> None:
        assert self.waiting is not None
        self.perform(MODE_DECLINE, ModeChangeNumber(change_id=self.waiting.id), actor)

    def choose(self, mode: str, actor: Actor = MIRA) -> None:
        self.clock.move(minutes=1)
        self.perform(MODE_CHOOSE, ChosenMode(which=at(self.id).key, mode=mode), actor)

    def perform(self, action: Action[Any, Any], arguments: Arguments, actor: Actor) -> Any:
        return perform(desk_tools(self.storage, self.config, clock=self.clock), action, arguments, actor)

    def receipts(self) -> list[str]:
        with self.storage.reading() as tx:
            place_id = tx.addresses.find(at(self.id))
            rows = tx._session.query(Receipt).order_by(Receipt.id)
            return [row.decision for row in rows if row.details.get("place_id") == place_id]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    folder: Path = tmp_path_factory.mktemp("modes")
    engine = open_engine(f"sqlite:///{folder}/footbridge.db")
    upgrade(engine)
    yield desk_storage(engine, config_of("C00000", "suggest", "auto"))
    engine.dispose()


@pytest.fixture
def channel(shared: Storage) -> Channel:
    return Channel(shared)


def test_twenty_good_drafts_are_proposed_once_and_change_nothing_by_themselves(channel: Channel) -> None:
    channel.good_past(19)
    assert channel.steps() == []
    channel.happens("sent")
    channel.happens("sent")
    assert channel.steps() == [("auto", "earned", "proposed")]
    assert channel.now == "suggest"
    assert channel.waiting is not None and channel.waiting.evidence["judged"] == 21, "its figures go on"


def test_a_manager_lets_it_answer_and_two_wrong_answers_take_that_back_at_once(channel: Channel) -> None:
    channel.good_past(20)
    channel.accept()
    assert channel.now == "auto"
    channel.happens("not_quite")
    assert channel.now == "auto"
    channel.happens("not_quite")
    assert channel.now == "suggest"
    assert channel.steps() == [("auto", "earned", "done"), ("suggest", "fell", "done")]
    assert channel.changes()[-1].evidence["fell_by"] == "two_of_five"
    assert channel.receipts() == ["mode_proposed", "mode_earned", "mode_fell"]


def test_what_was_lost_is_earned_by_fresh_evidence_alone(channel: Channel) -> None:
    channel.good_past(40)
    channel.accept()
    channel.happens("not_quite")
    channel.happens("not_quite")
    for _ in range(19):
        channel.happens("sent")
    assert channel.waiting is None
    channel.happens("sent")
    assert channel.waiting is not None and channel.waiting.evidence["judged"] == 20


def test_a_wrong_answer_while_people_think_takes_the_proposal_back(channel: Channel) -> None:
    channel.good_past(20)
    channel.happens("discarded")
    assert channel.steps() == [("auto", "earned", "withdrawn")]
    channel.happens("sent")
    assert channel.waiting is None, "one wrong of twenty-two is not enough"


def test_not_yet_is_asked_again_after_ten_more_answers(channel: Channel) -> None:
    channel.good_past(20)
    channel.decline()
    for _ in range(9):
        channel.happens("sent")
    assert channel.steps() == [("auto", "earned", "declined")]
    channel.happens("sent")
    assert channel.steps() == [("auto", "earned", "declined"), ("auto", "earned", "proposed")]


def test_what_is_older_than_sixty_days_is_no_evidence(channel: Channel) -> None:
    channel.good_past(19)
    channel.clock.move(days=61)
    channel.happens("sent")
    assert channel.waiting is None


def test_agents_and_customers_decide_nothing(channel: Channel) -> None:
    channel.good_past(20)
    for who in (ANA, MAYA):
        with pytest.raises(NotAllowed, match="Only managers and owners decide"):
            channel.accept(who)
        with pytest.raises(NotAllowed):
            channel.decline(who)
        with pytest.raises(NotAllowed):
            channel.choose("auto", who)
    with pytest.raises(NotAllowed):
        channel.perform(MODE_LIST, NOTHING, MAYA)
    assert channel.now == "suggest"


def test_a_proposal_is_decided_once(channel: Channel) -> None:
    channel.good_past(20)
    proposal = channel.waiting
    assert proposal is not None
    channel.accept()
    with pytest.raises(NotFound, match="already decided"):
        channel.accept(change_id=proposal.id)


def test_the_ceiling_in_the_file_holds_for_figures_and_for_people(channel: Channel) -> None:
    channel.highest = "suggest"
    channel.good_past(50)
    assert channel.steps() == []
    with pytest.raises(BadRequest, match="at most suggest"):
        channel.choose("auto")


def test_a_ceiling_that_comes_later_holds_at_once(channel: Channel) -> None:
    channel.good_past(20)
    channel.accept()
    channel.highest = "suggest"
    assert channel.now == "suggest"
    channel.highest = "auto"
    assert channel.now == "auto"


def test_a_proposal_above_a_new_ceiling_cannot_be_accepted(channel: Channel) -> None:
    channel.good_past(20)
    channel.highest = "suggest"
    with pytest.raises(BadRequest, match="out of date"):
        channel.accept()


def test_a_file_that_is_edited_to_a_lower_mode_wins_and_a_higher_one_raises_nothing(channel: Channel) -> None:
    channel.good_past(20)
    channel.accept()
    channel.mode = "shadow"
    assert channel.now == "shadow"
    channel.mode = "suggest"
    assert channel.now == "auto", "as it was when people let it"
    channel.choose("shadow")
    channel.mode = "auto"
    assert channel.now == "shadow"


def test_people_choose_whatever_the_evidence_says_and_it_counts_anew_from_there(channel: Channel) -> None:
    for _ in range(12):
        channel.happens("discarded")
    channel.choose("auto")
    channel.review()
    assert channel.now == "auto", "what came before their choice is not held against it"
    for _ in range(4):
        channel.happens("not_quite")
    assert channel.now == "auto"
    channel.happens("not_quite")
    assert channel.now == "suggest"
    assert channel.receipts() == ["mode_chosen", "mode_fell"]


def test_a_choice_overtakes_a_proposal(channel: Channel) -> None:
    channel.good_past(20)
    channel.choose("off")
    assert channel.steps() == [("auto", "earned", "withdrawn"), ("off", "chosen", "done")]
    channel.review()
    assert channel.now == "off"


@pytest.mark.parametrize(
    ("which", "mode", "hint"),
    [
        ("C0NOWHERE", "auto", "Unknown channel"),
        ("a", "loud", "is no mode; there are auto, suggest, shadow, off"),
        ("A", "suggest", "is in suggest already"),
    ],
)
def test_a_choice_that_cannot_be_is_answered_with_what_can(channel: Channel, which: str, mode: str, hint: str) -> None:
    with pytest.raises(BadRequest, match=hint):
        choose_mode(which, mode, actor=MIRA, storage=channel.storage, config=channel.config, clock=channel.clock)


def test_the_list_says_what_is_missing_and_how_much_would_have_been_answered(channel: Channel) -> None:
    channel.good_past(12)
    channel.happens("discarded")
    (row,) = list_modes(storage=channel.storage, config=channel.config, clock=channel.clock)
    assert (row.mode, row.cause, row.next_mode) == ("suggest", "configured", "auto")
    assert (row.judged, row.right, row.asked, row.answered) == (13, 12, 13, 13)
    assert row.right_ones_missing == rules.right_ones_missing(rules.Standing("suggest", "auto", 0.95, _marks(channel)))


def _marks(channel: Channel) -> Any:
    with channel.storage.reading() as tx:
        return reviewed(tx, channel.config, at(channel.id), channel.clock.now()).standing.judged


class Weeks(RuleBasedStateMachine):
    """A channel over weeks, with people who judge, decide, choose and edit the file in any order."""

    storage: Storage

    def __init__(self) -> None:
        super().__init__()
        self.channel = Channel(self.storage)
        self.wrong_in_a_row = 0

    def _on(self, what: str) -> None:
        before = self.channel.now
        if before == "off":
            return
        self.channel.happens(what)
        self.wrong_in_a_row = self.wrong_in_a_row + 1 if before == "auto" and what == "not_quite" else 0
        last = [one for one in self.channel.changes() if one.state == "done"][-1:]
        if before == "auto" and self.wrong_in_a_row >= (2 if last and last[0].cause == "earned" else 5):
            raise AssertionError(f"still in auto after {self.wrong_in_a_row} wrong in a row")
        if self.channel.now != "auto":
            self.wrong_in_a_row = 0

    @rule(what=st.sampled_from(["solved", "left", "not_quite"]))
    def one_more(self, what: str) -> None:
        self._on(what)

    @rule(number=st.sampled_from([5, 12, 20]))
    def a_good_run(self, number: int) -> None:
        if self.channel.now != "off":
            self.channel.good_past(number)
            self.wrong_in_a_row = 0

    @rule()
    def two_wrong(self) -> None:
        self._on("not_quite")
        self._on("not_quite")

    @precondition(lambda self: self.channel.waiting is not None)
    @rule(who=st.sampled_from([MIRA, MIRA, ANA]))
    def accepted(self, who: Actor) -> None:
        waiting = self.channel.waiting
        with suppress(NotAllowed if who is ANA else BadRequest):
            self.channel.accept(who)
            assert who is MIRA and waiting is not None and self.channel.now == waiting.after

    @precondition(lambda self: self.channel.waiting is not None)
    @rule()
    def declined(self) -> None:
        self.channel.decline()

    @rule(mode=st.sampled_from(MODES))
    def chosen(self, mode: str) -> None:
        try:
            self.channel.choose(mode)
        except BadRequest:
            return
        self.wrong_in_a_row = 0

    @rule(mode=st.sampled_from(MODES), highest=st.sampled_from(MODES))
    def file_edited(self, mode: str, highest: str) -> None:
        self.channel.mode, self.channel.highest = min(mode, highest, key=MODES.index), highest
        self.wrong_in_a_row = 0
        self.channel.review()

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.channel.clock.move(days=days)
        self.channel.review()

    @invariant()
    def at_most_one_proposal_waits(self) -> None:
        assert sum(one.state == "proposed" for one in self.channel.changes()) <= 1

    @invariant()
    def the_ceiling_is_never_exceeded(self) -> None:
        assert MODES.index(self.channel.now) <= MODES.index(self.channel.highest)

    @invariant()
    def it_never_answers_by_itself_without_a_person_who_wanted_it(self) -> None:
        if self.channel.now != "auto":
            return
        done = sorted((o for o in self.channel.changes() if o.state == "done"), key=lambda o: (o.decided_at, o.id))
        assert done[-1].by == "U0MIRA" if done else self.channel.mode == "auto"

    @invariant()
    def what_is_earned_has_its_evidence_and_only_auto_falls(self) -> None:
        for one in self.channel.changes():
            if one.cause == "earned" and one.state in ("proposed", "done"):
                assert one.evidence["judged"] >= rules.FEWEST[one.after]  # type: ignore[index]
                assert one.evidence["lower"] >= one.evidence["wanted"] - 0.0001
            if one.by is None and one.state == "done":
                assert (one.before, one.after, one.cause) == ("auto", "suggest", "fell")

    @invariant()
    def every_step_has_its_receipt(self) -> None:
        decided = [one for one in self.channel.changes() if one.state != "proposed"]
        proposals = [one for one in self.channel.changes() if one.cause == "earned"]
        assert len(self.channel.receipts()) == len(decided) + len(proposals)


@pytest.mark.slow
def test_whatever_happens_over_weeks_the_rules_hold(shared: Storage) -> None:
    Weeks.storage = shared
    run_state_machine_as_test(
        Weeks,
        settings=settings(
            max_examples=15, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
