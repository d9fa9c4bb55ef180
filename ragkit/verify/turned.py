"""Where a claim turns an order or a direction round: from B to A where the text says from A to B, first what is last.

Or it says until when what the text says since when. All words are the text's own. English; no model.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise

from ragkit.lexical import NAME, denies, plain, words
from ragkit.verify.grounds import Wording
from ragkit.verify.values import values

MOST = 0.75
"""The share of a step's words that another one has which is the same."""

Steps = list[frozenset[str]]
"""What is said of each step, in their order, by stems that no other step has."""
Pair = tuple[frozenset[str], frozenset[str]]

_END = r"(?=[,;:()]|\.\s|\.?\Z| (?:and|at|because|by|for|from|in|on|since|to|when|with)\b)"
_FROM_TO = re.compile(
    rf"\bfrom (?P<first>[^,;:()]{{1,60}}?) to (?P<last>[^,;:()]{{1,60}}?){_END}(?! (?:from|to)\b)", re.IGNORECASE
)
_THEN = re.compile(r"[,;]? (?:and )?then\b(?! (?:and|again)\b)", re.IGNORECASE)
_FIRST = re.compile(r"\A\W*first\b,?|\bfirst\W*\Z", re.IGNORECASE)
_CALLED = rf"{NAME.pattern}(?: {NAME.pattern})*"
_NAMES_TO = re.compile(rf"(?<!\w)(?P<first>{_CALLED}) to (?P<last>{_CALLED})(?! to\b)")
"""Where no "from" is said, as in a table: "Asia to Europe"."""
_WHEN = re.compile(
    r"(?P<first>(?:(?!\b(?:after|before)\b)[^,;:])+),? (?P<when>before|after)"
    r" (?P<last>(?:(?!\b(?:after|before)\b)[^,;:])+?)[.!]?\s*",
    re.IGNORECASE,
)
_SINCE_OR_UNTIL = re.compile(r"\b(?:(?P<since>from|since|starting)|(?P<until>till|until))(?: the)? \Z", re.IGNORECASE)
_AS_WELL = re.compile(r"\b(?:also|as well|likewise|too)\b", re.IGNORECASE)
_BOTH_WAYS = re.compile(
    r"\b(?:(?:both|either|other|opposite|reverse) (?:directions?|ways?)|each way|return|round trip|there and back"
    r"|vice versa|way back|(?:and|go(?:es|ing)?|runs?) back)\b",
    re.IGNORECASE,
)


def turned(claim: str, texts: Sequence[str]) -> bool:
    """Whether the claim reverses the order of two steps in the ``texts``, and no text has them in the claim's order."""
    orders = [steps for text in texts for steps in _sequences(text)]
    own = [pair for steps in _sequences(claim) for pair in pairwise(steps)]
    before = [pair for steps in _in_time(claim) for pair in pairwise(steps)]
    told = [pair for text in texts for steps in _in_time(text) for pair in pairwise(steps)]
    return any(_reverses(pair, orders) and not any(_agrees(pair, steps) for steps in orders) for pair in own) or any(
        _is_turned(pair, other) for pair in (*own, *before) for other in told
    )


def _is_turned(pair: Pair, other: Pair) -> bool:
    """Whether each of two things has most of its words in the other one's place, and none in its own."""
    (first, last), (before, after) = pair, other
    return _is_in(first, after) and _is_in(last, before) and not (first & before or last & after)


