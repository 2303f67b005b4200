"""People press, type and fill in forms in a real sandbox; the doors call the right use case and answer them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from bot.actions import HELP
from bot.actions.action import NOTHING, Action, Arguments
from bot.actions.answers import (
    ANSWER_GET_PERSON,
    ANSWER_NOT_QUITE,
    ANSWER_SOLVED,
    SUGGESTION_DISCARD,
    SUGGESTION_EDIT,
    SUGGESTION_SEND,
    Choice,
    EditedAnswer,
    Missing,
)
from bot.actions.arguments import (
    AnswerNumber,
    CorrectionNumber,
    EscalationNumber,
    ModeChangeNumber,
    RelayNumber,
    TicketNumber,
)
from bot.actions.escalations import (
    ESCALATION_DRAFT,
    ESCALATION_RESOLVE,
    ESCALATION_TAKE,
    RELAY_APPROVE,
    RELAY_DISCARD,
    RELAY_EDIT,
    RELAY_SEND,
    TICKET_ESCALATE,
    EditedRelay,
    Escalated,
)
from bot.actions.insights import (
    DASHBOARD_LINK,
    DESK_DIGEST,
    DESK_GAPS,
    REPLAY,
    WHY,
    WHY_ANSWER,
    WHY_REPLAY,
    WHY_TICKET,
    AskedAbout,
    Period,
    ReplayReceipt,
)
from bot.actions.knowledge import (
    ARTICLE_RIGHT,
    ARTICLE_WRONG,
    CORRECTION_DISCARD,
    CORRECTION_SEND,
    REMEMBERED_LIST,
    ArticleReference,
    WrongArticle,
)
from bot.actions.modes import MODE_ACCEPT, MODE_CHOOSE, MODE_DECLINE, MODE_LIST, ChosenMode
from bot.actions.tickets import (
    DESK_SEARCH,
    DESK_STATUS,
    RESOLUTION_NOT_SOLVED,
    RESOLUTION_SOLVED,
    TICKET_ASSIGN,
    TICKET_CLAIM,
    TICKET_LIST,
    TICKET_NOTE,
    TICKET_PRIORITY,
    TICKET_REPLY,
    TICKET_RESOLVE,
    TICKET_SHOW,
    Assignment,
    Priority,
    Resolution,
    TicketText,
    Which,
    Words,
)
from bot.contents.posts import Content
from bot.contents.receipts import About
from bot.contents.tickets import Notice
from bot.errors import BadRequest, NotAllowed
from handlers.slack.commands import WORDS
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
        desk.do.fail(TICKET_NOTE.id, ValueError("could not note 'my secret words'"))
        desk.people.command(AGENT, TRIAGE, "/support", "note 12 my secret words")
    ours = [one.getMessage() for one in caplog.records if one.name.startswith(("handlers", "footbridge", "slack_bolt"))]
    assert any("slack.failed error=ValueError" in one for one in ours)
    assert not [one for one in ours if "secret" in one]


# --- buttons --------------------------------------------------------------------------------------------------------

PRESSES: list[tuple[str, str, Content, Action[Any, Any], Arguments]] = [
    (CUSTOMER, SHARED, sample_contents.ANSWER, ANSWER_SOLVED, AnswerNumber(answer_id=7)),
    (CUSTOMER, SHARED, sample_contents.ANSWER, ANSWER_GET_PERSON, AnswerNumber(answer_id=7)),
    (CUSTOMER, SHARED, sample_contents.RESOLUTION, RESOLUTION_SOLVED, TicketNumber(ticket_id=12)),
    (CUSTOMER, SHARED, sample_contents.RESOLUTION, RESOLUTION_NOT_SOLVED, TicketNumber(ticket_id=12)),
    (AGENT, TRIAGE, sample_contents.CONTENTS["suggestion"], SUGGESTION_SEND, AnswerNumber(answer_id=7)),
    (AGENT, TRIAGE, sample_contents.CONTENTS["suggestion"], SUGGESTION_DISCARD, AnswerNumber(answer_id=7)),
    (AGENT, TRIAGE, sample_contents.TICKET, TICKET_CLAIM, TicketNumber(ticket_id=12)),
    (ENGINEER, TRIAGE, sample_contents.ESCALATION, ESCALATION_TAKE, EscalationNumber(escalation_id=4)),
    (ENGINEER, TRIAGE, sample_contents.ESCALATION, ESCALATION_DRAFT, EscalationNumber(escalation_id=4)),
    (ENGINEER, TRIAGE, sample_contents.RELAY, RELAY_SEND, RelayNumber(relay_id=3)),
    (ENGINEER, TRIAGE, sample_contents.RELAY, RELAY_DISCARD, RelayNumber(relay_id=3)),
    (ENGINEER, TRIAGE, sample_contents.UPDATE, RELAY_APPROVE, RelayNumber(relay_id=5)),
    (MANAGER, TRIAGE, sample_contents.MODE, MODE_ACCEPT, ModeChangeNumber(change_id=6)),
    (MANAGER, TRIAGE, sample_contents.MODE, MODE_DECLINE, ModeChangeNumber(change_id=6)),
    (AGENT, TRIAGE, sample_contents.CORRECTION, CORRECTION_SEND, CorrectionNumber(correction_id=6)),
    (AGENT, TRIAGE, sample_contents.CORRECTION, CORRECTION_DISCARD, CorrectionNumber(correction_id=6)),
]


@pytest.mark.parametrize(
    ("who", "channel", "content", "action", "arguments"), PRESSES, ids=[one[3].id for one in PRESSES]
)
def test_a_button_does_its_action_as_the_person_who_pressed(
    desk: Doors, who: str, channel: str, content: Content, action: Action[Any, Any], arguments: Arguments
) -> None:
    ts = shown(desk, content, channel)
    assert desk.people.click(who, channel, ts, action.id)["acked"] is True
    team = CUSTOMER_TEAM if who == CUSTOMER else HOME_TEAM
    assert desk.do.calls == [(action.id, arguments, who, team)]


def test_a_button_of_an_earlier_version_does_what_it_did(desk: Doors) -> None:
    """A choice carried its answer and its place, all others one number: that is how they stand in old messages."""
    client = desk.messenger._client
    for action_id, value, arguments in (
        ("answer.choose", "7:1", Choice(answer_id=7, number=1)),
        ("ticket.claim", "12", TicketNumber(ticket_id=12)),
        ("remembered.forget", "7", AnswerNumber(answer_id=7)),
    ):
        desk.do.calls.clear()
        word = {"type": "plain_text", "text": "Old"}
        old = {"type": "button", "action_id": action_id, "value": value, "text": word}
        posted = client.chat_postMessage(channel=TRIAGE, text="old", blocks=[{"type": "actions", "elements": [old]}])
        assert desk.people.click(AGENT, TRIAGE, posted["ts"], action_id)["acked"] is True
        assert desk.do.calls == [(action_id, arguments, AGENT, HOME_TEAM)]


def test_a_press_of_who_may_not_is_refused_and_does_nothing(desk: Doors) -> None:
    ts = shown(desk, sample_contents.MODE)
    assert desk.people.click(AGENT, TRIAGE, ts, MODE_ACCEPT.id)["acked"] is True
    assert "Only managers and owners decide" in heard(desk, AGENT, TRIAGE)
    assert desk.do.calls == []


def test_the_use_case_is_done_before_slack_gets_its_acknowledgement(desk: Doors) -> None:
    ts = shown(desk, sample_contents.TICKET)
    seen: list[Any] = []
    desk.do.before = lambda name: seen.append(
        [one["status"] for one in desk.people.get("/sandbox/traffic", since=0, kind="interactive")["entries"]][-1:]
    )
    desk.people.click(AGENT, TRIAGE, ts, TICKET_CLAIM.id)
    assert seen
    assert seen[0] not in (["acked"], [200])


def test_the_priority_is_set_on_the_cards_own_ticket(desk: Doors) -> None:
    ts = shown(desk, sample_contents.TICKET)
    assert desk.people.click(AGENT, TRIAGE, ts, TICKET_PRIORITY.id, option="urgent")["acked"] is True
    assert desk.do.calls == [(TICKET_PRIORITY.id, Priority(ticket_id=12, priority="urgent"), AGENT, HOME_TEAM)]


def test_what_a_use_case_says_is_told_to_the_one_who_pressed_only(desk: Doors) -> None:
    desk.do.says[ANSWER_GET_PERSON.id] = "Ana replies here by 10:20."
    ts = shown(desk, sample_contents.ANSWER, SHARED)
    desk.people.click(CUSTOMER, SHARED, ts, ANSWER_GET_PERSON.id)
    assert "Ana replies here by 10:20." in heard(desk, CUSTOMER, SHARED)
    assert not [one for one in desk.people.messages(AGENT, SHARED) if one["is_ephemeral"]]


def test_what_cannot_be_done_is_explained_and_acknowledged(desk: Doors) -> None:
    desk.do.fail(TICKET_CLAIM.id, NotAllowed("Only <ours> may claim & work on this."))
    ts = shown(desk, sample_contents.TICKET)
    assert desk.people.click(ENGINEER, TRIAGE, ts, TICKET_CLAIM.id)["acked"] is True
    assert "Only &lt;ours&gt; may claim &amp; work on this." in heard(desk, ENGINEER, TRIAGE)


def test_a_failure_shows_in_slack_and_the_person_is_told_that_nothing_was_lost(desk: Doors) -> None:
    desk.do.fail(TICKET_CLAIM.id, RuntimeError("disk full: /var/lib/secret"))
    ts = shown(desk, sample_contents.TICKET)
    assert desk.people.click(AGENT, TRIAGE, ts, TICKET_CLAIM.id)["acked"] is False
    told = heard(desk, AGENT, TRIAGE)
    assert NOTHING_LOST in told
    assert "disk" not in told
    assert desk.people.click(AGENT, TRIAGE, ts, TICKET_CLAIM.id)["acked"] is True
    assert len(desk.do.named(TICKET_CLAIM.id)) == 1


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
    show = next(one for one in home["blocks"] if one.get("accessory", {}).get("action_id") == TICKET_SHOW.id)
    desk.people.click_in_view(AGENT, home["id"], TICKET_SHOW.id, show["block_id"])
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
    desk.do.says[ANSWER_NOT_QUITE.id] = "Thank you, a person reads it now."
    ts = shown(desk, sample_contents.ANSWER, SHARED)
    desk.people.click(CUSTOMER, SHARED, ts, ANSWER_NOT_QUITE.id)
    modal = filled(desk, CUSTOMER)
    desk.people.submit(CUSTOMER, modal["id"], {ids.MISSING: {ids.TEXT: "We use the new screen"}})
    assert desk.do.calls[-1:] == [
        (
            ANSWER_NOT_QUITE.id,
            Missing(answer_id=7, missing="We use the new screen"),
            CUSTOMER,
            CUSTOMER_TEAM,
        )
    ]
    assert "Thank you, a person reads it now." in json.dumps(desk.people.modals(CUSTOMER)[-1]["blocks"])


def test_escalating_shows_the_filled_form_and_sends_what_was_chosen(desk: Doors) -> None:
    ts = shown(desk, sample_contents.TICKET)
    desk.people.click(AGENT, TRIAGE, ts, TICKET_ESCALATE.id)
    modal = filled(desk, AGENT)
    assert desk.people.submit(AGENT, modal["id"], {ids.SEVERITY: {ids.CHOICE: "sev1"}})["ok"] is True
    assert desk.do.named(TICKET_ESCALATE.id) == [
        (
            TICKET_ESCALATE.id,
            Escalated(
                ticket_id=12, team="erp-integration", severity="sev1", summary=sample_contents.ESCALATION.summary
            ),
            AGENT,
            HOME_TEAM,
        )
    ]
    assert desk.people.modals(AGENT) == []


def test_resolving_asks_for_cause_fix_and_words(desk: Doors) -> None:
    ts = shown(desk, sample_contents.ESCALATION)
    desk.people.click(ENGINEER, TRIAGE, ts, ESCALATION_RESOLVE.id)
    modal = filled(desk, ENGINEER)
    values = {one: {ids.TEXT: f"the {one}"} for one in (ids.CAUSE, ids.FIX, ids.WORDS)}
    desk.people.submit(ENGINEER, modal["id"], values)
    assert desk.do.named(ESCALATION_RESOLVE.id) == [
        (
            ESCALATION_RESOLVE.id,
            Resolution(ticket_id=12, cause="the cause", fix="the fix", words="the words"),
            ENGINEER,
            HOME_TEAM,
        )
    ]


def test_what_is_wrong_with_a_form_is_said_in_the_form_and_nothing_typed_is_lost(desk: Doors) -> None:
    desk.do.fail(TICKET_REPLY.id, BadRequest("That is too long; please send it in two."))
    ts = shown(desk, sample_contents.TICKET)
    desk.people.click(AGENT, TRIAGE, ts, TICKET_REPLY.id)
    modal = filled(desk, AGENT)
    answer = desk.people.submit(AGENT, modal["id"], {ids.WORDS: {ids.TEXT: "a long story"}})
    assert answer["errors"] == {ids.WORDS: "That is too long; please send it in two."}
    assert len(desk.people.modals(AGENT)) == 1
    desk.people.submit(AGENT, modal["id"], {ids.WORDS: {ids.TEXT: "a short story"}})
    assert desk.do.named(TICKET_REPLY.id) == [
        (TICKET_REPLY.id, TicketText(ticket_id=12, text="a short story"), AGENT, HOME_TEAM)
    ]


def test_a_draft_can_be_mended_before_it_goes_out(desk: Doors) -> None:
    ts = shown(desk, sample_contents.CONTENTS["suggestion"])
    desk.people.click(AGENT, TRIAGE, ts, SUGGESTION_EDIT.id)
    modal = filled(desk, AGENT)
    assert "Open **Setup** and press Save." in json.dumps(modal["blocks"])
    desk.people.submit(AGENT, modal["id"], {ids.WORDS: {ids.TEXT: "Open *Setup*."}})
    assert desk.do.named(SUGGESTION_EDIT.id) == [
        (SUGGESTION_EDIT.id, EditedAnswer(answer_id=7, text="Open *Setup*."), AGENT, HOME_TEAM)
    ]


def test_an_edited_reply_is_sent_and_an_edited_status_update_can_wait(desk: Doors) -> None:
    for content, chosen, when_due in (
        (sample_contents.RELAY, None, False),
        (sample_contents.UPDATE, ids.WHEN_DUE, True),
        (sample_contents.UPDATE, ids.WHEN_NOW, False),
    ):
        desk.do.calls.clear()
        ts = shown(desk, content)
        desk.people.click(ENGINEER, TRIAGE, ts, RELAY_EDIT.id)
        modal = filled(desk, ENGINEER)
        values: dict[str, Any] = {ids.WORDS: {ids.TEXT: "Better words"}}
        if chosen:
            values[ids.WHEN] = {ids.CHOICE: chosen}
        assert desk.people.submit(ENGINEER, modal["id"], values)["ok"] is True
        assert desk.do.named(RELAY_EDIT.id) == [
            (
                RELAY_EDIT.id,
                EditedRelay(relay_id=content.relay_id, text="Better words", when_due=when_due),
                ENGINEER,
                HOME_TEAM,
            )
        ]


def test_a_form_that_may_not_be_opened_says_why_in_its_window(desk: Doors) -> None:
    desk.do.fail(f"form:{TICKET_ESCALATE.id}", BadRequest("Ticket #12 is resolved; nothing is left to escalate."))
    ts = shown(desk, sample_contents.TICKET)
    desk.people.click(AGENT, TRIAGE, ts, TICKET_ESCALATE.id)
    assert "nothing is left to escalate" in json.dumps(filled(desk, AGENT)["blocks"])


def test_a_form_that_breaks_does_not_say_one_moment_for_ever(desk: Doors) -> None:
    desk.do.fail(f"form:{TICKET_RESOLVE.id}", RuntimeError("no database"))
    ts = shown(desk, sample_contents.TICKET)
    assert desk.people.click(AGENT, TRIAGE, ts, TICKET_RESOLVE.id)["acked"] is False
    assert "Nothing was lost" in json.dumps(filled(desk, AGENT)["blocks"])


# --- why ------------------------------------------------------------------------------------------------------------


def test_a_messages_own_actions_ask_about_that_very_message(desk: Doors) -> None:
    ts = desk.people.say(CUSTOMER, SHARED, "Where are my invoices?")
    reply = desk.people.say(CUSTOMER, SHARED, "The Irish ones.", thread_ts=ts)
    for one in (ts, reply):
        assert desk.people.shortcut(AGENT, ids.WHY_SHORTCUT, SHARED, one)["acked"]
        assert desk.do.named(WHY.id)[-1] == (
            WHY.id,
            AskedAbout(about=About(address=at(SHARED, one))),
            AGENT,
            HOME_TEAM,
        )
    window = filled(desk, AGENT)
    assert window["title"]["text"] == "Why?"
    assert "Footbridge answered by itself" in json.dumps(window["blocks"])


@pytest.mark.parametrize(
    ("content", "button", "arguments"),
    [
        (sample_contents.TICKET, WHY_TICKET, TicketNumber(ticket_id=12)),
        (sample_contents.ESCALATION, WHY_TICKET, TicketNumber(ticket_id=12)),
        (sample_contents.CONTENTS["suggestion"], WHY_ANSWER, AnswerNumber(answer_id=7)),
        (sample_contents.CONTENTS["suggestion_sent"], WHY_ANSWER, AnswerNumber(answer_id=7)),
    ],
    ids=["ticket", "escalation", "draft", "sent draft"],
)
def test_cards_inside_have_a_button_that_explains_them(
    desk: Doors, content: Content, button: Action[Any, Any], arguments: Arguments
) -> None:
    desk.people.click(AGENT, TRIAGE, shown(desk, content), button.id)
    assert desk.do.calls == [(button.id, arguments, AGENT, HOME_TEAM)]
    assert "Replay today" in json.dumps(filled(desk, AGENT)["blocks"])


def test_nothing_that_a_customer_sees_leads_to_a_receipt() -> None:
    seen = [
        name for name in sample_contents.CONTENTS if name.startswith(("answer", "handed", "asked", "resol", "stat"))
    ]
    assert len(seen) >= 7
    for name in seen:
        assert "why." not in json.dumps(render(sample_contents.CONTENTS[name]).blocks), name


def test_whoever_may_not_read_receipts_is_refused_in_the_window_and_sees_nothing(desk: Doors) -> None:
    desk.do.fail(WHY.id, NotAllowed("This is for the support team."))
    ts = desk.people.say(CUSTOMER, SHARED, "Where are my invoices?")
    desk.people.shortcut(AGENT, ids.WHY_SHORTCUT, SHARED, ts)
    window = json.dumps(filled(desk, AGENT)["blocks"])
    assert "This is for the support team." in window and "Replay today" not in window


def test_a_replay_opens_a_window_on_top_that_a_job_fills_and_one_can_go_back(desk: Doors) -> None:
    desk.people.click(AGENT, TRIAGE, shown(desk, sample_contents.TICKET), WHY_TICKET.id)
    receipt = filled(desk, AGENT)
    assert desk.people.click_in_view(AGENT, receipt["id"], WHY_REPLAY.id)["acked"]
    waiting = desk.people.modals(AGENT)[-1]
    assert "One moment" in json.dumps(waiting["blocks"])
    asked = (WHY_REPLAY.id, ReplayReceipt(receipt_id=41, window=waiting["id"]), AGENT, HOME_TEAM)
    assert desk.do.named(WHY_REPLAY.id) == [asked]
    desk.messenger.show_window(waiting["id"], sample_contents.REPLAY)
    assert "Today it would be answered in other words" in json.dumps(filled(desk, AGENT)["blocks"])
    desk.people.close_view(AGENT, waiting["id"])
    assert [one["id"] for one in desk.people.modals(AGENT)] == [receipt["id"]]


def test_a_replay_that_cannot_be_says_so_in_its_window(desk: Doors) -> None:
    desk.do.fail(REPLAY.id, BadRequest("There is no question to ask again here."))
    assert desk.people.command(AGENT, TRIAGE, "/support", "replay answer 7")["ok"] is True
    assert "There is no question to ask again here." in json.dumps(filled(desk, AGENT)["blocks"])
    desk.messenger.show_window(desk.people.modals(AGENT)[-1]["id"], Notice("Press again, please."))
    assert "Press again, please." in json.dumps(filled(desk, AGENT)["blocks"])


# --- /support -------------------------------------------------------------------------------------------------------


def support(desk: Doors, text: str, who: str = AGENT) -> str:
    assert desk.people.command(who, TRIAGE, "/support", text)["ok"] is True
    return heard(desk, who, TRIAGE)


COMMANDS: list[tuple[str, Action[Any, Any], Arguments, str]] = [
    ("list", TICKET_LIST, Which(which="all"), "No invoices from the Irish"),
    ("list unclaimed", TICKET_LIST, Which(which="unclaimed"), "Tickets that nobody has claimed"),
    ("list brightwater", TICKET_LIST, Which(which="brightwater"), "Open tickets of Brightwater Foods"),
    ("show 12", TICKET_SHOW, TicketNumber(ticket_id=12), "I checked all of that"),
    ("12", TICKET_SHOW, TicketNumber(ticket_id=12), "I checked all of that"),
    ("claim #12", TICKET_CLAIM, TicketNumber(ticket_id=12), "Ticket #12 is yours"),
    (
        "assign 12 @erik",
        TICKET_ASSIGN,
        Assignment(ticket_id=12, person_id=ENGINEER),
        f"now belongs to <@{ENGINEER}>",
    ),
    ("reply 12 We are on it", TICKET_REPLY, TicketText(ticket_id=12, text="We are on it"), "customer's thread"),
    (
        "NOTE 12 two company codes",
        TICKET_NOTE,
        TicketText(ticket_id=12, text="two company codes"),
        "The customer does not see it",
    ),
    ("status", DESK_STATUS, NOTHING, "The desk now"),
    ("search netsuite sync error", DESK_SEARCH, Words(words="netsuite sync error"), "what the error codes mean"),
    ("digest", DESK_DIGEST, NOTHING, "The desk on Thursday 19 November"),
    ("mode", MODE_LIST, NOTHING, "How each channel is answered"),
    (f"mode <#{SHARED}|x> Auto", MODE_CHOOSE, ChosenMode(which=at(SHARED).key, mode="auto"), "It is in auto"),
    ("mode kestrel off", MODE_CHOOSE, ChosenMode(which="kestrel", mode="off"), "It is in off"),
    ("gaps 90 kestrel", DESK_GAPS, Period(wanted="90 kestrel"), "What to write next"),
    ("dashboard", DASHBOARD_LINK, NOTHING, "/dashboard/enter?token=a.b"),
    ("wrong vendor It is old", ARTICLE_WRONG, WrongArticle(reference="vendor", why="It is old"), "Said so."),
    ("right vendor", ARTICLE_RIGHT, ArticleReference(reference="vendor"), "Said so."),
    ("remembered", REMEMBERED_LIST, NOTHING, "Remembered answers"),
    ("help", HELP, NOTHING, "What /support can do"),
    ("", HELP, NOTHING, "What /support can do"),
]


@pytest.mark.parametrize(("text", "action", "arguments", "answer"), COMMANDS, ids=[one[0] for one in COMMANDS])
def test_support_does_what_was_typed_and_answers_only_that_person(
    desk: Doors, text: str, action: Action[Any, Any], arguments: Arguments, answer: str
) -> None:
    desk.do.says[action.id] = "Said so."
    said = support(desk, text, who=MANAGER)
    assert answer in said
    assert desk.do.calls == [(action.id, arguments, MANAGER, HOME_TEAM)]
    assert not [one for one in desk.people.messages(AGENT, TRIAGE) if one["is_ephemeral"]]


def test_what_only_managers_may_do_is_refused_to_an_agent(desk: Doors) -> None:
    assert "Only managers can do this" in support(desk, "digest")
    assert "Only managers and owners decide" in support(desk, "mode kestrel off")
    assert desk.do.calls == []


def test_help_shows_an_example_of_everything(desk: Doors) -> None:
    said = support(desk, "help")
    for word in WORDS:
        assert f"/support {word}" in said


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("lst mine", "Did you mean `/support list`?"),
        ("esclate 12", "Did you mean `/support escalate`?"),
        ("xyzzy", "`/support help`"),
        ("claim", "like `/support claim 12`"),
        ("claim twelve", "“twelve” is not a number"),
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
        ("remember 12", "Remember the answer"),
    ):
        assert desk.people.command(AGENT, TRIAGE, "/support", text)["ok"] is True
        modal = filled(desk, AGENT)
        assert modal["title"]["text"] == title
        desk.people.close_view(AGENT, modal["id"], clear=True)


def test_a_refusal_of_the_desk_is_told_as_it_is(desk: Doors) -> None:
    desk.do.fail(TICKET_CLAIM.id, BadRequest("Ana has ticket #12 already."))
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
    desk.do.fail(DESK_STATUS.id, RuntimeError("the database is down"))
    assert desk.people.command(AGENT, TRIAGE, "/support", "status")["ok"] is False
    assert NOTHING_LOST in heard(desk, AGENT, TRIAGE)
