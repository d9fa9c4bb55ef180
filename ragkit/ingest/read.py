"""A found `Source` to its `Document`: read the bytes, pick the reader, in a worker process if the format is risky."""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING

from ragkit.errors import SourceError
from ragkit.ingest.readers import READERS, RISKY, reader_for
from ragkit.types import Document, Source

if TYPE_CHECKING:
    from ragkit.ingest.isolate import Isolation

log = logging.getLogger(__name__)


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
    if source.media_type in RISKY:
        return _isolation().read(READERS[source.media_type], source, data)
    try:
        return reader_for(source.media_type).read(source, data)
    except SourceError:
        raise
    except Exception as error:
        # Whatever a reader trips over is the trouble of this one file.
        log.debug("%s", source.uri, exc_info=True)
        reason = f"{type(error).__name__}: {error}"
        raise SourceError(f"{source.uri} made its reader fail ({reason}).", "Report it, or leave it out.") from error


def close() -> None:
    """Ends the process in which risky formats are parsed, if one runs; the next such file starts another."""
    if _isolation.cache_info().currsize:
        _isolation().close()


@cache
def _isolation() -> Isolation:
    from ragkit.ingest.isolate import Isolation

    return Isolation()
