"""Paths that a user names to `Source` values, with an account of everything that was left out.

Type is told by name, and by the first bytes of a file whose name does not tell it; archives are listed like folders.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ragkit.errors import SourceError, UsageError
from ragkit.ingest.containers import list_members
from ragkit.ingest.globs import Root, area, printable, split, told
from ragkit.ingest.ignore import (
    BY_OPTION,
    ENVIRONMENT,
    FILE,
    PASSED_BY,
    STORE,
    Rules,
    child,
    excluded,
    ignored,
    passed_by,
    rules_in,
)
from ragkit.ingest.readers import CONTAINERS, lack_of, media_type_of
from ragkit.ingest.readers.formats import FORMATS
from ragkit.ingest.sniff import HEAD_BYTES, media_type
from ragkit.store.files import device_and_number
from ragkit.types import Source

MAX_BYTES = 64 * 1024 * 1024
_OF_TODAY = {old: each.suffixes[0] for each in FORMATS for old in each.replaces}
STORE_FILE = "store.sqlite"
_STORE_MARK = b"ragk"
_MARK_AT = 68
"""SQLite keeps an application's id at this byte of its file."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that will not be read, and why."""

    uri: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a walk found. ``unsupported`` have no reader; ``failed`` should be readable and are not.

    ``ignored`` are files, and folders with all that is below them (their uris end in ``/``), that the user wants left
    out, or that a walk passes by. ``roots`` are where the walk began, ``nothing_at`` those of them where nothing is.
    """

    sources: tuple[Source, ...]
    unsupported: tuple[Refusal, ...]
    failed: tuple[Refusal, ...]
    ignored: tuple[Refusal, ...] = ()
    roots: tuple[Root, ...] = ()
    nothing_at: tuple[str, ...] = ()

    @property
    def unwanted(self) -> frozenset[str]:
        """What an ignore file keeps out, without the ``/`` of folders."""
        kept = {BY_OPTION, *PASSED_BY}
        return frozenset(each.uri.rstrip("/") for each in self.ignored if each.reason not in kept)

    @property
    def excluded(self) -> frozenset[str]:
        """What this one run leaves out, likewise."""
        return frozenset(each.uri.rstrip("/") for each in self.ignored if each.reason == BY_OPTION)


def find_sources(
    paths: Sequence[str | Path],
    *,
    base: Path,
    max_bytes: int = MAX_BYTES,
    exclude: Iterable[str] = (),
    store: Path | None = None,
) -> Found:
    """All readable files at and below ``paths``, each once, in the order of the paths and then by name.

    Hidden files and folders, ``__pycache__``, ``node_modules`` and virtual environments are passed by, and told of,
    unless they are named; a glob names hidden ones where a part of it begins with a dot. Stores are never entered.
    ``.ragkitignore`` files hold for everything below them.

    Args:
        paths: Files, folders and globs.
        base: The folder that contains the store; uris are relative to it.
        max_bytes: Larger files fail.
        exclude: Patterns as in a ``.gitignore``, seen from the current folder.
        store: The store's folder.

    Raises:
        UsageError: A path is missing, or a pattern cannot be.
    """
    roots = roots_of(paths, base)
    walk = _Walk(base, max_bytes, store, excluded(exclude, uri_of(Path.cwd(), base)))
    nothing_at = [root.area.uri for root in roots if not walk.visit(root)]
    # what is passed by on the way from one of the paths may be another of them
    named = walk.sources.keys() | {root.area.uri for root in roots}
    return Found(
        tuple(walk.sources.values()),
        tuple(walk.unsupported.values()),
        tuple(walk.failed.values()),
        tuple(
            each
            for each in walk.ignored.values()
            if each.reason == STORE or (each.uri not in walk.sources and each.uri.rstrip("/") not in named)
        ),
        roots,
        tuple(nothing_at),
    )


def roots_of(paths: Iterable[str | Path], base: Path) -> tuple[Root, ...]:
    """Where a walk of these paths begins. Raises `UsageError` that names all that is missing."""
    roots, missing = [], []
    for path in paths:
        try:
            folder, glob = split(path)
        except UsageError:
            missing.append(told(path))
        else:
            roots.append(Root(folder, area(uri_of(folder, base), glob, _way(folder, base))))
    if missing:
        raise UsageError(f"There is nothing at {', '.join(missing)}.", "Check the spelling and the current folder.")
    return tuple(roots)


def _way(folder: Path, base: Path) -> str:
    """How to get from a folder down to ``base``; "" when that is not below it."""
    for above, below in (
        (Path(os.path.normpath(folder.absolute())), Path(os.path.normpath(base.absolute()))),
        (_real(folder.absolute()), base.resolve()),
    ):
        if below != above and below.is_relative_to(above):
            return below.relative_to(above).as_posix()
    return ""


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


def _real(place: Path) -> Path:
    try:
        return place.parent.resolve() / place.name
    except (OSError, RuntimeError):
        # A loop of links (RuntimeError before Python 3.13) has no real place; its own spelling names it.
        return place


@dataclass(frozen=True, slots=True)
class _Place:
    """Something that a walk comes by. ``seen`` is its uri as rules mean it: the way there from the walk's root."""

    path: Path
    uri: str
    seen: str
    rules: tuple[Rules, ...]


