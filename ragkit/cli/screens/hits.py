"""Search results."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from ragkit.cli.screens.place import many, numbered, place, shortened
from ragkit.types import Hit

PASSAGE = 400
"""Characters of a passage that are shown; the JSON form has all of it."""


def hit_list(query: str, hits: Sequence[Hit]) -> Iterator[RenderableType]:
    """Each hit with its place, its score and the beginning of its text, the query's words in bold."""
    if not hits:
        yield Text("Nothing matches.", style="bold")
        return
    words = "|".join(word for word in re.findall(r"\w+", query) if len(word) > 2) or "(?!)"
    asked = re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    yield numbered((str(rank), _row(hit, asked)) for rank, hit in enumerate(hits, start=1))
    yield Text(many(len(hits), "passage"), style="dim")


def _row(hit: Hit, asked: re.Pattern[str]) -> Group:
    chunk = hit.chunk
    where = place(chunk.uri, chunk.headings, chunk.lines, chunk.page)
    where.append(f"  {hit.score:.3f}", style="not bold dim")
    passage = Text(shortened(chunk.text, PASSAGE))
    passage.highlight_regex(asked, "bold")
    return Group(where, passage, Text())
