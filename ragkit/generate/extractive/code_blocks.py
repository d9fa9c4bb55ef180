"""Code in an answer: a block of it is told whole, as it stands and between fences, or not at all. No model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from textwrap import dedent

from ragkit.code import Span, block, is_code
from ragkit.types import Chunk, Evidence, Hit

LONGEST = 15
"""Lines of a block that is told."""
_FACT = re.compile(
    r"(?:which|what) (?!(?:are|do|does|happens|is|must|should)\b|call|code|command|line|option|query|setting|statement)"
    r"|(?:who|when|how (?:many|much|long|often|old))\b",
    re.IGNORECASE,
)
"""Asks for what no code tells."""
_VALUE = re.compile(r"(?:what(?:'s| is| are)|which)\b.*\b(?:default|set to|value)", re.IGNORECASE)
_SETTING = re.compile(r"[ \t]*[\"']?(?P<key>\w[\w.-]*)[\"']? ?[:=] ?\S")


def with_code(question: str, passages: Sequence[Hit], chosen: Sequence[Evidence], best: Evidence) -> list[Evidence]:
    """What was chosen, with code as whole blocks: that of the best evidence, and those right behind what is told.

    Code introduced by a sentence that ends in a colon is told, too, unless the question asks for a fact. Other lines of
    code say nothing alone. Of a block that is too long only the best evidence is told, and of settings the one whose
    value is asked for.
    """
    told: list[Evidence] = []
    wants_whole = not _FACT.match(question) and not _is_asked_for(question, passages, best)
    for evidence in chosen:
        text, marked = passages[evidence.passage].chunk.text, passages[evidence.passage].chunk.code
        code = block(text, evidence.start, marked)
        if code is None:
            told.append(evidence)
            code = _behind(text, evidence.end, marked) if wants_whole else None
        elif not _holds(evidence, best) and not _follows(text, code, evidence, told):
            continue
        if _is_asked_for(question, passages, evidence):
            told.append(evidence)
        elif code and is_told_whole(text, code):
            told.append(replace(best, passage=evidence.passage, start=code[0], end=code[1], heading=""))
        elif _holds(evidence, best) and evidence not in told:
            told.append(evidence)
    return list(dict.fromkeys(told))


def is_told_whole(text: str, code: Span) -> bool:
    """Whether a block of code is short enough to be told."""
    return text.count("\n", *code) < LONGEST


def fenced(chunk: Chunk, evidence: Evidence) -> str:
    """Evidence that is code as it stands, between fences; nothing for other evidence."""
    text = chunk.text
    if not is_code(text, evidence.start, chunk.code):
        return ""
    first = text.rfind("\n", 0, evidence.start) + 1
    return f"```\n{dedent(text[first : evidence.end])}\n```"


def _is_asked_for(question: str, passages: Sequence[Hit], evidence: Evidence) -> bool:
    """Whether evidence is a setting in a block of code, of which a question asks for the value by its name."""
    chunk = passages[evidence.passage].chunk
    setting = _SETTING.match(chunk.text, evidence.start, evidence.end)
    return bool(
        setting
        and is_code(chunk.text, evidence.start, chunk.code)
        and _VALUE.match(question)
        and setting["key"].lower() in question.lower()
    )


def _holds(evidence: Evidence, best: Evidence) -> bool:
    """Whether evidence is the best one, or that with others right behind it."""
    return evidence.passage == best.passage and evidence.start <= best.start < evidence.end


def _follows(text: str, code: Span, evidence: Evidence, told: Sequence[Evidence]) -> bool:
    """Whether a block of code stands right behind the last of what is told, or is that."""
    if not told or told[-1].passage != evidence.passage:
        return False
    return told[-1].start == code[0] or (told[-1].end <= code[0] and not text[told[-1].end : code[0]].strip())


def _behind(text: str, end: int, marked: tuple[Span, ...]) -> Span | None:
    """The block of code that a sentence with a colon at its end leads to."""
    below = end + len(text[end:]) - len(text[end:].lstrip())
    return block(text, below, marked) if text[end - 1] == ":" and "\n" in text[end:below] else None
