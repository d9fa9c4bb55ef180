"""Passages as entries: what stands under a key, be it a row's first cell, a code before a colon or a release's heading.

Neighbouring rows, neighbouring lines and the releases of a list of changes are a group: the key tells them apart, and
what stands in one of them is said of no other. Words are stems. English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ragkit.cells import ASIDE, BETWEEN, LABEL, RULE
from ragkit.lexical import IDENTIFIER, STOP, numbers, stem, words

_LINE = re.compile(r"^[^\n]*\S", re.MULTILINE)
_MARK = re.compile(r"[ \t]*(?:[•*+–-]|\d{1,2}[.)]|\(?[a-z][.)])[ \t]+")
_TERM = re.compile(r"(?P<key>[^\s:|]{1,60}):\s+(?P<said>\S.*)")
_RELEASE = re.compile(
    r"(?:\A|\n)(?:#{1,6} +)?\[?(?:[Vv]ersion |[Rr]elease )?(?P<key>v?\d+(?:\.\d+){1,3})\]?"
    r"(?:[ \t]+[(–—-][^\n]{0,30})?(?=\n)"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is ``said`` under a ``name``: the stems of its words in order, and what carries meaning in both."""

    name: str
    key: tuple[str, ...]
    said: str
    content: frozenset[str]

    @property
    def named(self) -> frozenset[str]:
        """What carries meaning in the key."""
        return frozenset(self.key) - STOP

    @property
    def row(self) -> bool:
        """Whether it is a row with a cell for each of several things; a release may only have such rows below it."""
        return BETWEEN in self.said and "\n" not in self.said

    @classmethod
    def of(cls, key: str, said: str) -> Entry:
        """The entry with this key."""
        return cls(key, tuple(map(stem, words(ASIDE.sub("", key)))), said, meaning(f"{key} {said}"))


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of one kind beside each other, and what carries meaning ``outside`` of them."""

    entries: tuple[Entry, ...]
    outside: frozenset[str]


def groups(passages: Sequence[str]) -> Iterator[Group]:
    """The groups of two entries and more."""
    for number, text in enumerate(passages):
        others = frozenset[str]().union(*(meaning(each) for n, each in enumerate(passages) if n != number))
        for found in (*_lines(text), _releases(text)):
            told = found[_headed(found) :]
            if len(told) > 1:
                rest = text
                for (start, end), _ in reversed(told):
                    rest = rest[:start] + rest[end:]
                yield Group(tuple(entry for _, entry in told), others | meaning(rest))


@lru_cache(1 << 14)
def meaning(text: str) -> frozenset[str]:
    """The stems of the words that carry meaning, and the numbers."""
    return frozenset(stem(word) for word in words(text) if word not in STOP) | frozenset(numbers(text))


Found = list[tuple[tuple[int, int], Entry]]
"""Entries with where they stand."""


def _lines(text: str) -> Iterator[Found]:
    """Rows, and terms with what stands behind a colon, as long as one follows the other."""
    found, kind = Found(), False
    for line in _LINE.finditer(text):
        if RULE.fullmatch(line[0]):
            continue
        entry = _entry(line[0])
        if entry is None or (found and kind is not entry.row):
            yield found
            found = []
        if entry:
            found.append((line.span(), entry))
            kind = entry.row
    yield found


def _entry(line: str) -> Entry | None:
    """The entry that a line is."""
    mark = _MARK.match(line)
    line = line[mark.end() :] if mark else line
    if BETWEEN in line:
        name, _, rest = line.strip("| ").partition(BETWEEN)
        label = LABEL.match(name)
        return Entry.of(name[label.end() :] if label else name, f"{BETWEEN}{rest}")
    term = _TERM.fullmatch(line)
    return Entry.of(term["key"], term["said"]) if term and _is_code(term["key"]) else None


def _is_code(key: str) -> bool:
    """Whether a term is a code or the name of a setting: one in words often stands over more than is said of it."""
    plain = key.strip("`*")
    return " " not in plain and (re.search(r"\d", plain) is not None or IDENTIFIER.fullmatch(plain) is not None)


def _releases(text: str) -> Found:
    """What stands below each of the headings that name releases."""
    heads = list(_RELEASE.finditer(text))
    bounds = [*(head.start() for head in heads), len(text)]
    return [
        ((head.start(), end), Entry.of(head["key"], text[head.end() : end]))
        for head, end in zip(heads, bounds[1:], strict=True)
    ]


def _headed(found: Found) -> bool:
    """Whether the first of the rows names the columns."""
    return bool(found) and found[0][1].row and ": " not in found[0][1].said
