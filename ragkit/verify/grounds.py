"""Passages prepared for comparison with claims: sentences as stems, numbers and negations. English; no model.

Nothing here judges. It finds the window of neighbouring sentences that holds most of a claim's words, the rare ones
counted more.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ragkit.lexical import NEGATIONS, STOP, WORD, denies, labels, names, numbers, plain, words
from ragkit.lexical import stem as uncached
from ragkit.sentences import sentence_spans
from ragkit.verify.amounts import forms
from ragkit.verify.entries import Group, groups
from ragkit.verify.leads import excluded, listed
from ragkit.verify.segments import Told

WINDOW_SENTENCES = 3
"""Evidence may spread over this many neighbouring sentences."""
SHORTER = 0.01
"""What a window's weight loses with each further sentence: of equals, the shortest."""
BESIDE = 0.5
"""What a neighbour's stems count towards a sentence's rank."""
SCOPE = 4
"""Words after a negation within which the first that carries meaning is the one it denies."""
REACH, MOST_DENIED = 8, 3
"""Words after it within which this many more are what another wording may deny."""

_NOT_DONE = {(verb, "to") for verb in ("declin", "fail", "failur", "refus", "refusal")} | {
    (verb, "that") for verb in ("deni", "deny")
}
"""Stems and the words behind them that say of what follows that it is not so."""

_MORE = frozenset("earlier fewer greater higher larger later less longer lower more older over shorter younger".split())
"""Behind a negation and before "than" these set a limit."""

_ITEM = r"[\w'-]++(?: [\w'-]++){0,2}"
_NONE_OF = re.compile(
    r"\b(?:no|without) (?!earlier|fewer|later|less|longer|more|\d)"
    rf"{_ITEM}(?P<further>(?:, {_ITEM}){{0,9}}),? n?or (?!(?:an?|else|he|if|it|she|the|they|we|when|you) )"
    rf"(?P<last>{_ITEM})",
    re.IGNORECASE,
)
"""A negation of each of several things: "no device, stick or charger"."""

HEADING = re.compile(r"\A([^\n]{1,400}[^\n.!?:;,])[ \t]*\n[ \t]*\n")
"""A first line that stands over the rest of a passage."""

stem = lru_cache(1 << 16)(uncached)


@dataclass(frozen=True, slots=True)
class Wording:
    """A text as words, their stems (both in order), the stems that carry meaning, numbers, and stems denied.

    ``denials`` are for each negation the stems that carry meaning behind it, the one that it denies first.
    """

    words: tuple[str, ...]
    stems: tuple[str, ...]
    content: frozenset[str]
    numbers: frozenset[str]
    denied: frozenset[str]
    denials: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, text: str) -> Wording:
        """The wording of ``text``."""
        text = plain(text)
        found = tuple(words(text.replace("’", "'")))
        stems = tuple(stem(word) for word in found)
        content = frozenset(stemmed for word, stemmed in zip(found, stems, strict=True) if word not in STOP)
        denials = tuple(_denials(found, stems))
        denied = frozenset(each[0] for each in denials) | _listed(text)
        return cls(found, stems, content, frozenset(numbers(text)), denied, denials)


@dataclass(frozen=True, slots=True)
class Window:
    """A run of sentences ``[start, end)`` of one passage, with everything that stands in it or in the heading above."""

    passage: int
    start: int
    end: int
    words: frozenset[str]
    content: frozenset[str]
    numbers: frozenset[str]
    sentences: tuple[Wording, ...]
    texts: tuple[str, ...]
    """The sentences as they stand."""
    barred: frozenset[str] = frozenset()
    """Words and stems that stand in items below or behind what excludes them, and nowhere else in it."""


