"""Units of LaTeX's package siunitx to the signs that it prints."""

from __future__ import annotations

import re

QUANTITIES = {
    **dict.fromkeys(("num", "numlist"), (1, 0)),
    "numrange": (2, 0),
    **dict.fromkeys(("si", "unit"), (0, 1)),
    **dict.fromkeys(("SI", "qty", "SIlist", "qtylist"), (1, 1)),
    **dict.fromkeys(("SIrange", "qtyrange"), (2, 1)),
}
"""Commands with how many figures and units they take."""

_PREFIXES = dict(
    pair.split("=")
    for pair in "yocto=y zepto=z atto=a femto=f pico=p nano=n micro=µ milli=m centi=c deci=d deca=da deka=da hecto=h "
    "kilo=k mega=M giga=G tera=T peta=P exa=E zetta=Z yotta=Y kibi=Ki mebi=Mi gibi=Gi tebi=Ti".split()
)
_UNITS = dict(
    pair.split("=")
    for pair in "ampere=A candela=cd kelvin=K kilogram=kg gram=g metre=m meter=m mole=mol second=s becquerel=Bq "
    "degreeCelsius=°C celsius=°C coulomb=C farad=F gray=Gy hertz=Hz henry=H joule=J katal=kat lumen=lm lux=lx "
    "newton=N ohm=Ω pascal=Pa radian=rad siemens=S sievert=Sv steradian=sr tesla=T volt=V watt=W weber=Wb "
    "astronomicalunit=au bel=B dalton=Da day=d decibel=dB degree=° electronvolt=eV hectare=ha hour=h litre=L liter=L "
    "arcminute=′ minute=min arcsecond=″ neper=Np tonne=t angstrom=Å percent=% byte=B um=µm uL=µL us=µs".split()
)
_POWERS = {"squared": "²", "cubed": "³", "square": "²", "cubic": "³"}
_BEFORE = frozenset({"square", "cubic"})
_TOKEN = re.compile(r"\\([A-Za-z]+)|([^\\{}~\s]+)|[~\s]+")


def unit(text: str) -> str:
    r"""What ``\kilo\metre\per\hour`` shows: ``km/h``. A name that is not known stays."""
    shown = joint = power = ""
    for name, other in _TOKEN.findall(text):
        if name == "per":
            shown, joint = f"{shown}/", ""
        elif name in _BEFORE:
            power = _POWERS[name]
        elif name in _POWERS:
            shown += _POWERS[name]
        elif name == "tothe":
            shown, joint = f"{shown}^", ""
        elif name in _PREFIXES:
            shown, joint = shown + joint + _PREFIXES[name], ""
        elif name:
            shown, joint, power = shown + joint + _UNITS.get(name, name) + power, " ", ""
        else:
            shown, joint = shown + other, " " if other else joint
    return shown
