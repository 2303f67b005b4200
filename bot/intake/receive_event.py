"""Stores raw events, and hands each to the function for its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import singledispatch
from typing import Any

from bot.clock import Clock
from bot.directory.channel_mode import mode_of
from bot.directory.people import resolve_actor
from bot.incoming import (
    ChannelClosed,
    ChannelMoved,
    HomeOpened,
    IncomingEvent,
    IncomingMessage,
    MessageDeleted,
    MessageEdited,
    NothingForUs,
    OrganisationLeft,
)
from bot.intake.agent_message import handle_agent_message
from bot.intake.changed_channel import handle_closed_channel, handle_moved_channel, handle_organisation_left
from bot.intake.changed_message import handle_deletion, handle_edit
from bot.intake.contact_message import handle_contact_message
from bot.intake.context import IntakeContext, keep_decision
from bot.intake.former_customer import find_former_conversation, handle_former_customer
from bot.intake.inside_message import handle_inside_message
from bot.intake.outsider_message import handle_message_elsewhere, handle_outsider_message
from bot.jobs import PublishHome, ReceiveEvent
from bot.ports import EventReader, Profiles
from bot.settings.config import Config
from bot.triage.model import TriageModel
from knowledge.vocabulary import Vocabulary
from storage.addresses import SLACK
from storage.transaction import Storage


def store_event(event_id: str, payload: dict[str, Any], *, storage: Storage, kind: str = SLACK) -> None:
    """Makes an event durable; the same `event_id` twice is one job. Called before its sender gets an acknowledgement.

    `kind` is the kind of channel that it came from.
    """
    with storage.transaction() as tx:
        tx.jobs.enqueue(ReceiveEvent(event_id, payload, kind=kind))


def receive_event(
    job: ReceiveEvent,
    *,
    storage: Storage,
    readers: Mapping[str, EventReader],
    profiles: Profiles,
    config: Config,
    clock: Clock,
    triage_model: TriageModel,
    vocabulary: Callable[[], Vocabulary],
) -> None:
    """Reads one raw event and acts on it; safe to run twice. `readers` read the events of each kind of channel."""
    context = IntakeContext(storage, profiles, config, clock, job, triage_model, vocabulary)
    _receive(readers[job.kind](job.payload), context)


@singledispatch
def _receive(event: IncomingEvent, context: IntakeContext) -> None:
    raise TypeError(f"no branch for {type(event).__name__}")


@_receive.register
def _(event: NothingForUs, context: IntakeContext) -> None:
    """Most of what Slack sends; nothing to record."""


@_receive.register
def _(event: HomeOpened, context: IntakeContext) -> None:
    resolve_actor(
        event.user_id,
        event.team_id,
        storage=context.storage,
        profiles=context.profiles,
        config=context.config,
        clock=context.clock,
    )
    with context.storage.transaction() as tx:
        tx.jobs.enqueue(PublishHome(event.user_id, event.team_id, context.job.event_id))


@_receive.register
def _(event: IncomingMessage, context: IntakeContext) -> None:
    config = context.config
    customer = config.customer_at(event.address)
    if event.from_bot:
        with context.storage.transaction() as tx:
            keep_decision(tx, context, event, "other_bot", "It was written by a bot.")
        return
    author = resolve_actor(
        event.user_id,
        event.team_id,
        storage=context.storage,
        profiles=context.profiles,
        config=config,
        clock=context.clock,
        told=event.author,
    )
    with context.storage.transaction() as tx:
        tx.conversations.lock_channel(event.address.whole)
        if tx.conversations.message_at(event.address) is not None:
            return
        former = find_former_conversation(tx, context, event, author) if customer is None else None
        if former is not None:
            handle_former_customer(tx, context, event, author, former)
        elif customer is None and author.ours:
            handle_inside_message(tx, context, event, author)
        elif customer is None:
            handle_message_elsewhere(tx, context, event, author)
        elif mode_of(tx, config, event.address) == "off":
            keep_decision(tx, context, event, "channel_off", "The channel's mode is off.")
        elif author.ours:
            handle_agent_message(tx, context, event, author)
        elif author.customer_id != customer.id:
            handle_outsider_message(tx, context, event, author, customer)
        else:
            handle_contact_message(tx, context, event, author, customer)


@_receive.register
def _(event: MessageEdited, context: IntakeContext) -> None:
    with context.storage.transaction() as tx:
        handle_edit(tx, context, event)


@_receive.register
def _(event: MessageDeleted, context: IntakeContext) -> None:
    with context.storage.transaction() as tx:
        handle_deletion(tx, context, event)


@_receive.register
def _(event: ChannelClosed, context: IntakeContext) -> None:
    with context.storage.transaction() as tx:
        handle_closed_channel(tx, context, event)


@_receive.register
def _(event: OrganisationLeft, context: IntakeContext) -> None:
    with context.storage.transaction() as tx:
        handle_organisation_left(tx, context, event)


@_receive.register
def _(event: ChannelMoved, context: IntakeContext) -> None:
    with context.storage.transaction() as tx:
        handle_moved_channel(tx, context, event)
