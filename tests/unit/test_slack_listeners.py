"""The table of listeners: every button has one, every one has a button, and each asks only for what Bolt can give."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest
from handlers.slack.use_cases import UseCases

from bot import workflows
from bot.contents.answers import NotQuiteForm
from bot.contents.escalations import RelayDraft
from handlers.slack import ACTION_LISTENERS, INJECTED, LISTENERS, VIEW_LISTENERS, middleware
from handlers.slack.views import commands, correction, ids, modals, receipts, render, ticket
from handlers.slack.views.home import home
from handlers.slack.views.not_quite import not_quite
from tests.fakes import sample_contents
from tests.fakes.recording_use_cases import RecordingUseCases


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


def forms() -> Iterator[dict[str, Any]]:
    yield not_quite(NotQuiteForm(1, "en"))
    yield modals.reply(1)
    yield modals.escalate(sample_contents.ESCALATION_FORM)
    yield modals.resolve(sample_contents.RESOLUTION_FORM)
    yield modals.edit_suggestion(1, "words")
    yield modals.edit_relay(1, "words", may_wait=True)
    yield modals.edit_correction(1, "words")
    yield modals.remember(sample_contents.REMEMBER_FORM)


def test_every_button_has_a_listener_and_every_listener_a_button() -> None:
    shown = {one["action_id"] for blocks in surfaces() for one in elements(blocks)}
    assert set(ids.LINKS) >= {one for one in shown if one.startswith("link.")}
    assert {one for one in shown if not one.startswith("link.")} == set(ACTION_LISTENERS) == set(ids.ACTIONS)


def test_every_form_has_a_listener_and_every_listener_a_form() -> None:
    assert {one["callback_id"] for one in forms()} == set(VIEW_LISTENERS) == set(ids.MODALS)


def test_a_value_is_an_id_and_nothing_else() -> None:
    for blocks in surfaces():
        for one in elements(blocks):
            assert "url" in one or one["type"] == "static_select" or re.fullmatch(r"\d+(:\d+)?", one["value"]), one[
                "action_id"
            ]
    for form in forms():
        assert ids.subject_of(form) in (1, 12)


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
    assert set(inspect.signature(middleware.store_event(RecordingUseCases())).parameters) <= INJECTED
    assert set(inspect.signature(middleware.on_error).parameters) <= INJECTED | {"error"}


def test_the_block_of_a_card_carries_its_ticket_and_changes_with_it() -> None:
    first = ids.ticket_block(12, sample_contents.TICKET)
    assert ids.ticket_of_block(first) == 12
    assert first != ids.ticket_block(12, sample_contents.CONTENTS["ticket_claimed"])
    with pytest.raises(ValueError, match="somebody else's"):
        ids.ticket_of_block("somebody else's")


def test_the_recording_use_cases_are_use_cases() -> None:
    wanted = {name for name in dir(UseCases) if not name.startswith("_")}
    for name in wanted:
        real, fake = getattr(UseCases, name), getattr(RecordingUseCases, name)
        assert list(inspect.signature(real).parameters) == list(inspect.signature(fake).parameters), name


def test_the_real_use_cases_take_what_the_doors_give() -> None:
    source = inspect.getsource(workflows.UseCases.__init__)
    missing = [name for name in dir(UseCases) if not name.startswith("_") and f"self.{name} =" not in source]
    assert missing == []
