"""Proposes a ticket's priority from its impact, its urgency and the customer's tier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.settings.config import Customer, Policies
from bot.triage.markup import plain_text, split_emoji
from bot.triage.model import TriageModel

LEVELS = (1, 2, 3)
"""Impact: 1 one person or a detail, 2 a part of the customer, 3 the whole customer (or outsiders saw data).
Urgency: 1 it can wait, 2 it disturbs the work, 3 it cannot wait."""

# (impact, urgency) -> the priority for a customer of the fastest tier, and for all others. It is never below normal,
# because an estimate should not put a ticket at the end of the queue.
PRIORITIES: Mapping[tuple[int, int], tuple[str, str]] = {
    (3, 3): ("urgent", "urgent"),
    (3, 2): ("urgent", "high"),
    (3, 1): ("high", "normal"),
    (2, 3): ("high", "high"),
    (2, 2): ("high", "normal"),
    (2, 1): ("normal", "normal"),
    (1, 3): ("high", "normal"),
    (1, 2): ("normal", "normal"),
    (1, 1): ("normal", "normal"),
}


@dataclass(frozen=True)
class Proposal:
    """A priority with its reasons; `impact` and `urgency` are 1 to 3, or None when the model could not judge them."""

    priority: str
    impact: int | None = None
    urgency: int | None = None


def propose_priority(
    messages: Sequence[str], customer: Customer, policies: Policies, model: TriageModel, *, complaint: bool = False
) -> Proposal:
    """Propose a priority for a contact's messages in Slack's markup. With `complaint` it is at least `high`."""
    words = "\n".join(split_emoji(plain_text(text))[0] for text in messages).strip()
    judged = model.judge([words]) if words else None
    least = "high" if complaint else "normal"
    if not judged:
        return Proposal(least)
    impact, urgency = int(judged[0].best("impact")), int(judged[0].best("urgency"))
    if judged[0].says("danger"):
        return Proposal("urgent", impact, urgency)
    fastest, others = PRIORITIES[impact, urgency]
    priority = fastest if is_fastest_tier(customer, policies) else others
    return Proposal(least if priority == "normal" else priority, impact, urgency)


def sounds_urgent(text: str, model: TriageModel) -> bool:
    """Whether a contact's text says that it cannot wait, or that it disturbs the work of the whole customer."""
    judged = model.judge([text]) if text.strip() else None
    if not judged:
        return False
    impact, urgency = int(judged[0].best("impact")), int(judged[0].best("urgency"))
    return urgency == max(LEVELS) or (impact == max(LEVELS) and urgency > min(LEVELS))


def is_fastest_tier(customer: Customer, policies: Policies) -> bool:
    """Whether the customer's tier has the shortest time for a first response, and another tier has a longer one."""
    minutes = {tier.first_response_minutes for tier in policies.tiers.values()}
    return len(minutes) > 1 and policies.tiers[customer.tier].first_response_minutes == min(minutes)
