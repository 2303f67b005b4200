"""RecordingUseCases: the deciding code as the Slack doors see it; remembers every call and answers from samples."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.contents.answers import NotQuiteForm, Remembered, RememberForm
from bot.contents.escalations import EscalationForm
from bot.contents.gaps import KnowledgeGaps
from bot.contents.lookups import DeskStatus, SearchResults, TicketDetail, TicketList
from bot.contents.modes import ChannelMode
from bot.contents.overviews import DigestContent
from bot.contents.receipts import About, ReceiptContent
from bot.contents.tickets import ResolutionForm
from bot.directory.access import Actor
from tests.fakes import sample_contents

OURS = {"U0ANA": "agent", "U0ERIK": "engineer", "U0MARA": "manager"}
HOME_TEAM = "T0HOME"


@dataclass
class RecordingUseCases:
    """`calls` are (name, arguments without the actor, actor's id, actor's team); `fail` makes the next calls raise."""

    calls: list[tuple[Any, ...]] = field(default_factory=list)
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    says: dict[str, str] = field(default_factory=dict)
    failures: dict[str, deque[Exception]] = field(default_factory=dict)
    before: Callable[[str], None] = lambda name: None

    def fail(self, name: str, *errors: Exception) -> None:
        self.failures.setdefault(name, deque()).extend(errors)

    def named(self, name: str) -> list[tuple[Any, ...]]:
        return [call for call in self.calls if call[0] == name]

    def _note(self, name: str, *arguments: Any, actor: Actor) -> str | None:
        self.before(name)
        if self.failures.get(name):
            raise self.failures[name].popleft()
        self.calls.append((name, arguments, actor.user_id, actor.team_id))
        return self.says.get(name)

    def store_event(self, event_id: str, payload: dict[str, Any]) -> None:
        self.before("store_event")
        if self.failures.get("store_event"):
            raise self.failures["store_event"].popleft()
        self.events[event_id] = payload

    def resolve_actor(self, user_id: str, team_id: str) -> Actor:
        """Ours only with our team: a click that came with the wrong team would make an outsider of an agent."""
        role = OURS.get(user_id) if team_id == HOME_TEAM else None
        return Actor(user_id, team_id, user_id, team_id == HOME_TEAM, frozenset({role}) if role else frozenset())

    def answer_solved(self, answer_id: int, *, actor: Actor) -> str | None:
        return self._note("answer_solved", answer_id, actor=actor)

    def not_quite_form(self, answer_id: int, *, actor: Actor) -> NotQuiteForm:
        self._note("not_quite_form", answer_id, actor=actor)
        return NotQuiteForm(answer_id, "en")

    def answer_not_quite(self, answer_id: int, missing: str, *, actor: Actor) -> str | None:
        return self._note("answer_not_quite", answer_id, missing, actor=actor)

    def get_person(self, answer_id: int, *, actor: Actor) -> str | None:
        return self._note("get_person", answer_id, actor=actor)

    def choose_option(self, answer_id: int, number: int, *, actor: Actor) -> str | None:
        return self._note("choose_option", answer_id, number, actor=actor)

    def confirm_resolution(self, ticket_id: int, solved: bool, *, actor: Actor) -> str | None:
        return self._note("confirm_resolution", ticket_id, solved, actor=actor)

    def suggestion_text(self, answer_id: int, *, actor: Actor) -> str:
        self._note("suggestion_text", answer_id, actor=actor)
        return "Open **Setup** and press Save."

    def send_suggestion(self, answer_id: int, text: str | None, remember_for: str = "", *, actor: Actor) -> None:
        more = (remember_for,) if remember_for else ()
        self._note("send_suggestion", answer_id, text, *more, actor=actor)

    def discard_suggestion(self, answer_id: int, *, actor: Actor) -> None:
        self._note("discard_suggestion", answer_id, actor=actor)

    def claim(self, ticket_id: int, *, actor: Actor) -> None:
        self._note("claim", ticket_id, actor=actor)

    def assign(self, ticket_id: int, assignee_id: str, *, actor: Actor) -> None:
        self._note("assign", ticket_id, assignee_id, actor=actor)

    def set_priority(self, ticket_id: int, priority: str, *, actor: Actor) -> None:
        self._note("set_priority", ticket_id, priority, actor=actor)

    def reply(self, ticket_id: int, text: str, *, actor: Actor) -> None:
        self._note("reply", ticket_id, text, actor=actor)

    def note(self, ticket_id: int, text: str, *, actor: Actor) -> None:
        self._note("note", ticket_id, text, actor=actor)

    def escalation_form(self, ticket_id: int, *, actor: Actor) -> EscalationForm:
        self._note("escalation_form", ticket_id, actor=actor)
        return sample_contents.ESCALATION_FORM

    def escalate(self, ticket_id: int, team: str, severity: str, summary: str, *, actor: Actor) -> None:
        self._note("escalate", ticket_id, team, severity, summary, actor=actor)

    def resolution_form(self, ticket_id: int, *, actor: Actor) -> ResolutionForm:
        self._note("resolution_form", ticket_id, actor=actor)
        return sample_contents.RESOLUTION_FORM

    def resolve(self, ticket_id: int, cause: str, fix: str, words: str, *, actor: Actor) -> None:
        self._note("resolve", ticket_id, cause, fix, words, actor=actor)

    def list_tickets(self, which: str, *, actor: Actor) -> TicketList:
        self._note("list_tickets", which, actor=actor)
        return TicketList((sample_contents.TICKET,), 1)

    def show(self, ticket_id: int, *, actor: Actor) -> TicketDetail:
        self._note("show", ticket_id, actor=actor)
        return sample_contents.DETAIL

    def search(self, words: str, *, actor: Actor) -> SearchResults:
        self._note("search", words, actor=actor)
        return sample_contents.FOUND

    def desk_status(self, *, actor: Actor) -> DeskStatus:
        self._note("desk_status", actor=actor)
        return sample_contents.STATUS

    def digest_now(self, *, actor: Actor) -> DigestContent:
        self._note("digest_now", actor=actor)
        return sample_contents.DIGEST

    def knowledge_gaps(self, wanted: str, *, actor: Actor) -> KnowledgeGaps:
        self._note("knowledge_gaps", wanted, actor=actor)
        return sample_contents.GAPS

    def dashboard_link(self, *, actor: Actor) -> str:
        self._note("dashboard_link", actor=actor)
        return "http://127.0.0.1:8485/dashboard/enter?token=a.b"

    def take(self, escalation_id: int, *, actor: Actor) -> None:
        self._note("take", escalation_id, actor=actor)

    def draft_relay(self, escalation_id: int, *, actor: Actor) -> None:
        self._note("draft_relay", escalation_id, actor=actor)

    def relay_text(self, relay_id: int, *, actor: Actor) -> str:
        self._note("relay_text", relay_id, actor=actor)
        return sample_contents.RELAY.text

    def send_relay(self, relay_id: int, text: str | None, *, actor: Actor) -> None:
        self._note("send_relay", relay_id, text, actor=actor)

    def approve_update(self, relay_id: int, text: str | None, *, actor: Actor) -> None:
        self._note("approve_update", relay_id, text, actor=actor)

    def discard_relay(self, relay_id: int, *, actor: Actor) -> None:
        self._note("discard_relay", relay_id, actor=actor)

    def list_modes(self, *, actor: Actor) -> tuple[ChannelMode, ...]:
        self._note("list_modes", actor=actor)
        return sample_contents.CHANNEL_MODES

    def choose_mode(self, which: str, mode: str, *, actor: Actor) -> None:
        self._note("choose_mode", which, mode, actor=actor)

    def accept_mode(self, change_id: int, *, actor: Actor) -> None:
        self._note("accept_mode", change_id, actor=actor)

    def decline_mode(self, change_id: int, *, actor: Actor) -> None:
        self._note("decline_mode", change_id, actor=actor)

    def why(self, about: About, *, actor: Actor) -> ReceiptContent:
        self._note("why", about, actor=actor)
        return sample_contents.RECEIPT

    def ask_for_replay(self, about: About, window: str, *, actor: Actor) -> None:
        self._note("ask_for_replay", about, window, actor=actor)

    def correction_text(self, correction_id: int, *, actor: Actor) -> str:
        self._note("correction_text", correction_id, actor=actor)
        return sample_contents.CORRECTION.text

    def send_correction(self, correction_id: int, text: str | None, *, actor: Actor) -> None:
        self._note("send_correction", correction_id, text, actor=actor)

    def discard_correction(self, correction_id: int, *, actor: Actor) -> None:
        self._note("discard_correction", correction_id, actor=actor)

    def mark_wrong(self, reference: str, why: str, *, actor: Actor) -> str:
        return self._note("mark_wrong", reference, why, actor=actor) or "It is marked as wrong."

    def mark_right(self, reference: str, *, actor: Actor) -> str:
        return self._note("mark_right", reference, actor=actor) or "It is answered from again."

    def remember_form(self, ticket_id: int, *, actor: Actor) -> RememberForm:
        self._note("remember_form", ticket_id, actor=actor)
        return sample_contents.REMEMBER_FORM

    def remember_answer(self, ticket_id: int, question: str, text: str, audience: str, *, actor: Actor) -> str:
        return self._note("remember_answer", ticket_id, question, text, audience, actor=actor) or "It is remembered."

    def remembered(self, *, actor: Actor) -> tuple[Remembered, ...]:
        self._note("remembered", actor=actor)
        return (sample_contents.REMEMBERED,)

    def forget(self, answer_id: int, *, actor: Actor) -> str:
        return self._note("forget", answer_id, actor=actor) or "Forgotten."
