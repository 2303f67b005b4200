"""From a customer's question to a stored answer, and to whoever may see it; it posts nothing by itself.

read the conversation -> is an answer wanted? -> search what this customer may see -> draft -> check -> decide by mode
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.answering.finding import NOT_FOUND, AnswerRequest, Finding, find_answer
from bot.answering.gate import Gate
from bot.answering.wording import Outcome, Wording, by_when, language_of, wording
from bot.audit.receipts import write_receipt
from bot.audit.versions import versions
from bot.clock import Clock
from bot.contents.conversations import TranscriptLine
from bot.conversations.transcript import transcript
from bot.desk.lifecycle import apply
from bot.directory.channel_mode import mode_of
from bot.directory.people import name_of, zone_of
from bot.jobs import AnswerQuestion, OpenTicket
from bot.outbox.posting import post_to_customer, queue_redraw
from bot.ports import ChatModel, KnowledgeBase
from bot.settings.config import Config, Customer, Mode
from bot.triage.classify import SILENT_KINDS
from bot.triage.list_references import numbered_list
from bot.triage.standalone_question import standalone_question
from storage.addresses import Address, own
from storage.answers import Answer
from storage.conversations import Conversation, Message
from storage.tickets import Ticket
from storage.transaction import Storage, Transaction

NO_ANSWER_KINDS = SILENT_KINDS
OUTCOME_OF_REASON: dict[str, Outcome] = {
    "person_requested": "person",
    "complaint": "complaint",
    "answering_failed": "unreachable",
    "search_degraded": "unreachable",
    "did_not_help": "reopened",
    "same_answer_again": "reopened",
    "not_a_question": "passed_on",
    "still_unclear": "passed_on",
    "only_files": "passed_on",
}
QUESTION_BACK: dict[str, Outcome] = {
    "opening": "opening",
    "which_one": "which_one",
    "too_little": "too_little",
    "off_topic": "off_topic",
}
VERB_AFTER = {"answered": "answer", "asked_back": "ask_back", "handed_over": "hand_over"}


@dataclass(frozen=True)
class Situation:
    """All that deciding needs, read in one go, so that no transaction is open while searching or drafting."""

    conversation: Conversation
    place: Address
    message: Message
    customer: Customer
    mode: Mode
    redo: bool
    talk: tuple[TranscriptLine, ...]
    contact_name: str
    zone: str
    shown_passages: frozenset[str]
    asked_back: int


def answer_question(
    job: AnswerQuestion,
    *,
    storage: Storage,
    knowledge: KnowledgeBase,
    chat_model: ChatModel | None,
    gate: Gate,
    config: Config,
    clock: Clock,
) -> None:
    """Answers, or hands over to a person; says nothing when somebody else already answers."""
    with storage.reading() as tx:
        situation = read_situation(tx, job, config)
        silent = _why_silent(tx, situation)
    made_by = versions(knowledge, gate.version)
    finding = None if silent else find_answer(build_request(situation, config), knowledge, chat_model, gate)
    with storage.transaction() as tx:
        fresh = read_situation(tx, job, config)
        silent = silent or _why_silent(tx, fresh)
        if silent or finding is None:
            _receipt(tx, clock.now(), fresh, "silent", silent or "nothing_to_do")
            return
        _decide(tx, fresh, finding, config, clock, made_by)


def build_request(situation: Situation, config: Config) -> AnswerRequest:
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
    """Brings a person when answering itself broke down, so that nobody waits for nothing."""
    with storage.transaction() as tx:
        situation = read_situation(tx, job, config)
        silent = _why_silent(tx, situation)
        if silent:
            _receipt(tx, clock.now(), situation, "silent", silent)
        else:
            finding = Finding("handed_over", reason, standalone_question(situation.talk))
            _decide(tx, situation, finding, config, clock, versions())


def read_situation(tx: Transaction, job: AnswerQuestion, config: Config) -> Situation:
    conversation = tx.conversations.get(job.conversation_id)
    message = tx.conversations.message(job.message_id)
    customer = config.customer(conversation.customer_id)
    if message is None or customer is None:
        raise LookupError(f"message {job.message_id} or customer {conversation.customer_id} is gone")
    answers = tx.answers.of_conversation(conversation.id)
    shown = {c["passage_id"] for answer in answers if answer.verdict == "not_quite" for c in answer.citations}
    redo = job.revision > 0
    messages = tx.conversations.messages(conversation.id)
    if not message.in_thread:
        # One question in several messages: what was answered to its beginning is about to be replaced.
        messages = [each for each in messages if each.side != "bot" and not (redo and each.in_thread)]
    elif redo:
        messages = [each for each in messages if each.said_at <= message.said_at]
    place = tx.addresses.get(conversation.place_id)
    return Situation(
        conversation=conversation,
        place=place,
        message=message,
        customer=customer,
        mode=mode_of(tx, config, place),
        redo=redo,
        talk=transcript(tx, config, messages),
        contact_name=name_of(tx, config, conversation.contact_id),
        zone=zone_of(tx, config, conversation.contact_id, customer.id),
        shown_passages=frozenset(shown),
        asked_back=sum(a.outcome == "asked_back" and a.message_id != message.id for a in answers),
    )


def _why_silent(tx: Transaction, situation: Situation) -> str | None:
    """A stable word for why no answer is wanted (any more), or None."""
    conversation, message = situation.conversation, situation.message
    if situation.mode == "off":
        return "channel_off"
    if message.deleted_at is not None:
        return "message_deleted"
    if message.kind in NO_ANSWER_KINDS:
        return message.kind
    if conversation.taken_over_at is not None:
        return "person_answers"
    ticket = tx.tickets.of_conversation(conversation.id)
    if situation.mode == "auto" and is_with_people(tx, ticket, message):
        return "person_coming"
    if not situation.redo and any(a.message_id == message.id for a in tx.answers.of_conversation(conversation.id)):
        # An earlier try of this very job got so far before it was cut off.
        return "already_answered"
    if situation.redo and (answered := _answers_to(tx, situation)):
        return None if answered[-1].verdict is None else "customer_decided"
    later = (
        m
        for m in tx.conversations.messages(conversation.id)
        if m.side == "contact" and m.id > message.id and m.kind not in NO_ANSWER_KINDS
    )
    return "superseded" if any(later) else None


def is_with_people(tx: Transaction, ticket: Ticket | None, message: Message) -> bool:
    """Whether a ticket's people answer, and not Footbridge.

    People write a question in pieces. When a piece found no article and nobody has taken the ticket yet, what is added
    to it (or mended in it) at the top level of the channel is looked up once more.
    """
    if ticket is None or not ticket.is_open:
        return False
    if message.in_thread or ticket.status != "new" or ticket.assignee_id is not None:
        return True
    told = [answer for answer in tx.answers.of_conversation(ticket.conversation_id) if answer.state == "sent"]
    return not told or told[-1].reason not in NOT_FOUND or told[-1].verdict is not None


def _decide(
    tx: Transaction, situation: Situation, finding: Finding, config: Config, clock: Clock, made_by: dict[str, Any]
) -> None:
    """Stores the answer before anybody sees it, then queues it for whoever the channel's mode lets see it."""
    now = clock.now()
    if finding.reason == "off_topic":
        situation.message.kind = "off_topic"
    answer = _answer(situation, finding, config, now)
    apply(tx, answer, "draft", by=None, at=now)
    tx.answers.record_dependencies(
        answer.id, tx.articles.checksums(citation.article_id for citation in finding.citations)
    )
    if situation.mode == "auto":
        _send(tx, situation, answer, clock)
        if finding.outcome == "answered":
            _needs_nobody(tx, situation, now)
    else:
        _replace_earlier(tx, situation, answer, "suggestion", now)
    if situation.mode != "auto" or finding.outcome == "handed_over":
        tx.jobs.enqueue(OpenTicket(situation.conversation.id, answer.id))
    _receipt(
        tx,
        now,
        situation,
        finding.outcome,
        finding.reason,
        versions=made_by,
        answer_id=answer.id,
        **_seen(situation, finding, config),
    )


