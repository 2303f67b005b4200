"""People press, type and fill in forms in a real sandbox; the doors call the right use case and answer them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from handlers.slack.slash_commands import SUBCOMMANDS

from bot.contents.posts import Content
from bot.contents.receipts import About
from bot.contents.tickets import Notice
from bot.errors import BadRequest, NotAllowed
from handlers.slack.replies import NOTHING_LOST
from handlers.slack.views import ids, render
from handlers.slack.views.commands import NOT_FOR_YOU
from tests.fakes import sample_contents
from tests.fakes.sandbox_world import AGENT, CUSTOMER, CUSTOMER_TEAM, ENGINEER, HOME_TEAM, MANAGER, SHARED, TRIAGE
from tests.fakes.slack_addresses import at
from tests.fakes.slack_doors import Doors, doors


@pytest.fixture(scope="module", params=["socket", "http"])
def running(request: pytest.FixtureRequest) -> Iterator[Doors]:
    with doors(request.param) as opened:
        yield opened


@pytest.fixture
def desk(running: Doors) -> Iterator[Doors]:
    running.reset()
    yield running
    running.do.before = lambda name: None


def shown(desk: Doors, content: Content, channel: str = TRIAGE) -> str:
    return desk.messenger.post(at(channel), content, key=str(id(content))).address.item


def heard(desk: Doors, who: str, channel: str) -> str:
    """What only this person was told last, all of it."""

    def look() -> dict[str, Any] | None:
        return next((one for one in reversed(desk.people.messages(who, channel)) if one["is_ephemeral"]), None)

    message = desk.people.wait_for(look, what="an ephemeral message")
    return str(message["text"]) + json.dumps(message.get("blocks") or [])


# --- events ---------------------------------------------------------------------------------------------------------


def test_an_event_is_stored_before_it_is_acknowledged(desk: Doors) -> None:
    ts = desk.people.say(CUSTOMER, SHARED, "Where are my invoices?")
    desk.people.wait_for(lambda: desk.do.events, what="the event")
    [event] = [one["event"] for one in desk.do.events.values()]
    assert (event["type"], event["ts"], event["user"], event["user_team"]) == ("message", ts, CUSTOMER, CUSTOMER_TEAM)


def test_an_event_that_could_not_be_stored_is_sent_again_by_slack(desk: Doors) -> None:
    desk.people.set_delivery(ack_seconds=0.5)
    desk.do.fail("store_event", RuntimeError("the database is down"), RuntimeError("still"))
    ts = desk.people.say(CUSTOMER, SHARED, "Do not lose me")
    desk.people.wait_for(lambda: desk.do.events, what="the event, sent again")
    desk.people.set_delivery(ack_seconds=3)
    assert [one["event"]["ts"] for one in desk.do.events.values()] == [ts]


def test_an_event_that_slack_sends_twice_is_one(desk: Doors) -> None:
    desk.people.set_faults(duplicate={"next": 1})
    desk.people.say(CUSTOMER, SHARED, "Twice")
    desk.people.say(CUSTOMER, SHARED, "Last")
    desk.people.wait_for(lambda: len(desk.do.events) >= 2, what="both messages")
    assert sorted(one["event"]["text"] for one in desk.do.events.values()) == ["Last", "Twice"]


def test_events_that_nobody_needs_are_acknowledged_too(desk: Doors) -> None:
    ts = desk.people.say(CUSTOMER, SHARED, "Hello")
    desk.people.react(AGENT, SHARED, ts, "eyes")
    desk.people.wait_for(lambda: len(desk.do.events) == 2, what="both events")
    assert desk.people.wait_for(
        lambda: desk.people.get("/sandbox/state")["delivery"]["pending"] == 0, what="every acknowledgement"
    )


def test_what_we_write_ourselves_does_not_come_back_as_work(desk: Doors) -> None:
    shown(desk, sample_contents.TICKET)
    desk.people.say(CUSTOMER, SHARED, "After it")
    desk.people.wait_for(lambda: desk.do.events, what="the customer's message")
    assert [one["event"]["text"] for one in desk.do.events.values()] == ["After it"]


def test_nothing_that_people_write_stands_in_the_log(desk: Doors, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        desk.people.set_delivery(ack_seconds=0.5)
        desk.do.fail("store_event", ValueError("could not store 'my secret words'"))
        desk.people.say(CUSTOMER, SHARED, "my secret words")
        desk.people.wait_for(lambda: desk.do.events, what="the event")
        desk.people.set_delivery(ack_seconds=3)
        desk.do.fail("note", ValueError("could not note 'my secret words'"))
        desk.people.command(AGENT, TRIAGE, "/support", "note 12 my secret words")
    ours = [one.getMessage() for one in caplog.records if one.name.startswith(("handlers", "footbridge", "slack_bolt"))]
    assert any("slack.failed error=ValueError" in one for one in ours)
    assert not [one for one in ours if "secret" in one]


# --- buttons --------------------------------------------------------------------------------------------------------

PRESSES = [
    (CUSTOMER, SHARED, sample_contents.ANSWER, ids.ANSWER_SOLVED, ("answer_solved", (7,))),
    (CUSTOMER, SHARED, sample_contents.ANSWER, ids.ANSWER_GET_PERSON, ("get_person", (7,))),
    (CUSTOMER, SHARED, sample_contents.RESOLUTION, ids.RESOLUTION_SOLVED, ("confirm_resolution", (12, True))),
    (CUSTOMER, SHARED, sample_contents.RESOLUTION, ids.RESOLUTION_NOT_SOLVED, ("confirm_resolution", (12, False))),
    (AGENT, TRIAGE, sample_contents.CONTENTS["suggestion"], ids.SUGGESTION_SEND, ("send_suggestion", (7, None))),
    (AGENT, TRIAGE, sample_contents.CONTENTS["suggestion"], ids.SUGGESTION_DISCARD, ("discard_suggestion", (7,))),
    (AGENT, TRIAGE, sample_contents.TICKET, ids.TICKET_CLAIM, ("claim", (12,))),
    (ENGINEER, TRIAGE, sample_contents.ESCALATION, ids.ESCALATION_TAKE, ("take", (4,))),
    (ENGINEER, TRIAGE, sample_contents.ESCALATION, ids.ESCALATION_DRAFT, ("draft_relay", (4,))),
    (ENGINEER, TRIAGE, sample_contents.RELAY, ids.RELAY_SEND, ("send_relay", (3, None))),
    (ENGINEER, TRIAGE, sample_contents.RELAY, ids.RELAY_DISCARD, ("discard_relay", (3,))),
    (ENGINEER, TRIAGE, sample_contents.UPDATE, ids.RELAY_APPROVE, ("approve_update", (5, None))),
    (AGENT, TRIAGE, sample_contents.MODE, ids.MODE_ACCEPT, ("accept_mode", (6,))),
    (AGENT, TRIAGE, sample_contents.MODE, ids.MODE_DECLINE, ("decline_mode", (6,))),
    (AGENT, TRIAGE, sample_contents.CORRECTION, ids.CORRECTION_SEND, ("send_correction", (6, None))),
    (AGENT, TRIAGE, sample_contents.CORRECTION, ids.CORRECTION_DISCARD, ("discard_correction", (6,))),
]


@pytest.mark.parametrize(("who", "channel", "content", "action", "called"), PRESSES, ids=[one[3] for one in PRESSES])
def test_a_button_calls_its_use_case_as_the_person_who_pressed(
    desk: Doors, who: str, channel: str, content: Content, action: str, called: tuple[Any, ...]
) -> None:
    ts = shown(desk, content, channel)
    assert desk.people.click(who, channel, ts, action)["acked"] is True
    team = CUSTOMER_TEAM if who == CUSTOMER else HOME_TEAM
    assert desk.do.calls == [(*called, who, team)]


def test_the_use_case_is_done_before_slack_gets_its_acknowledgement(desk: Doors) -> None:
    ts = shown(desk, sample_contents.TICKET)
    seen: list[Any] = []
    desk.do.before = lambda name: seen.append(
        [one["status"] for one in desk.people.get("/sandbox/traffic", since=0, kind="interactive")["entries"]][-1:]
    )
    desk.people.click(AGENT, TRIAGE, ts, ids.TICKET_CLAIM)
    assert seen
    assert seen[0] not in (["acked"], [200])


def test_the_priority_is_set_on_the_cards_own_ticket(desk: Doors) -> None:
    ts = shown(desk, sample_contents.TICKET)
    assert desk.people.click(AGENT, TRIAGE, ts, ids.TICKET_PRIORITY, option="urgent")["acked"] is True
    assert desk.do.calls == [("set_priority", (12, "urgent"), AGENT, HOME_TEAM)]


def test_what_a_use_case_says_is_told_to_the_one_who_pressed_only(desk: Doors) -> None:
    desk.do.says["get_person"] = "Ana replies here by 10:20."
    ts = shown(desk, sample_contents.ANSWER, SHARED)
    desk.people.click(CUSTOMER, SHARED, ts, ids.ANSWER_GET_PERSON)
    assert "Ana replies here by 10:20." in heard(desk, CUSTOMER, SHARED)
    assert not [one for one in desk.people.messages(AGENT, SHARED) if one["is_ephemeral"]]


def test_what_cannot_be_done_is_explained_and_acknowledged(desk: Doors) -> None:
    desk.do.fail("claim", NotAllowed("Only <ours> may claim & work on this."))
    ts = shown(desk, sample_contents.TICKET)
    assert desk.people.click(ENGINEER, TRIAGE, ts, ids.TICKET_CLAIM)["acked"] is True
    assert "Only &lt;ours&gt; may claim &amp; work on this." in heard(desk, ENGINEER, TRIAGE)


def test_a_failure_shows_in_slack_and_the_person_is_told_that_nothing_was_lost(desk: Doors) -> None:
    desk.do.fail("claim", RuntimeError("disk full: /var/lib/secret"))
    ts = shown(desk, sample_contents.TICKET)
    assert desk.people.click(AGENT, TRIAGE, ts, ids.TICKET_CLAIM)["acked"] is False
    told = heard(desk, AGENT, TRIAGE)
    assert NOTHING_LOST in told
    assert "disk" not in told
    assert desk.people.click(AGENT, TRIAGE, ts, ids.TICKET_CLAIM)["acked"] is True
    assert len(desk.do.named("claim")) == 1


def test_a_button_of_an_older_version_is_explained(desk: Doors) -> None:
    client = desk.messenger._client
    old = {
        "type": "button",
        "action_id": "ticket.frobnicate",
        "value": "12",
        "text": {"type": "plain_text", "text": "Old"},
    }
    posted = client.chat_postMessage(channel=TRIAGE, text="old", blocks=[{"type": "actions", "elements": [old]}])
    assert desk.people.click(AGENT, TRIAGE, posted["ts"], "ticket.frobnicate")["acked"] is True
    assert "older version" in heard(desk, AGENT, TRIAGE)


def test_a_link_button_is_only_acknowledged(desk: Doors) -> None:
    ts = shown(desk, sample_contents.TICKET)
    assert desk.people.click(AGENT, TRIAGE, ts, ids.LINK_THREAD)["acked"] is True
    assert desk.do.calls == []


def test_a_button_in_the_home_answers_in_a_window(desk: Doors) -> None:
    desk.messenger.publish_home(AGENT, sample_contents.HOMES["agent"])
    home = desk.people.home(AGENT)
    show = next(one for one in home["blocks"] if one.get("accessory", {}).get("action_id") == ids.TICKET_SHOW)
    desk.people.click_in_view(AGENT, home["id"], ids.TICKET_SHOW, show["block_id"])
    modal = filled(desk, AGENT)
    assert modal["title"]["text"] == "Ticket #12"
    assert "I checked all of that" in json.dumps(modal["blocks"])


# --- forms ----------------------------------------------------------------------------------------------------------


def filled(desk: Doors, who: str) -> dict[str, Any]:
    """The open window once it is more than a promise."""

    def look() -> dict[str, Any] | None:
        stack = desk.people.modals(who)
        return stack[-1] if stack and "One moment" not in json.dumps(stack[-1]["blocks"]) else None

    found: dict[str, Any] = desk.people.wait_for(look, what="a filled form")
    return found


def test_not_quite_asks_what_is_missing_and_passes_it_on(desk: Doors) -> None:
    desk.do.says["answer_not_quite"] = "Thank you, a person reads it now."
    ts = shown(desk, sample_contents.ANSWER, SHARED)
    desk.people.click(CUSTOMER, SHARED, ts, ids.ANSWER_NOT_QUITE)
    modal = filled(desk, CUSTOMER)
    desk.people.submit(CUSTOMER, modal["id"], {ids.MISSING: {ids.TEXT: "We use the new screen"}})
    assert desk.do.calls[-1:] == [("answer_not_quite", (7, "We use the new screen"), CUSTOMER, CUSTOMER_TEAM)]
    assert "Thank you, a person reads it now." in json.dumps(desk.people.modals(CUSTOMER)[-1]["blocks"])


def test_escalating_shows_the_filled_form_and_sends_what_was_chosen(desk: Doors) -> None:
    ts = shown(desk, sample_contents.TICKET)
    desk.people.click(AGENT, TRIAGE, ts, ids.TICKET_ESCALATE)
    modal = filled(desk, AGENT)
    assert desk.people.submit(AGENT, modal["id"], {ids.SEVERITY: {ids.CHOICE: "sev1"}})["ok"] is True
    assert desk.do.named("escalate") == [
        ("escalate", (12, "erp-integration", "sev1", sample_contents.ESCALATION.summary), AGENT, HOME_TEAM)
    ]
    assert desk.people.modals(AGENT) == []


def test_resolving_asks_for_cause_fix_and_words(desk: Doors) -> None:
    ts = shown(desk, sample_contents.ESCALATION)
    desk.people.click(ENGINEER, TRIAGE, ts, ids.ESCALATION_RESOLVE)
    modal = filled(desk, ENGINEER)
    values = {one: {ids.TEXT: f"the {one}"} for one in (ids.CAUSE, ids.FIX, ids.WORDS)}
    desk.people.submit(ENGINEER, modal["id"], values)
    assert desk.do.named("resolve") == [("resolve", (12, "the cause", "the fix", "the words"), ENGINEER, HOME_TEAM)]


def test_what_is_wrong_with_a_form_is_said_in_the_form_and_nothing_typed_is_lost(desk: Doors) -> None:
    desk.do.fail("reply", BadRequest("That is too long; please send it in two."))
    ts = shown(desk, sample_contents.TICKET)
    desk.people.click(AGENT, TRIAGE, ts, ids.TICKET_REPLY)
    modal = filled(desk, AGENT)
    answer = desk.people.submit(AGENT, modal["id"], {ids.WORDS: {ids.TEXT: "a long story"}})
    assert answer["errors"] == {ids.WORDS: "That is too long; please send it in two."}
    assert len(desk.people.modals(AGENT)) == 1
    desk.people.submit(AGENT, modal["id"], {ids.WORDS: {ids.TEXT: "a short story"}})
    assert desk.do.named("reply") == [("reply", (12, "a short story"), AGENT, HOME_TEAM)]


def test_a_draft_can_be_mended_before_it_goes_out(desk: Doors) -> None:
    ts = shown(desk, sample_contents.CONTENTS["suggestion"])
    desk.people.click(AGENT, TRIAGE, ts, ids.SUGGESTION_EDIT)
    modal = filled(desk, AGENT)
    assert "Open **Setup** and press Save." in json.dumps(modal["blocks"])
    desk.people.submit(AGENT, modal["id"], {ids.WORDS: {ids.TEXT: "Open *Setup*."}})
    assert desk.do.named("send_suggestion") == [("send_suggestion", (7, "Open *Setup*."), AGENT, HOME_TEAM)]


def test_an_edited_reply_is_sent_and_an_edited_status_update_can_wait(desk: Doors) -> None:
    for content, chosen, called in (
        (sample_contents.RELAY, None, "send_relay"),
        (sample_contents.UPDATE, ids.WHEN_DUE, "approve_update"),
        (sample_contents.UPDATE, ids.WHEN_NOW, "send_relay"),
    ):
        desk.do.calls.clear()
        ts = shown(desk, content)
        desk.people.click(ENGINEER, TRIAGE, ts, ids.RELAY_EDIT)
        modal = filled(desk, ENGINEER)
        values: dict[str, Any] = {ids.WORDS: {ids.TEXT: "Better words"}}
        if chosen:
            values[ids.WHEN] = {ids.CHOICE: chosen}
        assert desk.people.submit(ENGINEER, modal["id"], values)["ok"] is True
        assert desk.do.named(called) == [(called, (content.relay_id, "Better words"), ENGINEER, HOME_TEAM)]


def test_a_form_that_may_not_be_opened_says_why_in_its_window(desk: Doors) -> None:
    desk.do.fail("escalation_form", BadRequest("Ticket #12 is resolved; nothing is left to escalate."))
    ts = shown(desk, sample_contents.TICKET)
    desk.people.click(AGENT, TRIAGE, ts, ids.TICKET_ESCALATE)
    assert "nothing is left to escalate" in json.dumps(filled(desk, AGENT)["blocks"])


def test_a_form_that_breaks_does_not_say_one_moment_for_ever(desk: Doors) -> None:
    desk.do.fail("resolution_form", RuntimeError("no database"))
    ts = shown(desk, sample_contents.TICKET)
    assert desk.people.click(AGENT, TRIAGE, ts, ids.TICKET_RESOLVE)["acked"] is False
    assert "Nothing was lost" in json.dumps(filled(desk, AGENT)["blocks"])


# --- why ------------------------------------------------------------------------------------------------------------


def test_a_messages_own_actions_ask_about_that_very_message(desk: Doors) -> None:
    ts = desk.people.say(CUSTOMER, SHARED, "Where are my invoices?")
    reply = desk.people.say(CUSTOMER, SHARED, "The Irish ones.", thread_ts=ts)
    for one in (ts, reply):
        assert desk.people.shortcut(AGENT, ids.WHY_SHORTCUT, SHARED, one)["acked"]
        assert desk.do.named("why")[-1] == ("why", (About(address=at(SHARED, one)),), AGENT, HOME_TEAM)
    window = filled(desk, AGENT)
    assert window["title"]["text"] == "Why?"
    assert "Footbridge answered by itself" in json.dumps(window["blocks"])


@pytest.mark.parametrize(
    ("content", "button", "about"),
    [
        (sample_contents.TICKET, ids.WHY_TICKET, About(ticket_id=12)),
        (sample_contents.ESCALATION, ids.WHY_TICKET, About(ticket_id=12)),
        (sample_contents.CONTENTS["suggestion"], ids.WHY_ANSWER, About(answer_id=7)),
        (sample_contents.CONTENTS["suggestion_sent"], ids.WHY_ANSWER, About(answer_id=7)),
    ],
    ids=["ticket", "escalation", "draft", "sent draft"],
)
def test_cards_inside_have_a_button_that_explains_them(
    desk: Doors, content: Content, button: str, about: About
) -> None:
    desk.people.click(AGENT, TRIAGE, shown(desk, content), button)
    assert desk.do.named("why") == [("why", (about,), AGENT, HOME_TEAM)]
    assert "Replay today" in json.dumps(filled(desk, AGENT)["blocks"])


def test_nothing_that_a_customer_sees_leads_to_a_receipt() -> None:
    seen = [
        name for name in sample_contents.CONTENTS if name.startswith(("answer", "handed", "asked", "resol", "stat"))
    ]
    assert len(seen) >= 7
    for name in seen:
        assert "why." not in json.dumps(render(sample_contents.CONTENTS[name]).blocks), name


def test_whoever_may_not_read_receipts_is_refused_in_the_window_and_sees_nothing(desk: Doors) -> None:
    desk.do.fail("why", NotAllowed("This is for the support team."))
    ts = desk.people.say(CUSTOMER, SHARED, "Where are my invoices?")
    desk.people.shortcut(AGENT, ids.WHY_SHORTCUT, SHARED, ts)
    window = json.dumps(filled(desk, AGENT)["blocks"])
    assert "This is for the support team." in window and "Replay today" not in window


def test_a_replay_opens_a_window_on_top_that_a_job_fills_and_one_can_go_back(desk: Doors) -> None:
    desk.people.click(AGENT, TRIAGE, shown(desk, sample_contents.TICKET), ids.WHY_TICKET)
    receipt = filled(desk, AGENT)
    assert desk.people.click_in_view(AGENT, receipt["id"], ids.WHY_REPLAY)["acked"]
    waiting = desk.people.modals(AGENT)[-1]
    assert "One moment" in json.dumps(waiting["blocks"])
    asked = ("ask_for_replay", (About(receipt_id=41), waiting["id"]), AGENT, HOME_TEAM)
    assert desk.do.named("ask_for_replay") == [asked]
    desk.messenger.show_window(waiting["id"], sample_contents.REPLAY)
    assert "Today it would be answered in other words" in json.dumps(filled(desk, AGENT)["blocks"])
    desk.people.close_view(AGENT, waiting["id"])
    assert [one["id"] for one in desk.people.modals(AGENT)] == [receipt["id"]]


def test_a_replay_that_cannot_be_says_so_in_its_window(desk: Doors) -> None:
    desk.do.fail("ask_for_replay", BadRequest("There is no question to ask again here."))
    assert desk.people.command(AGENT, TRIAGE, "/support", "replay answer 7")["ok"] is True
    assert "There is no question to ask again here." in json.dumps(filled(desk, AGENT)["blocks"])
    desk.messenger.show_window(desk.people.modals(AGENT)[-1]["id"], Notice("Press again, please."))
    assert "Press again, please." in json.dumps(filled(desk, AGENT)["blocks"])


# --- /support -------------------------------------------------------------------------------------------------------


def support(desk: Doors, text: str, who: str = AGENT) -> str:
    assert desk.people.command(who, TRIAGE, "/support", text)["ok"] is True
    return heard(desk, who, TRIAGE)


COMMANDS = [
    ("list", ("list_tickets", ("all",)), "No invoices from the Irish"),
    ("list unclaimed", ("list_tickets", ("unclaimed",)), "Tickets that nobody has claimed"),
    ("list brightwater", ("list_tickets", ("brightwater",)), "Open tickets of Brightwater Foods"),
    ("show 12", ("show", (12,)), "I checked all of that"),
    ("12", ("show", (12,)), "I checked all of that"),
    ("claim #12", ("claim", (12,)), "Ticket #12 is yours"),
    ("assign 12 @erik", ("assign", (12, ENGINEER)), f"now belongs to <@{ENGINEER}>"),
    ("reply 12 We are on it", ("reply", (12, "We are on it")), "goes into the customer's thread"),
    ("NOTE 12 two company codes", ("note", (12, "two company codes")), "The customer does not see it"),
    ("status", ("desk_status", ()), "The desk now"),
    ("search netsuite sync error", ("search", ("netsuite sync error",)), "ERP Sync: what the error codes mean"),
    ("digest", ("digest_now", ()), "The desk on Thursday 19 November"),
    ("gaps 90 kestrel", ("knowledge_gaps", ("90 kestrel",)), "What to write next"),
    ("dashboard", ("dashboard_link", ()), "/dashboard/enter?token=a.b"),
]


@pytest.mark.parametrize(("text", "called", "answer"), COMMANDS, ids=[one[0] for one in COMMANDS])
def test_support_does_what_was_typed_and_answers_only_that_person(
    desk: Doors, text: str, called: tuple[Any, ...], answer: str
) -> None:
    said = support(desk, text)
    assert answer in said
    assert desk.do.calls == [(*called, AGENT, HOME_TEAM)]
    assert not [one for one in desk.people.messages(MANAGER, TRIAGE) if one["is_ephemeral"]]


def test_help_shows_an_example_of_everything(desk: Doors) -> None:
    said = support(desk, "help")
    assert "What /support can do" in support(desk, "")
    for word in SUBCOMMANDS:
        assert f"/support {word}" in said


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("lst mine", "Did you mean `/support list`?"),
        ("esclate 12", "Did you mean `/support escalate`?"),
        ("xyzzy", "`/support help`"),
        ("claim", "like `/support claim 12`"),
        ("claim twelve", "“twelve” is no number"),
        ("assign 12", "like `/support assign 12 @ana`"),
        ("note 12", "Write the note after the number"),
        ("search", "like `/support search netsuite sync error`"),
        ("why not", "like `/support why 12`"),
        ("replay it", "like `/support replay 12`"),
        ("frob <!channel>", "I don't know “frob”"),
    ],
)
def test_a_mistake_is_answered_with_what_to_type(desk: Doors, text: str, hint: str) -> None:
    said = support(desk, text)
    assert hint in said
    assert desk.do.calls == []


def test_a_form_opens_for_what_needs_more_than_a_line(desk: Doors) -> None:
    for text, title in (
        ("escalate 12", "Escalate ticket #12"),
        ("resolve 12", "Resolve ticket #12"),
        ("reply 12", "Reply on #12"),
        ("why 12", "Why?"),
        ("why", "Why?"),
    ):
        assert desk.people.command(AGENT, TRIAGE, "/support", text)["ok"] is True
        modal = filled(desk, AGENT)
        assert modal["title"]["text"] == title
        desk.people.close_view(AGENT, modal["id"], clear=True)


def test_a_refusal_of_the_desk_is_told_as_it_is(desk: Doors) -> None:
    desk.do.fail("claim", BadRequest("Ana has ticket #12 already."))
    assert "Ana has ticket #12 already." in support(desk, "claim 12")


def test_a_colleague_without_a_role_is_told_nothing(desk: Doors) -> None:
    world = desk.people.get("/sandbox/workspace")["workspace"]
    world["users"].append({"id": "U0GUEST", "name": "guest", "real_name": "A Colleague"})
    world["channels"][1]["members"].append("U0GUEST")
    desk.change(world)
    for text in ("help", "list", "show 12", "nonsense", ""):
        said = support(desk, text, who="U0GUEST")
        assert NOT_FOR_YOU in said
        assert "#12" not in said
    assert desk.do.calls == []


def test_a_command_that_fails_is_said_to_have_failed(desk: Doors) -> None:
    desk.do.fail("desk_status", RuntimeError("the database is down"))
    assert desk.people.command(AGENT, TRIAGE, "/support", "status")["ok"] is False
    assert NOTHING_LOST in heard(desk, AGENT, TRIAGE)
