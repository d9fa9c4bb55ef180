"""What a user says about all documents of a run: metadata, collection, who may see them, and what to take of JSON.

What one run says of a folder, a page or a document holds for later runs too, until one says something else: otherwise
a plain ``ragkit ingest docs`` would open to all what an earlier one had closed. A file moved out of a closed folder
stays closed, unless something is said of its new place. What a document given in memory brings itself goes before
what was said earlier, and after what is said in this run.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

from ragkit.arguments import check, names
from ragkit.config import Settings
from ragkit.errors import UsageError
from ragkit.ingest.typed import typed
from ragkit.store.filters import COLUMNS, IN_METADATA
from ragkit.types import Document, Fields, Metadata, Scalar

log = logging.getLogger(__name__)

DEFAULT = "default"
"""The collection of a document that says none."""


@dataclass(frozen=True, slots=True)
class Labels:
    """None is what was not said."""

    metadata: Metadata | None = None
    collection: str | None = None
    principals: tuple[str, ...] | None = None
    fields: Fields | None = None

    def over(self, earlier: Labels) -> Labels:
        """These, and where they say nothing, what was said ``earlier``."""
        return Labels(
            earlier.metadata if self.metadata is None else self.metadata,
            earlier.collection if self.collection is None else self.collection,
            earlier.principals if self.principals is None else self.principals,
            earlier.fields if self.fields is None else self.fields,
        )

    @property
    def of_documents(self) -> Labels:
        """What is said of documents, and not of how files are read."""
        return replace(self, fields=None)

    def on(self, document: Document) -> Document:
        """The document with these labels; its own metadata stay where they have other names."""
        if self == Labels():
            return document
        return replace(
            document,
            metadata={**document.metadata, **(self.metadata or {})},
            collection=document.collection if self.collection is None else self.collection,
            principals=document.principals if self.principals is None else self.principals,
        )

    def under(self, document: Document) -> Document:
        """The document with these labels where it brings none of its own."""
        if self == Labels():
            return document
        return replace(
            document,
            metadata={**(self.metadata or {}), **document.metadata},
            collection=document.collection if document.collection != DEFAULT else self.collection or DEFAULT,
            principals=document.principals or self.principals or (),
        )

    @property
    def digest(self) -> str:
        """Tells whether anything of documents has changed; empty when nothing is said."""
        said = {name: value for name, value in self.of_documents.options().items() if value not in ({}, [], DEFAULT)}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12] if said else ""

    def options(self) -> dict[str, Any]:
        """As the store remembers them; what was not said is left out."""
        said = {
            "metadata": None if self.metadata is None else dict(self.metadata),
            "collection": self.collection,
            "principals": None if self.principals is None else list(self.principals),
            "fields": None if self.fields is None else [list(self.fields.text), list(self.fields.metadata)],
        }
        return {name: value for name, value in said.items() if value is not None}


def from_options(options: Mapping[str, Any]) -> Labels:
    """The reverse of `Labels.options`; other options are passed by."""
    principals, fields = options.get("principals"), options.get("fields")
    return Labels(
        options.get("metadata"),
        options.get("collection"),
        None if principals is None else tuple(principals),
        None if fields is None else Fields(*map(tuple, fields)),
    )


def fields_of(settings: Settings) -> Fields | None:
    """The fields of JSON that the settings say, blank names left out; None where they say nothing."""
    text, metadata = settings.ingest.json_text, settings.ingest.json_metadata
    if not (text or metadata or settings.origins.keys() & {"ingest.json_text", "ingest.json_metadata"}):
        return None
    return Fields(*(tuple(name.strip() for name in names if name.strip()) for names in (text, metadata)))


def labels_of(
    metadata: Metadata | None,
    collection: str | None,
    principals: str | Iterable[str] | None,
    fields: Fields | None = None,
) -> Labels:
    """The labels of a run.

    Raises:
        UsageError: A name is empty or no text, or a value is no text, number, truth value or list of these.
    """
    if metadata is not None:
        check("What goes for metadata", metadata, Mapping)
    for key, value in (metadata or {}).items():
        check("A name of metadata", key, str)
        if not key.strip() or not all(map(_is_scalar, value if isinstance(value, list | tuple) else [value])):
            raise UsageError(
                f"The metadata {key!r} = {value!r} cannot be.",
                "Values are text, numbers, true/false, or lists of these.",
            )
    if collection is not None:
        check("The collection", collection, str)
        if not collection.strip():
            raise UsageError("The collection has no name.", "Name it, or leave it out.")
    may = None if principals is None else names("The principals", principals)
    if may is not None and not all(name.strip() for name in may):
        raise UsageError("A principal has no name.", "Name a user or a group.")
    if metadata is not None:
        metadata = {key: [*value] if isinstance(value, list | tuple) else value for key, value in metadata.items()}
    labels = Labels(metadata, collection, None if may is None else tuple(sorted(set(may))), fields)
    try:
        json.dumps(labels.options(), ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise UsageError("A label is not valid Unicode (half a surrogate pair).", "Write it in UTF-8.") from error
    return labels


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | int | bool) or (isinstance(value, float) and isfinite(value))


def parse_metadata(pairs: Sequence[str]) -> dict[str, Scalar]:
    """``key=value`` words as metadata: true and false, whole numbers and decimals are what they look like.

    Raises:
        UsageError: A word has no key or no ``=``.
    """
    metadata: dict[str, Scalar] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not key.strip() or not equals:
            raise UsageError(f"--metadata {pair} says nothing.", "Write --metadata KEY=VALUE.")
        metadata[key.strip()] = typed(value.strip())
    for key in sorted(COLUMNS.keys() & metadata):
        log.info("In a filter, %s alone is what every document has; this is %s%s.", key, IN_METADATA, key)
    return metadata
