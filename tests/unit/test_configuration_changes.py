"""What differs between two configurations, and how it is told to people and to the log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings.changes import compare
from bot.settings.config import Config
from bot.settings.config_file import parse
from bot.texts.configuration import log_line, summary

DEMO = Path(__file__).parents[2] / "demo" / "footbridge.yaml"


@pytest.fixture
def tree() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
    return found


@pytest.fixture
def before(tree: dict[str, Any]) -> Config:
    return parse(yaml.safe_dump(tree, sort_keys=False))


def told(before: Config, tree: dict[str, Any]) -> list[str]:
    return summary(compare(before, parse(yaml.safe_dump(tree, sort_keys=False))))


def test_nothing_is_told_of_what_is_the_same(before: Config, tree: dict[str, Any]) -> None:
    assert told(before, tree) == []


def test_several_changes_of_a_customer_are_one_line(before: Config, tree: dict[str, Any]) -> None:
    customer = tree["customers"][0]
    customer["tier"] = "growth"
    customer["channels"].append({"id": "C0123"})
    customer["channels"][0]["mode"] = "suggest"
    customer["facts"] |= {"ERP": "SAP R/3"}
    del customer["facts"]["Plan"]
    assert told(before, tree) == [
        "Brightwater Foods: tier enterprise -> growth; channel C0BRIGHT mode auto -> suggest; channel C0123 added; "
        'fact ERP NetSuite -> "SAP R/3"; fact Plan removed'
    ]


def test_what_comes_and_goes_says_what_becomes_of_it(before: Config, tree: dict[str, Any]) -> None:
    tree["knowledge"] = [source for source in tree["knowledge"] if source["audience"] != "customer:oakline"]
    tree["customers"][2] = {"id": "new", "name": "New Ltd", "tier": "starter", "channels": [{"id": "C1"}, {"id": "C2"}]}
    tree["people"] = [person for person in tree["people"] if person["id"] != "U0HENRIK"]
    assert told(before, tree) == [
        "Customer New Ltd (new) added: tier starter, channel C1, channel C2",
        "Person Henrik Vale (U0HENRIK) removed",
        "Customer Oakline Studio (oakline) removed; it stays known by name, for its past conversations and open "
        "tickets",
        "Knowledge source folder customers/oakline removed; its articles are withdrawn",
    ]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda t: t["company"].update(name="Tally Ltd"), 'Tally Ltd: name Tallyworks -> "Tally Ltd"'),
        (
            lambda t: t["company"].pop("help_centre"),
            "Tallyworks: help_centre http://127.0.0.1:8485/articles/ -> (none)",
        ),
        (lambda t: t.update(triage_channel="C9"), "The desk: triage_channel C0TRIAGE -> C9"),
        (lambda t: t["teams"][1].update(on_call=["U0LEA"]), "ERP Integration: on_call U0TOM, U0LEA -> U0LEA"),
        (lambda t: t["people"][10].update(digest_at="09:00"), "Mira Okafor: digest_at 08:30 -> 09:00"),
        (lambda t: t["policies"].update(settle_seconds=2), "Policies: settle_seconds 0.6 -> 2"),
        (
            lambda t: t["policies"]["tiers"]["growth"].update(resolution_hours=6.5),
            "Tier growth: resolution_hours 8 -> 6.5",
        ),
        (
            lambda t: t["policies"].update(severities=dict(reversed(t["policies"]["severities"].items()))),
            "Severity sev3: place 3 -> 1",
        ),
        (
            lambda t: t.update(calendars={"office": {"timezone": "UTC", "hours": {"monday": "09:00-17:00"}}}),
            "Calendar office added",
        ),
        (
            lambda t: t["knowledge"][0].update(owner="Ana", review_after_days=90),
            "Knowledge source folder articles: owner (none) -> Ana; review_after_days (none) -> 90",
        ),
    ],
)
def test_every_part_is_told(before: Config, tree: dict[str, Any], change: Any, line: str) -> None:
    change(tree)
    assert told(before, tree)[0] == line


def test_two_sources_of_one_place_are_told_apart(before: Config, tree: dict[str, Any]) -> None:
    tree["knowledge"].append({"path": "articles", "audience": "internal"})
    assert told(before, tree) == ["Knowledge source folder articles (folder articles (2)) added"]


def test_the_log_names_ids_and_tells_nothing_that_was_noted_about_people(before: Config, tree: dict[str, Any]) -> None:
    customer = tree["customers"][0]
    customer["facts"]["ERP"] = "Secret ERP"
    customer["email_domains"] = ["secret.example"]
    customer["name"], customer["tier"] = "Secret Foods", "growth"
    tree["people"].append({"id": "U0NEW", "name": "Secret Person", "roles": ["agent"]})
    lines = [log_line(change) for change in compare(before, parse(yaml.safe_dump(tree)))]
    assert lines == [
        "person U0NEW added",
        "customer brightwater: name changed",
        "customer brightwater: tier enterprise -> growth",
        "customer brightwater: email_domains changed",
        "customer brightwater: fact ERP changed",
    ]


def test_a_first_configuration_is_told_whole(before: Config) -> None:
    lines = summary(compare(None, before))
    assert len(lines) == len({*lines})
    assert "Customer Brightwater Foods (brightwater) added: tier enterprise, channel C0BRIGHT" in lines
    assert not [line for line in lines if "removed" in line]
