"""Finds the words of an answer that an article's text no longer contains."""

from __future__ import annotations

import re

from bot.verification.facts import facts_in
from bot.verification.grounding import MIN_SUPPORT, unfounded_facts
from bot.verification.normalise import normalise, support
from storage.answers import Answer

_SENTENCE_ENDS = ".!?:;…|"


def unsupported_lines(answer: Answer, article_id: str, text: str) -> tuple[str, ...]:
    """The parts of the answer that lean on the article and are not borne out by `text` (its title and body) any more.

    Quoted words must stand there, white space and Markdown aside, with their numbers and links. Words of a model were
    held against the article when they were written, and are held against it again in the same way. Of an answer that an
    agent rewrote only the quotes beneath it can be looked up, paragraph by paragraph.
    """
    if answer.edited or answer.model is not None:
        cited = [str(one["quote"]) for one in answer.citations if one["article_id"] == article_id]
        quotes = [piece for quote in cited for piece in quote.split("\n\n")]
        gone = tuple(quote for quote in quotes if not _occurs(quote, text))
        rewritten = () if answer.edited else whole_answer(answer, article_id)
        return tuple(part for part in rewritten if not still_supported(part, text)) or gone
    return tuple(part for part in whole_answer(answer, article_id) if not is_supported(part, text))


def whole_answer(answer: Answer, article_id: str) -> tuple[str, ...]:
    """Every part of the answer that leans on the article."""
    numbers = {one["number"] for one in answer.citations if one["article_id"] == article_id}
    return tuple(str(part["text"]) for part in answer.parts if set(part["citations"]) & numbers)


def is_supported(quote: str, text: str) -> bool:
    """Whether quoted words stand in a text: all of them in one piece; of a table, each row.

    A whole sentence or line must still be one: "You can merge vendors." is not borne out by "You can merge vendors of
    one country."
    """
    if not _in_one_piece(quote, text) and not (_is_table(quote) and _rows_stand(quote, text)):
        return False
    links = {fact.value for fact in facts_in(text) if fact.kind == "link"}
    return all(fact.value in links for fact in facts_in(quote) if fact.kind == "link")


def still_supported(words: str, text: str) -> bool:
    """Whether a text still carries words that lean on it without quoting it: every exact fact, most of the words."""
    return not unfounded_facts(words, text) and support(words, text) >= MIN_SUPPORT


def _occurs(quote: str, text: str) -> bool:
    """Whether the words occur, perhaps within a longer sentence; "30" does not occur in "300" or "30.5"."""
    wanted = normalise(quote)[0].strip()
    return re.search(rf"(?<![\w]){re.escape(wanted)}(?!\w|[.,]\d)", normalise(text)[0]) is not None


def _in_one_piece(quote: str, text: str) -> bool:
    wanted, (there, places) = normalise(quote)[0].strip(), normalise(text)
    at = there.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        first, last = places[at], places[end - 1] if wanted else places[at]
        # Markdown around the words on their own line says nothing: only what is left of the line after folding counts.
        before = normalise(text[text.rfind("\n", 0, first) + 1 : first])[0].strip()
        after = normalise(text[last + 1 :].partition("\n")[0])[0].strip()
        if _ends(before) and (_ends(wanted) or not after):
            return True
        at = there.find(wanted, at + 1)
    return not wanted


def _ends(words: str) -> bool:
    """Whether something new may begin behind these words: nothing, a whole sentence, or a cell of a table."""
    return not words or words.rstrip("\"')")[-1:] in _SENTENCE_ENDS


def _is_table(quote: str) -> bool:
    return sum(line.lstrip().startswith("|") for line in quote.splitlines()) > 1


def _rows_stand(quote: str, text: str) -> bool:
    return all(_in_one_piece(line, text) for line in quote.splitlines() if any(char.isalnum() for char in line))
