"""Says of one conversation whether its question went without a good answer from our articles, and how people solved it.

Plain rules on rows that were read already. Small talk, complaints and requests for a person are nothing to write about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.answering.judgement import decide
from storage.answers import Answer
from storage.conversations import Message
from storage.reports import ConversationHistory
from storage.tickets import Ticket
from storage.trials import Trial

HANDED_OVER = {
    "nothing_relevant": "no article was good enough",
    "not_grounded": "a draft did not stand on the articles",
    "model_declined": "the articles that were found do not answer it",
    "same_answer_again": "the answer was not quite it, and there was no better one",
    "did_not_help": "the answer was not quite it",
}
# Of the answers that proved wrong; one whose article was wrong is corrected, and no article is missing.
PROVED_WRONG: dict[str, str] = {
    "not_quite": "the answer was not quite it",
    "get_person": "after the answer a person was still wanted",
    "reopened": "after the answer the ticket was opened again",
    "rewritten": "an agent changed the draft",
    "discarded": "an agent discarded the draft",
    "other_words": "an agent wrote something else than the draft",
}
BY_HAND = "an agent answered without an article"
ASKING = frozenset({"question", "problem", "request", "follow_up"})
LONGEST = 1_200


@dataclass(frozen=True)
class Missed:
    """A question without a good answer. `near` are the citations that did not suffice; `solved_by` is a user id."""

    conversation_id: int
    customer_id: str
    question: str
    at: datetime
    what_happened: str
    near: tuple[dict[str, Any], ...] = ()
    ticket_id: int | None = None
    link: str | None = None
    solution: str = ""
    solved_by: str | None = None


def missed(story: ConversationHistory) -> Missed | None:
    """What the conversation asked for in vain, or None when it asked nothing, or was answered well in the end."""
    if any(decided[0] == "solved" for trial in story.trials if (decided := decide(trial))):
        return None
    failed = [(trial.answer, why) for trial in story.trials if (why := what_happened(trial))]
    if not failed:
        return None if story.trials else _by_hand(story)
    first, why = failed[0]
    return _missed(story, first.question, first.created_at, why, [answer for answer, _ in failed])


def what_happened(trial: Trial) -> str | None:
    """Why an answer shows that an article is missing, in words; None when it does not."""
    answer = trial.answer
    if answer.state in ("withdrawn", "replaced") or answer.mode == "correction":
        return None
    if answer.outcome == "handed_over":
        return HANDED_OVER.get(answer.reason)
    decided = decide(trial)
    return PROVED_WRONG.get(decided[0]) if decided else None


def _by_hand(story: ConversationHistory) -> Missed | None:
    if story.conversation.taken_over_at is None:
        return None
    asked = [m for m in story.messages if m.side == "contact" and m.kind in ASKING and not m.in_thread and m.text]
    if not asked:
        return None
    return _missed(story, "\n".join(m.text or "" for m in asked), asked[0].said_at, BY_HAND, [])


def _missed(story: ConversationHistory, question: str, at: datetime, why: str, failed: list[Answer]) -> Missed | None:
    if not question.strip():
        return None
    solution, solved_by = _solution(story, failed)
    return Missed(
        conversation_id=story.conversation.id,
        customer_id=story.conversation.customer_id,
        question=question.strip()[:LONGEST],
        at=at,
        what_happened=why,
        near=tuple(citation for answer in failed for citation in (*answer.citations, *answer.near)),
        ticket_id=story.ticket.id if story.ticket else None,
        link=story.conversation.link,
        solution=solution,
        solved_by=solved_by,
    )


def _solution(story: ConversationHistory, failed: list[Answer]) -> tuple[str, str | None]:
    """The best that is known of how it was solved, and by whom: the ticket's fix, a mended draft, an agent's words."""
    ticket = story.ticket
    if ticket is not None and ticket.fix:
        return _cause_and_fix(ticket), ticket.resolved_by or ticket.assignee_id
    mended = next((answer for answer in reversed(failed) if answer.edited and answer.state == "sent"), None)
    if mended is not None:
        return "\n\n".join(str(part["text"]) for part in mended.parts), mended.decided_by
    said = _last_words(story)
    return (said.text or "", said.author_id) if said else ("", None)


def _cause_and_fix(ticket: Ticket) -> str:
    return f"{ticket.fix} (Cause: {ticket.cause})" if ticket.cause else str(ticket.fix)


def _last_words(story: ConversationHistory) -> Message | None:
    """The longest that a person of ours wrote into a thread that is over; before that, words may be questions back."""
    if story.conversation.status != "solved" and not (story.ticket and story.ticket.resolved_at):
        return None
    return max(
        (m for m in story.messages if m.side == "ours" and m.text), key=lambda m: len(m.text or ""), default=None
    )
