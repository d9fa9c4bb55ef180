"""``ragkit ingest``: bring a store in line with files, folders and pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypedDict

import typer

from ragkit.cli import options, sources

if TYPE_CHECKING:
    from ragkit.types import Metadata

EXAMPLES = """\b
Examples:
  ragkit ingest docs notes.md 'reports/**/*.pdf'
  ragkit ingest docs --prune          also remove documents whose file is gone
  ragkit ingest docs --dry-run        tell what would happen
  ragkit ingest docs --watch          go on until Ctrl-C
  ragkit ingest docs --exclude '*.log' --metadata team=hr --principal hr@example.org
  ragkit ingest tickets.jsonl --json-text body --json-metadata team
  ragkit ingest https://example.org/guide.html --sitemap https://example.org/sitemap.xml
  ragkit ingest s3://bucket/docs      with pip install s3fs
  pdftotext a.pdf - | ragkit ingest - --uri a.txt
  ragkit ingest docs --store /srv/kb  keep the store elsewhere
\b
A file .ragkitignore in any folder, written like a .gitignore, keeps files out.
Hidden files and folders, __pycache__, node_modules and virtual environments are
passed by and counted; name them to take them in: ragkit ingest docs docs/.notes
"""


def ingest(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH|GLOB|URL|-...",
            help="Files, folders, globs, web pages or remote folders; - is standard input.",
            show_default=False,
        ),
    ] = None,
    store: options.StorePath = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove documents under these paths whose file is gone.")
    ] = False,
    exclude: Annotated[
        list[str] | None,
        typer.Option("--exclude", metavar="GLOB", help="Leave these out, as in a .gitignore. May be repeated."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would happen; write nothing.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Keep folders in sync until Ctrl-C; what vanishes is removed.")
    ] = False,
    metadata: Annotated[
        list[str] | None,
        typer.Option("--metadata", metavar="KEY=VALUE", help="Set on every document of the run. May be repeated."),
    ] = None,
    collection: Annotated[
        str | None, typer.Option("--collection", metavar="NAME", help="The part of the store they go into [default].")
    ] = None,
    principal: Annotated[
        list[str] | None,
        typer.Option("--principal", metavar="NAME", help="A user or group that may see them [all]. May be repeated."),
    ] = None,
    json_text: Annotated[
        list[str] | None,
        typer.Option(
            "--json-text",
            metavar="FIELD",
            help="Of JSON take this field, such as body or a.b; '' takes all [all]. May be repeated.",
        ),
    ] = None,
    json_metadata: Annotated[
        list[str] | None,
        typer.Option("--json-metadata", metavar="FIELD", help="Of JSON make this field metadata. May be repeated."),
    ] = None,
    reset_labels: Annotated[
        bool,
        typer.Option(
            "--reset-labels", help="Forget what earlier runs set by --metadata, --collection and --principal."
        ),
    ] = False,
    uri: Annotated[
        str | None, typer.Option("--uri", metavar="NAME", help="The name under which standard input is stored.")
    ] = None,
    media_type: Annotated[
        str | None,
        typer.Option("--media-type", metavar="TYPE", help="The type of standard input, such as text/html [detected]."),
    ] = None,
    url_list: Annotated[
        list[Path] | None,
        typer.Option("--url-list", metavar="FILE", help="Pages to fetch, an address a line. May be repeated."),
    ] = None,
    sitemap: Annotated[
        list[str] | None, typer.Option("--sitemap", metavar="URL", help="Fetch the pages it lists. May be repeated.")
    ] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Fetch pages from this machine and the local network too.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write the whole account, every name, as JSON.")
    ] = None,
    json: options.Json = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Name all that was ignored or taken in.")] = False,
    embedder: Annotated[
        str | None,
        typer.Option("--embedder", metavar="NAME|PATH|ENDPOINT", help="The embedding model of a new store [minilm]."),
    ] = None,
    pipeline: options.Pipeline = None,
    base_url: options.BaseUrl = None,
    offline: options.Offline = False,
) -> int:
    """Read, split, embed and store documents. A second run takes in only what changed."""
    import ragkit
    from ragkit.cli.progress import progress

    settings = {
        "ingest.embedder": embedder,
        "ingest.allow_private": options.yes(allow_private),
        "ingest.json_text": json_text or None,
        "ingest.json_metadata": json_metadata or None,
        "pipeline": pipeline,
        "generate.base_url": base_url,
        "offline": options.yes(offline),
    }
    given = [*(names or []), *sources.addresses(url_list or []), *(f"sitemap:{url}" for url in sitemap or [])]
    account = sources.Account(report, as_json=json, verbose=verbose)
    said = _said(exclude, metadata, collection, principal, reset=reset_labels)
    with ragkit.open(store, settings) as kit:
        if watch:
            sources.watched(given, dry_run=dry_run)
            with progress() as say:
                return account.follow(kit.watch(given, progress=say, **said), kit)
        items = sources.items(given, uri, media_type, kit.settings)
        with progress() as say:
            done = kit.ingest(items, prune=prune, progress=say, dry_run=dry_run, **said)
        return account.show(done, kit)


class _Said(TypedDict):
    """What is said of all documents of the run; what is None stays as an earlier run said it."""

    exclude: Sequence[str]
    metadata: Metadata | None
    collection: str | None
    principals: Sequence[str] | None


def _said(
    exclude: Sequence[str] | None,
    metadata: Sequence[str] | None,
    collection: str | None,
    principals: Sequence[str] | None,
    *,
    reset: bool,
) -> _Said:
    from ragkit.ingest.labels import DEFAULT, parse_metadata

    return {
        "exclude": exclude or (),
        "metadata": parse_metadata(metadata) if metadata else {} if reset else None,
        "collection": collection or (DEFAULT if reset else None),
        "principals": principals or (() if reset else None),
    }
