"""A small server that speaks the OpenAI embeddings protocol on loopback, and misbehaves on demand."""

import base64
import json
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DIMENSIONS = 8


def vector_of(text: str) -> list[float]:
    """A vector that depends on the text alone, of a length that is not 1."""
    return [1.0 + (sum(text.encode()) * (place + 1)) % 97 for place in range(DIMENSIONS)]


@dataclass
class EmbeddingsServer:
    """What it was asked, and how it answers: `status` and `body` replace the good answer when set."""

    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    status: int = 200
    body: bytes | None = None
    content_type: str = "application/json"
    shuffled: bool = False
    short_by: int = 0

    def answer(self, request: dict[str, Any]) -> bytes:
        if self.body is not None:
            return self.body
        texts = request["input"]
        rows = [
            {"object": "embedding", "index": at, "embedding": _encoded(text, request)}
            for at, text in enumerate(texts[: len(texts) - self.short_by])
        ]
        if self.shuffled:
            rows.reverse()
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return json.dumps({"object": "list", "model": request["model"], "data": rows, "usage": usage}).encode()


def _encoded(text: str, request: dict[str, Any]) -> object:
    vector = vector_of(text)[: request.get("dimensions", DIMENSIONS)]
    if request.get("encoding_format") == "base64":
        return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
    return vector


@contextmanager
def running_embeddings_server() -> Iterator[EmbeddingsServer]:
    """The server, until the block ends."""
    state = EmbeddingsServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.requests.append(request)
            state.keys.append(self.headers.get("Authorization", ""))
            body = state.answer(request) if state.status == 200 or state.body else b'{"error": {"message": "no"}}'
            self.send_response(state.status)
            self.send_header("Content-Type", state.content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
