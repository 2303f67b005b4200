"""Draws a drafted correction for agents, and the list of saved answers."""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions.arguments import AnswerNumber, CorrectionNumber
from bot.actions.knowledge import CORRECTION_DISCARD, CORRECTION_EDIT, CORRECTION_SEND, REMEMBERED_FORGET
from bot.contents.answers import CorrectionContent, Remembered
from handlers.slack.views import ids, rich_text
from handlers.slack.views.blocks import (
    Block,
    Element,
    Rendered,
    actions,
    confirm,
    context,
    header,
    link_button,
    message,
    section,
)
from handlers.slack.views.buttons import opens, press
from handlers.slack.views.text import escape, line, link, one_line, person, sentence, spoken

WHY = {
    "changed": "has changed, and part of what we told them from it no longer stands there.",
    "wrong": "was marked as wrong, and we answered from it.",
    "withdrawn": "is no longer there, and we answered from it.",
}
NO_SOURCE = (
    "No article answers the question now. When you send this, the customer is promised a person, and a ticket opens."
)
_MOST_REMEMBERED = 15


def correction(content: CorrectionContent) -> Rendered:
    """A draft in the triage channel, with what we said and what we would say."""
    why = f"{link(content.url, content.article)} {WHY.get(content.cause, WHY['changed'])}"
    blocks = [
        header(f"Correction for {one_line(content.customer, 80)}"),
        section(f"{why}\n*They asked:* {line(content.question, 300)}"),
        rich_text.block(
            [
                rich_text.paragraph(rich_text.text("What we told them", bold=True)),
                rich_text.quote(rich_text.words(rich_text.from_markdown(content.before)), 900),
            ]
        ),
        section("*What they would read now*"),
        *(rich_text.block([part]) for part in rich_text.set_apart(_drawn(content))[:20]),
    ]
    if content.citations:
        blocks.append(context(" · ".join(f"[{one.number}] {link(one.url, one.title)}" for one in content.citations)))
    elif content.state == "drafted":
        blocks.append(context(NO_SOURCE))
    if content.warnings and content.state == "drafted":
        lines = "\n".join(f"• {line(one, 200)}" for one in content.warnings[:8])
        blocks.append(section(f"*Please look at this before you send it*\n{lines}"))
    end = _end(content)
    text = f"Correction for {one_line(content.customer, 80)}: {rich_text.words(_drawn(content))}"
    return message(escape(text), [*blocks, *end], keep_last=len(end))


def _drawn(content: CorrectionContent) -> list[Element]:
    return rich_text.from_markdown(content.text, keep_lines=True)


def _end(content: CorrectionContent) -> list[Block]:
    by = f", by {person(content.done_by)}" if content.done_by else ""
    done = {
        "sent": f"Sent to the customer{by}",
        "discarded": f"Discarded{by}; the customer has not seen it",
        "replaced": "No longer needed: the article changed again before this was sent",
    }.get(content.state)
    thread = link_button("Open the customer's thread", ids.LINK_THREAD, content.link)
    if done:
        return [*actions(thread), context(sentence(done))]
    send = confirm(
        "Send this to the customer?",
        "It is posted as a new message into the thread of the earlier answer, where everybody in that channel can "
        "read it. The earlier answer gets a line that it was corrected.",
        "Send to customer",
        "Not yet",
    )
    discard = confirm(
        "Discard this correction?",
        "The customer will not hear that the earlier answer no longer holds.",
        "Discard",
        "Keep it",
        style="danger",
    )
    number = CorrectionNumber(correction_id=content.correction_id)
    buttons = [
        press(CORRECTION_SEND, number, style="primary", confirm=send),
        opens(CORRECTION_EDIT, content.correction_id, about="Edit the correction before sending it"),
        press(CORRECTION_DISCARD, number, confirm=discard),
        *thread,
    ]
    return [*actions(buttons), context("Nobody outside sees this unless you press *Send to customer*.")]


def remembered(answers: Sequence[Remembered]) -> Rendered:
    """What agents kept, newest first, each with a way to forget it."""
    if not answers:
        text = (
            "Nothing is remembered yet. After a reply or a resolution, `/support remember 12` keeps the answer; so "
            "does the choice in the form that edits a draft."
        )
        return message(text, [section(text)])
    shown = list(reversed(answers))[:_MOST_REMEMBERED]
    blocks: list[Block] = [header("Remembered answers")]
    for one in shown:
        forget = confirm(
            "Forget this answer?",
            f"Nothing is answered from it any more: “{one_line(one.question, 120)}”. Customers who were told from it "
            "get a draft of a correction.",
            "Forget it",
            "Keep it",
            style="danger",
        )
        told = line(rich_text.words(rich_text.from_markdown(one.answer)), 300)
        words = f"*{link(one.url, one.question)}*\n{told}\nFor {line(one.audience, 80)}, by {person(one.by)}"
        about = f"Forget: {one_line(one.question, 60)}"
        number = AnswerNumber(answer_id=one.answer_id)
        blocks.append(section(words, press(REMEMBERED_FORGET, number, confirm=forget, about=about)))
    if len(answers) > len(shown):
        blocks.append(context(f"{len(answers) - len(shown)} older ones are not shown; `/support search` finds them."))
    told = "; ".join(spoken(one.question) for one in shown)
    return message(escape(f"Remembered answers: {told}"), blocks)
