"""An HTTP client for reading a website: limits on time and size, a User-Agent, and waiting when the server asks to."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx2

from knowledge.sources.source import Unreadable

USER_AGENT = "Footbridge/1.0 (reads help pages for a support desk)"
LARGEST = 10_000_000
"""Maximum bytes of a response."""
TIMEOUT = 20.0
"""Maximum seconds between two parts of a response."""
TOTAL_TIMEOUT = 120.0
"""Maximum seconds for a complete response."""
LONGEST_WAIT = 60.0
"""Maximum seconds to wait if the server asks for it. If it asks for more, the next reading tries again."""
_TRIES = 3
_MOST_REDIRECTS = 5
PERMANENT = (301, 308)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response. `url` is the final URL; `moved` is True if every redirect on the way was permanent."""

    status: int
    url: str
    moved: bool
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters; "" if there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class WebClient:
    """Fetches pages of one website. It only connects to the host of `base`, even if a redirect leads elsewhere."""

    def __init__(
        self,
        base: str,
        *,
        login: tuple[str, str] | None = None,
        bearer: str | None = None,
        wait: Callable[[float], object] = time.sleep,
        timeout: float = TIMEOUT,
    ) -> None:
        headers = {"User-Agent": USER_AGENT} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
        self._host = _host(base)
        self._wait = wait
        self._total_timeout = max(timeout, min(TOTAL_TIMEOUT, 6 * timeout))
        self._client = httpx2.Client(
            headers=headers, auth=login, timeout=httpx2.Timeout(timeout), follow_redirects=False, trust_env=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        """Return the response for `url`, with any status, after following redirects on the same host.

        Raises Unreadable if there is no response, a persistent server error, or a response that is too large or slow.
        """
        here, moved = url, True
        for _ in range(_MOST_REDIRECTS + 1):
            if _host(here) != self._host:
                raise Unreadable(
                    f"It redirects to another site ({_shorten(here)}).",
                    "If the page has moved there permanently, add a source for that site in footbridge.yaml.",
                )
            found = self._fetch_with_retries(here, headers if here == url else None)
            if found.status not in (301, 302, 303, 307, 308) or "location" not in found.headers:
                return Fetched(found.status, here, moved and here != url, found.body, found.headers)
            moved = moved and found.status in PERMANENT
            here = urljoin(here, found.headers["location"]).partition("#")[0]
        raise Unreadable("It has too many redirects.", "Correct the redirects on the website.")

    def _fetch_with_retries(self, url: str, headers: Mapping[str, str] | None) -> Fetched:
        """Fetch `url`; try again when the server asks for time, and once after a server error."""
        for number in range(1, _TRIES + 1):
            found = self._fetch(url, headers)
            if found.status < 500 and found.status != 429:
                return found
            wanted = _parse_retry_after(found.headers.get("retry-after"))
            if number == _TRIES or (wanted or 0) > LONGEST_WAIT or (found.status != 429 and number > 1):
                raise Unreadable(f"The website responded with an error ({found.status}).", _LATER)
            self._wait(1.0 if wanted is None else wanted)
        raise AssertionError("the last try returns or raises")

    def _fetch(self, url: str, headers: Mapping[str, str] | None) -> Fetched:
        try:
            began = time.monotonic()
            with self._client.stream("GET", url, headers=headers) as answer:
                body = bytearray()
                for piece in answer.iter_bytes():
                    body += piece
                    if len(body) > LARGEST:
                        raise Unreadable(
                            f"It is larger than {LARGEST // 1_000_000} MB.", "Split it into several pages."
                        )
                    if time.monotonic() - began > self._total_timeout:
                        raise Unreadable("The response took too long.", _LATER)
                return Fetched(answer.status_code, url, False, bytes(body), dict(answer.headers))
        except httpx2.TimeoutException:
            raise Unreadable("The response took too long.", _LATER) from None
        except (httpx2.RequestError, httpx2.InvalidURL, httpx2.StreamError, UnicodeError) as error:
            raise Unreadable(f"There was no response ({type(error).__name__}).", _LATER) from None


_LATER = "Nothing to do now: what was read before is kept, and the next reading tries again."


def _host(url: str) -> tuple[str, str]:
    """Return the scheme, and the host with its port; two empty strings for an invalid URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ("", "")
    return parts.scheme, parts.netloc.lower()


def _shorten(url: str) -> str:
    return url.partition("?")[0][:200]


def _parse_retry_after(value: str | None) -> float | None:
    """Return the seconds of a Retry-After header, which may be a number or a date; None if there is none."""
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
