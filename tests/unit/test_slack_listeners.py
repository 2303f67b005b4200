"""The table of listeners: every button has one, every one has a button, and each asks only for what Bolt can give."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.actions import ACTIONS
from bot.actions.action import FormAction, say_nothing
from bot.actions.answers import ANSWER_NOT_QUITE, SUGGESTION_EDIT
from bot.actions.desk import Desk
from bot.actions.escalations import ESCALATION_RESOLVE, RELAY_EDIT, TICKET_ESCALATE
from bot.actions.insights import DASHBOARD_SHOW
from bot.actions.knowledge import CORRECTION_EDIT, TICKET_REMEMBER
from bot.actions.tickets import TICKET_REPLY, TICKET_RESOLVE
from bot.contents.answers import NotQuiteForm
from bot.contents.escalations import RelayDraft, RelayForm
from handlers.slack import INJECTED, LISTENERS, middleware
from handlers.slack.drawings import ANSWERED_BY_ID, FILLED_LATER_BY_ID, FORMS_BY_ID, WINDOWED_BY_ID
from handlers.slack.filled import Filled
from handlers.slack.views import commands, correction, ids, receipts, render, ticket
from handlers.slack.views.home import home
from tests.fakes import sample_contents
from tests.fakes.recording_desk import RecordingDesk


def elements(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "action_id" in value:
            yield value
        for one in value.values():
            yield from elements(one)
    elif isinstance(value, list):
        for one in value:
            yield from elements(one)


def surfaces() -> Iterator[list[dict[str, Any]]]:
    """Every message and home that people can press something in."""
    for content in sample_contents.CONTENTS.values():
        yield render(content).blocks
    yield render(RelayDraft(**{**vars(sample_contents.UPDATE), "state": "approved"})).blocks
    for content in sample_contents.HOMES.values():
        yield home(content)["blocks"]
    yield ticket.detail(sample_contents.DETAIL).blocks
    yield commands.found(sample_contents.FOUND).blocks
    yield receipts.receipt(sample_contents.RECEIPT)["blocks"]
    yield receipts.replay(sample_contents.REPLAY)["blocks"]
    yield correction.remembered((sample_contents.REMEMBERED,)).blocks


FORMS: dict[str, object] = {
    ANSWER_NOT_QUITE.id: NotQuiteForm(1, "en"),
    SUGGESTION_EDIT.id: "words",
    TICKET_REPLY.id: sample_contents.DETAIL,
    TICKET_ESCALATE.id: sample_contents.ESCALATION_FORM,
    TICKET_RESOLVE.id: sample_contents.RESOLUTION_FORM,
    ESCALATION_RESOLVE.id: sample_contents.RESOLUTION_FORM,
    RELAY_EDIT.id: RelayForm(1, "words", may_wait=True),
    CORRECTION_EDIT.id: "words",
    TICKET_REMEMBER.id: sample_contents.REMEMBER_FORM,
}


def forms() -> Iterator[dict[str, Any]]:
    for action_id, row in FORMS_BY_ID.items():
        yield row.view(12, FORMS[action_id])


def shown_ids() -> set[str]:
    return {one["action_id"] for blocks in surfaces() for one in elements(blocks)}


def heard(kind: str) -> list[object]:
    return [what for heard_kind, what, _ in LISTENERS if heard_kind == kind and isinstance(what, str)]


def test_every_button_is_of_an_action_or_a_link() -> None:
    links = {one for one in shown_ids() if one.startswith("link.")}
    assert links <= set(ids.LINKS)
    assert shown_ids() - links <= {action.id for action in ACTIONS}


def test_every_action_has_a_button_or_a_command_or_a_page() -> None:
    """What nobody can press, type or open would be a row for nothing."""
    reached = shown_ids() | {action.id for action in ACTIONS if action.command is not None} | {DASHBOARD_SHOW.id}
    assert {action.id for action in ACTIONS} == reached - set(ids.LINKS)


def test_every_action_has_one_listener_and_every_form_another() -> None:
    assert heard("action") == [action.id for action in ACTIONS]
    assert heard("view") == list(FORMS_BY_ID)


def test_every_form_of_an_action_can_be_drawn_and_no_other() -> None:
    assert set(FORMS_BY_ID) == {action.id for action in ACTIONS if isinstance(action, FormAction)} == set(FORMS)
    for action_id, form in zip(FORMS_BY_ID, forms(), strict=True):
        assert (form["callback_id"], ids.subject_of(form)) == (action_id, 12)


def test_a_form_sends_all_that_was_filled_in() -> None:
    for action_id, form in zip(FORMS_BY_ID, forms(), strict=True):
        row, values, words = FORMS_BY_ID[action_id], {}, []
        for number, block in enumerate(one for one in form["blocks"] if one["type"] == "input"):
            element = block["element"]
            options = [option["value"] for option in element.get("options", [])]
            said = {"selected_option": {"value": options[-1]}} if options else {"value": f"words {number}"}
            words += [] if options else [f"words {number}"]
            values[block["block_id"]] = {element["action_id"]: said}
        arguments = row.read(12, Filled({"state": {"values": values}}))
        assert isinstance(arguments, row.action.arguments)
        assert words
        assert all(one in arguments.model_dump().values() for one in words), action_id


def test_every_command_is_answered_by_a_drawing_a_window_a_form_or_a_sentence() -> None:
    for action in ACTIONS:
        if action.command is None:
            continue
        drawn = {*ANSWERED_BY_ID, *WINDOWED_BY_ID, *FILLED_LATER_BY_ID}
        says = action.command.confirm is not say_nothing or action.confirm is not say_nothing
        assert action.id in drawn or isinstance(action, FormAction) or says, action.id


def test_a_value_is_an_id_and_nothing_else() -> None:
    for blocks in surfaces():
        for one in elements(blocks):
            assert "url" in one or one["type"] == "static_select" or re.fullmatch(r"\d+(:\d+)?", one["value"]), one[
                "action_id"
            ]
    for form in forms():
        assert ids.subject_of(form) == 12


def test_every_button_says_what_it_does_in_few_words() -> None:
    for blocks in surfaces():
        for one in elements(blocks):
            if one["type"] == "button":
                assert 3 <= len(one["text"]["text"]) <= 30


def test_what_a_screen_reader_says_begins_with_what_is_written() -> None:
    for blocks in surfaces():
        for one in elements(blocks):
            if "accessibility_label" in one:
                assert one["accessibility_label"].startswith(one["text"]["text"])


def test_no_message_has_more_than_one_main_button() -> None:
    for blocks in surfaces():
        buttons = [one for block in blocks if block["type"] == "actions" for one in block["elements"]]
        assert sum(one.get("style") == "primary" for one in buttons) <= 1


@pytest.mark.parametrize(("kind", "what", "listener"), LISTENERS, ids=[f"{kind}-{what}" for kind, what, _ in LISTENERS])
def test_a_listener_asks_only_for_what_is_injected(kind: str, what: object, listener: Any) -> None:
    assert set(inspect.signature(listener).parameters) <= INJECTED


def test_the_middleware_and_the_error_handler_ask_only_for_what_is_injected() -> None:
    assert set(inspect.signature(middleware.store_event(RecordingDesk())).parameters) <= INJECTED
    assert set(inspect.signature(middleware.on_error).parameters) <= INJECTED | {"error"}


def test_the_block_of_a_card_carries_its_ticket_and_changes_with_it() -> None:
    first = ids.ticket_block(12, sample_contents.TICKET)
    assert ids.ticket_of_block(first) == 12
    assert first != ids.ticket_block(12, sample_contents.CONTENTS["ticket_claimed"])
    with pytest.raises(ValueError, match="somebody else's"):
        ids.ticket_of_block("somebody else's")


def test_the_recording_desk_can_be_called_like_the_real_one() -> None:
    for name in ("perform", "open_form", "store_event", "resolve_actor"):
        real, fake = getattr(Desk, name), getattr(RecordingDesk, name)
        assert list(inspect.signature(real).parameters) == list(inspect.signature(fake).parameters), name
