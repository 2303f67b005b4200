"""Read a channel's answers together with what happened after each. `bot.modes` judges them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.answers import Answer
from storage.conversations import Conversation, Message
from storage.corrections import Correction
from storage.feedback import Feedback
from storage.receipts import Receipt
from storage.tickets import Ticket, TicketEvent


@dataclass(frozen=True)
class Trial:
    """An answer and what happened after it. A time is None if the event did not happen.

    `pressed_at`: the customer pressed one of its buttons. `discarded_at`: an agent pressed Discard. `written` are the
    messages that colleagues wrote in the thread afterwards, oldest first, the first one at `written_at`. `reopened_at`:
    the ticket was reopened when this was the last answer sent. `found_wrong_at`: the answer was corrected because its
    article was wrong.
    """

    answer: Answer
    pressed_at: datetime | None = None
    discarded_at: datetime | None = None
    written: tuple[str, ...] = ()
    written_at: datetime | None = None
    reopened_at: datetime | None = None
    found_wrong_at: datetime | None = None


class Trials:
    def __init__(self, session: Session) -> None:
        self._session = session

    def of_channel(self, place_id: int, since: datetime, limit: int = 400) -> Sequence[Trial]:
        """Return the channel's newest answers created after `since`, at most `limit`, oldest first."""
        newest = self._session.scalars(
            select(Answer)
            .join(Conversation, Conversation.id == Answer.conversation_id)
            .where(Conversation.place_id == place_id, Answer.created_at > since)
            .order_by(Answer.id.desc())
            .limit(limit)
        ).all()
        return self._make_trials(list(reversed(newest)))

    def of_conversations(self, conversations: Collection[int]) -> Sequence[Trial]:
        """Return all answers in these conversations, oldest first."""
        answers = select(Answer).where(Answer.conversation_id.in_(conversations)).order_by(Answer.id)
        return self._make_trials(self._session.scalars(answers).all())

    def _make_trials(self, answers: Sequence[Answer]) -> Sequence[Trial]:
        conversations = {answer.conversation_id for answer in answers}
        pressed, found_wrong = self._pressed(conversations), self._found_wrong(answer.id for answer in answers)
        discarded, reopened = self._discarded(conversations), self._reopened(conversations)
        written = self._written(conversations)
        last_before = _find_last_sent(answers, reopened)
        trials = []
        for answer in answers:
            words = [one for one in written[answer.conversation_id] if one.said_at >= answer.created_at and one.text]
            trials.append(
                Trial(
                    answer,
                    pressed_at=pressed.get(answer.id),
                    discarded_at=discarded.get(answer.id),
                    written=tuple(one.text or "" for one in words),
                    written_at=words[0].said_at if words else None,
                    reopened_at=last_before.get(answer.id),
                    found_wrong_at=found_wrong.get(answer.id),
                )
            )
        return trials

    def _pressed(self, conversations: Iterable[int]) -> dict[int, datetime]:
        rows = self._session.scalars(select(Feedback).where(Feedback.conversation_id.in_(conversations)))
        return {row.answer_id: row.at for row in rows if row.answer_id is not None}

    def _found_wrong(self, answers: Iterable[int]) -> dict[int, datetime]:
        rows = self._session.scalars(
            select(Correction).where(
                Correction.answer_id.in_(list(answers)), Correction.cause == "wrong", Correction.state != "discarded"
            )
        )
        return {row.answer_id: row.created_at for row in rows}

    def _discarded(self, conversations: Iterable[int]) -> dict[int, datetime]:
        rows = self._session.scalars(
            select(Receipt).where(
                Receipt.conversation_id.in_(conversations), Receipt.decision == "suggestion_discarded"
            )
        )
        return {row.details["answer_id"]: row.at for row in rows}

    def _reopened(self, conversations: Iterable[int]) -> Sequence[tuple[int, datetime]]:
        """Return pairs of a conversation id and the time at which its ticket was reopened."""
        rows = self._session.execute(
            select(Ticket.conversation_id, TicketEvent.at)
            .join(Ticket, Ticket.id == TicketEvent.ticket_id)
            .where(Ticket.conversation_id.in_(conversations), TicketEvent.what == "reopened")
            .order_by(TicketEvent.id)
        )
        return [(conversation_id, at) for conversation_id, at in rows]

    def _written(self, conversations: Iterable[int]) -> dict[int, list[Message]]:
        found: dict[int, list[Message]] = defaultdict(list)
        rows = self._session.scalars(
            select(Message)
            .where(Message.conversation_id.in_(conversations), Message.side == "ours", Message.deleted_at.is_(None))
            .order_by(Message.said_at, Message.id)
        )
        for row in rows:
            found[row.conversation_id or 0].append(row)
        return found


def _find_last_sent(answers: Sequence[Answer], reopened: Sequence[tuple[int, datetime]]) -> dict[int, datetime]:
    """Return the id of each answer that was the last one sent before its ticket was reopened -> the time of that."""
    found: dict[int, datetime] = {}
    for conversation_id, at in reopened:
        sent = [a for a in answers if a.conversation_id == conversation_id and a.sent_at and a.sent_at <= at]
        if sent:
            found.setdefault(sent[-1].id, at)
    return found
