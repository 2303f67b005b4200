"""Saved answers: answers of colleagues, kept as articles for one customer or for everyone."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.articles import article_store
from bot.audit.receipts import write_receipt
from bot.clock import Clock
from bot.contents.answers import Remembered, RememberForm
from bot.directory.access import Actor
from bot.directory.people import name_of
from bot.errors import BadRequest, NotFound
from bot.privacy.redaction import redact
from bot.privacy.safeguards import customer_safe
from bot.settings.config import Config
from knowledge.documents import PUBLIC, article, customer_audience
from storage.answers import Answer
from storage.conversations import Conversation
from storage.transaction import Storage, Transaction

ID = "remembered-"
CUSTOMER, EVERYONE = "customer", "everyone"
LONGEST_QUESTION = 150
_GREETING = re.compile(
    r"\A\s*(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|day)|hallo|guten (?:tag|morgen)|bonjour|hola|buenos días)"
    r"\b(?: [^\W\d_][\w.'’-]*){0,3}\s*[,!.:–-]\s*)+",
    re.IGNORECASE,
)


def remember(
    tx: Transaction,
    answer: Answer,
    question: str,
    text: str,
    audience: str,
    *,
    actor: Actor,
    config: Config,
    clock: Clock,
) -> None:
    """Save a question and its answer as an article, in the caller's transaction.

    `audience` is customer (only the customer of the conversation) or everyone. E-mail addresses, phone numbers and
    secrets are removed in both cases. Raises BadRequest when a text is empty, or when an answer for everyone names
    this customer or depends on an article that not everyone may read.
    """
    conversation = tx.conversations.get(answer.conversation_id)
    asked, words = _check_words(tx, answer, conversation, question, text, audience, config)
    kept = article(
        id=f"{ID}{answer.id}",
        title=asked,
        body=f"{words}\n\n{article_store.ABOUT}\n\n{_origin_note(answer)}\n",
        source=f"{article_store.REMEMBERED}{answer.id}",
        audience=PUBLIC if audience == EVERYONE else customer_audience(conversation.customer_id),
        updated_at=clock.now(),
    )
    article_store.put(tx, kept, clock.now(), owner=actor.user_id)
    article_store.refresh_soon(tx, clock.now())
    write_receipt(
        tx,
        clock.now(),
        "answer_remembered",
        f"An agent kept an answer for {'everyone' if audience == EVERYONE else 'this customer'}.",
        conversation_id=conversation.id,
        answer_id=answer.id,
        article_id=kept.id,
    )


def _check_words(
    tx: Transaction,
    answer: Answer,
    conversation: Conversation,
    question: str,
    text: str,
    audience: str,
    config: Config,
) -> tuple[str, str]:
    """Return the question and the answer as they may be saved. Raises BadRequest."""
    asked = " ".join(redact(question).split())[:LONGEST_QUESTION]
    words = redact(_without_greeting(customer_safe(text), _people_in(tx, conversation))).strip()
    if not asked or not words:
        raise BadRequest("A remembered answer needs a question and an answer; please write both.")
    if audience not in (CUSTOMER, EVERYONE):
        raise BadRequest("Please choose who may be told: only this customer, or everyone.", at="remember")
    if audience == EVERYONE:
        _check_for_everyone(tx, answer, conversation, f"{asked}\n{words}", config)
    return asked, words


def _origin_note(answer: Answer) -> str:
    titles = " and ".join(dict.fromkeys(f"“{one['title']}”" for one in answer.citations))
    before = f" It takes the place of what we answered before from {titles}." if titles else ""
    return f"Our support team wrote this answer.{before}"


def remember_form(ticket_id: int, *, storage: Storage, config: Config) -> RememberForm:
    """Return the form, filled in with the question and the last message of a colleague to the customer.

    Raises NotFound when there is no such ticket, and BadRequest when nothing was asked on it.
    """
    with storage.reading() as tx:
        answer, conversation = _answer_to_save(tx, ticket_id)
        sent = [m.text for m in tx.conversations.messages(conversation.id) if m.side == "ours" and m.text]
        customer = config.customer(conversation.customer_id)
        words = _without_greeting(customer_safe(sent[-1]), _people_in(tx, conversation)) if sent else ""
        return RememberForm(
            subject_id=ticket_id,
            question=" ".join(redact(answer.question).split())[:LONGEST_QUESTION],
            answer=redact(words),
            customer=customer.name if customer else conversation.customer_id,
        )


def remember_answer(
    ticket_id: int,
    question: str,
    text: str,
    audience: str,
    *,
    actor: Actor,
    storage: Storage,
    config: Config,
    clock: Clock,
) -> str:
    """Save an answer from the form of a ticket; returns words for the person who sent it. Raises as `remember`."""
    with storage.transaction() as tx:
        answer, _ = _answer_to_save(tx, ticket_id)
        remember(tx, answer, question, text, audience, actor=actor, config=config, clock=clock)
    whose = "everyone" if audience == EVERYONE else "this customer"
    return (
        f"It is remembered: the next time {whose} asks something like it, this is the answer, with its own source. "
        "All that is remembered, and how to forget it: `/support remembered`."
    )


def remembered(*, storage: Storage, config: Config, help_centre: str | None) -> tuple[Remembered, ...]:
    """Return all saved answers, oldest first."""
    with storage.reading() as tx:
        found = []
        for row in tx.articles.of_source(article_store.REMEMBERED):
            customer = config.customer(row.audience.removeprefix("customer:"))
            found.append(
                Remembered(
                    answer_id=int(row.id.removeprefix(ID)),
                    question=row.title,
                    answer=row.body.partition(article_store.ABOUT)[0].strip(),
                    audience="everyone" if row.audience == PUBLIC else customer.name if customer else row.audience,
                    by=name_of(tx, config, row.owner),
                    url=article_store.as_indexed(row, help_centre).url,
                )
            )
    return tuple(sorted(found, key=lambda one: one.answer_id))


def forget(answer_id: int, *, storage: Storage, clock: Clock) -> str:
    """Delete a saved answer. Customers who got an answer from it get a correction, as when an article is withdrawn.

    Returns words for the person who pressed. Raises NotFound.
    """
    with storage.transaction() as tx:
        row = tx.articles.get(f"{ID}{answer_id}")
        if row is None:
            raise NotFound("This answer is forgotten already.")
        article_store.remove(tx, [row.id], clock.now())
        article_store.refresh_soon(tx, clock.now())
        write_receipt(tx, clock.now(), "answer_forgotten", "An agent took it away.", article_id=row.id)
        return f"Forgotten: “{row.title}”. Nothing is answered from it any more."


def _answer_to_save(tx: Transaction, ticket_id: int) -> tuple[Answer, Conversation]:
    """The ticket's answer that a saved answer replaces: the last answered one, else the last hand-over."""
    ticket = tx.tickets.get(ticket_id)
    if ticket is None:
        raise NotFound(f"There is no ticket #{ticket_id}. `/support list all` shows the open ones.")
    answers = [one for one in tx.answers.of_conversation(ticket.conversation_id) if one.question]
    if not answers:
        raise BadRequest(f"Nobody has asked anything on ticket #{ticket_id} that could be remembered.")
    last = next((one for one in reversed(answers) if one.outcome == "answered"), answers[-1])
    return last, tx.conversations.get(ticket.conversation_id)


