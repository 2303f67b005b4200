"""`/support`: reads what was typed, calls one use case, and answers where only the person who typed sees it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, Respond
from slack_sdk import WebClient

from bot.directory.access import Actor
from bot.errors import BadRequest
from bot.incoming import SLACK, Address
from handlers.slack import receipts
from handlers.slack.modals import open_form
from handlers.slack.payloads import readable
from handlers.slack.use_cases import UseCases
from handlers.slack.views import broadcasts, commands, correction, gaps, modals, modes, ticket
from handlers.slack.views.blocks import Rendered

COMMAND = "/support"
_NUMBER = re.compile(r"#?(\d{1,9})")
_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^>]*)?>")
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


@dataclass(frozen=True)
class Typed:
    """What stands after the subcommand, and what opening a form needs."""

    word: str
    rest: str
    actor: Actor
    client: WebClient
    body: Mapping[str, Any]

    def number(self) -> tuple[int, str]:
        """The ticket's number and the words after it. Raises BadRequest with an example."""
        first, _, rest = self.rest.partition(" ")
        found = _NUMBER.fullmatch(first)
        if found is None:
            example = commands.example_of(self.word)
            raise BadRequest(
                f"Which ticket? Write its number after `{self.word}`, like `{COMMAND} {example}`."
                + (f" “{first[:40]}” is no number." if first else "")
            )
        return int(found[1]), rest.strip()

    def number_and_text(self, what: str) -> tuple[int, str]:
        number, text = self.number()
        if not text:
            raise BadRequest(f"Write {what} after the number, like `{COMMAND} {commands.example_of(self.word)}`.")
        return number, text

    def form(self, title: str, view: Callable[[], modals.View]) -> None:
        open_form(self.client, dict(self.body), title, view)


Subcommand = Callable[[UseCases, Typed], Rendered | str | None]


def _help(do: UseCases, typed: Typed) -> Rendered:
    return commands.help_text()


def _list(do: UseCases, typed: Typed) -> Rendered:
    which = typed.rest.lower() or "all"
    tickets = do.list_tickets(which, actor=typed.actor)
    customer = tickets.tickets[0].customer if tickets.tickets else which
    return ticket.tickets(tickets, commands.list_title(which, customer), commands.nothing(which))


def _show(do: UseCases, typed: Typed) -> Rendered:
    return ticket.detail(do.show(typed.number()[0], actor=typed.actor))


def _claim(do: UseCases, typed: Typed) -> str:
    number, _ = typed.number()
    do.claim(number, actor=typed.actor)
    return f"Ticket #{number} is yours. Its conversation and the way to the thread: `{COMMAND} show {number}`."


def _assign(do: UseCases, typed: Typed) -> str:
    number, rest = typed.number()
    person = _PERSON.search(rest)
    if person is None:
        raise BadRequest(f"Assign to whom? Mention a colleague, like `{COMMAND} {commands.example_of('assign')}`.")
    do.assign(number, person[1], actor=typed.actor)
    return f"Ticket #{number} now belongs to <@{person[1]}>."


def _reply(do: UseCases, typed: Typed) -> str | None:
    number, text = typed.number()
    if not text:
        typed.form("Reply", lambda: modals.reply(do.show(number, actor=typed.actor).ticket.ticket_id))
        return None
    do.reply(number, text, actor=typed.actor)
    return f"Your reply goes into the customer's thread of ticket #{number} now, under your name."


def _note(do: UseCases, typed: Typed) -> str:
    number, text = typed.number_and_text("the note")
    do.note(number, text, actor=typed.actor)
    return f"Noted on ticket #{number}. The customer does not see it."


def _escalate(do: UseCases, typed: Typed) -> None:
    number, _ = typed.number()
    typed.form("Escalate", lambda: modals.escalate(do.escalation_form(number, actor=typed.actor)))


def _resolve(do: UseCases, typed: Typed) -> None:
    number, _ = typed.number()
    typed.form("Resolve", lambda: modals.resolve(do.resolution_form(number, actor=typed.actor)))


def _status(do: UseCases, typed: Typed) -> Rendered:
    return commands.status(do.desk_status(actor=typed.actor))


def _search(do: UseCases, typed: Typed) -> Rendered:
    if not typed.rest:
        raise BadRequest(f"Search for what? Write some words, like `{COMMAND} {commands.example_of('search')}`.")
    return commands.found(do.search(typed.rest, actor=typed.actor))


def _digest(do: UseCases, typed: Typed) -> Rendered:
    return broadcasts.digest(do.digest_now(actor=typed.actor))


