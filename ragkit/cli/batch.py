"""Batches: one JSON object a line in, one a line out, in order, each as soon as it is known.

A line that fails does not stop the rest: its object has every field, and ``error``. What would fail every line alike,
such as a store that is not there, ends the batch.
"""

from __future__ import annotations

import logging
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from ragkit.cli import render
from ragkit.cli.exits import Exit
from ragkit.errors import RagkitError, StoreError, UsageError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of input. ``id`` is echoed as it came, and is the line's number where there is none."""

    id: str | int
    text: str
    error: str = ""


Answerer = Callable[[Line], dict[str, object]]
"""A line's output object."""
Failure = Callable[[Line, str], dict[str, object]]
"""The output object of a line that failed for a reason."""


def run(source: str, key: str, answer: Answerer, failed: Failure) -> Exit:
    """Answers every line of ``source`` (a path, or ``-``) whose text stands under ``key``.

    Raises:
        UsageError: The file cannot be read.
        StoreError: The store cannot be used.
    """
    begun, counts = time.monotonic(), Counter[str]()
    with _opened(source) as lines:
        for line in _parsed(lines, key):
            result = _result(line, answer, failed)
            render.data({**result, "id": line.id})
            counts[_outcome(result)] += 1
    summary = ", ".join(f"{count:,} {outcome}" for outcome, count in counts.items()) or "nothing to do"
    render.note(f"{counts.total():,} lines in {time.monotonic() - begun:.1f} s: {summary}.")
    return Exit.ERROR if counts["failed"] else Exit.ANSWERED


def _result(line: Line, answer: Answerer, failed: Failure) -> dict[str, object]:
    if line.error:
        return failed(line, line.error)
    try:
        return answer(line)
    except StoreError:
        raise
    except RagkitError as error:
        return failed(line, str(error))
    except Exception as error:
        log.debug("line %s", line.id, exc_info=True)
        return failed(line, f"Internal error: {type(error).__name__}: {error}")


def _outcome(result: dict[str, object]) -> str:
    if "error" in result:
        return "failed"
    return "abstained" if result.get("abstained") else "answered"


@contextmanager
def _opened(source: str) -> Iterator[BinaryIO]:
    if source == "-":
        yield sys.stdin.buffer
        return
    try:
        file = Path(source).open("rb")  # noqa: SIM115 - closed below; only opening it may be the user's mistake
    except OSError as error:
        raise UsageError(f"{source} cannot be read: {error.strerror}.", "Name a file of JSON lines, or -.") from error
    with file:
        yield file


def _parsed(lines: BinaryIO, key: str) -> Iterator[Line]:
    for number, raw in enumerate(lines, start=1):
        stripped = raw.removeprefix(b"\xef\xbb\xbf").strip()
        if stripped:
            yield _line(stripped, number, key)


def _line(raw: bytes, number: int, key: str) -> Line:
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Line(number, "", f"Line {number} is not JSON: {error}.")
    if not isinstance(value, dict):
        return Line(number, "", f"Line {number} is not a JSON object.")
    name, text = value.get("id", number), value.get(key)
    if not isinstance(name, str | int):
        return Line(number, "", f'Line {number}: "id" must be a string or a whole number.')
    if not isinstance(text, str):
        return Line(name, "", f'Line {number} has no "{key}" that is a string.')
    return Line(name, text)
