"""One ingest run: find, read, chunk, embed, commit, and an account of it all that is checked against the store.

Documents stream through in batches: memory holds one batch, whatever the size of the corpus. Each batch is one
commit, so a run that is killed loses at most the batch in hand, and the next run goes on from there.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ragkit.errors import SourceError, UsageError
from ragkit.ingest.find import Found, find_sources, printable, uri_of
from ragkit.ingest.read import close, load, read
from ragkit.ingest.report import Failure, IngestReport
from ragkit.protocols import Chunker, Embedder, Progress
from ragkit.store.store import Store
from ragkit.types import Chunk, Document, Source

if TYPE_CHECKING:
    from ragkit.protocols import Vectors

log = logging.getLogger(__name__)

BATCH_CHUNKS = 512
"""Chunks in one commit: enough that texts of like length meet in the embedder's batches."""
EMBEDDED_AT_ONCE = 128
"""Texts between two calls of the progress callback."""
IN_MEMORY = 0
"""Stands for the modification time of a document that is no file, and so cannot vanish."""
UNTOLD = 1
"""Stands for a modification time that tells nothing: the file's content is compared."""
TICK_NS = 20_000_000
"""A file modified less than this ago may change again without its time changing: file systems' clocks are coarse."""


@dataclass(slots=True)
class _Pending:
    document: Document
    content_hash: str
    size: int
    mtime_ns: int
    chunks: Sequence[Chunk]


