"""Charts, formulas, whole documents and pictures that stand in an OpenDocument file, each in parts of its own there."""

from __future__ import annotations

import posixpath

from lxml import etree

from ragkit.errors import SourceError
from ragkit.ingest.readers.drawings import Drawings
from ragkit.ingest.readers.odf_names import (
    ABOUT,
    CHART,
    DRAW,
    IMAGE,
    OBJECT,
    OFFICE,
    PARAGRAPH,
    PARAGRAPHS,
    TABLE,
    TEXT,
)
from ragkit.ingest.readers.ooxml import Package

_OLE = f"{DRAW}object-ole"
_CHART = f"{CHART}chart"
_STYLE = f"{TEXT}style-name"
_HREF = "{http://www.w3.org/1999/xlink}href"
_MATH = "{http://www.w3.org/1998/Math/MathML}"
_TOKENS = tuple(f"{_MATH}{name}" for name in ("mi", "mn", "mo", "mtext", "ms"))
_MAX_DEPTH = 4
"""Documents in documents that are in documents."""


def part_of(element: etree._Element, folder: str = "") -> str:
    """The part that an element of a document in ``folder`` refers to."""
    return posixpath.normpath(posixpath.join(folder, element.get(_HREF, "")))


def write_picture(drawings: Drawings, image: etree._Element, page: int) -> None:
    """Adds the text in a picture. One that follows something else in its frame shows the same as that does."""
    before = [each for each in image.itersiblings(preceding=True) if each.tag not in {*ABOUT, IMAGE}]
    part, is_alone = part_of(image), next(image.itersiblings(IMAGE), None) is None
    if not before and (is_alone or not part.lower().endswith(".svg")):
        drawings.write_picture(part, page)


def take_in_objects(package: Package, drawings: Drawings, body: etree._Element | None, *, figures: bool) -> None:
    """Puts what stands in the objects of a document into it, each once; ``figures`` says whether charts tell theirs.

    A formula becomes text of the paragraph in which it stands. What cannot be read is named.
    """
    done: set[str] = set()
    pending = [(body, "", 1)] if body is not None else []
    while pending:
        root, folder, depth = pending.pop()
        for each in list(root.iterdescendants(OBJECT, _OLE)):
            part = part_of(each, folder)
            if part in done or not each.get(_HREF):
                continue
            done.add(part)
            content = f"{part}/content.xml"
            if each.tag == _OLE or not package.has(content) or depth >= _MAX_DEPTH:
                drawings.leave_out(part, SourceError("there is no reader for it in a document", "Save it as a file."))
                continue
            _fill(each, package.root(content), figures=figures)
            pending.append((each, part, depth + 1))


def _fill(element: etree._Element, root: etree._Element, *, figures: bool) -> None:
    if root.tag == f"{_MATH}math":
        inside = next(element.iterancestors(*PARAGRAPHS), None) is not None
        formula = etree.SubElement(element, PARAGRAPH)
        formula.text = _formula(root)
        if inside:
            # Text of its paragraph, where a box would stand apart.
            element.tag = formula.tag = f"{TEXT}span"
        return
    body = next(root.iter(f"{OFFICE}body"), None)
    for each in list(body) if body is not None else ():
        element.append(each)
        for styled in each.iter():
            # Names of styles are those of the object.
            if _STYLE in styled.attrib:
                del styled.attrib[_STYLE]
    for chart in list(element.iter(_CHART)) if not figures else ():
        for table in list(chart.iterchildren(f"{TABLE}table")):
            chart.remove(table)


def _formula(root: etree._Element) -> str:
    """What a formula shows, else how it is written."""
    text = "".join("".join(map(str, each.itertext())) for each in root.iter(*_TOKENS))
    return " ".join((text or root.findtext(f".//{_MATH}annotation", "")).split())
