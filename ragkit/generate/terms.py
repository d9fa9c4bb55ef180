"""Terms and their definitions: a definition is told with the term in the line above it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ragkit.generate.told import BULLET
from ragkit.lexical import content
from ragkit.sentences import names_what_follows
from ragkit.types import Evidence, Hit

SHORT = 80
"""Characters of a sentence that is more likely than others to have no subject."""
PARAGRAPH = re.compile(r"\S(?:[^\n]|\n(?!\s*\n))*")


def with_terms(question: str, passages: Sequence[Hit], chosen: Sequence[Evidence]) -> list[Evidence]:
    """Sentences in order, a term in one with the definition right below it.

    A short one that stands below a term without it names it, if it is what the question asks about.
    """
    joined: list[Evidence] = []
    for evidence in chosen:
        text, above = passages[evidence.passage].chunk.text, joined[-1] if joined else evidence
        below = above.passage == evidence.passage and text[above.end : evidence.start] == "\n\n"
        if below and names_what_follows(text, above.start, above.end):
            joined[-1] = replace(above, end=evidence.end, score=max(above.score, evidence.score))
            continue
        start, term = _defined(question, text, evidence)
        told = any(each.passage == evidence.passage and each.end > start for each in joined)
        joined.append(evidence if told or evidence.heading else replace(evidence, heading=term))
    return joined


def _defined(question: str, text: str, evidence: Evidence) -> tuple[int, str]:
    """Where the term stands that a short sentence is in the definition of, and the term; in a list of such alone."""
    if evidence.end - evidence.start > SHORT or BULLET.match(text, evidence.start):
        return evidence.start, ""
    spans = [each.span() for each in PARAGRAPH.finditer(text)]
    names = [names_what_follows(text, *span) for span in spans]
    place = next((n for n, (start, end) in enumerate(spans) if start <= evidence.start < end), 0)
    others = names[max(0, place - 3) : max(0, place - 2)] + names[place + 1 : place + 2]
    if not place or names[place] or not names[place - 1] or not any(others):
        return evidence.start, ""
    start, end = spans[place - 1]
    about = set(content(text[start:end])) - set(content(text[evidence.start : evidence.end]))
    return start, text[start:end] if about & set(content(question)) else ""
