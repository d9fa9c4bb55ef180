"""Passages of one document that touch, read as one: a list or a table may be longer than a passage."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ragkit.generate.extractive.candidates import candidates
from ragkit.sentences import names_what_follows
from ragkit.types import Chunk, Evidence, Hit, Span

TOUCH = 8
"""Characters at most between two passages that touch: a blank line, or the margin of an item."""
LINE = re.compile(r"\W|\d|\w{1,2}[.)]\s|(?:step|schritt) \d|.*(?:\s\|\s|\t)", re.IGNORECASE)
"""What begins a line rather than another sentence of a paragraph: an item, a row."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A passage as it stands in a joined one, of which the text from ``offset`` to ``end`` is its own."""

    passage: int
    offset: int
    end: int


@dataclass(frozen=True, slots=True)
class Joined:
    """Joined passages with the evidence in them, best first, and the passages that each is made of."""

    hits: list[Hit]
    evidence: list[Evidence]
    _parts: list[list[_Part]]

    def apart(self, chosen: Sequence[Evidence]) -> list[Evidence]:
        """Evidence of the joined passages as evidence of those that they are made of, cut where one ends."""
        return [
            piece
            for each in chosen
            for piece in _pieces(self.hits[each.passage].chunk.text, each, self._parts[each.passage])
        ]


def join(passages: Sequence[Hit], ranked: Sequence[Evidence]) -> Joined:
    """Merge passages that touch, unless a heading separates them; in the order of the first of each.

    Sentences of a passage without evidence, merged with others, become evidence of score 0, so that lists can go on
    into them.
    """
    hits, parts = list[Hit](), list[list[_Part]]()
    for passage, hit in sorted(enumerate(passages), key=lambda each: (each[1].chunk.uri, each[1].chunk.start)):
        text = _joined_text(hits[-1].chunk, hit.chunk) if hits else None
        if text is None:
            hits.append(hit)
            parts.append([_Part(passage, 0, len(hit.chunk.text))])
        else:
            offset = hit.chunk.start - hits[-1].chunk.start
            code = _joined_code(hits[-1].chunk.code, hit.chunk.code, offset)
            chunk = replace(hits[-1].chunk, text=text, end=max(hits[-1].chunk.end, hit.chunk.end), code=code)
            hits[-1] = replace(hits[-1], chunk=chunk)
            parts[-1].append(_Part(passage, offset, offset + len(hit.chunk.text)))
    order = sorted(range(len(hits)), key=lambda each: min(part.passage for part in parts[each]))
    parts = [parts[each] for each in order]
    return Joined([hits[each] for each in order], list(_evidence(passages, ranked, parts)), parts)


def _evidence(
    passages: Sequence[Hit], ranked: Sequence[Evidence], parts: Sequence[Sequence[_Part]]
) -> Iterator[Evidence]:
    """What was found, as evidence of the joined passages, once for what stands in two of their parts."""
    places = {part.passage: (number, part.offset) for number, each in enumerate(parts) for part in each}
    told = {each.passage for each in ranked}
    beside = {part.passage for each in parts if len(each) > 1 for part in each} - told
    others = [
        Evidence(each.passage, each.start, each.end, 0.0)
        for each in (candidates(passages) if beside else ())
        if each.passage in beside and not each.names_columns
    ]
    seen: set[tuple[int, int]] = set()
    for each in (*ranked, *others):
        number, offset = places[each.passage]
        if (number, offset + each.start) not in seen:
            seen.add((number, offset + each.start))
            yield replace(each, passage=number, start=offset + each.start, end=offset + each.end)


def _joined_text(first: Chunk, second: Chunk) -> str | None:
    """The text of two passages that touch or overlap; None for others."""
    offset = second.start - first.start
    gap = offset - len(first.text)
    if first.uri != second.uri or gap > TOUCH or not _is_below_all(first, second):
        return None
    if gap <= 0:
        shared = first.text[offset : offset + len(second.text)]
        return first.text + second.text[len(shared) :] if second.text.startswith(shared) else None
    white = "\n\n" if gap == 2 else f"\n{' ' * (gap - 1)}" if LINE.match(second.text) else " " * gap
    return f"{first.text}{white}{second.text}"


def _joined_code(first: Sequence[Span], second: Sequence[Span], offset: int) -> tuple[Span, ...]:
    """The code of two passages of which the second begins at ``offset``, a block that both have a part of as one."""
    found = list(first)
    for start, end in ((offset + start, offset + end) for start, end in second):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def _is_below_all(first: Chunk, second: Chunk) -> bool:
    """Whether the second passage stands below the headings of the first one, and below others only that stand in it."""
    above, further = second.headings[: len(first.headings)], second.headings[len(first.headings) :]
    return above == first.headings and all(f"{heading}\n" in first.text for heading in further)


def _pieces(text: str, evidence: Evidence, parts: Sequence[_Part]) -> Iterator[Evidence]:
    """The parts of a joined passage that hold evidence, one if that holds it whole; no term without what it names."""
    whole = [part for part in parts if part.offset <= evidence.start and evidence.end <= part.end]
    for part in whole[:1] or parts:
        start, end = max(evidence.start, part.offset), min(evidence.end, part.end)
        is_term = end < evidence.end and names_what_follows(text, start, end)
        if start < end and not is_term:
            yield replace(evidence, passage=part.passage, start=start - part.offset, end=end - part.offset)
