"""Draws a drafted answer for agents, under the card of its ticket."""

from __future__ import annotations

from bot.actions.answers import SUGGESTION_DISCARD, SUGGESTION_EDIT, SUGGESTION_SEND
from bot.actions.arguments import AnswerNumber
from bot.actions.insights import WHY_ANSWER
from bot.answering.gate import in_percent
from bot.contents.answers import SuggestionContent
from handlers.slack.views import answer
from handlers.slack.views.blocks import Element, Rendered, actions, confirm, context, message
from handlers.slack.views.buttons import opens, press
from handlers.slack.views.text import escape, person, sentence, spoken


def suggestion(content: SuggestionContent) -> Rendered:
    """A draft under the ticket's card."""
    head = context(
        f"*Draft for the customer of ticket #{content.ticket_id}.* Nobody outside has seen it.{_how_sure(content)}"
    )
    done = {
        "sent": "Sent to the customer as drafted",
        "edited": "Sent to the customer with changes",
        "discarded": "Discarded; the customer has not seen it",
        "replaced": "Newer words of the customer have a draft of their own",
    }.get(content.state)
    if done:
        head = context(f"*Draft for the customer of ticket #{content.ticket_id}.*")
        by = f", by {person(content.done_by)}" if content.done_by else ""
        end = [context(sentence(done + by)), *actions([_why(content.answer.answer_id)])]
    else:
        end = actions(_suggestion_buttons(content.answer.answer_id))
    blocks = [head, *answer.body(content.answer, with_quotes=True)]
    text = f"Draft for ticket #{content.ticket_id}: {spoken(answer.said(content.answer))}"
    return message(escape(text), [*blocks, *end], keep_last=len(end))


def _how_sure(content: SuggestionContent) -> str:
    """A word for the agent on how closely to read it."""
    if content.likely is None:
        return ""
    look = "" if content.sure else ", less than it takes to answer by itself: please read it closely"
    return f" Right with a probability of {in_percent(content.likely)}{look}."


def _suggestion_buttons(answer_id: int) -> list[Element]:
    number = AnswerNumber(answer_id=answer_id)
    send = confirm(
        "Send this to the customer?",
        "It is posted as it stands into the customer's own thread, where everybody in that channel can read it.",
        "Send to customer",
        "Not yet",
    )
    discard = confirm(
        "Discard this draft?",
        "The customer will not see it. You can still write your own reply.",
        "Discard",
        "Keep it",
        style="danger",
    )
    return [
        press(SUGGESTION_SEND, number, style="primary", confirm=send),
        opens(SUGGESTION_EDIT, answer_id, about="Edit the draft before sending it"),
        press(SUGGESTION_DISCARD, number, confirm=discard),
        _why(answer_id),
    ]


def _why(answer_id: int) -> Element:
    """On drafts for agents alone: what a customer sees has no such button."""
    return press(WHY_ANSWER, AnswerNumber(answer_id=answer_id), about="Why? How this draft came about")
