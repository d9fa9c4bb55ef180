"""One ingest run: find, read, chunk, embed, commit, and an account of it all that is checked against the store.

Documents stream through in batches: memory holds one batch, whatever the size of the corpus. Each batch is one
commit, so a run that is killed loses at most the batch in hand, and the next run goes on from there.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ragkit.errors import SourceError
from ragkit.ingest.find import Found, find_sources, uri_of
from ragkit.ingest.read import load, read
from ragkit.protocols import Chunker, Embedder, Progress
from ragkit.store.store import Store
from ragkit.store.writing import Transaction
from ragkit.types import Chunk, Document, Source

log = logging.getLogger(__name__)

BATCH_CHUNKS = 512
"""Chunks in one commit: enough that texts of like length meet in the embedder's batches."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that is not in the store as it should be, and why."""

    uri: str
    reason: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """The account of a run. ``found`` is the sum of new, changed, unchanged and failed.

    ``removed`` are documents of the store whose source has vanished; they are gone from the store if ``pruned``.
    ``empty`` were read but hold no text. ``seconds`` is wall-clock time.
    """

    found: int
    new: int
    changed: int
    unchanged: int
    removed: tuple[str, ...] = ()
    pruned: bool = False
    failed: tuple[Failure, ...] = ()
    unsupported: tuple[Failure, ...] = ()
    empty: tuple[str, ...] = ()
    chunks: int = 0
    embedded: int = 0
    seconds: float = 0.0

    @property
    def complete(self) -> bool:
        """Whether everything that could be found is in the store."""
        return not self.failed and not self.unsupported


@dataclass(slots=True)
class _Pending:
    document: Document
    content_hash: str
    size: int
    mtime_ns: int
    chunks: Sequence[Chunk]


@dataclass(slots=True)
class _Tally:
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    chunks: int = 0
    embedded: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    empty: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


