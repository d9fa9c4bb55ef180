"""The account of an ingest run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that is not in the store as it should be, and why."""

    uri: str
    reason: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """The account of a run. ``found`` is the sum of new, changed, unchanged and failed.

    ``removed`` are documents of the store whose source has vanished; they are gone from the store if ``pruned``.
    ``empty`` were read but hold no text. ``seconds`` is wall-clock time.
    """

    found: int
    new: int
    changed: int
    unchanged: int
    removed: tuple[str, ...] = ()
    pruned: bool = False
    failed: tuple[Failure, ...] = ()
    unsupported: tuple[Failure, ...] = ()
    empty: tuple[str, ...] = ()
    chunks: int = 0
    embedded: int = 0
    seconds: float = 0.0

    @property
    def complete(self) -> bool:
        """Whether everything that could be found is in the store."""
        return not self.failed and not self.unsupported
