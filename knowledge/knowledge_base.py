"""The knowledge base: one object to open, search, quote and update.

Callers pass the audiences that a search may see.
"""

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
from knowledge.embeddings import CachedEmbeddings, Embeddings, Vectors
from knowledge.extracts import Extract, Extractor
from knowledge.index_rows import IndexedArticle
from knowledge.ingestion import Changes, Ingested, Progress, apply_changes
from knowledge.keyword_index import KeywordIndex
from knowledge.local_embeddings import LocalEmbeddings
from knowledge.reranking import LateInteraction
from knowledge.retrieval import Retriever
from knowledge.vector_index import VectorIndex
from knowledge.vocabulary import EMPTY, Vocabulary


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the index.

    `made_with` names the embedding model and the version of the splitting. If `outdated`, all sources must be ingested
    again. `unreachable` counts the checked passages that a search for their own vector does not find.
    """

    articles: int
    passages: int
    made_with: str
    outdated: bool
    unreachable: int


class KnowledgeBase:
    """Searchable articles. Several threads may read while one writes; a second writer waits."""

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
        refresh_mirror = self._refresh_mirror if shared else lambda: None
        self._retriever = Retriever(embeddings, index, self._keywords, refresh_mirror, late, vocabulary)
        self._extractor = Extractor(embeddings)
        self._cached_embeddings = CachedEmbeddings(embeddings)

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
        """Open the index in `folder`, or on the Chroma server at `chroma_url`. With `fresh` it starts empty.

        `vocabulary` returns the company's own terms and is called at every search. Raises IndexBusyError if another
        process is using the folder, and IndexUnavailableError if the folder or the server cannot be used.
        """
        made_with = f"{embeddings.name}.cut{chunking.VERSION}"
        if chroma_url:
            index = VectorIndex.on_server(chroma_url, made_with, fresh=fresh)
        else:
            index = VectorIndex.in_folder(folder, made_with, fresh=fresh)
        late = LateInteraction(embeddings, folder / "states") if isinstance(embeddings, LocalEmbeddings) else None
        return cls(index, embeddings, late, made_with, shared=bool(chroma_url), vocabulary=vocabulary)

    def search(self, question: str, audiences: frozenset[str], limit: int = 8) -> SearchResult:
        """Return the best passage of each matching article, then their neighbours; see `Retriever.search`."""
        return self._retriever.search(question, audiences, limit)

    def extract(self, question: str, hits: Sequence[Hit]) -> Extract:
        """Return an answer made of quotes from `hits`; see `Extractor.extract`."""
        return self._extractor.extract(question, hits)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector for each text, shape (n, dimensions). Their products are cosines.

        Raises EmbeddingsError.
        """
        return self._cached_embeddings.embed(texts)

    def known(self) -> dict[str, IndexedArticle]:
        """Return article id -> what the index holds of it, for `ingestion.plan_changes`."""
        return self._index.known()

    def update(self, changes: Changes, progress: Progress = lambda done, total, title: None) -> Ingested:
        """Write `changes`. After an error, what was already written can be searched."""
        with self._writing:
            try:
                done = apply_changes(changes, self._index, self._late or self._embeddings, progress)
                self._index.discard_outdated()
                return done
            finally:
                self._mirror()
                if self._late is not None and changes.removed + changes.changed:
                    self._late.delete_others(map(embedded_text, self._keywords.passages(self._index.audiences())))

    def status(self, *, sample: int = 50) -> Status:
        """Return the state of the index; `unreachable` is counted among about `sample` passages per audience."""
        held = list(self._keywords.passages(self._index.audiences()))
        return Status(
            articles=len({each.article_id for each in held}),
            passages=len(held),
            made_with=self._made_with,
            outdated=self._index.outdated and not held,
            unreachable=len(self._index.unreachable(sample)),
        )

    def version(self) -> dict[str, str | int]:
        """Return what is searched now: `made_with`, `passages` (their number) and `content` (a hash of them)."""
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
        """Close the index and release the folder. The knowledge base cannot be searched afterwards."""
        with self._writing:
            self._index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _mirror(self) -> None:
        """Rebuild the keyword index from the vector index."""
        self._keywords.reset(self._index.passages())
        self._content = None

    def _refresh_mirror(self) -> None:
        # A running update rebuilds the mirror at its end, so there is nothing to do until then.
        if self._writing.acquire(blocking=False):
            try:
                self._mirror()
            finally:
                self._writing.release()
