"""``ragkit forget``: erase documents, and keep them out."""

from __future__ import annotations

from typing import Annotated

import typer

from ragkit.cli import options, render
from ragkit.cli.exits import Exit
from ragkit.errors import UsageError

EXAMPLES = """\b
Examples:
  ragkit forget people/ann.pdf          erase it; ragkit ingest passes it by from now on
  ragkit forget --filter 'author = "Ann"'
  ragkit forget people/ann.pdf --undo   let the next ingest take it in again
"""


def forget(
    uris: Annotated[
        list[str] | None, typer.Argument(metavar="[URI...]", help="Documents, named as in ragkit list.")
    ] = None,
    store: options.StorePath = None,
    filter: Annotated[  # noqa: A002 - the option's name
        str,
        typer.Option("--filter", "--where", metavar="EXPR", help="Documents like: 'author = \"Ann\"', as in search."),
    ] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Allow them again. What was erased does not come back.")] = False,
    json: options.Json = False,
) -> int:
    """Erase documents from the store for good; their files stay.

    No byte of them is left, and they are never taken in again. Unlike remove, which leaves bytes in the store's file
    until they are overwritten.
    """
    import ragkit

    if undo and filter:
        options.alone("--undo", "--filter")
    if not uris and not filter.strip():
        raise UsageError("Nothing is named to be forgotten.", "Name documents as in ragkit list, or use --filter.")
    with ragkit.open(store) as kit:
        if undo:
            for uri in uris or ():
                kit.unforget(uri)
                if not json:
                    render.text(f"{uri} may be ingested again.")
            if json:
                render.data({"allowed": uris})
            return Exit.ANSWERED
        done = kit.forget(uris or (), filter=filter)
    if json:
        import msgspec

        render.data(msgspec.to_builtins(done))
    else:
        from ragkit.cli.screens.upkeep import erasure

        render.show(*erasure(done))
    return Exit.ERROR if done.remains else Exit.ANSWERED
