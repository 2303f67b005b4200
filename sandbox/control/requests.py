"""Reads the arguments of a control request and reports errors in them."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request

from sandbox.channel import Channel, Message
from sandbox.fake_slack import FakeSlack
from sandbox.workspace_file import Json


class ControlError(Exception):
    """A control request is rejected: an HTTP status, a code for programs, and what to do."""

    def __init__(self, code: str, detail: str, status: int = 400) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.status = status


class ControlRequest:
    """One control request. Its arguments are those of the query and of the JSON body."""

    def __init__(self, slack: FakeSlack, args: Json) -> None:
        self.slack = slack
        self.args = args

    @classmethod
    async def read(cls, slack: FakeSlack, request: Request) -> ControlRequest:
        """Read a request. ControlError if the body is not a JSON object."""
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
        return cls(slack, args)

    def text(self, name: str, *, required: bool = True) -> str:
        """A string argument; "" if it is absent and not required."""
        value = self.args.get(name)
        if value is None or value == "":
            if required:
                raise ControlError("missing_argument", f"Give `{name}`.")
            return ""
        if not isinstance(value, str):
            raise ControlError("invalid_argument", f"`{name}` must be a string.")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean argument."""
        value = self.args.get(name, default)
        return value if isinstance(value, bool) else str(value).lower() in ("1", "true")

    def number(self, name: str, default: float) -> float:
        """A number argument."""
        value = self.args.get(name, default)
        try:
            return float(value)
        except (TypeError, ValueError):
            raise ControlError("invalid_argument", f"`{name}` must be a number.") from None

    def mapping(self, name: str, *, required: bool = True) -> Json:
        """An argument that is a JSON object; {} if it is absent and not required."""
        value = self.args.get(name)
        if value is None and not required:
            return {}
        if not isinstance(value, dict):
            raise ControlError("invalid_argument", f"`{name}` must be an object.")
        return value

    def items(self, name: str) -> list[Any]:
        """An argument that is a list; [] if it is absent."""
        value = self.args.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise ControlError("invalid_argument", f"`{name}` must be a list.")
        return value

    def user(self, name: str) -> str:
        """An argument that is the id of a user of the workspace."""
        user = self.text(name)
        if user not in self.slack.workspace.users:
            known = ", ".join(sorted(self.slack.workspace.users))
            raise ControlError("user_not_found", f"{user} is not a user of this workspace. Users: {known}", 404)
        return user

    def actor(self) -> str:
        """The argument `as`: the person who acts."""
        user = self.user("as")
        if self.slack.workspace.users[user].deleted:
            raise ControlError("user_deactivated", f"{user} is deactivated and cannot do anything.", 403)
        return user

    def channel(self, viewer: str | None, name: str = "channel") -> Channel:
        """A channel that `viewer` can see (None: any channel). A person's id means the IM with them."""
        workspace = self.slack.workspace
        wanted = self.text(name)
        found = workspace.channels.get(wanted)
        if found is None and wanted in workspace.users and viewer is not None and wanted != viewer:
            found = workspace.open_im(viewer, wanted)
        if found is None or (viewer is not None and not workspace.can_see(viewer, found)):
            raise ControlError("channel_not_found", f"{wanted} is not a channel that this person can see.", 404)
        return found

    def member_channel(self, viewer: str, name: str = "channel") -> Channel:
        """A channel that `viewer` is a member of."""
        found = self.channel(viewer, name)
        if viewer not in found.members:
            detail = f"{viewer} is not a member of {found.id}; join with POST /sandbox/membership."
            raise ControlError("not_in_channel", detail, 403)
        return found

    def message(self, channel: Channel, viewer: str, ts: str) -> Message:
        """A message that `viewer` sees, ephemeral messages included."""
        found = channel.messages.get(ts) or channel.ephemerals.get(ts)
        if found is None or found.ephemeral_for not in (None, viewer):
            raise ControlError("message_not_found", f"There is no message {ts} in {channel.id} for this person.", 404)
        return found
