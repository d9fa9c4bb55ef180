"""The lines and tables of a PDF to blocks: paragraphs, list items, tables, headings by outline, size or weight."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ragkit.ingest.readers.build import Run, TextBuilder
from ragkit.ingest.readers.pdf_glyphs import HYPHEN
from ragkit.ingest.readers.pdf_layout import Row
from ragkit.ingest.readers.pdf_tables import MARKER, NUMBER, Table, clean, follows, split_tables
from ragkit.types import BlockKind

Outline = Mapping[tuple[int, str], int]
"""``(page, folded title)`` to level."""

_LARGER = 1.15
_OTHER_SIZE = 0.12
_OTHER_TITLE = 0.04
_MAX_LEADING = 0.75
_TITLE_LEADING = 0.5
_SHORT_LINE = 0.8
_INDENT = 1.0
_MAX_HEADING_CHARS = 160
_MAX_BOLD_CHARS = 120
_MAX_HEADING_LINES = 3
_MAX_LEVELS = 4
_MAX_BETWEEN = 2
_FULL_LINE = 0.85
_SAME_LEFT = 0.3
_DASH = re.compile(r"\w[-–—/]$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*$")
_ENDS = (".", "!", "?", ":", ";")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of running text; ``edge`` is that of the region it stands in.

    ``inner`` is where its second word begins, and ``item`` whether its first is the marker of an item.
    """

    text: str
    page: int
    left: float
    right: float
    bottom: float
    top: float
    bold: bool
    edge: float
    inner: float = 0.0
    item: bool = False

    @property
    def size(self) -> float:
        """Its height."""
        return self.top - self.bottom


Part = list[Line] | tuple[Table | str, int]
"""The lines of one block, or a table or a note and its page."""


def parts_of(region: Sequence[Row], page: int) -> Iterator[Part]:
    """The paragraphs and tables of one region of a page."""
    edge = max((row[-1].right for row in region), default=0.0)
    for stretch in split_tables(region):
        if isinstance(stretch, Table):
            yield stretch, page
        else:
            yield from _paragraphs(_with_items([_line(row, page, edge) for row in stretch]))


def fold(text: str) -> str:
    """``text`` as titles are compared."""
    return " ".join(text.split()).casefold()


def write(builder: TextBuilder, parts: Iterable[Part], outline: Outline) -> None:
    """Adds all parts as blocks; a paragraph that goes on across a column or page break becomes one."""
    joined = _across_breaks(parts)
    body = _body_size([line for part in joined if isinstance(part, list) for line in part])
    apart = [each for part in joined for each in _titles_apart(part, body, outline)]
    blocks = [part for part in apart if isinstance(part, list)]
    levels, hyphens = _Levels(blocks, body, outline), _Hyphens(blocks)
    for part in apart:
        if isinstance(part, tuple):
            table, page = part
            if isinstance(table, str):
                builder.add("paragraph", [(table, page)])
                continue
            cells = [table.header, *table.rows] if table.header else table.rows
            whole = ([hyphens.within(text) for text in row] for row in cells)
            builder.table(((row, page) for row in whole), header=bool(table.header))
            continue
        level = levels.of(part)
        kind: BlockKind = "heading" if level else "item" if part[0].item else "paragraph"
        builder.add(kind, _runs(part, hyphens), level=level)


def _line(row: Row, page: int, edge: float) -> Line:
    text = clean(" ".join(piece.text for piece in row))
    # The widest piece tells the size: a footnote mark stands higher than its line.
    widest = max(row, key=lambda piece: piece.right - piece.left)
    bold = all(piece.bold for piece in row if any(map(str.isalnum, piece.text)))
    inner = row[0].inner or (row[1].left if len(row) > 1 else 0.0)
    return Line(text, page, row[0].left, row[-1].right, widest.bottom, widest.top, bold, edge, inner)


def _with_items(lines: Sequence[Line]) -> list[Line]:
    """The lines, those marked that begin an item.

    A number without a full stop or a bracket is a marker where the next line hangs below the text after it, or where
    another one counts on from it in the same place.
    """
    items = {place for place, line in enumerate(lines) if _has_marker(line)}
    counted: list[int] = []  # the numbers that are still open, outer ones first
    for place, line in enumerate(lines):
        number = _number(line)
        while counted and line.left < lines[counted[-1]].left - _SAME_LEFT * line.size:
            counted.pop()
        above = lines[counted[-1]] if counted else None
        if above and abs(above.left - line.left) < _SAME_LEFT * line.size:
            if number and follows(_number(above), number):
                items |= {counted[-1], place}
            counted.pop()
        if number:
            counted.append(place)
            if place + 1 < len(lines) and _hangs(line, lines[place + 1]):
                items.add(place)
    return [replace(line, item=True) if place in items else line for place, line in enumerate(lines)]


