"""What a user names to the origins that it stands for: paths and globs, web addresses, sitemaps, remote folders.

docs/**/*.md                      files
https://host/page                 one page
sitemap:https://host/sitemap.xml  the pages that a sitemap lists
s3://bucket/folder                whatever fsspec reads
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ragkit.errors import UsageError
from ragkit.ingest.find import MAX_BYTES, roots_of
from ragkit.ingest.ignore import excluded
from ragkit.ingest.origins import Files, Origin
from ragkit.store.store import Store
from ragkit.types import Document

SITEMAP = "sitemap:"
_WEB = ("http://", "https://", SITEMAP)
_PROTOCOL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_HERE = frozenset({"memory", "zip", "tar", "file", "local"})
"""Protocols of fsspec that touch no network."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may touch. ``base`` is the folder that contains the store, ``store`` the store's own."""

    base: Path
    store: Path
    max_bytes: int = MAX_BYTES
    exclude: tuple[str, ...] = ()
    offline: bool = False
    allow_private: bool = False


def several(what: str | Path | Document | Iterable[str | Path | Document]) -> Iterable[str | Path | Document]:
    """What was given to be taken in, one by one. An open file, bytes and a mapping hold no names or documents."""
    is_one = isinstance(what, str | Path | Document | bytes | bytearray | Mapping) or hasattr(what, "read")
    return what if isinstance(what, Iterable) and not is_one else [what]  # type: ignore[list-item]


def origins_of(names: Sequence[str | Path], limits: Limits, store: Store | None) -> list[Origin]:
    """The origins to look through, files first.

    Raises:
        UsageError: A path or address is missing, or an address is of the network and ragkit is offline.
        EndpointError: A remote folder cannot be reached.
    """
    paths = [name for name in map(_local, names) if not _is_remote(name)]
    pages = [str(name) for name in names if str(name).startswith(_WEB)]
    others = [str(name) for name in map(_local, names) if _is_remote(name) and not str(name).startswith(_WEB)]
    refuse_offline([*pages, *others], offline=limits.offline)
    origins: list[Origin] = []
    if paths:
        origins.append(
            Files(paths, base=limits.base, max_bytes=limits.max_bytes, exclude=limits.exclude, store=limits.store)
        )
    if pages:
        from ragkit.ingest.web import Pages

        origins.append(Pages(pages, limits, store))
    if others:
        from ragkit.ingest.remote import Remote

        origins += [Remote(name, limits) for name in others]
    return origins


def refuse_missing(items: Iterable[str | Path | Document], limits: Limits) -> None:
    """Raises what `origins_of` would raise, before anything is looked through or written."""
    names = [_local(item) for item in items if not isinstance(item, Document)]
    remote = [str(name) for name in names if _is_remote(name)]
    roots_of([name for name in names if not _is_remote(name)], limits.base)
    excluded(limits.exclude, ".")
    refuse_offline(remote, offline=limits.offline)
    for name in remote:
        if not name.startswith(_WEB):
            from ragkit.ingest.remote import reached

            reached(name)


def refuse_offline(addresses: Iterable[str], *, offline: bool) -> None:
    """Raises `UsageError` for the first address of the network, when it must not be touched."""
    for address in addresses if offline else ():
        if any(protocol.lower() not in _HERE for protocol in _PROTOCOL.findall(address)):
            raise UsageError(
                f"{address} is on the network, and ragkit is offline.", "Leave --offline, or the setting offline, out."
            )


def _local(name: str | Path) -> str | Path:
    """A file:// address as the path that it is. Raises `UsageError` for what names nothing."""
    if not isinstance(name, str | Path):
        raise UsageError(
            f"What is to be taken in is {type(name).__name__}, which names nothing.",
            "Give paths, addresses or documents; of bytes, what ragkit.read_document makes of them.",
        )
    if isinstance(name, Path) or not name.startswith("file://"):
        return name
    from urllib.request import url2pathname

    parts = urlsplit(name)
    if parts.netloc not in {"", "localhost"}:
        raise UsageError(f"{name} is on another machine.", "Write file:///PATH, or mount it and name its path.")
    return Path(url2pathname(parts.path)) if parts.path else Path(unquote(name.removeprefix("file://")))


def _is_remote(name: str | Path) -> bool:
    # A Path has one slash where an address has two.
    return isinstance(name, str) and bool(_PROTOCOL.match(name) or name.startswith(SITEMAP))
