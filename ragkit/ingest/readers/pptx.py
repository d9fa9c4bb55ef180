"""PPTX: each slide a section under its title, with its lists, tables, charts, notes and comments; a page is a slide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from ragkit.ingest.readers.build import HARD_BREAK, Run, TextBuilder, cell, flow, remark
from ragkit.ingest.readers.column_names import has_header
from ragkit.ingest.readers.drawings import Drawings, alt_text
from ragkit.ingest.readers.list_numbers import count_text
from ragkit.ingest.readers.ooxml import REL_ID, Package
from ragkit.ingest.readers.tables import Stretch, said_again, spread_values, under_groups
from ragkit.ingest.readers.whole_numbers import whole_number
from ragkit.types import Document, Source

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SLIDES = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_FORMULA = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_TITLES = {"title", "ctrTitle"}
_LISTED = {"body", "obj", "subTitle", "chart", "tbl", "clipArt", "dgm", "media", "pic"}
_FURNITURE = {"dt", "ftr", "sldNum", "hdr", "sldImg"}
_MAX_TITLE = 200
_NUMBERED = re.compile(r"(arabic|alphaLc|alphaUc|romanLc|romanUc).*?(Period|ParenR|ParenBoth|Plain)")
_FORMATS = {"alphaLc": "lowerLetter", "alphaUc": "upperLetter", "romanLc": "lowerRoman", "romanUc": "upperRoman"}
_FORMS = {"Period": "{}.", "ParenR": "{})", "ParenBoth": "({})", "Plain": "{}"}


class PptxReader:
    """The `ragkit.protocols.Reader` of PPTX."""

    def read(self, source: Source, data: bytes) -> Document:
        """Slides in the order of the show, hidden ones too; dates, footers and slide numbers are left out."""
        package = Package(source.uri, data)
        main = package.main("officeDocument")
        builder = TextBuilder(marks="pages")
        drawings = Drawings(builder, package, source.uri)
        masters = _Masters(package)
        said: set[str] = set()
        slides = list(_slides(package, main))
        for number, part in enumerate(slides, start=1):
            root = package.root(part)
            below = masters.below(part, root)
            _Slide(builder, drawings, part, number, below).write(root)
            # What a layout shows on each of its slides is said once.
            for each in [each for each in below if each.is_shown and each.part not in said]:
                said.add(each.part)
                _Slide(builder, drawings, each.part, number, []).write_unfilled(each.root)
            notes = package.related(part, "notesSlide")
            if notes:
                _write_notes(builder, package.root(notes), number)
            comments = package.related(part, "comments")
            if comments:
                _write_comments(builder, package.root(comments), number)
        metadata = package.properties()
        stated = str(metadata.get("title", ""))
        title = "" if stated == "PowerPoint Presentation" else stated
        return builder.document(source, title=title, metadata={**metadata, "pages": len(slides)})


def _slides(package: Package, main: str) -> Iterator[str]:
    parts = {each.id: each.target for each in package.relations(main) if each.kind == "slide"}
    for slide in package.root(main).iter(f"{_SLIDES}sldId"):
        part = parts.get(slide.get(REL_ID, ""), "")
        if part:
            yield part


@dataclass(frozen=True, slots=True)
class _Below:
    """A layout or a master, and whether its own shapes are shown on the slide above it."""

    part: str
    root: etree._Element
    is_shown: bool


class _Masters:
    """The layouts and masters of a show, each read once."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._roots: dict[str, etree._Element] = {}

    def below(self, part: str, slide: etree._Element) -> list[_Below]:
        """The layout of a slide, then its master."""
        found: list[_Below] = []
        root, is_shown = slide, True
        for kind in ("slideLayout", "slideMaster"):
            part = self._package.related(part, kind)
            if not part:
                break
            is_shown = is_shown and root.get("showMasterSp") not in {"0", "false"}
            if part not in self._roots:
                self._roots[part] = self._package.root(part)
            root = self._roots[part]
            found.append(_Below(part, root, is_shown))
        return found