def _number(line: Line) -> str:
    """The first word of a line where it may count an item, else an empty string."""
    first, _, rest = line.text.partition(" ")
    return first if rest and NUMBER.fullmatch(first) else ""


def _hangs(item: Line, line: Line) -> bool:
    """Whether a line begins where the text of an item does, below its marker."""
    return item.inner > 0 and abs(item.inner - line.left) < _SAME_LEFT * line.size


def _paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    block: list[Line] = []
    for line in lines:
        if block and _starts_block(block, line):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _starts_block(block: Sequence[Line], line: Line) -> bool:
    """Whether ``line`` does not go on from the lines of ``block``."""
    if _is_apart(block, line) or _looks_other(block, line) or line.item:
        return True
    if block[0].item and _hangs(block[0], line):
        return False
    return _ends_what_hangs(block, line) or _is_indented(block, line) or _is_short_end(block)


def _is_apart(block: Sequence[Line], line: Line) -> bool:
    """Whether there is more room above a line than between those of a block, or it stands in another column."""
    above = block[-1]
    gap = above.bottom - line.top
    usual = block[-2].bottom - above.top if len(block) > 1 else gap
    return gap > _MAX_LEADING * line.size or gap > usual + 0.3 * line.size or gap < -2 * line.size


def _looks_other(block: Sequence[Line], line: Line) -> bool:
    """Whether a line has another size or weight than that above it."""
    above = block[-1]
    # Weight parts a title from its text, but not a sentence that goes on in the next line.
    goes_on = _is_full(block) and not above.text.endswith(_ENDS) and line.text[:1].islower()
    return abs(line.size - above.size) > _OTHER_SIZE * above.size or (line.bold != above.bold and not goes_on)


def _ends_what_hangs(block: Sequence[Line], line: Line) -> bool:
    """Whether a line begins where the first of a block did, and those below that are indented."""
    least = (_SAME_LEFT if block[0].item else _INDENT) * line.size
    return len(block) > 1 and block[1].left - block[0].left > least and block[-1].left - line.left > least


def _is_indented(block: Sequence[Line], line: Line) -> bool:
    """Whether a line is indented as the first of a paragraph, rather than below a first line that hangs."""
    above = block[-1]
    hangs = above.item or (len(block) == 1 and not above.text.endswith(_ENDS) and _is_full(block))
    return line.left - above.left > _INDENT * line.size and not hangs


def _is_short_end(block: Sequence[Line]) -> bool:
    """Whether the last line of a block ends a sentence, and ends early."""
    last = block[-1]
    return last.text.endswith(_ENDS) and last.right - block[0].left < _SHORT_LINE * (last.edge - block[0].left)


def _is_full(block: Sequence[Line]) -> bool:
    """Whether the last line of a block takes up its width."""
    last = block[-1]
    return last.right - last.left > _FULL_LINE * (last.edge - block[0].left)


def _has_marker(line: Line) -> bool:
    marker, _, rest = line.text.partition(" ")
    return bool(rest) and bool(MARKER.match(marker))


def _across_breaks(parts: Iterable[Part]) -> list[Part]:
    joined: list[Part] = []
    for part in parts:
        above = next((each for each in reversed(joined) if not _is_note(each)), None)
        if isinstance(above, list) and isinstance(part, list) and _goes_on(above, part[0]):
            above += part
        elif isinstance(part, tuple) and isinstance(part[0], Table):
            joined.append((_headed(part[0], part[1], joined), part[1]))
        else:
            joined.append(part)
    return joined


def _is_note(part: Part) -> bool:
    return isinstance(part, tuple) and isinstance(part[0], str)


def _headed(table: Table, page: int, before: Sequence[Part]) -> Table:
    """A table that goes on from one on the page before, under its header; only lines of a margin stand between."""
    for part in before[: -_MAX_BETWEEN - 2 : -1]:
        above = part[0] if isinstance(part, tuple) and part[1] == page - 1 else None
        if isinstance(above, Table):
            goes_on = above.header and table.header != above.header and table.goes_on_from(above)
            own = [table.header] if table.header else []
            return replace(table, header=above.header, rows=[*own, *table.rows]) if goes_on else table
        if len(part) > 1 and not _is_note(part):
            break
    return table


def _goes_on(block: Sequence[Line], below: Line) -> bool:
    """Whether a paragraph, which has more than one line, goes on at the top of the next column or page."""
    above = block[-1]
    breaks = below.page != above.page or below.top > above.top
    alike = abs(below.size - above.size) <= _OTHER_SIZE * above.size and above.bold == below.bold
    return len(block) > 1 and breaks and alike and not above.text.endswith(_ENDS) and below.text[:1].islower()


def _body_size(lines: Iterable[Line]) -> float:
    """The size in which most of the text is set."""
    chars: Counter[float] = Counter()
    for line in lines:
        chars[_rounded(line.size)] += len(line.text)
    return max(chars, key=lambda size: chars[size], default=0.0)


