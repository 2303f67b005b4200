"""What happens to every request of Slack's before a listener sees it: it is checked, stored, and given its context.

An event is durable before Slack gets its acknowledgement: if storing fails, Slack gets an error and sends it again.
Nothing here, and nothing it logs, holds what people wrote.
"""

from __future__ import annotations

import hashlib
import json
import logging
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context import BoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.middleware.request_verification import RequestVerification
from slack_sdk import WebClient

from bot.actions.desk import Desk
from handlers.slack import replies
from handlers.slack.client import BotIdentity

_log = logging.getLogger(__name__)

# The kinds of interaction whose actor is somebody at a keyboard; events carry their author inside.
_INTERACTIONS = ("block_actions", "view_submission", "view_closed", "block_suggestion", "shortcut", "message_action")


class SignatureCheck(RequestVerification):
    """Slack's signature on HTTP requests; a body that is not from Slack is not even logged."""

    def process(self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], BoltResponse]) -> BoltResponse:
        timestamp = req.headers.get("x-slack-request-timestamp", [""])[0]
        if req.mode != "socket_mode" and not (self._signing_secret and timestamp.isascii() and timestamp.isdigit()):
            # No secret: nobody could be told from Slack. No number: Bolt would raise.
            self._debug_log_error("", timestamp, "")
            return self._build_error_response()
        return super().process(req=req, resp=resp, next=next)

    def _debug_log_error(self, signature: str, timestamp: str, body: str) -> None:
        _log.warning("slack.signature_refused")


def authorize_as(bot: BotIdentity, token: str) -> Callable[..., AuthorizeResult]:
    """Bolt's `authorize` for the one workspace that we are in: known once, never asked again."""

    def authorize(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id or bot.team_id,
            bot_token=token,
            bot_id=bot.bot_id,
            bot_user_id=bot.user_id,
            user_id=user_id,
        )

    return authorize


def store_event(desk: Desk) -> Callable[..., None]:
    """The global middleware: stores events, and puts `desk` and `actor` where listeners find them by name."""

    def middleware(body: dict[str, Any], context: BoltContext, next: Callable[[], None]) -> None:
        context["desk"] = desk
        kind = body.get("type")
        if kind == "event_callback":
            event_id = event_id_of(body)
            desk.store_event(event_id, body)
            _log.info("slack.event_stored event_id=%s type=%s", event_id, _type_of(body))
        elif kind == "app_rate_limited":
            _log.error("slack.events_withheld minute=%s", body.get("minute_rate_limited"))
        elif kind in _INTERACTIONS or "command" in body:
            user_id, team_id = acting(body)
            context["actor"] = desk.resolve_actor(user_id, team_id)
        next()

    return middleware


def event_id_of(body: Mapping[str, Any]) -> str:
    """Slack's id of the event, or one made of its content, so that even an odd envelope is stored only once."""
    event_id = body.get("event_id")
    if isinstance(event_id, str) and event_id:
        return event_id
    return "content:" + hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()[:40]


def acting(body: Mapping[str, Any]) -> tuple[str, str]:
    """Who acts, with the person's own team: on a click the envelope's team is the one that installed us."""
    user = body.get("user")
    if isinstance(user, Mapping):
        return str(user.get("id") or ""), str(user.get("team_id") or "")
    return str(body.get("user_id") or ""), str(body.get("team_id") or "")


def on_error(error: Exception, body: dict[str, Any], client: WebClient) -> BoltResponse | None:
    """The global error handler: ids and the place in the code to the log, a kind sentence to the person."""
    if isinstance(error, BoltUnhandledRequestError):
        _log.warning("slack.unhandled type=%s what=%s", body.get("type"), _what(body))
        return None
    user_id, team_id = acting(body)
    # An exception's text may quote what somebody wrote, unless it is ours: its class and where it happened must do.
    place = "".join(traceback.format_tb(error.__traceback__))
    _log.error(
        "slack.failed error=%s type=%s what=%s user=%s team=%s event_id=%s\n%s",
        f"{type(error).__name__}: {error}" if hasattr(error, "retry") else type(error).__name__,
        body.get("type"),
        _what(body),
        user_id,
        team_id,
        body.get("event_id"),
        place,
    )
    if body.get("type") != "event_callback":
        replies.reply_ephemeral(replies.NOTHING_LOST, body, client)
    return None


def _what(body: Mapping[str, Any]) -> str:
    """The command, action, form or event, by its id."""
    if body.get("command"):
        return str(body["command"])
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else None
    for part, name in ((first, "action_id"), (body.get("view"), "callback_id")):
        if isinstance(part, Mapping) and part.get(name):
            return str(part[name])
    return str(body.get("callback_id") or _type_of(body))


def _type_of(body: Mapping[str, Any]) -> str:
    event = body.get("event")
    return str(event.get("type")) if isinstance(event, Mapping) else "none"
