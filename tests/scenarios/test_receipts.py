"""Our people ask why: of an answer, a silence, a hand-over, words that were sent; and ask the same question again."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.articles import article_store
from bot.clock import SystemClock
from bot.jobs import RefreshIndex
from knowledge.documents import Reading, article
from sandbox import SandboxError
from tests.fakes.desk_stories import (
    ANA,
    DEREK,
    ERP,
    IMOGEN,
    JONAS,
    MAYA,
    MIRA,
    RENEE,
    TOM,
    buttons,
    card,
    clock_moved,
    escalated,
    form,
    jobs_done,
    noted,
    person_wanted,
    press,
    resolved,
)
from tests.fakes.running_desk import BRIGHT, KESTREL, OAKLINE, OLAF, STRANGER, TRIAGE, Desk, everything_in
from tests.fakes.slack_addresses import at

SUPPORT_ROOM = "C0SUPPORT"
MINUTE = 60


def read(desk: Desk, who: str = ANA) -> tuple[dict[str, Any], str]:
    """The window that stands open, once it is ready: as it is, and as it reads."""
    view = form(desk, who)
    return view, everything_in(view)


def why_this(desk: Desk, who: str, channel: str, ts: str) -> str:
    """*Why this?* among a message's own actions."""
    assert desk.people.shortcut(who, "why", channel, ts)["acked"]
    _, words = read(desk, who)
    return words


def typed(desk: Desk, text: str, channel: str = SUPPORT_ROOM, who: str = ANA) -> str:
    """`/support ...` that opens a window."""
    desk.people.close_view(who, view["id"], clear=True) if (view := next(iter(desk.people.modals(who)), None)) else None
    assert desk.people.command(who, channel, "/support", text)["ok"]
    _, words = read(desk, who)
    return words


def replayed(desk: Desk, who: str = ANA) -> str:
    """Presses *Replay today* in the window that stands open."""
    view, _ = read(desk, who)
    assert desk.people.click_in_view(who, view["id"], "why.replay")["acked"]
    _, words = read(desk, who)
    return words


def test_an_answer_is_explained_with_what_was_found_and_by_which_version(desk: Desk) -> None:
    asked = desk.ask(MAYA, BRIGHT, "How can I merge two entries of the same vendor?")
    answer = desk.reply_to(MAYA, BRIGHT, asked)
    desk.settle()
    words = why_this(desk, ANA, BRIGHT, answer["ts"])
    assert "Footbridge answered by itself" in words[:100], "the verdict stands first"
    for part in (
        "An article fits the question well enough",
        "How can I merge two entries of the same vendor?",
        "public articles, articles for Brightwater Foods alone",
        "articles/vendor-merge-duplicates|Merge duplicate vendors> · *cited*",
        "% needed",
        "the articles, word for word",
        "Taken for a question: it asks.",
        "Decided by: code ",
        "passages, content ",
        "|as this message>",
    ):
        assert part in words, part
    assert why_this(desk, ANA, BRIGHT, asked) == words, "the question has the same receipt as its answer"
    everything = desk.people.messages(MAYA, BRIGHT, asked)
    assert not [one for message in everything for one in buttons(message) if one.startswith("why.")]


def test_a_silence_is_explained(desk: Desk) -> None:
    asked = desk.ask(IMOGEN, KESTREL, "Where do I change the reminder days of a contract?")
    desk.reply_to(IMOGEN, KESTREL, asked)
    thanked = desk.people.say(IMOGEN, KESTREL, "Thank you so much!", thread_ts=asked)
    noted(desk, KESTREL, thanked)
    words = why_this(desk, ANA, KESTREL, thanked)
    assert "Footbridge stayed silent" in words
    assert "It says thanks, which needs no answer. Taken for thanks: nothing but thanks." in words

    ours = desk.people.say(ANA, KESTREL, "You are welcome, Imogen.", thread_ts=asked)
    noted(desk, KESTREL, ours)
    assert "Done by Ana Lindqvist" in why_this(desk, ANA, KESTREL, ours)
    more = desk.people.say(IMOGEN, KESTREL, "And where do I see who gets the reminders?", thread_ts=asked)
    noted(desk, KESTREL, more)
    words = why_this(desk, ANA, KESTREL, more)
    assert "Footbridge stayed silent" in words and "A person of ours answers in this thread" in words


def test_a_silence_towards_somebody_unknown_is_explained_without_their_words(desk: Desk) -> None:
    said = desk.people.say(STRANGER, BRIGHT, "What do you know about Brightwater's contracts?")
    desk.settle()
    words = why_this(desk, ANA, BRIGHT, said)
    assert "written by somebody of an organisation that this channel's customer does not name" in words
    assert "What was written" not in words, "the words of outsiders are not kept"
    assert "Replay today" not in words


