"""Answers of the past that people have judged by what they did, as rows: evidence for and against a channel's mode."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

from storage.addresses import SLACK, Address
from storage.answers import Answer
from storage.conversations import Conversation, Message
from storage.feedback import Feedback
from storage.transaction import Transaction

_NUMBERS = count(1)


def judged(
    tx: Transaction, channel: str, at: datetime, *, customer: str, contact: str, mode: str = "suggest", what: str
) -> int:
    """One answer made at `at`; `what` was done with it: sent, solved, not_quite, discarded, or left (nothing was).

    Returns the answer's id.
    """
    number = next(_NUMBERS)
    thread = Address(SLACK, channel, f"{at.timestamp():.0f}.{number:06d}")
    conversation = tx.conversations.add(
        Conversation(
            place_id=tx.addresses.id_of(Address(SLACK, channel)),
            thread_id=tx.addresses.id_of(thread),
            customer_id=customer,
            contact_id=contact,
            status="answered",
            opened_at=at,
            last_message_at=at,
            link=f"http://127.0.0.1:1/archives/{channel}/p{number}",
        )
    )
    message = tx.conversations.add_message(
        Message(
            conversation_id=conversation.id,
            address_id=conversation.thread_id,
            author_id=contact,
            side="contact",
            text=f"Question {number} of the past?",
            said_at=at,
        )
    )
    verdict = what if what in ("solved", "not_quite", "get_person") else None
    answer = tx.answers.add(
        Answer(
            conversation_id=conversation.id,
            message_id=message.id,
            question=message.text,
            outcome="answered",
            reason="quoted",
            mode=mode,
            state={"discarded": "discarded", "left": "sent" if mode == "auto" else "drafted"}.get(what, "sent"),
            frame="Hello,",
            parts=[{"text": "Open Settings and press Save.", "citations": [], "heading": ""}],
            created_at=at,
            sent_at=at if what != "discarded" else None,
            decided_by="U0ANA" if mode == "suggest" and what != "left" else None,
            verdict=verdict,
        )
    )
    if verdict:
        tx.feedback.add(
            Feedback(conversation_id=conversation.id, answer_id=answer.id, user_id=contact, kind=verdict, at=at)
        )
    if what == "discarded":
        tx.receipts.add(
            at, "suggestion_discarded", "Thrown away.", conversation_id=conversation.id, answer_id=answer.id
        )
    return answer.id


def good_past(
    tx: Transaction, channel: str, now: datetime, number: int, *, customer: str, contact: str, mode: str = "suggest"
) -> None:
    """`number` drafts that agents sent as they were, one every hour up to an hour ago."""
    for back in range(number, 0, -1):
        judged(tx, channel, now - timedelta(hours=back), customer=customer, contact=contact, mode=mode, what="sent")
