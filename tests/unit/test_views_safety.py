"""Whatever people write: every surface stays within Slack's limits, mentions nobody, and links only where we say."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.contents.answers import SuggestionContent
from bot.contents.lookups import TicketList
from bot.contents.marks import person_mark, place_mark
from bot.incoming import SLACK, Address
from handlers.slack.views import broadcasts, commands, gaps, modals, receipts, render, ticket
from handlers.slack.views.blocks import Rendered
from handlers.slack.views.home import home
from handlers.slack.views.quotes import unmarked
from handlers.slack.views.text import safe_url, size, with_mentions, without_marks
from sandbox import check_blocks
from tests.fakes import sample_contents

NASTY = [
    "<!channel>",
    "<!here|here>",
    "<!everyone>",
    "<!subteam^S0SUPPORT|@support>",
    "<@U0TOM>",
    "<@U0TOM|tom>",
    "@channel",
    "<https://evil.example|your bank>",
    "https://evil.example/x",
    "[your bank](https://evil.example)",
    "![picture](https://evil.example/a.png)",
    "<https://evil.example>",
    "[a][b]\n\n[b]: https://evil.example",
    "&lt;!channel&gt;",
    "<!date^1^{date}^https://evil.example|now>",
    "<#C0TRIAGE|triage>",
    "<mailto:a@evil.example|me>",
    "```",
    "`",
    "*",
    "_",
    "~",
    ">",
    "\n>",
    "\n\n",
    "&",
    "<",
    ">",
    "|",
    "\u202e",
    "\u2066",
    "\u200f",
    "שלום עולם",
    "مرحبا",
    "😀" * 40,
    "👩‍👩‍👧‍👦",
    "\x00",
    "\u2028",
    "\ud800",
    "漢字" * 30,
    "| a | b |\n|---|---|\n| <!here> | <@U0TOM> |",
    "1. one\n   - two\n\n     ```\n     three\n     ```\n2. four",
    "- " * 30,
    "> " * 30,
    "# head",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "\\<!channel\\>",
    "a" * 400,
    "{{7*7}}",
    "%s",
    "",
    " ",
    "\n",
]
text = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=40)), min_size=0, max_size=6).map("".join)

# Not foreign words: our own vocabulary, ids that are meant as mentions, and addresses of ours.
OURS = {
    "outcome",
    "state",
    "purpose",
    "kind",
    "status",
    "priority",
    "role",
    "side",
    "advice",
    "severity",
    "ts",
    "channel_id",
    "assignee_id",
    "engineer_id",
    "asked",
    "pulled_in",
    "url",
    "link",
    "customer_link",
    "escalation_link",
    "article_id",
    "passage_id",
    "posted_link",
}
MEANT = {"U0ANA", "U0TOM", "C0OAKLINE"}
EVERYTHING: dict[str, Any] = {
    **sample_contents.CONTENTS,
    **{f"home_{role}": one for role, one in sample_contents.HOMES.items()},
    "escalation_form": sample_contents.ESCALATION_FORM,
    "detail": sample_contents.DETAIL,
    "resolution_form": sample_contents.RESOLUTION_FORM,
    "found": sample_contents.FOUND,
    "desk_status": sample_contents.STATUS,
    "receipt": sample_contents.RECEIPT,
    "receipt_silent": sample_contents.SILENT,
    "replay": sample_contents.REPLAY,
    "gaps": sample_contents.GAPS,
}


def rewritten(value: Any, words: Callable[[], str], name: str = "") -> Any:
    """The same content with every foreign word replaced."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.replace(
            value,
            **{one.name: rewritten(getattr(value, one.name), words, one.name) for one in dataclasses.fields(value)},
        )
    if isinstance(value, tuple):
        return tuple(rewritten(one, words, name) for one in value)
    return words() if isinstance(value, str) and name not in OURS else value


