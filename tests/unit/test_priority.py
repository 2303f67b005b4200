"""A proposed priority follows from how many are affected, how much it presses, and the customer's tier."""

from __future__ import annotations

import json

import pytest

from bot.desk.priority import LEVELS, PRIORITIES, is_fastest_tier, propose_priority
from bot.settings.config import Customer, CustomerChannel, Policies, Tier
from bot.triage.model import shipped_model
from evals.triage_samples import LABELLED
from tests.fakes.triage_models import model_without_embeddings

POLICIES = Policies(
    tiers={
        "enterprise": Tier(first_response_minutes=2, resolution_hours=4),
        "starter": Tier(first_response_minutes=30, resolution_hours=24),
    }
)


def customer(tier: str) -> Customer:
    return Customer(id="acme", name="Acme", tier=tier, channels=[CustomerChannel(id="C0ACME")])


def proposed(text: str, tier: str = "starter", *, complaint: bool = False) -> str:
    return propose_priority([text], customer(tier), POLICIES, shipped_model(), complaint=complaint).priority


@pytest.mark.parametrize(
    "text",
    [
        "everything is down and nobody in the company can work, we lose money every minute",
        "customers can see the data of other customers, stop this now",
    ],
)
def test_what_stops_everybody_now_is_urgent(text: str) -> None:
    assert proposed(text) == "urgent"


@pytest.mark.parametrize(
    "text",
    [
        "how do I rename a report",
        "what does the production plan cost",
        "where do I set the deadline of a task",
        "the word urgent is misspelt on the start page",
        "could you send me the invoice again",
    ],
)
def test_a_single_word_makes_no_priority(text: str) -> None:
    assert proposed(text) == "normal"


def test_the_fastest_tier_comes_sooner_where_something_is_affected() -> None:
    text = "the approval step hangs for our two branches in the north"
    assert (proposed(text, "enterprise"), proposed(text, "starter")) == ("high", "normal")
    one_tier = Policies()
    assert not is_fastest_tier(customer("standard"), one_tier)


def test_an_unhappy_customer_never_waits_behind_all_others() -> None:
    assert proposed("how do I rename a report", complaint=True) == "high"


def test_somebody_in_danger_is_urgent() -> None:
    assert proposed("I want to kill myself") == "urgent"


def test_all_that_was_written_counts_and_nothing_written_is_normal() -> None:
    said = ["hi", "sorry to bother you", "the whole system is down, nobody can work, please hurry"]
    assert propose_priority(said, customer("starter"), POLICIES, shipped_model()).priority in ("high", "urgent")
    assert propose_priority([], customer("starter"), POLICIES, shipped_model()).priority == "normal"


def test_without_an_embedding_model_the_priority_is_normal_and_says_that_nothing_was_judged() -> None:
    found = propose_priority(["all is down"], customer("starter"), POLICIES, model_without_embeddings())
    assert (found.priority, found.impact, found.urgency) == ("normal", None, None)


def test_more_impact_or_more_urgency_never_lowers_a_priority() -> None:
    rank = ["normal", "high", "urgent"].index
    for (impact, urgency), pair in PRIORITIES.items():
        for more in ((impact + 1, urgency), (impact, urgency + 1)):
            if more in PRIORITIES:
                assert all(rank(a) <= rank(b) for a, b in zip(pair, PRIORITIES[more], strict=True))
        assert rank(pair[0]) >= rank(pair[1])
    assert set(PRIORITIES) == {(a, b) for a in LEVELS for b in LEVELS}


def test_products_that_were_left_out_are_judged_right_in_three_of_four_messages() -> None:
    rows = [json.loads(line) for line in (LABELLED / "priorities.jsonl").read_text("utf-8").splitlines()]
    left_out = [row for row in rows if row["use"] != "fit"]
    assert {row["product"] for row in left_out}.isdisjoint(row["product"] for row in rows if row["use"] == "fit")
    judged = shipped_model().judge([row["text"] for row in left_out]) or []
    for name in ("impact", "urgency"):
        off = [abs(int(one.best(name)) - row[name]) for one, row in zip(judged, left_out, strict=True)]
        assert off.count(0) >= 0.75 * len(off)
        assert off.count(2) <= 0.05 * len(off)
