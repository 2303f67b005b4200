"""Asks OpenAI, or any server with the same protocol, for drafts and rewritten questions."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx2
import openai
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot import prompts
from bot.contents.answers import Claim, Draft
from bot.contents.conversations import TranscriptLine
from bot.errors import OutsideBusy, OutsideRefused
from bot.texts.language import language_of
from knowledge.documents import Hit

MAX_TOKENS = 1500
MAX_REPLY_BYTES = 1_000_000
MAX_TRIES = 2
LONGEST_WAIT = 3.0  # seconds that a Retry-After may ask for before the caller is told instead

Reply = TypeVar("Reply", bound=BaseModel)


class _Claim(BaseModel):
    text: str = Field(max_length=4000)
    passage_id: str = Field(max_length=500)
    quote: str = Field(default="", max_length=8000)


class _Draft(BaseModel):
    can_answer: bool
    claims: list[_Claim] = Field(default_factory=list, max_length=40)


class _Question(BaseModel):
    question: str = Field(min_length=1, max_length=4000)


class _Text(BaseModel):
    text: str = Field(min_length=1, max_length=8000)


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    """What we read of a reply; everything else that servers send along is left alone."""

    model_config = ConfigDict(extra="ignore")

    choices: list[_Choice] = Field(min_length=1)
    model: str = ""
    usage: dict[str, Any] | None = None


class OpenAIChat:
    """`ports.ChatModel` over chat completions with structured output.

    `timeout_seconds` is the whole time a call may take, tries included. Passages and messages are redacted and freed
    of invisible characters before they leave (see bot.prompts). Raises OutsideBusy when trying again can help, else
    OutsideRefused with a code: `bad_key`, `bad_model`, `bad_request`, `refusal`, `cut_off`, `bad_json`, `no_json`,
    `not_a_model_server`, `insufficient_quota`. `official` says whether the server takes OpenAI's newest parameters;
    left out, the host tells. `draft_rules` are tried in place of those in bot.prompts; `max_tokens` is the longest
    reply that is paid for.
    """

    def __init__(
        self,
        api_key: str | None,
        base_url: str | None,
        model: str,
        timeout_seconds: float,
        *,
        official: bool | None = None,
        draft_rules: str | None = None,
        max_tokens: int = MAX_TOKENS,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        nonce: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self.name = model
        self._model = model
        self._timeout = timeout_seconds
        self._max_tokens = max_tokens
        self._monotonic = monotonic
        self._sleep = sleep
        self._nonce = nonce
        self._rules = draft_rules or prompts.DRAFT_RULES
        self._official = is_official(base_url) if official is None else official
        # A server that needs no key still wants a header; retrying is ours, since the library would wait up to 120 s.
        self._client = openai.OpenAI(
            api_key=api_key or "none", base_url=base_url, max_retries=0, timeout=httpx2.Timeout(timeout_seconds)
        )

    def close(self) -> None:
        self._client.close()

    def draft_answer(self, question: str, conversation: Sequence[TranscriptLine], hits: Sequence[Hit]) -> Draft:
        """A draft whose claims carry the ids of `hits`; a name that was not sent is kept as it came, for the checks."""
        labels = prompts.labels(hits)
        prompt = prompts.draft_prompt(
            question, conversation, hits, nonce=self._nonce(), language=language_of(question), rules=self._rules
        )
        reply, completion = self._ask(prompt, "draft", prompts.draft_schema(list(labels)), _Draft)
        claims = tuple(
            Claim(c.text, labels.get(c.passage_id.strip(" []"), c.passage_id), c.quote) for c in reply.claims
        )
        usage = {"prompt_version": prompt.version, **(completion.usage or {})}
        return Draft(reply.can_answer, claims, completion.model or self._model, usage)

    def rewrite_question(self, conversation: Sequence[TranscriptLine]) -> str:
        prompt = prompts.rewrite_prompt(conversation, nonce=self._nonce())
        reply, _ = self._ask(prompt, "question", prompts.text_schema("question"), _Question)
        return reply.question.strip()

    def customer_words(self, notes: Sequence[TranscriptLine], purpose: str) -> str:
        asked = " ".join(note.text for note in notes if note.side == "contact")
        prompt = prompts.customer_words_prompt(notes, purpose, nonce=self._nonce(), language=language_of(asked))
        reply, _ = self._ask(prompt, "words", prompts.text_schema("text"), _Text)
        return reply.text.strip()

    def ping(self) -> str:
        """Asks for one word and returns the model's name as the server tells it; raises as every call does."""
        prompt = prompts.Prompt('Answer with the JSON object {"text": "ready"}.', "Are you ready?")
        _, completion = self._ask(prompt, "text", prompts.text_schema("text"), _Text)
        return completion.model or self._model

    def _ask(
        self, prompt: prompts.Prompt, name: str, schema: Mapping[str, Any], reply: type[Reply]
    ) -> tuple[Reply, _Completion]:
        body = self._body(prompt, name, schema)
        deadline = self._monotonic() + self._timeout
        for tries_left in range(MAX_TRIES - 1, -1, -1):
            try:
                completion = _completion(self._send(body, deadline))
                return _parsed(completion, reply), completion
            except OutsideBusy as busy:
                wait = busy.retry_after or 0.5
                if not tries_left or wait > LONGEST_WAIT or self._monotonic() + wait >= deadline:
                    raise
                self._sleep(wait)
            except OutsideRefused as refused:
                if refused.code != "bad_request" or "response_format" not in body or not tries_left:
                    raise
                # Some servers refuse parameters they do not know; the prompt asks for JSON in words as well.
                body = {key: body[key] for key in ("model", "messages")}
        raise OutsideBusy("the model did not answer")  # unreachable: the last try returns or raises

    def _body(self, prompt: prompts.Prompt, name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}],
            "response_format": {"type": "json_schema", "json_schema": {"name": name, "schema": schema, "strict": True}},
        }
        if self._official:
            # The official server keeps conversations unless told not to, and newer models refuse the old parameters.
            return {**body, "max_completion_tokens": self._max_tokens, "store": False}
        return {**body, "max_tokens": self._max_tokens, "temperature": 0}

    def _send(self, body: Mapping[str, Any], deadline: float) -> bytes:
        """One try. Read piece by piece, since the library's time-out counts from the last byte, not from the first."""
        left = deadline - self._monotonic()
        if left <= 0:
            raise OutsideBusy("the model took too long")
        try:
            with self._client.with_options(
                timeout=httpx2.Timeout(left)
            ).chat.completions.with_streaming_response.create(**body) as response:
                received = b""
                for piece in response.iter_bytes():
                    received += piece
                    if self._monotonic() > deadline:
                        raise OutsideBusy("the model took too long")
                    if len(received) > MAX_REPLY_BYTES:
                        raise OutsideRefused("the model's reply is too long", "bad_json")
                return received
        except openai.APITimeoutError as error:
            raise OutsideBusy("the model took too long") from error
        except openai.APIStatusError as error:
            raise _status_error(error) from error
        except (openai.APIError, httpx2.HTTPError) as error:
            raise OutsideBusy(f"the model cannot be reached ({type(error).__name__})") from error


