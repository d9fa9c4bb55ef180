"""AsciiDoc to the text that a reader sees: sections, lists, listings, tables, admonitions, notes.

A reader of structure, not an implementation of Asciidoctor: a file that is included is not opened (its name stays, for
it is a document of its own), conditionals are taken as true, attributes that the file sets are filled in, what is
struck out is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ragkit.ingest.decode import decode
from ragkit.ingest.readers.aligned import add_lines
from ragkit.ingest.readers.asciidoc_inline import inline, without_roles
from ragkit.ingest.readers.asciidoc_tables import table_rows
from ragkit.ingest.readers.build import Cell, Run, TextBuilder, cell_runs, elsewhere, flow
from ragkit.types import Document, Source

Line = tuple[str, int]

_SECTION = re.compile(r"(={1,6}|#{1,6})[ \t]+(\S.*?)(?:[ \t]+\1)?$")
_UNDERLINES = "=-~^+"
_ATTRIBUTE = re.compile(r":(!?[\w][\w-]*!?):(?:[ \t]+(.*))?$")
_DELIMITER = re.compile(r"(?:-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|\+{4,}|/{4,}|--|`{3,}|[|,:!]={3,})")
_VERBATIM = frozenset("-.`")
_ITEM = re.compile(r"[ \t]*(\*{1,6}|-|\.{1,6}|\d{1,4}\.|[a-zA-Z]\.|<\d{1,3}>|<\.>)[ \t]+(?:\[[ xX*]\][ \t]+)?(\S.*)")
_TERM = re.compile(r"[ \t]*(\S.*?)(:{2,4}|;;)(?:[ \t]+(\S.*))?$")
_MACRO = re.compile(r"(image|video|audio)::([^\[]*)\[(.*)\]$")
_ADMONITION = re.compile(r"(NOTE|TIP|IMPORTANT|WARNING|CAUTION):[ \t]+")
_BLOCK_ATTRIBUTES = re.compile(r"\[(?!\[?\s).*\]$")
_BLOCK_ATTRIBUTE = re.compile(
    r"""\s*(?:([\w-]+)\s*=\s*)?(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^,]*))\s*(?:,|$)"""
)
_OPTION = re.compile(r"%([\w-]+)")
_LISTINGS = frozenset({"source", "listing", "literal"})
_CONDITION = re.compile(r"ifn?def::\S+\[(.*)\]$|ifeval::\[.*\]$|endif::\S*\[.*\]$")
_SILENT = re.compile(r"toc::\S*\[.*\]$|<<<+$|'{3,}$|-{3}$|\*{3}$|//(?!/)|\[\[.*\]\]$")
_INCLUDE = re.compile(r"include::([^\[]*)\[.*\]$")
_TITLE = re.compile(r"\.([^\s.].*)$")
_QUOTES = frozenset({"quote", "verse"})
_SAID = ("style", "attribution", "citetitle")
"""What the first values of a quote are that have no names."""
_MAX_DEPTH = 30
_METADATA = {
    "author": "author",
    "revdate": "modified",
    "keywords": "keywords",
    "description": "description",
    "lang": "language",
}


class AsciidocReader:
    """The `ragkit.protocols.Reader` of AsciiDoc."""

    def read(self, source: Source, data: bytes) -> Document:
        """Blocks in order with line marks; the attributes author, keywords, description and date are metadata."""
        lines = list(_unconditional(decode(data, source.uri)))
        writer = _Writer()
        writer.header(lines)
        writer.body(lines)
        found = {key: writer.attributes[name] for name, key in _METADATA.items() if writer.attributes.get(name)}
        return writer.builder.document(source, metadata=found)


class _Writer:
    """Goes through lines; each method takes the lines and a position and returns the next position."""

    def __init__(self) -> None:
        self.builder = TextBuilder()
        self.attributes: dict[str, str] = {}
        self._depth = 0
        self._style = ""
        self._attributes: dict[str, str] = {}
        self._markers: list[str] = []
        self._counts: list[int] = []

    def header(self, lines: Sequence[Line]) -> None:
        """Takes the attributes that the file sets, wherever, for they may be used before."""
        for text, _ in lines:
            found = _ATTRIBUTE.match(text)
            if found and not found[1].startswith("!"):
                self.attributes.setdefault(found[1].lower(), (found[2] or "").rstrip(" \\"))

    def body(self, lines: Sequence[Line]) -> None:
        """Writes the blocks of ``lines``."""
        self._depth += 1
        position = 0
        while position < len(lines):
            position = self._block(lines, position)
        self._depth -= 1

    def _block(self, lines: Sequence[Line], at: int) -> int:
        text = lines[at][0]
        if not text or text == "+" or _ATTRIBUTE.match(text) or _SILENT.match(text):
            return at + 1
        include = _INCLUDE.match(text)
        if include:
            self.builder.add("paragraph", self._inline([(elsewhere(include[1]), lines[at][1])]))
            return at + 1
        if _BLOCK_ATTRIBUTES.match(text):
            self._attributes |= block_attributes(text[1:-1])
            self._style = self._attributes.get("style", "")
            return at + 1
        title = _TITLE.match(text)
        if title and at + 1 < len(lines) and lines[at + 1][0]:
            self.builder.add("paragraph", self._inline([(title[1], lines[at][1])]))
            return at + 1
        saying = self._saying(lines[at][1])
        end = (
            self._section(lines, at)
            or self._delimited(lines, at)
            or self._item(lines, at)
            or self._indented(lines, at)
            or self._paragraph(lines, at)
        )
        self.builder.add("paragraph", saying)
        self._style, self._attributes = "", {}
        return end

    def _saying(self, number: int) -> list[Run]:
        """Who says what is quoted, and where."""
        said = [self._attributes.get(name, "") for name in _SAID[1:] if self._style in _QUOTES]
        return self._inline([("— " + ", ".join(filter(None, said)), number)]) if any(said) else []

    def _section(self, lines: Sequence[Line], at: int) -> int:
        """A title with its level in front, or with an underline of about its length."""
        text, number = lines[at]
        found = _SECTION.match(text)
        below = lines[at + 1][0] if at + 1 < len(lines) else ""
        if found:
            level, title, end = len(found[1]), found[2], at + 1
        elif _is_underline(text, below) and not _ITEM.match(text):
            level, title, end = _UNDERLINES.index(below[0]) + 1, text, at + 2
        else:
            return 0
        self._markers.clear()
        self._counts.clear()
        if self._style in {"discrete", "float"} or self._depth > 1:
            level = min(level + 1, 6)
        self.builder.add("heading", self._inline([(title, number)]), level=level)
        return self._author(lines, end) if level == 1 and at == _first(lines) else end

    def _author(self, lines: Sequence[Line], at: int) -> int:
        """The lines with author and revision right under the document's title."""
        for name in ("author", "revdate"):
            if at < len(lines) and lines[at][0] and not lines[at][0].startswith((":", "/", "[", "=")):
                self.attributes.setdefault(name, lines[at][0])
                self.builder.add("paragraph", self._inline([lines[at]]))
                at += 1
        return at

    def _delimited(self, lines: Sequence[Line], at: int) -> int:
        """A block between two equal lines; one that is not closed goes to the end, as Asciidoctor has it."""
        fence = lines[at][0]
        opener = "```" if fence.startswith("```") else fence
        if not _DELIMITER.fullmatch(fence) and opener != "```":
            return 0
        end = next((place for place in range(at + 1, len(lines)) if lines[place][0] == opener), len(lines))
        inner = lines[at + 1 : end]
        if fence.endswith("===") and fence[0] in "|,:!":
            rows, header = table_rows(inner, fence[0], self._attributes)
            self.builder.table_of_runs([[self._cell(runs) for runs in row] for row in rows], header=header)
        elif fence[0] == "/":
            pass
        elif (fence[0] in _VERBATIM and fence != "--") or self._style in _LISTINGS:
            self._code(inner)
        elif self._depth < _MAX_DEPTH:
            self._nested(inner)
        else:
            self._plain(inner)
        return end + 1

    def _code(self, lines: Sequence[Line]) -> None:
        add_lines(self.builder, "code", [(text.expandtabs(8) + "\n", number) for text, number in lines])

    def _cell(self, runs: Cell) -> Cell:
        return cell_runs((without_roles(text, self.attributes), line) for text, line in runs)

    def _nested(self, lines: Sequence[Line]) -> None:
        """The blocks in an example, a sidebar or a quote; lists around it go on after it."""
        kept = self._markers, self._counts
        self._markers, self._counts = [], []
        if self._style.isupper():
            self.builder.add("paragraph", [(f"{self._style.capitalize()}:", lines[0][1] if lines else 0)])
        self._style, self._attributes = "", {}
        self.body(lines)
        self._markers, self._counts = kept

    def _item(self, lines: Sequence[Line], at: int) -> int:
        found, term = _ITEM.match(lines[at][0]), _TERM.match(lines[at][0])
        if not found and not (term and "//" not in term[1]):
            return 0
        marker, first = (found[1], found[2]) if found else (term[2], term[1]) if term else ("", "")
        # Only where its list is open does the next term end an item.
        depth, shown = self._place(re.sub(r"\w+", "1", marker))
        end = at + 1
        while end < len(lines) and self._goes_on(lines[end][0]):
            end += 1
        number = lines[at][1]
        lead: list[Run] = [(shown, number)] if shown else []
        rest = ([(term[3], number)] if term and not found and term[3] else []) + [
            (text.strip(), line) for text, line in lines[at + 1 : end]
        ]
        body = [(first, number), *rest]
        if term and not found:
            body[0] = (first + (":" if rest else ""), number)
        runs = self._inline(body)
        self.builder.add("item", [*lead, *runs] if runs else [], indent=2 * depth)
        return end

    def _place(self, marker: str) -> tuple[int, str]:
        """The depth of an item in the lists that are open, and the mark that it shows."""
        if marker in self._markers:
            depth = self._markers.index(marker)
            del self._markers[depth + 1 :], self._counts[depth + 1 :]
        else:
            depth = len(self._markers)
            self._markers.append(marker)
            self._counts.append(0)
        self._counts[depth] += 1
        if marker[0] in ":;":
            return depth, ""
        return depth, f"{self._counts[depth]}. " if marker[0] in ".1<" else "- "

    def _goes_on(self, text: str) -> bool:
        """Whether a line belongs to the paragraph or item above it."""
        ends = (
            not text or text == "+" or _ITEM.match(text) or _DELIMITER.fullmatch(text) or _BLOCK_ATTRIBUTES.match(text)
        ) or _INCLUDE.match(text)
        return not ends and not (_TERM.match(text) and self._markers) and not text.startswith(("//", "```"))

    def _indented(self, lines: Sequence[Line], at: int) -> int:
        """A literal paragraph; in a list it is only text that was indented to please the eye."""
        if lines[at][0][0] not in " \t":
            return 0
        end = at
        while end < len(lines) and lines[end][0]:
            end += 1
        if self._markers:
            return self._paragraph(lines, at)
        self._code(lines[at:end])
        return end

    def _paragraph(self, lines: Sequence[Line], at: int) -> int:
        end = at + 1
        continued = at > 0 and lines[at - 1][0] == "+"
        if lines[at][0][0] not in " \t" and not continued:
            self._markers.clear()
            self._counts.clear()
        while end < len(lines) and self._goes_on(lines[end][0]) and not _MACRO.match(lines[at][0]):
            end += 1
        self._plain(lines[at:end])
        return end

    def _plain(self, lines: Sequence[Line]) -> None:
        body = [(text.strip(), number) for text, number in lines]
        if self._style in _LISTINGS:
            self._code(lines)
            return
        macro = _MACRO.match(body[0][0]) if body else None
        if macro:
            body[0] = (macro[3].split(",")[0].strip("\"' "), body[0][1])
        elif body and self._style.isupper():
            body[0] = (f"{self._style.capitalize()}: {body[0][0]}", body[0][1])
        elif body and (note := _ADMONITION.match(body[0][0])):
            body[0] = (f"{note[1].capitalize()}: {body[0][0][note.end() :]}", body[0][1])
        self.builder.add("paragraph", self._inline(body), indent=2 * len(self._markers))

    def _inline(self, lines: Sequence[Line]) -> list[Run]:
        return flow(inline(lines, self.attributes))


