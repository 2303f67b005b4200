"""Proposes the mode that a channel has earned, and takes back one that it has lost; people's choices are elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.answering.judgement import judgements
from bot.clock import Clock
from bot.desk.lifecycle import apply
from bot.directory.channel_mode import mode_of
from bot.events import ConversationEvent, ModeEvent, TicketEvent
from bot.jobs import ReviewModes
from bot.modes import rules
from bot.modes.rules import Standing
from bot.outbox.posting import create_post, queue_redraw
from bot.settings.config import Config, Mode
from storage.addresses import Address
from storage.channel_modes import ModeChange
from storage.transaction import Storage, Transaction
from storage.trials import Trial

EXAMPLES = 3
# What a press or a request for a person led to is no question of its own.
NO_QUESTION = frozenset({"did_not_help", "person_requested"})


@dataclass(frozen=True)
class Reviewed:
    """A channel as the rules see it, with the answers that this was read from."""

    place: Address
    standing: Standing
    trials: tuple[Trial, ...]


def review_modes(job: ReviewModes, *, storage: Storage, config: Config, clock: Clock) -> None:
    """Looks at one channel, or at all: what is lost is taken back at once, what is earned is proposed."""
    everywhere = [channel.place for customer in config.customers for channel in customer.channels]
    for place in [Address.from_key(job.place)] if job.place else everywhere:
        with storage.reading() as tx:
            # Reading may take a while, and most often there is nothing to do: nobody need wait for it.
            seen = reviewed(tx, config, place, clock.now())
            settled = proposed(tx, place) is None and not (
                rules.why_it_falls(seen.standing) or rules.may_propose(seen.standing)
            )
        if settled:
            continue
        with storage.transaction() as tx:
            tx.conversations.lock_channel(place)
            _review(tx, reviewed(tx, config, place, clock.now()), config, clock)


def proposed(tx: Transaction, place: Address) -> ModeChange | None:
    """The proposal for a channel that waits for people."""
    place_id = tx.addresses.find(place)
    return tx.channel_modes.proposed(place_id) if place_id is not None else None


def reviewed(tx: Transaction, config: Config, place: Address, now: datetime) -> Reviewed:
    """Reads what counts for a channel: answers since it last fell or people chose its mode, of the last 60 days."""
    place_id = tx.addresses.find(place) or 0
    start, done = tx.channel_modes.last_fresh_start(place_id), tx.channel_modes.last_done(place_id)
    decided = tx.channel_modes.last_decided(place_id)
    since = now - rules.LONGEST
    if start is not None and start.decided_at is not None:
        since = max(since, start.decided_at)
    trials = tuple(tx.trials.of_channel(place_id, since))
    mode = mode_of(tx, config, place)
    standing = Standing(
        mode=mode,
        highest=config.highest_mode(place),
        wanted=config.precision_for(place),
        judged=tuple(judgements(trials)),
        earned=done is not None and done.cause == "earned" and done.after == mode,
        refused_at=decided.decided_at if decided is not None and decided.state == "declined" else None,
    )
    return Reviewed(place, standing, trials)


def _review(tx: Transaction, seen: Reviewed, config: Config, clock: Clock) -> None:
    waiting = proposed(tx, seen.place)
    if waiting is not None and _still_stands(tx, waiting, seen, clock):
        return
    if (why := rules.why_it_falls(seen.standing)) is not None:
        _fall(tx, seen, why, config, clock)
    elif rules.may_propose(seen.standing):
        _propose(tx, seen, config, clock)


def _still_stands(tx: Transaction, waiting: ModeChange, seen: Reviewed, clock: Clock) -> bool:
    """While people think about a proposal the figures go on: its card follows them, or it is taken back."""
    if seen.standing.mode != waiting.before or not rules.has_earned(seen.standing):
        withdraw(tx, waiting, "The evidence no longer allows it.", clock)
        return False
    now = evidence_of(seen)
    if now != waiting.evidence:
        waiting.evidence = now
        queue_redraw(tx, "mode_change", waiting.id)
    return True


def withdraw(tx: Transaction, waiting: ModeChange, why: str, clock: Clock) -> None:
    apply(tx, waiting, "withdraw", by=None, at=clock.now(), why=why, details=figures_of(waiting))


def _propose(tx: Transaction, seen: Reviewed, config: Config, clock: Clock) -> None:
    above = rules.next_mode(seen.standing)
    if above is None:
        return
    change = new_change(tx, seen, above, "earned", config, clock)
    why = f"The evidence allows {above}; people decide."
    apply(tx, change, "propose", by=None, at=clock.now(), why=why, details=figures_of(change))


def _fall(tx: Transaction, seen: Reviewed, why: str, config: Config, clock: Clock) -> None:
    change = new_change(tx, seen, "suggest", "fell", config, clock)
    change.evidence = {**change.evidence, "fell_by": why}
    said = f"Answers were wrong too often ({why})."
    apply(tx, change, "lower", by=None, at=clock.now(), why=said, details=figures_of(change))


def post_mode_card(tx: Transaction, event: ModeEvent, config: Config) -> None:
    """The card of a step: proposed, taken back by the evidence, or chosen by a person."""
    create_post(tx, event.at, "mode_change", event.change_id, config.triage_place)


def queue_review(tx: Transaction, event: ConversationEvent | TicketEvent, config: Config) -> None:
    """Something happened that says whether an answer was right: the channel's mode is looked at again."""
    if isinstance(event, TicketEvent):
        ticket = tx.tickets.get(event.ticket_id)
        conversation_id = ticket.conversation_id if ticket else 0
    else:
        conversation_id = event.conversation_id
    place = tx.addresses.get(tx.conversations.get(conversation_id).place_id)
    tx.jobs.enqueue(ReviewModes(place.key, f"{type(event).__name__}:{conversation_id}:{event.at.isoformat()}"))


