"""OpenDocument: text (ODT) with headings, lists, tables and notes; sheets (ODS) by rows; slides (ODP) by pages.

Tracked changes are read as if they had been accepted; what is struck out is left out. Headers and footers of a text
come first, each once; a comment follows the paragraph, the table or the slide that it was made on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from lxml import etree

from ragkit.errors import SourceError
from ragkit.ingest.readers.build import TextBuilder, name_of
from ragkit.ingest.readers.drawings import Drawings
from ragkit.ingest.readers.furniture import write_furniture
from ragkit.ingest.readers.odf_inline import joined
from ragkit.ingest.readers.odf_names import DUBLIN, IMAGE, META, OFFICE, STYLE, children
from ragkit.ingest.readers.odf_objects import take_in_objects, write_picture
from ragkit.ingest.readers.odf_sheets import write_sheets
from ragkit.ingest.readers.odf_slides import write_slides
from ragkit.ingest.readers.odf_styles import Styles
from ragkit.ingest.readers.odf_text import Writer
from ragkit.ingest.readers.ooxml import Package
from ragkit.types import Document, Metadata, Source

_PROPERTIES = {
    f"{DUBLIN}title": "title",
    f"{DUBLIN}creator": "author",
    f"{META}initial-creator": "author",
    f"{DUBLIN}subject": "subject",
    f"{META}keyword": "keywords",
    f"{META}creation-date": "created",
    f"{DUBLIN}date": "modified",
    f"{DUBLIN}language": "language",
}
_MARGINS = tuple(f"{STYLE}{kind}{which}" for kind in ("header", "footer") for which in ("", "-first", "-left"))
_MARKS: dict[str, Literal["lines", "pages"]] = {"spreadsheet": "lines", "presentation": "pages"}


class OdfReader:
    """The `ragkit.protocols.Reader` of ODT, ODS and ODP."""

    def read(self, source: Source, data: bytes) -> Document:
        """Headers and footers, blocks in order, notes last; line marks are rows of sheets, page marks slides."""
        package = _opened(source, data)
        metadata: Metadata = dict(_properties(package))
        title = str(metadata.get("title", ""))
        body = next(package.root("content.xml").iter(f"{OFFICE}body"), None)
        kind = next(iter(body), None) if body is not None else None
        name = etree.QName(kind).localname if kind is not None else ""
        builder = TextBuilder(marks=_MARKS.get(name, "none"))
        drawings = Drawings(builder, package, source.uri)
        styles = Styles(package, kind)
        # Those of a sheet have their figures from its cells.
        take_in_objects(package, drawings, kind, figures=name != "spreadsheet")
        _write_margins(builder, drawings, package)
        match name:
            case "spreadsheet":
                said, sheets = write_sheets(builder, styles, drawings, kind)
                title = said or title or name_of(source)
                metadata = {**metadata, "sheets": ", ".join(sheets)}
            case "presentation":
                metadata = {**metadata, "pages": write_slides(builder, styles, drawings, package, kind)}
            case _:
                Writer(builder, styles, drawings).document(kind)
        return builder.document(source, title=title, metadata=metadata)


def _opened(source: Source, data: bytes) -> Package:
    package = Package(source.uri, data)
    if package.has("META-INF/manifest.xml") and b"encryption-data" in package.data("META-INF/manifest.xml"):
        raise SourceError(f"{source.uri} is encrypted with a password.", "Save a copy without a password.")
    if not package.has("content.xml"):
        raise SourceError(f"{source.uri} holds no document.", "Check its name: it may be of another format.")
    return package


def _properties(package: Package) -> Metadata:
    found: dict[str, str] = {}
    for each in package.root("meta.xml").iter() if package.has("meta.xml") else ():
        key, text = _PROPERTIES.get(str(each.tag), ""), " ".join((each.text or "").split())
        if key and text:
            found[key] = f"{found[key]}, {text}" if key == "keywords" and key in found else text
    return found


def _write_margins(builder: TextBuilder, drawings: Drawings, package: Package) -> None:
    """Adds the headers and footers of all kinds of pages, then what their pictures say."""
    margins = list(_margins(package))
    write_furniture(builder, map(joined, margins))
    for image in [image for margin in margins for image in margin.iter(IMAGE)]:
        write_picture(drawings, image, 0)


def _margins(package: Package) -> Iterator[etree._Element]:
    if package.has("styles.xml"):
        for page in children(package.root("styles.xml"), f"{STYLE}master-page"):
            yield from (each for tag in _MARGINS for each in page.iterchildren(tag))
