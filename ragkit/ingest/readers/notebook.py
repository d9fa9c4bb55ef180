"""Jupyter notebooks: Markdown cells as Markdown, code cells as code, with the text that running them gave.

Of an output that is told in several forms the one that Jupyter shows is read: HTML, else Markdown, else plain text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ragkit.errors import SourceError
from ragkit.ingest.decode import decode
from ragkit.ingest.readers.build import TextBuilder, split_lines
from ragkit.ingest.readers.html import write_html
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
            for cell in _cells(notebook, source.uri):
                _write_cell(builder, cell, source)
        except RecursionError as error:
            raise SourceError(f"{source.uri} is nested too deeply to be read.", _HINT) from error
        return builder.document(source)


def _cells(notebook: Any, uri: str) -> Iterator[dict[str, Any]]:
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise SourceError(f"{uri} is not a notebook of format 4: it has no list of cells.", _HINT)
    return (cell for cell in cells if isinstance(cell, dict))


def _write_cell(builder: TextBuilder, cell: dict[str, Any], source: Source) -> None:
    kind, content = cell.get("cell_type"), _joined(cell.get("source"))
    if kind == "markdown":
        write_markdown(builder, content)
    else:
        builder.add("code" if kind == "code" else "paragraph", split_lines(content, 1))
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else []:
        if isinstance(output, dict):
            _write_output(builder, output, source)


def _write_output(builder: TextBuilder, output: dict[str, Any], source: Source) -> None:
    forms = output.get("data")
    if not isinstance(forms, dict):
        builder.add("code", split_lines(_joined(output.get("text")), 1))
        return
    rich = _rich(forms, source)
    if rich:
        builder.include(rich)
    else:
        builder.add("code", split_lines(_joined(forms.get("text/plain")), 1))


def _rich(forms: dict[str, Any], source: Source) -> Document | None:
    """The HTML or else the Markdown of an output, None where neither says anything: that of a plot is all script."""
    for kind in ("text/html", "text/markdown"):
        builder = TextBuilder(marks="none")
        text = _joined(forms.get(kind))
        try:
            if kind == "text/html":
                write_html(builder, text, 1)
            else:
                write_markdown(builder, text)
        except SourceError:
            continue  # What is nested too deeply must not cost the notebook.
        document = builder.document(source)
        if document.text:
            return document
    return None


def _joined(source: Any) -> str:
    """A cell's text, which the format keeps as one string or as a list of lines."""
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str)).replace("\r\n", "\n").replace("\0", "")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
