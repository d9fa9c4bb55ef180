"""Where questions come from: an argument, standard input, or a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress

from ragkit.cli import render
from ragkit.errors import UsageError


def given(words: Sequence[str] | None, command: str) -> str:
    """The arguments in one line, or what standard input holds when they are ``-``.

    Raises:
        UsageError: There is none, or it is not valid text.
    """
    if not words:
        raise UsageError(
            "There is no answer to verify." if command == "verify" else "There is nothing to ask for.",
            f'Run: ragkit {command} "...", or ragkit {command} - to read standard input',
        )
    text = " ".join(words)
    found = sys.stdin.buffer.read().decode("utf-8-sig", "surrogateescape").strip() if text == "-" else text
    try:
        found.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UsageError("The question is not valid UTF-8.", "Check the terminal's encoding, or the file's.") from error
    return found


def terminal() -> bool:
    """Whether a person can be asked for questions."""
    return sys.stdin.isatty()


def typed(prompt: str) -> Iterator[str]:
    """What a person types, line by line, until an empty line or the end; the arrow keys bring back earlier lines."""
    with suppress(ImportError):  # Windows has no readline: its console edits lines by itself
        import readline  # noqa: F401 - importing it gives input() its history
    while True:
        try:
            line = _read_line(prompt).strip()
        except (EOFError, KeyboardInterrupt):
            render.note("")
            return
        if not line:
            return
        yield line


def _read_line(prompt: str) -> str:
    if sys.stdout.isatty():
        return input(prompt)
    # input() would write its prompt among the data
    sys.stderr.write(prompt)
    sys.stderr.flush()
    return input()
