"""The actions on tickets, and the lookups: the queue, one ticket, the desk's status, the search."""

from __future__ import annotations

from bot.actions.action import NOTHING, Action, Arguments, Command, Form, FormAction, NoArguments
from bot.actions.arguments import TicketNumber, read_ticket, say_result
from bot.actions.typed import (
    Typed,
    read_number_alone,
    read_number_and_perhaps_text,
    read_number_and_person,
    read_number_and_text,
    read_text,
)
from bot.contents.lookups import DeskStatus, SearchResults, TicketDetail, TicketList
from bot.contents.marks import person_mark
from bot.contents.tickets import ResolutionForm
from bot.desk import queue, replies, resolution, tickets
from bot.directory.access import Access


class Which(Arguments):
    """`which` tickets: mine, unclaimed, all, escalated, or a customer's id or name."""

    which: str


class Words(Arguments):
    """The words to search for."""

    words: str


class Assignment(Arguments):
    ticket_id: int
    person_id: str


class TicketText(Arguments):
    """The text of a reply or a note."""

    ticket_id: int
    text: str


class Priority(Arguments):
    ticket_id: int
    priority: str


class Resolution(Arguments):
    ticket_id: int
    cause: str
    fix: str
    words: str


def _read_reply(typed: Typed) -> TicketText | None:
    number, text = read_number_and_perhaps_text(typed)
    return TicketText(ticket_id=number, text=text) if text else None


def _read_note(typed: Typed) -> TicketText:
    number, text = read_number_and_text(typed, "the note")
    return TicketText(ticket_id=number, text=text)


def _read_assignment(typed: Typed) -> Assignment:
    number, person = read_number_and_person(typed)
    return Assignment(ticket_id=number, person_id=person)


