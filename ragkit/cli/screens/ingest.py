"""The account of an ingest run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ragkit.cli.screens.place import duration, failed, indented, many, of_store

if TYPE_CHECKING:
    from ragkit.ingest.report import Failure, IngestReport

LISTED = 20
"""Names in one list; what is beyond is counted."""


def account(
    report: IngestReport, store: Path, *, verbose: bool = False, file: Path | None = None
) -> Iterator[RenderableType]:
    """Counts, then what went wrong by name, then what to do next. ``file`` is where the whole account was written."""
    if report.rehearsal:
        yield Text("This is what would happen. Nothing was written.", style="bold")
        yield Text()
    yield _counts(report)
    yield Text()
    most = len(report.outcomes) + len(report.ignored) if verbose else LISTED
    if report.rehearsal or verbose:
        for outcome in ("new", "changed"):
            names = [uri for uri, each in report.outcomes.items() if each == outcome]
            yield from _names(f"{outcome.capitalize()}:", names, "", file, most)
    if report.rehearsal or verbose or report.moved:
        moves = [f"{move.before} -> {move.after}" for move in report.moved]
        yield from _names("Moved:", moves, "", file, most)
    kept = [f"{uri}: {', '.join(principals)}" for uri, principals in report.kept.items()]
    closed = "Moved, and still open to those alone who could see it before (--reset-labels opens it to all):"
    yield from _names(closed, kept, "yellow", file)
    yield from _names("Failed; the next run tries again:", _reasons(report.failed), "red", file)
    unsupported = _reasons(report.unsupported)
    yield from _names("Not supported, left out:", unsupported, "yellow", file, LISTED if file else len(unsupported))
    unread = _reasons(report.unread)
    yield from _names("Read in part; this was not read:", unread, "yellow", file, LISTED if file else len(unread))
    yield from _names("Read, but without any text:", report.empty, "yellow", file)
    yield from _names(_removal(report), report.removed, "" if report.pruned else "yellow", file)
    if report.rehearsal or verbose:
        yield from _names("Ignored:", _reasons(report.ignored), "", file, most)
    elif report.ignored:
        rules = Counter(each.reason for each in report.ignored).most_common()
        label = "Ignored (-v names all; what is hidden, a cache or an environment is read when it is named):"
        yield from _names(label, [f"{reason}: {count:,}" for reason, count in rules], "", file)
    yield from _names("Nothing is there:", report.nothing_at, "yellow", file)
    if file is not None:
        yield Text(f"The whole account is in {file}.", style="dim")
    yield Text(_next(report, store), style="dim")


def in_one_line(report: IngestReport) -> str:
    """Such as ``2 new, 1 changed, 1 failed: notes.md``; for a run that watches."""
    counts = {
        "new": report.new,
        "changed": report.changed,
        "moved": len(report.moved),
        "removed": len(report.removed) if report.pruned else 0,
        "read in part": len({each.uri for each in report.unread}),
        "failed": len(report.failed),
    }
    said = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count) or "nothing new"
    names = [*report.outcomes, *(report.removed if report.pruned else ()), *(each.uri for each in report.failed)]
    some = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
    return f"{said}: {some}" if names else f"{said}, {many(report.found, 'document')} in sync"


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
    table.add_row("moved", f"{len(report.moved):,}")
    table.add_row("removed", f"{len(report.removed) if report.pruned else 0:,}")
    if report.ignored:
        table.add_row("ignored", f"{len(report.ignored):,}")
    if report.unsupported:
        table.add_row("unsupported", f"{len(report.unsupported):,}")
    if report.unread:
        table.add_row("read in part", f"{len({each.uri for each in report.unread}):,}")
    table.add_row("failed", Text(f"{len(report.failed):,}", style="bold red" if report.failed else ""))
    return table


def _reasons(failures: Sequence[Failure]) -> list[str]:
    return [failed(failure.uri, failure.reason) for failure in failures]


def _names(
    label: str, names: Sequence[str], style: str, file: Path | None, most: int = LISTED
) -> Iterator[RenderableType]:
    if not names:
        return
    yield Text(label, style=style)
    for name in names[:most]:
        yield indented(name)
    if len(names) > most:
        yield indented(f"and {len(names) - most:,} more" + ("" if file else "; --report FILE writes all"))
    yield Text()


def _removal(report: IngestReport) -> str:
    if report.rehearsal:
        return "Gone, to be removed:" if report.pruned else "Gone, yet to be kept in the store (--prune removes):"
    return "Removed, their files are gone:" if report.pruned else "Gone, yet kept in the store (--prune removes):"


def _next(report: IngestReport, store: Path) -> str:
    if report.found == 0:
        return "Nothing was found to ingest. Give a folder with documents."
    if not (report.new or report.changed or report.unchanged or report.moved):
        return "Nothing was taken in."
    if report.rehearsal:
        return "Next: the same without --dry-run"
    return f'Next: ragkit ask{of_store(store)} "your question"'
