"""Embeddings from OpenAI, or from any other endpoint with the same protocol. Texts leave this machine."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from knowledge.embeddings import Vectors, normalise
from knowledge.errors import EmbeddingsError

if TYPE_CHECKING:
    from openai import OpenAIError

_KNOWN_DIMENSIONS = {"text-embedding-3-small": 1536, "text-embedding-3-large": 3072}
_MOST_INPUTS, _MOST_CHARACTERS, _LONGEST_INPUT = 512, 200_000, 16_000
"""Well within the API's limits: 2,048 inputs and 300,000 tokens per request, 8,192 tokens per input."""


class OpenAIEmbeddings:
    """Embeddings from the endpoint at `base_url` (OpenAI's by default). `timeout` is in seconds."""

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
        # Imported here because it takes most of a second, and the local model does not need it.
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
        return normalise(rows)

    def close(self) -> None:
        """Close the connections to the endpoint."""
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
            raise self._explain(error) from error
        except (AttributeError, TypeError, ValueError) as error:
            # The SDK does not check the response: it fails like this when it gets, for example, a web page.
            raise self._unusable("its response is not an embeddings response") from error
        try:
            ordered = sorted(reply.data, key=lambda item: item.index)
            rows = np.array([item.embedding for item in ordered], dtype=np.float64)
        except (AttributeError, TypeError, ValueError) as error:
            raise self._unusable("its response contains no vectors") from error
        wanted = (len(batch), self._dimensions or (rows.shape[-1] if rows.ndim == 2 else 0))
        if rows.shape != wanted:
            raise self._unusable(f"it sent vectors of shape {rows.shape} where {wanted} were expected")
        if not np.isfinite(rows).all():
            raise self._unusable("its vectors contain values that are not finite numbers")
        return rows

    def _unusable(self, why: str) -> EmbeddingsError:
        return EmbeddingsError(
            f"The embeddings endpoint {self._client.base_url} (model {self._model}) cannot be used: {why}. "
            "Check the base URL and the model's name."
        )

    def _explain(self, error: "OpenAIError") -> EmbeddingsError:
        status = getattr(error, "status_code", None)
        place = f"{self._client.base_url} (model {self._model})"
        if status in (401, 403):
            return EmbeddingsError(f"The embeddings endpoint {place} rejected the API key. Check the key.")
        if status == 404:
            return EmbeddingsError(
                f"The embeddings endpoint {place} does not know this model or path. "
                "Check the model's name and the base URL."
            )
        if status is None or status in (408, 409, 429) or status >= 500:
            said = "cannot be reached" if status is None else f"answered with status {status}"
            return EmbeddingsError(
                f"The embeddings endpoint {place} {said}. Footbridge tries again with the next question.",
                transient=True,
            )
        return EmbeddingsError(f"The embeddings endpoint {place} rejected the request with status {status}.")


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        # OpenAI rejects an empty input, but accepts a single space.
        cut = text[:_LONGEST_INPUT] or " "
        if batch and (len(batch) == _MOST_INPUTS or size + len(cut) > _MOST_CHARACTERS):
            yield batch
            batch, size = [], 0
        batch.append(cut)
        size += len(cut)
    if batch:
        yield batch
