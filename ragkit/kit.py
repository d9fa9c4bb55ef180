"""Kit: a store with a pipeline, and the one object that an application embeds.

    kit = ragkit.open("./.ragkit")
    kit.ingest("docs")
    answer = kit.ask("How many days of leave do I have?")

A kit may be used from several threads. It prints nothing; progress comes through a callback, notes through `logging`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ragkit import config
from ragkit.answer import AnswerStream as AnswerStream
from ragkit.answer import build_prompt, no_document
from ragkit.arguments import check
from ragkit.errors import StoreMissing, UsageError
from ragkit.generate.refusal import REFUSAL
from ragkit.generate.sampling import given
from ragkit.ingest.report import Failure as Failure
from ragkit.ingest.report import IngestReport as IngestReport
from ragkit.pipeline import Pipeline
from ragkit.protocols import Embedder, Generator, Progress, Reranker, Verifier
from ragkit.retrieve.followup import standalone
from ragkit.retrieve.hybrid import HybridRetriever
from ragkit.retrieve.rerank import blended
from ragkit.retrieve.trace import Traced
from ragkit.store.store import DocumentInfo as DocumentInfo
from ragkit.types import Answer, Document, Hit, Metadata, Prompt, Sampling, Scope
from ragkit.upkeep import Status as Status
from ragkit.upkeep import Upkeep

if TYPE_CHECKING:
    from ragkit.answer_async import AsyncAnswerStream
    from ragkit.ingest.labels import Labels
    from ragkit.ingest.named import Limits

LONGEST_QUESTION = 8_000
"""Characters. A longer question is a document that was pasted by mistake."""


def open(  # noqa: A001
    store: str | Path | None = None,
    settings: Mapping[str, object] | None = None,
    *,
    embedder: Embedder | None = None,
    generator: Generator | None = None,
    reranker: Reranker | None = None,
    verifier: Verifier | None = None,
) -> Kit:
    """A kit on the store at ``store`` (by default what the configuration says, ``./.ragkit``).

    The store need not exist yet: the first `Kit.ingest` makes it.

    Args:
        store: The store's folder; it goes before the one that ``settings`` may name.
        settings: Dotted keys that go before files and environment, such as ``{"retrieve.hits": 5}``.
        embedder: A part of your own (`ragkit.protocols`) instead of the one that the settings name, and so are the
            others. The kit calls it from whichever threads use the kit, several at once.
        generator: As above.
        reranker: As above.
        verifier: As above.

    Raises:
        ConfigError: A setting does not exist or cannot have that value.
        UsageError: The store is no path, the settings are not values by name, or a part lacks what its kind must have.
    """
    if store is not None:
        check("The store", store, str, os.PathLike)
    if settings is not None:
        check("What goes for settings", settings, Mapping)
    named = {} if store is None else {"store": str(store)}
    chosen = config.load({**(settings or {}), **named})
    return Kit(chosen, Pipeline(chosen, embedder=embedder, generator=generator, verifier=verifier, reranker=reranker))


class Kit(Upkeep):
    """A store with a pipeline."""

    def ingest(
        self,
        what: str | Path | Document | Iterable[str | Path | Document],
        *,
        prune: bool = False,
        progress: Progress | None = None,
        exclude: str | Iterable[str] = (),
        metadata: Metadata | None = None,
        collection: str | None = None,
        principals: Iterable[str] | None = None,
        dry_run: bool = False,
    ) -> IngestReport:
        """Bring the store in line with files, folders, addresses and documents given in memory.

        Threads take turns. Of several documents with one uri the last one stays, and a file goes before a document.
        Metadata, collection and principals are given to every document of the run. What is not said holds as an
        earlier run said it of the same document or folder; changing them embeds nothing again. A store that an earlier
        version of ragkit has chunked in another way is reindexed first.

        Args:
            what: One or several of: a path to a file or folder, a glob (``docs/**/*.md``), a web page
                (``https://...``), the pages of a sitemap (``sitemap:https://...``), an address that fsspec reads
                (``s3://...``), a `Document`. Documents of an iterator are taken as they come, and held no longer than
                it takes to commit them.
            prune: Remove documents under the given paths whose file has vanished or is now ignored.
            progress: Called with what is going on, how many are done, and how many there are (0: not known).
            exclude: A pattern as in a ``.gitignore``, or several, seen from the current folder.
            metadata: Values by name; they go before those that a document brings itself. A filter finds those named
                ``type``, ``title``, ``uri`` or ``collection`` as ``metadata.type`` and so on.
            collection: The part of the store that the documents belong to.
            principals: The users and groups that may see them; none: all may. Unlike those that a `Document` brings
                itself they hold for later runs, in which it is given without any.
            dry_run: Only tell what would happen. Nothing is embedded or written, and no store is made.

        Raises:
            UsageError: A path does not exist, a pattern or label is invalid, or an address is of the network and the
                settings say ``offline``. Nothing has been written then, unless an iterator gave it.
            EndpointError: A remote folder cannot be reached; nothing has been written then either. Or the embedder's
                server fails.
            ModelError: The embedder cannot be loaded.
            StoreLocked: Another process is writing to the store.
            StoreMismatch: The store was made with another embedder or chunker.
        """
        from ragkit.ingest.labels import fields_of, labels_of
        from ragkit.ingest.named import refuse_missing, several

        items = several(what)
        limits = self._limits(exclude)
        labels = labels_of(metadata, collection, principals, fields_of(self.settings))
        if isinstance(items, Collection):
            refuse_missing(items, limits)
        take_in = self._rehearse if dry_run else self._run
        return take_in(items, limits, labels, prune, progress)

    def watch(
        self,
        what: str | Path | Iterable[str | Path],
        *,
        progress: Progress | None = None,
        exclude: str | Iterable[str] = (),
        metadata: Metadata | None = None,
        collection: str | None = None,
        principals: Iterable[str] | None = None,
        stop: threading.Event | None = None,
    ) -> Iterator[IngestReport]:
        """Keep the store in line with folders while they change: `ingest` with ``prune``, again after each change.

        Yields the report of the first run, then one for each burst of changes that changed the store. Between runs
        others may write; a store that is locked then is waited for. Documents whose file vanishes are removed, those
        of a folder that vanishes whole are not: it may be a disk that comes back.

        Args:
            what: One or several folders, or globs.
            stop: Set it to end; so does closing the iterator.
            progress: These and the others as for `ingest`.
            exclude: As above.
            metadata: As above.
            collection: As above.
            principals: As above.

        Raises:
            UsageError: There is no such folder, or a pattern or label is invalid.
            ModelError: The embedder cannot be loaded.
            EndpointError: The embedder's server fails.
            StoreMismatch: The store was made with another embedder or chunker.
        """
        from ragkit.ingest.labels import labels_of
        from ragkit.ingest.named import refuse_missing, several
        from ragkit.ingest.watch import folders_of, keep_in_line

        paths = cast("list[str | Path]", [*several(what)])
        names = labels_of(metadata, collection, principals).principals
        # now, not in the first run: what a run refuses may be a folder that comes back, and is waited for
        folders, limits = folders_of(paths), self._limits(exclude)
        refuse_missing(paths, limits)

        def run() -> IngestReport:
            return self.ingest(
                paths,
                prune=True,
                progress=progress,
                exclude=limits.exclude,
                metadata=metadata,
                collection=collection,
                principals=names,
            )

        return keep_in_line(folders, self._place, run, stop or threading.Event())

    def _run(
        self,
        items: Iterable[str | Path | Document],
        limits: Limits,
        labels: Labels,
        prune: bool,
        progress: Progress | None,
    ) -> IngestReport:
        from ragkit.ingest.run import Ingestion

        store = self._store_to_write()
        with self._turn, store.writing():
            embedder, chunker = self._embedder(store), self._chunker(store, progress)
            run = Ingestion(store, embedder, chunker, limits=limits, labels=labels, progress=progress)
            return run.run(items, prune=prune)

    def _rehearse(
        self,
        items: Iterable[str | Path | Document],
        limits: Limits,
        labels: Labels,
        prune: bool,
        progress: Progress | None,
    ) -> IngestReport:
        from ragkit.ingest.rehearse import rehearse

        try:
            store = self._store()
        except StoreMissing:
            store = None
        return rehearse(items, store, limits=limits, labels=labels, prune=prune, progress=progress)

    def search(
        self,
        query: str,
        k: int | None = None,
        *,
        filter: str = "",  # noqa: A002 - what everybody calls it
        collection: str = "",
        identity: Iterable[str] | None = None,
    ) -> list[Hit]:
        """The ``k`` passages that match best, best first.

        Args:
            query: What to look for.
            k: How many; by default what the settings say.
            filter: A condition on metadata, such as ``team = "legal" and year >= 2023``; see `ragkit.store.filters`.
            collection: Only documents of this collection.
            identity: The asker's principals, groups included: whatever is returned is the same as if the store held
                nothing but what they may see. None trusts the caller with everything.

        Raises:
            UsageError: The query is empty or longer than 8,000 characters, ``k`` is less than 1, the filter is
                malformed, or an argument is of another kind.
            ConfigError: ``retrieve.expand`` is set, and the generator cannot be told what to write.
            StoreMissing: Nothing has been ingested.
            StoreMismatch: The store was made with another embedder.
            ModelError: The embedder or the reranker cannot be loaded.
            EndpointError: The server of the embedder, or of what writes more to search for, fails.
        """
        found = self.explain(query, k, filter=filter, collection=collection, identity=identity)
        return [traced.hit for traced in found]

    def explain(
        self,
        query: str,
        k: int | None = None,
        *,
        filter: str = "",  # noqa: A002
        collection: str = "",
        identity: Iterable[str] | None = None,
    ) -> list[Traced]:
        """`search`, and how each hit came to its place. It raises what `search` does."""
        _check_question(query)
        k = self.settings.retrieve.hits if k is None else k
        check("The number of passages, k,", k, Integral)
        if k < 1:
            raise UsageError(f"{k} passages cannot be retrieved.", "Ask for 1 or more.")
        scope = Scope.of(filter, collection, identity)
        settings = self.settings.retrieve
        retriever = self._retriever()
        reranker = self._pipeline.reranker
        if reranker is None:
            return retriever.traced(query, k, scope)
        found = retriever.traced(query, max(k, settings.rerank_depth), scope)
        return blended(reranker, query, found, settings.rerank_depth, settings.rerank_weight)[:k]

    def _retriever(self) -> HybridRetriever:
        store = self._store()
        return HybridRetriever(store, lambda: self._embedder(store), self.settings.retrieve, self._pipeline.expansion)

    def _read(self, question: str, scope: Scope) -> str:
        """The question as it is answered: language models read misspelt words, the small ones do not."""
        return question if self.prompted else self._retriever().spelled(question, scope, names=False)

    @property
    def sampling(self) -> Sampling:
        """How the settings say that the generator picks tokens; `dataclasses.replace` makes one for a call of it."""
        return self._pipeline.sampling()

    def _sampled(self, sampling: Sampling | None) -> Sampling:
        return self.sampling if sampling is None else given(sampling)

    def prompt(
        self,
        question: str,
        *,
        filter: str = "",  # noqa: A002
        collection: str = "",
        identity: Iterable[str] | None = None,
        sampling: Sampling | None = None,
    ) -> Prompt:
        """Exactly what a language model would be sent for this question; the arguments are those of `ask`.

        Raises:
            PromptError: The prompt cannot fit the generator's window, or its file is invalid.
            RagkitError: As `search` does. ModelError and EndpointError are the generator's, too.
        """
        sampled = self._sampled(sampling)
        found = self.search(question, filter=filter, collection=collection, identity=identity)
        return build_prompt(self._pipeline, question, found, sampled)

    @property
    def prompted(self) -> bool:
        """Whether the generator is sent a prompt's messages; others take question and passages alone."""
        return self._pipeline.generator.reads_messages

    @property
    def verbatim(self) -> bool:
        """Whether the generator quotes the documents, so that its sentences are there at once."""
        return self._pipeline.generator.verbatim

    def ask(
        self,
        question: str,
        *,
        id: str | int = "",  # noqa: A002 - the field's name in the wire format
        after: str | Answer = "",
        filter: str = "",  # noqa: A002
        collection: str = "",
        identity: Iterable[str] | None = None,
        sampling: Sampling | None = None,
    ) -> Answer:
        """The answer to a question, its sentences checked and cited, or an abstention.

        Args:
            question: What is asked.
            id: The asker's own name for it, which the answer bears.
            after: The question before, or its answer: "And in Austria?" is then asked as a whole question, which the
                answer's ``question`` is. One that stands alone is asked as it is.
            filter: As for `search`, and so are the others.
            collection: As above.
            identity: As above.
            sampling: How a language model picks tokens in this call, instead of as the settings say (`Kit.sampling`).
                What quotes the documents picks none.

        Raises:
            UsageError: The question is empty or longer than 8,000 characters, ``after`` is neither text nor answer, the
                filter is malformed, a value of ``sampling`` has no meaning, or the settings name a part that does not
                exist.
            ConfigError: ``retrieve.expand`` is set, and the generator cannot be told what to write.
            PromptError: The prompt cannot fit the generator's window, or its file is invalid.
            StoreMissing: Nothing has been ingested.
            StoreMismatch: The store was made with another embedder.
            ModelError: A model cannot be loaded, or fails.
            EndpointError: The server of the generator or of the embedder fails.
        """
        return self.stream(
            question, id=id, after=after, filter=filter, collection=collection, identity=identity, sampling=sampling
        ).answer

    async def aask(
        self,
        question: str,
        *,
        id: str | int = "",  # noqa: A002
        after: str | Answer = "",
        filter: str = "",  # noqa: A002
        collection: str = "",
        identity: Iterable[str] | None = None,
        sampling: Sampling | None = None,
    ) -> Answer:
        """`ask` in a worker thread. It raises what `ask` does."""
        import asyncio

        return await asyncio.to_thread(
            self.ask,
            question,
            id=id,
            after=after,
            filter=filter,
            collection=collection,
            identity=identity,
            sampling=sampling,
        )

    def stream(
        self,
        question: str,
        *,
        id: str | int = "",  # noqa: A002
        after: str | Answer = "",
        filter: str = "",  # noqa: A002
        collection: str = "",
        identity: Iterable[str] | None = None,
        sampling: Sampling | None = None,
    ) -> AnswerStream:
        """The answer as it arises: iterate over the pieces, then read ``.answer``, which has been checked.

        Raises:
            UsageError: The question is empty or longer than 8,000 characters, or an argument is of another kind.
                Everything else that `ask` raises comes with the first piece or a later one.
        """
        _check_question(question)
        check("The id", id, str, Integral)
        if after:
            question = standalone(question, _question_of(after))
        scope = Scope.of(filter, collection, identity)
        return AnswerStream(
            self._pipeline,
            question,
            id=id,
            sampling=self._sampled(sampling),
            load=self.load,
            read=lambda text: self._read(text, scope),
            retrieve=lambda text: self.search(text, filter=filter, collection=collection, identity=scope.identity),
            document=lambda uri: self._store().document(uri, scope),
            nothing=lambda: ("" if self._store().counts(scope).documents else self.no_document(scope)) or REFUSAL,
        )

    def astream(
        self,
        question: str,
        *,
        id: str | int = "",  # noqa: A002
        after: str | Answer = "",
        filter: str = "",  # noqa: A002
        collection: str = "",
        identity: Iterable[str] | None = None,
        sampling: Sampling | None = None,
    ) -> AsyncAnswerStream:
        """`stream` for async code: ``async for`` over the pieces, then ``await stream.answer()``.

        Leaving the loop early, or being cancelled in it, stops generation. It raises what `stream` does.
        """
        from ragkit.answer_async import AsyncAnswerStream

        return AsyncAnswerStream(
            self.stream(
                question, id=id, after=after, filter=filter, collection=collection, identity=identity, sampling=sampling
            )
        )

    def no_document(self, scope: Scope) -> str:
        """What to say of a scope without documents, with the nearest name to one in its filter that none has."""
        return no_document(scope, *self._store().lacking(scope))

    def documents(
        self,
        *,
        filter: str = "",  # noqa: A002
        collection: str = "",
        identity: Iterable[str] | None = None,
    ) -> list[DocumentInfo]:
        """What is in the store, in order of uri.

        Raises:
            UsageError: The filter is malformed.
            StoreMissing: Nothing has been ingested.
        """
        return list(self._store().documents(Scope.of(filter, collection, identity)))

    def document(
        self,
        uri: str,
        *,
        filter: str = "",  # noqa: A002
        collection: str = "",
        identity: Iterable[str] | None = None,
    ) -> Document:
        """One document as it was ingested.

        Raises:
            UsageError: There is no such document that the asker may see; the nearest name that they may is suggested.
                Or the filter is malformed.
            StoreMissing: Nothing has been ingested.
        """
        check("The uri", uri, str)
        return self._store().document(uri, Scope.of(filter, collection, identity))

    def remove(self, uri: str) -> DocumentInfo:
        """Take a document out of the store.

        Raises:
            UsageError: There is no such document; the nearest name is suggested.
            StoreMissing: Nothing has been ingested.
            StoreLocked: Another process is writing to the store.
        """
        check("The uri", uri, str)
        store = self._store()
        with self._turn, store.writing():
            # The whole uri: what is taken away is not guessed. Its text is not read: it may be damaged.
            info = next((each for each in store.documents() if each.uri == uri), None)
            if info is None:
                raise store.unknown(uri)
            with store.transaction() as tx:
                tx.remove(info.uri)
            store.finish()
        return info

    def load(self) -> None:
        """Open the store and load the models now, rather than with the first question.

        Raises:
            StoreMissing: Nothing has been ingested.
            StoreMismatch: The store was made with another embedder.
            UsageError: The settings name a part that does not exist.
            PromptError: The prompt file is invalid.
            ModelError: A model cannot be loaded.
            EndpointError: The embedder's server fails.
        """
        store = self._store()
        self._pipeline.load()
        self._embedder(store)


def _check_question(question: str) -> None:
    check("The question", question, str)
    if not question.strip():
        raise UsageError("The question is empty.", "Ask something.")
    if not any(map(str.isalnum, question)):
        raise UsageError("The question has no word in it.", "Ask something.")
    if len(question) > LONGEST_QUESTION:
        raise UsageError(
            f"The question has {len(question):,} characters; the limit is {LONGEST_QUESTION:,}.",
            "Ingest long texts and ask about them.",
        )
    try:
        question.encode()
    except UnicodeEncodeError as error:
        raise UsageError("The question is not valid Unicode (half a surrogate pair).", "Write it in UTF-8.") from error


def _question_of(before: str | Answer) -> str:
    """The question before a follow-up."""
    if not isinstance(before, str | Answer):
        raise UsageError(f"What was asked before is {type(before).__name__}.", "Give the question, or its answer.")
    return before if isinstance(before, str) else before.question