class _Walk:
    """The state of one walk: results keyed by uri, and the folders already entered, so that link loops end."""

    def __init__(self, base: Path, max_bytes: int, store: Path | None, exclude: Rules | None) -> None:
        self.sources: dict[str, Source] = {}
        self.unsupported: dict[str, Refusal] = {}
        self.failed: dict[str, Refusal] = {}
        self.ignored: dict[str, Refusal] = {}
        self._base = base
        self._base_number = device_and_number(base)
        self._max_bytes = max_bytes
        self._entered: set[tuple[int, int]] = set()
        self._store = device_and_number(store) if store else None
        self._exclude = exclude
        self._told = 0

    def visit(self, root: Root) -> bool:
        """Takes in a file, or a folder with all that is below it; whether there was anything to tell of."""
        self._told = 0
        self._walk(root)
        return bool(self._told)

    def _walk(self, root: Root) -> None:
        # another glob asks another question of the same folder
        entered = self._entered if root.area.only is None else set()
        try:
            pending = [_Place(root.path, root.area.folder, root.area.folder, tuple(_rules_above(root, self._base)))]
        except SourceError as error:
            self._fail(root.area.folder, error.message)
            return
        while pending:
            place = pending.pop()
            try:
                status = place.path.stat()
                folder = stat.S_ISDIR(status.st_mode)
                if self._is_ignored(place, root, folder=folder):
                    continue
                if not folder:
                    self._file(place, status, root)
                elif (status.st_dev, status.st_ino) in entered:
                    self._told += 1
                else:
                    entered.add((status.st_dev, status.st_ino))
                    pending.extend(reversed(list(self._entries(place, status, root))))
            except (OSError, RuntimeError) as error:
                self._fail(place.uri, _reason(error))
            except SourceError as error:
                self._fail(place.uri, error.message)

    def _is_ignored(self, place: _Place, root: Root, *, folder: bool) -> bool:
        reason = ignored(place.seen, place.rules, folder=folder, root=root.area.folder)
        if self._exclude:
            reason = ignored(place.uri, (self._exclude,), folder=folder, root=root.area.folder, otherwise=reason)
        # a file beside those that a glob asks for is neither here nor there
        if reason and (folder or root.area.covers(place.uri)):
            self._ignore(place.uri + "/" * folder, reason, root)
        return bool(reason)

    def _ignore(self, uri: str, reason: str, root: Root) -> None:
        # a folder beside what a glob asks for says nothing of the glob
        self._told += root.area.covers(uri.rstrip("/"))
        self.ignored[uri] = Refusal(uri, reason)

    def _entries(self, place: _Place, status: os.stat_result, root: Root) -> Iterator[_Place]:
        """The entries of a folder worth a visit, by name; none for a virtual environment or a store."""
        names = sorted(os.listdir(place.path))  # noqa: PTH208 - names alone, for folders of a million files
        if (status.st_dev, status.st_ino) == self._store:
            if place.path == root.path:
                self._ignore(f"{place.uri}/", STORE, root)
            return
        if "pyvenv.cfg" in names and place.path != root.path:
            self._ignore(f"{place.uri}/", ENVIRONMENT, root)
            return
        if STORE_FILE in names and _is_store(place.path / STORE_FILE):
            self._ignore(f"{place.uri}/", STORE, root)
            return
        own = rules_in(place.path, place.seen) if FILE in names else None
        # below the folder of the store uris are relative, from wherever a walk came
        uri = "." if (status.st_dev, status.st_ino) == self._base_number else place.uri
        rules = (*place.rules, own) if own else place.rules
        for name in names:
            shown = printable(name)
            entry = _Place(place.path / name, child(uri, shown), child(place.seen, shown), rules)
            reason = passed_by(name, hidden=not root.area.names_hidden)
            if reason:
                self._pass_by(entry, root, reason)
            elif name != FILE:
                yield entry

    def _pass_by(self, place: _Place, root: Root, reason: str) -> None:
        """Notes what a walk does not go into, but for what is ragkit's own."""
        folder = os.path.isdir(place.path)  # noqa: PTH112 - False where Path.is_dir would raise
        own = place.path.name == FILE or (folder and self._store and device_and_number(place.path) == self._store)
        if not own and (folder or root.area.covers(place.uri)):
            self._ignore(place.uri + "/" * folder, reason, root)

    def _file(self, place: _Place, status: os.stat_result, root: Root) -> None:
        if not root.area.covers(place.uri):
            return
        self._told += 1
        kind = media_type_of(place.path.name) or _told_by_content(place.path, status)
        lack = lack_of(kind) if kind else _no_reader(place.path)
        if kind is None or lack:
            self.unsupported[place.uri] = Refusal(place.uri, lack)
        elif not stat.S_ISREG(status.st_mode):
            self._fail(place.uri, "it is not a regular file")
        elif status.st_size > self._max_bytes and kind not in CONTAINERS:
            self._fail(place.uri, too_large(status.st_size, self._max_bytes))
        elif not os.access(place.path, os.R_OK):
            self._fail(place.uri, "permission denied")
        elif kind in CONTAINERS:
            self._members(place, root, Source(place.uri, place.path, kind, status.st_size))
        else:
            self.sources[place.uri] = Source(place.uri, place.path, kind, status.st_size)

    def _members(self, place: _Place, root: Root, archive: Source) -> None:
        """Takes in what an archive holds, by the rules that hold for files."""
        listing = list_members(archive, self._max_bytes)
        for uri, source in listing.sources.items():
            if not self._is_ignored(
                replace(place, uri=uri, seen=place.seen + uri.removeprefix(place.uri)), root, folder=False
            ):
                self.sources[uri] = source
        for uri, reason in listing.passed_by.items():
            self._ignore(uri, reason, root)
        self.unsupported.update({uri: Refusal(uri, reason) for uri, reason in listing.unsupported.items()})
        self.failed.update({uri: Refusal(uri, reason) for uri, reason in listing.failed.items()})

    def _fail(self, uri: str, reason: str) -> None:
        self._told += 1
        self.failed[uri] = Refusal(uri, reason)


