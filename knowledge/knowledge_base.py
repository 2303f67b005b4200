"""The knowledge base as one object to open, search, quote and update. It never decides who may see what."""

import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from knowledge import chunking
from knowledge.chunking import embedded_text
from knowledge.documents import Hit, SearchResult
from knowledge.embeddings import Embeddings, LocalEmbeddings, Remembering, Vectors
from knowledge.extracts import Extract, Extractor
from knowledge.ingestion import Changes, Ingested, Progress, apply
from knowledge.keyword_index import KeywordIndex
from knowledge.reranking import LateInteraction
from knowledge.retrieval import Retriever
from knowledge.vector_index import Known, VectorIndex
from knowledge.vocabulary import EMPTY, Vocabulary


@dataclass(frozen=True, slots=True)
class Status:
    """How the index is: sizes, what it was made with, and whether everything must be read again."""

    articles: int
    passages: int
    made_with: str
    outdated: bool
    unreachable: int


class KnowledgeBase:
    """Articles that can be searched. Several threads may read while one writes; writers take turns."""

    def __init__(
        self,
        index: VectorIndex,
        embeddings: Embeddings,
        late: LateInteraction | None,
        made_with: str,
        *,
        shared: bool,
        vocabulary: Callable[[], Vocabulary] = lambda: EMPTY,
    ) -> None:
        self._index = index
        self._embeddings = embeddings
        self._late = late
        self._made_with = made_with
        self._writing = threading.Lock()
        self._content: str | None = None
        self._keywords = KeywordIndex(index.passages())
        mirror_again = self._mirror_again if shared else lambda: None
        self._retriever = Retriever(embeddings, index, self._keywords, mirror_again, late, vocabulary)
        self._extractor = Extractor(embeddings)
        self._remembering = Remembering(embeddings)

    @classmethod
    def open(
        cls,
        folder: Path,
        embeddings: Embeddings,
        chroma_url: str | None = None,
        *,
        fresh: bool = False,
        vocabulary: Callable[[], Vocabulary] = lambda: EMPTY,
    ) -> "KnowledgeBase":
        """Open the index in `folder`, or on the Chroma server at `chroma_url`. `fresh` starts with nothing.
        `vocabulary` gives the company's own words; it is asked at every search.

        IndexBusyError when another process owns the folder, IndexUnavailableError when it cannot be used.
        """
        made_with = f"{embeddings.name}.cut{chunking.VERSION}"
        if chroma_url:
            index = VectorIndex.on_server(chroma_url, made_with, fresh=fresh)
        else:
            index = VectorIndex.in_folder(folder, made_with, fresh=fresh)
        late = LateInteraction(embeddings, folder / "states") if isinstance(embeddings, LocalEmbeddings) else None
        return cls(index, embeddings, late, made_with, shared=bool(chroma_url), vocabulary=vocabulary)

    def search(self, question: str, audiences: frozenset[str], limit: int = 8) -> SearchResult:
        """The best passage of each article that fits, best first, then their neighbours: `Retriever.search`."""
        return self._retriever.search(question, audiences, limit)

    def extract(self, question: str, hits: Sequence[Hit]) -> Extract:
        """The answer in the articles' own words; see `Extractor.extract`."""
        return self._extractor.extract(question, hits)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text: how alike they are is their rows' product. EmbeddingsError."""
        return self._remembering.embed(texts)

    def known(self) -> dict[str, Known]:
        """Article id -> what the index holds of it; what `ingestion.plan` compares with."""
        return self._index.known()

    def update(self, changes: Changes, progress: Progress = lambda done, total, title: None) -> Ingested:
        """Write `changes`. What was written before an error can be searched."""
        with self._writing:
            try:
                done = apply(changes, self._index, self._late or self._embeddings, progress)
                self._index.discard_outdated()
                return done
            finally:
                self._mirror()
                if self._late is not None and changes.removed + changes.changed:
                    self._late.forget_others(map(embedded_text, self._keywords.passages(self._index.audiences())))

    def status(self, *, sample: int = 50) -> Status:
        """Counts, and how many of about `sample` passages an audience are not found by their own vector."""
        held = list(self._keywords.passages(self._index.audiences()))
        return Status(
            articles=len({each.article_id for each in held}),
            passages=len(held),
            made_with=self._made_with,
            outdated=self._index.outdated and not held,
            unreachable=len(self._index.unreachable(sample)),
        )

    def version(self) -> dict[str, str | int]:
        """What is searched now: `made_with`, `passages` (how many), `content` (changes when any of them does)."""
        content = self._content
        if content is None:
            content = self._content = self._fingerprint()
        return {"made_with": self._made_with, "passages": self._keywords.size, "content": content}

    def _fingerprint(self) -> str:
        content = hashlib.blake2b(digest_size=4)
        for each in self._keywords.passages(self._keywords.audiences):
            seen = "\x00".join([each.id, each.audience, each.title, *each.heading_path, each.text, each.url or ""])
            content.update(seen.encode("utf-8", "surrogatepass"))
        return content.hexdigest()

    def close(self) -> None:
        """Give the folder back. Searching afterwards is an error."""
        with self._writing:
            self._index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _mirror(self) -> None:
        """Make the keyword index hold what the vector index holds."""
        self._keywords.reset(self._index.passages())
        self._content = None

    def _mirror_again(self) -> None:
        # While an update runs, the mirror is behind on purpose and catches up at its end.
        if self._writing.acquire(blocking=False):
            try:
                self._mirror()
            finally:
                self._writing.release()
