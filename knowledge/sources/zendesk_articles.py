"""Convert articles as Zendesk's API returns them, read from the API or from an export, to our articles."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from knowledge.documents import INTERNAL, PUBLIC, Article, BrokenPage, article, slug
from knowledge.sources.html import html_to_markdown
from knowledge.sources.markdown import clean_markdown, remove_invisible
from knowledge.sources.source import PreviousReading, Unreadable

_READ_AS = "1"
"""Raise it whenever this module produces different articles, so that unchanged ones are converted again."""


@dataclass
class ZendeskArticles:
    """The articles found so far. The `source` of an article is `<root>/<its id>`.

    An article is never public if Zendesk restricts it or its section to a user segment.
    """

    root: str
    audience: str
    locale: str | None
    before: PreviousReading
    articles: dict[str, Article] = field(default_factory=dict)
    broken: list[BrokenPage] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)

    def state(self) -> dict[str, Any]:
        """Return the state for the next reading."""
        return {"as": _READ_AS, "marks": self.marks}

    def add(self, entries: Iterable[object], restricted_sections: frozenset[str]) -> None:
        """Add articles as the API returns them, except drafts."""
        for number, entry in enumerate(entries, 1):
            place = f"{self.root}/{_id_of(entry) or f'entry-{number}'}"
            try:
                self._add_one(entry, place, restricted_sections)
            except Unreadable as error:
                self.broken.append(error.at(place))

    def _add_one(self, entry: object, place: str, restricted_sections: frozenset[str]) -> None:
        number = _id_of(entry)
        if not isinstance(entry, Mapping) or number is None:
            raise Unreadable("It is not an article of Zendesk's: it has no id.", "Export the articles again.")
        if entry.get("draft") is True or (self.locale and entry.get("locale") not in (None, self.locale)):
            return
        audience = self.audience
        if audience == PUBLIC and (_is_restricted(entry) or str(entry.get("section_id")) in restricted_sections):
            audience = INTERNAL
        url = entry.get("html_url")
        url = url if isinstance(url, str) and re.match(r"https?://[^\s<>|]+\Z", url) else None
        updated_at = _parse_time(entry.get("updated_at"))
        mark = f"{entry.get('updated_at')}|{audience}|{url}"
        old = self.before.state.get("marks", {}) if self.before.state.get("as") == _READ_AS else {}
        if updated_at and old.get(place) == mark and place in self.before.held:
            self.kept.append(place)
            self.marks[place] = mark
            return
        made = _make_article(entry, number, place, audience, url, updated_at, self.locale)
        first = self.articles.get(made.id)
        if first is None or (made.updated_at or _NEVER) > (first.updated_at or _NEVER):
            self.articles[made.id] = made
            self.marks[place] = mark


_NEVER = datetime.min.replace(tzinfo=UTC)


def restricted(sections: Iterable[object]) -> frozenset[str]:
    """Return the ids of the sections that are restricted to a user segment."""
    return frozenset(
        str(section.get("id")) for section in sections if isinstance(section, Mapping) and _is_restricted(section)
    )


def _is_restricted(entry: Mapping[str, Any]) -> bool:
    return bool(entry.get("user_segment_id") or entry.get("user_segment_ids"))


def _make_article(
    entry: Mapping[str, Any],
    number: str,
    place: str,
    audience: str,
    url: str | None,
    updated_at: datetime | None,
    locale: str | None,
) -> Article:
    title, body = entry.get("title") or entry.get("name"), entry.get("body")
    if not isinstance(title, str) or not title.strip() or not isinstance(body, str | None):
        raise Unreadable("It has no title.", "Give it a title in Zendesk.")
    try:
        text = clean_markdown(html_to_markdown(body or ""))
    except RecursionError:
        raise Unreadable("Its tags are nested too deeply to follow.", "Flatten the article, or split it.") from None
    if not text.strip():
        raise Unreadable(f"'{title[:80]}' has no text.", "Write it in Zendesk, or make it a draft again.")
    host = urlsplit(url).netloc if url else "guide"
    return article(
        id="/".join(filter(None, ["zendesk", slug(host), locale and slug(locale), number])),
        title=" ".join(remove_invisible(title).split()),
        body=text,
        url=url,
        source=place,
        audience=audience,
        updated_at=updated_at,
    )


def _id_of(entry: object) -> str | None:
    number = entry.get("id") if isinstance(entry, Mapping) else None
    if isinstance(number, bool) or not isinstance(number, int | str) or not re.fullmatch(r"\w{1,40}", str(number)):
        return None
    return str(number)


def _parse_time(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        return moment and (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC))
    except (ValueError, OverflowError):
        return None
