"""``ragkit status``: what is in the store, and the proof that nothing was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ragkit.cli import options, render
from ragkit.cli.exits import Exit
from ragkit.errors import UsageError

if TYPE_CHECKING:
    from ragkit.kit import Kit
    from ragkit.types import Scope


def status(
    store: options.StorePath = None,
    prove: Annotated[
        bool,
        typer.Option("--prove", help="Read all of the store and its sources, and prove that nothing was lost."),
    ] = False,
    filter: options.Filter = "",  # noqa: A002 - the option's name
    collection: options.Collection = "",
    identity: options.As = None,
    json: options.Json = False,
) -> int:
    """Tell what is in the store, and which sources failed.

    With --filter, --collection or --as only that part of the store is counted.
    With --prove the exit code is 0 only when every document, chunk, vector, word and file is accounted for.
    """
    import ragkit
    from ragkit.types import EVERYTHING, Scope

    scope = Scope.of(filter, collection, identity)
    if prove and scope != EVERYTHING:
        raise UsageError("--prove is about the whole store.", "Leave --filter, --collection and --as away.")
    with ragkit.open(store) as kit:
        return _prove(kit, json) if prove else _tell(kit, scope, json)


def _tell(kit: Kit, scope: Scope, json: bool) -> int:
    found = kit.status(filter=scope.where, collection=scope.collection, identity=scope.identity)
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
