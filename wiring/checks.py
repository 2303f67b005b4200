"""`app.py check`: looks at settings, configuration, articles, Slack, database, index and model, each by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from bot.articles import sources
from bot.clock import SystemClock
from bot.directory import configuration_file
from bot.directory.stored_directory import StoredDirectory
from bot.directory.vocabulary import read_vocabulary
from bot.errors import ConfigurationError
from bot.settings import config_file as configuration
from bot.settings.environment import Settings
from bot.texts.configuration import summary
from handlers.doctor import Verdict, asking_the_model, connecting_to_slack, look
from handlers.slack.client import granted_scopes, may_connect, needed_scopes, web_client
from knowledge.errors import IndexBusyError
from knowledge.sources.source import NO_PREVIOUS_READING, ignore_progress
from storage.database import is_current, open_engine
from storage.jobs import JobLog
from storage.transaction import Storage
from wiring.adapters import EXPECTED, open_knowledge, read_gate, read_settings, source_context

Check = Callable[[Settings], str | Sequence[str]]


def check() -> list[Verdict]:
    """Looks at settings, configuration, articles, Slack, database, index and model, each by itself."""
    verdicts = [Verdict("settings", True, ("OK",))]
    slack_is_set = True
    try:
        given = read_settings(needs_slack=True)
    except ConfigurationError as error:
        slack_is_set, verdicts = False, [Verdict("settings", False, error.problems)]
        try:
            given = read_settings()
        except ConfigurationError:
            return [*verdicts, Verdict("all else", None, ("Fix the settings first; the other checks depend on them.",))]
    for name, says in CHECKS.items():
        if name == "slack" and not slack_is_set:
            verdicts.append(Verdict(name, None, ("Its settings are wrong; see above.",)))
        elif name == "articles" and not verdicts[-1].fine:
            verdicts.append(Verdict(name, None, ("The configuration names their folders; fix it first.",)))
        else:
            verdicts.append(look(name, partial(says, given), EXPECTED))
    return verdicts


def check_configuration(given: Settings) -> Sequence[str]:
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


def check_articles(given: Settings) -> Sequence[str]:
    """What folders hold; what others must send is only named, since asking for it all takes its time."""
    config = configuration.load(given.config)
    around = source_context(given)
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


def check_slack(given: Settings) -> str:
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


def check_database(given: Settings) -> str:
    engine = open_engine(given.database_url)
    try:
        if not is_current(engine):
            return "It opens. Its tables are made or brought up to date when Footbridge starts."
        failed = JobLog(engine).counts()["failed"]
    finally:
        engine.dispose()
    given_up = f" {failed} jobs were given up: `python app.py jobs failed` shows them." if failed else ""
    return f"It opens, and its tables are up to date.{given_up}"


def check_index(given: Settings) -> str:
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
    fitted = read_gate(given)
    if fitted.made_with == status.made_with:
        return said
    return (
        f"{said} The gate was fitted for {fitted.made_with}, so its word is a guess here: fit it with "
        f"`python app.py eval calibrate --data DIR --out {given.home / 'gate.json'}`, or stay with suggest."
    )


def check_model(given: Settings) -> str:
    from bot.integrations.openai_chat import OpenAIChat

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


CHECKS: Mapping[str, Check] = {
    "configuration": check_configuration,
    "articles": check_articles,
    "slack": check_slack,
    "database": check_database,
    "index": check_index,
    "model": check_model,
}
