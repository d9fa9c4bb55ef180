"""Pictures of pages (PNG, JPEG, TIFF) by optical character recognition; a TIFF may hold several."""

from __future__ import annotations

from ragkit.errors import SourceError
from ragkit.ingest.readers.build import TextBuilder
from ragkit.ingest.readers.ocr import recognise
from ragkit.ingest.readers.pdf import parts_of_pages
from ragkit.ingest.readers.pdf_blocks import write
from ragkit.ingest.readers.pdf_glyphs import Piece
from ragkit.ingest.readers.pdf_layout import rows_of
from ragkit.types import Document, Source

_SURE = 60.0
"""In percent. Photographs and drawings have much that tesseract takes for letters without being sure."""


class ImageReader:
    """The `ragkit.protocols.Reader` of pictures."""

    def read(self, source: Source, data: bytes) -> Document:
        """What can be recognised, laid out as on a page of a PDF; page marks for a TIFF.

        Raises `SourceError` for what is no picture, and when tesseract is not installed.
        """
        if not data.strip():
            raise SourceError(f"{source.uri} is empty.", "A picture has a header at the least.")
        return _document(source, recognise(data, source.uri))


def read_picture(data: bytes, uri: str) -> Document:
    """What can be recognised for sure in a picture that stands in a document, and that may be of anything.

    Raises `SourceError` for what is no picture, and when tesseract is not installed.
    """
    return _document(Source(uri, None, "", len(data)), recognise(data, uri, least=_SURE))


def _document(source: Source, recognised: list[list[Piece]]) -> Document:
    pages = list(map(rows_of, recognised))
    builder = TextBuilder(marks="pages" if source.media_type == "image/tiff" else "none")
    write(builder, parts_of_pages(pages), {})
    return builder.document(source, metadata={"pages": len(pages), "pages_recognised": len(pages)})
