"""Inline markup of reStructuredText to the text that it shows. The number of lines stays the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragkit.ingest.readers.build import Run, flow, note_mark
from ragkit.ingest.readers.powers import power

Line = tuple[str, int]
"""Text without trailing space, and its 1-based number in the source."""

_SUBSTITUTION = re.compile(r"^\.\. \|([^|\n]+)\| +(?:replace|unicode):: *(.+)$", re.MULTILINE)
_LITERAL = re.compile(r"``(.+?)``(?!`)", re.DOTALL)
_ROLE = re.compile(r"(?<![\w:]):([A-Za-z][\w.+:-]*):`([^`]+)`", re.DOTALL)
_PHRASE = re.compile(r"(?<![\w`])`([^`]+)`(?::[A-Za-z][\w.+:-]*:|__?(?!\w))?", re.DOTALL)
_LABELLED = re.compile(r"(.*?)\s*<[^<>]+>$", re.DOTALL)
_STRONG = re.compile(r"(?<![\w*])\*\*(?=\S)(.+?)(?<=\S)\*\*(?![\w*])", re.DOTALL)
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]+?)(?<=\S)\*(?![\w*])", re.DOTALL)
_WORD = re.compile(r"\|(?=\S)([^|\n]+?)(?<=\S)\|_{0,2}")
_FOOTNOTE = re.compile(r"\[(#?[\w.-]*|\*)\]_(?!\w)")
_REFERENCE = re.compile(r"\b([A-Za-z0-9](?:[\w.+-]*[A-Za-z0-9])?)__?(?![\w`(])")
_ESCAPE = re.compile(r"\\(\s|.)")
_RAISED = frozenset({"sup", "superscript"})
_PREFIXES = {"pep": "PEP ", "rfc": "RFC "}
# Private-use characters keep literals and escaped characters out of reach of the later patterns.
_HELD = re.compile("\ue000(\\d+)\ue001")
_JOINED = "\ue002"
"""Before a line break that nobody sees, escaped or in what is not shown: it sets nothing apart."""


def substitutions(text: str) -> dict[str, str]:
    """The words that ``.. |name| replace:: text`` defines in a document."""
    return {match[1]: inline(match[2], {}) for match in _SUBSTITUTION.finditer(text)}


def inline_runs(lines: Sequence[Line], words: dict[str, str]) -> list[Run]:
    """The lines without markup, joined by spaces. Markup may span lines, so they are rendered together."""
    texts = inline("\n".join(text.strip() for text, _ in lines), words).split("\n") if lines else []
    return flow(
        (text.removesuffix(_JOINED) if text.endswith(_JOINED) else text + "\n", number)
        for text, (_, number) in zip(texts, lines, strict=True)
    )


def inline(text: str, words: dict[str, str]) -> str:
    """``text`` without roles, emphasis, literals, references and escapes; ``words`` are its substitutions."""
    held: list[str] = []
    text = text.replace("\ue000", "")

    def hold(text: str) -> str:
        held.append(text)
        return f"\ue000{len(held) - 1}\ue001"

    def shown(found: re.Match[str]) -> str:
        if found[1] not in _RAISED:
            return role(found[1], found[2])
        before = found.string[: found.start()].rpartition(" ")[2]
        return power(_HELD.sub(lambda match: held[int(match[1])], before), found[2])

    text = _LITERAL.sub(lambda match: hold(match[1]), text)
    text = _ESCAPE.sub(lambda match: hold(f"{_JOINED}\n" if match[1] == "\n" else match[1].strip()), text)
    text = _ROLE.sub(lambda match: hold(shown(match)), text)
    text = _PHRASE.sub(lambda match: hold(_target(match[1], role=False)), text)
    text = _STRONG.sub(r"\1", text)
    text = _EMPHASIS.sub(r"\1", text)
    text = _FOOTNOTE.sub(lambda match: note_mark(match[1]), text)
    text = _WORD.sub(lambda match: words.get(match[1], match[0]), text)
    text = _REFERENCE.sub(r"\1", text)
    while _HELD.search(text):
        text = _HELD.sub(lambda match: held[int(match[1])] if int(match[1]) < len(held) else "", text)
    return text


def role(name: str, content: str) -> str:
    """What the content of a role shows."""
    prefix = "" if _LABELLED.match(content) else _PREFIXES.get(name.lower(), "")
    return prefix + _target(content, role=True)


def _target(content: str, *, role: bool) -> str:
    """``text <target>`` shows the text; ``!name``, ``.name`` and ``~package.name`` the name or its last part."""
    labelled = _LABELLED.match(content)
    if labelled and labelled[1].strip():
        return labelled[1] + f"{_JOINED}\n" * content.count("\n", len(labelled[1]))
    if role and content.startswith("~"):
        return content[1:].rpartition(".")[2]
    return content[1:] if role and re.match(r"!|\.(?=\w)", content) else content
