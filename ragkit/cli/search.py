"""``ragkit search``: the passages that match, without an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ragkit.cli import options, render
from ragkit.cli.exits import Exit

if TYPE_CHECKING:
    from ragkit.kit import Kit

EXAMPLES = """\b
Examples:
  ragkit search "parental leave"
  ragkit search -k 3 --json "parental leave"
  ragkit search --batch queries.jsonl      lines of {"id": ..., "query": ...}
"""


def search(
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY...", help="What to look for, quoted or not; - reads standard input."),
    ] = None,
    hits: options.Hits = None,
    store: options.StorePath = None,
    pipeline: options.Pipeline = None,
    json: options.Json = False,
    batch: options.Batch = None,
    offline: options.Offline = False,
) -> int:
    """Find the passages that match a query, by meaning and by words."""
    import ragkit
    from ragkit.cli.question import given

    settings = {"retrieve.hits": hits, "pipeline": pipeline, "offline": options.yes(offline)}
    with ragkit.open(store, settings) as kit:
        if batch is not None:
            options.alone("--batch", *query or ())
            return _batch(kit, batch)
        _one(kit, given(query, "search"), json)
    return Exit.ANSWERED


def _one(kit: Kit, query: str, json: bool) -> None:
    found = kit.search(query)
    if json:
        from ragkit.wire import hits_to_dict

        render.data(hits_to_dict("", query, found))
    else:
        from ragkit.cli.screens.hits import hit_list

        render.show(*hit_list(query, found))


def _batch(kit: Kit, source: str) -> int:
    from ragkit.cli import batch
    from ragkit.wire import hits_to_dict

    return batch.run(
        source,
        "query",
        lambda line: hits_to_dict(str(line.id), line.text, kit.search(line.text)),
        lambda line, reason: {**hits_to_dict(str(line.id), line.text, []), "error": reason},
    )
