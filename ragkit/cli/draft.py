"""The answer as it is being written: shown on the terminal, and gone when the checked answer takes its place."""

from __future__ import annotations

from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from ragkit.cli import render
from ragkit.types import Piece


class Draft:
    """A context that shows the end of what has been written, reasoning in italics, and takes it away at the end."""

    def __init__(self) -> None:
        self._text = Text(style="dim")
        waiting = Spinner("dots", Text("Thinking", style="dim"))
        self._live = Live(waiting, console=render.err(), transient=True, refresh_per_second=12)

    def add(self, piece: Piece) -> None:
        """Shows one more piece."""
        if piece.text:
            self._text.append(render.safe(piece.text), style="italic" if piece.kind == "reasoning" else "")
            self._live.update(self._end())

    def __enter__(self) -> Draft:
        self._live.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._live.stop()

    def _end(self) -> Text:
        """As many of the last lines as fit: what has left the screen could not be taken away."""
        console = render.err()
        lines = self._text.wrap(console, min(console.width, render.PROSE_WIDTH))
        return Text("\n").join(lines[-max(1, console.height - 2) :])
