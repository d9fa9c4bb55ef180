"""The parts that a chunker packs: a document's blocks, and finer and finer parts of those that are too large."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ragkit.plugins import counts_of
from ragkit.protocols import Embedder
from ragkit.sentences import sentence_spans, stripped
from ragkit.types import Block, BlockKind, Document

# No tokenizer spends fewer tokens than this on text; WordPiece counts a word of 10,000 letters as one, unknown.
CHARS_PER_TOKEN = 12
_COUNT_CHARS = 1 << 20
_WORDS = re.compile(r"\S+(?:\s+\S+){0,7}")
_BLANK_LINES = re.compile(r"\n\s*\n")
_LINE = re.compile(r"[^\n]+")
_WORD = re.compile(r"\S+")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Unit:
    """The text ``[start, end)``; ``grain`` is 0 for a whole block and grows with each split; ``tokens`` weighs it."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    grain: int = 0
    tokens: int = 0


def document_units(document: Document) -> Iterator[Unit]:
    """The blocks of a document, stripped, and as paragraphs the text that no block covers."""
    text, reached = document.text, 0
    for block in (*document.blocks, Block("paragraph", len(text), len(text))):
        start = max(block.start, reached)
        for gap in _matches(_BLANK_LINES, text, reached, start):
            yield Unit("paragraph", *gap)
        for first, last in stripped(text, start, block.end):
            yield Unit(block.kind, first, last, block.level)
        reached = max(reached, block.end)


def terms_above(units: Sequence[Unit]) -> list[tuple[Unit, ...]]:
    """For each unit the terms whose definitions it stands in, outermost first; a term does not stand in its own."""
    above: list[tuple[Unit, ...]] = []
    open_terms: list[Unit] = []
    for unit in units:
        depth = 0 if unit.kind == "heading" else unit.level
        limit = depth - 1 if unit.kind == "term" and not _continues(unit, open_terms) else depth
        while open_terms and open_terms[-1].level > limit:
            open_terms.pop()
        above.append(tuple(open_terms))
        if unit.kind == "term" and limit < depth:
            open_terms.append(unit)
    return above


def _continues(unit: Unit, open_terms: Sequence[Unit]) -> bool:
    """Whether a term's unit is a further part of the term before it."""
    return bool(open_terms) and unit.grain > 0 and open_terms[-1].grain > 0 and open_terms[-1].level == unit.level


def weigh(embedder: Embedder, text: str, units: Iterable[Unit], window: int) -> list[Unit]:
    """The units with their tokens, counted in large batches. What cannot fit ``window`` is not counted exactly."""
    weighed: list[Unit] = []
    batch: list[Unit] = []
    size = 0
    for unit in units:
        batch.append(unit)
        size += min(unit.end - unit.start, window * CHARS_PER_TOKEN)
        if size > _COUNT_CHARS:
            weighed += _weigh_batch(embedder, text, batch, window)
            batch, size = [], 0
    return weighed + _weigh_batch(embedder, text, batch, window)


def _weigh_batch(embedder: Embedder, text: str, units: Sequence[Unit], window: int) -> list[Unit]:
    floors = [(unit.end - unit.start) // CHARS_PER_TOKEN for unit in units]
    counted = [text[unit.start : unit.end] for unit, floor in zip(units, floors, strict=True) if floor <= window]
    counts = iter(counts_of(embedder, counted) if counted else [])
    # A unit of none, such as one control character, still takes its place.
    return [
        replace(unit, tokens=max(1, floor, next(counts) if floor <= window else 0))
        for unit, floor in zip(units, floors, strict=True)
    ]


def split(text: str, unit: Unit) -> list[Unit]:
    """``unit`` at the coarsest finer grain that divides it; one character stays whole."""
    for grain in range(unit.grain + 1, len(_GRAINS)):
        spans = list(_GRAINS[grain](text, unit))
        if len(spans) > 1:
            return [replace(unit, start=start, end=end, grain=grain) for start, end in spans]
    middle = (unit.start + unit.end) // 2
    spans = [span for half in ((unit.start, middle), (middle, unit.end)) for span in stripped(text, *half)]
    return [replace(unit, start=start, end=end, grain=len(_GRAINS)) for start, end in spans]


def _groups(text: str, unit: Unit) -> Iterator[Span]:
    """What blank lines set apart."""
    return _matches(_BLANK_LINES, text, unit.start, unit.end)


def _sentences(text: str, unit: Unit) -> Iterator[Span]:
    """The sentences of prose; code and tables have none."""
    if unit.kind in {"code", "table"}:
        return
    for start, end in sentence_spans(text[unit.start : unit.end]):
        yield unit.start + start, unit.start + end


def _lines(text: str, unit: Unit) -> Iterator[Span]:
    for line in _LINE.finditer(text, unit.start, unit.end):
        yield from stripped(text, *line.span())


def _some_words(text: str, unit: Unit) -> Iterator[Span]:
    """Eight words at a time, so that packing a long text without sentences stays quick."""
    return (words.span() for words in _WORDS.finditer(text, unit.start, unit.end))


def _words(text: str, unit: Unit) -> Iterator[Span]:
    return (word.span() for word in _WORD.finditer(text, unit.start, unit.end))


_GRAINS = (_groups, _groups, _sentences, _lines, _some_words, _words)
"""How to split into each grain; number 0, whole blocks, is never split into."""


def _matches(separator: re.Pattern[str], text: str, start: int, end: int) -> Iterator[Span]:
    """The stripped parts of ``text[start:end]`` between separators."""
    for match in separator.finditer(text, start, end):
        yield from stripped(text, start, match.start())
        start = match.end()
    yield from stripped(text, start, end)
