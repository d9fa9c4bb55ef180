"""ZIP, TAR, compressed files and mailboxes as named entries. Nothing is ever written where a name says.

Each kind offers ``entries()``, ``read(name, limit)`` and ``close()``; `ragkit.ingest.containers` makes sources of them.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import mmap
import posixpath
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from tempfile import SpooledTemporaryFile
from typing import IO, Protocol

from ragkit.errors import SourceError
from ragkit.ingest.sniff import package_type

MAX_RATIO = 300
"""Of unpacked to packed size, above `RATIO_FREE_BYTES`. Logs reach about 50; a bomb reaches 1,000."""
RATIO_FREE_BYTES = 16 * 2**20
MAX_INFLATED = 4 * 2**30
_IN_MEMORY_BYTES = 32 * 2**20
_COPY_BYTES = 1 << 20
_ENCRYPTED, _UTF8 = 0x1, 0x800
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    LookupError,
    ArithmeticError,
    struct.error,
    OSError,
)
_HINT = "Pack it again, or leave it out."
_OPENERS: dict[str, Callable[[IO[bytes]], IO[bytes]]] = {
    "application/gzip": lambda file: gzip.GzipFile(fileobj=file),  # type: ignore[dict-item,return-value]
    "application/x-bzip2": bz2.BZ2File,
    "application/x-xz": lzma.LZMAFile,
}
_MESSAGE = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]*\d{4}[^\n]*\n")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in an archive. ``name`` opens it, ``shown`` is for people; ``refusal`` says why it cannot be had.

    ``media_type`` is known without a look at what the name tells.
    """

    name: str
    shown: str
    size: int
    refusal: str = ""
    media_type: str = ""


class Archive(Protocol):
    """What holds entries."""

    def entries(self) -> Iterator[Entry]:
        """All files in order. Raises `SourceError` where it is damaged."""
        ...

    def read(self, name: str, limit: int) -> bytes:
        """The first ``limit`` bytes of an entry. Raises `SourceError` when it cannot be read."""
        ...

    def close(self) -> None:
        """Lets go of the file."""
        ...


def open_archive(uri: str, media_type: str, file: IO[bytes], size: int) -> Archive:
    """The archive in ``file``, which it closes in the end. Raises `SourceError` for one that cannot be opened."""
    try:
        match media_type:
            case "application/zip":
                return ZipArchive(uri, file, size)
            case "application/mbox":
                return Mailbox(file)
            case "application/x-tar":
                return TarArchive(uri, file)
            case _:
                return _inflated(uri, media_type, file, size)
    except BaseException:
        file.close()
        raise


class ZipArchive:
    """A ZIP by its directory."""

    def __init__(self, uri: str, file: IO[bytes], size: int) -> None:
        self.size = size
        self._uri = uri
        self._file = file
        try:
            self._zip = zipfile.ZipFile(file)
        except _BROKEN as error:
            raise damaged(uri, error) from error
        if sum(info.compress_size for info in self._zip.infolist()) > size:
            # Entries that overlap are how a small file unpacks to petabytes.
            raise SourceError(f"{uri} is damaged: its members claim more room than the file has.", _HINT)

    def package_type(self) -> str | None:
        """The media type of what is a document that is packed as a ZIP."""
        return package_type(self._zip)

    def entries(self) -> Iterator[Entry]:
        """All files; of two with one name the later, as unpacking would leave it."""
        for info in {each.filename: each for each in self._zip.infolist()}.values():
            if not info.is_dir():
                yield Entry(info.filename, _zip_name(info), info.file_size, _zip_refusal(info))

    def read(self, name: str, limit: int) -> bytes:
        """The first ``limit`` bytes of an entry."""
        try:
            with self._zip.open(name) as member:
                return member.read(limit)
        except _BROKEN as error:
            raise damaged(f"{self._uri}/{name}", error) from error

    def close(self) -> None:
        """Lets go of the file."""
        self._zip.close()
        self._file.close()


def _zip_name(info: zipfile.ZipInfo) -> str:
    name = info.filename
    if not info.flag_bits & _UTF8:
        try:
            # Many programs write UTF-8 without saying so.
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = info.filename
    return name if "/" in name else name.replace("\\", "/")


def _zip_refusal(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & _ENCRYPTED:
        return "it is encrypted with a password"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG}:
        return "it is a symbolic link" if kind == stat.S_IFLNK else "it is not a regular file"
    if info.file_size > max(RATIO_FREE_BYTES, MAX_RATIO * max(info.compress_size, 1)):
        return f"it would unpack from {info.compress_size:,} to {info.file_size:,} bytes"
    return ""


