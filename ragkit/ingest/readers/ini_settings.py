"""What the lines of INI files set, and of all that have ``key = value`` on a line: ``.cfg``, ``.properties``, ``.env``.

They have no common grammar. A line that stands further in than its key goes on with the value, as does one behind a
backslash; what is neither that nor a key, a header or a comment makes a file one of another kind.
"""

from __future__ import annotations

import re
from typing import ClassVar

from ragkit.ingest.readers.build import Run
from ragkit.ingest.readers.settings import AssignedLines, NotInLines, Path, Setting, bare, margin

_NOT_IN_KEY = r"""=:#;!{}()<>"'`"""
_BEGINS = r"[\w.*/%$@+-]"
_WORD = rf"{_BEGINS}[^\s{_NOT_IN_KEY}]*"
_KEY = re.compile(rf"\s*(?:({_BEGINS}[^{_NOT_IN_KEY}]*)=(?!=)|({_WORD})\s*:(?!//|[=:])|({_WORD})$)\s*")
"""Words before an equals sign, or one word before a colon or alone."""
_QUOTED = re.compile(r"""("(?:[^"\\]|\\.)*"|'[^']*')\s*(?:[#;](.*))?$""")
_GOES_ON = re.compile(r"(?<!\\)(?:\\\\)*\\$")
"""An odd number of backslashes."""


def documents(text: str) -> list[list[Setting]]:
    """What ``text`` sets, as the one document in it. Raises `NotInLines` where that cannot be told for sure."""
    return [_Lines(text).settings()]


class _Lines(AssignedLines):
    _COMMENT: ClassVar = re.compile(r"[#;]|!\s")
    _HEADER: ClassVar = re.compile(r"(\[)(.+)\]\s*(?:[#;](.*))?$")

    def __init__(self, text: str) -> None:
        super().__init__(text)
        marks = "#;" if any(line.lstrip().startswith(";") for line in self._lines) else "#"
        self._behind = re.compile(rf"(?:^[{marks}](?=\s)|\s[{marks}])")
        """A semicolon begins a comment behind a value only where comments begin with one."""

    def _path_of(self, header: re.Match[str]) -> Path:
        return (header[2].strip(),)

    def _assign(self, line: str) -> None:
        key = _KEY.match(line)
        written = line[key.end() :] if key else ""
        if not key or not (written or key[1] or self._table.path):
            raise NotInLines
        found = self._begin_setting(next(filter(None, key.groups())).rstrip())
        if written:
            found.value, found.behind = self._value(written)
        members = 0
        while end := self._end_of_more(margin(line), beside=bool(written)):
            while self._at < end - 1:
                between = self._next_line()
                if between:
                    self._add_comment(between.lstrip(), margin(between))
                else:
                    self._end_comment()
            value, comment = self._value(self._next_line().strip())
            if written:
                found.value += value
                found.behind += comment
            else:
                members += 1
                found.holds = True
                self._add_member(found, members, value, comment)

    def _end_of_more(self, at: int, *, beside: bool) -> int:
        """Where the next line ends that goes on with a value, which stands ``beside`` its key or below; 0 for none."""
        for end in range(self._at + 1, len(self._lines) + 1):
            line = self._lines[end - 1]
            if not line.strip() or self._COMMENT.match(line.lstrip()):
                continue
            if margin(line) <= at or (beside and self._begins_other(line.strip())):
                return 0
            return end
        return 0

    def _begins_other(self, content: str) -> bool:
        key = _KEY.match(content)
        return bool((key and not key[3]) or self._HEADER.match(content))

    def _value(self, written: str) -> tuple[list[Run], list[Run]]:
        """The value on a line and on those that a backslash adds to it, and the comment behind."""
        runs: list[Run] = []
        while _GOES_ON.search(written) and self._at < len(self._lines):
            runs.append((f"{written[:-1].rstrip()}\n", self._at))
            written = self._next_line().strip()
        if quoted := _QUOTED.match(written):
            value, comment = bare(quoted[1]), quoted[2]
        else:
            mark = self._behind.search(written)
            value, comment = (written[: mark.start()], written[mark.end() :]) if mark else (written, "")
        return [*runs, (f"{value.rstrip()}\n", self._at)], self._remark(comment)
