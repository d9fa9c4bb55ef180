"""reStructuredText, Sphinx's kind included, to the text that a reader sees.

A reader of structure, not an implementation of docutils: directives are reduced to their content (signatures are kept
as text, options dropped), roles and inline markup to their text; comments, targets and tables of contents are left out.
A file that is included is not opened: its name stays, for it is a document of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragkit.ingest.decode import decode
from ragkit.ingest.readers import rst_directives as directives
from ragkit.ingest.readers.aligned import add_lines
from ragkit.ingest.readers.build import Run, TextBuilder, elsewhere, note_mark
from ragkit.ingest.readers.html import write_html
from ragkit.ingest.readers.rst_inline import Line, inline, inline_runs, substitutions
from ragkit.ingest.readers.rst_tables import dedent, grid_table, list_table, simple_table
from ragkit.types import BlockKind, Document, Source

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1*$")
_BULLET = re.compile(r"([-*+•])( +|$)")
_NUMBERED = re.compile(r"(\(?(?:\d{1,4}|#|[a-zA-Z]|[ivxlc]{1,6})[.)])( +)(?=\S)")
_FIELD = re.compile(r":((?:[^:\\`]|\\.)+):(?: +|$)")
_GRID_TOP = re.compile(r"\+(?:-+\+)+$")
_GRID_HEADER = re.compile(r"\s*\+(?:=+\+)+$")
_SIMPLE_TOP = re.compile(r"=+(?: +=+)+$")
_MAX_DEPTH = 60


class RstReader:
    """The `ragkit.protocols.Reader` of reStructuredText."""

    def read(self, source: Source, data: bytes) -> Document:
        """Blocks in order, heading levels by the order in which adornments appear."""
        text = decode(data, source.uri)
        lines = [(line.expandtabs(8).rstrip(), number) for number, line in enumerate(text.split("\n"), 1)]
        builder = TextBuilder()
        _Writer(builder, substitutions(text)).body(lines)
        return builder.document(source)


def write_rst(builder: TextBuilder, lines: Sequence[Line]) -> None:
    """Adds the blocks of a piece of reStructuredText."""
    whole = [(text.expandtabs(8).rstrip(), number) for text, number in lines]
    _Writer(builder, substitutions("\n".join(text for text, _ in whole))).body(whole)


class _Writer:
    """Recursive descent over indentation; each method takes the lines and a position and returns the next position."""

    def __init__(self, builder: TextBuilder, words: dict[str, str]) -> None:
        self.builder = builder
        self._words = words
        self._styles: list[str] = []
        self._depth = 0
        self._lists = 0
        self._marker: Run | None = None
        self._counted = ""  # the marker of the item right above

    def body(self, lines: Sequence[Line]) -> None:
        """Writes the blocks of ``lines``, which start at the margin."""
        self._depth += 1
        self._counted = ""
        position = 0
        while position < len(lines):
            position = self._block(lines, position)
        self._depth -= 1

    def _block(self, lines: Sequence[Line], at: int) -> int:
        text = lines[at][0]
        if not text:
            return at + 1
        if self._depth > _MAX_DEPTH:
            return self._paragraph(lines, at)
        if text[0] == " ":
            return self._nested(lines, at, at)
        above, self._counted = self._counted, ""
        if text == ".." or text.startswith((".. ", "__ ")):
            return self._explicit(lines, at)
        return (
            self._title(lines, at) or self._table(lines, at) or self._item(lines, at, above) or self._plain(lines, at)
        )

    def _nested(self, lines: Sequence[Line], start: int, at: int) -> int:
        """Writes the indented lines from ``at`` on; ``start`` is only where the caller stood."""
        end = _indented_end(lines, at)
        self.body(dedent(lines[at:end]))
        return max(end, start + 1)

    def _title(self, lines: Sequence[Line], at: int) -> int:
        """A section title with underline, or with overline and underline."""
        text = lines[at][0]
        if _is_adornment(text) and at + 2 < len(lines):
            title, under = lines[at + 1][0], lines[at + 2][0]
            if title.strip() and under == text and len(title.strip()) <= len(text) + 2:
                return self._heading(title, lines[at + 1][1], text[0] * 2, at + 3)
        if at + 1 < len(lines) and _is_adornment(lines[at + 1][0]) and not _is_adornment(text):
            under = lines[at + 1][0]
            # docutils accepts a short underline from four characters on, with a warning.
            if len(under) >= min(len(text), 4):
                return self._heading(text, lines[at][1], under[0], at + 2)
        if _is_adornment(text) and len(text) >= 4:
            return at + 1
        return 0

    def _heading(self, title: str, number: int, style: str, after: int) -> int:
        if style not in self._styles:
            self._styles.append(style)
        runs = [(inline(title.strip(), self._words), number)]
        self.builder.add("heading", runs, level=self._styles.index(style) + 1)
        return after

    def _table(self, lines: Sequence[Line], at: int) -> int:
        text = lines[at][0]
        if _GRID_TOP.match(text):
            rows, after = grid_table(lines, at, self._words)
            header = any(_GRID_HEADER.match(line) for line, _ in lines[at:after])
        elif _SIMPLE_TOP.match(text):
            rows, after = simple_table(lines, at, self._words)
            header = sum(bool(_SIMPLE_TOP.match(line.strip())) for line, _ in lines[at:after]) > 2
        else:
            return 0
        self.builder.table_of_runs(rows, header=header)
        return after

    def _item(self, lines: Sequence[Line], at: int, above: str) -> int:
        """An item of a list; ``above`` is the marker of the one right above it."""
        text, number = lines[at]
        bullet = _BULLET.match(text) or _NUMBERED.match(text)
        if not bullet:
            return 0
        end = _indented_end(lines, at + 1)
        first = " " * bullet.end() + text[bullet.end() :]
        self._lists += 1
        marker = "-" if bullet[1] in "-*+•" else _numbered(bullet[1], above)
        self._marker = f"{marker} ", number
        # Lines that are indented less than the text continue it all the same.
        rest = lines[at + 1 : end]
        self.body(dedent([(first, number), *rest] if bullet.end() < len(text) else rest))
        self._marker = None
        self._counted = marker
        self._lists -= 1
        return end

    def _plain(self, lines: Sequence[Line], at: int) -> int:
        """A field, a doctest, a definition or a paragraph."""
        text, number = lines[at]
        field = _FIELD.match(text)
        if field:
            end = _indented_end(lines, at + 1)
            body = dedent([(" " * 4 + text[field.end() :], number), *lines[at + 1 : end]])
            self._add([(f"{field[1]}: ", number), *inline_runs([line for line in body if line[0]], self._words)])
            return end
        if text.startswith(">>> "):
            end = _blank_from(lines, at)
            self._code(lines[at:end])
            return end
        indented_next = at + 1 < len(lines) and lines[at + 1][0][:1] == " "
        if indented_next and not text.endswith("::"):
            self.builder.depth += 1
            self._add(inline_runs(lines[at : at + 1], self._words), "term")
            end = self._nested(lines, at, at + 1)
            self.builder.depth -= 1
            return end
        return self._paragraph(lines, at)

    def _paragraph(self, lines: Sequence[Line], at: int) -> int:
        """Lines up to a blank one; a double colon at the end makes what is indented below it literal."""
        end = _blank_from(lines, at)
        own = list(lines[at:end])
        literal = own[-1][0].endswith("::")
        if literal:
            text, number = own[-1]
            own[-1] = (text[:-2].rstrip() if text[:-2].endswith(" ") or text == "::" else text[:-1], number)
        self._add(inline_runs(own, self._words))
        if not literal:
            return end
        after = _indented_end(lines, end)
        self._code(dedent(lines[end:after]))
        return after

    def _explicit(self, lines: Sequence[Line], at: int) -> int:
        """A directive, a footnote, a target, a substitution or a comment."""
        text, number = lines[at]
        end = _indented_end(lines, at + 1)
        footnote = directives.FOOTNOTE.match(text)
        if footnote:
            first = f"{note_mark(footnote[1])} {text[footnote.end() :]}"
            self.body([(first, number), *dedent(lines[at + 1 : end])])
        directive = directives.DIRECTIVE.match(text)
        if directive:
            name = directive[1].rpartition(":")[2].lower()
            self._directive(name, (text[directive.end() :].strip(), number), lines[at + 1 : end])
        return end

    def _directive(self, name: str, argument: Line, content: Sequence[Line]) -> None:
        more, options, body = directives.parts(content)
        if name in directives.DROPPED:
            return
        self._caption((options.get("caption", ""), argument[1]))
        if name in directives.ELSEWHERE:
            self._add([(elsewhere(argument[0]), argument[1])])
        elif name in directives.LITERAL:
            own = [argument] if name in directives.WITHOUT_ARGUMENT and argument[0] else []
            self._literal([*own, *more, *body], web=name == "raw" and "html" in argument[0].lower().split())
            self._add([(elsewhere(options.get("file", options.get("url", ""))), argument[1])])
        elif name == "list-table":
            self._caption(argument)
            self.builder.table_of_runs(list_table(body, self._words), header="header-rows" in options)
        elif name == "csv-table":
            self._caption(argument)
            self._add([(elsewhere(options.get("file", "")), argument[1])])
            rows = directives.csv_rows(content, body, options, self._words)
            self.builder.table_of_runs(rows, header=bool({"header", "header-rows"} & options.keys()))
        elif name in directives.SIGNATURES | directives.TABS:
            self.builder.depth += 1
            for line in (argument, *more):
                self._add([(directives.signature(name, line[0]), line[1])], "term")
            self.body(body)
            self.builder.depth -= 1
        elif name in directives.CHANGES | directives.ADMONITIONS:
            label, rest = directives.label(name, argument[0])
            with self.builder.labelled(label, argument[1]):
                self._content([(rest, argument[1]), *more], body)
        elif name in directives.IMAGES:
            self._add([(options.get("alt", ""), argument[1])])
            self.body(body)
        else:
            self._content([argument, *more], body)

    def _content(self, own: Sequence[Line], body: Sequence[Line]) -> None:
        """The argument of a directive, which is its first paragraph, then its content."""
        self._add(inline_runs([line for line in own if line[0]], self._words))
        self.body(body)

    def _caption(self, argument: Line) -> None:
        self._add(inline_runs([argument], self._words))

    def _code(self, lines: Sequence[Line]) -> None:
        add_lines(self.builder, "code", [(text + "\n", number) for text, number in lines])

    def _literal(self, lines: Sequence[Line], *, web: bool) -> None:
        """What is shown as written, or what is a piece of a web page."""
        if web and lines:
            write_html(self.builder, "\n".join(text for text, _ in lines), lines[0][1])
        else:
            self._code(lines)

    def _add(self, runs: Sequence[Run], kind: BlockKind = "paragraph") -> None:
        if not any(text.strip() for text, _ in runs):
            return
        if self._marker:
            self.builder.add("item", [self._marker, *runs], indent=2 * (self._lists - 1))
            self._marker = None
        else:
            self.builder.add(kind, runs, indent=2 * self._lists)


def _numbered(marker: str, above: str) -> str:
    """The marker of an item with the number in which it is shown: ``#.`` counts on from the item above, if one does."""
    begin, sign, end = marker.partition("#")
    count = re.fullmatch(rf"{re.escape(begin)}([0-9]+|[a-yA-Y]){re.escape(end)}", above)
    if not sign:
        return marker
    if count and not count[1].isdigit():
        return f"{begin}{chr(ord(count[1]) + 1)}{end}"
    return f"{begin}{int(count[1]) + 1 if count else 1}{end}"


def _is_adornment(text: str) -> bool:
    return len(text) >= 2 and bool(_ADORNMENT.match(text)) and text not in {"..", "::"}


def _blank_from(lines: Sequence[Line], at: int) -> int:
    while at < len(lines) and lines[at][0]:
        at += 1
    return at


def _indented_end(lines: Sequence[Line], at: int) -> int:
    """The position after the lines from ``at`` on that are indented or blank."""
    while at < len(lines) and lines[at][0][:1] in {"", " "}:
        at += 1
    return at
