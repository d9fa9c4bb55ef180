"""What of a text is code: lines and blocks of it, commands of a shell, statements of SQL. Rules only, no model.

What a source marks as code is code (`ragkit.types.Chunk.code`), unless it reads like prose. Many sources mark none, and
authors forget to; the rest is told by its looks, and only here.
"""

from __future__ import annotations

import re
from functools import lru_cache

Span = tuple[int, int]

_BEGINS = re.compile(
    r"[ \t]*(?:>>>|\.\.\. |\$ |# \S+=|#!|//|/\*|@\w+\b|(?:async )?def \w+\(|class \w+[(:]|import \w|from \S+ import\b"
    r"|return\b.*[;)\]]$|</?\w+[^>]*>$|\[[\w.-]+\]$|[\w.\[\]\"']+ ?= ?\S)|.*(?:[{;]|\) ?\{|\):)$|[ \t]*[})\]]+[;,]?$"
)
"""A line that is one by itself, whatever stands around it."""
_NAMES_NOTHING = re.compile(r"(?:→ )?[a-z]+://\S+$|[$#%] |>>> |[\w.\[\]\"']+ = |\[[\"'].*\]$|\{\s*[\"'].*\}$")
"""A line that names nothing: an address, a command, code, a literal."""
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
_PARAGRAPH = re.compile(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")
_WORDS = frozenset("a an and are be for if in is it not of or that the then this to when which with you your".split())
"""Words of prose that hardly any command has."""
_FEW, _SHARE = 10, 0.15
"""Words below which nothing is prose; the share of small ones from which it is, and of lines with signs below which."""
_PLACEHOLDER = re.compile(r"<\w[\w -]*>|^\s*#")
_COMMAND = re.compile(r"[ \t]*(?!(?:[a-z]+ )?[\w.]+\()[a-z][\w./:@+-]*(?:[ \t]+(?!\|)\S.*)?(?<![.:,;!?])$")
"""One line: no signature of a function, no row of a table, no sentence."""
_SIGN = re.compile(r"(?:^|\s)(?:--?[A-Za-z]|[~/]\w|\S+/\S+/\S|&&\s|\$[\w(])|=\S")
"""What a command has that prose has not: an option, a path, a variable."""
_RUNS = re.compile(r"\b(?:commands?|enter|execute|invoke|issue|run|type)\b[^.\n:]{0,60}:$", re.IGNORECASE)
"""Leads to what is typed: "or you can run:"."""
_CALLED = re.compile(r"[ \t]*[a-z][\w./:@+-]* \S[^\n]*$")
"""A program and what it is to do."""
_GOES_ON = re.compile(r"[ \t]*\\\n[ \t]*")
"""The end of a line that goes on in the next one."""
_STATEMENT = re.compile(
    r"[ \t]*(?:ALTER|ANALYZE|BEGIN|CREATE|DELETE|DROP|EXPLAIN|GRANT|INSERT|REVOKE|SELECT|TRUNCATE|UPDATE|VACUUM|WITH)\b"
)


def is_line(line: str) -> bool:
    """Whether a line is no prose, and so no part of a sentence that goes over several lines."""
    return _BEGINS.match(line) is not None


def names_nothing(text: str, start: int, end: int) -> bool:
    """Whether a line is an address, a command, code or a literal, which is no name of what follows it."""
    return _NAMES_NOTHING.match(text, start, end) is not None


def is_code(text: str, place: int, marked: tuple[Span, ...] = ()) -> bool:
    """Whether a place stands in a block of code; ``marked`` are those that the source marks."""
    return block(text, place, marked) is not None


def block(text: str, place: int, marked: tuple[Span, ...] = ()) -> Span | None:
    """The block of code that holds a place; ``marked`` are those that the source marks."""
    return next((each for each in blocks(text, marked) if each[0] <= place < each[1]), None)


@lru_cache(maxsize=64)
def blocks(text: str, marked: tuple[Span, ...] = ()) -> tuple[Span, ...]:
    """The blocks of code in a text, stripped, in order: what is ``marked`` as such, and what else looks like it."""
    kept = marked_code(text, marked)
    seen = (each for each in _seen(text) if not any(each[0] < end and start < each[1] for start, end in kept))
    return tuple(sorted((*kept, *seen)))


def marked_code(text: str, marked: tuple[Span, ...]) -> tuple[Span, ...]:
    """What of the ``marked`` places is code rather than prose that was set like it, stripped."""
    found = ((start + _margin(text[start:end]), start + len(text[start:end].rstrip())) for start, end in marked)
    return tuple((start, end) for start, end in found if start < end and not _is_prose(text[start:end]))


def _is_prose(block: str) -> bool:
    """Whether a block has the small words of prose, and hardly a line with a sign of code."""
    words, lines = block.lower().split(), block.split("\n")
    has_few = len(words) < _FEW or sum(word in _WORDS for word in words) < _SHARE * len(words)
    return not has_few and sum(_has_sign(line) for line in lines) < _SHARE * len(lines)


def _has_sign(line: str) -> bool:
    return is_line(line) or _SIGN.search(line) is not None or _PLACEHOLDER.search(line) is not None


def _seen(text: str) -> tuple[Span, ...]:
    """The blocks that look like code, over blank lines where the next paragraph stands further in or is code.

    What is typed next is another block.
    """
    found: list[Span] = []
    for match in _PARAGRAPH.finditer(text):
        start, end = match.span()
        follows = bool(found) and not text[found[-1][1] : start].strip()
        lead = text[:start].rstrip().rpartition("\n")[2]
        like_code = (
            is_typed(match[0], led_to=lead.endswith(":"))
            or _is_run(match[0], lead)
            or _looks_like_code(match[0], behind=follows)
        )
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


def is_typed(paragraph: str, *, led_to: bool) -> bool:
    """Whether a paragraph is a statement of SQL, or all of its lines are commands.

    Where a line with a colon has ``led_to`` it one line with the sign of a command is enough, or one program in two.
    """
    if _STATEMENT.match(paragraph) and paragraph.rstrip().endswith(";"):
        return True
    lines = _GOES_ON.sub(" ", paragraph).split("\n")
    if not all(map(_may_be_command, lines)):
        return False
    signs = [_SIGN.search(line) is not None for line in lines]
    programs = {line.split()[0] for line in lines}
    return all(signs) or (led_to and (any(signs) or len(programs) < len(lines)))


def _is_run(paragraph: str, lead: str) -> bool:
    """Whether a line that is led to as what is to be run calls a program."""
    return bool(_RUNS.search(lead) and _CALLED.match(paragraph)) and _may_be_command(paragraph)


def _may_be_command(line: str) -> bool:
    return _COMMAND.match(line) is not None and _WORDS.isdisjoint(line.split())
