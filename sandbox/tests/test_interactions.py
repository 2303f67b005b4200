"""Commands, clicks, selects, modals, shortcuts and response_url in the sandbox, with a real Bolt app behind them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from sandbox import RunningSandbox, SandboxError
from sandbox.tests.bolt_apps import connected, new_app, refused
from sandbox.tests.example_workspace import AGENT, BOT, CUSTOMER, CUSTOMER_TEAM, ENGINEER, HOME_TEAM, SHARED, TRIAGE

ANYTHING = re.compile(".*")


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def modal(*blocks: dict[str, Any], **fields: Any) -> dict[str, Any]:
    view = {"type": "modal", "callback_id": "form", "title": plain("Form"), "submit": plain("Send")}
    return view | {"blocks": list(blocks) or [text_input()]} | fields


def text_input(block_id: str = "reason", **fields: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "text"} | fields.pop("element", {})
    return {"type": "input", "block_id": block_id, "label": plain("Reason"), "element": element, **fields}


def buttons(*names: str) -> list[dict[str, Any]]:
    elements = [{"type": "button", "action_id": name, "text": plain(name), "value": f"v-{name}"} for name in names]
    return [{"type": "actions", "block_id": "row", "elements": elements}]


class Desk:
    """A Bolt app whose listeners are given by the test: `on_action`, `on_view` ... keep what they heard in `heard`."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.app: App = new_app(sandbox)
        self.web: WebClient = self.app.client
        self.client = sandbox.client
        self.heard: list[dict[str, Any]] = []
        self.do: Callable[..., None] = lambda ack, **_: ack()
        everything = [self.app.action, self.app.view, self.app.view_closed, self.app.options, self.app.shortcut]
        for register in everything:
            register(ANYTHING)(self._heard)
        self.app.command("/support")(self._heard)

    def _heard(self, ack, body, respond, client) -> None:
        self.heard.append(body)
        self.do(ack=ack, body=body, respond=respond, client=client)

    def message(self, *names: str, channel: str = TRIAGE) -> str:
        return self.web.chat_postMessage(channel=channel, text="choose", blocks=buttons(*names))["ts"]

    def opened(self, view: dict[str, Any], who: str = AGENT) -> dict[str, Any]:
        """A modal opened from a button, as a person sees it."""

        def open_it(ack, body, client, **_) -> None:
            ack()
            client.views_open(trigger_id=body["trigger_id"], view=view)

        self.do = open_it
        self.client.click(who, SHARED, self.message("open", channel=SHARED), "open")
        self.do = lambda ack, **_: ack()
        return self.client.wait_for_modal(who)


@pytest.fixture
def desk(sandbox: RunningSandbox) -> Iterator[Desk]:
    made = Desk(sandbox)
    with connected(sandbox, made.app):
        yield made


# -- commands


def test_a_command_arrives_with_slacks_fields_and_escaped_text(desk: Desk) -> None:
    assert desk.client.command(AGENT, TRIAGE, "/support", "assign @erik a<b")["ok"] is True
    body = desk.heard[0]
    wanted = {
        "command": "/support",
        "text": f"assign <@{ENGINEER}|erik> a&lt;b",
        "user_id": AGENT,
        "channel_id": TRIAGE,
        "team_id": HOME_TEAM,
        "api_app_id": "A0HELP",
    }
    assert {name: body[name] for name in wanted} == wanted
    assert body["trigger_id"]
    assert body["response_url"]


def test_what_a_command_acknowledges_with_is_shown_to_its_user_only(desk: Desk) -> None:
    desk.do = lambda ack, **_: ack(text="just for you")
    desk.client.command(AGENT, TRIAGE, "/support", "help")
    assert [one["is_ephemeral"] for one in desk.client.messages(AGENT, TRIAGE)] == [True]
    assert desk.client.messages(ENGINEER, TRIAGE) == []


def test_a_command_may_answer_in_the_channel(desk: Desk) -> None:
    desk.do = lambda ack, **_: ack(text="for all", response_type="in_channel")
    desk.client.command(AGENT, TRIAGE, "/support", "help")
    assert desk.client.messages(ENGINEER, TRIAGE)[0]["text"] == "for all"


