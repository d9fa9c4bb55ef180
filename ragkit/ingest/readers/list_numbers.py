"""The numbers of lists in the letters and figures in which they are shown."""

from __future__ import annotations

_ROMAN = (
    *((900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_MAX_LETTERED = 1_000


def count_text(value: int, kind: str) -> str:
    """A number of a list in the letters or figures of a numbering format of Office; others are figures."""
    if kind == "decimalZero":
        return f"{value:02d}"
    if not 0 < value < _MAX_LETTERED or kind not in {"lowerLetter", "upperLetter", "lowerRoman", "upperRoman"}:
        return str(value)
    text = _letters(value) if kind.endswith("Letter") else _roman(value)
    return text.upper() if kind.startswith("upper") else text


def _letters(value: int) -> str:
    """After z comes aa, then bb."""
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _roman(value: int) -> str:
    text = ""
    for worth, letters in _ROMAN:
        text += letters * (value // worth)
        value %= worth
    return text
