"""EPUB 2 and 3: the chapters of the spine in order, each read as HTML, with the book's own properties as metadata.

Of a drawing among them the words are read; what is neither is read by what the book says to show instead, or is named.
"""

from __future__ import annotations

import logging
import posixpath
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from lxml import etree

from ragkit.errors import SourceError
from ragkit.ingest.readers.build import TextBuilder, flow
from ragkit.ingest.readers.html import html_text, write_html
from ragkit.ingest.readers.ooxml import Package
from ragkit.types import Document, Source

log = logging.getLogger(__name__)

_HTML = frozenset(
    {
        "application/xhtml+xml",
        "text/html",
        "application/x-dtbook+xml",
        "text/x-oeb1-document",
        "text/xml",
        "application/xml",
    }
)
_SVG = "image/svg+xml"
_MAX_FALLBACKS = 10
_PROPERTIES = {
    "title": "title",
    "creator": "author",
    "subject": "keywords",
    "language": "language",
    "date": "created",
    "publisher": "publisher",
    "identifier": "identifier",
}
_XML_CIPHER = "{http://www.w3.org/2001/04/xmlenc#}"
# How fonts are made useless outside of their book; the text of such a book is open.
_FONT_CIPHERS = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
_HINT = "Open it in a program that reads EPUB and save it again."


class EpubReader:
    """The `ragkit.protocols.Reader` of EPUB."""

    def read(self, source: Source, data: bytes) -> Document:
        """Blocks of all chapters. Raises `SourceError` for a book that is damaged or locked by its seller."""
        package = Package(source.uri, data)
        if _is_locked(package):
            raise SourceError(f"{source.uri} is encrypted.", "Get a copy without digital rights management.")
        place = _book(package, source.uri)
        book = package.root(place)
        builder = TextBuilder(marks="none")
        for part, kind in _chapters(book, place):
            if not package.has(part):
                raise SourceError(f"{source.uri} is damaged: its part {part} is missing.", _HINT)
            if kind in _HTML:
                write_html(builder, html_text(package.data(part), f"{source.uri}/{part}"), 0)
            elif kind == _SVG:
                _write_words(builder, package.root(part))
            else:
                builder.leave_out(f"part {part}", f"there is no reader for {kind} in a book")
        metadata = _metadata(book)
        return builder.document(source, title=str(metadata.get("title", "")), metadata=metadata)


def _is_locked(package: Package) -> bool:
    if not package.has("META-INF/encryption.xml"):
        return False
    locked = package.root("META-INF/encryption.xml").iter(f"{_XML_CIPHER}EncryptedData")
    methods = (each.find(f"{_XML_CIPHER}EncryptionMethod") for each in locked)
    return any(each is None or each.get("Algorithm") not in _FONT_CIPHERS for each in methods)


def _book(package: Package, uri: str) -> str:
    """The part that lists the parts of the book."""
    if package.has("META-INF/container.xml"):
        for file in package.root("META-INF/container.xml").iter("{*}rootfile"):
            place = file.get("full-path", "")
            if package.has(place):
                return place
    raise SourceError(f"{uri} holds no book.", "Check its name: it may be of another format.")


def _chapters(book: etree._Element, place: str) -> Iterator[tuple[str, str]]:
    """The parts of the spine with their types, each once; the table of contents only when the author put it there."""
    folder = posixpath.dirname(place)
    parts = {item.get("id", ""): item for item in book.iter("{*}item")}
    seen: set[str] = set()
    for reference in book.iter("{*}itemref"):
        item = _readable(parts, reference.get("idref", ""))
        if item is None or "nav" in item.get("properties", "").split():
            continue
        name = posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        if name not in seen:
            seen.add(name)
            yield name, item.get("media-type", "")


def _readable(parts: Mapping[str, etree._Element], name: str) -> etree._Element | None:
    """An item, or the first of those that may be shown instead which can be read here."""
    first = item = parts.get(name)
    for _ in range(_MAX_FALLBACKS):
        if item is None or item.get("media-type") in {*_HTML, _SVG}:
            return item if item is not None else first
        item = parts.get(item.get("fallback", ""))
    return first


def _write_words(builder: TextBuilder, drawing: etree._Element) -> None:
    for each in drawing.iter("{*}title", "{*}desc", "{*}text", "{*}foreignObject"):
        builder.add("paragraph", flow([("".join(map(str, each.itertext())), 0)]))


def _metadata(book: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    about = next(book.iter("{*}metadata"), None)
    for each in about.iter("{http://purl.org/dc/elements/1.1/}*") if about is not None else ():
        key, text = _PROPERTIES.get(etree.QName(each).localname, ""), " ".join((each.text or "").split())
        if key and text:
            found[key] = (
                f"{found[key]}, {text}" if key in found and key in {"author", "keywords"} else found.get(key, text)
            )
    return found
