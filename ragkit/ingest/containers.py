"""Archives as folders: each member a `Source` of its own with the uri ``archive.zip/member/path``.

Only listed here, from the archive's directory where it has one; a member is unpacked when it is read. So members take
part in sync as files do: they are unchanged while their archive is, and are gone when it no longer holds them.
"""

from __future__ import annotations

import io
import logging
import os
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from threading import local

from ragkit.errors import SourceError
from ragkit.ingest.archives import Archive, Entry, ZipArchive, open_archive
from ragkit.ingest.ignore import topmost_passed_by
from ragkit.ingest.readers import CONTAINERS, lack_of, media_type_of
from ragkit.ingest.sniff import HEAD_BYTES, media_type
from ragkit.types import Source

log = logging.getLogger(__name__)

MAX_MEMBERS = 100_000
MAX_TOTAL_BYTES = 16 * 2**30
MAX_DEPTH = 3
"""Archives in archives in archives."""


@dataclass(slots=True)
class Listing:
    """What an archive holds: sources, and uri and reason of what has no reader, what failed and what is passed by."""

    sources: dict[str, Source] = field(default_factory=dict)
    unsupported: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    passed_by: dict[str, str] = field(default_factory=dict)


def list_members(source: Source, max_bytes: int) -> Listing:
    """The members of an archive, and of the archives in it. Hidden ones are passed by, as in folders.

    What turns out to be a document that is packed like an archive is listed as itself. An archive that is damaged or
    holds too much is listed as failed beside those of its members that could be had.
    """
    assert source.path
    lister = _Lister(source.path, max_bytes)
    try:
        if not source.size:
            raise SourceError(f"{source.uri} is empty.", "Copy it again from where it came from.")
        with source.path.open("rb") as file:
            kind = _kind(source.path.name, file.read(HEAD_BYTES))
        if kind in CONTAINERS:
            archive = _opened(source.path)
            try:
                lister.add(source.uri, (), archive, depth=1)
            finally:
                archive.close()
        else:
            lister.document(source.uri, (), kind, source.size)
    except SourceError as error:
        # An archive knows itself by its name alone.
        reason, name = str(error), source.path.name
        lister.listing.failed[source.uri] = source.uri + reason[len(name) :] if reason.startswith(name) else reason
    except Exception as error:
        # Whatever an archive makes a library trip over is the trouble of this one archive.
        log.debug("%s", source.uri, exc_info=True)
        lister.listing.failed[source.uri] = f"it cannot be listed ({type(error).__name__}: {error})"
    return lister.listing


def load(source: Source) -> bytes:
    """The bytes of a member. Raises `SourceError` when it cannot be unpacked."""
    assert source.path
    try:
        data = _OPEN.read(source.path, source.member, source.size + 1)
    except SourceError:
        raise
    except Exception as error:
        log.debug("%s", source.uri, exc_info=True)
        reason = f"{source.uri} cannot be unpacked ({type(error).__name__}: {error})."
        raise SourceError(reason, "Check that its archive still exists, or pack it again.") from error
    if len(data) > source.size:
        raise SourceError(f"{source.uri} is larger than its archive states.", "Pack the archive again.")
    return data


def close() -> None:
    """Closes the archive that this thread read last."""
    _OPEN.close()


