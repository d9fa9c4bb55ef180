"""A way for a long job to say that it goes on, so that whoever limits its time starts counting anew.

A reader that works page by page calls `still_working` after each; the worker process passes it on to the process that
waits. In any other process nobody listens.
"""

from __future__ import annotations

from collections.abc import Callable

_LISTENERS: list[Callable[[], None]] = []


def still_working() -> None:
    """Part of a long job is done, and the next part has a time limit of its own."""
    for listener in _LISTENERS:
        listener()


def listen(listener: Callable[[], None]) -> None:
    """Calls ``listener`` from now on, as long as the process lives."""
    _LISTENERS.append(listener)