class Grounds:
    """What passages say: their ``words``, ``stems``, ``numbers``, ``names``, ``labels`` and ``pairs`` of stems beside.

    ``forms`` are the ways in which they write amounts.

    A passage's first line, where a blank line follows and it is no sentence, is the heading of all that it says.
    """

    def __init__(self, passages: Sequence[str]) -> None:
        self.passages = passages
        self.above = [Wording.of(found[1] if (found := HEADING.match(text)) else "") for text in passages]
        self.places = [(n, start, end) for n, text in enumerate(passages) for start, end in sentence_spans(text)]
        self.wordings = [Wording.of(passages[number][start:end]) for number, start, end in self.places]
        self.frequency = Counter(stemmed for wording in self.wordings for stemmed in wording.content)
        self.words = frozenset(word for wording in self.wordings for word in wording.words)
        self.stems = frozenset(stemmed for wording in self.wordings for stemmed in wording.stems)
        self.numbers = frozenset(number for wording in self.wordings for number in wording.numbers)
        self.names = frozenset(part for passage in passages for name in names(passage) for part in words(name))
        self.uncapitalised = frozenset(word for passage in passages for word in WORD.findall(passage) if word.islower())
        self.labels = labels("\n".join(passages))
        self.forms = forms(passages)
        self.pairs = frozenset(pair for w in self.wordings for pair in zip(w.stems, w.stems[1:], strict=False))

    @cached_property
    def told(self) -> Told:
        """The values that the sentences have."""
        return Told.of([(number, self.passages[number][start:end]) for number, start, end in self.places])

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The rows and the like that keys tell apart."""
        return tuple(groups(self.passages))

    @cached_property
    def _excluded(self) -> frozenset[int]:
        """The numbers of the sentences that are items below a line that excludes them."""
        return frozenset(excluded(self.passages, self.places))

    def _barred(self, first: int, last: int) -> frozenset[str]:
        barred, told = list[Wording](), list[Wording]()
        for number in range(first, last + 1):
            passage, start, end = self.places[number]
            items = listed(self.passages[passage][start:end])
            barred += [Wording.of(items)] if items else []
            if number in self._excluded:
                barred.append(self.wordings[number])
            elif not items:
                told.append(self.wordings[number])
        words = frozenset(word for each in barred for word in (*each.words, *each.stems))
        return words.difference(*(each.words for each in told), *(each.stems for each in told))

    def rarity(self, stemmed: str) -> float:
        """Inverse document frequency over the sentences; greatest for a word that stands nowhere."""
        return math.log(1 + (len(self.places) + 1) / (self.frequency[stemmed] + 0.5))

    def matches(self, wanted: Sequence[str]) -> Matches:
        """Which sentences hold which of the stems ``wanted``."""
        return Matches(self, wanted)

    def window(self, first: int, last: int) -> Window:
        """The sentences number ``first`` to ``last``, of one passage."""
        inside = tuple(self.wordings[first : last + 1])
        passage = self.places[first][0]
        headed = (self.above[passage], *inside)
        return Window(
            passage,
            self.places[first][1],
            self.places[last][2],
            frozenset(word for wording in headed for word in wording.words),
            frozenset().union(*(wording.content for wording in headed)),
            frozenset().union(*(wording.numbers for wording in headed)),
            inside,
            tuple(self.passages[number][start:end] for number, start, end in self.places[first : last + 1]),
            self._barred(first, last),
        )


class Matches:
    """The stems of a claim that each sentence holds, as bits, so that windows are cheap to weigh."""

    def __init__(self, grounds: Grounds, wanted: Sequence[str]) -> None:
        bits = [(stemmed, 1 << place) for place, stemmed in enumerate(wanted)]
        self._grounds = grounds
        self._masks = [sum(bit for stemmed, bit in bits if stemmed in w.content) for w in grounds.wordings]
        self._above = [sum(bit for stemmed, bit in bits if stemmed in w.content) for w in grounds.above]
        self._rarities = [grounds.rarity(stemmed) for stemmed in wanted]
        self._total = sum(self._rarities) or 1.0
        self._shares: dict[int, float] = {}

    def best(self, wanted: Callable[[Window], bool] = lambda _: True) -> Window | None:
        """The window that holds most of the stems, weighed by rarity; None when no sentence holds any.

        Of several that hold as much it is the first that is ``wanted``, or else the first.
        """
        best, places = 0.0, list[tuple[int, int]]()
        for first, _ in enumerate(self._masks):
            mask, above = 0, self._above[self._grounds.places[first][0]]
            for last in range(first, self._until(first)):
                mask |= self._masks[last]
                weight = self._share(mask | above) - SHORTER * (last - first)
                if mask and weight >= best:
                    places = [*(places if weight == best else ()), (first, last)]
                    best = weight
        windows = (self._grounds.window(*place) for place in places)
        return next(filter(wanted, windows), None) or (self._grounds.window(*places[0]) if places else None)

    def ranking(self) -> list[int]:
        """The numbers of all sentences, best first: those that add stems, then those that hold or adjoin many."""
        masks = self._masks
        near = [
            self._share(mask)
            + BESIDE * max(self._share(self._neighbour(here, here - 1)), self._share(self._neighbour(here, here + 1)))
            for here, mask in enumerate(masks)
        ]
        rest = sorted(range(len(masks)), key=lambda here: -near[here])
        first, seen = list[int](), 0
        for here in rest:
            if masks[here] & ~seen:
                first.append(here)
                seen |= masks[here]
        return list(dict.fromkeys(first + rest))

    def around(self, number: str) -> float:
        """The greatest share of the stems that stand within a sentence of ``number``; 0 where it stands nowhere."""
        masks = self._masks
        near = [
            masks[here] | self._neighbour(here, here - 1) | self._neighbour(here, here + 1) | self._above[place[0]]
            for here, (wording, place) in enumerate(zip(self._grounds.wordings, self._grounds.places, strict=True))
            if number in wording.numbers or number in wording.words
        ]
        return max(map(self._share, near), default=0.0)

    def _until(self, first: int) -> int:
        """One past the last sentence of the longest window that begins with sentence ``first``."""
        places = self._grounds.places
        last = min(first + WINDOW_SENTENCES, len(places))
        while places[last - 1][0] != places[first][0]:
            last -= 1
        return last

    def _neighbour(self, here: int, other: int) -> int:
        places = self._grounds.places
        return self._masks[other] if 0 <= other < len(places) and places[other][0] == places[here][0] else 0

    def _share(self, mask: int) -> float:
        """The share of the weight that the stems in ``mask`` have."""
        if mask not in self._shares:
            weights = (weight for place, weight in enumerate(self._rarities) if mask >> place & 1)
            self._shares[mask] = sum(weights) / self._total
        return self._shares[mask]


def _denials(found: Sequence[str], stems: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """For each negation the first stems after it that carry meaning."""
    for place, word in enumerate(found):
        behind = found[place + 1] if place + 1 < len(found) else ""
        if behind in _MORE and "than" in found[place + 2 : place + 4]:
            continue
        if denies(word) or (stems[place], behind) in _NOT_DONE:
            after = range(place + 1, min(place + 1 + REACH, len(found)))
            meaning = [n for n in after if found[n] not in STOP and found[n] not in NEGATIONS]
            if meaning and meaning[0] <= place + SCOPE:
                yield tuple(stems[n] for n in meaning[:MOST_DENIED])


def _listed(text: str) -> frozenset[str]:
    """For each further thing of which there is none, the first stem that carries meaning."""
    items = [item for found in _NONE_OF.finditer(text) for item in (*found["further"].split(","), found["last"])]
    meaning = ([word for word in words(item) if word not in STOP and word not in NEGATIONS] for item in items)
    return frozenset(stem(found[0]) for found in meaning if found)
