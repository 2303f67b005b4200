"""What is typed after `why` and `replay`: a ticket, an answer, a message's link, or nothing at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions.typed import Typed, read_about
from bot.contents.receipts import About
from bot.errors import BadRequest
from handlers.slack.commands import message_address
from tests.fakes.slack_addresses import at


def about(typed: str, word: str = "why") -> About:
    return read_about(Typed(word, typed, example=f"{word} 12", typed_in=at("C0BRIGHT"), address_of=message_address))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", About(address=at("C0BRIGHT"))),
        ("12", About(ticket_id=12)),
        ("#12", About(ticket_id=12)),
        ("answer 7", About(answer_id=7)),
        ("Answer #7", About(answer_id=7)),
        ("a7", About(answer_id=7)),
        (
            "https://tallyworks.slack.com/archives/C0BRIGHT/p1700000000000100",
            About(address=at("C0BRIGHT", "1700000000.000100")),
        ),
        (
            "https://tallyworks.slack.com/archives/C0KESTREL/p1700000000000200?thread_ts=1700000000.000100&cid=C0KESTREL",
            About(address=at("C0KESTREL", "1700000000.000200")),
        ),
        (
            "http://127.0.0.1:8484/archives/D0U0ANA/p1700000000000100",
            About(address=at("D0U0ANA", "1700000000.000100")),
        ),
    ],
)
def test_everything_that_can_be_meant_can_be_typed(typed: str, meant: About) -> None:
    assert about(typed) == meant


@pytest.mark.parametrize("word", ["why", "replay"])
@pytest.mark.parametrize(
    "typed",
    ["twelve", "answer", "12 13", "https://example.com", "https://x.slack.com/archives/C0BRIGHT", "-3", "#", "1" * 30],
)
def test_what_cannot_be_meant_is_answered_with_an_example(typed: str, word: str) -> None:
    with pytest.raises(BadRequest) as refused:
        about(typed, word)
    assert f"/support {word} 12" in refused.value.for_people


@given(typed=st.text(max_size=60))
def test_whatever_is_typed_is_read_or_kindly_refused(typed: str) -> None:
    try:
        read = str(about(typed.strip()))
    except BadRequest as refused:
        read = refused.for_people
    assert read.startswith("About(") or "/support why 12" in read