def test_text_that_starts_with_a_command_runs_it(desk: Desk) -> None:
    answer = desk.client.post("/sandbox/messages", **{"as": AGENT, "channel": TRIAGE, "text": "/support  list mine"})
    assert answer["ok"] is True
    assert desk.heard[0]["text"] == "list mine"
    assert desk.client.messages(AGENT, TRIAGE) == []


def test_a_command_in_a_thread_is_refused(desk: Desk) -> None:
    root = desk.client.say(AGENT, TRIAGE, "root")
    with pytest.raises(SandboxError, match="not_in_thread"):
        desk.client.say(AGENT, TRIAGE, "/support help", thread_ts=root)


def test_people_of_other_organisations_have_no_commands_and_no_shortcuts(desk: Desk) -> None:
    with pytest.raises(SandboxError, match="not_allowed_for_external"):
        desk.client.command(CUSTOMER, SHARED, "/support", "help")
    with pytest.raises(SandboxError, match="not_allowed_for_external"):
        desk.client.shortcut(CUSTOMER, "ask")
    assert desk.client.state(CUSTOMER)["commands"] == []
    assert desk.heard == []


def test_an_unknown_command_and_one_that_nobody_answers(sandbox: RunningSandbox) -> None:
    with pytest.raises(SandboxError, match="dispatch_unknown_command"):
        sandbox.client.command(AGENT, TRIAGE, "/dance")
    assert sandbox.client.command(AGENT, TRIAGE, "/support")["error"] == "dispatch_failed"


def test_a_command_without_an_answer_in_time_is_a_timeout(desk: Desk) -> None:
    desk.client.set_delivery(ack_seconds=0.2)
    desk.do = lambda **_: None
    assert desk.client.command(AGENT, TRIAGE, "/support", "help") == {
        "ok": False,
        "status": 0,
        "error": "operation_timeout",
    }


# -- clicks and choices


def test_a_click_tells_who_where_and_what(desk: Desk) -> None:
    ts = desk.message("solved", "person", channel=SHARED)
    assert desk.client.click(CUSTOMER, SHARED, ts, "person")["acked"] is True
    body = desk.heard[0]
    assert (body["type"], body["team"]["id"]) == ("block_actions", HOME_TEAM)
    assert body["user"] == {"id": CUSTOMER, "username": "maya", "name": "maya", "team_id": CUSTOMER_TEAM}
    assert body["container"] == {"type": "message", "message_ts": ts, "channel_id": SHARED, "is_ephemeral": False}
    assert body["channel"] == {"id": SHARED, "name": "ext-brightwater"}
    assert body["message"]["ts"] == ts
    action = body["actions"][0]
    assert (action["action_id"], action["block_id"], action["value"], action["type"]) == (
        "person",
        "row",
        "v-person",
        "button",
    )
    assert action["action_ts"]


def test_a_click_in_a_thread_names_its_thread(desk: Desk) -> None:
    root = desk.client.say(AGENT, TRIAGE, "root")
    posted = desk.web.chat_postMessage(channel=TRIAGE, text="x", blocks=buttons("go"), thread_ts=root)
    desk.client.click(AGENT, TRIAGE, posted["ts"], "go")
    assert desk.heard[0]["container"]["thread_ts"] == root


def test_a_button_that_is_not_there_cannot_be_clicked(desk: Desk) -> None:
    with pytest.raises(SandboxError, match="Existing elements: solved"):
        desk.client.click(AGENT, TRIAGE, desk.message("solved"), "other")


