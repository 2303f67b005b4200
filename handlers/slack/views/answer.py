"""Draws an answer in the customer's thread, and a drafted one for agents. It decides nothing about either."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.answering.gate import in_percent
from bot.contents.answers import AnswerContent, AnswerPart, Citation, SuggestionContent
from handlers.slack.views import ids, rich_text
from handlers.slack.views.blocks import Block, Element, Rendered, actions, button, confirm, context, message, section
from handlers.slack.views.text import escape, line, link, one_line, person, plain, safe_url, sentence, size, spoken

_ROOM = 9000
_MOST_PARTS = 30

BY_MODEL = "Written by Footbridge, an automated assistant, from the help centre pages above."
BY_QUOTE = "Put together by Footbridge, an automated assistant, in the words of the help centre pages above."
BY_NOBODY = "Footbridge is an automated assistant. People read this thread too."
CORRECTED = "*Corrected, {when}.* Part of this is no longer right: please read our newer message in this thread."
GOES_ON = "The answer goes on in the article"


def answer(content: AnswerContent) -> Rendered:
    blocks = [*_words(content), *_sources(content.citations), *_near(content)]
    end = _end(content)
    return message(escape(said(content)), [*blocks, *end], keep_last=len(end))


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
    blocks = [head, *_words(content.answer), *_sources(content.answer.citations, quotes=True), *_near(content.answer)]
    text = f"Draft for ticket #{content.ticket_id}: {spoken(said(content.answer))}"
    return message(escape(text), [*blocks, *end], keep_last=len(end))


def _how_sure(content: SuggestionContent) -> str:
    """A word for the agent on how closely to read it."""
    if content.likely is None:
        return ""
    look = "" if content.sure else ", less than it takes to answer by itself: please read it closely"
    return f" Right with a probability of {in_percent(content.likely)}{look}."


def said(content: AnswerContent) -> str:
    """The whole answer as plain text, unescaped: what a screen reader or a notification says."""
    lines = [spoken(content.frame)]
    for part in content.parts:
        lines.append(rich_text.words(rich_text.from_markdown(part.text)) + _marks(part))
    lines.append(spoken(content.closing))
    if content.citations:
        lines.append("Sources: " + "; ".join(f"[{one.number}] {spoken(one.title)}" for one in content.citations))
    if content.options:
        lines.append("To choose from: " + "; ".join(map(spoken, content.options)))
    if content.near:
        lines.append("Articles that may help: " + "; ".join(spoken(one.title) for one in content.near))
    return "\n".join(text for text in lines if text.strip())


def _words(content: AnswerContent) -> list[Block]:
    blocks = rich_text.blocks(rich_text.from_people(content.frame))
    parts, left_out = _fitting(content.parts, {one.number: one for one in content.citations})
    blocks += rich_text.blocks(parts)[:_MOST_PARTS]
    if left_out is not None:
        blocks.append(section(_goes_on(left_out, content.citations)))
    return blocks + rich_text.blocks(rich_text.from_people(content.closing))


def _fitting(parts: Sequence[AnswerPart], citations: dict[int, Citation]) -> tuple[list[Element], AnswerPart | None]:
    """As many parts as one message holds, whole, and the first that is left out."""
    drawn: list[Element] = []
    room, heading = _ROOM, ""
    for part in parts:
        elements = _part(part, citations, heading if part.heading == heading else "")
        if rich_text.weight(elements) > room or len(drawn) + len(elements) > 2 * _MOST_PARTS:
            return drawn, part
        room -= rich_text.weight(elements)
        drawn += elements
        heading = part.heading
    return drawn, None


def _part(part: AnswerPart, citations: dict[int, Citation], heading_shown: str) -> list[Element]:
    allowed = {url for one in citations.values() if (url := safe_url(one.url))}
    elements = rich_text.from_markdown(part.text, allowed)
    marks = [
        run
        for number in part.citations
        if f"[{number}]" not in part.text
        for run in (rich_text.text(" "), _mark(number, citations.get(number)))
    ]
    if marks and elements:
        last = elements[-1]
        if last["type"] == "rich_text_list":
            item = last["elements"][-1]
            last["elements"][-1] = item | {"elements": [*item["elements"], *marks]}
        elif last["type"] == "rich_text_preformatted":
            elements.append(rich_text.paragraph(rich_text.text("From"), *marks))
        else:
            elements[-1] = last | {"elements": [*last["elements"], *marks]}
    heading = one_line(part.heading, 200)
    if heading and part.heading != heading_shown:
        elements.insert(0, rich_text.paragraph(rich_text.text(heading, bold=True)))
    return elements


def _mark(number: int, citation: Citation | None) -> Element:
    return rich_text.link(citation.url if citation else None, f"[{number}]")


def _marks(part: AnswerPart) -> str:
    missing = [f"[{number}]" for number in part.citations if f"[{number}]" not in part.text]
    return " " + "".join(missing) if missing else ""


def _goes_on(part: AnswerPart, citations: Sequence[Citation]) -> str:
    source = next((one for one in citations if one.number in part.citations), citations[0] if citations else None)
    if source is None:
        return f"_{GOES_ON}._"
    return f"_{GOES_ON}:_ {link(source.url, source.title)} [{source.number}]"


def _sources(citations: Sequence[Citation], *, quotes: bool = False) -> list[Block]:
    if not citations:
        return []
    lines = []
    for one in citations:
        quote = f"\n>{line(one.quote, 160)}" if quotes and one.quote else ""
        lines.append(f"[{one.number}] {link(one.url, one.title)}{quote}")
    return _listed("*Where this comes from*" if len(citations) > 1 else "*Source*", lines)


def _near(content: AnswerContent) -> list[Block]:
    if not content.near:
        return []
    lines = [
        f"• {link(one.url, one.title)}" + (f": {line(one.quote, 140)}" if one.quote else "") for one in content.near
    ]
    return _listed("*These articles come closest; they may help meanwhile*", lines)


def _listed(title: str, lines: Iterable[str]) -> list[Block]:
    """Lines under a title in as few sections as hold them whole."""
    blocks: list[Block] = []
    text = title
    for one in lines:
        if size(text) + size(one) > 2900:
            blocks.append(section(text))
            text = one
        else:
            text = f"{text}\n{one}"
    return [*blocks[:5], section(text)]


def _end(content: AnswerContent) -> list[Block]:
    by = context(BY_NOBODY if not content.parts else BY_MODEL if content.by_model else BY_QUOTE)
    if content.sent_by:
        by = context(f"Looked at and sent by {person(content.sent_by)}. {BY_NOBODY}")
    if content.corrected:
        return [context(CORRECTED.format(when=line(content.corrected, 60))), by]
    if content.closed_by:
        return [context(plain(content.closed_by)), by]
    return [*_choices(content), *actions(_answer_buttons(content)), by]


def _choices(content: AnswerContent) -> list[Block]:
    """One button in each line, since names of articles are long; two with one action id may not share a block."""
    return [
        block
        for number, name in enumerate(content.options)
        for block in actions([button(name, ids.ANSWER_CHOOSE, ids.choice(content.answer_id, number))])
    ]


def _answer_buttons(content: AnswerContent) -> list[Element]:
    """None when a person is on the way already: there is nothing left to choose."""
    get_person = button("Get a person", ids.ANSWER_GET_PERSON, content.answer_id, about="Get a person to look at this")
    if content.outcome == "asked_back":
        return [get_person]
    if content.outcome != "answered":
        return []
    return [
        button("That solved it", ids.ANSWER_SOLVED, content.answer_id, style="primary"),
        button("Not quite", ids.ANSWER_NOT_QUITE, content.answer_id, about="Not quite: say what is missing"),
        get_person,
    ]


def _suggestion_buttons(answer_id: int) -> list[Element]:
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
        button("Send to customer", ids.SUGGESTION_SEND, answer_id, style="primary", confirm=send),
        button("Edit", ids.SUGGESTION_EDIT, answer_id, about="Edit the draft before sending it"),
        button("Discard", ids.SUGGESTION_DISCARD, answer_id, confirm=discard),
        _why(answer_id),
    ]


def _why(answer_id: int) -> Element:
    """On drafts for agents alone: what a customer sees has no such button."""
    return button("Why?", ids.WHY_ANSWER, answer_id, about="Why? How this draft came about")
