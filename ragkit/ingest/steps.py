"""From candidates to documents, one step each: what is known is passed by, what is new is loaded and parsed.

Runs in a thread beside the embedder, so it changes nothing that the other side sees.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace

from ragkit.errors import SourceError
from ragkit.ingest import containers
from ragkit.ingest.ledger import UNTOLD, Fingerprint, Ledger, reader_of
from ragkit.ingest.origins import Candidate, Gone, Same, Taken
from ragkit.ingest.read import read
from ragkit.types import Document, Fields

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ready:
    """A document to be chunked, embedded and stored; without ``document`` in a rehearsal."""

    uri: str
    content: str
    size: int
    stamp: int
    fingerprint: str = ""
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """A source that could not be read, and why."""

    uri: str
    reason: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A source that the user had erased, and that stays so."""

    uri: str


Step = Ready | Same | Gone | Broken | Forgotten


def steps(candidates: Iterable[Candidate], ledger: Ledger, *, rehearsal: bool = False) -> Generator[Step, None, None]:
    """A step for each candidate, in order. In a ``rehearsal`` nothing is parsed."""
    try:
        for candidate in candidates:
            try:
                yield _step(candidate, ledger, rehearsal)
            except SourceError as error:
                yield Broken(candidate.uri, str(error))
    finally:
        containers.close()


def _step(candidate: Candidate, ledger: Ledger, rehearsal: bool) -> Step:
    if ledger.is_forgotten(candidate.uri):
        return Forgotten(candidate.uri)
    taken = candidate.fetch(ledger)
    if not isinstance(taken, Taken):
        return taken
    source = taken.source
    content = hashlib.sha256(taken.data).hexdigest()
    if ledger.is_forgotten(source.uri, content):
        return Forgotten(source.uri)
    if ledger.has(source.uri, content):
        seen = (source.size, taken.stamp)
        return Same(source.uri, None if taken.stamp == UNTOLD or ledger.states[source.uri][1:] == seen else seen)
    ready = Ready(source.uri, content, source.size, taken.stamp)
    return ready if rehearsal else _read(taken, ready, ledger)


def _read(taken: Taken, ready: Ready, ledger: Ledger) -> Ready:
    fields = ledger.labels(taken.source.uri).fields or Fields()
    document = read(replace(taken.source, fields=fields), taken.data)
    document = replace(document, metadata={**document.metadata, **taken.about})
    fingerprint, document = labelled(ready.content, document, ledger)
    return replace(ready, fingerprint=fingerprint, document=document)


def labelled(content: str, document: Document, ledger: Ledger) -> tuple[str, Document]:
    """The fingerprint of a source of that content, and its document, with what is said of it."""
    labels = ledger.labels(document.uri)
    return str(Fingerprint(content, reader_of(document.media_type, labels.fields), labels.digest)), labels.on(document)


def weight(step: Step) -> int:
    """What a step holds in memory, in characters; at least 1."""
    return 1 + (len(step.document.text) if isinstance(step, Ready) and step.document else 0)
