"""Proposes the mode that a channel has earned, and takes back one that it has lost; people's choices are elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.clock import Clock
from bot.desk.lifecycle import apply
from bot.directory.channel_mode import mode_of
from bot.events import ConversationEvent, ModeEvent, TicketEvent
from bot.jobs import ReviewModes
from bot.modes import rules
from bot.modes.judgement import judgements
from bot.modes.rules import Standing
from bot.outbox.posting import create_post, queue_redraw
from bot.settings.config import Config, Mode
from storage.channel_modes import ModeChange
from storage.transaction import Storage, Transaction
from storage.trials import Trial

EXAMPLES = 3
# What a press or a request for a person led to is no question of its own.
NO_QUESTION = frozenset({"did_not_help", "person_requested"})


@dataclass(frozen=True)
class Reviewed:
    """A channel as the rules see it, with the answers that this was read from."""

    channel_id: str
    standing: Standing
    trials: tuple[Trial, ...]


def review_modes(job: ReviewModes, *, storage: Storage, config: Config, clock: Clock) -> None:
    """Looks at one channel, or at all: what is lost is taken back at once, what is earned is proposed."""
    channels = [job.channel_id] if job.channel_id else [c.id for one in config.customers for c in one.channels]
    for channel_id in channels:
        with storage.reading() as tx:
            # Reading may take a while, and most often there is nothing to do: nobody need wait for it.
            seen = reviewed(tx, config, channel_id, clock.now())
            settled = tx.channel_modes.proposed(channel_id) is None and not (
                rules.why_it_falls(seen.standing) or rules.may_propose(seen.standing)
            )
        if settled:
            continue
        with storage.transaction() as tx:
            tx.conversations.lock_channel(channel_id)
            _review(tx, reviewed(tx, config, channel_id, clock.now()), config, clock)


def reviewed(tx: Transaction, config: Config, channel_id: str, now: datetime) -> Reviewed:
    """Reads what counts for a channel: answers since it last fell or people chose its mode, of the last 60 days."""
    start, done = tx.channel_modes.last_fresh_start(channel_id), tx.channel_modes.last_done(channel_id)
    decided = tx.channel_modes.last_decided(channel_id)
    since = now - rules.LONGEST
    if start is not None and start.decided_at is not None:
        since = max(since, start.decided_at)
    trials = tuple(tx.trials.of_channel(channel_id, since))
    mode = mode_of(tx, config, channel_id)
    standing = Standing(
        mode=mode,
        highest=config.highest_mode(channel_id),
        wanted=config.precision_for(channel_id),
        judged=tuple(judgements(trials)),
        earned=done is not None and done.cause == "earned" and done.after == mode,
        refused_at=decided.decided_at if decided is not None and decided.state == "declined" else None,
    )
    return Reviewed(channel_id, standing, trials)


def _review(tx: Transaction, seen: Reviewed, config: Config, clock: Clock) -> None:
    waiting = tx.channel_modes.proposed(seen.channel_id)
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
    change = new_change(seen, above, "earned", config, clock)
    why = f"The evidence allows {above}; people decide."
    apply(tx, change, "propose", by=None, at=clock.now(), why=why, details=figures_of(change))


def _fall(tx: Transaction, seen: Reviewed, why: str, config: Config, clock: Clock) -> None:
    change = new_change(seen, "suggest", "fell", config, clock)
    change.evidence = {**change.evidence, "fell_by": why}
    said = f"Answers were wrong too often ({why})."
    apply(tx, change, "lower", by=None, at=clock.now(), why=said, details=figures_of(change))


def post_mode_card(tx: Transaction, event: ModeEvent, config: Config) -> None:
    """The card of a step: proposed, taken back by the evidence, or chosen by a person."""
    create_post(tx, event.at, "mode_change", event.change_id, config.triage_channel)


def queue_review(tx: Transaction, event: ConversationEvent | TicketEvent, config: Config) -> None:
    """Something happened that says whether an answer was right: the channel's mode is looked at again."""
    if isinstance(event, TicketEvent):
        ticket = tx.tickets.get(event.ticket_id)
        conversation_id = ticket.conversation_id if ticket else 0
    else:
        conversation_id = event.conversation_id
    channel_id = tx.conversations.get(conversation_id).channel_id
    tx.jobs.enqueue(ReviewModes(channel_id, f"{type(event).__name__}:{conversation_id}:{event.at.isoformat()}"))


def new_change(seen: Reviewed, after: Mode, cause: str, config: Config, clock: Clock) -> ModeChange:
    return ModeChange(
        channel_id=seen.channel_id,
        at=clock.now(),
        before=seen.standing.mode,
        after=after,
        cause=cause,
        configured=config.configured_mode(seen.channel_id),
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
    return {"channel_id": change.channel_id, "before": change.before, "after": change.after, **figures}
