"""``cases.jsonl``: one line a case, appended as the run goes, readable after a crash at any instant."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import filelock
import msgspec

from ragkit.errors import ConfigError, UsageError
from ragkit.evaluate.trial import Score

log = logging.getLogger(__name__)


class Record(msgspec.Struct, frozen=True):
    """A case as it went: ``answer`` is the public JSON form, with ``error`` when asking failed."""

    case: str
    kind: str
    half: str
    question: str
    settings: dict[str, str | int | float | bool | None]
    elapsed_ms: float
    answer: dict[str, Any]
    scores: dict[str, Score]

    @property
    def error(self) -> str | None:
        """Why there is no answer, or None when there is one."""
        error: str | None = self.answer.get("error")
        return error


def read_records(path: Path) -> dict[str, Record]:
    """Records by case id, or none when there is no file. A torn last line is dropped with a warning.

    Raises `ConfigError` with the line number for any other line that is no record.
    """
    if not path.exists():
        return {}
    *lines, last = path.read_bytes().split(b"\n")
    records = [_parsed(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if last:
        log.warning("%s: the last line is torn and its case counts as not asked", path)
    return {record.case: record for record in records}


def append(path: Path, record: Record) -> None:
    """Adds a line and waits until the disk has it."""
    with path.open("ab") as file:
        file.write(_line(record))
        file.flush()
        os.fsync(file.fileno())


def rewrite(path: Path, records: Iterable[Record]) -> None:
    """Replaces the file in one step: whoever reads it sees the old lines or the new."""
    replace_file(path, b"".join(_line(record) for record in records))


def replace_file(path: Path, data: bytes) -> None:
    """Writes ``data`` beside ``path`` and moves it there."""
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Makes and holds the folder; raises `UsageError` when another run is writing there or it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror}.", "Give another folder for the run.") from error
    try:
        with filelock.FileLock(folder / ".lock", timeout=0):
            yield
    except filelock.Timeout:
        raise UsageError(f"Another run is writing to {folder}.", "Wait for it, or give another folder.") from None


def _line(record: Record) -> bytes:
    # json escapes what is not ASCII, so a lone surrogate from a cut-off stream cannot stop a run
    return json.dumps(msgspec.to_builtins(record), allow_nan=False).encode("ascii") + b"\n"


def _parsed(path: Path, number: int, line: bytes) -> Record:
    try:
        return msgspec.convert(json.loads(line), Record)
    except (ValueError, msgspec.ValidationError) as error:
        raise ConfigError(f"{path}:{number}: {error}.", "Remove the line, or ask all again: --restart.") from error
