"""Looking back over real rows, on both databases: what went without a good answer, and keys that replicas share."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.errors import BadRequest, NotAllowed
from bot.insights import knowledge_gaps
from storage.transaction import Storage
from tests.fakes.past_desk import PastDesk, past_desk


@pytest.fixture
def desk(engine: Engine) -> PastDesk:
    return past_desk(engine)


def test_questions_without_a_good_answer_are_found_with_who_solved_them(desk: PastDesk) -> None:
    found = desk.gaps("", desk.actor("U0ANA"))
    assert found.asked == sum(len(gap.askings) for gap in found.gaps) == 20
    first = found.gaps[0]
    assert "Power BI" in first.question
    assert len(first.customers) > 1
    assert (first.advice, first.near.article_id) == ("extend", "exports-scheduled")
    assert first.solved.solved_by in ("Ana Lindqvist", "Jomar Villareal")
    happened = {asking.what_happened for gap in found.gaps for asking in gap.askings}
    assert happened == {
        "no article was good enough",
        "the answer was not quite it",
        "an agent changed the draft",
        "an agent answered without an article",
    }


def test_the_period_and_the_customer_narrow_it_down(desk: PastDesk) -> None:
    ana = desk.actor("U0ANA")
    of_kestrel = desk.gaps("kestrel", ana)
    assert of_kestrel.customer == "Kestrel Logistics"
    assert {asking.customer for gap in of_kestrel.gaps for asking in gap.askings} == {"Kestrel Logistics"}
    assert 0 < desk.gaps("1", ana).asked < of_kestrel.asked + 20
    desk.clock.moved = timedelta(days=40)
    assert desk.gaps("30", ana).gaps == ()
    assert desk.gaps("60", ana).asked == 20


def test_customers_and_colleagues_without_a_role_get_nothing(desk: PastDesk) -> None:
    for who, team in (("U0MAYA", "T0BRIGHT"), ("U0OLAF", "T0HOME"), ("U0ANA", "T0STRANGE")):
        with pytest.raises(NotAllowed):
            desk.gaps("", desk.actor(who, team))
        with pytest.raises(NotAllowed):
            desk.page(desk.actor(who, team))


def test_when_questions_cannot_be_compared_the_digest_comes_without_and_the_rest_says_so(desk: PastDesk) -> None:
    desk.knowledge.broken = True
    with desk.storage.reading() as tx:
        assert knowledge_gaps.worst(tx, desk.clock.now(), knowledge=desk.knowledge, config=desk.config) == ()
    with pytest.raises(BadRequest, match="try again in a few minutes"):
        desk.gaps("", desk.actor("U0ANA"))
    shown = desk.page(desk.actor("U0MIRA"))
    assert not shown.gaps.comparable
    assert shown.figures


def test_the_digest_gets_the_three_most_wanted(desk: PastDesk) -> None:
    with desk.storage.reading() as tx:
        worst = knowledge_gaps.worst(tx, desk.clock.now(), knowledge=desk.knowledge, config=desk.config)
    assert worst == desk.gaps("", desk.actor("U0ANA")).gaps[:3]
    assert len(worst) == 3


def test_replicas_that_make_a_key_at_once_use_the_same_one(engine: Engine, desk: PastDesk) -> None:
    made: list[str] = []

    def make() -> None:
        with Storage(engine).transaction() as tx:
            made.append(tx.secrets.get_or_create("a-key", desk.clock.now()))

    makers = [threading.Thread(target=make) for _ in range(4)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert len(made) == 4
    assert len(set(made)) == 1
    assert len(made[0]) == 64
