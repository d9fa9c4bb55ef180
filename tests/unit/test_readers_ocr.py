"""Pictures of pages: read where tesseract is installed, and said not to be where it is not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from reportlab.lib.utils import ImageReader as Drawn
from reportlab.pdfgen.canvas import Canvas

from ragkit.errors import SourceError
from ragkit.ingest import read as reading
from ragkit.ingest.find import find_sources
from ragkit.ingest.readers import pdf as pdf_reader
from ragkit.ingest.readers import reader_for
from ragkit.types import Document, Source, Unread, number_at
from tests.office_files import lines, pdf
from tests.open_files import picture

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
SCAN = "application/pdf"


def read(media_type: str, data: bytes) -> Document:
    return reader_for(media_type).read(Source("folder/scan", None, media_type, len(data)), data)


def mixed(canvas: Canvas) -> None:
    """A page of text, a scanned one with a stamp, an empty one."""
    import io

    lines(canvas, ["A page with text."], 72, 770)
    canvas.showPage()
    canvas.drawImage(Drawn(io.BytesIO(picture("PNG", size=(620, 620)))), 0, 200, 595, 595)
    lines(canvas, ["No. 17"], 500, 20)
    canvas.showPage()
    canvas.showPage()


@needs_tesseract
def test_a_scanned_pdf_is_read_page_by_page_in_the_worker() -> None:
    data = picture("PDF", pages=2)
    document = reading.read(Source("folder/scan.pdf", None, SCAN, len(data)), data)
    reading.close()
    assert document.text.split("\n\n") == ["The first green book", "The second green book"]
    assert number_at(document.pages, document.text.index("second")) == 2
    assert (document.metadata["pages"], document.metadata["pages_recognised"]) == (2, 2)


@needs_tesseract
def test_only_pages_that_are_pictures_are_recognised() -> None:
    document = read(SCAN, pdf(mixed))
    assert "A page with text." in document.text
    assert "green book" in document.text
    assert document.metadata["pages_recognised"] == 1
    assert document.unread == ()


@needs_tesseract
@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("TIFF", "image/tiff")])
def test_pictures_are_documents(kind: str, media_type: str) -> None:
    document = read(media_type, picture(kind))
    assert document.text == "The first green book"
    assert bool(document.pages) == (kind == "TIFF")


@needs_tesseract
def test_a_tiff_has_pages() -> None:
    document = read("image/tiff", picture("TIFF", pages=3))
    assert number_at(document.pages, document.text.index("third")) == 3


@needs_tesseract
def test_what_is_no_picture_is_refused_with_a_reason() -> None:
    with pytest.raises(SourceError, match="cannot be read by tesseract"):
        read("image/png", b"\x89PNG\r\n\x1a\nrubbish")


@needs_tesseract
def test_a_page_that_takes_too_long_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ragkit.ingest.readers.ocr.SECONDS_PER_PAGE", 0.001)
    document = read(SCAN, picture("PDF", pages=2))
    assert document.metadata["pages_without_text"] == 2
    assert document.unread == (Unread("pages 1-2: it took tesseract more than 0 s"),)


def test_without_tesseract_pages_are_named_and_pictures_are_unsupported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    document = read(SCAN, picture("PDF", pages=3))
    assert document.metadata["pages_without_text"] == 3
    lack = "reading pictures needs tesseract, which is not installed"
    assert document.unread == (Unread(f"pages 1-3: {lack}", "tesseract"),)
    # a stamp beside the picture does not hide it
    assert read(SCAN, pdf(mixed)).unread == (Unread(f"page 2: {lack}", "tesseract"),)
    (tmp_path / "a.png").write_bytes(picture("PNG"))
    (refusal,) = find_sources([tmp_path], base=tmp_path).unsupported
    assert refusal.reason == "reading pictures needs the program tesseract, which is not installed"
    with pytest.raises(SourceError, match=r"tesseract"):
        read("image/png", picture("PNG"))


def test_pages_beyond_the_limit_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_reader, "available", lambda: True)
    monkeypatch.setattr(pdf_reader, "recognise", lambda *_: [[]])
    monkeypatch.setattr(pdf_reader, "MAX_PAGES", 1)
    assert read(SCAN, picture("PDF", pages=3)).unread == (
        Unread("pages 2-3: more than 1 pages are pictures"),
        Unread("page 1: tesseract found no text on it"),
    )
