"""An evaluation report in figures."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from ragkit.cli.render import flat
from ragkit.cli.screens.place import many
from ragkit.evaluate.markdown import interval, not_scored, shown
from ragkit.evaluate.report import Report
from ragkit.evaluate.table import METRICS


def figures(report: Report) -> Table:
    """A row a metric; an arrow says which way is better."""
    missing = f", {report.missing:,} not asked" if report.missing else ""
    half = "" if report.half == "all" else f", half {report.half}"
    title = f"{flat(report.suite)}: {many(len(report.cases), 'case')}{half}{missing}"
    table = Table(
        title=Text(title, style="bold"),
        title_justify="left",
        box=None,
        pad_edge=False,
        padding=(0, 3, 0, 0),
        header_style="dim",
    )
    table.add_column("metric", no_wrap=True)
    table.add_column("", style="dim")
    table.add_column("value", justify="right", style="bold")
    table.add_column("95 % interval", no_wrap=True)
    table.add_column("n", justify="right")
    table.add_column("not scored", style="dim", overflow="fold")
    for name, measured in report.metrics.items():
        arrow = "↑" if METRICS[name].better == "higher" else "↓"
        value, span = shown(name, measured.value), interval(name, measured)
        table.add_row(name, arrow, value, span, f"{measured.n:,}", not_scored(measured))
    return table
