"""The settings in force."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from ragkit.cli.render import flat


def setting_table(rows: Iterable[tuple[str, str, str]]) -> Table:
    """Key, value and origin; what someone has set stands out."""
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column("setting", no_wrap=True)
    table.add_column("value", overflow="fold")
    table.add_column("from", overflow="fold")
    for key, value, origin in rows:
        plain = origin == "default"
        table.add_row(key, Text(flat(value), style="" if plain else "bold"), Text(flat(origin), style="dim" * plain))
    return table
