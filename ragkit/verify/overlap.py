"""What a claim has in common with passages, and what it adds to them, as a few numbers. English; no model.

The measures are those that told hallucinated sentences from others in RAGTruth (Niu et al., 2024): words, numbers and
names that stand nowhere, words that the best window lacks, neighbouring words that are neighbours there too, and
whether the claim's numbers stand near its other words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ragkit.lexical import NUMBER, WORD, mentions, names, numbers, written
from ragkit.verify.amounts import alike
from ragkit.verify.grounds import Grounds, Window, Wording, stem
from ragkit.verify.opposites import opposed

Span = tuple[int, int]

FEATURES = ("novel words", "novel numbers", "novel names", "words amiss", "shared pairs", "paired numbers")
ABOUT_PASSAGES = frozenset(
    map(stem, "according answer based context following given information passage passages provided question".split())
)
"""Words with which an answer speaks of its passages: nothing that they would have to say."""
_REFERENCE = re.compile(
    r"\A\s*(?:\d{1,3}|[a-z])[.)]\s+|\bpassages? \d+(?:(?:,|,? and|,? or) (?:passages? )?\d+)*", re.IGNORECASE
)
"""The number of a list item, and numbers of passages: no part of what is claimed."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """A claim beside passages.

    ``window`` holds most of the claim's words, ``covered`` is the share that it holds. ``novel`` are stems, numbers
    and names that stand in no passage; ``missing`` are numbers and names that the window lacks, and numbers that it
    gives of someone else; ``denied`` are stems that either the claim or the window negates, and the other does not.
    ``opposed`` are places of the claim where sign, unit or direction is the opposite of the window's.
    """

    features: tuple[float, ...]
    """In the order of `FEATURES`: log(1 + count), count, count, log(1 + count), share, least share."""
    window: Window | None
    covered: float
    novel: frozenset[str]
    missing: frozenset[str]
    denied: frozenset[str]
    opposed: tuple[Span, ...]

    def spans(self, claim: str) -> tuple[Span, ...]:
        """Where the claim says what the passages do not, or the window denies; neighbours are joined."""
        blamed = self.novel | self.missing | self.denied
        joined: list[Span] = []
        for start, end in sorted([*_places(claim, blamed), *self.opposed], key=_longest_first):
            if joined and not claim[joined[-1][1] : start].strip():
                joined[-1] = (joined[-1][0], end)
            elif not joined or start >= joined[-1][1]:
                joined.append((start, end))
        return tuple(joined)


def compare(claim: str, grounds: Grounds, question: str = "") -> Overlap:
    """The overlap of a claim with passages; what the question says is not the claim's own invention."""
    claim = _REFERENCE.sub(lambda found: " " * len(found[0]), claim)
    said = alike(claim, grounds.forms)
    overlap = _compare(claim, said, grounds, question)
    # another passage than the evidence may have the other form
    plainer = _compare(claim, claim, grounds, question) if said != claim and overlap.missing else overlap
    return overlap if plainer.missing else plainer


def _compare(claim: str, said: str, grounds: Grounds, question: str) -> Overlap:
    """The overlap of the claim where ``said`` is its wording."""
    wording, asked = Wording.of(said), frozenset(Wording.of(question).stems)
    content = list(dict.fromkeys(s for s in wording.stems if s in wording.content and s not in ABOUT_PASSAGES))
    matches = grounds.matches(content)
    window = matches.best(lambda window: not opposed(said, window.texts))
    held = window.content if window else frozenset()
    novel = frozenset(content) - grounds.stems - asked
    new_numbers = frozenset(n for n in wording.numbers if n not in grounds.numbers and n not in grounds.words)
    called = {name: frozenset(Wording.of(name).words) for name in names(said) if stem(name) not in ABOUT_PASSAGES}
    new_names = frozenset(n for n, parts in called.items() if not parts <= grounds.words and stem(n) not in asked)
    pairs = list(zip(wording.stems, wording.stems[1:], strict=False))
    amiss = sum(stemmed not in held for stemmed in content)
    features = (
        math.log1p(len(novel)),
        float(len(new_numbers)),
        float(len(new_names)),
        math.log1p(amiss),
        sum(pair in grounds.pairs for pair in pairs) / max(1, len(pairs)),
        min((matches.around(number) for number in wording.numbers), default=1.0),
    )
    covered = 1 - amiss / len(content) if content else 0.0
    return Overlap(
        features,
        window,
        covered,
        novel | new_numbers | new_names,
        _missing(wording, called, window) | _misplaced(wording, called, window, grounds.names),
        _contradicted(wording, window),
        _opposed(claim, said, window),
    )


def _opposed(claim: str, said: str, window: Window | None) -> tuple[Span, ...]:
    """Where the claim is the opposite; all of it, where only the form that is ``said`` for it shows that."""
    if window is None or not opposed(said, window.texts):
        return ()
    return opposed(claim, window.texts) or ((0, len(claim)),)


def _missing(wording: Wording, called: dict[str, frozenset[str]], window: Window | None) -> frozenset[str]:
    if window is None:
        return wording.numbers | frozenset(called)
    said = [text.lower() for text in window.texts]
    lost = (n for n in wording.numbers if n not in window.numbers and not any(mentions(text, n) for text in said))
    return frozenset(lost) | frozenset(name for name, parts in called.items() if not parts <= window.words)


def _misplaced(
    wording: Wording, called: dict[str, frozenset[str]], window: Window | None, known: frozenset[str]
) -> frozenset[str]:
    """Numbers that the window gives only in sentences about another name, the claim's own standing elsewhere in it."""
    if window is None:
        return frozenset()
    own = frozenset(part for parts in called.values() for part in parts)
    own &= frozenset(word for sentence in window.sentences for word in sentence.words)
    others = known - frozenset(wording.words)
    elsewhere = set()
    for number in wording.numbers if own else ():
        holding = [frozenset(s.words) for s in window.sentences if number in s.numbers or number in s.words]
        if holding and all(own.isdisjoint(said) and said & others for said in holding):
            elsewhere.add(number)
    return frozenset(elsewhere)


def _contradicted(wording: Wording, window: Window | None) -> frozenset[str]:
    if window is None:
        return frozenset()
    return (wording.denied ^ window.denied) & wording.content & window.content


def _places(claim: str, blamed: frozenset[str]) -> Iterator[Span]:
    """The words and numbers of the claim that are blamed."""
    parts = {part for item in blamed for part in Wording.of(item).words} | blamed
    yield from (m.span() for m in WORD.finditer(claim) if m[0].lower() in parts or stem(m[0].lower()) in blamed)
    yield from (m.span() for m in NUMBER.finditer(claim) if numbers(m[0]) & blamed)
    yield from ((start, end) for start, end in written(claim) if numbers(claim[start:end]) & blamed)


def _longest_first(span: Span) -> Span:
    return span[0], -span[1]
