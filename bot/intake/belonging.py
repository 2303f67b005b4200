"""Which conversation a contact's message belongs to, and which kind of message it is there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.directory.access import Actor
from bot.incoming import IncomingMessage
from bot.intake.closing_message import VERBS
from bot.intake.context import IntakeContext
from bot.triage.classify import SILENT_KINDS, classify
from bot.triage.standalone_question import depends_on_earlier
from storage.answers import Answer
from storage.conversations import Conversation, Message
from storage.transaction import Transaction

NEEDS_NO_ANSWER = SILENT_KINDS
# Questions back: what is written next is the answer to them, and not a new matter.
WAITS_FOR_WORDS = frozenset({"opening", "which_one", "too_little"})
# Kinds that can lean on what was said before. All others (a complaint, files, an attack) are a matter of their own.
# With a question mark these are whole questions, whatever else they say.
WHOLE_QUESTIONS = frozenset({"question", "problem", "request", "unclear"})
TAKEN_BACK_WITHIN = timedelta(days=1)
"""How long after the last word "never mind" is heard at the top level of the channel."""
CAN_CONTINUE = frozenset({"question", "problem", "request", "follow_up"})


def kind_of_message(
    tx: Transaction,
    context: IntakeContext,
    text: str,
    *,
    in_thread: bool,
    has_files: bool,
    mentions_us: bool = False,
) -> tuple[str, str]:
    """What a contact's message is, and why. Files, and calling us by name, want an answer also without words."""
    triage = classify(text, in_thread=in_thread, model=context.triage_model, names=context.known_names(tx))
    if triage.kind not in NEEDS_NO_ANSWER:
        return triage.kind, triage.reason
    if has_files:
        return "files", "it is nothing but files"
    if mentions_us and triage.kind == "empty":
        return "request", "it calls us without a word"
    return triage.kind, triage.reason


def find_conversation(
    tx: Transaction, context: IntakeContext, event: IncomingMessage, author: Actor, kind: str
) -> Conversation | None:
    """A thread's conversation; for a top-level message, what the same person began a moment ago and goes on with.

    "Found it" and "never mind" belong to the only conversation of theirs that is open. Pieces of one question are put
    together while it has no answer. After that only words that lean on the answer belong to it: a question, a complaint
    or a file of its own begins a new conversation.
    """
    # A reply may overtake the message it replies to; then its thread is here already.
    thread = tx.conversations.of_thread(event.thread or event.address)
    if thread is not None or event.thread is not None:
        return thread
    place_id = tx.addresses.id_of(event.address.whole)
    if kind in VERBS:
        still_open = tx.conversations.open_by(place_id, author.user_id, event.at - TAKEN_BACK_WITHIN)
        return still_open[0] if len(still_open) == 1 else None
    since = event.at - timedelta(minutes=context.config.policies.same_question_minutes)
    latest = tx.conversations.latest_by(place_id, author.user_id, since)
    if latest is None or latest.taken_over_at is not None or latest.status in ("solved", "withdrawn"):
        return None
    if kind in NEEDS_NO_ANSWER:
        return latest
    leans = bool(event.text.strip()) and depends_on_earlier(event.text)
    continues = kind == "person_request" or (kind in CAN_CONTINUE and leans)
    if _is_answered(tx.answers.of_conversation(latest.id)):
        return latest if continues else None
    return latest if continues or not _is_another_question(tx, latest, event, kind) else None


def _is_answered(answers: Sequence[Answer]) -> bool:
    """Whether something was said, or drafted, that is more than a question back."""
    return any(answer.state != "withdrawn" and answer.reason not in WAITS_FOR_WORDS for answer in answers)


def _is_another_question(tx: Transaction, latest: Conversation, event: IncomingMessage, kind: str) -> bool:
    """Two whole questions, one after the other, are two matters, although none of them has an answer yet.

    Events may overtake each other: words without a question mark that were written before a question belong to it.
    """
    asks = "?" in event.text
    if kind != "question" and not (kind in WHOLE_QUESTIONS and asks):
        return False
    messages = tx.conversations.messages(latest.id)
    return any(_asks(message) and (asks or message.said_at <= event.at) for message in messages)


def _asks(message: Message) -> bool:
    return message.side == "contact" and message.kind in WHOLE_QUESTIONS and "?" in (message.text or "")
