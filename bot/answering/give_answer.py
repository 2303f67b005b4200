"""Stores a finding as an answer and, by the channel's mode, sends it to the customer or shows it to agents."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.answering.finding import Finding
from bot.answering.situation import Situation, is_answer_to, keep_decision, visible_answers
from bot.answering.words_around import words_around
from bot.clock import Clock
from bot.desk.lifecycle import apply
from bot.directory.languages import answer_language
from bot.jobs import OpenTicket
from bot.outbox.posting import post_to_customer, queue_redraw
from bot.settings.config import Config
from bot.triage.list_references import numbered_list
from storage.addresses import own_address
from storage.answers import Answer
from storage.transaction import Transaction

VERB_AFTER = {"answered": "answer", "asked_back": "ask_back", "handed_over": "hand_over"}


def give_answer(
    tx: Transaction, situation: Situation, finding: Finding, config: Config, clock: Clock, made_by: dict[str, Any]
) -> None:
    """Store the answer, then send it (mode auto) or show it to agents (other modes); open a ticket if needed."""
    now = clock.now()
    if finding.reason == "off_topic":
        situation.message.kind = "off_topic"
    answer = _build_answer(tx, situation, finding, config, now)
    apply(tx, answer, "draft", by=None, at=now)
    tx.answers.record_dependencies(
        answer.id, tx.articles.checksums(citation.article_id for citation in finding.citations)
    )
    if situation.mode == "auto":
        _send(tx, situation, answer, clock)
        if finding.open_questions:
            apply(tx, situation.conversation, "hand_over", by=None, at=now)
        elif finding.outcome == "answered":
            _resolve_unclaimed_ticket(tx, situation, now)
    else:
        _replace_earlier(tx, situation, answer, "suggestion", now)
    if situation.mode != "auto" or finding.outcome == "handed_over" or finding.open_questions:
        tx.jobs.enqueue(OpenTicket(situation.conversation.id, answer.id))
    keep_decision(
        tx,
        now,
        situation,
        finding.outcome,
        finding.reason,
        versions=made_by,
        answer_id=answer.id,
        **_receipt_details(situation, finding, config),
    )


def _receipt_details(situation: Situation, finding: Finding, config: Config) -> dict[str, Any]:
    """What was searched and how well it fitted, for the receipt: ids and scores, and no text that anybody wrote."""
    return {
        "kind": situation.message.kind,
        "question_words": len(finding.question.split()),
        "audiences": sorted(config.audiences_for(situation.customer)),
        "probability": round(finding.confidence, 3) if finding.hits else None,
        "wanted_precision": config.precision_in(situation.place, situation.mode),
        "mode": situation.mode,
        "model": finding.model,
        "bar": round(finding.bar, 3) if finding.hits else None,
        "cut": list(finding.cut),
        "did_not_help": sorted(situation.shown_passages),
        "passages": [
            {
                "id": hit.passage.id,
                "score": round(hit.score, 3),
                "cosine": round(hit.cosine, 3),
                "bm25": round(hit.bm25, 2),
                "match": None if hit.match is None else round(hit.match, 3),
            }
            for hit in finding.hits
        ],
    }


def _resolve_unclaimed_ticket(tx: Transaction, situation: Situation, now: datetime) -> None:
    """Resolve the open ticket of the question's first part: the whole question has an answer now."""
    ticket = tx.tickets.of_conversation(situation.conversation.id)
    if ticket is None or not ticket.is_open:
        return
    why = "The customer added words, and an article answers the whole."
    apply(tx, ticket, "resolve", by=None, at=now, why=why)


def _build_answer(tx: Transaction, situation: Situation, finding: Finding, config: Config, now: datetime) -> Answer:
    due = config.tier_of(situation.customer).first_response_due(now)
    text = words_around(
        finding.outcome,
        "next_best" if situation.shown_passages and finding.outcome == "answered" else finding.reason,
        finding.question,
        situation.contact_name,
        bool(finding.near),
        due,
        now,
        situation.zone,
        language=answer_language(tx, config, situation.conversation, finding.question),
        options=finding.options,
        company=config.company.name,
        urgent=finding.urgent,
        open_questions=finding.open_questions,
    )
    return Answer(
        conversation_id=situation.conversation.id,
        message_id=situation.message.id,
        question=finding.question,
        outcome=finding.outcome,
        reason=finding.reason,
        mode=situation.mode,
        frame=text.frame,
        closing=text.closing,
        parts=[asdict(part) for part in finding.parts],
        citations=[asdict(c) for c in finding.citations],
        near=[asdict(c) for c in finding.near],
        options=list(finding.options),
        confidence=finding.confidence,
        sure=finding.sure,
        model=finding.model if finding.outcome == "answered" else None,
        created_at=now,
    )


def _send(tx: Transaction, situation: Situation, answer: Answer, clock: Clock) -> None:
    """Post the answer, or show it in place of an earlier answer to the first part of the same question."""
    conversation, now = situation.conversation, clock.now()
    apply(tx, answer, "send", by=None, at=now)
    apply(tx, conversation, VERB_AFTER[answer.outcome], by=None, at=now)
    conversation.first_response_at = conversation.first_response_at or now
    if not _replace_earlier(tx, situation, answer, "answer", now):
        post_to_customer(
            tx, now, conversation, "answer", answer.id, as_read(answer), author_id="footbridge", side="bot"
        )


def _replace_earlier(tx: Transaction, situation: Situation, answer: Answer, kind: str, now: datetime) -> bool:
    """Show the answer in the post of an earlier answer to the same question. Returns False when there is none."""
    earlier = _answer_to_replace(tx, situation, answer)
    if earlier is None:
        return False
    apply(tx, earlier, "replace", by=None, at=now)
    posts = tx.posts.showing(kind, earlier.id)
    for post in posts:
        post.subject_id = answer.id
        words = tx.conversations.message_at(own_address("post", post.id))
        if words is not None:
            words.text = as_read(answer)
    tx.flush()
    queue_redraw(tx, kind, answer.id)
    return bool(posts)


def _answer_to_replace(tx: Transaction, situation: Situation, answer: Answer) -> Answer | None:
    """The earlier answer to replace: to the same message before an edit, or to the first part of the question.

    An answer that the customer may have read is not replaced because of a later message.
    """
    visible = [a for a in visible_answers(tx, situation) if a.id != answer.id and a.state == answer.state]
    if situation.redo or situation.message.in_thread:
        visible = [a for a in visible if is_answer_to(tx, a, situation.message)]
    last = visible[-1] if visible else None
    if last is None or last.verdict is not None or not is_answer_to(tx, last, situation.message):
        return None
    read_already = last.outcome == "answered" and last.state == "sent"
    return None if read_already and not situation.redo else last


def plain_text(answer: Answer) -> str:
    """An answer as one Markdown text, for kinds of channel that have no blocks."""
    parts = [str(part["text"]) for part in answer.parts]
    return "\n\n".join(text for text in (answer.frame, *parts, answer.closing) if text)


def as_read(answer: Answer) -> str:
    """An answer as stored in the transcript, with the numbered list that a customer may refer to ("the second one")."""
    titles = answer.options or [citation["title"] for citation in answer.near or answer.citations]
    return "\n\n".join(text for text in (plain_text(answer), numbered_list(titles)) if text)
