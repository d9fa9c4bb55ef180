"""Paths as a user names them: a file, a folder, or a glob such as ``docs/**/*.md`` that no shell has expanded.

A glob is a folder with a condition, so that everything that holds for a walk holds for it too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ragkit.errors import UsageError
from ragkit.ingest.ignore import above, below, child, is_elsewhere, patterns

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_MAGIC = frozenset("*?[")
_WRITTEN_OUT = re.compile(r"\\x([89a-f][0-9a-f])")


@dataclass(frozen=True, slots=True)
class Area:
    """What a walk looks at: ``folder``, a uri, with all below it, or what of it fits ``glob`` and all below that.

    ``base`` is the way from the folder down to the one from which relative uris are meant, if that is below it.
    """

    folder: str
    glob: str = ""
    base: str = ""
    only: GitIgnoreSpec | None = field(default=None, compare=False)

    @property
    def uri(self) -> str:
        """The folder and the glob, as a user would write them."""
        return child(self.folder, self.glob) if self.glob else self.folder

    @property
    def names_hidden(self) -> bool:
        """Whether the glob asks for what is hidden: a part of it begins with a dot."""
        return any(part.startswith(".") for part in self.glob.split("/"))

    def covers(self, uri: str) -> bool:
        """Whether a walk would come by ``uri`` if it were there."""
        if self.base and not is_elsewhere(uri):
            uri = child(child(self.folder, self.base), uri)
        inside = below(uri, self.folder)
        return uri == self.folder or bool(inside and (self.only is None or self.only.match_file(inside)))


class Areas:
    """Areas by folder: those that cover a uri are looked up, for there may be many. Globs alone are tried."""

    def __init__(self, areas: Iterable[Area]) -> None:
        every = [*areas]
        self._globs = [each for each in every if each.glob]
        self._folders = {each.folder.rstrip("/"): each for each in every if not each.glob}
        self._outer = [each for each in self._folders.values() if each.base]

    def covering(self, uri: str) -> list[Area]:
        """Those that cover ``uri``, the nearest first."""
        elsewhere = is_elsewhere(uri)
        outermost = "." if not elsewhere else "/" if Path(uri).is_absolute() else uri
        places = dict.fromkeys(place.rstrip("/") for place in (*above(uri), outermost))
        found = [self._folders[place] for place in places if place in self._folders]
        found += () if elsewhere else self._outer
        found += (each for each in self._globs if each.covers(uri))
        return sorted(found, key=lambda each: _distance(each, uri, elsewhere=elsewhere))


def _distance(each: Area, uri: str, *, elsewhere: bool) -> tuple[bool, bool, bool, int]:
    """What names the uri itself is nearest; the store's own folder is far, and those above it are the farthest."""
    itself = each.folder == uri and not each.glob
    return not itself, bool(each.base) and not elsewhere, each.folder == ".", -len(each.uri)


def area(folder: str, glob: str = "", base: str = "") -> Area:
    """An area whose glob is compiled. Raises `UsageError` for a glob that cannot be."""
    try:
        return Area(folder, glob, base, patterns([f"/{glob}"]) if glob else None)
    except ValueError as error:
        raise UsageError(f"{glob} is not a glob: {error}.", "Write it as docs/**/*.md.") from error


@dataclass(frozen=True, slots=True)
class Root:
    """Where a walk begins."""

    path: Path
    area: Area


def split(path: str | Path) -> tuple[Path, str]:
    """The folder in which a glob begins and the glob below it; a path that exists has no glob, whatever its letters.

    Raises:
        UsageError: There is nothing at the path, or not even a folder in which the glob could begin.
    """
    if os.path.lexists(path):
        return Path(path), ""
    parts = Path(path).parts
    plain = next((place for place, part in enumerate(parts) if _MAGIC & set(part)), len(parts))
    folder = Path(*parts[:plain])
    if plain == len(parts) or not folder.is_dir():
        raise UsageError(f"There is nothing at {told(path)}.", "Check the spelling and the current folder.")
    return folder, "/".join(parts[plain:])


def printable(name: str) -> str:
    """``name`` with undecodable bytes (lone surrogates) written out, so that it can be stored and shown."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return name


def told(path: str | Path) -> str:
    """A path as a message tells it: one of blanks alone in quotation marks, for it would not be seen."""
    name = printable(str(path))
    return name if name.strip() else repr(name)


def names_of(uri: str) -> tuple[str, ...]:
    """The names that are shown as ``uri``: itself, and where it may have written out bytes the name with those."""
    raw = _WRITTEN_OUT.sub(lambda found: chr(0xDC00 + int(found[1], 16)), uri)
    return (uri,) if raw == uri else (uri, raw)
