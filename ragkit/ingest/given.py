"""Documents that are given rather than found: in memory, or as bytes on standard input."""

from __future__ import annotations

import hashlib
import json

from ragkit.errors import SourceError, UsageError
from ragkit.ingest.decode import is_binary, is_foreign
from ragkit.ingest.globs import printable
from ragkit.ingest.read import read
from ragkit.ingest.sniff import media_type as media_type_by_content
from ragkit.types import Document, Fields, Source


def document_of(uri: str, data: bytes, media_type: str | None = None, fields: Fields | None = None) -> Document:
    """The document in ``data``. What ``media_type`` does not say is told by content and the uri's ending; text is text.

    Raises:
        UsageError: Nothing tells what it is.
        SourceError: It cannot be read.
    """
    kind = media_type or media_type_by_content(uri.rpartition("/")[2], data)
    if not kind and (is_binary(data) or is_foreign(data)):
        raise UsageError(f"Nothing tells what {uri} is.", "Say it with --media-type, such as --media-type text/plain.")
    return read(Source(uri, None, kind or "text/plain", len(data), fields=fields or Fields()), data)


def digest_of(document: Document) -> str:
    """Identity of all that a document given in memory holds; its text alone would hide a new title."""
    about = (document.title, document.media_type, document.blocks, document.lines, document.pages)
    labels = (
        (document.collection, document.principals) if document.principals or document.collection != "default" else ""
    )
    whole = f"{about}{sorted(document.metadata.items())}{labels}\0{document.text}"
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def refuse_unfit(document: Document) -> None:
    """Raises `SourceError` for what cannot be kept.

    That is: no uri, metadata that are no JSON, principals that are no names, or half a surrogate pair, which neither
    tokenizers nor SQLite can take.
    """
    if not document.uri.strip():
        raise SourceError("A document has no uri.", "Give each a name of its own.")
    for key, value in document.metadata.items():
        if not (isinstance(key, str) and _is_json(value)):
            raise SourceError(
                f"{printable(document.uri)} has the metadata {key!r}, whose value is {type(value).__name__}.",
                "Names are text, values text, numbers or true/false.",
            )
    if isinstance(document.principals, str) or not all(
        isinstance(name, str) and name.strip() for name in document.principals
    ):
        raise SourceError(
            f"The principals of {printable(document.uri)} are {document.principals!r}.",
            'Give a tuple of names, such as ("hr",).',
        )
    about = (*document.metadata, *document.metadata.values(), document.collection, *document.principals)
    try:
        f"{document.uri}{document.title}{document.media_type}{''.join(map(str, about))}{document.text}".encode()
    except UnicodeEncodeError as error:
        raise SourceError(
            f"{printable(document.uri)} has text that is not valid Unicode (half a surrogate pair).",
            "Convert it to UTF-8.",
        ) from error


def _is_json(value: object) -> bool:
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return False
    return True