@dataclass(slots=True)
class _Tally:
    outcomes: dict[str, Literal["new", "changed", "unchanged", "failed"]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    empty: list[str] = field(default_factory=list)
    chunks: int = 0
    embedded: int = 0


class Ingestion:
    """A run into one store that is open for writing."""

    def __init__(
        self, store: Store, embedder: Embedder, chunker: Chunker, *, max_bytes: int, progress: Progress | None = None
    ) -> None:
        self._store = store
        self._base = store.path.absolute().parent
        self._embedder = embedder
        self._chunker = chunker
        self._max_bytes = max_bytes
        self._progress = progress or (lambda what, done, total: None)
        self._known = store.content_hashes()
        self._tally = _Tally()
        self._batch: list[_Pending] = []

    def run(self, items: Iterable[str | Path | Document], *, prune: bool) -> IngestReport:
        """Takes in documents given in memory, one by one as they come, then the files and folders among the items.

        Of several documents with one uri the last one stays, and a file goes before a document.

        Raises:
            UsageError: A path does not exist. What came before it may have been committed.
        """
        begun = time.perf_counter()
        paths = self._documents(items)
        found = find_sources(paths, base=self._base, max_bytes=self._max_bytes)
        self._sources(found)
        self._commit()
        roots = [self._base / uri_of(path, self._base) for path in paths]
        files = [uri for uri, state in self._known.items() if state.mtime_ns != IN_MEMORY]
        vanished = tuple(sorted(uri for uri in files if self._is_gone(uri, roots)))
        with self._store.transaction() as tx:
            for failure in self._store.failures():
                if self._is_over(failure.uri, roots):
                    tx.clear_failure(failure.uri)
            for uri in vanished if prune else ():
                tx.remove(uri)
        self._store.finish()
        self._reconcile()
        return self._report(found, vanished, prune, time.perf_counter() - begun)

    def _documents(self, items: Iterable[str | Path | Document]) -> list[Path]:
        """Take in the documents among the items; the paths among them."""
        paths: list[Path] = []
        done = 0
        for item in items:
            if not isinstance(item, Document):
                refuse_missing([item])
                paths.append(Path(item))
                continue
            try:
                self._document(item)
            except SourceError as error:
                self._fail(printable(item.uri), str(error))
            done += 1
            self._progress("read", done, 0)
        return paths

    def _document(self, document: Document) -> None:
        digest = _digest(document)
        known = self._known.get(document.uri)
        if known and known.content_hash == digest and document.uri not in self._tally.outcomes:
            self._tally.outcomes[document.uri] = "unchanged"
        else:
            self._add(document, digest, len(document.text), IN_MEMORY)

    def _sources(self, found: Found) -> None:
        for refusal in found.failed:
            self._fail(refusal.uri, refusal.reason)
        try:
            for number, source in enumerate(found.sources, start=1):
                try:
                    self._source(source)
                except SourceError as error:
                    self._fail(source.uri, str(error))
                self._progress("read", number, len(found.sources))
        finally:
            close()

    def _source(self, source: Source) -> None:
        known = self._known.get(source.uri)
        if source.uri in self._tally.outcomes:
            # A document of that uri came first, so that what was known of the store no longer holds.
            known = None
        size, mtime_ns = _state(source)
        if known and mtime_ns != UNTOLD and (known.size, known.mtime_ns) == (size, mtime_ns):
            self._tally.outcomes[source.uri] = "unchanged"
            return
        data = load(source)
        digest = hashlib.sha256(data).hexdigest()
        if known and known.content_hash == digest:
            self._tally.outcomes[source.uri] = "unchanged"
            return
        self._add(read(source, data), digest, size, mtime_ns)

    def _add(self, document: Document, digest: str, size: int, mtime_ns: int) -> None:
        _refuse_half_characters(document)
        chunks = self._chunker.chunk(document)
        if not chunks:
            self._tally.empty.append(document.uri)
        self._tally.failed.pop(document.uri, None)
        self._tally.outcomes[document.uri] = "changed" if document.uri in self._known else "new"
        self._batch.append(_Pending(document, digest, size, mtime_ns, chunks))
        if sum(max(1, len(pending.chunks)) for pending in self._batch) >= BATCH_CHUNKS:
            self._commit()

    def _commit(self) -> None:
        """Embed what the store has not embedded before, and write the batch in one transaction."""
        hashes = {text_hash(chunk): chunk.embedded_text for pending in self._batch for chunk in pending.chunks}
        known = self._store.known_hashes(list(hashes))
        missing = {key: text for key, text in hashes.items() if key not in known}
        total = self._tally.chunks + sum(len(pending.chunks) for pending in self._batch)
        embedded = list(self._embed(missing))
        with self._store.transaction() as tx:
            for keys, vectors in embedded:
                tx.put_vectors(keys, vectors)
            for each in self._batch:
                keys = [text_hash(chunk) for chunk in each.chunks]
                tx.put(each.document, each.content_hash, each.chunks, keys, each.size, each.mtime_ns)
        self._tally.chunks = total
        self._tally.embedded += len(missing)
        self._batch.clear()

    def _embed(self, texts: Mapping[str, str]) -> Iterator[tuple[list[str], Vectors]]:
        """Vectors by text hash, some at a time to show progress; like lengths together, as embedders want them."""
        order = sorted(texts, key=lambda key: len(texts[key]))
        for start in range(0, len(order), EMBEDDED_AT_ONCE):
            keys = order[start : start + EMBEDDED_AT_ONCE]
            yield keys, self._embedder.embed_passages([texts[key] for key in keys])
            self._progress("embedded", self._tally.chunks + start + len(keys), 0)

    def _fail(self, uri: str, reason: str) -> None:
        self._tally.outcomes[uri] = "failed"
        self._tally.failed[uri] = reason
        with self._store.transaction() as tx:
            tx.fail(uri, reason)

    def _is_gone(self, uri: str, roots: Sequence[Path]) -> bool:
        """Whether a source has vanished. One that this walk passed by, in a hidden folder, say, is still there."""
        return self._is_unseen(uri, roots) and not os.path.lexists(self._base / uri)

    def _is_over(self, uri: str, roots: Sequence[Path]) -> bool:
        """Whether a failure of an earlier run is one no more."""
        succeeded = uri in self._tally.outcomes and uri not in self._tally.failed
        return succeeded or self._is_unseen(uri, roots)

    def _is_unseen(self, uri: str, roots: Sequence[Path]) -> bool:
        """Whether it was looked for under the given paths, and not found. What is in a failed folder may be there."""
        if uri in self._tally.outcomes:
            return False
        place = self._base / uri
        unread = (self._base / failed for failed in self._tally.failed)
        return any(map(place.is_relative_to, roots)) and not any(map(place.is_relative_to, unread))

    def _reconcile(self) -> None:
        """What was seen and did not fail must be in the store; what is not is a failure, whatever was counted."""
        stored = self._store.content_hashes()
        for uri in self._tally.outcomes.keys() - self._tally.failed.keys():
            if uri not in stored:
                self._fail(uri, "it was read but is not in the store")

    def _report(self, found: Found, vanished: tuple[str, ...], pruned: bool, seconds: float) -> IngestReport:
        tally, counts = self._tally, Counter(self._tally.outcomes.values())
        return IngestReport(
            found=len(tally.outcomes),
            new=counts["new"],
            changed=counts["changed"],
            unchanged=counts["unchanged"],
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


def refuse_missing(items: Iterable[str | Path | Document]) -> None:
    """Raises `UsageError` unless all paths among the items exist."""
    paths = [item for item in items if not isinstance(item, Document)]
    missing = [printable(str(path)) for path in paths if not os.path.lexists(path)]
    if missing:
        raise UsageError(f"There is nothing at {', '.join(missing)}.", "Check the spelling and the current folder.")


def _digest(document: Document) -> str:
    """Identity of all that a document given in memory holds; its text alone would hide a new title."""
    about = (document.title, document.media_type, document.blocks, document.lines, document.pages)
    whole = f"{about}{sorted(document.metadata.items())}\0{document.text}"
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def _refuse_half_characters(document: Document) -> None:
    """Raises `SourceError` for half a surrogate pair, which neither tokenizers nor SQLite can take."""
    try:
        f"{document.uri}{document.title}{document.media_type}{document.text}".encode()
    except UnicodeEncodeError as error:
        raise SourceError(
            f"{printable(document.uri)} has text that is not valid Unicode (half a surrogate pair).",
            "Convert it to UTF-8.",
        ) from error


def _state(source: Source) -> tuple[int, int]:
    """Size and modification time, which together tell that a file has not changed."""
    if source.path is None:
        return source.size, UNTOLD
    try:
        status = source.path.stat()
    except OSError as error:
        raise SourceError(f"{source.uri} cannot be read: {error.strerror}.", "Check that it still exists.") from error
    settled = status.st_mtime_ns > UNTOLD and time.time_ns() - status.st_mtime_ns > TICK_NS
    return status.st_size, status.st_mtime_ns if settled else UNTOLD
