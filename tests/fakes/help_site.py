"""A real web server on loopback whose pages a test writes, moves, deletes and breaks while it runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Reply:
    """What is answered at one path. With `hangs` nothing is, until the site is closed."""

    body: str | bytes = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "text/html; charset=utf-8"
    hangs: bool = False

    @property
    def raw(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


@dataclass
class HelpSite:
    """`replies` by path (with its query); all else is 404. `asked` are the requests: path and headers."""

    url: str
    replies: dict[str, Reply | list[Reply]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def page(self, path: str, title: str, text: str, *, head: str = "", links: tuple[str, ...] = ()) -> None:
        """A help page as help centres make them: furniture around a few words."""
        listed = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
        self.replies[path] = Reply(
            f"<html><head><title>{title} | Tally Help</title>{head}</head><body><header><nav>Products Pricing</nav>"
            f"</header><div class='content'><h1>{title}</h1><p>{text}</p><ul>{listed}</ul></div>"
            "<footer>Imprint and privacy</footer></body></html>"
        )

    def sitemap(self, *paths: str, at: str = "/sitemap.xml") -> None:
        entries = "".join(f"<url><loc>{self.url}{path}</loc></url>" for path in paths)
        self.replies[at] = Reply(
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>', kind="application/xml"
        )

    def moved(self, old: str, new: str, status: int = 301) -> None:
        self.replies[old] = Reply(status=status, headers={"Location": new})

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@contextmanager
def help_site() -> Iterator[HelpSite]:
    site = HelpSite("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, dict(self.headers.items())))
            reply = site.replies.get(self.path, Reply("gone", 404))
            if isinstance(reply, list):
                # Several answers are given one after the other; the last one stays.
                reply = reply.pop(0) if len(reply) > 1 else reply[0]
            if reply.hangs:
                site.closing.wait(30)
                return
            raw = reply.raw
            etag = f'"{sha256(raw).hexdigest()[:12]}"'
            unchanged = reply.status == 200 and self.headers.get("If-None-Match") == etag
            self.send_response(304 if unchanged else reply.status)
            for name, value in {"Content-Type": reply.kind, "ETag": etag, **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0" if unchanged else str(len(raw)))
            self.end_headers()
            if not unchanged:
                self.wfile.write(raw)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
