"""Commands of a shell and statements of SQL as documentation shows them: lines that are typed, not read. No model."""

from __future__ import annotations

import re

_WORDS = frozenset("a an and are be for if in is it not of or that the then this to when which with you your".split())
"""Words of prose that hardly any command has."""
_COMMAND = re.compile(r"[ \t]*(?!(?:[a-z]+ )?[\w.]+\()[a-z][\w./:@+-]*(?:[ \t]+(?!\|)\S.*)?(?<![.:,;!?])$")
"""One line: no signature of a function, no row of a table, no sentence."""
_SIGN = re.compile(r"(?:^|\s)(?:--?[A-Za-z]|[~/]\w|\S+/\S+/\S|&&\s|\$\w)|=\S")
"""What a command has that prose has not: an option, a path, a variable."""
_GOES_ON = re.compile(r"[ \t]*\\\n[ \t]*")
"""The end of a line that goes on in the next one."""
_STATEMENT = re.compile(
    r"[ \t]*(?:ALTER|ANALYZE|BEGIN|CREATE|DELETE|DROP|EXPLAIN|GRANT|INSERT|REVOKE|SELECT|TRUNCATE|UPDATE|VACUUM|WITH)\b"
)


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


def _may_be_command(line: str) -> bool:
    return _COMMAND.match(line) is not None and _WORDS.isdisjoint(line.split())