def drawn(content: Any) -> tuple[str, list[dict[str, Any]], str]:
    """A content on its surface: fallback text, blocks, and the surface's name."""
    if type(content).__name__ == "HomeContent":
        view = home(content)
        return "home", view["blocks"], "home"
    makers: dict[str, Callable[[Any], Any]] = {
        "EscalationForm": modals.escalate,
        "ResolutionForm": modals.resolve,
        "TicketDetail": modals.history,
        "SearchResults": commands.found,
        "DeskStatus": commands.status,
        "ReceiptContent": receipts.receipt,
        "ReplayContent": receipts.replay,
        "KnowledgeGaps": gaps.gaps,
    }
    made = makers.get(type(content).__name__, render)(content)
    if isinstance(made, Rendered):
        return made.text, made.blocks, "message"
    return made["title"]["text"], made["blocks"], "modal"


def addresses(value: Any, name: str = "") -> Iterator[str]:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for one in dataclasses.fields(value):
            yield from addresses(getattr(value, one.name), one.name)
    elif isinstance(value, tuple):
        for one in value:
            yield from addresses(one, name)
    elif isinstance(value, str) and name in ("url", "link", "customer_link", "escalation_link", "posted_link"):
        yield value


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from nodes(one)
    elif isinstance(value, list):
        for one in value:
            yield from nodes(one)


def tokens_of(words: str) -> list[str]:
    return re.findall(r"<([^<>]*)>?", words)


def check_words(words: str, allowed: set[str]) -> None:
    for token in tokens_of(words):
        if token.startswith("@") or token.startswith("#"):
            assert token[1:] in MEANT, token
        elif token.startswith("!"):
            assert re.fullmatch(r"!date\^\d+\^[^^<>|]+\|[^<>|]+", token), token
        else:
            assert token.partition("|")[0].replace("&amp;", "&") in allowed, token


def check(content: Any) -> None:
    fallback, blocks, surface = drawn(content)
    assert check_blocks(blocks, surface) == []
    assert fallback.strip()
    assert size(fallback) <= 4000
    allowed = {address for one in addresses(content) if (address := safe_url(one))}
    check_words(fallback, allowed)
    for node in nodes(blocks):
        kind = node.get("type")
        if kind == "mrkdwn":
            assert node["verbatim"] is True
            assert size(node["text"]) <= 3000
            check_words(node["text"], allowed)
        if kind == "link":
            assert node["url"] in allowed
        if kind in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"):
            assert node["elements"]
            assert {one["type"] for one in node["elements"]} <= {"text", "link", "date"}
            assert all(one.get("text") != "" for one in node["elements"])
        if kind == "button" and "url" in node:
            assert node["url"] in allowed
        if kind == "rich_text":
            assert not re.search("[\x00\u202e\ud800-\udfff]", str(node))


@pytest.mark.parametrize("name", sorted(EVERYTHING))
def test_the_samples_are_safe(name: str) -> None:
    check(EVERYTHING[name])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@pytest.mark.parametrize("name", sorted(set(EVERYTHING) - {"notice"}))
@given(data=st.data())
def test_nasty_words_are_safe_everywhere(name: str, data: st.DataObject) -> None:
    check(rewritten(EVERYTHING[name], lambda: data.draw(text)))


LONG = {
    "one word": "a" * 100_000,
    "words": "word " * 20_000,
    "mentions": "<!channel> & " * 8_000,
    "emoji": "😀" * 50_000,
    "brackets": "[" * 50_000,
    "lines": "line\n" * 20_000,
    "steps": "1. step\n" * 10_000,
    "code": "```\ncode\n" * 9_000,
    "quotes": "> " * 50_000,
}
LARGE = ("answer", "ticket_new", "context_pack", "relay_draft", "digest", "detail", "receipt", "replay")
# Each text and each content once; all of one with all of the other takes long.
PAIRS = [
    pytest.param(name, long, marks=() if row % len(LARGE) == column else pytest.mark.slow, id=f"{name}-{long}")
    for row, long in enumerate(LONG)
    for column, name in enumerate(LARGE)
]


@pytest.mark.parametrize(("name", "long"), PAIRS)
def test_a_hundred_kilobytes_are_safe_everywhere(name: str, long: str) -> None:
    check(rewritten(EVERYTHING[name], lambda: LONG[long]))


