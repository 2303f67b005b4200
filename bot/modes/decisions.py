"""What people decide about a channel's mode: accept a proposal, say not yet, choose one; and how all channels stand."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from bot.clock import Clock
from bot.contents.modes import ChannelMode
from bot.contents.overviews import ChannelRow
from bot.desk.lifecycle import apply
from bot.directory.access import Actor
from bot.directory.channel_mode import is_higher, mode_of
from bot.directory.people import name_of
from bot.errors import BadRequest, NotFound
from bot.modes import rules
from bot.modes.review_modes import figures_of, new_change, proposed, questions, reviewed, withdraw
from bot.settings.config import MODES, Config, Mode
from storage.addresses import Address
from storage.channel_modes import ModeChange
from storage.transaction import Storage, Transaction


def accept_mode(change_id: int, *, actor: Actor, storage: Storage, config: Config, clock: Clock) -> None:
    """*Let it answer by itself*: the proposed mode holds from now on."""
    with storage.transaction() as tx:
        change = _waiting(tx, change_id)
        place = tx.addresses.get(change.place_id)
        mode = mode_of(tx, config, place)
        highest = config.highest_mode(place)
        if mode != change.before or is_higher(cast(Mode, change.after), highest):
            raise BadRequest(
                f"The channel is in {mode} now and may have at most {highest}, so this proposal is out of date. "
                "`/support mode` shows how it stands."
            )
        why, configured = "A person accepted the evidence.", config.configured_mode(place)
        details = figures_of(change)
        apply(tx, change, "accept", by=actor, at=clock.now(), why=why, details=details, configured=configured)


def decline_mode(change_id: int, *, actor: Actor, storage: Storage, clock: Clock) -> None:
    """*Not yet*: nothing changes, and only fresh evidence leads to another proposal."""
    with storage.transaction() as tx:
        change = _waiting(tx, change_id)
        why = "A person said: not yet."
        apply(tx, change, "decline", by=actor, at=clock.now(), why=why, details=figures_of(change))


def _waiting(tx: Transaction, change_id: int) -> ModeChange:
    change = tx.channel_modes.get(change_id)
    if change is not None:
        tx.conversations.lock_channel(tx.addresses.get(change.place_id))
        change = tx.channel_modes.get(change_id, lock=True)
    if change is None or change.state != "proposed":
        raise NotFound("This was already decided; the card shows by whom. `/support mode` shows how it stands.")
    return change


def choose_mode(which: str, mode: str, *, actor: Actor, storage: Storage, config: Config, clock: Clock) -> None:
    """A manager gives a channel a mode, whatever the evidence says; `which` as in `find_channel`."""
    place = find_channel(config, which)
    if mode not in MODES:
        raise BadRequest(f"“{mode[:40]}” is no mode; there are {', '.join(reversed(MODES))}.")
    chosen, highest = mode, config.highest_mode(place)
    if is_higher(chosen, highest):
        raise BadRequest(
            f"footbridge.yaml lets that channel have at most {highest} (`highest_mode`). Change it there first, and "
            "run `python app.py config apply`."
        )
    with storage.transaction() as tx:
        tx.conversations.lock_channel(place)
        seen = reviewed(tx, config, place, clock.now())
        if seen.standing.mode == chosen:
            raise BadRequest(f"That channel is in {chosen} already.")
        waiting = proposed(tx, place)
        if waiting is not None:
            withdraw(tx, waiting, "A person chose another mode.", clock)
        change = new_change(tx, seen, chosen, "chosen", config, clock)
        details = figures_of(change)
        apply(tx, change, "choose", by=actor, at=clock.now(), why="A person chose it.", details=details)


def find_channel(config: Config, which: str) -> Address:
    """A customer's channel by its address, or by the id or name of a customer with one channel. Raises BadRequest."""
    place = Address.from_key(which)
    if config.customer_at(place) is not None:
        return place
    for customer in config.customers:
        if which.strip().lower() in (customer.id, customer.name.lower()) and len(customer.channels) == 1:
            return customer.channels[0].place
    names = ", ".join(customer.id for customer in config.customers)
    raise BadRequest(
        f"Unknown channel “{which[:40]}”. Mention the channel, like `/support mode #customer suggest`, or "
        f"name a customer that has one channel: {names}."
    )


def list_modes(*, storage: Storage, config: Config, clock: Clock) -> tuple[ChannelMode, ...]:
    """Every customer's channel with its mode, the evidence, and what is missing for the next step."""
    with storage.reading() as tx:
        return _standings(tx, config, clock.now())


def channel_rows(tx: Transaction, config: Config, now: datetime) -> tuple[ChannelRow, ...]:
    """The same for the private page, one line a channel."""
    return tuple(
        ChannelRow(
            place=each.place,
            customer=each.customer,
            mode=each.mode,
            judged=each.judged,
            precision=each.right / each.judged if each.judged else None,
            note=_what_is_next(each),
        )
        for each in _standings(tx, config, now)
    )


def _what_is_next(channel: ChannelMode) -> str:
    if channel.waiting:
        return f"A card in triage proposes {channel.next_mode}."
    if channel.next_mode is None:
        return "It answers by itself." if channel.mode == "auto" else "It is in the highest mode that it may have."
    return f"{channel.right_ones_missing} right answers in a row would earn {channel.next_mode}."


def _standings(tx: Transaction, config: Config, now: datetime) -> tuple[ChannelMode, ...]:
    return tuple(
        _channel_mode(tx, config, customer.name, channel.place, now)
        for customer in config.customers
        for channel in customer.channels
    )


def _channel_mode(tx: Transaction, config: Config, customer: str, place: Address, now: datetime) -> ChannelMode:
    seen = reviewed(tx, config, place, now)
    standing, done = seen.standing, tx.channel_modes.last_done(tx.addresses.find(place) or 0)
    shown = rules.figures(rules.evidence(standing))
    asked, answered = questions(seen.trials)
    above = rules.next_mode(standing)
    return ChannelMode(
        place=place,
        customer=customer,
        mode=standing.mode,
        highest=standing.highest,
        cause=done.cause if done is not None and done.after == standing.mode else "configured",
        by=name_of(tx, config, done.by) if done is not None and done.by and done.after == standing.mode else None,
        judged=shown.judged,
        right=shown.right,
        lower=shown.lower,
        upper=shown.upper,
        wanted=rules.wanted_for(above or standing.mode, standing.wanted),
        asked=asked,
        answered=answered,
        next_mode=above,
        right_ones_missing=rules.right_ones_missing(standing),
        waiting=proposed(tx, place) is not None,
        judged_until_asked_again=max(0, rules.AFTER_NOT_YET - rules.judged_since_refusal(standing)),
    )
