"""What people wrote onto the pages of a PDF: notes, which are no part of its text, and text that nobody drew."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pypdfium2.raw as pdfium
from pypdfium2 import PdfPage

from ragkit.ingest.readers.build import remark

_SILENT = frozenset(
    {pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP, pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_XFAWIDGET}
)
"""Those whose text says again what stands elsewhere."""
_WRITTEN = frozenset({pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP})
"""Those whose text stands on the page itself."""
_HIDDEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN


def notes_on(page: PdfPage) -> list[tuple[str, str]]:
    """What notes say, each with what the page must not say itself: empty for one that stands beside its text."""
    return [note for index in range(pdfium.FPDFPage_GetAnnotCount(page.raw)) for note in _notes(page, index)]


def _notes(page: PdfPage, index: int) -> Iterator[tuple[str, str]]:
    annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
    if not annotation:
        return
    try:
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        hidden = pdfium.FPDFAnnot_GetFlags(annotation) & _HIDDEN
        text = "" if hidden or kind in _SILENT else _value(annotation, b"Contents")
        if text and kind in _WRITTEN:
            yield text, squeezed(text)
        elif text:
            yield remark(_value(annotation, b"T"), text), ""
    finally:
        pdfium.FPDFPage_CloseAnnot(annotation)


def squeezed(text: str) -> str:
    """``text`` without white space, which tells nothing where lines are broken anew."""
    return "".join(text.split())


def _value(annotation: pdfium.FPDF_ANNOTATION, key: bytes) -> str:
    size = pdfium.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDFAnnot_GetStringValue(annotation, key, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return " ".join(buffer.raw.decode("utf-16-le", "replace").rstrip("\0").split())
