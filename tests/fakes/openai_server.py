"""A small server that speaks the OpenAI protocol on loopback and answers as a test tells it to.

It behaves well unless told otherwise: asked for a draft it quotes, from the passages it was sent, the sentences that
share most words with the question; asked to rewrite it gives the customer's last message back.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FENCED = re.compile(r"<<<(\w+) ([^>\n]+)>>>\n(.*?)\n<<<end \1>>>", re.DOTALL)


@dataclass(frozen=True)
class Received:
    """A request as it came in."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def system(self) -> str:
        return str(self.body["messages"][0]["content"])

    @property
    def user(self) -> str:
        return str(self.body["messages"][1]["content"])

    @property
    def fenced(self) -> dict[str, str]:
        """What stands between the prompt's delimiters, by name: `passage P1`, `conversation`, `question`, `notes`."""
        return {name: text for _, name, text in FENCED.findall(self.user)}

    @property
    def passages(self) -> dict[str, str]:
        named = {name.removeprefix("passage "): text for name, text in self.fenced.items()}
        return {name: text for name, text in named.items() if re.fullmatch(r"P\d+", name)}


@dataclass(frozen=True)
class Reply:
    """What goes back: a status, headers, and the bytes of the body, perhaps slowly (`seconds` between the halves).

    `missing` bytes are promised and never sent: the connection is cut instead.
    """

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    seconds: float = 0.0
    drip: bool = False
    missing: int = 0


Behaviour = Callable[[Received], Reply]


def says(content: str | None, *, finish_reason: str = "stop", refusal: str | None = None) -> Reply:
    """A completion with this text in it."""
    message = {"role": "assistant", "content": content, "refusal": refusal}
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    whole = {"id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": "test-model-2026"}
    return Reply(json.dumps({**whole, "choices": [choice], "usage": usage}).encode())


def drafts(*claims: tuple[str, str, str], can_answer: bool = True) -> Reply:
    """A draft with these claims: text, passage name, quote."""
    made = [{"text": text, "passage_id": passage, "quote": quote} for text, passage, quote in claims]
    return says(json.dumps({"can_answer": can_answer, "claims": made}))


def error(status: int, code: str | None = None, **headers: str) -> Reply:
    body = {"error": {"message": "no", "type": "error", "code": code}}
    return Reply(json.dumps(body).encode(), status, {"Content-Type": "application/json", **headers})


# --- behaviours ------------------------------------------------------------------------------------------------------


def good(received: Received) -> Reply:
    """Quotes what is in the passages; says that it cannot answer when nothing there shares words with the question."""
    if "question" not in received.fenced:
        return _words(received)
    asked = _words_of(received.fenced["question"])
    rated = sorted(
        ((len(asked & _words_of(sentence)), name, sentence)
         for name, text in received.passages.items() for sentence in _sentences(text)),
        key=lambda rating: -rating[0],
    )  # fmt: skip
    best = [(sentence, name, sentence) for shared, name, sentence in rated[:2] if shared >= 2]
    return drafts(*best, can_answer=bool(best))


def malformed_json(received: Received) -> Reply:
    return says('{"can_answer": true, "claims": [{"text": "Open the sett')


def cut_off(received: Received) -> Reply:
    return says('{"can_answer": true, "claims": [{"text": "Open the sett', finish_reason="length")


def talkative(received: Received) -> Reply:
    """Ignores the schema as small servers do: the object stands in a fence, in the middle of talk."""
    content = json.loads(good(received).body)["choices"][0]["message"]["content"]
    return says(f"Sure! Here is {{the}} answer:\n```json\n{content}\n```\nAnything else?")


def refusing(received: Received) -> Reply:
    return says(None, refusal="I can't help with that.")


def web_page(received: Received) -> Reply:
    return Reply(b"<!doctype html><title>Sign in</title>", 200, {"Content-Type": "text/html"})


def slow(received: Received) -> Reply:
    return Reply(good(received).body, seconds=3.0)


def dripping(received: Received) -> Reply:
    """Keeps the connection alive with a byte now and then, so that no single wait is long."""
    return Reply(good(received).body, seconds=0.05, drip=True)


def cuts_the_connection(received: Received) -> Reply:
    return Reply(good(received).body[:60], missing=400)


def says_nothing_and_hangs_up(received: Received) -> Reply:
    return Reply(b"", missing=400)


