"""Checks each thing that Footbridge needs, one by one, and says how to fix what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bot.errors import ConfigurationError, OutsideBusy, OutsideRefused


@dataclass(frozen=True)
class Verdict:
    """`fine` False: `said` is what is wrong and what to do. None: not looked at, since something before it is wrong."""

    name: str
    fine: bool | None
    said: tuple[str, ...]


def look(name: str, check: Callable[[], str | Sequence[str]], expected: tuple[type[Exception], ...]) -> Verdict:
    """Runs one check; its `expected` errors become the verdict."""
    try:
        said = check()
    except ConfigurationError as error:
        return Verdict(name, False, error.problems)
    except expected as error:
        return Verdict(name, False, (str(error),))
    return Verdict(name, True, (said,) if isinstance(said, str) else tuple(said))


@contextmanager
def connecting_to_slack(api_url: str, token_name: str) -> Iterator[None]:
    """While we begin to talk to Slack, its refusals are the operator's to mend: they become ConfigurationError."""
    where = {
        "SLACK_BOT_TOKEN": "the Slack app's page OAuth & Permissions (it changes when the app is installed again)",
        "SLACK_APP_TOKEN": "the Slack app's page Basic Information, App-Level Tokens (scope connections:write)",
    }[token_name]
    try:
        yield
    except OutsideBusy as error:
        raise ConfigurationError(
            [
                f"Slack cannot be used just now ({error}) at {api_url}. Check the network, a proxy in between, and "
                "SLACK_API_URL if it is set; then try again."
            ]
        ) from error
    except OutsideRefused as error:
        raise ConfigurationError(
            [f"Slack refuses {token_name} ({error.code or error}). Copy it again from {where}."]
        ) from error


@contextmanager
def asking_the_model(address: str | None, model: str) -> Iterator[None]:
    """What a model's server refuses or does not answer, as a sentence for the operator: ConfigurationError."""
    place = address or "OpenAI"
    mend = {
        "bad_key": "Check OPENAI_API_KEY.",
        "bad_model": f"It does not offer the model {model!r}: set FOOTBRIDGE_CHAT_MODEL to one that it has.",
    }
    try:
        yield
    except OutsideBusy as error:
        raise ConfigurationError(
            [
                f"The model at {place} does not answer ({error}). Check OPENAI_BASE_URL, and that its server runs. "
                "Until it does, answers are quoted sentences."
            ]
        ) from error
    except OutsideRefused as error:
        said = mend.get(error.code, "Check OPENAI_BASE_URL and FOOTBRIDGE_CHAT_MODEL.")
        raise ConfigurationError([f"The model at {place} cannot be used ({error}). {said}"]) from error
