"""Makes an answer without a model: sentences quoted from articles, with their citations."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.contents.answers import AnswerPart, Citation
from bot.triage.injection import gives_orders
from bot.verification.cleaning import fit_to_post
from knowledge.documents import Hit, Passage
from knowledge.extracts import Extract

LINE_LENGTH = 160
_MARKUP = re.compile(r"[*`#>|]+|(?<!\w)_+|_+(?!\w)|^\s*(?:[-+•]|\d+[.)])\s+", re.MULTILINE)


def from_extract(extract: Extract, hits: Sequence[Hit]) -> tuple[tuple[AnswerPart, ...], tuple[Citation, ...]]:
    """Turn the quoted sentences of an extract into parts of an answer, and the citations that they refer to.

    Left out are quotes of passages that are not in `hits`, and quotes with instructions to an assistant ("ignore your
    instructions"). Without parts there is no answer.
    """
    passages = {hit.passage.id: hit.passage for hit in hits}
    citations: dict[str, Citation] = {}
    parts: list[AnswerPart] = []
    for quote in extract.parts:
        passage, text = passages.get(quote.passage_id), fit_to_post(quote.text)
        if passage is None or not any(char.isalnum() for char in text) or gives_orders(text):
            continue
        citation = citations.setdefault(passage.id, _citation(len(citations) + 1, passage, quote.text))
        parts.append(AnswerPart(text, (citation.number,), quote.heading))
    return tuple(parts), tuple(citations.values())


def near(hits: Sequence[Hit], limit: int = 3) -> tuple[Citation, ...]:
    """The best passages of up to `limit` articles as citations, each with a first line that says what it is about."""
    best: dict[str, Passage] = {}
    for hit in sorted(hits, key=lambda hit: -hit.score):
        best.setdefault(hit.passage.article_id, hit.passage)
    return tuple(
        _citation(number, passage, _first_line(passage))
        for number, passage in enumerate(list(best.values())[:limit], 1)
    )


def _citation(number: int, passage: Passage, quote: str) -> Citation:
    return Citation(number, passage.article_id, passage.title, passage.url, quote.strip(), passage.id)


def _first_line(passage: Passage) -> str:
    """The first sentence of a passage, without markup and at most about 160 characters; "" if it has no sentence."""
    text = re.sub(r"```.*?(?:```|\Z)", " ", fit_to_post(passage.text), flags=re.DOTALL)
    text = re.sub(r"\[([^\]\n]*)\]\([^)\n]*\)", r"\1", text)
    for line in text.split("\n"):
        plain = re.sub(r"\s+", " ", _MARKUP.sub(" ", line)).strip()
        if len(plain.split()) >= 3 and not line.lstrip().startswith("#") and not gives_orders(plain):
            sentence = re.split(r"(?<=[.!?])\s", plain)[0]
            return sentence if len(sentence) <= LINE_LENGTH else sentence[:LINE_LENGTH].rsplit(" ", 1)[0] + " …"
    return ""
