"""What an ingest run would do: everything is looked at and compared, nothing parsed, embedded or written."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from ragkit.errors import SourceError
from ragkit.ingest.account import FORGOTTEN, Account
from ragkit.ingest.find import Refusal
from ragkit.ingest.given import as_named, digest_of, refuse_unfit
from ragkit.ingest.globs import printable
from ragkit.ingest.labels import Labels
from ragkit.ingest.ledger import Ledger
from ragkit.ingest.named import Limits, origins_of
from ragkit.ingest.origins import Origin
from ragkit.ingest.report import IngestReport
from ragkit.ingest.steps import Ready, steps
from ragkit.protocols import Progress
from ragkit.store.store import Store
from ragkit.types import Document


def rehearse(
    items: Iterable[str | Path | Document],
    store: Store | None,
    *,
    limits: Limits,
    labels: Labels,
    prune: bool,
    progress: Progress | None = None,
) -> IngestReport:
    """The account that a run would give; None stands for a store that is not there yet.

    Failures that only reading brings to light are not foreseen. Raises what a run would.
    """
    begun = time.perf_counter()
    ledger = Ledger(store, labels)
    account = Account(ledger, limits.base)
    names: list[str | Path] = []
    for item in items:
        if isinstance(item, Document):
            _document(item, account)
        else:
            names.append(item)
    origins = origins_of(names, limits, store)
    for origin in origins:
        look_through(origin, account, progress, "read")
    vanished = account.vanished(origins)
    return account.report(vanished, pruned=prune, seconds=time.perf_counter() - begun, rehearsal=True)


def _document(document: Document, account: Account) -> None:
    try:
        refuse_unfit(document)
        named = as_named(document)
    except SourceError as error:
        account.fail(printable(str(document.uri)), str(error))
        return
    document = account.ledger.labelled(named)
    digest = digest_of(document)
    known = account.ledger.states.get(document.uri)
    if account.ledger.is_forgotten(document.uri, digest):
        account.ignore(Refusal(document.uri, FORGOTTEN))
    elif known and known.content_hash == digest:
        account.unchanged(document.uri)
    else:
        account.ledger.superseded.add(document.uri)
        account.taken(document.uri)


def look_through(origin: Origin, account: Account, progress: Progress | None, doing: str) -> None:
    """Settles in ``account`` what a run would make of each source of ``origin``; ``doing`` is what progress is told."""
    survey = origin.survey()
    account.note(survey)
    for number, step in enumerate(steps(survey.candidates, account.ledger, rehearsal=True), start=1):
        if not account.settle(step):
            assert isinstance(step, Ready)
            before = account.moved_from(step)
            account.keep(step)
            account.taken(step.uri, before)
        if progress:
            progress(doing, number, survey.count)
