"""What a document is called by: the name of its file, its title, and the names that its first lines tell.

Contracts of one make, reports of one company and minutes of one board say the same things in the same words; what tells
them apart is who and when they are of, and the passages do not say that again. English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import unquote

from ragkit.dates import days
from ragkit.lexical import STOP, WORD, content, stem
from ragkit.naming import MONTHS

_MONTHS = frozenset(map(stem, MONTHS))
_QUARTERS = frozenset(("q1", "q2", "q3", "q4"))
_ORDER = {stem(month): number for number, month in enumerate(MONTHS, 1)} | {f"q{n}": 3 * n for n in range(1, 5)}
_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])(?:[-_.]?([0-3]\d))?(?!\d)")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_EXTENSION = re.compile(r"(?<=.)\.[A-Za-z]\w{0,7}$")
_BEFORE_EXTENSION = re.compile(r"(?<=.)\.(?:tar|rst|md|txt|html?|xml|adoc|docx?|xlsx?|pptx?|pdf)$", re.IGNORECASE)
"""What ``report.rst.txt`` ends in besides, of which ``manual.PL50.pdf`` has none."""
_NAME = re.compile(r"(?<![\w-])[^\W\d_a-zß-öø-ÿ][\w&-]*")


@lru_cache(maxsize=4096)
def called(uri: str, title: str, opening: str = "") -> frozenset[str]:
    """Stems of the words that a document is called by; ``opening`` is the text that it begins with.

    That gives its names, and the first day that it tells.
    """
    said = f"{_file(uri)} {title}"
    told = [part for found in _DAY.finditer(said) for part in _day(*found.groups())]
    for date in days(opening)[:1]:
        told += _day(str(date.year or ""), str(date.month), str(date.day))
    names = [word for word in _NAME.findall(opening) if len(word) > 1 and word.lower() not in STOP]
    return _words(said).union(map(stem, filter(None, [*told, *names])))


def _file(uri: str) -> str:
    """The name of a file without its suffix, its words apart."""
    name = PurePosixPath(unquote(uri)).name
    return _HUMP.sub(" ", _BEFORE_EXTENSION.sub("", _EXTENSION.sub("", name))).replace("_", " ")


def _words(said: str) -> frozenset[str]:
    """Stems of the words of a file's name or of a title, of what hyphens join as one and apart."""
    return frozenset([*content(said.replace("-", " ")), *content(said)])


def names_in(question: str) -> frozenset[str]:
    """Stems of the words of a question that are names or numbers."""
    return frozenset(stem(word[0]) for word in WORD.finditer(question) if is_name(word) and not is_stop(word[0]))


def is_name(word: re.Match[str]) -> bool:
    """Whether a word of a question is a name or a number; of its first word nobody knows."""
    return bool(re.search(r"\d", word[0])) or (word[0][0].isupper() and word.start() > 0)


def is_stop(word: str) -> bool:
    """Whether a word tells nothing; "May" may be a month."""
    return word.lower() in STOP and word != "May"


def dated(uri: str, title: str) -> tuple[frozenset[str], tuple[int, int, int]] | None:
    """What a document is called besides its date, and that: the year, the month or the quarter's last one, and the day.

    By its file, or by its title where the file tells no year; None where neither does.
    """
    for said in (_file(uri), title):
        words = _words(said)
        besides = frozenset(word for word in words.difference(_MONTHS, _QUARTERS) if re.search(r"[^\W\d]", word))
        if found := _DAY.search(said):
            year, month, day = found.groups()
            return besides, (int(year), int(month), int(day or 0))
        if "year" in (when := dates(words)):
            months = [_ORDER[word] for kind in ("month", "quarter") for word in when.get(kind, ())]
            return besides, (max(map(int, when["year"])), max(months, default=0), 0)
    return None


def dates(words: Iterable[str]) -> dict[str, frozenset[str]]:
    """The years, months and quarters among stems, by their kind, of which there are any."""
    said = frozenset(words)
    found = {
        "year": frozenset(word for word in said if _YEAR.fullmatch(word)),
        "month": said & _MONTHS,
        "quarter": said & _QUARTERS,
    }
    return {kind: some for kind, some in found.items() if some}


def _day(year: str, month: str, day: str | None) -> list[str]:
    """A date as a question has it."""
    return [year, MONTHS[int(month) - 1], *([str(int(day))] if day else [])]
