"""Import the demo's history: past conversations, into the database and as messages into the pretend Slack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from bot.clock import Clock
from bot.jobs import ReviewModes
from bot.settings.config import Config
from demo.duration import parse_duration
from demo.past_answers import import_answer, import_hand_over
from demo.past_entry import BOT, PastEntry, add_receipt, store_message
from demo.past_tickets import import_ticket
from storage.addresses import SLACK, Address
from storage.conversations import Conversation, Message
from storage.people import Person
from storage.transaction import Storage, Transaction


def load(
    paths: Sequence[Path],
    *,
    storage: Storage,
    config: Config,
    clock: Clock,
    titles: Mapping[str, str],
    users: Sequence[Mapping[str, Any]],
    page_url: str,
) -> list[dict[str, Any]]:
    """Write the history into the database, and return its messages for the workspace file, oldest first.

    `titles` maps the id of each article to its title. `users` are the people of the workspace, and `page_url` is the
    URL of the pretend Slack. The posts of what is still open, and a review of the channels' modes, are queued: the desk
    runs them when it starts.
    """
    entries = [entry for path in paths for entry in yaml.safe_load(path.read_text(encoding="utf-8"))]
    messages: list[dict[str, Any]] = []
    with storage.transaction() as tx:
        for user in users:
            tx.people.put(_make_person(user, clock))
        for entry in entries:
            past = PastEntry(entry, clock.now() - parse_duration(entry["ago"]), config, titles, messages, page_url)
            _import_conversation(tx, past, clock)
        tx.jobs.enqueue(ReviewModes("", "history"))
    return sorted(messages, key=lambda message: float(message["ts"]))


def _make_person(user: Mapping[str, Any], clock: Clock) -> Person:
    return Person(
        user_id=user["id"],
        team_id=user["team"],
        name=user.get("real_name", user["name"]),
        email=user.get("email"),
        tz=user.get("tz"),
        is_bot=bool(user.get("is_bot")),
        seen_at=clock.now(),
    )


def _import_conversation(tx: Transaction, past: PastEntry, clock: Clock) -> None:
    entry = past.entry
    asked = entry["question"] if isinstance(entry["question"], list) else [entry["question"]]
    question = "\n".join(asked)
    conversation, last_message = _import_question(tx, past, asked)
    if answer := entry.get("answer"):
        import_answer(tx, past, conversation, last_message, question, answer)
    if "handed_over" in entry:
        import_hand_over(tx, past, conversation, last_message, question, entry["handed_over"])
    for reply in entry.get("replies", []):
        _import_reply(tx, past, conversation, reply)
    if entry.get("ticket"):
        import_ticket(tx, past, conversation, question, entry["ticket"], clock)


def _import_question(tx: Transaction, past: PastEntry, asked: Sequence[str]) -> tuple[Conversation, Message]:
    """Store the conversation and the messages of its question; return it and the last message."""
    entry = past.entry
    answer = entry.get("answer")
    solved = bool(answer and answer.get("feedback") == "solved")
    reactions = {"eyes": [BOT]} | ({"white_check_mark": [BOT]} if solved else {})
    stamps = [
        past.add_slack_message(
            entry["contact"], past.asked_at + timedelta(seconds=20 * n), text, None, None if n else reactions
        )
        for n, text in enumerate(asked)
    ]
    conversation = tx.conversations.add(
        Conversation(
            place_id=tx.addresses.id_of(Address(SLACK, entry["channel"])),
            thread_id=tx.addresses.id_of(Address(SLACK, entry["channel"], stamps[0])),
            customer_id=entry["customer"],
            contact_id=entry["contact"],
            status=_final_status(entry),
            opened_at=past.asked_at,
            last_message_at=past.asked_at,
            link=f"{past.page_url}archives/{entry['channel']}/p{stamps[0].replace('.', '')}",
        )
    )
    messages = [
        store_message(tx, conversation, entry["contact"], "contact", text, ts)
        for text, ts in zip(asked, stamps, strict=True)
    ]
    return conversation, messages[-1]


def _import_reply(tx: Transaction, past: PastEntry, conversation: Conversation, reply: Mapping[str, Any]) -> None:
    side = "ours" if reply["user"] in {person.id for person in past.config.people} else "contact"
    at, thread = past.at(reply["after"]), tx.addresses.get(conversation.thread_id)
    ts = past.add_slack_message(reply["user"], at, reply["text"], thread.item)
    store_message(tx, conversation, reply["user"], side, reply["text"], ts)
    conversation.last_message_at = at
    if side == "ours":
        conversation.first_response_at = conversation.first_response_at or at
        if conversation.taken_over_at is None:
            reason = "A person of ours answers in this thread."
            add_receipt(tx, conversation.id, at, "person_took_over", reason, by=reply["user"])
        conversation.taken_over_at, conversation.taken_over_by = conversation.taken_over_at or at, reply["user"]


def _final_status(entry: Mapping[str, Any]) -> str:
    """Return the status of the conversation at the start of the demo."""
    ticket, answer = entry.get("ticket"), entry.get("answer")
    if ticket:
        return "solved" if ticket["status"] == "resolved" and ticket.get("satisfied") else "with_people"
    if answer:
        return "solved" if answer.get("feedback") == "solved" else "answered"
    return "open"
