"""What people read on each surface: the words, the next step, and that nothing hangs on colour or emoji alone."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import timedelta
from typing import Any

import pytest

from bot.contents.answers import AnswerPart
from bot.contents.escalations import RelayDraft
from bot.contents.tickets import CustomerWords, Notice
from handlers.slack.views import render, rich_text
from handlers.slack.views.blocks import Rendered
from handlers.slack.views.text import clip, local_time, pieces, shorten, size, spoken
from tests.fakes import sample_contents as samples


def seen(rendered: Rendered) -> str:
    """Everything a reader sees, in order."""

    def words(value: Any) -> str:
        if isinstance(value, dict):
            return " ".join(
                words(one) for key, one in value.items() if key not in ("type", "action_id", "style", "value")
            )
        return " ".join(map(words, value)) if isinstance(value, list) else str(value)

    return words(rendered.blocks)


def buttons(rendered: Rendered) -> list[str]:
    return [
        one["text"]["text"]
        for block in rendered.blocks
        if block["type"] == "actions"
        for one in block["elements"]
        if one["type"] == "button"
    ]


def test_an_answer_greets_cites_links_and_offers_three_ways_on() -> None:
    drawn = render(samples.ANSWER)
    text = seen(drawn)
    assert text.index("Hello Maya") < text.index("TW-ERP-204") < text.index("Does that bring") < text.index("Source")
    assert "<http://127.0.0.1:8485/articles/erp-sync-errors|ERP Sync: what the error codes mean>" in text
    assert buttons(drawn) == ["That solved it", "Not quite", "Get a person"]
    assert "automated assistant" in text
    assert "[1]" in drawn.text
    assert "Sources: [1] ERP Sync" in drawn.text


def test_a_citation_in_the_text_is_not_marked_twice() -> None:
    part = AnswerPart("The role hides it [1].", (1,))
    drawn = render(dataclasses.replace(samples.ANSWER, parts=(part,), citations=(samples.SYNC,)))
    assert seen(drawn).count("[1]") == 2  # once in the sentence, once before its source


def test_after_a_click_the_buttons_give_way_to_what_was_said() -> None:
    drawn = render(samples.CONTENTS["answer_closed"])
    assert buttons(drawn) == []
    assert "Maya Ferrant said that this solved it, Fri 20 Nov 10:12" in seen(drawn)


def test_a_hand_over_offers_no_buttons_and_its_nearest_articles() -> None:
    drawn = render(samples.HANDED_OVER)
    assert buttons(drawn) == []
    assert "may help in the meantime" in seen(drawn)


def test_an_answer_that_does_not_fit_says_where_it_goes_on_and_keeps_code_whole() -> None:
    code = "```\n" + "SELECT 1;\n" * 700 + "```"
    parts = (AnswerPart(code, (1,)), AnswerPart("x " * 3000, (2,)), AnswerPart("Never shown.", (1,)))
    drawn = render(dataclasses.replace(samples.ANSWER, parts=parts))
    pre = [
        one
        for block in drawn.blocks
        if block["type"] == "rich_text"
        for one in block["elements"]
        if one["type"] == "rich_text_preformatted"
    ]
    assert [one["elements"][0]["text"].count("SELECT 1;") for one in pre] == [700]
    text = seen(drawn)
    assert "The answer goes on in the article" in text
    assert "netsuite-role|NetSuite: set up the integration role> [2]" in text
    assert "Never shown" not in text


def test_the_cards_buttons_follow_its_state() -> None:
    assert buttons(render(samples.TICKET))[:4] == ["Claim", "Reply", "Escalate", "Resolve"]
    assert buttons(render(samples.CONTENTS["ticket_claimed"]))[:3] == ["Reply", "Escalate", "Resolve"]
    assert buttons(render(samples.CONTENTS["ticket_resolved"])) == [
        "History",
        "Why?",
        "Remember the answer",
        "Open the customer's thread",
    ]


def test_a_card_says_its_status_and_its_times_in_words() -> None:
    text = seen(render(samples.TICKET))
    assert "New: nobody has taken it yet" in text
    assert re.search(
        r"due <!date\^\d+\^\{date_short_pretty\} at \{time\}\|20 Nov 2026, 14:07 UTC> \(<!date\^\d+\^\{ago\}", text
    )
    late = dataclasses.replace(samples.TICKET, first_response_at=samples.NOW + timedelta(hours=1))
    assert "later than promised" in seen(render(late))


@pytest.mark.parametrize("name", ["escalation", "context_pack", "relay_draft", "relay_update", "relayed_in"])
def test_wherever_one_writes_inside_it_says_what_the_customer_can_see(name: str) -> None:
    assert "The customer does not see this thread." in seen(render(samples.CONTENTS[name]))


def test_sending_asks_first_and_says_where_it_goes() -> None:
    drawn = render(samples.RELAY)
    send = next(
        one
        for block in drawn.blocks
        if block["type"] == "actions"
        for one in block["elements"]
        if one["text"]["text"] == "Send to customer"
    )
    assert send["style"] == "primary"
    assert "customer's own thread" in send["confirm"]["text"]["text"]
    assert "We found the cause" in send["confirm"]["text"]["text"]


def test_a_status_update_tells_both_zones_and_what_happens_without_approval() -> None:
    text = seen(render(samples.UPDATE))
    assert "09:20 on Fri 20 Nov (New York time)" in text
    assert "<@U0TOM>, what may we tell the customer?" in text
    assert "a holding message goes out to them" in text
    assert buttons(render(samples.UPDATE)) == ["Approve for when it is due", "Send to customer", "Edit", "Discard"]


def test_a_draft_without_words_can_only_be_written_or_discarded() -> None:
    empty = RelayDraft(**{**vars(samples.UPDATE), "text": ""})
    assert buttons(render(empty)) == ["Edit", "Discard"]


def test_what_is_done_with_a_draft_is_said_and_cannot_be_done_again() -> None:
    drawn = render(samples.CONTENTS["relay_sent"])
    assert buttons(drawn) == []
    assert "Sent to the customer by Tom Brandvold." in seen(drawn)
    gone = render(RelayDraft(**{**vars(samples.RELAY), "state": "discarded"}))
    assert "The customer has not seen it." in seen(gone)


def test_a_resolution_asks_whether_it_is_solved_until_it_is_answered() -> None:
    assert buttons(render(samples.RESOLUTION)) == ["Yes, it is solved", "No, still stuck"]
    closed = render(samples.CONTENTS["resolution_closed"])
    assert buttons(closed) == []
    assert "said that this is solved, 11:02" in seen(closed)


def test_the_digest_says_met_and_not_met_in_words() -> None:
    drawn = render(samples.DIGEST)
    text = seen(drawn)
    assert "target 40 %, met" in text
    assert "target 4 h, *not met*" in text
    assert "Time to resolve, median 5.2 h, target not met" in drawn.text


def test_an_empty_day_is_told_as_one() -> None:
    text = seen(
        render(dataclasses.replace(samples.DIGEST, aging=(), escalations=(), promises=(), unanswered=(), chart=()))
    )
    for words in ("No open ticket is waiting", "None are open", "Nothing is due"):
        assert words in text


def test_every_content_has_words_for_those_who_only_hear() -> None:
    for name, content in samples.CONTENTS.items():
        assert len(render(content).text) > 20, name
        assert not re.search(r"[*_`]{2,}|\{|\}", render(content).text), name


def test_people_who_type_stars_mean_bold_and_their_lines_stay() -> None:
    drawn = render(CustomerWords("*Two* things:\nfirst\nsecond", "reply", "Ana Lindqvist"))
    section = drawn.blocks[0]["elements"][0]["elements"]
    assert section[0] == {"type": "text", "text": "Two", "style": {"bold": True}}
    assert section[1]["text"] == " things:\nfirst\nsecond"


# --- Markdown -------------------------------------------------------------------------------------------------------


def kinds(markdown: str) -> list[str]:
    return [one["type"].removeprefix("rich_text_") for one in rich_text.from_markdown(markdown)]


def test_markdown_becomes_slacks_own_lists_code_and_quotes() -> None:
    assert kinds("# Head\n\ntext\n\n- a\n- b\n\n1. c\n\n```\nd\n```\n\n> e\n\n---") == [
        "section",
        "section",
        "list",
        "list",
        "preformatted",
        "quote",
    ]


def test_a_list_in_a_list_keeps_counting() -> None:
    outer, inner, rest = rich_text.from_markdown("1. one\n   - inner\n2. two\n3. three")
    assert (outer["style"], outer["indent"], len(outer["elements"])) == ("ordered", 0, 1)
    assert (inner["style"], inner["indent"]) == ("bullet", 1)
    assert (rest["offset"], len(rest["elements"])) == (1, 2)
    assert rich_text.words([outer, inner, rest]) == "1. one\n• inner\n2. two\n3. three"


def test_a_list_that_starts_later_starts_there() -> None:
    [part] = rich_text.from_markdown("4. four\n5. five")
    assert part["offset"] == 3


def test_only_listed_addresses_become_links() -> None:
    [part] = rich_text.from_markdown(
        "[a](https://ours.example/x) [b](https://evil.example)", {"https://ours.example/x"}
    )
    assert part["elements"] == [
        {"type": "link", "url": "https://ours.example/x", "text": "a"},
        {"type": "text", "text": " b"},
    ]


def test_a_table_is_read_row_by_row() -> None:
    [three] = rich_text.from_markdown("| Code | Meaning | Do |\n|---|---|---|\n| 204 | hidden | add it |")
    assert rich_text.words([three]) == "• 204 – Meaning: hidden; Do: add it"
    [two] = rich_text.from_markdown("| Code | Meaning |\n|---|---|\n| 204 | hidden |")
    assert rich_text.words([two]) == "• 204: hidden"


def test_html_is_shown_and_never_taken_for_markup() -> None:
    assert rich_text.words(rich_text.from_markdown("<b>bold</b> <!channel>")) == "<b>bold</b> @channel"


# --- text -----------------------------------------------------------------------------------------------------------


def test_mentions_of_others_become_plain_words() -> None:
    assert (
        spoken("<@U1|tom> <@U2> <!here> <#C1|x> <https://a.example|b>")
        == "@tom a colleague @here #x b (https://a.example)"
    )


def test_cutting_never_leaves_half_a_token_or_half_an_entity() -> None:
    text = "see &amp; <https://a.example|the page> now"
    for most in range(5, len(text) + 2):
        cut = clip(text, most)
        assert size(cut) <= most
        assert cut.count("<") == cut.count(">")
        assert not re.search(r"&(?!amp;)", cut)


def test_lengths_count_as_slack_counts() -> None:
    assert size("😀") == 2
    assert size(shorten("😀" * 100, 51)) <= 51


def test_pieces_lose_no_word() -> None:
    text = "\n\n".join(f"Sentence number {number}. It goes on." for number in range(300))
    found = pieces(text, 500)
    assert all(size(one) <= 500 for one in found)
    assert " ".join(found).split() == text.split()


def test_a_local_time_names_its_place() -> None:
    assert local_time(samples.NOW, "America/New_York") == "09:05 on Fri 20 Nov (New York time)"
    assert local_time(samples.NOW, "UTC") == "14:05 on Fri 20 Nov (UTC)"


def test_a_notice_mentions_whom_it_is_for() -> None:
    assert json.dumps(render(Notice("<@U0ANA> look")).blocks).count("<@U0ANA>") == 1


def test_an_agent_reads_how_closely_to_read_a_draft() -> None:
    draft = samples.CONTENTS["suggestion"]
    sure = str(render(dataclasses.replace(draft, likely=0.97)).blocks)
    assert "Right with a probability of 97%." in sure and "closely" not in sure
    unsure = str(render(dataclasses.replace(draft, likely=0.41, sure=False)).blocks)
    assert "41%" in unsure and "please read it closely" in unsure
    assert "probability" not in str(render(draft).blocks)
