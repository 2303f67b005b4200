"""Previews a change: answers past questions with and without it, and reports which answers get better or worse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.answering.ask_again import build_past_request
from bot.answering.finding import Finding
from bot.answering.gate import Gate
from bot.answering.several_questions import find_answers
from bot.articles import article_store
from bot.ports import ChatModel
from bot.settings.config import Config, Customer
from bot.texts.sentences import sentences_of
from bot.verification.normalise import normalise, support
from knowledge.ingestion import Changes
from knowledge.knowledge_base import KnowledgeBase
from storage.answers import Answer
from storage.transaction import Storage, Transaction

GOOD, BAD, UNKNOWN = "good", "bad", ""
SAME, BETTER, WORSE, OTHER = "same", "better", "worse", "other"
NOW_ANSWERED, NOW_HANDED_OVER = "now answered", "now handed over"
KEPT = 0.5  # the share of a known good answer's words that must still be there after a change


Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class PastQuestion:
    """A customer's question, what people thought of our answer (`known`: good, bad or ""), and the cited articles."""

    answer_id: int
    question: str
    at: datetime
    customer: Customer
    known: str
    articles: frozenset[str]


@dataclass(frozen=True)
class Way:
    """How an answer is made: with which model (None: quotes), and with which precision (None: as configured)."""

    chat_model: ChatModel | None
    precision: float | None = None


@dataclass(frozen=True)
class Compared:
    """One past question, answered before and after the change. `verdict` is one of the constants above."""

    past: PastQuestion
    before: Finding
    after: Finding
    verdict: str
    why: str = ""


@dataclass(frozen=True)
class Preview:
    compared: tuple[Compared, ...]

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(one.verdict for one in self.compared))

    @property
    def regressions(self) -> int:
        """The number of known good answers that the change would remove or make worse."""
        return self.counts.get(WORSE, 0)


def preview(
    changes: Changes,
    before: Way,
    after: Way,
    *,
    storage: Storage,
    config: Config,
    knowledge: KnowledgeBase,
    gate: Gate,
    help_centre: str | None,
    limit: int,
    progress: Progress = lambda done, total, title: None,
) -> Preview:
    """Answer up to `limit` past questions before and after a change, and compare.

    `knowledge` must be a separate index, because it is written to. `before` and `after` are how answers are made.
    """
    pasts = past_questions(storage=storage, config=config, limit=limit)
    articles = article_store.list_indexed_articles(storage=storage, help_centre=help_centre)
    article_store.sync_index(knowledge, articles, progress)
    then = [_ask(past, before, knowledge, gate, config, at, len(pasts), progress) for at, past in enumerate(pasts, 1)]
    article_store.sync_index(knowledge, article_store.with_changes(articles, changes, help_centre))
    now = [_ask(past, after, knowledge, gate, config, at, len(pasts), progress) for at, past in enumerate(pasts, 1)]
    return Preview(tuple(compare(past, one, other) for past, one, other in zip(pasts, then, now, strict=True)))


def _ask(
    past: PastQuestion,
    way: Way,
    knowledge: KnowledgeBase,
    gate: Gate,
    config: Config,
    at: int,
    total: int,
    progress: Progress,
) -> Finding:
    found = find_answers(
        build_past_request(past.question, past.at, past.customer, config, precision=way.precision),
        knowledge,
        way.chat_model,
        gate,
    )
    progress(at, total, "past questions")
    return found


def past_questions(*, storage: Storage, config: Config, limit: int) -> tuple[PastQuestion, ...]:
    """Return the newest questions that were answered or handed over, each once for a customer, oldest first.

    If the same question was asked several times, one that people judged is kept.
    """
    found: dict[tuple[str, str], PastQuestion] = {}
    with storage.reading() as tx:
        for answer in tx.answers.past(limit):
            customer = config.customer(tx.conversations.get(answer.conversation_id).customer_id)
            if customer is None or answer.mode == "correction":
                continue
            key = (normalise(answer.question)[0], customer.id)
            known = judged(answer, thrown_away=_was_discarded(tx, answer))
            if key not in found or (known and not found[key].known):
                cited = frozenset(one["article_id"] for one in answer.citations)
                found[key] = PastQuestion(answer.id, answer.question, answer.created_at, customer, known, cited)
    return tuple(sorted(found.values(), key=lambda past: past.answer_id))


def judged(answer: Answer, *, thrown_away: bool) -> str:
    """What people thought of an answer: good, bad or ""; the customer's judgement counts before the agent's."""
    if answer.outcome != "answered":
        return UNKNOWN
    if answer.verdict is not None:
        return {"solved": GOOD, "not_quite": BAD}.get(answer.verdict, UNKNOWN)
    if thrown_away:
        return BAD
    sent_as_drafted = answer.state == "sent" and answer.decided_by is not None and not answer.edited
    return GOOD if sent_as_drafted else UNKNOWN


def _was_discarded(tx: Transaction, answer: Answer) -> bool:
    """Whether an agent pressed Discard. A draft that was replaced or not used was not judged."""
    return answer.state == "discarded" and any(
        receipt.decision == "suggestion_discarded" and receipt.details.get("answer_id") == answer.id
        for receipt in tx.receipts.of_conversation(answer.conversation_id)
    )


def compare(past: PastQuestion, before: Finding, after: Finding) -> Compared:
    """Compare the answers to one question before and after a change.

    A known good answer gets worse when it is removed, comes from another article, or keeps less than half of its words.
    A judgement counts only if the answer before the change still comes from one of the articles that it was about.
    """
    known = past.known if past.articles & _articles(before) else UNKNOWN
    verdict, why = _verdict(known, before, after)
    return Compared(past, before, after, verdict, why)


def _verdict(known: str, before: Finding, after: Finding) -> tuple[str, str]:
    was, would_be = before.outcome == "answered", after.outcome == "answered"
    if not was:
        return (NOW_ANSWERED, "") if would_be else (SAME, "")
    if not would_be:
        lost = {GOOD: (WORSE, "it is no longer answered"), BAD: (BETTER, "it was not quite it")}
        return lost.get(known, (NOW_HANDED_OVER, ""))
    if normalise(words_of(before))[0] == normalise(words_of(after))[0] and _articles(before) == _articles(after):
        return SAME, ""
    moved = not _articles(before) & _articles(after)
    kept = share_kept(words_of(before), words_of(after))
    why = "it comes from another article" if moved else f"{kept:.0%} of its words are left"
    if known == GOOD and (moved or kept < KEPT):
        return WORSE, why
    if known == BAD and (moved or kept < KEPT):
        return BETTER, why
    return OTHER, why


def share_kept(before: str, after: str) -> float:
    """The share (0 to 1) of a text that another one still says.

    Each sentence is compared with the most similar one and weighted by its length. Whole texts are not compared,
    because the articles of one product share most of their words.
    """
    said, sentences = sentences_of(before), sentences_of(after)
    weighed = [(len(one.split()), max((support(one, other) for other in sentences), default=0.0)) for one in said]
    return sum(weight * share for weight, share in weighed) / (sum(weight for weight, _ in weighed) or 1)


def words_of(finding: Finding) -> str:
    """The text of a finding's answer."""
    return "\n\n".join(part.text for part in finding.parts)


def _articles(finding: Finding) -> frozenset[str]:
    return frozenset(citation.article_id for citation in finding.citations)
