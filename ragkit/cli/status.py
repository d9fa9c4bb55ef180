"""``ragkit status``: what is in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ragkit.cli import options, render
from ragkit.cli.exits import Exit

if TYPE_CHECKING:
    from ragkit.kit import Status


def status(store: options.StorePath = None, json: options.Json = False) -> int:
    """Tell what is in the store, and which sources failed."""
    import ragkit

    with ragkit.open(store) as kit:
        found = kit.status()
    if json:
        render.data(_fields(found))
    else:
        from ragkit.cli.screens.store import status_page

        render.show(*status_page(found))
    return Exit.ANSWERED


def _fields(status: Status) -> dict[str, object]:
    """The JSON form: flat, but for the failures."""
    import msgspec

    store: dict[str, object] = msgspec.to_builtins(status.store, enc_hook=str)
    del store["counts"]
    counts = status.store.counts._asdict()
    return {**store, **counts, "failures": msgspec.to_builtins(status.failures)}
