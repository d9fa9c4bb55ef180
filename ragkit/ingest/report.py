"""The account of an ingest run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Outcome = Literal["new", "changed", "moved"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that is not in the store as it should be, and why."""

    uri: str
    reason: str


class Move(NamedTuple):
    """A document whose file has another place now."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """The account of a run. ``found`` is the sum of new, changed, unchanged, moved and failed.

    ``kept`` has the documents that only some may see because only those could where their files were before.
    ``removed`` are documents of the store whose source has vanished; they are gone from the store if ``pruned``.
    ``unread`` are parts of documents that could not be read, such as pages that are pictures, and why; their documents
    count among the new, changed, moved and unchanged. ``empty`` were read but hold no text. ``ignored`` are what a
    user wants left out, and what is passed by unless it is named: hidden files and folders, caches, virtual
    environments; those that are folders end in ``/``. ``nothing_at`` are folders and globs that were named and hold
    nothing. ``outcomes`` names what was new, changed or moved. After a ``rehearsal`` nothing of it has happened.
    ``seconds`` is wall-clock time.
    """

    found: int
    new: int
    changed: int
    unchanged: int
    moved: tuple[Move, ...] = ()
    kept: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    pruned: bool = False
    failed: tuple[Failure, ...] = ()
    unsupported: tuple[Failure, ...] = ()
    ignored: tuple[Failure, ...] = ()
    nothing_at: tuple[str, ...] = ()
    unread: tuple[Failure, ...] = ()
    empty: tuple[str, ...] = ()
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    chunks: int = 0
    embedded: int = 0
    seconds: float = 0.0
    rehearsal: bool = False

    @property
    def complete(self) -> bool:
        """Whether everything that could be found is in the store."""
        return not (self.failed or self.unsupported or self.unread)

    @property
    def idle(self) -> bool:
        """Whether the run left the store as it was."""
        return not (self.outcomes or self.failed or (self.removed and self.pruned))

    def then(self, later: IngestReport) -> IngestReport:
        """One account of two runs over the same sources: what happened in both, and how things stand after both."""
        read_again = {*later.outcomes, *later.removed, *(each.before for each in later.moved)}
        read_again.update(failure.uri for failure in later.failed)
        still_empty = [uri for uri in self.empty if uri not in read_again]
        return IngestReport(
            found=later.found,
            new=self.new + later.new,
            changed=self.changed + later.changed,
            unchanged=later.unchanged,
            moved=self.moved + later.moved,
            kept={**self.kept, **later.kept},
            removed=self.removed + later.removed if later.pruned else later.removed,
            pruned=later.pruned,
            failed=later.failed,
            unsupported=later.unsupported,
            ignored=later.ignored,
            nothing_at=later.nothing_at,
            unread=later.unread,
            empty=(*still_empty, *later.empty),
            outcomes={**self.outcomes, **later.outcomes},
            chunks=self.chunks + later.chunks,
            embedded=self.embedded + later.embedded,
            seconds=self.seconds + later.seconds,
        )


def to_dict(report: IngestReport) -> dict[str, Any]:
    """The account as a JSON object, its fields in the order of `IngestReport`."""
    import msgspec

    fields: dict[str, Any] = msgspec.to_builtins(report)
    fields["moved"] = [{"before": move.before, "after": move.after} for move in report.moved]
    return fields