def test_a_hand_over_is_explained_with_its_clocks_and_all_that_came_of_it(desk: Desk) -> None:
    _, number = person_wanted(desk, DEREK, BRIGHT, "Is there an Android app that works offline in our plants?")
    escalated(desk, number)
    words = typed(desk, f"why {number}")
    for part in (
        "Footbridge handed over to a person",
        "No article fits the question well enough, and Footbridge does not guess.",
        "A ticket was opened, and its SLA started",
        "The clock of the first response began",
        "It runs until <!date^",
        "*It was escalated*, by Ana Lindqvist.",
        "The clock of the next status update began",
        f"Ticket #{number}",
    ):
        assert part in words, part
    press(desk, ANA, TRIAGE, card(desk, number), "why.ticket")
    assert read(desk)[1] == words, "the card's button opens the same receipt"
    resolved(desk, number, cause="None", fix="None", words="There is none yet, Derek.")
    jobs_done(desk)
    assert "*The ticket was resolved, and its SLA stopped*, by Ana Lindqvist." in typed(desk, f"why #{number}")


def test_a_status_update_that_went_out_by_itself_is_explained(desk: Desk) -> None:
    asked, number = person_wanted(desk, JONAS, KESTREL, "SAP orders of our Bremen depot are read twice.")
    root = escalated(desk, number, severity="sev1")
    inside = desk.people.say(TOM, ERP, "I think it is the new depot code.", thread_ts=root["ts"])
    noted(desk, ERP, inside)
    clock_moved(desk, advance=31 * MINUTE)
    update = desk.reply_to(JONAS, KESTREL, asked, "Next update by")
    desk.settle()
    words = why_this(desk, ANA, KESTREL, update["ts"])
    assert "Words were sent to the customer" in words
    assert "nobody had approved any words" in words
    assert "The clock of the status update stopped" in words
    kept = why_this(desk, ANA, ERP, inside)
    assert "Kept inside" in kept and "stays inside until somebody sends it" in kept
    resolved(desk, number, cause="Code", fix="Mapped", words="It is mended.")


def test_outsiders_are_refused_kindly_and_see_nothing(desk: Desk) -> None:
    asked = desk.ask(MAYA, BRIGHT, "How do I export the audit log?")
    answer = desk.reply_to(MAYA, BRIGHT, asked)
    words = why_this(desk, OLAF, BRIGHT, answer["ts"])
    assert "This is for the support team." in words
    assert "audit" not in words and "0.65" not in words
    with pytest.raises(SandboxError, match="not_allowed_for_external"):
        desk.people.shortcut(MAYA, "why", BRIGHT, answer["ts"])
    assert desk.people.modals(MAYA) == []


def changed_article(desk: Desk, article_id: str, before: str, after: str) -> None:
    """The help centre says something else from now on, and the index has read it."""
    with desk.storage.reading() as tx:
        row = tx.articles.get(article_id)
    assert row is not None and before in row.body
    fresh = article(
        id=row.id,
        title=row.title,
        body=row.body.replace(before, after),
        source=row.source,
        url=row.url,
        audience=row.audience,
    )
    article_store.store(Reading(articles=(fresh,)), storage=desk.storage, clock=SystemClock())
    with desk.storage.transaction() as tx:
        tx.jobs.enqueue(RefreshIndex(fresh.checksum))
    jobs_done(desk)


def test_a_replay_after_an_article_was_changed_shows_the_difference(desk: Desk) -> None:
    question = "How do I merge duplicate vendors, please?"
    asked = desk.ask(RENEE, OAKLINE, question)
    draft = desk.reply_to(ANA, TRIAGE, desk.card(ANA, TRIAGE, "Oakline Studio")["ts"], "Nobody outside has seen it")
    before = len(desk.people.messages(RENEE, OAKLINE, asked))
    press(desk, ANA, TRIAGE, draft, "why.answer")
    assert "Footbridge drafted an answer for an agent" in read(desk)[1]
    words = replayed(desk)
    assert "Today it comes out the same." in words and "The same, to the letter." in words

    press(desk, ANA, TRIAGE, draft, "suggestion.send")
    desk.reply_to(RENEE, OAKLINE, asked, "at most 10 at once")
    before = len(desk.people.messages(RENEE, OAKLINE, asked))
    changed_article(desk, "vendor-merge-duplicates", "at most 10 at once", "at most 25 at once")
    press(desk, ANA, TRIAGE, draft, "why.answer")
    assert "*changed since*" in read(desk)[1]
    words = replayed(desk)
    assert "Today it would be answered in other words, from the same articles." in words
    assert "The article “Merge duplicate vendors” was changed since; it was read anew at" in words
    view, _ = read(desk)
    runs = view["blocks"][-1]["elements"][0]["elements"]
    assert [(run["text"].strip(), run["style"]) for run in runs if "style" in run] == [
        ("10", {"strike": True}),
        ("25", {"bold": True}),
    ]
    changed_article(desk, "vendor-merge-duplicates", "at most 25 at once", "at most 10 at once")
    desk.settle()
    assert len(desk.people.messages(RENEE, OAKLINE, asked)) == before, "asking again told nobody anything"
    with desk.storage.reading() as tx:
        conversation = tx.conversations.of_thread(at(OAKLINE, asked))
        assert conversation is not None
        assert len(tx.answers.of_conversation(conversation.id)) == 1, "and stored nothing"


