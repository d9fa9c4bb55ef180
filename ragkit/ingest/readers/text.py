"""Plain text, kept as it is but for tables: the reader tells where headings, paragraphs, list items and tables stand.

It is conservative: a line that merely might be a heading is a paragraph. The rows of tables whose columns are aligned
say the names of their columns, as those of all other formats do, and rows through which dots lead are items.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ragkit.ingest.decode import decode
from ragkit.ingest.readers.aligned import aligned_tables
from ragkit.ingest.readers.build import CELL_JOINT, Run, line_marks, name_of, told
from ragkit.ingest.readers.leaders import with_leaders_told
from ragkit.types import Block, BlockKind, Document, Mark, Source

_ITEM = re.compile(r"[ \t]*(?:[-*+•‣o–][ \t]+|\(?(?:\d{1,3}[.)]|[a-zA-Z]\))[ \t]+)\S")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,}|~{3,}|\^{3,})$")
_UNDERLINE_LEVELS = {"=": 1, "-": 2, "~": 3, "^": 4}
_NUMBERED = re.compile(
    r"(?P<word>(?:Article|Clause|Section)[ \t]+)?(?P<number>\d{1,2}(?:\.\d{1,3}){0,4})[.:]?[ \t]+[A-Z]"
)
_LETTERED = re.compile(r"\(?[a-z]\)[ \t]")
_MANUAL = re.compile(r"(\S+\(\d\w{0,4}\))((?:[ \t]+\S.*)?[ \t]\1)$")
"""The first line of a manual page: its name at either end."""
_MAX_HEADING = 72
_MIN_CAPITALS = 4
_LETTERHEAD = 4
"""Lines of a first group that is a title with what belongs to it: a subtitle, who issued it, an edition."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its place; ``end`` leaves out trailing white space."""

    text: str
    start: int
    end: int


class TextReader:
    """The `ragkit.protocols.Reader` of plain text."""

    def read(self, source: Source, data: bytes) -> Document:
        """The decoded text with blocks."""
        text, lines, tables = _with_tables(with_leaders_told(decode(data, source.uri)))
        blocks = tuple(_blocks(text, tables))
        first = blocks[0] if blocks and blocks[0].kind == "heading" else None
        title = text[first.start : first.end].strip() if first else name_of(source)
        return Document(source.uri, text, title, source.media_type, blocks, lines)


def _with_tables(text: str) -> tuple[str, tuple[Mark, ...], set[int]]:
    """The text with its aligned tables told row by row, the marks of its lines and where these tables start."""
    lines = [(line, number) for number, line in enumerate(text.split("\n"), 1)]
    found = list(aligned_tables([(line.rstrip().expandtabs(8), number) for line, number in lines]))
    if not found:
        return text, line_marks(text), set()
    runs: list[Run] = []
    starts: list[int] = []  # in runs
    at = 0
    for table in found:
        runs += [(line + "\n", number) for line, number in lines[at : table.start]]
        runs += [("\n", table.start)] if table.start and lines[table.start - 1][0].strip() else []
        starts.append(len(runs))
        runs += told(table.rows, header=True)
        runs += [("\n", lines[table.end - 1][1])] if table.end < len(lines) and lines[table.end][0].strip() else []
        at = table.end
    runs += [(line + "\n", number) for line, number in lines[at:]]
    offsets = [0, *accumulate(len(part) for part, _ in runs)]
    whole = "".join(part for part, _ in runs)[:-1]
    marks = [
        (offset, number)
        for place, (offset, (_, number)) in enumerate(zip(offsets, runs, strict=False))
        if offset < len(whole) and (not place or runs[place - 1][1] != number)
    ]
    return whole, tuple(marks), {offsets[place] for place in starts}


def _blocks(text: str, tables: Collection[int]) -> Iterator[Block]:
    """Blocks group by group; a group is what stands between blank lines, and ``tables`` are where some begin."""
    following_groups = groups(text)
    group = next(following_groups, None)
    first = True
    number = ""  # of the last title that has one
    while group is not None:
        following = next(following_groups, None)
        is_table = group[0].start in tables
        found = [_block("table", group)] if is_table else _group_blocks(group, following, number, first=first)
        for block in found:
            title = _NUMBERED.match(text, block.start, block.end) if block.kind == "heading" else None
            number = title["number"] if title else number
            yield block
        group, first = following, False


def groups(text: str) -> Iterator[list[Line]]:
    """The lines of ``text`` in groups, each of which stands between blank ones or rules."""
    group: list[Line] = []
    start = 0
    for raw in text.split("\n"):
        line = raw.rstrip()
        if line:
            group.append(Line(line, start, start + len(line)))
        if group and (not line or _is_rule(group)):
            yield group
            group = []
        start += len(raw) + 1
    if group:
        yield group


def _is_rule(group: Sequence[Line]) -> bool:
    """Whether the last line of a group is a rule, and does not underline a title."""
    return _UNDERLINE.match(group[-1].text) is not None and not (len(group) == 2 and _underlined(group))


