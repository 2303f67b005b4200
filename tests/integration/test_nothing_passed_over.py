"""No real message is passed over, and what a customer takes back is closed: intake, answering and desk together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.contents.answers import AnswerContent
from bot.contents.tickets import Notice
from bot.incoming import Address
from storage.answers import Answer
from storage.conversations import Conversation
from storage.tickets import Ticket
from tests.fakes.desk_with_mail import DeskWithMail, desk_with_mail

KNOWN = "Which exchange rate do you use to turn our euro invoices into dollars?"
UNKNOWN = "The label printer in our warehouse prints everything in Klingon."
SECOND = "How do we merge two entries of the same vendor?"
NOWHERE = "Which colour has the label printer of the warehouse?"


@pytest.fixture(scope="module")
def desk(index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskWithMail]:
    with desk_with_mail(tmp_path_factory.mktemp("nothing-passed-over"), index) as running:
        yield running


def conversation(desk: DeskWithMail, thread: Address) -> Conversation:
    with desk.storage.reading() as tx:
        found = tx.conversations.of_thread(thread)
    assert found is not None
    return found


def ticket_of(desk: DeskWithMail, thread: Address) -> Ticket | None:
    with desk.storage.reading() as tx:
        return tx.tickets.of_conversation(conversation(desk, thread).id)


def an_open_ticket(desk: DeskWithMail, thread: Address) -> Ticket:
    ticket = ticket_of(desk, thread)
    assert ticket is not None and ticket.is_open
    return ticket


def answers(desk: DeskWithMail, thread: Address) -> list[Answer]:
    with desk.storage.reading() as tx:
        return list(tx.answers.of_conversation(conversation(desk, thread).id))


def notices(desk: DeskWithMail, thread: Address) -> list[str]:
    return [letter.content.text for letter in desk.answered_by_mail(thread) if isinstance(letter.content, Notice)]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [("never mind, found it. thanks!", "solved", "Good to hear."), ("no longer needed", "withdrawn", "All right,")],
)
def test_found_it_and_never_mind_close_what_is_open_and_say_so(
    desk: DeskWithMail, words: str, status: str, said: str
) -> None:
    asked = desk.write(UNKNOWN)
    number = an_open_ticket(desk, asked).id
    desk.write(words, answers=asked)
    assert conversation(desk, asked).status == status
    assert desk.ticket(number).status == "resolved"
    (notice,) = notices(desk, asked)
    assert notice.startswith(said) and "write here" in notice


def test_closing_a_question_that_has_its_answer_says_nothing_more(desk: DeskWithMail) -> None:
    asked = desk.write(KNOWN)
    before = len(desk.answered_by_mail(asked))
    desk.write("found it, thanks", answers=asked)
    assert conversation(desk, asked).status == "solved"
    assert len(desk.answered_by_mail(asked)) == before


def test_thanks_close_nothing(desk: DeskWithMail) -> None:
    asked = desk.write(UNKNOWN)
    desk.write("thanks!", answers=asked)
    assert an_open_ticket(desk, asked)
    assert conversation(desk, asked).status == "with_people"


def test_never_mind_at_the_top_of_a_channel_closes_the_only_open_question(desk: DeskWithMail) -> None:
    asked = desk.say(UNKNOWN)
    an_open_ticket(desk, asked)
    desk.say("never mind")
    assert conversation(desk, asked).status == "withdrawn"
    first, second = desk.say(UNKNOWN), desk.say("How often do the gears of the printer need oil?")
    assert first != second
    desk.say("never mind")
    still_open = [conversation(desk, each).status for each in (first, second)]
    if conversation(desk, first).id != conversation(desk, second).id:
        assert still_open == ["with_people", "with_people"], "nobody knows which of the two is meant"


def test_a_question_where_a_person_answers_without_a_ticket_becomes_a_visible_ticket_of_that_person(
    desk: DeskWithMail,
) -> None:
    asked = desk.say(KNOWN)
    assert ticket_of(desk, asked) is None
    desk.say_as_agent("U0ANA", "I will look into your account for this.", thread=asked)
    assert conversation(desk, asked).taken_over_by == "U0ANA"
    answered = len(answers(desk, asked))
    desk.say("How do we change it to the bank's rate?", thread=asked)
    ticket = an_open_ticket(desk, asked)
    assert ticket.assignee_id == "U0ANA"
    assert ticket.reason == "The customer asked in a thread that a person answers in."
    assert any(card.ticket_id == ticket.id for card in desk.cards())
    assert len(answers(desk, asked)) == answered, "Footbridge keeps quiet where a person answers"


def test_words_long_after_a_resolution_are_a_new_question_and_soon_after_open_the_ticket_again(
    desk: DeskWithMail,
) -> None:
    asked = desk.write(UNKNOWN)
    number = an_open_ticket(desk, asked).id
    desk.resolve(number, "Ink.", "New ink.", "It prints in English now.")
    desk.write("It is Klingon again, please look at the printer.", answers=asked)
    assert an_open_ticket(desk, asked).id == number
    desk.resolve(number, "Ink.", "New ink.", "It prints in English now.")
    with desk.storage.transaction() as tx:
        old = tx.tickets.get(number)
        assert old is not None and old.resolved_at is not None
        old.resolved_at -= timedelta(days=desk.config.policies.reopen_within_days + 1)
    desk.write(KNOWN, answers=asked)
    assert desk.ticket(number).status == "resolved"
    assert answers(desk, asked)[-1].outcome == "answered", "nobody has the conversation any more, so it is answered"
    desk.write("The label printer smokes and nobody knows why.", answers=asked)
    assert an_open_ticket(desk, asked).id > number


def test_two_questions_in_one_message_are_both_answered(desk: DeskWithMail) -> None:
    asked = desk.write(f"Hello, {KNOWN} And another thing: {SECOND}")
    (letter,) = desk.answered_by_mail(asked)
    assert isinstance(letter.content, AnswerContent)
    assert {cited.article_id for cited in letter.content.citations} >= {
        "currency-and-exchange-rates",
        "vendor-merge-duplicates",
    }
    assert [part.heading for part in letter.content.parts if "?" in part.heading]
    numbers = [cited.number for cited in letter.content.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    assert ticket_of(desk, asked) is None


def test_of_two_questions_the_one_without_an_answer_is_named_and_gets_a_person(desk: DeskWithMail) -> None:
    asked = desk.write(f"{KNOWN} {NOWHERE}")
    (letter,) = desk.answered_by_mail(asked)
    assert isinstance(letter.content, AnswerContent)
    assert letter.content.outcome == "answered"
    assert "currency-and-exchange-rates" in {cited.article_id for cited in letter.content.citations}
    assert NOWHERE in letter.content.closing and "a person will answer here by" in letter.content.closing
    assert an_open_ticket(desk, asked)
    assert conversation(desk, asked).status == "with_people"
