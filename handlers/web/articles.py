"""`GET /articles/{id}`: a public article as a page that anybody can read. Others are not found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from babel import negotiate_locale
from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.texts.catalogue import SOURCE, Texts, for_customers, languages
from bot.texts.language import language_of

PUBLIC = "public"
# The page loads nothing from anywhere; its style stands in it.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


class Page(Protocol):
    """What an article needs for being shown."""

    @property
    def title(self) -> str: ...
    @property
    def body(self) -> str:
        """Markdown."""
        ...

    @property
    def audience(self) -> str: ...
    @property
    def updated_at(self) -> datetime | None: ...


Articles = Callable[[str], Page | None]


class _SafeRenderer(RendererHTML):
    """HTML of our own making only: no markup from the article, no pictures from elsewhere, links to the web alone."""

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        words = tokens[idx].content or "a picture"
        return f'<span class="picture">[{_escaped(words)}]</span>'

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        address = str(tokens[idx].attrGet("href") or "")
        if address.startswith(("https://", "http://", "mailto:", "#")):
            return f'<a href="{_escaped(address)}" rel="noopener noreferrer nofollow">'
        return '<a class="elsewhere">'


_markdown = MarkdownIt("commonmark", {"html": False}, renderer_cls=_SafeRenderer).enable(["table", "strikethrough"])


def route(article: Articles) -> Route:
    """`article` finds one by its id, or returns None; it may be slow and may block."""

    async def show(request: Request) -> Response:
        found = await run_in_threadpool(article, request.path_params["article_id"])
        if found is None or found.audience != PUBLIC:
            # Whether an inner article has that id is nobody's business: both look the same from outside.
            return _page("missing.html", for_customers(_wanted(request)), status=404)
        # What stands around an article is in the article's language.
        t, body, at = for_customers(language_of(found.body)), _markdown.render(found.body), found.updated_at
        date = format_date(at, "long", locale=t.locale) if at else ""
        return _page("article.html", t, title=found.title, body=body, updated_at=at, date=date)

    return Route("/articles/{article_id:path}", show, methods=["GET"])


def _wanted(request: Request) -> str:
    """The language that the reader's browser asks for first, of those that we have."""
    header = request.headers.get("accept-language", "")[:200]
    wanted = [part.partition(";")[0].strip() for part in header.split(",")]
    return negotiate_locale(wanted, languages("customers"), sep="-") or SOURCE


def _page(template: str, t: Texts, *, status: int = 200, **values: Any) -> HTMLResponse:
    drawn = _templates.get_template(template).render(t=t, language=t.language, **values)
    return HTMLResponse(drawn, status_code=status, headers=_HEADERS)


def _escaped(text: str) -> str:
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("'", "&#39;")
    )
