"""``ragkit status``: what is in the store, and the proof that nothing was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ragkit.cli import options, render
from ragkit.cli.exits import Exit

if TYPE_CHECKING:
    from ragkit.kit import Kit


def status(
    store: options.StorePath = None,
    prove: Annotated[
        bool,
        typer.Option("--prove", help="Read all of the store and its sources, and prove that nothing was lost."),
    ] = False,
    json: options.Json = False,
) -> int:
    """Tell what is in the store, and which sources failed.

    With --prove the exit code is 0 only when every document, chunk, vector, word and file is accounted for.
    """
    import ragkit

    with ragkit.open(store) as kit:
        return _prove(kit, json) if prove else _tell(kit, json)


def _tell(kit: Kit, json: bool) -> int:
    found = kit.status()
    if json:
        import msgspec

        render.data(msgspec.to_builtins(found, enc_hook=str))
    else:
        from ragkit.cli.screens.store import status_page

        render.show(*status_page(found))
    return Exit.ANSWERED


def _prove(kit: Kit, json: bool) -> int:
    from ragkit.cli.progress import progress

    with progress() as say:
        lines = kit.prove(say)
    proven = all(line.proven for line in lines)
    if json:
        import msgspec

        shown = [{**msgspec.to_builtins(line), "proven": line.proven} for line in lines]
        render.data({"proven": proven, "lines": shown})
    else:
        from ragkit.cli.screens.upkeep import proof

        render.show(*proof(lines))
    return Exit.ANSWERED if proven else Exit.ERROR
