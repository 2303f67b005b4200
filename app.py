"""Wires everything: settings -> adapters -> use cases -> doors. Nothing imports it."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import TYPE_CHECKING

from bot.clock import Clock, SystemClock
from bot.directory import configuration_file
from bot.directory.stored_directory import StoredDirectory
from bot.directory.vocabulary import VocabularyFile, read_vocabulary
from bot.errors import BotError, ConfigurationError
from bot.ports import Directory
from bot.settings import config_file as configuration
from bot.settings.config import Config
from bot.settings.environment import Settings
from bot.texts.configuration import summary
from handlers import cli
from handlers.doctor import Verdict
from handlers.previews import WhatIf
from knowledge.errors import IndexBusyError, KnowledgeError
from knowledge.vocabulary import EMPTY, Vocabulary
from storage.database import is_current, open_engine, upgrade
from storage.database_lock import lock_database
from storage.errors import StorageError
from storage.jobs import JobLog
from storage.transaction import Storage

if TYPE_CHECKING:
    from slack_sdk import WebClient

    from bot.answering.gate import Gate
    from bot.articles.sources import Report, SourceContext
    from bot.explain.preview import Preview
    from bot.ports import ChatModel
    from bot.workflows import Tools
    from handlers.scheduler import Scheduler
    from handlers.slack.client import BotIdentity
    from handlers.worker import Worker
    from knowledge.embeddings import Embeddings
    from knowledge.ingestion import Changes
    from knowledge.knowledge_base import KnowledgeBase

Progress = Callable[[str, int, int | None, str], None]

log = logging.getLogger("footbridge")


def settings(*, needs_slack: bool = False) -> Settings:
    return Settings.from_env(os.environ, needs_slack=needs_slack)


EXPECTED: tuple[type[Exception], ...] = (BotError, KnowledgeError, StorageError, OSError)


def open_jobs() -> JobLog:
    engine = open_engine(settings().database_url)
    upgrade(engine)
    return JobLog(engine)


@contextmanager
def open_storage(given: Settings) -> Iterator[tuple[Storage, JobLog]]:
    engine = open_engine(given.database_url)
    try:
        upgrade(engine)
        yield Storage(engine), JobLog(engine)
    finally:
        engine.dispose()


def embeddings(given: Settings) -> Embeddings:
    from knowledge.local_embeddings import LocalEmbeddings, packaged_embeddings
    from knowledge.openai_embeddings import OpenAIEmbeddings

    if given.embeddings == "openai":
        return OpenAIEmbeddings(
            api_key=given.openai_api_key or "none",
            model=given.embedding_model,
            base_url=given.openai_base_url,
            timeout=given.model_timeout_seconds,
        )
    return LocalEmbeddings(given.embeddings_folder) if given.embeddings_folder else packaged_embeddings()


@contextmanager
def open_directory(given: Settings | None = None) -> Iterator[Directory]:
    """The stored configuration, for a command of its own."""
    with open_storage(given or settings()) as (storage, _):
        yield StoredDirectory(storage, SystemClock())


def configured(given: Settings, storage: Storage) -> Config:
    """The stored configuration; footbridge.yaml is applied when there is none yet."""
    directory = StoredDirectory(storage, SystemClock())
    if not directory.version().number:
        configuration_file.apply_at_start(given.config, directory=directory)
    return directory.current()


def not_applied(given: Settings, storage: Storage) -> str:
    """A sentence for who reads a command's result, when footbridge.yaml says something else than what was used."""
    directory = StoredDirectory(storage, SystemClock())
    if not given.config.exists() or configuration_file.is_applied(given.config, directory=directory):
        return ""
    return (
        f" {given.config} has changed since it was last applied, and this used the stored configuration: "
        "`python app.py config apply` shows what would change."
    )


def open_knowledge(
    given: Settings, vocabulary: Callable[[], Vocabulary] = lambda: EMPTY, trial: Path | None = None
) -> KnowledgeBase:
    """The index at work, or one in the folder `trial` that nobody else has."""
    from knowledge.knowledge_base import KnowledgeBase

    return KnowledgeBase.open(
        trial or given.home / "index",
        embeddings(given),
        None if trial is not None else given.chroma_url,
        vocabulary=vocabulary,
    )


def chat_model(given: Settings, draft_rules: str | None = None) -> ChatModel | None:
    if not given.has_model:
        return None
    from bot.integrations.openai_chat import OpenAIChat

    return OpenAIChat(
        api_key=given.openai_api_key,
        base_url=given.openai_base_url,
        model=given.chat_model,
        timeout_seconds=given.model_timeout_seconds,
        draft_rules=draft_rules,
    )


