"""Two questions in one, told apart by rules: "How long does the cap last, and what does a new one cost?"."""

from __future__ import annotations

import re

from ragkit.comparisons import sides
from ragkit.lexical import content

MOST = 6
"""Questions in one that are searched for beside it."""
_ASKS = r"(?:how|what|who|whom|whose|when|where|which|why)\b"
_DOES = "can|could|did|do|does|may|must|shall|should|will|would"
_IS = "are|has|have|is|was|were"
_BEFORE = "at|by|for|from|in|of|on|to|under|with"
_OF_WHICH = f"{_BEFORE}|above|after|before|below|over|since|until|within"
"""What may stand before the word that asks: "above which value"."""
_NO_PART = f"{_BEFORE}|{_DOES}|{_IS}|about|after|before|that|when|without"
_JOINT = re.compile(
    rf"[,;]?\s+and\s+(?=(?:(?:{_OF_WHICH})\s+)?{_ASKS}"
    r"|(?:are|can|did|do|does|has|have|is|may|must|was|were|will)\b)|(?<=\?)\s+(?=\S)",
    re.IGNORECASE,
)
_QUESTION = re.compile(rf"\b{_ASKS}|^(?:are|can|did|do|does|has|have|is|may|must|was|were|will)\b", re.IGNORECASE)
_LEAST_WORDS = 2
"""Words that carry meaning, below which a part cannot be understood alone ("and for how long?")."""
_IT = re.compile(r"\bit\b(?! (?:possible|allowed|permitted|necessary|required|okay|safe)\b)", re.IGNORECASE)
"""Points to what the part before is about; "is it allowed to" is about what follows."""
_THING = re.compile(
    rf"\b(?P<before>\w+)\s+(?P<thing>(?:the|an?|my|our|your)(?:(?:\s+of)?\s+(?!(?:{_NO_PART})\b)[\w’-]+){{1,5}})"
    rf"(?=$|\s+(?:{_BEFORE}|{_IS})\b)",
    re.IGNORECASE,
)
"""Something with its article, behind a verb or a preposition."""
_DONE = re.compile(r"\w+ed|\w+en|built|bought|found|held|hung|kept|laid|left|made|paid|put|sent|set|sold|won|worn")


def parts(question: str) -> list[str]:
    """The questions in ``question``, in order; it alone unless each part asks and can be understood alone.

    "What did it cost?" can, if it is told what the part before is about.
    """
    found = [part.strip(" ,;") for part in _JOINT.split(question)]
    found = [part for part in found if part]
    alone = [_alone(part, before) for before, part in zip(["", *found], found, strict=False)]
    return alone if len(alone) > 1 and all(alone) else [question]


def apart(question: str) -> list[str]:
    """The questions to search for beside ``question``: what its comparisons ask of each side.

    Its parts are not searched for: what they are about stands in the others. A question with more than `MOST` is a
    text.
    """
    found = list(dict.fromkeys(asked for part in parts(question) for asked in sides(part)))
    return found if len(found) <= MOST else []


def _alone(part: str, before: str) -> str:
    """A part of a question as it can be understood without the one before; nothing where it cannot."""
    if not _QUESTION.search(part):
        return ""
    if len(content(part)) >= _LEAST_WORDS:
        return part
    thing = _thing(before) if re.match(_ASKS, before, re.IGNORECASE) and _IT.search(part) else ""
    return _IT.sub(lambda _: thing, part, count=1) if thing else ""


def _thing(question: str) -> str:
    """The first thing that a question names, unless behind a preposition, without the verb that is behind it."""
    found = _THING.search(question)
    if not found or re.fullmatch(_BEFORE, found["before"], re.IGNORECASE):
        return ""
    *words, last = found["thing"].split()
    is_behind = re.match(rf"\s+(?:{_IS})\b", question[found.end() :])
    closes = (re.fullmatch(_DOES, found["before"]) and not is_behind) or (
        re.fullmatch(_IS, found["before"]) and _DONE.fullmatch(last)
    )
    return " ".join(words if closes and len(words) > 1 else [*words, last])
