"""Folders and files that fsspec reads: ``s3://bucket/docs``, ``gs://``, ``memory://``, ``zip://*.md::file.zip``.

A file system other than fsspec's own needs its package, such as s3fs; credentials and endpoints are that package's
affair. An address that cannot be reached, or has nothing at it, is refused as a path is that is missing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ragkit.errors import EndpointError, SourceError, UsageError
from ragkit.ingest.find import Refusal, too_large
from ragkit.ingest.globs import Area, area
from ragkit.ingest.ignore import BY_OPTION, below, child, excluded, ignored, topmost_passed_by
from ragkit.ingest.ledger import UNTOLD, Ledger
from ragkit.ingest.named import Limits
from ragkit.ingest.origins import Candidate, Fetched, Same, Survey, Taken
from ragkit.ingest.readers import CONTAINERS, lack_of, media_type_of
from ragkit.types import Source

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem  # type: ignore[import-untyped]

MOST_FILES = 1_000_000
_ARCHIVES = ("zip://", "tar://", "libarchive://")
_MAGIC = frozenset("*?[")
_CREDENTIALS = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or FSSPEC_S3_ANON=true for a public bucket."
"""The remedy when a file system finds none; S3 is the one that most use."""


@dataclass(frozen=True, slots=True)
class Place:
    """What an address stands for: a file or folder that is there, or what of the folder fits ``glob``."""

    files: AbstractFileSystem
    path: str
    glob: str
    info: dict[str, Any]


class Remote:
    """An origin: what is at and below one address. Raises what `reached` does."""

    def __init__(self, address: str, limits: Limits) -> None:
        self._limits = limits
        self._place = reached(address)
        self._files = self._place.files
        self._archive = address.partition("::")[2] if address.startswith(_ARCHIVES) else ""
        self._left_out: set[str] = set()
        self._passed_by: dict[str, Refusal] = {}
        self._area = area(self._uri(self._place.path).rstrip("/"), self._place.glob)
        self._complete = False

    @property
    def areas(self) -> Sequence[Area]:
        """The address."""
        return (self._area,)

    def survey(self) -> Survey:
        """The files below the address that have a reader."""
        found: dict[str, tuple[str, dict[str, Any]]] = {}
        self._passed_by.clear()
        unsupported, failed, left_out = [], [], []
        rules = excluded(self._limits.exclude, self._area.folder)
        try:
            for path, info in self._listed():
                uri = self._uri(path)
                if rules and ignored(uri, (rules,), folder=False, root=self._area.folder):
                    left_out.append(Refusal(uri, BY_OPTION))
                    self._left_out.add(uri)
                elif reason := _no_reader(path):
                    unsupported.append(Refusal(uri, reason))
                elif (info.get("size") or 0) > self._limits.max_bytes:
                    failed.append(Refusal(uri, too_large(info["size"], self._limits.max_bytes)))
                else:
                    found[uri] = path, info
            self._complete = True
        except Exception as error:  # a file system is another's code and raises what it likes
            failed.append(Refusal(self._area.folder, str(_unreached(self._area.folder, error))))
        candidates = self._candidates(found)
        return Survey(candidates, len(found), unsupported, failed, [*left_out, *self._passed_by.values()])

    def covers(self, uri: str) -> bool:
        """Whether it is below the address, when that could be listed."""
        return self._complete and self._area.covers(uri)

    def has(self, uri: str) -> bool:
        """Whether it is there and one run alone leaves it out, or passes it by."""
        return uri in self._left_out

    def _candidates(self, found: dict[str, tuple[str, dict[str, Any]]]) -> Iterator[Candidate]:
        for uri, (path, info) in found.items():
            yield Candidate(uri, partial(self._fetch, uri, path, info))

    def _fetch(self, uri: str, path: str, info: dict[str, Any], ledger: Ledger) -> Fetched:
        size = int(info.get("size") or 0)
        stamp = _stamp(info)
        if ledger.is_unchanged(uri, size, stamp):
            return Same(uri)
        limit = self._limits.max_bytes
        try:
            with self._files.open(path, "rb") as stream:
                data = stream.read(limit + 1)
        except Exception as error:  # as above
            raise SourceError(f"{uri} cannot be read: {_reason(error)}.", _remedy(error)) from error
        if len(data) > limit:
            raise SourceError(f"{uri} cannot be read: {too_large(len(data), limit)} or more.", "Leave it out.")
        return Taken(Source(uri, None, media_type_of(path.rpartition("/")[2]) or "", size), data, stamp)

    def _listed(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Path and what is known of each file, by name; hidden ones are passed by and noted."""
        place = self._place
        if not place.glob and place.info["type"] == "file":
            yield place.path, place.info
            return
        listed = _below(self._files, place.path)
        if len(listed) > MOST_FILES:
            raise ValueError(f"it has more than {MOST_FILES:,} files")
        for path, info in sorted(listed.items()):
            hidden, reason = topmost_passed_by(
                below(self._uri(path), self._area.folder), hidden=not self._area.names_hidden
            )
            # where there are no folders, as on S3, an empty file with a slash at its end stands for one
            folder = info.get("type") == "directory" or path.endswith("/")
            if folder or not self._area.covers(self._uri(path)):
                continue
            if reason:
                name = child(self._area.folder, hidden)
                self._passed_by[name] = Refusal(name, reason)
                self._left_out.add(self._uri(path))
            else:
                yield path, info

    def _uri(self, path: str) -> str:
        if self._archive:
            # as for archives on this machine: members stand below their archive
            return child(self._archive, path.strip("/")) if path.strip("/") else self._archive
        return str(self._files.unstrip_protocol(path))


