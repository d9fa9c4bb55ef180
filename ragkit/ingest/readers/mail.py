"""E-mail (EML): subject, who wrote to whom and when, and the body. Attachments are named, not read."""

from __future__ import annotations

import codecs
import logging
from email import message_from_bytes, policy
from email.message import EmailMessage

from ragkit.errors import SourceError
from ragkit.ingest.decode import decode
from ragkit.ingest.readers.build import TextBuilder, name_of, split_lines
from ragkit.ingest.readers.html import write_html
from ragkit.types import Document, Source

log = logging.getLogger(__name__)

_HEADERS = ("From", "To", "Cc", "Date")


class MailReader:
    """The `ragkit.protocols.Reader` of a message in the Internet message format, RFC 5322."""

    def read(self, source: Source, data: bytes) -> Document:
        """The subject as title, the headers as lines, then the plain text, or the HTML where that is all there is."""
        data = data.removeprefix(codecs.BOM_UTF8)
        message = message_from_bytes(data, policy=policy.default)
        if data.strip() and not any(name in message for name in (*_HEADERS, "Subject")):
            raise SourceError(f"{source.uri} is not an e-mail: it has no header.", "Check its name.")
        builder = TextBuilder(marks="none")
        subject = _header(message, "Subject")
        if subject:
            builder.add("heading", [(subject, 0)], level=1)
        about = {name: text for name in _HEADERS if (text := _header(message, name))}
        builder.add("paragraph", [(f"{name}: {text}\n", 0) for name, text in about.items()])
        _write_body(builder, message, source.uri)
        attached = [_described(part) for part in message.iter_attachments()] if message.is_multipart() else []
        for name in attached:
            builder.add("item", [(f"Attachment: {name}", 0)])
        if attached:
            log.warning("%s: its attachments (%d) were named but not read", source.uri, len(attached))
        metadata = {name.lower(): text for name, text in about.items()}
        return builder.document(
            source,
            title=subject or name_of(source),
            metadata={**metadata, "attachments": len(attached)} if attached else metadata,
        )


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(str(message.get(name, "")).encode("utf-8", "replace").decode("utf-8").split())


def _write_body(builder: TextBuilder, message: EmailMessage, uri: str) -> None:
    body = message.get_body(("plain", "html"))
    if body is None:
        return
    payload = body.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    text = decode(content, uri, body.get_content_charset())
    if body.get_content_type() == "text/html":
        write_html(builder, text, 0)
        return
    for paragraph in text.split("\n\n"):
        builder.add("paragraph", split_lines(paragraph, 1))


def _described(part: EmailMessage) -> str:
    name = " ".join((part.get_filename() or "without a name").split())
    return f"{name} ({part.get_content_type()})".encode("utf-8", "replace").decode("utf-8")
