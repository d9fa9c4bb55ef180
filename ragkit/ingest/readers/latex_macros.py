r"""The macros that a LaTeX file defines and uses: what each stands for, with its arguments filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragkit.ingest.readers.latex_arguments import argument, option

_DEFINITION = re.compile(
    r"\\(?:(?:(?:re)?new|provide)command|DeclareRobustCommand)\*?\s{0,9}\{?\s{0,9}\\(?P<command>[A-Za-z@]+)\s{0,9}\}?\s{0,9}"
    r"(?:\[(?P<count>\d)\])?"
    r"|\\[egx]?def\s{0,9}\\(?P<def>[A-Za-z@]+)(?P<parameters>[^{}\\]{0,100})"
    r"|\\(?:New|Renew|Provide|Declare)DocumentCommand\s{0,9}\{?\s{0,9}\\(?P<document>[A-Za-z@]+)\s{0,9}\}?\s{0,9}"
    r"\{(?P<form>(?:[^{}]|\{[^{}]{0,200}\}){0,200})\}"
)
_COUNTED = re.compile(r"(?:#\d)*\s*")
_FORM = re.compile(r"(?P<braced>m)|(?P<plain>o)|O\{(?P<default>[^{}]*)\}|(?P<other>\S)")
_PARAMETER = re.compile(r"(?P<command>\\[A-Za-z@]+)?#(?P<place>\d)")
_SINGLE = re.compile(r"\s*(\\[A-Za-z@]+|\\.|[^\s{}&%])")
_MAX_FILLED = 2_000_000
"""Of characters that macros may add to a file, beside as many as it has."""
_FILL = 50
"""What filling in a macro costs of them, however short it is."""

Macro = tuple[tuple[str | None, ...], str]
"""For each argument what stands for it when it is left out, None when it cannot be; and what the macro stands for."""


class Macros:
    """Those of a file that can be filled in, as long as there is room for what they add."""

    def __init__(self, text: str) -> None:
        self._macros: dict[str, Macro] = {}
        self._room = len(text) + _MAX_FILLED
        for found in _DEFINITION.finditer(text):
            defaults, body, _ = _definition(text, found)
            if defaults is not None:
                self._macros.setdefault(found["command"] or found["def"] or found["document"], (defaults, body))

    def __contains__(self, name: str) -> bool:
        return name in self._macros

    def filled(self, name: str, text: str, at: int) -> tuple[str, int]:
        """What a macro whose name ends at ``at`` stands for, and the position behind it; nothing where room lacks."""
        defaults, body = self._macros[name]
        values: list[str] = []
        after = at
        for default in defaults:
            value, after = _value(text, default, after)
            values.append(value)
        self._room -= len(body) + _FILL + sum(len(value) * body.count(f"#{n}") for n, value in enumerate(values, 1))
        if self._room < 0:
            return "", at
        return _PARAMETER.sub(lambda found: _valued(found, values), body), after


def defined(text: str, at: int) -> int:
    """The position behind the definition of a macro that begins at ``at``; 0 if none does."""
    found = _DEFINITION.match(text, at)
    return _definition(text, found)[-1] if found else 0


def _definition(text: str, found: re.Match[str]) -> tuple[tuple[str | None, ...] | None, str, int]:
    """The arguments of a macro, its body and the position behind it; None where more than braces set them apart."""
    defaults: list[str | None] | None = [None] * int(found["count"] or (found["parameters"] or "").count("#"))
    at = found.end()
    if found["count"] and text[at : at + 1] == "[":
        start, stop, at = option(text, at)
        defaults = [text[start:stop], *[None] * (int(found["count"]) - 1)]
    if found["form"]:
        forms = list(_FORM.finditer(found["form"]))
        defaults = [None if form["braced"] else form["default"] or "" for form in forms]
        defaults = None if any(form["other"] for form in forms) else defaults
    if not _COUNTED.fullmatch(found["parameters"] or ""):
        defaults = None
    start, stop, at = argument(text, at)
    return None if defaults is None else tuple(defaults), text[start:stop], at


def _value(text: str, default: str | None, at: int) -> tuple[str, int]:
    """An argument of a macro and the position behind it: in brackets, in braces, or a single sign."""
    if default is not None:
        start, stop, after = option(text, at)
        return (default if after == at else text[start:stop]), after
    start, stop, after = argument(text, at)
    single = _SINGLE.match(text, at) if start == after else None
    return (single[1], single.end()) if single else (text[start:stop], after)


def _valued(found: re.Match[str], values: Sequence[str]) -> str:
    place = int(found["place"])
    value = values[place - 1] if 0 < place <= len(values) else ""
    return f"{found['command']} {value}" if found["command"] else value
