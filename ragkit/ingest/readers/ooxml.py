"""The package that office formats and EPUB share: a ZIP of XML parts, opened with care for bombs of either kind."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from ragkit.errors import SourceError
from ragkit.types import Metadata

MAX_PARTS = 20_000
MAX_PART_BYTES = 512 * 2**20
MAX_TOTAL_BYTES = 1024 * 2**20
MAX_RATIO = 300
"""Of unpacked to packed size. Sheets of like rows reach about 50; a bomb reaches 1,000."""
_RATIO_FREE_BYTES = 4 * 2**20
_OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
REL_ID = f"{{{_OFFICE}}}id"
_FORMS = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
# "Strict Open XML" has the elements that every other file has, under names of its own. ECMA-376 part 4, annex A.
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_HINT = "Save it again from the program that made it."
_PROPERTIES = {
    "title": "title",
    "creator": "author",
    "subject": "subject",
    "keywords": "keywords",
    "created": "created",
    "modified": "modified",
    "language": "language",
}
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part refers to by an id: ``kind`` is the last word of the relation's type, ``target`` another part."""

    id: str
    kind: str
    target: str


class Package:
    """The parts of one file by name."""

    def __init__(self, uri: str, data: bytes) -> None:
        """Raises `SourceError` for what is empty, encrypted, no package, or would unpack to too much."""
        self._uri = uri
        if not data.strip():
            raise SourceError(f"{uri} is empty.", "Copy it again from where it came from.")
        if data.startswith(_OLE_MARK):
            reason = "is encrypted with a password, or of the format of before 2007"
            raise SourceError(f"{uri} {reason}.", "Save a copy without a password in today's format.")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except zipfile.BadZipFile as error:
            # What such a file lacks stands at its end; the library says only that it is none.
            reason = "its end is missing" if data.startswith(b"PK") else "it is not of the format that it is said to be"
            raise SourceError(f"{uri} is damaged: {reason}.", _HINT) from error
        except _BROKEN as error:
            raise self._damaged(error) from error
        self._refuse_bombs(len(data))
        self._names = {name.lower(): name for name in self._zip.namelist()}

    def main(self, kind: str) -> str:
        """The part that holds the document. Raises `SourceError` when there is none."""
        for relation in self.relations(""):
            if relation.kind == kind and self.has(relation.target):
                return relation.target
        raise SourceError(f"{self._uri} holds no document.", "Check its name: it may be of another format.")

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return name.lower() in self._names

    def root(self, name: str) -> etree._Element:
        """The root element of a part. Of what is told once for newer and once for older programs, one form is left."""
        try:
            root = etree.fromstring(self._bytes(name), _parser())
        except etree.XMLSyntaxError as error:
            raise self._damaged(error) from error
        for each in list(root.iter(_FORMS)):
            # The newest comes first; where it only draws, an older one may be all that says something.
            kept = next((place for place, form in enumerate(each) if _says(form)), 0)
            each[:] = each[kept : kept + 1]
        return root

    def elements(self, name: str, *tags: str) -> Iterator[etree._Element]:
        """The elements of a part that have one of ``tags``, one by one as they end, then forgotten."""
        walk = etree.iterparse(
            io.BytesIO(self._bytes(name)),
            tag=tags,
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            for _, element in walk:
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
        except etree.XMLSyntaxError as error:
            raise self._damaged(error) from error

    def relations(self, part: str) -> list[Relation]:
        """What ``part`` refers to inside of the package; the package itself is the part without a name."""
        folder, name = posixpath.split(part)
        place = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(place):
            return []
        return [
            Relation(
                each.get("Id", ""),
                each.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, each.get("Target", ""))).lstrip("/"),
            )
            for each in self.root(place).iter(_RELATIONS)
            if each.get("TargetMode") != "External"
        ]

    def related(self, part: str, kind: str) -> str:
        """The first part of a kind that ``part`` refers to, or an empty string."""
        targets = (each.target for each in self.relations(part) if each.kind == kind)
        return next(filter(self.has, targets), "")

    def properties(self) -> Metadata:
        """Title, author, subject, keywords, dates and language, as far as they are stated."""
        part = self.related("", "core-properties")
        if not part:
            return {}
        found = {etree.QName(each).localname: " ".join((each.text or "").split()) for each in self.root(part)}
        return {key: found[name] for name, key in _PROPERTIES.items() if found.get(name)}

    def data(self, name: str) -> bytes:
        """The bytes of a part. Raises `SourceError` for one that is missing or damaged."""
        try:
            return self._zip.read(self._names[name.lower()])
        except KeyError as error:
            raise SourceError(f"{self._uri} is damaged: its part {name} is missing.", _HINT) from error
        except _BROKEN as error:
            raise self._damaged(error) from error

    def _bytes(self, name: str) -> bytes:
        data = self.data(name)
        if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data:
            # No office program writes one, and entities are what XML bombs are made of.
            raise SourceError(f"{self._uri} is refused: its part {name} declares a document type.", _HINT)
        return _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/\2", data)

    def _refuse_bombs(self, size: int) -> None:
        entries = self._zip.infolist()
        total = sum(entry.file_size for entry in entries)
        largest = max((entry.file_size for entry in entries), default=0)
        dense = any(
            entry.file_size > max(_RATIO_FREE_BYTES, MAX_RATIO * max(entry.compress_size, 1)) for entry in entries
        )
        if sum(entry.compress_size for entry in entries) > size:
            raise SourceError(f"{self._uri} is damaged: its parts claim more room than the file has.", _HINT)
        if len(entries) > MAX_PARTS or total > MAX_TOTAL_BYTES or largest > MAX_PART_BYTES or dense:
            reason = f"it would unpack to {total / 2**20:,.0f} MiB in {len(entries):,} parts"
            raise SourceError(f"{self._uri} is refused: {reason}.", "If it is what it seems, split it.")

    def _damaged(self, error: Exception) -> SourceError:
        return SourceError(f"{self._uri} is damaged: {str(error).rstrip('.')}.", _HINT)


def _says(form: etree._Element) -> bool:
    """Whether there is text below an element, or a reference to a part that may have some."""
    for each in form.iter():
        if etree.QName(each).localname == "t" and (each.text or "").strip():
            return True
        if any(str(name).startswith(f"{{{_OFFICE}}}") for name in each.attrib):
            return True
    return False


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
