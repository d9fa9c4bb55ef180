"""Questions as people also put them: bare keywords as into a search box, or with words around them."""

from __future__ import annotations

import random
from collections.abc import Callable

from ragkit.lexical import STOP, words

Form = Callable[[str], str]

TERSE, POLITE = 0.12, 0.08
"""The shares of visits to a question that put it so."""
_AROUND = (
    "Can you tell me {}",
    "Hi, quick question: {}",
    "I was wondering {}",
    "Does anyone know {}",
    "Please help, {}",
    "{} Thanks!",
    "I could not find it anywhere. {}",
)


def form(rng: random.Random) -> Form:
    """One way to put a question, most often as it is."""
    drawn = rng.random()
    if drawn < TERSE:
        return terse
    if drawn < TERSE + POLITE:
        return rng.choice(_AROUND).format
    return lambda question: question


def terse(question: str) -> str:
    """The words that carry the question; a question that has fewer than two stays as it is."""
    kept = [word for word in question.rstrip("? ").split() if not STOP.issuperset(words(word))]
    return " ".join(kept) if len(kept) > 1 else question
