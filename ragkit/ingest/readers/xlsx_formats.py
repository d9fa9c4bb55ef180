"""Number formats of a sheet: what a person sees of a number under its code. ECMA-376 part 1, 18.8.31.

A code that is not understood shows nothing, and then the plain value is told: no figure is ever shown wrongly. A comma
parts thousands and a point decimals, as in the code: a file does not say what they are where it is opened.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

_TOKEN = re.compile(
    r"""(?P<end>;) | "(?P<quoted>[^"]*)" | \\(?P<escaped>.) | \[\$(?P<symbol>[^\]-]*)(?:-[^\]]*)?\]
    | (?P<skipped>\*. | \[(?:black|blue|cyan|green|magenta|red|white|yellow|color\s*\d+)\]) | (?P<blank>_.)
    | (?P<general>general) | (?P<number>[0-9#?.,/%\ ] | E[+-]) | (?P<sign>[$+()\-:!^&'~{}<>=]|[^\x00-\x7f])
    | (?P<text>@)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_LITERAL = "\0"
"""Stands for each text of a section while the number is looked for."""
_AROUND = f"[{_LITERAL}% /]*"
_FRACTION = r"(?P<whole>[0#?]+ )?[0#?]+/(?P<parts>[0#?]{1,3}|[1-9]\d{0,3})"
_SCIENTIFIC = r"0(?:\.(?P<digits>0{0,14}))?(?P<power>E[+-])(?P<exponent>0{1,3})"
_DECIMAL = r"(?P<units>[0#?](?:[0#?,]*[0#?])?)?(?P<scale>,*)(?P<decimals>\.[0#?]{0,9})?(?P<more>,*)"
_SECTION = re.compile(
    rf"(?P<before>{_AROUND})(?:{_FRACTION}|{_SCIENTIFIC}|(?P<general>G)|{_DECIMAL})(?P<after>{_AROUND})", re.IGNORECASE
)
_THOUSANDS = re.compile(r"(?<=\d)(?=(?:\d{3})+$)")
_DIGITS = 15
_MAX_CODE = 255
_MAX_SECTIONS = 3


def plain_text(value: str) -> str:
    """A number to the 15 digits that a sheet knows; what is no number stays as it is."""
    try:
        number = float(value)
    except ValueError:
        return value
    if number.is_integer() and abs(number) < 10**_DIGITS:
        return str(int(number))
    return f"{number:.{_DIGITS}g}"


def number_format(code: str) -> Callable[[str], str]:
    """What makes of a value what is seen of it under ``code``."""
    sections = _sections(code) if len(code) <= _MAX_CODE else []

    def shown(value: str) -> str:
        return (_shown(value, sections) if sections else "") or plain_text(value)

    return shown


@dataclass(frozen=True, slots=True)
class _Section:
    """What is shown of numbers of one sign: texts, and mostly a number among them."""

    texts: tuple[str, ...]
    found: re.Match[str]

    def text(self, value: Decimal) -> str:
        """What is seen of a value without its sign; nothing where no digit is."""
        found, texts = self.found, iter(self.texts)
        value = value.scaleb(2 * (found["before"] + found["after"]).count("%"))
        before, after = (
            "".join(next(texts) if each == _LITERAL else each for each in found[name]) for name in ("before", "after")
        )
        number = self._number(value)
        return " ".join(f"{before}{number}{after}".split()) if number or not self.has_number else ""

    @property
    def has_number(self) -> bool:
        """Whether there is a place for digits."""
        return len(self.found[0]) > len(self.found["before"]) + len(self.found["after"])

    def _number(self, value: Decimal) -> str:
        if self.found["general"]:
            return plain_text(str(value))
        if self.found["power"]:
            return _scientific(value, self.found)
        if value >= 10**_DIGITS or not self.has_number:
            return ""
        return _fraction(value, self.found) if self.found["parts"] else _decimal(value, self.found)


def _sections(code: str) -> list[_Section]:
    """For numbers above zero, below it, and zero, as far as they are told apart; none for a code not understood."""
    tokens: list[list[re.Match[str]]] = [[]]
    at = 0
    while at < len(code):
        token = _TOKEN.match(code, at)
        if token is None:
            return []
        if token["end"]:
            tokens.append([])
        else:
            tokens[-1].append(token)
        at = token.end()
    sections = [_section(each) for each in tokens if not any(token["text"] for token in each)]
    understood = [section for section in sections if section]
    return understood if len(understood) == len(sections) <= _MAX_SECTIONS else []


def _section(tokens: Sequence[re.Match[str]]) -> _Section | None:
    skeleton = ""
    texts: list[str] = []
    for token in tokens:
        text = token["quoted"] or token["escaped"] or token["symbol"] or token["sign"] or token["blank"] or ""
        if text.strip() and not token["blank"]:
            skeleton += _LITERAL
            texts.append(text)
        else:
            skeleton += "G" if token["general"] else token["number"] or " " * bool(text)
    found = _SECTION.fullmatch(skeleton)
    return _Section(tuple(texts), found) if found else None


def _decimal(value: Decimal, found: re.Match[str]) -> str:
    units, decimals = found["units"] or "", (found["decimals"] or "")[1:]
    value = value.scaleb(-3 * len(found["scale"] + found["more"]))
    rounded = value.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    whole, _, part = f"{rounded:f}".partition(".")
    digits = units.replace(",", "")
    whole = whole.lstrip("0").rjust(len(digits) - digits.find("0") if "0" in digits else 0, "0")
    if "," in units:
        whole = _THOUSANDS.sub(",", whole)
    kept = decimals.rfind("0") + 1
    part = part[:kept] + part[kept:].rstrip("0")
    return f"{whole}.{part}" if part else whole


def _scientific(value: Decimal, found: re.Match[str]) -> str:
    with localcontext(rounding=ROUND_HALF_UP):
        digits, _, power = f"{value:.{len(found['digits'] or '')}E}".partition("E")
    exponent = int(power) if value else 0
    sign = "-" if exponent < 0 else found["power"][1:].replace("-", "")
    return f"{digits}E{sign}{abs(exponent):0{len(found['exponent'])}d}"


def _fraction(value: Decimal, found: re.Match[str]) -> str:
    exact, parts = Fraction(value), found["parts"]
    whole = int(exact) if found["whole"] else 0
    if parts.isdigit() and int(parts):
        below = int(parts)
        above = int((exact - whole) * below + Fraction(1, 2))
    else:
        near = (exact - whole).limit_denominator(10 ** len(parts) - 1)
        above, below = near.numerator, near.denominator
    if not found["whole"]:
        return f"{above}/{below}"
    if above == below:
        whole, above = whole + 1, 0
    if not above:
        return str(whole)
    return f"{whole} {above}/{below}" if whole or "0" in found["whole"] else f"{above}/{below}"


def _shown(value: str, sections: Sequence[_Section]) -> str:
    """What is seen of a value; nothing for what is no number, or where nothing is seen."""
    try:
        number = Decimal(f"{float(value):.{_DIGITS}g}")
    except ValueError:
        return ""
    if not number.is_finite():
        return ""
    first, *others = sections
    text, nothing = first.text(abs(number)), first.text(Decimal(0))
    if not number and len(others) > 1:
        return others[-1].text(number)
    below = others[0].text(-number) if number < 0 and others else text
    # Without a section of its own what is below zero has a sign; under a colour alone too, which is all that tells it.
    return f"-{text}" if number < 0 and below == text not in {"", nothing} else below
