"""What keeps the desk in order: jobs that were given up, and those that may be forgotten."""

from __future__ import annotations

from datetime import timedelta

from bot.answering.answer_question import hand_over_failed
from bot.audit.receipts import write_receipt
from bot.clock import Clock
from bot.explain.replay import show_replay_failed
from bot.jobs import AnswerQuestion, Deliver, Job, PurgeJobs, ReplayQuestion
from bot.outbox.posting import create_post
from bot.ports import Messenger
from bot.settings.config import Config
from storage.jobs import JobLog
from storage.transaction import Storage

# Longer than Slack redelivers (24 h with delayed events) and than schedules look back: a key that is forgotten too
# early could be queued a second time.
KEEP_JOBS = timedelta(days=7)


def queue_job(job: Job, *, storage: Storage) -> bool:
    """Queues a job whose time has come; False when its key was queued before."""
    with storage.transaction() as tx:
        return tx.jobs.enqueue(job)


def purge_jobs(job: PurgeJobs, *, job_log: JobLog) -> None:
    job_log.purge(KEEP_JOBS)


def job_failed(
    job: Job, error: Exception, *, storage: Storage, config: Config, clock: Clock, messenger: Messenger
) -> None:
    """Brings a person where a customer would wait for nothing, and tells the triage channel; safe to run twice."""
    if isinstance(job, AnswerQuestion):
        hand_over_failed(job, "answering_failed", storage=storage, config=config, clock=clock)
        return
    if isinstance(job, ReplayQuestion):
        show_replay_failed(job, messenger)
        return
    if isinstance(job, Deliver) and job.channel_id != config.triage_channel:
        _say_undelivered(job, error, storage, config, clock)


def _say_undelivered(job: Deliver, error: Exception, storage: Storage, config: Config, clock: Clock) -> None:
    with storage.transaction() as tx:
        said = (
            f"A message for <#{job.channel_id}> could not be delivered ({error}). Please look whether Footbridge is in "
            f"that channel (`/invite @Footbridge`), then `python app.py jobs retry {job.key}`."
        )
        if not tx.posts.said_since(config.triage_channel, said, clock.now() - timedelta(days=1)):
            create_post(tx, clock.now(), "notice", 0, config.triage_channel, text=said)
        post = tx.posts.get(job.post_id)
        thread = tx.conversations.of_thread(post.channel_id, post.thread_ts) if post.thread_ts else None
        write_receipt(
            tx,
            clock.now(),
            "undelivered",
            "Slack refused the message; our people were told in the triage channel.",
            channel_id=post.channel_id,
            ts=post.thread_ts,
            conversation_id=thread.id if thread else None,
            post_id=post.id,
        )
