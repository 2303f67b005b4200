"""THE TABLES to read first: which job is done by which function, who reacts to which event, what each post shows.

    JOBS      job -> function -> retries         (the worker runs these)
    EVENTS    event -> subscribers               (called in the transaction in which it happened, in this order)
    POSTS     kind of post -> what it shows      (made from the rows whenever a post is sent or redrawn)
    UseCases  all that a door may call           (each a plain function with its dependencies bound)

A function names what it needs as keyword arguments (`storage`, `config`, `clock`, ...) and gets it from the `Tools`
that app.py puts together. What comes from the directory is looked up at each call, so that a change counts at once.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from functools import cache, partial, wraps
from typing import Any, Generic, TypeVar

from bot import events, jobs, upkeep
from bot.answering import answer_question, choose_option, feedback, suggestions
from bot.answering import post_contents as answer_posts
from bot.answering.gate import Gate
from bot.articles import article_store, saved_answers, sources
from bot.articles.sources import SourceContext
from bot.audit.receipts import keep_receipt
from bot.broadcasts import digests
from bot.clock import Clock
from bot.corrections import approval, review_answers, wrong_articles
from bot.desk import (
    clocks,
    context_pack,
    escalation,
    history,
    queue,
    relay,
    replies,
    resolution,
    status_updates,
    tickets,
)
from bot.desk import post_contents as desk_posts
from bot.directory import people
from bot.events import Event
from bot.explain import receipts, replay
from bot.insights import dashboard, knowledge_gaps, sign_in
from bot.intake import receive_event
from bot.modes import decisions, mode_card, review_modes
from bot.outbox import posting, reactions
from bot.outbox import redraw_posts as redraw
from bot.outbox.posting import Contents
from bot.ports import ChatModel, Directory, EventReader, Messenger, Profiles, Workspace
from bot.settings.config import Config
from bot.triage.model import TriageModel
from knowledge.knowledge_base import KnowledgeBase
from knowledge.vocabulary import Vocabulary
from storage.jobs import JobLog
from storage.transaction import Storage, Transaction

T = TypeVar("T")
E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Tools:
    """Everything from outside that deciding code may ask for, by the name it asks with.

    Beside these fields it may ask for what is FROM_DIRECTORY.
    """

    storage: Storage
    directory: Directory
    clock: Clock
    messenger: Messenger
    workspace: Workspace
    profiles: Profiles
    readers: Mapping[str, EventReader]
    knowledge: KnowledgeBase
    chat_model: ChatModel | None
    gate: Gate
    triage_model: TriageModel
    vocabulary: Callable[[], Vocabulary]
    job_log: JobLog
    public_url: str
    surroundings: SourceContext

    def named(self, names: Collection[str]) -> dict[str, Any]:
        """The tools with these names, as they are now; all that is FROM_DIRECTORY is of one snapshot."""
        found = {field.name: getattr(self, field.name) for field in fields(self) if field.name in names}
        wanted = [name for name in FROM_DIRECTORY if name in names]
        if wanted:
            config = self.directory.current()
            found |= {name: FROM_DIRECTORY[name](config, self) for name in wanted}
        return found


@dataclass(frozen=True)
class JobRow:
    """A job, the function that does it, and how often it is tried again after an error that says `retry`."""

    job: type[jobs.Job]
    function: Callable[..., None]
    retries: int


JOBS: tuple[JobRow, ...] = (
    JobRow(jobs.ReceiveEvent, receive_event.receive_event, 10),
    JobRow(jobs.AnswerQuestion, answer_question.answer_question, 3),
    JobRow(jobs.OpenTicket, tickets.open_ticket, 10),
    JobRow(jobs.Deliver, posting.deliver, 20),
    JobRow(jobs.Refresh, posting.redraw_post, 10),
    JobRow(jobs.React, reactions.react, 5),
    JobRow(jobs.JoinPeople, escalation.invite_people, 5),
    JobRow(jobs.CloseEscalations, escalation.close_escalations, 10),
    JobRow(jobs.DraftRelay, relay.draft_relay, 3),
    JobRow(jobs.AskForUpdate, status_updates.ask_for_update, 5),
    JobRow(jobs.SendStatusUpdate, status_updates.send_status_update, 10),
    JobRow(jobs.SendDigest, digests.send_digest, 10),
    JobRow(jobs.PublishHome, queue.publish_home, 3),
    JobRow(jobs.RefreshIndex, article_store.refresh_index, 3),
    JobRow(jobs.ReadSources, sources.resync_sources, 30),
    JobRow(jobs.ReviewAnswers, review_answers.review_answers, 3),
    JobRow(jobs.PurgeJobs, upkeep.purge_jobs, 3),
    JobRow(jobs.ReviewModes, review_modes.review_modes, 5),
    JobRow(jobs.ReplayQuestion, replay.replay_question, 2),
)


@dataclass(frozen=True)
class Subscription(Generic[E]):
    """Who reacts to an event, in this order; each is called with the transaction, the event and the configuration."""

    event: type[E]
    subscribers: tuple[Callable[[Transaction, E, Config], None], ...]


def on(event: type[E], *subscribers: Callable[[Transaction, E, Config], None]) -> Subscription[E]:
    return Subscription(event, subscribers)


EVENTS: tuple[Subscription[Any], ...] = (
    # conversations
    on(
        events.CustomerWrote,
        tickets.count_new_message,
        history.add_step,
        escalation.relay_in,
        redraw.redraw_ticket_of_conversation,
    ),
    on(
        events.CustomerChangedMessage,
        history.add_step,
        redraw.redraw_changed_message,
        escalation.follow_changed_message,
        tickets.rename_ticket,
        redraw.redraw_ticket_of_conversation,
    ),
    on(events.ColleagueWrote),
    on(
        events.CustomerHeardFromUs,
        replies.record_first_response,
        replies.take_over,
        replies.give_owner,
        clocks.stop_first_response,
        redraw.redraw_ticket_of_conversation,
        review_modes.queue_review,
    ),
    on(events.ConversationTakenOver, keep_receipt),
    on(events.ConversationSolved, tickets.close_solved, reactions.mark_solved),
    on(events.ConversationReopened),
    on(events.ConversationWithdrawn, tickets.close_withdrawn),
    # answers
    on(events.AnswerDrafted, tickets.post_draft),
    on(events.AnswerSent),
    on(events.AnswerReplaced),
    on(events.AnswerWithdrawn, keep_receipt, redraw.redraw_answer, redraw.redraw_drafted_answer),
    on(events.AnswerPressed, keep_receipt, redraw.redraw_answer, review_modes.queue_review),
    on(events.DraftedAnswerSent, keep_receipt, redraw.redraw_drafted_answer),
    on(events.DraftedAnswerDiscarded, keep_receipt, redraw.redraw_drafted_answer, review_modes.queue_review),
    on(events.DraftedAnswerDropped, redraw.redraw_drafted_answer),
    # tickets
    on(events.TicketOpened, history.add_step, keep_receipt, clocks.start_first_response, tickets.post_card),
    on(events.TicketClaimed, history.add_step, keep_receipt, redraw.redraw_ticket),
    on(events.TicketAssigned, history.add_step, keep_receipt, tickets.notify_new_owner, redraw.redraw_ticket),
    on(events.PriorityChanged, history.add_step, keep_receipt, redraw.redraw_ticket),
    on(events.NoteAdded, keep_receipt),
    on(events.ReplySent, keep_receipt),
    on(
        events.TicketResolved,
        history.add_step,
        tickets.forget_new_messages,
        clocks.stop_clocks_of_ticket,
        escalation.end_escalations,
        keep_receipt,
        redraw.redraw_ticket,
    ),
    on(
        events.TicketReopened,
        history.add_step,
        keep_receipt,
        tickets.notify_owner_of_reopening,
        redraw.redraw_resolution,
        redraw.redraw_ticket,
        review_modes.queue_review,
    ),
    on(events.ResolutionConfirmed, keep_receipt, history.add_step, redraw.redraw_resolution, redraw.redraw_ticket),
    on(events.ResolutionDenied, keep_receipt, resolution.tell_engineers),
    # escalations
    on(
        events.TicketEscalated,
        history.add_step,
        keep_receipt,
        clocks.restart_update_clock,
        escalation.post_thread,
        redraw.redraw_ticket,
    ),
    on(
        events.EscalationTaken,
        history.add_step,
        keep_receipt,
        redraw.redraw_escalation,
        redraw.redraw_ticket,
    ),
    on(
        events.EscalationEnded,
        clocks.stop_update_clock,
        keep_receipt,
        escalation.discard_drafts,
        redraw.redraw_escalation,
    ),
    on(events.RelayDrafted, keep_receipt, relay.show_draft),
    on(events.RelayApproved, keep_receipt, redraw.redraw_relay),
    on(
        events.RelaySent,
        keep_receipt,
        escalation.discard_overtaken_updates,
        clocks.restart_update_clock,
        redraw.redraw_relay,
        redraw.redraw_escalation,
        redraw.redraw_ticket,
    ),
    on(events.RelayDiscarded, keep_receipt, redraw.redraw_relay),
    # corrections and modes
    on(events.CorrectionDrafted, review_answers.show_correction_draft, review_modes.queue_review),
    on(events.CorrectionSent, keep_receipt, redraw.redraw_answer, redraw.redraw_correction),
    on(events.CorrectionDropped, redraw.redraw_correction),
    on(events.ModeProposed, keep_receipt, review_modes.post_mode_card),
    on(events.ModeLost, keep_receipt, review_modes.post_mode_card),
    on(events.ModeChosen, keep_receipt, review_modes.post_mode_card),
    on(events.ModeEarned, keep_receipt, redraw.redraw_mode_card),
    on(events.ModeDeclined, keep_receipt, redraw.redraw_mode_card),
    on(events.ModeProposalWithdrawn, keep_receipt, redraw.redraw_mode_card),
    # posts
    on(events.PostDelivered, escalation.link_card_to_thread),
)

POSTS: Mapping[str, Callable[..., Any]] = {
    "answer": answer_posts.show_answer,
    "suggestion": answer_posts.show_suggestion,
    "ticket": desk_posts.show_ticket,
    "note": desk_posts.show_text,
    "notice": desk_posts.show_text,
    "escalation": desk_posts.show_escalation,
    "context_pack": context_pack.show_context_pack,
    "relayed_in": desk_posts.show_relayed_in,
    "relay": desk_posts.show_relay,
    "relayed_out": desk_posts.show_relayed_out,
    "reply": desk_posts.show_reply,
    "resolution": desk_posts.show_resolution,
    "digest": digests.show_digest,
    "mode_change": mode_card.show_mode_change,
    "correction": approval.show_correction,
}


def publisher(config: Callable[[], Config]) -> Callable[[Transaction, Any], None]:
    """What a Storage calls for each event: its subscribers, with the configuration of that moment."""
    table = {row.event: row.subscribers for row in EVENTS}

    def publish(tx: Transaction, event: Event) -> None:
        if subscribers := table[type(event)]:
            now = config()
            for react in subscribers:
                react(tx, event, now)

    return publish


def contents_for(config: Config, knowledge: KnowledgeBase) -> Contents:
    """What each kind of post shows, with what it needs beside the rows."""
    given = {"config": config, "worst_gaps": partial(knowledge_gaps.worst, knowledge=knowledge, config=config)}
    return {kind: partial(show, **_asked_for(show, given)) for kind, show in POSTS.items()}


def help_centre(config: Config, public_url: str) -> str:
    """Where articles without an address of their own can be read: the configured place, else our own pages."""
    return config.company.help_centre or f"{public_url}/articles"


FROM_DIRECTORY: Mapping[str, Callable[[Config, Tools], Any]] = {
    "config": lambda config, tools: config,
    "help_centre": lambda config, tools: help_centre(config, tools.public_url),
    "contents": lambda config, tools: contents_for(config, tools.knowledge),
}


def _asked_for(function: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name in _wanted(function)}


@cache
def _wanted(function: Callable[..., Any]) -> frozenset[str]:
    return frozenset(inspect.signature(function).parameters)


class UseCases:
    """All that a door may call; see each function for what it takes and what it raises."""

    def __init__(self, tools: Tools) -> None:
        def bound(function: Callable[..., T]) -> Callable[..., T]:
            return bind(function, tools)

        self.store_event = bound(receive_event.store_event)
        self.resolve_actor = bound(people.resolve_actor)
        self.queue_due = bound(status_updates.queue_due)
        self.queue = bound(upkeep.queue_job)
        self.tell_of_mistakes = bound(upkeep.tell_of_mistakes)
        self.digest_readers = bound(digests.readers)
        self.configuration = tools.directory.current
        self.public_article = bound(article_store.public_article)

        self.answer_solved = bound(feedback.answer_solved)
        self.not_quite_form = bound(feedback.not_quite_form)
        self.answer_not_quite = bound(feedback.answer_not_quite)
        self.get_person = bound(feedback.get_person)
        self.choose_option = bound(choose_option.choose_option)
        self.confirm_resolution = bound(resolution.confirm_resolution)

        self.suggestion_text = bound(suggestions.suggestion_text)
        self.send_suggestion = bound(suggestions.send_suggestion)
        self.discard_suggestion = bound(suggestions.discard_suggestion)

        self.claim = bound(tickets.claim)
        self.assign = bound(tickets.assign)
        self.set_priority = bound(tickets.set_priority)
        self.reply = bound(replies.reply)
        self.note = bound(tickets.note)
        self.escalation_form = bound(escalation.escalation_form)
        self.escalate = bound(escalation.escalate)
        self.resolution_form = bound(resolution.resolution_form)
        self.resolve = bound(resolution.resolve)
        self.list_tickets = bound(queue.list_tickets)
        self.show = bound(queue.show)
        self.search = bound(queue.search)
        self.desk_status = bound(queue.desk_status)
        worst_gaps = bound(knowledge_gaps.worst)
        self.digest_now = bound(partial(digests.digest_now, worst_gaps=worst_gaps))

        self.take = bound(escalation.take_escalation)
        self.draft_relay = bound(relay.ask_for_draft)
        self.relay_text = bound(relay.relay_text)
        self.send_relay = bound(relay.send_relay)
        self.approve_update = bound(relay.approve_update)
        self.discard_relay = bound(relay.discard_relay)

        self.list_modes = bound(decisions.list_modes)
        self.choose_mode = bound(decisions.choose_mode)
        self.accept_mode = bound(decisions.accept_mode)
        self.decline_mode = bound(decisions.decline_mode)
        self.why = bound(receipts.why)
        self.ask_for_replay = bound(replay.ask_for_replay)
        self.knowledge_gaps = bound(knowledge_gaps.knowledge_gaps)
        self.dashboard_link = bound(sign_in.dashboard_link)
        self.enter = bound(sign_in.enter)
        self.visitor = bound(sign_in.visitor)
        self.dashboard = bound(partial(dashboard.dashboard, channel_rows=decisions.channel_rows))
        self.correction_text = bound(approval.correction_text)
        self.send_correction = bound(approval.send_correction)
        self.discard_correction = bound(approval.discard_correction)
        self.mark_wrong = bound(wrong_articles.mark_wrong)
        self.mark_right = bound(wrong_articles.mark_right)
        self.remember_form = bound(saved_answers.remember_form)
        self.remember_answer = bound(saved_answers.remember_answer)
        self.remembered = bound(saved_answers.remembered)
        self.forget = bound(saved_answers.forget)


def bind(function: Callable[..., T], tools: Tools) -> Callable[..., T]:
    """The function with every tool that it names, as it is at each call."""
    names = _wanted(function)

    @wraps(function)
    def call(*arguments: Any, **more: Any) -> T:
        return function(*arguments, **{**tools.named(names), **more})

    return call


def runner(tools: Tools) -> Callable[[Callable[..., None], jobs.Job, int], None]:
    """How the worker runs a job: tools bound by name, and the number of the attempt for those that ask for it."""

    def run(function: Callable[..., None], job: jobs.Job, attempt: int) -> None:
        more = {"attempt": attempt} if "attempt" in _wanted(function) else {}
        bind(function, tools)(job, **more)

    return run


def on_failure(tools: Tools) -> Callable[[jobs.Job, Exception], None]:
    """What happens when a job is given up: a customer who asked still gets a person, and our people hear of it."""
    return bind(upkeep.job_failed, tools)