def too_large(size: int, limit: int) -> str:
    """Why a source of ``size`` bytes is refused."""
    return f"it is {size / 2**20:,.1f} MiB, and the limit is {limit / 2**20:,.1f} MiB (ingest.max_file_mb)"


def _rules_above(root: Root, base: Path) -> Iterator[Rules]:
    """The rules of the folders between ``base`` and the root, the outermost first."""
    if root.area.folder == "." or Path(root.area.folder).is_absolute():
        return
    folder, uri = base, "."
    for part in Path(root.area.folder).parts:
        rules = rules_in(folder, uri)
        if rules:
            yield rules
        folder, uri = folder / part, child(uri, part)


def _is_store(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(_MARK_AT + len(_STORE_MARK))[_MARK_AT:] == _STORE_MARK


def _reason(error: OSError | RuntimeError) -> str:
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)


def _told_by_content(path: Path, status: os.stat_result) -> str | None:
    """The media type of a file whose name does not tell it."""
    if not stat.S_ISREG(status.st_mode) or not os.access(path, os.R_OK):
        return None
    with path.open("rb") as file:
        return media_type(path.name, file.read(HEAD_BYTES))


def _no_reader(path: Path) -> str:
    kind = f"{printable(path.suffix)} files" if path.suffix else "files without a suffix"
    today = _OF_TODAY.get(path.suffix.lower())
    return f"there is no reader for {kind}" + (f"; save it as {today}" if today else "")