def _seen(situation: Situation, finding: Finding, config: Config) -> dict[str, Any]:
    """What was looked at and how well it fitted, for the receipt: ids and scores, no one's words."""
    return {
        "kind": situation.message.kind,
        "question_words": len(finding.question.split()),
        "audiences": sorted(config.audiences_for(situation.customer)),
        "probability": round(finding.confidence, 3) if finding.hits else None,
        "wanted_precision": config.precision_in(situation.place, situation.mode),
        "mode": situation.mode,
        "model": finding.model,
        "bar": round(finding.bar, 3) if finding.hits else None,
        "cut": list(finding.cut),
        "did_not_help": sorted(situation.shown_passages),
        "passages": [
            {
                "id": hit.passage.id,
                "score": round(hit.score, 3),
                "cosine": round(hit.cosine, 3),
                "bm25": round(hit.bm25, 2),
                "match": None if hit.match is None else round(hit.match, 3),
            }
            for hit in finding.hits
        ],
    }


def _needs_nobody(tx: Transaction, situation: Situation, now: datetime) -> None:
    """A ticket for the beginning of the question, which nobody has taken, is over: the whole of it has an answer."""
    ticket = tx.tickets.of_conversation(situation.conversation.id)
    if ticket is None or not ticket.is_open:
        return
    why = "The customer added words, and an article answers the whole."
    apply(tx, ticket, "resolve", by=None, at=now, why=why, new_messages=0)


def _answer(situation: Situation, finding: Finding, config: Config, now: datetime) -> Answer:
    due = config.tier_of(situation.customer).first_response_due(now)
    text = words_around(
        finding.outcome,
        "next_best" if situation.shown_passages and finding.outcome == "answered" else finding.reason,
        finding.question,
        situation.contact_name,
        bool(finding.near),
        due,
        now,
        situation.zone,
        options=finding.options,
        company=config.company.name,
    )
    return Answer(
        conversation_id=situation.conversation.id,
        message_id=situation.message.id,
        question=finding.question,
        outcome=finding.outcome,
        reason=finding.reason,
        mode=situation.mode,
        frame=text.frame,
        closing=text.closing,
        parts=[asdict(part) for part in finding.parts],
        citations=[asdict(c) for c in finding.citations],
        near=[asdict(c) for c in finding.near],
        options=list(finding.options),
        confidence=finding.confidence,
        sure=finding.sure,
        model=finding.model if finding.outcome == "answered" else None,
        created_at=now,
    )