def _unconditional(text: str) -> Iterator[Line]:
    """The lines of a file and those that it has on conditions, without these, wherever they stand."""
    for number, line in enumerate(text.split("\n"), 1):
        found = _CONDITION.match(line.rstrip())
        if not found:
            yield line.rstrip(), number
        elif found[1]:
            yield found[1], number


def block_attributes(line: str) -> dict[str, str]:
    """The attributes of a block by name, its ``style`` without id and roles, its options such as ``%header``.

    Only a comma outside of quotes ends one.
    """
    found: dict[str, str] = {}
    for place, attribute in enumerate(_BLOCK_ATTRIBUTE.finditer(line)):
        name, value = attribute[1], (attribute[2] or attribute[3] or attribute[4] or "").strip()
        if name in {"options", "opts"}:
            found |= {f"%{option.strip()}": "" for option in value.split(",")}
        elif name:
            found[name] = value
        else:
            found |= {option[0]: "" for option in _OPTION.finditer(value)}
            style = re.split("[#.%]", value, maxsplit=1)[0]
            if style and not place:
                found["style"] = style
            elif found.get("style") in _QUOTES and place < len(_SAID):
                found[_SAID[place]] = value
    return found


def _is_underline(title: str, line: str) -> bool:
    alike = len(line) > 1 and line[0] in _UNDERLINES and not line.strip(line[0]) and abs(len(line) - len(title)) < 3
    return alike and any(map(str.isalnum, title)) and title[0] not in " \t[.:|" and line != "--"


def _first(lines: Sequence[Line]) -> int:
    """The position of the first line that is text."""
    return next((at for at, (text, _) in enumerate(lines) if text and not text.startswith(("//", ":"))), 0)
