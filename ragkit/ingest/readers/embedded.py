"""Files within a document, each as its own reader reads it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

from ragkit.errors import SourceError
from ragkit.ingest.readers import CONTAINERS, format_of, lack_of, reader_for
from ragkit.ingest.sniff import media_type
from ragkit.types import Block, Document, Source

log = logging.getLogger(__name__)

_MAX_DEPTH = 4
"""Documents in documents that are in documents."""
_HINT = "Save it as a file."
_depth = ContextVar("depth", default=1)


def read_within(data: bytes, uri: str) -> Document:
    """The document in a file that another document holds. Raises `SourceError` with the reason why there is none."""
    kind = media_type(uri.rpartition("/")[2], data)
    if kind is None or kind in CONTAINERS:
        raise SourceError("there is no reader for it in a document.", _HINT)
    refuse_lacking(kind)
    depth = _depth.get()
    if depth >= _MAX_DEPTH:
        raise SourceError(f"it is a document in {depth} others.", _HINT)
    token = _depth.set(depth + 1)
    try:
        with costing_itself_alone(uri):
            return reader_for(kind).read(Source(uri, None, kind, len(data)), data)
    finally:
        _depth.reset(token)


def refuse_lacking(kind: str) -> None:
    """Raises `SourceError` for a file of a media type that cannot be read on this machine as it is."""
    lack = lack_of(kind)
    if lack:
        raise SourceError(f"{lack}.", _HINT, needs=format_of(kind).program)


@contextmanager
def costing_itself_alone(uri: str) -> Iterator[None]:
    """Whatever fails in a file is a `SourceError`: one that makes its reader fail must not cost what is around it."""
    try:
        yield
    except (SourceError, MemoryError):
        raise
    except Exception as error:
        log.debug("%s", uri, exc_info=True)
        raise SourceError(f"its reader failed ({type(error).__name__}: {error}).", _HINT) from error


def without_headings(document: Document) -> Document:
    """The document as it stands in another, whose headings go on after it: its own are paragraphs."""
    return replace(document, blocks=tuple(map(_plain, document.blocks)))


def _plain(block: Block) -> Block:
    return replace(block, kind="paragraph", level=0) if block.kind == "heading" else block
