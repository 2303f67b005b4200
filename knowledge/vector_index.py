"""Keeps passages with their vectors in Chroma, a collection for each audience. It never filters by audience."""

import hashlib
import json
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import chromadb
import httpx  # what Chroma's own client speaks through, and is installed with
import numpy as np
from chromadb.api import ClientAPI
from chromadb.api.collection_configuration import CreateCollectionConfiguration
from chromadb.api.models.Collection import Collection
from chromadb.config import Settings
from chromadb.errors import ChromaError, NotFoundError

from knowledge.documents import Article, Passage
from knowledge.embeddings import Vectors
from knowledge.errors import IndexUnavailableError
from knowledge.folder_lock import FolderLock
from knowledge.index_layout import audience_of, collection_name, discard_others, place_for

_CONFIGURATION: CreateCollectionConfiguration = {
    "hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 400, "max_neighbors": 32}
}
"""Measured: the best hit found in 99.92 of 100 searches, where Chroma's own settings lose one in forty."""
_BATCH = 1_000
_PATIENCE = 10.0
"""Seconds that a server has for one answer. Chroma's client alone would wait for ever."""
_HELD: Any = ["documents", "metadatas", "embeddings"]


@dataclass(frozen=True, slots=True)
class Known:
    """What the index holds of an article: the checksum it had, and the page it was read from."""

    checksum: str
    source: str


@dataclass(frozen=True, slots=True)
class _Row:
    passage: Passage
    article: Mapping[str, Any]
    vector: Vectors | None


