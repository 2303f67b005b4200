"""The demo world is whole: its files agree with each other, and nothing internal is told to customers."""

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings.config import Config
from bot.settings.config_file import load
from tests.fakes.slack_addresses import at

DEMO = Path(__file__).parents[2] / "demo"
ARTICLES = sorted((DEMO / "articles").glob("*.md"))
EVERY_NOTE = sorted(path for folder in ("articles", "internal", "customers") for path in (DEMO / folder).rglob("*.md"))
UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def read_yaml(name: str) -> Any:
    return yaml.safe_load((DEMO / name).read_text(encoding="utf-8"))


def front_matter(path: Path) -> tuple[dict[str, Any], str]:
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(head), body


def duration(text: str) -> timedelta:
    parts = re.findall(r"(\d+)([dhms])", text)
    assert "".join(number + unit for number, unit in parts) == text, f"{text!r} is not a duration"
    return timedelta(**{UNITS[unit]: int(number) for number, unit in parts})


def folded(text: str) -> str:
    return " ".join(re.sub(r"[*`]", "", text).split())


def strings_in(node: Any) -> list[str]:
    if isinstance(node, str):
        return [node]
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return [text for child in children for text in strings_in(child)]


def messages_in(node: Any) -> list[str]:
    """What the customer of a history entry reads: of the ticket only the words and the updates."""
    ticket = node.get("ticket", {})
    seen = [node["question"], node.get("answer", {}).get("text", ""), ticket.get("words", "")]
    seen += [reply["text"] for reply in node.get("replies", [])]
    seen += ticket.get("escalation", {}).get("updates", [])
    return strings_in(seen)


@pytest.fixture(scope="module")
def config() -> Config:
    return load(DEMO / "footbridge.yaml")


@pytest.fixture(scope="module")
def workspace() -> dict[str, Any]:
    return read_yaml("workspace.yaml")


@pytest.fixture(scope="module")
def history() -> list[dict[str, Any]]:
    return read_yaml("history.yaml")


@pytest.fixture(scope="module")
def earlier() -> list[dict[str, Any]]:
    return read_yaml("earlier.yaml")


