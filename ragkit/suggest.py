"""Did you mean: the nearest of the names that exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MOST = 50
"""Names that are all told."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is nearest to ``name``, None where none is near."""
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return near[0] if near else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence that names the nearest known name, or, when none is near, all of them or the first `MOST`, or none."""
    choices = sorted(known)
    near = nearest(name, choices)
    if near:
        return f"Did you mean {near!r}?"
    if not choices:
        return "There is none."
    more = f" and {len(choices) - MOST:,} more" if len(choices) > MOST else ""
    return f"There are: {', '.join(choices[:MOST])}{more}."
