"""Read one file as an article: Markdown, HTML, PDF or an office file."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import yaml

from knowledge.documents import PUBLIC, Article, BrokenPage, article, check_audience, slug
from knowledge.markdown_blocks import heading_text, parse_blocks
from knowledge.sources import office
from knowledge.sources.html import read_page
from knowledge.sources.markdown import clean_markdown, remove_invisible
from knowledge.sources.source import Unreadable

MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".mkd"})
HTML = frozenset({".html", ".htm", ".xhtml"})
LARGEST = 2_000_000
"""Maximum bytes of a page of text; a longer one is data rather than a page to read."""
LARGEST_OFFICE = 50_000_000
"""Maximum bytes of a PDF or an office file, which consist mostly of images."""
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?$\n?", re.DOTALL | re.MULTILINE)


def read_page_file(path: Path, *, base: Path, audience: str = PUBLIC) -> Article | BrokenPage | None:
    """Return the article in a file, a BrokenPage if it cannot be read, or None if it is marked as a draft.

    An id is made from the path below `base`, unless the page has one.
    """
    of_office = path.suffix.lower() in office.OFFICE
    largest = LARGEST_OFFICE if of_office else LARGEST
    try:
        if path.stat().st_size > largest:
            raise Unreadable(
                f"It is larger than {largest // 1_000_000} MB.", "Split it into pages on one subject each."
            )
        raw = path.read_bytes()
        return _office_article(path, base, raw, audience) if of_office else _text_article(path, base, raw, audience)
    except OSError as error:
        return BrokenPage(
            str(path), f"It cannot be read ({error.strerror}).", "Check that it exists and that this user may read it."
        )
    except Unreadable as error:
        return error.at(str(path))
    except RecursionError:
        return BrokenPage(
            str(path), "Its tags or lists are nested too deeply to follow.", "Flatten the page, or split it."
        )


def decode_text(raw: bytes) -> str:
    """Decode the bytes of a page as UTF-8. Raises Unreadable if they are not text."""
    if b"\x00" in raw[:8192]:
        raise Unreadable("It contains binary data, not text.", "Save it as plain text in UTF-8.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"It is not UTF-8 text (byte {error.start + 1}).", "Save it again in the encoding UTF-8."
        ) from error


def _text_article(path: Path, base: Path, raw: bytes, audience: str) -> Article | None:
    front, body = _split_front_matter(decode_text(raw))
    return None if front.get("draft") is True else _article(path, base, front, body, audience)


def _office_article(path: Path, base: Path, raw: bytes, audience: str) -> Article:
    document = office.read_document(raw, path.suffix.lower())
    heading, body = split_heading(clean_markdown(document.markdown))
    if not body.strip():
        raise office.no_text_error(path.suffix.lower())
    return article(
        id=_id_from(path, base),
        title=" ".join(remove_invisible(heading or document.title or title_from_name(path.stem)).split()),
        body=body,
        source=str(path),
        audience=audience,
        pinned=False,
    )


def title_from_name(stem: str) -> str:
    """Return a file's name, without its suffix, as a title."""
    return re.sub(r"[-_]+", " ", stem).strip()


def _split_front_matter(text: str) -> tuple[dict[str, object], str]:
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    try:
        values = yaml.safe_load(match[1])
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise Unreadable(
            f"Its front matter is not valid YAML (line {line}: {error.problem}).",
            "Put values that contain a colon or a quotation mark in quotes.",
        ) from error
    except (yaml.YAMLError, ValueError) as error:
        raise Unreadable("Its front matter is not valid YAML.", "Compare it with a page that can be read.") from error
    if values is None:
        return {}, text[match.end() :]
    if not isinstance(values, dict):
        return {}, text
    return {str(key).lower(): value for key, value in values.items()}, text[match.end() :]


def _article(path: Path, base: Path, front: Mapping[str, object], text: str, audience: str) -> Article:
    url, meta = None, {}
    if path.suffix.lower() in HTML:
        page = read_page(text)
        heading, body, url, meta = page.title, clean_markdown(page.body), page.url, page.meta
    else:
        heading, body = split_heading(clean_markdown(text))
    title = _read_scalar(front, "title") or heading or title_from_name(path.stem)
    if not body.strip():
        raise Unreadable("It has no text.", "Write the page, or delete the file.")
    wanted = _read_scalar(front, "audience") or meta.get("audience") or audience
    try:
        check_audience(wanted)
    except ValueError as error:
        raise Unreadable(f"Its {error}.", "Correct the audience so that only the right people see the page.") from error
    given_id = _read_scalar(front, "id")
    return article(
        id=given_id or _id_from(path, base),
        title=" ".join(remove_invisible(title).split()),
        body=body,
        url=_read_url(front) or url,
        source=str(path),
        audience=wanted,
        updated_at=_read_updated(front),
        pinned=bool(given_id),
        owner=_read_scalar(front, "owner") or None,
    )


def split_heading(body: str) -> tuple[str, str]:
    """Return the first level-1 heading (or ""), and the text, without that heading if it begins with it."""
    found = parse_blocks(body)
    if found and found[0].kind == "heading" and found[0].level == 1:
        return heading_text(found[0]), body[len(found[0].text) :].lstrip("\n")
    first = next((block for block in found if block.kind == "heading" and block.level == 1), None)
    return (heading_text(first) if first else ""), body


def _read_scalar(front: Mapping[str, object], name: str) -> str:
    value = front.get(name)
    if value is None:
        return ""
    if isinstance(value, str | int | float | date):
        return str(value).strip()
    raise Unreadable(f"The '{name}' in its front matter is not a plain value.", "Write it as one line of text.")


def _read_url(front: Mapping[str, object]) -> str | None:
    url = _read_scalar(front, "url")
    if url and not re.match(r"https?://[^\s<>|]+\Z", url):
        raise Unreadable(f"The 'url' in its front matter is not a valid URL ({url!r}).", "Start it with https://.")
    return url or None


def _read_updated(front: Mapping[str, object]) -> datetime | None:
    """Return when the page was updated according to its front matter, in UTC; for a date, its first minute."""
    value = front.get("updated") or front.get("updated_at")
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC) if isinstance(value, date) else None


def _id_from(path: Path, base: Path) -> str:
    """Return an id made from the path below `base`, or from the folder and the file name directly in `base`."""
    below = path.relative_to(base) if path.parent != base else Path(path.parent.name, path.name)
    return "/".join(slug(part) for part in below.with_suffix("").parts)
