"""A document to passages that follow its structure and fit the embedder's window.

Units (blocks, or parts of blocks that are too large) are packed section by section, never across a heading.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ragkit.errors import UsageError
from ragkit.ingest.pack import pack
from ragkit.ingest.units import Unit, document_units, split, terms_above, weigh
from ragkit.plugins import counts_of
from ragkit.protocols import Embedder
from ragkit.types import Chunk, Document, line_range, number_at, spans_within

VERSION = 3
"""Raise it when chunks, or what the embedder sees of them, change: the next run chunks what stores hold anew."""
SPECIAL_TOKENS = 2
TARGET_TOKENS = 200
_MIN_WINDOW = 16
_LEADS = ("#", "//", "/*", "@", "--", "[")


@dataclass(frozen=True, slots=True)
class _Section:
    """The units under one path of headings; ``room`` is what the window leaves for a passage, in tokens."""

    units: list[Unit]
    path: tuple[str, ...]
    room: int


@dataclass(frozen=True, slots=True)
class _Passage:
    """A chunk to be; with ``room`` 0 it is counted, whatever its units say."""

    path: tuple[str, ...]
    units: Sequence[Unit]
    room: int


class StructureChunker:
    """The `ragkit.protocols.Chunker` that respects headings, paragraphs, list items, table rows and code.

    A passage never spans two sections, save that a heading with nothing under it joins the section that follows. One
    that begins within a definition has the term as the last of its headings.
    """

    def __init__(
        self, embedder: Embedder, *, max_tokens: int | None = None, target_tokens: int = TARGET_TOKENS
    ) -> None:
        """Passages of about ``target_tokens``; heading path, passage and special tokens never exceed ``max_tokens``.

        ``max_tokens`` is the embedder's window unless it is given. Raises `UsageError` for sizes that cannot be.
        """
        size = embedder.max_tokens if max_tokens is None else max_tokens
        if not _MIN_WINDOW <= size <= embedder.max_tokens:
            limits = f"from {_MIN_WINDOW} to the embedder's {embedder.max_tokens}"
            raise UsageError(f"A chunk window of {size} tokens cannot be.", f"Choose one {limits}.")
        if target_tokens < 1:
            raise UsageError(f"A chunk target of {target_tokens} tokens cannot be.", "Choose 1 or more.")
        self._embedder = embedder
        self._window = size - SPECIAL_TOKENS
        self._target = min(target_tokens, self._window)

    @property
    def fingerprint(self) -> str:
        """The method's version and its sizes."""
        return f"structure-{VERSION}:max={self._window + SPECIAL_TOKENS}:target={self._target}"

    def chunk(self, document: Document) -> list[Chunk]:
        """Chunks in order of place; together with white space they tile the text."""
        units = weigh(self._embedder, document.text, document_units(document), self._window)
        sections = self._split_oversize(document.text, list(self._sections(document.text, units)))
        passages = [
            self._passage(document.text, section, first, last, terms[first])
            for section in sections
            for terms in [terms_above(section.units)]
            for first, last in pack(document.text, section.units, section.room, self._target)
        ]
        code = document.code
        chunks = self._fitted(document, passages)
        return [replace(chunk, code=spans_within(code, chunk.start, chunk.end)) for chunk in chunks] if code else chunks

    def _sections(self, text: str, units: Sequence[Unit]) -> Iterator[_Section]:
        """Groups units by the headings above them. A heading opens a section once the one before has content."""
        path: list[Unit] = []
        current: list[Unit] = []
        has_content = False
        for unit in units:
            if unit.kind == "heading":
                if has_content:
                    above = _above(text, current, unit)
                    if len(current) > len(above):
                        yield self._section(text, current[: len(current) - len(above)], path)
                        current = above
                    has_content = False
                while path and path[-1].level >= unit.level:
                    path.pop()
                path.append(unit)
            else:
                has_content = has_content or _has_words(text, unit)
            current.append(unit)
        if current:
            yield self._section(text, current, path)

    def _section(self, text: str, units: list[Unit], path: Sequence[Unit]) -> _Section:
        """The outermost headings of a path that would fill more than half of the window are left out."""
        kept: list[str] = []
        cost = 0
        for heading in reversed(path):
            if cost + heading.tokens + 1 > self._window // 2:
                break
            cost += heading.tokens + 1
            kept.append(" ".join(text[heading.start : heading.end].split()))
        return _Section(units, tuple(reversed(kept)), self._window - cost)

    def _passage(self, text: str, section: _Section, first: int, last: int, terms: Sequence[Unit]) -> _Passage:
        """Terms that would fill more than a quarter of the window are left out."""
        cost = sum(term.tokens + 1 for term in terms)
        if cost > self._window // 4:
            terms, cost = (), 0
        above = tuple(" ".join(text[term.start : term.end].split()) for term in terms)
        return _Passage(section.path + above, section.units[first:last], section.room - cost)

    def _split_oversize(self, text: str, sections: list[_Section]) -> list[_Section]:
        """Splits what exceeds its section's room, finer and finer; each round counts all sections together."""
        while True:
            pieces = [
                [split(text, unit) for unit in section.units if _is_oversize(unit, section.room)]
                for section in sections
            ]
            if not any(pieces):
                return sections
            flat = [piece for section in pieces for unit in section for piece in unit]
            weighed = iter(weigh(self._embedder, text, flat, self._window))
            for section, found in zip(sections, pieces, strict=True):
                replacements = iter([[next(weighed) for _ in unit] for unit in found])
                section.units[:] = [
                    part
                    for unit in section.units
                    for part in (next(replacements) if _is_oversize(unit, section.room) else [unit])
                ]

    def _fitted(self, document: Document, passages: Sequence[_Passage]) -> list[Chunk]:
        """The chunks of ``passages``, those halved that exceed the window after all.

        The units' tokens and the white space between them bound a chunk's tokens, so only what comes near the window
        is counted again.
        """
        chunks = [_chunk(document, passage.path, passage.units) for passage in passages]
        near = [place for place, passage in enumerate(passages) if _bound(passage.units) > passage.room]
        counts = counts_of(self._embedder, [chunks[place].embedded_text for place in near]) if near else []
        tokens = dict(zip(near, counts, strict=True))
        fitted: list[Chunk] = []
        for place, (chunk, passage) in enumerate(zip(chunks, passages, strict=True)):
            fits = tokens.get(place, 0) <= self._window
            fitted.extend([chunk] if fits else self._halved(document, passage))
        return fitted

    def _halved(self, document: Document, passage: _Passage) -> list[Chunk]:
        units = passage.units if len(passage.units) > 1 else split(document.text, passage.units[0])
        if len(units) < 2:
            # One character: what does not fit is the path.
            return [_chunk(document, (), units)]
        middle = len(units) // 2
        return self._fitted(document, [_Passage(passage.path, half, 0) for half in (units[:middle], units[middle:])])


