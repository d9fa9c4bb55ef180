"""Assembles normalised text with its blocks and marks; every reader of marked-up text writes through this."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import accumulate
from typing import Literal

from ragkit.ingest.readers.leaders import leader_rows, may_have_leaders
from ragkit.types import Block, BlockKind, Document, Mark, Metadata, Source, Unread

Run = tuple[str, int]
"""A piece of text and the 1-based source line, or page, that it stands on; 0 when the source has no such notion."""

HARD_BREAK = "\u2028"
"""Stands in runs for a line break that the author asked for."""

Cell = list[Run]
"""The text of a table's cell, each piece with its line; empty without any."""

CELL_JOINT = " | "
_KEY = re.compile(r"[A-Z]|\d+")
"""A letter or a number, which says nothing without the name of its column: zone A, class 2."""
_WORD = re.compile(r"[^\W\d_]{3}")
_FIGURE = re.compile(r"[-+−(]*\d[\d.,\s]*\)?|[-–—]")
_SCALE = r"(?:thousands?|millions?|billions?|mn?|bn|1,000|['’]?000s?)"
_MONEY = r"(?:[kT]?(?:EUR|USD|GBP|CHF|[€$£¥])|euros?|dollars?|pounds?|francs?)"
_UNIT = "|".join(
    [
        r"in [^\s()]+(?: [^\s()]+){0,2}",
        r"(?:k|T)(?:EUR|USD|GBP|CHF|[€$£¥])",
        rf"{_SCALE} ?{_MONEY}",
        rf"{_MONEY} ?{_SCALE}",
        r"['’]000s?|000s",
    ]
)
_CORNER = re.compile(
    rf"(?:(?:.*\S\s*)?\(|.*\S,\s*)?(?:(?:all )?(?:amounts|figures|values|sums) )?(?P<unit>{_UNIT})\)?", re.IGNORECASE
)
"""The name of the first column where it tells in which unit the figures of all others are, or ends with that."""
_SOFT_HYPHEN = "\u00ad"
_SPACE = re.compile(r"\s+")


def split_lines(text: str, line: int) -> Iterator[Run]:
    """The lines of ``text``, newlines kept, numbered from ``line``."""
    parts = text.split("\n")
    for number, part in enumerate(parts[:-1], line):
        yield part + "\n", number
    if parts[-1]:
        yield parts[-1], line + len(parts) - 1


def flow(runs: Iterable[Run]) -> list[Run]:
    """The runs with white space folded to single spaces, across runs too; hard breaks become newlines.

    Soft hyphens go: nobody sees them, and a word that holds one is found by no search.
    """
    out: list[Run] = []
    gap = ""
    for raw, line in runs:
        text = raw.replace(_SOFT_HYPHEN, "")
        body = text.strip()
        if not body:
            gap += text
            continue
        start = text.index(body[0])
        lead = _fold(gap + text[:start]) if out else ""
        out.append((lead + _SPACE.sub(lambda space: _fold(space[0]), body), line))
        gap = text[start + len(body) :]
    return out


def _fold(space: str) -> str:
    if not space:
        return ""
    return "\n" if HARD_BREAK in space else " "


def cell(runs: Iterable[Run]) -> str:
    """The text of a table cell: one line, and no bar that would look like the next cell."""
    return _on_one_line(flow(runs))


def cell_runs(runs: Iterable[Run]) -> Cell:
    """The same with the line of each piece."""
    flowing = flow(runs)
    whole = _on_one_line(flowing)
    ends = accumulate(len(text) for text, _ in flowing)
    return [(whole[end - len(text) : end], line) for end, (text, line) in zip(ends, flowing, strict=True)]


def _on_one_line(runs: Sequence[Run]) -> str:
    return _SPACE.sub(" ", "".join(text for text, _ in runs)).replace(CELL_JOINT, " / ")


def texts_of(row: Iterable[Cell]) -> list[str]:
    """What the cells of a row say."""
    return ["".join(text for text, _ in runs) for runs in row]


def remark(author: str | None, text: str, on: str = "") -> str:
    """What somebody noted beside the text ``on``, as a sentence that says so; empty without a text."""
    who = f" by {' '.join(author.split())}" if author and author.strip() else ""
    where = f" on {on}" if on else ""
    return f"Comment{who}{where}: {text}" if text else ""


def note_mark(label: int | str) -> str:
    """What stands for the mark of a note, and before its text; see `ragkit.sentences.NOTE_MARK`."""
    return f"[note {label}]" if re.fullmatch(r"\d{1,3}", str(label)) else f"[{label}]"


def elsewhere(name: str) -> str:
    """What stands in a text for a file that it takes in.

    That file is not opened from here: where it is among the sources it is a document of its own, and its text is in
    the store once; and a document cannot name a file that its reader may not see.
    """
    shown = " ".join(name.split())
    return f"See {shown}." if shown and not shown.startswith("<") else ""


