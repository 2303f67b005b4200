"""Explains to colleagues why Footbridge did what it did, from receipts and the current rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.answering.gate import in_percent
from bot.articles.article_store import address_of
from bot.contents.receipts import About, FoundArticle, OtherReceipt, ReceiptContent, ReceiptStep
from bot.conversations.transcript import title_of, transcript
from bot.directory.people import name_of
from bot.explain.reasons import OUTCOMES, SILENCES, describe_kind, headline, reason
from bot.explain.receipt_lookup import ReceiptSubject, choose_receipt, look_up_receipt
from bot.settings.config import Config
from storage.answers import Answer
from storage.articles import StoredArticle
from storage.conversations import Conversation, Message
from storage.posts import Post
from storage.receipts import Receipt
from storage.transaction import Storage, Transaction

CHANGED = "changed since"
# Decisions that are shown in the step of the message itself.
SHOWN_WITH_MESSAGE = frozenset({"answer_queued", "kept_inside", "meant_for_customer"})


def why(about: About, *, storage: Storage, config: Config, help_centre: str | None) -> ReceiptContent:
    """Explain one decision and what happened before and after it. Raises NotFound."""
    with storage.reading() as tx:
        return account(tx, look_up_receipt(tx, about, config), config, help_centre)


def account(tx: Transaction, asked: ReceiptSubject, config: Config, help_centre: str | None) -> ReceiptContent:
    """Build the content that explains a receipt."""
    receipt, conversation, recorded = asked.receipt, asked.conversation, asked.receipt.details
    answer = answer_of(tx, receipt)
    message = message_of(tx, receipt)
    customer = config.customer(conversation.customer_id) if conversation else None
    post = _post_of(tx, receipt)
    question = answer.question if answer else ""
    wrote = _text(tx, config, message)
    return ReceiptContent(
        headline=headline(receipt.decision, recorded),
        reason=_reason(tx, receipt, config),
        at=receipt.at,
        asked=wrote,
        link=conversation.link if conversation else None,
        who=name_of(tx, config, message.author_id) if message else "",
        customer=customer.name if customer else "",
        question=question if " ".join(question.split()) != " ".join(wrote.split()) else "",
        looked_in=tuple(_audience(one, config) for one in sorted(recorded.get("audiences", ()), key="public".__ne__)),
        found=_list_found(tx, receipt, answer, help_centre),
        words="\n\n".join(str(part["text"]) for part in answer.parts) if answer else "",
        cut=tuple(str(one) for one in recorded.get("cut", ())),
        figures=_figures(receipt),
        posted_at=post.sent_at if post else None,
        posted_link=post.permalink if post else None,
        steps=_steps(tx, conversation, config) if conversation else (),
        versions=version_names(recorded),
        names=_list_names(tx, receipt, conversation),
        replay_of=replayed.id if (replayed := find_replayable(tx, receipt)) else None,
        others=tuple(_other(tx, one) for one in asked.others),
    )


def answer_of(tx: Transaction, receipt: Receipt) -> Answer | None:
    """The answer that the receipt is about, or None; receipts of buttons that customers pressed do not count."""
    answer_id = receipt.details.get("answer_id")
    if answer_id is None or not (receipt.decision in OUTCOMES or receipt.decision.startswith("suggestion_")):
        return None
    return tx.answers.get(int(answer_id))


def message_of(tx: Transaction, receipt: Receipt) -> Message | None:
    """The message that was decided about, or None when there is none or it was not stored."""
    if receipt.address_id is None:
        return None
    return tx.conversations.message_at(tx.addresses.get(receipt.address_id))


def find_replayable(tx: Transaction, receipt: Receipt) -> Receipt | None:
    """The receipt whose question can be asked again; None when no text of a customer is stored.

    When the customer pressed for a person there is no new question, so it is the receipt of the answer before that.
    """
    before = receipt.details.get("after_answer_id")
    if before is not None and receipt.conversation_id is not None:
        answers = (one for one in tx.receipts.of_conversation(receipt.conversation_id) if one.decision in OUTCOMES)
        receipt = next((one for one in answers if one.details.get("answer_id") == before), receipt)
    message = message_of(tx, receipt)
    decided = receipt.decision in OUTCOMES or receipt.decision in SILENCES
    return receipt if decided and message is not None and message.side == "contact" and message.text else None


def _reason(tx: Transaction, receipt: Receipt, config: Config) -> str:
    """The reason as a sentence, with the person who did it, and for silences the kind of message."""
    sentence = reason(receipt.decision, receipt.reason)
    by = receipt.details.get("by")
    if by:
        sentence = f"{sentence} Done by {name_of(tx, config, str(by))}."
    kind = describe_kind(receipt.details) if receipt.decision in SILENCES else ""
    return f"{sentence} {kind}".strip()


def _text(tx: Transaction, config: Config, message: Message | None) -> str:
    return transcript(tx, config, [message])[0].text if message is not None else ""


def _audience(audience: str, config: Config) -> str:
    if audience in ("public", "internal"):
        return f"{audience} articles"
    customer = config.customer(audience.removeprefix("customer:"))
    return f"articles for {customer.name if customer else audience.removeprefix('customer:')} alone"


def _list_found(
    tx: Transaction, receipt: Receipt, answer: Answer | None, help_centre: str | None
) -> tuple[FoundArticle, ...]:
    """The articles that the search returned, cited ones first and then by score, with their changes since then."""
    titles = {str(c["article_id"]): str(c["title"]) for c in answer.citations} if answer else {}
    cited = {str(citation["passage_id"]) for citation in answer.citations} if answer else set()
    then = tx.answers.dependencies(answer.id) if answer else {}
    by_article: dict[str, list[Mapping[str, Any]]] = {}
    for kept in receipt.details.get("passages", ()):
        # Receipts of the first version hold [id, score].
        scores = kept if isinstance(kept, Mapping) else {"id": kept[0], "score": kept[1]}
        by_article.setdefault(str(scores["id"]).rpartition("#")[0], []).append(scores)
    found = []
    for article_id, passages in by_article.items():
        best = max(passages, key=lambda scores: (scores["id"] in cited, scores["score"]))
        row = tx.articles.get(article_id)
        found.append(
            FoundArticle(
                title=row.title if row else titles.get(article_id, article_id),
                url=address_of(row, help_centre) if row else None,
                score=float(best["score"]),
                cosine=best.get("cosine"),
                bm25=best.get("bm25"),
                cited=best["id"] in cited,
                passages=len(passages),
                since=since(row, then.get(article_id)),
            )
        )
    return tuple(sorted(found, key=lambda one: (not one.cited, -one.score)))


def since(row: StoredArticle | None, checksum: str | None) -> str:
    """What changed about an article after it had that checksum; "" when nothing did or it is not known."""
    if row is None:
        return "withdrawn since"
    if row.wrong_since is not None:
        return "marked as wrong since"
    return CHANGED if checksum is not None and checksum != row.checksum else ""


def _figures(receipt: Receipt) -> tuple[tuple[str, str], ...]:
    """The numbers and settings of the decision, as pairs (name, value)."""
    recorded = receipt.details
    figures = []
    if recorded.get("probability") is not None:
        needed = f", {float(recorded['bar']):.0%} needed" if recorded.get("bar") is not None else ""
        figures.append(("How sure", f"{in_percent(float(recorded['probability']))}{needed}"))
    if recorded.get("wanted_precision") is not None:
        figures.append(("Target precision", f"{float(recorded['wanted_precision']):.0%}"))
    if recorded.get("mode"):
        figures.append(("Channel's mode", str(recorded["mode"])))
    if receipt.decision == "answered":
        figures.append(("Written by", str(recorded.get("model") or "the articles, word for word")))
    if recorded.get("seconds_late"):
        figures.append(("Late by", _duration(int(recorded["seconds_late"]))))
    for name, label in (("priority", "Priority"), ("tier", "Tier"), ("severity", "Severity"), ("team", "Team")):
        if recorded.get(name):
            figures.append((label, str(recorded[name])))
    return tuple(figures)


def _duration(seconds: int) -> str:
    minutes = max(1, round(seconds / 60))
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"


def _post_of(tx: Transaction, receipt: Receipt) -> Post | None:
    """The sent post that shows what the receipt is about, or None."""
    recorded = receipt.details
    subjects = (
        ("answer", recorded.get("answer_id") if receipt.decision in OUTCOMES | {"suggestion_sent"} else None),
        ("suggestion", recorded.get("answer_id") if receipt.decision in OUTCOMES else None),
        ("relayed_out", recorded.get("relay_id") if receipt.decision == "sent_to_customer" else None),
        ("reply", recorded.get("event_id")),
    )
    for kind, subject_id in subjects:
        for post in tx.posts.showing(kind, int(subject_id)) if isinstance(subject_id, int) else ():
            if post.sent_at is not None:
                return post
    return None


def version_names(details: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The versions that decided, as pairs (name, value); older receipts have fewer."""
    recorded: Mapping[str, Any] = details.get("versions") or {}
    index = recorded.get("index") or {}
    searched = bool(details.get("passages"))
    named = [
        ("code", recorded.get("code")),
        ("prompt", recorded.get("prompt") if details.get("model") else None),
        ("gate", recorded.get("gate") or details.get("gate")),
        ("index", _index(index) if index and searched else None),
    ]
    return tuple((name, str(value)) for name, value in named if value)


