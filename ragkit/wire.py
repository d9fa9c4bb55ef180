"""Answers and hits as JSON objects: what ``ragkit ask``, ``search``, ``read``, ``verify`` and evaluation files carry.

The order of the fields of `AnswerWire` and `FoundWire`, and of `ragkit.types.Citation`, `Claim` and `Usage` inside
them, is the order in the object. Hits travel without their text; `answer_from_dict` reads it again from the
documents and refuses documents that have changed since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from ragkit.errors import SourceError
from ragkit.types import (
    Answer,
    CheckedAnswer,
    CheckedClaim,
    Chunk,
    Citation,
    Claim,
    Document,
    Hit,
    SpanAnswer,
    Usage,
    Verdict,
    heading_path,
    is_sheet,
    line_range,
    number_at,
    spans_within,
)


class HitWire(msgspec.Struct, frozen=True):
    """A `ragkit.types.Hit` without its text.

    ``headings`` are those of its passage, terms of definitions included: what its document has above that place may be
    more or less. In answers that ragkit has not written they may be missing.
    """

    chunk_id: str
    uri: str
    start: int
    end: int
    score: float
    headings: tuple[str, ...] | UnsetType = UNSET


class AnswerWire(msgspec.Struct, frozen=True):
    """A `ragkit.types.Answer`; ``error`` is there only when the question failed.

    ``id`` is as it was given, and None of a line of a batch that could not be read.
    """

    id: str | int | None
    question: str
    answer: str
    abstained: bool
    confidence: float
    citations: tuple[Citation, ...]
    claims: tuple[Claim, ...]
    reasoning: str
    hits: tuple[HitWire, ...]
    generator: str
    pipeline: str
    usage: Usage
    timings_ms: dict[str, float]
    message: str
    notes: tuple[str, ...]
    error: str | UnsetType = UNSET


class FoundWire(msgspec.Struct, frozen=True):
    """A hit of ``ragkit search``; ``rank`` counts from 1. ``lines`` are the source's, null where it has none."""

    rank: int
    chunk_id: str
    uri: str
    title: str
    headings: tuple[str, ...]
    start: int
    end: int
    lines: tuple[int, int] | None
    score: float
    text: str
    location: str


class SentenceWire(msgspec.Struct, frozen=True):
    """A sentence that answers, as it stands in its passage."""

    passage: int
    start: int
    end: int
    score: float


class ReadWire(msgspec.Struct, frozen=True):
    """A `ragkit.types.SpanAnswer`; ``error`` is there only when the line failed."""

    id: str | int | None
    answer: str
    passage: int | None
    start: int
    end: int
    answerable: bool
    score: float
    sentences: tuple[SentenceWire, ...]
    error: str | UnsetType = UNSET


class PlaceWire(msgspec.Struct, frozen=True):
    """The characters ``[start, end)`` of a passage, which is counted from 0."""

    passage: int
    start: int
    end: int


class CheckedClaimWire(msgspec.Struct, frozen=True):
    """A `ragkit.types.CheckedClaim`; every offset but those of ``evidence`` indexes the answer."""

    text: str
    start: int
    end: int
    verdict: Verdict
    score: float
    evidence: PlaceWire | None
    unsupported_spans: tuple[tuple[int, int], ...]
    reason: str = ""


class VerifyWire(msgspec.Struct, frozen=True):
    """A `ragkit.types.CheckedAnswer`; ``error`` is there only when the line failed."""

    id: str | int | None
    supported: bool
    score: float
    claims: tuple[CheckedClaimWire, ...]
    error: str | UnsetType = UNSET


def answer_to_dict(answer: Answer, error: str | None = None) -> dict[str, object]:
    """The public JSON form of ``answer``, its fields in the documented order; ``error`` is added when given."""
    wire = AnswerWire(
        id=answer.id,
        question=answer.question,
        answer=answer.text,
        abstained=answer.abstained,
        confidence=float(answer.confidence),
        citations=answer.citations,
        claims=answer.claims,
        reasoning=answer.reasoning,
        hits=tuple(
            HitWire(hit.chunk.id, hit.chunk.uri, hit.chunk.start, hit.chunk.end, float(hit.score), hit.chunk.headings)
            for hit in answer.hits
        ),
        generator=answer.generator,
        pipeline=answer.pipeline,
        usage=answer.usage,
        timings_ms={name: float(value) for name, value in answer.timings_ms.items()},
        message=answer.message,
        notes=answer.notes,
        error=UNSET if error is None else error,
    )
    fields: dict[str, object] = _plain(wire)
    return fields


