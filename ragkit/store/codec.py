"""Documents as rows: text and structure compressed, offsets and numbers in columns of integers."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from ragkit.types import Block, Document, Mark, Span

OPENING_CHARACTERS = 1000
"""Of a document's text: of a filing, the form and who files it; of a contract, its parties."""
OPENING = 4 * OPENING_CHARACTERS
"""Bytes of a row that hold them, for compressed text is no longer than its UTF-8."""


def pack_text(text: str) -> bytes:
    """UTF-8, compressed. Raises `UnicodeEncodeError` on half a surrogate pair."""
    return zlib.compress(text.encode("utf-8"))


def pack_structure(document: Document) -> bytes:
    """Everything of a document that is neither text nor a column of its own, compressed."""
    blocks = [(block.kind, block.start, block.end, block.level) for block in document.blocks]
    parts = {
        "blocks": _columns(blocks, 4),
        "lines": _columns(document.lines, 2),
        "pages": _columns(document.pages, 2),
    }
    return zlib.compress(json.dumps(parts, separators=(",", ":")).encode("ascii"))


def pack_metadata(document: Document) -> str:
    """A document's metadata as a JSON object, which SQLite can look into. JSON has no infinity: that is a text."""
    values = {
        key: [*map(_written, value)] if isinstance(value, list | tuple) else _written(value)
        for key, value in document.metadata.items()
    }
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _written(value: object) -> object:
    return str(value) if isinstance(value, float) and not isfinite(value) else value


def pack_principals(document: Document) -> str:
    """Who may see a document, as a JSON array."""
    return json.dumps(document.principals, ensure_ascii=False, separators=(",", ":"))


def pack_spans(spans: Sequence[Span]) -> str | None:
    """Spans as a JSON array of pairs; None without any."""
    return json.dumps(spans, separators=(",", ":")) if spans else None


def unpack_spans(packed: str | None) -> tuple[Span, ...]:
    """The spans of a column."""
    return tuple((start, end) for start, end in json.loads(packed)) if packed else ()


def unpack(
    uri: str,
    title: str,
    media_type: str,
    collection: str,
    metadata: str,
    principals: str,
    text: bytes,
    structure: bytes,
) -> Document:
    """The document of a row. Raises `ValueError` when what was stored is damaged."""
    parts = json.loads(unpack_text(structure))
    return Document(
        uri=uri,
        text=unpack_text(text),
        title=title,
        media_type=media_type,
        blocks=_blocks(parts),
        lines=_marks(parts["lines"]),
        pages=_marks(parts["pages"]),
        metadata=json.loads(metadata),
        collection=collection,
        principals=tuple(json.loads(principals)),
    )


def unpack_blocks(structure: bytes) -> tuple[Block, ...]:
    """The blocks of a row. Raises `ValueError` when they are damaged."""
    return _blocks(json.loads(unpack_text(structure)))


def unpack_text(text: bytes) -> str:
    """The text of a row. Raises `ValueError` when it is damaged."""
    try:
        return zlib.decompress(text).decode("utf-8")
    except zlib.error as error:
        raise ValueError(str(error)) from error


def unpack_opening(text: bytes) -> str:
    """What a document begins with, by the first `OPENING` bytes of its row; empty when they are damaged."""
    try:
        plain = zlib.decompressobj().decompress(text, 4 * OPENING_CHARACTERS)
    except zlib.error:
        return ""
    return plain.decode("utf-8", "ignore")[:OPENING_CHARACTERS]


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Rows as columns: numbers that grow slowly stand side by side, which parses and compresses better."""
    return [[row[column] for row in rows] for column in range(width)]


def _blocks(parts: Mapping[str, Any]) -> tuple[Block, ...]:
    return tuple(Block(*row) for row in zip(*parts["blocks"], strict=True))


def _marks(columns: list[list[int]]) -> tuple[Mark, ...]:
    offsets, numbers = columns
    return tuple(zip(offsets, numbers, strict=True))
