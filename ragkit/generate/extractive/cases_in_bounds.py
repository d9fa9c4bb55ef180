"""A question about a case in the words of the bound that it lies within: £3,200 is "from £500 to £5,000".

Who has a case asks about that, and a reader compares no numbers. English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from ragkit.generate.extractive.bounds import Amount, Bound, amounts, before, bounds, is_numbered
from ragkit.lexical import STOP, content, plain

LEAST = -0.5
"""What a bound must have: the words that its sentence shares with the question, less how far from it the amount is.

Where no word is shared, that is at most 1.65 times the bound.
"""

MOST_CASES = 8
"""A question with more is a text; each is looked for in all passages."""

_OF_NO_CASE = re.compile(
    r"\b(?:every|each|per|first|last|next|past|all|the|these|those|another|exactly|by) $", re.IGNORECASE
)
_HOLDS = re.compile(r"\b(?:of|at|aged?) $", re.IGNORECASE)
"""What the bound takes the place of, too: a claim "of £3,200" is one "above £500"."""
_ARTICLE = re.compile(r"\b(?:an?|this|that|my|our|your|his|her|their) $", re.IGNORECASE)
_NOUN = re.compile(rf" (?!(?:{'|'.join(sorted(STOP))})\b)[^\W\d_][\w-]*", re.IGNORECASE)
"""Behind a case that stands between it and its article; a bound stands behind both: a parcel above 10 kg."""
_INDEFINITE = re.compile(r"(?<=\ba)n? $", re.IGNORECASE)
_AFTER = re.compile(r"\bafter $", re.IGNORECASE)
_FOR_OR_AFTER = re.compile(r"\b(?:for|after) $", re.IGNORECASE)
_BY_ITSELF = re.compile(r"(?:after|within) ", re.IGNORECASE)
"""A bound that takes the place of "for" and "after", too."""
_YES_OR_NO = re.compile(r"(?:is|are|was|were|do|does|did)\b", re.IGNORECASE)
_OF_A_CASE = re.compile(
    r"\b(?:of|at|after|for|with|in|from|to|than|on|when|if|where|who|that|which|has|have|having)\b", re.IGNORECASE
)
_ENDS = re.compile(r"(?: (?:long|old|high|wide|deep|tall|heavy))?\s*[?.]*", re.IGNORECASE)


def has_case(question: str) -> bool:
    """Whether a question has an amount that may be a case's."""
    return bool(_cases(plain(question)))


def in_bounds(question: str, text: str) -> str:
    """``question`` with the nearest bound of ``text`` in the place of each case that lies in one.

    As it is where the text has the very amount, or two bounds are as near.
    """
    asked, told = plain(question), _plain(text)
    parts, place = list[str](), 0
    for case, bound in _cases_in_bounds(asked, told):
        noun = _NOUN.match(asked, case.end) if before(_ARTICLE, asked, case.start) else None
        parts += _put(asked[place : case.start], noun[0] if noun else "", told[bound.start : bound.end])
        place = noun.end() if noun else case.end
    return "".join([*parts, asked[place:]]) if parts else question


def tells_case(question: str, text: str, sentence: str) -> bool | None:
    """Whether a sentence of ``text`` has the bound that a case lies in; False where it has others that adjoin that.

    None where it has neither.
    """
    for case, own in _cases_in_bounds(plain(question), _plain(text)):
        if beside := [each for each in bounds(_plain(sentence)) if each.adjoins(own)]:
            return any(each.distance(case) is not None for each in beside)
    return None


def _put(lead: str, noun: str, bound: str) -> tuple[str, str]:
    """A bound behind what stands before a case in a question and the noun of the case, with one preposition."""
    small = f"{bound[:1].lower() if bound[1:2].islower() else bound[:1]}{bound[1:]}"
    if noun:
        article = "n " if noun[1].lower() in "aeiou" else " "
        return _INDEFINITE.sub(article, lead), f"{noun[1:]} {small}"
    held = _HOLDS.search(lead) or (_FOR_OR_AFTER.search(lead) if _BY_ITSELF.match(bound) else None)
    return lead[: held.start()] if held else lead, small


_plain = lru_cache(maxsize=4096)(plain)


@lru_cache(maxsize=1024)
def _cases_in_bounds(question: str, text: str) -> tuple[tuple[Amount, Bound], ...]:
    """The cases of a question that lie in a bound of a text, each with that."""
    return tuple((case, bound) for case in _cases(question) if (bound := _bound_of(case, question, text)))


@lru_cache(maxsize=256)
def _cases(question: str) -> tuple[Amount, ...]:
    """The amounts of a question that a case has: neither bounds, nor what is asked for, nor the numbers of names."""
    bounding = {end.start for bound in bounds(question) for end in (bound.low, bound.high) if end}
    some = (
        each
        for each in amounts(question)
        if each.worth and (each.start not in bounding or before(_AFTER, question, each.start))
    )
    return tuple(islice((each for each in some if _is_case(question, each)), MOST_CASES))


def _is_case(question: str, amount: Amount) -> bool:
    if is_numbered(question, amount.start) or before(_OF_NO_CASE, question, amount.start):
        return False
    is_told = _YES_OR_NO.match(question) and _ENDS.fullmatch(question, amount.end)
    return not is_told or _OF_A_CASE.search(question, 0, amount.start) is not None


def _bound_of(case: Amount, question: str, text: str) -> Bound | None:
    """The bound of a text that fits a case best."""
    if any(case.is_same(each) for each in amounts(text)):
        return None
    counted = set(case.worth).intersection(content(question[case.start : case.end]))
    asked = counted.union(content(f"{question[: case.start]} {question[case.end :]}"))
    fits = sorted(_fits(case, question, text, asked), key=lambda fit: -fit[0])
    if not fits or fits[0][0] < LEAST:
        return None
    best = fits[0][1]
    alike = [fit for nearness, fit in fits[1:] if nearness == fits[0][0]]
    return best if all(text[each.start : each.end] == text[best.start : best.end] for each in alike) else None


def _fits(case: Amount, question: str, text: str, asked: set[str]) -> Iterator[tuple[float, Bound]]:
    is_after = before(_AFTER, question, case.start)
    for bound in bounds(text):
        distance = bound.distance(case) if bound.low or not is_after else None
        if distance is not None:
            yield len(asked & bound.stems) - distance, bound
