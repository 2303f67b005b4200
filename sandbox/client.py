"""The control API as Python functions, for tests and demos: act as people, look at what they see."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from typing import Any

import httpx2

from sandbox.workspace_file import Json


class SandboxError(Exception):
    """The sandbox refused; `code` and `detail` say why."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail


class SandboxClient:
    """Everything that people in a workspace do. Answers are the JSON of docs/sandbox.md."""

    def __init__(self, url: str) -> None:
        self._http = httpx2.Client(base_url=url, timeout=15, trust_env=False)

    def close(self) -> None:
        """Close idle connections."""
        self._http.close()

    def call(self, verb: str, path: str, args: Json | None = None) -> Json:
        """Any control request; SandboxError when it is refused."""
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

    # -- people

    def say(
        self, who: str, channel: str, text: str, thread_ts: str | None = None, files: dict[str, bytes] | None = None
    ) -> str:
        """Write a message, with files (name -> bytes) -> its ts. Not for slash commands: see `command`."""
        args: Json = {"as": who, "channel": channel, "text": text}
        if thread_ts:
            args["thread_ts"] = thread_ts
        if files:
            args["files"] = [
                {"name": name, "content_base64": base64.b64encode(content).decode()} for name, content in files.items()
            ]
        return str(self.call("POST", "/sandbox/messages", args)["ts"])

    def edit(self, who: str, channel: str, ts: str, text: str) -> None:
        """Change one's own message."""
        self.call("PATCH", "/sandbox/messages", {"as": who, "channel": channel, "ts": ts, "text": text})

    def delete(self, who: str, channel: str, ts: str) -> None:
        """Delete one's own message."""
        self.call("DELETE", "/sandbox/messages", {"as": who, "channel": channel, "ts": ts})

    def react(self, who: str, channel: str, ts: str, name: str, *, remove: bool = False) -> None:
        """Add or remove a reaction."""
        self.call(
            "POST", "/sandbox/reactions", {"as": who, "channel": channel, "ts": ts, "name": name, "remove": remove}
        )

    def command(self, who: str, channel: str, command: str, text: str = "") -> Json:
        """Run a slash command -> {ok, status, error?}."""
        return self.call("POST", "/sandbox/commands", {"as": who, "channel": channel, "command": command, "text": text})

    def click(
        self, who: str, channel: str, ts: str, action_id: str, block_id: str | None = None, **chosen: Any
    ) -> Json:
        """Press a button or choose in a message -> {ok, acked}. `option="value"` chooses an option."""
        container = {"type": "message", "channel": channel, "ts": ts}
        return self._act(who, container, action_id, block_id, chosen)

    def click_in_view(self, who: str, view_id: str, action_id: str, block_id: str | None = None, **chosen: Any) -> Json:
        """Press a button or choose in a modal or Home tab."""
        return self._act(who, {"type": "view", "view_id": view_id}, action_id, block_id, chosen)

    def _act(self, who: str, container: Json, action_id: str, block_id: str | None, chosen: Json) -> Json:
        action: Json = {"action_id": action_id} | chosen
        if block_id:
            action["block_id"] = block_id
        return self.call("POST", "/sandbox/actions", {"as": who, "container": container, "action": action})

    def submit(self, who: str, view_id: str, values: Json | None = None) -> Json:
        """Submit a modal: {block_id: {action_id: value}} -> {ok, errors?}."""
        return self.call("POST", "/sandbox/views/submit", {"as": who, "view_id": view_id, "values": values or {}})

    def close_view(self, who: str, view_id: str, *, clear: bool = False) -> None:
        """Close the top modal, or all of them."""
        self.call("POST", "/sandbox/views/close", {"as": who, "view_id": view_id, "clear": clear})

    def shortcut(self, who: str, callback_id: str, channel: str | None = None, ts: str | None = None) -> Json:
        """Use a shortcut -> {ok, acked}."""
        args: Json = {"as": who, "callback_id": callback_id}
        return self.call("POST", "/sandbox/shortcuts", args | ({"channel": channel, "ts": ts} if ts else {}))

    def open_home(self, who: str) -> None:
        """Open the app's Home tab."""
        self.call("POST", "/sandbox/home", {"as": who})

    # -- looking

    def state(self, who: str) -> Json:
        """All that a page of this person begins with."""
        return self.call("GET", "/sandbox/state", {"as": who})

    def messages(self, who: str, channel: str, thread_ts: str | None = None) -> list[Json]:
        """What this person sees in a channel or thread, oldest first."""
        args = {"as": who, "channel": channel, "limit": "1000"} | ({"thread_ts": thread_ts} if thread_ts else {})
        found: list[Json] = self.call("GET", "/sandbox/messages", args)["messages"]
        return found

    def modals(self, who: str) -> list[Json]:
        """Open modals, bottom to top."""
        found: list[Json] = self.call("GET", "/sandbox/views", {"as": who})["modal_stack"]
        return found

    def home(self, who: str) -> Json | None:
        """The Home tab."""
        found: Json | None = self.call("GET", "/sandbox/views", {"as": who})["home"]
        return found

    def traffic(self, since: int = 0, kind: str | None = None, name: str | None = None) -> list[Json]:
        """What went between sandbox and bot."""
        args: Json = {"since": str(since), "limit": "2000"} | ({"kind": kind} if kind else {})
        entries: list[Json] = self.call("GET", "/sandbox/traffic", args)["entries"]
        return [one for one in entries if name in (None, one["name"])]

    # -- the world

    def faults(self, **changes: Any) -> Json:
        """Set faults."""
        return self.call("PUT", "/sandbox/faults", changes)

    def deliver(self, **changes: Any) -> Json:
        """Change delivery: ack_seconds, retry_delays, events_url ..."""
        return self.call("PUT", "/sandbox/delivery", changes)

    def clock(self, **change: Any) -> Json:
        """Move the clock: advance=seconds, now=unix, reset=True, freeze=True."""
        return self.call("POST", "/sandbox/clock", change)

    def wait_for(self, look: Callable[[], Any], seconds: float = 20.0, what: str = "") -> Any:
        """Look until something true is seen -> what was seen. AssertionError after `seconds`."""
        ends = time.monotonic() + seconds
        while True:
            seen = look()
            if seen:
                return seen
            if time.monotonic() > ends:
                raise AssertionError(f"Waited {seconds} s for {what or 'something'} and did not see it.")
            time.sleep(0.02)

    def wait_for_message(
        self, who: str, channel: str, text: str, thread_ts: str | None = None, seconds: float = 20.0
    ) -> Json:
        """Wait until this person sees a message that contains `text` -> the message."""

        def look() -> Json | None:
            return next((one for one in self.messages(who, channel, thread_ts) if text in one["text"]), None)

        found: Json = self.wait_for(look, seconds, f"{text!r} in {channel}")
        return found

    def wait_for_modal(self, who: str, seconds: float = 20.0) -> Json:
        """Wait until a modal is open -> the top one."""
        found: Json = self.wait_for(lambda: self.modals(who), seconds, "a modal")[-1]
        return found
