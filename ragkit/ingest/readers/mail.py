"""E-mail (EML): subject, who wrote to whom and when, the body, and each attachment as its own reader reads it.

An attachment is a section of the message, under a heading with its name, and so is each file in an archive; page and
line numbers are left out, for those of several files in one document would tell nobody anything. It runs in the worker,
and so do the readers that it calls.
"""

from __future__ import annotations

import base64
import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.errors import InvalidBase64LengthDefect
from email.message import MIMEPart

from ragkit.errors import SourceError
from ragkit.ingest.archives import open_archive
from ragkit.ingest.decode import decode
from ragkit.ingest.readers import CONTAINERS, reader_for
from ragkit.ingest.readers.aligned import add_lines
from ragkit.ingest.readers.build import TextBuilder, name_of, split_lines
from ragkit.ingest.readers.embedded import costing_itself_alone, refuse_lacking
from ragkit.ingest.readers.html import write_html
from ragkit.ingest.sniff import media_type
from ragkit.types import Document, Source

_HEADERS = ("From", "To", "Cc", "Date")
_BODIES = ("text/plain", "text/html")
"""What a message is mostly written in; the first is taken where it is told in both."""
_NO_TEXT = frozenset({"text/rfc822-headers", "text/rtf"})
_WORD = re.compile(r"[^\W_]+")
_MAX_DEPTH = 4
"""Messages that are attached to messages that are attached."""
_MAX_NESTING = 100
"""Of parts in parts; nobody writes such a message, and Python's own parser has no limit but that of the stack."""
_MAX_ATTACHMENTS = 1_000
_MAX_UNPACKED = 64 * 2**20
_FINDER = "__MACOSX/"
"""What macOS notes of the files in a ZIP; nothing of it is their text."""
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==|[A-Za-z0-9+/]=))?")
_NO_DIGIT = re.compile(rb"[^A-Za-z0-9+/]")


@dataclass(slots=True)
class _Parts:
    """The texts that somebody reads as the message, in order, what tells the same in another form, and all else."""

    body: list[MIMEPart] = field(default_factory=list)
    forms: list[MIMEPart] = field(default_factory=list)
    attached: list[MIMEPart] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _File:
    """What is attached. ``kind`` is its media type by its name and content, ``stated`` that which the message says."""

    name: str
    data: bytes
    kind: str | None
    stated: str
    refusal: str = ""


class MailReader:
    """The `ragkit.protocols.Reader` of a message in the Internet message format, RFC 5322."""

    def read(self, source: Source, data: bytes) -> Document:
        """The subject as title, the headers as lines, the plain text or else the HTML, then the attachments.

        Of a message that is told in several forms the others are read for what the first does not tell.
        """
        return _document(source, data, depth=1)


def _document(source: Source, data: bytes, depth: int) -> Document:
    data = data.removeprefix(codecs.BOM_UTF8)
    message = parsed(data, source.uri)
    if data.strip() and not any(name in message for name in (*_HEADERS, "Subject")):
        raise SourceError(f"{source.uri} is not an e-mail: it has no header.", "Check its name.")
    builder = TextBuilder(marks="none")
    subject = _header(message, "Subject")
    if subject:
        builder.add("heading", [(subject, 0)], level=1)
    about = {name: text for name in _HEADERS if (text := _header(message, name))}
    builder.add("paragraph", [(f"{name}: {text}\n", 0) for name, text in about.items()])
    parts = _parted(message)
    attached = [*parts.attached, *_write_texts(builder, parts, source.uri)]
    metadata: dict[str, str | int | float | bool] = {name.lower(): text for name, text in about.items()}
    unread = sum(not _attach(builder, part, source.uri, depth) for part in attached[:_MAX_ATTACHMENTS])
    if attached:
        metadata["attachments"] = len(attached)
    if beyond := len(attached[_MAX_ATTACHMENTS:]):
        builder.leave_out(f"{beyond:,} attachments", f"there are more than {_MAX_ATTACHMENTS:,}")
    if unread + beyond:
        metadata["attachments_not_read"] = unread + beyond
    return builder.document(source, title=subject or name_of(source), metadata=metadata)


def _write_texts(builder: TextBuilder, parts: _Parts, uri: str) -> Iterator[MIMEPart]:
    """Adds the texts of a message, and what is damaged of all its parts; those that are no text after all."""
    for write, texts in ((write_body, parts.body), (_add_untold, parts.forms)):
        for part in texts:
            try:
                write(builder, part, uri)
            except SourceError:
                if len(parts.body) + len(parts.forms) == 1:
                    raise
                yield part
    for part in (*parts.body, *parts.forms, *parts.attached):
        _tell_damage(builder, part)