class Ingestion:
    """A run into one store that is open for writing."""

    def __init__(
        self, store: Store, embedder: Embedder, chunker: Chunker, *, max_bytes: int, progress: Progress | None = None
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._chunker = chunker
        self._max_bytes = max_bytes
        self._progress = progress or (lambda what, done, total: None)
        self._known = store.content_hashes()
        self._tally = _Tally()
        self._batch: list[_Pending] = []

    def run(self, paths: Sequence[Path], documents: Iterable[Document], *, prune: bool) -> IngestReport:
        """Takes in files and folders, then documents given in memory.

        Raises:
            UsageError: A path does not exist. Nothing has been written then.
        """
        begun = time.perf_counter()
        base = self._store.path.absolute().parent
        found = find_sources(paths, base=base, max_bytes=self._max_bytes)
        self._sources(found)
        self._documents(documents)
        self._commit()
        vanished = tuple(sorted(self._vanished(self._known, paths, base)))
        gone = tuple(self._vanished([failure.uri for failure in self._store.failures()], paths, base))
        with self._store.transaction() as tx:
            for uri in gone:
                tx.clear_failure(uri)
            for uri in vanished if prune else ():
                tx.remove(uri)
        self._store.finish()
        self._reconcile()
        return self._report(found, vanished, prune, time.perf_counter() - begun)

    def _sources(self, found: Found) -> None:
        for refusal in found.failed:
            self._fail(refusal.uri, refusal.reason)
        for number, source in enumerate(found.sources, start=1):
            try:
                self._source(source)
            except SourceError as error:
                self._fail(source.uri, str(error))
            self._progress("read", number, len(found.sources))

    def _source(self, source: Source) -> None:
        self._tally.seen.add(source.uri)
        known = self._known.get(source.uri)
        size, mtime_ns = _state(source)
        if known and (known.size, known.mtime_ns) == (size, mtime_ns):
            self._tally.unchanged += 1
            return
        data = load(source)
        digest = hashlib.sha256(data).hexdigest()
        if known and known.content_hash == digest:
            self._tally.unchanged += 1
            return
        self._add(read(source, data), digest, size, mtime_ns)

    def _documents(self, documents: Iterable[Document]) -> None:
        for number, document in enumerate(documents, start=1):
            self._tally.seen.add(document.uri)
            digest = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()
            known = self._known.get(document.uri)
            if known and known.content_hash == digest:
                self._tally.unchanged += 1
            else:
                self._add(document, digest, len(document.text), 0)
            self._progress("read", number, 0)

    def _add(self, document: Document, digest: str, size: int, mtime_ns: int) -> None:
        chunks = self._chunker.chunk(document)
        if not chunks:
            self._tally.empty.append(document.uri)
        self._batch.append(_Pending(document, digest, size, mtime_ns, chunks))
        if sum(len(pending.chunks) for pending in self._batch) >= BATCH_CHUNKS:
            self._commit()

    def _commit(self) -> None:
        """Embed what the store has not embedded before, and write the batch in one transaction."""
        hashes = {text_hash(chunk): chunk.embedded_text for pending in self._batch for chunk in pending.chunks}
        known = self._store.known_hashes(list(hashes))
        missing = {key: text for key, text in hashes.items() if key not in known}
        total = self._tally.chunks + sum(len(pending.chunks) for pending in self._batch)
        vectors = self._embedder.embed_passages(list(missing.values()))
        with self._store.transaction() as tx:
            tx.put_vectors(list(missing), vectors)
            for pending in self._batch:
                self._put(tx, pending)
        self._tally.chunks = total
        self._tally.embedded += len(missing)
        self._batch.clear()
        self._progress("embedded", total, 0)

    def _put(self, tx: Transaction, pending: _Pending) -> None:
        keys = [text_hash(chunk) for chunk in pending.chunks]
        uri = pending.document.uri
        try:
            tx.put(pending.document, pending.content_hash, pending.chunks, keys, pending.size, pending.mtime_ns)
        except SourceError as error:
            self._tally.failed[uri] = str(error)
            tx.fail(uri, str(error))
        else:
            self._tally.changed += uri in self._known
            self._tally.new += uri not in self._known

    def _fail(self, uri: str, reason: str) -> None:
        self._tally.seen.add(uri)
        self._tally.failed[uri] = reason
        with self._store.transaction() as tx:
            tx.fail(uri, reason)

    def _vanished(self, uris: Iterable[str], paths: Sequence[Path], base: Path) -> Iterator[str]:
        """Those of the store's sources that lie under the given paths and were not found there."""
        roots = [uri_of(path, base) for path in paths]
        for uri in uris:
            if uri not in self._tally.seen and any(_under(uri, root) for root in roots):
                yield uri

    def _reconcile(self) -> None:
        """What was seen and did not fail must be in the store; what is not is a failure, whatever was counted."""
        stored = self._store.content_hashes()
        for uri in self._tally.seen - self._tally.failed.keys():
            if uri not in stored:
                self._fail(uri, "it was read but is not in the store")

    def _report(self, found: Found, vanished: tuple[str, ...], pruned: bool, seconds: float) -> IngestReport:
        tally = self._tally
        return IngestReport(
            found=len(tally.seen),
            new=tally.new,
            changed=tally.changed,
            unchanged=tally.unchanged,
            removed=vanished,
            pruned=pruned,
            failed=tuple(Failure(uri, reason) for uri, reason in sorted(tally.failed.items())),
            unsupported=tuple(Failure(refusal.uri, refusal.reason) for refusal in found.unsupported),
            empty=tuple(tally.empty),
            chunks=tally.chunks,
            embedded=tally.embedded,
            seconds=seconds,
        )


def text_hash(chunk: Chunk) -> str:
    """Identity of what is embedded: equal texts share one vector."""
    return hashlib.sha256(chunk.embedded_text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _state(source: Source) -> tuple[int, int]:
    if source.path is None:
        return source.size, 0
    try:
        status = source.path.stat()
    except OSError as error:
        raise SourceError(f"{source.uri} cannot be read: {error.strerror}.", "Check that it still exists.") from error
    return status.st_size, status.st_mtime_ns


def _under(uri: str, root: str) -> bool:
    return root in {".", uri} or uri.startswith(root.rstrip("/") + "/")