def is_official(base_url: str | None) -> bool:
    """Whether an address (None: the library's own) is OpenAI's, a regional one included."""
    host = urlsplit(base_url).hostname or "" if base_url else "api.openai.com"
    return host == "openai.com" or host.endswith(".openai.com")


def _status_error(error: openai.APIStatusError) -> OutsideBusy | OutsideRefused:
    """The text of the reply is left out: servers repeat the request in it."""
    status = error.status_code
    if status == 429 and error.code == "insufficient_quota":
        return OutsideRefused("the model's account has no credit left", "insufficient_quota")
    if status in (408, 409, 425, 429) or status >= 500:
        return OutsideBusy(f"the model's server answered {status}", _seconds(error.response.headers.get("retry-after")))
    code = {401: "bad_key", 403: "bad_key", 404: "bad_model"}.get(status, "bad_request")
    return OutsideRefused(f"the model's server answered {status}", code)


def _seconds(header: str | None) -> float | None:
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None


def _completion(received: bytes) -> _Completion:
    try:
        return _Completion.model_validate_json(received)
    except ValidationError:
        pass
    if received.lstrip()[:1] == b"<":
        raise OutsideRefused("the address answers with a web page; is it a model server's?", "not_a_model_server")
    raise OutsideRefused("the model's server sent something that is no completion", "not_a_model_server")


def _parsed(completion: _Completion, reply: type[Reply]) -> Reply:
    choice = completion.choices[0]
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise OutsideRefused("the model refused", "refusal")
    text = choice.message.content or ""
    found = _objects(text)
    for candidate in found:
        try:
            return reply.model_validate(candidate)
        except ValidationError:
            continue
    if choice.finish_reason == "length":
        raise OutsideRefused("the model's reply was cut off", "cut_off")
    raise OutsideRefused("the model's reply is not what was asked for", "bad_json" if "{" in text else "no_json")


def _objects(text: str) -> list[dict[str, Any]]:
    """The JSON objects in a text, outermost only: servers that ignore the schema wrap them in talk or fences."""
    decoder = json.JSONDecoder()
    objects: list[dict[str, Any]] = []
    at = text.find("{")
    for _ in range(200):
        if at < 0:
            break
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            objects.append(value)
        at = text.find("{", end)
    return objects