def parsed(data: bytes, uri: str) -> MIMEPart:
    """The parts of a message. Raises `SourceError` when they are nested too deeply."""
    try:
        message = message_from_bytes(data, policy=policy.default)
        too_deep = _is_deep(message)
    except RecursionError:
        too_deep = True
    if too_deep:
        reason = f"its parts are nested more than {_MAX_NESTING} deep"
        raise SourceError(f"{uri} is refused: {reason}.", "If it is what it seems, save its parts as files.")
    return message


def _is_deep(message: MIMEPart) -> bool:
    level = [message]
    for _ in range(_MAX_NESTING):
        level = [each for part in level if part.is_multipart() for each in part.iter_parts()]
    return bool(level)


def _parted(part: MIMEPart) -> _Parts:
    """A message in its parts. A multipart without its boundary is one text."""
    kind = part.get_content_type()
    if not (part.is_multipart() and kind.startswith("multipart/")):
        is_text = kind.startswith(("text/", "multipart/")) and kind not in _NO_TEXT
        has_name = kind not in _BODIES and part.get_filename()
        is_file = part.is_attachment() or has_name or not is_text
        return _Parts(attached=[part]) if is_file else _Parts(body=[part])
    below = list(part.iter_parts())
    parted = [_parted(each) for each in below]
    if kind == "multipart/alternative":
        return _chosen(parted)
    all_of_it = _Parts()
    start = part.get_param("start")
    roots = [each for each in below if start and each["content-id"] == start] or below[:1]
    for each, found in zip(below, parted, strict=True):
        # Of several texts one with a name is a file; beside the root of a related part all are.
        is_file = each not in roots if kind == "multipart/related" else bool(all_of_it.body and each.get_filename())
        (all_of_it.attached if is_file else all_of_it.body).extend(found.body)
        all_of_it.forms += found.forms
        all_of_it.attached += found.attached
    return all_of_it


def _chosen(branches: list[_Parts]) -> _Parts:
    """Of one message told in several forms that which is the plainest and not blank, before the others."""
    texts = [branch.body for branch in branches if branch.body]
    said = [body for body in texts if any(_content(each).strip() for each in body)]
    best = min(said or texts, key=lambda body: _rank(body[0]), default=[])
    others = [part for body in texts if body is not best for part in body]
    return _Parts(
        best,
        others + [part for branch in branches for part in branch.forms],
        [part for branch in branches for part in branch.attached],
    )