@settings(max_examples=30, deadline=None)
@given(
    address=st.one_of(
        text,
        st.sampled_from(
            [
                "javascript:alert(1)",
                "http://",
                "https://ok.example/a|b>c<d",
                "//x",
                "https://ok.example/?q=a b&c=d",
                "file:///etc/passwd",
                "http://[",
                "HTTP://X",
            ]
        ),
    )
)
def test_whatever_an_address_is_it_stays_one_link_or_none(address: str) -> None:
    content = dataclasses.replace(sample_contents.TICKET, link=address)
    check(content)
    check(
        dataclasses.replace(sample_contents.ANSWER, citations=(dataclasses.replace(sample_contents.SYNC, url=address),))
    )
    listed = ticket.tickets(TicketList((content,), 1), "All open tickets", "none")
    assert check_blocks(listed.blocks, "message") == []


def test_ids_in_our_own_notices_are_mentions_and_nothing_else_is() -> None:
    notice = render(
        dataclasses.replace(sample_contents.CONTENTS["notice"], text="<@U0ANA> look: <!channel> <https://e.x|a>")
    )
    assert notice.text == "<@U0ANA> look: @channel a (https://e.x)"


def test_a_digest_of_a_busy_desk_fits_into_one_message() -> None:
    many = tuple(dataclasses.replace(sample_contents.TICKET, ticket_id=number) for number in range(400))
    content = dataclasses.replace(
        sample_contents.DIGEST,
        aging=many,
        escalations=(sample_contents.ESCALATION,) * 60,
        promises=("x" * 300,) * 90,
        unanswered=("y" * 300,) * 90,
    )
    check(content)
    assert check_blocks(broadcasts.digest(content, None).blocks, "message") == []


def test_a_home_with_hundreds_of_tickets_still_opens() -> None:
    many = (sample_contents.TICKET,) * 300
    check(dataclasses.replace(sample_contents.HOMES["agent"], mine=many, unclaimed=many))
    check(
        dataclasses.replace(
            sample_contents.HOMES["manager"], unclaimed=many, escalations=(sample_contents.ESCALATION,) * 90
        )
    )


def test_times_far_away_do_not_break_a_card() -> None:
    check(
        dataclasses.replace(sample_contents.TICKET, resolution_due=datetime.fromisoformat("9998-12-31T23:00:00+00:00"))
    )
    check(dataclasses.replace(sample_contents.UPDATE, customer_zone="Not/AZone"))


def test_a_place_is_a_link_in_slack_and_a_mailbox_stays_its_name() -> None:
    assert with_mentions(f"in {place_mark(Address(SLACK, 'C0BRIGHT', '1.0'))}") == "in <#C0BRIGHT>"
    shown = with_mentions(f"in {place_mark(Address('mail', 'support+acme@desk.example', '<1@x>'))}")
    assert "<#" not in shown
    assert "support+acme" in shown


def test_a_form_names_a_channel_and_a_person_in_words_since_it_shows_no_links() -> None:
    said = f"{person_mark('U0ANA')} answers in {place_mark(Address(SLACK, 'C0BRIGHT'))}."
    assert without_marks(said) == "a colleague answers in the channel."


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("Invoices** and press *Export", "Invoices and press Export"),
        ("**Then press", "Then press"),
        ("press Save** now", "press Save now"),
        ("Open **Invoices** and press *Export*", "Open Invoices and press Export"),
        ("5 * 3 or 2*3 or `a*`", "5 * 3 or 2*3 or a*"),
        ("```\nprint(*args)\n```", "print(*args)"),
    ],
)
def test_a_quote_that_was_cut_within_a_mark_shows_no_stray_asterisks(quote: str, shown: str) -> None:
    assert unmarked(quote) == shown
    source = dataclasses.replace(sample_contents.ANSWER.citations[0], quote=quote)
    draft = SuggestionContent(dataclasses.replace(sample_contents.ANSWER, citations=(source,)), 12, "drafted")
    assert shown.splitlines()[0] in str(render(draft).blocks)