class TarArchive:
    """A TAR that is not compressed, or no longer."""

    def __init__(self, uri: str, file: IO[bytes]) -> None:
        self._uri = uri
        self._file = file
        try:
            self._tar = tarfile.open(fileobj=file, mode="r:", encoding="utf-8", errors="surrogateescape")  # noqa: SIM115
        except _BROKEN as error:
            raise damaged(uri, error) from error
        self._members: dict[str, tarfile.TarInfo] = {}
        self._damage: SourceError | None = None

    def entries(self) -> Iterator[Entry]:
        """All files; of two with one name the later. A link to another member is that member, and no loss."""
        self._load()
        known = set(map(posixpath.normpath, self._members))
        for name, info in self._members.items():
            if info.isfile():
                yield Entry(name, name, info.size, "it is a sparse file" if info.issparse() else "")
            elif not info.isdir() and _target(info) not in known:
                yield Entry(name, name, 0, _kind_of(info))
        if self._damage:
            raise self._damage

    def read(self, name: str, limit: int) -> bytes:
        """The first ``limit`` bytes of an entry."""
        self._load()
        try:
            member = self._tar.extractfile(self._members[name])
            assert member
            with member:
                return member.read(limit)
        except _BROKEN as error:
            raise damaged(f"{self._uri}/{name}", error) from error

    def close(self) -> None:
        """Lets go of the file."""
        self._tar.close()
        self._file.close()

    def _load(self) -> None:
        if self._members or self._damage:
            return
        try:
            for info in self._tar:
                self._members[info.name] = info
            # A header that is broken ends the list like the end of the file does.
            self._file.seek(self._tar.offset)
            is_whole = not self._file.read(_BLOCK).strip(b"\0")
        except _BROKEN:
            is_whole = False
        if not is_whole:
            reason = f"{self._uri} is damaged after its first {len(self._members):,} members."
            self._damage = SourceError(reason, _HINT)


def _target(info: tarfile.TarInfo) -> str:
    """The name of the member that a link means, without the ``./`` that a tar may put before each; "" for no link."""
    if not (info.islnk() or info.issym()):
        return ""
    folder = posixpath.dirname(info.name) if info.issym() else ""
    return posixpath.normpath(posixpath.join(folder, info.linkname))


def _kind_of(info: tarfile.TarInfo) -> str:
    if info.issym() or info.islnk():
        return f"it is a link out of the archive, to {info.linkname!r}"
    return "it is a device or a pipe" if info.isdev() else "it is not a regular file"


class SingleFile:
    """A file that was compressed by itself, no longer compressed, by the archive's name without the suffix."""

    def __init__(self, uri: str, file: IO[bytes], size: int) -> None:
        name = PurePath(uri)
        self._entry = Entry("content", name.stem if name.suffix else "content", size)
        self._file = file

    def entries(self) -> Iterator[Entry]:
        """The one file."""
        yield self._entry

    def read(self, name: str, limit: int) -> bytes:
        """The first ``limit`` bytes; there is but one ``name``."""
        assert name == self._entry.name
        self._file.seek(0)
        return self._file.read(limit)

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()


class Mailbox:
    """The messages of an mbox (RFC 4155), numbered from 1; ``>From`` at the start of a line is ``From`` again."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        on_disk = isinstance(file, io.BufferedReader) and file.read(1)
        self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if on_disk else file.read()
        starts = list(_MESSAGE.finditer(self._data))
        self._first = starts[0].start() if starts else 0
        ends = [*(each.start() for each in starts[1:]), len(self._data)]
        self._spans = [(each.end(), end) for each, end in zip(starts, ends, strict=False)]

    def entries(self) -> Iterator[Entry]:
        """A file for each message, and one for what stands before the first, whatever it is."""
        if len(self._data) and not self._spans:
            raise SourceError("It is not a mailbox: it has no line that starts with From.", "Check its name.")
        if self.read("0", self._first).strip():
            yield Entry("0", "before message 1", self._first)
        for number, (start, end) in enumerate(self._spans, start=1):
            yield Entry(str(number), f"message {number}", end - start, media_type="message/rfc822")

    def read(self, name: str, limit: int) -> bytes:
        """The first ``limit`` bytes of a message."""
        start, end = self._spans[int(name) - 1] if int(name) else (0, self._first)
        return _QUOTED.sub(rb"\1", self._data[start:end])[:limit]

    def close(self) -> None:
        """Lets go of the file."""
        if isinstance(self._data, mmap.mmap):
            self._data.close()
        self._file.close()


def _inflated(uri: str, media_type: str, file: IO[bytes], size: int) -> Archive:
    """What was compressed as a whole: a TAR or one file, unpacked to memory or, if large, to a temporary file."""
    out = SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115
    most = min(MAX_INFLATED, max(RATIO_FREE_BYTES, MAX_RATIO * size))
    try:
        with file, _OPENERS[media_type](file) as packed:
            while part := packed.read(_COPY_BYTES):
                out.write(part)
                if out.tell() > most:
                    raise SourceError(f"{uri} is refused: it would unpack to more than {most:,} bytes.", "Split it.")
        length = out.tell()
        out.seek(0)
        is_tar = tarfile.is_tarfile(out)
        out.seek(0)
        return TarArchive(uri, out) if is_tar else SingleFile(uri, out, length)
    except _BROKEN as error:
        out.close()
        raise damaged(uri, error) from error
    except BaseException:
        out.close()
        raise


def damaged(uri: str, error: Exception) -> SourceError:
    """The error for an archive or a member that cannot be unpacked."""
    reason = str(error).rstrip(".") or type(error).__name__
    if isinstance(error, NotImplementedError):
        return SourceError(f"{uri} is packed by a method that cannot be read here ({reason}).", "Pack it as deflate.")
    return SourceError(f"{uri} is damaged: {reason}.", _HINT)
