"""Finds the answer to a question: searches, drafts, checks the draft and decides whether it is sure enough.

Answers to customers, replays and evaluations all use `find_answer`, so that the evaluations measure what customers get.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.answering import drafting
from bot.answering.clarifying import MOST_TIMES, question_back
from bot.answering.gate import Gate
from bot.contents.answers import AnswerPart, Citation
from bot.contents.conversations import TranscriptLine
from bot.errors import OutsideError
from bot.ports import ChatModel, KnowledgeBase
from bot.triage.off_topic import why_ask_back
from bot.triage.standalone_question import own_words, standalone_question
from bot.verification import grounding
from knowledge.documents import Hit

STRAIGHT_TO_PEOPLE = {
    "person_request": "person_requested",
    "complaint": "complaint",
    "attack": "not_a_question",
    "files": "only_files",
}
# Kinds that go to a person unless an answer is sure enough for auto mode.
TO_PEOPLE_IN_DOUBT = {"maybe_person": "person_requested", "maybe_complaint": "complaint"}
# Kinds that ask back when nothing but greetings or emoji was written.
ASKS_WITHOUT_WORDS = frozenset({"question", "request", "off_topic", "unclear"})
NOT_FOUND = frozenset({"nothing_relevant", "not_grounded", "model_declined", "search_degraded"})
SEARCHED = 8
READ_BY_MODEL = 6


@dataclass(frozen=True)
class AnswerRequest:
    """A question to answer: the conversation up to it, the kind of its last message by triage, and what may be used.

    `audiences` are those that everyone who reads the answer may see. `precision` is the wanted share of right answers,
    0 to 1, and `in_auto` the same where nobody reads them first. `shown_passages` are ids of passages that did not help
    and are left out. `asked_back` counts the earlier questions back in this conversation.
    """

    talk: tuple[TranscriptLine, ...]
    kind: str
    audiences: frozenset[str]
    precision: float
    shown_passages: frozenset[str] = frozenset()
    asked_back: int = 0
    in_auto: float = 0.0


@dataclass(frozen=True)
class Finding:
    """The result of searching and drafting. `outcome`: answered, asked_back or handed_over; `reason` is a stable word.

    `parts` are empty unless it is answered. `confidence` is the gate's probability that the answer is right, and `bar`
    the least that was needed; `sure`: it is sure enough where nobody reads it first. `near` are articles that may help.
    `cut` are claims that the checks removed. `options` are the choices of a question back. `urgent`: the contact says
    that it cannot wait. `open_questions` are the questions of a message that have no answer.
    """

    outcome: str
    reason: str
    question: str
    confidence: float = 0.0
    parts: tuple[AnswerPart, ...] = ()
    citations: tuple[Citation, ...] = ()
    near: tuple[Citation, ...] = ()
    model: str | None = None
    cut: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    options: tuple[str, ...] = ()
    bar: float = 0.0
    sure: bool = True
    urgent: bool = False
    open_questions: tuple[str, ...] = ()


def find_answer(asked: AnswerRequest, knowledge: KnowledgeBase, chat_model: ChatModel | None, gate: Gate) -> Finding:
    """Return an answer, a question back or a hand-over, with its reason."""
    question = standalone_question(asked.talk)
    if asked.kind in ASKS_WITHOUT_WORDS and not own_words(asked.talk):
        may_ask = asked.asked_back < MOST_TIMES
        return Finding("asked_back", "opening", "") if may_ask else Finding("handed_over", "still_unclear", "")
    straight = STRAIGHT_TO_PEOPLE
    if any(said.side != "contact" for said in asked.talk):
        straight = straight | TO_PEOPLE_IN_DOUBT  # who had an answer before and may now want a person gets one
    if asked.kind in straight:
        return Finding("handed_over", straight[asked.kind], question)
    if chat_model is not None and sum(said.side == "contact" for said in asked.talk) > 1:
        question = _rewrite(chat_model, asked.talk) or question
    found = knowledge.search(question, asked.audiences, limit=SEARCHED + len(asked.shown_passages))
    hits = tuple(hit for hit in found if hit.passage.id not in asked.shown_passages)
    bar = gate.bar(asked.precision)
    if found.degraded is not None:
        # The gate was not fitted on a search by exact words alone, so its probability means nothing here.
        near = drafting.near(hits)
        return Finding("handed_over", "search_degraded", question, near=near, hits=hits, bar=bar, sure=False)
    sure = gate.probability(hits) >= gate.bar(asked.in_auto)
    return replace(_decide(asked, question, tuple(found), hits, bar, knowledge, chat_model, gate), bar=bar, sure=sure)


def _decide(
    asked: AnswerRequest,
    question: str,
    found: tuple[Hit, ...],
    hits: tuple[Hit, ...],
    bar: float,
    knowledge: KnowledgeBase,
    chat_model: ChatModel | None,
    gate: Gate,
) -> Finding:
    """Decide from the search hits: `found` are all of them, `hits` those that were not shown already."""
    probability = gate.probability(hits)
    if asked.kind in TO_PEOPLE_IN_DOUBT and probability < max(bar, gate.bar(asked.in_auto)):
        return Finding("handed_over", TO_PEOPLE_IN_DOUBT[asked.kind], question, probability, hits=hits)
    back = question_back(question, asked.kind, hits, asked.asked_back)
    if back is not None:
        return Finding("asked_back", back.reason, question, probability, hits=hits, options=back.options)
    if probability < bar:
        if len(hits) < len(found) and gate.probability(found) >= bar:
            return Finding("handed_over", "same_answer_again", question, probability, hits=hits)
        why = why_ask_back(asked.kind, hits)
        if why is not None and asked.asked_back < MOST_TIMES:
            return Finding("asked_back", why, question, probability, hits=hits)
        return Finding("handed_over", "nothing_relevant", question, probability, near=drafting.near(hits), hits=hits)
    finding = _draft_by_model(chat_model, question, asked.talk, hits, probability) if chat_model else None
    return finding or _quote(knowledge, question, hits, probability)


def _rewrite(chat_model: ChatModel, talk: Sequence[TranscriptLine]) -> str | None:
    try:
        return chat_model.rewrite_question(talk).strip() or None
    except OutsideError:
        return None


def _draft_by_model(
    chat_model: ChatModel, question: str, talk: Sequence[TranscriptLine], hits: Sequence[Hit], probability: float
) -> Finding | None:
    """A model's answer after our checks; None when the model could not be reached, so that quotes are used instead."""
    read = tuple(hits[:READ_BY_MODEL])
    try:
        draft = chat_model.draft_answer(question, talk, read)
    except OutsideError:
        return None
    near = drafting.near(hits)
    if not draft.can_answer:
        return Finding("handed_over", "model_declined", question, probability, near=near, model=draft.model, hits=read)
    checked = grounding.check(draft, read)
    if not checked.stands:
        return Finding(
            "handed_over",
            "not_grounded",
            question,
            probability,
            near=near,
            model=draft.model,
            cut=checked.cut,
            hits=read,
        )
    return Finding(
        "answered",
        "grounded",
        question,
        probability,
        checked.parts,
        checked.citations,
        model=draft.model,
        cut=checked.cut,
        hits=read,
    )


def _quote(knowledge: KnowledgeBase, question: str, hits: tuple[Hit, ...], probability: float) -> Finding:
    parts, citations = drafting.from_extract(knowledge.extract(question, hits), hits)
    if not parts:
        return Finding("handed_over", "nothing_relevant", question, probability, near=drafting.near(hits), hits=hits)
    return Finding("answered", "quoted", question, probability, parts, citations, hits=hits)
