"""Tells the person who acted one sentence that only this person sees."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.actions import ACTIONS
from bot.directory.access import Access
from bot.texts.catalogue import SOURCE, Texts, for_customers, mark
from bot.texts.language import language_of
from handlers.slack.views import modals
from handlers.slack.views.text import with_mentions

_log = logging.getLogger(__name__)

NOTHING_LOST = mark(
    "Something went wrong on our side just now. Nothing was lost: please press or type it again in a moment. If it "
    "keeps happening, tell your administrator the time."
)
_OF_CUSTOMERS = frozenset(action.id for action in ACTIONS if action.access is Access.IN_CONVERSATION)


def texts_for(body: Mapping[str, Any]) -> Texts:
    """The texts for whoever pressed: a customer reads the language of the message that the button is on."""
    pressed = body.get("actions") or [{}]
    if pressed[0].get("action_id") not in _OF_CUSTOMERS:
        return for_customers(SOURCE)
    return for_customers(language_of(str((body.get("message") or {}).get("text") or "")))


def reply_ephemeral(text: str, body: Mapping[str, Any], client: WebClient) -> None:
    """Tells the person who pressed or typed: by the response_url, or, in our Home, by a small window.

    Whether it arrives changes nothing about what was done, so a failure is logged and not raised.
    """
    text = texts_for(body)(text)
    address = body.get("response_url") or next(
        (one.get("response_url") for one in body.get("response_urls") or [] if isinstance(one, Mapping)), None
    )
    try:
        if address:
            WebhookClient(url=str(address), timeout=5).send(
                text=with_mentions(text), response_type="ephemeral", replace_original=False
            )
        elif body.get("type") == "block_actions" and body.get("trigger_id"):
            client.views_open(trigger_id=str(body["trigger_id"]), view=modals.words("Footbridge", text))
    except (SlackClientError, OSError) as error:
        _log.warning("slack.telling_failed error=%s", type(error).__name__)