def _is_in(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether most words of a step are those of another one."""
    return bool(one) and len(one & other) >= MOST * len(one)


def turned_way(claim: str, texts: Sequence[str], everywhere: Sequence[str]) -> frozenset[str]:
    """The words of two places, if the claim goes from B to A where ``texts`` go from A to B, or rows have "A to B".

    None where a text has the claim's way. Rows are alike, so that all texts are looked at for theirs: another row may
    be that of the claim.
    """
    own = [pair for steps in _directions(claim) for pair in pairwise(steps)]
    told = [steps for text in texts for steps in _directions(text)] if own else []
    ways = [steps for text in texts for steps in _ways(text)] if own else []
    known = [*told, *(steps for text in everywhere if ways for steps in (*_directions(text), *_ways(text)))]
    against = (
        pair
        for pair in own
        if (_reverses(pair, told) and not any(_agrees(pair, steps) for steps in told))
        or (_reverses(pair, ways) and not any(_agrees(pair, steps) for steps in known))
    )
    return frozenset(word for pair in against for step in pair for word in step)


def goes_both_ways(claim: str, texts: Iterable[str]) -> bool:
    """Whether a way may be told in either direction: how long it is, what the claim adds, and where a text says so."""
    far = any(value.kind == "length" for value in values(plain(claim)))
    return far or _AS_WELL.search(claim) is not None or any(map(_BOTH_WAYS.search, (claim, *texts)))


def _reverses(pair: Pair, orders: Sequence[Steps]) -> bool:
    """Whether one of the orders has the two more in each other's place than as they stand."""
    return any(_agrees(pair, steps[::-1]) > _agrees(pair, steps) for steps in orders)


def _ways(text: str) -> Iterator[Steps]:
    """The two names of each way that a text tells without a "from"."""
    for match in _NAMES_TO.finditer(text):
        yield _steps([match["first"], match["last"]], text)


def _directions(text: str) -> Iterator[Steps]:
    """The two ends of each direction that the sentence tells."""
    for match in _FROM_TO.finditer(text):
        yield _steps([match["first"], match["last"]], text)


def _sequences(text: str) -> Iterator[Steps]:
    """The steps of the sequence that the sentence tells."""
    first, *rest = _THEN.split(text)
    if rest and _FIRST.search(first):
        yield _steps([_FIRST.sub(" ", first), *rest], text)


def _in_time(text: str) -> Iterator[Steps]:
    """The two things of which the sentence says no more than that one is before the other; the second is no date."""
    match = _WHEN.fullmatch(text)
    if match and not _is_dated(match["last"]) and not any(map(denies, words(text))):
        parts = [match["first"], match["last"]]
        yield _steps(parts if match["when"].lower() == "before" else parts[::-1], text)


def _is_dated(text: str) -> bool:
    return bool(values(plain(text))) or any(map(str.isdigit, text))


def began_otherwise(claim: str, texts: Sequence[str]) -> frozenset[str]:
    """The word by which the claim says until when what a text says since when, in the same words, or the other way."""
    content = Wording.of(claim).content
    for since, worths, word in _began(claim):
        told = [text for text in texts if content <= Wording.of(text).content]
        sides = {other for text in told for other, theirs, _ in _began(text) if theirs == worths}
        if sides == {not since} and not any(map(denies, words(" ".join([claim, *told])))):
            return frozenset({word})
    return frozenset()


def _began(text: str) -> Iterator[tuple[bool, tuple[str, ...], str]]:
    """Whether a text says since or until when, each date and time that it says so of, and the word for that."""
    said = plain(text)
    for value in values(said):
        found = _SINCE_OR_UNTIL.search(said, max(0, value.start - 20), value.start)
        if found and value.kind in {"date", "clock", "weekday"}:
            yield found["since"] is not None, value.worths, (found["since"] or found["until"]).lower()


def _steps(parts: Sequence[str], text: str) -> Steps:
    """The words of each part that the ``text`` has once: a way there and back has no order."""
    counts = Counter(Wording.of(text).stems)
    return [frozenset(stemmed for stemmed in Wording.of(part).content if counts[stemmed] == 1) for part in parts]


def _agrees(pair: Pair, steps: Steps) -> int:
    """How many words the two have in common with two of the steps in this order; none unless both have some."""
    shared = [(len(pair[0] & one), len(pair[1] & other)) for one, other in combinations(steps, 2)]
    return max((one + other for one, other in shared if one and other), default=0)