def _group_blocks(group: list[Line], following: list[Line] | None, above: str, *, first: bool) -> Iterator[Block]:
    level = _underlined(group)
    manual = _MANUAL.match(group[0].text) if first and len(group) == 1 and following else None
    if manual:
        line, *group = group
        name = Line(manual[1], line.start, line.start + manual.end(1))
        yield _block("heading", [name], 1)
        yield _block("paragraph", [Line(manual[2], name.end, line.end)])
    elif level:
        title, underline, *group = group
        yield _block("heading", [title], level)
        yield _block("paragraph", [underline])
    else:
        level = _standing_heading(group, following, above, first=first)
        if level:
            title, *group = group
            yield _block("heading", [title], level)
    if group and len(group) > 1 and all(CELL_JOINT in line.text for line in group):
        yield _block("table", group)
    else:
        yield from paragraphs(group)


def _underlined(group: Sequence[Line]) -> int:
    """The level of a first line that is underlined to about its own length, or 0."""
    if len(group) < 2 or not _UNDERLINE.match(group[1].text):
        return 0
    title = group[0].text
    if title[0] in " \t|+" or CELL_JOINT in title or len(title) > _MAX_HEADING:
        return 0
    return _UNDERLINE_LEVELS[group[1].text[0]] if abs(len(title) - len(group[1].text)) <= 2 else 0


def _standing_heading(group: list[Line], following: list[Line] | None, above: str, *, first: bool) -> int:
    """The level of a first line in capitals or with a section number that stands over other text, or 0.

    ``above`` is the number of the title before it.
    """
    line = group[0].text
    if len(line) > _MAX_HEADING or line[-1] in ".:;,!?" or line[0] in " \t" or CELL_JOINT in line:
        return 0
    # A line in capitals may have its text, indented, right below it, as in manual pages.
    if _in_capitals(line) and (following if len(group) == 1 else all(below.text[0] in " \t" for below in group[1:])):
        return 1 if first else 2
    if first and following and (_is_letterhead(group) or _is_over_clauses(group, following)):
        return 1
    return _numbered_level(group, following, above)


def _numbered_level(group: list[Line], following: list[Line] | None, above: str) -> int:
    """The level of a first line that is a title by its section number, or 0."""
    title = _NUMBERED.match(group[0].text)
    if not title:
        return 0
    number = title["number"]
    level = number.count(".") + 2
    if len(group) > 1:
        return level if _is_clause(number, group, after_title=_is_next(number, above)) else 0
    # "1. Do this" between blank lines is a step when another number comes next, but not when that is 1.1.
    next_text = following[0].text.lstrip() if following else "0"
    is_step = not title["word"] and "." not in number and next_text[0].isdigit() and not _is_below(number, next_text)
    return 0 if is_step else level


def _is_letterhead(group: list[Line]) -> bool:
    return _in_capitals(group[0].text) and len(group) <= _LETTERHEAD and group[-1].text[-1] not in ".:;,!?"


def _is_over_clauses(group: list[Line], following: list[Line]) -> bool:
    """Whether a line stands alone above a clause with its title, and is the title of them all."""
    is_alone = len(group) == 1 and group[0].text[0].isupper() and not _NUMBERED.match(group[0].text)
    is_clause = is_alone and _NUMBERED.match(following[0].text) is not None
    return is_clause and _standing_heading(following, None, "", first=False) > 0


def _is_clause(number: str, group: list[Line], *, after_title: bool) -> bool:
    """Whether a first line with this number is the title of the text right below it, and no item that goes on there.

    A wrapped line goes on with a capital only by chance, and is not much shorter than the lines that follow it. What
    comes next after a title is one too, or its text would stand below the wrong one; of what has its text indented,
    which may be an item, nothing else is.
    """
    title, *below = (line.text for line in group)
    numbers = [found["number"] for found in map(_NUMBERED.match, below) if found]
    if any(each.count(".") <= number.count(".") for each in numbers):
        return False
    if _LETTERED.match(below[0]) or _is_below(number, below[0]):
        return True
    word = below[0].split(None, 1)[0]
    has_room = len(title) + 1 + len(word) < max(map(len, below))
    if word[0].islower() or not after_title:
        return word[0].isupper() and has_room and below[0][0] not in " \t"
    return has_room or below[0][0] not in " \t"


def _is_next(number: str, above: str) -> bool:
    """Whether a number is that of the clause behind the one with the number ``above``: 3 behind 2, 2.2 behind 2.1."""
    group, _, last = number.rpartition(".")
    group_above, _, last_above = above.rpartition(".")
    return bool(above) and group == group_above and int(last) == int(last_above) + 1


def _is_below(number: str, text: str) -> bool:
    """Whether a text begins with a number of the next depth: 2.1 below 2."""
    return re.match(rf"{re.escape(number)}\.\d{{1,3}}\b", text) is not None


def _in_capitals(line: str) -> bool:
    return line.upper() == line and sum(map(str.isupper, line)) >= _MIN_CAPITALS


def paragraphs(group: list[Line]) -> Iterator[Block]:
    """The list items of a group and what precedes them; lines without a marker continue what they follow."""
    kind: BlockKind = "paragraph"
    lines: list[Line] = []
    for line in group:
        if _ITEM.match(line.text):
            if lines:
                yield _block(kind, lines)
            kind, lines = "item", [line]
        else:
            lines.append(line)
    if lines:
        yield _block(kind, lines)


def _block(kind: BlockKind, lines: list[Line], level: int = 0) -> Block:
    first = lines[0]
    return Block(kind, first.start + len(first.text) - len(first.text.lstrip()), lines[-1].end, level)
