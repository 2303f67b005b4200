"""Settings from the environment: read once, checked whole, frozen; every missing or bad value is named at once."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, DirectoryPath, Field, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import ConfigurationError

# Read by tests and evaluations only.
OTHERS = ("FOOTBRIDGE_TEST_DATA",)


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(value)
    return value.rstrip("/")


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


Url = Annotated[str, AfterValidator(_http_url)]
Seconds = Annotated[float, Field(gt=0, lt=3600)]
Embeddings = Annotated[Literal["local", "openai"], BeforeValidator(_lower)]
LogLevel = Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)]
SECONDS = "a number of seconds above 0 and below 3600"


class _Environ(EnvSettingsSource):
    """The variables that were given, not those of this process; blanks count as absent."""

    def __init__(self, settings_cls: type[BaseSettings], environ: Mapping[str, str]) -> None:
        self._environ = environ
        super().__init__(settings_cls, case_sensitive=True, env_ignore_empty=True)

    def _load_env_vars(self) -> Mapping[str, str]:
        return {name: value.strip() for name, value in self._environ.items() if value.strip()}


class Settings(BaseSettings):
    """What the environment says. Each field's alias is its variable, its description says what it must be.

    Paths are as given; `port` 0 lets the system choose; URLs end without a slash except `slack_api_url`, which
    slack_sdk wants with one.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", protected_namespaces=())

    home: Path = Field(Path(".footbridge"), alias="FOOTBRIDGE_HOME")
    config: Path = Field(Path("footbridge.yaml"), alias="FOOTBRIDGE_CONFIG")
    database_url: str = Field(
        default_factory=lambda given: f"sqlite:///{given['home'] / 'footbridge.db'}", alias="FOOTBRIDGE_DATABASE_URL"
    )
    chroma_url: Url | None = Field(
        None, alias="FOOTBRIDGE_CHROMA_URL", description="an address like http://127.0.0.1:8000"
    )
    slack_bot_token: str = Field("", alias="SLACK_BOT_TOKEN")
    slack_app_token: str | None = Field(None, alias="SLACK_APP_TOKEN")
    slack_signing_secret: str | None = Field(None, alias="SLACK_SIGNING_SECRET")
    slack_api_url: Annotated[Url, AfterValidator(lambda url: url + "/")] = Field(
        "https://slack.com/api/", alias="SLACK_API_URL", description="an address like https://slack.com/api/"
    )
    host: str = Field("127.0.0.1", alias="FOOTBRIDGE_HOST")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(
        3000, alias="FOOTBRIDGE_PORT", description="a port from 0 to 65535"
    )
    public_url: Url | None = Field(
        None, alias="FOOTBRIDGE_PUBLIC_URL", description="an address like https://desk.example.com"
    )
    openai_api_key: str | None = Field(None, alias="OPENAI_API_KEY")
    openai_base_url: Url | None = Field(
        None, alias="OPENAI_BASE_URL", description="an address like http://127.0.0.1:11434/v1"
    )
    chat_model: str = Field("gpt-6-luna", alias="FOOTBRIDGE_CHAT_MODEL")
    embeddings: Embeddings = Field("local", alias="FOOTBRIDGE_EMBEDDINGS", description="local or openai")
    embedding_model: str = Field("text-embedding-3-small", alias="FOOTBRIDGE_EMBEDDING_MODEL")
    embeddings_folder: DirectoryPath | None = Field(
        None, alias="FOOTBRIDGE_EMBEDDINGS_FOLDER", description="a folder that exists"
    )
    model_timeout_seconds: Seconds = Field(20.0, alias="FOOTBRIDGE_MODEL_TIMEOUT", description=SECONDS)
    seconds_between_posts: Seconds = Field(1.1, alias="FOOTBRIDGE_SECONDS_BETWEEN_POSTS", description=SECONDS)
    clock_url: Url | None = Field(
        None, alias="FOOTBRIDGE_CLOCK_URL", description="an address like http://127.0.0.1:8484"
    )
    log_level: LogLevel = Field("info", alias="FOOTBRIDGE_LOG_LEVEL", description="debug, info, warning or error")
    executor_id: str | None = Field(None, alias="FOOTBRIDGE_EXECUTOR_ID")

    @property
    def uses_socket_mode(self) -> bool:
        return self.slack_app_token is not None

    @property
    def has_model(self) -> bool:
        return self.openai_api_key is not None or self.openai_base_url is not None

    @property
    def web_url(self) -> str:
        """Where people reach our own pages, without a slash at the end."""
        if self.public_url is not None:
            return self.public_url
        # A server that listens everywhere is reached from this machine by its loopback address.
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `from_env` gives: a stray .env file in the working directory is not read."""
        return (init_settings,)

    @classmethod
    def from_env(cls, environ: Mapping[str, str], *, needs_slack: bool = True) -> Settings:
        """Reads `environ`. Raises ConfigurationError with one sentence for each mistake.

        `needs_slack` is False for commands that never talk to Slack (ingest, jobs); the tokens may then be absent.
        """
        given = _Environ(cls, environ)()
        problems: list[str] = []
        try:
            settings = cls(**given)
        except ValidationError as error:
            problems += [_explain(problem["loc"], problem["input"]) for problem in error.errors()]
            # The rest is checked as if the bad values were absent, so that everything wrong is told at once.
            bad = {str(problem["loc"][0]) for problem in error.errors()}
            settings = cls(**{name: value for name, value in given.items() if name not in bad})
        problems += _unknown_names(environ)
        if needs_slack:
            problems += _slack_problems(settings)
        if settings.embeddings == "openai" and not settings.has_model:
            problems.append(
                "FOOTBRIDGE_EMBEDDINGS is openai, but neither OPENAI_API_KEY nor OPENAI_BASE_URL is set. "
                "Set one of them, or leave FOOTBRIDGE_EMBEDDINGS out to use the model that comes along."
            )
        if problems:
            raise ConfigurationError(list(dict.fromkeys(problems)))
        return settings


def _explain(where: tuple[int | str, ...], found: object) -> str:
    """One mistake as a sentence: the variable, what it holds, and what it must be."""
    name = str(where[0])
    wanted = next(field.description for field in Settings.model_fields.values() if field.alias == name)
    return f"{name} is {str(found)!r}; it must be {wanted}."


def _unknown_names(environ: Mapping[str, str]) -> list[str]:
    """A misspelt name would otherwise be passed over in silence."""
    known = {field.alias for field in Settings.model_fields.values() if field.alias} | set(OTHERS)
    problems = []
    for name in sorted(environ):
        if name.startswith("FOOTBRIDGE_") and name not in known:
            near = get_close_matches(name, known, n=1)
            problems.append(f"{name} is not a setting we know" + (f"; did you mean {near[0]}?" if near else "."))
    return problems


def _slack_problems(settings: Settings) -> list[str]:
    problems = []
    if not settings.slack_bot_token.startswith("xoxb-"):
        problems.append(
            "SLACK_BOT_TOKEN is missing or is not a bot token (they start with xoxb-); "
            "copy it from the Slack app's page Install App."
        )
    if settings.slack_app_token is not None and not settings.slack_app_token.startswith("xapp-"):
        problems.append(
            "SLACK_APP_TOKEN is not an app-level token (they start with xapp-); "
            "create one with the scope connections:write, or leave it out to use signed HTTP."
        )
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        problems.append(
            "Neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (signed HTTP) is set; "
            "Slack's events need one of them."
        )
    return problems
