"""Paths that a user names to `Source` values, with an account of everything that was left out.

Knows nothing about the content of a file: type is told by name alone.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ragkit.errors import UsageError
from ragkit.ingest.readers import media_type_of
from ragkit.types import Source

MAX_BYTES = 64 * 1024 * 1024
SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that will not be read, and why."""

    uri: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a walk found. ``unsupported`` have no reader; ``failed`` should be readable and are not."""

    sources: tuple[Source, ...]
    unsupported: tuple[Refusal, ...]
    failed: tuple[Refusal, ...]


def find_sources(paths: Sequence[str | Path], *, base: Path, max_bytes: int = MAX_BYTES) -> Found:
    """All readable files at and below ``paths``, each once, in the order of the paths and then by name.

    Hidden files and folders, ``__pycache__``, ``node_modules`` and virtual environments are skipped unless
    they are named. ``base`` is the folder that contains the store. Raises `UsageError` for a path that is missing.
    """
    missing = [str(path) for path in paths if not os.path.lexists(path)]
    if missing:
        names = ", ".join(printable(name) for name in missing)
        raise UsageError(f"There is nothing at {names}.", "Check the spelling and the current folder.")
    walk = _Walk(base, max_bytes)
    for path in paths:
        walk.visit(Path(path))
    return Found(tuple(walk.sources.values()), tuple(walk.unsupported.values()), tuple(walk.failed.values()))


def uri_of(path: Path, base: Path) -> str:
    """POSIX path relative to ``base`` when the file is beneath it, else absolute.

    The spelling is the file system's own: no Unicode normalisation, no resolving of a link at the end of the path.
    Bytes of a name that are no text in the file system's encoding are written out in hexadecimal.
    """
    place = Path(os.path.normpath(path.absolute()))
    # The second pair handles a base that is reached through a link, such as /tmp on macOS.
    for file, folder in ((place, Path(os.path.normpath(base.absolute()))), (_real(place), base.resolve())):
        if file.is_relative_to(folder):
            return printable(file.relative_to(folder).as_posix())
    return printable(place.as_posix())


def printable(name: str) -> str:
    """``name`` with undecodable bytes (lone surrogates) written out, so that it can be stored and shown."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return name


def _real(place: Path) -> Path:
    try:
        return place.parent.resolve() / place.name
    except (OSError, RuntimeError):
        # A loop of links (RuntimeError before Python 3.13) has no real place; its own spelling names it.
        return place


class _Walk:
    """The state of one walk: results keyed by uri, and the folders already entered, so that link loops end."""

    def __init__(self, base: Path, max_bytes: int) -> None:
        self.sources: dict[str, Source] = {}
        self.unsupported: dict[str, Refusal] = {}
        self.failed: dict[str, Refusal] = {}
        self._base = base
        self._max_bytes = max_bytes
        self._entered: set[tuple[int, int]] = set()

    def visit(self, path: Path) -> None:
        """Takes in a file, or a folder with all that is below it."""
        pending = [path]
        while pending:
            place = pending.pop()
            try:
                status = place.stat()
                if stat.S_ISDIR(status.st_mode):
                    if (status.st_dev, status.st_ino) not in self._entered:
                        self._entered.add((status.st_dev, status.st_ino))
                        pending.extend(reversed(list(_visible(place))))
                else:
                    self._file(place, status)
            except (OSError, RuntimeError) as error:
                self._fail(uri_of(place, self._base), _reason(error))

    def _file(self, path: Path, status: os.stat_result) -> None:
        uri = uri_of(path, self._base)
        media_type = media_type_of(path.name)
        if media_type is None:
            self.unsupported[uri] = Refusal(uri, _no_reader(path))
        elif not stat.S_ISREG(status.st_mode):
            self._fail(uri, "it is not a regular file")
        elif status.st_size > self._max_bytes:
            size, limit = status.st_size / 2**20, self._max_bytes / 2**20
            self._fail(uri, f"it is {size:,.1f} MiB, and the limit is {limit:,.1f} MiB")
        elif not os.access(path, os.R_OK):
            self._fail(uri, "permission denied")
        else:
            self.sources[uri] = Source(uri, path, media_type, status.st_size)

    def _fail(self, uri: str, reason: str) -> None:
        self.failed[uri] = Refusal(uri, reason)


def _visible(folder: Path) -> Iterator[Path]:
    """The entries of ``folder`` worth a visit, by name; none for a virtual environment."""
    names = sorted(entry.name for entry in folder.iterdir())
    if "pyvenv.cfg" in names:
        return
    for name in names:
        if not name.startswith(".") and name not in SKIPPED_FOLDERS:
            yield folder / name


def _reason(error: OSError | RuntimeError) -> str:
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)


def _no_reader(path: Path) -> str:
    kind = f"{printable(path.suffix)} files" if path.suffix else "files without a suffix"
    return f"there is no reader for {kind}"