class _Slide:
    """Adds one slide, or a layout: its title first, wherever it stands among the shapes."""

    def __init__(
        self, builder: TextBuilder, drawings: Drawings, part: str, number: int, below: Sequence[_Below]
    ) -> None:
        self._builder = builder
        self._drawings = drawings
        self._part = part
        self._number = number
        self._below = below

    def write(self, root: etree._Element) -> None:
        shapes = list(_shapes(root))
        title = next((shape for shape in shapes if _placeholder(shape) in _TITLES and _text(shape)), None)
        name = _text(title)[:_MAX_TITLE] if title is not None else f"Slide {self._number}"
        self._builder.add("heading", [(name, self._number)], level=1)
        self._backgrounds(root)
        for shape in shapes:
            if shape is not title and _placeholder(shape) not in _FURNITURE:
                self._shape(shape)

    def write_unfilled(self, root: etree._Element) -> None:
        """Adds the shapes that are no places for those of slides."""
        self._backgrounds(root)
        for shape in _shapes(root):
            if _place(shape) is None:
                self._shape(shape)

    def _backgrounds(self, root: etree._Element) -> None:
        for each in root.iter(f"{_SLIDES}bg"):
            self._drawings.write(self._part, each, self._number)

    def _shape(self, shape: etree._Element) -> None:
        self._drawings.say(alt_text(next(shape.iter(f"{_SLIDES}cNvPr"), None)), self._number)
        table = next(shape.iter(f"{_DRAWING}tbl"), None)
        if table is not None:
            self._table(table)
            return
        self._drawings.write(self._part, shape, self._number)
        paragraphs = [paragraph for paragraph in shape.iter(f"{_DRAWING}p") if _has_text(paragraph)]
        styles = _styles(shape, self._below) if paragraphs else []
        listed = _placeholder(shape) in {"body", "obj", ""} and _place(shape) is not None and len(paragraphs) > 1
        counter = _Counter()
        for paragraph in paragraphs:
            runs = flow(_runs(paragraph, self._number))
            depth = _depth(paragraph)
            bullet = _bullet(paragraph, styles, depth)
            marker = counter.next(bullet, depth)
            has_bullet = listed if bullet is None else bullet.tag != f"{_DRAWING}buNone"
            if has_bullet or depth:
                self._builder.add("item", [(f"{marker} ", self._number), *runs], indent=2 * depth)
            else:
                self._builder.add("paragraph", runs)

    def _table(self, table: etree._Element) -> None:
        about = table.find(f"{_DRAWING}tblPr")
        found = [list(row.iterchildren(f"{_DRAWING}tc")) for row in table.iter(f"{_DRAWING}tr")]
        wide = list(map(_stretches, found))
        rows = list(said_again((list(map(_cell, cells)), self._number) for cells in found))
        rows = under_groups(rows, wide[0]) if wide else rows
        marked = about is not None and about.get("firstRow") in {"1", "true"}
        header = marked or has_header(rows)
        self._builder.table_of_runs(spread_values(rows, wide) if header else rows, header=header)


def _write_notes(builder: TextBuilder, root: etree._Element, number: int) -> None:
    texts = [text for shape in _shapes(root) if _placeholder(shape) not in _FURNITURE and (text := _text(shape))]
    if texts:
        builder.add("paragraph", [(f"Notes: {' '.join(texts)}", number)])


def _write_comments(builder: TextBuilder, root: etree._Element, number: int) -> None:
    """Comments of either kind: those of today are paragraphs, those of before 2021 plain text."""
    for each in root.iter("{*}cm"):
        text = _text(each) or cell([(each.findtext(f"{_SLIDES}text", ""), number)])
        builder.add("paragraph", [(remark(None, text), number)])


def _shapes(root: etree._Element) -> Iterator[etree._Element]:
    """The shapes, tables and pictures of a slide, those in groups too; of a group what is said of it."""
    return root.iter(*(f"{_SLIDES}{name}" for name in ("sp", "graphicFrame", "pic", "nvGrpSpPr")))


def _place(shape: etree._Element) -> etree._Element | None:
    """What tells which place of the layout a shape fills; nothing for one that is free."""
    return shape.find(f".//{_SLIDES}ph")


def _placeholder(shape: etree._Element) -> str:
    """The kind of placeholder that a shape fills; empty for one that is free, or whose kind is not said."""
    place = _place(shape)
    return place.get("type", "") if place is not None else ""


def _styles(shape: etree._Element, below: Sequence[_Below]) -> list[etree._Element]:
    """Where it is told how the paragraphs of a shape are numbered, the nearest first.

    That is the shape, the place of the layout that it fills, that of the master, and the master for all such places.
    """
    found = [shape.find(f".//{_DRAWING}lstStyle")]
    place = _place(shape)
    for each in below if place is not None else ():
        held = _held(each.root, place)
        if held is not None:
            place = held
            found += [holder.find(f".//{_DRAWING}lstStyle") for holder in held.iterancestors(f"{_SLIDES}sp")]
    kind = _kind(place)
    name = "titleStyle" if kind in _TITLES else "bodyStyle" if kind in _LISTED else "otherStyle"
    found += [each.root.find(f"{_SLIDES}txStyles/{_SLIDES}{name}") for each in below]
    return [each for each in found if each is not None]


