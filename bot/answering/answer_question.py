"""The job that answers a question.

read the conversation -> is an answer wanted? -> search the articles that this customer may see -> draft -> check ->
send or suggest, by the channel's mode
"""

from __future__ import annotations

from dataclasses import replace

from bot.answering.finding import AnswerRequest, Finding
from bot.answering.gate import Gate
from bot.answering.give_answer import give_answer
from bot.answering.several_questions import find_answers
from bot.answering.situation import Situation, keep_decision, read_situation, why_silent
from bot.audit.versions import versions
from bot.clock import Clock
from bot.desk.priority import sounds_urgent
from bot.jobs import AnswerQuestion
from bot.ports import ChatModel, KnowledgeBase
from bot.settings.config import Config
from bot.triage.model import TriageModel
from bot.triage.standalone_question import standalone_question
from storage.transaction import Storage


def answer_question(
    job: AnswerQuestion,
    *,
    storage: Storage,
    knowledge: KnowledgeBase,
    chat_model: ChatModel | None,
    gate: Gate,
    config: Config,
    clock: Clock,
    triage_model: TriageModel,
) -> None:
    """Answer the question, or hand it over to a person. Does nothing when a person already answers."""
    with storage.reading() as tx:
        situation = read_situation(tx, job, config)
        silent = why_silent(tx, situation)
    made_by = versions(knowledge, gate.version)
    finding = None if silent else find_answers(build_request(situation, config), knowledge, chat_model, gate)
    if finding is not None and finding.outcome == "handed_over":
        finding = replace(finding, urgent=sounds_urgent(finding.question, triage_model))
    with storage.transaction() as tx:
        fresh = read_situation(tx, job, config)
        silent = silent or why_silent(tx, fresh)
        if silent or finding is None:
            keep_decision(tx, clock.now(), fresh, "silent", silent or "nothing_to_do")
            return
        give_answer(tx, fresh, finding, config, clock, made_by)


def build_request(situation: Situation, config: Config) -> AnswerRequest:
    """The request for an answer in this situation, with what the customer may see and the precision that is wanted."""
    return AnswerRequest(
        talk=situation.talk,
        kind=situation.message.kind,
        audiences=config.audiences_for(situation.customer),
        precision=config.precision_in(situation.place, situation.mode),
        in_auto=config.precision_for(situation.place),
        shown_passages=situation.shown_passages,
        asked_back=situation.asked_back,
    )


def hand_over_failed(job: AnswerQuestion, reason: str, *, storage: Storage, config: Config, clock: Clock) -> None:
    """Hand the question over to a person because the job failed, so that the customer does not keep waiting."""
    with storage.transaction() as tx:
        situation = read_situation(tx, job, config)
        silent = why_silent(tx, situation)
        if silent:
            keep_decision(tx, clock.now(), situation, "silent", silent)
        else:
            finding = Finding("handed_over", reason, standalone_question(situation.talk))
            give_answer(tx, situation, finding, config, clock, versions())
