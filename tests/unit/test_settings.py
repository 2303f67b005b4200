"""Settings from the environment: read whole, and every problem named at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.errors import ConfigurationError
from bot.settings.environment import Settings

SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


def problems(environ: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as raised:
        Settings.from_env(environ)
    return raised.value.problems


def test_two_tokens_are_enough_to_begin() -> None:
    given = Settings.from_env(SLACK)
    assert given.uses_socket_mode
    assert given.slack_api_url == "https://slack.com/api/"
    assert (given.host, given.port) == ("127.0.0.1", 3000)
    assert given.database_url == f"sqlite:///{Path('.footbridge') / 'footbridge.db'}"
    assert not given.has_model
    assert given.embeddings == "local"


def test_without_an_app_token_events_come_signed_over_http() -> None:
    given = Settings.from_env({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"})
    assert not given.uses_socket_mode
    assert given.slack_signing_secret == "s"


def test_every_problem_is_named_at_once() -> None:
    found = problems(
        {
            "SLACK_APP_TOKEN": "xoxb-wrong-kind",
            "SLACK_API_URL": "slack.com",
            "OPENAI_BASE_URL": "localhost:11434",
            "FOOTBRIDGE_PORT": "99999",
            "FOOTBRIDGE_EMBEDDINGS": "magic",
            "FOOTBRIDGE_SECONDS_BETWEEN_POSTS": "0",
        }
    )
    told = "\n".join(found)
    for name in (
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "SLACK_API_URL",
        "OPENAI_BASE_URL",
        "FOOTBRIDGE_PORT",
        "FOOTBRIDGE_EMBEDDINGS",
        "FOOTBRIDGE_SECONDS_BETWEEN_POSTS",
    ):
        assert name in told
    assert "FOOTBRIDGE_PORT is '99999'; it must be a port from 0 to 65535." in found


def test_no_way_for_events_to_come_in_is_a_problem() -> None:
    (problem,) = problems({"SLACK_BOT_TOKEN": "xoxb-1"})
    assert "SLACK_APP_TOKEN (Socket Mode)" in problem
    assert "SLACK_SIGNING_SECRET (signed HTTP)" in problem


def test_commands_that_never_talk_to_slack_need_no_tokens() -> None:
    assert Settings.from_env({}, needs_slack=False).slack_bot_token == ""


def test_blank_values_count_as_absent_and_addresses_end_as_they_are_needed() -> None:
    given = Settings.from_env(
        SLACK | {"OPENAI_API_KEY": "  ", "SLACK_API_URL": " http://127.0.0.1:8484/api/ ", "FOOTBRIDGE_HOME": "/data"}
    )
    assert given.openai_api_key is None
    assert given.slack_api_url == "http://127.0.0.1:8484/api/"
    assert given.database_url == "sqlite:////data/footbridge.db"


def test_an_address_of_a_model_without_a_key_counts_as_a_model() -> None:
    assert Settings.from_env(SLACK | {"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1/"}).has_model


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings.from_env(SLACK).port = 1  # type: ignore[misc]


def test_bad_values_and_missing_ones_are_told_together() -> None:
    found = problems({"FOOTBRIDGE_MODEL_TIMEOUT": "soon", "FOOTBRIDGE_EMBEDDINGS": "openai", "FOOTBRIDGE_HOMES": "x"})
    assert [sentence.split(" ")[0] for sentence in found] == [
        "FOOTBRIDGE_MODEL_TIMEOUT",
        "FOOTBRIDGE_HOMES",
        "SLACK_BOT_TOKEN",
        "Neither",
        "FOOTBRIDGE_EMBEDDINGS",
    ]


def test_a_file_of_settings_that_lies_about_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("FOOTBRIDGE_PORT=1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOOTBRIDGE_PORT", "2")
    assert Settings.from_env(SLACK).port == 3000


def test_a_misspelt_setting_is_named_with_the_one_that_was_meant() -> None:
    with pytest.raises(ConfigurationError) as wrong:
        Settings.from_env({"FOOTBRIDGE_HOMES": "/tmp/x"}, needs_slack=False)
    assert wrong.value.problems == ("FOOTBRIDGE_HOMES is not a setting we know; did you mean FOOTBRIDGE_HOME?",)
