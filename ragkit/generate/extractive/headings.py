"""Headings that answer, and questions for all that stands under one. English; no model.

"Which version closes the gap?" is answered by the heading of a release, "What changed in 2.4?" by what is below it.
"""

from __future__ import annotations

import re

from ragkit.dates import days
from ragkit.generate.wording import ASKS
from ragkit.lexical import content
from ragkit.types import Hit

OF_A_SECTION = "changed new happened decided discussed agreed resolved fixed"
"""What is asked of all that stands under a heading."""
PARTS = "version release update meeting session section chapter clause item"
"""What a section may be called in a question without being so in its heading."""
ASKS_OF_SECTION = re.compile(
    rf"what(?:'s|’s|(?: else)?(?: is| was| were| has been| did \w+| got)?) (?:{OF_A_SECTION.replace(' ', '|')})\b",
    re.IGNORECASE,
)
FIGURE = re.compile(r"(?<![^\W_])(?<![^\W_][-/])\d")
"""The digits of a name, such as S3 or PL-10, are none."""
ASKS_FOR_PART = re.compile(rf"\b(?:which|what) (?:{PARTS.replace(' ', '|')})\b", re.IGNORECASE)
ASKS_WHICH = re.compile(r"\b(?:which|what|when|where|who|whose|whom)\b", re.IGNORECASE)
"""Questions that a heading may answer: no yes or no, no reason."""

HOW_TO = re.compile(
    r"\b(?:how (?:do|can|should|must|would) (?:i|one|people|they|users?|we|you)|how to"
    r"|(?:steps|procedure) (?:for|of|to)) (?:(?:best|properly|safely) )?(?P<task>.+)",
    re.IGNORECASE | re.DOTALL,
)
"""Asks how a ``task`` is done."""


def may_answer(question: str, heading: str) -> bool:
    """Whether a heading can be what a question asks for: it asks nothing, and says more than the question does."""
    asks = ASKS.search(heading) or not ASKS_WHICH.search(question)
    return not asks and not set(content(heading)) <= set(content(question))


def asked_part(question: str, hit: Hit) -> str:
    """The last heading of a passage, no title, where a question asks for one by its kind, such as a version."""
    last = hit.chunk.headings[-1] if hit.chunk.headings else ""
    asked = ASKS_FOR_PART.search(question) and last != hit.chunk.title
    return last if asked and any(map(str.isdigit, last)) else ""


def is_told_in(question: str, hit: Hit, sentence: str) -> bool:
    """Whether a sentence has all words, two or a code, of a question for the version or meeting it stands under."""
    asked = specific(question).difference(content(PARTS))
    told = len(asked) > 1 or any(map(str.isdigit, "".join(asked)))
    return told and bool(asked_part(question, hit)) and asked <= set(content(sentence))


def has_figure_of(question: str, heading: str) -> bool:
    """Whether a heading has a number or a code that a question has, such as the version whose date is asked for."""
    return any(map(str.isdigit, "".join(set(content(heading)) & set(content(question)))))


def is_of_another_day(question: str, hit: Hit, sentence: str) -> bool:
    """Whether what is asked of a day would be answered from below the heading of another one, such as a meeting's."""
    asked = _days(question)
    under = _days(hit.chunk.headings[-1]) if asked and hit.chunk.headings else set()
    return bool(asked and under) and not asked & (under | _days(sentence))


def _days(text: str) -> set[tuple[int, int]]:
    """The days of months in a text, of whichever year."""
    return {(day.month, day.day) for day in days(text)}


def specific(question: str) -> set[str]:
    """The stems of a question that say which section it is about, or which thing."""
    return set(content(question)).difference(content(OF_A_SECTION))


def asks_of(question: str, hit: Hit) -> bool:
    """Whether a question asks for what stands under a heading of a passage, and has no other name than those have.

    That is the last heading, or one between it and the title that the question names by a figure: 5.2.1 above "Fixed".
    """
    asked = specific(question).difference(content(PARTS))
    last = set(content(hit.chunk.headings[-1] if hit.chunk.headings else ""))
    around = set(content(" ".join([hit.chunk.title, *hit.chunk.headings])))
    further_up = (heading for heading in hit.chunk.headings if heading != hit.chunk.title)
    is_named = asked & last or any(has_figure_of(question, heading) for heading in further_up)
    return bool(ASKS_OF_SECTION.match(question) and is_named) and asked <= around


def places(hit: Hit, heading: str) -> list[tuple[int, int]]:
    """Where a heading stands in what a reader sees: above the passage, and as a line of its own in it."""
    text, above = hit.chunk.embedded_text, len(hit.chunk.embedded_text) - len(hit.chunk.text)
    found = [match.span() for match in re.finditer(re.escape(heading), text)] if heading else []
    return [(start, end) for start, end in found if end <= above or _is_line(text, start, end)]


def _is_line(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start] in ("", "\n") and text[end : end + 1] in ("", "\n")


def at(hit: Hit, place: int) -> str:
    """The heading that stands at a place of what a reader sees; empty where the passage's text does.

    A title without a figure, such as a date, says what a document is about rather than what is asked for. So does one
    with the name of a thing: "Veltrix S3: short manual" has no syringes that fit it.
    """
    headings = dict.fromkeys([*hit.chunk.headings, hit.chunk.title])
    found = next((each for each in headings if any(start <= place < end for start, end in places(hit, each))), "")
    return found if found != hit.chunk.title or FIGURE.search(found) else ""
