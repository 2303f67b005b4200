"""How the control API reads a request and says what is wrong with it."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request

from sandbox.workspace import Channel, Message
from sandbox.workspace_file import Json
from sandbox.world import World


class ControlError(Exception):
    """A control request that cannot be done: status, code, and what to do."""

    def __init__(self, code: str, detail: str, status: int = 400) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.status = status


class Asked:
    """One control request: its world and its arguments (query and JSON body together)."""

    def __init__(self, world: World, args: Json) -> None:
        self.world = world
        self.args = args

    @classmethod
    async def read(cls, world: World, request: Request) -> Asked:
        """Arguments of a request; ControlError when the body is no JSON object."""
        args: Json = dict(request.query_params)
        raw = await request.body()
        if raw:
            try:
                body: Any = json.loads(raw)
            except (json.JSONDecodeError, UnicodeDecodeError) as error:
                raise ControlError("invalid_json", f"The body must be JSON: {error}") from None
            if not isinstance(body, dict):
                raise ControlError("invalid_json", "The body must be a JSON object.")
            args |= body
        return cls(world, args)

    def text(self, name: str, *, needed: bool = True) -> str:
        """A string; ControlError when it is needed and absent."""
        value = self.args.get(name)
        if value is None or value == "":
            if needed:
                raise ControlError("missing_argument", f"Give `{name}`.")
            return ""
        if not isinstance(value, str):
            raise ControlError("invalid_argument", f"`{name}` must be a string.")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean."""
        value = self.args.get(name, default)
        return value if isinstance(value, bool) else str(value).lower() in ("1", "true")

    def number(self, name: str, default: float) -> float:
        """A number."""
        value = self.args.get(name, default)
        try:
            return float(value)
        except (TypeError, ValueError):
            raise ControlError("invalid_argument", f"`{name}` must be a number.") from None

    def mapping(self, name: str, *, needed: bool = True) -> Json:
        """A JSON object."""
        value = self.args.get(name)
        if value is None and not needed:
            return {}
        if not isinstance(value, dict):
            raise ControlError("invalid_argument", f"`{name}` must be an object.")
        return value

    def items(self, name: str) -> list[Any]:
        """A list; [] when absent."""
        value = self.args.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise ControlError("invalid_argument", f"`{name}` must be a list.")
        return value

    def person(self, name: str = "as") -> str:
        """The id of somebody in the workspace."""
        user = self.text(name)
        if user not in self.world.workspace.users:
            known = ", ".join(sorted(self.world.workspace.users))
            raise ControlError("user_not_found", f"{user} is nobody here. Known: {known}", 404)
        return user

    def channel(self, viewer: str | None, name: str = "channel") -> Channel:
        """A channel that `viewer` may see; a person's id means their IM."""
        workspace = self.world.workspace
        wanted = self.text(name)
        found = workspace.channels.get(wanted)
        if found is None and wanted in workspace.users and viewer is not None and wanted != viewer:
            found = workspace.im_between(viewer, wanted)
        if found is None or (viewer is not None and not workspace.may_see(viewer, found)):
            raise ControlError("channel_not_found", f"{wanted} is no channel that this person sees.", 404)
        return found

    def joined(self, viewer: str, name: str = "channel") -> Channel:
        """A channel that `viewer` is a member of."""
        found = self.channel(viewer, name)
        if viewer not in found.members:
            raise ControlError("not_in_channel", f"{viewer} is not in {found.id}; join with /sandbox/membership.", 403)
        return found

    def message(self, channel: Channel, viewer: str, ts: str) -> Message:
        """A message that `viewer` sees, ephemeral ones included."""
        found = channel.messages.get(ts) or channel.ephemerals.get(ts)
        if found is None or found.reader not in (None, viewer):
            raise ControlError("message_not_found", f"There is no message {ts} in {channel.id} for this person.", 404)
        return found
