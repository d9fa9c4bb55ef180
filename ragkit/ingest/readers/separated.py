"""Comma-, semicolon- and tab-separated values: each row a line that says the names of its columns."""

from __future__ import annotations

import io
from collections import Counter

from ragkit.ingest.decode import decode
from ragkit.ingest.readers.build import TextBuilder, name_of
from ragkit.ingest.readers.tables import separated, write_rows
from ragkit.types import Document, Source

_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 50


class SeparatedReader:
    """The `ragkit.protocols.Reader` of CSV and TSV."""

    def read(self, source: Source, data: bytes) -> Document:
        """One table with line marks; blank lines mean nothing in it."""
        text = decode(data, source.uri)
        delimiter = "\t" if source.media_type == "text/tab-separated-values" else _delimiter(text)
        builder = TextBuilder()
        write_rows(builder, filter(any, separated(list(io.StringIO(text)), delimiter)))
        return builder.document(source, title=name_of(source))


def _delimiter(text: str) -> str:
    """The delimiter that cuts the most of the first lines into the same number of cells, the comma if none does."""
    sample = [line for line in text.split("\n", _SAMPLE_LINES)[:_SAMPLE_LINES] if line.strip()]
    best, most = ",", 0
    for delimiter in _DELIMITERS:
        counts = Counter(len(row) for row in separated(sample, delimiter) if len(row) > 1)
        alike = max(counts.values(), default=0)
        if alike > most:
            best, most = delimiter, alike
    return best
