"""Fetches pages politely: with limits on time and size, a word of who we are, and waits that are asked for kept."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx2

from knowledge.sources.source import Unreadable

WHO_WE_ARE = "Footbridge/1.0 (reads help pages for a support desk)"
LARGEST = 10_000_000
"""Bytes of one answer."""
PATIENCE = 20.0
"""Seconds until the other side must have said something more."""
WHOLE_PATIENCE = 120.0
"""Seconds for one answer from its beginning to its end."""
LONGEST_WAIT = 60.0
"""Seconds that are waited when the other side names a time; beyond them the next reading tries again."""
_TRIES = 3
_MOST_REDIRECTS = 5
PERMANENT = (301, 308)


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer. `url` is where it came from in the end; `moved` tells that every step there is meant to last."""

    status: int
    url: str
    moved: bool
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class WebClient:
    """One website's pages. It goes to no other host than that of `base`, whatever a page or a redirect says."""

    def __init__(
        self,
        base: str,
        *,
        login: tuple[str, str] | None = None,
        bearer: str | None = None,
        wait: Callable[[float], object] = time.sleep,
        patience: float = PATIENCE,
    ) -> None:
        headers = {"User-Agent": WHO_WE_ARE} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
        self._host = _host(base)
        self._wait = wait
        self._whole_patience = max(patience, min(WHOLE_PATIENCE, 6 * patience))
        self._client = httpx2.Client(
            headers=headers, auth=login, timeout=httpx2.Timeout(patience), follow_redirects=False, trust_env=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        """The answer to `url`, its redirects on the same host followed, whatever its status; 304 has no body.

        Unreadable when there is no answer, a server's error that stays, or an answer beyond the limits.
        """
        here, moved = url, True
        for _ in range(_MOST_REDIRECTS + 1):
            if _host(here) != self._host:
                raise Unreadable(
                    f"It leads to another site ({_shown(here)}).",
                    "If the page has moved there for good, let a source in footbridge.yaml read it there.",
                )
            found = self._patiently(here, headers if here == url else None)
            if found.status not in (301, 302, 303, 307, 308) or "location" not in found.headers:
                return Fetched(found.status, here, moved and here != url, found.body, found.headers)
            moved = moved and found.status in PERMANENT
            here = urljoin(here, found.headers["location"]).partition("#")[0]
        raise Unreadable("It leads in a circle.", "Mend the redirects on the website.")

    def _patiently(self, url: str, headers: Mapping[str, str] | None) -> Fetched:
        """Tries again when the other side asks to be given time, and once after an error of its own."""
        for number in range(1, _TRIES + 1):
            found = self._once(url, headers)
            if found.status < 500 and found.status != 429:
                return found
            wanted = _asked_wait(found.headers.get("retry-after"))
            if number == _TRIES or (wanted or 0) > LONGEST_WAIT or (found.status != 429 and number > 1):
                raise Unreadable(f"The website answered with an error ({found.status}).", _LATER)
            self._wait(1.0 if wanted is None else wanted)
        raise AssertionError("the last try returns or raises")

    def _once(self, url: str, headers: Mapping[str, str] | None) -> Fetched:
        try:
            began = time.monotonic()
            with self._client.stream("GET", url, headers=headers) as answer:
                body = bytearray()
                for piece in answer.iter_bytes():
                    body += piece
                    if len(body) > LARGEST:
                        raise Unreadable(f"It is larger than {LARGEST // 1_000_000} MB.", "Split it into pages.")
                    if time.monotonic() - began > self._whole_patience:
                        raise Unreadable("It did not arrive in time.", _LATER)
                return Fetched(answer.status_code, url, False, bytes(body), dict(answer.headers))
        except httpx2.TimeoutException:
            raise Unreadable("It did not arrive in time.", _LATER) from None
        except (httpx2.RequestError, httpx2.InvalidURL, httpx2.StreamError, UnicodeError) as error:
            raise Unreadable(f"There is no answer ({type(error).__name__}).", _LATER) from None


_LATER = "Nothing for now: what was read before is kept, and the next reading tries again."


def _host(url: str) -> tuple[str, str]:
    """Scheme and host with port; an address that is none has none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ("", "")
    return parts.scheme, parts.netloc.lower()


def _shown(url: str) -> str:
    return url.partition("?")[0][:200]


def _asked_wait(value: str | None) -> float | None:
    """Retry-After in seconds; it may be a number or a date."""
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None
