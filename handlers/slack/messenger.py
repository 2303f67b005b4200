"""Slack as the deciding code needs it: posts, updates, reactions, direct messages and views."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from slack_sdk import WebClient

from bot.contents.overviews import DayCount, DigestContent, HomeContent
from bot.contents.posts import Content
from bot.contents.receipts import ReplayContent
from bot.contents.tickets import Notice
from bot.errors import OutsideBusy, OutsideRefused
from bot.incoming import SLACK, Address
from bot.ports import Posted
from handlers.slack.client import BotIdentity, outside
from handlers.slack.views import Rendered, broadcasts, modals, receipts, render
from handlers.slack.views.home import home

EVENT_TYPE = "footbridge_post"
_PAGE = 200
# A channel's history comes newest first, and a post whose fate is unknown is minutes old, not thousands of messages.
_PAGES_OF_A_CHANNEL = 5

_log = logging.getLogger(__name__)


class SlackMessenger:
    """Implements bot.ports.Messenger and Workspace over slack_sdk.

    `draw_chart` makes a PNG of a digest's days; `pause` waits that many seconds. Raises OutsideBusy or OutsideRefused.
    """

    def __init__(
        self,
        client: WebClient,
        bot: BotIdentity,
        draw_chart: Callable[[Sequence[DayCount]], bytes],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._bot = bot
        self._draw_chart = draw_chart
        self._pause = pause

    def post(
        self, place: Address, content: Content, *, key: str, thread: Address | None = None, may_exist: bool = False
    ) -> Posted:
        thread_ts = thread.item if thread else None
        if may_exist and (ts := self._find(place.place, thread_ts, key)) is not None:
            _log.info("slack.post_found channel=%s ts=%s key=%s", place.place, ts, key)
            return Posted(place.at(ts), self._permalink_if_possible(place.at(ts)))
        answer = self._send(place.place, content, key, thread_ts)
        posted = Address(SLACK, str(answer.get("channel") or place.place), str(answer["ts"]))
        return Posted(place.at(posted.item), self._permalink_if_possible(posted))

    def _permalink_if_possible(self, address: Address) -> str | None:
        """The message is out: that must not be reported as a failure because its address cannot be had just now."""
        try:
            return self.permalink(address)
        except OutsideBusy:
            return None

    def _send(self, channel_id: str, content: Content, key: str, thread_ts: str | None) -> Any:
        def send(drawn: Rendered) -> Any:
            with outside("chat.postMessage"):
                return self._client.chat_postMessage(
                    channel=channel_id,
                    text=drawn.text,
                    blocks=drawn.blocks,
                    thread_ts=thread_ts,
                    metadata=_metadata(key),
                    unfurl_links=False,
                    unfurl_media=False,
                )

        return self._with_picture(content, send)

    def update(self, address: Address, content: Content, *, key: str) -> None:
        def send(drawn: Rendered) -> Any:
            with outside("chat.update"):
                return self._client.chat_update(
                    channel=address.place,
                    ts=address.item,
                    text=drawn.text,
                    blocks=drawn.blocks,
                    metadata=_metadata(key),
                    unfurl_links=False,
                    unfurl_media=False,
                )

        self._with_picture(content, send)

    def _with_picture(self, content: Content, send: Callable[[Rendered], Any]) -> Any:
        """A digest's chart goes up first; if Slack will not have it, the days are told in words instead."""
        if not isinstance(content, DigestContent) or not content.chart:
            return send(render(content))
        try:
            file_id = self._upload_chart(content)
        except OutsideRefused as refusal:
            _log.warning("slack.chart_refused code=%s", refusal.code)
            return send(render(content))
        drawn = broadcasts.digest(content, file_id)
        for seconds in (0.5, 1.0, 2.0, 4.0):
            try:
                return send(drawn)
            except OutsideRefused as refusal:
                # Slack knows a fresh file a moment later than it says so.
                if refusal.code not in ("invalid_blocks", "slack_file_not_found"):
                    raise
                self._pause(seconds)
        _log.warning("slack.chart_left_out file=%s", file_id)
        return send(render(content))

    def _upload_chart(self, content: DigestContent) -> str:
        """A file of ours that no channel has; a block shows it."""
        alt = broadcasts.days_in_words(content.chart)
        with outside("files.upload"):
            answer = self._client.files_upload_v2(
                content=self._draw_chart(content.chart), filename="digest.png", title="The last days", alt_txt=alt[:900]
            )
        files = answer.get("files") or [{}]
        return str(files[0].get("id") or "")

    def delete(self, address: Address) -> None:
        gone = partial(self._client.chat_delete, channel=address.place, ts=address.item)
        self._tolerating({"message_not_found"}, "chat.delete", gone)

    def react(self, address: Address, name: str, *, remove: bool = False) -> None:
        method = self._client.reactions_remove if remove else self._client.reactions_add
        fine = {"no_reaction", "already_reacted", "message_not_found"}
        self._tolerating(
            fine,
            f"reactions.{'remove' if remove else 'add'}",
            partial(method, channel=address.place, timestamp=address.item, name=name),
        )

    def publish_home(self, user_id: str, content: HomeContent) -> None:
        with outside("views.publish"):
            self._client.views_publish(user_id=user_id, view=home(content))

    def invite(self, place: Address, user_ids: Sequence[str]) -> None:
        # One at a time: one person who is there already would turn the whole list away.
        for user_id in user_ids:
            invite = partial(self._client.conversations_invite, channel=place.place, users=[user_id])
            self._tolerating({"already_in_channel", "cant_invite_self"}, "conversations.invite", invite)

    def open_direct(self, user_id: str) -> Address:
        with outside("conversations.open"):
            return Address(SLACK, str(self._client.conversations_open(users=[user_id])["channel"]["id"]))

    def permalink(self, address: Address) -> str | None:
        try:
            with outside("chat.getPermalink"):
                return str(self._client.chat_getPermalink(channel=address.place, message_ts=address.item)["permalink"])
        except OutsideRefused:
            return None

    def show_window(self, window: str, content: ReplayContent | Notice) -> None:
        view = modals.words("Footbridge", content.text) if isinstance(content, Notice) else receipts.replay(content)
        with outside("views.update"):
            self._client.views_update(view_id=window, view=view)

    def _tolerating(self, codes: set[str], method: str, call: Callable[[], object]) -> None:
        try:
            with outside(method):
                call()
        except OutsideRefused as refusal:
            if refusal.code not in codes:
                raise

    def _find(self, channel_id: str, thread_ts: str | None, key: str) -> str | None:
        """The ts of our message that carries that key: in the whole thread, or in the channel's latest messages."""
        for message in self._in_thread(channel_id, thread_ts) if thread_ts else self._in_channel(channel_id):
            metadata = message.get("metadata") or {}
            ours = message.get("bot_id") == self._bot.bot_id or message.get("user") == self._bot.user_id
            if (
                ours
                and metadata.get("event_type") == EVENT_TYPE
                and (metadata.get("event_payload") or {}).get("key") == key
            ):
                return str(message["ts"])
        return None

    def _in_thread(self, channel_id: str, thread_ts: str) -> Iterator[dict[str, Any]]:
        cursor: str | None = None
        while True:
            with outside("conversations.replies"):
                page = self._client.conversations_replies(
                    channel=channel_id, ts=thread_ts, limit=_PAGE, cursor=cursor, include_all_metadata=True
                )
            yield from page.get("messages") or []
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return

    def _in_channel(self, channel_id: str) -> Iterator[dict[str, Any]]:
        cursor: str | None = None
        for _ in range(_PAGES_OF_A_CHANNEL):
            with outside("conversations.history"):
                page = self._client.conversations_history(
                    channel=channel_id, limit=_PAGE, cursor=cursor, include_all_metadata=True
                )
            yield from page.get("messages") or []
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return


def _metadata(key: str) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
