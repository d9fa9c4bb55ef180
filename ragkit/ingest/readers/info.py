"""GNU Info to text: what its nodes say, in order, under their headings.

Menus, indices, the lines that join the nodes and the table of their offsets only lead through a manual, and are left
out. Of a manual in several files (``foo.info-1``) each is a document of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ragkit.ingest.decode import decode
from ragkit.ingest.readers.build import Run, TextBuilder, split_lines
from ragkit.ingest.readers.text import groups, paragraphs
from ragkit.types import Document, Source

_SPECIAL = re.compile(rb"\0\x08\[(\w{1,20})([^\0]*)\0\x08\]")
_SHOWN = re.compile(rb"\b(alt|text)=\"((?:[^\"\\]|\\.)*)\"", re.DOTALL)
_ESCAPED = re.compile(rb"\\([\"\\])")
_TABLES = re.compile(rb"\x1f\r?\n(?:Tag Table|Indirect):")
_CODING = re.compile(rb"^coding: ([\w-]{1,40})\r?$", re.MULTILINE)
_NODE = re.compile(r"^\f+\n(?:File:[^\n]*\n)?", re.MULTILINE)
_DIRECTORY = re.compile(r"^INFO-DIR-SECTION.*?^END-INFO-DIR-ENTRY$", re.MULTILINE | re.DOTALL)
_PRODUCED = re.compile(r"\AThis is [^\n]*(?:\n(?!\n)[^\n]*){0,2}?\.$", re.MULTILINE)
_MENU = re.compile(r"^\* Menu:[ \t]*$", re.MULTILINE)
_NOTE = re.compile(
    r"\*[Nn]ote\s+(?:([^:]{1,300})::|([^:]{1,300}):\s+(?:\([^)\n]{1,80}\))?[^.,\f]{1,200}?([.,])(?=(\s*\S?)))"
)
_FOOTNOTES = re.compile(r"^ *-{8,} Footnotes -{8,}$", re.MULTILINE)
_UNDERLINES = "*=-."
_MIN_UNDERLINE = 3


class InfoReader:
    """The `ragkit.protocols.Reader` of GNU Info."""

    def read(self, source: Source, data: bytes) -> Document:
        """Blocks in order with line marks; the title is the first heading."""
        coding = _CODING.search(data, max(0, len(data) - 500))
        tables = _TABLES.search(data)
        body = _SPECIAL.sub(_shown, data[: tables.start()] if tables else data)
        # A node begins with the control character 31, of which a text that is not binary has few.
        text = decode(body.replace(b"\x1f", b"\f"), source.uri, coding[1].decode("ascii") if coding else None)
        builder = TextBuilder()
        for node, number in _nodes(text):
            _write(builder, node, number)
        return builder.document(source)


def _shown(special: re.Match[bytes]) -> bytes:
    """What a reader without pictures sees of an image; nothing of the mark of an index. Newlines stay."""
    found = dict(_SHOWN.findall(special[2])) if special[1] == b"image" else {}
    shown = _ESCAPED.sub(rb"\1", found.get(b"alt") or found.get(b"text", b""))
    return shown + b"\n" * (special[0].count(b"\n") - shown.count(b"\n"))


def _nodes(text: str) -> Iterator[Run]:
    """The preamble and the text of each node, with the number of the line that it begins on."""
    # What is left out leaves blank lines, so that all others keep their numbers.
    text = _blanked(_PRODUCED, _blanked(_DIRECTORY, _blanked(_FOOTNOTES, text)))
    start, number = 0, 1
    for mark in [*_NODE.finditer(text), None]:
        node = text[start : mark.start()] if mark else text[start:]
        yield _without_menu(node), number
        if mark:
            number += node.count("\n") + mark[0].count("\n")
            start = mark.end()


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda found: "\n" * found[0].count("\n"), text)


def _without_menu(node: str) -> str:
    """Without the entries of a menu, and without the lone lines above groups of them."""
    menu = _MENU.search(node)
    if not menu:
        return node
    found = list(groups(node[menu.end() :]))
    entries = [group[0].text.startswith("* ") for group in found]
    last = max((place for place, entry in enumerate(entries) if entry), default=-1)
    left_out = [group for place, group in enumerate(found) if entries[place] or (place < last and len(group) == 1)]
    kept = list(node)
    kept[menu.start() : menu.end()] = " " * len(menu[0])
    for line in (line for group in left_out for line in group):
        kept[menu.end() + line.start : menu.end() + line.end] = " " * (line.end - line.start)
    return "".join(kept)


def _write(builder: TextBuilder, node: str, number: int) -> None:
    """Adds a node that begins at line ``number``: each heading and what stands below it."""
    lines = _NOTE.sub(_named, node).split("\n")
    start = 0
    for at in range(len(lines) - 1):
        level = _level(lines, at)
        if level:
            _write_plain(builder, lines[start:at], number + start)
            builder.add("heading", [(lines[at], number + at)], level=level)
            start = at + 2
    _write_plain(builder, lines[start:], number + start)


def _named(note: re.Match[str]) -> str:
    """The name in a reference, with the full stop or comma that also ends it where the sentence wants one."""
    name = note[1] or note[2]
    follows = note[4] or ""
    goes_on = follows and (follows[-1].islower() or not follows[0].isspace())
    stop = "" if note[3] == "." and goes_on else note[3] or ""
    return name + stop + "\n" * (note[0].count("\n") - name.count("\n"))


def _level(lines: Sequence[str], at: int) -> int:
    """The level of a line that is underlined to its length, or 0."""
    title, below = lines[at].rstrip(), lines[at + 1].rstrip()
    if not title or title[0].isspace() or len(below) < _MIN_UNDERLINE or below.strip(below[0]):
        return 0
    return _UNDERLINES.find(below[0]) + 1 if abs(len(title) - len(below)) <= 2 else 0


def _write_plain(builder: TextBuilder, lines: Sequence[str], number: int) -> None:
    """Adds paragraphs and items, their lines without the margin of the first."""
    text = "\n".join(lines)
    at = 0
    for block in (block for group in groups(text) for block in paragraphs(group)):
        number += text.count("\n", at, block.start)
        at = block.start
        margin = block.start - text.rfind("\n", 0, block.start) - 1
        runs = split_lines(text[block.start : block.end], number)
        builder.add(block.kind, [(_dedented(line, margin), place) for line, place in runs])


def _dedented(line: str, margin: int) -> str:
    return line[min(margin, len(line) - len(line.lstrip(" "))) :]