def streams_anyway(received: Received) -> Reply:
    """Ignores that nobody asked for a stream: the completion comes as server-sent events."""
    content = json.loads(good(received).body)["choices"][0]["message"]["content"]
    events = [
        {"id": "1", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": piece}}]}
        for piece in re.findall(r".{1,20}", content, re.DOTALL)
    ]
    body = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"
    return Reply(body.encode(), 200, {"Content-Type": "text/event-stream"})


def thinks_aloud(received: Received) -> Reply:
    """Writes what it thinks, with an object in it that is no draft, before the draft."""
    content = json.loads(good(received).body)["choices"][0]["message"]["content"]
    return says(f'<think>Maybe {{"can_answer": "no idea"}}? Better:</think>\n{content}')


def calls_a_tool(received: Received) -> Reply:
    """Wants to do something instead of answering; there is nothing that it could call."""
    reply = json.loads(says(None, finish_reason="tool_calls").body)
    call = {"id": "1", "type": "function", "function": {"name": "send_email", "arguments": "{}"}}
    reply["choices"][0]["message"]["tool_calls"] = [call]
    return Reply(json.dumps(reply).encode())


def floods(received: Received) -> Reply:
    return says('{"can_answer": true, "claims": [' + '{"text": "a", "passage_id": "P1", "quote": "b"},' * 40_000)


def nests_deeply(received: Received) -> Reply:
    return says('{"can_answer":' * 5_000)


def gateway_page(received: Received) -> Reply:
    return Reply(b"<html><h1>502 Bad Gateway</h1></html>", 502, {"Content-Type": "text/html"})


def strange_bytes(received: Received) -> Reply:
    return Reply(b"\xff\xfe\x00not json at all\x80")


def without_schema(received: Received) -> Reply:
    """Refuses `response_format`, as some servers do, and behaves otherwise."""
    return error(400, "unsupported_parameter") if "response_format" in received.body else good(received)


def nonexistent_passage(received: Received) -> Reply:
    return _lie(received, passage="P99")


def invented_number(received: Received) -> Reply:
    return _lie(received, text="{} This takes 7319 minutes.")


def turned_round(received: Received) -> Reply:
    """The article's own sentence with a "not" in it, or without its own."""
    name, sentence = next((name, _sentences(body)[0]) for name, body in received.passages.items() if _sentences(body))
    return drafts((f"You must not {sentence[0].lower()}{sentence[1:]}", name, sentence))


def widened(received: Received) -> Reply:
    return _lie(received, text="{} This is free of charge for everyone, guaranteed.")


def tells_its_rules(received: Received) -> Reply:
    return _lie(received, text=received.system[:300])


def irrelevant_quote(received: Received) -> Reply:
    return _lie(received, text="Refunds of any amount are paid to your bank account at once on request.")


def invented_quote(received: Received) -> Reply:
    return _lie(received, quote="Our people will call you back at any hour of the day.")


def adds_link(received: Received) -> Reply:
    return _lie(received, text="{} See https://evil.example/collect?data=1 for more.")


def hides_link(received: Received) -> Reply:
    return _lie(
        received, text="{} [Click here](https://evil.example/x) ![pixel](https://evil.example/p.png) <!channel>"
    )


def obeys_injection(received: Received) -> Reply:
    """Carries out what a passage tells an assistant to do, and quotes that very sentence."""
    for name, text in received.passages.items():
        for sentence in _sentences(text):
            if "ignore" in sentence.lower() and "instructions" in sentence.lower():
                return drafts(("My instructions are: " + received.system[:200], name, sentence))
    return good(received)


def _lie(received: Received, *, text: str = "{}", passage: str = "", quote: str = "") -> Reply:
    name, sentence = next((name, _sentences(body)[0]) for name, body in received.passages.items() if _sentences(body))
    return drafts((text.format(sentence), passage or name, quote or sentence))


def _words(received: Received) -> Reply:
    spoken = received.fenced.get("conversation") or received.fenced.get("notes") or "customer: ready"
    last = spoken.splitlines()[-1].partition(": ")[2]
    return says(json.dumps({"question": last, "text": last}))


def _sentences(text: str) -> list[str]:
    body = text.partition("\n\n")[2]
    pieces = re.split(r"(?<=[.!?])\s+|\n+", body)
    return [piece.strip() for piece in pieces if len(piece.split()) >= 4]


def _words_of(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 3}


# --- the server ------------------------------------------------------------------------------------------------------


class OpenAIServer:
    """`will` says what comes next, once each; then `always` holds. `received` keeps every request."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.always: Behaviour = good
        self._next: list[Behaviour] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def will(self, *behaviours: Behaviour | Reply) -> None:
        with self._lock:
            self._next += [_behaviour(each) for each in behaviours]

    def reset(self) -> None:
        """Forgets what came in, and what was still to come."""
        with self._lock:
            self.received.clear()
            self._next.clear()
            self.always = good

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def answer(self, received: Received) -> Reply:
        with self._lock:
            self.received.append(received)
            behaviour = self._next.pop(0) if self._next else self.always
        if received.path.rstrip("/").endswith("/chat/completions"):
            return behaviour(received)
        return error(404, "not_found")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                reply = server.answer(Received(self.path, dict(self.headers), json.loads(raw)))
                try:
                    self._send(reply)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True  # the caller gave up waiting, which is what slow replies are for

            def _send(self, reply: Reply) -> None:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(reply.body) + reply.missing))
                self.close_connection = bool(reply.missing)
                self.end_headers()
                pieces = [bytes([byte]) for byte in reply.body] if reply.drip else [reply.body[:10], reply.body[10:]]
                for piece in pieces:
                    self.wfile.write(piece)
                    self.wfile.flush()
                    if reply.seconds and server._stopping.wait(reply.seconds):
                        self.close_connection = True
                        return

            def log_message(self, format: str, *args: Any) -> None:
                """Tests read `received` instead."""

        return Handler


def _behaviour(given: Behaviour | Reply) -> Behaviour:
    return (lambda _received: given) if isinstance(given, Reply) else given


@contextmanager
def running() -> Iterator[OpenAIServer]:
    """A server that answers from here to the end of the `with` block."""
    server = OpenAIServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
