"""What has been found out, so that it is found once: so much of it as there is room for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Remembered(Generic[K, T]):
    """One thing of each key; where their sizes come to more than ``room`` the oldest go first."""

    def __init__(self, room: int, size: Callable[[T], int] = lambda _: 1) -> None:
        self._room = room
        self._size = size
        self._held = 0
        self._guard = threading.Lock()
        self._known: dict[K, T] = {}

    def of(self, key: K, find: Callable[[], T]) -> T:
        """What ``find`` gave of the key; it is asked where nobody has yet."""
        return self.of_all([key], lambda _: [find()])[0]

    def of_all(self, keys: Sequence[K], find: Callable[[list[K]], Sequence[T]]) -> list[T]:
        """What ``find`` gave of each of the keys; it is asked for those of which nobody has yet."""
        with self._guard:
            known = {key: self._known[key] for key in keys if key in self._known}
        if lacking := [key for key in dict.fromkeys(keys) if key not in known]:
            found = dict(zip(lacking, find(lacking), strict=True))
            known |= found
            with self._guard:
                self._keep(found)
        return [known[key] for key in keys]

    def _keep(self, found: dict[K, T]) -> None:
        new = {key: value for key, value in found.items() if key not in self._known}
        self._known |= new
        self._held += sum(map(self._size, new.values()))
        while self._held > self._room and len(self._known) > 1:
            self._held -= self._size(self._known.pop(next(iter(self._known))))
