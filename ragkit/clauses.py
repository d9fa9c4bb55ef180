"""Bare numbers and letters that count clauses and items: "5.2 Notice must be given", "b war and nuclear energy".

A number before a word may as well say how many there are, so it takes its like on other lines to count something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_COUNT = re.compile(r"(?P<parts>(?:\d{1,2}\.)*)(?P<last>\d{1,2}|[a-z])[ \t]+(?P<word>[^\W\d_])")
_LINE = re.compile(rf"^[ \t]*{_COUNT.pattern}", re.MULTILINE)
_HEADING = re.compile(r"(?:(?:\d{1,2}\.)*\d{1,2}|[A-Z])[.)]\s+(?=[^\W\d_])")
LEAST = 3
"""Lines, from 1 on, that a number without a dot is one of: "2 Adults" is none of two."""


def words_from(text: str, start: int, above: str = "") -> int:
    """Where the words begin of a sentence whose line a bare number or letter counts; its ``start`` if none does.

    ``above`` has the headings, of which one may have the number that a clause's number goes on.
    """
    count = _COUNT.match(text, start)
    begins = not text[text.rfind("\n", 0, start) + 1 : start].strip()
    found = count and begins and _may_count(count) and _has_its_like(count, text, above)
    return count.start("word") if count and found else start


def uncounted(heading: str) -> str:
    """A heading without what counts it: "B. What is not insured", "5.11.2. Uploads"; a version, "2.4.1", is whole."""
    count = _HEADING.match(heading)
    return heading[count.end() :] if count else heading


def _has_its_like(count: re.Match[str], text: str, above: str) -> bool:
    """Whether the number before or after stands on another line, the clause's own in a heading, or all from 1 on."""
    like = [each for each in _LINE.finditer(text) if each["parts"] == count["parts"] and _may_count(each)]
    values, value = [_value(each) for each in like], _value(count)
    if not count["parts"] and count["last"].isdigit():
        run = list(_from_one(values))
        return len(run) >= LEAST and value in run
    whole = re.escape(count["parts"].rstrip("."))
    headed = whole and re.search(rf"(?:^|> )[ \t]*{whole}\.?[ \t]", f"{above}\n{text}", re.MULTILINE)
    return bool(headed or {value - 1, value + 1} & {*values})


def _may_count(count: re.Match[str]) -> bool:
    """Whether a capital follows a number, or the letter is no part of one."""
    return count["word"].isupper() if count["last"].isdigit() else not count["parts"]


def _value(count: re.Match[str]) -> int:
    return int(count["last"]) if count["last"].isdigit() else ord(count["last"])


def _from_one(values: list[int]) -> Iterator[int]:
    """The numbers that follow one another from 1 on."""
    expected = 1
    for value in values:
        if value == expected:
            yield value
            expected += 1
