"""The inline markup of AsciiDoc, reduced to its text: emphasis, links, references, attributes, notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ragkit.ingest.readers.build import HARD_BREAK, Run

_ATTRIBUTE = re.compile(r"\{([A-Za-z0-9_][\w-]{0,60})\}")
_BUILT_IN = {
    "nbsp": "\u00a0",
    "zwsp": "",
    "empty": "",
    "blank": "",
    "sp": " ",
    "lt": "<",
    "gt": ">",
    "amp": "&",
    "plus": "+",
    "asterisk": "*",
    "tilde": "~",
    "caret": "^",
    "apos": "'",
    "quot": '"',
    "backtick": "`",
    "two-colons": "::",
    "two-semicolons": ";;",
    "startsb": "[",
    "endsb": "]",
    "vbar": "|",
    "litdd": "--",
}
_PASS = re.compile(r"\+\+\+?(.{1,500}?)\+\+\+?|pass:[a-z,]*\[(.{0,500}?)\]")
_LINK = re.compile(r"(?:link:|xref:|mailto:|(?=(?:https?|ftp|irc)://))([^\s\[\]]{1,500})\[([^\]]{0,500})\]")
_GIT_LINK = re.compile(r"\blinkgit:([\w.-]{1,80})\[(\d)\]")
_REFERENCE = re.compile(r"<<([^<>,]{1,200})(?:,\s*([^<>]{1,300}))?>>")
_ANCHOR = re.compile(r"\[\[[^\[\]]{1,200}\]\]|\(\(\(?[^()]{1,200}\)\)\)|anchor:[\w.-]{1,80}\[[^\]]{0,200}\]")
_MACRO = re.compile(
    r"\b(?:image|icon|kbd|btn|menu|footnote|footnoteref|stem|latexmath|asciimath|indexterm2):([^\s\[\]]{0,300})\[([^\]]{0,800})\]"
)
_ROLE = re.compile(r"\[[.#%][^\[\]]{1,60}\](?=[#*_`])")
_STRUCK = re.compile(
    r"\[[\w.#% -]{0,60}line-through[\w.#% -]{0,60}\]"
    r"(?:(\*\*|__|``|##)(?=\S).{1,400}?(?<=\S)\1|([*_`#])(?=\S).{1,400}?(?<=\S)\2(?!\w))"
)
_DOUBLE = re.compile(r"(\*\*|__|``|##)(?=\S)(.{1,400}?)(?<=\S)\1")
_SINGLE = re.compile(r"(?<![\w*_`#])([*_`#+])(?=[^\s*_`#])([^\n]{0,400}?\S|\S)\1(?![\w*`#])")
_ESCAPED = re.compile(r"\\(?=[*_`#+{<\[\\])")


def inline(lines: Sequence[tuple[str, int]], attributes: Mapping[str, str]) -> Iterator[Run]:
    """The visible text of lines that flow together, each with its number; a `` +`` at its end breaks a line."""
    for text, number in lines:
        broken = text.endswith(" +")
        yield without_roles(text[:-2] if broken else text, attributes), number
        yield (HARD_BREAK if broken else " "), number


def without_roles(text: str, attributes: Mapping[str, str]) -> str:
    """The visible text of one line. What a line break would tear apart, a link over two lines, say, stays as it is."""
    text = _ATTRIBUTE.sub(lambda found: _value(found, attributes), text)
    if not any(mark in text for mark in "[*_`#+<({\\"):
        return text
    text = _GIT_LINK.sub(r"\1(\2)", text)
    text = _PASS.sub(lambda found: found[1] or found[2] or "", text)
    text = _ANCHOR.sub("", text)
    text = _LINK.sub(_shown, text)
    text = _REFERENCE.sub(lambda found: found[2] or found[1], text)
    text = _MACRO.sub(
        lambda found: found[2].split(",")[0] if found[0].startswith("image") else found[2] or found[1], text
    )
    text = _ROLE.sub("", _STRUCK.sub("", text))
    text = _SINGLE.sub(r"\2", _DOUBLE.sub(r"\2", text))
    # Emphasis in emphasis, at most two deep.
    text = _SINGLE.sub(r"\2", text)
    return _ESCAPED.sub("", text)


def _value(found: re.Match[str], attributes: Mapping[str, str]) -> str:
    name = found[1].lower()
    return attributes.get(name, _BUILT_IN.get(name, found[0]))


def _shown(found: re.Match[str]) -> str:
    """A link's text, with the place that it leads to when it has none."""
    text = found[2].rstrip("^").strip()
    return text.split(",window=")[0] if text else found[1]