def test_every_kind_of_select_sends_what_was_chosen(desk: Desk) -> None:
    options = [{"text": plain(name), "value": name} for name in ("low", "high")]
    elements = [
        {"type": "static_select", "action_id": "one", "options": options},
        {"type": "users_select", "action_id": "who"},
        {"type": "overflow", "action_id": "more", "options": options},
        {"type": "datepicker", "action_id": "day"},
        {"type": "checkboxes", "action_id": "ticks", "options": options},
    ]
    blocks = [{"type": "actions", "block_id": "row", "elements": elements}]
    ts = desk.web.chat_postMessage(channel=TRIAGE, text="x", blocks=blocks)["ts"]
    desk.client.click(AGENT, TRIAGE, ts, "one", option="high")
    desk.client.click(AGENT, TRIAGE, ts, "who", option=ENGINEER)
    desk.client.click(AGENT, TRIAGE, ts, "more", option="low")
    desk.client.click(AGENT, TRIAGE, ts, "day", selected_date="2026-11-02")
    desk.client.click(AGENT, TRIAGE, ts, "ticks", option=["low", "high"])
    actions = [body["actions"][0] for body in desk.heard]
    assert actions[0]["selected_option"]["value"] == "high"
    assert actions[1]["selected_user"] == ENGINEER
    assert actions[2]["selected_option"]["value"] == "low"
    assert actions[3]["selected_date"] == "2026-11-02"
    assert [one["value"] for one in actions[4]["selected_options"]] == ["low", "high"]
    assert desk.heard[0]["state"]["values"]["row"]["one"]["selected_option"]["value"] == "high"
    with pytest.raises(SandboxError, match="option_not_found"):
        desk.client.click(AGENT, TRIAGE, ts, "one", option="middle")


def test_options_of_an_external_select_come_from_the_app(desk: Desk) -> None:
    select = {"type": "external_select", "action_id": "ticket", "min_query_length": 1}
    blocks = [{"type": "actions", "block_id": "row", "elements": [select]}]
    ts = desk.web.chat_postMessage(channel=TRIAGE, text="x", blocks=blocks)["ts"]
    desk.do = lambda ack, body, **_: ack(options=[{"text": plain(f"Ticket {body['value']}"), "value": "42"}])
    container = {"type": "message", "channel": TRIAGE, "ts": ts}
    asked = {"as": AGENT, "container": container, "action_id": "ticket", "block_id": "row", "value": "inv"}
    found = desk.client.post("/sandbox/options", **asked)
    assert found["options"][0]["text"]["text"] == "Ticket inv"
    assert (desk.heard[0]["type"], desk.heard[0]["action_id"]) == ("block_suggestion", "ticket")


# -- triggers and modals


def test_a_trigger_opens_one_view_within_three_seconds(desk: Desk) -> None:
    triggers: list[str] = []
    desk.do = lambda ack, body, **_: (ack(), triggers.append(body["trigger_id"]))
    ts = desk.message("open")
    for _ in range(2):
        desk.client.click(AGENT, TRIAGE, ts, "open")
    desk.client.wait_for(lambda: len(triggers) == 2)
    assert desk.web.views_open(trigger_id=triggers[0], view=modal())["view"]["type"] == "modal"
    assert refused(desk.web.views_open, trigger_id=triggers[0], view=modal()) == "exchanged_trigger_id"
    desk.client.set_clock(advance=4)
    assert refused(desk.web.views_open, trigger_id=triggers[1], view=modal()) == "expired_trigger_id"
    assert refused(desk.web.views_open, trigger_id="1.2.abc", view=modal()) == "invalid_trigger_id"
    assert refused(desk.web.api_call, "views.open", json={"view": modal()}) == "invalid_arguments"


BAD_VIEWS: dict[str, dict[str, Any]] = {
    "a title of 25": modal(title=plain("x" * 25)),
    "a submit of 25": modal(submit=plain("x" * 25)),
    "a close of 25": modal(close=plain("x" * 25)),
    "private_metadata of 3001": modal(private_metadata="x" * 3001),
    "a callback_id of 256": modal(callback_id="x" * 256),
    "101 blocks": modal(*[{"type": "divider"}] * 101),
    "no title": {name: value for name, value in modal().items() if name != "title"},
    "inputs without submit": {name: value for name, value in modal().items() if name != "submit"},
    "no blocks": {"type": "modal", "title": plain("x")},
    "another type": {"type": "sidebar", "blocks": []},
    "a table": modal({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}),
}


@pytest.mark.parametrize("name", BAD_VIEWS)
def test_a_view_that_slack_would_not_take_is_invalid_arguments(web: WebClient, name: str) -> None:
    assert refused(web.views_open, trigger_id="1.2.x", view=BAD_VIEWS[name]) == "invalid_arguments"


def test_a_view_of_more_than_250_kb_is_too_large(web: WebClient) -> None:
    blocks = [{"type": "section", "text": plain("x" * 3000)}] * 100
    assert refused(web.views_open, trigger_id="1.2.x", view=modal(*blocks)) == "view_too_large"