@pytest.fixture(scope="module")
def questions() -> list[dict[str, Any]]:
    lines = (DEMO / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_the_configuration_is_accepted_and_its_folders_hold_notes(config: Config) -> None:
    for source in config.knowledge:
        assert list(source.path.glob("*.md")), f"{source.path} holds no notes"
    audiences = {source.audience for source in config.knowledge}
    assert audiences == {"public", "internal", *(f"customer:{customer.id}" for customer in config.customers)}


def test_each_person_of_ours_exists_in_the_workspace_under_the_same_name(
    config: Config, workspace: dict[str, Any]
) -> None:
    ours = {user["id"]: user for user in workspace["users"] if user["team"] == "T0HOME"}
    assert {person.id for person in config.people} == ours.keys() - {workspace["app"]["bot_user_id"]}
    for person in config.people:
        assert ours[person.id]["real_name"] == person.name
        assert set(person.teams) <= {team.id for team in config.teams}


def test_every_team_has_its_channel_its_people_on_call_and_the_bot_in_it(
    config: Config, workspace: dict[str, Any]
) -> None:
    channels = {channel["id"]: channel for channel in workspace["channels"]}
    bot = workspace["app"]["bot_user_id"]
    for team in config.teams:
        members = channels[team.channel]["members"]
        assert {bot, *team.on_call} <= set(members)
        assert all(team.id in config.colleague(user).teams for user in team.on_call)
    assert bot in channels[config.triage_channel]["members"]


def test_every_customer_has_two_contacts_the_agents_and_its_manager_in_its_channel(
    config: Config, workspace: dict[str, Any]
) -> None:
    channels = {channel["id"]: channel for channel in workspace["channels"]}
    agents = {person.id for person in config.people if "agent" in person.roles}
    assert {team["id"] for team in workspace["teams"]} == {t for c in config.customers for t in c.team_ids}
    for customer in config.customers:
        contacts = [user for user in workspace["users"] if user["team"] in customer.team_ids]
        assert len(contacts) == 2
        assert {user["email"].split("@")[1] for user in contacts} <= set(customer.email_domains)
        for each in customer.channels:
            members = set(channels[each.id]["members"])
            expected = {user["id"] for user in contacts} | agents
            assert expected | {customer.success_manager, workspace["app"]["bot_user_id"]} == members
            assert channels[each.id]["shared_with"] == customer.team_ids


def test_outsiders_are_members_of_shared_channels_only(workspace: dict[str, Any]) -> None:
    team_of = {user["id"]: user["team"] for user in workspace["users"]}
    for channel in workspace["channels"]:
        teams = {team_of[member] for member in channel["members"]}
        assert teams - {"T0HOME"} == set(channel.get("shared_with", []))


def test_ids_are_unique_and_groups_name_known_people(workspace: dict[str, Any]) -> None:
    for kind in ("users", "channels", "teams", "usergroups"):
        ids = [each["id"] for each in workspace[kind]]
        assert len(ids) == len(set(ids))
    known = {user["id"] for user in workspace["users"]}
    assert all(set(group["users"]) <= known for group in workspace["usergroups"])


def test_every_step_of_the_guide_is_taken_by_a_member_of_its_channel(workspace: dict[str, Any]) -> None:
    members = {channel["id"]: channel["members"] for channel in workspace["channels"]}
    assert 9 <= len(workspace["guide"]) <= 12
    for step in workspace["guide"]:
        assert step["as"] in members[step["channel"]], step["title"]
        assert step["title"]
        assert step["body"]


def test_messages_of_the_workspace_are_written_inside_by_members(workspace: dict[str, Any]) -> None:
    channels = {channel["id"]: channel for channel in workspace["channels"]}
    ages = [duration(message["ago"]) for message in workspace["messages"]]
    assert ages == sorted(ages, reverse=True)
    for message in workspace["messages"]:
        assert message["user"] in channels[message["channel"]]["members"]
        assert "shared_with" not in channels[message["channel"]]


@pytest.mark.parametrize("path", EVERY_NOTE, ids=lambda path: path.stem)
def test_a_note_has_its_front_matter_and_its_id_is_its_file_name(path: Path) -> None:
    head, body = front_matter(path)
    assert head["id"] == path.stem
    assert len(head["title"]) > 5
    assert isinstance(head["updated"], date)
    assert len(body.split()) >= 60


def test_titles_and_ids_are_unique() -> None:
    heads = [front_matter(path)[0] for path in EVERY_NOTE]
    assert len({head["id"] for head in heads}) == len(heads)
    assert len({head["title"].casefold() for head in heads}) == len(heads)


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_an_article_is_neither_a_stub_nor_a_book(path: Path) -> None:
    assert 150 <= len(front_matter(path)[1].split()) <= 450


def test_no_sentence_is_repeated_in_two_articles() -> None:
    seen: dict[str, str] = {}
    for path in ARTICLES:
        for line in front_matter(path)[1].splitlines():
            if len(re.findall(r"\w+", line)) >= 9:
                assert seen.setdefault(folded(line), path.stem) == path.stem, line


def test_every_error_code_that_is_mentioned_is_explained_in_an_article() -> None:
    articles = [path.read_text(encoding="utf-8") for path in ARTICLES]
    explained = {code for text in articles for code in re.findall(r"^(?:\||-) `(TW-[A-Z]+-\d+)`", text, re.M)}
    for path in [*EVERY_NOTE, *DEMO.glob("*.yaml"), DEMO / "questions.jsonl"]:
        mentioned = set(re.findall(r"TW-[A-Z]+-\d+", path.read_text(encoding="utf-8")))
        assert mentioned <= explained, path.name


def test_what_is_confidential_stands_with_its_audience_and_nowhere_else(
    config: Config, history: list[dict[str, Any]]
) -> None:
    texts: dict[str, str] = {}
    for source in config.knowledge:
        texts[source.audience] = "\n".join(path.read_text("utf-8") for path in source.path.glob("*.md"))
    for entry in history:
        texts[f"customer:{entry['customer']}"] += "\n".join(messages_in(entry))
    for audience, phrases in read_yaml("must_not_leak.yaml").items():
        for phrase in phrases:
            holders = {name for name, text in texts.items() if phrase.casefold() in text.casefold()}
            assert holders == {audience}, phrase


def test_history_names_known_customers_channels_people_teams_and_articles(
    config: Config, workspace: dict[str, Any], history: list[dict[str, Any]]
) -> None:
    team_of = {user["id"]: user["team"] for user in workspace["users"]}
    slugs = {path.stem for path in ARTICLES}
    assert 34 <= len(history) <= 40
    assert {entry["customer"] for entry in history} == {customer.id for customer in config.customers}
    for entry in history:
        customer = config.customer(entry["customer"])
        assert config.customer_at(at(entry["channel"])) == customer
        assert team_of[entry["contact"]] in customer.team_ids
        assert set(entry.get("answer", {}).get("articles", [])) <= slugs
        assert set(entry.get("handed_over", {}).get("near", [])) <= slugs
        assert not ("answer" in entry and "handed_over" in entry)
        if mended_by := entry.get("answer", {}).get("mended_by"):
            assert "agent" in config.colleague(mended_by).roles
        for reply in entry.get("replies", []):
            assert reply["user"] == entry["contact"] or config.colleague(reply["user"])
        ticket = entry.get("ticket", {})
        if "assignee" in ticket:
            assert "agent" in config.colleague(ticket["assignee"]).roles
        if escalation := ticket.get("escalation"):
            assert escalation["engineer"] in config.team(escalation["team"]).on_call
            assert escalation["severity"] in config.policies.severities
            assert all(config.colleague(line["user"]) for line in escalation["thread"])


def test_history_is_in_order_and_nothing_in_it_lies_in_the_future(history: list[dict[str, Any]]) -> None:
    asked = [duration(entry["ago"]) for entry in history]
    assert asked == sorted(asked, reverse=True)
    assert asked[0] <= timedelta(days=4)
    for entry, ago in zip(history, asked, strict=True):
        ticket = entry.get("ticket", {})
        replies = [duration(reply["after"]) for reply in entry.get("replies", [])]
        assert replies == sorted(replies)
        for name in ("first_response_after", "resolved_after"):
            replies += [duration(ticket[name])] if name in ticket else []
        assert all(after < ago for after in replies), entry["question"]


def test_a_resolved_ticket_says_why_how_and_what_the_customer_was_told(history: list[dict[str, Any]]) -> None:
    tickets = [entry["ticket"] for entry in history if "ticket" in entry]
    for ticket in tickets:
        resolved = ticket["status"] == "resolved"
        assert resolved == all(ticket.get(name) for name in ("cause", "fix", "words", "resolved_after"))
        assert ("assignee" in ticket) == (ticket["status"] != "new")
    assert sum("escalation" in ticket for ticket in tickets) == 3
    open_escalation = [ticket for ticket in tickets if ticket["status"] == "escalated"]
    assert [ticket["escalation"]["severity"] for ticket in open_escalation] == ["sev2"]
    assert [ticket["escalation"]["team"] for ticket in open_escalation] == ["erp-integration"]
    assert sorted(t["status"] for t in tickets if t["status"] in {"new", "claimed"}) == ["claimed", "new"]


def test_the_weeks_before_are_drafts_for_one_channel_that_agents_sent(
    config: Config, workspace: dict[str, Any], earlier: list[dict[str, Any]], history: list[dict[str, Any]]
) -> None:
    team_of = {user["id"]: user["team"] for user in workspace["users"]}
    asked = [duration(entry["ago"]) for entry in earlier]
    assert asked == sorted(asked, reverse=True)
    assert asked[-1] > duration(history[0]["ago"])
    assert asked[0] < timedelta(days=60), "else it would be no evidence any more"
    for entry in earlier:
        assert (entry["channel"], config.configured_mode(at(entry["channel"]))) == ("C0OAKLINE", "suggest")
        assert team_of[entry["contact"]] in config.customer(entry["customer"]).team_ids
        assert "agent" in config.colleague(entry["answer"]["sent_by"]).roles


def test_past_answers_are_sentences_of_the_articles_they_cite(
    history: list[dict[str, Any]], earlier: list[dict[str, Any]]
) -> None:
    for entry in [*earlier, *history]:
        if answer := entry.get("answer"):
            paths = [DEMO / "articles" / f"{slug}.md" for slug in answer["articles"]]
            cited = " ".join(folded(front_matter(path)[1]) for path in paths)
            for line in answer["text"].splitlines():
                assert folded(line) in cited, line


def test_questions_are_labelled_with_existing_articles(questions: list[dict[str, Any]]) -> None:
    slugs = {path.stem for path in ARTICLES}
    assert len({row["id"] for row in questions}) == len({row["text"] for row in questions}) == len(questions)
    small_talk = [row for row in questions if row.get("kind") == "small_talk"]
    asked = [row for row in questions if row.get("kind") != "small_talk"]
    assert len(small_talk) == 10
    assert all(row["article"] is None for row in small_talk)
    assert len(asked) == 60
    assert sum(row["article"] is None for row in asked) == 12
    assert {row["article"] for row in asked} - {None} <= slugs


def test_every_address_ends_in_a_name_that_is_reserved_for_examples() -> None:
    for path in [*EVERY_NOTE, *DEMO.glob("*.yaml")]:
        text = path.read_text(encoding="utf-8")
        hosts = re.findall(r"https?://([^/\s:`'\"?)]+)[^\s`]*", text) + re.findall(r"[\w.-]+@([\w.-]+)", text)
        for host in hosts:
            assert host.rstrip(".").endswith(".example") or host.startswith("127.0.0.1"), (path.name, host)
