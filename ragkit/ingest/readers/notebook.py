"""Jupyter notebooks: Markdown cells as Markdown, code cells as code, with the text that running them gave.

Of an output that is told in several forms the one that Jupyter shows is read: HTML, else Markdown, else JSON, else
plain text, and LaTeX or another text where the plain one only names an object. Of an error all that it says is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ragkit.errors import SourceError
from ragkit.ingest.decode import decode
from ragkit.ingest.readers.build import TextBuilder, split_lines
from ragkit.ingest.readers.html import write_html
from ragkit.ingest.readers.json_text import parse_json, write_value
from ragkit.ingest.readers.markdown import write_markdown
from ragkit.types import Document, Source

_HINT = "Open it in Jupyter and save it again."
_READ = frozenset({"text/html", "text/markdown", "text/plain"})
_COLOUR = re.compile(r"\x1b\[[\d;]*[A-Za-z]")
_OBJECT = re.compile(r"<[^<>]*>")
"""How Python shows an object that has no text of its own."""


class NotebookReader:
    """The `ragkit.protocols.Reader` of notebooks of format 4, of 2014, and later."""

    def read(self, source: Source, data: bytes) -> Document:
        """Cells in order. Pictures among the outputs are left out."""
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
        builder.add("code", split_lines(_error(output), 1))
        return
    rich = _rich(forms, source)
    if rich:
        builder.include(rich)
    else:
        builder.add("code", split_lines(_plain(forms), 1))


def _error(output: dict[str, Any]) -> str:
    """What an error says, with the lines that led to it, without the colours of a terminal."""
    traceback = output.get("traceback")
    lines = [line for line in traceback if isinstance(line, str)] if isinstance(traceback, list) else []
    led = _COLOUR.sub("", "\n".join(lines))
    said = ": ".join(filter(None, (_joined(output.get(name)) for name in ("ename", "evalue"))))
    return _joined(led if said in led else f"{led}\n{said}")


def _rich(forms: dict[str, Any], source: Source) -> Document | None:
    """The HTML, Markdown or JSON of an output, None where none says anything: the HTML of a plot is all script."""
    for kind in ("text/html", "text/markdown", "application/json"):
        builder = TextBuilder(marks="none")
        try:
            if kind == "text/html":
                write_html(builder, _joined(forms.get(kind)), 1)
            elif kind == "text/markdown":
                write_markdown(builder, _joined(forms.get(kind)))
            else:
                write_value(builder, forms.get(kind))
        except SourceError:
            continue  # What is nested too deeply must not cost the notebook.
        document = builder.document(source)
        if document.text:
            return document
    return None


def _plain(forms: dict[str, Any]) -> str:
    """The plain text of an output, or what else is text where that says nothing."""
    plain = _joined(forms.get("text/plain"))
    if plain.strip() and not _OBJECT.fullmatch(plain.strip()):
        return plain
    others = (_joined(forms[kind]) for kind in sorted(forms) if kind.startswith("text/") and kind not in _READ)
    return next(filter(str.strip, others), plain)


def _joined(source: Any) -> str:
    """A cell's text, which the format keeps as one string or as a list of lines."""
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str)).replace("\r\n", "\n").replace("\0", "")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
