"""What a training came to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ragkit.cli.render import flat
from ragkit.cli.screens.place import duration, indented

if TYPE_CHECKING:
    from ragkit.tune.reader import Report
    from ragkit.tune.score import Estimate


def report_page(report: Report, use: str) -> Iterator[RenderableType]:
    """A row a measure, before and after on the same held-out data, and what is done with the model."""
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column("held out", no_wrap=True)
    for name in ("before", "after"):
        table.add_column(name, justify="right")
        table.add_column("95 % interval", no_wrap=True, style="dim")
    table.add_column("n", justify="right")
    for name in report.after:
        before, after = report.before.get(name), report.after.get(name)
        cells = (*_cells(before), *_cells(after, bold=True))
        table.add_row(flat(name), *cells, f"{after.n:,}" if after else "")
    yield table
    yield Text()
    rate = f", {report.rows / report.seconds:.0f}/s" if report.seconds else ""
    yield Text(f"{report.rows:,} rows in {duration(1000 * report.seconds)}{rate}, written to {flat(str(report.out))}")
    yield Text()
    yield Text("Next:", style="dim")
    yield from map(indented, use.splitlines())


def _cells(estimate: Estimate | None, *, bold: bool = False) -> tuple[Text, Text]:
    if estimate is None:
        return Text("-"), Text("")
    return (
        Text(f"{estimate.value:.3f}", style="bold" if bold else ""),
        Text(f"{estimate.low:.3f} - {estimate.high:.3f}"),
    )
