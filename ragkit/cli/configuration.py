"""``ragkit config show``: every setting and where it came from."""

from __future__ import annotations

from ragkit.cli import options, render
from ragkit.cli.exits import Exit


def show(pipeline: options.Pipeline = None, json: options.Json = False) -> int:
    """Print all settings with their origin, secrets masked."""
    from ragkit import config

    rows = config.shown(config.load({"pipeline": pipeline}))
    if json:
        render.data({key: {"value": _parsed(value), "origin": origin} for key, value, origin in rows})
        return Exit.ANSWERED
    from ragkit.cli.screens.settings import setting_table

    render.show_wide(setting_table(rows))
    return Exit.ANSWERED


def _parsed(shown: str) -> object:
    """The value itself; of a secret, only that it is set."""
    import msgspec

    return shown if shown == "(set)" else msgspec.json.decode(shown)