def reached(address: str) -> Place:
    """What is at an address.

    Raises:
        UsageError: Its file system is not installed, or there is nothing.
        EndpointError: It cannot be looked at.
    """
    files, path = _opened(address)
    folder, glob = _split(path)
    try:
        return Place(files, folder, glob, files.info(folder))
    except FileNotFoundError as error:
        raise UsageError(f"There is nothing at {address}.", "Check the address.") from error
    except Exception as error:  # a file system is another's code and raises what it likes
        raise _unreached(address, error) from error


def _opened(address: str) -> tuple[AbstractFileSystem, str]:
    try:
        from fsspec.core import url_to_fs  # type: ignore[import-untyped]
    except ModuleNotFoundError as error:
        raise UsageError(f"{address} needs fsspec.", "Run: pip install fsspec") from error
    try:
        # an instance that was used before may remember listings that are true no more
        files, path = url_to_fs(address, skip_instance_cache=True)
    except (ImportError, ValueError) as error:
        raise UsageError(
            f"{address} cannot be opened: {_reason(error)}.", "Install what reads it, such as s3fs."
        ) from error
    except OSError as error:
        raise UsageError(f"{address} cannot be opened: {_reason(error)}.", _remedy(error)) from error
    return files, path


def _below(files: AbstractFileSystem, folder: str) -> dict[str, dict[str, Any]]:
    """What is known of each file below a folder. Raises what the file system does when a part cannot be listed."""
    from fsspec import AbstractFileSystem

    if files.async_impl or type(files).find is not AbstractFileSystem.find:
        return dict(files.find(folder, detail=True))
    # fsspec's own walk passes by a folder that it cannot list as though it were empty
    found: dict[str, dict[str, Any]] = {}
    seen, waiting = {folder}, [folder]
    while waiting:
        for info in files.ls(waiting.pop(), detail=True):
            if info["type"] != "directory":
                found[info["name"]] = info
            elif info["name"] not in seen:
                seen.add(info["name"])
                waiting.append(info["name"])
    return found


def _split(path: str) -> tuple[str, str]:
    """The folder in which a glob begins, and the glob."""
    parts = path.split("/")
    plain = next((place for place, part in enumerate(parts) if _MAGIC & set(part)), len(parts))
    return "/".join(parts[:plain]), "/".join(parts[plain:])


def _stamp(info: dict[str, Any]) -> int:
    """A number that changes when the file does, by entity tag or time; `UNTOLD` when nothing tells."""
    for name in ("ETag", "etag", "md5Hash", "LastModified", "updated", "mtime", "created", "date_time"):
        if info.get(name):
            digest = hashlib.sha256(f"{name}={info[name]}".encode()).digest()
            return int.from_bytes(digest[:7], "little") + UNTOLD + 1
    return UNTOLD


def _no_reader(path: str) -> str:
    name = path.rpartition("/")[2]
    kind = media_type_of(name)
    if kind in CONTAINERS:
        return "archives are read from this machine only"
    ending = f".{name.rpartition('.')[2]} files" if "." in name else "files without a suffix"
    return lack_of(kind) if kind else f"there is no reader for {ending}"


def _unreached(place: str, error: Exception) -> EndpointError:
    return EndpointError(f"{place} cannot be listed: {_reason(error)}.", _remedy(error))


def _reason(error: Exception) -> str:
    """What the file system says, as the end of a sentence."""
    said = (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__
    line = " ".join(said.split()).rstrip(".")
    return line[:1].lower() + line[1:]


def _remedy(error: Exception) -> str:
    if "credentials" in str(error).lower():
        return _CREDENTIALS
    if isinstance(error, PermissionError):
        return "Check that your credentials may read it."
    if isinstance(error, FileNotFoundError | ValueError):
        return "Check the address."
    return "Check the address, the endpoint and the network, or try again later."