def is_earlier(made: str, now: str) -> bool:
    """Whether the chunker of the fingerprint ``made`` is that of ``now`` in an earlier version, with the same sizes."""
    (version, _, sizes), (later, _, same) = (each.removeprefix("structure-").partition(":") for each in (made, now))
    return sizes == same and version.isdecimal() and later.isdecimal() and int(version) < int(later)


def _chunk(document: Document, path: tuple[str, ...], units: Sequence[Unit]) -> Chunk:
    start, end = units[0].start, units[-1].end
    lines, page = line_range(document.lines, start, end), number_at(document.pages, start)
    text = document.text[start:end]
    return Chunk(document.uri, document.title, start, end, text, path, lines, page, document.media_type)


def _above(text: str, units: Sequence[Unit], heading: Unit) -> list[Unit]:
    """The code on the lines right above a heading: the comment or the decorator of a definition belongs to it."""
    last = units[-1]
    is_next = text.count("\n", last.end, heading.start) == 1
    return [last] if last.kind == "code" and is_next and text.startswith(_LEADS, last.start) else []


def _bound(units: Sequence[Unit]) -> int:
    """The most tokens that the units can have together: white space may cost one a character."""
    space = units[-1].end - units[0].start - sum(unit.end - unit.start for unit in units)
    return space + sum(unit.tokens for unit in units)


def _is_oversize(unit: Unit, room: int) -> bool:
    return unit.tokens > room and unit.end - unit.start > 1


def _has_words(text: str, unit: Unit) -> bool:
    """Whether a unit is content rather than the underline of a heading or a rule."""
    return any(map(str.isalnum, text[unit.start : unit.end]))
