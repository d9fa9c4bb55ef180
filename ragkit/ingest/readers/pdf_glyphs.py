"""The text layer of a PDF page as pieces: runs of characters on one line without a wide gap, upright, with their boxes.

Knows nothing of reading order, tables or headings.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import pi

import pypdfium2.raw as pdfium
from pypdfium2 import PdfPage, PdfTextPage

Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in points from the lower left corner of the upright page."""

Wall = tuple[float, float, float]
"""A rule: where it stands, and from where to where it goes."""

HYPHEN = "\u00ad"
"""Stands at the end of a piece for a hyphen that only breaks a word across lines."""

_WIDE_GAP = 1.0
_BACKWARDS = 0.5
_MIN_OVERLAP = 0.5
_SKEW = 0.1
_BLANKS = frozenset({0x09, 0x0A, 0x0D, 0x20, 0xA0, 0x3000})
_BOLD = ("bold", "black", "heavy")
_SHOWN = {0x02: HYPHEN, 0xFFFE: HYPHEN, 0xF0B7: "•", 0xF0A7: "▪"}
_FONT_NAME_BYTES = 96
_MARK = re.compile(r"[^\w\s]{1,2}|\(?(?:[0-9]{1,3}|[a-zA-Z]|[ivx]{1,4})[.)]?")
"""What may stand before the text of an item, often in a font and size of its own."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text with its box. ``skewed`` text does not run from left to right, as on the margin of a page.

    ``inner`` is where its second word begins, 0 where there is none.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    bold: bool = False
    skewed: bool = False
    inner: float = 0.0

    @property
    def size(self) -> float:
        """The height of the line that the font asks for, in points."""
        return self.top - self.bottom

    @property
    def middle(self) -> float:
        """Half way up."""
        return (self.top + self.bottom) / 2


@dataclass(slots=True)
class _Open:
    """A piece that is being collected; ``box`` of its last character decides what goes on from it.

    ``index`` and ``end`` are those of its first and its last character; ``second`` is the box and the index of the
    first one of its second word.
    """

    parts: list[str]
    first: Box
    last: Box
    index: int
    end: int
    skewed: bool
    second: tuple[Box, int] | None = None


def pieces(page: PdfPage, walls: Sequence[Wall] = ()) -> list[Piece]:
    """The pieces of a page in the order of its content stream; a piece ends before a rule."""
    text_page = page.get_textpage()
    try:
        return [_close(text_page, opened) for opened in _runs(page, text_page, walls) if "".join(opened.parts).strip()]
    finally:
        text_page.close()


def _runs(page: PdfPage, text_page: PdfTextPage, walls: Sequence[Wall]) -> Iterator[_Open]:
    rotation, turn = page.get_rotation(), upright(page)
    unicode_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    handle, rect = text_page.raw, pdfium.FS_RECTF()
    pointer = ctypes.byref(rect)
    opened: _Open | None = None
    blank = False
    for index in range(text_page.count_chars()):
        code = unicode_of(handle, index)
        if code in _BLANKS:
            blank = True
            if code == 0x0A and opened and opened.skewed:
                yield opened
                opened = None
            continue
        if (code < 0x20 and code not in _SHOWN) or not box_of(handle, index, pointer):
            continue
        box = turn(rect.left, rect.bottom, rect.right, rect.top)
        if opened and (not _goes_on(opened, box) or (walls and _is_walled(opened.last, box, walls))):
            yield opened
            opened = None
        if opened is None:
            opened = _Open([], box, box, index, index, _is_skewed(handle, index, rotation))
        elif blank:
            opened.second = opened.second or (box, index)
            opened.parts.append(" ")
        opened.parts.append(_SHOWN.get(code) or chr(code))
        opened.last, opened.end = box, index
        blank = False
    if opened:
        yield opened


def _goes_on(opened: _Open, box: Box) -> bool:
    """Whether a character at ``box`` continues the piece: on the same line, to the right, close by."""
    # The letters of a ligature have one box.
    if opened.skewed or box == opened.last:
        return True
    _, bottom, right, top = opened.last
    size = top - bottom
    # Most characters are as high as the one before.
    if size < 1.0 or box[1] != bottom or box[3] != top:
        size = max(size, 1.0)
        overlap = min(top, box[3]) - max(bottom, box[1])
        if overlap < _MIN_OVERLAP * min(size, max(box[3] - box[1], 1.0)):
            return False
    return -_BACKWARDS * size <= box[0] - right <= _WIDE_GAP * size


def _is_walled(last: Box, box: Box, walls: Sequence[Wall]) -> bool:
    left, right, middle = last[0] + last[2], box[0] + box[2], (box[1] + box[3]) / 2
    return any(left < 2 * place < right and first <= middle <= end for place, first, end in walls)


def _close(text_page: PdfTextPage, opened: _Open) -> Piece:
    first, last, index = opened.first, opened.last, opened.index
    text = "".join(opened.parts)
    box = first
    if opened.second and _MARK.fullmatch(text.partition(" ")[0]):
        # What a marker stands before tells the size and weight of the line.
        box, index = opened.second
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        # PDFium gives characters beyond the first plane in two halves; a half alone is no character.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return Piece(
        text,
        min(first[0], last[0]),
        box[1],
        max(first[2], last[2]),
        max(box[3], box[1]),
        _is_bold(text_page, index, opened.end),
        opened.skewed,
        opened.second[0][0] if opened.second else 0.0,
    )


def _is_skewed(handle: pdfium.FPDF_TEXTPAGE, index: int, rotation: int) -> bool:
    angle: float = pdfium.FPDFText_GetCharAngle(handle, index)
    turned = (angle - rotation * pi / 180) % (2 * pi)
    return angle >= 0 and min(turned, 2 * pi - turned) > _SKEW


def _is_bold(text_page: PdfTextPage, first: int, last: int) -> bool:
    """Whether all words between two characters are bold: in running text some of a line may be."""
    name = ctypes.create_string_buffer(_FONT_NAME_BYTES)
    flags = ctypes.c_int()
    for index in (first, *range(last, first, -1)):
        if index > first and not chr(pdfium.FPDFText_GetUnicode(text_page.raw, index)).isalnum():
            continue
        pdfium.FPDFText_GetFontInfo(text_page.raw, index, name, _FONT_NAME_BYTES, ctypes.byref(flags))
        lower = name.value.decode("latin-1").lower()
        if not any(word in lower for word in _BOLD):
            return False
    return True


def upright(page: PdfPage) -> Callable[[float, float, float, float], Box]:
    """Turns a box of the page's own space into one of the page as it is shown."""
    left, bottom, right, top = page.get_mediabox()
    match page.get_rotation():
        case 90:
            return lambda a, b, c, d: (b - bottom, right - c, d - bottom, right - a)
        case 180:
            return lambda a, b, c, d: (right - c, top - d, right - a, top - b)
        case 270:
            return lambda a, b, c, d: (top - d, a - left, top - b, c - left)
        case _:
            return lambda a, b, c, d: (a - left, b - bottom, c - left, d - bottom)
