"""What a user wants left out: ``.ragkitignore`` files and ``--exclude`` patterns, both in gitignore's syntax.

Knows names only, as uris of a walk: relative to the folder of the store, or absolute.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ragkit.errors import SourceError, UsageError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

FILE = ".ragkitignore"
BY_OPTION = "left out by --exclude"
HIDDEN = "hidden"
CACHE = "a cache, or installed packages"
ENVIRONMENT = "a virtual environment"
STORE = "a ragkit store"
PASSED_BY = frozenset({HIDDEN, CACHE, ENVIRONMENT, STORE})
"""Why a walk passes by what nobody has named; a run that names it takes it in, but for a store."""
_CACHES = frozenset({"__pycache__", "node_modules", "__MACOSX"})


@dataclass(frozen=True, slots=True)
class Rules:
    """Patterns that hold below the folder ``anchor``; ``reason`` says whose they are."""

    anchor: str
    spec: GitIgnoreSpec
    reason: str


def patterns(lines: Iterable[str]) -> GitIgnoreSpec:
    """Compiled gitignore patterns. Raises `ValueError` for one that cannot be."""
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(lines)
    except re.error as error:
        raise ValueError(f"Invalid git pattern: {error.msg}") from error


def excluded(globs: Iterable[str], anchor: str) -> Rules | None:
    """The rules of ``--exclude``, None without any. Raises `UsageError` for a pattern that cannot be."""
    globs = [*globs]
    try:
        return Rules(anchor, patterns(globs), BY_OPTION) if globs else None
    except ValueError as error:
        raise UsageError(f"--exclude cannot be used: {error}.", "Patterns are written as in a .gitignore.") from error


def rules_in(folder: Path, uri: str) -> Rules | None:
    """The rules of the folder's own ``.ragkitignore``, None without one.

    Raises:
        SourceError: It cannot be read. What it was to keep out must not slip in.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    name = child(uri, FILE)
    try:
        return Rules(uri, patterns(path.read_text(encoding="utf-8-sig").splitlines()), f"left out by {name}")
    except (OSError, ValueError) as error:
        raise SourceError(f"{name} cannot be read: {error}.", "Mend it or remove it.") from error


def ignored(uri: str, rules: Iterable[Rules], *, folder: bool, root: str, otherwise: str = "") -> str:
    """Why ``uri`` is left out, or "". Of the rules, from the weakest to the strongest, the last that fits decides.

    What is not below a rule's anchor, as when ``--exclude`` is used on a folder elsewhere, is named from ``root``.
    """
    reason = otherwise
    for each in rules:
        inside = below(uri, each.anchor) or below(uri, root) or PurePosixPath(uri).name
        verdict = each.spec.check_file(inside + "/" * folder).include
        if verdict is not None:
            reason = each.reason if verdict else ""
    return reason


def passed_by(name: str, *, hidden: bool = True) -> str:
    """Why a walk passes by a file or folder of that name, or ""; ``hidden`` says whether that is a reason."""
    if hidden and name.startswith(".") and name.strip("."):
        return HIDDEN
    return CACHE if name in _CACHES else ""


def topmost_passed_by(path: str, *, hidden: bool = True) -> tuple[str, str]:
    """As far as ``path`` goes until it is passed by, with a ``/`` where that is a folder, and why; or "" and ""."""
    parts = path.split("/")
    for place, part in enumerate(parts, start=1):
        if reason := passed_by(part, hidden=hidden):
            return "/".join(parts[:place]) + "/" * (place < len(parts)), reason
    return "", ""


def child(folder: str, name: str) -> str:
    """The uri of an entry of a folder."""
    return name if folder == "." else f"{folder.rstrip('/')}/{name}"


def above(uri: str) -> Iterator[str]:
    """The uri and those of the folders above it."""
    while uri:
        yield uri
        uri = uri.rpartition("/")[0]


def below(uri: str, folder: str) -> str:
    """``uri`` as seen from ``folder``; "" when it is not below it."""
    if folder == ".":
        return "" if is_elsewhere(uri) else uri
    return uri.removeprefix(start) if uri.startswith(start := child(folder, "")) else ""


def is_elsewhere(uri: str) -> bool:
    """Whether a uri is not meant from the folder of the store: an absolute path, or an address."""
    return "://" in uri or Path(uri).is_absolute()