class _Lister:
    """Fills a listing. The count of members and of bytes goes through all archives that are in the outermost."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        self.listing = Listing()
        self._path = path
        self._max_bytes = max_bytes
        self._count = 0
        self._total = 0

    def add(self, uri: str, names: tuple[str, ...], archive: Archive, depth: int) -> None:
        """All members of ``archive``. Raises `SourceError` where it is damaged, and when there are too many."""
        if isinstance(archive, ZipArchive) and (kind := archive.package_type()):
            self.document(uri, names, kind, archive.size)
            return
        for entry in archive.entries():
            hidden, reason = topmost_passed_by(entry.shown)
            if reason:
                self.listing.passed_by[f"{uri}/{_safe(hidden)}" + "/" * hidden.endswith("/")] = reason
                continue
            self._count += 1
            self._total += entry.size
            if self._count > MAX_MEMBERS or self._total > MAX_TOTAL_BYTES:
                limit = f"more than {MAX_MEMBERS:,} members or {MAX_TOTAL_BYTES / 2**30:,.0f} GiB"
                raise SourceError(f"{uri} has {limit}; what follows was left out.", "Split it.")
            place = self._unused(f"{uri}/{_safe(entry.shown)}")
            if entry.refusal:
                self.listing.failed[place] = entry.refusal
                continue
            try:
                self._entry(place, (*names, entry.name), archive, entry, depth)
            except SourceError as error:
                self.listing.failed[place] = str(error)

    def document(self, uri: str, names: tuple[str, ...], kind: str | None, size: int) -> None:
        """One source, unless there is no reader for it."""
        lack = lack_of(kind) if kind else _no_reader(uri)
        if size > self._max_bytes:
            limit = f"{self._max_bytes / 2**20:,.1f} MiB"
            self.listing.failed[uri] = f"it is {size / 2**20:,.1f} MiB, and the limit is {limit}"
        elif lack or not kind:
            self.listing.unsupported[uri] = lack
        else:
            self.listing.sources[uri] = Source(uri, self._path, kind, size, names)

    def _entry(self, uri: str, names: tuple[str, ...], archive: Archive, entry: Entry, depth: int) -> None:
        name = PurePosixPath(entry.shown).name
        kind = entry.media_type or media_type_of(name) or media_type(name, archive.read(entry.name, HEAD_BYTES))
        if kind not in CONTAINERS or entry.size > self._max_bytes:
            self.document(uri, names, kind, entry.size)
        elif depth >= MAX_DEPTH:
            raise SourceError(f"It is an archive inside of {depth} others.", "Unpack the outer ones.")
        else:
            data = archive.read(entry.name, entry.size)
            kind = _kind(name, data)
            if kind not in CONTAINERS:
                self.document(uri, names, kind, entry.size)
                return
            inner = open_archive(uri, kind, io.BytesIO(data), len(data))
            try:
                self.add(uri, names, inner, depth + 1)
            finally:
                inner.close()

    def _unused(self, uri: str) -> str:
        """``uri``, or what sets it apart from another member whose name is shown alike."""
        taken = self.listing.sources.keys() | self.listing.failed.keys() if uri in self.listing.sources else ()
        while uri in taken:
            uri += "~"
        return uri


class _Opened(local):
    """The archive in use and those in it, so that members that follow each other do not each open it anew.

    Each thread has its own: no run closes what another reads.
    """

    def __init__(self) -> None:
        self._key: tuple[Path, int, int] | None = None
        self._chain: list[tuple[str, Archive]] = []

    def read(self, path: Path, member: tuple[str, ...], limit: int) -> bytes:
        """The first ``limit`` bytes of a member."""
        return self._reach(path, member[:-1]).read(member[-1], limit)

    def close(self) -> None:
        """Closes all."""
        self._shorten(0)
        self._key = None

    def _reach(self, path: Path, names: tuple[str, ...]) -> Archive:
        status = path.stat()
        key = (path, status.st_size, status.st_mtime_ns)
        if key != self._key:
            self.close()
            self._chain = [("", _opened(path))]
            self._key = key
        same = 0
        while same < min(len(names), len(self._chain) - 1) and self._chain[same + 1][0] == names[same]:
            same += 1
        self._shorten(same + 1)
        for name in names[same:]:
            data = self._chain[-1][1].read(name, MAX_TOTAL_BYTES)
            self._chain.append((name, open_archive(name, _kind(name, data) or "", io.BytesIO(data), len(data))))
        return self._chain[-1][1]

    def _shorten(self, length: int) -> None:
        while len(self._chain) > length:
            self._chain.pop()[1].close()


_OPEN = _Opened()


def _opened(path: Path) -> Archive:
    """The archive at ``path``, to be closed."""
    file = path.open("rb")
    size = os.fstat(file.fileno()).st_size
    head = file.read(HEAD_BYTES)
    file.seek(0)
    return open_archive(path.name, _kind(path.name, head) or "", file, size)


def _kind(name: str, data: bytes) -> str | None:
    """The media type of an archive, or of what was taken for one."""
    return media_type(PurePosixPath(name).name, data)


def _safe(name: str) -> str:
    """A member's name as the end of a uri: a name and nothing else, whatever path it would be on a disk."""
    parts = ["%2E%2E" if part == ".." else part for part in name.split("/") if part not in {"", "."}]
    return "/".join(parts).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace") or "-"


def _no_reader(uri: str) -> str:
    suffix = PurePosixPath(uri).suffix
    return f"there is no reader for {suffix} files" if suffix else "there is no reader for what it holds"