def _index(index: Mapping[str, Any]) -> str:
    return f"{index.get('made_with')}, {index.get('passages')} passages, content {index.get('content')}"


def _list_names(tx: Transaction, receipt: Receipt, conversation: Conversation | None) -> tuple[str, ...]:
    ticket = tx.tickets.of_conversation(conversation.id) if conversation else None
    answer_id = receipt.details.get("answer_id")
    named = (
        f"ticket #{ticket.id}" if ticket else "",
        f"answer {answer_id}" if answer_id is not None else "",
        f"receipt {receipt.id}",
    )
    return tuple(name for name in named if name)


def _steps(tx: Transaction, conversation: Conversation, config: Config) -> tuple[ReceiptStep, ...]:
    """All messages and decisions of a conversation, oldest first."""
    receipts = tx.receipts.of_conversation(conversation.id)
    by_message = _receipts_by_message(receipts)
    steps: list[tuple[datetime, int, ReceiptStep]] = []
    inside = [m for e in _escalations(tx, conversation) for m in tx.conversations.inside(e)]
    for message in [*tx.conversations.messages(conversation.id), *inside]:
        if message.side == "bot":
            continue
        who = name_of(tx, config, message.author_id)
        what = {"ours": "wrote to the customer", "inside": "wrote inside"}.get(message.side, "wrote")
        recorded = by_message.get(message.address_id)
        why_so = reason(recorded.decision, recorded.reason) if recorded and message.side == "inside" else ""
        why_so = why_so or (describe_kind(recorded.details) if recorded else "")
        steps.append((message.said_at, 0, ReceiptStep(message.said_at, who, what, why_so, _text(tx, config, message))))
    for number, receipt in enumerate(receipts, 1):
        if receipt.decision not in SHOWN_WITH_MESSAGE:
            steps.append((receipt.at, number, _step(tx, receipt, config)))
    return tuple(step for _, _, step in sorted(steps, key=lambda each: each[:2]))


