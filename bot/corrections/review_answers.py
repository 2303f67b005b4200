"""The job that finds sent answers that a changed article made wrong, and drafts corrections for agents to approve.

find the answers that depend on the article -> does the article still support them? -> ask again -> draft a correction
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.answering.ask_again import build_past_request
from bot.answering.finding import Finding, find_answer
from bot.answering.gate import Gate
from bot.articles import article_store
from bot.articles.citations import with_whole_quotes
from bot.audit.receipts import write_receipt
from bot.clock import Clock
from bot.corrections.wording import correction, numbered
from bot.desk.lifecycle import apply
from bot.directory.languages import answer_language
from bot.directory.people import name_of, zone_of
from bot.events import CorrectionDrafted
from bot.jobs import AnswerQuestion, ReviewAnswers
from bot.outbox.posting import create_post, queue_redraw
from bot.ports import ChatModel
from bot.settings.config import Config
from bot.texts.catalogue import for_customers
from bot.texts.times import dated_time
from bot.verification import still_supported
from knowledge.knowledge_base import KnowledgeBase
from storage.answers import Answer
from storage.articles import StoredArticle
from storage.corrections import Correction
from storage.transaction import Storage, Transaction


@dataclass(frozen=True)
class WrongAnswer:
    """A sent answer, and the texts (`before`) in it that are no longer right."""

    answer: Answer
    before: tuple[str, ...]
    customer_id: str


@dataclass(frozen=True)
class Review:
    """The result of checking the answers that depend on an article.

    `counts` says how many had each result. `wrong` are sent answers to correct. `stale` are drafts that were not sent
    yet and are made again.
    """

    counts: Counter[str]
    wrong: tuple[WrongAnswer, ...]
    stale: tuple[Answer, ...]


def review_answers(
    job: ReviewAnswers,
    *,
    storage: Storage,
    knowledge: KnowledgeBase,
    chat_model: ChatModel | None,
    gate: Gate,
    config: Config,
    clock: Clock,
    help_centre: str | None,
) -> None:
    """Draft a correction for every sent answer that is no longer right; safe to run twice."""
    with storage.transaction() as tx:
        row = tx.articles.get(job.article_id)
        if not _is_current(job, row):
            return
        for waiting in tx.corrections.waiting(job.article_id):
            if (waiting.checksum, waiting.cause) != (job.checksum, job.cause):
                apply(tx, waiting, "replace", by=None, at=clock.now())
        review = _review(tx, job, row, config, clock.now())
    if not review.counts:
        return
    if review.wrong or review.stale:
        article_store.update_index(knowledge, storage=storage, help_centre=help_centre)
    found = [_answer_again(one, knowledge, chat_model, gate, config, clock) for one in review.wrong]
    with storage.transaction() as tx:
        for draft in review.stale:
            revision = int(clock.now().timestamp() * 1000)
            tx.jobs.enqueue(AnswerQuestion(draft.conversation_id, draft.message_id, revision))
        drafted = sum(
            _draft(tx, job, one, finding, config, clock) for one, finding in zip(review.wrong, found, strict=True)
        )
        why = f"An article that answers were taken from was {_DONE[job.cause]}."
        of: dict[str, Any] = {"article_id": job.article_id, "cause": job.cause, "drafted": drafted}
        write_receipt(tx, clock.now(), "answers_reviewed", why, counts=dict(review.counts), **of)


_DONE = {"changed": "changed", "wrong": "marked as wrong", "withdrawn": "withdrawn"}


def _is_current(job: ReviewAnswers, row: StoredArticle | None) -> bool:
    """Whether the article has not changed since the job was queued; a later change has a job of its own."""
    if job.cause == "withdrawn":
        return row is None
    if row is None or row.checksum != job.checksum:
        return False
    return (row.wrong_since is not None) == (job.cause == "wrong")


def _review(tx: Transaction, job: ReviewAnswers, row: StoredArticle | None, config: Config, now: datetime) -> Review:
    oldest = now - timedelta(days=config.policies.correct_answers_days)
    counts: Counter[str] = Counter()
    wrong, stale = [], []
    for answer in tx.answers.depending_on(job.article_id):
        if answer.state == "drafted" and answer.mode == "suggest" and _find_wrong_text(answer, job, row):
            counts["draft_made_anew"] += 1
            stale.append(answer)
        if answer.state != "sent" or answer.outcome != "answered":
            continue
        conversation = tx.conversations.get(answer.conversation_id)
        if any(one.state == "sent" for one in tx.corrections.of_answer(answer.id)):
            counts["corrected_before"] += 1  # the correction is an answer of its own
        elif conversation.status == "withdrawn" or config.customer(conversation.customer_id) is None:
            counts["conversation_over"] += 1
        elif (answer.sent_at or answer.created_at) < oldest:
            counts["too_old"] += 1
        elif before := _find_wrong_text(answer, job, row):
            counts["no_longer_right"] += 1
            wrong.append(WrongAnswer(answer, before, conversation.customer_id))
        else:
            counts["still_right"] += 1
    return Review(counts, tuple(wrong), tuple(stale))


def _find_wrong_text(answer: Answer, job: ReviewAnswers, row: StoredArticle | None) -> tuple[str, ...]:
    if row is None or job.cause != "changed":
        return still_supported.whole_answer(answer, job.article_id)
    return still_supported.unsupported_lines(answer, job.article_id, f"{row.title}\n\n{row.body}")


def _answer_again(
    one: WrongAnswer, knowledge: KnowledgeBase, chat_model: ChatModel | None, gate: Gate, config: Config, clock: Clock
) -> Finding | None:
    """Find an answer to the same question now; None when none is sure enough."""
    customer = config.customer(one.customer_id)
    if customer is None:
        return None
    finding = find_answer(
        build_past_request(one.answer.question, clock.now(), customer, config), knowledge, chat_model, gate
    )
    return finding if finding.outcome == "answered" else None


def _draft(
    tx: Transaction, job: ReviewAnswers, one: WrongAnswer, finding: Finding | None, config: Config, clock: Clock
) -> bool:
    """Store the draft, which shows it to agents. Returns False when there is nothing new to say."""
    if finding and job.cause == "withdrawn" and _says_the_same(tx, one, finding):
        return False
    conversation = tx.conversations.get(one.answer.conversation_id)
    now, zone = clock.now(), zone_of(tx, config, conversation.contact_id, conversation.customer_id)
    citations = _citations_of(finding)
    language = answer_language(tx, config, conversation, one.answer.question)
    text = correction(
        job.cause,
        language,
        name=name_of(tx, config, conversation.contact_id),
        told_on=dated_time(one.answer.sent_at or one.answer.created_at, zone, for_customers(language)),
        before=one.before,
        now=[numbered(part.text, part.citations[0]) for part in finding.parts] if finding else [],
    )
    draft = _find_or_create(tx, job, one, citations, now)
    if draft is None:
        return False
    apply(tx, draft, "draft", by=None, at=now, text=text, citations=citations)
    return True


def show_correction_draft(tx: Transaction, event: CorrectionDrafted, config: Config) -> None:
    """Subscriber: post the draft's card in the triage channel, or redraw the one that is there."""
    if tx.posts.showing("correction", event.correction_id):
        queue_redraw(tx, "correction", event.correction_id)
    else:
        create_post(tx, event.at, "correction", event.correction_id, config.triage_place)


