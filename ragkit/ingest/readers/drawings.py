"""What Office keeps beside a page or a slide and draws on it: charts as tables of their figures, diagrams as lists."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from ragkit.ingest.readers.build import TextBuilder, cell
from ragkit.ingest.readers.ooxml import REL_ID, Package
from ragkit.ingest.readers.xlsx_formats import plain_text

_CHARTS = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DIAGRAMS = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DATA_ID = REL_ID.replace("}id", "}dm")
_MAX_POINTS = 10_000


def write_drawings(builder: TextBuilder, package: Package, part: str, element: etree._Element, number: int) -> None:
    """Adds the charts and diagrams that ``element``, which is of ``part``, refers to; ``number`` marks them."""
    found = list(element.iter(f"{_CHARTS}chart", f"{_DIAGRAMS}relIds"))
    targets = {each.id: each.target for each in package.relations(part)} if found else {}
    for each in found:
        target = targets.get(each.get(REL_ID) or each.get(_DATA_ID) or "", "")
        if not package.has(target):
            continue
        root = package.root(target)
        if each.tag == f"{_CHARTS}chart":
            _write_chart(builder, root, number)
        else:
            for point in root.iter(f"{_DIAGRAMS}pt"):
                text = _said(point)
                builder.add("item", [(f"- {text}" if text else "", number)])


def _write_chart(builder: TextBuilder, root: etree._Element, number: int) -> None:
    """The title, then a row for each category with the figure of each series."""
    builder.add("paragraph", [(_said(root.find(f"{_CHARTS}chart/{_CHARTS}title")), number)])
    series = list(root.iter(f"{_CHARTS}ser"))
    names = [_one(each.find(f"{_CHARTS}tx")) or f"Series {place}" for place, each in enumerate(series, start=1)]
    figures = [dict(_points(each, "val", "yVal")) for each in series]
    categories = dict(point for each in series for point in _points(each, "cat", "xVal"))
    rows = [["", *names]]
    for place in sorted({*categories, *(key for each in figures for key in each)})[:_MAX_POINTS]:
        shown = [plain_text(each[place]) if place in each else "" for each in figures]
        rows.append([categories.get(place, str(place + 1)), *shown])
    builder.table((row, number) for row in rows)


def _points(series: etree._Element, *names: str) -> Iterator[tuple[int, str]]:
    """The values of a series by their places."""
    for name in names:
        for point in series.iterfind(f"{_CHARTS}{name}//{_CHARTS}pt"):
            place = point.get("idx", "")
            if place.isascii() and place.isdigit() and len(place) < 9:
                yield int(place), cell([(point.findtext(f"{_CHARTS}v", ""), 0)])


def _one(element: etree._Element | None) -> str:
    """The first value below ``element``, on one line."""
    value = next(element.iter(f"{_CHARTS}v"), None) if element is not None else None
    return cell([(value.text or "", 0)]) if value is not None else ""


def _said(element: etree._Element | None) -> str:
    """The paragraphs below ``element`` on one line."""
    paragraphs = element.iter(f"{_DRAWING}p") if element is not None else ()
    texts = (cell([(text.text or "", 0) for text in each.iter(f"{_DRAWING}t")]) for each in paragraphs)
    return " ".join(filter(None, texts))