def test_a_submission_carries_values_metadata_and_who(desk: Desk) -> None:
    options = [{"text": plain(name), "value": name} for name in ("sev1", "sev2")]
    select = {"type": "static_select", "action_id": "sev", "options": options, "initial_option": options[1]}
    severity = {"type": "input", "block_id": "severity", "label": plain("Severity"), "element": select}
    view = desk.opened(modal(text_input(), severity, private_metadata="ticket-7"), who=CUSTOMER)
    assert desk.client.submit(CUSTOMER, view["id"], {"reason": {"text": "broken"}}) == {"ok": True}
    body = desk.heard[-1]
    assert (body["type"], body["user"]["team_id"]) == ("view_submission", CUSTOMER_TEAM)
    assert (body["view"]["callback_id"], body["view"]["private_metadata"]) == ("form", "ticket-7")
    values = body["view"]["state"]["values"]
    assert values["reason"]["text"] == {"type": "plain_text_input", "value": "broken"}
    assert values["severity"]["sev"]["selected_option"]["value"] == "sev2"
    assert body["view"]["app_installed_team_id"] == HOME_TEAM
    assert desk.client.modals(CUSTOMER) == []


def test_required_inputs_are_asked_for_before_the_app_hears_of_it(desk: Desk) -> None:
    view = desk.opened(modal(text_input(element={"min_length": 5}), text_input("more", optional=True)))
    heard = len(desk.heard)
    missing = desk.client.submit(AGENT, view["id"])
    assert missing == {"ok": False, "errors": {"reason": "Please complete this required field."}}
    short = desk.client.submit(AGENT, view["id"], {"reason": {"text": "abc"}})
    assert short["errors"] == {"reason": "Please enter at least 5 characters."}
    assert len(desk.heard) == heard
    assert desk.client.modals(AGENT)[0]["id"] == view["id"]


def test_errors_keep_the_modal_open(desk: Desk) -> None:
    view = desk.opened(modal())
    desk.do = lambda ack, **_: ack(response_action="errors", errors={"reason": "Say more, please."})
    answer = desk.client.submit(AGENT, view["id"], {"reason": {"text": "x"}})
    assert answer == {"ok": False, "errors": {"reason": "Say more, please."}}
    assert len(desk.client.modals(AGENT)) == 1


def test_errors_for_a_block_that_is_no_input_are_an_invalid_response(desk: Desk) -> None:
    view = desk.opened(modal())
    desk.do = lambda ack, **_: ack(response_action="errors", errors={"other": "x"})
    assert desk.client.submit(AGENT, view["id"], {"reason": {"text": "x"}})["error"] == "invalid_response"


def test_update_push_and_clear_change_the_stack(desk: Desk) -> None:
    view = desk.opened(modal())
    filled = {"reason": {"text": "x"}}
    desk.do = lambda ack, **_: ack(response_action="update", view=modal(title=plain("Second")))
    assert desk.client.submit(AGENT, view["id"], filled) == {"ok": True}
    assert [one["title"]["text"] for one in desk.client.modals(AGENT)] == ["Second"]
    desk.do = lambda ack, **_: ack(response_action="push", view=modal(title=plain("On top")))
    desk.client.submit(AGENT, view["id"], filled)
    stack = desk.client.modals(AGENT)
    assert [one["title"]["text"] for one in stack] == ["Second", "On top"]
    assert (stack[1]["previous_view_id"], stack[1]["root_view_id"]) == (view["id"], view["id"])
    desk.do = lambda ack, **_: ack(response_action="clear")
    desk.client.submit(AGENT, stack[1]["id"], filled)
    assert desk.client.modals(AGENT) == []


def test_an_update_that_slack_would_not_take_is_an_invalid_response(desk: Desk) -> None:
    view = desk.opened(modal())
    desk.do = lambda ack, **_: ack(response_action="update", view=modal(title=plain("x" * 25)))
    answer = desk.client.submit(AGENT, view["id"], {"reason": {"text": "x"}})
    assert answer["error"] == "invalid_response"
    assert "/view/title/text" in answer["detail"]


