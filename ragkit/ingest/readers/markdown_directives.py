"""What Sphinx adds to Markdown (MyST): directives in fences, roles, and targets. Others write fences of colons, too.

What a directive is for is known from reStructuredText. One that is not known there stays code, for the languages of
notebooks are written in the same way.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from ragkit.ingest.readers.build import Run, split_lines
from ragkit.ingest.readers.rst_directives import ADMONITIONS, CHANGES, DROPPED, ELSEWHERE, IMAGES, SIGNATURES, TABS
from ragkit.ingest.readers.rst_inline import role

_INFO = re.compile(r"\{([A-Za-z][\w:.+-]*)\}[ \t]*(.*)")
_COLONS = re.compile(r"(:{3,})[ \t]*(?:\{([A-Za-z][\w:.+-]*)\}|([A-Za-z][\w-]*))[ \t]*(.*)")
_OPTIONS = re.compile(r"(?:[ \t]*:[A-Za-z][\w -]*:[^\n]*(?:\n|\Z))+\n*|---\n(?:[^\n]*\n)*?---(?:\n|\Z)")
_TARGET = re.compile(r"\([^()\s]+\)=[ \t]*")
_ROLE = re.compile(r"\{([A-Za-z][\w:.+-]*)\}(`+)(?!`)(.+?)(?<!`)\2(?!`)", re.DOTALL)
RST = "eval-rst"
_BOXES = frozenset(
    "admonition card container div dropdown epigraph grid grid-item grid-item-card margin only rubric sidebar tab-set "
    "tabs topic".split()
)
"""Directives of text, which some of them have a title for."""
_KNOWN = _BOXES | ADMONITIONS.keys() | CHANGES.keys() | DROPPED | ELSEWHERE | IMAGES | SIGNATURES | TABS | {RST}


class Directive(NamedTuple):
    """A directive with the lines of its content, options left out."""

    name: str
    argument: str
    content: list[Run]

    @property
    def text(self) -> str:
        """The content as a whole."""
        return "".join(text for text, _ in self.content)


def directive(info: str, content: str, line: int) -> Directive | None:
    """The directive that a fence is whose content begins on ``line``; None for code."""
    found = _INFO.fullmatch(info.strip())
    name = found[1].rpartition(":")[2].lower() if found else ""
    if not found or name not in _KNOWN:
        return None
    options = _OPTIONS.match(content)
    start = options.end() if options else 0
    return Directive(name, found[2].strip(), list(split_lines(content[start:], line + content.count("\n", 0, start))))


def directive_rules(parser: MarkdownIt) -> MarkdownIt:
    """The parser with a token ``role``, whose ``info`` is what is shown; fences of colons are ``fence`` tokens."""
    for name, rule in (("colon_fence", _colon_fence), ("target", _target)):
        parser.block.ruler.before("fence", name, rule, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    parser.inline.ruler.before("backticks", "role", _role)
    return parser


def _colon_fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A directive that is known, between lines of colons."""
    opening = _COLONS.fullmatch(_line(state, start).rstrip())
    name = (opening[2] or opening[3]) if opening else ""
    if not opening or state.is_code_block(start) or name.rpartition(":")[2].lower() not in _KNOWN:
        return False
    closing = re.compile(rf":{{{len(opening[1])},}}\s*")
    last = next((at for at in range(start + 1, end) if closing.fullmatch(_line(state, at))), None)
    if last is None:
        return False
    if not silent:
        title = opening[4].removeprefix("[").removesuffix("]")
        token = state.push("fence", "code", 0)
        token.info, token.map = f"{{{name}}} {title}", [start, last + 1]
        token.content = state.getLines(start + 1, last, state.sCount[start], True)
        state.line = last + 1
    return True


def _target(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A name by which others point to a place, which nobody sees."""
    if state.is_code_block(start) or not _TARGET.fullmatch(_line(state, start)):
        return False
    if not silent:
        state.line = start + 1
    return True


def _role(state: StateInline, silent: bool) -> bool:
    """What a role shows."""
    found = _ROLE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        token = state.push("role", "", 0)
        token.content = found[0]
        token.info = role(found[1], " ".join(found[3].split()))
    state.pos = found.end()
    return True


def _line(state: StateBlock, at: int) -> str:
    return state.src[state.bMarks[at] + state.tShift[at] : state.eMarks[at]]
