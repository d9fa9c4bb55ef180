"""The values that flow through ragkit, in the order in which they arise.

    Source -> Document -> Chunk -> Hit -> Prompt -> Piece -> Claim, Citation -> Answer

All are frozen and slotted. Character offsets are 0-based and half-open and always index
``Document.text``; ``document.text[chunk.start:chunk.end] == chunk.text`` holds for every chunk.
Scores live on `Hit`, vectors in matrices; neither lives on `Chunk`.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from ragkit.arguments import check, names

Scalar = str | int | float | bool
Metadata = Mapping[str, Scalar | Sequence[Scalar]]
"""What is known of a document by name: one value, or several."""
Span = tuple[int, int]
"""The text ``[start, end)``."""
Mark = tuple[int, int]
"""``(offset, number)``: the text from ``offset`` on stands on line, or page, ``number``."""

Verdict = Literal["supported", "unsupported", "contradicted", "unchecked"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
BlockKind = Literal["heading", "paragraph", "item", "code", "table", "term"]


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of JSON that a user wants as text, all where none is named, and as metadata, ``team`` or ``a.b``."""

    text: tuple[str, ...] = ()
    metadata: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Something that ingestion found, before it is read.

    ``uri`` is its identity in the store; ``path`` is None for what was given in memory. What stands in an archive has
    the archive's path, and as ``member`` its own name there, after the names of the archives between. ``fields`` are
    for the readers of JSON.
    """

    uri: str
    path: Path | None
    media_type: str
    size: int
    member: tuple[str, ...] = ()
    fields: Fields = Fields()


@dataclass(frozen=True, slots=True)
class Block:
    """One structural unit ``[start, end)`` of a document's text.

    ``level`` is a heading's, from 1; of any other block it is the depth of definitions in which it stands. A ``term``
    of depth 1 is defined by the blocks of depth 1 that follow it.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading and the offset at which it stands."""

    level: int
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of a source that is not in its document's text, and why: ``page 3: tesseract found no text on it``.

    ``needs`` is the program that reads it, where it was not installed.
    """

    what: str
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """Normalised text with its structure and the map back to its source.

    ``blocks`` are in order and do not overlap. ``lines`` and ``pages`` are marks in ascending order
    of offset; both may be empty when the source has no such notion. ``collection`` is the part of the store that the
    document belongs to; ``principals`` are the users and groups that may see it, all when there are none. A document
    that is ingested again is as it is given then: without principals it is open to all, whatever it had before. What
    `ragkit.Kit.ingest` was told of it holds on. ``unread`` are the parts of its source that could not be read. A
    ``media_type`` that is not said is told by the ending of ``uri`` when the document is ingested, and its text read
    so.
    """

    uri: str
    text: str
    title: str = ""
    media_type: str = ""
    blocks: tuple[Block, ...] = ()
    lines: tuple[Mark, ...] = ()
    pages: tuple[Mark, ...] = ()
    metadata: Metadata = field(default_factory=dict)
    collection: str = "default"
    principals: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The headings in order of place."""
        return tuple(
            Heading(block.level, " ".join(self.text[block.start : block.end].split()), block.start)
            for block in self.blocks
            if block.kind == "heading"
        )

    @property
    def code(self) -> tuple[Span, ...]:
        """The blocks of code in order of place; none of a text that is code altogether, where comments answer."""
        has_prose = any(block.kind not in {"code", "heading"} for block in self.blocks)
        return tuple((block.start, block.end) for block in self.blocks if block.kind == "code") if has_prose else ()


def number_at(marks: Sequence[Mark], offset: int) -> int | None:
    """The line or page number at ``offset``, or None when the marks do not reach it."""
    place = bisect_right(marks, offset, key=_offset)
    return marks[place - 1][1] if place else None


def _offset(mark: Mark) -> int:
    return mark[0]


def _end(span: Span) -> int:
    return span[1]


def line_range(marks: Sequence[Mark], start: int, end: int) -> tuple[int, int] | None:
    """First and last 1-based source line, or page, of the text ``[start, end)``, or None without such marks."""
    first = bisect_right(marks, start, key=_offset) - 1
    numbers = [number for _, number in marks[max(first, 0) : bisect_left(marks, max(end, start + 1), key=_offset)]]
    return (min(numbers), max(numbers)) if first >= 0 else None


def spans_within(spans: Sequence[Span], start: int, end: int) -> tuple[Span, ...]:
    """What of ascending ``spans`` lies in the text ``[start, end)``, as offsets in that."""
    first = bisect_right(spans, start, key=_end)
    last = bisect_left(spans, end, key=_offset)
    return tuple((max(low, start) - start, min(high, end) - start) for low, high in spans[first:last])


_SOURCE_CODE = "text/x-source"
_SHEETS = ("spreadsheetml.sheet", "opendocument.spreadsheet")
_SLIDES = ("presentationml.presentation", "opendocument.presentation")


def is_sheet(media_type: str) -> bool:
    """Whether what a format counts are the rows of sheets rather than the lines of its source."""
    return media_type.endswith(_SHEETS)


def location(
    media_type: str,
    headings: Sequence[str],
    lines: tuple[int, int] | None,
    pages: tuple[int, int] | None,
    *,
    title: str = "",
) -> str:
    """Where a passage stands, in the words of its format: ``lines 3-9``, ``page 14``, ``slide 4``, ``Sales, row 7``.

    ``lines`` and ``pages`` are the first and the last; a sheet's name is the first of its ``headings``, or the second
    below the ``title`` of its book. Empty where a format counts nothing.
    """
    in_rows = is_sheet(media_type)
    names = headings[1:] if len(headings) > 1 and headings[0] == title else headings
    sheet = names[:1] if in_rows and lines else ()
    counted = [
        _counted("row" if in_rows else "line", lines),
        _counted("slide" if media_type.endswith(_SLIDES) else "page", pages),
    ]
    return ", ".join(filter(None, [*sheet, *counted]))


def _counted(unit: str, span: tuple[int, int] | None) -> str:
    if span is None:
        return ""
    first, last = span
    # Rows of two sheets may follow each other; a span that goes backwards says where it begins.
    return f"{unit} {first}" if last <= first else f"{unit}s {first}-{last}"


def heading_path(headings: Sequence[Heading], offset: int) -> tuple[str, ...]:
    """The texts of the headings that lead to ``offset``, outermost first."""
    path: list[Heading] = []
    for heading in headings:
        if heading.start > offset:
            break
        while path and path[-1].level >= heading.level:
            path.pop()
        path.append(heading)
    return tuple(heading.text for heading in path)


def _is_in_word(text: str, place: int) -> bool:
    return text[place : place + 1].isalnum() or text[place : place + 1] == "_"


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of a document, sized for the embedder's window.

    ``headings`` is the path of headings that leads to it; ``lines`` are 1-based source lines, or the rows of a sheet;
    ``page``, or slide, is the one on which it begins. ``media_type`` is the document's. ``code`` are the places of
    ``text`` that its source marks as code, in order.
    """

    uri: str
    title: str
    start: int
    end: int
    text: str
    headings: tuple[str, ...] = ()
    lines: tuple[int, int] | None = None
    page: int | None = None
    media_type: str = "text/plain"
    code: tuple[Span, ...] = ()

    @property
    def location(self) -> str:
        """Where it stands, as `location` says it."""
        page = None if self.page is None else (self.page, self.page)
        return location(self.media_type, self.headings, self.lines, page, title=self.title)

    @property
    def id(self) -> str:
        """16 hex digits from content and place, never from time."""
        place = f"{self.uri}\0{self.start}\0{self.end}\0{self.text}"
        return hashlib.sha256(place.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def above(self) -> str:
        """The headings above the passage that are no line of it themselves, as one line."""
        return " > ".join(heading for heading in self.headings if not self._has_line(heading))

    def _has_line(self, heading: str) -> bool:
        """Whether a line of the passage is this heading; in source code it goes on behind the name that it defines."""
        if heading not in self.text:
            return False
        lines = [line.strip() for line in self.text.splitlines()]
        if self.media_type != _SOURCE_CODE:
            return heading in lines
        return any(line.startswith(heading) and not _is_in_word(line, len(heading)) for line in lines)

    @property
    def embedded_text(self) -> str:
        """What the embedder sees: the headings above the passage, then the passage."""
        return f"{self.above}\n{self.text}" if self.above else self.text

    @property
    def text_hash(self) -> str:
        """32 hex digits of what the embedder sees: chunks of which it is the same share one vector."""
        return hashlib.sha256(self.embedded_text.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    @property
    def headed_text(self) -> str:
        """What the verifier sees: the headings above the passage, a blank line, and the passage."""
        return f"{self.above}\n\n{self.text}" if self.above else self.text


@dataclass(frozen=True, slots=True)
class Scope:
    """The documents that a search, a question or a listing may see. What is outside of it does not exist for the asker.

    ``where`` is a condition on metadata (`ragkit.store.filters`), ``collection`` a collection's name; empty means any.
    ``identity`` names the asker and the groups they belong to: they see documents for everyone and those that name one
    of these principals. An empty tuple is somebody unknown, who sees what everyone may. None is a trusted caller who
    sees all: the owner at a command line. An application that serves others must always give a tuple.
    """

    where: str = ""
    collection: str = ""
    identity: tuple[str, ...] | None = None

    @classmethod
    def of(cls, where: str | None = "", collection: str | None = "", identity: Iterable[str] | None = None) -> Scope:
        """A scope; a text alone is one principal, not its letters, and None says nothing.

        Raises:
            UsageError: One of them is of another kind.
        """
        where, collection = "" if where is None else where, "" if collection is None else collection
        check("The filter", where, str)
        check("The collection", collection, str)
        return cls(where, collection, None if identity is None else names("The principals of identity", identity))


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Opening:
    """What a document is called, the ``text`` that it begins with, and the name of the ``site`` that it is from."""

    uri: str
    title: str
    text: str
    site: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved chunk. ``origins`` says who ranked it where (1-based).

    ``names`` are stems of the words by which the question names the chunk's document, if it was searched for by one;
    ``subject`` are those, as they are written, that the document says first it is about.

    ``score`` orders the hits of one query and is no probability. With ``retrieve.fusion = "scores"`` 1 would be the
    best candidate in every search; by ranks it is the sum of ``weight / (60 + rank)``; a reranker's is at most 1.
    """

    chunk: Chunk
    score: float
    origins: Mapping[str, int] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence ``[start, end)`` of passage number ``passage`` (0-based) and how well it answers, 0 to 1.

    ``heading`` is the one above it that answers, where the sentence only tells that it does: the version in which
    something was mended. Empty where the sentence answers.
    """

    passage: int
    start: int
    end: int
    score: float
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Support:
    """A verifier's finding on one claim.

    ``score`` is the probability that the passages support the claim; ``evidence`` is the span that does;
    ``unsupported_spans`` index the claim's own text. ``reason`` says in plain words why it is not supported, where
    that is known.
    """

    verdict: Verdict
    score: float
    evidence: Evidence | None = None
    unsupported_spans: tuple[tuple[int, int], ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SpanAnswer:
    """What a reader takes from passages: ``text == passages[passage][start:end]``, the best span of all of them.

    ``text`` is empty only when no passage holds any text, and ``passage`` is None only when there is no passage.
    ``score`` is the probability that the passages answer, ``answerable`` whether that is likely enough, and
    ``sentences`` are those that answer, best first: none when it is not answerable, several for a list or a procedure.
    """

    text: str
    passage: int | None
    start: int
    end: int
    answerable: bool
    score: float
    sentences: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """A sentence of an answer with a verifier's finding.

    All offsets index the answer: ``text == answer[start:end]``, citation markers included, and every one of
    ``unsupported_spans`` lies within. ``reason`` is the finding's.
    """

    text: str
    start: int
    end: int
    verdict: Verdict
    score: float
    evidence: Evidence | None = None
    unsupported_spans: tuple[tuple[int, int], ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CheckedAnswer:
    """An answer checked against passages: ``supported`` when every claim is, and there is one.

    ``score`` is the probability that all of it is supported: the product of the claims'.
    """

    supported: bool
    score: float
    claims: tuple[CheckedClaim, ...] = ()


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a generator picks tokens.

    ``temperature`` 0 takes the likeliest token, and then only ``max_tokens`` and ``stop`` matter. Above 0 one is drawn:
    from the likeliest whose probabilities add up to ``top_p`` (1: all), from the ``top_k`` likeliest (0: all), and from
    those with at least ``min_p`` times the probability of the likeliest (0: all). A ``repetition_penalty`` above 1
    makes tokens of the completion less likely (1: no penalty). ``seed`` makes the draw repeatable (None: it is not).
    ``max_tokens`` are the generator's own tokens; the completion ends before the first of the texts in ``stop``.
    """

    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    max_tokens: int = 512
    seed: int | None = None
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """Exactly what a generator is given.

    ``passages`` are numbered from 1 in the order given; ``dropped`` are those that the token budget left out.
    ``answer_marker``, when set, ends the reasoning: only what follows it is the answer.
    ``answer_key``, when set, says that the completion is a JSON object with the answer under that key.
    """

    question: str
    passages: tuple[Hit, ...]
    messages: tuple[Message, ...] = ()
    dropped: tuple[Hit, ...] = ()
    answer_marker: str = ""
    answer_key: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens in and out, as the generator counts them."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A streamed part of a completion; the last one carries ``usage`` and why it ended.

    ``finish`` is "abstain" when the generator itself says that the passages do not tell.
    ``confidence`` is the generator's own probability that the answer is right, where it has one. ``note`` is what
    the reader should know of it, such as what was left unanswered.
    """

    text: str = ""
    kind: Literal["answer", "reasoning"] = "answer"
    usage: Usage | None = None
    finish: Literal["stop", "length", "abstain"] | None = None
    confidence: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A verified span: ``quote == document.text[start:end]``; ``n`` is its marker in the answer.

    ``lines`` are 1-based lines of the source, None where it has none; ``location`` says in the words of every format
    where it stands, as the function of that name does.
    """

    n: int
    uri: str
    title: str
    headings: tuple[str, ...]
    start: int
    end: int
    lines: tuple[int, int] | None
    page: int | None
    quote: str
    location: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer; ``start`` and ``end`` index the answer's text, markers included."""

    text: str
    start: int
    end: int
    verdict: Verdict
    score: float
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What `ragkit.Kit.ask` returns. An abstention is a value: ``text`` is empty and ``message`` says so.

    ``question`` is as it was asked: a follow-up is the whole question that was made of it.
    ``confidence`` is between 0 and 1: of a language model's answer it is how well the passages support it, which does
    not tell that it answers the question. ``timings_ms`` has load, retrieve, generate, verify and total.
    ``notes`` are things the reader should know, such as passages dropped for want of room. ``id`` is the asker's own,
    as it was given.
    """

    id: str | int
    question: str
    text: str
    abstained: bool
    confidence: float
    citations: tuple[Citation, ...] = ()
    claims: tuple[Claim, ...] = ()
    reasoning: str = ""
    hits: tuple[Hit, ...] = ()
    generator: str = ""
    pipeline: str = ""
    usage: Usage = Usage()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    message: str = ""
    notes: tuple[str, ...] = ()
