"""Terms and their definitions: a definition is told with the term in the line above it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ragkit.sentences import names_what_follows
from ragkit.types import Evidence, Hit

PARAGRAPH = re.compile(r"\S(?:[^\n]|\n(?!\s*\n))*")


def with_terms(passages: Sequence[Hit], chosen: Sequence[Evidence]) -> list[Evidence]:
    """Sentences in order, a term in one with the definition right below it; the first of one names its term."""
    joined: list[Evidence] = []
    for evidence in chosen:
        text, above = passages[evidence.passage].chunk.text, joined[-1] if joined else evidence
        below = above.passage == evidence.passage and text[above.end : evidence.start] == "\n\n"
        if below and names_what_follows(text, above.start, above.end):
            joined[-1] = replace(above, end=evidence.end, score=max(above.score, evidence.score))
            continue
        start, term = _defined(text, evidence)
        told = any(each.passage == evidence.passage and each.end > start for each in joined)
        joined.append(evidence if told or evidence.heading else replace(evidence, heading=term))
    return joined


def _defined(text: str, evidence: Evidence) -> tuple[int, str]:
    """Where the term stands that a sentence is in the definition of, and the term; in a list of such alone."""
    spans = [each.span() for each in PARAGRAPH.finditer(text)]
    names = [names_what_follows(text, *span) for span in spans]
    place = next((n for n, (start, end) in enumerate(spans) if start <= evidence.start < end), 0)
    others = names[max(0, place - 3) : max(0, place - 2)] + names[place + 1 : place + 2]
    if not place or names[place] or not names[place - 1] or not any(others):
        return evidence.start, ""
    start, end = spans[place - 1]
    return start, text[start:end]
