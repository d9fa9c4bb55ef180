"""Steps below the heading that names the task which is asked for: "How do I rotate a token?". English; no model."""

from __future__ import annotations

from ragkit.generate.extractive.candidates import Candidate
from ragkit.generate.extractive.headings import HOW_TO
from ragkit.generate.extractive.lists_and_steps import step_number
from ragkit.lexical import content
from ragkit.types import Hit

TOLD = 2 / 3
"""The least share of a question's words that a passage has, its headings counted."""


def is_first_step(question: str, candidate: Candidate, hit: Hit) -> bool:
    """Whether a candidate is the first step of what a question asks how to do, by the heading right above."""
    return step_number(hit.chunk.text, candidate) == 1 and names_task(question, hit)


def names_task(question: str, hit: Hit) -> bool:
    """Whether the last heading of a passage names what a question asks how to do.

    All its words are in the question, and the passage has most of the question's: all names with a figure, and what is
    to be done; all words where the heading is one word.
    """
    asks = HOW_TO.search(question)
    last = hit.chunk.headings[-1] if hit.chunk.headings else ""
    named = {word for word in content(last) if not word.replace(".", "").isdigit()}
    if not asks or not named:
        return False
    asked = content(question)
    told = {*content(hit.chunk.title), *content(hit.chunk.embedded_text)}
    lacking = [word for word in asked if word not in told]
    if not named <= set(asked) or any(any(map(str.isdigit, word)) for word in lacking):
        return False
    done = set(content(asks["task"])[:1])
    return done <= named and len(lacking) <= (0 if len(named) == 1 else (1 - TOLD) * len(asked))
