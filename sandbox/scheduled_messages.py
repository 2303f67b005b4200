"""Posts scheduled messages when the workspace's clock reaches their time."""

from __future__ import annotations

import asyncio

from sandbox import conversation
from sandbox.conversation import Draft
from sandbox.fake_slack import FakeSlack

MAX_WAIT = 3600.0


def post_due(slack: FakeSlack) -> float:
    """Post the messages that are due -> seconds until the next one."""
    workspace = slack.workspace
    now = slack.clock.now()
    for waiting in sorted(workspace.scheduled.values(), key=lambda one: one.post_at):
        if waiting.post_at > now:
            return MAX_WAIT if slack.clock.frozen_at is not None else min(waiting.post_at - now, MAX_WAIT)
        del workspace.scheduled[waiting.id]
        channel = workspace.channels.get(waiting.channel)
        if channel is not None and workspace.app.bot_user_id in channel.members and not channel.is_archived:
            conversation.post(slack, channel, Draft(waiting.body, metadata=waiting.metadata))
    return MAX_WAIT


async def post_when_due(slack: FakeSlack) -> None:
    """Post each message when it is due, until cancelled."""
    while True:
        wait = post_due(slack)
        slack.scheduled_changed.clear()
        try:
            await asyncio.wait_for(slack.scheduled_changed.wait(), wait)
        except TimeoutError:
            continue
