"""Source code and configuration files, kept as they are, cut into blocks at definitions.

The head of a definition, up to its name, is a heading, so that a passage says where it stands: ``class Foo > def bar``.
Python is cut by its tokens, other languages by tree-sitter with the extra ``ragkit[code]``; what neither knows is cut
where a new top-level thing begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import PurePosixPath

from ragkit.ingest.decode import decode
from ragkit.ingest.readers.build import line_marks, name_of
from ragkit.ingest.readers.code_python import Definition, python_definitions
from ragkit.types import Block, Document, Source

_PYTHON = frozenset({".py", ".pyi", ".pyw"})
# A blank line, then a line that starts at the margin and closes nothing.
_TOP_LEVEL = re.compile(r"\n[ \t\f\v]*\n+(?=[^\s)\]}])")


class CodeReader:
    """The `ragkit.protocols.Reader` of source code in any language."""

    def read(self, source: Source, data: bytes) -> Document:
        """The decoded text unchanged, with a heading for each definition and code blocks between them."""
        text = decode(data, source.uri)
        blocks = tuple(_around(text, _definitions(text, PurePosixPath(source.uri).suffix.lower())))
        return Document(source.uri, text, name_of(source), source.media_type, blocks, line_marks(text))


def _definitions(text: str, suffix: str) -> Sequence[Definition]:
    if suffix in _PYTHON:
        return python_definitions(text)
    if find_spec("tree_sitter") is None:
        return ()
    from ragkit.ingest.readers.code_trees import tree_definitions

    return tree_definitions(text, suffix)


def _around(text: str, definitions: Sequence[Definition]) -> Iterator[Block]:
    """The heads as headings, and what lies between as code; what belongs to a head and precedes it stands apart."""
    at = 0
    for each in definitions:
        yield from _blocks(text, at, max(at, each.lead))
        yield from _code(text, max(at, each.lead), each.start)
        yield Block("heading", each.start, each.head_end, each.level)
        at = each.head_end
    yield from _blocks(text, at, len(text))


def _blocks(text: str, start: int, end: int) -> Iterator[Block]:
    for cut in _TOP_LEVEL.finditer(text, start, end):
        if cut.end() < end:
            yield from _code(text, start, cut.start())
            start = cut.end()
    yield from _code(text, start, end)


def _code(text: str, start: int, end: int) -> Iterator[Block]:
    part = text[start:end]
    if part.strip():
        yield Block("code", start + len(part) - len(part.lstrip()), start + len(part.rstrip()))
