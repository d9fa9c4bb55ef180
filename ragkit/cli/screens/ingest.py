"""The account of an ingest run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ragkit.cli.screens.place import duration, failed, indented, many

if TYPE_CHECKING:
    from ragkit.ingest.report import Failure, IngestReport

LISTED = 20
"""Names in one list; what is beyond is counted."""


def account(report: IngestReport, store: Path) -> Iterator[RenderableType]:
    """Counts, then what went wrong by name, then what to do next."""
    yield _counts(report)
    yield Text()
    yield from _names("Failed; the next run tries again:", _reasons(report.failed), "red")
    yield from _names("Not supported, left out:", _reasons(report.unsupported), "yellow", most=len(report.unsupported))
    yield from _names("Read, but without any text:", report.empty, "yellow")
    if report.removed:
        label = "Removed, their files are gone:" if report.pruned else "Gone, yet kept in the store (--prune removes):"
        yield from _names(label, report.removed, "" if report.pruned else "yellow")
    yield Text(_next(report, store), style="dim")


def _counts(report: IngestReport) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(justify="right")
    table.add_column(style="dim", overflow="fold")
    rate = f", {report.embedded / report.seconds:,.0f}/s" if report.embedded and report.seconds else ""
    table.add_row("found", f"{report.found:,}", f"in {duration(report.seconds * 1000)}")
    made = f"{many(report.chunks, 'chunk')}, {report.embedded:,} embedded{rate}" if report.chunks else ""
    table.add_row("new", f"{report.new:,}", made)
    table.add_row("changed", f"{report.changed:,}")
    table.add_row("unchanged", f"{report.unchanged:,}")
    table.add_row("removed", f"{len(report.removed) if report.pruned else 0:,}")
    table.add_row("failed", Text(f"{len(report.failed):,}", style="bold red" if report.failed else ""))
    return table


def _reasons(failures: Sequence[Failure]) -> list[str]:
    return [failed(failure.uri, failure.reason) for failure in failures]


def _names(label: str, names: Sequence[str], style: str, most: int = LISTED) -> Iterator[RenderableType]:
    if not names:
        return
    yield Text(label, style=style)
    for name in names[:most]:
        yield indented(name)
    if len(names) > most:
        yield indented(f"and {len(names) - most:,} more")
    yield Text()


def _next(report: IngestReport, store: Path) -> str:
    if report.found == 0:
        return "Nothing was found to ingest. Give a folder with documents."
    place = "" if store == Path(".ragkit") else f" --store {store}"
    return f'Next: ragkit ask{place} "your question"'
