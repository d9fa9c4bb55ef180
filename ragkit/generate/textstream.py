"""Text that arrives in parts: marks that are broken over parts, tokens that are not yet characters.

Nothing here knows of models, prompts or networks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

_BROKEN = "\ufffd"


def partial_tail(text: str, marks: Sequence[str]) -> int:
    """Length of the longest end of ``text`` that one of ``marks`` begins with, the whole mark excluded."""
    longest = min(len(text), max(map(len, marks), default=0))
    for size in range(longest, 0, -1):
        tail = text[-size:]
        if any(len(mark) > size and mark.startswith(tail) for mark in marks):
            return size
    return 0


def find_first(text: str, marks: Sequence[str]) -> tuple[int, str] | None:
    """Place and text of the mark that comes first in ``text``; of two at one place the longer."""
    found = [(place, -len(mark), mark) for mark in marks if (place := text.find(mark)) >= 0]
    return (min(found)[0], min(found)[2]) if found else None


class StopStrings:
    """Cuts a stream at the first stop string, also at one that is broken over parts."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._held = ""
        self.stopped = False

    def feed(self, text: str) -> str:
        """What of the text so far is safe to emit; nothing more once `stopped`."""
        if self.stopped:
            return ""
        text = self._held + text
        if found := find_first(text, self._stops):
            self.stopped, self._held = True, ""
            return text[: found[0]]
        keep = len(text) - partial_tail(text, self._stops)
        self._held = text[keep:]
        return text[:keep]

    def flush(self) -> str:
        """What was held back and turned out to be no stop string."""
        text, self._held = self._held, ""
        return text


class Detokenizer:
    """Token ids to text, never with half a character.

    ``decode`` turns ids into text. Ids are decoded together with those of the part before, because a tokenizer's
    white space depends on the neighbour, and only what that adds is emitted; an id that ends within a character
    is kept until the character is whole.
    """

    def __init__(self, decode: Callable[[list[int]], str]) -> None:
        self._decode = decode
        self._before: list[int] = []
        self._pending: list[int] = []

    def feed(self, token: int) -> str:
        """The characters that ``token`` completes, perhaps none."""
        self._pending.append(token)
        text = self._added()
        if not text or text.endswith(_BROKEN):
            return ""
        self._before, self._pending = self._pending, []
        return text

    def flush(self) -> str:
        """What is left at the end; bytes that never became a character are shown as U+FFFD."""
        text = self._added()
        self._before, self._pending = self._pending, []
        return text

    def _added(self) -> str:
        return self._decode(self._before + self._pending)[len(self._decode(self._before)) :]
