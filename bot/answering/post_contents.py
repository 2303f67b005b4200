"""Builds the contents of the posts of an answer and of a draft from the current rows."""

from __future__ import annotations

from dataclasses import replace

from bot.articles.citations import citation
from bot.contents.answers import AnswerContent, AnswerPart, SuggestionContent
from bot.directory.languages import answer_language
from bot.directory.people import name_of, zone_of
from bot.settings.config import Config
from bot.texts.catalogue import for_customers
from bot.texts.times import dated_time
from storage.answers import Answer
from storage.posts import Post
from storage.transaction import Transaction


def answer_content(tx: Transaction, answer: Answer, config: Config) -> AnswerContent | None:
    """The content of an answer; None when the customer withdrew the question."""
    if answer.state == "withdrawn":
        return None
    return AnswerContent(
        answer_id=answer.id,
        outcome=answer.outcome,
        frame=answer.frame,
        closing=answer.closing,
        parts=tuple(
            AnswerPart(part["text"], tuple(part["citations"]), part.get("heading", "")) for part in answer.parts
        ),
        citations=tuple(map(citation, answer.citations)),
        near=tuple(map(citation, answer.near)),
        by_model=answer.model is not None,
        closed_by=answer.closed_by,
        options=tuple(answer.options),
        sent_by=name_of(tx, config, answer.decided_by) if answer.decided_by and answer.state == "sent" else None,
        in_own_words=answer.edited,
        language=answer_language(tx, config, tx.conversations.get(answer.conversation_id), answer.question),
    )


def show_answer(tx: Transaction, post: Post, config: Config) -> AnswerContent | None:
    """The content of an answer in the customer's thread; it says when a correction was sent."""
    answer = tx.answers.get(post.subject_id)
    content = answer_content(tx, answer, config)
    if content is None:
        return None
    for correction in tx.corrections.of_answer(answer.id):
        if correction.state == "sent" and correction.decided_at is not None:
            conversation = tx.conversations.get(answer.conversation_id)
            zone = zone_of(tx, config, conversation.contact_id, conversation.customer_id)
            time = dated_time(correction.decided_at, zone, for_customers(content.language))
            content = replace(content, corrected=time)
    return content


def show_suggestion(tx: Transaction, post: Post, config: Config) -> SuggestionContent | None:
    """The content of a draft for agents; None when the question was withdrawn or there is no ticket."""
    answer = tx.answers.get(post.subject_id)
    content = answer_content(tx, answer, config)
    ticket = tx.tickets.of_conversation(answer.conversation_id)
    if content is None or ticket is None:
        return None
    state = "edited" if answer.state == "sent" and answer.edited else answer.state
    return SuggestionContent(
        content,
        ticket.id,
        state,
        name_of(tx, config, answer.decided_by) if answer.decided_by else None,
        likely=answer.confidence,
        sure=answer.sure,
    )
