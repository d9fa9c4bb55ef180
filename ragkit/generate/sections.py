"""Headings that answer, and questions for all that stands under one. English; no model.

"Which version closes the gap?" is answered by the heading of a release, "What changed in 2.4?" by what is below it.
"""

from __future__ import annotations

import re

from ragkit.generate.evidence import ASKS
from ragkit.lexical import content
from ragkit.types import Hit

OF_A_SECTION = "changed new happened decided discussed agreed resolved fixed"
"""What is asked of all that stands under a heading."""
ASKS_OF_SECTION = re.compile(
    rf"what(?:'s|’s|(?: else)?(?: is| was| were| has been| did \w+| got)?) (?:{OF_A_SECTION.replace(' ', '|')})\b",
    re.IGNORECASE,
)


ASKS_WHICH = re.compile(r"\b(?:which|what|when|where|who|whose|whom)\b", re.IGNORECASE)
"""Questions that a heading may answer: no yes or no, no reason."""


def may_answer(question: str, heading: str) -> bool:
    """Whether a heading can be what a question asks for: it asks nothing, and says more than the question does."""
    asks = ASKS.search(heading) or not ASKS_WHICH.search(question)
    return not asks and not set(content(heading)) <= set(content(question))


def specific(question: str) -> set[str]:
    """The stems of a question that say which section it is about, or which thing."""
    return set(content(question)).difference(content(OF_A_SECTION))


def asks_of(question: str, hit: Hit) -> bool:
    """Whether a question asks for what stands under the last heading of a passage, all of whose names it has."""
    asked, last = specific(question), set(content(hit.chunk.headings[-1] if hit.chunk.headings else ""))
    around = set(content(" ".join([hit.chunk.title, *hit.chunk.headings])))
    return bool(ASKS_OF_SECTION.match(question) and asked & last) and asked <= around


def places(hit: Hit, heading: str) -> list[tuple[int, int]]:
    """Where a heading stands in what a reader sees: above the passage, and as a line of its own in it."""
    text, above = hit.chunk.embedded_text, len(hit.chunk.embedded_text) - len(hit.chunk.text)
    found = [match.span() for match in re.finditer(re.escape(heading), text)] if heading else []
    return [(start, end) for start, end in found if end <= above or _is_line(text, start, end)]


def _is_line(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start] in ("", "\n") and text[end : end + 1] in ("", "\n")


def at(hit: Hit, place: int) -> str:
    """The heading that stands at a place of what a reader sees; empty where the passage's text does."""
    headings = dict.fromkeys([*hit.chunk.headings, hit.chunk.title])
    return next((each for each in headings if any(start <= place < end for start, end in places(hit, each))), "")
