"""RecordingDesk: the deciding code as the doors see it; checks access, remembers every call, answers from samples."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from bot.actions import ACTIONS, HELP, answers, escalations, insights, knowledge, modes, tickets
from bot.actions.action import Action, Arguments, FormAction
from bot.actions.desk import Desk
from bot.actions.help import help_page
from bot.contents.answers import NotQuiteForm
from bot.contents.escalations import RelayForm
from bot.contents.lookups import TicketList
from bot.directory.access import Actor, check_access
from bot.incoming import SLACK
from tests.fakes import sample_contents

A = TypeVar("A", bound=Arguments)
R = TypeVar("R")
F = TypeVar("F")

OURS = {"U0ANA": "agent", "U0ERIK": "engineer", "U0MARA": "manager"}
HOME_TEAM = "T0HOME"
Call = tuple[str, Arguments | int, str, str]


def sample(action: Action[A, R], make: Callable[[A], R]) -> tuple[str, Callable[[Any], Any]]:
    """A result for an action; typed, so that no sample can be of another kind than the real result."""
    return action.id, make


def sample_form(action: FormAction[A, R, F], make: Callable[[int], F]) -> tuple[str, Callable[[int], Any]]:
    return action.id, make


RESULTS: Mapping[str, Callable[[Any], Any]] = dict(
    [
        sample(tickets.TICKET_LIST, lambda a: TicketList((sample_contents.TICKET,), 1, a.which)),
        sample(tickets.TICKET_SHOW, lambda a: sample_contents.DETAIL),
        sample(tickets.DESK_SEARCH, lambda a: sample_contents.FOUND),
        sample(tickets.DESK_STATUS, lambda a: sample_contents.STATUS),
        sample(insights.DESK_DIGEST, lambda a: sample_contents.DIGEST),
        sample(insights.DESK_GAPS, lambda a: sample_contents.GAPS),
        sample(insights.DASHBOARD_LINK, lambda a: "http://127.0.0.1:8485/dashboard/enter?token=a.b"),
        sample(insights.WHY, lambda a: sample_contents.RECEIPT),
        sample(insights.WHY_TICKET, lambda a: sample_contents.RECEIPT),
        sample(insights.WHY_ANSWER, lambda a: sample_contents.RECEIPT),
        sample(insights.WHY_CONVERSATION, lambda a: sample_contents.RECEIPT),
        sample(modes.MODE_LIST, lambda a: sample_contents.CHANNEL_MODES),
        sample(knowledge.REMEMBERED_LIST, lambda a: (sample_contents.REMEMBERED,)),
        sample(HELP, lambda a: help_page(ACTIONS)),
    ]
)
FORMS: Mapping[str, Callable[[int], Any]] = dict(
    [
        sample_form(answers.ANSWER_NOT_QUITE, lambda number: NotQuiteForm(number, "en")),
        sample_form(answers.SUGGESTION_EDIT, lambda number: "Open **Setup** and press Save."),
        sample_form(tickets.TICKET_REPLY, lambda number: sample_contents.DETAIL),
        sample_form(tickets.TICKET_RESOLVE, lambda number: sample_contents.RESOLUTION_FORM),
        sample_form(escalations.ESCALATION_RESOLVE, lambda number: sample_contents.RESOLUTION_FORM),
        sample_form(escalations.TICKET_ESCALATE, lambda number: sample_contents.ESCALATION_FORM),
        sample_form(
            escalations.RELAY_EDIT,
            lambda number: RelayForm(
                number, sample_contents.RELAY.text, may_wait=number == sample_contents.UPDATE.relay_id
            ),
        ),
        sample_form(knowledge.CORRECTION_EDIT, lambda number: sample_contents.CORRECTION.text),
        sample_form(knowledge.TICKET_REMEMBER, lambda number: sample_contents.REMEMBER_FORM),
    ]
)


class RecordingDesk(Desk):
    """`calls` are (action's id, arguments, actor's id, actor's team); `fail` makes the next calls raise.

    `says` is the result of the actions that give the person a sentence. Forms are recorded as `form:` and the id.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.events: dict[str, dict[str, Any]] = {}
        self.says: dict[str, str] = {}
        self.failures: dict[str, deque[Exception]] = {}
        self.before: Callable[[str], None] = lambda name: None

    def fail(self, name: str, *errors: Exception) -> None:
        self.failures.setdefault(name, deque()).extend(errors)

    def named(self, name: str) -> list[Call]:
        return [call for call in self.calls if call[0] == name]

    def perform(self, action: Action[A, R], arguments: A, actor: Actor) -> R:
        assert isinstance(arguments, action.arguments)
        self._note(action, action.id, arguments, actor)
        result: Any = RESULTS[action.id](arguments) if action.id in RESULTS else self.says.get(action.id)
        return result

    def open_form(self, action: FormAction[A, R, F], number: int, actor: Actor) -> F:
        self._note(action, f"form:{action.id}", number, actor)
        return FORMS[action.id](number)

    def _note(self, action: Action[A, R], name: str, arguments: Arguments | int, actor: Actor) -> None:
        self._begin(name)
        check_access(actor, action.access)
        self.calls.append((name, arguments, actor.user_id, actor.team_id))

    def _begin(self, name: str) -> None:
        self.before(name)
        if self.failures.get(name):
            raise self.failures[name].popleft()

    def store_event(self, event_id: str, payload: dict[str, Any], *, kind: str = SLACK) -> None:
        self._begin("store_event")
        self.events[event_id] = payload

    def resolve_actor(self, user_id: str, team_id: str) -> Actor:
        """Ours only with our team: a click that came with the wrong team would make an outsider of an agent."""
        if team_id != HOME_TEAM:
            return Actor(user_id, team_id, user_id, False, customer_id="brightwater")
        role = OURS.get(user_id)
        return Actor(user_id, team_id, user_id, True, frozenset({role}) if role else frozenset())
