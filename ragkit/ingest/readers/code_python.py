"""Where the definitions of a Python file stand, by its tokens: no code is compiled, and broken files are cut too."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

MIN_LINES = 40
"""A class of fewer lines is one section; those of its methods would be scraps."""
_MAX_HEAD = 60
_LAYOUT = frozenset({tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING})


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition whose head is ``[start, head_end)``; decorators and comments above it begin at ``lead``."""

    lead: int
    start: int
    head_end: int
    level: int
    lines: int = 0


@dataclass(slots=True)
class _Open:
    """A definition whose end is still to come; ``indent`` is the depth of blocks that it stands in."""

    found: Definition
    line: int
    indent: int
    is_class: bool
    place: int


def python_definitions(text: str) -> list[Definition]:
    """Classes, functions, methods of classes that are not small, and what follows definitions at the margin."""
    scan = _Scan(text)
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            scan.take(token)
    except (tokenize.TokenError, SyntaxError):
        # What was told before the text went wrong still holds.
        scan.broken = True
    return scan.definitions()


class _Scan:
    """Goes through the tokens with the definitions that are open."""

    def __init__(self, text: str) -> None:
        self.broken = False
        self._lines = text.split("\n")
        self._starts = [0, *accumulate(len(line) + 1 for line in self._lines)]
        self._found: list[tuple[Definition, int | None]] = []
        self._open: list[_Open] = []
        self._indent = 0
        self._at_start = True
        self._decorator = 0
        self._keyword: tokenize.TokenInfo | None = None

    def take(self, token: tokenize.TokenInfo) -> None:
        """The next token."""
        if token.type == tokenize.INDENT:
            self._indent += 1
        elif token.type == tokenize.DEDENT:
            self._indent -= 1
            self._close(token.start[0])
        elif token.type == tokenize.NEWLINE:
            self._at_start, self._keyword = True, None
        elif token.type == tokenize.ENDMARKER:
            self._close(token.start[0])
        elif token.type not in _LAYOUT:
            self._word(token)

    def definitions(self) -> list[Definition]:
        """All that were found, without the methods of small classes."""
        self._close(len(self._lines))
        sizes = [found.lines for found, _ in self._found]
        return [found for found, parent in self._found if parent is None or sizes[parent] >= MIN_LINES]

    def _word(self, token: tokenize.TokenInfo) -> None:
        if self._keyword is not None:
            if token.type == tokenize.NAME and token.string != "def":
                self._define(self._keyword, token)
                self._keyword = None
        elif self._at_start:
            self._at_start = False
            if token.string == "@":
                self._decorator = self._decorator or token.start[0]
                return
            if token.string in {"def", "class", "async"}:
                self._keyword = token
                return
            self._rest(token)
            self._decorator = 0

    def _define(self, keyword: tokenize.TokenInfo, name: tokenize.TokenInfo) -> None:
        """Takes a definition, unless it stands in a function, or the keyword was ``async with`` or ``async for``."""
        self._close(keyword.start[0])
        parent = self._open[-1] if self._open else None
        line, self._decorator = self._decorator or keyword.start[0], 0
        if name.string in {"with", "for"} or (parent is None and self._indent) or (parent and not parent.is_class):
            return
        while line > 1 and self._lines[line - 2].lstrip().startswith("#"):
            line -= 1
        level = parent.found.level + 1 if parent else 1
        found = Definition(self._starts[line - 1], self._place(keyword.start), self._place(name.end), level)
        place = len(self._found)
        self._found.append((found, parent.place if parent else None))
        self._open.append(_Open(found, keyword.start[0], self._indent, keyword.string == "class", place))

    def _rest(self, token: tokenize.TokenInfo) -> None:
        """Statements at the margin after a definition: without a heading they would stand under that one's."""
        self._close(token.start[0])
        if self._indent or self._open or not self._found or not self._found[-1][0].lines:
            return
        start = self._place(token.start)
        head = self._lines[token.start[0] - 1][:_MAX_HEAD].rstrip()
        self._found.append((Definition(start, start, start + len(head), 1), None))

    def _close(self, line: int) -> None:
        while self._open and self._open[-1].indent >= self._indent and self._open[-1].line < line:
            done = self._open.pop()
            found, parent = self._found[done.place]
            self._found[done.place] = (replace(found, lines=line - done.line), parent)

    def _place(self, position: tuple[int, int]) -> int:
        return self._starts[position[0] - 1] + position[1]


def spread(definitions: Sequence[Definition]) -> list[Definition]:
    """The definitions in order, without those whose head another one covers."""
    kept: list[Definition] = []
    for each in sorted(definitions, key=lambda each: (each.start, each.head_end)):
        if each.head_end > each.start and (not kept or each.start >= kept[-1].head_end):
            kept.append(each)
    return kept
