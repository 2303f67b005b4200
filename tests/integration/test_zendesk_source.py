"""Zendesk Guide as a source: its API over real HTTP, with pages, limits, failures and closed sections."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest

from knowledge.sources.zendesk import ZendeskGuide
from tests.fakes.help_site import HelpSite, Reply, help_site
from tests.fakes.readings import Shelf

SECTIONS = "/api/v2/help_center/en-us/sections.json?page[size]=100"
ARTICLES = "/api/v2/help_center/en-us/articles.json?page[size]=100"


@pytest.fixture
def site() -> Iterator[HelpSite]:
    with help_site() as running:
        yield running


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def guide(site: HelpSite, waits: list[float] | None = None, **more: Any) -> ZendeskGuide:
    wait = (waits if waits is not None else []).append
    return ZendeskGuide(site.url, **{"audience": "public", "locale": "en-us", "wait": wait, "timeout": 0.5, **more})


def entry(number: int, title: str, body: str = "<p>Press <b>Reset</b>.</p>", **more: Any) -> dict[str, Any]:
    usual = {
        "html_url": f"https://help.tally.example/hc/en-us/articles/{number}",
        "locale": "en-us",
        "section_id": 1,
        "draft": False,
        "updated_at": "2026-10-01T08:00:00Z",
        "user_segment_id": None,
    }
    return {"id": number, "title": title, "body": body, **usual, **more}


def offer(site: HelpSite, *pages: list[dict[str, Any]], sections: tuple[dict[str, Any], ...] = ({"id": 1},)) -> None:
    site.replies[SECTIONS] = answer({"sections": list(sections), "meta": {"has_more": False}})
    path = ARTICLES
    for number, entries in enumerate(pages, 1):
        further = f"{ARTICLES}&page[after]=cursor{number}"
        more = {"meta": {"has_more": number < len(pages)}, "links": {"next": site.url + further}}
        site.replies[path] = answer({"articles": entries, **more})
        path = further


def answer(content: Any) -> Reply:
    return Reply(json.dumps(content), kind="application/json")


def test_all_pages_of_the_list_are_read_by_their_cursor(site: HelpSite, shelf: Shelf) -> None:
    offer(site, [entry(11, "Reset")], [entry(12, "Limits")], [entry(13, "Exports")])
    changes = shelf.read(guide(site))
    assert [article.title for article in changes.new] == ["Reset", "Limits", "Exports"]
    first = changes.new[0]
    assert (first.id, first.body) == ("zendesk/help-tally-example/en-us/11", "Press **Reset**.")
    assert first.url == "https://help.tally.example/hc/en-us/articles/11"
    assert first.updated_at is not None and first.updated_at.hour == 8


def test_drafts_and_other_languages_are_passed_over(site: HelpSite, shelf: Shelf) -> None:
    offer(site, [entry(1, "Draft", draft=True), entry(2, "Deutsch", locale="de"), entry(3, "Here")])
    shelf.read(guide(site))
    assert shelf.titles() == ["Here"]


def test_what_is_not_for_everybody_is_never_public(site: HelpSite, shelf: Shelf) -> None:
    closed = entry(2, "In a closed section", section_id=9)
    offer(
        site,
        [entry(1, "For all"), closed, entry(3, "For some", user_segment_id=5), entry(4, "Few", user_segment_ids=[7])],
        sections=({"id": 1, "user_segment_id": None}, {"id": 9, "user_segment_id": 77}),
    )
    shelf.read(guide(site))
    audiences = {article.title: article.audience for article in shelf.articles.values()}
    assert audiences == {
        "For all": "public",
        "In a closed section": "internal",
        "For some": "internal",
        "Few": "internal",
    }


def test_a_section_that_is_closed_later_closes_its_articles(site: HelpSite, shelf: Shelf) -> None:
    offer(site, [entry(1, "Reset")])
    shelf.read(guide(site))
    offer(site, [entry(1, "Reset")], sections=({"id": 1, "user_segment_id": 3},))
    assert [article.audience for article in shelf.read(guide(site)).changed] == ["internal"]


def test_only_what_was_updated_is_made_anew_and_what_is_gone_is_removed(site: HelpSite, shelf: Shelf) -> None:
    offer(site, [entry(1, "Reset"), entry(2, "Limits"), entry(3, "Old")])
    shelf.read(guide(site))
    offer(site, [entry(1, "Reset"), entry(2, "Limits", "<p>900 rows.</p>", updated_at="2026-11-01T08:00:00Z")])
    changes = shelf.read(guide(site))
    assert [article.body for article in changes.changed] == ["900 rows."]
    assert changes.removed == ("zendesk/help-tally-example/en-us/3",)
    assert shelf.last.kept == (f"{site.url}/api/v2/help_center/en-us/articles/1",)


def test_a_list_that_breaks_half_way_removes_nothing(site: HelpSite, shelf: Shelf) -> None:
    offer(site, [entry(1, "Reset")], [entry(2, "Limits")])
    shelf.read(guide(site))
    offer(site, [entry(1, "Reset again", updated_at="2026-11-02T08:00:00Z")], [entry(2, "Limits")])
    site.replies[f"{ARTICLES}&page[after]=cursor1"] = Reply("oops", 500)
    changes = shelf.read(guide(site))
    assert [article.title for article in changes.changed] == ["Reset again"]
    assert changes.removed == () and "(500)" in changes.broken[0].reason
    assert shelf.titles() == ["Limits", "Reset again"]


def test_the_wait_that_zendesk_asks_for_is_kept_up_to_a_minute(site: HelpSite, shelf: Shelf) -> None:
    offer(site, [entry(1, "Reset")])
    whole, waits = site.replies[ARTICLES], []
    assert isinstance(whole, Reply)
    site.replies[ARTICLES] = [Reply("", 429, {"Retry-After": "3"}), Reply("", 429, {"Retry-After": "5"}), whole]
    assert shelf.read(guide(site, waits)).broken == ()
    assert waits == [3.0, 5.0]
    site.replies[ARTICLES] = Reply("", 429, {"Retry-After": "3600"})
    assert "(429)" in shelf.read(guide(site, waits)).broken[0].reason
    assert waits == [3.0, 5.0] and shelf.titles() == ["Reset"]


@pytest.mark.parametrize(
    ("more", "header"),
    [
        (
            {"email": "ana@tally.example", "token": "s3cret"},
            "Basic " + b64encode(b"ana@tally.example/token:s3cret").decode(),
        ),
        ({"token": "oauth-s3cret"}, "Bearer oauth-s3cret"),
        ({}, None),
    ],
)
def test_the_token_is_sent_as_zendesk_wants_it(site: HelpSite, shelf: Shelf, more: Any, header: str | None) -> None:
    offer(site, [entry(1, "Reset")])
    shelf.read(guide(site, **more))
    assert {headers.get("Authorization") for _, headers in site.asked} == {header}


def test_a_refused_token_is_named_without_being_shown(site: HelpSite, shelf: Shelf) -> None:
    site.replies[SECTIONS] = Reply("no", 401)
    (broken,) = shelf.read(guide(site, email="ana@tally.example", token="s3cret")).broken
    assert "denied access (401)" in broken.reason and "token_from" in broken.what_to_do
    assert "s3cret" not in str(broken)


@pytest.mark.parametrize("odd", ["[1, 2", "[]", '"words"', '{"articles": {"id": 1}}', "{}", "<html>"])
def test_an_answer_that_is_none_of_zendesks_is_a_broken_source(site: HelpSite, shelf: Shelf, odd: str) -> None:
    offer(site, [entry(1, "Reset")])
    shelf.read(guide(site))
    site.replies[ARTICLES] = Reply(odd, kind="application/json")
    changes = shelf.read(guide(site))
    if odd == "[]":
        assert changes.removed, "an empty list is a list"
        return
    assert changes.removed == () and changes.broken[0].what_to_do


def test_an_article_that_is_wrong_is_named_and_the_others_are_read(site: HelpSite, shelf: Shelf) -> None:
    wrong: list[Any] = ["words", {"title": "No id"}, entry(2, ""), entry(3, "Empty", ""), entry(4, "Odd", 7)]
    offer(site, [*wrong, entry(1, "Fine")])
    changes = shelf.read(guide(site))
    assert shelf.titles() == ["Fine"]
    assert len(changes.broken) == len(wrong)


def test_the_next_page_is_never_asked_of_another_host(site: HelpSite, shelf: Shelf) -> None:
    offer(site, [entry(1, "Reset")])
    more = {"meta": {"has_more": True}, "links": {"next": "http://127.0.0.1:1/steal"}}
    site.replies[ARTICLES] = answer({"articles": [entry(1, "Reset")], **more})
    (broken,) = shelf.read(guide(site, token="s3cret")).broken
    assert "another site" in broken.reason
