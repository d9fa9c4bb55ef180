"""Kit: a store with a pipeline, and the one object that an application embeds.

    kit = ragkit.open("./.ragkit")
    kit.ingest("docs")
    answer = kit.ask("How many days of leave do I have?")

A kit may be used from several threads. It prints nothing; progress comes through a callback, notes through `logging`.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from ragkit import config
from ragkit.answer import AnswerStream as AnswerStream
from ragkit.answer import build_prompt
from ragkit.errors import ModelError, StoreMismatch, StoreMissing, UsageError
from ragkit.ingest.report import Failure as Failure
from ragkit.ingest.report import IngestReport as IngestReport
from ragkit.models.embedders import made_with
from ragkit.pipeline import Pipeline
from ragkit.protocols import Chunker, Embedder, Progress
from ragkit.retrieve.hybrid import HybridRetriever
from ragkit.store.store import DocumentInfo as DocumentInfo
from ragkit.store.store import Store
from ragkit.types import Answer, Document, Hit, Prompt

if TYPE_CHECKING:
    from ragkit.store.check import Finding

LONGEST_QUESTION = 8_000
"""Characters. A longer question is a document that was pasted by mistake."""


def open(store: str | Path | None = None, settings: Mapping[str, object] | None = None) -> Kit:  # noqa: A001
    """A kit on the store at ``store`` (by default what the configuration says, ``./.ragkit``).

    The store need not exist yet: the first `Kit.ingest` makes it.

    Args:
        store: The store's folder.
        settings: Dotted keys that go before files and environment, such as ``{"retrieve.hits": 5}``.

    Raises:
        ConfigError: A setting does not exist or cannot have that value.
    """
    return Kit(config.load({**(settings or {}), "store": None if store is None else str(store)}))


@dataclass(frozen=True, slots=True)
class Status:
    """A store at a glance, and the sources that could not be taken in. ``vectors`` are fewer where texts repeat."""

    path: Path
    documents: int
    chunks: int
    vectors: int
    embedder: str
    chunker: str
    index: str
    schema: int
    size_bytes: int
    failures: tuple[Failure, ...]


class Kit:
    """A store with a pipeline."""

    def __init__(self, settings: config.Settings, pipeline: Pipeline | None = None) -> None:
        self.settings = settings
        self.path = Path(settings.store)
        self._pipeline = pipeline or Pipeline(settings)
        self._lock = threading.RLock()
        # the store's own lock keeps other kits out, but not this kit's other threads
        self._turn = threading.RLock()
        self._opened: Store | None = None

    def ingest(
        self,
        what: str | Path | Document | Iterable[str | Path | Document],
        *,
        prune: bool = False,
        progress: Progress | None = None,
    ) -> IngestReport:
        """Bring the store in line with files, folders and documents given in memory.

        Threads take turns. Of several documents with one uri the last one stays, and a file goes before a document.

        Args:
            what: One or several of: a path to a file or folder, a `Document`. Documents of an iterator are taken as
                they come, and held no longer than it takes to commit them.
            prune: Remove documents under the given paths whose file has vanished.
            progress: Called with what is going on, how many are done, and how many there are (0: not known).

        Raises:
            UsageError: A path does not exist. Nothing has been written then, unless an iterator gave it.
            StoreLocked: Another process is writing to the store.
            StoreMismatch: The store was made with another embedder or chunker.
        """
        from ragkit.ingest.run import Ingestion, refuse_missing

        items = [what] if isinstance(what, str | Path | Document) else what
        if isinstance(items, Collection):
            refuse_missing(items)
        store = self._store_to_write()
        with self._turn, store.writing():
            run = Ingestion(
                store,
                self._embedder(store),
                self._chunker(store),
                max_bytes=self.settings.ingest.max_file_mb * 2**20,
                progress=progress,
            )
            return run.run(items, prune=prune)

    def search(self, query: str, k: int | None = None) -> list[Hit]:
        """The ``k`` passages that match best, best first.

        Raises:
            UsageError: The query is empty or longer than 8,000 characters, or ``k`` is less than 1.
            StoreMissing: Nothing has been ingested.
        """
        _check_question(query)
        k = self.settings.retrieve.hits if k is None else k
        if k < 1:
            raise UsageError(f"{k} passages cannot be retrieved.", "Ask for 1 or more.")
        store = self._store()
        retriever = HybridRetriever(store, lambda: self._embedder(store), self.settings.retrieve)
        reranker = self._pipeline.reranker
        if reranker is None:
            return list(retriever.retrieve(query, k))
        hits = retriever.retrieve(query, max(k, self.settings.retrieve.rerank_depth))
        return list(reranker.rerank(query, hits))[:k]

    def prompt(self, question: str) -> Prompt:
        """Exactly what a language model would be sent for this question."""
        return build_prompt(self._pipeline, question, self.search(question))

    def ask(self, question: str, *, id: str = "") -> Answer:  # noqa: A002 - the field's name in the wire format
        """The answer to a question, its sentences checked and cited, or an abstention.

        Raises:
            UsageError: The question is empty or longer than 8,000 characters.
            StoreMissing: Nothing has been ingested.
            EndpointError: The generator's server fails.
            PromptError: The prompt cannot fit the generator's window.
        """
        return self.stream(question, id=id).answer

    async def aask(self, question: str, *, id: str = "") -> Answer:  # noqa: A002
        """`ask` in a worker thread."""
        import asyncio

        return await asyncio.to_thread(self.ask, question, id=id)

    def stream(self, question: str, *, id: str = "") -> AnswerStream:  # noqa: A002
        """The answer as it arises: iterate over the pieces, then read ``.answer``, which has been checked."""
        _check_question(question)
        return AnswerStream(
            self._pipeline, question, id=id, load=self.load, retrieve=self.search, document=self.document
        )

    def documents(self) -> list[DocumentInfo]:
        """What is in the store, in order of uri."""
        return list(self._store().documents())

    def document(self, uri: str) -> Document:
        """One document as it was ingested.

        Raises:
            UsageError: There is no such document; the nearest name is suggested.
        """
        return self._store().document(uri)

    def remove(self, uri: str) -> DocumentInfo:
        """Take a document out of the store.

        Raises:
            UsageError: There is no such document; the nearest name is suggested.
        """
        store = self._store()
        with self._turn, store.writing():
            # The whole uri: what is taken away is not guessed.
            store.document(uri)
            info = store.resolve(uri)
            with store.transaction() as tx:
                tx.remove(info.uri)
            store.finish()
        return info

    def status(self) -> Status:
        """What is in the store, and what could not be taken in."""
        store = self._store()
        info = store.info()
        return Status(
            path=info.path,
            documents=info.counts.documents,
            chunks=info.counts.chunks,
            vectors=info.counts.vectors,
            embedder=info.embedder,
            chunker=info.chunker,
            index=f"{info.recipe}: {info.indexed:,} rows in FAISS, {info.pending:,} beside it",
            schema=info.schema,
            size_bytes=info.bytes,
            failures=tuple(Failure(each.uri, each.reason) for each in store.failures()),
        )

    def doctor(self) -> list[Finding]:
        """Whether models and store are sound, and what mends what is not. Reads all of the store."""
        from ragkit.models.runtime import describe
        from ragkit.store.check import Finding, check

        findings = [Finding("ok", describe(), "")]
        try:
            findings.append(_models_load())
        except ModelError as error:
            findings.append(Finding("error", error.message, error.hint))
        try:
            findings += check(self.path)
        except StoreMissing as error:
            findings.append(Finding("error", error.message, error.hint))
        return findings

    def load(self) -> None:
        """Open the store and load the models now, rather than with the first question.

        Raises:
            StoreMissing: Nothing has been ingested.
            UsageError: The settings name a part that does not exist.
            ModelError: A model cannot be loaded.
        """
        store = self._store()
        self._pipeline.load()
        self._embedder(store)

    def close(self) -> None:
        """Let go of the store. The kit opens it again when it is used again."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def __enter__(self) -> Kit:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _store(self) -> Store:
        with self._lock:
            if self._opened is None:
                self._opened = Store.open(self.path)
                self._pipeline.adopt(made_with(self._opened.embedder_fingerprint))
            return self._opened

    def _store_to_write(self) -> Store:
        """The store, made now if there is none."""
        with self._lock:
            try:
                return self._store()
            except StoreMissing:
                embedder = self._pipeline.embedder
                Store.create(
                    self.path,
                    embedder_fingerprint=embedder.fingerprint,
                    dimension=embedder.dimension,
                    chunker_fingerprint=self._pipeline.chunker().fingerprint,
                ).close()
                return self._store()

    def _embedder(self, store: Store) -> Embedder:
        """The pipeline's embedder, once it is known to be the one that made the store."""
        embedder = self._pipeline.embedder
        store.check_embedder(embedder.fingerprint)
        return embedder

    def _chunker(self, store: Store) -> Chunker:
        chunker = self._pipeline.chunker()
        if chunker.fingerprint != store.chunker_fingerprint:
            raise StoreMismatch(
                f"The store was chunked by {store.chunker_fingerprint}, and this would be {chunker.fingerprint}.",
                "Keep ingest.target_tokens as it was, or ingest into another store with --store.",
            )
        return chunker


def _models_load() -> Finding:
    from ragkit.models.minilm import MiniLMEmbedder
    from ragkit.models.reader import ReaderModel
    from ragkit.store.check import Finding

    MiniLMEmbedder().load()
    ReaderModel().load()
    return Finding("ok", "The bundled encoder and the reader that ships are whole.", "")


def _check_question(question: str) -> None:
    if not question.strip():
        raise UsageError("The question is empty.", "Ask something.")
    if len(question) > LONGEST_QUESTION:
        raise UsageError(
            f"The question has {len(question):,} characters; the limit is {LONGEST_QUESTION:,}.",
            "Ingest long texts and ask about them.",
        )
    try:
        question.encode()
    except UnicodeEncodeError as error:
        raise UsageError("The question is not valid Unicode (half a surrogate pair).", "Write it in UTF-8.") from error