def _kind(place: etree._Element | None) -> str:
    return place.get("type", "obj") if place is not None else ""


def _held(root: etree._Element, place: etree._Element | None) -> etree._Element | None:
    """The place of a layout that another one fills, by its number, or that of a master, by its kind."""
    number = place.get("idx") if place is not None and root.tag == f"{_SLIDES}sldLayout" else None
    alike = None
    for each in root.iter(f"{_SLIDES}ph"):
        if number and each.get("idx") == number:
            return each
        kinds = {_kind(each), _kind(place)}
        if alike is None and (len(kinds) == 1 or kinds <= _TITLES or kinds <= _LISTED):
            alike = each
    return alike


def _text(shape: etree._Element) -> str:
    return " ".join(filter(None, (cell(_runs(paragraph, 0)) for paragraph in shape.iter(f"{_DRAWING}p"))))


def _cell(element: etree._Element) -> str | None:
    """What a cell says, None for one that the cell above it reaches down to."""
    return None if element.get("vMerge") in {"1", "true"} else _text(element)


def _stretches(cells: Sequence[etree._Element]) -> list[Stretch]:
    spans = enumerate(whole_number(each.get("gridSpan"), digits=4) for each in cells)
    return [(at, at + columns - 1) for at, columns in spans if columns > 1]


def _has_text(paragraph: etree._Element) -> bool:
    return bool("".join(text for text, _ in _runs(paragraph, 0)).strip())


def _runs(paragraph: etree._Element, number: int) -> Iterator[Run]:
    for element in paragraph.iter(f"{_DRAWING}t", _FORMULA, f"{_DRAWING}br", f"{_DRAWING}tab"):
        if element.tag in {f"{_DRAWING}t", _FORMULA}:
            yield "" if _is_struck(element) else element.text or "", number
        else:
            yield HARD_BREAK if element.tag == f"{_DRAWING}br" else " ", number


def _is_struck(text: etree._Element) -> bool:
    """Whether a text is struck out, and does not hold."""
    about = next(text.itersiblings(f"{_DRAWING}rPr", preceding=True), None)
    return about is not None and about.get("strike", "noStrike") != "noStrike"


def _depth(paragraph: etree._Element) -> int:
    about = paragraph.find(f"{_DRAWING}pPr")
    level = about.get("lvl", "0") if about is not None else "0"
    return int(level) if level in set("12345678") else 0


def _bullet(paragraph: etree._Element, styles: Sequence[etree._Element], depth: int) -> etree._Element | None:
    """What stands before a paragraph, by its own properties, else by those that a style has for the level."""
    names = (f"{_DRAWING}buChar", f"{_DRAWING}buAutoNum", f"{_DRAWING}buBlip", f"{_DRAWING}buNone")
    for about in (paragraph.find(f"{_DRAWING}pPr"), *(each.find(f"{_DRAWING}lvl{depth + 1}pPr") for each in styles)):
        found = next(about.iterchildren(*names), None) if about is not None else None
        if found is not None:
            return found
    return None


class _Counter:
    """The numbers of the paragraphs of one shape.

    What stands deeper does not stop a count; a paragraph of the same level with no number or another kind of it does.
    """

    def __init__(self) -> None:
        self._counts: dict[int, tuple[tuple[str, int], int]] = {}

    def next(self, bullet: etree._Element | None, depth: int) -> str:
        """The number of the next paragraph, ``-`` for one that has none."""
        before = self._counts.pop(depth, None)
        self._counts = {level: count for level, count in self._counts.items() if level < depth}
        if bullet is None or bullet.tag != f"{_DRAWING}buAutoNum":
            return "-"
        kind = bullet.get("type", ""), whole_number(bullet.get("startAt"), 1, digits=5)
        count = before[1] + 1 if before and before[0] == kind else kind[1]
        self._counts[depth] = kind, count
        scheme = _NUMBERED.match(kind[0])
        return (
            _FORMS[scheme[2]].format(count_text(count, _FORMATS.get(scheme[1], "decimal"))) if scheme else f"{count}."
        )
