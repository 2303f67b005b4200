"""Reads a Zendesk help centre, from its API or from an export of it. It changes nothing in Zendesk."""

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from knowledge.documents import BrokenPage, Reading
from knowledge.sources import pack
from knowledge.sources.source import Before, Progress, Unreadable
from knowledge.sources.web_client import PATIENCE, WebClient
from knowledge.sources.zendesk_articles import ZendeskArticles, restricted

_JSON = frozenset({".json"})
_MOST_ANSWERS = 2_000
_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class ZendeskGuide:
    """A help centre by its API. With `email` the `token` is an API token, without one an OAuth token.

    Every reading lists the articles (a hundred an answer); of those whose `updated_at` is as it was nothing more is
    done, and those that are listed no longer are gone.
    """

    url: str
    audience: str
    locale: str | None = None
    email: str | None = None
    token: str | None = None
    wait: Callable[[float], object] = time.sleep
    patience: float = PATIENCE

    @property
    def key(self) -> str:
        return f"zendesk:{self.root}"

    @property
    def root(self) -> str:
        locale = f"/{self.locale}" if self.locale else ""
        return f"{self.url.rstrip('/')}/api/v2/help_center{locale}/articles"

    def read(self, before: Before, progress: Progress) -> Reading:
        found = ZendeskArticles(self.root, self.audience, self.locale, before)
        login = (f"{self.email}/token", self.token) if self.email and self.token else None
        bearer = None if self.email else self.token
        roots: tuple[str, ...] = ()
        with WebClient(self.url, login=login, bearer=bearer, wait=self.wait, patience=self.patience) as client:
            try:
                sections = self._listed(client, self.root.removesuffix("articles") + "sections.json", "sections")
                closed = restricted([section for page in sections for section in page])
                done = 0
                for page in self._listed(client, f"{self.root}.json", "articles"):
                    found.add(page, closed)
                    done += len(page)
                    progress(done, None, self.url)
                roots = (self.root,)
            except Unreadable as error:
                # What was listed before counts; what was not reached is neither gone nor changed.
                found.broken.append(error.at(f"{self.url.rstrip('/')}/#api"))
        states = {self.key: found.state()} if roots else {}
        return Reading(tuple(found.articles.values()), tuple(found.broken), roots, tuple(found.kept), states=states)

    def _listed(self, client: WebClient, first: str, name: str) -> Iterator[list[Any]]:
        """Every page of a list, by its cursor."""
        url: str | None = f"{first}?page[size]={_A_PAGE}"
        for _ in range(_MOST_ANSWERS):
            if url is None:
                return
            answer = self._answer(client, url)
            entries = answer.get(name)
            if not isinstance(entries, list):
                raise Unreadable(f"Its answer holds no {name}.", "Check that `url` is the address of a help centre.")
            yield entries
            url = _following(answer, url)
        raise Unreadable("Its list has no end.", "Tell Zendesk's support of it.")

    def _answer(self, client: WebClient, url: str) -> dict[str, Any]:
        found = client.get(url)
        if found.status in (401, 403):
            raise Unreadable(
                f"Zendesk refuses ({found.status}).",
                "Check the variable that `token_from` names, and `email`: an API token needs one, an OAuth token none.",
            )
        if found.status != 200:
            raise Unreadable(
                f"Zendesk answered {found.status}.", "Check that `url` is like https://yourname.zendesk.com."
            )
        return _object(found.body)


def _following(answer: dict[str, Any], url: str) -> str | None:
    """The address of the next page: by cursor, or as older help centres name it. The client stays on its host."""
    meta, links = answer.get("meta"), answer.get("links")
    following = links.get("next") if isinstance(links, dict) else None
    if isinstance(meta, dict) and not meta.get("has_more"):
        return None
    following = following or answer.get("next_page")
    return urljoin(url, following) if isinstance(following, str) and following else None


@dataclass(frozen=True, slots=True)
class ZendeskExport:
    """Answers of the API (articles, sections) kept as JSON: one file, or a zip or folder of them."""

    path: Path
    audience: str
    locale: str | None = None

    @property
    def root(self) -> str:
        return os.path.abspath(self.path)

    @property
    def key(self) -> str:
        return f"zendesk:{self.root}"

    def read(self, before: Before, progress: Progress) -> Reading:
        found = ZendeskArticles(self.root, self.audience, self.locale, before)
        try:
            answers = list(self._answers(found.broken))
        except Unreadable as error:
            return Reading(broken=(error.at(self.root),))
        # Of an export with a part that cannot be read nobody knows what is missing.
        roots = () if found.broken else (self.root,)
        closed = restricted([section for answer in answers for section in _list(answer, "sections")])
        for number, answer in enumerate(answers, 1):
            found.add(_list(answer, "articles"), closed)
            progress(number, len(answers), self.path.name)
        if not (found.articles or found.kept or found.broken):
            nothing = Unreadable("It holds no articles.", "Export /api/v2/help_center/articles.json, all its pages.")
            return Reading(broken=(nothing.at(self.root),))
        return Reading(
            tuple(found.articles.values()),
            tuple(found.broken),
            roots,
            tuple(found.kept),
            states={self.key: found.state()},
        )

    def _answers(self, broken: list[BrokenPage]) -> Iterator[dict[str, Any]]:
        if self.path.suffix.lower() == ".json" and self.path.is_file():
            try:
                yield _object(self.path.read_bytes())
            except OSError as error:
                raise Unreadable(f"It cannot be read ({error.strerror}).", "Check that it may be read.") from None
            return
        for name, raw in pack.pages(self.path, _JSON):
            try:
                if isinstance(raw, BrokenPage):
                    broken.append(raw)
                else:
                    yield _object(raw)
            except Unreadable as error:
                broken.append(error.at(f"{self.root}/{name}"))


def _object(raw: bytes) -> dict[str, Any]:
    """An answer of the API; a bare list counts as one of articles."""
    try:
        answer = json.loads(raw)
    except (ValueError, RecursionError):
        raise Unreadable("It is no JSON that can be read.", "Export it again.") from None
    if isinstance(answer, list):
        return {"articles": answer}
    if not isinstance(answer, dict):
        raise Unreadable("It is no answer of Zendesk's.", "Export it again.")
    return {"articles": [answer["article"]], **answer} if isinstance(answer.get("article"), dict) else answer


def _list(answer: dict[str, Any], name: str) -> list[Any]:
    entries = answer.get(name)
    return entries if isinstance(entries, list) else []
