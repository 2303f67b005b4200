"""footbridge.yaml: what it says, and that every mistake in it is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.settings.config_file import load, parse
from tests.fakes.slack_addresses import at

SMALLEST = "company: {name: Tallyworks, team_ids: [T0HOME]}\ntriage_channel: C0TRIAGE\n"


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as raised:
        parse(text, "desk.yaml")
    return raised.value.problems


def test_the_smallest_configuration_brings_its_own_policies() -> None:
    config = parse(SMALLEST)
    assert config.policies.default_mode == "suggest"
    assert list(config.policies.severities) == ["sev1", "sev2", "sev3"]
    assert config.configured_mode(at("C0NOBODY")) == "off"


def test_the_demos_configuration_is_whole_and_its_paths_are_relative_to_it() -> None:
    demo = Path(__file__).parents[2] / "demo"
    config = load(demo / "footbridge.yaml")
    assert [customer.id for customer in config.customers] == ["brightwater", "kestrel", "oakline"]
    assert all(source.path.is_dir() for source in config.knowledge)
    kestrel = config.customer_at(at("C0KESTREL"))
    assert kestrel is not None
    assert config.audiences_for(kestrel) == {"public", "customer:kestrel"}


def test_what_yaml_reads_in_its_own_way_is_understood() -> None:
    config = parse(
        SMALLEST + "people: [{id: U1, name: Mira, roles: [manager], digest_at: 8:30}]\n"
        "customers: [{id: a, name: A, tier: standard, channels: [{id: C1, mode: off}], facts: {Seats: 400}}]\n"
    )
    assert config.people[0].digest_at == "08:30"
    assert config.configured_mode(at("C1")) == "off"
    assert config.customers[0].facts == {"Seats": "400"}


def test_every_mistake_is_listed_at_once_with_its_line() -> None:
    found = problems(
        """company: {name: Tallyworks, team_ids: [home], timezone: Mars/Olympus}
triage_channel: triage
people:
  - {id: U0ANA, name: Ana, roles: [agnet]}
  - {id: U0MIRA, name: Mira, roles: [manager], digest_at: "25:00"}
customers:
  - id: Bright Water
    name: Brightwater
    tier: gold
    chanels: []
"""
    )
    told = "\n".join(found)
    for line, what in (
        (1, "company.team_ids.1"),
        (1, "'Mars/Olympus' is not a time zone; use a name like Europe/Berlin"),
        (2, "triage_channel"),
        (4, "people.1.roles.1"),
        (5, "people.2.digest_at"),
        (7, "customers.1.id"),
        (10, "customers.1.chanels: is not a setting we know; check the spelling"),
    ):
        assert any(f"desk.yaml, line {line}:" in problem and what in problem for problem in found), (line, what, told)
    assert any("customers.1.channels: is missing" in problem for problem in found)
    assert len(found) == 8


def test_entries_that_contradict_each_other_are_named_too() -> None:
    found = problems(
        SMALLEST
        + """people:
  - {id: U0ANA, name: Ana, roles: [agent], teams: [nowhere]}
  - {id: U0ANA, name: Ana again, roles: [agent]}
teams:
  - {id: erp, name: ERP, channel: C0TRIAGE, on_call: [U0GONE]}
customers:
  - {id: a, name: A, tier: gold, channels: [{id: C1}]}
  - {id: b, name: B, tier: standard, channels: [{id: C1}]}
