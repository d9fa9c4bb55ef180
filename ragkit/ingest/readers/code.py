"""Source code and configuration files, kept as they are, cut into blocks where a new top-level thing begins."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ragkit.ingest.decode import decode
from ragkit.ingest.readers.build import line_marks, name_of
from ragkit.types import Block, Document, Source

# A blank line, then a line that starts at the margin and closes nothing.
_TOP_LEVEL = re.compile(r"\n[ \t\f\v]*\n+(?=[^\s)\]}])")


class CodeReader:
    """The `ragkit.protocols.Reader` of source code in any language."""

    def read(self, source: Source, data: bytes) -> Document:
        """The decoded text unchanged, with a code block for each top-level group of lines."""
        text = decode(data, source.uri)
        return Document(source.uri, text, name_of(source), source.media_type, tuple(_blocks(text)), line_marks(text))


def _blocks(text: str) -> Iterator[Block]:
    start = 0
    for end, following in [*((cut.start(), cut.end()) for cut in _TOP_LEVEL.finditer(text)), (len(text), len(text))]:
        part = text[start:end]
        if part.strip():
            yield Block("code", start + len(part) - len(part.lstrip()), start + len(part.rstrip()))
        start = following
