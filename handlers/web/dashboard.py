"""`GET /dashboard`: a private page for colleagues. Without a link from Slack it says how to get one.

It checks at every request who somebody is and may see; it runs no script, loads nothing from elsewhere, counts nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.actions.desk import Desk
from bot.actions.insights import DASHBOARD_SHOW, DashboardPage
from bot.clock import local_time
from bot.contents.gaps import Gap, GapOccurrence
from bot.contents.overviews import DashboardContent
from bot.errors import NotAllowed

HERE = Path(__file__).parent
COOKIE, PATH = "footbridge_session", "/dashboard"
SESSION_SECONDS = 12 * 3600
PERIODS = (7, 30, 90)
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}
ADVICE = {
    "write": "Write a new article: none of ours comes near.",
    "extend": "Extend this article: it is close, and was not enough.",
    "publish": "We know it and customers do not: write what they may know of this internal article.",
    "check": "Read this article first: it seems to answer the question today.",
}
VERBS = {"write": "Write", "extend": "Extend", "publish": "Publish", "check": "Check"}
NO_LINK, OLD_LINK, NOT_YOURS = (
    "This page is for people who work on the support desk.",
    "This link is no longer good: each is valid for 15 minutes.",
    "You are signed in, but you do not work on this desk (any more).",
)
_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


def routes(desk: Desk, *, secure: bool) -> list[BaseRoute]:
    """`secure` is whether people come by https: then the cookie travels by nothing else."""

    async def show(request: Request) -> Response:
        actor = await run_in_threadpool(desk.visitor, request.cookies.get(COOKIE, ""))
        if actor is None:
            return _locked(NO_LINK, 401)
        days, customer = _period(request), request.query_params.get("customer") or None
        page = DashboardPage(days=days, customer_id=customer)
        try:
            content = await run_in_threadpool(desk.perform, DASHBOARD_SHOW, page, actor)
        except NotAllowed:
            return _locked(NOT_YOURS, 403)
        return _page("dashboard.html", **_shown(content))

    async def enter(request: Request) -> Response:
        session = await run_in_threadpool(desk.enter, request.query_params.get("token", ""))
        if session is None:
            return _locked(OLD_LINK, 401)
        # Not a redirect: a browser that came from Slack would not send a strict cookie along.
        answer = _page("entered.html")
        answer.set_cookie(
            COOKIE, session, max_age=SESSION_SECONDS, path=PATH, secure=secure, httponly=True, samesite="strict"
        )
        return answer

    async def leave(request: Request) -> Response:
        answer = RedirectResponse(PATH, status_code=303, headers=HEADERS)
        answer.delete_cookie(COOKIE, path=PATH, secure=secure, httponly=True, samesite="strict")
        return answer

    return [
        Route(PATH, show, methods=["GET"]),
        Route(f"{PATH}/enter", enter, methods=["GET"]),
        Route(f"{PATH}/leave", leave, methods=["POST"]),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]


def _locked(why: str, status: int) -> HTMLResponse:
    return _page("locked.html", status=status, why=why)


def _page(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    return HTMLResponse(_templates.get_template(template).render(**values), status_code=status, headers=HEADERS)


def _period(request: Request) -> int:
    days = request.query_params.get("days", "")
    return int(days) if days in map(str, PERIODS) else 30


def _shown(content: DashboardContent) -> Mapping[str, Any]:
    """The content with every address, time and word as the template writes it."""
    days, gaps = content.gaps.days, [_gap(gap, content) for gap in content.gaps.gaps]
    return {
        "content": content,
        "gaps": [gap for gap in gaps if gap["count"] > 1],
        "asked_once": [gap for gap in gaps if gap["count"] == 1],
        "left_out": content.gaps.asked - sum(len(gap.askings) for gap in content.gaps.gaps),
        "periods": [(each, _address(each, content.chosen), each == days) for each in PERIODS],
        "customers": [
            (name, _address(days, customer_id), customer_id == content.chosen)
            for customer_id, name in [(None, "All customers"), *content.customers]
        ],
        "precision": {row.place: f"{row.precision:.0%}" for row in content.channels if row.precision is not None},
    }


def _address(days: int, customer_id: str | None) -> str:
    return f"{PATH}?{urlencode({'days': days} | ({'customer': customer_id} if customer_id else {}))}"


def _gap(gap: Gap, content: DashboardContent) -> Mapping[str, Any]:
    askings = [_asking(asking, content) for asking in gap.askings]
    return {
        "question": gap.question,
        "words": gap.words,
        "count": len(askings),
        "customers": [(name, sum(asking.customer == name for asking in gap.askings)) for name in gap.customers],
        "verb": VERBS[gap.advice],
        "kind": gap.advice,
        "advice": ADVICE[gap.advice],
        "near": gap.near,
        "near_url": _web(gap.near.url) if gap.near else None,
        "solved": gap.solved,
        "askings": askings,
        "last": askings[0]["at"],
    }


def _asking(asking: GapOccurrence, content: DashboardContent) -> dict[str, Any]:
    since = (content.now - asking.at).total_seconds() / (content.gaps.days * 86_400)
    return {
        "question": asking.question,
        "customer": asking.customer,
        "at": local_time(asking.at, content.zone, content.now),
        "happened": asking.what_happened,
        "ticket_id": asking.ticket_id,
        "link": _web(asking.link),
        "solution": asking.solution,
        "solved_by": asking.solved_by,
        "place": round(100 * (1 - min(max(since, 0.0), 1.0)), 1),
    }


def _web(url: str | None) -> str | None:
    """An address that may be linked to."""
    return url if url and url.startswith(("https://", "http://")) else None
