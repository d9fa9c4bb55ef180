"""Charts, formulas and whole documents that stand in an OpenDocument file, each in a folder of its own there."""

from __future__ import annotations

import posixpath

from lxml import etree

from ragkit.errors import SourceError
from ragkit.ingest.readers.drawings import Drawings
from ragkit.ingest.readers.ooxml import Package

_NS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
OBJECT = f"{_NS % 'drawing'}object"
_OLE = f"{_NS % 'drawing'}object-ole"
_PARAGRAPHS = tuple(f"{_NS % 'text'}{name}" for name in ("p", "h"))
_CHART = f"{_NS % 'chart'}chart"
_STYLE = f"{_NS % 'text'}style-name"
_HREF = "{http://www.w3.org/1999/xlink}href"
_MATH = "{http://www.w3.org/1998/Math/MathML}"
_TOKENS = tuple(f"{_MATH}{name}" for name in ("mi", "mn", "mo", "mtext", "ms"))
_MAX_DEPTH = 4
"""Documents in documents that are in documents."""


def part_of(element: etree._Element, folder: str = "") -> str:
    """The part that an element of a document in ``folder`` refers to."""
    return posixpath.normpath(posixpath.join(folder, element.get(_HREF, "")))


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
        inside = next(element.iterancestors(*_PARAGRAPHS), None) is not None
        formula = etree.SubElement(element, _PARAGRAPHS[0])
        formula.text = _formula(root)
        if inside:
            # Text of its paragraph, where a box would stand apart.
            element.tag = formula.tag = f"{_NS % 'text'}span"
        return
    body = next(root.iter(f"{_NS % 'office'}body"), None)
    for each in list(body) if body is not None else ():
        element.append(each)
        for styled in each.iter():
            # Names of styles are those of the object.
            if _STYLE in styled.attrib:
                del styled.attrib[_STYLE]
    for chart in list(element.iter(_CHART)) if not figures else ():
        for table in list(chart.iterchildren(f"{_NS % 'table'}table")):
            chart.remove(table)


def _formula(root: etree._Element) -> str:
    """What a formula shows, else how it is written."""
    text = "".join("".join(map(str, each.itertext())) for each in root.iter(*_TOKENS))
    return " ".join((text or root.findtext(f".//{_MATH}annotation", "")).split())
