"""Code in a passage: a block of it is told whole, as it stands, or not at all. Rules only, no model.

An address that stands alone is as little a sentence, nor does it name what follows it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from textwrap import dedent

from ragkit.generate.commands import is_typed
from ragkit.types import Evidence, Hit

Span = tuple[int, int]

LONGEST = 15
"""Lines of a block that is told."""
_TYPED = re.compile(r"[ \t]*(?:>>>|\$ )")
"""Begins what is typed; what follows in its paragraph is what it shows."""
_LINE = re.compile(
    r"[ \t]*(?:https?://\S+$|"
    r"\.\.\. |#!|#include\b|@\w+$|import \w[\w., ]*;?$|from \S+ import\b|return\b.*[;)\]]$|[})\]]+[;,]?$"
    r"|(?![A-Z][a-z]+ = )[\w.\[\]\"']+ ?[-+*/|]?= ?[^\s=](?:.*[^\s.:])?$|(?:async )?def \w+\(.*:$|class \w+.*[:{]$"
    r"|(?:if|elif|for|while|with|except|switch)\b.*[:{]$|(?:try|else|finally):$)|(?![-*•] |.*\. ).*[\w)\]\"'] ?[{;]$"
)
_CALL = re.compile(r"[ \t]*[\w.]+\(.*\)(?:\s+#.*)?$")
"""Code only beside other code: the name of a function, too, stands above what is said of it."""
_FACT = re.compile(
    r"(?:which|what) (?!(?:are|do|does|happens|is|must|should)\b|call|code|command|line|option|query|setting|statement)"
    r"|(?:who|when|how (?:many|much|long|often|old))\b",
    re.IGNORECASE,
)
"""Asks for what no code tells."""
_PARAGRAPH = re.compile(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")


def with_code(question: str, passages: Sequence[Hit], chosen: Sequence[Evidence], best: Evidence) -> list[Evidence]:
    """What was chosen, code as whole blocks: what the best one is of, and what stands right behind another one.

    So does what a sentence with a colon leads to, unless the question asks for a fact. Other lines of code say nothing
    alone, nor does a part of a long block, unless it is the best.
    """
    told: list[Evidence] = []
    for evidence in chosen:
        text = passages[evidence.passage].chunk.text
        code = block(text, evidence.start)
        if code is None:
            told.append(evidence)
            code = None if _FACT.match(question) else _behind(text, evidence.end)
        elif evidence != best and not _follows(text, code, evidence, told):
            continue
        if code and is_told_whole(text, code):
            told.append(replace(best, passage=evidence.passage, start=code[0], end=code[1], heading=""))
        elif evidence == best and evidence not in told:
            told.append(evidence)
    return list(dict.fromkeys(told))


def is_code(text: str, place: int) -> bool:
    """Whether a place stands in a block of code."""
    return block(text, place) is not None


def is_told_whole(text: str, code: Span) -> bool:
    """Whether a block of code is short enough to be told."""
    return text.count("\n", *code) < LONGEST


def fenced(text: str, evidence: Evidence) -> str:
    """Evidence that is code as it stands, between fences; nothing for other evidence."""
    if not is_code(text, evidence.start):
        return ""
    first = text.rfind("\n", 0, evidence.start) + 1
    return f"```\n{dedent(text[first : evidence.end])}\n```"


def _follows(text: str, code: Span, evidence: Evidence, told: Sequence[Evidence]) -> bool:
    """Whether a block of code stands right behind the last of what is told, or is that."""
    if not told or told[-1].passage != evidence.passage:
        return False
    return told[-1].start == code[0] or (told[-1].end <= code[0] and not text[told[-1].end : code[0]].strip())


def block(text: str, place: int) -> Span | None:
    """The block of code that holds a place."""
    return next((each for each in blocks(text) if each[0] <= place < each[1]), None)


def _behind(text: str, end: int) -> Span | None:
    """The block of code that a sentence with a colon at its end leads to."""
    below = end + len(text[end:]) - len(text[end:].lstrip())
    return block(text, below) if text[end - 1] == ":" and "\n" in text[end:below] else None


@lru_cache(maxsize=64)
def blocks(text: str) -> tuple[Span, ...]:
    """The blocks of code in a text, stripped, over blank lines where the next paragraph stands further in or is code.

    What is typed next is another block.
    """
    found: list[Span] = []
    for match in _PARAGRAPH.finditer(text):
        start, end = match.span()
        follows = bool(found) and not text[found[-1][1] : start].strip()
        led_to = text[:start].rstrip().endswith(":")
        like_code = is_typed(match[0], led_to=led_to) or _looks_like_code(match[0], behind=follows)
        if follows and (
            _margin(match[0]) > _margin_at(text, found[-1][0]) or (like_code and not _TYPED.match(match[0]))
        ):
            found[-1] = (found[-1][0], end)
        elif like_code:
            found.append((start + _margin(match[0]), end))
    return tuple(found)


def _looks_like_code(paragraph: str, *, behind: bool) -> bool:
    """Whether the first line of a paragraph looks like code, and each other one too, unless it stands further in.

    Right ``behind`` other code a call is enough.
    """
    first, *rest = paragraph.split("\n")
    if _TYPED.match(first):
        return True
    begins = (_LINE.match(first) and (rest or first[-1] != ":")) or (behind and _CALL.match(first))
    return bool(begins) and all(
        _margin(line) > _margin(first) or _LINE.match(line) or _CALL.match(line) for line in rest
    )


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip())


def _margin_at(text: str, place: int) -> int:
    return place - text.rfind("\n", 0, place) - 1
