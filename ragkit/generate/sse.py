"""Server-sent events from bytes, as far as chat completions use them.

Lines end at line feeds only. Splitting decoded text instead would break events at U+2028 and its like, which JSON
may carry unescaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def lines(parts: Iterable[bytes]) -> Iterator[str]:
    """The lines of a byte stream, without their ends; bytes that are no UTF-8 become U+FFFD."""
    held = b""
    for part in parts:
        *whole, held = (held + part).split(b"\n")
        for line in whole:
            yield line.rstrip(b"\r").decode("utf-8", "replace")
    if held:
        yield held.rstrip(b"\r").decode("utf-8", "replace")


def events(stream: Iterable[str]) -> Iterator[str]:
    """The data of each event; comments, other fields and data that say nothing are passed over.

    Each ``data:`` line is an event: no server breaks its JSON over lines, and some leave out the blank line between.
    """
    for line in stream:
        if line.startswith("data:") and (data := line[5:].strip()):
            yield data


def is_field(line: str) -> bool:
    """Whether a stream of events can begin with ``line``."""
    return line.startswith(("data:", "event:", "id:", "retry:", ":"))
