"""Where sources come from: the seam between finding and reading, and its implementation for files.

`ragkit.ingest.web` and `ragkit.ingest.remote` are the others.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from ragkit.errors import SourceError
from ragkit.ingest.find import Refusal, find_sources
from ragkit.ingest.globs import Area, Areas, names_of
from ragkit.ingest.ignore import above
from ragkit.ingest.ledger import UNTOLD, Ledger
from ragkit.ingest.read import load
from ragkit.ingest.roots import is_address
from ragkit.types import Metadata, Source

TICK_NS = 20_000_000
"""A file modified less than this ago may change again without its time changing: file systems' clocks are coarse."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A source with its bytes. ``stamp`` changes when it does; ``about`` is metadata that its origin gives it."""

    source: Source
    data: bytes
    stamp: int
    about: Metadata = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Same:
    """A source that is as the store has it. ``seen`` are its size and stamp where the store knows others."""

    uri: str
    seen: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """A source that its origin says is no more."""

    uri: str


Fetched = Taken | Same | Gone


@dataclass(frozen=True, slots=True)
class Candidate:
    """A source that was found. ``fetch`` may raise `ragkit.errors.SourceError`."""

    uri: str
    fetch: Callable[[Ledger], Fetched]


@dataclass(frozen=True, slots=True)
class Survey:
    """What an origin found: candidates as they come, how many they are, and what is none, by kind and with reason.

    ``nothing_at`` are the folders and globs that were named and hold nothing at all.
    """

    candidates: Iterator[Candidate]
    count: int
    unsupported: Sequence[Refusal] = ()
    failed: Sequence[Refusal] = ()
    ignored: Sequence[Refusal] = ()
    nothing_at: Sequence[str] = ()


class Origin(Protocol):
    """A place that is looked through once in a run."""

    @property
    def areas(self) -> Sequence[Area]:
        """What is looked through, to be remembered."""
        ...

    def survey(self) -> Survey:
        """What is there."""
        ...

    def covers(self, uri: str) -> bool:
        """Whether the survey would have found ``uri`` if it were there. What is in a failed folder may be there."""
        ...

    def has(self, uri: str) -> bool:
        """Whether ``uri`` is there and wanted, though the survey passed it by."""
        ...


class Files:
    """Files, folders and globs. Raises `ragkit.errors.UsageError` for a path that is missing."""

    def __init__(
        self, paths: Sequence[str | Path], *, base: Path, max_bytes: int, exclude: Sequence[str], store: Path
    ) -> None:
        self._base = base
        self._found = find_sources(paths, base=base, max_bytes=max_bytes, exclude=exclude, store=store)
        self._unwanted = self._found.unwanted
        self._excluded = self._found.excluded
        self._failed = frozenset(refusal.uri for refusal in self._found.failed)
        self.areas = tuple(root.area for root in self._found.roots)
        self._looked_at = Areas(self.areas)

    def survey(self) -> Survey:
        """What the walk found."""
        found = self._found
        candidates = (Candidate(source.uri, partial(fetch_file, source)) for source in found.sources)
        return Survey(candidates, len(found.sources), found.unsupported, found.failed, found.ignored, found.nothing_at)

    def covers(self, uri: str) -> bool:
        """Whether it is below one of the paths, and not below what could not be looked through."""
        if is_address(uri) or self._failed.intersection(above(uri)):
            return False
        return bool(self._looked_at.covering(uri))

    def has(self, uri: str) -> bool:
        """Whether the file exists, or the archive that this run leaves out, and no ignore file is against it."""
        places = {*above(uri)}
        if self._unwanted & places:
            return False
        return exists(self._base, uri) or (bool(self._excluded & places) and in_archive(self._base, uri))


def exists(base: Path, uri: str) -> bool:
    """Whether there is a file of that uri, one that cannot be reached included."""
    return any(os.path.lexists(base / name) for name in names_of(uri))


def in_archive(base: Path, uri: str) -> bool:
    """Whether there is a file where a folder would have to be, such as an archive."""
    return any(folder.is_file() for name in names_of(uri) for folder in (base / name).parents)


def fetch_file(source: Source, ledger: Ledger) -> Fetched:
    """The bytes of a file unless it is as the store has it. Raises `SourceError` when it cannot be read."""
    stamp = stamp_of(source)
    if ledger.is_unchanged(source.uri, source.size, stamp):
        return Same(source.uri)
    return Taken(source, load(source), stamp)


def stamp_of(source: Source) -> int:
    """The modification time of a file, which with its size tells that it has not changed."""
    if source.path is None:
        return UNTOLD
    try:
        status = source.path.stat()
    except OSError as error:
        raise SourceError(f"{source.uri} cannot be read: {error.strerror}.", "Check that it still exists.") from error
    settled = status.st_mtime_ns > UNTOLD and time.time_ns() - status.st_mtime_ns > TICK_NS
    grown = not source.member and status.st_size != source.size
    return status.st_mtime_ns if settled and not grown else UNTOLD
