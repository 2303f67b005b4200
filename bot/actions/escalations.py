"""The actions on escalations and on relays."""

from __future__ import annotations

from dataclasses import replace

from bot.actions.action import Action, Arguments, Command, Form, FormAction
from bot.actions.arguments import EscalationNumber, RelayNumber
from bot.actions.tickets import TICKET_RESOLVE, Resolution
from bot.actions.typed import read_number_alone
from bot.contents.escalations import EscalationForm, RelayForm
from bot.contents.tickets import ResolutionForm
from bot.desk import escalation, relay
from bot.directory.access import Access


class Escalated(Arguments):
    """`team` and `severity` are ids."""

    ticket_id: int
    team: str
    severity: str
    summary: str


class EditedRelay(Arguments):
    """`when_due`: send the status update when it is due, instead of now."""

    relay_id: int
    text: str
    when_due: bool = False


TICKET_ESCALATE: FormAction[Escalated, None, EscalationForm] = FormAction(
    id="ticket.escalate",
    label="Escalate",
    access=Access.WORKS_ON_DESK,
    arguments=Escalated,
    command=Command(
        words="escalate N",
        example="escalate 12",
        explanation="brings in another team; a form opens, filled in",
        read=read_number_alone,
    ),
    form=Form(
        title="Escalate",
        open=lambda t, number, actor: escalation.escalation_form(
            number, actor=actor, storage=t.storage, config=t.config
        ),
    ),
    run=lambda t, a, actor: escalation.escalate(
        a.ticket_id,
        a.team,
        a.severity,
        a.summary,
        actor=actor,
        storage=t.storage,
        profiles=t.profiles,
        config=t.config,
        clock=t.clock,
    ),
)
ESCALATION_TAKE: Action[EscalationNumber, None] = Action(
    id="escalation.take",
    label="I take it",
    access=Access.WORKS_ON_DESK,
    arguments=EscalationNumber,
    run=lambda t, a, actor: escalation.take_escalation(
        a.escalation_id, actor=actor, storage=t.storage, config=t.config, clock=t.clock
    ),
)
ESCALATION_DRAFT: Action[EscalationNumber, None] = Action(
    id="escalation.draft",
    label="Draft for the customer",
    access=Access.WORKS_ON_DESK,
    arguments=EscalationNumber,
    run=lambda t, a, actor: relay.ask_for_draft(a.escalation_id, actor=actor, storage=t.storage, clock=t.clock),
    confirm=lambda a, _: (
        "A draft for the customer appears in this thread in a moment. Nobody outside sees it before you send it."
    ),
)
# The same action as on the ticket's card, for the button in the escalation's thread.
ESCALATION_RESOLVE: FormAction[Resolution, None, ResolutionForm] = replace(
    TICKET_RESOLVE, id="escalation.resolve", command=None
)
RELAY_SEND: Action[RelayNumber, None] = Action(
    id="relay.send",
    label="Send to customer",
    access=Access.WORKS_ON_DESK,
    arguments=RelayNumber,
    run=lambda t, a, actor: relay.send_relay(a.relay_id, None, actor=actor, storage=t.storage, clock=t.clock),
)
RELAY_APPROVE: Action[RelayNumber, None] = Action(
    id="relay.approve",
    label="Approve for when it is due",
    access=Access.WORKS_ON_DESK,
    arguments=RelayNumber,
    run=lambda t, a, actor: relay.approve_update(a.relay_id, None, actor=actor, storage=t.storage, clock=t.clock),
)
RELAY_EDIT: FormAction[EditedRelay, None, RelayForm] = FormAction(
    id="relay.edit",
    label="Edit",
    access=Access.WORKS_ON_DESK,
    arguments=EditedRelay,
    form=Form(
        title="Words for the customer", open=lambda t, number, actor: relay.relay_form(number, storage=t.storage)
    ),
    run=lambda t, a, actor: (relay.approve_update if a.when_due else relay.send_relay)(
        a.relay_id, a.text, actor=actor, storage=t.storage, clock=t.clock
    ),
)
RELAY_DISCARD: Action[RelayNumber, None] = Action(
    id="relay.discard",
    label="Discard",
    access=Access.WORKS_ON_DESK,
    arguments=RelayNumber,
    run=lambda t, a, actor: relay.discard_relay(a.relay_id, actor=actor, storage=t.storage, clock=t.clock),
)
