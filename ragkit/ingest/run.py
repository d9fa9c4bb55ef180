"""One ingest run: find, read, chunk, embed, commit, and an account of it all that is checked against the store.

Documents stream through in batches: memory holds one batch and what is read ahead, whatever the size of the corpus.
Each batch is one commit, so a run that is killed loses at most the batch in hand, and the next run goes on from there.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ragkit.errors import SourceError
from ragkit.ingest.account import FORGOTTEN, Account
from ragkit.ingest.ahead import ahead
from ragkit.ingest.find import Refusal
from ragkit.ingest.given import as_named, digest_of, refuse_unfit
from ragkit.ingest.globs import Area, printable
from ragkit.ingest.labels import Labels
from ragkit.ingest.ledger import IN_MEMORY, Ledger
from ragkit.ingest.named import Limits, origins_of, refuse_missing
from ragkit.ingest.origins import Candidate, Origin, Same
from ragkit.ingest.read import close
from ragkit.ingest.report import IngestReport
from ragkit.ingest.roots import remember, remember_given, remember_kept
from ragkit.ingest.steps import Broken, Ready, Step, labelled, steps, weight
from ragkit.plugins import passage_vectors
from ragkit.protocols import Chunker, Embedder, Progress
from ragkit.store.store import Store
from ragkit.store.writing import Transaction
from ragkit.types import Chunk, Document

if TYPE_CHECKING:
    from ragkit.protocols import Vectors

BATCH_CHUNKS = 512
"""Chunks in one commit: enough that texts of like length meet in the embedder's batches."""
EMBEDDED_AT_ONCE = 128
"""Texts between two calls of the progress callback."""
MERGED = 50_000
"""Chunks of a run after which the index is merged, and again when they have doubled: whoever reads meanwhile, or after
a kill, compares what is not in the index one by one, and holds it in memory."""
READ_AHEAD = 2_000_000
"""Characters of documents that wait for the embedder: some four batches of it."""


@dataclass(slots=True)
class _Pending:
    document: Document
    fingerprint: str
    size: int
    stamp: int
    chunks: Sequence[Chunk]
    before: str = ""


