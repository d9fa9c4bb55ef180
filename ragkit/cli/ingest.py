"""``ragkit ingest``: bring a store in line with files and folders."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ragkit.cli import options, render
from ragkit.cli.exits import Exit

EXAMPLES = """\b
Examples:
  ragkit ingest docs notes.md
  ragkit ingest docs --prune          also remove documents whose file is gone
  ragkit ingest docs --store /srv/kb  keep the store elsewhere
"""


def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files and folders.", show_default=False)],
    store: options.StorePath = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove documents under these paths whose file is gone.")
    ] = False,
    embedder: Annotated[
        str | None,
        typer.Option("--embedder", metavar="NAME|PATH|ENDPOINT", help="The embedding model of a new store [minilm]."),
    ] = None,
    pipeline: options.Pipeline = None,
    base_url: options.BaseUrl = None,
    offline: options.Offline = False,
) -> int:
    """Read, split, embed and store documents. A second run takes in only what changed."""
    import ragkit
    from ragkit.cli.progress import progress
    from ragkit.cli.screens.ingest import account

    settings = {
        "ingest.embedder": embedder,
        "pipeline": pipeline,
        "generate.base_url": base_url,
        "offline": options.yes(offline),
    }
    with ragkit.open(store, settings) as kit:
        with progress() as say:
            report = kit.ingest(paths, prune=prune, progress=say)
        render.show(*account(report, kit.path))
    return Exit.PARTIAL if report.failed else Exit.ANSWERED
