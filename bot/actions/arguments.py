"""Arguments that several actions share."""

from __future__ import annotations

from bot.actions.action import Arguments
from bot.actions.typed import Typed, read_number


class TicketNumber(Arguments):
    ticket_id: int


class AnswerNumber(Arguments):
    answer_id: int


class EscalationNumber(Arguments):
    escalation_id: int


class RelayNumber(Arguments):
    relay_id: int


class CorrectionNumber(Arguments):
    correction_id: int


class ModeChangeNumber(Arguments):
    change_id: int


def read_ticket(typed: Typed) -> TicketNumber:
    """Read a ticket's number. Raises BadRequest with an example."""
    return TicketNumber(ticket_id=read_number(typed))


def say_result(arguments: Arguments, result: str | None) -> str | None:
    """Return the result, for actions whose result is the sentence for the person who acted."""
    return result
