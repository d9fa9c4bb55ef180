"""What a page is: by what its server says of it, its name and its content."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from email.message import Message

from ragkit.ingest.decode import is_foreign
from ragkit.ingest.readers.formats import FORMATS
from ragkit.ingest.sniff import HEAD_BYTES, media_type

_SAID = {said: each.media_type for each in FORMATS if each.reader for said in (each.media_type, *each.aliases)}
"""What servers call what can be read."""
_VAGUE = frozenset({"", "text/plain", "application/octet-stream", "binary/octet-stream"})
"""What servers say of anything."""


def media_type_of_page(name: str, headers: Mapping[str, str], body: bytes) -> str | None:
    """The media type of a page whose path ends in ``name``, or None when there is no reader for it."""
    said = _stated(headers)[0]
    kind = _SAID.get(said)
    if kind is None and said.endswith("+xml"):
        kind = "application/xml"
    if kind is None and said.endswith("+json"):
        kind = "application/json"
    if said in _VAGUE:
        kind = media_type(name, body[:HEAD_BYTES]) or (None if is_foreign(body[:HEAD_BYTES]) else kind)
    return kind


def with_charset(body: bytes, headers: Mapping[str, str]) -> bytes:
    """``body`` in UTF-8 with a byte order mark if the server states an encoding that fits, which goes before all."""
    kind, charset = _stated(headers)
    if not charset or not (kind.startswith("text/") or kind == "application/xhtml+xml"):
        return body
    if body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body
    try:
        return codecs.BOM_UTF8 + body.decode(charset).encode("utf-8")
    except (LookupError, UnicodeError):
        return body


def _stated(headers: Mapping[str, str]) -> tuple[str, str]:
    """Media type and encoding in a ``Content-Type`` header, in lower case; "" for what is not stated."""
    message = Message()
    message["Content-Type"] = headers.get("Content-Type", "")
    kind = message.get_content_type() if headers.get("Content-Type") else ""
    return kind, message.get_content_charset() or ""
