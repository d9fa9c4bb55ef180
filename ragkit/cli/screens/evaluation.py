"""An evaluation report in figures, and two of them compared."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table
from rich.text import Text

from ragkit.cli.render import flat
from ragkit.cli.screens.place import many
from ragkit.evaluate.markdown import interval, not_scored, shown
from ragkit.evaluate.report import Difference, Report
from ragkit.evaluate.table import all_metrics


def figures(report: Report) -> Table:
    """A row a metric; an arrow says which way is better."""
    missing = f", {report.missing:,} not asked" if report.missing else ""
    half = "" if report.half == "all" else f", half {report.half}"
    table = _table(f"{flat(report.suite)}: {many(len(report.cases), 'case')}{half}{missing}")
    table.add_column("value", justify="right", style="bold")
    table.add_column("95 % interval", no_wrap=True)
    table.add_column("n", justify="right")
    table.add_column("not scored", style="dim", overflow="fold")
    for name, measured in report.metrics.items():
        value, span = shown(name, measured.value), interval(name, measured)
        table.add_row(name, _arrow(name), value, span, f"{measured.n:,}", not_scored(measured))
    return table


def differences(suite: str, cases: int, found: Mapping[str, Difference]) -> Table:
    """A row a metric that both reports have, over the cases that both scored; what is no chance is said in words."""
    table = _table(f"{flat(suite)}: {many(cases, 'case')} in common")
    for head in ("report", "baseline"):
        table.add_column(head, justify="right")
    table.add_column("difference", justify="right", style="bold")
    table.add_column("95 % interval", no_wrap=True)
    table.add_column("n", justify="right")
    table.add_column("", min_width=len("better"))
    for name, one in found.items():
        verdict = one.verdict(name)
        figures = [shown(name, one.report), shown(name, one.baseline), "+" * (one.value > 0) + shown(name, one.value)]
        said = Text(verdict, style={"better": "green", "worse": "red", "": ""}[verdict])
        table.add_row(name, _arrow(name), *figures, interval(name, one), f"{one.n:,}", said)
    return table


def _table(title: str) -> Table:
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
    return table


def _arrow(metric: str) -> str:
    """Which way is better; a metric of a plug-in that is not here does not say."""
    known = all_metrics().get(metric)
    return {"higher": "↑", "lower": "↓"}[known.better] if known else ""
