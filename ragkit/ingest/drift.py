"""The sources as they stand now against the store: what has changed, what has vanished, what never came in, and why.

Every file is hashed; its time of modification is not believed. The network is not asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ragkit.errors import UsageError
from ragkit.ingest.account import Account
from ragkit.ingest.find import Refusal
from ragkit.ingest.globs import Areas
from ragkit.ingest.ignore import above
from ragkit.ingest.labels import Labels
from ragkit.ingest.ledger import IN_MEMORY, Ledger
from ragkit.ingest.named import Limits, origins_of
from ragkit.ingest.origins import Origin, exists
from ragkit.ingest.rehearse import look_through
from ragkit.ingest.report import IngestReport
from ragkit.ingest.roots import is_address, is_given, place_of
from ragkit.protocols import Progress
from ragkit.store.check import Finding, Line
from ragkit.store.store import Root, Store

AGAIN = "Run: ragkit ingest PATH"
GONE = "is no longer there"
PRUNE = "Run: ragkit ingest PATH --prune"
MEND = "Mend it and run: ragkit ingest PATH; or leave it out, in .ragkitignore or by --exclude."
LEAVE_OUT = "Leave it out, in .ragkitignore or by --exclude."
ANEW = "Run: ragkit remove {uri}, then: ragkit ingest PATH"
"""Of a change that kept size and time of the file, which a run passes by."""


class Distrustful(Ledger):
    """A ledger to which no source is unchanged before its content has been compared.

    ``believed`` are those that a run would believe to be, by their size and time.
    """

    def __init__(self, store: Store) -> None:
        super().__init__(store, Labels())
        self.believed: set[str] = set()

    def can_read_more(self, uri: str) -> bool:
        """Never: that a part was not read is told of by itself, and is no change of the source."""
        return False

    def is_unchanged(self, uri: str, size: int, stamp: int) -> bool:
        """Never."""
        if super().is_unchanged(uri, size, stamp):
            self.believed.add(uri)
        return False


def examine_sources(store: Store, limits: Limits, progress: Progress | None = None) -> list[Line]:
    """A line for the documents' sources, one for the files in the folders that were ingested, and one for addresses."""
    ledger = Distrustful(store)
    account = Account(ledger, limits.base)
    origins, missing = _origins(store, limits)
    for origin in origins:
        look_through(origin, account, progress, "compared")
    areas = Areas(map(place_of, missing))
    gone = {uri for uri in ledger.states if areas.covering(uri) and not exists(limits.base, uri)}
    gone.update(account.vanished(origins))
    report = account.report(tuple(gone), pruned=False, seconds=0, rehearsal=True)
    # what one walk passes by may have been named, and is another's
    named = {root.uri for root in store.roots()}
    report = replace(report, ignored=tuple(each for each in report.ignored if each.uri.rstrip("/") not in named))
    reasons = {failure.uri: failure.reason for failure in store.failures()}
    lines = [_documents(ledger, account, report), _files(report, reasons)]
    addresses = sum(map(is_address, ledger.states.keys() | reasons.keys()))
    return [*lines, _fetched(addresses, reasons)] if addresses else lines


def without_reader(store: Store, limits: Limits) -> list[Refusal]:
    """Files in the folders that were ingested that no reader takes, and why, as they stand now."""
    origins, _ = _origins(store, limits)
    found = {refusal.uri: refusal for origin in origins for refusal in origin.survey().unsupported}
    return [found[uri] for uri in sorted(found)]


def _origins(store: Store, limits: Limits) -> tuple[list[Origin], list[Root]]:
    """What was ingested and lies on this machine, and those of it that are no more."""
    origins: list[Origin] = []
    missing: list[Root] = []
    for root in store.roots():
        if is_address(root.uri) or is_given(root):
            continue
        try:
            origins += origins_of([_path(root, limits)], _left_out(root, limits), store)
        except UsageError:
            missing.append(root)
    return origins, missing


def _path(root: Root, limits: Limits) -> str:
    place = place_of(root)
    return (limits.base / place.folder / place.glob).as_posix()


def _left_out(root: Root, limits: Limits) -> Limits:
    return replace(limits, exclude=tuple(root.options.get("exclude", ())))


def _documents(ledger: Distrustful, account: Account, report: IngestReport) -> Line:
    """Documents that came from files: each must be as its file is now."""
    amiss = {each.uri.rstrip("/"): f"is {each.reason}" for each in report.ignored}
    amiss |= dict.fromkeys(account.outcomes, "")
    amiss |= dict.fromkeys((uri for uri, what in report.outcomes.items() if what == "changed"), "has changed since")
    amiss |= {failure.uri: f"cannot be read now: {failure.reason.rstrip('.')}" for failure in report.failed}
    amiss |= dict.fromkeys(report.removed, GONE)
    amiss |= {move.before: f"has moved to {move.after}" for move in report.moved}
    passed_by = {uri for uri in ledger.believed if report.outcomes.get(uri) == "changed"}
    files = sorted(uri for uri, state in ledger.states.items() if state.mtime_ns != IN_MEMORY and not is_address(uri))
    findings = (
        Finding("error", f"{uri} {why}.", ANEW.format(uri=uri) if uri in passed_by else PRUNE if why == GONE else AGAIN)
        for uri in files
        if (why := _why(uri, amiss))
    )
    return Line("documents that are as their files are", len(files), tuple(findings))


def _why(uri: str, amiss: Mapping[str, str]) -> str:
    """What is amiss with a document; with one that was not seen, what is so with the folder or archive it is in."""
    if uri in amiss:
        return amiss[uri]
    return next((amiss[place] for place in above(uri) if amiss.get(place)), "is in no folder that the store remembers")


def _files(report: IngestReport, reasons: Mapping[str, str]) -> Line:
    """Files in the folders that were ingested: each is in the store, or there is a reason.

    One that failed is told of by every run and by the status, and warned of here as what no reader takes is. One that
    a run has neither taken in nor told of is lost.
    """
    absent = {
        uri: reasons.get(uri, "nothing has taken it in") for uri, what in report.outcomes.items() if what == "new"
    }
    absent |= {failure.uri: failure.reason for failure in report.failed}
    findings = [
        Finding("warning", _lacking(uri, why), MEND) if uri in reasons else Finding("error", _lacking(uri, why), AGAIN)
        for uri, why in sorted(absent.items())
    ]
    findings += [Finding("warning", _lacking(each.uri, each.reason), LEAVE_OUT) for each in report.unsupported]
    findings += [Finding("ok", f"{each.uri} is left out: {each.reason}.", "") for each in report.ignored]
    looked = report.found + len(report.unsupported) + len(report.ignored)
    return Line("files that are in the store, or are told of", looked, tuple(findings))


def _fetched(addresses: int, reasons: Mapping[str, str]) -> Line:
    """Of what came from the network only what the last run said: it is not asked."""
    failed = ((uri, why) for uri, why in sorted(reasons.items()) if is_address(uri))
    findings = (Finding("error", _lacking(uri, why), "Run: ragkit ingest ADDRESS") for uri, why in failed)
    return Line("addresses that the last run could fetch", addresses, tuple(findings))


def _lacking(uri: str, why: str) -> str:
    """A sentence; most reasons name the source themselves."""
    return f"{why.rstrip('.')}." if uri in why else f"{uri} is not in the store: {why.rstrip('.')}."
