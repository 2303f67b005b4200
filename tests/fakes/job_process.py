"""A desk in miniature, run as a process of its own so that it can be killed: events come in, posts go out.

`python -m tests.fakes.job_process DATABASE_URL OUTSIDE_URL`. OUTSIDE_URL is an `Outside`.
"""

import json
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.jobs import Job
from handlers.worker import Worker
from storage.database import open_engine, writing
from storage.errors import StorageError
from storage.jobs import JobQueue
from storage.worker_storage import WorkerStorage


@dataclass(frozen=True)
class Received(Job):
    number: int

    @property
    def key(self) -> str:
        return f"received:{self.number}"


@dataclass(frozen=True)
class Answered(Job):
    number: int

    @property
    def key(self) -> str:
        return f"answered:{self.number}"


@dataclass(frozen=True)
class Posted(Job):
    queue: ClassVar[str] = "posts"
    number: int
    channel: str

    @property
    def key(self) -> str:
        return f"posted:{self.number}"

    @property
    def partition(self) -> str:
        return self.channel


@dataclass(frozen=True)
class Row:
    """A row of the table of jobs, as `bot.workflows` has them."""

    job: Any
    function: Callable[..., Any]
    retries: int = 3


class Outside:
    """What is outside: it hands out events until they are acknowledged, and keeps the posts that reach it."""

    def __init__(self, events: int, channels: int, answer_after: float = 0.03) -> None:
        self.posts: list[str] = []
        self.posted_at: dict[str, list[float]] = {}
        self.acknowledged: set[int] = set()
        self._events, self._channels, self._answer_after = events, channels, answer_after
        self._next = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def doubled(self) -> list[str]:
        return [key for key, times in Counter(self.posts).items() if times > 1]

    def lost(self) -> list[int]:
        """Acknowledged events without a post."""
        return sorted(n for n in self.acknowledged if f"posted:{n}" not in set(self.posts))

    def finished(self) -> bool:
        return len(self.acknowledged) == self._events and not self.lost()

    def __enter__(self) -> "Outside":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def event(self) -> dict[str, Any] | None:
        """The next event that was not acknowledged; each again and again until it is."""
        with self._lock:
            waiting = [n for n in range(self._events) if n not in self.acknowledged]
            if not waiting:
                return None
            self._next += 1
            number = waiting[self._next % min(len(waiting), 4)]
            return {"number": number}

    def acknowledge(self, number: int) -> None:
        with self._lock:
            self.acknowledged.add(number)

    def post(self, key: str, channel: str) -> None:
        with self._lock:
            self.posts.append(key)
            self.posted_at.setdefault(channel, []).append(time.monotonic())
        # The post is made, and the sender does not know yet: this is when a crash does harm.
        time.sleep(self._answer_after)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outside = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/event":
                    event = outside.event()
                    self._answer(200 if event else 404, event)
                else:
                    self._answer(200 if self.path.rpartition("/")[2] in outside.posts else 404)

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.path == "/acknowledge":
                    outside.acknowledge(body["number"])
                else:
                    outside.post(body["key"], body["channel"])
                self._answer(200)

            def _answer(self, status: int, body: dict[str, Any] | None = None) -> None:
                text = json.dumps(body or {}).encode()
                try:
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(text)))
                    self.end_headers()
                    self.wfile.write(text)
                except ConnectionError:
                    pass  # the other side was killed

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


@dataclass
class Desk:
    """The three functions of the miniature desk, and the door through which events come in."""

    engine: Engine
    outside_url: str
    channels: int = 40
    stop: threading.Event = field(default_factory=threading.Event)

    def table(self) -> list[Row]:
        return [Row(Received, self.receive), Row(Answered, self.answer), Row(Posted, self.post)]

    def receive(self, job: Received, attempt: int) -> None:
        self.queue(Answered(job.number))

    def answer(self, job: Answered, attempt: int) -> None:
        self.queue(Posted(job.number, f"C{job.number % self.channels}"))

    def post(self, job: Posted, attempt: int) -> None:
        if attempt > 1 and call(f"{self.outside_url}/posts/{job.key}") is not None:
            return
        call(f"{self.outside_url}/post", {"key": job.key, "channel": job.channel})

    def queue(self, job: Any) -> None:
        with Session(writing(self.engine)) as session, session.begin():
            JobQueue(session).enqueue(job)

    def take_events(self) -> None:
        """Acknowledge an event after it is durable, and not before."""
        while not self.stop.wait(0.01):
            event = call(f"{self.outside_url}/event")
            if event is None:
                self.stop.wait(0.2)
                continue
            self.queue(Received(event["number"]))
            call(f"{self.outside_url}/acknowledge", event)


def call(url: str, body: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """GET, or POST when there is a body; None for 404."""
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=10) as answer:
            return dict(json.loads(answer.read()))
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 404:
            return None
        raise


def main(database_url: str, outside_url: str) -> None:
    engine = open_engine(database_url)
    desk = Desk(engine, outside_url)
    worker = Worker(WorkerStorage(engine), desk.table(), lambda row, job, attempt: row.function(job, attempt))
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: desk.stop.set())
    worker.start()
    try:
        desk.take_events()
    finally:
        worker.stop()
        engine.dispose()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except StorageError as problem:
        sys.exit(str(problem))
