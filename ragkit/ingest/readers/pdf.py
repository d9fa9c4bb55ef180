"""PDF to text by its text layer: reading order, tables, headings and page numbers. Pages that are pictures are counted.

It never runs in the main process: see `ragkit.ingest.isolate`.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfiumError

from ragkit.errors import SourceError
from ragkit.ingest.readers.build import TextBuilder
from ragkit.ingest.readers.pdf_blocks import Outline, Part, fold, parts_of, write
from ragkit.ingest.readers.pdf_glyphs import pieces
from ragkit.ingest.readers.pdf_layout import Row, regions, rows_of
from ragkit.types import Document, Metadata, Source

log = logging.getLogger(__name__)

_EDGE = 2
_MIN_RUNNING_PAGES = 3
_RUNNING_SHARE = 0.4
_MAX_OUTLINE_DEPTH = 4
_SIGNATURE_BYTES = 1024
_MAX_NUMBERS = 4
_NUMBER = re.compile(r"(?<![\d.,])[0-9]{1,5}(?![\d.,])")


class PdfReader:
    """The `ragkit.protocols.Reader` of PDF."""

    def read(self, source: Source, data: bytes) -> Document:
        """Blocks with page marks. ``pages`` and ``pages_without_text`` in the metadata count what there is to read.

        Raises `SourceError` for a file that is damaged, encrypted or no PDF.
        """
        pdf = _open(source, data)
        try:
            pages = [rows_of(pieces(page)) for page in pdf]
            unread = sum(not rows for rows in pages)
            if unread:
                log.warning("%s: %d of %d pages have no text layer and were not read", source.uri, unread, len(pages))
            about = pdf.get_metadata_dict(skip_empty=True)
            builder = TextBuilder(marks="pages")
            write(builder, _parts(pages), _outline(pdf))
            return builder.document(
                source, title=_title(about), metadata=_metadata(about, pages=len(pages), unread=unread)
            )
        except PdfiumError as error:
            raise SourceError(
                f"{source.uri} is a damaged PDF: {_reason(error)}.", "Save it again from what made it."
            ) from error
        finally:
            pdf.close()


def _open(source: Source, data: bytes) -> PdfDocument:
    if not data.strip():
        raise SourceError(f"{source.uri} is empty.", "A PDF has a header at the least.")
    if b"%PDF-" not in data[:_SIGNATURE_BYTES]:
        raise SourceError(f"{source.uri} is not a PDF: it has no PDF header.", "Check its name.")
    try:
        return PdfDocument(data)
    except PdfiumError as error:
        if getattr(error, "err_code", None) in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
            hint = "Save a copy without a password."
            raise SourceError(f"{source.uri} is encrypted and needs a password.", hint) from error
        raise SourceError(f"{source.uri} is a damaged PDF: {_reason(error)}.", "Download or save it again.") from error


def _apart(pages: Sequence[list[Row]]) -> Iterator[tuple[list[Row], list[Row]]]:
    """For each page its running headers and footers, and its other rows.

    Running is what recurs on many pages, page numbers aside. Only the first of each is given: it stays in the text,
    before its page, and does not cut in two what goes on over the page.
    """
    keys = [_edge_keys(rows, number) for number, rows in enumerate(pages)]
    counts = Counter(key for page in keys for key in {key for row in page for key in row})
    least = max(_MIN_RUNNING_PAGES, _RUNNING_SHARE * len(pages))
    seen: set[str] = set()
    for rows, page in zip(pages, keys, strict=True):
        running: list[Row] = []
        plain: list[Row] = []
        for row, candidates in zip(rows, page, strict=True):
            key = next((key for key in candidates if counts[key] >= least), "")
            if not key:
                plain.append(row)
            elif key not in seen:
                running.append(row)
                seen.add(key)
        yield running, plain


def _edge_keys(rows: Sequence[Row], page: int) -> list[list[str]]:
    """For each row at the top or bottom of its page what other pages may have too, being a running header or footer.

    It is all of its text, or all but a number that counts the pages: rows of figures that merely look alike are not.
    """
    keys: list[list[str]] = []
    for place, row in enumerate(rows):
        keys.append([])
        if min(place, len(rows) - place - 1) < _EDGE:
            text = fold(" ".join(piece.text for piece in row))
            numbers = list(_NUMBER.finditer(text))[:_MAX_NUMBERS]
            counted = [f"{text[: match.start()]}#{int(match[0]) - page}{text[match.end() :]}" for match in numbers]
            keys[-1] = [*counted, text]
    return keys


def _parts(pages: Sequence[list[Row]]) -> Iterator[Part]:
    for number, (running, rows) in enumerate(_apart(pages), start=1):
        for row in running:
            yield from parts_of([row], number)
        for region in regions(rows):
            yield from parts_of(region, number)


def _outline(pdf: PdfDocument) -> Outline:
    """The outline's entries by page and title."""
    entries: dict[tuple[int, str], int] = {}
    for entry in pdf.get_toc(max_depth=_MAX_OUTLINE_DEPTH):
        target = entry.get_dest()
        page = target.get_index() if target else None
        title = fold(entry.get_title())
        if page is not None and title:
            entries.setdefault((page + 1, title), entry.level + 1)
    return entries


def _title(about: dict[str, str]) -> str:
    """The title that the file states, unless it is what a program put there for want of one."""
    title = " ".join(about.get("Title", "").split())
    return title if " " in title and not title.startswith("Microsoft Word") else ""


def _metadata(about: dict[str, str], *, pages: int, unread: int) -> Metadata:
    metadata: dict[str, str | int | float | bool] = {"pages": pages}
    if unread:
        metadata["pages_without_text"] = unread
    for key in ("Title", "Author", "Subject", "Keywords"):
        if about.get(key, "").strip():
            metadata[key.lower()] = " ".join(about[key].split())
    return metadata


def _reason(error: PdfiumError) -> str:
    return str(error).rstrip(". ")
