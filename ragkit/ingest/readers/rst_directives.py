"""What the reStructuredText reader knows about directives: which to drop, which are literal, which are signatures."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragkit.ingest.readers.rst_inline import Line, inline
from ragkit.ingest.readers.rst_tables import cell_of, dedent
from ragkit.ingest.readers.tables import Row, separated

DIRECTIVE = re.compile(r"\.\. (?:\|[^|]+\| +)?([A-Za-z][\w.:+-]*?) ?::(?: +|$)")
FOOTNOTE = re.compile(r"\.\. \[([^\]]+)\] +")
_OPTION = re.compile(r":([A-Za-z][\w -]*):(?: +(.*))?$")

DROPPED = frozenset(
    "contents currentmodule default-domain default-role doctest-skip highlight index meta module "
    "moduleauthor py:module replace role sectionauthor sectnum tabularcolumns "
    "testsetup testcleanup title toctree unicode".split()
)
ELSEWHERE = frozenset({"include", "literalinclude"})
LITERAL = frozenset(
    "code code-block doctest graphviz ipython math parsed-literal productionlist prompt raw sourcecode testcode "
    "testoutput".split()
)
WITHOUT_ARGUMENT = frozenset({"graphviz", "math", "parsed-literal"})
"""Directives of those whose first line is content too."""
SIGNATURES = frozenset(
    "2to3fixer attribute class classmethod cmdoption coroutinefunction coroutinemethod cvar data decorator "
    "decoratormethod describe enum enumerator envvar exception function macro member method object opcode option "
    "pdbcommand program property staticmethod struct type union var".split()
)
TABS = frozenset({"group-tab", "tab", "tab-item"})
"""What is told of one system or language among others, whose name is the argument."""
IMAGES = frozenset({"image", "figure"})
CHANGES = {
    "versionadded": "New in version {}",
    "versionchanged": "Changed in version {}",
    "deprecated": "Deprecated since version {}",
    "deprecated-removed": "Deprecated since version {}",
    "versionremoved": "Removed in version {}",
}
"""Directives whose name says something that their content does not."""
ADMONITIONS = {
    "attention": "Attention",
    "caution": "Caution",
    "danger": "Danger",
    "error": "Error",
    "hint": "Hint",
    "important": "Important",
    "note": "Note",
    "seealso": "See also",
    "tip": "Tip",
    "warning": "Warning",
}
"""Boxes with the title that each is shown under."""


def parts(content: Sequence[Line]) -> tuple[list[Line], dict[str, str], list[Line]]:
    """The indented lines of a directive as further argument lines, options and content."""
    lines = dedent(content)
    position = 0
    argument: list[Line] = []
    if content and not content[0][0]:
        return argument, {}, lines
    while position < len(lines) and lines[position][0] and not _OPTION.match(lines[position][0]):
        argument.append(lines[position])
        position += 1
    options: dict[str, str] = {}
    while position < len(lines) and (option := _OPTION.match(lines[position][0])):
        options[option[1]] = (option[2] or "").strip()
        position += 1
    return argument, options, lines[position:]


def csv_rows(
    content: Sequence[Line], body: Sequence[Line], options: dict[str, str], words: dict[str, str]
) -> list[Row]:
    """The rows of a ``csv-table``, its ``:header:`` first."""
    header = [(options["header"], number) for text, number in content if text.lstrip().startswith(":header:")]
    source = [*header[:1], *(line for line in body if line[0])]
    delimiter = (options.get("delim") or ",")[:1]
    rows = separated([text + "\n" for text, _ in source], delimiter, skip_blanks=True)
    return [
        [cell_of([(text.removesuffix("\n"), source[place - 1][1]) for text, place in runs], words) for runs in row]
        for row in rows
    ]


def label(name: str, argument: str) -> tuple[str, str]:
    """What a directive of `CHANGES` or `ADMONITIONS` begins with, and what else its argument says."""
    version, _, rest = argument.partition(" ")
    return (CHANGES[name].format(version), rest) if name in CHANGES else (ADMONITIONS[name], argument)


def signature(name: str, text: str) -> str:
    """A signature as Sphinx shows it: classes and exceptions say that they are such."""
    shown = inline(text, {})
    return f"{name} {shown}" if name in {"class", "exception"} and shown else shown
