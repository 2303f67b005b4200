"""Channels that we left, that are archived, no longer shared, or have a new address: our people hear what to do."""

from __future__ import annotations

from bot.contents.marks import place_mark
from bot.incoming import ChannelClosed, ChannelMoved, OrganisationLeft
from bot.intake.context import IntakeContext, notify_triage, say_once_a_day
from storage.addresses import Address
from storage.transaction import Transaction

WHAT_TO_DO = {
    "left": (
        "Footbridge is no longer in {channel}, so it neither reads nor writes there. To have it back, write "
        "`/invite @Footbridge` in the channel; else take the channel out of footbridge.yaml."
    ),
    "archived": (
        "{channel} was archived, so nobody can write there. Unarchive it, or put the channel that takes its place into "
        "footbridge.yaml and run `python app.py config apply`."
    ),
}


def handle_closed_channel(tx: Transaction, context: IntakeContext, event: ChannelClosed) -> None:
    channel = _channel_of(context, event.place)
    if channel:
        told = WHAT_TO_DO[event.how].format(channel=channel)
        notify_triage(tx, context, told[:1].upper() + told[1:])


def handle_organisation_left(tx: Transaction, context: IntakeContext, event: OrganisationLeft) -> None:
    """Other organisations may come and go in a customer's channel; only the customer's own is told of."""
    customer = context.config.customer_at(event.place)
    if customer is None or (event.others_remain and event.team_id not in customer.team_ids):
        return
    notify_triage(
        tx,
        context,
        f"The channel of {customer.name} ({place_mark(event.place)}) is no longer shared with them, so they see "
        "nothing that is written there. Share it with them again, or answer their open tickets another way: "
        f"`/support list {customer.id}` shows them.",
    )


def handle_moved_channel(tx: Transaction, context: IntakeContext, event: ChannelMoved) -> None:
    """What was said, and whose channel it is, goes along to the new address, so that conversations go on."""
    tx.conversations.lock_channel(event.after.whole)
    triage = context.config.triage_place
    channel = "the triage channel" if event.before == triage else _channel_of(context, event.before)
    tx.addresses.move(event.before, event.after)
    if tx.directory.move_place(event.before, event.after, context.clock.now()) and channel:
        say_once_a_day(
            tx,
            context,
            event.after if event.before == triage else triage,
            f"{channel[:1].upper()}{channel[1:]} has a new id, and Footbridge goes on there as before. Please write "
            f"{event.after.place} instead of {event.before.place} in footbridge.yaml before the next "
            "`python app.py config apply`, which would otherwise bring the old one back.",
        )


def _channel_of(context: IntakeContext, place: Address) -> str:
    """Whose channel it is, in words; empty when it is none where customers ask or a team works."""
    customer = context.config.customer_at(place)
    if customer is not None:
        return f"the channel of {customer.name} ({place_mark(place)})"
    team = next((team for team in context.config.teams if team.place == place.whole), None)
    return f"the channel of the team {team.name} ({place_mark(place)})" if team else ""
