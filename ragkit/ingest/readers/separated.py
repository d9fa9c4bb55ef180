"""Comma-, semicolon- and tab-separated values: each row a line that says the names of its columns."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import Literal

from ragkit.ingest.decode import decode
from ragkit.ingest.readers.build import TextBuilder, name_of
from ragkit.ingest.readers.cells import Row, write_rows
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
        write_rows(builder, (row for row in _rows(text, delimiter) if any(row[0])))
        return builder.document(source, title=name_of(source))


def _delimiter(text: str) -> str:
    """The delimiter that cuts the most of the first lines into the same number of cells, the comma if none does."""
    sample = [line for line in text.split("\n", _SAMPLE_LINES)[:_SAMPLE_LINES] if line.strip()]
    best, most = ",", 0
    for delimiter in _DELIMITERS:
        counts = Counter(len(cells) for cells in csv.reader(sample, delimiter=delimiter) if len(cells) > 1)
        alike = max(counts.values(), default=0)
        if alike > most:
            best, most = delimiter, alike
    return best


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    try:
        yield from list(_parsed(text, delimiter, csv.QUOTE_MINIMAL))
    except csv.Error:
        # A quote that never closes makes the rest of the file one cell, which the parser refuses.
        yield from _parsed(text, delimiter, csv.QUOTE_NONE)


def _parsed(text: str, delimiter: str, quoting: Literal[0, 3]) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, quoting=quoting)
    start = 1
    for cells in reader:
        yield cells, start
        start = reader.line_num + 1