def answer_from_dict(data: Mapping[str, object], documents: Callable[[str], Document]) -> Answer:
    """The answer that `answer_to_dict` wrote; ``documents`` gives the document of a URI.

    What the wire leaves out of a hit comes from its document; who ranked it (``origins``) is not kept.
    Raises `SourceError` when a hit's document no longer holds its passage, or when ``data`` is no answer.
    """
    try:
        wire = msgspec.convert(data, AnswerWire)
    except msgspec.ValidationError as error:
        raise SourceError(f"This is not an answer object: {error}.", "Write it with ragkit ask --json.") from error
    return Answer(
        id="" if wire.id is None else wire.id,
        question=wire.question,
        text=wire.answer,
        abstained=wire.abstained,
        confidence=wire.confidence,
        citations=wire.citations,
        claims=wire.claims,
        reasoning=wire.reasoning,
        hits=tuple(Hit(_chunk(hit, documents(hit.uri)), hit.score) for hit in wire.hits),
        generator=wire.generator,
        pipeline=wire.pipeline,
        usage=wire.usage,
        timings_ms=wire.timings_ms,
        message=wire.message,
        notes=wire.notes,
    )


def hits_to_dict(query_id: str | int | None, query: str, hits: Sequence[Hit]) -> dict[str, object]:
    """The object that ``ragkit search --json`` prints for one query."""
    found = [
        FoundWire(
            rank=rank,
            chunk_id=hit.chunk.id,
            uri=hit.chunk.uri,
            title=hit.chunk.title,
            headings=hit.chunk.headings,
            start=hit.chunk.start,
            end=hit.chunk.end,
            lines=None if is_sheet(hit.chunk.media_type) else hit.chunk.lines,
            score=float(hit.score),
            text=hit.chunk.text,
            location=hit.chunk.location,
        )
        for rank, hit in enumerate(hits, start=1)
    ]
    return {"id": query_id, "query": query, "hits": _plain(found)}


def document_to_dict(document: Document) -> dict[str, object]:
    """The object that ``ragkit show --json`` prints; what a document has for ``lines`` are a sheet's ``rows``."""
    fields: dict[str, object] = _plain(document)
    return fields | ({"lines": [], "rows": fields["lines"]} if is_sheet(document.media_type) else {"rows": []})


def read_to_dict(line_id: str | int | None, found: SpanAnswer, error: str | None = None) -> dict[str, object]:
    """The object that ``ragkit read --json`` prints; ``error`` is added when given."""
    wire = ReadWire(
        id=line_id,
        answer=found.text,
        passage=found.passage,
        start=found.start,
        end=found.end,
        answerable=found.answerable,
        score=float(found.score),
        sentences=tuple(SentenceWire(each.passage, each.start, each.end, each.score) for each in found.sentences),
        error=UNSET if error is None else error,
    )
    fields: dict[str, object] = _plain(wire)
    return fields


def verified_to_dict(line_id: str | int | None, checked: CheckedAnswer, error: str | None = None) -> dict[str, object]:
    """The object that ``ragkit verify --json`` prints; ``error`` is added when given."""
    wire = VerifyWire(
        id=line_id,
        supported=checked.supported,
        score=float(checked.score),
        claims=tuple(map(_claim, checked.claims)),
        error=UNSET if error is None else error,
    )
    fields: dict[str, object] = _plain(wire)
    return fields


def _claim(claim: CheckedClaim) -> CheckedClaimWire:
    found = claim.evidence
    return CheckedClaimWire(
        text=claim.text,
        start=claim.start,
        end=claim.end,
        verdict=claim.verdict,
        score=float(claim.score),
        evidence=None if found is None else PlaceWire(found.passage, found.start, found.end),
        unsupported_spans=claim.unsupported_spans,
        reason=claim.reason,
    )


def _chunk(hit: HitWire, document: Document) -> Chunk:
    chunk = Chunk(
        uri=hit.uri,
        title=document.title,
        start=hit.start,
        end=hit.end,
        text=document.text[hit.start : hit.end],
        headings=heading_path(document.headings, hit.start) if hit.headings is UNSET else hit.headings,
        lines=line_range(document.lines, hit.start, hit.end),
        page=number_at(document.pages, hit.start),
        media_type=document.media_type,
        code=spans_within(document.code, hit.start, hit.end),
    )
    if chunk.id != hit.chunk_id:
        raise SourceError(f"{hit.uri} has changed since this answer was made.", "Ask again.")
    return chunk


def _plain(value: object) -> Any:
    """Dicts, lists and scalars only: what a JSON parser would give back."""
    return _listed(msgspec.to_builtins(value))


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _listed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_listed(item) for item in value]
    return value
