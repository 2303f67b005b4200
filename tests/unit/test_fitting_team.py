"""Which team an escalation is proposed to."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.desk.escalation import suggest_team
from bot.settings.config import Config
from bot.settings.config_file import load


@pytest.fixture(scope="module")
def config() -> Config:
    return load(Path(__file__).parents[2] / "demo" / "footbridge.yaml")


@pytest.mark.parametrize(
    ("customer", "words", "team"),
    [
        (
            "brightwater",
            "Since last night no new invoices of our Irish subsidiary arrive from NetSuite.",
            "erp-integration",
        ),
        ("kestrel", "Our SAP company code 2000 is missing and the sync says TW-ERP-204", "erp-integration"),
        ("kestrel", "The Jira connection fails and shows no usage data since Monday", "vendor-integration"),
        ("brightwater", "Licence reclaim took back the wrong licence from Derek", "vendor-integration"),
        ("oakline", "The renewal date of our Figma contract is wrong in the catalogue", "subscriptions"),
        ("oakline", "You charged our card twice, please refund one of the payments", "finance"),
        (
            "kestrel",
            "We are very unhappy and think about ending the contract, nobody gives us a training",
            "customer-success",
        ),
    ],
)
def test_the_team_whose_words_fit_is_proposed(config: Config, customer: str, words: str, team: str) -> None:
    found = suggest_team(config.teams, words, config.customer(customer), besides=frozenset({"support"}))
    assert found.id == team


def test_the_team_from_which_it_is_escalated_is_proposed_only_when_there_is_no_other(config: Config) -> None:
    support = config.team("support")
    assert support is not None
    words = "A question about how to use Tallyworks, first line"
    assert suggest_team(config.teams, words, None).id == "support"
    assert suggest_team(config.teams, words, None, besides=frozenset({"support"})).id != "support"
    assert suggest_team([support], words, None, besides=frozenset({"support"})).id == "support"
