"""Texts for ``ragkit read`` and ``ragkit verify``: files of any format that ragkit reads, and standard input."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ragkit.cli import render
from ragkit.errors import SourceError, UsageError

if TYPE_CHECKING:
    from ragkit.types import Document

STANDARD_INPUT = "-"


def refuse_twice(first: str | None, names: Sequence[str] | None) -> None:
    """Raises `UsageError` when more than one of these is standard input, which can be read but once."""
    if [first, *(names or ())].count(STANDARD_INPUT) > 1:
        raise UsageError("Standard input is named twice.", "Give - once.")


def documents(names: Sequence[str] | None, command: str) -> list[Document]:
    """The documents in files, in folders, and in standard input (``-``), in that order of names.

    Raises:
        UsageError: None is named, or one is not there.
        SourceError: One cannot be read: which of them answer is told only when all were read.
    """
    if not names:
        raise UsageError("There is nothing to read.", f"Run: ragkit {command} ... FILE, or - for standard input.")
    return [document for name in names for document in (_typed() if name == STANDARD_INPUT else _files(name))]


def _typed() -> list[Document]:
    from ragkit.types import Document

    try:
        return [Document("standard input", sys.stdin.buffer.read().decode("utf-8-sig"))]
    except UnicodeDecodeError as error:
        raise SourceError(f"Standard input is not UTF-8: {error}.", "Convert it, or name a file.") from error


def _files(name: str) -> list[Document]:
    from pathlib import Path

    from ragkit.ingest import read
    from ragkit.ingest.find import find_sources

    found = find_sources([name], base=Path.cwd())
    for refusal in (*found.failed, *found.unsupported):
        raise SourceError(f"{refusal.uri} cannot be read: {refusal.reason}.", "Leave it out, or convert it.")
    if not found.sources:
        raise UsageError(f"There is nothing to read in {name}.", "Name a file, or a folder with documents.")
    try:
        documents = [read.read(source, read.load(source)) for source in found.sources]
    finally:
        read.close()
    for document in documents:
        for part in document.unread:
            render.note(f"Not read of {document.uri}: {part.what}")
    return documents