def line_marks(text: str) -> tuple[Mark, ...]:
    """The marks of a text that is its own source: one for each line."""
    if not text:
        return ()
    offsets = accumulate((len(line) + 1 for line in text.split("\n")[:-1]), initial=0)
    return tuple((offset, number) for number, offset in enumerate(offsets, 1) if offset < len(text))


def name_of(source: Source) -> str:
    """The last part of the uri: the title of what has no other."""
    return source.uri.rpartition("/")[2]


class TextBuilder:
    """Blocks are added in reading order and set apart by blank lines; items of a list stand on successive lines.

    ``marks`` says what the numbers of the runs count, or that they mean nothing in the source. ``depth`` is that of
    the definitions in which the blocks stand that are added: 1 for a term and what defines it.
    """

    def __init__(self, marks: Literal["lines", "pages", "none"] = "lines") -> None:
        self.depth = 0
        self._numbers = marks
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._marks: list[Mark] = []
        self._unread: list[Unread] = []
        self._label: Run | None = None

    def leave_out(self, part: str, reason: str, *, needs: str = "") -> None:
        """Notes a part of the source that could not be read, and the program it needs where that is not installed."""
        self._unread.append(Unread(f"{part}: {reason.rstrip('.')}", needs))

    @property
    def text(self) -> str:
        """All that was added so far."""
        return "".join(self._parts)

    def add(self, kind: BlockKind, runs: Iterable[Run], *, level: int = 0, indent: int = 0) -> None:
        """Appends a block of ``runs``, outer white space removed; nothing when they are blank."""
        trimmed = _trim([run for run in runs if run[0]])
        if not trimmed:
            return
        if apart := _rows_apart(kind, trimmed):
            for own, part in apart:
                self.add(own, part, level=level, indent=indent)
            return
        if kind == "term":
            trimmed[-1] = trimmed[-1][0].removesuffix(":"), trimmed[-1][1]
        if label := self._taken_label():
            if kind == "paragraph":
                trimmed = [(f"{label[0]}: ", label[1]), (trimmed[0][0].lstrip(), trimmed[0][1]), *trimmed[1:]]
            else:
                self.add("paragraph", [(f"{label[0]}:", label[1])], indent=indent)
        if self._blocks:
            close = kind == "item" and self._blocks[-1].kind == "item"
            self._append("\n" if close else "\n\n")
        # The margin of a code block's first line belongs to the code but, being white space, not to the block.
        margin = _margin(trimmed[0][0]) if kind == "code" else " " * indent
        trimmed[0] = (trimmed[0][0].lstrip(), trimmed[0][1])
        self._append(margin)
        start = self._length
        for text, line in trimmed:
            self._mark(line)
            self._append(text)
        self._blocks.append(Block(kind, start, self._length, level or self.depth))

    @contextmanager
    def labelled(self, label: str, line: int) -> Iterator[None]:
        """What is added within begins with ``label``, as "Warning: Mind the step."; without any it is a sentence."""
        if outer := self._taken_label():
            self.add("paragraph", [(f"{outer[0]}:", outer[1])])
        self._label = label, line
        yield
        if alone := self._taken_label():
            self.add("paragraph", [(f"{alone[0]}.", alone[1])])

    def _taken_label(self) -> Run | None:
        label, self._label = self._label, None
        return label

    def table(self, rows: Iterable[tuple[list[str], int]], *, header: bool = True) -> None:
        """Appends a table: each row its cells and source line; rows without text are left out.

        With a ``header`` (the first row) every cell but the row's first carries its column's name, so that a row
        which is found, cut off or quoted alone still says what its figures are.
        """
        self.table_of_runs([[[(text, line)] if text else [] for text in cells] for cells, line in rows], header=header)

    def table_of_runs(self, rows: Iterable[Sequence[Cell]], *, header: bool = True) -> None:
        """The same of cells that know their lines, so that a row has all the lines on which it stands."""
        self.add("table", told(rows, header=header))

    def include(self, document: Document, *, level: int = 0) -> None:
        """Appends all of another document, its headings ``level`` deeper; its marks mean nothing here.

        What was not read of it is named behind its name.
        """
        for part in document.unread:
            self.leave_out(document.uri.rpartition("/")[2], part.what, needs=part.needs)
        if not document.text.strip():
            return
        if self._blocks:
            self._append("\n\n")
        shift = self._length
        self._append(document.text)
        for block in document.blocks:
            deeper = block.level + (level if block.kind == "heading" else self.depth)
            self._blocks.append(replace(block, start=block.start + shift, end=block.end + shift, level=deeper))

    def headings(self, level: int = 0) -> list[str]:
        """The headings, of ``level`` when that is not 0."""
        text = self.text
        found = [block for block in self._blocks if block.kind == "heading" and level in {0, block.level}]
        return [" ".join(text[block.start : block.end].split()) for block in found]

    def document(self, source: Source, *, title: str = "", metadata: Metadata | None = None) -> Document:
        """What was added. Without ``title`` it is the first heading (level 1 first), else the file name."""
        return Document(
            uri=source.uri,
            text=self.text,
            title=title or next(iter((*self.headings(1), *self.headings(), name_of(source)))),
            media_type=source.media_type,
            blocks=tuple(self._blocks),
            lines=tuple(self._marks) if self._numbers == "lines" else (),
            pages=tuple(self._marks) if self._numbers == "pages" else (),
            metadata=metadata or {},
            unread=tuple(self._unread),
        )

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def _mark(self, line: int) -> None:
        if line and (not self._marks or self._marks[-1][1] != line):
            self._marks.append((self._length, line))


