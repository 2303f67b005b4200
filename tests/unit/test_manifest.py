"""The app manifest is one that Slack accepts, and asks for exactly the scopes that our events and calls need."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from slack_sdk import WebClient

from bot.actions.typed import COMMAND
from handlers.slack import LISTENERS
from handlers.slack.views import ids

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("FOOTBRIDGE_TEST_DATA", ROOT.parent / "shared" / "data"))
MANIFEST: dict[str, Any] = json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))

EVENT_SCOPES: dict[str, set[str]] = {
    "app_home_opened": set(),
    "channel_archive": {"channels:read"},
    "channel_id_changed": {"channels:read", "groups:read"},
    "channel_left": {"channels:read"},
    "channel_unshared": {"channels:read", "groups:read"},
    "group_archive": {"groups:read"},
    "group_left": {"groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
}
METHOD_SCOPES: dict[str, set[str]] = {
    "auth_test": set(),
    # Asked with the app-level token, whose one scope is connections:write.
    "apps_connections_open": set(),
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_delete": {"chat:write"},
    "chat_getPermalink": set(),
    # Where we look for a post of ours: channels of both kinds, and our direct messages.
    "conversations_history": {"channels:history", "groups:history", "im:history"},
    "conversations_replies": {"channels:history", "groups:history", "im:history"},
    "conversations_invite": {"channels:write.invites", "groups:write.invites"},
    "conversations_open": {"im:write"},
    "files_upload_v2": {"files:write"},
    "reactions_add": {"reactions:write"},
    "reactions_remove": {"reactions:write"},
    # Customers are told by the domain of their address where Slack gives it.
    "users_info": {"users:read", "users:read.email"},
    "views_open": set(),
    "views_publish": set(),
    "views_push": set(),
    "views_update": set(),
}


def our_calls() -> set[str]:
    """Every method of Slack's Web API that our code names."""
    files = [*(ROOT / "wiring").rglob("*.py"), *(ROOT / "handlers").rglob("*.py"), *(ROOT / "bot").rglob("*.py")]
    named = {name for file in files for name in re.findall(r"client\.(\w+)", file.read_text(encoding="utf-8"))}
    methods = {name for name in dir(WebClient) if re.match(r"[a-z]+_[a-zA-Z]", name) and not name.startswith("_")}
    return named & methods - {"api_call", "retry_handlers", "base_url"}


def scopes() -> set[str]:
    return set(MANIFEST["oauth_config"]["scopes"]["bot"])


def events() -> set[str]:
    return set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])


@pytest.mark.parametrize("version", ["1.0.0", "2.0.0"])
def test_slacks_published_schema_accepts_the_manifest(version: str) -> None:
    schema = DATA / "slack-manifest-schema" / f"manifest.schema.{version}.json"
    if not schema.exists():
        pytest.skip(f"Slack's schema is not at {schema}; set FOOTBRIDGE_TEST_DATA")
    jsonschema.validate(MANIFEST, json.loads(schema.read_text(encoding="utf-8")))


def test_every_event_we_subscribe_to_has_its_scope() -> None:
    for event in events():
        assert EVENT_SCOPES[event] <= scopes(), event


def test_every_method_we_call_is_known_and_has_its_scope() -> None:
    calls = our_calls()
    assert {"chat_postMessage", "views_open", "conversations_replies"} <= calls
    assert calls <= set(METHOD_SCOPES), f"say which scopes these need: {calls - set(METHOD_SCOPES)}"
    for method in calls:
        assert METHOD_SCOPES[method] <= scopes(), method


def test_no_scope_is_asked_for_without_a_use() -> None:
    used = {"commands"}.union(
        *(EVENT_SCOPES[event] for event in events()), *(METHOD_SCOPES[one] for one in our_calls())
    )
    assert scopes() == used


def test_the_command_that_we_listen_to_is_the_one_that_slack_is_told_of() -> None:
    command = MANIFEST["features"]["slash_commands"][0]
    assert command["command"] == COMMAND
    assert command["should_escape"] is True, "else a mention in `assign` arrives as a name, not as an id"


def test_the_shortcut_that_we_listen_to_is_the_one_that_slack_is_told_of() -> None:
    [shortcut] = MANIFEST["features"]["shortcuts"]
    assert (shortcut["type"], shortcut["callback_id"]) == ("message", ids.WHY_SHORTCUT)
    assert len(shortcut["name"]) <= 24
    heard = {(kind, what) for kind, what, _ in LISTENERS}
    assert ("message_shortcut", shortcut["callback_id"]) in heard


def test_people_can_write_to_the_app_and_press_its_buttons() -> None:
    assert MANIFEST["features"]["app_home"]["messages_tab_read_only_enabled"] is False
    assert MANIFEST["settings"]["interactivity"]["is_enabled"] is True
    assert MANIFEST["settings"]["socket_mode_enabled"] is True
