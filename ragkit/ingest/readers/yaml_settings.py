"""What the lines of a YAML file set. Anchors, tags and values in brackets stay as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ragkit.ingest.readers.build import Run
from ragkit.ingest.readers.settings import NotInLines, Path, Setting, SettingLines

_QUOTED_KEY = re.compile(r"""("[^"\\]*"|'[^']*'):(?=\s|$)""")
_NO_KEY = re.compile(r"""[\[\]{}&*!|>%@`"'#]|[-?](?:\s|$)""")
_COLON = re.compile(r":(?=\s|$)|\s#")
_DASH = re.compile(r"-(?:\s+|$)")
_BLOCK = re.compile(r"((?:[&!]\S*\s+)*)([|>])[-+\d]*(\s.*)?$")
_QUOTED = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*(?:#(.*))?$""", re.DOTALL)
_COMMENT = re.compile(r"(?:^|\s)#(.*)$")
_MARKER = re.compile(r"(?:---|\.\.\.)(?:\s+|$)")
_NAMED = re.compile(r"(?:[&!]\S*(?:\s+|$))*$")
"""The anchor and the tag of what stands below."""
_BRACKET = re.compile(r"""[\[\]{}]|"(?:[^"\\]|\\.)*"|'[^']*'|\s#.*$""")
_MOST_LINES = 500
"""Of a text in quotes: further on its last quote is missing."""


@dataclass(slots=True)
class _Level:
    """An open list or mapping: where its lines begin, and its key or place that was told last."""

    indent: int
    at: str | int


def documents(text: str) -> list[list[Setting]]:
    """What the lines of ``text`` set, in order, for each document in it that says anything.

    Raises `NotInLines` where they cannot be told apart for sure.
    """
    return [*_Lines(text).documents()]


class _Lines(SettingLines):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._open: list[_Level] = []

    def documents(self) -> Iterator[list[Setting]]:
        while self._at < len(self._lines):
            line = self._next_line()
            if marker := _MARKER.match(line):
                self._end_comment()
                if any(each.is_set for each in self._found):
                    yield self._taken_document()
                self._begin_document(line[marker.end() :])
            elif line.lstrip().startswith("#"):
                self._add_comment(line.strip(), _margin(line))
            elif not line:
                self._end_comment()
            else:
                self._setting(line)
        self._end_comment()
        if self._found:
            yield self._taken_document()

    def _taken_document(self) -> list[Setting]:
        taken, self._found = self._found, []
        return taken

    def _begin_document(self, rest: str) -> None:
        if rest and not rest.startswith("#"):
            raise NotInLines
        self._comment += self._comment_in(rest)
        self._comment_margin = 0
        self._open.clear()

    def _place_at(self, margin: int) -> Path:
        """The keys around it that stand further out."""
        return tuple(level.at for level in self._open if level.indent < margin)

    def _comment_in(self, line: str) -> list[Run]:
        comment = _COMMENT.search(line)
        return self._remark(comment and comment[1])

    def _setting(self, line: str) -> None:
        """Adds the setting that begins on a line."""
        place = _margin(line)
        if place != self._comment_margin:
            self._end_comment()
        on_line = False
        while dash := _DASH.match(line, place):
            self._enter_list(place, on_line=on_line)
            place, on_line = dash.end(), True
        key = _key(line, place)
        if key:
            self._enter_mapping(place, key[0], on_line=on_line)
            place = key[1]
        elif not on_line:
            raise NotInLines
        found = Setting(tuple(level.at for level in self._open), self._at, above=self._taken_comment())
        self._found.append(found)
        self._read_value(found, line[place:])

    def _enter_list(self, indent: int, *, on_line: bool) -> None:
        """The next place of the list that stands at ``indent``, or the first of a new one."""
        self._leave(indent)
        if self._open and self._open[-1].indent == indent and isinstance(self._open[-1].at, int):
            self._open[-1].at += 1
        else:
            self._enter(_Level(indent, 1), on_line=on_line)

    def _enter_mapping(self, indent: int, key: str, *, on_line: bool) -> None:
        """The next key of the mapping that stands at ``indent``, or the first of a new one."""
        self._leave(indent)
        if len(self._open) > 1 and self._open[-2].indent == indent:
            self._open.pop()  # A list at the margin of the key that has it.
        if self._open and self._open[-1].indent == indent and not on_line:
            if isinstance(self._open[-1].at, int):
                raise NotInLines
            self._open[-1].at = key
        else:
            self._enter(_Level(indent, key), on_line=on_line)

    def _leave(self, indent: int) -> None:
        while self._open and self._open[-1].indent > indent:
            self._open.pop()

    def _enter(self, level: _Level, *, on_line: bool) -> None:
        """Opens a list or mapping, which is what the setting before holds unless it begins on the line of a dash."""
        above = next((each for each in reversed(self._found) if each.is_set), None)
        if not on_line and above:
            value = "".join(text for text, _ in above.value).strip()
            if tuple(each.at for each in self._open) != above.path or not _NAMED.match(value):
                raise NotInLines
            above.holds = True
        self._open.append(level)

    def _read_value(self, found: Setting, written: str) -> None:
        """The value that begins with ``written`` and may go on in the next lines."""
        if (block := _BLOCK.match(written)) and not _COMMENT.sub("", block[3] or "").strip():
            found.behind = self._comment_in(block[3] or "")
            found.is_text = block[2] == "|"
            found.value = [(block[1], self._at)] if block[1] else []
            found.value += self._indented_lines()
        elif written.startswith(('"', "'")):
            self._read_quoted(found, written)
        else:
            self._read_plain(found, written)

    def _indented_lines(self) -> list[Run]:
        """The lines that stand further in than the key, or are blank."""
        runs: list[Run] = []
        while self._at < len(self._lines) and (self._is_further_in() or not self._lines[self._at].strip()):
            self._at += 1
            runs.append((self._lines[self._at - 1], self._at))
        margin = min((_margin(line) for line, _ in runs if line.strip()), default=0)
        return [(f"{line[margin:].rstrip()}\n", number) for line, number in runs]

    def _is_further_in(self) -> bool:
        line = self._lines[self._at]
        return bool(line.strip()) and _margin(line) > self._open[-1].indent

    def _read_quoted(self, found: Setting, written: str) -> None:
        first = self._at
        while not (quoted := _QUOTED.match(written)):
            if self._at == len(self._lines) or self._at - first > _MOST_LINES:
                raise NotInLines
            written += f"\n{self._lines[self._at]}"
            self._at += 1
        found.value = [(f"{part.strip()}\n", at) for at, part in enumerate(_bare(quoted[1]).split("\n"), first)]
        found.behind = self._comment_in(f"#{quoted[2] or ''}")

    def _read_plain(self, found: Setting, written: str) -> None:
        open_brackets = self._take(found, written)
        while self._at < len(self._lines) and (open_brackets > 0 or self._goes_on(found)):
            self._at += 1
            open_brackets += self._take(found, self._lines[self._at - 1])
        if open_brackets > 0:
            raise NotInLines

    def _goes_on(self, found: Setting) -> bool:
        """Whether the next line is more of a plain value."""
        content = self._lines[self._at].strip()
        begins_other = content.startswith("#") or (_DASH.match(content) and not found.value) or _key(content, 0)
        return self._is_further_in() and not begins_other and not (found.value and found.behind)

    def _take(self, found: Setting, written: str) -> int:
        """Adds a line to a value and its comment; how many more brackets it opens than it closes."""
        value = _COMMENT.sub("", written).strip()
        found.value += [(f"{value}\n", self._at)] if value else []
        found.behind += self._comment_in(written)
        if not found.value or found.value[0][0][0] not in "[{":
            return 0
        brackets = [match[0] for match in _BRACKET.finditer(value)]
        return sum(each in "[{" for each in brackets) - sum(each in "]}" for each in brackets)


def _key(line: str, place: int) -> tuple[str, int] | None:
    """The key at a place of a line, and where its value begins."""
    if quoted := _QUOTED_KEY.match(line, place):
        key, end = _bare(quoted[1]), quoted.end()
    else:
        colon = None if _NO_KEY.match(line, place) else _COLON.search(line, place)
        if not colon or colon[0] != ":" or colon.start() == place:
            return None
        key, end = line[place : colon.start()].rstrip(), colon.end()
    return key, len(line) - len(line[end:].lstrip())


def _bare(text: str) -> str:
    """A key or a value without the quotes around it."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _margin(line: str) -> int:
    if re.match(r" *\t", line):
        raise NotInLines
    return len(line) - len(line.lstrip(" "))
