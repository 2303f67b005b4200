"""Pages, sitemaps and files from anywhere: whatever they hold, reading them ends in words or in a plain reason."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from knowledge.documents import Article, BrokenPage
from knowledge.sources import sitemaps
from knowledge.sources.page_file import read_page_file
from knowledge.sources.source import Unreadable
from knowledge.sources.web_page import normalise_url, parse_page

URL = "https://help.example.com/hc/reset"
PIECES = [
    *(
        "<p>",
        "</p>",
        "<div hidden>",
        "<a href='//['>",
        "<a href='/x'>x</a>",
        "<table><tr><td>",
        "<pre>",
        "<!--",
        "<ul><li>",
    ),
    *(
        "<h1>",
        "&#0;",
        "&bogus;",
        "\x00",
        "\u202e",
        "<script>",
        "<svg>",
        "<link rel=canonical href='http://[::1'>",
        "words ",
    ),
    *(
        "<title>",
        "<meta name=robots content=none>",
        "```",
        "|a|b|",
        "\ud83d".encode("utf-16", "surrogatepass").decode("latin-1"),
    ),
]
MARKUP = st.lists(st.sampled_from(PIECES) | st.text(max_size=10), max_size=25).map("".join)


@given(
    body=st.binary(max_size=300) | MARKUP.map(lambda text: text.encode("utf-8", "replace")), charset=st.text(max_size=8)
)
@example(body=b"<div>" * 5_000, charset="utf-8")
def test_no_page_makes_taking_it_apart_fail(body: bytes, charset: str) -> None:
    try:
        page = parse_page(body, URL, charset)
    except Unreadable as error:
        assert error.what_to_do  # noqa: PT017
        return
    assert page.title and "\u202e" not in page.body
    assert all(link.startswith(("http://", "https://")) and "#" not in link for link in page.links)


@given(
    st.binary(max_size=300)
    | st.text(max_size=100).map(lambda t: f"<urlset><url><loc>{t}</loc></url></urlset>".encode())
)
def test_no_sitemap_makes_reading_it_fail(body: bytes) -> None:
    for candidate in (body, gzip.compress(body), gzip.compress(body)[:-4], b"\x1f\x8b" + body):
        try:
            assert isinstance(sitemaps.read(candidate), sitemaps.Sitemap)
        except Unreadable as error:
            assert error.what_to_do  # noqa: PT017


def test_a_sitemap_that_would_grow_without_end_is_refused() -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>'
    with pytest.raises(Unreadable):
        sitemaps.read(laughs)


def test_a_sitemap_tells_pages_with_their_dates_and_further_sitemaps() -> None:
    body = (
        b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        b"<url><loc> https://a/b </loc><lastmod>2026-10-02T10:00:00+02:00</lastmod></url>"
        b"<url><loc>https://a/c</loc><lastmod>lately</lastmod></url><url><lastmod>2026-01-01</lastmod></url></urlset>"
    )
    assert sitemaps.read(body).pages == {"https://a/b": datetime(2026, 10, 2, 8, tzinfo=UTC), "https://a/c": None}
    index = sitemaps.read(b"<sitemapindex><sitemap><loc>https://a/1.xml</loc></sitemap></sitemapindex>")
    assert index.sitemaps == ("https://a/1.xml",)


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("reset#top", "https://help.example.com/hc/reset"),
        ("/a?b=c#d", "https://help.example.com/a?b=c"),
        ("//other.example", "https://other.example/"),
        ("HTTPS://Help.Example.com/A", "https://help.example.com/A"),
        ("mailto:a@b.c", None),
        ("javascript:alert(1)", None),
        ("https://me:pw@host/", None),
        ("http://[", None),
        ("http://h:99999999/", None),
    ],
)
def test_links_become_plain_addresses_or_nothing(link: str, address: str | None) -> None:
    assert normalise_url(link, URL) == address


@given(
    raw=st.binary(max_size=300) | MARKUP.map(lambda text: text.encode("utf-8", "replace")), front=st.text(max_size=60)
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_of_text_makes_reading_it_fail(tmp_path: Path, raw: bytes, front: str) -> None:
    fronted = f"---\n{front}\n---\n".encode("utf-8", "replace") + raw
    for suffix, content in ((".md", raw), (".html", raw), (".md", fronted)):
        path = tmp_path / f"page{suffix}"
        path.write_bytes(content)
        found = read_page_file(path, base=tmp_path.parent)
        assert found is None or isinstance(found, Article | BrokenPage)
