"""A website as a source, over real HTTP: what is read, followed, kept when it breaks, and never asked for."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest

from knowledge.sources.website import Website
from tests.fakes.help_site import HelpSite, Reply, help_site
from tests.fakes.readings import Shelf

RESET = "Reset links are valid for 30 minutes. Ask for a new one when yours is older."
LIMITS = "An import takes 500 rows at most. Split a longer file in two."


@pytest.fixture
def site() -> Iterator[HelpSite]:
    with help_site() as running:
        yield running


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def website(site: HelpSite, waits: list[float] | None = None, path: str = "/hc", **more: object) -> Website:
    return Website(f"{site.url}{path}", "public", wait=(waits if waits is not None else []).append, timeout=0.5, **more)


def two_pages(site: HelpSite) -> None:
    site.page("/hc/reset", "Reset your password", RESET)
    site.page("/hc/limits", "Limits of imports", LIMITS)
    site.sitemap("/hc/reset", "/hc/limits", "/blog/news")


def test_the_pages_of_the_sitemap_are_read_without_their_furniture(site: HelpSite, shelf: Shelf) -> None:
    two_pages(site)
    changes = shelf.read(website(site))
    assert shelf.titles() == ["Limits of imports", "Reset your password"]
    page = next(article for article in changes.new if article.title.startswith("Reset"))
    assert page.body == RESET
    assert (page.url, page.source) == (f"{site.url}/hc/reset",) * 2
    assert "/blog/news" not in site.paths(), "it is not below the address that was named"


def test_a_long_page_loses_what_is_around_it_and_keeps_steps_code_and_tables(site: HelpSite, shelf: Shelf) -> None:
    words = "Exports are written every night and kept for 35 days, so that your books can be compared. " * 4
    site.replies["/hc/a"] = Reply(
        "<html><head><title>Exports | Tally Help</title></head><body><h1>Tally Help</h1><div class='menu'>"
        "<a href='/x'>Products</a> <a href='/y'>Pricing</a></div><article><h1>Exports</h1>"
        f"<p>{words} See <a href='/hc/b'>limits</a>.</p><h2>Steps</h2><ol><li>Open <b>Settings</b>.</li>"
        "<li><p>Run this:</p><pre>tally export --all\n  --days 35</pre></li>"
        "<li>Choose:<ul><li>as CSV</li></ul></li></ol>"
        "<table><tr><th>Plan</th><th>Days</th></tr><tr><td>Basic</td><td>35</td></tr></table>"
        "<section><h3>Related articles</h3><ul><li><a href='/hc/c'>Import a ledger</a></li></ul></section>"
        "</article><footer>Imprint</footer></body></html>"
    )
    site.sitemap("/hc/a")
    (page,) = shelf.read(website(site)).new
    assert page.title == "Exports"
    assert "1. Open **Settings**." in page.body
    assert "   ```\n   tally export --all\n     --days 35\n   ```" in page.body, "the code of a step keeps its lines"
    assert "\n   - as CSV" in page.body, "the inner list stays inside the step"
    assert "| Basic | 35 |" in page.body
    assert f"[limits]({site.url}/hc/b)" in page.body
    assert not any(word in page.body for word in ("Pricing", "Imprint", "Related", "ledger", "Tally Help"))


def test_pages_that_did_not_change_are_not_sent_again(site: HelpSite, shelf: Shelf) -> None:
    two_pages(site)
    shelf.read(website(site))
    site.page("/hc/limits", "Limits of imports", LIMITS.replace("500", "900"))
    changes = shelf.read(website(site))
    assert [article.title for article in changes.changed] == ["Limits of imports"]
    assert changes.unchanged == (shelf.id_of("Reset your password"),)
    assert shelf.last.kept == (f"{site.url}/hc/reset",)


def test_pages_for_others_are_read_anew_when_the_audience_changes(site: HelpSite, shelf: Shelf) -> None:
    two_pages(site)
    shelf.read(website(site))
    inside = Website(f"{site.url}/hc", "internal", wait=lambda seconds: None)
    assert len(shelf.read(inside).changed) == 2
    assert {article.audience for article in shelf.articles.values()} == {"internal"}


@pytest.mark.parametrize("status", [404, 410])
def test_a_deleted_page_is_removed(site: HelpSite, shelf: Shelf, status: int) -> None:
    two_pages(site)
    shelf.read(website(site))
    site.replies["/hc/limits"] = Reply("gone", status)
    site.sitemap("/hc/reset")
    changes = shelf.read(website(site))
    assert len(changes.removed) == 1 and changes.broken == ()
    assert shelf.titles() == ["Reset your password"]


def test_a_page_that_the_sitemap_names_no_longer_stays_while_it_is_there(site: HelpSite, shelf: Shelf) -> None:
    two_pages(site)
    shelf.read(website(site))
    site.sitemap("/hc/reset")
    assert shelf.read(website(site)).removed == ()
    assert len(shelf.articles) == 2


@pytest.mark.parametrize("status", [301, 308])
@pytest.mark.parametrize("listed", [True, False])
def test_a_moved_page_is_followed_and_keeps_its_id(site: HelpSite, shelf: Shelf, status: int, listed: bool) -> None:
    two_pages(site)
    shelf.read(website(site))
    before = shelf.id_of("Reset your password")
    site.page("/hc/accounts/reset", "Reset your password", RESET)
    site.moved("/hc/reset", "/hc/accounts/reset", status)
    site.sitemap("/hc/limits", *(["/hc/accounts/reset"] if listed else []))
    changes = shelf.read(website(site))
    assert ([article.id for article in changes.moved], changes.new, changes.removed) == ([before], (), ())
    assert shelf.articles[before].url == f"{site.url}/hc/accounts/reset"
    again = shelf.read(website(site))
    assert (again.to_write, again.removed) == ((), ())


def test_a_page_that_moved_and_changed_is_a_changed_page(site: HelpSite, shelf: Shelf) -> None:
    two_pages(site)
    shelf.read(website(site))
    before = shelf.id_of("Reset your password")
    site.page("/hc/new", "Reset your password", RESET.replace("30", "45"))
    site.moved("/hc/reset", "/hc/new")
    changes = shelf.read(website(site))
    assert [article.id for article in changes.changed] == [before]


def test_a_redirect_for_now_moves_nothing(site: HelpSite, shelf: Shelf) -> None:
    two_pages(site)
    shelf.read(website(site))
    site.page("/hc/for-now", "Reset your password", RESET)
    site.moved("/hc/reset", "/hc/for-now", 302)
    shelf.read(website(site))
    assert shelf.articles[shelf.id_of("Reset your password")].source == f"{site.url}/hc/reset"


def test_a_page_that_fails_is_named_kept_and_tried_again(site: HelpSite, shelf: Shelf, waits: list[float]) -> None:
    two_pages(site)
    shelf.read(website(site))
    whole = site.replies["/hc/reset"]
    site.replies["/hc/reset"] = Reply("oops", 500)
    changes = shelf.read(website(site, waits))
    (broken,) = changes.broken
    assert broken.path == f"{site.url}/hc/reset" and "(500)" in broken.reason and "kept" in broken.what_to_do
    assert changes.removed == () and len(shelf.articles) == 2
    assert site.paths().count("/hc/reset") == 3, "once more in the same reading"
    site.replies["/hc/reset"] = whole
    assert shelf.read(website(site)).broken == ()


def test_a_new_page_that_failed_is_tried_again_though_nothing_that_links_to_it_changed(
    site: HelpSite, shelf: Shelf
) -> None:
    site.page("/hc", "Start", "Welcome to our help pages.", links=("/hc/late",))
    site.replies["/hc/late"] = Reply("oops", 502)
    assert shelf.read(website(site)).broken[0].path == f"{site.url}/hc/late"
    site.page("/hc/late", "Late page", "It came late, but it came.")
    shelf.read(website(site))
    assert "Late page" in shelf.titles()


def test_a_page_that_never_answers_is_given_up_in_time(site: HelpSite, shelf: Shelf) -> None:
    two_pages(site)
    site.replies["/hc/reset"] = Reply(hangs=True)
    changes = shelf.read(website(site))
    assert "response took too long" in changes.broken[0].reason
    assert shelf.titles() == ["Limits of imports"]


def test_a_site_that_is_down_loses_nothing(site: HelpSite, shelf: Shelf) -> None:
    two_pages(site)
    shelf.read(website(site))
    site.replies = {"/robots.txt": Reply("down", 503)}
    changes = shelf.read(website(site))
    assert (shelf.last.roots, changes.removed) == ((), ())
    assert [page.path for page in changes.broken] == [f"{site.url}/hc"]
    assert len(shelf.articles) == 2


def test_a_wait_that_the_site_asks_for_is_kept(site: HelpSite, shelf: Shelf, waits: list[float]) -> None:
    two_pages(site)
    answer = site.replies["/hc/reset"]
    assert isinstance(answer, Reply)
    site.replies["/hc/reset"] = [Reply("slow down", 429, {"Retry-After": "7"}), answer]
    assert shelf.read(website(site, waits)).broken == ()
    assert waits == [7.0]


def test_robots_are_respected_and_what_they_forbid_is_named_when_the_sitemap_lists_it(
    site: HelpSite, shelf: Shelf, waits: list[float]
) -> None:
    two_pages(site)
    site.replies["/robots.txt"] = Reply("User-agent: *\nCrawl-delay: 2\nDisallow: /hc/limits\n", kind="text/plain")
    changes = shelf.read(website(site, waits))
    assert shelf.titles() == ["Reset your password"]
    assert "/hc/limits" not in site.paths()
    assert "robots.txt forbids it" in changes.broken[0].reason
    assert all(wait == 2.0 for wait in waits)


def test_sitemaps_are_found_by_robots_by_index_and_packed(site: HelpSite, shelf: Shelf) -> None:
    two_pages(site)
    del site.replies["/sitemap.xml"]
    site.replies["/robots.txt"] = Reply(f"Sitemap: {site.url}/maps/index.xml\n", kind="text/plain")
    site.replies["/maps/index.xml"] = Reply(
        f"<sitemapindex><sitemap><loc>{site.url}/maps/a.xml.gz</loc></sitemap>"
        f"<sitemap><loc>{site.url}/maps/b.xml</loc></sitemap></sitemapindex>"
    )
    packed = f"<urlset><url><loc>{site.url}/hc/reset</loc><lastmod>2026-10-02</lastmod></url></urlset>"
    site.replies["/maps/a.xml.gz"] = Reply(gzip.compress(packed.encode()), kind="application/gzip")
    site.sitemap("/hc/limits", at="/maps/b.xml")
    shelf.read(website(site))
    assert shelf.titles() == ["Limits of imports", "Reset your password"]
    dated = shelf.articles[shelf.id_of("Reset your password")].updated_at
    assert dated is not None and f"{dated:%Y-%m-%d}" == "2026-10-02"


def test_a_sitemap_that_broke_is_named_and_what_is_known_is_read_all_the_same(site: HelpSite, shelf: Shelf) -> None:
    two_pages(site)
    shelf.read(website(site))
    site.replies["/sitemap.xml"] = Reply("<urlset><url>")
    site.page("/hc/limits", "Limits of imports", LIMITS.replace("500", "700"))
    changes = shelf.read(website(site))
    assert "not a valid sitemap" in changes.broken[0].reason
    assert (len(changes.changed), changes.removed) == (1, ())


def test_without_a_sitemap_links_are_followed_within_the_address(site: HelpSite, shelf: Shelf) -> None:
    site.page("/hc", "Start", "Welcome to our help pages.", links=("/hc/list", "/pricing", "http://127.0.0.1:1/hc/x"))
    site.replies["/hc/list"] = Reply(
        "<html><body><h1>All</h1><a href='reset#top'>Reset your password</a></body></html>"
    )
    site.page("/hc/reset", "Reset your password", RESET, links=("/hc", "/hc/dead"))
    changes = shelf.read(website(site))
    assert shelf.titles() == ["Reset your password", "Start"]
    assert changes.broken == (), "a page that only lists others is no broken page, nor is a dead link"
    assert "/pricing" not in site.paths()
    site.page("/hc/new", "New page", "A page that came later.")
    site.replies["/hc/list"] = Reply("<html><body><a href='reset'>Reset</a><a href='new'>New page</a></body></html>")
    shelf.read(website(site))
    assert "New page" in shelf.titles()


def test_pages_under_two_addresses_and_hidden_ones_are_read_once_and_never(site: HelpSite, shelf: Shelf) -> None:
    canonical = f'<link rel="canonical" href="{site.url}/hc/reset">'
    two_pages(site)
    site.page("/hc/reset?from=mail", "Reset your password", RESET, head=canonical)
    site.page("/hc/draft", "Draft", "Not for everybody.", head='<meta name="robots" content="noindex, follow">')
    site.sitemap("/hc/reset?from=mail", "/hc/draft")
    shelf.read(website(site))
    assert [article.source for article in shelf.articles.values()] == [f"{site.url}/hc/reset"]


def test_pages_that_point_at_each_other_or_at_nothing_are_not_lost(site: HelpSite, shelf: Shelf) -> None:
    two_pages(site)
    shelf.read(website(site))
    site.page("/hc/reset", "Reset", RESET, head=f'<link rel="canonical" href="{site.url}/hc/limits">')
    site.page("/hc/limits", "Limits", LIMITS, head=f'<link rel="canonical" href="{site.url}/hc/reset">')
    shelf.read(website(site))
    assert len(shelf.articles) == 1
    site.page("/hc/reset", "Reset", RESET, head='<link rel="canonical" href="/hc/nowhere">')
    site.page("/hc/limits", "Limits", LIMITS, head='<link rel="canonical" href="/hc/nowhere">')
    changes = shelf.read(website(site))
    assert "canonical" in changes.broken[0].reason
    assert changes.removed == () and len(shelf.articles) == 1


def test_a_redirect_out_of_the_site_is_not_followed(site: HelpSite, shelf: Shelf) -> None:
    two_pages(site)
    site.moved("/hc/reset", "http://127.0.0.1:1/secret")
    site.moved("/hc/limits", "/elsewhere")
    site.page("/elsewhere", "Elsewhere", "Another part of the site.")
    site.sitemap("/hc/reset", "/hc/limits", "/hc/circle")
    site.moved("/hc/circle", "/hc/circle")
    reasons = sorted(page.reason for page in shelf.read(website(site)).broken)
    assert [reason.split("(")[0].strip() for reason in reasons] == [
        f"It has moved out of {site.url}/hc.",
        "It has too many redirects.",
        "It redirects to another site",
    ]
    assert shelf.articles == {}


def test_a_site_with_too_many_pages_is_read_up_to_the_limit_and_known_pages_stay(site: HelpSite, shelf: Shelf) -> None:
    two_pages(site)
    shelf.read(website(site))
    changes = shelf.read(website(site, most_pages=1))
    assert "more than 1 pages" in changes.broken[0].reason and "most_pages" in changes.broken[0].what_to_do
    assert changes.removed == () and len(shelf.articles) == 2


def test_what_is_no_page_is_passed_over(site: HelpSite, shelf: Shelf) -> None:
    two_pages(site)
    site.replies["/hc/paper.pdf"] = Reply(b"%PDF-1.7", kind="application/pdf")
    site.replies["/hc/bytes"] = Reply(b"\x00\x01\x02", kind="text/html")
    site.sitemap("/hc/reset", "/hc/paper.pdf", "/hc/bytes")
    changes = shelf.read(website(site))
    assert shelf.titles() == ["Reset your password"]
    assert [page.path for page in changes.broken] == [f"{site.url}/hc/bytes"]
