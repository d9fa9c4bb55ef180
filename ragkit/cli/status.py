"""``ragkit status``: what is in the store."""

from __future__ import annotations

from ragkit.cli import options, render
from ragkit.cli.exits import Exit


def status(store: options.StorePath = None, json: options.Json = False) -> int:
    """Tell what is in the store, and which sources failed."""
    import ragkit

    with ragkit.open(store) as kit:
        found = kit.status()
    if json:
        import msgspec

        render.data(msgspec.to_builtins(found, enc_hook=str))
    else:
        from ragkit.cli.screens.store import status_page

        render.show(*status_page(found))
    return Exit.ANSWERED
