"""Documents that are given rather than found: in memory, or as bytes on standard input."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping
from dataclasses import replace

from ragkit.arguments import check
from ragkit.errors import SourceError, UsageError
from ragkit.ingest.decode import is_binary, is_foreign
from ragkit.ingest.globs import printable
from ragkit.ingest.read import read
from ragkit.ingest.readers import BY_MEDIA_TYPE, media_type_of
from ragkit.ingest.sniff import media_type as media_type_by_content
from ragkit.types import Document, Fields, Source

log = logging.getLogger(__name__)

_MARKED_UP = frozenset({"text/html", "application/xml"})
_TAG = re.compile(r"<[a-z!?/][^<>]*>", re.IGNORECASE)
_TEXT = ("uri", "text", "title", "media_type", "collection")
_MARKS = ("blocks", "lines", "pages")
TYPES = (
    *((name, str, "Give a text.") for name in _TEXT),
    *((name, tuple | list, "Give a tuple, which may be empty.") for name in _MARKS),
    ("metadata", Mapping, "Give values by name."),
)
"""What a document given in memory may have for its fields, and what to do where it has something else."""


def read_document(uri: str, data: bytes, media_type: str | None = None, fields: Fields | None = None) -> Document:
    """The document in the bytes of a file, such as an upload, to be given to `Kit.ingest`.

    Args:
        uri: What the document is to be called, such as ``report.pdf``.
        data: The whole file. Risky formats are parsed in a process of their own.
        media_type: Its format. By default content tells it, and the ending of ``uri``; what is text is plain text.
        fields: Of JSON: what is text, and what is metadata.

    Raises:
        UsageError: Nothing tells what it is, or the data are no bytes.
        SourceError: It cannot be read, or is an archive: `Kit.ingest` takes its path.
    """
    check("The uri", uri, str)
    check("The data", data, bytes)
    kind = media_type or media_type_by_content(uri.rpartition("/")[2], data)
    if not kind and (is_binary(data) or is_foreign(data)):
        hint = "Say it (media_type, --media-type), such as text/plain."
        raise UsageError(f"Nothing tells what {uri} is.", hint)
    return read(Source(uri, None, kind or "text/plain", len(data), fields=fields or Fields()), data)


def as_named(document: Document) -> Document:
    """A document given in memory as the format that its name tells, where its type is not said: ``d.md`` is Markdown.

    One that has structure already stays, and so does what only bears the name: text that was taken out of
    ``page.html``, or a ``.json`` that is none.

    Raises:
        SourceError: The reader of a plug-in refuses it or fails: nothing else tells what bears only the name.
    """
    if document.media_type:
        return document
    plain = replace(document, media_type="text/plain")
    name, data = document.uri.rpartition("/")[2], document.text.encode()
    kind = media_type_of(name)
    structured = document.blocks or document.lines or document.pages
    if structured or kind in {None, "text/plain"} or media_type_by_content(name, data) != kind:
        return plain
    if kind in _MARKED_UP and not _TAG.search(document.text):
        return plain
    try:
        found = read_document(document.uri, data, kind)
    except SourceError as error:
        if kind not in BY_MEDIA_TYPE:
            hint = f"{error.hint} To take the text as it is, give it the media type text/plain."
            raise SourceError(error.message, hint.strip()) from error
        log.info("%s is taken as plain text: %s", document.uri, error)
        return plain
    return replace(
        found,
        title=document.title or found.title,
        metadata={**found.metadata, **document.metadata},
        collection=document.collection,
        principals=document.principals,
        unread=(*found.unread, *document.unread),
    )


def digest_of(document: Document) -> str:
    """A hash of all that a document given in memory holds; its text alone would hide a new title."""
    about = (document.title, document.media_type, document.blocks, document.lines, document.pages)
    labels = (
        (document.collection, document.principals) if document.principals or document.collection != "default" else ""
    )
    unread = document.unread or ""
    whole = f"{about}{sorted(document.metadata.items())}{labels}{unread}\0{document.text}"
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def refuse_unfit(document: Document) -> None:
    """Raises `SourceError` for what cannot be kept.

    That is: what is not of its type, no uri, metadata that no filter can compare, principals that are no names, or
    half a surrogate pair, which neither tokenizers nor SQLite can take.
    """
    for name, kind, wanted in TYPES:
        value = getattr(document, name)
        if not isinstance(value, kind):
            raise SourceError(f"The {name} of {printable(str(document.uri))} is {type(value).__name__}.", wanted)
    if not document.uri.strip():
        raise SourceError("A document has no uri.", "Give each a name of its own.")
    for key, value in document.metadata.items():
        if not (isinstance(key, str) and all(map(_is_plain, value if isinstance(value, list | tuple) else [value]))):
            raise SourceError(
                f"{printable(document.uri)} has the metadata {key!r} = {value!r}, which cannot be kept.",
                "Names are text, values text, numbers, true/false, or lists of these.",
            )
    if not isinstance(document.principals, tuple | list) or not all(
        isinstance(name, str) and name.strip() for name in document.principals
    ):
        raise SourceError(
            f"The principals of {printable(document.uri)} are {document.principals!r}.",
            'Give a tuple of names, such as ("hr",).',
        )
    unread = (part.what for part in document.unread)
    about = (*document.metadata, *document.metadata.values(), document.collection, *document.principals, *unread)
    try:
        f"{document.uri}{document.title}{document.media_type}{''.join(map(str, about))}{document.text}".encode()
    except UnicodeEncodeError as error:
        raise SourceError(
            f"{printable(document.uri)} has text that is not valid Unicode (half a surrogate pair).",
            "Convert it to UTF-8.",
        ) from error


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float)