def _receipts_by_message(receipts: Sequence[Receipt]) -> dict[int | None, Receipt]:
    """Map address ids of messages to the first receipt that has the kind of message, or that it stays inside."""
    found: dict[int | None, Receipt] = {}
    for receipt in receipts:
        if receipt.details.get("rule") or receipt.decision in SHOWN_WITH_MESSAGE:
            found.setdefault(receipt.address_id, receipt)
    return found


def _escalations(tx: Transaction, conversation: Conversation) -> list[int]:
    ticket = tx.tickets.of_conversation(conversation.id)
    return [escalation.id for escalation in tx.escalations.of_ticket(ticket.id)] if ticket else []


def _step(tx: Transaction, receipt: Receipt, config: Config) -> ReceiptStep:
    by = receipt.details.get("by")
    why_so = "" if receipt.reason == "pressed" else reason(receipt.decision, receipt.reason)
    who = name_of(tx, config, str(by)) if by else ""
    due = receipt.details.get("resolution_due") or receipt.details.get("due_at")
    runs = receipt.decision.endswith(("_promised", "_opened", "_reopened"))
    return ReceiptStep(
        at=receipt.at,
        who=who,
        what=headline(receipt.decision, receipt.details),
        why=why_so,
        due=datetime.fromisoformat(due) if due and runs else None,
    )


def _other(tx: Transaction, conversation: Conversation) -> OtherReceipt:
    messages = tx.conversations.messages(conversation.id)
    first = next((m.text for m in messages if m.side == "contact" and m.text), "")
    receipt = choose_receipt(tx.receipts.of_conversation(conversation.id))
    told = headline(receipt.decision, receipt.details) if receipt else ""
    return OtherReceipt(conversation.id, title_of(first), told, conversation.last_message_at)
