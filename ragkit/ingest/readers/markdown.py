"""Markdown (CommonMark with tables and front matter) to the text that a reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import takewhile

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from ragkit.ingest.decode import decode
from ragkit.ingest.readers.aligned import add_lines
from ragkit.ingest.readers.build import HARD_BREAK, Run, TextBuilder, cell, elsewhere, flow, note_mark, split_lines
from ragkit.ingest.readers.front_matter import split_front_matter
from ragkit.ingest.readers.markdown_directives import RST, Directive, directive, directive_rules
from ragkit.ingest.readers.markdown_notes import Env, note_rules, number_of
from ragkit.ingest.readers.powers import power
from ragkit.ingest.readers.rst_directives import (
    ADMONITIONS,
    CHANGES,
    DROPPED,
    ELSEWHERE,
    IMAGES,
    SIGNATURES,
    TABS,
    label,
    signature,
)
from ragkit.sentences import LABELLED, without_leaders
from ragkit.types import Document, Source

_STRUCK_TAG = re.compile(r"<(/?)(del|s|strike)(?:\s[^>]*)?>", re.IGNORECASE)
_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ALERT = re.compile(r"\[!(?P<kind>note|tip|important|warning|caution)\][ \t]*(?:\n|\Z)", re.IGNORECASE)
"""What GitHub shows as the label of the quote that it begins."""
_DEEPEST = 100
"""Levels of quotes and notes, half as many of lists. markdown-it calls itself for each of them."""
_DEEPEST_DIRECTIVE = 20
"""Directives that stand in each other, each of which is parsed again."""
_ITEM = re.compile(r"\(?[a-z]\)[ \t]+\S")
"""What CommonMark takes for prose, and people for an item of a list."""
_DEFINES = re.compile(r":[ \t]+(?=\S)")
_DEFINITION = "\u2029"
"""Stands in runs for the line break before a definition, as of Markdown Extra."""
_LONGEST_TERM = 80


class MarkdownReader:
    """The `ragkit.protocols.Reader` of Markdown."""

    def read(self, source: Source, data: bytes) -> Document:
        """Blocks in order, inline markup removed; front matter becomes metadata, its ``title`` the title."""
        metadata, body = split_front_matter(decode(data, source.uri))
        builder = TextBuilder()
        write_markdown(builder, body)
        return builder.document(source, title=str(metadata.get("title", "")), metadata=metadata)


def write_markdown(builder: TextBuilder, text: str) -> None:
    """Adds the blocks of Markdown without front matter."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    _Writer(builder, directive_rules(note_rules(_deep_rules(parser)))).write(text)


def _deep_rules(parser: MarkdownIt) -> MarkdownIt:
    """The parser with blocks to any depth: it leaves out, without a word, those that are deeper than it goes."""
    marks = parser.options["maxNesting"]  # Within a paragraph nothing is lost there, and it would take long.

    def to_marks(state: StateCore) -> None:
        state.md.options["maxNesting"] = marks

    parser.options["maxNesting"] = _DEEPEST + 2  # A list opens two levels at once.
    parser.block.ruler.before("table", "deepest", _deepest)
    parser.core.ruler.before("inline", "marks", to_marks)
    return parser


