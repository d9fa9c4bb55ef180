"""DOCX, PPTX and XLSX: structure, marks, values as they are shown, and packages that are refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import docx
import openpyxl
import pptx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ragkit.errors import SourceError
from ragkit.ingest.readers import reader_for
from ragkit.ingest.readers.xlsx_values import date_text, number_text, style_of
from ragkit.types import Document, Source, heading_path, line_range, number_at
from tests.office_files import DOCX, PPTX, XLSX, handbook, pdf, report, saved, slides, workbook

ALL = pytest.mark.parametrize(("media_type", "make"), [(DOCX, handbook), (PPTX, slides), (XLSX, workbook)])


def read(media_type: str, data: bytes) -> Document:
    return reader_for(media_type).read(Source("folder/file", None, media_type, len(data)), data)


def kinds(document: Document) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks]


def rewritten(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The package with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry.filename, change(content) if entry.filename == part else content)
    return out.getvalue()


def test_sheets_are_sections_and_rows_say_their_columns() -> None:
    document = read(XLSX, workbook())
    assert kinds(document) == [
        ("heading", 1, "Sales"),
        ("paragraph", 0, "Sales of the spring"),
        (
            "table",
            0,
            (
                "Day | Product | Amount | Share\n2023-05-01 | Product: Tea | Amount: 1204.5 | Share: 12.5%\n"
                "2023-05-01 12:30:00 | Product: Coffee | Amount: 7"
            ),
        ),
        ("table", 0, "Total | =SUM(C3:C4)"),
        ("heading", 1, "Other things"),
        ("table", 0, "note | TRUE\n0.3"),
    ]
    place = document.text.index("Coffee")
    assert line_range(document.lines, place, place + 6) == (4, 4)
    assert line_range(document.lines, document.text.index("0.3"), len(document.text)) == (4, 4)
    assert heading_path(document.headings, place) == ("Sales",)
    assert document.metadata["sheets"] == "Sales, Other things"


def test_a_sheet_holds_what_another_library_reads_in_it() -> None:
    book = openpyxl.Workbook()
    for row in range(60):
        book.active.append([f"cell {row}.{column} with & and <tags> and Öl" for column in range(30)])
    data = saved(book)
    text = read(XLSX, data).text
    values = [value for row in openpyxl.load_workbook(io.BytesIO(data)).active.values for value in row]
    assert len(values) == 1800
    assert all(f"{value}" in text for value in values)


@pytest.mark.parametrize(
    ("number", "code", "value", "shown"),
    [
        ("0", "", "0.30000000000000004", "0.3"),
        ("0", "", "12", "12"),
        ("0", "", "1E+20", "1e+20"),
        ("9", "", "0.07", "7%"),
        ("170", '0.00"%"', "0.5", "0.5"),
        ("164", "0.0%", "0.1234", "12.34%"),
        ("14", "", "45047", "2023-05-01"),
        ("22", "", "45047.75", "2023-05-01 18:00:00"),
        ("20", "", "0.25", "06:00:00"),
        ("165", "[$-409]d mmm yyyy;@", "1", "1900-01-01"),
        ("166", '[Red]0.0 "yards"', "3.5", "3.5"),
        ("14", "", "-3", "-3"),
        ("14", "", "not a number", "not a number"),
    ],
)
def test_numbers_are_shown_by_their_format(number: str, code: str, value: str, shown: str) -> None:
    style = style_of(number, code)
    text = date_text(value, from_1904=False) if style == "date" else number_text(value, percent=style == "percent")
    assert text == shown


def test_dates_from_1904_are_known() -> None:
    assert date_text("1", from_1904=True) == "1904-01-02"


def test_a_document_has_headings_lists_and_tables() -> None:
    document = read(DOCX, handbook())
    assert kinds(document) == [
        ("heading", 1, "Handbook"),
        ("heading", 1, "Scope"),
        ("paragraph", 0, "It holds for everyone\nin the valley."),
        ("item", 0, "- tea"),
        ("item", 0, "- green tea"),
        ("item", 0, "1. count"),
        ("item", 0, "2. write down"),
        ("heading", 2, "Figures"),
        ("table", 0, "Product | 2022 | 2023\nTea | 2022: 1,204 | 2023: 1,377\nCoffee | 2022: 982 | 2023: 1,045"),
    ]
    assert document.title == "The valley's handbook"
    assert document.metadata["author"] == "Ada"


def test_deleted_text_is_gone_and_inserted_text_links_and_boxes_are_there() -> None:
    document = docx.Document()
    body = document.add_paragraph("Kept ")._p
    for xml in (
        "<w:del {0}><w:r><w:delText>deleted</w:delText></w:r></w:del>",
        "<w:ins {0}><w:r><w:t>inserted</w:t><w:tab/></w:r></w:ins>",
        "<w:hyperlink {0}><w:r><w:t>linked</w:t></w:r></w:hyperlink>",
        "<w:r {0}><w:pict><w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>",
    ):
        body.append(parse_xml(xml.format(nsdecls("w"))))
    document.element.body.insert(
        1,
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>controlled</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        ),
    )
    assert read(DOCX, saved(document)).text == "Kept inserted linked\n\nboxed\n\ncontrolled"


def test_numbered_headings_show_their_numbers() -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for level, (kind, text) in enumerate([("decimal", "%1"), ("lowerLetter", "%1.%2)"), ("upperRoman", "%3.")])
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="88"><w:abstractNumId w:val="77"/></w:num>'))
    for level, text in ((0, "One"), (1, "Inner"), (1, "Inner too"), (2, "Innermost"), (0, "Two"), (1, "Other")):
        paragraph = document.add_heading(text, level + 1)
        properties = paragraph._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="88"/></w:numPr>')
        )
    headings = read(DOCX, saved(document)).headings
    assert [heading.text for heading in headings] == [
        "1 One", "1.a) Inner", "1.b) Inner too", "I. Innermost", "2 Two", "2.a) Other"
    ]  # fmt: skip


def test_merged_cells_keep_columns_in_step() -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    for column, name in enumerate(("Name", "First", "Second")):
        table.cell(0, column).text = name
    table.cell(1, 0).merge(table.cell(1, 1)).text = "wide"
    table.cell(1, 2).text = "x"
    table.cell(2, 2).text = "y"
    assert read(DOCX, saved(document)).text.splitlines()[1:] == ["wide | Second: x", " | Second: y"]


def test_slides_are_sections_with_notes_and_pages() -> None:
    document = read(PPTX, slides())
    assert kinds(document) == [
        ("heading", 1, "The plan"),
        ("item", 0, "- Count the trees"),
        ("item", 0, "- in spring"),
        ("paragraph", 0, "Notes: Say it slowly."),
        ("heading", 1, "Slide 2"),
        ("table", 0, "Product | 2022 | 2023\nTea | 2022: 1,204 | 2023: 1,377"),
        ("paragraph", 0, "A word beside it"),
    ]
    assert [number_at(document.pages, document.text.index(word)) for word in ("Count", "slowly", "Tea")] == [1, 1, 2]
    assert document.title == "The plan"


def test_grouped_shapes_are_read() -> None:
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = "Groups"
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, 10, 10).text_frame.text = "inside a group"
    assert "inside a group" in read(PPTX, saved(show)).text


@ALL
def test_an_entity_bomb_is_refused(media_type: str, make: Callable[[], bytes]) -> None:
    part = {DOCX: "word/document.xml", PPTX: "ppt/presentation.xml", XLSX: "xl/workbook.xml"}[media_type]
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "boom"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
    with pytest.raises(SourceError, match="declares a document type"):
        read(media_type, rewritten(make(), part, lambda _: bomb))


@ALL
def test_a_zip_bomb_is_refused_before_it_unpacks(media_type: str, make: Callable[[], bytes]) -> None:
    data = rewritten(make(), "docProps/core.xml", lambda _: b" " * (64 * 2**20))
    assert len(data) < 2**20
    with pytest.raises(SourceError, match=r"refused: it would unpack to \d+ MiB"):
        read(media_type, data)


@ALL
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is damaged"),
        (b"plain text", "is damaged: File is not a zip file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more", "encrypted with a password, or of the format of before 2007"),
        (pdf(report), "is damaged"),
    ],
)
def test_what_is_no_package_says_so(media_type: str, make: Callable[[], bytes], data: bytes, reason: str) -> None:
    assert read(media_type, make()).text
    with pytest.raises(SourceError, match=reason) as caught:
        read(media_type, data)
    assert str(caught.value).startswith("folder/file")


def test_a_package_of_nothing_holds_no_document() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("hello.txt", "hello")
    with pytest.raises(SourceError, match="holds no document"):
        read(DOCX, out.getvalue())


def test_a_part_that_is_missing_or_broken_is_named() -> None:
    with pytest.raises(SourceError, match="is damaged"):
        read(DOCX, rewritten(handbook(), "word/document.xml", lambda part: part[: len(part) // 2]))
