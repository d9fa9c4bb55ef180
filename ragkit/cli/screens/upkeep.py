"""What was done to a store, and the proof of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ragkit.cli.render import flat
from ragkit.cli.screens.place import duration, indented, many, size
from ragkit.cli.screens.store import SIGNS

if TYPE_CHECKING:
    from ragkit.ingest.reindex import ReindexReport
    from ragkit.store.check import Finding, Line
    from ragkit.store.erase import Erasure

SHOWN = 10
"""Findings of one line."""


def erasure(done: Erasure) -> Iterator[RenderableType]:
    """What was erased, and the search for what is left of it."""
    for uri in done.uris:
        yield Text(f"Forgot {flat(uri)}.")
    looked = f"{size(done.scanned_bytes)} in {many(done.scanned_files, 'file')}"
    yield Text(
        f"{many(done.chunks, 'chunk')} erased; {many(done.traces, 'trace')} looked for in {looked}.", style="dim"
    )
    if done.shared:
        yield Text(f"{many(done.shared, 'trace')} stand in other documents too, and stay there.", style="dim")
    for name in done.remains:
        yield Text(f"Still there: {flat(name)}", style="bold red")
    if not done.remains:
        yield Text("None was found.", style="green")


def reindexing(report: ReindexReport) -> Iterator[RenderableType]:
    """The account of a reindexing."""
    yield Text(f"Reindexed {many(report.documents, 'document')} in {duration(1000 * report.seconds)}.")
    before = f", {many(report.resumed, 'document')} had been done before" if report.resumed else ""
    yield Text(f"{many(report.chunks, 'chunk')}, {report.embedded:,} embedded{before}", style="dim")


def proof(lines: Sequence[Line]) -> Iterator[RenderableType]:
    """A row for each thing that was looked at, what is amiss, and the verdict."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for line in lines:
        sign, style = SIGNS["ok" if line.proven else "error"]
        table.add_row(Text(sign, style=style), f"{line.looked:,}", Text(line.what))
    yield table
    for line in lines:
        yield from _amiss(line)
    held = sum(line.proven for line in lines)
    warnings = sum(finding.level == "warning" for line in lines for finding in line.findings)
    if held == len(lines) and warnings:
        yield Text(f"\nProven, but for {many(warnings, 'warning')} above.", style="bold yellow")
    elif held == len(lines):
        yield Text("\nProven: nothing is lost.", style="bold green")
    else:
        yield Text(f"\nNot proven: {len(lines) - held} of {len(lines)} do not hold.", style="bold red")


def _amiss(line: Line) -> Iterator[RenderableType]:
    found = sorted(line.findings, key=lambda finding: list(SIGNS).index(finding.level), reverse=True)
    if not found:
        return
    yield Text(f"\n{line.what}:", style="dim")
    remedies = {finding.remedy for finding in found if finding.remedy}
    for finding in found[:SHOWN]:
        yield indented(_worded(finding, remedy=finding.remedy if len(remedies) > 1 else ""))
    if len(found) > SHOWN:
        yield indented(Text(f"and {len(found) - SHOWN:,} more; --json tells all", style="dim"))
    if len(remedies) == 1:
        yield indented(Text(flat(remedies.pop()), style="dim"))


def _worded(finding: Finding, remedy: str) -> Text:
    style = "" if finding.level == "ok" else SIGNS[finding.level][1]
    return Text(flat(finding.what), style=style).append(f" {flat(remedy)}".rstrip(), style="not bold dim")
