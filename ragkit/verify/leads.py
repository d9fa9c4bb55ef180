"""Lists below a line that excludes their items: "Not covered:", "This does not apply to:", a heading "Not planned".

An item says the opposite of what it seems to say alone. English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_ITEM = re.compile(r"[ \t]*(?:[•*+–-]|\(?[a-z][.)]|(?P<number>\d{1,2}[.)]))\s")
_UNFINISHED = re.compile(r"\b(?:are|by|for|following|from|in|is|of|on|to|with):\Z", re.IGNORECASE)
"""What a line ends with above numbers that are items of it: others are steps more often than what is left out."""
_BARRING = re.compile(
    r"(?:not|excluded)\b(?! (?:all|just|only)\b)(?: [\w-]+){0,4}:?"
    r"|[^:]*\b(?:excludes?|(?:are|is) ?(?:not(?: [\w-]+)?|excluded)|(?:can|may|must|shall|will) ?not(?: [\w-]+){1,5}"
    r"|(?:do|does) not (?:accept|apply|cover|include|insure|need|pay|require|sell|serve|support|take)"
    r"(?: [\w-]+){0,4})(?<!only):",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"(?i)(?:if|when|where|until|unless|as long as|what(?! (?:are|is) not\b)|why|how)\b")
_LISTED = re.compile(r"(?:\A|[.;] )(?P<lead>[^:.;\n]{1,60}:) (?P<items>[^:.;\n]+)")


def excluded(passages: Sequence[str], places: Sequence[tuple[int, int, int]]) -> Iterator[int]:
    """The numbers of the sentences, at ``places`` of the passages, that are items below a line that excludes them."""
    below, numbered, owner = False, False, -1
    for number, (passage, start, end) in enumerate(places):
        below = below and passage == owner
        owner, text = passage, passages[passage]
        line = text[text.rfind("\n", 0, start) + 1 : end]
        item = _ITEM.match(line)
        if item is None:
            below = text.startswith("\n", end) and _bars(text[start:end])
            numbered = _UNFINISHED.search(text[start:end]) is not None
        elif below and (numbered or not item["number"]):
            yield number


def listed(sentence: str) -> str:
    """The items that stand in a sentence behind what excludes them: "Not collected: tyres and paint"."""
    return " ".join(found["items"] for found in _LISTED.finditer(sentence) if _bars(found["lead"]))


def _bars(lead: str) -> bool:
    """Whether a line above a list, maybe the last heading of a path, says that nothing of it is so."""
    said = lead.rpartition(" > ")[2]
    return _BARRING.fullmatch(said) is not None and _CONDITION.match(said) is None
