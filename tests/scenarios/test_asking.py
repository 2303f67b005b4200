"""A customer asks in the shared channel and is answered from the articles, or gets a person."""

from __future__ import annotations

import re
from typing import Any

import httpx2

from tests.fakes.running_desk import BRIGHT, KESTREL, TRIAGE, Desk, everything_in

MAYA, DEREK, IMOGEN, JONAS = "U0MAYA", "U0DEREK", "U0IMOGEN", "U0JONAS"


def reactions(desk: Desk, who: str, channel: str, ts: str) -> list[str]:
    root = desk.people.messages(who, channel, ts)[0]
    return [reaction["name"] for reaction in root["reactions"]]


def buttons(message: dict[str, Any]) -> list[str]:
    return [
        element["text"]["text"]
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def test_a_question_is_answered_in_its_thread_with_its_source(desk: Desk) -> None:
    asked = desk.ask(MAYA, BRIGHT, "Hi! How can I merge two entries of the same vendor?")
    answer = desk.reply_to(MAYA, BRIGHT, asked, "Select Merge")
    assert "Merge duplicate vendors" in everything_in(answer)
    assert "Hi Maya," in everything_in(answer)
    assert "[1]" in everything_in(answer)
    assert buttons(answer) == ["That solved it", "Not quite", "Get a person"]


def test_a_question_is_marked_as_seen_before_it_is_answered(desk: Desk) -> None:
    asked = desk.ask(DEREK, BRIGHT, "Where do I switch on budget alerts for cost centre owners?")
    desk.people.wait_for(lambda: "eyes" in reactions(desk, DEREK, BRIGHT, asked), 15, "the eyes")
    desk.reply_to(DEREK, BRIGHT, asked)
    calls = [one["name"] for one in desk.people.traffic(kind="web_api") if asked in str(one["request"])]
    assert calls.index("reactions.add") < calls.index("chat.postMessage")


def test_the_links_of_an_answer_open_the_articles(desk: Desk) -> None:
    asked = desk.ask(IMOGEN, KESTREL, "How do we merge duplicate vendors?")
    answer = desk.reply_to(IMOGEN, KESTREL, asked, "[1]")
    links = set(re.findall(r"http://127\.0\.0\.1:8485/articles/([\w-]+)", str(answer["blocks"])))
    assert links
    for article in links:
        page = httpx2.get(f"{desk.web_url}articles/{article}", trust_env=False)
        assert page.status_code == 200
        title = re.search(r"<h1[^>]*>(.*?)</h1>", page.text)
        assert title is not None and title[1] in everything_in(answer)


def test_a_mention_of_the_bot_changes_nothing_about_the_answer(desk: Desk) -> None:
    asked = desk.ask(JONAS, KESTREL, "<@U0BOT> how do I undo the merge of two vendors?")
    answer = desk.reply_to(JONAS, KESTREL, asked, "Undo merge")
    assert "Hi Jonas," in everything_in(answer)
    desk.settle()
    assert len(desk.thread(JONAS, KESTREL, asked)) == 1, "the mention arrives as two events and is answered once"


def test_a_question_that_no_article_answers_gets_an_honest_word_and_a_person(desk: Desk) -> None:
    asked = desk.ask(MAYA, BRIGHT, "<@U0BOT> Where do I change the colour of the moon in your product?")
    answer = desk.reply_to(MAYA, BRIGHT, asked, "a person will answer here by")
    assert "did not find a sure answer" in everything_in(answer) or "found no answer" in everything_in(answer)
    card = everything_in(desk.card("U0ANA", TRIAGE, "colour of the moon"))
    assert "Brightwater Foods" in card
    assert "a colleague" not in card, "calling the bot by name is no part of the question"


def test_a_promised_time_is_in_the_contacts_own_time_zone(desk: Desk) -> None:
    asked = desk.ask(DEREK, BRIGHT, "Can Tallyworks print supplier labels on a dot matrix printer?")
    answer = everything_in(desk.reply_to(DEREK, BRIGHT, asked, "a person will answer here by"))
    assert re.search(r"by (today|tomorrow) \d\d:\d\d \(New York\)", answer), answer


def test_a_german_question_is_answered_in_german_with_a_time_in_germany(desk: Desk) -> None:
    asked = desk.ask(JONAS, KESTREL, "Hallo, wo kann ich die Farbe des Mondes über der Kantine ändern?")
    answer = everything_in(desk.reply_to(JONAS, KESTREL, asked, "Hallo Jonas,"))
    assert re.search(r"ein Mensch antwortet hier bis (heute|morgen) \d\d:\d\d \(Berlin\)", answer), answer


def test_thanks_and_small_talk_get_no_answer_and_no_ticket(desk: Desk) -> None:
    said = [
        desk.ask(IMOGEN, KESTREL, text)
        for text in ("Good morning everyone!", "thanks a lot :pray:", "have a nice weekend", ":eyes:")
    ]
    desk.settle()
    for ts in said:
        assert desk.thread(IMOGEN, KESTREL, ts) == []
        assert desk.decisions(KESTREL, ts) and "answer_queued" not in desk.decisions(KESTREL, ts)
    cards = " ".join(everything_in(message) for message in desk.people.messages("U0ANA", TRIAGE))
    assert "nice weekend" not in cards and "Good morning" not in cards


def test_somebody_who_only_knocks_is_asked_what_it_is_about(desk: Desk) -> None:
    knocked = desk.ask(IMOGEN, KESTREL, "<@U0BOT>")
    asked_back = desk.reply_to(IMOGEN, KESTREL, knocked, "What is it about?")
    assert buttons(asked_back) == ["Get a person"]
    desk.ask(IMOGEN, KESTREL, "How can I merge two entries of the same vendor?")
    answer = desk.reply_to(IMOGEN, KESTREL, knocked, "Select Merge")
    assert answer["ts"] == asked_back["ts"], "the question finds its answer where it was asked for"
