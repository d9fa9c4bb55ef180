"""``ragkit search``: the passages that match, without an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from ragkit.cli import options, render
from ragkit.cli.exits import Exit

if TYPE_CHECKING:
    from ragkit.kit import Kit
    from ragkit.retrieve.trace import Traced
    from ragkit.types import Scope

EXAMPLES = """\b
Examples:
  ragkit search "parental leave"
  ragkit search -k 3 --json "parental leave"
  ragkit search --explain "parental leave"
  ragkit search --filter 'team = "legal" and year >= 2023' --as alice --as staff "leave"
  ragkit search --batch queries.jsonl      lines of {"id": ..., "query": ...}
"""


def search(
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY...", help="What to look for, quoted or not; - reads standard input."),
    ] = None,
    hits: options.Hits = None,
    store: options.StorePath = None,
    pipeline: options.Pipeline = None,
    reranker: options.Reranker = None,
    filter: options.Filter = "",  # noqa: A002 - the option's name
    collection: options.Collection = "",
    identity: options.As = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show how each passage came to its place.")] = False,
    json: options.Json = False,
    batch: options.Batch = None,
    offline: options.Offline = False,
) -> int:
    """Find the passages that match a query, by meaning and by words."""
    import ragkit
    from ragkit.cli.question import given
    from ragkit.types import Scope

    scope = Scope.of(filter, collection, identity)
    settings = {
        "retrieve.hits": hits,
        "retrieve.reranker": reranker,
        "pipeline": pipeline,
        "offline": options.yes(offline),
    }
    with ragkit.open(store, settings) as kit:
        if batch is not None:
            options.alone("--batch", *query or ())
            return _batch(kit, batch, scope, explain)
        kit.load_beside(answering=False)
        text = given(query, "search")
        found = _found(kit, text, scope)
        held = found or kit.documents(filter=filter, collection=collection, identity=identity)
        nothing = "" if held else kit.no_document(scope)
    if json:
        render.data(_as_dict("", text, found, explain))
    else:
        from ragkit.cli.screens.hits import hit_list

        traces = [each.trace for each in found] if explain else ()
        render.show(*hit_list(text, [each.hit for each in found], traces, nothing=nothing))
    return Exit.ANSWERED


def _found(kit: Kit, query: str, scope: Scope) -> list[Traced]:
    return kit.explain(query, filter=scope.where, collection=scope.collection, identity=scope.identity)


def _as_dict(name: str | int, query: str, found: Sequence[Traced], explain: bool) -> dict[str, object]:
    from msgspec import to_builtins

    from ragkit.wire import hits_to_dict

    whole = hits_to_dict(name, query, [each.hit for each in found])
    return {**whole, "explain": to_builtins([each.trace for each in found])} if explain else whole


@dataclass(frozen=True, slots=True)
class Searched(options.Scoped):
    """A line of a batch."""

    query: str


def _batch(kit: Kit, source: str, scope: Scope, explain: bool) -> int:
    from ragkit.cli import batch
    from ragkit.wire import hits_to_dict

    def answer(lines: Sequence[tuple[str | int, Searched]]) -> list[dict[str, object]]:
        return [_as_dict(name, line.query, _found(kit, line.query, scope), explain) for name, line in lines]

    def failed(line: batch.Line[Searched], reason: str) -> dict[str, object]:
        return {**hits_to_dict(line.id, line.value.query if line.value else "", []), "error": reason}

    return batch.run(source, Searched, answer, failed, lambda _: "answered")
