"""A found `Source` to its `Document`: read the bytes, pick the reader, in a worker process if the format is risky."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from ragkit.errors import SourceError
from ragkit.ingest import containers
from ragkit.ingest.readers import CONTAINERS, is_risky, reader_for, target_of
from ragkit.ingest.sniff import media_type
from ragkit.ingest.subjects import titled
from ragkit.types import Document, Source

if TYPE_CHECKING:
    from ragkit.ingest.isolate import Isolation

log = logging.getLogger(__name__)


def load(source: Source) -> bytes:
    """The bytes of a source that is a file. Raises `SourceError` when they cannot be had."""
    if source.path is None:
        raise SourceError(f"{source.uri} is not a file.", "Give its document to ingest instead.")
    if source.member:
        return containers.load(source)
    try:
        return source.path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SourceError(
            f"{source.uri} cannot be read: {reason}.", "Check that it exists and is yours to read."
        ) from error


def read(source: Source, data: bytes) -> Document:
    """The document in ``data``, by the reader of what it is by its content. Raises `SourceError` with the reason.

    It bears the uri and the media type of its source, whatever a reader of somebody else's says: by these it is known
    again.
    """
    source = _told_by_content(source, data)
    parsed = _parsed(source, data)
    return replace(parsed, uri=source.uri, media_type=source.media_type, title=titled(parsed))


def _parsed(source: Source, data: bytes) -> Document:
    if is_risky(source.media_type):
        return _isolation().read(target_of(source.media_type), source, data)
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
    """Closes the archive that is open, and ends the process in which risky formats are parsed, if one runs."""
    containers.close()
    if _isolation.cache_info().currsize:
        _isolation().close()


def _told_by_content(source: Source, data: bytes) -> Source:
    found = media_type(source.uri.rpartition("/")[2], data, source.media_type) or source.media_type
    if found in CONTAINERS and source.path is None:
        reason = f"{source.uri} is an archive ({found}), not one document."
        raise SourceError(reason, "Save it as a file and ingest that by its path: each file in it is a document then.")
    if found == source.media_type:
        return source
    if found in CONTAINERS:
        reason = f"{source.uri} is an archive ({found}), whatever its name says."
        raise SourceError(reason, "Give it a name that tells so, such as NAME.zip.")
    log.info("%s: read as %s, for so its content tells", source.uri, found)
    return replace(source, media_type=found)


@cache
def _isolation() -> Isolation:
    from ragkit.ingest.isolate import Isolation

    return Isolation()
