"""Where a claim says a sentence of the passages again with another number in place of the one that stands there.

"Tokens expire after 90 days" beside "Tokens expire after 180 days": a number that stands nowhere may be worked out, so
it alone contradicts nothing. It does where the rest of the claim stands in one sentence, which has one value that is
counted in the same; neither tells of a limit that the other one lacks, and no sum, difference or product of the
passages' numbers gives the claim's. English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import takewhile

from ragkit.lexical import content, numbers, plain, stem
from ragkit.naming import ORDINALS
from ragkit.verify.opposites import quantities
from ragkit.verify.segments import Told
from ragkit.verify.values import Value, values

SHARED = 0.65
"""The least share of the claim's other words that the sentence, and the headings above it, have."""
LEAST = 2
"""The least number of them in the sentence itself."""
NEAR = 30
"""Characters around a value in which its limit stands."""

_LIMIT = re.compile(
    r"\b(?:above|after|before|below|exceed\w*|fewer|from|greater|higher|larger|least|less|longer|lower|max(?:imum)?"
    r"|min(?:imum)?|more|most|no later|older|over|shorter|smaller|under|until|up to|younger)\b|[<>≥≤]",
    re.IGNORECASE,
)
"""What stands before a value that is a limit; "within 30 days" are 30 days that one has."""
_LIMIT_BEHIND = re.compile(
    r"\b(?:at (?:least|most)|(?:and|or) (?:above|less|longer|more|older|over|under)|max(?:imum)?|min(?:imum)?)\b",
    re.IGNORECASE,
)
_PLAIN_LIMIT = re.compile(r"\b(?:(?:no )?(?:fewer|less|longer|more) than|at least|no later)\b", re.IGNORECASE)
_WORKED_OUT = re.compile(
    r"\b(?:about|add\w*|almost|altogether|another|approximately|around|average|between|difference|double\w*|each|earlier"
    r"|every|fewer|further|half|halve\w*|hour and|in all|later|left|less|limit|longer|miss\w*|more|multipl\w*|nearly"
    r"|other|overr\w*|per|plus|quarter|remain\w*|rest|roughly|some|sum|than|third|together|total|triple\w*|twice)\b|%",
    re.IGNORECASE,
)
"""What an amount has that is worked out or estimated."""
_FRACTION = re.compile(r"\b(?:doubled?|half|halve[ds]?|quarter|third|thrice|twice)\b", re.IGNORECASE)
_CLOSED = re.compile(r"(?<!\W)(?=\W*[.!?:;])\W*\Z")
"""All that stands behind the last word, where a stop is among it."""
_WORD = re.compile(r"[ -](?P<word>[^\W\d_]+)")


def misquoted(claim: str, told: Told) -> Iterator[str]:
    """The value of ``claim`` in whose place a sentence of the passages, otherwise the same, has another one."""
    text = plain(claim)
    found = values(text)
    if len(found) != 1 or _is_worked_out(text):
        return
    (value,) = found
    own = _numbers(text, value)
    about = frozenset(content(f"{text[: value.start]} {text[value.end :]}"))
    if len(own) != 1 or len(about) < LEAST or _stands(value, own, told):
        return
    for here, sentence in enumerate(told.texts):
        words = frozenset(content(sentence))
        if len(about & words) < LEAST:
            continue
        known = words.union(content(_above(told, here)))
        if len(about & known) < SHARED * len(about):
            continue
        rivals = [each for each in told.values[here] if _alike(text, value, sentence, each)]
        if len({each.worths for each in rivals}) == 1 and not (
            _is_derived(min(own), told, here)
            or _is_worked_out(_around(sentence, rivals[0]))
            or _FRACTION.search(sentence)
        ):
            yield text[value.start : value.end]
            return


def _numbers(text: str, value: Value) -> frozenset[str]:
    """The numbers that a value has; the second has 2."""
    said = text[value.start : value.end].lower()
    return frozenset([str(ORDINALS.index(said) + 1)] if said in ORDINALS else numbers(said))


def _stands(value: Value, own: frozenset[str], told: Told) -> bool:
    """Whether the passages have the value, or its number for anything else."""
    worths = {worth for there in told.values for each in there for worth in each.worths}
    if frozenset(ORDINALS).isdisjoint(value.worths):
        return bool(worths.intersection(value.worths)) or any(own & frozenset(numbers(text)) for text in told.texts)
    written = re.compile(rf"\b{min(own)}(?:st|nd|rd|th)\b|\b(?:day|no|number|step|year) {min(own)}\b", re.IGNORECASE)
    return bool(worths.intersection(value.worths)) or any(map(written.search, told.texts))


def _is_worked_out(text: str) -> bool:
    return bool(_WORKED_OUT.search(_PLAIN_LIMIT.sub("", text)))


def _above(told: Told, here: int) -> str:
    """The lines that the passage begins with and that are no sentences: they name what it is about."""
    first = told.owners.index(told.owners[here])
    return "\n".join(takewhile(lambda text: not _CLOSED.search(text), told.texts[first:here]))


def _alike(claim: str, value: Value, text: str, other: Value) -> bool:
    """Whether two values are of one kind, counted in the same word, and both of a limit or neither."""
    counted = _counted(claim, value)
    same = value.kind == other.kind and counted and counted == _counted(text, other)
    return bool(same) and _is_limit(claim, value) == _is_limit(text, other)


def _is_limit(text: str, value: Value) -> bool:
    before, behind = text[max(0, value.start - NEAR) : value.start], text[value.end : value.end + NEAR]
    return bool(_LIMIT.search(before) or _LIMIT_BEHIND.search(behind))


def _counted(text: str, value: Value) -> tuple[object, ...]:
    """The units of a value, or the stem of the word behind it."""
    units = next((units for (start, _), _, units in quantities(text) if value.start <= start < value.end), ())
    word = _WORD.match(text, value.end)
    return units or ((stem(word["word"].lower()),) if word else ())


def _around(text: str, value: Value) -> str:
    return text[max(0, value.start - NEAR) : value.end + NEAR // 2]


def _is_derived(number: str, told: Told, here: int) -> bool:
    """Whether a sum, difference or product of numbers of the sentences there gives the number."""
    owner = told.owners[here]
    near = [text for n, text in enumerate(told.texts) if told.owners[n] == owner and abs(n - here) <= 2]
    known = {Decimal(each) for text in near for each in numbers(text) if _is_decimal(each)}
    wanted = Decimal(number) if _is_decimal(number) else None
    return wanted is None or any(not known.isdisjoint({*_others(wanted, one)} - {one}) for one in known)


def _others(made: Decimal, one: Decimal) -> tuple[Decimal, ...]:
    """The numbers of which each gives ``made`` along with ``one``, as a sum, a difference or a product."""
    return made - one, made + one, *([made / one] if one else ())


def _is_decimal(number: str) -> bool:
    return re.fullmatch(r"\d+(?:\.\d+)?", number) is not None
