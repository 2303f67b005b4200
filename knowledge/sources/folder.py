"""Reads articles from folders of Markdown and HTML. It changes no file, and no file can make it fail."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import yaml

from knowledge.documents import PUBLIC, Article, BrokenPage, Reading, article, check_audience, slug
from knowledge.markdown_blocks import blocks, heading_text
from knowledge.sources.html import read_page
from knowledge.sources.markdown import cleaned, visible

MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".mkd"})
HTML = frozenset({".html", ".htm", ".xhtml"})
_OTHER_TEXTS = frozenset({".pdf", ".doc", ".docx", ".odt", ".rtf", ".rst", ".adoc", ".pptx", ".xlsx"})
LARGEST = 2_000_000
"""Bytes of a page; a longer one is a dump of data rather than something to read."""
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?$\n?", re.DOTALL | re.MULTILINE)


def read(paths: Iterable[str | Path], *, audience: str = PUBLIC) -> Reading:
    """Read every Markdown and HTML page below `paths`, which may be folders or files.

    A page without an `audience` of its own belongs to `audience`. ValueError when that is none we know.
    """
    check_audience(audience)
    articles: dict[str, Article] = {}
    broken: list[BrokenPage] = []
    roots: list[str] = []
    seen: set[Path] = set()
    for given in paths:
        root = Path(os.path.abspath(given))
        pages = list(_pages(root))
        if not any(isinstance(page, BrokenPage) and page.path == str(root) for page in pages):
            roots.append(str(root))
        for page in pages:
            if isinstance(page, BrokenPage):
                broken.append(page)
                continue
            if page in seen:
                continue
            seen.add(page)
            one = read_page_file(page, root=root, audience=audience)
            if isinstance(one, BrokenPage):
                broken.append(one)
            elif one is None:
                continue
            elif one.id in articles:
                broken.append(_same_id(one, articles[one.id]))
            else:
                articles[one.id] = one
    return Reading(tuple(articles.values()), tuple(broken), tuple(roots))


def read_page_file(path: Path, *, root: Path, audience: str = PUBLIC) -> Article | BrokenPage | None:
    """The article in one file, or None when it is marked as a draft.

    `root` is the folder that was asked for: ids are built from below it.
    """
    try:
        if path.stat().st_size > LARGEST:
            return BrokenPage(
                str(path),
                f"It is larger than {LARGEST // 1_000_000} MB.",
                "Split it into pages on one subject each.",
            )
        raw = path.read_bytes()
    except OSError as error:
        return BrokenPage(str(path), f"It cannot be read ({error.strerror}).", "Check that it exists and may be read.")
    if b"\x00" in raw[:8192]:
        return BrokenPage(str(path), "It holds binary data, not text.", "Save it as plain text in UTF-8.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return BrokenPage(
            str(path), f"It is not UTF-8 text (byte {error.start + 1}).", "Save it again with the encoding UTF-8."
        )
    try:
        front, body = _front_matter(text)
        return None if front.get("draft") is True else _article(path, root, front, body, audience)
    except _PageError as error:
        return BrokenPage(str(path), error.reason, error.what_to_do)
    except RecursionError:
        return BrokenPage(
            str(path), "Its tags or lists are nested too deeply to follow.", "Flatten the page, or split it."
        )


class _PageError(Exception):
    def __init__(self, reason: str, what_to_do: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.what_to_do = what_to_do


def _pages(root: Path) -> Iterator[Path | BrokenPage]:
    """Files to read below `root`, in a stable order, and what stands in the way of reading it."""
    if root.is_file():
        if root.suffix.lower() in MARKDOWN | HTML:
            yield root
        else:
            yield _other_kind(root)
        return
    if not root.is_dir():
        yield BrokenPage(str(root), "There is no such folder or file.", "Check the path for a typing mistake.")
        return
    failures: list[OSError] = []
    for folder, subfolders, files in os.walk(root, onerror=failures.append):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(files):
            suffix = Path(name).suffix.lower()
            if name.startswith("."):
                continue
            if suffix in MARKDOWN | HTML:
                yield Path(folder, name)
            elif suffix in _OTHER_TEXTS:
                yield _other_kind(Path(folder, name))
    for failure in failures:
        yield BrokenPage(
            str(failure.filename or root),
            f"The folder cannot be opened ({failure.strerror}).",
            "Check that it may be read.",
        )


def _other_kind(path: Path) -> BrokenPage:
    return BrokenPage(
        str(path),
        f"Pages of the kind '{path.suffix or path.name}' are not read.",
        "Save it as Markdown (.md) or HTML (.html).",
    )


def _same_id(page: Article, first: Article) -> BrokenPage:
    return BrokenPage(
        page.source,
        f"It has the same id as {first.source} ('{page.id}').",
        "Give one of them another 'id:' in its front matter.",
    )


def _front_matter(text: str) -> tuple[dict[str, object], str]:
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    try:
        values = yaml.safe_load(match[1])
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise _PageError(
            f"Its front matter is not valid YAML (line {line}: {error.problem}).",
            "Put values with a colon or a quote in them between quotes.",
        ) from error
    except (yaml.YAMLError, ValueError) as error:
        raise _PageError("Its front matter is not valid YAML.", "Compare it with a page that works.") from error
    if values is None:
        return {}, text[match.end() :]
    if not isinstance(values, dict):
        return {}, text
    return {str(key).lower(): value for key, value in values.items()}, text[match.end() :]


def _article(path: Path, root: Path, front: Mapping[str, object], text: str, audience: str) -> Article:
    url, meta = None, {}
    if path.suffix.lower() in HTML:
        page = read_page(text)
        heading, body, url, meta = page.title, cleaned(page.body), page.url, page.meta
    else:
        heading, body = _first_heading(cleaned(text))
    title = _scalar(front, "title") or heading or re.sub(r"[-_]+", " ", path.stem).strip()
    if not body.strip():
        raise _PageError("It has no text.", "Write the page, or delete the file.")
    wanted = _scalar(front, "audience") or meta.get("audience") or audience
    try:
        check_audience(wanted)
    except ValueError as error:
        raise _PageError(f"Its {error}.", "Correct the audience, so that only the right people see it.") from error
    return article(
        id=_scalar(front, "id") or _id_from(path, root),
        title=" ".join(visible(title).split()),
        body=body,
        url=_address(front) or url,
        source=str(path),
        audience=wanted,
        updated_at=_moment(front),
    )


def _first_heading(body: str) -> tuple[str, str]:
    """The page's own title, when it opens with one, and the text below it."""
    found = blocks(body)
    if found and found[0].kind == "heading" and found[0].level == 1:
        return heading_text(found[0]), body[len(found[0].text) :].lstrip("\n")
    first = next((block for block in found if block.kind == "heading" and block.level == 1), None)
    return (heading_text(first) if first else ""), body


def _scalar(front: Mapping[str, object], name: str) -> str:
    value = front.get(name)
    if value is None:
        return ""
    if isinstance(value, str | int | float | date):
        return str(value).strip()
    raise _PageError(f"The '{name}' in its front matter is not a plain value.", "Write it as one line of text.")


def _address(front: Mapping[str, object]) -> str | None:
    url = _scalar(front, "url")
    if url and not re.match(r"https?://[^\s<>|]+\Z", url):
        raise _PageError(f"The 'url' in its front matter is no web address ({url!r}).", "Start it with https://.")
    return url or None


def _moment(front: Mapping[str, object]) -> datetime | None:
    """When the page says it was updated, in UTC; a date counts from its first minute."""
    value = front.get("updated") or front.get("updated_at")
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC) if isinstance(value, date) else None


def _id_from(path: Path, root: Path) -> str:
    """The path below the folder's parent, so that two folders with an `index.md` each do not meet."""
    below = path.relative_to(root.parent) if path != root else Path(path.parent.name, path.name)
    return "/".join(slug(part) for part in below.with_suffix("").parts)
