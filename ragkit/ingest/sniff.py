"""What a file is by its content, and by its name where the content leaves that open.

Magic bytes tell PDF, pictures and archives; the directory of a ZIP tells the formats that are packages; the first line
tells HTML, XML, Info, mail and what no reader is for; marks of reStructuredText and AsciiDoc tell them from plain text.
Knows nothing of how any of them is read.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import PurePath

from ragkit.ingest.decode import is_binary, is_foreign
from ragkit.ingest.readers import CONTAINERS, media_type_of
from ragkit.ingest.readers.formats import FORMATS

HEAD_BYTES = 16 * 1024
"""Enough to tell all but some packages, whose directory is at the end of the file."""

_ZIP_MARK = b"PK\x03\x04"
_MARKS = tuple((offset, mark, each.media_type) for each in FORMATS for offset, mark in each.marks)
_FOLDERS = {each.package: each.media_type for each in FORMATS if each.package.endswith("/")}
_STATED = frozenset(each.media_type for each in FORMATS if each.package == "mimetype")
_PACKAGES = _STATED.union(_FOLDERS.values())
_MIMETYPE_BYTES = 200
_SEARCHED_BYTES = 1 << 20
_LOCAL_NAME = re.compile(rb"PK\x03\x04.{22}(..)..", re.DOTALL)
_BLANKS = b" \t\r\n\f\v"
_BOM = b"\xef\xbb\xbf"
_HTML = re.compile(rb"(?:<!--.{0,4000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(rb"<\?xml\s")
_XHTML = re.compile(rb"<\?xml[^>]*>\s*(?:<!--.{0,4000}?-->\s*)*(?:<!doctype\s+html|<html)\b", re.IGNORECASE | re.DOTALL)
_UNDERLINED = re.compile(rb"^\w[^\n]{2,}\n([=\-~*#^+\"'`])\1{2,}[ \t]*$", re.MULTILINE)
_RST_MARK = re.compile(
    rb"^[ \t]*\.\. (?:[a-z][\w:+-]*::(?:[ \t]|$)|_[^\n:]+:[ \t]*$)|(?<![\w:`]):[a-z][\w:+.-]*:`[^`\n]+`", re.MULTILINE
)
_ASCIIDOC_MARK = re.compile(
    rb"^(?:ifdef|ifndef|include)::\S*\[[^\n]*\]$|^\[(?:verse|quote|source|listing|NOTE|TIP|WARNING|IMPORTANT|CAUTION|\["
    rb"[\w-]+\])[^\n\]]*\]{1,2}$|\b(?:linkgit|xref|link):\S+\[",
    re.MULTILINE,
)
_MIN_MARKS = 2
_INFO = re.compile(rb"This is \S{1,200}, produced by (?:makeinfo|texi2any|GNU texi)")
_MBOX = re.compile(rb"From \S+ [^\n]*\d{4}[^\n]*\n[!-9;-~]+:")
_FIELD = re.compile(rb"^([!-9;-~]+):[ \t]", re.MULTILINE)
_MAIL_FIELDS = frozenset({b"from", b"to", b"subject", b"date", b"message-id", b"received", b"return-path", b"reply-to"})
_MIN_MAIL_FIELDS = 3


def media_type(name: str, head: bytes, named: str | None = None) -> str | None:
    """The media type of a file called ``name`` that starts with ``head``, or None when there is no reader for it.

    ``head`` may be the whole file, from which more can be told. ``named`` is the type that was told before, by the
    name if it is None. A type of text by name holds for all that is text, and for binary data too, which its reader
    refuses with a reason.
    """
    named = named or media_type_of(name)
    if head.startswith(_ZIP_MARK):
        return _packed(name, head, named)
    for offset, mark, found in _MARKS:
        if head.startswith(mark, offset):
            return _compressed(name, named, found)
    if named and named not in _PACKAGES | CONTAINERS | {"text/plain", "application/xml", "application/pdf"}:
        return named
    text = head.removeprefix(_BOM).lstrip(_BLANKS)
    if _INFO.match(text):
        return "text/x-info"
    if not text or is_binary(head):
        return named
    return _marked_up(text, named) or named or (None if is_foreign(text) else _plain(text))


def _compressed(name: str, named: str | None, found: str) -> str | None:
    """What is compressed is an archive when its name allows for it: other formats are compressed too."""
    return found if found not in CONTAINERS or named or not PurePath(name).suffix else None


def _marked_up(text: bytes, named: str | None) -> str | None:
    if _HTML.match(text) or _XHTML.match(text):
        return "text/html"
    if _XML.match(text) and named != "text/plain":
        return "application/xml"
    return _lightly_marked_up(text[:HEAD_BYTES].replace(b"\r\n", b"\n")) if named == "text/plain" else None


def _lightly_marked_up(text: bytes) -> str | None:
    """The mark-up of a text that has a title with a line under it, and at least two marks of that kind."""
    if not _UNDERLINED.search(text):
        return None
    marks = {"text/x-rst": len(_RST_MARK.findall(text)), "text/asciidoc": len(_ASCIIDOC_MARK.findall(text))}
    found = max(marks, key=lambda kind: marks[kind])
    return found if marks[found] >= _MIN_MARKS else None


def _plain(text: bytes) -> str:
    """The kind of text of a file whose name says nothing."""
    if _MBOX.match(text):
        return "application/mbox"
    fields = {field.lower() for field in _FIELD.findall(text.partition(b"\n\n")[0].partition(b"\r\n\r\n")[0])}
    if len(fields & _MAIL_FIELDS) >= _MIN_MAIL_FIELDS:
        return "message/rfc822"
    return "text/x-source" if text.startswith(b"#!") else "text/plain"


def package_type(package: zipfile.ZipFile) -> str | None:
    """The media type of a document that is packed as a ZIP, or None for what is just a ZIP."""
    about = package.NameToInfo.get("mimetype")
    stated = package.read(about) if about and about.file_size <= _MIMETYPE_BYTES else b""
    return _package_type(package.namelist(), stated)


def _package_type(names: list[str], stated: bytes) -> str | None:
    if "[Content_Types].xml" in names:
        folders = (found for folder, found in _FOLDERS.items() if any(each.startswith(folder) for each in names))
        return next(folders, None)
    found = stated.decode("ascii", "replace").strip().removesuffix("-template")
    return found if found in _STATED else None


def _packed(name: str, data: bytes, named: str | None) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            found, is_whole = package_type(package), True
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        names = [_name_at(data, header) for header in _LOCAL_NAME.finditer(data[:_SEARCHED_BYTES])]
        stated = data[38 : 38 + _MIMETYPE_BYTES].partition(b"PK")[0] if names[:1] == ["mimetype"] else b""
        found, is_whole = _package_type(names, stated), False
    if found or (named in _PACKAGES and not is_whole):
        return found or named
    return "application/zip" if named or not PurePath(name).suffix else None


def _name_at(data: bytes, header: re.Match[bytes]) -> str:
    return data[header.end() : header.end() + int.from_bytes(header[1], "little")].decode("utf-8", "replace")