def words_around(
    outcome: str,
    reason: str,
    question: str,
    contact_name: str,
    has_near: bool,
    due: datetime,
    now: datetime,
    zone: str,
    *,
    options: Sequence[str] = (),
    company: str = "",
) -> Wording:
    """The sentences before and after an answer, in the question's language; a hand-over promises a person by `due`."""
    language = language_of(question)
    if outcome == "asked_back":
        kind = QUESTION_BACK[reason]
        kind = "is_it_one" if kind == "too_little" and options else kind
        return wording(kind, language, name=contact_name, options=options, company=company)
    if outcome == "answered":
        kinds: dict[str, Outcome] = {"grounded": "by_model", "next_best": "next_best"}
        return wording(kinds.get(reason, "quoted"), language, name=contact_name)
    handed: Outcome = "near" if has_near else OUTCOME_OF_REASON.get(reason, "nothing")
    return wording(handed, language, name=contact_name, by=by_when(due, now, zone, language))


def _send(tx: Transaction, situation: Situation, answer: Answer, clock: Clock) -> None:
    """Posts the answer; what was answered to the beginning of the same question is replaced in its place."""
    conversation, now = situation.conversation, clock.now()
    apply(tx, answer, "send", by=None, at=now)
    apply(tx, conversation, VERB_AFTER[answer.outcome], by=None, at=now)
    conversation.first_response_at = conversation.first_response_at or now
    if not _replace_earlier(tx, situation, answer, "answer", now):
        post_to_customer(
            tx, now, conversation, "answer", answer.id, as_read(answer), author_id="footbridge", side="bot"
        )


def _replace_earlier(tx: Transaction, situation: Situation, answer: Answer, kind: str, now: datetime) -> bool:
    """Shows the answer where an earlier one to the same question stands; False when there is none to take over from."""
    earlier = _answer_to_replace(tx, situation, answer)
    if earlier is None:
        return False
    apply(tx, earlier, "replace", by=None, at=now)
    posts = tx.posts.showing(kind, earlier.id)
    for post in posts:
        post.subject_id = answer.id
        words = tx.conversations.message_at(own("post", post.id))
        if words is not None:
            words.text = as_read(answer)
    tx.flush()
    queue_redraw(tx, kind, answer.id)
    return bool(posts)


def _answer_to_replace(tx: Transaction, situation: Situation, answer: Answer) -> Answer | None:
    """What was said to the same message before it was edited, or, short of an answer, to the beginning of the question.

    An answer that somebody can read is never overwritten because of a later message.
    """
    standing = [a for a in _standing(tx, situation) if a.id != answer.id and a.state == answer.state]
    if situation.redo or situation.message.in_thread:
        standing = [a for a in standing if _is_of(tx, a, situation.message)]
    last = standing[-1] if standing else None
    if last is None or last.verdict is not None or not _is_of(tx, last, situation.message):
        return None
    read_already = last.outcome == "answered" and last.state == "sent"
    return None if read_already and not situation.redo else last


def _answers_to(tx: Transaction, situation: Situation) -> list[Answer]:
    return [a for a in _standing(tx, situation) if _is_of(tx, a, situation.message)]


def _standing(tx: Transaction, situation: Situation) -> list[Answer]:
    """Answers that somebody can see, oldest first."""
    answers = tx.answers.of_conversation(situation.conversation.id)
    return [answer for answer in answers if answer.state in ("drafted", "sent")]


def _is_of(tx: Transaction, answer: Answer, message: Message) -> bool:
    """Whether the answer is to that message; messages at the top level of the channel are one question."""
    if answer.message_id == message.id:
        return True
    answered = tx.conversations.message(answer.message_id)
    return not message.in_thread and answered is not None and not answered.in_thread


def plain_text(answer: Answer) -> str:
    """An answer as one Markdown text, for readers that have no blocks."""
    parts = [str(part["text"]) for part in answer.parts]
    return "\n\n".join(text for text in (answer.frame, *parts, answer.closing) if text)


def as_read(answer: Answer) -> str:
    """An answer as the thread's transcript keeps it: with the list that "the second one" may point at."""
    titles = answer.options or [citation["title"] for citation in answer.near or answer.citations]
    return "\n\n".join(text for text in (plain_text(answer), numbered_list(titles)) if text)


def _receipt(tx: Transaction, now: datetime, situation: Situation, decision: str, reason: str, **details: Any) -> None:
    write_receipt(
        tx,
        now,
        decision,
        reason,
        address_id=situation.message.address_id,
        conversation_id=situation.conversation.id,
        **details,
    )
