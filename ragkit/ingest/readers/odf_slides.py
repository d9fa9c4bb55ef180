"""OpenDocument slides: each a section under its title, with what its master shows, its notes and its comments."""

from __future__ import annotations

from lxml import etree

from ragkit.ingest.readers.build import TextBuilder
from ragkit.ingest.readers.drawings import Drawings
from ragkit.ingest.readers.odf_inline import joined, remark_text
from ragkit.ingest.readers.odf_names import DRAW, REMARK, SHOW, SKIPPED, STYLE, children
from ragkit.ingest.readers.odf_styles import Styles
from ragkit.ingest.readers.odf_text import Writer
from ragkit.ingest.readers.ooxml import Package

# Of a slide's notes: the number, the date, the header and the footer of the page.
_FURNITURE = frozenset({"page", "page-number", "date-time", "header", "footer"})


def write_slides(
    builder: TextBuilder, styles: Styles, drawings: Drawings, package: Package, body: etree._Element | None
) -> int:
    """Adds the slides of a show in order; gives how many they are."""
    number, masters = 0, _masters(package)
    for number, page in enumerate(children(body, f"{DRAW}page"), start=1):
        frames = [frame for frame in page if frame.tag not in SKIPPED]
        title = next((frame for frame in frames if frame.get(f"{SHOW}class") == "title" and joined(frame)), None)
        name = joined(title) if title is not None else f"Slide {number}"
        builder.add("heading", [(name, number)], level=1)
        # What a master shows on each of its slides is said once.
        for frame in [*frames, *masters.pop(page.get(f"{DRAW}master-page-name", ""), [])]:
            if frame is not title:
                Writer(builder, styles, drawings, number).alone(frame)
        notes = [each for each in page.iterfind(f"{SHOW}notes/*") if each.get(f"{SHOW}class") not in _FURNITURE]
        said = " ".join(filter(None, map(joined, notes)))
        builder.add("paragraph", [(f"Notes: {said}" if said else "", number)])
        for each in page.iterchildren(REMARK):
            builder.add("paragraph", [(remark_text(each), number)])
    return number


def _masters(package: Package) -> dict[str, list[etree._Element]]:
    """What the masters of slides show that is no place for something of a slide, by their names."""
    pages = children(package.root("styles.xml") if package.has("styles.xml") else None, f"{STYLE}master-page")
    return {
        page.get(f"{STYLE}name", ""): [
            each for each in page if str(each.tag).startswith(DRAW) and each.get(f"{SHOW}class") is None
        ]
        for page in pages
    }
