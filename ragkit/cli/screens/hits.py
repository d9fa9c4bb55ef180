"""Search results."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from ragkit.cli.render import safe
from ragkit.cli.screens.place import below, many, numbered, place
from ragkit.retrieve.trace import Trace
from ragkit.types import Hit

PASSAGE = 400
"""Characters of a passage that are shown; the JSON form has all of it."""


def hit_list(
    query: str, hits: Sequence[Hit], traces: Sequence[Trace] = (), *, nothing: str = ""
) -> Iterator[RenderableType]:
    """Each hit with its place, its score and the beginning of its text, the query's words in bold.

    Given traces, one for each hit, also how it came to its place. ``nothing`` says why there is no hit.
    """
    if not hits:
        yield Text(safe(nothing or "Nothing matches."), style="bold")
        return
    words = "|".join(word for word in re.findall(r"\w+", query) if len(word) > 2) or "(?!)"
    asked = re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    shown = [_explained(trace) for trace in traces] or [()] * len(hits)
    pairs = enumerate(zip(hits, shown, strict=True), start=1)
    yield numbered((str(rank), _row(hit, asked, why)) for rank, (hit, why) in pairs)
    yield Text(many(len(hits), "passage"), style="dim")


def _row(hit: Hit, asked: re.Pattern[str], why: Sequence[Text]) -> Group:
    chunk = hit.chunk
    where = place(chunk.uri, chunk.headings, chunk.location)
    where.append(f"  {hit.score:.3f}", style="not bold dim")
    passage = Text(below(chunk.headings, chunk.text, PASSAGE))
    passage.highlight_regex(asked, "bold")
    return Group(where, passage, *why, Text())


def _explained(trace: Trace) -> tuple[Text, ...]:
    lines = [
        f"found for: {trace.question}" if trace.question else "",
        _part("dense", trace.dense_rank, trace.dense_score, trace.dense_share),
        _part("keyword", trace.keyword_rank, trace.keyword_score, trace.keyword_share),
    ]
    if trace.terms:
        lines.append(f"words: {', '.join(trace.terms)}")
    if trace.names_share:
        lines.append(f"names: {', '.join(trace.names) or 'in the passage'}, gives {trace.names_share:.3f}")
    if trace.rerank is not None:
        lines.append(f"reranker: {trace.rerank:.3f}")
    if trace.duplicates:
        lines.append(f"stands for {many(len(trace.duplicates), 'equal passage')}: {', '.join(trace.duplicates)}")
    return tuple(Text(safe(line), style="dim") for line in lines if line)


def _part(name: str, rank: int | None, score: float | None, share: float) -> str:
    if score is None:
        return ""
    place = f"rank {rank}" if rank else "not among the candidates"
    return f"{name}: {place}, score {score:.3f}, gives {share:.3f}"
