"""What stands under `knowledge` in footbridge.yaml: every kind, and what is said of each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.settings.config_file import load, parse
from bot.settings.knowledge_entries import FolderEntry, GitEntry, ZendeskEntry

BASE = "company: {name: Tally, team_ids: [T0HOME]}\ntriage_channel: C0TRIAGE\nknowledge:\n"


def mistake(entry: str) -> str:
    with pytest.raises(ConfigurationError) as raised:
        parse(f"{BASE}  - {entry}\n", "desk.yaml")
    (problem,) = raised.value.problems
    return problem


def test_an_entry_without_a_kind_is_a_folder_as_ever() -> None:
    (entry,) = parse(f"{BASE}  - {{path: help, audience: public}}\n").knowledge
    assert entry == FolderEntry(path=Path("help"), audience="public")
    assert (entry.owner, entry.review_after_days) == (None, None)


def test_every_kind_of_source_can_be_named() -> None:
    entries = parse(
        BASE
        + """  - {kind: folder, path: help, audience: public, owner: U0ANA, review_after_days: 180}
  - {kind: git, url: "git@github.com:tally/help.git", branch: main, folder: docs, audience: public}
  - {kind: website, url: "https://help.tally.example/hc", sitemap: "https://help.tally.example/s.xml", audience: public}
  - {kind: zendesk, url: "https://tally.zendesk.com", email: a@b.c, token_from: ZENDESK_TOKEN, audience: public}
  - {kind: zendesk, path: export.zip, audience: public}
  - {kind: confluence, path: space.zip, url: "https://wiki.tally.example/wiki", audience: internal}
  - {kind: notion, path: notion.zip, audience: internal}
  - {kind: tickets}
"""
    ).knowledge
    kinds = ["folder", "git", "website", "zendesk", "zendesk", "confluence", "notion", "tickets"]
    assert [entry.kind for entry in entries] == kinds
    assert entries[-1].audience == "internal"


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    path = tmp_path / "footbridge.yaml"
    path.write_text(
        f"{BASE}  - {{path: help, audience: public}}\n  - {{kind: zendesk, path: e.json, audience: public}}\n"
        "  - {kind: git, url: ../docs, audience: public}\n  - {kind: git, url: 'https://h/x', audience: public}\n",
        encoding="utf-8",
    )
    folder, zendesk, here, there = load(path).knowledge
    assert isinstance(folder, FolderEntry) and folder.path == tmp_path / "help"
    assert isinstance(zendesk, ZendeskEntry) and zendesk.path == tmp_path / "e.json"
    assert isinstance(here, GitEntry) and here.url == str(tmp_path.parent / "docs")
    assert isinstance(there, GitEntry) and there.url == "https://h/x"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{path: help}", "knowledge.1.audience: is missing"),
        ("{path: help, audience: all}", "an audience is public, internal, or customer:<the customer's id>"),
        ("{path: help, audience: 'customer:nobody'}", "there is no such customer; customers are none yet"),
        ("{path: help, audience: public, ownr: Ana}", "knowledge.1.ownr: is not a setting we know"),
        ("{path: help, audience: public, review_after_days: 0}", "knowledge.1.review_after_days: "),
        ("{kind: web, url: 'https://x', audience: public}", "kind must be one of folder, git, website, zendesk"),
        ("{kind: [git], audience: public}", "kind must be one of"),
        ("{kind: website, url: help.example, audience: public}", "starts with https://"),
        ("{kind: website, url: 'https://[x', audience: public}", "starts with https://"),
        ("{kind: website, url: 'https://a', sitemap: 'https://b/s.xml', audience: public}", "on the same host"),
        ("{kind: zendesk, audience: public}", "name either url"),
        ("{kind: zendesk, url: 'https://a', path: b, audience: public}", "name either url"),
        ("{kind: zendesk, url: 'https://a', email: a@b.c, audience: public}", "email goes with token_from"),
        ("{kind: git, url: '--upload-pack=x', audience: public}", "not a valid address of a repository"),
        ("{kind: git, url: 'ext::sh -c x', audience: public}", "not a valid address of a repository"),
        ("{kind: git, url: 'https://h/x', branch: '--x', audience: public}", "knowledge.1.branch"),
        ("{kind: tickets, audience: public}", "'internal' or 'customer'"),
    ],
)
def test_each_mistake_says_where_it_is_and_what_to_do(entry: str, said: str) -> None:
    problem = mistake(entry)
    assert problem.startswith("desk.yaml, line 4: ") and said in problem, problem


@pytest.mark.parametrize(
    "entry",
    [
        "{kind: zendesk, url: 'https://a', token_from: hunter2-secret, audience: public}",
        "{kind: zendesk, url: 'https://me:hunter2-secret@a', audience: public}",
        "{kind: website, url: 'https://me:hunter2-secret@a', audience: public}",
        "{kind: git, url: 'https://me:hunter2-secret@a/x', audience: public}",
        "{kind: git, url: 'https://a/x', token_from: FOOTBRIDGE_TOKEN, audience: public}",
    ],
)
def test_a_secret_in_the_file_is_refused_without_being_repeated(entry: str) -> None:
    problem = mistake(entry)
    assert "token_from" in problem and "variable" in problem
    assert "hunter2" not in problem
