"""The models that ship."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from ragkit.cli.screens.place import size
from ragkit.models.catalogue import Shipped


def model_table(models: Sequence[Shipped]) -> Table:
    """A row a model; one that is not what was shipped stands out."""
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column("model", no_wrap=True, style="bold")
    table.add_column("size", justify="right", no_wrap=True)
    table.add_column("sha256", no_wrap=True, style="dim")
    table.add_column("weights", no_wrap=True)
    table.add_column("what for", overflow="fold")
    for model in models:
        state = Text("intact", style="green") if model.intact else Text("ALTERED", style="bold red")
        table.add_row(model.name, size(model.size), model.sha256[:12], state, model.use)
    return table
