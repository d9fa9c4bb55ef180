"""What becomes of each source of a run, whether it is carried out or only rehearsed."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from ragkit.ingest.find import Refusal
from ragkit.ingest.globs import names_of
from ragkit.ingest.ignore import above
from ragkit.ingest.ledger import IN_MEMORY, Fingerprint, Ledger
from ragkit.ingest.origins import Gone, Origin, Same, Survey, exists, in_archive
from ragkit.ingest.report import Failure, IngestReport, Move, Outcome
from ragkit.ingest.roots import is_address
from ragkit.ingest.steps import Broken, Forgotten, Ready, Step
from ragkit.types import Unread

log = logging.getLogger(__name__)

FORGOTTEN = "it was forgotten, and stays so"


class Account:
    """Counts, names and reasons. Changes no store."""

    def __init__(self, ledger: Ledger, base: Path) -> None:
        self.ledger = ledger
        self.outcomes: dict[str, Literal["new", "changed", "unchanged", "moved", "failed"]] = {}
        self.failed: dict[str, str] = {}
        self.chunks = self.embedded = 0
        self._base = base
        self.kept: dict[str, tuple[str, ...]] = {}
        self._moved: dict[str, str] = {}
        self._unread: dict[str, Sequence[Unread]] = {}
        self._empty: dict[str, bool] = {}
        self._gone: set[str] = set()
        self._ignored: list[Refusal] = []
        self._nothing_at: list[str] = []
        self._unsupported: list[Refusal] = []

    def note(self, survey: Survey) -> None:
        """What an origin found that needs no reading."""
        self._unsupported += survey.unsupported
        self._ignored += survey.ignored
        self._nothing_at += survey.nothing_at
        for refusal in survey.failed:
            self.fail(refusal.uri, refusal.reason)

    def fail(self, uri: str, reason: str) -> None:
        """A source that cannot be taken in."""
        self.outcomes[uri] = "failed"
        self.failed[uri] = reason

    def ignore(self, refusal: Refusal) -> None:
        """A source that is left out, and why."""
        self._ignored.append(refusal)

    def unchanged(self, uri: str) -> None:
        """A source that is as the store has it, unless something became of it already."""
        self.outcomes.setdefault(uri, "unchanged")

    def taken(self, uri: str, before: str = "", unread: Sequence[Unread] = (), *, empty: bool = False) -> None:
        """A document that the store is to have, ``empty`` without text; ``before`` is where its file was, if it moved.

        What was said of an earlier one with this uri holds no more.
        """
        self.failed.pop(uri, None)
        self._unread[uri] = unread
        self._empty[uri] = empty
        if before:
            self._moved[before] = uri
        self.outcomes[uri] = "changed" if uri in self.ledger.states else "moved" if before else "new"

    def settle(self, step: Step) -> bool:
        """Whether all is said with this step: True for whatever brings no document."""
        match step:
            case Same(uri):
                self.unchanged(uri)
            case Gone(uri):
                self._gone.add(uri)
            case Broken(uri, reason):
                self.fail(uri, reason)
            case Forgotten(uri):
                self._ignored.append(Refusal(uri, FORGOTTEN))
            case Ready():
                return False
        return True

    def moved_from(self, step: Ready) -> str:
        """Where the file of a new document was before, or "". One that is still there was copied, not moved."""
        if step.uri in self.ledger.states:
            return ""
        twins = self.ledger.twins(step.content)
        return next((uri for uri in twins if not (uri in self._moved or self._is_there(uri))), "")

    def keep(self, step: Ready) -> bool:
        """Whether a document goes on being seen by few only, because its file was where that holds."""
        known = self.ledger.states.get(step.uri)
        if known and Fingerprint.of(known.content_hash).content == step.content:
            return False
        for before in self.ledger.twins(step.content):
            kept = self.ledger.keep(step.uri, before) if self._has_left(before, step.content) else ()
            if kept:
                self.kept[step.uri] = kept
                return True
        return False

    def vanished(self, origins: Sequence[Origin]) -> tuple[str, ...]:
        """Documents of the store whose source is no more, or no longer wanted."""
        files = (uri for uri, state in self.ledger.states.items() if state.mtime_ns != IN_MEMORY)
        gone = {uri for uri in files if self._is_unseen(uri, origins) and not any(each.has(uri) for each in origins)}
        return tuple(sorted((gone | self._gone & self.ledger.states.keys()) - self._moved.keys()))

    def is_over(self, uri: str, origins: Sequence[Origin]) -> bool:
        """Whether a failure of an earlier run is one no more."""
        succeeded = uri in self.outcomes and uri not in self.failed
        return succeeded or self._is_unseen(uri, origins)

    def report(self, vanished: tuple[str, ...], *, pruned: bool, seconds: float, rehearsal: bool) -> IngestReport:
        """The account in the end."""
        counts = Counter(self.outcomes.values())
        named: dict[str, Outcome] = {
            uri: outcome
            for uri, outcome in self.outcomes.items()
            if outcome != "unchanged" and outcome != "failed"  # noqa: PLR1714 - mypy narrows by comparison only
        }
        return IngestReport(
            found=len(self.outcomes),
            new=counts["new"],
            changed=counts["changed"],
            unchanged=counts["unchanged"],
            moved=tuple(Move(before, after) for before, after in sorted(self._moved.items())),
            kept=dict(sorted(self.kept.items())),
            removed=vanished,
            pruned=pruned,
            failed=tuple(Failure(uri, reason) for uri, reason in sorted(self.failed.items())),
            unsupported=_failures(self._unsupported),
            ignored=_failures([each for each in self._ignored if each.uri not in self.outcomes]),
            nothing_at=tuple(self._nothing_at),
            unread=tuple(self._parts_not_read()),
            empty=tuple(uri for uri, empty in self._empty.items() if empty and uri not in self.failed),
            outcomes=named,
            chunks=self.chunks,
            embedded=self.embedded,
            seconds=seconds,
            rehearsal=rehearsal,
        )

    def _parts_not_read(self) -> Iterator[Failure]:
        """Of documents that were taken in as their readers say, of those that are unchanged as the store knows it."""
        for uri, outcome in sorted(self.outcomes.items()):
            known = self.ledger.unread.get(uri, ()) if outcome == "unchanged" else ()
            for part in known or (self._unread.get(uri, ()) if outcome != "failed" else ()):
                yield Failure(uri, part.what)

    def _is_unseen(self, uri: str, origins: Sequence[Origin]) -> bool:
        """Whether it was looked for and not found."""
        return uri not in self.outcomes and any(each.covers(uri) for each in origins)

    def _has_left(self, uri: str, content: str) -> bool:
        """Whether the file of that content is no longer where it was; another one may have taken its place."""
        if not exists(self._base, uri):
            return not self._is_there(uri)
        places = filter(Path.is_file, map(self._base.joinpath, names_of(uri)))
        try:
            return all(hashlib.sha256(place.read_bytes()).hexdigest() != content for place in places)
        except OSError:
            return False

    def _is_there(self, uri: str) -> bool:
        """Whether a file that the store knows may still be where it was; a failed folder or an archive may hold it."""
        if uri in self.outcomes or is_address(uri) or any(folder in self.failed for folder in above(uri)):
            return True
        return exists(self._base, uri) or in_archive(self._base, uri)


def _failures(refusals: Sequence[Refusal]) -> tuple[Failure, ...]:
    return tuple(Failure(each.uri, each.reason) for each in refusals)
