"""Tokens of the private pages: only what we signed, for its purpose, until its time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.insights.sign_in import LINK, SESSION, Visitor, read, sign

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
KEY, OTHER = "ab" * 32, "cd" * 32
MIRA = Visitor("U0MIRA", "T0HOME")
GOOD = sign(KEY, LINK, MIRA, NOW + timedelta(minutes=15))


@given(st.text(max_size=30), st.text(max_size=30), st.integers(1, 10**6))
def test_what_we_signed_is_read_until_its_time_and_no_longer(user: str, team: str, seconds: int) -> None:
    who = Visitor(user, team)
    token = sign(KEY, SESSION, who, NOW + timedelta(seconds=seconds))
    if len(token) <= 600:
        assert read(KEY, SESSION, token, NOW) == who
        assert read(KEY, SESSION, token, NOW + timedelta(seconds=seconds - 1)) == who
    assert read(KEY, SESSION, token, NOW + timedelta(seconds=seconds)) is None


def test_another_key_or_another_purpose_opens_nothing() -> None:
    assert read(OTHER, LINK, GOOD, NOW) is None
    assert read(KEY, SESSION, GOOD, NOW) is None, "a link is no session"
    assert read(None, LINK, GOOD, NOW) is None


@given(st.integers(0, len(GOOD) - 1), st.characters())
def test_one_changed_letter_spoils_it(at: int, letter: str) -> None:
    changed = GOOD[:at] + letter + GOOD[at + 1 :]
    assert (read(KEY, LINK, changed, NOW) == MIRA) == (changed == GOOD)


@given(st.text(max_size=700))
def test_whatever_else_comes_is_nobody(token: str) -> None:
    assert read(KEY, LINK, token, NOW) is None
