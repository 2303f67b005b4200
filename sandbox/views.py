"""Modals and Home tabs: which views are open for whom, and which views Slack does not accept."""

from __future__ import annotations

import json
import secrets
from typing import Any

from sandbox.block_objects import Checker
from sandbox.blocks import check_blocks
from sandbox.message_text import prepare_blocks
from sandbox.workspace import Workspace
from sandbox.workspace_file import Json

MAX_STACKED = 3
MAX_VIEW = 250_000
_KEPT = ("callback_id", "private_metadata", "external_id", "clear_on_close", "notify_on_close", "submit_disabled")


def check_view(view: Any, kind: str | None = None) -> list[str]:
    """A view payload -> Slack's error messages, [] if it is valid. `kind`: the only type that is allowed here."""
    if not isinstance(view, dict):
        return ["[ERROR] must be an object [json-pointer:/view]"]
    surface = view.get("type")
    if surface not in ("modal", "home") or (kind is not None and surface != kind):
        return [f"[ERROR] invalid type: {surface} [json-pointer:/view/type]"]
    checker = Checker(surface)
    if surface == "modal":
        checker.text(view, "title", "/view", 24, plain=True, required=True)
        checker.text(view, "submit", "/view", 24, plain=True)
        checker.text(view, "close", "/view", 24, plain=True)
    checker.string(view, "callback_id", "/view", 255)
    checker.string(view, "external_id", "/view", 255)
    checker.string(view, "private_metadata", "/view", 3000)
    blocks = view.get("blocks")
    if blocks is None:
        checker.error("/view", "missing required field: blocks")
        return checker.messages
    listed = blocks if isinstance(blocks, list) else []
    inputs = any(isinstance(one, dict) and one.get("type") == "input" for one in listed)
    if surface == "modal" and inputs and not view.get("submit"):
        checker.error("/view", "missing required field: submit (a modal with inputs needs it)")
    return checker.messages + check_blocks(blocks, surface, "/view/blocks")


class Views:
    """All views of a workspace: for each person a stack of modals and a Home tab."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._views: dict[str, Json] = {}
        self._owner: dict[str, str] = {}
        self._stacks: dict[str, list[str]] = {}
        self._homes: dict[str, str] = {}

    # -- queries

    def stack(self, user: str) -> list[Json]:
        """The open modals of a person, bottom to top."""
        return [self._views[one] for one in self._stacks.get(user, [])]

    def home(self, user: str) -> Json | None:
        """A person's Home tab, when the app has published one."""
        found = self._homes.get(user)
        return self._views[found] if found else None

    def find(self, view_id: str | None, external_id: str | None) -> Json | None:
        """A view by either of its ids."""
        if view_id:
            return self._views.get(view_id)
        return next((v for v in self._views.values() if external_id and v["external_id"] == external_id), None)

    def owner(self, view_id: str) -> str:
        """The person who sees a view."""
        return self._owner[view_id]

    # -- changes

    def rejection_code(self, view: Json, replacing: Json | None = None) -> str | None:
        """Slack's error code for a valid view that it still rejects (size, external_id); None if it accepts it."""
        if len(json.dumps(view).encode()) > MAX_VIEW:
            return "view_too_large"
        same_id = self.find(None, view.get("external_id"))
        return "duplicate_external_id" if same_id is not None and same_id is not replacing else None

    def open(self, user: str, view: Json) -> Json:
        """Open a modal. It replaces all open modals of this person."""
        self.clear(user)
        return self._add(user, view, [])

    def push(self, user: str, view: Json) -> Json | str:
        """Open a modal on top of the others -> the view, or Slack's error code."""
        stack = self._stacks.get(user, [])
        if not stack:
            return "not_found"
        if len(stack) >= MAX_STACKED:
            return "push_limit_reached"
        return self._add(user, view, stack)

    def _add(self, user: str, view: Json, below: list[str]) -> Json:
        view_id = self._workspace.new_id("V")
        body = self._body(view_id, view)
        body |= {"root_view_id": below[0] if below else view_id, "previous_view_id": below[-1] if below else None}
        self._views[view_id] = body
        self._owner[view_id] = user
        self._stacks[user] = [*below, view_id]
        return body

    def publish(self, user: str, view: Json) -> Json:
        """Set a person's Home tab."""
        known = self._homes.get(user)
        if known:
            return self.replace(self._views[known], view)
        view_id = self._workspace.new_id("V")
        body = self._body(view_id, view) | {"root_view_id": view_id, "previous_view_id": None}
        self._views[view_id] = body
        self._owner[view_id] = user
        self._homes[user] = view_id
        return body

    def replace(self, old: Json, view: Json) -> Json:
        """Replace the content of a view. Inputs keep their state where the block_id stays the same."""
        fresh = self._body(old["id"], view)
        kept = old["state"]["values"]
        present = {one.get("block_id") for one in fresh["blocks"]}
        fresh["state"] = {"values": {name: value for name, value in kept.items() if name in present}}
        fresh |= {"root_view_id": old["root_view_id"], "previous_view_id": old["previous_view_id"]}
        old.clear()
        old.update(fresh)
        return old

    def _body(self, view_id: str, view: Json) -> Json:
        now = self._workspace.clock.now()
        body: Json = {
            "id": view_id,
            "team_id": self._workspace.team.id,
            "type": view["type"],
            "blocks": prepare_blocks(self._workspace, view["blocks"]),
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            "state": {"values": {}},
            "hash": f"{int(now)}.{secrets.token_hex(4)}",
            "title": None,
            "submit": None,
            "close": None,
            "app_id": self._workspace.app.id,
            "app_installed_team_id": self._workspace.team.id,
            "bot_id": self._workspace.app.bot_id,
        }
        body |= {name: view[name] for name in _KEPT if view.get(name) is not None}
        for name in ("title", "submit", "close"):
            if view.get(name):
                body[name] = {"emoji": True} | view[name]
        return body

    def close_top(self, user: str) -> None:
        """Close the top modal."""
        stack = self._stacks.get(user, [])
        if stack:
            self._remove(stack.pop())

    def clear(self, user: str) -> None:
        """Close all modals of a person."""
        for view_id in self._stacks.pop(user, []):
            self._remove(view_id)

    def _remove(self, view_id: str) -> None:
        self._views.pop(view_id, None)
        self._owner.pop(view_id, None)
