"""The process that parses risky formats: requests on standard input, replies on standard output, until input ends.

Started by `ragkit.ingest.isolate` only. It imports a reader when the first request names it, and nothing else.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import sys
from importlib import import_module
from typing import IO

import msgspec

from ragkit.errors import SourceError
from ragkit.ingest import patience
from ragkit.ingest.isolate import LENGTH_BYTES, Reply, Request, remedy
from ragkit.types import Document, Source

log = logging.getLogger(__name__)

_GRACE = 1.5


class _Collector(logging.Handler):
    """Keeps what is logged, to be sent back with the reply."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.records: list[tuple[int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append((record.levelno, self.format(record)))


def main() -> None:
    """Serves until standard input ends."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    # A parser that prints must not write into the replies.
    os.dup2(2, 1)
    collector = _Collector()
    logging.getLogger("ragkit").addHandler(collector)
    logging.getLogger("ragkit").setLevel(logging.DEBUG)
    limited = False
    limits = [0.0]

    def beat() -> None:
        replies.write(bytes(LENGTH_BYTES))
        replies.flush()
        _watch(limits[0])

    patience.listen(beat)
    while head := _message(requests):
        request = msgspec.msgpack.decode(head, type=Request)
        data = requests.read(request.size)
        if not limited:
            _limit_memory(request.mib)
            limited = True
        limits[0] = request.seconds
        _watch(request.seconds)
        reply = _answer(request, data)
        faulthandler.cancel_dump_traceback_later()
        reply.logs = collector.records[:]
        collector.records.clear()
        _send(replies, reply, remedy(request.reader))


def _watch(seconds: float) -> None:
    """Should the parent die meanwhile, nobody else would end a parser that does not."""
    faulthandler.dump_traceback_later(_GRACE * seconds, exit=True, file=sys.stderr)


def _message(stream: IO[bytes]) -> bytes:
    length = stream.read(LENGTH_BYTES)
    return stream.read(int.from_bytes(length, "little")) if len(length) == LENGTH_BYTES else b""


def _send(stream: IO[bytes], reply: Reply, hint: str) -> None:
    try:
        body = msgspec.msgpack.encode(reply)
    except MemoryError:
        body = msgspec.msgpack.encode(Reply(out_of_memory=True))
    except UnicodeEncodeError as error:
        body = msgspec.msgpack.encode(Reply(error=f"The text found is not valid Unicode: {error.reason}.", hint=hint))
    except Exception as error:  # whatever the reader of a plug-in put into its document
        body = msgspec.msgpack.encode(Reply(error=f"Its reader made no sound document: {error}.", hint=hint))
    stream.write(len(body).to_bytes(LENGTH_BYTES, "little") + body)
    stream.flush()


def _answer(request: Request, data: bytes) -> Reply:
    source = Source(request.uri, None, request.media_type, request.size)
    module, _, attribute = request.reader.partition(":")
    try:
        reader = getattr(import_module(module), attribute)()
    except Exception as error:  # whatever the module of a plug-in does as it is imported
        ours = module.partition(".")[0] == "ragkit"
        return Reply(
            error=f"{request.uri} cannot be read: its parser cannot be loaded ({type(error).__name__}: {error}).",
            hint="Reinstall ragkit." if ours else "Install its package again, or ask whoever made it.",
        )
    try:
        document = reader.read(source, data)
        if not isinstance(document, Document):
            raise TypeError(f"its reader gave {type(document).__name__} instead of a document")
        return Reply(document=document)
    except SourceError as error:
        return Reply(error=error.message, hint=error.hint)
    except MemoryError:
        return Reply(out_of_memory=True)
    except Exception as error:  # the boundary: whatever a broken file makes a parser raise is a failure of that file
        log.debug("%s made %s fail", request.uri, request.reader, exc_info=True)
        reason = f"{request.uri} cannot be parsed ({type(error).__name__}: {error})."
        return Reply(error=reason, hint=remedy(request.reader))


def _limit_memory(mib: int) -> None:
    """Caps the address space where the system can; macOS and Windows go by the time limit alone."""
    if sys.platform in {"win32", "darwin"}:
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    cap = mib * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (cap if hard == resource.RLIM_INFINITY else min(cap, hard), hard))
    # A crash is expected here now and then; it needs no core file.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