def test_no_more_than_three_views_are_stacked(desk: Desk) -> None:
    first = desk.opened(modal({"type": "actions", "block_id": "row", "elements": buttons("deeper")[0]["elements"]}))
    errors: list[str] = []

    def push(ack, body, client, **_) -> None:
        ack()
        try:
            client.views_push(trigger_id=body["trigger_id"], view=modal(first["blocks"][0]))
        except SlackApiError as error:
            errors.append(error.response["error"])

    desk.do = push
    for depth in (2, 3):
        desk.client.click_in_view(AGENT, desk.client.modals(AGENT)[-1]["id"], "deeper")
        desk.client.wait_for(lambda depth=depth: len(desk.client.modals(AGENT)) == depth)
    desk.client.click_in_view(AGENT, desk.client.modals(AGENT)[-1]["id"], "deeper")
    desk.client.wait_for(lambda: errors)
    assert errors == ["push_limit_reached"]
    assert desk.heard[-1]["container"] == {"type": "view", "view_id": desk.client.modals(AGENT)[-1]["id"]}


def test_an_update_by_id_checks_the_hash(desk: Desk) -> None:
    view = desk.opened(modal(external_id="mine"))
    updated = desk.web.views_update(view_id=view["id"], hash=view["hash"], view=modal(title=plain("Two")))
    assert updated["view"]["title"]["text"] == "Two"
    stale = {"view_id": view["id"], "hash": view["hash"], "view": modal()}
    assert refused(desk.web.views_update, **stale) == "hash_conflict"
    assert refused(desk.web.views_update, view_id="V0NONE", view=modal()) == "not_found"


def test_an_external_id_is_unique(desk: Desk) -> None:
    desk.opened(modal(external_id="mine"))
    assert refused(desk.web.views_open, trigger_id="x", view=modal(external_id="mine")) == "duplicate_external_id"
    assert desk.web.views_update(external_id="mine", view=modal(external_id="mine"))["ok"] is True


def test_closing_tells_the_app_only_when_it_asked(desk: Desk) -> None:
    view = desk.opened(modal())
    desk.client.close_view(AGENT, view["id"])
    assert desk.client.modals(AGENT) == []
    view = desk.opened(modal(notify_on_close=True))
    desk.client.close_view(AGENT, view["id"])
    closed = [body for body in desk.heard if body["type"] == "view_closed"]
    assert [(body["view"]["id"], body["is_cleared"]) for body in closed] == [(view["id"], False)]


def test_nobody_submits_somebody_elses_modal(desk: Desk) -> None:
    view = desk.opened(modal())
    with pytest.raises(SandboxError, match="view_not_found"):
        desk.client.submit(ENGINEER, view["id"], {"reason": {"text": "x"}})


def test_a_home_tab_is_published_clicked_and_updated(desk: Desk) -> None:
    home = {"type": "home", "blocks": buttons("refresh")}
    published = desk.web.views_publish(user_id=AGENT, view=home)["view"]
    assert desk.client.home(AGENT)["id"] == published["id"]
    assert desk.client.home(ENGINEER) is None
    desk.client.click_in_view(AGENT, published["id"], "refresh")
    assert desk.heard[0]["view"]["type"] == "home"
    again = desk.web.views_publish(user_id=AGENT, view=home, hash=published["hash"])["view"]
    assert again["id"] == published["id"]
    assert refused(desk.web.views_publish, user_id=AGENT, view=home, hash=published["hash"]) == "hash_conflict"
    assert refused(desk.web.views_publish, user_id=AGENT, view=modal()) == "invalid_arguments"


def test_shortcuts_on_a_message_and_global(desk: Desk) -> None:
    ts = desk.client.say(AGENT, TRIAGE, "look at this")
    assert desk.client.shortcut(AGENT, "open_ticket", TRIAGE, ts)["acked"] is True
    body = desk.heard[0]
    assert (body["type"], body["callback_id"], body["message"]["text"]) == (
        "message_action",
        "open_ticket",
        "look at this",
    )
    assert (body["message_ts"], body["channel"]["id"]) == (ts, TRIAGE)
    assert body["response_url"]
    desk.client.shortcut(AGENT, "ask")
    assert (desk.heard[1]["type"], "channel" in desk.heard[1]) == ("shortcut", False)
    with pytest.raises(SandboxError, match="shortcut_not_found"):
        desk.client.shortcut(AGENT, "unknown")


# -- response_url


