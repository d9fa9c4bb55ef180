"""Questions as people also put them: bare keywords as into a search box, or with words around them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

Form = Callable[[str], str]

TERSE, POLITE = 0.12, 0.08
"""The shares of visits to a question that put it so."""
_EMPTY = frozenset(
    "a an the is are was were be been do does did of to in on for at by with from and or what who whom whose which "
    "when where why how it its this that these those there can could would should will has have had "
    "i we you my our your".split()
)
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
    kept = [word for word in question.rstrip("? ").split() if re.sub(r"\W", "", word).lower() not in _EMPTY]
    return " ".join(kept) if len(kept) > 1 else question