class VectorIndex:
    """Passages and their vectors. Safe for several reader threads and one writer.

    Open it after a fork, never before. What it was made with (the embedding model and the way of
    cutting) is part of its name: an index made with something else is never mixed in, this one just
    starts empty, and `outdated` is True. Every method raises IndexUnavailableError when Chroma fails.
    """

    def __init__(
        self, client: ClientAPI, made_with: str, *, prefix: str, outdated: bool, folder: Path | None = None
    ) -> None:
        self._client = client
        self._sessions = _sessions(client)
        self._made_with = made_with
        self._prefix = prefix
        self._folder = folder
        self._lock: FolderLock | None = None
        self._collections: dict[str, Collection] = {}
        self._guard = threading.Lock()
        self.outdated = outdated

    @classmethod
    def in_folder(cls, folder: Path, made_with: str, *, fresh: bool = False) -> "VectorIndex":
        """Open the index in `folder`, which then belongs to this process alone. `fresh` starts with nothing.

        IndexBusyError when another process owns the folder.
        """
        lock = FolderLock(folder)
        try:
            with _naming(str(folder)):
                place, outdated = place_for(folder, made_with, fresh=fresh)
                client = chromadb.PersistentClient(place, settings=Settings(anonymized_telemetry=False))
        except IndexUnavailableError:
            lock.close()
            raise
        index = cls(client, made_with, prefix="", outdated=outdated, folder=folder)
        index._lock = lock
        return index

    @classmethod
    def on_server(cls, url: str, made_with: str, *, fresh: bool = False) -> "VectorIndex":
        """Open the index on a Chroma server, which several processes may use."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise IndexUnavailableError(
                f"{url!r} is no address of a Chroma server; one looks like http://127.0.0.1:8000."
            )
        secure = parts.scheme == "https"
        prefix = f"footbridge-{hashlib.sha256(made_with.encode()).hexdigest()[:8]}-"
        with _naming(url):
            httpx.get(f"{url.rstrip('/')}/api/v2/heartbeat", timeout=_PATIENCE).raise_for_status()
            client = chromadb.HttpClient(
                parts.hostname,
                parts.port or (443 if secure else 8000),
                ssl=secure,
                settings=Settings(anonymized_telemetry=False),
            )
            for session in _sessions(client):
                session.timeout = httpx.Timeout(_PATIENCE)
            names = [each.name for each in client.list_collections()]
            mine = [name for name in names if name.startswith(prefix)]
            for name in mine if fresh else ():
                client.delete_collection(name)
        outdated = not mine and any(name.startswith("footbridge-") for name in names)
        return cls(client, made_with, prefix=prefix, outdated=outdated)

    def close(self) -> None:
        """Give everything back; the index cannot be used afterwards. Closing twice is fine."""
        if hasattr(self._client, "close"):
            self._client.close()
        for session in self._sessions:
            session.close()
        if self._lock is not None:
            self._lock.close()

    def discard_outdated(self) -> None:
        """Delete what was made with something else, once this index has taken its place. A server is left alone."""
        if self._folder is not None and self.outdated:
            discard_others(self._folder, self._made_with)
        self.outdated = False

    def audiences(self) -> list[str]:
        """Audiences that have a collection."""
        with _naming():
            names = [each.name for each in self._client.list_collections()]
        ours = (name.removeprefix(self._prefix) for name in names if name.startswith(self._prefix))
        return sorted(filter(None, map(audience_of, ours)))

    def passages(self) -> Iterator[Passage]:
        """Every passage of every audience."""
        for audience in self.audiences():
            for row in self._rows(audience):
                yield row.passage

    def known(self) -> dict[str, Known]:
        """Article id -> what is held of it. A half-written article has an empty checksum."""
        held: dict[str, list[_Row]] = defaultdict(list)
        for audience in self.audiences():
            for row in self._rows(audience):
                held[row.passage.article_id].append(row)
        known = {}
        for article_id, rows in held.items():
            first = rows[0].article
            writings = {(row.article["checksum"], row.passage.audience) for row in rows}
            whole = len(writings) == 1 and len(rows) == first["of"]
            known[article_id] = Known(str(first["checksum"]) if whole else "", str(first["source"]))
        return known

    def put(self, article: Article, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Store an article's passages in place of those it had, in whatever audience those were."""
        self.remove(article.id, but=article.audience)
        collection = self._created(article.audience)
        common: dict[str, Any] = {
            "article_id": article.id,
            "title": article.title,
            "url": article.url or "",
            "checksum": article.checksum,
            "source": article.source,
            "of": len(passages),
        }
        with _naming():
            before = _ids(collection, article.id)
            if passages:
                collection.upsert(
                    ids=[each.id for each in passages],
                    embeddings=np.asarray(vectors, dtype=np.float32),
                    documents=[each.text for each in passages],
                    metadatas=[
                        {**common, "position": each.position, "headings": json.dumps(each.heading_path)}
                        for each in passages
                    ],
                )
            surplus = before - {each.id for each in passages}
            if surplus:
                collection.delete(ids=sorted(surplus))

    def of_article(self, article_id: str) -> list[tuple[Passage, Vectors]]:
        """The passages that are held of an article, each with its vector."""
        return [
            (row.passage, row.vector)
            for audience in self.audiences()
            for row in self._rows(audience, article_id)
            if row.vector is not None
        ]

    def remove(self, article_id: str, *, but: str | None = None) -> None:
        """Drop an article's passages from every audience, or from all `but` one."""
        for audience in self.audiences():
            collection = self._collection(audience) if audience != but else None
            if collection is not None:
                with _naming():
                    ids = _ids(collection, article_id)
                    if ids:
                        collection.delete(ids=sorted(ids))

    def nearest(self, vector: Vectors, audience: str, limit: int) -> dict[str, float]:
        """Passage id -> cosine (-1..1) of the `limit` passages of `audience` nearest to `vector` (shape (d,))."""
        collection = self._collection(audience)
        if collection is None:
            return {}
        with _naming():
            query: Any = vector[None, :]
            found = collection.query(query_embeddings=query, n_results=limit, include=["distances"])
        distances = found["distances"] or [[]]
        return {each: 1.0 - far for each, far in zip(found["ids"][0], distances[0], strict=True)}

    def vectors(self, ids: Sequence[str], audience: str) -> dict[str, Vectors]:
        """Passage id -> vector, for those of `ids` that `audience` holds."""
        collection = self._collection(audience)
        if collection is None or not ids:
            return {}
        with _naming():
            found = collection.get(ids=list(ids), include=["embeddings"])
        rows = found["embeddings"] if found["embeddings"] is not None else []
        return {each: np.asarray(row, dtype=np.float32) for each, row in zip(found["ids"], rows, strict=True)}

    def unreachable(self, sample: int = 200) -> list[str]:
        """Ids of passages that their own vector does not find: an index with some should be rebuilt.

        Looks at up to about `sample` passages of each audience, spread evenly.
        """
        lost = []
        for audience in self.audiences():
            ids = [row.passage.id for row in self._rows(audience)]
            chosen = ids[:: max(1, len(ids) // sample)]
            for passage_id, vector in self.vectors(chosen, audience).items():
                near = self.nearest(vector, audience, 5)
                # Passages with the very same words share a vector: any of them may come first.
                if passage_id not in near and max(near.values(), default=0.0) < 0.9999:
                    lost.append(passage_id)
        return lost

    def _rows(self, audience: str, article_id: str | None = None) -> Iterator[_Row]:
        """Everything an audience holds (without vectors), or everything of one article (with them)."""
        collection = self._collection(audience)
        wanted: Any = {"article_id": article_id} if article_id is not None else None
        start = 0
        while collection is not None:
            with _naming():
                include = _HELD if article_id is not None else _HELD[:2]
                page = collection.get(where=wanted, limit=_BATCH, offset=start, include=include)
            ids, texts, metadata = page["ids"], page["documents"] or [], page["metadatas"] or []
            stored = page["embeddings"]
            for at, (passage_id, text, kept) in enumerate(zip(ids, texts, metadata, strict=True)):
                vector = np.asarray(stored[at], dtype=np.float32) if stored is not None else None
                yield _Row(_passage(passage_id, text, kept, audience), kept, vector)
            if len(ids) < _BATCH:
                return
            start += _BATCH

    def _collection(self, audience: str) -> Collection | None:
        with self._guard:
            if audience not in self._collections:
                try:
                    with _naming():
                        opened = self._client.get_collection(self._name(audience), embedding_function=None)
                except NotFoundError:
                    return None
                self._collections[audience] = opened
            return self._collections[audience]

    def _created(self, audience: str) -> Collection:
        with self._guard, _naming():
            self._collections[audience] = self._client.get_or_create_collection(
                self._name(audience), configuration=_CONFIGURATION, embedding_function=None
            )
            return self._collections[audience]

    def _name(self, audience: str) -> str:
        return self._prefix + collection_name(audience)


def _sessions(client: ClientAPI) -> list[httpx.Client]:
    """What a server's client sends through; Chroma neither closes them nor gives them a time limit."""
    servers = [getattr(each, "_server", None) for each in (client, getattr(client, "_admin_client", None))]
    sessions = (getattr(each, "_session", None) for each in servers)
    return [each for each in sessions if isinstance(each, httpx.Client)]


def _ids(collection: Collection, article_id: str) -> set[str]:
    return set(collection.get(where={"article_id": article_id}, include=[])["ids"])


def _passage(passage_id: str, text: str, kept: Mapping[str, Any], audience: str) -> Passage:
    return Passage(
        id=passage_id,
        article_id=str(kept["article_id"]),
        title=str(kept["title"]),
        heading_path=tuple(json.loads(str(kept["headings"]))),
        text=text,
        audience=audience,
        url=str(kept["url"]) or None,
        position=int(kept["position"]),
    )


@contextmanager
def _naming(place: str = "the index") -> Iterator[None]:
    """Turns Chroma's many kinds of failure into ours. A missing collection stays what it is."""
    try:
        yield
    except NotFoundError:
        raise
    except (ChromaError, httpx.HTTPError, ValueError, OSError) as error:
        raise IndexUnavailableError(
            f"Chroma cannot be used at {place} ({error}). If it is a server, check that it runs; "
            "if it is a folder, check its rights and the disk, or ingest again with a fresh index."
        ) from error
