"""``ragkit list``, ``show`` and ``remove``: the documents of a store."""

from __future__ import annotations

from typing import Annotated

import typer

from ragkit.cli import options, render
from ragkit.cli.exits import Exit


def list_documents(
    store: options.StorePath = None,
    filter: options.Filter = "",  # noqa: A002 - the option's name
    collection: options.Collection = "",
    identity: options.As = None,
    json: options.Json = False,
) -> int:
    """List the documents in the store."""
    import ragkit
    from ragkit.types import Scope

    with ragkit.open(store) as kit:
        documents = kit.documents(filter=filter, collection=collection, identity=identity)
        nothing = "" if documents else kit.no_document(Scope.of(filter, collection, identity))
    if json:
        import msgspec

        render.data(msgspec.to_builtins(documents))
        return Exit.ANSWERED
    from ragkit.cli.screens.place import many
    from ragkit.cli.screens.store import document_table

    if documents:
        render.show_wide(document_table(documents))
    chunks = sum(info.chunks for info in documents)
    render.note(nothing or f"{many(len(documents), 'document')}, {many(chunks, 'chunk')}")
    return Exit.ANSWERED


def show(
    uri: Annotated[str, typer.Argument(metavar="URI", help="A document, named as in ragkit list.", show_default=False)],
    store: options.StorePath = None,
    filter: options.Filter = "",  # noqa: A002
    collection: options.Collection = "",
    identity: options.As = None,
    json: options.Json = False,
) -> int:
    """Print a document's text as it was ingested. Citations index this text."""
    import ragkit

    with ragkit.open(store) as kit:
        document = kit.document(uri, filter=filter, collection=collection, identity=identity)
    if json:
        from ragkit.wire import document_to_dict

        render.data(document_to_dict(document))
    else:
        render.note(f"{document.uri}, {document.media_type}: {document.title}")
        for part in document.unread:
            render.note(f"Not read: {part.what}")
        render.text(document.text)
    return Exit.ANSWERED


def remove(
    uris: Annotated[list[str], typer.Argument(metavar="URI...", help="Documents to remove.", show_default=False)],
    store: options.StorePath = None,
) -> int:
    """Remove documents from the store; their files stay."""
    import ragkit
    from ragkit.cli.screens.place import many

    with ragkit.open(store) as kit:
        for uri in uris:
            info = kit.remove(uri)
            render.text(f"Removed {info.uri}, {many(info.chunks, 'chunk')}.")
    return Exit.ANSWERED
