"""Settings from the environment: read once, checked whole, frozen; says every missing or bad value at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from bot.errors import ConfigurationError

T = TypeVar("T")

# Read by tests and evaluations only.
OTHERS = ("FOOTBRIDGE_TEST_DATA",)


@dataclass(frozen=True)
class Settings:
    """What the environment says. Paths are as given; `port` 0 lets the system choose; URLs end without a slash
    except `slack_api_url`, which slack_sdk wants with one."""

    home: Path
    config: Path
    database_url: str
    chroma_url: str | None
    slack_bot_token: str
    slack_app_token: str | None
    slack_signing_secret: str | None
    slack_api_url: str
    host: str
    port: int
    public_url: str | None
    openai_api_key: str | None
    openai_base_url: str | None
    chat_model: str
    embeddings: str
    embedding_model: str
    embeddings_folder: Path | None
    model_timeout_seconds: float
    seconds_between_posts: float
    clock_url: str | None
    log_level: str
    executor_id: str | None

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
    def from_env(cls, environ: Mapping[str, str], *, needs_slack: bool = True) -> Settings:
        """Reads `environ`. Raises ConfigurationError with one sentence for each mistake.

        `needs_slack` is False for commands that never talk to Slack (ingest, jobs); the tokens may then be absent.
        """
        problems: list[str] = []
        asked: set[str] = set(OTHERS)

        def read(name: str, convert: Callable[[str], T], default: T, wanted: str) -> T:
            asked.add(name)
            value = environ.get(name, "").strip()
            if not value:
                return default
            try:
                return convert(value)
            except ValueError:
                problems.append(f"{name} is {value!r}; it must be {wanted}.")
                return default

        def text(name: str, default: str = "") -> str:
            asked.add(name)
            return environ.get(name, "").strip() or default

        home = Path(text("FOOTBRIDGE_HOME", ".footbridge"))
        settings = cls(
            home=home,
            config=Path(text("FOOTBRIDGE_CONFIG", "footbridge.yaml")),
            database_url=text("FOOTBRIDGE_DATABASE_URL", f"sqlite:///{home / 'footbridge.db'}"),
            chroma_url=read("FOOTBRIDGE_CHROMA_URL", _http_url, None, "an address like http://127.0.0.1:8000"),
            slack_bot_token=text("SLACK_BOT_TOKEN"),
            slack_app_token=text("SLACK_APP_TOKEN") or None,
            slack_signing_secret=text("SLACK_SIGNING_SECRET") or None,
            slack_api_url=(
                read("SLACK_API_URL", _http_url, None, "an address like https://slack.com/api/")
                or "https://slack.com/api"
            )
            + "/",
            host=text("FOOTBRIDGE_HOST", "127.0.0.1"),
            port=read("FOOTBRIDGE_PORT", _port, 3000, "a port from 0 to 65535"),
            public_url=read("FOOTBRIDGE_PUBLIC_URL", _http_url, None, "an address like https://desk.example.com"),
            openai_api_key=text("OPENAI_API_KEY") or None,
            openai_base_url=read("OPENAI_BASE_URL", _http_url, None, "an address like http://127.0.0.1:11434/v1"),
            chat_model=text("FOOTBRIDGE_CHAT_MODEL", "gpt-6-luna"),
            embeddings=read("FOOTBRIDGE_EMBEDDINGS", _one_of("local", "openai"), "local", "local or openai"),
            embedding_model=text("FOOTBRIDGE_EMBEDDING_MODEL", "text-embedding-3-small"),
            embeddings_folder=read("FOOTBRIDGE_EMBEDDINGS_FOLDER", _folder, None, "a folder that exists"),
            model_timeout_seconds=read("FOOTBRIDGE_MODEL_TIMEOUT", _positive, 20.0, "a number of seconds above 0"),
            seconds_between_posts=read(
                "FOOTBRIDGE_SECONDS_BETWEEN_POSTS", _positive, 1.1, "a number of seconds above 0"
            ),
            clock_url=read("FOOTBRIDGE_CLOCK_URL", _http_url, None, "an address"),
            log_level=read(
                "FOOTBRIDGE_LOG_LEVEL",
                _one_of("debug", "info", "warning", "error"),
                "info",
                "debug, info, warning or error",
            ),
            executor_id=text("FOOTBRIDGE_EXECUTOR_ID") or None,
        )
        problems += _unknown_names(environ, asked)
        if needs_slack:
            problems += _slack_problems(settings)
        if settings.embeddings == "openai" and not settings.has_model:
            problems.append("FOOTBRIDGE_EMBEDDINGS is openai, but neither OPENAI_API_KEY nor OPENAI_BASE_URL is set.")
        if problems:
            raise ConfigurationError(problems)
        return settings


def _unknown_names(environ: Mapping[str, str], asked: set[str]) -> list[str]:
    """A misspelt name would otherwise be passed over in silence."""
    problems = []
    for name in sorted(environ):
        if name.startswith("FOOTBRIDGE_") and name not in asked:
            near = get_close_matches(name, asked, n=1)
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


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(value)
    return value.rstrip("/")


def _port(value: str) -> int:
    number = int(value)
    if not 0 <= number <= 65535:
        raise ValueError(value)
    return number


def _positive(value: str) -> float:
    number = float(value)
    if not 0 < number < 3600:
        raise ValueError(value)
    return number


def _folder(value: str) -> Path:
    if not Path(value).is_dir():
        raise ValueError(value)
    return Path(value)


def _one_of(*choices: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value.lower() not in choices:
            raise ValueError(value)
        return value.lower()

    return check
