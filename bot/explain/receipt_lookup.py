"""Finds the receipt that somebody asks for: by ticket, answer, conversation, message or channel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.contents.receipts import About
from bot.errors import NotFound
from bot.explain.reasons import OUTCOMES, SILENCES
from bot.settings.config import Config
from storage.addresses import Address
from storage.conversations import Conversation
from storage.posts import Post
from storage.receipts import Receipt
from storage.transaction import Transaction

OTHERS = 5
WAYS = (
    "Give a ticket's number, an answer's number or the link of a message, like `/support why 12`, "
    "`/support why answer 7` or `/support why https://…`; or choose *Why this?* among a message's own actions."
)
NOTHING_KEPT = (
    "Footbridge has no receipt of that. It may be older than Footbridge itself, or have been written where Footbridge "
    "does not listen: it hears customers' channels and the threads of escalations. " + WAYS
)


@dataclass(frozen=True)
class ReceiptSubject:
    """The receipt that was found, its conversation if it has one, and other conversations that may be meant."""

    receipt: Receipt
    conversation: Conversation | None = None
    others: tuple[Conversation, ...] = ()


def look_up_receipt(tx: Transaction, about: About, config: Config) -> ReceiptSubject:
    """Find a receipt. Raises NotFound with words for the person who asked."""
    if about.receipt_id is not None:
        return _subject(tx, tx.receipts.get(about.receipt_id))
    if about.answer_id is not None:
        return _of_answer(tx, about.answer_id)
    if about.ticket_id is not None:
        ticket = tx.tickets.get(about.ticket_id)
        if ticket is None:
            raise NotFound(f"There is no ticket #{about.ticket_id}. `/support list all` shows the open ones.")
        return _of_conversation(tx, ticket.conversation_id)
    if about.conversation_id is not None:
        return _of_conversation(tx, about.conversation_id)
    if about.address is None:
        raise NotFound(WAYS)
    if about.address.item:
        return _of_message(tx, about.address)
    return _last_in(tx, about.address, config)


def _subject(tx: Transaction, receipt: Receipt | None) -> ReceiptSubject:
    if receipt is None:
        raise NotFound(NOTHING_KEPT)
    conversation_id = receipt.conversation_id
    return ReceiptSubject(receipt, tx.conversations.get(conversation_id) if conversation_id is not None else None)


def choose_receipt(receipts: Sequence[Receipt]) -> Receipt | None:
    """The most informative receipt: the last answer or hand-over, else the last silence, else the last one."""
    for wanted in (OUTCOMES, SILENCES):
        found = [receipt for receipt in receipts if receipt.decision in wanted and receipt.reason != "superseded"]
        if found:
            return found[-1]
    return receipts[-1] if receipts else None


def _of_conversation(tx: Transaction, conversation_id: int) -> ReceiptSubject:
    return _subject(tx, choose_receipt(tx.receipts.of_conversation(conversation_id)))


def _of_answer(tx: Transaction, answer_id: int) -> ReceiptSubject:
    try:
        answer = tx.answers.get(answer_id)
    except LookupError:
        raise NotFound(
            f"There is no answer {answer_id}. A receipt names the number of its answer at its end."
        ) from None
    receipts = tx.receipts.of_conversation(answer.conversation_id)
    return _subject(
        tx, choose_receipt([receipt for receipt in receipts if receipt.details.get("answer_id") == answer_id])
    )


def _of_message(tx: Transaction, address: Address) -> ReceiptSubject:
    """The receipt of a message or of a post; a message without one has that of its conversation."""
    post = tx.posts.at(address)
    if post is not None:
        return _of_post(tx, post)
    found = choose_receipt(tx.receipts.at(address))
    if found is not None:
        return _subject(tx, found)
    conversation = tx.conversations.of_thread(address)
    if conversation is None:
        raise NotFound(NOTHING_KEPT)
    return _of_conversation(tx, conversation.id)


def _of_post(tx: Transaction, post: Post) -> ReceiptSubject:
    """The receipt of what a post shows, by its kind; kinds without a receipt of their own have that of their thread."""
    find = _BY_KIND.get(post.kind)
    if find is not None:
        return find(tx, post.subject_id)
    if post.under_id is not None:
        return _of_post(tx, tx.posts.get(post.under_id))
    conversation = tx.conversations.of_thread(tx.addresses.get(post.thread_id)) if post.thread_id else None
    if conversation is None:
        raise NotFound(
            "That message of Footbridge tells of the desk as a whole, not of one question, so it has no receipt. "
            + WAYS
        )
    return _of_conversation(tx, conversation.id)


def _of_ticket(tx: Transaction, ticket_id: int) -> ReceiptSubject:
    ticket = tx.tickets.get(ticket_id)
    if ticket is None:
        raise NotFound(NOTHING_KEPT)
    return _of_conversation(tx, ticket.conversation_id)


def _finder_by_detail(
    name: str, ticket_of: Callable[[Transaction, int], int | None]
) -> Callable[[Transaction, int], ReceiptSubject]:
    """Return a function that finds the ticket's last receipt with the subject's id in the detail `name`."""

    def find(tx: Transaction, subject_id: int) -> ReceiptSubject:
        ticket = tx.tickets.get(ticket_of(tx, subject_id) or 0)
        receipts = tx.receipts.of_conversation(ticket.conversation_id) if ticket else ()
        own = [receipt for receipt in receipts if receipt.details.get(name) == subject_id]
        return _subject(tx, own[-1] if own else choose_receipt(receipts))

    return find


def _ticket_of_escalation(tx: Transaction, escalation_id: int) -> int | None:
    escalation = tx.escalations.get(escalation_id)
    return escalation.ticket_id if escalation else None


def _ticket_of_relay(tx: Transaction, relay_id: int) -> int | None:
    relay = tx.escalations.relay(relay_id)
    return _ticket_of_escalation(tx, relay.escalation_id) if relay else None


def _ticket_of_event(tx: Transaction, event_id: int) -> int | None:
    event = tx.tickets.event(event_id)
    return event.ticket_id if event else None


def _of_resolution(tx: Transaction, ticket_id: int) -> ReceiptSubject:
    ticket = tx.tickets.get(ticket_id)
    receipts = tx.receipts.of_conversation(ticket.conversation_id) if ticket else ()
    return _subject(
        tx, next((one for one in reversed(receipts) if one.decision == "resolved"), choose_receipt(receipts))
    )


def _of_relayed_in(tx: Transaction, message_id: int) -> ReceiptSubject:
    message = tx.conversations.message(message_id)
    if message is None:
        raise NotFound(NOTHING_KEPT)
    return _of_message(tx, tx.addresses.get(message.address_id))


_BY_KIND: dict[str, Callable[[Transaction, int], ReceiptSubject]] = {
    "answer": _of_answer,
    "suggestion": _of_answer,
    "ticket": _of_ticket,
    "escalation": _finder_by_detail("escalation_id", _ticket_of_escalation),
    "context_pack": _finder_by_detail("escalation_id", _ticket_of_escalation),
    "relayed_in": _of_relayed_in,
    "relay": _finder_by_detail("relay_id", _ticket_of_relay),
    "relayed_out": _finder_by_detail("relay_id", _ticket_of_relay),
    "reply": _finder_by_detail("event_id", _ticket_of_event),
    "resolution": _of_resolution,
}


def _last_in(tx: Transaction, place: Address, config: Config) -> ReceiptSubject:
    """The last receipt in a customer's channel; in a channel of ours, that of the latest card's subject."""
    place_id = tx.addresses.find(place) or 0
    if config.customer_at(place) is not None:
        latest = [conversation.id for conversation in tx.conversations.latest_in(place_id, OTHERS + 1)]
    else:
        latest = _of_cards(tx, place_id)
    found = [one for one in latest if tx.receipts.of_conversation(one)]
    if not found:
        raise NotFound("There is nothing in this channel yet that Footbridge could explain. " + WAYS)
    others = tuple(tx.conversations.get(one) for one in found[1:])
    first = _of_conversation(tx, found[0])
    return ReceiptSubject(first.receipt, first.conversation, others)


def _of_cards(tx: Transaction, place_id: int) -> list[int]:
    tickets = [post.subject_id for post in tx.posts.latest_in(place_id, "ticket", OTHERS + 1)]
    for post in tx.posts.latest_in(place_id, "escalation", OTHERS + 1):
        ticket_id = _ticket_of_escalation(tx, post.subject_id)
        tickets += [ticket_id] if ticket_id is not None else []
    found = (tx.tickets.get(ticket_id) for ticket_id in dict.fromkeys(tickets))
    return [ticket.conversation_id for ticket in found if ticket is not None]