"""
    )
    assert [problem.partition(": ")[0] for problem in found] == [f"desk.yaml, line {n}" for n in (4, 5, 7, 7, 9, 10)]
    told = "\n".join(found)
    for what in (
        "there is no team 'nowhere'; teams are erp",
        "U0GONE is not listed under people",
        "this is the triage channel; a team needs a channel of its own",
        "there is no tier 'gold'; tiers are standard",
        "channel C1 already belongs to a",
        "'U0ANA' is used twice",
    ):
        assert what in told


def test_broken_yaml_says_where_and_what_to_look_at() -> None:
    (problem,) = problems("company:\n  name: 'Tally\ntriage_channel: C0TRIAGE\n")
    assert problem.startswith("desk.yaml, line ")
    assert "Check indentation, quotes and colons there." in problem


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words\n", "# only a comment\n"])
def test_a_file_without_settings_says_what_it_needs(text: str) -> None:
    assert problems(text) == ("desk.yaml: is empty or no mapping; it needs at least company and triage_channel.",)


def test_a_missing_file_says_where_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"Copy footbridge\.example\.yaml to it"):
        load(tmp_path / "none.yaml")


def test_a_file_that_is_no_text_is_refused_kindly(tmp_path: Path) -> None:
    (tmp_path / "picture.yaml").write_bytes(b"\xff\xfe\x00\x89PNG")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load(tmp_path / "picture.yaml")


def of_channel(settings: str, policies: str = "") -> str:
    return (
        SMALLEST + policies + "customers:\n  - id: a\n    name: A\n    tier: standard\n"
        f"    channels:\n      - {{id: C1, {settings}}}\n"
    )


def test_a_channel_may_ask_for_its_own_precision_and_all_others_have_the_policys() -> None:
    config = parse(of_channel("precision: 0.98", "policies: {precision: 0.9}\n"))
    assert config.precision_for(at("C1")) == 0.98
    assert config.precision_for(at("C0NOBODY")) == 0.9
    assert parse(SMALLEST).precision_for(at("C1")) == 0.95


def test_a_draft_that_an_agent_reads_first_may_be_less_sure_and_never_surer() -> None:
    config = parse(of_channel("precision: 0.98", "policies: {precision: 0.9, draft_precision: 0.7}\n"))
    assert [config.precision_in(at("C1"), mode) for mode in ("auto", "suggest", "shadow")] == [0.98, 0.7, 0.7]
    bold = parse(of_channel("precision: 0.6", "policies: {draft_precision: 0.7}\n"))
    assert bold.precision_in(at("C1"), "suggest") == 0.6


@pytest.mark.parametrize("precision", ["0", "1", "95", "high"])
def test_a_precision_is_a_share_between_none_and_all(precision: str) -> None:
    assert "customers.1.channels.1.precision" in problems(of_channel(f"precision: {precision}"))[0]


def test_a_channel_can_earn_auto_unless_its_highest_mode_is_lower() -> None:
    assert parse(of_channel("mode: shadow")).highest_mode(at("C1")) == "auto"
    assert parse(of_channel("highest_mode: suggest")).highest_mode(at("C1")) == "suggest"
    assert parse(of_channel("highest_mode: off")).configured_mode(at("C1")) == "off", "the default mode stays below it"


def test_a_channel_cannot_begin_above_its_highest_mode() -> None:
    (problem,) = problems(of_channel("mode: auto, highest_mode: suggest"))
    assert problem == (
        "desk.yaml, line 8: customers.1.channels.1.mode: auto is higher than the channel's highest_mode, suggest; "
        "change one"
    )


def test_a_channel_that_a_customer_lists_twice_is_named() -> None:
    (problem,) = problems(
        SMALLEST + "customers:\n  - {id: a, name: A, tier: standard, channels: [{id: C1}, {id: C1, mode: off}]}\n"
    )
    assert "customers.1.channels.2.id: channel C1 is listed twice" in problem


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("2025-02-31", "2025-02-31 is not a date; correct it, or put it between quotes"),
        (r'"half \ud83d"', "there is a character here that is not text"),
        (r'"nothing \0"', "there is a character here that is not text"),
    ],
)
def test_a_value_that_nothing_can_store_is_named_with_its_line(value: str, what: str) -> None:
    (problem,) = problems(
        SMALLEST + "customers:\n  - id: a\n    name: A\n    tier: standard\n    channels: [{id: C1}]\n"
        f"    facts:\n      Plan: {value}\n"
    )
    assert problem.startswith("desk.yaml, line 9: ") and what in problem


@pytest.mark.parametrize("value", [".inf", ".nan", "1e30", "0"])
def test_a_time_that_no_clock_can_count_is_refused(value: str) -> None:
    (problem,) = problems(SMALLEST + f"policies: {{correct_answers_days: {value}}}\n")
    assert "policies.correct_answers_days" in problem


def test_there_is_always_a_tier_and_a_severity() -> None:
    found = problems(SMALLEST + "policies: {tiers: {}, severities: {}}\n")
    assert [problem.split(": ")[1] for problem in found] == ["policies.tiers", "policies.severities"]


def test_an_address_is_compared_without_its_at_sign_and_in_small_letters() -> None:
    config = parse(
        SMALLEST
        + "customers:\n  - {id: a, name: A, tier: standard, email_domains: ['@Bright.Example'], channels: [{id: C1}]}\n"
    )
    assert config.customers[0].email_domains == ["bright.example"]


def test_paths_are_absolute_wherever_the_file_was_named_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "desk").mkdir()
    file = tmp_path / "desk" / "footbridge.yaml"
    file.write_text(SMALLEST + "knowledge: [{path: help, audience: public}]\nvocabulary: words.txt\n")
    monkeypatch.chdir(tmp_path)
    config = load(Path("desk/footbridge.yaml"))
    assert config.vocabulary == tmp_path / "desk" / "words.txt"
    assert [source.path for source in config.knowledge] == [tmp_path / "desk" / "help"]  # type: ignore[union-attr]
