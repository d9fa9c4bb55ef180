"""``ragkit eval compare``: two reports of one suite, case by case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ragkit.cli import evaluate, options, render
from ragkit.cli.exits import Exit
from ragkit.errors import UsageError

if TYPE_CHECKING:
    from ragkit.evaluate.report import Report

EXAMPLES = """\b
Examples:
  ragkit eval compare runs/new runs/old
  ragkit eval compare runs/handbook evals/handbook/baselines/default.json --fail-if 'accuracy<-0.02'
"""
HELP = "A report.json, or the folder that holds it."


def compare(
    report: Annotated[Path, typer.Argument(metavar="REPORT", help=HELP, show_default=False)],
    baseline: Annotated[Path, typer.Argument(metavar="BASELINE", help=HELP, show_default=False)],
    fail_if: evaluate.FailIf = None,
    json: options.Json = False,
) -> int:
    """Compare two reports of one suite, with intervals.

    Only cases that are the same in both are compared, each with itself, so the figures may be others than in the
    reports. "better" and "worse" are said of differences that are hardly chance, and of what a verifier judged or a
    plug-in measured only under the same one. A gate is about the difference: 'accuracy<-0.02' fails when more than
    0.02 was lost.
    """
    from ragkit.evaluate import report as reports
    from ragkit.evaluate.gate import check_gates, parse_gate

    gates = [parse_gate(text) for text in fail_if or ()]
    ours, theirs = _read(report), _read(baseline)
    cases, found = len(reports.in_common(ours, theirs)), reports.compare(ours, theirs)
    if not cases:
        raise UsageError(
            f"{report} and {baseline} have no case in common.",
            "Give two reports of one suite and half, its cases unchanged.",
        )
    if json:
        import msgspec

        metrics = {name: {**msgspec.to_builtins(one), "verdict": one.verdict(name)} for name, one in found.items()}
        render.data({"suite": ours.suite, "cases": cases, "settings": _settings(ours, theirs), "metrics": metrics})
    else:
        from ragkit.cli.screens.evaluation import differences

        render.show_wide(differences(ours.suite, cases, found))
        for key, (own, other) in _settings(ours, theirs).items():
            render.note(f"{key}: {own}, in the baseline {other}")
        if others := [name for name, one in found.items() if not one.alike]:
            render.note(f"Measured by another verifier or plug-in, so nothing follows of: {', '.join(others)}.")
    check_gates(found, gates)
    return Exit.ANSWERED


def _read(place: Path) -> Report:
    from ragkit.evaluate.report import read_report
    from ragkit.evaluate.run import REPORT

    return read_report(place / REPORT if place.is_dir() else place)


def _settings(ours: Report, theirs: Report) -> dict[str, tuple[object, object]]:
    """Those that differ: None where a report has none of that name."""
    keys = dict.fromkeys((*ours.settings, *theirs.settings))
    pairs = {key: (ours.settings.get(key), theirs.settings.get(key)) for key in keys}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}
