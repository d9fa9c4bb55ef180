"""What a configuration sets: values with the path of their keys and with the comments that stand at them.

Of each format a walk over its lines finds them, and `ragkit.ingest.readers.settings_text` writes them all. No library
for YAML, TOML or INI keeps the comments, which are where a configuration explains itself.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar

from ragkit.ingest.readers.build import Run

Path = tuple[str | int, ...]
"""Keys, and places in lists, which count from 1."""

_SWITCHED_OFF = re.compile(
    r"""(?:[^\W\d][\w.-]*(?:\[\w*\])?\s*=\s*(?:"[^"]*"|'[^']*'|\[.*\]|\{.*\}|[^\s"'\[{]*)|\[[^\]]+\]|"[^"]*",)\s*(?:[#;].*)?$"""
)
"""A setting that is commented out, a header, or a member of a list; ``retries = 0 means never`` is prose."""

_QUOTED = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'[^']*')$""")


class NotInLines(ValueError):
    """What does not stand in lines of keys and values, or is not of the format at all."""


@dataclass(slots=True)
class Setting:
    """A value, or a key without one, with its comments.

    Attributes:
        path: Of the value, or of what a comment stands in.
        value: As it is written, without the quotes around it, each line with its newline.
        above: The comment in the lines above.
        behind: The comment behind the value.
        is_text: Whether the lines of the value are to stay.
        holds: Whether other settings stand below.
        line: On which it begins.
        is_set: Whether it is no comment alone.
    """

    path: Path
    line: int
    value: list[Run] = field(default_factory=list)
    above: list[Run] = field(default_factory=list)
    behind: list[Run] = field(default_factory=list)
    is_text: bool = False
    holds: bool = False
    is_set: bool = True


class SettingLines(ABC):
    """Walks over the lines of a file and keeps each comment until it is known what it stands at."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._at = 0
        self._found: list[Setting] = []
        self._comment: list[Run] = []
        self._comment_margin = 0

    @abstractmethod
    def _place_at(self, margin: int) -> Path:
        """What a comment stands in that begins at ``margin`` and is of no setting."""

    def _next_line(self) -> str:
        if self._at == len(self._lines):
            raise NotInLines
        self._at += 1
        return self._lines[self._at - 1].rstrip()

    def _add_comment(self, words: str, margin: int) -> None:
        if self._comment and margin != self._comment_margin:
            self._end_comment()
        self._comment += self._remark(words)
        self._comment_margin = margin

    def _end_comment(self) -> None:
        if self._comment:
            path, line = self._place_at(self._comment_margin), self._comment[0][1]
            self._found.append(Setting(path, line, above=self._taken_comment(), is_set=False))

    def _taken_comment(self) -> list[Run]:
        taken, self._comment = self._comment, []
        return taken

    def _remark(self, words: str | None) -> list[Run]:
        """The words of a comment on the present line; a rule of dashes has none."""
        said = (words or "").strip("#").strip()
        return [(f"{said}\n", self._at)] if any(map(str.isalnum, said)) else []


class AssignedLines(SettingLines):
    """Of ``key = value`` below headers in brackets."""

    _COMMENT: ClassVar[re.Pattern[str]]
    _HEADER: ClassVar[re.Pattern[str]]

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._table = Setting((), 0)
        """The header above."""
        self._settled = 0
        """How many of those that were found stay where they are; the comments behind them may lead to a header."""

    def settings(self) -> list[Setting]:
        """All that is set, in order. Raises `NotInLines` where that cannot be told for sure, or nothing is."""
        while self._at < len(self._lines):
            line = self._next_line()
            content = line.lstrip()
            if not content:
                self._end_comment()
            elif self._COMMENT.match(content):
                self._add_comment(content, margin(line))
            elif header := self._HEADER.match(content):
                self._begin_table(self._path_of(header), header[3])
            else:
                self._assign(line)
        self._end_comment()
        if not any(each.is_set for each in self._found):
            raise NotInLines
        return self._found

    @abstractmethod
    def _path_of(self, header: re.Match[str]) -> Path:
        """The path of what stands below a header."""

    @abstractmethod
    def _assign(self, line: str) -> None:
        """Adds the setting that begins on a line."""

    def _place_at(self, margin: int) -> Path:
        return self._table.path

    def _add_comment(self, words: str, margin: int) -> None:
        """What is commented out keeps its mark and is of no setting; below a comment behind a value it goes on."""
        said = words.lstrip("#;! \t")
        if before := self._goes_on(margin):
            before += self._remark(said)
        elif _SWITCHED_OFF.match(said):
            self._comment.append((f"{words}\n", self._at))
            self._end_comment()
            self._settled = len(self._found)
        else:
            super()._add_comment(said, margin)

    def _goes_on(self, at: int) -> list[Run] | None:
        """The comment of the line before, if it stands behind what begins further out."""
        last = self._found[-1] if self._found and not self._comment else self._table
        comment = last.behind if last.is_set else last.above
        if last is self._table or last.holds or not comment or comment[-1][1] != self._at - 1:
            return None
        return comment if at > margin(self._lines[last.line - 1]) else None

    def _begin_table(self, path: Path, comment: str | None) -> None:
        """Comments that stand alone before a header are about what follows it."""
        above = self._taken_comment()
        for each in self._found[self._settled :]:
            each.path = ()
        self._table = self._add(Setting(path, self._at, above=above, behind=self._remark(comment)))

    def _begin_setting(self, key: str) -> Setting:
        """Adds a setting to the present table."""
        self._table.holds = True
        return self._add(Setting((*self._table.path, key), self._at, above=self._taken_comment()))

    def _add_member(self, found: Setting, place: int, value: list[Run], comment: list[Run]) -> None:
        """Adds what stands in a line of a list."""
        path, line = (*found.path, place), value[0][1]
        self._add(Setting(path, line, value, above=self._taken_comment(), behind=comment))

    def _add(self, setting: Setting) -> Setting:
        self._found.append(setting)
        self._settled = len(self._found)
        return setting


def margin(line: str) -> int:
    """How far in a line begins."""
    return len(line) - len(line.lstrip())


def bare(text: str) -> str:
    """A text without the quotes around it."""
    return text[1:-1] if _QUOTED.match(text) else text
