"""What is in a store, and whether it is sound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ragkit.cli.render import flat
from ragkit.cli.screens.place import failed, indented, many, size

if TYPE_CHECKING:
    from ragkit.kit import DocumentInfo, Status
    from ragkit.store.check import Finding

SIGNS = {"ok": ("ok", "green"), "warning": ("warning", "yellow"), "error": ("error", "bold red")}


def document_table(documents: Sequence[DocumentInfo]) -> Table:
    """A row a document."""
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column("document", no_wrap=True, overflow="fold")
    table.add_column("title")
    table.add_column("size", justify="right", no_wrap=True)
    table.add_column("chunks", justify="right", no_wrap=True)
    for info in documents:
        table.add_row(
            Text(flat(info.uri), style="bold"),
            Text(flat(info.title), no_wrap=True, overflow="ellipsis"),
            size(info.size),
            f"{info.chunks:,}",
        )
    return table


def status_page(status: Status) -> Iterator[RenderableType]:
    """The store in figures, then the sources that could not be taken in."""
    table = Table.grid(padding=(0, 3))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for name, value in _facts(status):
        table.add_row(name, Text(flat(value)))
    yield table
    if status.failures:
        yield Text("\nNot in the store; ragkit ingest tries again:", style="red")
        for failure in status.failures:
            yield indented(failed(failure.uri, failure.reason))
    if status.unread:
        yield Text("\nIn the store, but for what could not be read:", style="yellow")
        for part in status.unread:
            yield indented(failed(part.uri, part.reason))
    if status.unsupported:
        yield Text("\nNot in the store, because nothing reads them:", style="yellow")
        for file in status.unsupported:
            yield indented(failed(file.uri, file.reason))
    if status.empty:
        yield Text("\nIn the store, but without any text:", style="yellow")
        for uri in status.empty:
            yield indented(Text(flat(uri)))


def finding_list(findings: Sequence[Finding]) -> Iterator[RenderableType]:
    """Each finding with its remedy, then the verdict."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings:
        sign, style = SIGNS[finding.level]
        table.add_row(Text(sign, style=style), Text(flat(finding.what)))
        if finding.remedy:
            table.add_row("", Text(flat(finding.remedy), style="dim"))
    yield table
    bad = sum(finding.level != "ok" for finding in findings)
    yield Text(f"\n{many(bad, 'thing')} to look at." if bad else "\nAll is well.", style="dim")


def _facts(status: Status) -> Iterator[tuple[str, str]]:
    room = "" if status.size_bytes is None else f", {size(status.size_bytes)}"
    yield "store", f"{status.path}{room}, schema {status.schema}"
    yield "documents", f"{status.documents:,}"
    yield "chunks", f"{status.chunks:,}"
    yield "vectors", f"{status.vectors:,}"
    yield "embedder", status.embedder
    yield "chunker", status.chunker
    yield "index", status.index
    if status.size_bytes is not None:
        yield "failed", many(len(status.failures), "source") if status.failures else "none"
    if status.unread:
        yield "read in part", many(len({part.uri for part in status.unread}), "document")
