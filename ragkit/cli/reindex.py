"""``ragkit reindex``: another embedder, chunk size or index for the documents of a store."""

from __future__ import annotations

from typing import Annotated

import typer

from ragkit.cli import options, render
from ragkit.cli.exits import Exit

EXAMPLES = """\b
Examples:
  ragkit reindex --embedder sentence-transformers:BAAI/bge-m3
  ragkit reindex --target-tokens 120
  ragkit reindex --recipe hnsw          embeds nothing
"""


def reindex(
    store: options.StorePath = None,
    embedder: Annotated[
        str | None,
        typer.Option("--embedder", metavar="NAME|PATH|ENDPOINT", help="The embedding model from now on [as it is]."),
    ] = None,
    target_tokens: Annotated[
        int | None,
        typer.Option("--target-tokens", metavar="N", min=1, help="Size of a chunk from now on [as it is]."),
    ] = None,
    recipe: Annotated[
        str,
        typer.Option(
            "--recipe",
            metavar="NAME",
            help="The index recipe from now on: flat, hnsw, ivf-pq [as it is].",
            show_default=False,
        ),
    ] = "",
    base_url: options.BaseUrl = None,
    offline: options.Offline = False,
    json: options.Json = False,
) -> int:
    """Chunk, embed and index all documents anew, from the stored texts.

    Searches go on with the old state until the new one takes its place at once. What was cut short goes on when the
    same command is run again.
    """
    import ragkit
    from ragkit.cli.progress import progress

    settings = {
        "ingest.embedder": embedder,
        "ingest.target_tokens": target_tokens,
        "generate.base_url": base_url,
        "offline": options.yes(offline),
    }
    with ragkit.open(store, settings) as kit, progress() as say:
        report = kit.reindex(recipe=recipe, progress=say)
    if json:
        import msgspec

        render.data(msgspec.to_builtins(report))
    else:
        from ragkit.cli.screens.upkeep import reindexing

        render.show(*reindexing(report))
    return Exit.ANSWERED
