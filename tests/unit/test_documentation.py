"""What README and docs say is held to the code."""

from __future__ import annotations

import re
from pathlib import Path

from bot.settings import config_file
from bot.settings.environment import Settings

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
ROOMS = ("benchmarks", "bot", "demo", "docs", "evals", "handlers", "knowledge", "sandbox", "storage", "tests", "wiring")


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
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)]+)", page.read_text()):
            file, _, heading = target.partition("#")
            there = page.parent / file if file else page
            assert there.exists(), f"{page.name} links to {target}"
            if heading:
                assert heading in anchors(there.read_text()), f"{page.name} links to {target}"


def anchors(text: str) -> set[str]:
    """The headings of a page as links name them."""
    headings = re.findall(r"^#+ (.*)", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_files_and_modules_that_the_documentation_names_exist() -> None:
    for page in PAGES:
        text = page.read_text()
        for path in re.findall(r"`((?:\w+/)+[\w.]*)`", text):
            if path.split("/")[0] in ROOMS:
                assert (ROOT / path).exists(), f"{page.name} names {path}"
        for module in re.findall(r"python -m ([a-z_.]+)", text):
            path = ROOT / module.replace(".", "/")
            assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), f"{page.name} names {module}"


def test_functions_are_in_the_files_that_the_documentation_names_for_them() -> None:
    for page in PAGES:
        found = re.findall(r"`([\w.]+)`(?: and `(\w+)`)? (?:\(|in )`((?:\w+/)+\w+\.py)`", page.read_text())
        for *names, path in found:
            for name in filter(None, names):
                defined = rf"\b(?:def|class) {name.split('.')[-1]}\b|^{name}\b.*="
                assert re.search(defined, (ROOT / path).read_text(), re.MULTILINE), f"{page.name}: {name} in {path}"


def test_the_lock_file_names_no_host_and_pins_every_package_by_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock and "--index" not in lock
    pinned = re.findall(r"^[a-z0-9][\w.\-\[\]]*==", lock, re.MULTILINE)
    assert len(pinned) > 80
    assert lock.count("--hash=sha256:") >= len(pinned)
