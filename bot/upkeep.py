"""What keeps the desk in order: jobs are queued and forgotten, and our people are told what went wrong."""

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

# Longer than Slack redelivers (24 h with delayed events) and than schedules look back: a key that is forgotten too
# early could be queued a second time.
KEEP_JOBS = timedelta(days=7)


def queue_job(job: Job, *, storage: Storage, key: str | None = None) -> bool:
    """Queues a job whose time has come; False when the key, else the job's own, was queued before."""
    with storage.transaction() as tx:
        return tx.jobs.enqueue(job, key=key)


def tell_of_mistakes(file: str, problems: Sequence[str], *, storage: Storage, config: Config, clock: Clock) -> None:
    """Our people hear in the triage channel that a configuration file was not applied, once a day in the same words.

    The mistakes themselves are for who can correct them: they are in the log, and `check` names them.
    """
    number = "a mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
    said = (
        f"{file} has {number}, so it was not applied when Footbridge started. Everything works as it was configured "
        "before. `python app.py check` names each mistake with its line; please pass this on to your administrator."
    )
    with storage.transaction() as tx:
        say_once_a_day(tx, clock.now(), config.triage_place, said)


def purge_jobs(job: PurgeJobs, *, job_log: JobLog) -> None:
    job_log.purge(KEEP_JOBS)


def tell_undelivered(job: Deliver, error: Exception, *, storage: Storage, config: Config, clock: Clock) -> None:
    """Our people hear in the triage channel that a post was given up; safe to run twice.

    What cannot be delivered to the triage channel itself cannot be told there: `jobs failed` shows it.
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
