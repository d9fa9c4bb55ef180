"""Footnotes of Markdown, ``[^1]`` and ``[^1]: text``, which markdown-it takes for links and the text for an address."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from ragkit.ingest.readers.build import note_mark

_NOTE = re.compile(r"\[\^([^\]\s]{1,200})\]:")
_MARKS = re.compile(r"((?:\[\^[^\]\s]{1,200}\]){1,20})([.,;:!?…)”\"']{1,20}(?=[\s*_]|\Z))?")
_LABEL = re.compile(r"\[\^([^\]]+)\]")
_NUMBER = re.compile(r"\[(\d{1,3})\](?![\[(:])")
_INDENT = 4

Env = MutableMapping[str, Any]
"""What the rules of markdown-it tell each other of one text."""


def note_rules(parser: MarkdownIt) -> MarkdownIt:
    """The parser with tokens ``note_open``, ``note_close`` and, in paragraphs, ``note_mark``.

    The ``info`` of the first is a label, that of the last what is shown. The numbers of notes are those in which they
    are referred to, as they are shown; see `number_of`.
    """
    parser.block.ruler.before("reference", "note", _note, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.before("link", "note_mark", _mark)
    parser.inline.ruler.before("link", "number", _number)
    return parser


def number_of(label: str, env: Env) -> int:
    """The number of a note; those that nothing refers to come last."""
    numbers: dict[str, int] = env.setdefault("note_numbers", {})
    return numbers.setdefault(label, len(numbers) + 1)


def _note(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A note: its first line, and what is indented below it."""
    begin = state.bMarks[start] + state.tShift[start]
    found = _NOTE.match(state.src, begin, state.eMarks[start])
    if not found or state.is_code_block(start):
        return False
    if silent:
        return True
    state.env.setdefault("notes", set()).add(found[1])
    state.push("note_open", "", 1).info = found[1]
    text = state.src[found.end() : state.eMarks[start]]
    kept = state.bMarks[start], state.tShift[start], state.sCount[start], state.parentType
    state.bMarks[start] = found.end()
    state.tShift[start] = len(text) - len(text.lstrip())
    state.blkIndent += _INDENT
    state.sCount[start] = state.blkIndent
    state.parentType = "note"
    state.md.block.tokenize(state, start, end)
    state.blkIndent -= _INDENT
    state.bMarks[start], state.tShift[start], state.sCount[start], state.parentType = kept
    state.push("note_close", "", -1)
    return True


def _mark(state: StateInline, silent: bool) -> bool:
    """Marks of notes, behind the full stop before which they stand: there they are taken for no words of a sentence."""
    found = _MARKS.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    labels = _LABEL.findall(found[1])
    if not state.env.get("notes", set()).issuperset(labels):
        return False
    if not silent:
        if found[2]:
            state.pending = state.pending.rstrip(" ")
        token = state.push("note_mark", "", 0)
        token.content = found[0]
        token.info = (found[2] or "") + "".join(note_mark(number_of(label, state.env)) for label in labels)
    state.pos = found.end()
    return True


def _number(state: StateInline, silent: bool) -> bool:
    """A number that is a link by itself, ``[1]`` with ``[1]: address``, keeps its brackets: it is no word either."""
    found = _NUMBER.match(state.src, state.pos, state.posMax)
    if not found or found[1] not in state.env.get("references", {}):
        return False
    if not silent:
        token = state.push("note_mark", "", 0)
        token.content = token.info = found[0]
    state.pos = found.end()
    return True