def _citations_of(finding: Finding | None) -> list[dict[str, Any]]:
    """The citations of the correction, as stored, with complete quotes: an agent may change the text around them."""
    if finding is None:
        return []
    citations = [asdict(one) for one in finding.citations]
    return citations if finding.model else with_whole_quotes([asdict(part) for part in finding.parts], citations)


def _find_or_create(
    tx: Transaction, job: ReviewAnswers, one: WrongAnswer, citations: Sequence[dict[str, Any]], now: datetime
) -> Correction | None:
    """Return a new correction, or one for the same change that was replaced in between.

    None when the same correction is drafted, sent or discarded already.
    """
    before = "\n\n".join(one.before)
    for earlier in tx.corrections.of_answer(one.answer.id):
        same = (earlier.article_id, earlier.checksum, earlier.cause) == (job.article_id, job.checksum, job.cause)
        if same:
            return earlier if earlier.state == "replaced" else None
        same_quotes = [each["quote"] for each in earlier.citations] == [each["quote"] for each in citations]
        if earlier.state == "discarded" and earlier.before == before and same_quotes:
            return None  # an agent discarded a correction with the same content before
    return Correction(
        answer_id=one.answer.id,
        conversation_id=one.answer.conversation_id,
        article_id=job.article_id,
        checksum=job.checksum,
        cause=job.cause,
        before=before,
        created_at=now,
    )


def _says_the_same(tx: Transaction, one: WrongAnswer, finding: Finding) -> bool:
    """Whether the new finding's articles still support the answer, as when an article only got another id."""
    rows = [tx.articles.get(citation.article_id) for citation in finding.citations]
    text = "\n\n".join(f"{row.title}\n\n{row.body}" for row in rows if row is not None)
    holds = (
        still_supported.still_supported
        if one.answer.model is not None or one.answer.edited
        else still_supported.is_supported
    )
    return all(holds(words, text) for words in one.before)
