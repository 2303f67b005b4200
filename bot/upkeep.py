"""Upkeep of the desk: queues and deletes jobs, and reports mistakes and undelivered posts in the triage channel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.audit.receipts import write_receipt
from bot.clock import Clock
from bot.contents.marks import place_mark
from bot.jobs import Deliver, Job, PurgeJobs
from bot.outbox.posting import say_once_a_day
from bot.settings.config import Config
from storage.addresses import Address
from storage.jobs import JobLog
from storage.transaction import Storage

# Longer than Slack redelivers an event (24 h with delayed events) and than schedules look back. If a key were deleted
# earlier, the same job could be queued a second time.
KEEP_JOBS = timedelta(days=7)


def queue_job(job: Job, *, storage: Storage, key: str | None = None) -> bool:
    """Queue a job that is due. Returns False when `key` (by default the job's own key) was queued before."""
    with storage.transaction() as tx:
        return tx.jobs.enqueue(job, key=key)


def tell_of_mistakes(file: str, problems: Sequence[str], *, storage: Storage, config: Config, clock: Clock) -> None:
    """Report in the triage channel that a configuration file was not applied; the same text at most once a day.

    The mistakes themselves are in the log, and `python app.py check` lists them.
    """
    number = "a mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
    said = (
        f"{file} has {number}, so it was not applied when Footbridge started. Everything works as it was configured "
        "before. `python app.py check` names each mistake with its line; please pass this on to your administrator."
    )
    with storage.transaction() as tx:
        say_once_a_day(tx, clock.now(), config.triage_place, said)


def purge_jobs(job: PurgeJobs, *, job_log: JobLog) -> None:
    """Delete finished jobs that are older than KEEP_JOBS."""
    job_log.purge(KEEP_JOBS)


def tell_undelivered(job: Deliver, error: Exception, *, storage: Storage, config: Config, clock: Clock) -> None:
    """Report in the triage channel that a post could not be delivered; safe to run twice.

    A post for the triage channel itself is only shown by `python app.py jobs failed`.
    """
    if Address.from_key(job.place) == config.triage_place:
        return
    with storage.transaction() as tx:
        said = (
            f"A message for {place_mark(Address.from_key(job.place))} could not be delivered ({error}). Please look "
            "whether Footbridge is in "
            f"that channel (`/invite @Footbridge`), then `python app.py jobs retry {job.key}`."
        )
        say_once_a_day(tx, clock.now(), config.triage_place, said)
        post = tx.posts.get(job.post_id)
        thread = tx.conversations.of_thread(tx.addresses.get(post.thread_id)) if post.thread_id else None
        write_receipt(
            tx,
            clock.now(),
            "undelivered",
            "Slack refused the message; our people were told in the triage channel.",
            address_id=post.thread_id,
            conversation_id=thread.id if thread else None,
            post_id=post.id,
        )
