"""What the lines of a TOML file set. Only what the standard library takes for TOML is told apart."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from typing import ClassVar

from ragkit.ingest.readers.settings import AssignedLines, NotInLines, Path, Setting, bare, margin

_NAME = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s.=\[\]"'#]+)"""
_KEYS = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_EACH_NAME = re.compile(_NAME)
_KEY = re.compile(rf"\s*({_KEYS})\s*=\s*")
_VALUE = re.compile(r"""((?:"(?:[^"\\]|\\.)*"|'[^']*'|[^"'#])*)(?:#(.*))?$""")
_BRACKET = re.compile(r"""[\[\]{}]|"(?:[^"\\]|\\.)*"|'[^']*'""")
_END_OF_TEXT = {
    '"""': re.compile(r'((?:[^"\\]|\\.?|"{1,2}(?!"))*"{0,2})"""\s*(?:#(.*))?$'),
    "'''": re.compile(r"((?:[^']|'{1,2}(?!'))*'{0,2})'''\s*(?:#(.*))?$"),
}


def documents(text: str) -> list[list[Setting]]:
    """What ``text`` sets, as the one document in it. Raises `NotInLines` where that cannot be told for sure."""
    try:
        tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotInLines from error
    return [_Lines(text).settings()]


class _Lines(AssignedLines):
    _COMMENT: ClassVar = re.compile("#")
    _HEADER: ClassVar = re.compile(rf"(\[\[?)\s*({_KEYS})\s*\]\]?\s*(?:#(.*))?$")

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._tables: Counter[Path] = Counter()
        """How many there are so far of each array of tables."""

    def _path_of(self, header: re.Match[str]) -> Path:
        """Names in one, up to the place in an array."""
        path: Path = ()
        *above, last = _names(header[2])
        for name in above:
            path = _below(path, name)
            path = (*path, self._tables[path]) if path in self._tables else path
        path = _below(path, last)
        if header[1] == "[":
            return path
        self._tables[path] += 1
        return (*path, self._tables[path])

    def _assign(self, line: str) -> None:
        key = _KEY.match(line)
        if not key:
            raise NotInLines
        found = self._begin_setting(".".join(_names(key[1])))
        written = line[key.end() :]
        if written[:3] in _END_OF_TEXT:
            self._read_text(found, written[3:], _END_OF_TEXT[written[:3]])
        else:
            self._read_value(found, written)

    def _read_text(self, found: Setting, written: str, end: re.Pattern[str]) -> None:
        found.is_text = True
        while not (closed := end.match(written)):
            found.value.append((f"{written}\n", self._at))
            written = self._next_line()
        found.value.append((f"{closed[1]}\n", self._at))
        if len(found.value) > 1 and not found.value[0][0].strip():
            del found.value[0]
        found.behind = self._remark(closed[2])

    def _read_value(self, found: Setting, written: str) -> None:
        """A value on a line, or one in brackets over several."""
        depths = [_opened(_parts(written)[0])]
        while depths[-1] > 0 and self._at + len(depths) <= len(self._lines):
            ahead = self._lines[self._at + len(depths) - 1]
            depths.append(depths[-1] + _opened(_parts(ahead)[0]))
        if len(depths) > 1 and {*depths[:-1]} == {1} and written.startswith("["):
            self._read_list(found, written, len(depths))
            return
        for place in range(len(depths)):
            value, comment = _parts(self._next_line() if place else written)
            found.value.append((f"{bare(value) if len(depths) == 1 else value}\n", self._at))
            found.behind += self._remark(comment)

    def _read_list(self, found: Setting, written: str, count: int) -> None:
        """A list of which each of ``count`` lines has whole members."""
        found.holds = True
        members = 0
        for place in range(count):
            line = self._next_line() if place else written
            value, comment = _parts(line)
            value = value[place == 0 : len(value) - (place == count - 1)].strip().rstrip(",").rstrip()
            if value:
                members += 1
                self._add_member(found, members, [(f"{bare(value)}\n", self._at)], self._remark(comment))
            elif place in {0, count - 1}:
                found.behind += self._remark(comment)
            elif comment:
                self._add_comment(f"#{comment}", margin(line))
        self._end_comment()


def _parts(line: str) -> tuple[str, str]:
    """The value on a line, and the comment behind it."""
    parts = _VALUE.match(line)
    if not parts:
        raise NotInLines
    return parts[1].strip(), parts[2] or ""


def _opened(value: str) -> int:
    """How many more brackets a line opens than it closes."""
    brackets = [match[0] for match in _BRACKET.finditer(value)]
    return sum(each in "[{" for each in brackets) - sum(each in "]}" for each in brackets)


def _names(keys: str) -> list[str]:
    return [bare(each) for each in _EACH_NAME.findall(keys)]


def _below(path: Path, name: str) -> Path:
    """A path one name further down; names that follow one another are one, as a header has them."""
    *above, last = path or ("",)
    return (*above, f"{last}.{name}" if last else name) if isinstance(last, str) else (*path, name)
