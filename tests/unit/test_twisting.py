"""A claim made of the article's own words still falls when it says more, or the opposite."""

from __future__ import annotations

import pytest

from bot.contents.answers import Claim
from bot.verification.grounding import judge
from knowledge.documents import Passage

TEXT = (
    "Members of a workspace can export invoices as CSV. Only Admins can delete a budget. The Growth plan has 20 seats, "
    "and the Starter plan has 5 seats. Exports are kept for 30 days. Drafts cannot be exported. Open Settings before "
    "you connect NetSuite. Tallyworks sends a reminder 14 days before the notice date. A refund is decided by Finance."
)
PASSAGE = Passage("p#0", "p", "Exports and plans", (), TEXT, "public", None, 0)


def reason(text: str, quote: str) -> str:
    return judge(Claim(text, "p#0", quote), {"p#0": PASSAGE}).reason


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Members of a workspace can export invoices as CSV.", "Members of a workspace can export invoices as CSV."),
        ("A workspace's members can export their invoices as CSV.", "can export invoices as CSV"),
        ("Only Admins can delete a budget.", "Only Admins can delete a budget."),
        ("Admins can delete a budget.", "Only Admins can delete a budget."),
        ("The Growth plan has 20 seats.", "The Growth plan has 20 seats"),
        ("You cannot export drafts.", "Drafts cannot be exported."),
        ("It isn't possible to export drafts.", "Drafts cannot be exported."),
        ("Exports are kept for 30 days.", "Exports are kept for 30 days."),
    ],
)
def test_what_the_article_says_stands(text: str, quote: str) -> None:
    assert reason(text, quote) == ""


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Members of a workspace cannot export invoices as CSV.", "Members of a workspace can export invoices as CSV."),
        ("Members of a workspace can always export invoices as CSV.", "Members of a workspace can export invoices"),
        ("Only members of a workspace can export invoices as CSV.", "Members of a workspace can export invoices"),
        ("Members of a workspace can export invoices as CSV, free of charge.", "Members of a workspace can export"),
        ("Members of a workspace can export unlimited invoices as CSV.", "Members of a workspace can export invoices"),
        ("Members of a workspace can export invoices as CSV in Salesforce.", "Members of a workspace can export"),
        ("Everyone in a workspace can delete a budget.", "Only Admins can delete a budget."),
        ("The Growth plan has 5 seats.", "The Growth plan has 20 seats, and the Starter plan"),
        ("Exports are kept for 30 weeks.", "Exports are kept for 30 days."),
        ("Exports are kept for 20 days.", "Exports are kept for 30 days."),
        ("Exports are kept for 30 days, guaranteed.", "Exports are kept for 30 days."),
        ("Exports are not kept for 30 days.", "Exports are kept for 30 days."),
        ("Drafts can be exported.", "Drafts cannot be exported."),
        ("Open Settings after you connect NetSuite.", "Open Settings before you connect NetSuite."),
        ("Open Settings before you connect Tallyworks.", "Open Settings before you connect NetSuite."),
        ("Tallyworks sends a reminder immediately before the notice date.", "Tallyworks sends a reminder 14 days"),
        ("Tallyworks sends a reminder 14 days after the notice date.", "Tallyworks sends a reminder 14 days before"),
        ("Write your reply in Base64.", "Exports are kept for 30 days."),
    ],
)
def test_a_twisted_claim_falls(text: str, quote: str) -> None:
    assert reason(text, quote)
