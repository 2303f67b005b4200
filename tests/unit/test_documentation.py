"""What README and docs say is held to the code."""

from __future__ import annotations

import re
from pathlib import Path

from bot.settings import config_file
from bot.settings.environment import Settings

ROOT = Path(__file__).parents[2]


def test_every_setting_is_explained_and_every_explained_one_exists() -> None:
    read = set(
        re.findall(r'"((?:FOOTBRIDGE|SLACK|OPENAI)_[A-Z_]+)"', (ROOT / "bot/settings/environment.py").read_text())
    )
    told = set(re.findall(r"`((?:FOOTBRIDGE|SLACK|OPENAI)_[A-Z_]+)`", (ROOT / "docs/configuration.md").read_text()))
    assert read == told


def test_the_defaults_in_the_documentation_are_the_ones_in_the_code() -> None:
    given = Settings.from_env({}, needs_slack=False)
    table = (ROOT / "docs/configuration.md").read_text()
    for told in (
        given.chat_model,
        given.embedding_model,
        str(given.seconds_between_posts),
        str(given.home),
        str(given.config),
    ):
        assert told in table


def test_the_example_configuration_is_valid_as_it_is() -> None:
    loaded = config_file.load(ROOT / "footbridge.example.yaml")
    assert loaded.customers and loaded.teams and loaded.people


def test_links_inside_the_documentation_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_lock_file_names_no_host_and_pins_every_package_by_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock and "--index" not in lock
    pinned = re.findall(r"^[a-z0-9][\w.\-\[\]]*==", lock, re.MULTILINE)
    assert len(pinned) > 80
    assert lock.count("--hash=sha256:") >= len(pinned)
