"""`app.py run`: starts everything that runs, in the order in which it depends on each other."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from types import FrameType
from typing import Any

from bot import telemetry, upkeep
from bot.actions.desk import Desk
from bot.articles import article_store, sources
from bot.broadcasts import digests
from bot.clock import Clock, SystemClock
from bot.desk import status_updates
from bot.directory import configuration_file
from bot.directory.stored_directory import StoredDirectory
from bot.directory.vocabulary import VocabularyFile
from bot.errors import ConfigurationError
from bot.incoming import SLACK
from bot.integrations.remote_clock import RemoteClock
from bot.outbox.channel_kinds import ChannelKinds
from bot.ports import Directory
from bot.settings.config import Colleague
from bot.settings.environment import Settings
from bot.tools import Tools, help_centre
from bot.triage.model import shipped_model
from bot.workflows import JOBS, JobRow, publisher
from handlers import charts
from handlers.doctor import connecting_to_slack
from handlers.scheduler import Scheduler
from handlers.schedules import DeskSchedules
from handlers.slack import build_app, signed_http
from handlers.slack.client import BotIdentity, fetch_bot_identity, web_client
from handlers.slack.messenger import SlackMessenger
from handlers.slack.payloads import EventReader
from handlers.slack.profiles import SlackProfiles
from handlers.slack.socket_mode import SocketDoor
from handlers.web import server
from handlers.worker import Worker
from storage.database_lock import lock_database
from storage.errors import StorageError
from storage.jobs import JobLog
from storage.transaction import Storage
from storage.worker_storage import WorkerStorage
from wiring.adapters import (
    open_chat_model,
    open_knowledge,
    open_storage,
    read_gate,
    read_settings,
    source_context,
)


def run() -> None:
    """Starts the desk and works until SIGTERM or Ctrl-C."""
    given = read_settings(needs_slack=True)
    telemetry.set_up(given.log_level)
    asked_to_stop: list[int] = []

    def on_stop(call: Callable[[int, FrameType | None], object]) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, call)

    on_stop(signal.default_int_handler)
    with suppress(KeyboardInterrupt), ExitStack() as held:
        start_desk(given, held)
        on_stop(lambda number, _: asked_to_stop.append(number))
        # Not a wait without end: a signal that comes just before it begins would not be noticed.
        while not asked_to_stop:
            time.sleep(0.2)


def start_desk(given: Settings, held: ExitStack) -> None:
    """Everything that runs, in the order in which it depends on each other; `held` stops it backwards."""
    held.enter_context(lock_database(given.database_url))
    unheard, job_log = held.enter_context(open_storage(given))
    clock = open_clock(given, held)
    directory = StoredDirectory(unheard, clock)
    storage = Storage(unheard.engine, publisher(directory.current))
    mistakes = configuration_file.apply_at_start(given.config, directory=directory)
    slack = connect_to_slack(given)
    tools = gather_tools(given, storage, job_log, directory, clock, slack, held)
    worker, scheduler = start_working(given, tools, held)
    open_doors(given, tools, slack.bot, worker, scheduler, held)
    if mistakes:
        upkeep.tell_of_mistakes(given.config.name, mistakes, storage=storage, config=tools.config, clock=tools.clock)


def open_clock(given: Settings, held: ExitStack) -> Clock:
    if given.clock_url is None:
        return SystemClock()
    clock = RemoteClock(given.clock_url)
    held.callback(clock.close)
    return clock


@dataclass(frozen=True)
class Slack:
    """What talks to Slack for the tools: posts and windows, profiles, and who we are there."""

    bot: BotIdentity
    messenger: SlackMessenger
    profiles: SlackProfiles


def connect_to_slack(given: Settings) -> Slack:
    """Raises ConfigurationError, with what to do, when Slack refuses the token or cannot be reached."""
    client = web_client(given.slack_bot_token, given.slack_api_url)
    with connecting_to_slack(given.slack_api_url, "SLACK_BOT_TOKEN"):
        bot = fetch_bot_identity(client)
    return Slack(bot, SlackMessenger(client, bot, charts.draw_days), SlackProfiles(client))


def gather_tools(
    given: Settings,
    storage: Storage,
    job_log: JobLog,
    directory: Directory,
    clock: Clock,
    slack: Slack,
    held: ExitStack,
) -> Tools:
    """All that deciding code may ask for; the search index is brought up to date on the way."""
    config, around = directory.current(), source_context(given)
    # Folders are here at once; what others must send is read by the first job of the schedule.
    quick = [entry for entry in config.knowledge if sources.is_quick(entry)]
    sources.log_report(
        sources.sync_sources(quick, storage=storage, clock=clock, surroundings=around, all_named=config.knowledge)
    )
    words = VocabularyFile(lambda: directory.current().vocabulary)
    knowledge = held.enter_context(open_knowledge(given, words.current))
    article_store.update_index(knowledge, storage=storage, help_centre=help_centre(config, given.web_url))
    return Tools(
        storage=storage,
        directory=directory,
        clock=clock,
        messenger=ChannelKinds({SLACK: slack.messenger}),
        workspace=slack.messenger,
        profiles=slack.profiles,
        readers={SLACK: EventReader(slack.bot)},
        knowledge=knowledge,
        chat_model=open_chat_model(given),
        gate=read_gate(given),
        triage_model=shipped_model(),
        vocabulary=words.current,
        job_log=job_log,
        public_url=given.web_url,
        surroundings=around,
    )


def start_working(given: Settings, tools: Tools, held: ExitStack) -> tuple[Worker[JobRow[Any]], Scheduler]:
    """The worker that runs queued jobs, and the scheduler that queues what is due."""
    room = WorkerStorage(tools.storage.engine, seconds_between_posts=given.seconds_between_posts)
    worker = make_worker(tools, room, executor_id=given.executor_id)
    worker.start()
    held.callback(worker.stop)
    scheduler = Scheduler(
        DeskSchedules(tools.directory.current, lambda: _digest_readers(tools), tools.clock),
        tools.clock,
        lambda job, key: upkeep.queue_job(job, storage=tools.storage, key=key),
        lambda now: status_updates.queue_due(now, storage=tools.storage),
        expected=(StorageError, ConfigurationError),
    )
    scheduler.start()
    held.callback(scheduler.stop)
    return worker, scheduler


def make_worker(
    tools: Tools, room: WorkerStorage, *, executor_id: str | None = None, poll_seconds: float = 0.25
) -> Worker[JobRow[Any]]:
    """A worker that runs the table of jobs with the tools."""
    rows: Sequence[JobRow[Any]] = JOBS
    return Worker(
        room,
        rows,
        lambda row, job, attempt: row.run(tools, job, attempt),
        executor_id=executor_id,
        poll_seconds=poll_seconds,
        on_give_up=lambda row, job, error: row.on_give_up(tools, job, error) if row.on_give_up else None,
    )


def open_doors(
    given: Settings, tools: Tools, bot: BotIdentity, worker: Worker[JobRow[Any]], scheduler: Scheduler, held: ExitStack
) -> None:
    """Slack's door (Socket Mode or signed HTTP), and the web pages."""
    # Slack waits three seconds for a click to be answered.
    quick = SlackProfiles(web_client(given.slack_bot_token, given.slack_api_url, timeout_seconds=1))
    desk = Desk(replace(tools, profiles=quick))
    bolt = build_app(
        token=given.slack_bot_token,
        api_url=given.slack_api_url,
        bot=bot,
        signing_secret=given.slack_signing_secret,
        desk=desk,
    )
    door = SocketDoor(bolt, given.slack_app_token, given.slack_api_url) if given.slack_app_token else None

    def health() -> dict[str, object]:
        parts = {"worker": worker.alive(), "scheduler": scheduler.alive(), "slack": door.connected if door else True}
        return {"ok": all(parts.values()), **parts, "jobs": tools.job_log.counts()}

    signed = None if door else signed_http.answers(bolt)
    site = server.site(
        health_of=health,
        article=desk.public_article,
        slack=signed,
        desk=desk,
        secure=given.web_url.startswith("https:"),
    )
    held.callback(server.start(site, host=given.host, port=given.port).stop)
    if door is not None:
        with connecting_to_slack(given.slack_api_url, "SLACK_APP_TOKEN"):
            door.connect()
        held.callback(door.close)


def _digest_readers(tools: Tools) -> tuple[tuple[Colleague, str], ...]:
    return digests.readers(storage=tools.storage, profiles=tools.profiles, config=tools.config, clock=tools.clock)
