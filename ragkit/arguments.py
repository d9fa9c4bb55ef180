"""What callers give: an argument of another kind is refused in one sentence, before anything is done with it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from numbers import Integral
from pathlib import Path

from ragkit.errors import UsageError

KINDS: dict[type, str] = {
    str: "text",
    Path: "a path",
    os.PathLike: "a path",
    bytes: "bytes",
    Integral: "a whole number",
    Mapping: "values by name",
}
"""The kinds that are asked for, as a user would call them."""


def check(what: str, value: object, *kinds: type) -> None:
    """Raises `UsageError` where ``value`` is of none of the ``kinds``; ``what`` is what a caller calls it."""
    if not isinstance(value, kinds):
        wanted = " or ".join(KINDS[kind] for kind in kinds)
        raise UsageError(f"{what} is {type(value).__name__}, not {wanted}.", f"Give {wanted}.")


def names(what: str, value: object) -> tuple[str, ...]:
    """One text as the one name that it is, several as several.

    Raises:
        UsageError: It is neither, or holds what is no text.
    """
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, Iterable):
        raise UsageError(f"{what} are {type(value).__name__}, not texts.", "Give a text, or a list of texts.")
    several = tuple(value)
    for each in several:
        check(f"One of {what[:1].lower()}{what[1:]}", each, str)
    return several
