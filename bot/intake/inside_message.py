"""Words of our people inside: in an escalation's thread they are kept for the engineers."""

from __future__ import annotations

from bot.audit.receipts import write_receipt
from bot.directory.access import Actor
from bot.incoming import IncomingMessage
from bot.intake.context import IntakeContext, read_again_later, say_once_a_day, store_message
from bot.jobs import DraftRelay
from storage.transaction import Transaction

INTRODUCTION = (
    "I answer customers in their shared channels. For the desk, type `/support help`, or open my Home: it shows your "
    "tickets."
)


def handle_inside_message(tx: Transaction, context: IntakeContext, event: IncomingMessage, author: Actor) -> None:
    """Kept when it stands in an escalation's thread; a mention of Footbridge there asks for a draft."""
    root, place_id = tx.posts.at(event.thread) if event.thread else None, tx.addresses.find(event.address.whole)
    if root is None and event.thread and place_id and tx.posts.on_their_way(place_id, "escalation"):
        # A thread's first message is shown before we have its address: somebody quick, or a crash in between.
        read_again_later(tx, context, event.address)
        return
    escalation = tx.escalations.get(root.subject_id) if root is not None and root.kind == "escalation" else None
    if escalation is None:
        if event.is_direct or event.mentions_us:
            under = event.thread if event.is_direct else event.thread or event.address
            say_once_a_day(tx, context, event.address.whole, INTRODUCTION, thread=under)
        return
    for_customer = event.mentions_us
    store_message(tx, event, "inside", "for_customer" if for_customer else "note", escalation_id=escalation.id)
    if for_customer:
        tx.jobs.enqueue(DraftRelay(escalation.id, author.user_id, event.address.key))
    write_receipt(
        tx,
        context.clock.now(),
        "meant_for_customer" if for_customer else "kept_inside",
        "What is written in an escalation's thread stays inside until somebody sends it.",
        ticket_id=escalation.ticket_id,
        address_id=tx.addresses.id_of(event.address),
        escalation_id=escalation.id,
        by=author.user_id,
    )
