"""Replays a past question with today's articles and settings, and compares the decisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.answering.answer_question import build_request
from bot.answering.finding import Finding
from bot.answering.gate import Gate
from bot.answering.several_questions import find_answers
from bot.answering.situation import NO_ANSWER_KINDS, read_situation
from bot.articles.article_store import address_of
from bot.audit.versions import versions
from bot.clock import Clock
from bot.contents.receipts import About, ArticleLink, ReplayContent, Verdict
from bot.contents.tickets import Notice
from bot.conversations.transcript import transcript
from bot.errors import BadRequest, NotFound, OutsideError, OutsideRefused
from bot.explain.differences import Case, changes_since, compare_words
from bot.explain.reasons import KINDS, headline, reason
from bot.explain.receipt_lookup import look_up_receipt
from bot.explain.receipts import answer_of, find_replayable, message_of
from bot.jobs import AnswerQuestion, ReplayQuestion
from bot.ports import ChatModel, KnowledgeBase, Workspace
from bot.settings.config import Config
from bot.triage.classify import classify
from bot.triage.model import TriageModel
from knowledge.markdown_blocks import plain_text
from storage.receipts import Receipt
from storage.transaction import Storage, Transaction

NOTHING_TO_ASK = (
    "There is no question to ask again here: the words were not kept, were taken back, or were not a customer's. "
    "The receipt above says what was decided."
)
FAILED = "The question could not be asked again just now. Nothing was lost; please press Replay again in a minute."
# Reasons for silence that are not about the question; a replay shows what Footbridge would answer without them.
NOT_ABOUT_QUESTION = frozenset(
    {"person_answers", "person_coming", "superseded", "taken_back", "already_answered", "customer_decided"}
)
CLOSED = frozenset({"not_found", "view_not_found"})


def ask_for_replay(about: About, window: str, *, storage: Storage, config: Config) -> None:
    """Queue a replay whose result is shown in `window`; it is a job because a model may take longer than Slack waits.

    Raises NotFound, and BadRequest when there is no question to ask again.
    """
    with storage.transaction() as tx:
        receipt = find_replayable(tx, look_up_receipt(tx, about, config).receipt)
        if receipt is None:
            raise BadRequest(NOTHING_TO_ASK)
        tx.jobs.enqueue(ReplayQuestion(receipt.id, window))


def replay_question(
    job: ReplayQuestion,
    *,
    storage: Storage,
    knowledge: KnowledgeBase,
    chat_model: ChatModel | None,
    gate: Gate,
    triage_model: TriageModel,
    config: Config,
    clock: Clock,
    workspace: Workspace,
    help_centre: str | None,
) -> None:
    """Replay a question and show the result in the window; does nothing when the window was closed."""
    content: ReplayContent | Notice
    try:
        content = replay(
            job.receipt_id,
            storage=storage,
            knowledge=knowledge,
            chat_model=chat_model,
            gate=gate,
            triage_model=triage_model,
            config=config,
            clock=clock,
            help_centre=help_centre,
        )
    except BadRequest as problem:
        content = Notice(problem.for_people)
    _show(job.window, content, workspace)


def _show(window: str, content: ReplayContent | Notice, workspace: Workspace) -> None:
    try:
        workspace.show_window(window, content)
    except OutsideRefused as refused:
        if refused.code not in CLOSED:
            raise


def show_replay_failed(job: ReplayQuestion, workspace: Workspace) -> None:
    """Show in the window that the replay failed."""
    try:
        workspace.show_window(job.window, Notice(FAILED))
    except OutsideError:
        return


def replay(
    receipt_id: int,
    *,
    storage: Storage,
    knowledge: KnowledgeBase,
    chat_model: ChatModel | None,
    gate: Gate,
    triage_model: TriageModel,
    config: Config,
    clock: Clock,
    help_centre: str | None,
) -> ReplayContent:
    """Replay the question of a receipt. Raises NotFound, and BadRequest when there is no question to ask again."""
    with storage.reading() as tx:
        case = _read_case(tx, receipt_id, config)
    kind = _kind_today(case, triage_model)
    silent = "channel_off" if case.situation.mode == "off" else kind if kind in NO_ANSWER_KINDS else ""
    question = replace(build_request(case.situation, config), kind=kind)
    finding = None if silent else find_answers(question, knowledge, chat_model, gate)
    made_by = versions(knowledge, gate.version)
    with storage.reading() as tx:
        then = _past_verdict(tx, case, help_centre)
        now = _silence(silent) if finding is None else _present_verdict(finding, case.situation.mode)
        changes = changes_since(tx, case, finding, made_by, chat_model, config, clock)
    return ReplayContent(
        headline=_summarise(then, now, case.receipt),
        question=finding.question if finding else case.text,
        then_at=case.receipt.at,
        then=then,
        now=now,
        words=compare_words(plain_text(then.words), plain_text(now.words)) if then.words and now.words else (),
        changes=(*_kind_change(case, kind), *changes),
    )


def _read_case(tx: Transaction, receipt_id: int, config: Config) -> Case:
    """Read the decision of a receipt as it was then. Raises NotFound when there is no question to ask again."""
    named = tx.receipts.get(receipt_id)
    receipt = find_replayable(tx, named) if named else None
    message = message_of(tx, receipt) if receipt else None
    if receipt is None or message is None or message.conversation_id is None:
        raise NotFound(NOTHING_TO_ASK)
    answer = answer_of(tx, receipt)
    today = read_situation(tx, AnswerQuestion(message.conversation_id, message.id), config)
    until = max(receipt.at, message.said_at)
    # The answer itself has the same time as its receipt, and must be left out.
    messages = [
        m
        for m in tx.conversations.messages(message.conversation_id)
        if (m.said_at < receipt.at if m.side == "bot" else m.said_at <= until)
    ]
    if not message.in_thread:
        messages = [m for m in messages if m.side != "bot"]
    shown = {
        str(citation["passage_id"])
        for earlier in tx.answers.of_conversation(message.conversation_id)
        if earlier.verdict == "not_quite" and (answer is None or earlier.id < answer.id)
        for citation in earlier.citations
    }
    return Case(
        receipt=receipt,
        answer=answer,
        situation=replace(today, talk=transcript(tx, config, messages), shown_passages=frozenset(shown)),
        text=message.text or "",
        edited_at=message.edited_at,
        dependencies=tx.answers.dependencies(answer.id) if answer else {},
    )


def _kind_today(case: Case, triage_model: TriageModel) -> str:
    """The kind of message that triage finds today. The kind `files` does not depend on the text, so it stays."""
    message = case.situation.message
    triage = classify(case.text, in_thread=message.in_thread, model=triage_model)
    return message.kind if message.kind == "files" or triage.kind == "empty" else triage.kind


def _kind_change(case: Case, kind: str) -> tuple[str, ...]:
    before = case.receipt.details.get("kind")
    if not before or before == kind:
        return ()
    return (f"The message was taken for {KINDS.get(str(before), before)}, and today for {KINDS.get(kind, kind)}.",)


def _silence(word: str) -> Verdict:
    return Verdict(headline("silent", {}), reason("silent", word))


def _past_verdict(tx: Transaction, case: Case, help_centre: str | None) -> Verdict:
    recorded, answer = case.receipt.details, case.answer
    articles = []
    for citation in answer.citations if answer else ():
        row = tx.articles.get(str(citation["article_id"]))
        url = address_of(row, help_centre) if row else citation.get("url")
        articles.append(ArticleLink(str(citation["title"]), url))
    return Verdict(
        headline=headline(case.receipt.decision, recorded),
        reason=reason(case.receipt.decision, case.receipt.reason),
        probability=recorded.get("probability"),
        articles=tuple(dict.fromkeys(articles)),
        words=_join_parts(str(part["text"]) for part in answer.parts) if answer else "",
    )


def _present_verdict(finding: Finding, mode: str) -> Verdict:
    return Verdict(
        headline=headline(finding.outcome, {"mode": mode}),
        reason=reason(finding.outcome, finding.reason),
        probability=round(finding.confidence, 3) if finding.hits else None,
        articles=tuple(dict.fromkeys(ArticleLink(one.title, one.url) for one in finding.citations)),
        words=_join_parts(part.text for part in finding.parts),
    )


def _join_parts(parts: Iterable[str]) -> str:
    return "\n\n".join(parts)


def _summarise(then: Verdict, now: Verdict, receipt: Receipt) -> str:
    """The difference in one sentence."""
    if {receipt.decision, receipt.reason} & NOT_ABOUT_QUESTION:
        return f"Left to itself, today: {now.headline}."
    if then.headline != now.headline:
        return f"Today it would come out differently: {now.headline}."
    if then.words == now.words:
        return "Today it comes out the same." if then.reason == now.reason else f"Still: {now.headline}. {now.reason}"
    if {one.title for one in then.articles} != {one.title for one in now.articles}:
        return "Today it would be answered from other articles."
    return "Today it would be answered in other words, from the same articles."