@pytest.fixture
def clicked(desk: Desk) -> tuple[Desk, str, WebhookClient]:
    """A click on a message -> the desk, the message's ts, and a client of its response_url."""
    ts = desk.message("go")
    desk.client.click(AGENT, TRIAGE, ts, "go")
    return desk, ts, WebhookClient(desk.heard[0]["response_url"])


def test_a_response_url_follows_the_servers_own_host(sandbox: RunningSandbox, clicked) -> None:
    assert clicked[2].url.startswith(f"{sandbox.url}response/")


def test_a_new_answer_is_ephemeral_by_default(clicked) -> None:
    desk, _, hook = clicked
    assert hook.send_dict({"text": "psst", "replace_original": False}).body == "ok"
    assert [one["text"] for one in desk.client.messages(AGENT, TRIAGE)] == ["choose", "psst"]
    assert [one["text"] for one in desk.client.messages(ENGINEER, TRIAGE)] == ["choose"]


def test_an_answer_in_channel_is_for_all(clicked) -> None:
    desk, _, hook = clicked
    hook.send(text="done", response_type="in_channel", replace_original=False)
    assert desk.client.messages(ENGINEER, TRIAGE)[-1]["text"] == "done"


def test_the_original_is_replaced_or_deleted(clicked) -> None:
    desk, ts, hook = clicked
    hook.send(text="claimed by Ana", replace_original=True)
    message = desk.client.messages(ENGINEER, TRIAGE)[0]
    assert (message["ts"], message["text"], "blocks" in message) == (ts, "claimed by Ana", False)
    hook.send(delete_original=True)
    assert desk.client.messages(ENGINEER, TRIAGE) == []


def test_an_ephemeral_message_is_replaced_and_deleted_by_its_response_url_only(desk: Desk) -> None:
    desk.web.chat_postEphemeral(channel=TRIAGE, user=AGENT, text="draft", blocks=buttons("ok"))
    ts = desk.client.messages(AGENT, TRIAGE)[0]["ts"]
    desk.client.click(AGENT, TRIAGE, ts, "ok")
    assert desk.heard[0]["container"]["is_ephemeral"] is True
    hook = WebhookClient(desk.heard[0]["response_url"])
    hook.send(text="sent", replace_original=True)
    shown = desk.client.messages(AGENT, TRIAGE)
    assert [(one["ts"], one["text"], one["is_ephemeral"]) for one in shown] == [(ts, "sent", True)]
    hook.send(delete_original=True)
    assert desk.client.messages(AGENT, TRIAGE) == []


def test_a_response_url_works_five_times(clicked) -> None:
    _, _, hook = clicked
    answers = [hook.send(text=str(number), replace_original=False).status_code for number in range(5)]
    assert answers == [200] * 5
    sixth = hook.send(text="6")
    assert (sixth.status_code, "used_url" in sixth.body) == (404, True)


def test_a_response_url_works_for_thirty_minutes(clicked) -> None:
    desk, _, hook = clicked
    desk.client.set_clock(advance=29 * 60)
    assert hook.send(text="in time", replace_original=False).status_code == 200
    desk.client.set_clock(advance=2 * 60)
    late = hook.send(text="late")
    assert (late.status_code, "expired_url" in late.body) == (404, True)


def test_an_answer_without_content_or_with_wrong_blocks_is_refused(clicked) -> None:
    _, _, hook = clicked
    assert "no_text" in hook.send_dict({"response_type": "ephemeral"}).body
    assert "invalid_blocks" in hook.send(text="x", blocks=[{"type": "marquee"}]).body


def test_a_commands_answer_has_no_original_to_replace(desk: Desk) -> None:
    desk.client.command(AGENT, TRIAGE, "/support", "list")
    hook = WebhookClient(desk.heard[0]["response_url"])
    hook.send(text="one")
    hook.send(text="two", replace_original=True)
    assert [one["text"] for one in desk.client.messages(AGENT, TRIAGE)] == ["one", "two"]


def test_bolt_responds_after_a_click(desk: Desk) -> None:
    desk.do = lambda ack, respond, **_: (ack(), respond(text="thank you", replace_original=False))
    desk.client.click(AGENT, TRIAGE, desk.message("go"), "go")
    shown = desk.client.wait_for_message(AGENT, TRIAGE, "thank you")
    assert (shown["is_ephemeral"], shown["user"]) == (True, BOT)