def evaluation(name: str) -> Callable[[Sequence[str]], int]:
    """One of the programs in `evals/`, read in only when it is asked for."""

    def run(arguments: Sequence[str]) -> int:
        from importlib import import_module

        code: int = import_module(f"evals.{name}").main(arguments)
        return code

    return run


EVALUATIONS = {name: evaluation(name) for name in ("retrieval", "answers", "triage", "safety", "calibrate", "modes")}


def gate(given: Settings) -> Gate:
    """The gate that was fitted for this desk, else the one that comes with Footbridge."""
    from bot.answering import gate as gates

    own = given.home / "gate.json"
    return gates.load_gate(own if own.exists() else gates.SHIPPED)


def surroundings(given: Settings) -> SourceContext:
    from bot.articles.sources import SourceContext

    return SourceContext(cache=given.home / "repositories", environ=os.environ)


def ingest(paths: Sequence[Path], audience: str | None, progress: Progress) -> tuple[Report, str]:
    """Reads articles into the table, and into the index: here, or in the running bot when that owns the index."""
    from bot.articles import article_store, sources
    from bot.jobs import RefreshIndex
    from bot.workflows import help_centre

    given, clock = settings(), SystemClock()
    with open_storage(given) as (storage, _):
        config = configured(given, storage)
        wanted = sources.select_sources(config, paths, audience)
        note = not_applied(given, storage)
        report = sources.sync_sources(
            wanted,
            storage=storage,
            clock=clock,
            surroundings=surroundings(given),
            all_named=config.knowledge,
            progress=progress,
        )
        try:
            with open_knowledge(given) as knowledge:
                article_store.update_index(
                    knowledge,
                    storage=storage,
                    help_centre=help_centre(config, given.web_url),
                    progress=partial(progress, "search index"),
                )
        except IndexBusyError as busy:
            with storage.transaction() as tx:
                tx.jobs.enqueue(RefreshIndex(clock.now().isoformat()))
            return report, (
                f"Process {busy.pid or 'of another program'} has the index open. If that is Footbridge at work, it "
                f"brings the index up to date now; if not, Footbridge does so at its next start.{note}"
            )
    return report, f"The index is up to date.{note}"


def preview(what: WhatIf, progress: Progress) -> Preview:
    """Answers past questions as things are and as they would be, on an index of its own; nothing is stored."""
    from bot.explain import preview as previews
    from bot.workflows import help_centre
    from knowledge.index_copy import copy_index

    given = settings()
    before, after = previews.Way(chat_model(given)), previews.Way(other_model(given, what), what.precision)
    with open_storage(given) as (storage, _), TemporaryDirectory(prefix="footbridge-preview-") as folder:
        config = configured(given, storage)
        changes = changes_to_try(what, config, given, storage, progress)
        if not given.chroma_url:
            copy_index(given.home / "index", Path(folder))
        words = read_vocabulary(config.vocabulary)
        with open_knowledge(given, lambda: words, Path(folder)) as knowledge:
            return previews.preview(
                changes,
                before,
                after,
                storage=storage,
                config=config,
                knowledge=knowledge,
                gate=gate(given),
                help_centre=help_centre(config, given.web_url),
                limit=what.limit,
                progress=partial(progress, "past questions"),
            )


def changes_to_try(what: WhatIf, config: Config, given: Settings, storage: Storage, progress: Progress) -> Changes:
    from bot.articles import article_store, sources
    from knowledge.ingestion import Changes as NoChanges

    if what.is_nothing:
        raise ConfigurationError(
            ["Say what to try: --article FILE --as ID, --articles FOLDER, --precision, --model or --prompt."]
        )
    if what.article is None and not what.folders and not what.sources:
        return NoChanges()
    paths = [what.article] if what.article is not None else what.folders
    entries = sources.select_sources(config, paths, what.audience)
    reading = sources.read_sources(entries, storage=storage, surroundings=surroundings(given), progress=progress)
    if what.article is not None:
        return article_store.in_place_of(what.in_place_of, reading, storage=storage)
    return article_store.planned(reading, storage=storage, as_ours=not what.sources)


