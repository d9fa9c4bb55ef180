"""What Office keeps beside a page, a slide or a sheet and shows on it: charts, diagrams, pictures and whole files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lxml import etree

from ragkit.errors import SourceError
from ragkit.ingest.patience import still_working
from ragkit.ingest.readers import IMAGES
from ragkit.ingest.readers.build import TextBuilder, cell
from ragkit.ingest.readers.embedded import read_within, without_headings
from ragkit.ingest.readers.image import read_picture
from ragkit.ingest.readers.ocr import MAX_PAGES, PROGRAM, available
from ragkit.ingest.readers.ooxml import REL_ID, Package
from ragkit.ingest.readers.whole_numbers import whole_number
from ragkit.ingest.readers.xlsx_formats import plain_text
from ragkit.ingest.sniff import media_type
from ragkit.types import Document

_CHARTS = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_NEW_CHARTS = "{http://schemas.microsoft.com/office/drawing/2014/chartex}"
_DIAGRAMS = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_OBJECT = "{urn:schemas-microsoft-com:office:office}OLEObject"
_OBJECTS = (
    _OBJECT,
    "{http://schemas.openxmlformats.org/presentationml/2006/main}oleObj",
    "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}oleObject",
)
_PICTURES = (f"{_DRAWING}blip", "{urn:schemas-microsoft-com:vml}imagedata")
_DRAWN = (f"{_CHARTS}chart", f"{_NEW_CHARTS}chart", f"{_DIAGRAMS}relIds", *_PICTURES)
_REFERENCES = (REL_ID, REL_ID.replace("}id", "}dm"), REL_ID.replace("}id", "}embed"))
_FILE_NAME = re.compile(r"\S+\.(?:png|jpe?g|gif|tiff?|bmp|[ew]mf|svg)", re.IGNORECASE)
_HINT = "Save it as a file."
_MAX_POINTS = 10_000
_LEAST_PIXELS = 16


class Drawings:
    """Adds what the parts of ``package`` refer to, each once, and notes what cannot be read.

    ``figures`` says whether charts tell theirs, which those of a workbook have from its sheets. ``heading`` is added
    before the first thing that is.
    """

    def __init__(self, builder: TextBuilder, package: Package, uri: str, *, figures: bool = True) -> None:
        self.heading = ""
        self._builder = builder
        self._package = package
        self._uri = uri
        self._figures = figures
        self._targets: dict[str, dict[str, str]] = {}
        self._done: set[str] = set()
        self._pictures = 0

    def write(self, part: str, element: etree._Element, number: int) -> None:
        """Adds what ``element``, which is of ``part``, refers to; ``number`` marks it."""
        for each in element.iter(*_OBJECTS):
            if self.write_file(self._target(part, each), number):
                # The picture of a file that is read says the same again.
                frame = each.getparent() if each.tag == _OBJECT else each
                for drawn in frame.iter(*_PICTURES) if frame is not None else ():
                    self._target(part, drawn)
        for each in element.iter(*_DRAWN):
            target = self._target(part, each)
            if not target:
                continue
            try:
                self._draw(each, target, number)
            except SourceError as error:
                self.leave_out(posixpath.basename(target), error)

    def say(self, text: str, number: int, *, is_item: bool = False) -> None:
        """Adds a text, if there is any."""
        if text:
            self.begin()
            self._builder.add("item" if is_item else "paragraph", [(text, number)])

    def write_file(self, target: str, number: int) -> bool:
        """Adds a file that stands in the document under its name; whether it could be read."""
        if not target:
            return False
        name = posixpath.basename(target)
        try:
            document = read_within(self._package.data(target), f"{self._uri}/{name}")
        except SourceError as error:
            self.leave_out(name, error)
            return False
        self._include(f"Embedded file {name}:", document, number)
        return True

    def write_picture(self, target: str, number: int) -> None:
        """Adds the text in a picture that is a part of its own, if it was not met before."""
        if not self._package.has(target) or target in self._done:
            return
        self._done.add(target)
        try:
            self._picture(target, number)
        except SourceError as error:
            self.leave_out(posixpath.basename(target), error)

    def leave_out(self, name: str, error: SourceError) -> None:
        """Notes that a part was not read."""
        self._builder.leave_out(f"part {name}", error.message, needs=error.needs)

    def _target(self, part: str, element: etree._Element) -> str:
        """The part that an element refers to; nothing for one that is not there or was met before."""
        if part not in self._targets:
            self._targets[part] = {each.id: each.target for each in self._package.relations(part)}
        reference = next((element.get(name) for name in _REFERENCES if element.get(name)), "")
        target = self._targets[part].get(reference or "", "")
        if target in self._done or not self._package.has(target):
            return ""
        self._done.add(target)
        return target

    def _include(self, lead: str, document: Document, number: int) -> None:
        if document.text.strip():
            self.say(lead, number)
            self._builder.include(without_headings(document))

    def begin(self) -> None:
        """Adds the heading, once."""
        if self.heading:
            self._builder.add("heading", [(self.heading, 0)], level=2)
            self.heading = ""

    def _draw(self, element: etree._Element, target: str, number: int) -> None:
        if element.tag in _PICTURES:
            self._picture(target, number)
        elif element.tag == f"{_DIAGRAMS}relIds":
            for point in self._package.root(target).iter(f"{_DIAGRAMS}pt"):
                text = _said(point)
                self.say(f"- {text}" if text else "", number, is_item=True)
        else:
            self._chart(target, number)

    def _picture(self, target: str, number: int) -> None:
        name, data = posixpath.basename(target), self._package.data(target)
        if _is_tiny(data):
            return
        if media_type(name, data) not in IMAGES:
            raise SourceError("there is no reader for such pictures", _HINT)
        if not available():
            raise SourceError("tesseract is not installed", "Install tesseract-ocr.", needs=PROGRAM)
        if self._pictures >= MAX_PAGES:
            raise SourceError(f"there are more than {MAX_PAGES:,} pictures", _HINT)
        self._pictures += 1
        try:
            self._include(f"Text in picture {name}:", read_picture(data, name), number)
        finally:
            still_working()

    def _chart(self, target: str, number: int) -> None:
        """The titles and labels, then a row for each category with the figure of each series."""
        root = self._package.root(target)
        for each in root.iter("{*}title", f"{_CHARTS}dLbl"):
            self.say(_said(each) or _one(each), number)
        for each in root.iter(f"{_CHARTS}userShapes"):
            shapes = self._target(target, each)
            self.say(_said(self._package.root(shapes)) if shapes else "", number)
        for rows in [_figures(root), *_new_figures(root)] if self._figures else ():
            if len(rows) > 1:
                self.begin()
                self._builder.table((row, number) for row in rows)


def alt_text(element: etree._Element | None) -> str:
    """What is said of a picture for those who do not see it. The name of its file is what a program puts there."""
    said = [" ".join(element.get(name, "").split()) for name in ("title", "descr")] if element is not None else []
    return " ".join(dict.fromkeys(text for text in said if not _FILE_NAME.fullmatch(text))).strip()


def _is_tiny(data: bytes) -> bool:
    """Whether a picture is a spacer or a bullet. Only a PNG says its size in its first bytes."""
    sizes = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    return data.startswith(b"\x89PNG") and min(sizes) < _LEAST_PIXELS


def _figures(root: etree._Element) -> list[list[str]]:
    series = list(root.iter(f"{_CHARTS}ser"))
    names = [_one(each.find(f"{_CHARTS}tx")) or f"Series {place}" for place, each in enumerate(series, start=1)]
    figures = [dict(_points(each, "val", "yVal")) for each in series]
    categories = {place: name for each in series for place, name in _categories(each).items()}
    rows = [["", *names]]
    for place in sorted({*categories, *(key for each in figures for key in each)})[:_MAX_POINTS]:
        shown = [plain_text(each[place]) if place in each else "" for each in figures]
        rows.append([categories.get(place, str(place + 1)), *shown])
    return rows


def _new_figures(root: etree._Element) -> Iterator[list[list[str]]]:
    """Those of the kinds of charts that came with Office 2016: each of their tables has its columns one by one."""
    names = {each.get("val", ""): _one(each.getparent()) for each in root.iter(f"{_NEW_CHARTS}dataId")}
    for data in root.iter(f"{_NEW_CHARTS}data"):
        levels = data.iter(f"{_NEW_CHARTS}lvl")
        columns = [{each.get("idx", ""): cell([(each.text or "", 0)]) for each in level} for level in levels]
        places = list(dict.fromkeys(place for column in columns for place in column))[:_MAX_POINTS]
        head = [*[""] * (len(columns) - 1), names.get(data.get("id", ""), "")]
        yield [head, *([column.get(place, "") for column in columns] for place in places)]


def _categories(series: etree._Element) -> dict[int, str]:
    """Those in groups have several names: their own comes first in the file, that of the group stands at its first."""
    found: dict[int, str] = {}
    for place, name in _points(series, "cat", "xVal"):
        found[place] = f"{name} {found[place]}" if place in found else name
    return found


def _points(series: etree._Element, *names: str) -> Iterator[tuple[int, str]]:
    """The values of a series by their places."""
    for name in names:
        for point in series.iterfind(f"{_CHARTS}{name}//{_CHARTS}pt"):
            place = whole_number(point.get("idx"), -1)
            if place >= 0:
                yield place, cell([(point.findtext(f"{_CHARTS}v", ""), 0)])


def _one(element: etree._Element | None) -> str:
    """The first value below ``element``, on one line."""
    value = next(element.iter("{*}v"), None) if element is not None else None
    return cell([(value.text or "", 0)]) if value is not None else ""


def _said(element: etree._Element | None) -> str:
    """The paragraphs below ``element`` on one line."""
    paragraphs = element.iter(f"{_DRAWING}p") if element is not None else ()
    texts = (cell([(text.text or "", 0) for text in each.iter(f"{_DRAWING}t")]) for each in paragraphs)
    return " ".join(filter(None, texts))
