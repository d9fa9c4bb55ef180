"""A store's chunks and vectors made anew from the texts that it holds: with another chunker, embedder or index recipe.

The sources are not needed. Readers go on with the old state until the new one takes its place in one transaction.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from ragkit.ingest.run import BATCH_CHUNKS, EMBEDDED_AT_ONCE
from ragkit.plugins import passage_vectors
from ragkit.protocols import Chunker, Embedder, Progress
from ragkit.store import rebuild
from ragkit.store.store import Store
from ragkit.types import Chunk, Document


@dataclass(frozen=True, slots=True)
class ReindexReport:
    """The account of a reindexing. ``embedded`` texts were new to the embedder, the others' vectors were there.

    ``resumed`` documents had been done by an earlier run that was cut short.
    """

    documents: int
    chunks: int
    embedded: int
    resumed: int
    seconds: float


def reindex(
    store: Store, embedder: Embedder, chunker: Chunker, *, recipe: str = "", progress: Progress | None = None
) -> ReindexReport:
    """Make chunks, vectors and index anew. What has not changed is kept: with the same embedder, equal texts' vectors.

    Args:
        store: Open or not open for writing.
        embedder: What embeds from now on.
        chunker: What chunks from now on.
        recipe: The index recipe from now on; the store's own when empty.
        progress: Called with documents done and how many there are.

    Raises:
        StoreLocked: Another process is writing to the store.
        UsageError: There is no index recipe of that name.
    """
    begun = time.perf_counter()
    with store.writing():
        recipe = recipe or store.identity.recipe
        same = (embedder.fingerprint, chunker.fingerprint) == (store.embedder_fingerprint, store.chunker_fingerprint)
        if same:
            rebuild.discard(store.path)
            store.compact(recipe)
            counts = store.counts()
            return ReindexReport(counts.documents, counts.chunks, 0, 0, time.perf_counter() - begun)
        made = rebuild.beside(
            store,
            embedder=embedder.fingerprint,
            dimension=embedder.dimension,
            chunker=chunker.fingerprint,
            recipe=recipe,
        )
        with made:
            run = _Run(store, made, embedder, chunker)
            resumed = run.fill(progress or (lambda what, done, total: None))
            counts = made.counts()
            rebuild.swap(store, made)
    return ReindexReport(counts.documents, counts.chunks, run.embedded, resumed, time.perf_counter() - begun)


class _Run:
    """Documents from one store into another."""

    def __init__(self, old: Store, new: Store, embedder: Embedder, chunker: Chunker) -> None:
        self._old = old
        self._new = new
        self._embedder = embedder
        self._chunker = chunker
        self._keeps_vectors = embedder.fingerprint == old.embedder_fingerprint
        self._states = old.content_hashes()
        self.embedded = 0

    def fill(self, progress: Progress) -> int:
        """All documents; how many of them were there already."""
        there = self._new.content_hashes()
        infos = list(self._old.documents())
        batch: list[tuple[Document, Sequence[Chunk]]] = []
        for number, info in enumerate(infos, 1):
            if info.uri not in there:
                document = self._old.document(info.uri)
                batch.append((document, self._chunker.chunk(document)))
            if sum(max(1, len(chunks)) for _, chunks in batch) >= BATCH_CHUNKS or number == len(infos):
                self._commit(batch)
                batch = []
            progress("reindexed", number, len(infos))
        return len(there)

    def _commit(self, batch: Sequence[tuple[Document, Sequence[Chunk]]]) -> None:
        texts = {chunk.text_hash: chunk.embedded_text for _, chunks in batch for chunk in chunks}
        missing = [key for key in texts if key not in self._new.known_hashes(texts)]
        kept, vectors = self._old.vectors_by_hash(missing) if self._keeps_vectors else ([], None)
        fresh = sorted(set(missing) - set(kept), key=lambda key: (len(texts[key]), key))
        parts = [fresh[start : start + EMBEDDED_AT_ONCE] for start in range(0, len(fresh), EMBEDDED_AT_ONCE)]
        made = [(part, passage_vectors(self._embedder, [texts[key] for key in part])) for part in parts]
        with self._new.transaction() as tx:
            if vectors is not None:
                tx.put_vectors(kept, vectors)
            for part, matrix in made:
                tx.put_vectors(part, matrix)
            for document, chunks in batch:
                state = self._states[document.uri]
                hashes = [chunk.text_hash for chunk in chunks]
                tx.put(document, state.content_hash, chunks, hashes, state.size, state.mtime_ns)
        self.embedded += len(fresh)
