"""A store that is opened when it is first needed, with the pipeline that goes with it."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ragkit import config
from ragkit.arguments import names
from ragkit.errors import StoreError, StoreMismatch, StoreMissing
from ragkit.models.embedders import made_with
from ragkit.pipeline import Pipeline
from ragkit.protocols import Chunker, Embedder, Progress
from ragkit.store.store import Store

if TYPE_CHECKING:
    from ragkit.ingest.named import Limits


class Opened:
    """The part of `ragkit.kit.Kit` that holds the store: opened once, and anew where it was removed or replaced."""

    def __init__(self, settings: config.Settings, pipeline: Pipeline | None = None) -> None:
        self.path = Path(settings.store)
        self._home = Path.cwd()
        self._pipeline = pipeline or Pipeline(settings)
        self._lock = threading.RLock()
        # the store's own lock keeps other kits out, but not this kit's other threads
        self._turn = threading.RLock()
        self._opened: Store | None = None

    @property
    def settings(self) -> config.Settings:
        """The settings in force: of embedder and chunks, as the store that has been opened was made with."""
        return self._pipeline.settings

    def close(self) -> None:
        """Let go of the store, which no other thread may be using. The kit opens it again when it is used again."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _place(self) -> Path:
        """The store's folder, also where the program has changed its own since the kit was made."""
        try:
            moved = Path.cwd() != self._home
        except FileNotFoundError:
            moved = True
        return self._home / self.path if moved else self.path

    def _store(self) -> Store:
        with self._lock:
            place = self._place
            if self._opened is not None and not (self._opened.in_place and self._opened.path == place):
                # what is removed or replaced would be read for ever, and what is written would go astray
                self.close()
            if self._opened is None:
                self._opened = Store.open(place)
                self._pipeline.adopt(made_with(self._opened.embedder_fingerprint))
                self._pipeline.adopt_chunks(self._opened.chunker_fingerprint)
            return self._opened

    def _store_to_write(self) -> Store:
        """The store, made now if there is none."""
        with self._lock:
            try:
                return self._store()
            except StoreMissing:
                embedder = self._pipeline.embedder
                try:
                    Store.create(
                        self._place,
                        embedder_fingerprint=embedder.fingerprint,
                        dimension=embedder.dimension,
                        chunker_fingerprint=self._pipeline.chunker().fingerprint,
                    ).close()
                except StoreError as error:
                    # it may be that another has made it just now
                    with suppress(StoreMissing):
                        return self._store()
                    raise error from None
                return self._store()

    def _embedder(self, store: Store) -> Embedder:
        """The pipeline's embedder, once it is known to be the one that made the store."""
        now = store.embedder_fingerprint
        if self._pipeline.embedder.fingerprint != now:
            # the store has been reindexed meanwhile
            self._pipeline.adopt(made_with(now))
        embedder = self._pipeline.embedder
        if embedder.fingerprint != now:
            store.check_embedder(embedder.fingerprint)
        return embedder

    def _chunker(self, store: Store, progress: Progress | None) -> Chunker:
        """The pipeline's chunker; what an earlier version of it has made is made anew first, from the stored texts."""
        from ragkit.ingest.chunk import is_earlier
        from ragkit.ingest.reindex import reindex

        made = store.chunker_fingerprint
        self._pipeline.adopt_chunks(made)
        chunker = self._pipeline.chunker()
        if is_earlier(made, chunker.fingerprint):
            reindex(store, self._pipeline.embedder, chunker, progress=progress)
        elif chunker.fingerprint != made:
            raise StoreMismatch(
                f"The store was chunked by {made}, and this would be {chunker.fingerprint}.",
                "Keep ingest.target_tokens as it was, or chunk all anew: ragkit reindex",
            )
        return chunker

    def _limits(self, exclude: str | Iterable[str]) -> Limits:
        from ragkit.ingest.named import Limits

        return Limits(
            base=self._place.absolute().parent,
            store=self._place,
            max_bytes=self.settings.ingest.max_file_mb * 2**20,
            exclude=names("The patterns", exclude),
            offline=self.settings.offline,
            allow_private=self.settings.ingest.allow_private,
        )
