"""A found `Source` to its `Document`: read the bytes, pick the reader."""

from __future__ import annotations

from ragkit.errors import SourceError
from ragkit.ingest.readers import reader_for
from ragkit.types import Document, Source


def load(source: Source) -> bytes:
    """The bytes of a source that is a file. Raises `SourceError` when they cannot be had."""
    if source.path is None:
        raise SourceError(f"{source.uri} is not a file.", "Give its document to ingest instead.")
    try:
        return source.path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SourceError(
            f"{source.uri} cannot be read: {reason}.", "Check that it exists and is yours to read."
        ) from error


def read(source: Source, data: bytes) -> Document:
    """The document in ``data``, by the reader of its media type. Raises `SourceError` with the reason."""
    return reader_for(source.media_type).read(source, data)
