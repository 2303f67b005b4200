"""Drafts that agents send, mend or throw away; a draft reaches the customer only by a person's press."""

from __future__ import annotations

from dataclasses import asdict

from bot.articles.citations import with_whole_quotes
from bot.articles.saved_answers import remember
from bot.clock import Clock
from bot.contents.answers import AnswerPart
from bot.desk.lifecycle import apply
from bot.directory.access import Actor
from bot.errors import BadRequest, NotFound
from bot.events import CustomerHeardFromUs
from bot.outbox.posting import post_to_customer
from bot.privacy.safeguards import customer_safe
from bot.settings.config import Config
from storage.answers import Answer
from storage.transaction import Storage, Transaction


def suggestion_text(answer_id: int, *, storage: Storage) -> str:
    """The draft's words in Markdown, for the form in which an agent mends them."""
    with storage.reading() as tx:
        return _words(_drafted(tx, answer_id))


def send_suggestion(
    answer_id: int,
    text: str | None,
    remember_for: str = "",
    *,
    actor: Actor,
    storage: Storage,
    config: Config,
    clock: Clock,
) -> None:
    """Sends the draft, or the mended `text` in its place, as an answer with its sources.

    `remember_for` (customer or everyone) keeps the mended words, so that nobody need mend the same answer again.
    """
    with storage.transaction() as tx:
        answer = _drafted(tx, answer_id)
        conversation = tx.conversations.get(answer.conversation_id)
        now = clock.now()
        if text is not None:
            answer.drafted = _words(answer)
            words = _apply_edit(answer, text)
            if remember_for:
                remember(tx, answer, answer.question, words, remember_for, actor=actor, config=config, clock=clock)
        answer.edited = text is not None
        ticket = tx.tickets.of_conversation(conversation.id)
        apply(
            tx,
            answer,
            "send_draft",
            by=actor,
            at=now,
            why="as_edited" if answer.edited else "as_drafted",
            details={"ticket_id": ticket.id} if ticket else {},
        )
        apply(tx, conversation, "answer", by=actor, at=now)
        said = f"{answer.frame}\n\n{_words(answer)}"
        post_to_customer(tx, now, conversation, "answer", answer.id, said, author_id=actor.user_id, side="bot")
        if ticket is not None and ticket.is_open:
            tx.tickets.record(ticket.id, now, "replied", actor.user_id, "Sent the suggested answer.")
        tx.emit(CustomerHeardFromUs(conversation_id=conversation.id, at=now, by=actor.user_id, takes_over=False))


def _apply_edit(answer: Answer, text: str) -> str:
    """Puts an agent's words in the place of the draft's; what they stand on keeps being quoted beneath them."""
    words = customer_safe(text).strip()
    if not words:
        raise BadRequest("The answer is empty. Write it, or press Discard.")
    if answer.model is None:
        answer.citations = with_whole_quotes(answer.parts, answer.citations)
    answer.parts = [asdict(AnswerPart(words, tuple(citation["number"] for citation in answer.citations)))]
    return words


def discard_suggestion(answer_id: int, *, actor: Actor, storage: Storage, clock: Clock) -> None:
    with storage.transaction() as tx:
        answer = _drafted(tx, answer_id)
        apply(tx, answer, "discard", by=actor, at=clock.now(), why="pressed")


def _words(answer: Answer) -> str:
    return "\n\n".join(str(part["text"]) for part in answer.parts)


def _drafted(tx: Transaction, answer_id: int) -> Answer:
    try:
        answer = tx.answers.get(answer_id)
    except LookupError:
        raise NotFound("That draft is no longer there.") from None
    if answer.state != "drafted":
        raise NotFound("That draft was already dealt with; the card shows by whom.")
    return answer
