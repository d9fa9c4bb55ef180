"""Word pieces back to prose: what was copied comes in the characters of its source, the rest is spelt by rule.

The writer's vocabulary knows neither capitals nor spacing. A piece that was copied takes its source's characters, and
pieces copied in a row their spacing; other pieces get capitals where the passages write the word so, and spaces by the
rules of English punctuation.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ragkit.models.writer import Source

_CLOSING = frozenset(".,;:!?)]}%'\u2019\u201d\u2026/-\u2013")
_OPENING = frozenset("([{$\u00a3\u20ac#'\u2019\u201c/-\u2013")
_SMALL = frozenset(
    "a about after all also although among an and another any are as at because before both but by do during each for "
    "from he her his how however if in into is it its many more most no not of on one only or other our she since so "
    "some such than that the their then there these they this those through to under until was we were what when where "
    "which while who why with within without you your".split()
)
_VERBS = frozenset("be been being did do does had has have will would can could may might s t".split())
_WORD = re.compile(r"[^\W\d_][\w'\u2019-]*")
_STARTS = re.compile(r"(?:^|[.!?:\n]\s*[\"'(\u201c]*|[-*\u2022]\s+)$")


@dataclass(frozen=True, slots=True)
class Written:
    """A piece of a completion: id, text, the place that it was copied from, and whether a sentence ends with it."""

    piece: int
    text: str
    place: int | None
    ends: bool = False


def spell(pieces: Sequence[Written], source: Source) -> str:
    """The pieces as one sentence or more, the first letter a capital."""
    speller = _Speller(source)
    for written in pieces:
        speller.add(written)
    text = _balanced(speller.text())
    return text[:1].upper() + text[1:]


def telling(text: str) -> bool:
    """Whether a piece's text says something by itself: no punctuation and none of the commonest words."""
    return text.removeprefix("##").isalnum() and text not in _SMALL and text not in _VERBS


class _Speller:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._capitals = _capitals(source.passages)
        self._words: list[list[tuple[str, bool]]] = []
        self._glued: list[bool] = []
        self._last: Written | None = None

    def add(self, written: Written) -> None:
        """Append a piece to the word before it, or begin a new word."""
        text, quoted = self._surface(written)
        space = self._space(written, text)
        if space or not self._words or not (_wordy(text) and _wordy(self._words[-1][-1][0])):
            self._words.append([])
            self._glued.append(not space)
        self._words[-1].append((text, quoted))
        self._last = written

    def text(self) -> str:
        """The words with their spaces."""
        parts = []
        for number, (word, glued) in enumerate(zip(self._words, self._glued, strict=True)):
            said = "".join(text for text, _ in word)
            if not any(quoted for _, quoted in word):
                said = "I" if said == "i" else self._capitals.get(said, said)
            parts.append(said if glued or not number else f" {said}")
        return "".join(parts)

    def _surface(self, written: Written) -> tuple[str, bool]:
        """The characters of a piece, and whether they are a passage's."""
        if written.place is None or not self._source.text(written.place):
            return written.text.removeprefix("##"), False
        text = self._source.text(written.place)
        if self._source.passage[written.place] < 0:
            return text, not text.islower()
        # The first word of a sentence of the source is rarely a name.
        begins = not self._runs_on(written) and self._last is not None
        return (text.lower(), True) if begins and text.lower() in _SMALL else (text, True)

    def _runs_on(self, written: Written) -> bool:
        """Whether this piece stood right behind the last one in its source."""
        last = self._last.place if self._last is not None else None
        if last is None or written.place != last + 1:
            return False
        return bool(self._source.passage[last] == self._source.passage[written.place])

    def _space(self, written: Written, text: str) -> bool:
        if self._last is None:
            return False
        if self._runs_on(written) and self._last.place is not None and written.place is not None:
            return bool(self._source.spans[self._last.place][1] < self._source.spans[written.place][0])
        before = self._words[-1][-1][0]
        if written.text.startswith("##") or text[:1] in _CLOSING or before[-1:] in _OPENING:
            return False
        return not (before in {".", ","} and text.isdigit() and self._decimal())

    def _decimal(self) -> bool:
        """Whether the stop or comma that ends the text stands behind a digit, without a space in its source."""
        return (
            len(self._words) > 1
            and self._words[-2][-1][0].isdigit()
            and self._last is not None
            and (self._last.place is None)
        )


def _balanced(text: str) -> str:
    """The text without round brackets that have no other half."""
    opened: list[int] = []
    lone: list[int] = []
    for at, letter in enumerate(text):
        if letter == "(":
            opened.append(at)
        elif letter == ")":
            lone += [] if opened else [at]
            opened = opened[:-1]
    drop = {*opened, *lone}
    return "".join(letter for at, letter in enumerate(text) if at not in drop) if drop else text


def _wordy(text: str) -> bool:
    return bool(text) and text[-1].isalnum()


def _capitals(passages: Sequence[str]) -> dict[str, str]:
    """How the passages write words that they always begin with a capital, inside a sentence."""
    seen: dict[str, Counter[str]] = {}
    for passage in passages:
        for match in _WORD.finditer(passage):
            if not _STARTS.search(passage[max(0, match.start() - 8) : match.start()]):
                seen.setdefault(match.group().lower(), Counter())[match.group()] += 1
    return {
        word: forms.most_common(1)[0][0] for word, forms in seen.items() if word not in forms and word not in _SMALL
    }
