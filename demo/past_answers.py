"""Import the answers and hand-overs of the demo's history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from bot.contents.answers import AnswerPart, Citation
from demo.past_entry import BOT, PastEntry, add_receipt, store_message
from storage.answers import Answer
from storage.conversations import Conversation, Message
from storage.feedback import Feedback
from storage.posts import Post
from storage.transaction import Transaction


def import_answer(
    tx: Transaction,
    past: PastEntry,
    conversation: Conversation,
    message: Message,
    question: str,
    answer: Mapping[str, Any],
) -> None:
    """Store an answer that was sent, its message and its post, and the customer's feedback if there was any."""
    if past.config.customer(conversation.customer_id) is None:
        raise LookupError(f"history.yaml names the customer {conversation.customer_id}, who is not in footbridge.yaml")
    at = past.at(answer["after"])
    stored = tx.answers.add(_make_answer(tx, past, conversation, message, question, answer))
    mode = stored.mode
    add_receipt(tx, conversation.id, at, "answered", "quoted", message.address_id, answer_id=stored.id, mode=mode)
    conversation.first_response_at = at
    _post_answer(tx, past, conversation, stored, at)
    if verdict := answer.get("feedback"):
        _import_feedback(tx, conversation, stored, verdict, at + timedelta(minutes=2))


def _make_answer(
    tx: Transaction,
    past: PastEntry,
    conversation: Conversation,
    message: Message,
    question: str,
    answer: Mapping[str, Any],
) -> Answer:
    at = past.at(answer["after"])
    citations = _make_citations(past, answer["articles"], answer["text"].splitlines()[0])
    verdict = answer.get("feedback")
    return Answer(
        conversation_id=conversation.id,
        message_id=message.id,
        question=question,
        outcome="answered",
        reason="quoted",
        mode=past.config.configured_mode(tx.addresses.get(conversation.place_id)),
        state="sent",
        frame="This is what our help centre says:",
        confidence=0.8,
        created_at=at,
        sent_at=at,
        parts=[asdict(AnswerPart(answer.get("edited", answer["text"]), tuple(c.number for c in citations)))],
        decided_by=answer.get("edited_by") or answer.get("sent_by"),
        edited="edited" in answer,
        citations=[asdict(c) for c in citations],
        verdict=verdict,
        closed_by={"solved": "Solved", "not_quite": "Not quite"}.get(verdict or ""),
    )


def _post_answer(tx: Transaction, past: PastEntry, conversation: Conversation, answer: Answer, at: datetime) -> None:
    text = str(answer.parts[0]["text"])
    sources = " ".join(f"[{c['number']}] {c['title']}" for c in answer.citations)
    thread = tx.addresses.get(conversation.thread_id)
    ts = past.add_slack_message(BOT, at, f"{answer.frame}\n{text}\n_Source: {sources}_", thread.item)
    store_message(tx, conversation, "footbridge", "bot", text, ts)
    tx.posts.add(
        Post(
            kind="answer",
            subject_id=answer.id,
            place_id=conversation.place_id,
            thread_id=conversation.thread_id,
            address_id=tx.addresses.id_of(thread.at(ts)),
            created_at=at,
            sent_at=at,
        )
    )


def _import_feedback(tx: Transaction, conversation: Conversation, answer: Answer, verdict: str, at: datetime) -> None:
    add_receipt(tx, conversation.id, at, f"pressed_{verdict}", "pressed", by=conversation.contact_id)
    tx.feedback.add(
        Feedback(
            conversation_id=conversation.id,
            answer_id=answer.id,
            user_id=conversation.contact_id,
            kind=verdict,
            at=at,
        )
    )
    if verdict == "solved":
        conversation.solved_at = at


def import_hand_over(
    tx: Transaction,
    past: PastEntry,
    conversation: Conversation,
    message: Message,
    question: str,
    hand_over: Mapping[str, Any],
) -> None:
    """Store a question that no article answered. In the mode auto the customer got a message about it."""
    at = past.at(hand_over["after"])
    mode = past.config.configured_mode(tx.addresses.get(conversation.place_id))
    frame = "I looked through our help centre and found no answer to this, so I have asked a person."
    sent = mode == "auto"
    tx.answers.add(
        Answer(
            conversation_id=conversation.id,
            message_id=message.id,
            question=question,
            outcome="handed_over",
            reason="nothing_relevant",
            mode=mode,
            state="sent" if sent else "discarded",
            frame=frame,
            confidence=0.5,
            created_at=at,
            sent_at=at if sent else None,
            near=[asdict(one) for one in _make_citations(past, hand_over["near"], "")],
        )
    )
    if sent:
        conversation.first_response_at = at
        ts = past.add_slack_message(BOT, at, frame, tx.addresses.get(conversation.thread_id).item)
        store_message(tx, conversation, "footbridge", "bot", frame, ts)


def _make_citations(past: PastEntry, articles: Sequence[str], quote: str) -> list[Citation]:
    centre = (past.config.company.help_centre or "").rstrip("/")
    return [
        Citation(
            number,
            article,
            past.titles.get(article, article),
            f"{centre}/{article}" if centre else None,
            quote,
            f"{article}#0",
        )
        for number, article in enumerate(articles, 1)
    ]
