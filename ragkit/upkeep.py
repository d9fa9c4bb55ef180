"""What is done to a store as a whole: forgetting, backup, reindexing, the look for what is wrong, and the proof."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ragkit.arguments import check, names
from ragkit.errors import ModelError, StoreMissing, UsageError
from ragkit.ingest.report import Failure
from ragkit.models.embedders import made_with
from ragkit.opened import Opened
from ragkit.protocols import Progress
from ragkit.suggest import did_you_mean
from ragkit.types import EVERYTHING, Scope

if TYPE_CHECKING:
    from ragkit.ingest.reindex import ReindexReport
    from ragkit.store.check import Finding, Line
    from ragkit.store.erase import Erasure


@dataclass(frozen=True, slots=True)
class Status:
    """A store at a glance, and the sources that could not be taken in. ``vectors`` are fewer where texts repeat.

    ``unread`` are parts of documents that could not be read, and why; ``empty`` are documents without text;
    ``unsupported`` are files that no reader takes, in the folders that were ingested, as they stand now. Of a part of
    the store there is no ``size_bytes``, and neither failures nor such files are told.
    """

    path: Path
    documents: int
    chunks: int
    vectors: int
    embedder: str
    chunker: str
    index: str
    schema: int
    size_bytes: int | None
    failures: tuple[Failure, ...]
    unread: tuple[Failure, ...] = ()
    unsupported: tuple[Failure, ...] = ()
    empty: tuple[str, ...] = ()


class Upkeep(Opened):
    """The part of `ragkit.kit.Kit` that looks after the store."""

    def status(
        self,
        *,
        filter: str = "",  # noqa: A002 - as in `Kit.search`
        collection: str = "",
        identity: Iterable[str] | None = None,
    ) -> Status:
        """What is in the store, and what could not be taken in.

        Of a scope only what is counted in it is told: sizes and failures are of the whole store, and would tell of
        documents that the asker may not see.

        Raises:
            UsageError: The filter is malformed.
            StoreMissing: Nothing has been ingested.
        """
        from ragkit.ingest.drift import without_reader

        store, scope = self._store(), Scope.of(filter, collection, identity)
        info, counts = store.info(), store.counts(scope)
        whole = scope == EVERYTHING
        return Status(
            path=info.path,
            documents=counts.documents,
            chunks=counts.chunks,
            vectors=counts.vectors,
            embedder=info.embedder,
            chunker=info.chunker,
            index=info.index if whole else info.recipe,
            schema=info.schema,
            size_bytes=info.bytes if whole else None,
            failures=tuple(Failure(each.uri, each.reason) for each in store.failures()) if whole else (),
            unread=tuple(Failure(each.uri, each.what) for each in store.unread(scope)),
            unsupported=tuple(Failure(each.uri, each.reason) for each in without_reader(store, self._limits(())))
            if whole
            else (),
            empty=tuple(store.without_text(scope)),
        )

    def forget(self, uris: str | Iterable[str] = (), *, filter: str = "") -> Erasure:  # noqa: A002 - as in `Kit.search`
        """Take documents out for good: their bytes are overwritten, and they are never taken in again.

        Args:
            uris: Documents by name; a text alone is one.
            filter: More of them, by a condition on metadata, such as ``author = "Ann"``. A blank one names none.

        Raises:
            UsageError: One of them is not in the store (the nearest name is suggested), or the filter is malformed.
                Nothing has been changed then.
            StoreMissing: Nothing has been ingested.
            StoreLocked: Another process is writing to the store.
            StoreError: A reader has been looking at an older state of the store for half a minute.
        """
        from ragkit.store.erase import forget

        named, where = names("The documents", uris), Scope.of(filter)
        with self._turn:
            store = self._store()
            # blank is no condition to a search: what is erased must have been named
            found = [info.uri for info in store.documents(where)] if where.where.strip() else []
            return forget(store, list(dict.fromkeys([*named, *found])))

    def unforget(self, uri: str) -> None:
        """Allow a source again that was forgotten.

        Raises:
            UsageError: It was not forgotten; the nearest name is suggested.
            StoreMissing: Nothing has been ingested.
            StoreLocked: Another process is writing to the store.
        """
        check("The uri", uri, str)
        store = self._store()
        with self._turn, store.writing(), store.transaction() as tx:
            if not tx.unforget(uri):
                forgotten = [each.uri for each in store.forgotten()]
                raise UsageError(f"{uri!r} was not forgotten.", did_you_mean(uri, forgotten))

    def backup(self, target: str | Path) -> None:
        """A copy of the store in the new folder ``target``, whoever writes meanwhile. It is a store: just open it.

        Raises:
            StoreMissing: Nothing has been ingested.
            StoreError: There is something at ``target`` already, or it cannot be written.
        """
        check("The target", target, str, os.PathLike)
        self._store().backup(target)

    def reindex(self, *, recipe: str = "", progress: Progress | None = None) -> ReindexReport:
        """Make chunks, vectors and index anew from the stored texts, as the settings now say. Readers go on meanwhile.

        Args:
            recipe: The index recipe from now on; the store's own when empty.
            progress: Called with documents done and how many there are.

        Raises:
            StoreMissing: Nothing has been ingested.
            StoreLocked: Another process is writing to the store.
            UsageError: There is no index recipe of that name.
            ModelError: The embedder cannot be loaded.
            EndpointError: The embedder's server fails.
        """
        from ragkit.ingest.reindex import reindex

        store = self._store()
        with self._turn:
            # what nobody chose is as the store has it now, whoever reindexed it meanwhile
            self._pipeline.adopt(made_with(store.embedder_fingerprint))
            self._pipeline.adopt_chunks(store.chunker_fingerprint)
            return reindex(store, self._pipeline.embedder, self._pipeline.chunker(), recipe=recipe, progress=progress)

    def doctor(self) -> list[Finding]:
        """Whether models and store are sound, and what mends what is not. Reads all of the store."""
        from ragkit.models.runtime import describe
        from ragkit.store.check import Finding, check, resembling

        findings = [Finding("ok", describe(), ""), *_models_found(), *_plug_ins_found()]
        try:
            findings += check(self._place) or [self._sound(), *self._in_part(), *resembling(self._place)]
        except StoreMissing as error:
            findings.append(Finding("error", error.message, error.hint))
        return findings

    def _sound(self) -> Finding:
        from ragkit.store.check import Finding

        counts = self._store().info().counts
        what = f"The store at {self.path} is sound: {counts.documents:,} documents, {counts.chunks:,} chunks."
        return Finding("ok", what, "")

    def _in_part(self) -> list[Finding]:
        from ragkit.store.check import SHOWN, Finding, read_whole

        found = read_whole(self._store()).findings
        more = len(found) - SHOWN
        rest = [Finding("warning", f"{more:,} more parts of documents were not read.", "Run: ragkit status")]
        return [*found[:SHOWN], *(rest if more > 0 else ())]

    def prove(self, progress: Progress | None = None) -> list[Line]:
        """That nothing was lost: what must hold of the store and of its sources, line by line. Reads all of both.

        Raises:
            StoreMissing: Nothing has been ingested.
        """
        from ragkit.ingest.drift import examine_sources
        from ragkit.store.check import examine, read_whole

        store = self._store()
        return [
            *examine(self._place, thorough=True),
            read_whole(store),
            *examine_sources(store, self._limits(()), progress),
        ]


def _plug_ins_found() -> Iterator[Finding]:
    from ragkit import registry
    from ragkit.store.check import Finding

    found = registry.plug_ins()
    for kind in registry.KINDS:
        if sound := [each.told for each in found if each.kind == kind and not each.failure]:
            yield Finding("ok", f"Plug-ins, {kind}: {', '.join(sound)}.", "")
    for each in found:
        if each.failure:
            what = f"The {each.kind} {each.told}, a plug-in, cannot be loaded: {each.failure}."
            yield Finding("error", what, "Install its package again, or ask whoever made it.")


def _models_found() -> Iterator[Finding]:
    """That every model that ships is here and whole, and that those of the default path run."""
    from ragkit.models import catalogue
    from ragkit.models.minilm import MiniLMEmbedder
    from ragkit.models.reader import ReaderModel
    from ragkit.store.check import Finding

    whole = {model.name for model in catalogue.models() if model.intact}
    broken = [name for name in catalogue.USES if name not in whole]
    for name in broken:
        yield Finding("error", f"The weights of the {name} are missing or altered.", "Install ragkit again.")
    try:
        if "embedder" in whole:
            MiniLMEmbedder().load()
        if "reader" in whole:
            ReaderModel().load()
    except ModelError as error:
        yield Finding("error", error.message, error.hint)
        return
    if not broken:
        yield Finding("ok", f"The models that ship are whole: {', '.join(catalogue.USES)}.", "")