class Ingestion:
    """A run into one store that is open for writing."""

    def __init__(
        self,
        store: Store,
        embedder: Embedder,
        chunker: Chunker,
        *,
        limits: Limits,
        labels: Labels,
        progress: Progress | None = None,
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._chunker = chunker
        self._limits = limits
        self._progress = progress or (lambda what, done, total: None)
        self._ledger = Ledger(store, labels)
        self._account = Account(self._ledger, limits.base)
        self._batch: list[_Pending] = []
        self._batch_size = 0
        self._labelled: list[str] = []
        self._begun: list[Origin] = []
        self._remembered: set[Area] = set()
        self._broken: dict[str, str] = {}
        self._touched: dict[str, tuple[int, int]] = {}
        self._merge_at = MERGED

    def run(self, items: Iterable[str | Path | Document], *, prune: bool) -> IngestReport:
        """Takes in documents given in memory, one by one as they come, then what the names among the items stand for.

        Of several documents with one uri the last one stays, and a file goes before a document.

        Raises:
            UsageError: A path does not exist. What came before it may have been committed.
            EndpointError: The same of a remote folder that cannot be reached.
        """
        begun = time.perf_counter()
        names = self._documents(items)
        origins = origins_of(names, self._limits, self._store)
        for origin in origins:
            self._look_through(origin)
        self._commit()
        vanished = self._account.vanished(origins)
        with self._store.transaction() as tx:
            for failure in self._store.failures():
                if self._account.is_over(failure.uri, origins):
                    tx.clear_failure(failure.uri)
            for uri in vanished if prune else ():
                tx.remove(uri)
        self._store.finish()
        self._reconcile()
        return self._account.report(vanished, pruned=prune, seconds=time.perf_counter() - begun, rehearsal=False)

    def _documents(self, items: Iterable[str | Path | Document]) -> list[str | Path]:
        """Take in the documents among the items; the names among them."""
        names: list[str | Path] = []
        done = 0
        for item in items:
            if not isinstance(item, Document):
                refuse_missing([item], self._limits)
                names.append(item)
                continue
            try:
                self._document(item)
            except SourceError as error:
                self._fail(printable(str(item.uri)), str(error))
            done += 1
            self._progress("read", done, 0)
        return names

    def _document(self, document: Document) -> None:
        refuse_unfit(document)
        document = self._ledger.labelled(as_named(document))
        digest = digest_of(document)
        known = self._ledger.states.get(document.uri)
        if self._ledger.is_forgotten(document.uri, digest):
            self._account.ignore(Refusal(document.uri, FORGOTTEN))
            return
        if self._ledger.given.of_documents != Labels():
            self._labelled.append(document.uri)
        if known and known.content_hash == digest and document.uri not in self._account.outcomes:
            self._account.unchanged(document.uri)
        else:
            self._ledger.superseded.add(document.uri)
            self._add(document, digest, len(document.text), IN_MEMORY)

    def _look_through(self, origin: Origin) -> None:
        survey = origin.survey()
        self._begun.append(origin)
        # Before anything comes of it: so a proof knows what a run that was killed lacks.
        with self._store.transaction() as tx:
            self._remember(tx)
        self._account.note(survey)
        self._broken.update({refusal.uri: refusal.reason for refusal in survey.failed})
        try:
            with closing(self._steps(survey.candidates)) as line:
                for number, step in enumerate(line, start=1):
                    self._step(step)
                    self._progress("read", number, survey.count)
        finally:
            close()

    def _steps(self, candidates: Iterator[Candidate]) -> Generator[Step, None, None]:
        return ahead(steps(candidates, self._ledger), weight, READ_AHEAD)

    def _step(self, step: Step) -> None:
        if self._account.settle(step):
            if isinstance(step, Broken):
                self._broken[step.uri] = step.reason
            elif isinstance(step, Same) and step.seen:
                self._touched[step.uri] = step.seen
            return
        assert isinstance(step, Ready)
        assert step.document
        fingerprint, document, before = step.fingerprint, step.document, self._account.moved_from(step)
        if self._account.keep(step):
            fingerprint, document = labelled(step.content, document, self._ledger)
        try:
            refuse_unfit(document)
            self._add(document, fingerprint, step.size, step.stamp, before)
        except SourceError as error:
            self._fail(step.uri, str(error))

    def _add(self, document: Document, fingerprint: str, size: int, stamp: int, before: str = "") -> None:
        chunks = self._chunker.chunk(document)
        self._broken.pop(document.uri, None)
        self._account.taken(document.uri, before, document.unread, empty=not chunks)
        self._batch.append(_Pending(document, fingerprint, size, stamp, chunks, before))
        self._batch_size += max(1, len(chunks))
        if self._batch_size >= BATCH_CHUNKS:
            self._commit()

    def _commit(self) -> None:
        """Embed what the store has not embedded before, and write the batch in one transaction."""
        hashes = {chunk.text_hash: chunk.embedded_text for pending in self._batch for chunk in pending.chunks}
        known = self._store.known_hashes(list(hashes))
        missing = {key: text for key, text in hashes.items() if key not in known}
        total = self._account.chunks + sum(len(pending.chunks) for pending in self._batch)
        embedded = list(self._embed(missing))
        with self._store.transaction() as tx:
            for keys, vectors in embedded:
                tx.put_vectors(keys, vectors)
            self._write(tx)
        self._account.chunks = total
        self._account.embedded += len(missing)
        self._labelled.clear()
        self._batch.clear()
        self._batch_size = 0
        self._broken.clear()
        self._touched.clear()
        if total >= self._merge_at:
            self._store.finish()
            self._merge_at = 2 * total

    def _write(self, tx: Transaction) -> None:
        """The documents of the batch, and what the run has learned of other sources since the one before."""
        for each in self._batch:
            keys = [chunk.text_hash for chunk in each.chunks]
            tx.put(each.document, each.fingerprint, each.chunks, keys, each.size, each.stamp)
            if each.before:
                tx.remove(each.before)
        for uri, reason in self._broken.items():
            tx.fail(uri, reason)
        for uri, seen in self._touched.items():
            tx.restamp(uri, *seen)
        self._remember(tx)
        remember_given(tx, self._labelled, self._ledger.given, self._ledger.roots)
        kept = self._account.kept
        uris = (each.document.uri for each in self._batch)
        remember_kept(tx, {uri: kept[uri] for uri in uris if uri in kept})

    def _remember(self, tx: Transaction) -> None:
        """The places that the run looks through; of a page some are known only when it has been fetched."""
        begun = [area for origin in self._begun for area in origin.areas if area not in self._remembered]
        if begun:
            remember(tx, begun, self._ledger, self._limits.exclude, self._store.roots())
            self._remembered.update(begun)

    def _embed(self, texts: Mapping[str, str]) -> Iterator[tuple[list[str], Vectors]]:
        """Vectors by text hash, some at a time to show progress; like lengths together, as embedders want them."""
        order = sorted(texts, key=lambda key: len(texts[key]))
        for start in range(0, len(order), EMBEDDED_AT_ONCE):
            keys = order[start : start + EMBEDDED_AT_ONCE]
            yield keys, passage_vectors(self._embedder, [texts[key] for key in keys])
            self._progress("embedded", self._account.chunks + start + len(keys), 0)

    def _fail(self, uri: str, reason: str) -> None:
        self._account.fail(uri, reason)
        self._broken[uri] = reason

    def _reconcile(self) -> None:
        """What was seen and did not fail must be in the store; what is not is a failure, whatever was counted."""
        stored = self._store.content_hashes()
        for uri in self._account.outcomes.keys() - self._account.failed.keys():
            if uri not in stored:
                self._fail(uri, "it was read but is not in the store")
        if self._broken:
            self._commit()
