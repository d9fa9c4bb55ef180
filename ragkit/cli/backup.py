"""``ragkit backup``: a consistent copy of a store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ragkit.cli import options, render
from ragkit.cli.exits import Exit

EXAMPLES = """\b
Examples:
  ragkit backup /mnt/backup/monday
  ragkit ask "How much leave?" --store /mnt/backup/monday   a backup is a store
"""


def backup(
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="A folder that does not exist.", show_default=False)],
    store: options.StorePath = None,
) -> int:
    """Copy the store, also while another process writes to it.

    To restore it, name it with --store, or copy it to where the store was.
    """
    import ragkit

    with ragkit.open(store) as kit:
        kit.backup(target)
    render.text(f"Wrote {target}.")
    render.note(f"Check it with: ragkit doctor --store {target}")
    return Exit.ANSWERED
