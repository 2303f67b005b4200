"""Posts scheduled messages when the workspace's clock reaches them."""

from __future__ import annotations

import asyncio

from sandbox import conversation
from sandbox.conversation import Draft
from sandbox.world import World

LONGEST_WAIT = 3600.0


def post_due(world: World) -> float:
    """Post what is due -> seconds until the next."""
    workspace = world.workspace
    now = world.clock.now()
    for waiting in sorted(workspace.scheduled.values(), key=lambda one: one.post_at):
        if waiting.post_at > now:
            return LONGEST_WAIT if world.clock.frozen_at is not None else min(waiting.post_at - now, LONGEST_WAIT)
        del workspace.scheduled[waiting.id]
        channel = workspace.channels.get(waiting.channel)
        if channel is not None and workspace.app.bot_user_id in channel.members and not channel.is_archived:
            conversation.post(world, channel, Draft(waiting.body, metadata=waiting.metadata))
    return LONGEST_WAIT


async def keep_time(world: World) -> None:
    """Watch the clock until cancelled."""
    while True:
        wait = post_due(world)
        world.scheduled_changed.clear()
        try:
            await asyncio.wait_for(world.scheduled_changed.wait(), wait)
        except TimeoutError:
            continue
