"""The table of jobs: the function of each job, its retries, and what happens when the last one fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot import jobs, upkeep
from bot.answering import answer_question
from bot.articles import article_store, sources
from bot.broadcasts import digests
from bot.corrections import review_answers
from bot.desk import escalation, open_ticket, queue, relay, status_updates
from bot.explain import replay
from bot.intake import receive_event
from bot.modes import review_modes
from bot.outbox import posting, reactions
from bot.tools import Tools
from bot.workflows.posts import contents_for

J = TypeVar("J", bound=jobs.Job)


@dataclass(frozen=True)
class JobRow(Generic[J]):
    """One row. `run` gets the number of the attempt, from 1; an earlier attempt may have had some or all of its effect.

    `retries` is the number of further attempts after an error with `retry` set. `on_give_up` is called with the error
    after the last attempt, at least once, so that the people who wait are told.
    """

    job: type[J]
    run: Callable[[Tools, J, int], None]
    retries: int
    on_give_up: Callable[[Tools, J, Exception], None] | None = None


# Without a type annotation, so that mypy checks the functions of each row against the row's own job.
JOBS = (
    JobRow(
        jobs.ReceiveEvent,
        lambda t, job, attempt: receive_event.receive_event(
            job,
            storage=t.storage,
            readers=t.readers,
            profiles=t.profiles,
            config=t.config,
            clock=t.clock,
            triage_model=t.triage_model,
            vocabulary=t.vocabulary,
        ),
        retries=10,
    ),
    JobRow(
        jobs.AnswerQuestion,
        lambda t, job, attempt: answer_question.answer_question(
            job,
            storage=t.storage,
            knowledge=t.knowledge,
            chat_model=t.chat_model,
            gate=t.gate,
            config=t.config,
            clock=t.clock,
            triage_model=t.triage_model,
        ),
        retries=3,
        on_give_up=lambda t, job, error: answer_question.hand_over_failed(
            job, "answering_failed", storage=t.storage, config=t.config, clock=t.clock
        ),
    ),
    JobRow(
        jobs.OpenTicket,
        lambda t, job, attempt: open_ticket.open_ticket(
            job,
            storage=t.storage,
            messenger=t.messenger,
            config=t.config,
            clock=t.clock,
            triage_model=t.triage_model,
        ),
        retries=10,
    ),
    JobRow(
        jobs.Deliver,
        lambda t, job, attempt: posting.deliver(
            job, attempt, storage=t.storage, messenger=t.messenger, clock=t.clock, contents=contents_for(t)
        ),
        retries=20,
        on_give_up=lambda t, job, error: upkeep.tell_undelivered(
            job, error, storage=t.storage, config=t.config, clock=t.clock
        ),
    ),
    JobRow(
        jobs.Refresh,
        lambda t, job, attempt: posting.redraw_post(
            job, storage=t.storage, messenger=t.messenger, contents=contents_for(t)
        ),
        retries=10,
    ),
    JobRow(jobs.React, lambda t, job, attempt: reactions.react(job, messenger=t.messenger), retries=5),
    JobRow(jobs.JoinPeople, lambda t, job, attempt: escalation.invite_people(job, workspace=t.workspace), retries=5),
    JobRow(
        jobs.CloseEscalations,
        lambda t, job, attempt: escalation.close_escalations(job, storage=t.storage, config=t.config, clock=t.clock),
        retries=10,
    ),
    JobRow(
        jobs.DraftRelay,
        lambda t, job, attempt: relay.draft_relay(
            job, storage=t.storage, chat_model=t.chat_model, config=t.config, clock=t.clock
        ),
        retries=3,
    ),
    JobRow(
        jobs.AskForUpdate,
        lambda t, job, attempt: status_updates.ask_for_update(
            job, storage=t.storage, chat_model=t.chat_model, config=t.config, clock=t.clock
        ),
        retries=5,
    ),
    JobRow(
        jobs.SendStatusUpdate,
        lambda t, job, attempt: status_updates.send_status_update(
            job, storage=t.storage, config=t.config, clock=t.clock
        ),
        retries=10,
    ),
    JobRow(
        jobs.SendDigest,
        lambda t, job, attempt: digests.send_digest(
            job, storage=t.storage, workspace=t.workspace, config=t.config, clock=t.clock
        ),
        retries=10,
    ),
    JobRow(
        jobs.PublishHome,
        lambda t, job, attempt: queue.publish_home(
            job, storage=t.storage, workspace=t.workspace, config=t.config, clock=t.clock
        ),
        retries=3,
    ),
    JobRow(
        jobs.RefreshIndex,
        lambda t, job, attempt: article_store.refresh_index(
            job, knowledge=t.knowledge, storage=t.storage, help_centre=t.help_centre
        ),
        retries=3,
    ),
    JobRow(
        jobs.ReadSources,
        lambda t, job, attempt: sources.resync_sources(
            job, storage=t.storage, config=t.config, clock=t.clock, surroundings=t.surroundings
        ),
        retries=30,
    ),
    JobRow(
        jobs.ReviewAnswers,
        lambda t, job, attempt: review_answers.review_answers(
            job,
            storage=t.storage,
            knowledge=t.knowledge,
            chat_model=t.chat_model,
            gate=t.gate,
            config=t.config,
            clock=t.clock,
            help_centre=t.help_centre,
        ),
        retries=3,
    ),
    JobRow(jobs.PurgeJobs, lambda t, job, attempt: upkeep.purge_jobs(job, job_log=t.job_log), retries=3),
    JobRow(
        jobs.ReviewModes,
        lambda t, job, attempt: review_modes.review_modes(job, storage=t.storage, config=t.config, clock=t.clock),
        retries=5,
    ),
    JobRow(
        jobs.ReplayQuestion,
        lambda t, job, attempt: replay.replay_question(
            job,
            storage=t.storage,
            knowledge=t.knowledge,
            chat_model=t.chat_model,
            gate=t.gate,
            triage_model=t.triage_model,
            config=t.config,
            clock=t.clock,
            workspace=t.workspace,
            help_centre=t.help_centre,
        ),
        retries=2,
        on_give_up=lambda t, job, error: replay.show_replay_failed(job, t.workspace),
    ),
)
