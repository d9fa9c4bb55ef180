"""The numbers of lists in the letters and figures in which they are shown."""

from __future__ import annotations

_ROMAN = (
    *((900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_MAX_LETTERED = 1_000


def count_text(value: int, kind: str) -> str:
    """A number of a list in a format as Office or as HTML and OpenDocument name it; what is no letter is figures."""
    if kind == "decimalZero":
        return f"{value:02d}"
    write = _WRITERS.get(kind.removeprefix("lower").removeprefix("upper").lower())
    if write is None or not 0 < value < _MAX_LETTERED:
        return str(value)
    return write(value).upper() if kind.isupper() or kind.startswith("upper") else write(value)


def _doubled(value: int) -> str:
    """After z comes aa, then bb."""
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _counted(value: int) -> str:
    """After z comes aa, then ab."""
    text = ""
    while value:
        value, letter = divmod(value - 1, 26)
        text = chr(ord("a") + letter) + text
    return text


def _roman(value: int) -> str:
    text = ""
    for worth, letters in _ROMAN:
        text += letters * (value // worth)
        value %= worth
    return text


_WRITERS = {"letter": _doubled, "a": _counted, "roman": _roman, "i": _roman}
