"""Draws an answer in the customer's thread, everything around its quotes in the customer's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.actions.answers import ANSWER_CHOOSE, ANSWER_GET_PERSON, ANSWER_NOT_QUITE, ANSWER_SOLVED, Choice
from bot.actions.arguments import AnswerNumber
from bot.contents.answers import AnswerContent, AnswerPart, Citation
from bot.texts.catalogue import Texts, for_customers
from handlers.slack.views import quotes, rich_text
from handlers.slack.views.blocks import Block, Element, Rendered, actions, context, message, section
from handlers.slack.views.buttons import opens, press
from handlers.slack.views.text import escape, line, link, one_line, person, plain, safe_url, size, spoken

_ROOM = 9000
_MOST_PARTS = 30


def answer(content: AnswerContent) -> Rendered:
    end = _end(content)
    return message(escape(said(content)), [*body(content), *end], keep_last=len(end))


def body(content: AnswerContent, *, with_quotes: bool = False) -> list[Block]:
    """What is said and where it comes from; `with_quotes` adds the words that each source is cited for."""
    return [*_words(content), *_sources(content, with_quotes=with_quotes), *_near(content)]


def said(content: AnswerContent) -> str:
    """The whole answer as plain text, unescaped: what a screen reader or a notification says."""
    t = for_customers(content.language)
    lines = [spoken(content.frame)]
    for part in content.parts:
        lines.append(rich_text.words(rich_text.from_markdown(part.text)) + _marks(part))
    lines.append(spoken(content.closing))
    if content.citations:
        lines.append(
            t("Sources:") + " " + "; ".join(f"[{one.number}] {spoken(one.title)}" for one in content.citations)
        )
    if content.options:
        lines.append(t("To choose from:") + " " + "; ".join(map(spoken, content.options)))
    if content.near:
        lines.append(t("These articles may help:") + " " + "; ".join(spoken(one.title) for one in content.near))
    return "\n".join(text for text in lines if text.strip())


def _words(content: AnswerContent) -> list[Block]:
    blocks = rich_text.blocks(rich_text.from_people(content.frame))
    t = for_customers(content.language)
    parts, left_out = _fitting(content.parts, {one.number: one for one in content.citations}, t)
    blocks += rich_text.blocks(parts)[:_MOST_PARTS]
    if left_out is not None:
        blocks.append(section(_goes_on(left_out, content.citations, t)))
    return blocks + rich_text.blocks(rich_text.from_people(content.closing))


def _fitting(
    parts: Sequence[AnswerPart], citations: dict[int, Citation], t: Texts
) -> tuple[list[Element], AnswerPart | None]:
    """As many parts as one message holds, whole, and the first that is left out."""
    drawn: list[Element] = []
    room, heading = _ROOM, ""
    for part in parts:
        elements = _part(part, citations, heading if part.heading == heading else "", t)
        if rich_text.weight(elements) > room or len(drawn) + len(elements) > 2 * _MOST_PARTS:
            return drawn, part
        room -= rich_text.weight(elements)
        drawn += elements
        heading = part.heading
    return drawn, None


def _part(part: AnswerPart, citations: dict[int, Citation], heading_shown: str, t: Texts) -> list[Element]:
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
            elements.append(rich_text.paragraph(rich_text.text(t("From")), *marks))
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


def _goes_on(part: AnswerPart, citations: Sequence[Citation], t: Texts) -> str:
    source = next((one for one in citations if one.number in part.citations), citations[0] if citations else None)
    if source is None:
        return f"_{t('The answer goes on in the article.')}_"
    return f"_{t('The answer goes on in the article:')}_ {link(source.url, source.title)} [{source.number}]"


def _sources(content: AnswerContent, *, with_quotes: bool) -> list[Block]:
    if not content.citations:
        return []
    t, lines = for_customers(content.language), []
    for one in content.citations:
        quote = f"\n>{line(quotes.unmarked(one.quote), 160)}" if with_quotes and one.quote else ""
        lines.append(f"[{one.number}] {link(one.url, one.title)}{quote}")
    number = len(content.citations)
    return _listed(f"*{t.plural('Source', 'Sources', number)}*", lines)


def _near(content: AnswerContent) -> list[Block]:
    if not content.near:
        return []
    t, lines = for_customers(content.language), []
    for one in content.near:
        teaser = quotes.first_sentence(one.quote, content.language)
        lines.append(f"• {link(one.url, one.title)}" + (f": {line(teaser, 200)}" if teaser else ""))
    return _listed(f"*{t('These articles may help in the meantime')}*", lines)


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
    t = for_customers(content.language)
    by = context(_by(content, t))
    if content.corrected:
        said = t("Part of this is no longer right: please read our newer message in this thread.")
        return [context(f"*{t('Corrected, {time}.', time=line(content.corrected, 60))}* {said}"), by]
    if content.closed_by:
        return [context(plain(content.closed_by)), by]
    return [*_choices(content), *actions(_answer_buttons(content, t)), by]


def _by(content: AnswerContent, t: Texts) -> str:
    """Who wrote this. People are named for what they wrote or sent; what a machine put together says so."""
    if content.sent_by:
        name = person(content.sent_by)
        return t("From {name}", name=name) if content.in_own_words else t("Checked and sent by {name}", name=name)
    if not content.parts:
        return t("Footbridge is an automated assistant. People read this thread too.")
    if content.by_model:
        return t("Written by Footbridge, an automated assistant, from the help centre pages above.")
    return t("Quoted from the help centre by Footbridge, an automated assistant.")


def _choices(content: AnswerContent) -> list[Block]:
    """One button in each line, since names of articles are long; two with one action id may not share a block."""
    return [
        block
        for number, name in enumerate(content.options)
        for block in actions([press(ANSWER_CHOOSE, Choice(answer_id=content.answer_id, number=number), label=name)])
    ]


def _answer_buttons(content: AnswerContent, t: Texts) -> list[Element]:
    """None when a person is on the way already: there is nothing left to choose."""
    number = AnswerNumber(answer_id=content.answer_id)
    get_person = press(
        ANSWER_GET_PERSON,
        number,
        label=t(ANSWER_GET_PERSON.label),
        about=t("Get a person: somebody from our team looks at this"),
    )
    if content.outcome == "asked_back":
        return [get_person]
    if content.outcome != "answered":
        return []
    return [
        press(ANSWER_SOLVED, number, label=t(ANSWER_SOLVED.label), style="primary"),
        opens(
            ANSWER_NOT_QUITE,
            content.answer_id,
            label=t(ANSWER_NOT_QUITE.label),
            about=t("Not quite: say what is missing"),
        ),
        get_person,
    ]
