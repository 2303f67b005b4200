"""A second kind of channel fits beside Slack: letters are answered by mail, and our people work on them in Slack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.contents.answers import AnswerContent
from bot.contents.tickets import CustomerWords, Notice
from bot.errors import OutsideBusy
from bot.incoming import Address
from storage.tickets import Ticket
from tests.fakes.desk_with_mail import OURS, DeskWithMail, desk_with_mail

KNOWN = "Which exchange rate do you use to turn our euro invoices into dollars?"
UNKNOWN = "Could a person call us about the broken label printer, please?"
CUSTOMER_CONTENTS = (AnswerContent, CustomerWords)


@pytest.fixture(scope="module")
def desk(index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskWithMail]:
    with desk_with_mail(tmp_path_factory.mktemp("desk-with-mail"), index) as running:
        yield running


def person_wanted(desk: DeskWithMail, text: str = UNKNOWN) -> tuple[Address, int]:
    """A letter that no article answers: its address, and the number of its ticket."""
    asked = desk.write(text)
    return asked, newest_ticket(desk, asked).id


def newest_ticket(desk: DeskWithMail, thread: Address) -> Ticket:
    conversation_id = desk.conversation_id(thread)
    assert conversation_id is not None
    with desk.storage.reading() as tx:
        found = tx.tickets.of_conversation(conversation_id)
    assert found is not None
    return found


def nothing_in_slack_for_customers(desk: DeskWithMail) -> bool:
    return not any(isinstance(post.content, CUSTOMER_CONTENTS) for post in desk.slack.posts)


def test_a_letter_is_answered_in_its_thread_by_mail(desk: DeskWithMail) -> None:
    asked = desk.write(KNOWN, subject="Exchange rates")
    (answer,) = desk.answered_by_mail(asked)
    assert isinstance(answer.content, AnswerContent)
    assert answer.content.outcome == "answered"
    assert answer.content.citations[0].article_id == "currency-and-exchange-rates"
    assert answer.address.place == OURS
    assert nothing_in_slack_for_customers(desk)


def test_a_letter_that_needs_a_person_has_its_card_in_slack_and_the_reply_goes_out_by_mail(desk: DeskWithMail) -> None:
    asked, number = person_wanted(desk)
    handed_over = desk.answered_by_mail(asked)[-1]
    assert isinstance(handed_over.content, AnswerContent)
    assert handed_over.content.outcome == "handed_over"
    card = next(card for card in desk.cards() if card.ticket_id == number)
    assert (card.customer, card.contact, card.place) == ("Brightwater Foods", "Maya Torres", asked.whole)
    desk.claim(number)
    desk.reply(number, "We send you a new printer today.")
    desk.settle()
    reply = desk.answered_by_mail(asked)[-1]
    assert reply.text == "We send you a new printer today.\n\nAna Lindqvist"
    assert nothing_in_slack_for_customers(desk)
    assert desk.ticket(number).first_response_at is not None


def test_a_second_letter_joins_the_conversation_whichever_letter_it_answers(desk: DeskWithMail) -> None:
    asked, number = person_wanted(desk)
    ours = desk.answered_by_mail(asked)[-1]
    to_ours = desk.write("It is the green one in the cellar.", answers=ours.address)
    to_hers = desk.write("And the paper is yellow.", answers=to_ours)
    conversations = {desk.conversation_id(each) for each in (asked, ours.address, to_ours, to_hers)}
    assert len(conversations) == 1
    assert desk.ticket(number).new_messages == 2
    assert newest_ticket(desk, to_hers).id == number


def test_a_letter_of_which_nobody_knows_whether_it_left_is_not_sent_twice(desk: DeskWithMail) -> None:
    desk.mailbox.lost.append(OutsideBusy("the mail server did not answer", retry_after=0.01))
    asked = desk.write(KNOWN)
    assert not desk.mailbox.lost
    assert len(desk.answered_by_mail(asked)) == 1
    with desk.storage.reading() as tx:
        assert tx.posts.at(desk.answered_by_mail(asked)[0].address) is not None


def test_what_the_writers_program_quotes_is_not_read_as_her_words(desk: DeskWithMail) -> None:
    asked, _ = person_wanted(desk)
    desk.write("Please hurry.\n\nOn Monday, Support wrote:\n> A colleague will look.", answers=asked)
    with desk.storage.reading() as tx:
        conversation_id = desk.conversation_id(asked)
        assert conversation_id is not None
        assert [m.text for m in tx.conversations.messages(conversation_id) if m.side == "contact"][-1] == (
            "Please hurry."
        )


def test_a_customers_people_are_known_by_their_domain_and_others_stay_unanswered(desk: DeskWithMail) -> None:
    stranger = desk.write(KNOWN, sender="somebody@elsewhere.example")
    assert not desk.answered_by_mail(stranger)
    assert desk.conversation_id(stranger) is None
    said = [post.content.text for post in desk.slack.posts if isinstance(post.content, Notice)]
    assert any("wrote in the channel of Brightwater Foods" in text and "email_domains" in text for text in said)
    assert not any("Slack does not name" in text for text in said)
    other = desk.write(KNOWN, sender="Ines@Kestrel.example")
    assert not desk.answered_by_mail(other)


def test_a_resolution_goes_out_by_mail_and_a_letter_after_it_opens_the_ticket_again(desk: DeskWithMail) -> None:
    asked, number = person_wanted(desk)
    desk.resolve(number, "It was old.", "A new printer.", "The new printer is on its way to you.")
    desk.settle()
    told = desk.answered_by_mail(asked)[-1]
    assert isinstance(told.content, CustomerWords)
    assert told.content.kind == "resolution"
    due = desk.ticket(number).resolution_due
    desk.write("The new printer does not print either.", answers=told.address)
    ticket = desk.ticket(number)
    assert (ticket.is_open, ticket.reopened) == (True, 1)
    assert ticket.resolution_due > due
    assert nothing_in_slack_for_customers(desk)


def test_a_conversation_may_have_one_ticket_after_the_other(desk: DeskWithMail) -> None:
    """What is written or replied then belongs to the newer ticket; the older one stays as it was."""
    asked, first = person_wanted(desk)
    desk.resolve(first, "It was old.", "A new one.", "A new printer is on its way.")
    desk.settle()
    second = another_ticket(desk, first)
    assert newest_ticket(desk, asked).id == second
    desk.write("Could somebody also call us about the paper, please?", answers=asked)
    assert (desk.ticket(first).status, desk.ticket(first).reopened) == ("resolved", 0)
    assert desk.ticket(second).new_messages == 1
    desk.reply(second, "We call you at noon.")
    desk.settle()
    assert desk.answered_by_mail(asked)[-1].text.startswith("We call you at noon.")
    assert desk.ticket(second).assignee_id == "U0ANA"


def another_ticket(desk: DeskWithMail, number: int) -> int:
    """A second ticket for the same conversation."""
    before = desk.ticket(number)
    with desk.storage.transaction() as tx:
        return tx.tickets.add(
            Ticket(
                conversation_id=before.conversation_id,
                customer_id=before.customer_id,
                title="The paper",
                reason="The customer asked for a person.",
                opened_at=before.opened_at,
                first_response_due=before.first_response_due,
                resolution_due=before.resolution_due,
            )
        ).id


def test_one_ticket_may_have_a_letter_and_a_thread_in_slack(desk: DeskWithMail) -> None:
    """The customer is answered where the ticket began; what they write in the other place counts for it as well."""
    in_slack = desk.say("Could somebody call us about the label printer as well, please?")
    earlier = newest_ticket(desk, in_slack).id
    desk.resolve(earlier, "It was old.", "Called.", "It was good to talk to you.")
    asked, number = person_wanted(desk)
    with desk.storage.transaction() as tx:
        tx.tickets.link(number, tx.conversations.of_thread(in_slack).id)
    before = len(desk.in_thread(in_slack))
    desk.say("And now it is on fire.", thread=in_slack)
    assert newest_ticket(desk, in_slack).id == number
    assert desk.ticket(number).new_messages == 1
    assert len(desk.in_thread(in_slack)) == before  # Footbridge answers nothing where people do
    desk.reply(number, "We are on our way.")
    desk.resolve(number, "A short circuit.", "Put it out.", "The fire is out.")
    desk.settle()
    assert [letter.text for letter in desk.answered_by_mail(asked)[-2:]] == [
        "We are on our way.\n\nAna Lindqvist",
        "The fire is out.\n\nAna Lindqvist",
    ]
    assert len(desk.in_thread(in_slack)) == before
    desk.say("It burns again, please come.", thread=in_slack)
    assert desk.ticket(number).is_open
