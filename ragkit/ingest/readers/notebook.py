"""Jupyter notebooks: Markdown cells as Markdown, code cells as code, with the text that running them gave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ragkit.errors import SourceError
from ragkit.ingest.decode import decode
from ragkit.ingest.readers.build import TextBuilder, split_lines
from ragkit.ingest.readers.json_text import parse_json
from ragkit.ingest.readers.markdown import write_markdown
from ragkit.types import Document, Source

_HINT = "Open it in Jupyter and save it again."


class NotebookReader:
    """The `ragkit.protocols.Reader` of notebooks of format 4, of 2014, and later."""

    def read(self, source: Source, data: bytes) -> Document:
        """Cells in order. Pictures and errors among the outputs are left out."""
        text = decode(data, source.uri)
        builder = TextBuilder(marks="none")
        try:
            notebook = parse_json(text, source.uri) if text.strip() else {"cells": []}
            for kind, content in _cells(notebook, source.uri):
                if kind == "markdown":
                    write_markdown(builder, content)
                else:
                    builder.add("code" if kind == "code" else "paragraph", split_lines(content, 1))
        except RecursionError as error:
            raise SourceError(f"{source.uri} is nested too deeply to be read.", _HINT) from error
        return builder.document(source)


def _cells(notebook: Any, uri: str) -> Iterator[tuple[str, str]]:
    """Kind and text of each cell, outputs as cells of code."""
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise SourceError(f"{uri} is not a notebook of format 4: it has no list of cells.", _HINT)
    for cell in cells:
        if isinstance(cell, dict):
            yield str(cell.get("cell_type")), _joined(cell.get("source"))
            outputs = cell.get("outputs")
            for output in outputs if isinstance(outputs, list) else []:
                yield "code", _output(output)


def _output(output: Any) -> str:
    if not isinstance(output, dict):
        return ""
    data = output.get("data")
    shown = data.get("text/plain") if isinstance(data, dict) else output.get("text")
    return _joined(shown)


def _joined(source: Any) -> str:
    """A cell's text, which the format keeps as one string or as a list of lines."""
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str)).replace("\r\n", "\n").replace("\0", "")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
