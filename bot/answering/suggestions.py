"""Drafts of answers that agents send, edit or discard."""

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
    """The draft's text in Markdown, for the form in which an agent edits it. Raises NotFound."""
    with storage.reading() as tx:
        return _text_of(_get_draft(tx, answer_id))


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
    """Send the draft, or the edited `text` in its place, as an answer with its citations.

    `remember_for` (customer or everyone) also saves the edited text. Raises NotFound, BadRequest.
    """
    with storage.transaction() as tx:
        answer = _get_draft(tx, answer_id)
        conversation = tx.conversations.get(answer.conversation_id)
        now = clock.now()
        if text is not None:
            answer.drafted = _text_of(answer)
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
        said = f"{answer.frame}\n\n{_text_of(answer)}"
        post_to_customer(tx, now, conversation, "answer", answer.id, said, author_id=actor.user_id, side="bot")
        if ticket is not None and ticket.is_open:
            tx.tickets.record(ticket.id, now, "replied", actor.user_id, "Sent the suggested answer.")
        tx.emit(CustomerHeardFromUs(conversation_id=conversation.id, at=now, by=actor.user_id, takes_over=False))


def _apply_edit(answer: Answer, text: str) -> str:
    """Replace the draft's text by an agent's, and return it. The citations stay, with their quotes."""
    words = customer_safe(text).strip()
    if not words:
        raise BadRequest("The answer is empty. Write it, or press Discard.")
    if answer.model is None:
        answer.citations = with_whole_quotes(answer.parts, answer.citations)
    answer.parts = [asdict(AnswerPart(words, tuple(citation["number"] for citation in answer.citations)))]
    return words


def discard_suggestion(answer_id: int, *, actor: Actor, storage: Storage, clock: Clock) -> None:
    """Discard a draft. Raises NotFound when it was sent or discarded already."""
    with storage.transaction() as tx:
        answer = _get_draft(tx, answer_id)
        apply(tx, answer, "discard", by=actor, at=clock.now(), why="pressed")


def _text_of(answer: Answer) -> str:
    return "\n\n".join(str(part["text"]) for part in answer.parts)


def _get_draft(tx: Transaction, answer_id: int) -> Answer:
    try:
        answer = tx.answers.get(answer_id)
    except LookupError:
        raise NotFound("That draft is no longer there.") from None
    if answer.state != "drafted":
        raise NotFound("That draft was already dealt with; the card shows by whom.")
    return answer