def told(rows: Iterable[Sequence[Cell]], *, header: bool) -> list[Run]:
    """The text of a table: each row with text a line, under a ``header`` with the names of its columns."""
    written = [row for row in rows if any(row)]
    if header and len(written) > 1:
        names = _with_unit(_told_apart(texts_of(written[0])), written[1:])
        written[1:] = [_labelled(names, row) for row in written[1:]]
    return [run for row in written for run in _joined(row)]


def _told_apart(names: Sequence[str]) -> list[str]:
    """The names of columns, from the second of one name on with a number: ``Release``, ``Release (2)``."""
    counts: Counter[str] = Counter()
    told_names: list[str] = []
    for name in names:
        counts[name] += 1
        told_names.append(f"{name} ({counts[name]})" if name and counts[name] > 1 else name)
    return told_names


def _with_unit(names: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[str]:
    """The names of columns, those of bare figures with the unit that the first column's name tells of all."""
    corner = _CORNER.fullmatch(names[0])
    if not corner:
        return [*names]
    columns: dict[int, list[str]] = {}
    for row in rows:
        for column, text in enumerate(texts_of(row)):
            columns.setdefault(column, []).extend([text] if text else [])
    return [
        f"{name} ({corner['unit']})"
        if column and name and all(map(_FIGURE.fullmatch, columns.get(column, ())))
        else name
        for column, name in enumerate(names)
    ]


def _labelled(names: Sequence[str], row: Sequence[Cell]) -> list[Cell]:
    """The cells with their columns' names; of the empty ones only those without a name stay, to keep their place.

    The first cell is the row's name, which says enough alone unless it is but a letter or a number.
    """
    columns = [*names[: len(row)], *[""] * (len(row) - len(names))]
    if not (any(row[1:]) and _KEY.fullmatch(texts_of(row)[0]) and _WORD.search(columns[0])):
        columns[0] = ""
    named = zip(columns, row, strict=True)
    return [[(f"{name}: ", runs[0][1]), *runs] if name else runs for name, runs in named if runs or not name]


def _joined(row: Sequence[Cell]) -> Iterator[Run]:
    line = next(number for runs in row for _, number in runs)
    for place, runs in enumerate(row):
        if place:
            yield CELL_JOINT, line
        for text, line in runs:
            yield text, line
    yield "\n", line


def _rows_apart(kind: BlockKind, runs: Sequence[Run]) -> list[tuple[BlockKind, list[Run]]]:
    """A text with rows through which dots lead: each as an item, and what stands between them; nothing without any."""
    if kind not in {"paragraph", "item"} or not may_have_leaders("".join(text for text, _ in runs)):
        return []
    lines = list(_by_line(runs))
    told = leader_rows(["".join(text for text, _ in line).rstrip() for line in lines])
    parts: list[tuple[BlockKind, list[Run]]] = []
    for place, line in enumerate(lines if told else ()):
        if place in told:
            parts.append(("item", [(told[place], line[0][1])]))
        elif place and place - 1 not in told:
            parts[-1][1].extend(line)
        else:
            parts.append((kind, line))
    return parts


def _by_line(runs: Iterable[Run]) -> Iterator[list[Run]]:
    """The runs of each line."""
    line: list[Run] = []
    for text, number in runs:
        for part in text.splitlines(keepends=True):
            line.append((part, number))
            if part.endswith("\n"):
                yield line
                line = []
    if line:
        yield line


def _trim(runs: list[Run]) -> list[Run]:
    while runs and not runs[0][0].strip():
        runs.pop(0)
    strip_end(runs)
    return runs


def strip_end(runs: list[Run]) -> None:
    """Takes the blanks away that ``runs`` end with."""
    while runs and not runs[-1][0].strip():
        runs.pop()
    if runs:
        runs[-1] = (runs[-1][0].rstrip(), runs[-1][1])


def _margin(line: str) -> str:
    return line[: len(line) - len(line.lstrip())].rpartition("\n")[2]
