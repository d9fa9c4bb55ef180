"""Sentences that their own beginning limits to another scope than is asked for: "In the sandbox" for "in production".

Two scopes are of one kind if their words are ("summer", "winter"), or if the text limits sentences to both. English; no
model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from ragkit.generate.extractive.candidates import Candidate
from ragkit.lexical import STOP, content, stem
from ragkit.naming import MONTHS
from ragkit.types import Hit

_WORD = r"[^\W\d_]+(?:-[^\W\d_]+)*"
_SCOPE = re.compile(
    r"\b(?P<joined>at|during|for|inside|in|on|outside|under|within|without|with) (?:(?:an?|my|our|the|your) )?"
    rf"(?P<first>{_WORD})(?P<comma>,)?(?=(?: (?P<second>{_WORD}))?)",
    re.IGNORECASE,
)
_WITHIN, _WITH = frozenset("at during in inside on under within".split()), frozenset({"for", "with"})
_OPPOSITE = (*((each, "outside") for each in _WITHIN), ("with", "without"))
"""How what is asked for is joined, and what is not for that; "with a permit" tells of going without one, too."""
_SUBJECT = frozenset(
    "a all an any each every everybody everyone he it no nobody none one she some that the their there these they this"
    " those we you your".split()
)
"""What a sentence goes on with behind a scope of one word that no comma follows."""
_NO_KIND = frozenset(
    stem(word)
    for word in """addition advance brief case circumstance contrast detail effect end essence event fact general
    instance particular point practice present principle reason request short sum summary theory thing time total turn
    way""".split()
) | frozenset(stem(month) for month in MONTHS)
"""What names no scope behind a preposition; and months, in which is decided what holds in others."""
_TRIAL = frozenset("demo dev development preview qa sandbox staging test testing training uat".split())
_WEEKEND = frozenset("saturday saturdays sunday sundays weekend weekends".split())
_APART = (
    (frozenset({"live", "prod", "production"}), _TRIAL),
    (frozenset({"summer"}), frozenset({"winter"})),
    (frozenset({"weekday", "weekdays"}), _WEEKEND),
)
"""Of one kind and never the same: a text need not say "in production" of what holds unless it is in the sandbox."""
_GOES_ON = re.compile(rf"(?:{_WORD},? ){{2,4}}(?:he|it|she|these|they|this|those)\b")
_ABOUT_IT = re.compile(r"(?:He|It|She|They|This|These|Those)\b")
_SENTENCE = re.compile(r"(?<=[.;:!?])\s+|\n+")
_ASKS_BESIDES = re.compile(
    r"\b(?:apart from|besides?|compar\w+|differ\w*|except\w*|instead|not (?:in|on|at|for|with)|other|rather|than|unlike"
    r"|versus|vs)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Limit:
    """What something is limited to: the preposition and two words, of which the second may be none of it."""

    joined: str
    first: str
    second: str
    is_one_word: bool


def of_other_scope(question: str, found: Sequence[Candidate], passages: Sequence[Hit]) -> set[Candidate]:
    """The sentences that begin with another scope of the kind that the question names, and do not name that one.

    With each goes the next one if that goes on about it: "In the sandbox it is quick. It cannot be undone."
    """
    asked = [] if _ASKS_BESIDES.search(question) else [each for each in _scopes(question) if each.first not in STOP]
    known = {*content(question)}
    other = {
        each
        for each in found
        if (lead := _lead(each.text)) and any(_is_other(scope, lead, known, each, passages) for scope in asked)
    }
    behind = {each for before, each in pairwise(found) if before in other and _goes_on(before, each)}
    return other | {each for each in behind if not any(_names(each.text, scope) for scope in asked)}


def rules(found: Sequence[Candidate], other: Set[Candidate]) -> Iterator[tuple[Candidate, Candidate]]:
    """What stands right before each sentence for another scope that goes on about it: "In the sandbox it takes"."""
    for rule, each in pairwise(found):
        if each in other and rule not in other and rule.passage == each.passage and _GOES_ON.match(each.text):
            yield rule, each


def _goes_on(before: Candidate, each: Candidate) -> bool:
    return before.passage == each.passage and _ABOUT_IT.match(each.text) is not None


def _names(text: str, scope: _Limit) -> bool:
    return {*content(scope.first)} <= {*content(text)}


def _scopes(text: str) -> Iterator[_Limit]:
    return map(_scope, _SCOPE.finditer(text))


def _lead(text: str) -> _Limit | None:
    """The scope that a sentence begins with."""
    match = _SCOPE.match(text)
    return _scope(match) if match else None


def _scope(match: re.Match[str]) -> _Limit:
    first, second = match["first"], match["second"] or ""
    is_name = first.istitle() and second.islower()
    is_one_word = bool(match["comma"]) or is_name or second.lower() in {"", *_SUBJECT}
    return _Limit(match["joined"].lower(), first.lower(), second.lower(), is_one_word)


def _is_other(asked: _Limit, lead: _Limit, known: set[str], candidate: Candidate, passages: Sequence[Hit]) -> bool:
    """Whether a sentence is for another scope than is asked for, of the same kind."""
    if _are_opposite(asked, lead):
        return True
    is_named = not known.isdisjoint(content(lead.first)) or _names(candidate.text, asked)
    if is_named or not any(asked.joined in alike and lead.joined in alike for alike in (_WITHIN, _WITH)):
        return False
    both = {asked.first, lead.first}
    is_apart = any(both & one and both & other for one, other in _APART)
    return is_apart or _are_told_apart(asked, lead, candidate, passages)


def _are_opposite(asked: _Limit, lead: _Limit) -> bool:
    """Whether one is in, or with, what the other one is outside of, or without."""
    is_same = asked.first == lead.first and (asked.second == lead.second or asked.is_one_word or lead.is_one_word)
    return is_same and (asked.joined, lead.joined) in _OPPOSITE


def _are_told_apart(asked: _Limit, lead: _Limit, candidate: Candidate, passages: Sequence[Hit]) -> bool:
    """Whether the text has both: two of one noun anywhere in the document, others at the beginnings of sentences."""
    if {stem(asked.first), stem(lead.first), stem(asked.second)} & _NO_KIND or lead.first in STOP:
        return False
    own = passages[candidate.passage].chunk
    if asked.second and asked.second not in STOP and stem(asked.second) == stem(lead.second):
        told = (scope for hit in passages if hit.chunk.uri == own.uri for scope in _scopes(hit.chunk.text))
        return any((each.first, each.second) == (asked.first, asked.second) for each in told)
    begun = filter(None, map(_lead, _SENTENCE.split(own.text)))
    return lead.is_one_word and any(each.is_one_word and each.first == asked.first for each in begun)
