r"""Where the arguments of a LaTeX command stand, in braces or in brackets.

Each function takes a text and a position, and gives start and end of what the argument holds and the position behind
it; start and end are equal where there is none.
"""

from __future__ import annotations

import re

_BLANK = re.compile(r"[ \t]*\n?[ \t]*")
_TOKEN = re.compile(r"\\.|[{}\[\]]|(?<!\\)%[^\n]*", re.DOTALL)
_MAX_ARGUMENT = 50_000


def argument(text: str, at: int, *, any_letter: bool = False) -> tuple[int, int, int]:
    """What braces hold, or a single letter where ``any_letter`` will do."""
    at = _BLANK.match(text, at).end()  # type: ignore[union-attr]
    if any_letter and text[at : at + 1].isalpha():
        return at, at + 1, at + 1
    return _enclosed(text, at, "{", "}")


def option(text: str, at: int) -> tuple[int, int, int]:
    """What brackets hold."""
    return _enclosed(text, at, "[", "]") if text[at : at + 1] == "[" else (at, at, at)


def past_options(text: str, at: int) -> int:
    """The position behind all that stands in brackets."""
    while text[at : at + 1] == "[":
        _, _, at = option(text, at)
    return at


def _enclosed(text: str, at: int, opening: str, closing: str) -> tuple[int, int, int]:
    if text[at : at + 1] != opening:
        return at, at, at
    depth = 0
    for token in _TOKEN.finditer(text, at, at + _MAX_ARGUMENT):
        depth += (token[0] == opening) - (token[0] == closing)
        if not depth:
            return at + 1, token.start(), token.end()
    return at + 1, at + 1, at + 1