def _people_in(tx: Transaction, conversation: Conversation) -> frozenset[str]:
    """Full and first names of the customer's people who wrote in the conversation."""
    writers = {conversation.contact_id}
    writers |= {m.author_id for m in tx.conversations.messages(conversation.id) if m.side == "contact"}
    names = {person.name for user_id in writers if (person := tx.people.get(user_id))}
    return frozenset(names | {name.split()[0] for name in names if name.split()})


def _without_greeting(text: str, names: Iterable[str]) -> str:
    """Remove the greeting, because the next reader has another name."""
    text = _GREETING.sub("", text)
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"\A\s*{re.escape(name)}\s*[,!:–-]\s*", "", text)
    text = text.strip()
    return text[:1].upper() + text[1:]


def _check_for_everyone(tx: Transaction, answer: Answer, conversation: Conversation, text: str, config: Config) -> None:
    """Raise BadRequest when the text names a customer, or depends on an article that not everyone may read."""
    people = "|".join(map(re.escape, sorted(_people_in(tx, conversation)))) or "(?!)"
    names = [name for one in config.known_customers for name in (one.name, one.id, *one.email_domains)]
    customers = "|".join(map(re.escape, names)) or "(?!)"
    # First names only with their capital ("Will" is a name, "will" is not); companies in any case.
    found = re.findall(rf"(?<!\w)(?:{people})(?!\w)", text)
    found += re.findall(rf"(?<![\w-])(?:{customers})(?![\w-])", text, re.IGNORECASE)
    if found:
        raise BadRequest(
            f"It names {', '.join(sorted(set(found)))}, so it is not for everyone. Take that out, or remember it for "
            "this customer only.",
            at="remember",
        )
    rows = (tx.articles.get(one["article_id"]) for one in answer.citations)
    inner = [row.title for row in rows if row is not None and row.audience != PUBLIC]
    if inner:
        raise BadRequest(
            f"It leans on “{inner[0]}”, which not everyone may read. Remember it for this customer only.",
            at="remember",
        )
