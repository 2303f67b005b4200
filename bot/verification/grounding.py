"""Checks a model's draft against the passages it cites, and removes what they do not say.

A quote check alone lets through an invented sentence beside a real quote. So six things must hold for each claim:
the passage was among those sent; the quote stands in it; every exact fact of the claim stands in it; enough of the
claim's words do; enough of them stand in the quoted sentences; and it neither turns these round nor adds to them (see
`twisting`). The two shares are calibrated with `python -m evals.grounding`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.contents.answers import AnswerPart, Citation, Claim, Draft
from bot.privacy.safeguards import strip_invisible
from bot.texts.language import language_of, words_of
from bot.triage.injection import gives_orders
from bot.verification.cleaning import without_foreign_links
from bot.verification.contradiction import find_addition, find_contradiction
from bot.verification.facts import EMAIL, LINK, bare_link, code_form, facts_in
from bot.verification.normalise import known_stems, normalise, stems_of, support, without_markers
from knowledge.documents import Hit, Passage
from knowledge.embedded_instructions import remove_instructions

MIN_QUOTE_WORDS = 4
MIN_SUPPORT = 0.65  # share of a claim's words that its passage must hold
MIN_QUOTE_SUPPORT = 0.3  # share of a claim's words that the sentences quoted must hold
MIN_FOREIGN_SUPPORT = 0.15  # the same share when claim and passage are in different languages: names and cognates
MIN_KEPT = 0.5  # share of a draft's words that must be left for the answer to stand

# Finer than bot.texts.sentences on purpose: with that, 9.5 % of claims beside their quote stand, with this 4.1 %.
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_ELLIPSIS = re.compile(r"\s*(?:\[\s?(?:\.{3}|…)\s?\]|\.{3}|…)\s*")
_REFERENCE = re.compile(r"\s?\[(?:P?\d{1,2}(?:\s*,\s*P?\d{1,2})*)\]|\s?\((?:see |source:? )?P\d{1,2}\)", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"\[[^\]\n]{0,40}\b(?:not available|unavailable|unknown|insert|your|name|date|time|value|number|link"
    r"|placeholder|tbd|todo"
    r"|e-mail|phone|secret|card|iban)\b[^\]\n]{0,40}\]|\{\{?\s?\w[\w ]{0,30}\}?\}|<(?:your|insert|name"
    r"|value)[^>\n]{0,40}>|\b(?:TBD|TODO|FIXME|XXX+|N/A)\b|lorem ipsum|\b(?:as an ai|language model)\b",
    re.IGNORECASE,
)
_NO_ANSWER = re.compile(
    r"\b(?:(?:the )?(?:passages?|articles?|documents?|context|provided (?:text|information)|knowledge base) "
    r"(?:do(?:es)? not|don't|"
    r"doesn't|did not) (?:say|mention|contain|provide|specify|include|cover)|no information (?:is )?(?:available"
    r"|provided|given)|i (?:do not|don't|cannot|can't) (?:know|answer|find (?:that|this|an? answer|any)|have "
    r"(?:any|that|this|enough|information)))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Grounded:
    """What is left of a draft. `cut` has a sentence for each claim that fell; `stands`: whether to show the rest."""

    parts: tuple[AnswerPart, ...]
    citations: tuple[Citation, ...]
    cut: tuple[str, ...]
    stands: bool


@dataclass(frozen=True)
class Judged:
    """One claim after the checks: the text to show and the quote as it stands in the passage, or why it was cut."""

    text: str
    quote: str = ""
    reason: str = ""


def check(draft: Draft, hits: Sequence[Hit]) -> Grounded:
    """Keeps the claims of `draft` that the passages of `hits` carry; each passage gets one number in order of use.

    `stands` is False when the model itself says that it cannot answer, when nothing is left, or when so much was cut
    that the rest would be a fragment.
    """
    # As the model was sent them: what was planted for it bears nothing out.
    passages = {hit.passage.id: replace(hit.passage, text=remove_instructions(hit.passage.text)) for hit in hits}
    if not draft.can_answer:
        return Grounded((), (), ("The model said that the passages do not answer this.",), False)
    kept: list[tuple[Judged, Passage]] = []
    cut: list[str] = []
    for number, claim in enumerate(draft.claims, 1):
        judged = judge(claim, passages)
        if judged.reason:
            cut.append(f"Claim {number}: {judged.reason}")
        elif all(judged.text != other.text for other, _ in kept):
            kept.append((judged, passages[claim.passage_id]))
    if not kept:
        return Grounded((), (), tuple(cut) or ("The draft makes no claim.",), False)
    parts, citations = _numbered(kept)
    whole = sum(len(claim.text.split()) for claim in draft.claims)
    left = sum(len(judged.text.split()) for judged, _ in kept)
    return Grounded(parts, citations, tuple(cut), not cut or left >= MIN_KEPT * whole)


def judge(claim: Claim, passages: dict[str, Passage]) -> Judged:
    """One claim against the passage it names; `reason` is empty when it stands."""
    passage = passages.get(claim.passage_id)
    if passage is None:
        return Judged("", reason="it names a passage that was not found for this question.")
    source = "\n".join([passage.title, *passage.heading_path, passage.text])
    text = _cleaned(claim.text, source)
    if not any(char.isalnum() for char in text):
        return Judged("", reason="it says nothing.")
    quote = _quote_in(claim.quote, passage.text)
    reason = (
        _placeholder_reason(text, source)
        or ("it speaks to a machine, not to a person." if gives_orders(text) else "")
        or ("" if quote else "its quote does not stand in the passage.")
        or _fact_reason(text, source)
        or _support_reason(text, quote, passage, source)
    )
    return Judged("" if reason else text, quote, reason)


def unfounded_facts(text: str, source: str) -> list[str]:
    """The exact facts of a text (as written there) that `source` does not hold."""
    text, source = without_markers(text), strip_invisible(source)
    facts = facts_in(source)
    known = {(fact.kind, fact.value) for fact in facts}
    with_unit = {(fact.value, fact.unit) for fact in facts if fact.kind == "number"}
    folded = code_form(normalise(source)[0])
    missing = []
    for fact in facts_in(text):
        if fact.kind == "code":
            held = code_form(normalise(fact.value)[0]) in folded
        elif fact.kind == "number" and fact.unit:
            held = (fact.value, fact.unit) in with_unit
        else:
            held = (fact.kind, fact.value) in known
        if not held:
            missing.append(fact.shown)
    return missing


def _cleaned(text: str, source: str) -> str:
    """A claim without images, mentions, markup, the model's own references, and links that are not the passage's."""
    links = {bare_link(link[0]) for link in LINK.finditer(source)}
    text = _REFERENCE.sub("", without_foreign_links(text, links))
    text = re.sub(r"[ \t]{2,}", " ", text)
    return re.sub(r"[ \t]+([,.;:!?])(?=\s|$)", r"\1", text).strip()


def _quote_in(quote: str, text: str) -> str:
    """The quote as it stands in `text`, or empty. An ellipsis joins pieces that each stand there, in order."""
    folded, places = normalise(text)
    start, first, last = 0, -1, -1
    whole = normalise(quote)[0].strip(" \"'.,;:!?")
    # An ellipsis may be the passage's own ("Update driver…").
    for piece in [quote] if whole in folded else _ELLIPSIS.split(quote):
        wanted = normalise(piece)[0].strip(" \"'.,;:!?")
        if not wanted:
            continue
        at = folded.find(wanted, start)
        if at < 0 or len(re.findall(r"\w+", wanted)) < MIN_QUOTE_WORDS:
            return ""
        start = at + len(wanted)
        first, last = (at if first < 0 else first), start - 1
    return text[places[first] : places[last] + 1].strip() if first >= 0 else ""


def _placeholder_reason(text: str, source: str) -> str:
    if _NO_ANSWER.search(text):
        return "it says that it has no answer."
    found = _PLACEHOLDER.search(text)
    if found and found[0].lower() not in source.lower():
        return "it leaves a gap to be filled in."
    return ""


def _fact_reason(text: str, source: str) -> str:
    missing = unfounded_facts(text, source)
    return f"the passage does not hold {', '.join(dict.fromkeys(missing[:3]))}." if missing else ""


def _support_reason(text: str, quote: str, passage: Passage, source: str) -> str:
    if EMAIL.sub("", text).strip() == "":
        return ""
    near = _sentences_of(quote, passage.text)
    if language_of(text) != language_of(source) and support(text, source) < MIN_SUPPORT:
        if _foreign_support(text, near) < MIN_FOREIGN_SUPPORT:
            return "its words, in another language than the passage, share nothing with the quote."
        return ""
    if support(text, source) < MIN_SUPPORT or _has_a_sentence_of_its_own(text, source):
        return "the passage does not say this."
    if support(text, near) < MIN_QUOTE_SUPPORT:
        return "its quote is about something else."
    if reason := find_contradiction(text, near) or find_addition(text, near, source):
        # A model may quote one sentence and tell the next: then that one is what the claim is held against.
        closest = max(_SENTENCE_END.split(passage.text), key=lambda sentence: support(text, sentence))
        if support(text, closest) > support(text, near):
            return find_contradiction(text, closest) or find_addition(text, closest, source)
    return reason


def _has_a_sentence_of_its_own(text: str, source: str) -> bool:
    """Whether one sentence of a claim, more than "Yes." or "Of course.", shares no word with the passage.

    Long true ones beside it would carry it.
    """
    language = language_of(text)
    sentences = [each for each in _SENTENCE_END.split(text) if len(words_of(each)) > 2 and stems_of(each, language)]
    return any(not support(each, source) for each in sentences)


def _sentences_of(quote: str, text: str) -> str:
    """The quote, completed to the sentences or lines that it stands in."""
    at = text.find(quote)
    if at < 0:
        return quote
    before = _SENTENCE_END.split(text[:at])[-1]
    after = _SENTENCE_END.split(text[at + len(quote) :])[0] if not re.search(r"[.!?]$", quote) else ""
    return before + quote + after


def _foreign_support(text: str, near: str) -> float:
    """The share of words that look alike in both languages: names, terms and cognates by their first five letters."""
    language = language_of(text)
    wanted = [stem for stem in stems_of(text, language) if len(stem) > 3]
    known = {stem[:5] for stem in known_stems(near, language_of(near))}
    return sum(stem[:5] in known for stem in wanted) / len(wanted) if wanted else 0.0


def _numbered(kept: Sequence[tuple[Judged, Passage]]) -> tuple[tuple[AnswerPart, ...], tuple[Citation, ...]]:
    """Sentences that follow each other from one passage become one part; steps and code keep their lines."""
    citations: dict[str, Citation] = {}
    parts: list[AnswerPart] = []
    for judged, passage in kept:
        citation = citations.setdefault(
            passage.id,
            Citation(len(citations) + 1, passage.article_id, passage.title, passage.url, judged.quote, passage.id),
        )
        if parts and parts[-1].citations == (citation.number,):
            lines = any(re.match(r"\s*(?:[-*•]|\d+[.)]|```)\s?", piece) for piece in (judged.text, parts[-1].text))
            parts[-1] = AnswerPart(parts[-1].text + ("\n" if lines else " ") + judged.text, parts[-1].citations)
        else:
            parts.append(AnswerPart(judged.text, (citation.number,)))
    return tuple(parts), tuple(citations.values())
