"""Answers a message with several questions: each is answered, or listed as open for a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.answering.finding import AnswerRequest, Finding, find_answer
from bot.answering.gate import Gate
from bot.contents.answers import AnswerPart, Citation
from bot.ports import ChatModel, KnowledgeBase
from bot.triage.split_questions import separate_questions
from bot.triage.standalone_question import own_words

PARTLY = "partly_answered"
_ASKS = frozenset({"question", "problem", "request"})
_NUMBER = re.compile(r"\[(\d{1,2})\]")


def find_answers(asked: AnswerRequest, knowledge: KnowledgeBase, chat_model: ChatModel | None, gate: Gate) -> Finding:
    """Like `find_answer`, but for each of the separate questions in one message.

    A message of which no question has an answer is treated as one question.
    """
    questions = separate_questions(own_words(asked.talk)) if asked.kind in _ASKS else ()
    if len(questions) > 1:
        found = [find_answer(_request_for(asked, each), knowledge, chat_model, gate) for each in questions]
        if any(one.outcome == "answered" for one in found):
            return _join(questions, found)
    return find_answer(asked, knowledge, chat_model, gate)


def _request_for(asked: AnswerRequest, question: str) -> AnswerRequest:
    return replace(asked, talk=(replace(asked.talk[-1], text=question),), kind="question")


def _join(questions: Sequence[str], found: Sequence[Finding]) -> Finding:
    """Make one answer from several, each under its question; citations get new numbers."""
    citations: dict[str, Citation] = {}
    parts: list[AnswerPart] = []
    answered = [one for one in found if one.outcome == "answered"]
    for question, one in zip(questions, found, strict=True):
        numbers = {
            cited.number: citations.setdefault(cited.passage_id, replace(cited, number=len(citations) + 1)).number
            for cited in one.citations
            if one.outcome == "answered"
        }
        own = [_renumber(part, numbers) for part in one.parts]
        parts += [replace(own[0], heading=question), *own[1:]] if own else []
    rest = tuple(question for question, one in zip(questions, found, strict=True) if one.outcome != "answered")
    return Finding(
        "answered",
        PARTLY if rest else answered[0].reason,
        "\n".join(questions),
        min(one.confidence for one in answered),
        tuple(parts),
        tuple(citations.values()),
        model=next((one.model for one in answered if one.model), None),
        cut=tuple(words for one in found for words in one.cut),
        hits=tuple({hit.passage.id: hit for one in found for hit in one.hits}.values()),
        bar=max(one.bar for one in answered),
        sure=all(one.sure for one in answered),
        open_questions=rest,
    )


def _renumber(part: AnswerPart, numbers: dict[int, int]) -> AnswerPart:
    text = _NUMBER.sub(lambda found: f"[{numbers.get(int(found[1]), int(found[1]))}]", part.text)
    return replace(part, text=text, citations=tuple(numbers[number] for number in part.citations))
