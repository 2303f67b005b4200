"""A small Bolt app with every kind of thing the page can show and press: the counterpart of the page's tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def marked(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str) -> Json:
    return {"text": plain(text), "value": value}


PRIORITIES = [option("Low", "low"), option("High", "high")]

ANSWER: list[Json] = [
    {"type": "section", "text": marked("Unmapped suppliers are *skipped*. <https://help.example/map|Mapping> [1]")},
    {
        "type": "actions",
        "block_id": "answer",
        "elements": [
            {
                "type": "button",
                "action_id": "solved",
                "style": "primary",
                "text": plain("That solved it"),
                "value": "yes",
            },
            {
                "type": "button",
                "action_id": "person",
                "text": plain("Get a person"),
                "confirm": {
                    "title": plain("Call a person?"),
                    "text": marked("Somebody is *woken up*."),
                    "confirm": plain("Call"),
                    "deny": plain("Wait"),
                },
            },
            {"type": "button", "action_id": "silent", "text": plain("Nothing happens")},
            {"type": "static_select", "action_id": "priority", "placeholder": plain("Priority"), "options": PRIORITIES},
            {
                "type": "overflow",
                "action_id": "more",
                "options": [option("Show history", "history"), option("Mute", "mute")],
            },
        ],
    },
]

ESCALATE: Json = {
    "type": "modal",
    "callback_id": "escalate",
    "title": plain("Escalate"),
    "submit": plain("Escalate"),
    "close": plain("Not now"),
    "blocks": [
        {
            "type": "input",
            "block_id": "team",
            "label": plain("Team"),
            "element": {
                "type": "static_select",
                "action_id": "value",
                "placeholder": plain("Choose a team"),
                "options": [option("ERP Integration", "erp"), option("Finance", "finance")],
            },
        },
        {
            "type": "input",
            "block_id": "summary",
            "label": plain("Summary"),
            "hint": plain("What the engineers read first."),
            "element": {"type": "plain_text_input", "action_id": "value", "multiline": True},
        },
        {
            "type": "input",
            "block_id": "customer",
            "optional": True,
            "label": plain("Customer"),
            "element": {
                "type": "external_select",
                "action_id": "customer",
                "min_query_length": 0,
                "placeholder": plain("Find a customer"),
            },
        },
        {
            "type": "actions",
            "block_id": "tools",
            "elements": [
                {"type": "button", "action_id": "preview", "text": plain("Preview")},
                {"type": "button", "action_id": "similar", "text": plain("Find similar")},
            ],
        },
    ],
}


def home(clicks: int) -> Json:
    return {
        "type": "home",
        "blocks": [
            {"type": "header", "text": plain("Your desk")},
            {"type": "section", "text": marked(f"Pressed {clicks} times")},
            {
                "type": "actions",
                "block_id": "home",
                "elements": [{"type": "button", "action_id": "count", "text": plain("Count")}],
            },
        ],
    }


class ExampleApp:
    """The app with what it was told: `heard` holds (what, details) in order."""

    def __init__(self, api_url: str, bot_token: str) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.clicks = 0
        self.app = App(client=WebClient(token=bot_token, base_url=api_url), request_verification_enabled=False)
        self._listen()

    def _listen(self) -> None:
        app = self.app
        app.event("message")(self._on_message)
        app.event("app_home_opened")(self._on_home)
        app.action("solved")(self._on_solved)
        app.action("person")(self._on_person)
        app.action("priority")(self._on_choice)
        app.action("more")(self._on_choice)
        app.action("silent")(lambda ack: ack())
        app.action("preview")(self._on_preview)
        app.action("similar")(self._on_similar)
        app.action("count")(self._on_count)
        app.options("customer")(lambda ack, payload: ack(options=[option(f"Customer {payload['value']}", "c1")]))
        app.command("/support")(self._on_command)
        app.shortcut("open_ticket")(self._on_shortcut)
        app.view("escalate")(self._on_escalate)
        app.view("preview")(lambda ack: ack())

    def _on_message(self, event: Json, client: WebClient) -> None:
        self.heard.append(("message", event))
        if "question" in event.get("text", "") and not event.get("bot_id"):
            client.reactions_add(channel=event["channel"], timestamp=event["ts"], name="eyes")
            client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text="An answer", blocks=ANSWER)

    def _on_home(self, event: Json, client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view=home(self.clicks))

    def _on_count(self, ack: Any, body: Json, client: WebClient) -> None:
        ack()
        self.clicks += 1
        client.views_publish(user_id=body["user"]["id"], view=home(self.clicks))

    def _on_solved(self, ack: Any, body: Json, client: WebClient) -> None:
        ack()
        text = f"Solved, says <@{body['user']['id']}>"
        blocks = [{"type": "section", "text": marked(text)}]
        client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text=text, blocks=blocks)

    def _on_person(self, ack: Any, body: Json) -> None:
        ack()
        self.heard.append(("person", body["user"]["id"]))

    def _on_choice(self, ack: Any, action: Json, respond: Any) -> None:
        ack()
        self.heard.append((action["action_id"], action["selected_option"]["value"]))
        respond(text=f"Noted: {action['selected_option']['value']}", replace_original=False)

    def _on_command(self, ack: Any, command: Json, respond: Any, client: WebClient) -> None:
        ack()
        if command["text"].startswith("escalate"):
            client.views_open(trigger_id=command["trigger_id"], view=ESCALATE)
        else:
            respond(text=f"*Help* for <@{command['user_id']}>: try `/support escalate`")

    def _on_shortcut(self, ack: Any, shortcut: Json, client: WebClient) -> None:
        ack()
        self.heard.append(("shortcut", shortcut["message"]["text"]))
        client.views_open(trigger_id=shortcut["trigger_id"], view=ESCALATE)

    def _on_preview(self, ack: Any, body: Json, client: WebClient) -> None:
        ack()
        typed = body["view"]["state"]["values"].get("summary", {}).get("value", {}).get("value") or "nothing yet"
        view = {
            "type": "modal",
            "callback_id": "preview",
            "title": plain("Preview"),
            "blocks": [{"type": "section", "text": marked(typed)}],
        }
        client.views_push(trigger_id=body["trigger_id"], view=view)

    def _on_similar(self, ack: Any, body: Json, client: WebClient) -> None:
        ack()
        found = {"type": "section", "text": marked("Similar: *FB-7*")}
        client.views_update(view_id=body["view"]["id"], view=ESCALATE | {"blocks": [*ESCALATE["blocks"], found]})

    def _on_escalate(self, ack: Any, view: Json) -> None:
        values = view["state"]["values"]
        summary = values["summary"]["value"]["value"]
        if len(summary) < 10:
            ack(response_action="errors", errors={"summary": "Please say a little more."})
            return
        ack()
        team = values["team"]["value"]["selected_option"]["value"]
        customer = (values["customer"]["customer"].get("selected_option") or {}).get("value")
        self.heard.append(("escalate", (team, summary, customer)))


@contextmanager
def running(api_url: str, bot_token: str, app_token: str) -> Iterator[ExampleApp]:
    """The app, connected over Socket Mode until the block ends."""
    desk = ExampleApp(api_url, bot_token)
    handler = SocketModeHandler(desk.app, app_token)
    handler.connect()
    try:
        yield desk
    finally:
        handler.close()
        for thread in threading.enumerate():
            if thread.name.startswith("slack_sdk"):
                thread.join(timeout=2)