def _deepest(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """What is nested too deeply to be parsed stays as it is written."""
    if silent or state.level < _DEEPEST:
        return False
    outside = (at for at in range(start, end) if state.sCount[at] < state.blkIndent and not state.isEmpty(at))
    state.line = end = next(outside, end)
    token = state.push("code_block", "", 0)
    token.content, token.map = state.getLines(start, end, state.blkIndent, False), [start, end]
    return True


class _Writer:
    """Walks the flat token list of markdown-it with the state that nesting needs."""

    def __init__(self, builder: TextBuilder, parser: MarkdownIt) -> None:
        self.builder = builder
        self._parser = parser
        self._env: Env = {}
        self._first = 1  # the line on which what is parsed begins
        self._within = 0  # directives
        self._note = ""
        self._depth = 0
        self._marker = ""
        self._level = 0
        self._above = 0  # the level of the last heading
        self._quotes: list[ExitStack] = []

    def write(self, text: str, line: int = 1) -> None:
        """Adds the blocks of a text that begins on ``line``."""
        outer, self._first = self._first, line
        tokens = self._parser.parse(text, self._env)
        position = 0
        while position < len(tokens):
            token = tokens[position]
            if token.type == "table_open":
                position = self._table(tokens, position)
                continue
            self._token(token)
            position += 1
        self._first = outer

    def _line(self, token: Token) -> int:
        return self._first + (token.map[0] if token.map else 0)

    def _token(self, token: Token) -> None:
        line = self._line(token)
        match token.type:
            case "inline":
                self._inline(token, line)
            case "fence":
                own = directive(token.info, token.content, line + 1) if self._within < _DEEPEST_DIRECTIVE else None
                if own:
                    self._within += 1
                    self._directive(own, line)
                    self._within -= 1
                else:
                    add_lines(self.builder, "code", list(split_lines(token.content, line + 1)))
            case "code_block":
                add_lines(self.builder, "code", list(split_lines(token.content, line)))
            case "blockquote_open":
                self._quotes.append(ExitStack())
            case "blockquote_close":
                self._quotes.pop().close()
            case "html_block":
                from ragkit.ingest.readers.html import write_html

                write_html(self.builder, token.content, line)
            case _:
                self._nesting(token)

    def _directive(self, own: Directive, line: int) -> None:
        """What reStructuredText shows of a directive of that name."""
        if own.name in DROPPED:
            return
        if own.name in ELSEWHERE:
            self.builder.add("paragraph", [(elsewhere(own.argument), line)])
        elif own.name == RST:
            from ragkit.ingest.readers.rst import write_rst

            write_rst(self.builder, own.content)
        elif own.name in SIGNATURES | TABS:
            self.builder.depth += 1
            self.builder.add("term", [(signature(own.name, own.argument), line)])
            self._content(own)
            self.builder.depth -= 1
        elif own.name in CHANGES | ADMONITIONS:
            begin, rest = label(own.name, own.argument)
            with self.builder.labelled(begin, line):
                self.write(rest, line)
                self._content(own)
        else:
            self.write("" if own.name in IMAGES else own.argument, line)
            self._content(own)

    def _content(self, own: Directive) -> None:
        if own.content:
            self.write(own.text, own.content[0][1])

    def _nesting(self, token: Token) -> None:
        match token.type:
            case "heading_open":
                self._level = int(token.tag[1:])
            case "heading_close":
                self._level = 0
            case "bullet_list_open" | "ordered_list_open":
                self._depth += 1
            case "bullet_list_close" | "ordered_list_close":
                self._depth -= 1
            case "list_item_open":
                self._marker = f"{token.info}{token.markup} " if token.info else "- "
            case "list_item_close":
                self._marker = ""
            case "note_open":
                self._note = f"{note_mark(number_of(token.info, self._env))} "
            case "note_close":
                self._note = ""

    def _inline(self, token: Token, line: int) -> None:
        if self._quotes and (alert := _ALERT.match(token.content)):
            self._quotes[-1].enter_context(self.builder.labelled(alert["kind"].capitalize(), line))
            token.children, token.content, line = (token.children or [])[2:], token.content[alert.end() :], line + 1
        runs = flow(_runs(token, line))
        if not runs:
            return
        if self._level:
            self.builder.add("heading", runs, level=self._level)
            self._above = self._level
        elif self._marker:
            self.builder.add("item", [(self._marker, line), *runs], indent=2 * (self._depth - 1))
            self._marker = ""
        elif self._above and not self._depth and not self._note and _asks(token):
            first = [run for run in runs if run[1] == line]
            self.builder.add("heading", first, level=self._above + 1)
            self.builder.add("paragraph", flow(runs[len(first) :]))
        elif defined := [] if self._depth or self._note else _defined(token, line):
            self._definition(defined)
        else:
            lead, self._note = self._note, ""
            self.builder.add("paragraph", [(lead, line), *runs], indent=2 * self._depth)

    def _definition(self, parts: Sequence[list[Run]]) -> None:
        """A term and what defines it, as in HTML."""
        self.builder.depth += 1
        for number, part in enumerate(parts):
            self.builder.add("paragraph" if number else "term", part)
        self.builder.depth -= 1

    def _table(self, tokens: Sequence[Token], position: int) -> int:
        """Writes the table that opens at ``position`` and returns the position after it."""
        rows: list[tuple[list[str], int]] = []
        while tokens[position].type != "table_close":
            token = tokens[position]
            if token.type == "tr_open":
                rows.append(([], self._line(token)))
            elif token.type == "inline":
                rows[-1][0].append(cell(_runs(token, rows[-1][1])))
            position += 1
        self.builder.table(rows)
        return position + 1


def _runs(inline: Token, line: int) -> Iterator[Run]:
    """What is visible of an inline token, each piece with its source line.

    markdown-it gives no lines inside a paragraph, so the pieces are looked up in the paragraph's source. What is struck
    out is left out, as in HTML.
    """
    # A line break inside a code span reads as a space in its content.
    raw, flat = inline.content, inline.content.replace("\n", " ")
    cursor = 0
    before, is_raised = "", False
    for child in _unstruck(inline.children or []):
        if child.type in {"softbreak", "hardbreak"}:
            above, cursor = cursor, raw.find("\n", cursor) + 1 or len(raw)
            kept = HARD_BREAK if child.type == "hardbreak" else _soft(raw, raw.rfind("\n", 0, above) + 1, cursor)
            yield kept, line + raw.count("\n", 0, cursor)
            continue
        text = power(before, _visible(child)) if is_raised else _visible(child)
        is_raised = child.type == "html_inline" and child.content.lower() == "<sup>"
        before = text or before
        if text:
            place = flat.find(child.content, cursor)
            cursor = place + len(child.content) if place >= 0 else cursor
            yield text, line + raw.count("\n", 0, place if place >= 0 else cursor)


def _soft(raw: str, above: int, below: int) -> str:
    """What a soft break between the lines that begin there is: a space, save before what stands for itself."""
    if _DEFINES.match(raw, below):
        return _DEFINITION
    apart = _ITEM.match(raw, below) or (LABELLED.match(raw, above) and LABELLED.match(raw, below))
    end = raw.find("\n", below)
    lines = raw[above : end if end >= 0 else len(raw)]
    return HARD_BREAK if apart or without_leaders(lines) != lines else " "


def _defined(inline: Token, line: int) -> list[list[Run]]:
    """A term and its definitions; nothing if a paragraph is none."""
    parts: list[list[Run]] = [[]]
    for text, place in _runs(inline, line):
        if text == _DEFINITION:
            parts.append([])
        else:
            parts[-1].append((text if parts[-1] or len(parts) == 1 else text.removeprefix(":"), place))
    written = [flow(part) for part in parts]
    term = "".join(text for text, _ in written[0])
    return written if len(written) > 1 and len(term) <= _LONGEST_TERM and term[-1:] not in ".!?:;," else []


def _asks(inline: Token) -> bool:
    """Whether the first line of a paragraph is a question in bold, as those over the answers of a list of them."""
    line = list(takewhile(lambda child: child.type not in {"softbreak", "hardbreak"}, inline.children or []))
    shown = [child for child in line if child.type != "text" or child.content]
    types = [child.type for child in shown]
    is_bold = types[:1] == ["strong_open"] and types[-1:] == ["strong_close"] and types.count("strong_close") == 1
    return is_bold and "".join(map(_visible, shown)).endswith("?")


def _unstruck(children: Sequence[Token]) -> list[Token]:
    """Without what stands between the marks of struck text; a tag that is never closed may be the name of a key."""
    kept: list[Token] = []
    opened: dict[str, int] = {}
    for child in children:
        tag = _STRUCK_TAG.fullmatch(child.content) if child.type == "html_inline" else None
        name = tag[2].lower() if tag else "~~"
        if child.type == "s_open" or (tag and not tag[1]):
            opened.setdefault(name, len(kept))
        elif name in opened and (tag or child.type == "s_close"):
            start = opened.pop(name)
            kept[start:] = [each for each in kept[start:] if each.type in {"softbreak", "hardbreak"}]
            opened = {other: place for other, place in opened.items() if place <= start}
        else:
            kept.append(child)
    return kept


def _visible(child: Token) -> str:
    if child.type == "html_inline":
        return HARD_BREAK if _BREAK_TAG.fullmatch(child.content) else ""
    return child.info if child.type in {"note_mark", "role"} else child.content
