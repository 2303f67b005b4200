"""A contact says that it is solved, or no longer wanted: what is open is closed, and kindly."""

from __future__ import annotations

from bot.desk.lifecycle import apply
from bot.directory.access import Actor
from bot.directory.channel_mode import VISIBLE_MODES, mode_of
from bot.directory.languages import conversation_language
from bot.intake.context import IntakeContext
from bot.outbox.posting import post_to_customer
from bot.texts.catalogue import for_customers, mark
from storage.conversations import Conversation, Message
from storage.transaction import Transaction

VERBS = {"solved": "solve", "withdrawn": "withdraw"}
"""Kind of message -> what it does to the conversation."""
WHY = {
    "solved": "The customer wrote that it is solved.",
    "withdrawn": "The customer wrote that it is no longer needed.",
}
SAID = {
    "solved": mark("Good to hear. I have told our team that it is solved. If it comes back, write here."),
    "withdrawn": mark("All right, I have told our team that nothing is needed. If you need us after all, write here."),
}
CLOSED = frozenset({"solved", "withdrawn"})


def close_conversation(
    tx: Transaction, context: IntakeContext, conversation: Conversation, message: Message, author: Actor
) -> bool:
    """Ends the conversation, its ticket and its drafts. False when nothing was open.

    Who was told that a person comes reads that nobody comes any more; else a check mark says enough.
    """
    now = context.clock.now()
    ticket = tx.tickets.of_conversation(conversation.id)
    waiting = conversation.status == "with_people" or (ticket is not None and ticket.is_open)
    if conversation.status in CLOSED and not waiting:
        return False
    told = conversation.first_response_at is not None
    for answer in tx.answers.of_conversation(conversation.id):
        if answer.state == "drafted":
            apply(tx, answer, "withdraw", by=author, at=now, why=WHY[message.kind])
    apply(tx, conversation, VERBS[message.kind], by=author, at=now, why=WHY[message.kind])
    visible = mode_of(tx, context.config, tx.addresses.get(conversation.place_id)) in VISIBLE_MODES
    if waiting and told and visible:
        t = for_customers(conversation_language(tx, context.config, conversation))
        words = t(SAID[message.kind])
        post_to_customer(tx, now, conversation, "notice", 0, words, author_id="footbridge", side="bot")
    return True
