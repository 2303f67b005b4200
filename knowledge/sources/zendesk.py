"""Read a Zendesk help centre, from its API or from an export of the API's responses."""

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from knowledge.documents import BrokenPage, Reading
from knowledge.sources import exports
from knowledge.sources.source import PreviousReading, Progress, Unreadable
from knowledge.sources.web_client import TIMEOUT, WebClient
from knowledge.sources.zendesk_articles import ZendeskArticles, restricted

_JSON = frozenset({".json"})
_MOST_RESPONSES = 2_000
_PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class ZendeskGuide:
    """A help centre, read through its API. With `email`, `token` is an API token, otherwise an OAuth token.

    Every reading lists all articles, a hundred per response. Articles with the same `updated_at` as before are kept,
    and those that are no longer listed are removed.
    """

    url: str
    audience: str
    locale: str | None = None
    email: str | None = None
    token: str | None = None
    wait: Callable[[float], object] = time.sleep
    timeout: float = TIMEOUT

    @property
    def key(self) -> str:
        return f"zendesk:{self.root}"

    @property
    def root(self) -> str:
        locale = f"/{self.locale}" if self.locale else ""
        return f"{self.url.rstrip('/')}/api/v2/help_center{locale}/articles"

    def read(self, before: PreviousReading, progress: Progress) -> Reading:
        found = ZendeskArticles(self.root, self.audience, self.locale, before)
        login = (f"{self.email}/token", self.token) if self.email and self.token else None
        bearer = None if self.email else self.token
        roots: tuple[str, ...] = ()
        with WebClient(self.url, login=login, bearer=bearer, wait=self.wait, timeout=self.timeout) as client:
            try:
                sections = self._list(client, self.root.removesuffix("articles") + "sections.json", "sections")
                closed = restricted([section for page in sections for section in page])
                done = 0
                for page in self._list(client, f"{self.root}.json", "articles"):
                    found.add(page, closed)
                    done += len(page)
                    progress(done, None, self.url)
                roots = (self.root,)
            except Unreadable as error:
                # What was listed so far is used. Without a root, the articles that were not reached stay as they are.
                found.broken.append(error.at(f"{self.url.rstrip('/')}/#api"))
        states = {self.key: found.state()} if roots else {}
        return Reading(tuple(found.articles.values()), tuple(found.broken), roots, tuple(found.kept), states=states)

    def _list(self, client: WebClient, first: str, name: str) -> Iterator[list[Any]]:
        """Yield every page of a list."""
        url: str | None = f"{first}?page[size]={_PAGE_SIZE}"
        for _ in range(_MOST_RESPONSES):
            if url is None:
                return
            answer = self._get(client, url)
            entries = answer.get(name)
            if not isinstance(entries, list):
                raise Unreadable(f"Its response contains no {name}.", "Check that `url` is the URL of a help centre.")
            yield entries
            url = _next_url(answer, url)
        raise Unreadable("Its list does not end.", "Report it to Zendesk's support.")

    def _get(self, client: WebClient, url: str) -> dict[str, Any]:
        found = client.get(url)
        if found.status in (401, 403):
            raise Unreadable(
                f"Zendesk denied access ({found.status}).",
                "Check the variable named by `token_from`, and `email`: only an API token needs it, no OAuth token.",
            )
        if found.status != 200:
            raise Unreadable(
                f"Zendesk responded with status {found.status}.",
                "Check that `url` is like https://yourname.zendesk.com.",
            )
        return _parse_response(found.body)


def _next_url(answer: dict[str, Any], url: str) -> str | None:
    """Return the URL of the next page, by cursor or as in older versions of the API, or None for the last page."""
    meta, links = answer.get("meta"), answer.get("links")
    following = links.get("next") if isinstance(links, dict) else None
    if isinstance(meta, dict) and not meta.get("has_more"):
        return None
    following = following or answer.get("next_page")
    return urljoin(url, following) if isinstance(following, str) and following else None


@dataclass(frozen=True, slots=True)
class ZendeskExport:
    """Responses of the API (articles, sections) saved as JSON: one file, or a zip or a folder of files."""

    path: Path
    audience: str
    locale: str | None = None

    @property
    def root(self) -> str:
        return os.path.abspath(self.path)

    @property
    def key(self) -> str:
        return f"zendesk:{self.root}"

    def read(self, before: PreviousReading, progress: Progress) -> Reading:
        found = ZendeskArticles(self.root, self.audience, self.locale, before)
        try:
            answers = list(self._read_responses(found.broken))
        except Unreadable as error:
            return Reading(broken=(error.at(self.root),))
        # If a part of the export cannot be read, no article can be called missing.
        roots = () if found.broken else (self.root,)
        closed = restricted([section for answer in answers for section in _entries(answer, "sections")])
        for number, answer in enumerate(answers, 1):
            found.add(_entries(answer, "articles"), closed)
            progress(number, len(answers), self.path.name)
        if not (found.articles or found.kept or found.broken):
            nothing = Unreadable("It contains no articles.", "Export all pages of /api/v2/help_center/articles.json.")
            return Reading(broken=(nothing.at(self.root),))
        return Reading(
            tuple(found.articles.values()),
            tuple(found.broken),
            roots,
            tuple(found.kept),
            states={self.key: found.state()},
        )

    def _read_responses(self, broken: list[BrokenPage]) -> Iterator[dict[str, Any]]:
        if self.path.suffix.lower() == ".json" and self.path.is_file():
            try:
                yield _parse_response(self.path.read_bytes())
            except OSError as error:
                raise Unreadable(
                    f"It cannot be read ({error.strerror}).", "Check that this user may read it."
                ) from None
            return
        for name, raw in exports.read_pages(self.path, _JSON):
            try:
                if isinstance(raw, BrokenPage):
                    broken.append(raw)
                else:
                    yield _parse_response(raw)
            except Unreadable as error:
                broken.append(error.at(f"{self.root}/{name}"))


def _parse_response(raw: bytes) -> dict[str, Any]:
    """Parse a response of the API. A JSON list is treated as a list of articles. Raises Unreadable."""
    try:
        answer = json.loads(raw)
    except (ValueError, RecursionError):
        raise Unreadable("It is not valid JSON.", "Export it again.") from None
    if isinstance(answer, list):
        return {"articles": answer}
    if not isinstance(answer, dict):
        raise Unreadable("It is not a response of Zendesk's API.", "Export it again.")
    return {"articles": [answer["article"]], **answer} if isinstance(answer.get("article"), dict) else answer


def _entries(answer: dict[str, Any], name: str) -> list[Any]:
    entries = answer.get(name)
    return entries if isinstance(entries, list) else []
