"""The control API as Python methods: act as people, look at what they see, change the workspace."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from typing import Any

import httpx2

from sandbox.workspace_file import Json


class SandboxError(Exception):
    """The sandbox rejected a request. `code` names the reason, `detail` says what to do."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail


class SandboxClient:
    """Client of the control API. `user` is always the id of the person who acts; answers are the API's JSON.

    All methods raise SandboxError when the sandbox rejects the request.
    """

    def __init__(self, url: str) -> None:
        self._http = httpx2.Client(base_url=url, timeout=15, trust_env=False)

    def close(self) -> None:
        """Close the HTTP connections."""
        self._http.close()

    def call(self, verb: str, path: str, args: Json | None = None) -> Json:
        """Any request of the control API: `call("POST", "/sandbox/read", {"as": "U1", "channel": "C1"})`."""
        reply = (
            self._http.request(verb, path, params=args)
            if verb == "GET"
            else self._http.request(verb, path, json=args or {})
        )
        body: Json = reply.json()
        if reply.status_code >= 400:
            raise SandboxError(reply.status_code, str(body.get("error")), str(body.get("detail")))
        return body

    def get(self, path: str, **args: Any) -> Json:
        """GET with a query."""
        return self.call("GET", path, args)

    def post(self, path: str, **args: Any) -> Json:
        """POST with a JSON body."""
        return self.call("POST", path, args)

    # -- messages

    def say(
        self, user: str, channel: str, text: str, thread_ts: str | None = None, files: dict[str, bytes] | None = None
    ) -> str:
        """Post a message, with files (name -> content) -> its ts. For slash commands use `command`."""
        args: Json = {"as": user, "channel": channel, "text": text}
        if thread_ts:
            args["thread_ts"] = thread_ts
        if files:
            args["files"] = [
                {"name": name, "content_base64": base64.b64encode(content).decode()} for name, content in files.items()
            ]
        return str(self.call("POST", "/sandbox/messages", args)["ts"])

    def forward(
        self, user: str, channel: str, ts: str, to: str, text: str = "", *, thread_ts: str | None = None
    ) -> str:
        """Forward a message to the channel `to`, with or without a comment -> the ts of the new message."""
        args: Json = {"as": user, "channel": channel, "ts": ts, "to": to, "text": text}
        return str(self.call("POST", "/sandbox/forwards", args | _given(thread_ts=thread_ts))["ts"])

    def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """Change an own message."""
        self.call("PATCH", "/sandbox/messages", {"as": user, "channel": channel, "ts": ts, "text": text})

    def delete(self, user: str, channel: str, ts: str) -> None:
        """Delete an own message."""
        self.call("DELETE", "/sandbox/messages", {"as": user, "channel": channel, "ts": ts})

    def react(self, user: str, channel: str, ts: str, name: str, *, remove: bool = False) -> None:
        """Add or remove a reaction."""
        args: Json = {"as": user, "channel": channel, "ts": ts, "name": name, "remove": remove}
        self.call("POST", "/sandbox/reactions", args)

    # -- commands, buttons, modals

    def command(self, user: str, channel: str, command: str, text: str = "") -> Json:
        """Run a slash command -> {ok, status, error?}."""
        args: Json = {"as": user, "channel": channel, "command": command, "text": text}
        return self.call("POST", "/sandbox/commands", args)

    def click(
        self, user: str, channel: str, ts: str, action_id: str, block_id: str | None = None, **chosen: Any
    ) -> Json:
        """Press a button or choose something in a message -> {ok, acked}. `option="value"` chooses an option."""
        container = {"type": "message", "channel": channel, "ts": ts}
        return self._send_action(user, container, action_id, block_id, chosen)

    def click_in_view(
        self, user: str, view_id: str, action_id: str, block_id: str | None = None, **chosen: Any
    ) -> Json:
        """Press a button or choose something in a modal or Home tab -> {ok, acked}."""
        return self._send_action(user, {"type": "view", "view_id": view_id}, action_id, block_id, chosen)

    def _send_action(self, user: str, container: Json, action_id: str, block_id: str | None, chosen: Json) -> Json:
        action: Json = {"action_id": action_id} | chosen | _given(block_id=block_id)
        return self.call("POST", "/sandbox/actions", {"as": user, "container": container, "action": action})

    def submit(self, user: str, view_id: str, values: Json | None = None) -> Json:
        """Submit a modal with {block_id: {action_id: value}} -> {ok, errors?}."""
        return self.call("POST", "/sandbox/views/submit", {"as": user, "view_id": view_id, "values": values or {}})

    def close_view(self, user: str, view_id: str, *, clear: bool = False) -> None:
        """Close the top modal, with `clear` all modals."""
        self.call("POST", "/sandbox/views/close", {"as": user, "view_id": view_id, "clear": clear})

    def shortcut(self, user: str, callback_id: str, channel: str | None = None, ts: str | None = None) -> Json:
        """Use a global shortcut, or with `channel` and `ts` a message shortcut -> {ok, acked}."""
        args: Json = {"as": user, "callback_id": callback_id}
        return self.call("POST", "/sandbox/shortcuts", args | ({"channel": channel, "ts": ts} if ts else {}))

    def open_home(self, user: str) -> None:
        """Open the app's Home tab."""
        self.call("POST", "/sandbox/home", {"as": user})

    # -- what people see

    def state(self, user: str) -> Json:
        """Everything that this person's page starts with: people, channels, commands, clock."""
        return self.call("GET", "/sandbox/state", {"as": user})

    def messages(self, user: str, channel: str, thread_ts: str | None = None) -> list[Json]:
        """What this person sees in a channel or thread, oldest first."""
        args: Json = {"as": user, "channel": channel, "limit": "1000"} | _given(thread_ts=thread_ts)
        found: list[Json] = self.call("GET", "/sandbox/messages", args)["messages"]
        return found

    def modals(self, user: str) -> list[Json]:
        """The open modals, bottom to top."""
        found: list[Json] = self.call("GET", "/sandbox/views", {"as": user})["modal_stack"]
        return found

    def home(self, user: str) -> Json | None:
        """The Home tab; None if the app has published none."""
        found: Json | None = self.call("GET", "/sandbox/views", {"as": user})["home"]
        return found

    def traffic(self, since: int = 0, kind: str | None = None, name: str | None = None) -> list[Json]:
        """What the sandbox and the app exchanged, oldest first."""
        args: Json = {"since": str(since), "limit": "2000"} | _given(kind=kind)
        entries: list[Json] = self.call("GET", "/sandbox/traffic", args)["entries"]
        return [one for one in entries if name in (None, one["name"])]

    # -- people and channels

    def update_user(self, user: str, **changes: Any) -> Json:
        """Change a person's profile: deleted=True deactivates them; also real_name, display_name, title, email, tz."""
        return self.call("POST", "/sandbox/users", {"user": user} | changes)

    def add_member(self, user: str, channel: str, member: str) -> None:
        """Add somebody (or the bot) to a channel."""
        self.call("POST", "/sandbox/membership", {"as": user, "channel": channel, "user": member, "join": True})

    def remove_member(self, user: str, channel: str, member: str) -> None:
        """Remove somebody (or the bot) from a channel."""
        self.call("POST", "/sandbox/membership", {"as": user, "channel": channel, "user": member, "join": False})

    def share_channel(self, channel: str, team: str, *, share: bool = True) -> None:
        """Connect a channel to another organisation, or disconnect it."""
        self.call("POST", "/sandbox/share", {"channel": channel, "team": team, "share": share})

    def change_channel_id(self, channel: str, new_id: str | None = None) -> str:
        """Give a channel another id, as Slack Connect may do -> the new id."""
        return str(self.call("POST", "/sandbox/channel_id", {"channel": channel} | _given(new_id=new_id))["channel"])

    # -- the sandbox itself

    def set_faults(self, **changes: Any) -> Json:
        """Switch faults on or off -> all faults."""
        return self.call("PUT", "/sandbox/faults", changes)

    def set_delivery(self, **changes: Any) -> Json:
        """Change how payloads reach the app: ack_seconds, retry_delays, events_url ... -> all settings."""
        return self.call("PUT", "/sandbox/delivery", changes)

    def set_clock(self, **change: Any) -> Json:
        """Move the clock: advance=seconds, now=unix seconds, freeze=True, reset=True -> {now, offset, frozen}."""
        return self.call("POST", "/sandbox/clock", change)

    def reset(self) -> None:
        """Return to the workspace file, with the clock and all faults reset."""
        self.call("POST", "/sandbox/reset")

    # -- waiting

    def wait_for(self, condition: Callable[[], Any], seconds: float = 20.0, what: str = "") -> Any:
        """Call `condition` until it returns something true -> that. AssertionError after `seconds`."""
        ends = time.monotonic() + seconds
        while True:
            result = condition()
            if result:
                return result
            if time.monotonic() > ends:
                raise AssertionError(f"Waited {seconds} s for {what or 'a condition'} in vain.")
            time.sleep(0.02)

    def wait_for_message(
        self, user: str, channel: str, text: str, thread_ts: str | None = None, seconds: float = 20.0
    ) -> Json:
        """Wait until this person sees a message that contains `text` -> the message."""

        def find() -> Json | None:
            return next((one for one in self.messages(user, channel, thread_ts) if text in one["text"]), None)

        found: Json = self.wait_for(find, seconds, f"{text!r} in {channel}")
        return found

    def wait_for_modal(self, user: str, seconds: float = 20.0) -> Json:
        """Wait until a modal is open -> the top one."""
        found: Json = self.wait_for(lambda: self.modals(user), seconds, "a modal")[-1]
        return found


def _given(**args: str | None) -> Json:
    """The arguments that are not None."""
    return {name: value for name, value in args.items() if value is not None}