def _mode(do: UseCases, typed: Typed) -> Rendered | str:
    if not typed.rest:
        return modes.channels(do.list_modes(actor=typed.actor))
    # What is typed is read with names in place of ids; here the id is wanted.
    channel = _CHANNEL.search(str(typed.body.get("text") or ""))
    which, _, mode = typed.rest.rpartition(" ")
    if not which.strip():
        raise BadRequest(f"Which channel, and which mode? Type it like `{COMMAND} mode #customer suggest`.")
    do.choose_mode(Address(SLACK, channel[1]).key if channel else which.strip(), mode.lower(), actor=typed.actor)
    return f"It is in {mode.lower()} from now on. Your colleagues see it in triage; the customer is not notified."


def _why(do: UseCases, typed: Typed) -> None:
    meant = receipts.about(typed.rest, typed.body, typed.word)
    receipts.show_why(typed.client, dict(typed.body), meant, typed.actor, do)


def _replay(do: UseCases, typed: Typed) -> None:
    meant = receipts.about(typed.rest, typed.body, typed.word)
    receipts.show_replay(typed.client, dict(typed.body), meant, typed.actor, do)


def _gaps(do: UseCases, typed: Typed) -> Rendered:
    return gaps.gaps(do.knowledge_gaps(typed.rest, actor=typed.actor))


def _dashboard(do: UseCases, typed: Typed) -> Rendered:
    return commands.dashboard_link(do.dashboard_link(actor=typed.actor))


def _wrong(do: UseCases, typed: Typed) -> str:
    reference, _, why = typed.rest.partition(" ")
    if not reference or not why.strip():
        raise BadRequest(
            "Which article, and what is wrong with it? Write its id or link and a few words, like "
            f"`{COMMAND} {commands.example_of('wrong')}`."
        )
    return do.mark_wrong(reference, why.strip(), actor=typed.actor)


def _right(do: UseCases, typed: Typed) -> str:
    if not typed.rest:
        raise BadRequest(f"Which article? Write its id or link, like `{COMMAND} {commands.example_of('right')}`.")
    return do.mark_right(typed.rest.split()[0], actor=typed.actor)


def _remember(do: UseCases, typed: Typed) -> None:
    number, _ = typed.number()
    typed.form("Remember the answer", lambda: modals.remember(do.remember_form(number, actor=typed.actor)))


def _remembered(do: UseCases, typed: Typed) -> Rendered:
    return correction.remembered(do.remembered(actor=typed.actor))


SUBCOMMANDS: dict[str, Subcommand] = {
    "help": _help,
    "list": _list,
    "show": _show,
    "claim": _claim,
    "assign": _assign,
    "reply": _reply,
    "note": _note,
    "escalate": _escalate,
    "resolve": _resolve,
    "status": _status,
    "search": _search,
    "digest": _digest,
    "mode": _mode,
    "why": _why,
    "replay": _replay,
    "gaps": _gaps,
    "dashboard": _dashboard,
    "wrong": _wrong,
    "right": _right,
    "remember": _remember,
    "remembered": _remembered,
}
# Slack gives three seconds to answer in; these compare many questions and may take longer.
SLOW = (_digest, _gaps)


def support(
    ack: Ack, respond: Respond, body: dict[str, Any], client: WebClient, actor: Actor, use_cases: UseCases
) -> None:
    """The one listener; whoever does not work on the desk is told nothing about it."""
    say: Ack | Respond = ack
    if not actor.works_here:
        _answer(say, commands.NOT_FOR_YOU)
        return
    try:
        subcommand, typed = _read(readable(str(body.get("text") or "")), actor, client, body)
        if subcommand in SLOW:
            ack()
            say = respond
        answer = subcommand(use_cases, typed)
    except BadRequest as problem:
        answer = problem.for_people
    _answer(say, answer)


def _read(text: str, actor: Actor, client: WebClient, body: Mapping[str, Any]) -> tuple[Subcommand, Typed]:
    """The subcommand and what follows it. Raises BadRequest with the closest one that exists."""
    word, _, rest = text.replace("\u00a0", " ").strip().partition(" ")
    word, rest = word.lower() or "help", rest.strip()
    if _NUMBER.fullmatch(word):
        word, rest = "show", word
    if word not in SUBCOMMANDS:
        near = difflib.get_close_matches(word, SUBCOMMANDS, n=1, cutoff=0.5)
        guess = f"Did you mean `{COMMAND} {near[0]}`? " if near else ""
        raise BadRequest(f"I don't know “{word[:40]}”. {guess}Everything there is: `{COMMAND} help`.")
    return SUBCOMMANDS[word], Typed(word, rest, actor, client, body)


def _answer(say: Ack | Respond, answer: Rendered | str | None) -> None:
    if answer is None:
        say()
        return
    drawn = answer if isinstance(answer, Rendered) else commands.sentence(answer)
    say(text=drawn.text, blocks=drawn.blocks, response_type="ephemeral")
