"""Batches: one JSON object a line in, one a line out, in order, each as soon as it is known.

A line that fails does not stop the rest: its object has every field, and ``error``. What would fail every line alike,
such as a store that is not there, ends the batch.
"""

from __future__ import annotations

import logging
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar, cast

import msgspec

from ragkit.cli import options, render
from ragkit.cli.exits import Exit
from ragkit.errors import RagkitError, StoreError, UsageError

log = logging.getLogger(__name__)


BLOCK = 2**16
"""Bytes that are read at once at most. What has arrived is taken at once, and nothing is waited for."""
T = TypeVar("T")


class Bytes(Protocol):
    """What lines are read from."""

    def read1(self, size: int, /) -> bytes:
        """What has arrived, at most ``size`` bytes; it waits while there is nothing, and is empty at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Line(Generic[T]):
    """One line of input as the form that the command reads, or None with an error.

    ``id`` is echoed as it came, and is the line's number where there is none or it is null. Of a line that is no object
    with an id that can be, it is None: a number could be another line's own.
    """

    id: str | int | None
    value: T | None
    error: str = ""


Object = dict[str, object]
"""A line's output."""
Answerer = Callable[[Sequence[tuple[str | int, T]]], Sequence[Object]]
"""From ids and values to their outputs."""
Failure = Callable[[Line[T], str], Object]
"""The output of a line that failed for a reason."""
Outcome = Callable[[Object], str]
"""What a line that did not fail came to, for the summary."""


def run(
    source: str, form: type[T], answer: Answerer[T], failed: Failure[T], outcome: Outcome, *, together: int = 1
) -> Exit:
    """Answers every line of ``source``, a path or ``-``.

    Args:
        source: Where the lines are.
        form: A dataclass of the fields that a line must or may have; others are ignored.
        answer: Given up to ``together`` lines that have arrived already.
        failed: For lines that are not of that form, and for those whose answer raises.
        outcome: For the summary.
        together: How many lines are answered at once at most.

    Raises:
        UsageError: The file cannot be read.
        StoreError: The store cannot be used.
    """
    begun, counts = time.monotonic(), Counter[str]()
    with _opened(source) as stream:
        for group in _groups(stream, form, together):
            for line, result in zip(group, _results(group, answer, failed), strict=True):
                render.data({**result, "id": line.id})
                counts["failed" if "error" in result else outcome(result)] += 1
    summary = ", ".join(f"{count:,} {outcome}" for outcome, count in counts.items()) or "nothing to do"
    render.note(f"{counts.total():,} lines in {time.monotonic() - begun:.1f} s: {summary}.")
    return Exit.ERROR if counts["failed"] else Exit.ANSWERED


def _results(group: Sequence[Line[T]], answer: Answerer[T], failed: Failure[T]) -> Iterator[Object]:
    """An output for each line; where lines fail together, each is tried alone."""
    good = [(line.id, line.value) for line in group if line.id is not None and line.value is not None]
    try:
        answered = iter(answer(good) if good else ())
    except StoreError:
        raise
    except Exception as error:
        if len(group) > 1:
            for line in group:
                yield from _results([line], answer, failed)
            return
        yield failed(group[0], _reason(group[0], error))
        return
    yield from (failed(line, line.error) if line.value is None else next(answered) for line in group)


def _reason(line: Line[T], error: Exception) -> str:
    if isinstance(error, RagkitError):
        return str(error)
    log.debug("line %s", line.id, exc_info=True)
    return f"Internal error: {type(error).__name__}: {error}"


@contextmanager
def _opened(source: str) -> Iterator[Bytes]:
    if source == "-":
        yield cast("Bytes", sys.stdin.buffer)
        return
    try:
        file = Path(source).open("rb")  # noqa: SIM115 - closed below; only opening it may be the user's mistake
    except OSError as error:
        raise UsageError(f"{source} cannot be read: {error.strerror}.", "Name a file of JSON lines, or -.") from error
    with file:
        yield file


def _groups(stream: Bytes, form: type[T], together: int) -> Iterator[list[Line[T]]]:
    """Lines that have arrived, up to ``together`` at a time: whoever waits for an answer to send more gets it."""
    number = 0
    for arrived in _arrived(stream):
        group: list[Line[T]] = []
        for raw in arrived:
            number += 1
            stripped = raw.removeprefix(b"\xef\xbb\xbf").strip()
            if stripped:
                group.append(_line(stripped, number, form))
            if len(group) == together:
                yield group
                group = []
        if group:
            yield group


def _arrived(stream: Bytes) -> Iterator[list[bytes]]:
    """The lines that each read brings to their end."""
    parts: list[bytes] = []
    while block := stream.read1(BLOCK):
        if b"\n" not in block:
            parts.append(block)
            continue
        *lines, rest = b"".join([*parts, block]).split(b"\n")
        parts = [rest]
        yield lines
    yield [b"".join(parts)]


def _line(raw: bytes, number: int, form: type[T]) -> Line[T]:
    try:
        fields = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Line(None, None, f"Line {number} is not JSON: {error}.")
    except RecursionError:
        return Line(None, None, f"Line {number} is nested too deeply.")
    if not isinstance(fields, dict):
        return Line(None, None, f"Line {number} is not a JSON object.")
    name = number if fields.get("id") is None else fields["id"]
    if isinstance(name, bool) or not isinstance(name, str | int):
        return Line(None, None, f'Line {number}: "id" must be a string or a whole number.')
    return _formed(name, fields, number, form)


def _formed(name: str | int, fields: Mapping[str, Any], number: int, form: type[T]) -> Line[T]:
    if issubclass(form, options.Scoped) and (said := next(filter(fields.__contains__, options.SCOPE), "")):
        return Line(name, None, f'Line {number}: "{said}" is said of a whole batch, by {options.SCOPE[said]}.')
    try:
        return Line(name, msgspec.convert(fields, form))
    except msgspec.ValidationError as error:
        reason = str(error).replace("`", '"')
        return Line(name, None, f"Line {number}: {reason}.")
