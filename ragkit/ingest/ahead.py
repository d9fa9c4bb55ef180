"""Runs an iterator ahead of its reader in a thread, so that files are parsed while the embedder computes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator
from threading import Condition, Thread
from typing import Generic, TypeVar

T = TypeVar("T")


def ahead(items: Iterator[T], weigh: Callable[[T], int], limit: int) -> Generator[T, None, None]:
    """The items in their order. The thread pauses while those that wait weigh ``limit`` or more.

    So no more than ``limit`` and one item are held. An error of ``items`` is raised after the items before it. Closing
    the generator ends the thread when the item in hand is done.
    """
    line = _Line(items, weigh, limit)
    line.thread.start()
    try:
        yield from line
    finally:
        line.stop()


class _Line(Generic[T]):
    def __init__(self, items: Iterator[T], weigh: Callable[[T], int], limit: int) -> None:
        self._items = items
        self._weigh = weigh
        self._limit = limit
        self._changed = Condition()
        self._waiting: deque[T] = deque()
        self._weight = 0
        self._ended = self._stopped = False
        self._error: BaseException | None = None
        self.thread = Thread(target=self._fill, name="ragkit-reader", daemon=True)

    def __iter__(self) -> Iterator[T]:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._ended)
                if not self._waiting:
                    break
                item = self._waiting.popleft()
                self._weight -= self._weigh(item)
                self._changed.notify_all()
            yield item
        if self._error:
            raise self._error

    def stop(self) -> None:
        """Ends the thread, and waits until it has ended."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self.thread.join()

    def _fill(self) -> None:
        try:
            for item in self._items:
                with self._changed:
                    self._waiting.append(item)
                    self._weight += self._weigh(item)
                    self._changed.notify_all()
                    self._changed.wait_for(lambda: self._weight < self._limit or self._stopped)
                if self._stopped:
                    break
        except BaseException as error:
            # raised again in the thread that reads
            self._error = error
        finally:
            # in this thread, whose own are the files that a generator holds open
            if isinstance(self._items, Generator):
                self._items.close()
        with self._changed:
            self._ended = True
            self._changed.notify_all()
