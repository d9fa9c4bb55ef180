"""Progress on stderr: bars on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ragkit.cli import render

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from ragkit.protocols import Progress

LABELS = {
    "read": ("Reading", "files"),
    "embedded": ("Embedding", "chunks"),
    "reindexed": ("Reindexing", "documents"),
    "compared": ("Comparing", "files"),
    "eval": ("Asking", "questions"),
    "scored": ("Scoring", "answers"),
}
"""What the library says is going on, in words, and what is counted."""
UNRATED = "read"
"""Reading waits for embedding, so that its own rate says nothing."""
SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def progress() -> Iterator[Progress]:
    """A callback that draws on stderr while the context lasts, and leaves nothing behind on a terminal."""
    if render.err().is_terminal and not render.err().is_dumb_terminal:
        with _bars() as bars:
            yield BarProgress(bars)
        return
    lines = LineProgress()
    yield lines
    lines.finish()


class BarProgress:
    """A row for each thing that goes on."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._rows: dict[str, TaskID] = {}
        self._begun = time.monotonic()

    def __call__(self, what: str, done: int, total: int) -> None:
        """Draws that ``done`` of ``total`` (0: not known) are done."""
        label, counts = described(what, done, total, time.monotonic() - self._begun)
        if what not in self._rows:
            self._rows[what] = self._bars.add_task(label, total=None, counts="")
        self._bars.update(self._rows[what], completed=done, total=total or None, counts=counts)


class LineProgress:
    """A line every few seconds, and one at the end of each thing."""

    def __init__(self) -> None:
        self._begun = self._last = time.monotonic()
        self._unsaid: dict[str, str] = {}

    def __call__(self, what: str, done: int, total: int) -> None:
        """Says that ``done`` of ``total`` (0: not known) are done, unless something was said just now."""
        if done == 0:
            return
        now = time.monotonic()
        self._unsaid[what] = " ".join(described(what, done, total, now - self._begun))
        if now - self._last >= SECONDS_BETWEEN_LINES:
            self._last = now
            self.finish()

    def finish(self) -> None:
        """Says what has not been said."""
        for line in self._unsaid.values():
            render.note(line)
        self._unsaid.clear()


def described(what: str, done: int, total: int, seconds: float) -> tuple[str, str]:
    """What goes on, and how far it is, such as ``12 of 40 questions, 9/s``; no rate while it is too early to tell."""
    label, unit = LABELS.get(what, (what.capitalize(), ""))
    counts = f"{done:,} of {total:,} {unit}" if total else f"{done:,} {unit}"
    rated = what != UNRATED and seconds >= 1 and done >= seconds
    return label, counts.rstrip() + (f", {done / seconds:,.0f}/s" if rated else "")


def _bars() -> Bars:
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bars

    return Bars(
        TextColumn("{task.description:<9}", style="bold", markup=False),
        BarColumn(bar_width=30, complete_style="cyan", finished_style="cyan", pulse_style="dim"),
        TextColumn("{task.fields[counts]}", style="dim", markup=False),
        console=render.err(),
        transient=True,
    )
