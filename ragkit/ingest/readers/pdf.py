"""PDF to text by its text layer: reading order, tables, headings, notes and page numbers.

Pages that are pictures are read by optical character recognition where tesseract is installed, and named where not.

It never runs in the main process: see `ragkit.ingest.isolate`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfiumError, PdfPage

from ragkit.errors import SourceError
from ragkit.ingest.patience import still_working
from ragkit.ingest.readers.build import TextBuilder
from ragkit.ingest.readers.embedded import read_within, without_headings
from ragkit.ingest.readers.furniture import is_page_number
from ragkit.ingest.readers.ocr import DPI, MAX_PAGES, PROGRAM, available, recognise
from ragkit.ingest.readers.pdf_blocks import Outline, Part, fold, parts_of, write
from ragkit.ingest.readers.pdf_glyphs import pieces
from ragkit.ingest.readers.pdf_grids import grids, with_tables
from ragkit.ingest.readers.pdf_layout import Drawn, Row, regions, rows_of
from ragkit.ingest.readers.pdf_notes import notes_on, squeezed
from ragkit.ingest.readers.pdf_tables import clean
from ragkit.types import Document, Metadata, Source

_EDGE = 2
_MAX_ATTACHED = 1000
_MIN_RUNNING_PAGES = 2
_RUNNING_SHARE = 0.4
_MAX_OUTLINE_DEPTH = 4
_SIGNATURE_BYTES = 1024
_MAX_NUMBERS = 4
_MAX_STAMP = 100
_LARGE_SHARE = 0.5
_LARGER = 1.1
_MAX_PIXELS = 8_000
_DATE = re.compile(r"(?:D:)?(\d{4})(?:(\d\d)(?:(\d\d))?)?")
_PAGE_COUNT = re.compile(r"(?:^|page |[-–|] ?)#1\b")
_PAGE = re.compile(r"\b(?:page|seite) ([0-9]{1,5})\b")
_NUMBER = re.compile(r"(?<![\d.,])[0-9]{1,5}(?![\d.,])")


class PdfReader:
    """The `ragkit.protocols.Reader` of PDF."""

    def read(self, source: Source, data: bytes) -> Document:
        """Blocks with page marks.

        In the metadata ``pages`` counts them all, ``pages_recognised`` those read from pictures, and
        ``pages_without_text`` those of which nothing was read. Of these the blank ones are not unread.

        Raises `SourceError` for a file that is damaged, encrypted or no PDF.
        """
        pdf = _open(source, data)
        try:
            read = [_page(pdf, number) for number in range(len(pdf))]
            pages, notes = [rows for rows, _ in read], [said for _, said in read]
            builder = TextBuilder(marks="pages")
            recognised = _recognised(builder, pdf, pages)
            about = pdf.get_metadata_dict(skip_empty=True)
            write(builder, parts_of_pages(pages, notes), _outline(pdf))
            _attached(builder, pdf, source.uri)
            without_text = sum(not rows for rows in pages)
            return builder.document(
                source, title=_title(about), metadata=_metadata(about, len(pages), recognised, without_text)
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
        pdf = PdfDocument(data)
        if pdf.get_formtype() == pdfium.FORMTYPE_ACRO_FORM:
            pdf.init_forms()
        return pdf
    except PdfiumError as error:
        if getattr(error, "err_code", None) in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
            hint = "Save a copy without a password."
            raise SourceError(f"{source.uri} is encrypted and needs a password.", hint) from error
        raise SourceError(f"{source.uri} is a damaged PDF: {_reason(error)}.", "Download or save it again.") from error


def _page(pdf: PdfDocument, number: int) -> tuple[list[Row], list[str]]:
    """The rows of a page, with what is written into its form and onto it where it is seen, and the notes on it."""
    page = pdf[number]
    notes = notes_on(page)
    if pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS:
        page.close()
        page = pdf[number]
    drawn = grids(page)
    found = pieces(page, [wall for grid in drawn for wall in grid.upright])
    shown = squeezed("".join(piece.text for piece in found)) if notes else ""
    unseen = [text for text, written in notes if not written or written not in shown]
    return rows_of(with_tables(found, drawn)), unseen


def _attached(builder: TextBuilder, pdf: PdfDocument, uri: str) -> None:
    """Adds the files that are attached, each under its name, after the last page."""
    count = pdf.count_attachments()
    if count > _MAX_ATTACHED:
        builder.leave_out(f"{count - _MAX_ATTACHED:,} attachments", f"there are more than {_MAX_ATTACHED:,}")
    for number in range(min(count, _MAX_ATTACHED)):
        attached = pdf.get_attachment(number)
        name = attached.get_name() or str(number + 1)
        try:
            document = read_within(bytes(attached.get_data()), f"{uri}/{name}")
        except SourceError as error:
            builder.leave_out(f"attachment {name}", error.message, needs=error.needs)
        except PdfiumError as error:
            builder.leave_out(f"attachment {name}", str(error))
        else:
            builder.add("paragraph", [(f"Attached file {name}:", len(pdf))])
            builder.include(without_headings(document))
        still_working()


def _apart(pages: Sequence[list[Row]]) -> Iterator[tuple[list[Row], list[Row]]]:
    """For each page its running headers and footers, and its other rows.

    Running is what recurs on many pages, page numbers aside. Only the first of each is given: it stays in the text,
    before its page, and does not cut in two what goes on over the page. What only numbers its page is left out.
    """
    keys = [_edge_keys(rows, number) for number, rows in enumerate(pages)]
    counts = Counter(key for page in keys for key in {key for row in page for key in row})
    least = max(_MIN_RUNNING_PAGES, _RUNNING_SHARE * len(pages))
    seen: set[str] = set()
    for number, (rows, page) in enumerate(zip(pages, keys, strict=True), start=1):
        running: list[Row] = []
        plain: list[Row] = []
        for row, candidates in zip(rows, page, strict=True):
            text = candidates[-1] if candidates else ""
            known = candidates if len(pages) > _MIN_RUNNING_PAGES else [key for key in candidates if _is_sure(key)]
            key = next((key for key in known if counts[key] >= least), "")
            counted = _PAGE.search(text) if is_page_number(text) else None
            if counted and int(counted[1]) == number:
                continue
            if not key:
                plain.append(row)
            elif key not in seen and not is_page_number(text):
                running.append(row)
                seen.add(key)
        yield running, plain


def _is_sure(key: str) -> bool:
    """Whether what two pages share is no chance: a number that differs is that of the page, as it is shown."""
    return "#" not in key or bool(_PAGE_COUNT.search(key))


def _edge_keys(rows: Sequence[Row], page: int) -> list[list[str]]:
    """For each row at the top or bottom of its page what other pages may have too, being a running header or footer.

    It is all of its text, or all but a number that counts the pages: rows of figures that merely look alike are not.
    """
    keys: list[list[str]] = []
    for place, row in enumerate(rows):
        keys.append([])
        if min(place, len(rows) - place - 1) < _EDGE and not isinstance(row[0], Drawn):
            text = fold(" ".join(piece.text for piece in row))
            numbers = list(_NUMBER.finditer(text))[:_MAX_NUMBERS]
            counted = [f"{text[: match.start()]}#{int(match[0]) - page}{text[match.end() :]}" for match in numbers]
            keys[-1] = [*counted, text]
    return keys


def parts_of_pages(pages: Sequence[list[Row]], notes: Sequence[list[str]] = ()) -> Iterator[Part]:
    """The paragraphs and tables of all pages in reading order, those of each before the notes on it."""
    for number, (running, rows) in enumerate(_apart(pages), start=1):
        for row in running:
            # The first page may begin with its title. Further on, what goes on over the page passes a note by.
            if number == 1 or _stands_out(row, rows):
                yield from parts_of([row], number)
            else:
                yield clean(" ".join(piece.text for piece in row)), number
        for region in regions(rows):
            yield from parts_of(region, number)
        for note in notes[number - 1] if notes else ():
            yield note, number


def _stands_out(row: Row, rows: Sequence[Row]) -> bool:
    """Whether a row is larger than most of its page, as a title is."""
    sizes = sorted(piece.size for each in rows for piece in each if not isinstance(piece, Drawn))
    return bool(sizes) and max(piece.size for piece in row) > _LARGER * sizes[len(sizes) // 2]


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


def _metadata(about: dict[str, str], pages: int, recognised: int, without_text: int) -> Metadata:
    metadata: dict[str, str | int | float | bool] = {"pages": pages}
    if recognised:
        metadata["pages_recognised"] = recognised
    if without_text:
        metadata["pages_without_text"] = without_text
    for key in ("Title", "Author", "Subject", "Keywords"):
        if about.get(key, "").strip():
            metadata[key.lower()] = " ".join(about[key].split())
    for key, name in (("CreationDate", "created"), ("ModDate", "modified")):
        if date := _DATE.match(about.get(key, "")):
            metadata[name] = "-".join(filter(None, date.groups()))
    return metadata


def _recognised(builder: TextBuilder, pdf: PdfDocument, pages: list[list[Row]]) -> int:
    """Reads in place the pages that are pictures; how many were. The builder is told which were not."""
    scans = [number for number, rows in enumerate(pages) if _is_scan(pdf[number], rows)]
    if not available():
        _leave_out(builder, scans, "reading pictures needs tesseract, which is not installed", PROGRAM)
        return 0
    _leave_out(builder, scans[MAX_PAGES:], f"more than {MAX_PAGES:,} pages are pictures")
    unread: dict[str, list[int]] = defaultdict(list)
    done = 0
    for number in scans[:MAX_PAGES]:
        try:
            rows = rows_of(recognise(_picture(pdf[number]), "it", DPI)[0])
        except SourceError as error:
            unread[error.message].append(number)
            continue
        finally:
            still_working()
        if _length(rows) > _length(pages[number]):
            pages[number] = rows
            done += 1
        elif not pages[number]:
            unread["tesseract found no text on it"].append(number)
    for reason, numbers in unread.items():
        _leave_out(builder, numbers, reason)
    return done


def _leave_out(builder: TextBuilder, numbers: Sequence[int], reason: str, needs: str = "") -> None:
    if numbers:
        noun = "page" if len(numbers) == 1 else "pages"
        builder.leave_out(f"{noun} {_ranges([number + 1 for number in numbers])}", reason, needs=needs)


def _is_scan(page: PdfPage, rows: Sequence[Row]) -> bool:
    """Whether a page shows pictures and has no text of its own, or hardly any, such as a stamp, over a large one."""
    pictures = list(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    if not rows:
        return bool(pictures) or next(iter(page.get_objects(max_depth=1)), None) is not None
    width, height = page.get_size()
    boxes = [each.get_bounds() for each in pictures]
    covered = max(((right - left) * (top - bottom) for left, bottom, right, top in boxes), default=0.0)
    return _length(rows) < _MAX_STAMP and covered > _LARGE_SHARE * width * height


def _picture(page: PdfPage) -> bytes:
    """The page as tesseract takes it: a grey PNM."""
    width, height = page.get_size()
    scale = min(DPI / 72, _MAX_PIXELS / max(width, height, 1.0))
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        rows = bytes(bitmap.buffer)
        starts = range(0, bitmap.height * bitmap.stride, bitmap.stride)
        lines = (rows[at : at + bitmap.width] for at in starts)
        return b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + b"".join(lines)
    finally:
        bitmap.close()


def _length(rows: Sequence[Row]) -> int:
    return sum(len(piece.text) for row in rows for piece in row)


def _ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers such as ``3-7, 9``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ", ".join("-".join(map(str, run)) for run in runs)


def _reason(error: PdfiumError) -> str:
    return str(error).rstrip(". ")
