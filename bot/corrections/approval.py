"""Drafted corrections: agents see them, and send, edit or discard them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from bot.answering.wording import person_comes
from bot.articles.citations import citation
from bot.clock import Clock
from bot.contents.answers import AnswerPart, CorrectionContent
from bot.desk.lifecycle import apply
from bot.directory.access import Actor
from bot.directory.languages import answer_language
from bot.directory.people import name_of, zone_of
from bot.errors import BadRequest, NotFound
from bot.jobs import OpenTicket
from bot.outbox.posting import post_to_customer
from bot.privacy.safeguards import customer_safe, inspect_words
from bot.settings.config import Config
from bot.texts.catalogue import for_customers
from bot.texts.times import told_time
from storage.answers import Answer
from storage.conversations import Conversation
from storage.corrections import Correction
from storage.posts import Post
from storage.transaction import Storage, Transaction

CORRECTED, NO_LONGER_HOLDS = "corrected", "no_longer_holds"
LONGEST = 8000  # characters of one message; long code and tables are quoted completely


def correction_text(correction_id: int, *, storage: Storage) -> str:
    """The draft's text in Markdown, for the form in which an agent edits it. Raises NotFound."""
    with storage.reading() as tx:
        return _get_draft(tx, correction_id).text


def send_correction(
    correction_id: int, text: str | None, *, actor: Actor, storage: Storage, config: Config, clock: Clock
) -> None:
    """Send the draft, or the edited `text` in its place, as a new answer in the customer's thread.

    Raises NotFound when it was sent or discarded already, and BadRequest when the text is empty or too long.
    """
    with storage.transaction() as tx:
        draft = _get_draft(tx, correction_id, lock=True)
        draft.text, now = _check_text(draft.text if text is None else text), clock.now()
        wrong = tx.answers.get(draft.answer_id)
        conversation = tx.conversations.get(draft.conversation_id)
        answer = _build_answer(tx, draft, wrong, conversation, config, now)
        answer.decided_by = actor.user_id
        apply(tx, answer, "send", by=actor, at=now)
        why = "An agent approved the correction of an answer."
        details = {"corrects": wrong.id, "article_id": draft.article_id, "sent_answer_id": answer.id}
        apply(tx, draft, "send", by=actor, at=now, why=why, details=details)
        tx.answers.record_dependencies(answer.id, tx.articles.checksums(one["article_id"] for one in draft.citations))
        apply(tx, conversation, "answer" if draft.citations else "hand_over", by=actor, at=now)
        said = "\n\n".join(filter(None, [draft.text, answer.closing]))
        post_to_customer(tx, now, conversation, "answer", answer.id, said, author_id=actor.user_id, side="bot")
        if not draft.citations:
            tx.jobs.enqueue(OpenTicket(conversation.id, answer.id))


def _build_answer(
    tx: Transaction, draft: Correction, wrong: Answer, conversation: Conversation, config: Config, now: datetime
) -> Answer:
    """The correction as an answer of its own: it has citations and buttons, and can be corrected later itself."""
    numbers = tuple(one["number"] for one in draft.citations)
    return Answer(
        conversation_id=conversation.id,
        message_id=wrong.message_id,
        question=wrong.question,
        outcome="answered" if draft.citations else "handed_over",
        reason=CORRECTED if draft.citations else NO_LONGER_HOLDS,
        mode="correction",
        frame="",
        closing="" if draft.citations else _person_by_time(tx, wrong, conversation, config, now),
        parts=[asdict(AnswerPart(draft.text, numbers))],
        citations=list(draft.citations),
        confidence=wrong.confidence,
        created_at=now,
        edited=True,  # the text around the quotes is ours
    )


def _person_by_time(tx: Transaction, wrong: Answer, conversation: Conversation, config: Config, now: datetime) -> str:
    """The sentence that a person will answer; "" when the customer is no longer in the configuration."""
    customer = config.customer(conversation.customer_id)
    if customer is None:
        return ""
    zone = zone_of(tx, config, conversation.contact_id, customer.id)
    t = for_customers(answer_language(tx, config, conversation, wrong.question))
    return person_comes(t, told_time(config.tier_of(customer).first_response_due(now), now, zone, t))


def discard_correction(correction_id: int, *, actor: Actor, storage: Storage, clock: Clock) -> None:
    """Discard a draft. Raises NotFound when it was sent or discarded already."""
    with storage.transaction() as tx:
        apply(tx, _get_draft(tx, correction_id, lock=True), "discard", by=actor, at=clock.now())


def _get_draft(tx: Transaction, correction_id: int, *, lock: bool = False) -> Correction:
    found = tx.corrections.get(correction_id, lock=lock)
    if found is None or found.state != "drafted":
        raise NotFound("This correction was already dealt with; its card shows how.")
    return found


def _check_text(text: str) -> str:
    words = customer_safe(text).strip()
    if not words:
        raise BadRequest("There are no words for the customer. Write them, or press Discard.")
    if len(words) > LONGEST:
        raise BadRequest(f"That is {len(words)} characters; a correction may have {LONGEST}. Please shorten it.")
    return words


def show_correction(tx: Transaction, post: Post, config: Config) -> CorrectionContent | None:
    """The content of a correction's card; None when the correction is gone."""
    draft = tx.corrections.get(post.subject_id)
    if draft is None:
        return None
    conversation = tx.conversations.get(draft.conversation_id)
    wrong = tx.answers.get(draft.answer_id)
    cited = next((one for one in wrong.citations if one["article_id"] == draft.article_id), {})
    customer = config.customer(conversation.customer_id)
    others = [one.name for one in config.known_customers if one.id != conversation.customer_id]
    shown = next((post for post in tx.posts.showing("answer", wrong.id) if post.permalink), None)
    return CorrectionContent(
        correction_id=draft.id,
        customer=customer.name if customer else conversation.customer_id,
        question=wrong.question,
        article=str(cited.get("title") or draft.article_id),
        url=cited.get("url"),
        cause=draft.cause,
        before=draft.before,
        text=draft.text,
        state=draft.state,
        citations=tuple(map(citation, draft.citations)),
        warnings=tuple(inspect_words(draft.text, others)),
        link=(shown.permalink if shown else None) or conversation.link,
        done_by=name_of(tx, config, draft.decided_by) if draft.decided_by else None,
    )
