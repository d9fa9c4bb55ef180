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
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ragkit import config
from ragkit.arguments import check
from ragkit.asking import Asking
from ragkit.errors import StoreMissing
from ragkit.ingest.report import Failure as Failure
from ragkit.ingest.report import IngestReport as IngestReport
from ragkit.pipeline import Pipeline
from ragkit.protocols import Embedder, Generator, Progress, Reranker, Verifier
from ragkit.store.store import DocumentInfo as DocumentInfo
from ragkit.types import Document, Metadata, Scope
from ragkit.upkeep import Status as Status

if TYPE_CHECKING:
    from ragkit.ingest.labels import Labels
    from ragkit.ingest.named import Limits


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


class Kit(Asking):
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