def _titles_apart(part: Part, body: float, outline: Outline) -> list[Part]:
    """A title and the heading right below it, which is a little smaller or stands elsewhere, as two blocks.

    In running text, which mixes fonts, a small difference in size means nothing.
    """
    if isinstance(part, tuple) or min(line.size for line in part) < _LARGER * body or _listed(part, outline):
        return [part]
    ends = [end for end, (above, line) in enumerate(pairwise(part), start=1) if _is_other_title(above, line)]
    titles = [part[start:end] for start, end in pairwise([0, *ends, len(part)])]
    return [*titles] if all(_is_title(title, _MAX_HEADING_CHARS) for title in titles) else [part]


def _is_other_title(above: Line, line: Line) -> bool:
    if abs(line.size - above.size) > _OTHER_TITLE * above.size or above.bottom - line.top > _TITLE_LEADING * line.size:
        return True
    centred = abs(line.left + line.right - above.left - above.right) < 2 * line.size
    return above.left - line.left > _INDENT * line.size and not centred


def _listed(block: Sequence[Line], outline: Outline) -> int:
    """The level of a block that the outline names, or 0."""
    return outline.get((block[0].page, fold(" ".join(line.text for line in block))), 0)


class _Levels:
    """Which blocks are headings, and of what level: those of the outline first, then larger sizes, then bold lines."""

    def __init__(self, blocks: Sequence[list[Line]], body: float, outline: Outline) -> None:
        self._outline = outline
        self._listed = max(outline.values(), default=0)
        self._body = body
        lines = [line for block in blocks for line in block]
        bold = sum(len(line.text) for line in lines if line.bold)
        self._bold_tells = bold < sum(len(line.text) for line in lines) / 2
        sizes = {_rounded(block[0].size) for block in blocks if self._is_larger(block)}
        self._sizes = sorted(sizes, reverse=True)

    def of(self, block: Sequence[Line]) -> int:
        """The level of a block, 0 for one that is no heading."""
        listed = _listed(block, self._outline)
        if listed:
            return listed
        if self._is_larger(block):
            return self._listed + min(self._sizes.index(_rounded(block[0].size)) + 1, _MAX_LEVELS)
        bold = self._bold_tells and all(line.bold for line in block) and _is_title(block, _MAX_BOLD_CHARS)
        return self._listed + min(len(self._sizes), _MAX_LEVELS) + 1 if bold else 0

    def _is_larger(self, block: Sequence[Line]) -> bool:
        return min(line.size for line in block) >= _LARGER * self._body and _is_title(block, _MAX_HEADING_CHARS)


def _is_title(block: Sequence[Line], most: int) -> bool:
    text = " ".join(line.text for line in block)
    wordy = sum(map(str.isalpha, text)) * 2 > len(text)
    aside = text.startswith("(") and text.endswith(")")
    return (
        wordy
        and not aside
        and len(block) <= _MAX_HEADING_LINES
        and len(text) <= most
        and not text.endswith((".", ",", ";", ":"))
    )


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def _runs(block: Sequence[Line], hyphens: _Hyphens) -> Iterator[Run]:
    """The lines of a block as one flow; a word that a hyphen breaks is made whole."""
    for line, below in zip(block, [*block[1:], None], strict=True):
        text = line.text
        if below is None:
            yield text.replace(HYPHEN, "-"), line.page
        elif text.endswith(HYPHEN):
            yield text.rstrip(HYPHEN) + hyphens.between(text, below.text), line.page
        elif _DASH.search(text):
            yield text, line.page
        else:
            yield text + " ", line.page


class _Hyphens:
    """Whether a hyphen at the end of a line belongs to its word: the document's other words tell.

    Where they do not, the majority of the breaks that they do tell of decides.
    """

    def __init__(self, blocks: Sequence[Sequence[Line]]) -> None:
        self._words = {word for block in blocks for line in block for word in _WORD.findall(line.text.lower())}
        breaks = [(above.text, below.text) for block in blocks for above, below in pairwise(block)]
        told = [self._told(above, below) for above, below in breaks if above.endswith(HYPHEN)]
        self._usual = "-" if told.count("-") > told.count("") else ""

    def between(self, above: str, below: str) -> str:
        """What stands between the parts of a word that is broken at the end of ``above``: a hyphen or nothing."""
        told = self._told(above, below)
        return self._usual if told is None else told

    def within(self, text: str) -> str:
        """``text`` of several lines with the words whole that hyphens break in it."""
        whole, *rest = text.split(HYPHEN)
        for part in map(str.lstrip, rest):
            whole += self.between(whole, part) + part
        return whole

    def _told(self, above: str, below: str) -> str | None:
        head, tail = _LAST_WORD.search(above.lower().rstrip(HYPHEN)), _WORD.match(below.lower())
        if head is None or tail is None or "-" in head[0] or f"{head[0]}-{tail[0]}" in self._words:
            return "-"
        return "" if head[0] + tail[0] in self._words else None
