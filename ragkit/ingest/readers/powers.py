"""Raised text: an exponent is told with ``^``, without which ``2³²`` would be read as another number."""

from __future__ import annotations

import re

_EXPONENT = re.compile(r"[-+−–]?(?:\d+(?:[.,/]\d+)?|[nkmijxyNM])")
_SUM = re.compile(r"[\dA-Za-z]+(?:\s*[-+−–*/]\s*[\dA-Za-z]+)+")
_BASE = re.compile(r"[^\W_]$|[)\]]$")
_LENGTH = re.compile(r"(?<![^\W_])(?:[µμnmcdk]?m|ft|in|yd)$")
"""Units whose square and cube are written with a bare figure, too: m2."""


def power(before: str, raised: str) -> str:
    """What is told of raised text that stands right behind ``before``; no 1st, Ca2+ and m2 are powers."""
    text = raised.strip(" ")
    if not _BASE.search(before) or _LENGTH.search(before):
        return raised
    if _EXPONENT.fullmatch(text):
        return f"^{text}"
    return f"^({text})" if _SUM.fullmatch(text) else raised
