"""Misspelt words of a question, read as the documents write them.

A word is taken for misspelt when no document in scope has it, in any form, and it is none that the bundled encoder
knows as a whole: that leaves real words alone which these documents happen not to use. It is read as the nearest of the
documents' own words, if one is near enough.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

NEAR, FAR, LONG = 1, 2, 8
"""Edits allowed, and the letters from which on more of them are."""
_WORD = re.compile(r"[^\W\d_]{4,}")


def corrected(
    query: str, words: Callable[[], Mapping[str, int]], has: Callable[[str], bool], known: Callable[[str], bool]
) -> str:
    """The query with its misspelt words replaced.

    Args:
        query: As it was asked.
        words: The documents' words and how often each is there; gathered only when it comes to that.
        has: Whether a document has the word in any form.
        known: Whether it is a word of the language.
    """

    def right(match: re.Match[str]) -> str:
        word = match[0].lower()
        if known(word) or has(word):
            return match[0]
        return nearest(word, words()) or match[0]

    return _WORD.sub(right, query)


def nearest(word: str, words: Mapping[str, int]) -> str:
    """The nearest of the words, the most frequent of those equally near; empty when none is near enough."""
    limit = FAR if len(word) >= LONG else NEAR
    letters = set(word)
    found = [
        (edits, -count, other)
        for other, count in words.items()
        if abs(len(other) - len(word)) <= limit
        and len(letters.symmetric_difference(other)) <= 2 * limit
        and (edits := distance(word, other)) <= limit
    ]
    return min(found)[2] if found else ""


def distance(one: str, other: str) -> int:
    """Letters to add, drop, change or swap with their neighbour: optimal string alignment (Damerau 1964)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, facing in enumerate(other, 1):
            edits = min(last[j] + 1, row[-1] + 1, last[j - 1] + (letter != facing))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == facing:
                edits = min(edits, before[j - 2] + 1)
            row.append(edits)
        before, last = last, row
    return last[-1]
