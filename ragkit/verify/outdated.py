"""Where a claim says that something still is which its passages say has ended, or gives one thing what another has now.

"The railway reached the town in 1858 and left in 1966" has all words of "has had a railway since 1858", and "350 pounds
in place of the standard one" those of "the standard one is 350 pounds". English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ragkit.lexical import STOP, denies, numbers, stem, words
from ragkit.verify.values import values

_STILL = re.compile(
    r"\bstill\b|\bto this day\b|(?i:\b(?:has|have)\b)(?! not\b)[^.;]*\bsince\b (?:the )?[A-Z\d]"
    r"|\b[Ss]ince (?:the )?[A-Z\d][^.;]*\b(?:has|have)\b(?! not\b)"
)
"""What a claim says of something that goes on."""
_GONE = re.compile(
    r"\b(?:out of|abandoned|abolished|banned|closed|dead|disused|ended|empty|gone|lost|missing|shut|unused"
    r"|withdrawn)\b",
    re.IGNORECASE,
)
"""With one of these a claim itself says that something has ended."""
_YEAR = r"(?:the (?:end of )?)?(?:[A-Z][a-z]+ )?(?:1\d{3}|20\d\d)s?\b"
_ENDED = re.compile(
    rf"\b(?:was|were|had|(?!the\b)[a-z]+ed|ran|ran|stood|held|kept|met)\b[^.;]*\b(?:until|till) {_YEAR}"
    rf"|\b(?:left|closed|ended|ceased|stopped|died(?: out)?|vanished|disappeared|expired|lapsed|finished)\b"
    rf"(?: \w+){{0,3}} (?:in|on|by|after) {_YEAR}"
    r"|\b(?:was|were|been) (?:withdrawn|discontinued|abolished|demolished|dissolved|disbanded|scrapped|shut down"
    r"|closed|removed|repealed|abandoned|pulled down)\b"
    r"|\b(?:burned|burnt) down\b|\bno longer\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(r"\b(?:again|back|rebuilt|reinstated|reopened|restored|resumed|still|temporarily)\b", re.IGNORECASE)
"""With one of these what has ended may have begun again."""
_NOW = re.compile(r"\b(?:now|since|today)\b", re.IGNORECASE)
"""Behind it a text tells what has been since."""

_IN_PLACE = re.compile(r"(?<=\w )(?:in place of|instead of|rather than)\s+(?P<other>[^.,;:()–—]+)", re.IGNORECASE)
"""Behind what is kept: "instead of A it uses B" begins with what is not."""
_CHOICE = re.compile(r"\b(?:can|could|if|may|might|or|prefer\w*|should|would)\b", re.IGNORECASE)
"""With one of these both of two may be."""
_REPLACING = frozenset(
    "formerly former instead not old once originally place previously rather replace substitute than".split()
)
_GOING_ON = frozenset("day since still".split())
LEAST_SHARE = 0.6
"""The least share of a claim's words that a sentence has which tells what is in whose place."""


def outdated(claim: str, texts: Sequence[str]) -> frozenset[str]:
    """The words by which the claim says of now what the texts say of the past, or of a thing that another one replaces.

    Nothing where a text tells as much of the claim and says neither.
    """
    found = words(claim)
    if any(map(denies, found)):
        return frozenset()
    content = frozenset(stem(word) for word in found if word not in STOP)
    return _over(claim, content, texts) | frozenset(_replaced(claim, found, content, texts))


def _over(claim: str, content: frozenset[str], texts: Sequence[str]) -> frozenset[str]:
    """The words that say that it goes on, where the texts that share most with the claim say that it has ended."""
    if not _STILL.search(claim) or _GONE.search(claim):
        return frozenset()
    shares = [(len(content & _content(text)), text) for text in texts]
    most = max((share for share, _ in shares), default=0)
    ended = most > 1 and all(_has_ended(text, content) for share, text in shares if share == most)
    return _GOING_ON.intersection(words(claim)) if ended else frozenset()


def _has_ended(text: str, content: frozenset[str]) -> bool:
    """Whether a text says that what a claim with this ``content`` is about has ended, in no year of the claim's."""
    then = _NOW.search(text)
    before, behind = (text[: then.start()], text[then.end() :]) if then else (text, "")
    ended = None if _AGAIN.search(text) else _ENDED.search(before)
    return (
        ended is not None
        and len(content & _content(before)) > len(content & _content(behind))
        and content.isdisjoint(re.findall(r"\d{4}", ended[0])[-1:])
    )


def _replaced(claim: str, found: Sequence[str], content: frozenset[str], texts: Sequence[str]) -> Iterator[str]:
    """The words of a thing in whose place a text has another one, if the claim says of it what the text does."""
    if not _REPLACING.isdisjoint(found):
        return
    worths = _worths(claim)
    for text in texts:
        place = _IN_PLACE.search(text)
        if place is None or _CHOICE.search(text) or any(map(denies, words(text))) or not worths <= _worths(text):
            continue
        if len(content & _content(text)) >= LEAST_SHARE * len(content):
            yield from content & _put_aside(content, text[: place.start()], place["other"], has_value=bool(worths))


def _put_aside(content: frozenset[str], kept: str, other: str, *, has_value: bool) -> frozenset[str]:
    """What tells the ``other`` thing from what is ``kept``; nothing where a claim of this content has both.

    A value that is kept may not be said of the other thing, either.
    """
    if any(map(str.isdigit, other)):
        return frozenset(numbers(other)) if content.isdisjoint(numbers(kept)) else frozenset()
    last = next((stem(word) for word in reversed(words(kept)) if word not in STOP), "")
    return _content(other) - _content(kept) if has_value or last not in content else frozenset()


def _worths(text: str) -> frozenset[str]:
    return frozenset(worth for value in values(text) for worth in value.worths)


def _content(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text) if word not in STOP)
