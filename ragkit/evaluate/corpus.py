"""From the URIs that a suite writes to the documents of a store.

A case names a document by its place within the suite's corpus, ``people/leave.md``; a store names it by where the
corpus was ingested from, such as ``evals/handbook/corpus/people/leave.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from ragkit.errors import SourceError, UsageError
from ragkit.evaluate.suite import Suite
from ragkit.ingest.find import Refusal, find_sources
from ragkit.ingest.read import close, load, read
from ragkit.ingest.report import Failure
from ragkit.types import Document


def read_corpus(suite: Suite) -> dict[str, Document]:
    """Every document of the corpus by its place within it, read from the files.

    Raises `SourceError`, naming each file that fails, when one does.
    """
    found = find_sources([suite.corpus], base=suite.corpus)
    refused, documents = [*found.unsupported, *found.failed], {}
    try:
        for source in found.sources:
            try:
                documents[source.uri] = read(source, load(source))
            except SourceError as error:
                refused.append(Refusal(source.uri, error.message.removesuffix(".")))
    finally:
        close()
    refuse_in_part(suite, refused)
    return documents


def refuse_in_part(suite: Suite, refused: Sequence[Failure | Refusal]) -> None:
    """Raises `SourceError` when files are ``refused``: figures would be those of another corpus."""
    if refused:
        reasons = "; ".join(f"{refusal.uri}: {refusal.reason}" for refusal in refused)
        raise SourceError(f"The corpus of {suite.name} cannot be read whole: {reasons}.", "Mend or remove these files.")


def corpus_documents(load: Callable[[str], Document], uris: Collection[str]) -> Callable[[str], Document]:
    """A look-up, each document loaded once, that takes a URI of ``uris`` or the end of exactly one of them.

    Of several ends the one in the folder that holds all of ``uris`` is meant: a corpus may have a ``README.md`` in its
    folder and others below. The look-up raises `UsageError` when no document, or more than one, is meant.
    """
    known = set(uris)
    loaded: dict[str, Document] = {}

    def look_up(uri: str) -> Document:
        if uri not in loaded:
            loaded[uri] = load(uri if uri in known else _ending(uri, known))
        return loaded[uri]

    return look_up


def _ending(uri: str, known: Collection[str]) -> str:
    found = sorted(other for other in known if other.endswith("/" + uri))
    highest = min(found, key=len, default="")
    if len(found) == 1 or (found and all(other.startswith(highest.removesuffix(uri)) for other in known)):
        return highest
    if not found:
        raise UsageError(
            f"There is no document {uri}.", "Name it by its place within the corpus; a store must hold all of that."
        )
    raise UsageError(f"{uri} could be {found[0]} or {found[1]}.", "Ingest the suite's corpus, and nothing else.")