def _content(part: MIMEPart) -> bytes:
    """The bytes of a part; of base64 that is cut off what it tells up to there, which Python leaves encoded."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return b""
    if any(isinstance(defect, InvalidBase64LengthDefect) for defect in part.defects):
        return base64.b64decode(_NO_DIGIT.sub(b"", payload)[:-1])
    return payload


def _tell_damage(builder: TextBuilder, part: MIMEPart) -> None:
    """Names a part of which not all can be had, for its base64 is cut off, or is not all that stands there."""
    if str(part["content-transfer-encoding"]).lower() != "base64" or part.is_multipart():
        return
    digits = "".join(str(part.get_payload()).split()).encode("ascii", "replace")
    if _BASE64.fullmatch(digits) is None:
        name = _whole(part.get_filename() or part.get_content_type())
        builder.add("paragraph", [(f"Part {name} is damaged: only what could be decoded was read.", 0)])
        builder.leave_out(f"part {name}", "it is damaged, and only what could be decoded was read")


def _rank(part: MIMEPart) -> int:
    kind = part.get_content_type()
    return _BODIES.index(kind) if kind in _BODIES else len(_BODIES)


def _attach(builder: TextBuilder, part: MIMEPart, uri: str, depth: int) -> bool:
    """Adds an attachment under its name, or why it was not read; whether all of it was."""
    name = _whole(part.get_filename() or _subject(part) or "without a name")
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        data = bytes(inner[0]) if isinstance(inner, list) and inner else b""  # type: ignore[arg-type]
        return _add(builder, _File(name, data, "message/rfc822", "message/rfc822"), uri, depth)
    data = _content(part)
    kind = media_type(name.rpartition("/")[2], data)
    return _add(builder, _File(name, data, kind, part.get_content_type()), uri, depth)


def _add(builder: TextBuilder, file: _File, uri: str, depth: int) -> bool:
    """Adds a file under its name, or each file in it, or why it was not read; whether all of it was."""
    name = file.name
    try:
        if file.kind in CONTAINERS:
            unread = sum(not _add(builder, each, uri, depth + 1) for each in _unpacked(file, f"{uri}/{name}", depth))
            return not unread
        document = _read(file, f"{uri}/{name}", depth)
    except SourceError as error:
        builder.add("heading", [(f"Attachment: {name}", 0)], level=2)
        builder.add("paragraph", [(f"Attachment {name} ({file.stated}) was not read: {error.message}", 0)])
        builder.leave_out(f"attachment {name}", error.message, needs=error.needs)
        return False
    builder.add("heading", [(f"Attachment: {name}", 0)], level=2)
    builder.include(document, level=2)
    return True


def _unpacked(packed: _File, uri: str, depth: int) -> Iterator[_File]:
    """The files in an archive, each with its reason where it cannot be had. Raises `SourceError` for a damaged one."""
    if depth >= _MAX_DEPTH:
        raise SourceError(f"it is an archive in {depth} others.", "Save it as a file.")
    archive = open_archive(uri, packed.kind or "", io.BytesIO(packed.data), len(packed.data))
    try:
        total = 0
        for number, entry in enumerate(archive.entries()):
            total += entry.size
            if number >= _MAX_ATTACHMENTS or total > _MAX_UNPACKED:
                limit = f"{_MAX_ATTACHMENTS:,} files or {_MAX_UNPACKED // 2**20:,} MiB"
                raise SourceError(f"{uri} holds more than {limit}; what follows was left out.", "Save it as a file.")
            if entry.shown.startswith(_FINDER):
                continue
            name = f"{packed.name}/{_whole(entry.shown)}"
            data, reason = b"", entry.refusal
            try:
                data = b"" if reason else archive.read(entry.name, entry.size)
            except SourceError as error:
                reason = error.message
            kind = entry.media_type or media_type(name.rpartition("/")[2], data)
            yield _File(name, data, kind, kind or "unknown", reason)
    finally:
        archive.close()


def _subject(part: MIMEPart) -> str:
    """That of an attached message."""
    inner = part.get_payload() if part.get_content_type() == "message/rfc822" else None
    return _header(inner[0], "Subject") if isinstance(inner, list) and inner else ""  # type: ignore[arg-type]


def _read(file: _File, uri: str, depth: int) -> Document:
    """The document in an attachment. Raises `SourceError` with the reason why there is none."""
    kind, data = file.kind, file.data
    if file.refusal:
        raise SourceError(f"{file.refusal.rstrip('.')}.", "Save it.")
    if kind is None:
        raise SourceError(f"there is no reader for {file.stated} in a message.", "Save it.")
    refuse_lacking(kind)
    source = Source(uri, None, kind, len(data))
    with costing_itself_alone(uri):
        if kind == "message/rfc822":
            if depth >= _MAX_DEPTH:
                raise SourceError(f"it is a message in {depth} others.", "Save it as a file.")
            return _document(source, data, depth + 1)
        return reader_for(kind).read(source, data)


def _header(message: MIMEPart, name: str) -> str:
    return _whole(str(message.get(name, "")))


def _whole(text: str) -> str:
    """``text`` on one line, without what is no valid Unicode."""
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())


def write_body(builder: TextBuilder, body: MIMEPart, uri: str) -> None:
    """Adds a text in the encoding that it declares. Raises `SourceError` for what is no text."""
    text = decode(_content(body), uri, body.get_content_charset())
    if body.get_content_type().endswith("html"):
        write_html(builder, text, 0)
        return
    for paragraph in text.split("\n\n"):
        add_lines(builder, "paragraph", list(split_lines(paragraph, 1)))


def _add_untold(builder: TextBuilder, form: MIMEPart, uri: str) -> None:
    """Adds the blocks with a word that the message does not tell so far: of many the plain text is but a hint."""
    scratch = TextBuilder(marks="none")
    write_body(scratch, form, uri)
    document = scratch.document(Source(uri, None, form.get_content_type(), 0))
    told = _words(builder.text)
    for block in document.blocks:
        text = document.text[block.start : block.end]
        if not _words(text) <= told:
            builder.add(block.kind, [(text, 0)], level=block.level)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))