TICKET_LIST: Action[Which, TicketList] = Action(
    id="ticket.list",
    label="Queue",
    access=Access.WORKS_ON_DESK,
    arguments=Which,
    command=Command(
        words="list [mine, unclaimed, all, escalated or a customer]",
        example="list unclaimed",
        explanation="the queue, what is due first on top; without a word, all",
        read=lambda typed: Which(which=typed.text.lower() or "all"),
    ),
    run=lambda t, a, actor: queue.list_tickets(a.which, actor=actor, storage=t.storage, config=t.config),
)
TICKET_SHOW: Action[TicketNumber, TicketDetail] = Action(
    id="ticket.show",
    label="History",
    access=Access.WORKS_ON_DESK,
    arguments=TicketNumber,
    command=Command(
        words="show N",
        example="show 12",
        explanation="one ticket: the conversation, what was done, what was like it",
        read=read_ticket,
    ),
    run=lambda t, a, actor: queue.show(a.ticket_id, storage=t.storage, config=t.config),
)
TICKET_CLAIM: Action[TicketNumber, None] = Action(
    id="ticket.claim",
    label="Claim",
    access=Access.WORKS_ON_DESK,
    arguments=TicketNumber,
    command=Command(
        words="claim N",
        example="claim 12",
        explanation="makes a ticket yours",
        read=read_ticket,
        confirm=lambda a, _: (
            f"Ticket #{a.ticket_id} is yours. Its conversation and the way to the thread: "
            f"`/support show {a.ticket_id}`."
        ),
    ),
    run=lambda t, a, actor: tickets.claim(a.ticket_id, actor=actor, storage=t.storage, config=t.config, clock=t.clock),
)
TICKET_ASSIGN: Action[Assignment, None] = Action(
    id="ticket.assign",
    label="Assign",
    access=Access.WORKS_ON_DESK,
    arguments=Assignment,
    command=Command(
        words="assign N @person",
        example="assign 12 @ana",
        explanation="gives a ticket to one of us",
        read=_read_assignment,
        confirm=lambda a, _: f"Ticket #{a.ticket_id} now belongs to {person_mark(a.person_id)}.",
    ),
    run=lambda t, a, actor: tickets.assign(
        a.ticket_id, a.person_id, actor=actor, storage=t.storage, config=t.config, clock=t.clock
    ),
)
TICKET_PRIORITY: Action[Priority, None] = Action(
    id="ticket.priority",
    label="Priority",
    access=Access.WORKS_ON_DESK,
    arguments=Priority,
    run=lambda t, a, actor: tickets.set_priority(
        a.ticket_id, a.priority, actor=actor, storage=t.storage, clock=t.clock
    ),
)
TICKET_REPLY: FormAction[TicketText, None, TicketDetail] = FormAction(
    id="ticket.reply",
    label="Reply",
    access=Access.WORKS_ON_DESK,
    arguments=TicketText,
    command=Command(
        words="reply N text",
        example="reply 12 We found it and are on it.",
        explanation="writes into the customer's thread, under your name; without text a form opens",
        read=_read_reply,
        confirm=lambda a, _: (
            f"Your reply goes into the customer's thread of ticket #{a.ticket_id} now, under your name."
        ),
    ),
    form=Form(title="Reply", open=lambda t, number, actor: queue.show(number, storage=t.storage, config=t.config)),
    run=lambda t, a, actor: replies.reply(a.ticket_id, a.text, actor=actor, storage=t.storage, clock=t.clock),
)
TICKET_NOTE: Action[TicketText, None] = Action(
    id="ticket.note",
    label="Note",
    access=Access.WORKS_ON_DESK,
    arguments=TicketText,
    command=Command(
        words="note N text",
        example="note 12 They use two company codes.",
        explanation="writes down what only we see",
        read=_read_note,
        confirm=lambda a, _: f"Noted on ticket #{a.ticket_id}. The customer does not see it.",
    ),
    run=lambda t, a, actor: tickets.note(a.ticket_id, a.text, actor=actor, storage=t.storage, clock=t.clock),
)
TICKET_RESOLVE: FormAction[Resolution, None, ResolutionForm] = FormAction(
    id="ticket.resolve",
    label="Resolve",
    access=Access.WORKS_ON_DESK,
    arguments=Resolution,
    command=Command(
        words="resolve N",
        example="resolve 12",
        explanation="cause, fix and words for the customer; a form opens",
        read=read_number_alone,
    ),
    form=Form(title="Resolve", open=lambda t, number, actor: resolution.resolution_form(number, storage=t.storage)),
    run=lambda t, a, actor: resolution.resolve(
        a.ticket_id, a.cause, a.fix, a.words, actor=actor, storage=t.storage, clock=t.clock
    ),
)
RESOLUTION_SOLVED: Action[TicketNumber, str | None] = Action(
    id="resolution.solved",
    label=resolution.SOLVED,
    access=Access.IN_CONVERSATION,
    arguments=TicketNumber,
    run=lambda t, a, actor: resolution.confirm_resolution(
        a.ticket_id, True, actor=actor, storage=t.storage, config=t.config, clock=t.clock
    ),
    confirm=say_result,
)
RESOLUTION_NOT_SOLVED: Action[TicketNumber, str | None] = Action(
    id="resolution.not_solved",
    label=resolution.NOT_SOLVED,
    access=Access.IN_CONVERSATION,
    arguments=TicketNumber,
    run=lambda t, a, actor: resolution.confirm_resolution(
        a.ticket_id, False, actor=actor, storage=t.storage, config=t.config, clock=t.clock
    ),
    confirm=say_result,
)
DESK_STATUS: Action[NoArguments, DeskStatus] = Action(
    id="desk.status",
    label="Status",
    access=Access.WORKS_ON_DESK,
    arguments=NoArguments,
    command=Command(
        words="status",
        example="status",
        explanation="the desk at a glance, and what is promised today",
        read=lambda typed: NOTHING,
    ),
    run=lambda t, a, actor: queue.desk_status(storage=t.storage, config=t.config, clock=t.clock),
)
DESK_SEARCH: Action[Words, SearchResults] = Action(
    id="desk.search",
    label="Search",
    access=Access.WORKS_ON_DESK,
    arguments=Words,
    command=Command(
        words="search words",
        example="search netsuite sync error",
        explanation="articles (internal ones too) and past tickets",
        read=lambda typed: Words(words=read_text(typed, "Search for what? Write some words")),
    ),
    run=lambda t, a, actor: queue.search(a.words, storage=t.storage, knowledge=t.knowledge),
)