def new_change(tx: Transaction, seen: Reviewed, after: Mode, cause: str, config: Config, clock: Clock) -> ModeChange:
    return ModeChange(
        place_id=tx.addresses.id_of(seen.place),
        at=clock.now(),
        before=seen.standing.mode,
        after=after,
        cause=cause,
        configured=config.configured_mode(seen.place),
        evidence=evidence_of(seen),
    )


def evidence_of(seen: Reviewed) -> dict[str, Any]:
    """The figures, and examples as [answer's id, why it was judged so], newest first; as stored with a change."""
    judged = rules.evidence(seen.standing)
    now = rules.figures(judged)
    newest = [[one.answer_id, one.why] for one in reversed(judged) if one.right][:EXAMPLES]
    wrong = [[one.answer_id, one.why] for one in reversed(judged) if not one.right][:EXAMPLES]
    asked, answered = questions(seen.trials)
    above = rules.next_mode(seen.standing) or seen.standing.mode
    return {
        "judged": now.judged,
        "right": now.right,
        "mended": now.mended,
        "rewritten": now.rewritten,
        "lower": round(now.lower, 4),
        "upper": round(now.upper, 4),
        "wanted": rules.wanted_for(above, seen.standing.wanted),
        "asked": asked,
        "answered": answered,
        "right_ones": newest,
        "wrong_ones": wrong,
    }


def questions(trials: Sequence[Trial]) -> tuple[int, int]:
    """(questions asked, how many of them Footbridge had an answer to)."""
    first: dict[int, str] = {}
    for trial in trials:
        answer = trial.answer
        if answer.state not in ("replaced", "withdrawn") and answer.reason not in NO_QUESTION:
            first.setdefault(answer.message_id, answer.outcome if answer.sure else "handed_over")
    return len(first), sum(outcome == "answered" for outcome in first.values())


def figures_of(change: ModeChange) -> dict[str, Any]:
    """What a receipt says about a step of a mode: where, from what to what, and on which figures."""
    figures = {name: change.evidence[name] for name in ("judged", "right", "lower", "upper", "wanted")}
    return {"place_id": change.place_id, "before": change.before, "after": change.after, **figures}
