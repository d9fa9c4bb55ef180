"""Characters of the fonts whose letters are pictures, as Word names them by font and code."""

from __future__ import annotations

import sys

_GREEK = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑",
)
_FONTS: dict[str, dict[int, str]] = {
    "symbol": {**dict(enumerate(_GREEK[0], 0x20)), **dict(enumerate(_GREEK[1], 0xA0)), 0xF1: "〉", 0xF2: "∫"},
    "wingdings": {
        **dict(enumerate("✏✂✁", 0x21)),
        **dict(enumerate("☎✆✉", 0x28)),
        **dict(enumerate("☜☞☝☟", 0x45)),
        **dict(enumerate("●❍■□□❑❒⬧⧫◆❖⬥⌧", 0x6C)),
        **dict(enumerate("⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿", 0x80)),
        **dict(enumerate("·•▪○", 0x9E)),
        **dict(enumerate("▪◻", 0xA7)),
        **dict(enumerate("←→↑↓↖↗↙↘←➔↑↓↖↗↙↘⇦⇨⇧⇩⬄⇳", 0xDF)),
        **dict(enumerate("✗✓☒☑", 0xFB)),
        0x36: "⌛",
        0x4A: "☺",
        0x4C: "☹",
        0x4E: "☠",
        0xAB: "★",
        0xD8: "➢",
    },
    "wingdings 2": dict(enumerate("✗✓☒☑☒", 0x4F)),
}
_PRIVATE = 0xF000
"""Where Word puts the codes of such a font, for it is none of Unicode."""


def symbol(font: str, code: str) -> str:
    """The character, by its code in hexadecimal figures; empty for one that nobody could read."""
    try:
        number = int(code[:6], 16)
    except ValueError:
        return ""
    known = _FONTS.get(font.strip().lower())
    if known is not None:
        return known.get(number - _PRIVATE if number >= _PRIVATE else number, "")
    return chr(number) if number <= sys.maxunicode and chr(number).isprintable() else ""
