"""A report as Markdown: the figures, what could not be scored, and the kinds of case."""

from __future__ import annotations

from collections.abc import Sequence

from ragkit.evaluate.report import Difference, Measured, Report
from ragkit.evaluate.table import all_metrics
from ragkit.evaluate.trial import STATES


def to_markdown(report: Report) -> str:
    """The whole report."""
    asked = len(report.cases)
    missing = f", {report.missing} not asked" if report.missing else ""
    settings = "".join(f"- {name}: `{value}`\n" for name, value in report.settings.items())
    parts = [
        f"# {report.suite}\n\n{asked} cases (half: {report.half}{missing}). Intervals are 95 %, over cases: Wilson "
        f"for proportions, otherwise bootstrap.\n\n{settings}".rstrip(),
        _figures(report),
        "## By kind of case\n\n" + _kinds(report),
        "## What the metrics are\n\n"
        + "\n".join(
            f"- **{name}** ({metric.better} is better): {metric.description}" for name, metric in all_metrics().items()
        ),
    ]
    return "\n\n".join(parts) + "\n"


def shown(name: str, value: float | None) -> str:
    """A figure of that metric as it is printed; a dash when there is none."""
    if value is None:
        return "-"
    return f"{value:.1f}" if name.startswith("latency") else f"{value:.3f}"


def not_scored(measured: Measured) -> str:
    """The counts of cases that are in no figure, such as "3 abstained, 30 not applicable"."""
    counts = [(state, measured.states[state]) for state in STATES if state != "scored"]
    return ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in counts if count)


def interval(name: str, one: Measured | Difference) -> str:
    """``low to high``, or a dash when there is none."""
    return "-" if one.low is None else f"{shown(name, one.low)} to {shown(name, one.high)}"


def _figures(report: Report) -> str:
    rows = [
        [name, shown(name, measured.value), interval(name, measured), str(measured.n), not_scored(measured)]
        for name, measured in report.metrics.items()
    ]
    return _table(["metric", "value", "95 % interval", "n", "not scored"], rows)


def _kinds(report: Report) -> str:
    rows = [
        [name, *(_cell(name, figures[name]) for figures in report.kinds.values())]
        for name in report.metrics
        if any(figures[name].n for figures in report.kinds.values())
    ]
    return _table(["metric (n)", *report.kinds], rows)


def _cell(name: str, measured: Measured) -> str:
    return f"{shown(name, measured.value)} ({measured.n})" if measured.n else "-"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    told = [[" ".join(cell.split()).replace("|", "\\|") for cell in line] for line in (head, *rows)]
    lines = [told[0], ["---"] * len(head), *told[1:]]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