def other_model(given: Settings, what: WhatIf) -> ChatModel | None:
    """The model to try: another one, or the same with other rules."""
    from bot import prompts

    if (what.model or what.prompt) and not given.has_model:
        raise ConfigurationError(["To try a model or a prompt, set OPENAI_API_KEY or OPENAI_BASE_URL."])
    rules = None
    if what.prompt is not None:
        try:
            rules = prompts.checked_rules(what.prompt.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ConfigurationError([f"{what.prompt}: {error}"]) from None
    return chat_model(given.model_copy(update={"chat_model": what.model or given.chat_model}), rules)


def run() -> None:
    """Starts the desk and works until SIGTERM or Ctrl-C."""
    from bot import telemetry

    given = settings(needs_slack=True)
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
    from bot.workflows import UseCases, publisher
    from handlers.doctor import connecting_to_slack
    from handlers.slack.client import fetch_bot_identity, web_client

    held.enter_context(lock_database(given.database_url))
    unheard, job_log = held.enter_context(open_storage(given))
    clock = borrowed_or_system(given, held)
    directory = StoredDirectory(unheard, clock)
    storage = Storage(unheard.engine, publisher(directory.current))
    mistakes = configuration_file.apply_at_start(given.config, directory=directory)
    client = web_client(given.slack_bot_token, given.slack_api_url)
    with connecting_to_slack(given.slack_api_url, "SLACK_BOT_TOKEN"):
        bot = fetch_bot_identity(client)
    tools = gather_tools(given, storage, job_log, directory, clock, client, bot, held)
    worker, scheduler = start_working(given, tools, held)
    open_doors(given, tools, bot, worker, scheduler, held)
    if mistakes:
        UseCases(tools).tell_of_mistakes(given.config.name, mistakes)


def gather_tools(
    given: Settings,
    storage: Storage,
    job_log: JobLog,
    directory: Directory,
    clock: Clock,
    client: WebClient,
    bot: BotIdentity,
    held: ExitStack,
) -> Tools:
    """All that deciding code may ask for; the search index is brought up to date on the way."""
    from bot.articles import article_store, sources
    from bot.incoming import SLACK
    from bot.outbox.channel_kinds import ChannelKinds
    from bot.triage.model import shipped_model
    from bot.workflows import Tools, help_centre
    from handlers import charts
    from handlers.slack.messenger import SlackMessenger
    from handlers.slack.payloads import EventReader
    from handlers.slack.profiles import SlackProfiles

    config, around = directory.current(), surroundings(given)
    # Folders are here at once; what others must send is read by the first job of the schedule.
    quick = [entry for entry in config.knowledge if sources.is_quick(entry)]
    sources.log_report(
        sources.sync_sources(quick, storage=storage, clock=clock, surroundings=around, all_named=config.knowledge)
    )
    words = VocabularyFile(lambda: directory.current().vocabulary)
    knowledge = held.enter_context(open_knowledge(given, words.current))
    article_store.update_index(knowledge, storage=storage, help_centre=help_centre(config, given.web_url))
    slack = SlackMessenger(client, bot, charts.draw_days)
    return Tools(
        storage=storage,
        directory=directory,
        clock=clock,
        messenger=ChannelKinds({SLACK: slack}),
        workspace=slack,
        profiles=SlackProfiles(client),
        readers={SLACK: EventReader(bot)},
        knowledge=knowledge,
        chat_model=chat_model(given),
        gate=gate(given),
        triage_model=shipped_model(),
        vocabulary=words.current,
        job_log=job_log,
        public_url=given.web_url,
        surroundings=around,
    )


def start_working(given: Settings, tools: Tools, held: ExitStack) -> tuple[Worker, Scheduler]:
    """The worker that runs queued jobs, and the scheduler that queues what is due."""
    from bot.workflows import JOBS, UseCases, on_failure, runner
    from handlers.scheduler import Scheduler
    from handlers.schedules import DeskSchedules
    from handlers.worker import Worker
    from storage.worker_storage import WorkerStorage

    room = WorkerStorage(tools.storage.engine, seconds_between_posts=given.seconds_between_posts)
    worker = Worker(room, JOBS, runner(tools), executor_id=given.executor_id, on_failure=on_failure(tools))
    worker.start()
    held.callback(worker.stop)
    use_cases = UseCases(tools)
    scheduler = Scheduler(
        DeskSchedules(use_cases.configuration, use_cases.digest_readers, tools.clock),
        tools.clock,
        lambda job, key: use_cases.queue(job, key=key),
        use_cases.queue_due,
        expected=(StorageError, ConfigurationError),
    )
    scheduler.start()
    held.callback(scheduler.stop)
    return worker, scheduler


def open_doors(
    given: Settings, tools: Tools, bot: BotIdentity, worker: Worker, scheduler: Scheduler, held: ExitStack
) -> None:
    """Slack's door (Socket Mode or signed HTTP), and the web pages."""
    from bot.workflows import UseCases
    from handlers.doctor import connecting_to_slack
    from handlers.slack import build_app, signed_http
    from handlers.slack.client import web_client
    from handlers.slack.profiles import SlackProfiles
    from handlers.slack.socket_mode import SocketDoor
    from handlers.web import server

    # Slack waits three seconds for a click to be answered.
    quick = SlackProfiles(web_client(given.slack_bot_token, given.slack_api_url, timeout_seconds=1))
    use_cases = UseCases(replace(tools, profiles=quick))
    bolt = build_app(
        token=given.slack_bot_token,
        api_url=given.slack_api_url,
        bot=bot,
        signing_secret=given.slack_signing_secret,
        use_cases=use_cases,
    )
    door = SocketDoor(bolt, given.slack_app_token, given.slack_api_url) if given.slack_app_token else None

    def health() -> dict[str, object]:
        parts = {"worker": worker.alive(), "scheduler": scheduler.alive(), "slack": door.connected if door else True}
        return {"ok": all(parts.values()), **parts, "jobs": tools.job_log.counts()}

    signed = None if door else signed_http.answers(bolt)
    site = server.site(
        health_of=health,
        article=use_cases.public_article,
        slack=signed,
        desk=use_cases,
        secure=given.web_url.startswith("https:"),
    )
    held.callback(server.start(site, host=given.host, port=given.port).stop)
    if door is not None:
        with connecting_to_slack(given.slack_api_url, "SLACK_APP_TOKEN"):
            door.connect()
        held.callback(door.close)


def borrowed_or_system(given: Settings, held: ExitStack) -> Clock:
    if given.clock_url is None:
        return SystemClock()
    from bot.integrations.remote_clock import RemoteClock

    clock = RemoteClock(given.clock_url)
    held.callback(clock.close)
    return clock


def check() -> list[Verdict]:
    """Looks at settings, configuration, articles, Slack, database, index and model, each by itself."""
    from handlers.doctor import look

    verdicts = [Verdict("settings", True, ("OK",))]
    slack_is_set = True
    try:
        given = settings(needs_slack=True)
    except ConfigurationError as error:
        slack_is_set, verdicts = False, [Verdict("settings", False, error.problems)]
        try:
            given = settings()
        except ConfigurationError:
            return [*verdicts, Verdict("all else", None, ("Fix the settings first; the other checks depend on them.",))]
    parts: dict[str, Callable[[Settings], str | Sequence[str]]] = {
        "configuration": configuration_says,
        "articles": articles_say,
        "slack": slack_says,
        "database": database_says,
        "index": index_says,
        "model": model_says,
    }
    for name, says in parts.items():
        if name == "slack" and not slack_is_set:
            verdicts.append(Verdict(name, None, ("Its settings are wrong; see above.",)))
        elif name == "articles" and not verdicts[-1].fine:
            verdicts.append(Verdict(name, None, ("The configuration names their folders; fix it first.",)))
        else:
            verdicts.append(look(name, partial(says, given), EXPECTED))
    return verdicts


def configuration_says(given: Settings) -> Sequence[str]:
    """Whether the file is right, and whether it is what the desk works with."""
    config = configuration.load(given.config)
    read_vocabulary(config.vocabulary)
    counted = f"{len(config.customers)} customers, {len(config.teams)} teams, {len(config.people)} people"
    engine = open_engine(given.database_url)
    try:
        directory = StoredDirectory(Storage(engine), SystemClock())
        if not is_current(engine) or not directory.version().number:
            return [f"{given.config}: {counted}. It is applied when Footbridge starts."]
        plan = configuration_file.plan_file(given.config, directory=directory)
    finally:
        engine.dispose()
    if not plan.changes:
        return [f"{given.config}: {counted}, as applied."]
    return [
        f"{given.config}: {counted}. It is not applied yet: `python app.py config apply` does that. It would change:",
        *summary(plan.changes),
    ]


def articles_say(given: Settings) -> Sequence[str]:
    """What folders hold; what others must send is only named, since asking for it all takes its time."""
    from bot.articles import sources
    from knowledge.sources.source import NO_PREVIOUS_READING, ignore_progress

    config = configuration.load(given.config)
    around = surroundings(given)
    engine = open_engine(given.database_url)
    try:
        wanted = sources.select_sources(config, [], None) if config.knowledge else []
        quick = [entry for entry in wanted if sources.is_quick(entry)]
        readers = [sources.source_of(entry, storage=Storage(engine), surroundings=around) for entry in quick]
        readings = [reader.read(NO_PREVIOUS_READING, ignore_progress) for reader in readers]
    finally:
        engine.dispose()
    broken = [f"{page.path}: {page.reason} {page.what_to_do}" for reading in readings for page in reading.broken]
    others = [f"{sources.name_of(entry)}: read by `ingest`." for entry in wanted if not sources.is_quick(entry)]
    secrets = [f"{page.path}: {page.reason} {page.what_to_do}" for page in sources.missing_secrets(wanted, around)]
    if secrets:
        raise ConfigurationError(secrets)
    return [
        f"{sum(len(reading.articles) for reading in readings)} can be read, {len(broken)} cannot.",
        *broken,
        *others,
    ]


def slack_says(given: Settings) -> str:
    from handlers.doctor import connecting_to_slack
    from handlers.slack.client import granted_scopes, may_connect, needed_scopes, web_client

    problems: list[str] = []
    granted: frozenset[str] = frozenset()
    try:
        with connecting_to_slack(given.slack_api_url, "SLACK_BOT_TOKEN"):
            granted = granted_scopes(web_client(given.slack_bot_token, given.slack_api_url))
    except ConfigurationError as error:
        problems += error.problems
    missing = sorted(needed_scopes() - granted)
    if granted and missing:
        problems.append(
            f"The Slack app lacks the scopes {', '.join(missing)}. Add them on the app's page OAuth & Permissions "
            "(or paste manifest.json again), then reinstall it."
        )
    if given.slack_app_token is not None:
        try:
            with connecting_to_slack(given.slack_api_url, "SLACK_APP_TOKEN"):
                may_connect(web_client(None, given.slack_api_url), given.slack_app_token)
        except ConfigurationError as error:
            problems += error.problems
    if problems:
        raise ConfigurationError(problems)
    door = "Socket Mode is allowed." if given.uses_socket_mode else "Signed HTTP at /slack/events."
    scopes = "has all scopes" if granted else "the server does not name its scopes, so they were not compared"
    return f"The token works and {scopes}. {door}"


def database_says(given: Settings) -> str:
    engine = open_engine(given.database_url)
    try:
        if not is_current(engine):
            return "It opens. Its tables are made or brought up to date when Footbridge starts."
        failed = JobLog(engine).counts()["failed"]
    finally:
        engine.dispose()
    given_up = f" {failed} jobs were given up: `python app.py jobs failed` shows them." if failed else ""
    return f"It opens, and its tables are up to date.{given_up}"


def index_says(given: Settings) -> str:
    try:
        with open_knowledge(given) as knowledge:
            status = knowledge.status()
    except IndexBusyError as busy:
        return f"A running Footbridge (process {busy.pid}) has it open."
    if not status.articles:
        raise ConfigurationError(
            ["It is empty: every question will go to a person. Run `python app.py ingest FOLDER`."]
        )
    said = f"{status.articles} articles in {status.passages} passages, made with {status.made_with}."
    fitted = gate(given)
    if fitted.made_with == status.made_with:
        return said
    return (
        f"{said} The gate was fitted for {fitted.made_with}, so its word is a guess here: fit it with "
        f"`python app.py eval calibrate --data DIR --out {given.home / 'gate.json'}`, or stay with suggest."
    )


def model_says(given: Settings) -> str:
    from bot.integrations.openai_chat import OpenAIChat
    from handlers.doctor import asking_the_model

    if not given.has_model:
        return "None is set: answers are quoted sentences. Set OPENAI_API_KEY or OPENAI_BASE_URL for a model's words."
    with asking_the_model(given.openai_base_url, given.chat_model):
        OpenAIChat(
            api_key=given.openai_api_key,
            base_url=given.openai_base_url,
            model=given.chat_model,
            timeout_seconds=given.model_timeout_seconds,
        ).ping()
    return f"{given.chat_model} answers."


def demo(kb: Path | None, port: int, home: Path | None) -> None:
    from demo.start import start

    start(kb, port, home)


if __name__ == "__main__":
    cli.main(
        cli.Wiring(
            run=run,
            check=check,
            ingest=ingest,
            jobs=open_jobs,
            demo=demo,
            evaluate=EVALUATIONS,
            preview=preview,
            directory=open_directory,
            config_file=lambda: settings().config,
            expected=EXPECTED,
        )
    )
