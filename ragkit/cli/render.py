"""Everything that reaches the terminal goes through here: data to stdout; progress, notes and errors to stderr.

Markup is off and control characters are shown, never obeyed, so that a document cannot write on the user's screen.
There is no colour when the stream is no terminal or ``NO_COLOR`` is set.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

PROSE_WIDTH = 100
"""Columns. Longer lines of prose are hard to read, however wide the terminal is."""

_SHOWN: dict[int, str] = {
    **{code: chr(0x2400 + code) for code in range(32)},
    0x7F: "\u2421",
    **{code: f"\\x{code:02x}" for code in range(0x80, 0xA0)},
    # these turn the direction of text, so that it reads as what it is not
    **{code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)},
}
del _SHOWN[ord("\n")], _SHOWN[ord("\t")]


def safe(text: str) -> str:
    """The text with control characters made visible; newlines and tabs stay."""
    return text.translate(_SHOWN)


def flat(text: str) -> str:
    """The text on one line, made `safe`."""
    return safe(" ".join(text.split()))


@cache
def out() -> Console:
    """The console of stdout, for data."""
    return _console(sys.stdout)


@cache
def err() -> Console:
    """The console of stderr, for progress, notes and errors."""
    return _console(sys.stderr)


def show(*parts: RenderableType) -> None:
    """Prose and lists to stdout, at a width that reads well."""
    for part in parts:
        _print(part, min(out().width, PROSE_WIDTH))


def show_wide(part: RenderableType) -> None:
    """A table to stdout: it folds at the edge of a terminal, and is never cut where there is none."""
    console = out()
    widest = console.measure(part, options=console.options.update(width=10_000)).maximum
    _print(part, console.width if console.is_terminal else widest)


def text(content: str) -> None:
    """Text to stdout as it is, but `safe` and not wrapped; it ends with a newline."""
    sys.stdout.write(safe(content) + "\n" * (not content.endswith("\n")))


def data(value: Mapping[str, Any] | list[Any]) -> None:
    """One JSON value to stdout on one line in UTF-8, at once."""
    line = json.dumps(value, ensure_ascii=False, allow_nan=False)
    sys.stdout.flush()
    # a lone surrogate, as in a file name that is not UTF-8, becomes its JSON escape
    sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


def note(message: str, style: str = "dim") -> None:
    """A remark to stderr; only a terminal wraps it."""
    err().print(safe(message), style=style, soft_wrap=not err().is_terminal)


def error(message: str, hint: str = "") -> None:
    """What is wrong, and below it the remedy."""
    from rich.table import Table
    from rich.text import Text

    if not err().is_terminal:
        note(f"Error: {message}" + f"\n       {hint}" * bool(hint))
        return
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_row(Text("Error:", style="bold red"), Text("\n".join(filter(None, (safe(message), safe(hint))))))
    err().print(table)


def traceback(failure: BaseException) -> None:
    """Where it happened, for ``--debug``."""
    import traceback as tb

    sys.stderr.write(safe("".join(tb.format_exception(failure))))


def speak_utf8() -> None:
    """What a stream cannot encode is escaped; printing never fails."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def abandon_stdout() -> None:
    """Nobody reads stdout any more: what is still buffered goes nowhere, also when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print(part: RenderableType, width: int) -> None:
    if out().is_terminal:
        out().print(part, width=width)
        return
    page = io.StringIO()
    _console(page, width).print(part)
    for line in page.getvalue().splitlines():
        sys.stdout.write(line.rstrip() + "\n")


def _console(stream: TextIO, width: int | None = None) -> Console:
    from rich.console import Console

    system: Any = None if os.environ.get("NO_COLOR") else "auto"
    console = Console(file=stream, color_system=system, width=width, markup=False, emoji=False, highlight=False)
    if width is None and not (console.width and (console.is_terminal or "COLUMNS" in os.environ)):
        # a terminal of no width, as COLUMNS=0 says, would show nothing at all
        console.width = PROSE_WIDTH
    return console