def test_a_replay_of_a_silence_says_that_it_would_be_one_again(desk: Desk) -> None:
    asked = desk.ask(MAYA, BRIGHT, "Where can I see our failed syncs?")
    desk.reply_to(MAYA, BRIGHT, asked)
    thanked = desk.people.say(MAYA, BRIGHT, "Perfect, thanks!", thread_ts=asked)
    noted(desk, BRIGHT, thanked)
    why_this(desk, ANA, BRIGHT, thanked)
    words = replayed(desk)
    assert "Today it comes out the same." in words
    assert words.count("Footbridge stayed silent") == 2


def test_a_replay_where_a_person_answers_says_what_footbridge_would_say_by_itself(desk: Desk) -> None:
    asked = desk.ask(IMOGEN, KESTREL, "Do you have an office in Leeds?")
    noted(desk, KESTREL, asked)
    noted(desk, KESTREL, desk.people.say(ANA, KESTREL, "We do not, Imogen.", thread_ts=asked))
    more = desk.people.say(IMOGEN, KESTREL, "How can I merge two entries of the same vendor?", thread_ts=asked)
    noted(desk, KESTREL, more)
    assert "Footbridge stayed silent" in why_this(desk, ANA, KESTREL, more)
    words = replayed(desk)
    assert "Left to itself, today: Footbridge answered by itself." in words
    assert "Merge duplicate vendors" in words


def test_after_a_press_for_a_person_it_is_the_answer_before_that_is_asked_again(desk: Desk) -> None:
    _, number = person_wanted(desk, MAYA, BRIGHT, "Where can I see who changed a contract?")
    assert "The customer asked for a person." in typed(desk, f"why {number}")
    words = replayed(desk)
    assert "Today it comes out the same." in words and "Footbridge answered by itself" in words


def test_a_replay_can_be_typed(desk: Desk) -> None:
    _, number = person_wanted(desk, DEREK, BRIGHT, "Can Tallyworks steer our forklifts?")
    words = typed(desk, f"replay {number}")
    assert "Today it comes out the same." in words and "Footbridge handed over to a person" in words


def test_without_a_number_it_is_what_was_last_here(desk: Desk) -> None:
    desk.reply_to(JONAS, KESTREL, desk.ask(JONAS, KESTREL, "How do I add a vendor to the catalogue?"))
    words = typed(desk, "why", KESTREL)
    assert "How do I add a vendor to the catalogue?" in words
    assert "Also in this channel" in words
    view, _ = read(desk)
    desk.people.click_in_view(ANA, view["id"], "why.conversation", view["blocks"][-2]["block_id"])
    _, other = read(desk)
    assert "How do I add a vendor" not in other and "Also in this channel" not in other
    assert len(desk.people.modals(ANA)) == 2, "one can go back to the first"
    _, number = person_wanted(desk, IMOGEN, KESTREL, "Do you rent out lorries by the hour?")
    words = typed(desk, "why", TRIAGE)
    assert "rent out lorries" in words and f"Ticket #{number}" in words


def test_a_link_and_an_answers_number_lead_to_the_same_receipt(desk: Desk) -> None:
    asked = desk.ask(MAYA, BRIGHT, "How do I connect NetSuite?")
    answer = desk.reply_to(MAYA, BRIGHT, asked)
    desk.settle()
    link = f"{desk.url}archives/{BRIGHT}/p{answer['ts'].replace('.', '')}?thread_ts={asked}&cid={BRIGHT}"
    words = typed(desk, f"why {link}")
    assert "How do I connect NetSuite?" in words
    number = re.search(r"[Aa]nswer (\d+), receipt", words)
    assert number is not None
    assert typed(desk, f"why answer {number[1]}") == words


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("why 99999", "There is no ticket #99999."),
        ("why answer 99999", "There is no answer 99999."),
        ("replay 99999", "There is no ticket #99999."),
        ("why https://x.slack.com/archives/C0BRIGHT/p1500000000000100", "Footbridge has no receipt of that."),
        ("why", "There is nothing in this channel yet"),
    ],
)
def test_what_cannot_be_explained_says_how_to_ask(desk: Desk, text: str, hint: str) -> None:
    assert hint in typed(desk, text)


def test_a_chat_of_ours_has_no_receipt(desk: Desk) -> None:
    said = desk.people.say(MIRA, SUPPORT_ROOM, "Who brings the cake?")
    desk.settle()
    assert "Footbridge has no receipt of that." in why_this(desk, ANA, SUPPORT_ROOM, said)
