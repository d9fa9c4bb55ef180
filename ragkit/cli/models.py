"""``ragkit models``: what ships, and how to take it elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ragkit.cli import options, render
from ragkit.cli.exits import Exit

EXAMPLES = """\b
Example:
  ragkit models export reader ./reader-hf
  python -c "from transformers import pipeline; print(pipeline(
      'question-answering', './reader-hf')(question='...', context='...'))"
"""


def list_models(json: options.Json = False) -> int:
    """List the models that ship, and whether they are intact."""
    from ragkit.models import catalogue

    found = catalogue.models()
    if json:
        render.data([
            {"name": m.name, "use": m.use, "size": m.size, "sha256": m.sha256, "intact": m.intact} for m in found
        ])  # fmt: skip
    else:
        from ragkit.cli.screens.models import model_table

        render.show_wide(model_table(found))
    return Exit.ANSWERED if all(model.intact for model in found) else Exit.ERROR


def export(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As in ragkit models list.", show_default=False)],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder to be made.", show_default=False)],
) -> int:
    """Write a model as a folder that transformers loads."""
    from ragkit.cli.screens.place import size
    from ragkit.models import catalogue

    catalogue.export(name, options.to_fill(folder))
    written = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    render.text(f"Wrote the {name} to {folder}, {size(written)}.")
    return Exit.ANSWERED
