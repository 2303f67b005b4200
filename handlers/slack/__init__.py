"""The Slack doors, in and out: `build_app` makes the Bolt app, `register` is the whole table of its listeners."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from slack_bolt import App
from slack_bolt.kwargs_injection.args import Args

from bot.actions import ACTIONS
from bot.actions.desk import Desk
from bot.actions.typed import COMMAND
from handlers.slack import buttons, commands, events, forms, middleware
from handlers.slack.client import BotIdentity, web_client
from handlers.slack.drawings import FORMS_BY_ID
from handlers.slack.views import ids

__all__ = ["INJECTED", "LISTENERS", "build_app", "register"]

ANYTHING = re.compile(".*", re.DOTALL)
LINK = re.compile(r"link\..+")

# What Bolt injects by name, and what our middleware adds: all that a listener's signature may use.
INJECTED = frozenset(Args.__annotations__) | {"desk", "actor"}

# kind of request -> what it is about -> who listens; the first that fits is called.
LISTENERS: tuple[tuple[str, str | re.Pattern[str], Callable[..., Any]], ...] = (
    *(("action", action.id, buttons.listener_for(action)) for action in ACTIONS),
    ("action", LINK, buttons.acknowledge),
    ("action", ANYTHING, buttons.outdated),
    *(("view", action_id, forms.submitted(row)) for action_id, row in FORMS_BY_ID.items()),
    ("message_shortcut", ids.WHY_SHORTCUT, buttons.why_this),
    ("command", COMMAND, commands.support),
    ("event", ANYTHING, events.stored),
)


def build_app(
    *, token: str, api_url: str, bot: BotIdentity, signing_secret: str | None, desk: Desk, workers: int = 16
) -> App:
    """A Bolt app whose every listener calls `desk`. It makes no call to Slack by itself.

    `bot` comes from one `client.who_we_are`. Without `signing_secret` every HTTP request is refused (Socket Mode has
    no use for it). `workers` listeners run at the same time.
    """
    app = App(
        logger=_logger(),
        name="footbridge",
        # The token comes from `authorize`; a client that has one would be asked about it at every start.
        client=web_client(None, api_url),
        authorize=middleware.authorize_as(bot, token),
        signing_secret=signing_secret or "",
        request_verification_enabled=False,
        before_authorize=middleware.SignatureCheck(signing_secret or ""),
        ssl_check_enabled=False,
        raise_error_for_unhandled_request=True,
        listener_executor=ThreadPoolExecutor(max_workers=workers, thread_name_prefix="slack-listener"),
    )
    register(app, desk)
    return app


def register(app: App, desk: Desk) -> None:
    """Everything that the app listens to, in order."""
    app.middleware(middleware.store_event(desk))
    app.error(middleware.on_error)
    for kind, what, listener in LISTENERS:
        getattr(app, kind)(what)(listener)


def _logger() -> logging.Logger:
    """Bolt's own log: never at DEBUG, where it prints whole requests with what people wrote."""
    logger = logging.getLogger("footbridge.bolt")
    logger.setLevel(max(logging.INFO, logger.getEffectiveLevel()))
    logger.addFilter(_about_tokens)
    return logger


def _about_tokens(record: logging.LogRecord) -> bool:
    """Bolt warns that a token in the environment is not used; it is, by `authorize`."""
    return "`token`" not in record.getMessage()
