"""Bytes to text: byte order marks, a declared encoding, UTF-8, then a careful guess; newlines become line feeds."""

from __future__ import annotations

import codecs
import logging
from unicodedata import category

from ragkit.errors import SourceError
from ragkit.ingest.alphabets import latin_encoding

logger = logging.getLogger(__name__)

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Tab, newline, vertical tab, form feed, return, backspace (manual pages) and escape (coloured logs) are text.
_CONTROLS = bytes(set(range(32)) - {8, 9, 10, 11, 12, 13, 27}) + b"\x7f"
_FOREIGN = (rb"{\rtf", b"%!PS")
# The first bytes of letters in UTF-16; those of ideographs, and most bytes of any other text, are above.
_ALPHABETS = bytes(range(32))
_MAX_OTHER_SHARE = 0.2
_MAX_CONTROL_SHARE = 0.005
_MAX_BROKEN_SHARE = 0.02
_MAX_CHAOS = 0.2
_COMMONEST = ("cp1252", "cp1250", "cp1251", "iso8859_2")
_SAMPLE_BYTES = 256 * 1024


def decode(data: bytes, uri: str, declared: str | None = None) -> str:
    """The text of ``data`` without byte order mark, newlines as line feeds.

    ``declared`` is an encoding that the document itself claims, such as an HTML ``charset``; it is tried first and
    need not be true. Raises `SourceError` when the bytes are no text, text that only a program can read, or their
    encoding cannot be told.
    """
    if is_foreign(data):
        reason = f"{uri} is RTF or PostScript, which say nothing before a program has set them."
        raise SourceError(reason, "Save it as .docx, .pdf or plain text.")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _newlines(_strict(data[len(mark) :], encoding, uri))
    unmarked = _utf16(data)
    if unmarked:
        logger.info("%s: read as %s", uri, unmarked)
        return _newlines(_strict(data, unmarked, uri))
    _refuse_binary(data, uri)
    text = _declared(data, declared)
    if text is None:
        text = _utf8(data, uri)
    return _newlines(text if text is not None else _guessed(data, uri))


def is_binary(data: bytes) -> bool:
    """Whether ``data`` is no text in any encoding that tells so itself, as UTF-16 without its mark does not."""
    if data.startswith(tuple(mark for mark, _ in _MARKS)):
        return False
    return b"\0" in data or _controls(data) > _MAX_CONTROL_SHARE * len(data)


def is_foreign(data: bytes) -> bool:
    """Whether ``data`` is text that says nothing before a program has set it: RTF or PostScript."""
    return data.removeprefix(codecs.BOM_UTF8).lstrip().startswith(_FOREIGN)


def _utf16(data: bytes) -> str:
    """The encoding of UTF-16 without a mark, or an empty string where it is none, or is not written with an alphabet.

    Told by what neither other text nor binary data have: some units whose first byte is NUL, hardly one whose first
    byte is above those of alphabets, and no control character, nor one that Unicode does not know, in the whole sample.
    """
    sample = data[:_SAMPLE_BYTES]
    if b"\0" not in sample or len(data) % 2:
        return ""
    for place, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        high = sample[place::2]
        if 0 not in high or len(high.translate(None, _ALPHABETS)) > _MAX_OTHER_SHARE * len(high):
            continue
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(sample)
        except UnicodeDecodeError:
            continue
        if all(letter.isprintable() or letter.isspace() or category(letter) == "Cf" for letter in text):
            return encoding
    return ""


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _strict(data: bytes, encoding: str, uri: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        reason = f"{uri} starts as {encoding} but byte {error.start:,} is not {encoding}."
        raise SourceError(reason, "Save the file as UTF-8.") from error
    if "\0" in text:
        raise SourceError(f"{uri} holds NUL characters, so it is not text.", "Remove it or convert it to text.")
    return text


def _refuse_binary(data: bytes, uri: str) -> None:
    hint = "If it is text, save it as UTF-8; if not, leave it out."
    if b"\0" in data:
        raise SourceError(f"{uri} is binary: it holds a NUL byte at offset {data.index(0):,}.", hint)
    controls = _controls(data)
    if controls > _MAX_CONTROL_SHARE * len(data):
        raise SourceError(f"{uri} is binary: {controls:,} of its {len(data):,} bytes are control characters.", hint)


def _controls(data: bytes) -> int:
    return len(data) - len(data.translate(None, _CONTROLS))


def _declared(data: bytes, encoding: str | None) -> str | None:
    try:
        return data.decode(encoding) if encoding else None
    except (LookupError, UnicodeError):
        return None


def _utf8(data: bytes, uri: str) -> str | None:
    """UTF-8, also with a few broken bytes among much that is valid: a truncated file is no other encoding."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    if broken > _MAX_BROKEN_SHARE * foreign:
        return None
    logger.warning("%s: %d broken UTF-8 sequences were replaced by U+FFFD", uri, broken)
    return text


def _guessed(data: bytes, uri: str) -> str:
    encoding = latin_encoding(data[:_SAMPLE_BYTES]) or _normalized(data, uri)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        reason = f"{uri} looks like {encoding} but byte {error.start:,} is not."
        raise SourceError(reason, "Save the file as UTF-8.") from error
    logger.info("%s: read as %s", uri, encoding)
    return text


def _normalized(data: bytes, uri: str) -> str:
    """The encoding that the statistics of whole languages tell. Of a few words in Latin letters they tell nothing."""
    from charset_normalizer import from_bytes

    matches = from_bytes(data[:_SAMPLE_BYTES])
    best = matches.best()
    if best is None or best.chaos > _MAX_CHAOS:
        raise SourceError(f"The text encoding of {uri} cannot be told.", "Save the file as UTF-8.")
    # A short text fits many encodings equally well: the commonest is the likeliest.
    alike = [match for match in matches if match.chaos <= best.chaos and match.coherence >= best.coherence]
    possible = {name for match in alike for name in match.could_be_from_charset}
    return next((name for name in _COMMONEST if name in possible), best.encoding)
