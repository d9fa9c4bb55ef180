"""DOCX, PPTX and XLSX: structure, marks, values as they are shown, and packages that are refused."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import zipfile
from collections.abc import Callable
from copy import deepcopy

import docx
import openpyxl
import pptx
import pytest
from docx.opc.packuri import PackURI as DocxURI
from docx.opc.part import Part as DocxPart
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI

from ragkit.errors import SourceError
from ragkit.ingest.readers import reader_for
from ragkit.ingest.readers.xlsx_values import date_text, style_of
from ragkit.types import Document, Source, Unread, heading_path, line_range, location, number_at
from tests.office_files import DOCX, PPTX, XLSX, handbook, pdf, report, saved, slides, workbook
from tests.open_files import picture

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
        ("table", 0, "Total"),
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
        ("170", '0.00"%"', "0.5", "0.50%"),
        ("164", "0.0%", "0.1234", "12.3%"),
        ("14", "", "45047", "2023-05-01"),
        ("22", "", "45047.75", "2023-05-01 18:00:00"),
        ("20", "", "0.25", "06:00:00"),
        ("165", "[$-409]d mmm yyyy;@", "1", "1900-01-01"),
        ("166", '[Red]0.0 "yards"', "3.5", "3.5 yards"),
        ("14", "", "-3", "-3"),
        ("14", "", "not a number", "not a number"),
        ("46", "", "1.5", "36:00:00"),
        ("167", "[h]:mm", "1.5208333333333333", "36:30:00"),
        ("168", "[$-409][mm]:ss;@", "-0.25", "-06:00:00"),
        ("46", "", "inf", "inf"),
        ("164", '#,##0.00 "EUR"', "1234.5", "1,234.50 EUR"),
        ("164", "#,##0.00 [$€-407]", "-1234.5", "-1,234.50 €"),
        ("164", '"$"#,##0', "1234567", "$1,234,567"),
        ("164", '0.0" kg"', "3.25", "3.3 kg"),
        ("164", 'General" kg"', "3.25", "3.25 kg"),
        ("11", "", "123456", "1.23E+05"),
        ("164", "0.0E-0", "0", "0.0E0"),
        ("12", "", "1.5", "1 1/2"),
        ("13", "", "0.3333", "1/3"),
        ("164", "# ?/?", "1.99", "2"),
        ("164", "0 ?/4", "0.5", "0 2/4"),
        ("164", "?/?", "1.5", "3/2"),
        ("37", "", "-1234", "(1,234)"),
        ("164", "#,##0;[Red]#,##0", "-1234", "-1,234"),
        ("164", '#,##0,"k"', "1234567", "1,235k"),
        ("164", '0.0,,"M"', "1234567", "1.2M"),
        ("164", '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-', "-12.3", "-12.30 €"),
        ("164", '"Yes";;"No"', "0", "No"),
        ("164", "0.00", "-0.001", "0.00"),
        ("164", "?/?", "-0.001", "0/1"),
        ("164", "0.00;[Red]0.00", "-0.001", "0.00"),
        ("164", "0.00", "1.005", "1.01"),
        ("164", "0.0##", "5.12", "5.12"),
        ("164", "0,000", "5", "0,005"),
        ("164", ".00", "0.5", ".50"),
        ("164", "#", "0", "0"),
        ("164", ";;;", "5", "5"),
        ("164", "# ##0", "1234567", "1234567"),
        ("164", '[>999]0.0,"k";0', "1234", "1234"),
        ("164", "0;0;0;0;0", "1.5", "1.5"),
        ("164", "0.00", "1E+20", "1e+20"),
        ("164", "0.00", "nan", "nan"),
        ("164", "@", "12", "12"),
        ("17", "", "45352", "Mar-24"),
        ("164", "[$-809]mmmm\\ yyyy;@", "45352", "March 2024"),
        ("164", "m/yyyy", "45352", "3/2024"),
        ("164", "yyyy", "-1", "-1"),
        ("164", "[$-407]mmm yy", "45352", "2024-03-01"),
        ("164", "mmmmm", "45352", "2024-03-01"),
    ],
)
def test_numbers_are_shown_by_their_format(number: str, code: str, value: str, shown: str) -> None:
    assert style_of(number, code)(value) == shown


def test_months_and_years_in_the_first_row_are_names() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    months = [dt.date(2024, month, 1) for month in (1, 2)]
    for row in (
        ["Costs", *months],
        ["Rent", 900, 950],
        [],
        [None, 2023, 2024],
        ["Rent", 10800, 11400],
        [],
        ["", *months],
    ):
        sheet.append(row)
    sheet.append(["Power", 80, 85])
    for cell in (*sheet["B1:C2"][0], *sheet["B7:C7"][0]):
        cell.number_format = "mmm yy" if cell.row == 1 else "d.m.yy"
    for cell in (*sheet["B2:C2"][0], *sheet["B5:C5"][0]):
        cell.number_format = '#,##0.00 "EUR"'
    assert read(XLSX, saved(book)).text.split("\n\n")[1:] == [
        "Costs | Jan 24 | Feb 24\nRent | Jan 24: 900.00 EUR | Feb 24: 950.00 EUR",
        "| 2023 | 2024\nRent | 2023: 10,800.00 EUR | 2024: 11,400.00 EUR",
        "| 2024-01-01 | 2024-02-01\nPower | 2024-01-01: 80 | 2024-02-01: 85",
    ]


def test_a_formula_that_results_in_no_text_is_an_empty_cell_and_escapes_are_what_they_stand_for() -> None:
    book = openpyxl.Workbook()
    for row in (("Task", "Note", "Due"), ("count", "line_x000D_\nend_x005F_x000D_", 1), ("write", "none", 2)):
        book.active.append(row)
    empty = b'<c r="B3" t="str"><f>IF(A9="","",A9)</f><v></v></c>'
    data = rewritten(
        saved(book), "xl/worksheets/sheet1.xml", lambda content: re.sub(rb'<c r="B3".*?</c>', empty, content)
    )
    assert read(XLSX, data).text.splitlines()[3:] == ["count | Note: line end_x000D_ | Due: 1", "write | Due: 2"]


def test_formulas_without_results_are_told_and_are_no_text() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Sales"
    for row in (("Month", *"ABCDEFGHIJK"), ("May", *range(11)), ("Total", *("=SUM(B2:B2)" for _ in range(11)))):
        book.active.append(row)
    book.create_sheet("Other").append(("Double", "=2*Sales!B2"))
    document = read(XLSX, saved(book))
    assert "=" not in document.text
    remedy = "formulas without results; open the file in a spreadsheet program and save it"
    assert document.unread == (
        Unread(f"sheet Sales, B3, C3, D3, E3, F3, G3, H3, I3, J3, K3 and 1 more: {remedy}"),
        Unread(f"sheet Other, B1: {remedy}"),
    )


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
    assert "- tea\n  - green tea\n1. count" in document.text
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


def test_what_is_struck_out_is_no_text_of_a_document_or_a_slide() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("It costs ")
    for text, name, value in (("50 ", "strike", True), ("45 ", "double_strike", True), ("40 euro.", "strike", False)):
        setattr(paragraph.add_run(text).font, name, value)
    assert read(DOCX, saved(document)).text == "It costs 40 euro."
    show = pptx.Presentation()
    frame = show.slides.add_slide(show.slide_layouts[6]).shapes.add_textbox(0, 0, 9, 9).text_frame
    for text, strike in (("It costs ", ""), ("50 ", "sngStrike"), ("45 ", "dblStrike"), ("40 euro.", "noStrike")):
        run = frame.paragraphs[0].add_run()
        run.text = text
        if strike:
            run.font._element.set("strike", strike)
    assert read(PPTX, saved(show)).text == "Slide 1\n\nIt costs 40 euro."


def with_chunks(*chunks: tuple[str, bytes]) -> bytes:
    """A document that takes in files as they are, each followed by a paragraph."""
    document = docx.Document()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk"
    for number, (name, data) in enumerate(chunks, 1):
        part = DocxPart(DocxURI(f"/word/{name}"), "application/octet-stream", data, document.part.package)
        about = f'{nsdecls("w", "r")} r:id="{document.part.relate_to(part, kind)}"'
        paragraph = document.add_paragraph(f"After {number}")
        for _ in range(2):
            paragraph._p.addprevious(parse_xml(f"<w:altChunk {about}/>"))
    return saved(document)


def test_files_that_are_taken_in_are_read_once_at_their_place_or_named() -> None:
    page = "<html><body><h2>Page</h2><ul><li>tea</li></ul></body></html>"
    archive = (
        f"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n{page}"
    )
    rtf = rb"{\rtf1 tea}"
    files = [("a.htm", page.encode()), ("b.txt", b"Plain.\r\n\r\nText."), ("c.rtf", rtf), ("d.docx", handbook())]
    document = read(DOCX, with_chunks(*files, ("e.mht", f"{archive}\n--b--\n".encode()), ("f.bin", b"\0\1")))
    shown = [text for _, _, text in kinds(document)]
    assert shown[:7] == [
        *("Page", "- tea", "After 1", "Plain.", "Text.", "After 2"),
        "Part c.rtf was not read: there is no reader for it in a document.",
    ]
    assert shown[7:10] == ["After 3", "Handbook", "Scope"]
    assert shown[-6:] == [
        *("After 4", "Page", "- tea", "After 5"),
        *("Part f.bin was not read: there is no reader for it in a document.", "After 6"),
    ]
    assert [part.what.partition(": ")[0] for part in document.unread] == ["part c.rtf", "part f.bin"]


def with_object(data: bytes, name: str, kind: str = "package") -> bytes:
    """A document with a file embedded between two paragraphs."""
    document = docx.Document()
    document.add_heading("Host", 1)
    part = DocxPart(DocxURI(f"/word/embeddings/{name}"), "application/x", data, document.part.package)
    relation = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
    about = f'xmlns:o="urn:schemas-microsoft-com:office:office" r:id="{document.part.relate_to(part, relation)}"'
    for text in ("See ", "After"):
        paragraph = document.add_paragraph(text)
        paragraph._p.append(parse_xml(f"<w:r {nsdecls('w', 'r')}><w:object><o:OLEObject {about}/></w:object></w:r>"))
    return saved(document)


def test_embedded_files_are_read_once_where_they_stand_or_named() -> None:
    document = read(DOCX, with_object(workbook(), "Sheet.xlsx"))
    shown = kinds(document)
    assert [text for _, _, text in shown[:5]] == [
        *("Host", "See", "Embedded file Sheet.xlsx:", "Sales", "Sales of the spring"),
    ]
    assert [kind for kind, _, _ in shown].count("heading") == 1
    assert shown[-1][2] == "After"
    assert [each.what.partition(":")[0] for each in document.unread] == ["Sheet.xlsx"]
    document = read(DOCX, with_object(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "old.bin", "oleObject"))
    assert document.unread == (Unread("part old.bin: there is no reader for it in a document"),)
    show = pptx.Presentation()
    shapes = show.slides.add_slide(show.slide_layouts[6]).shapes
    shapes.add_ole_object(io.BytesIO(workbook()), "Excel.Sheet.12", 0, 0, 9, 9)
    document = read(PPTX, saved(show))
    assert "Total" in document.text
    assert [each.what.partition(":")[0] for each in document.unread] == ["oleObject1.bin"]


def drawn_document() -> bytes:
    document = docx.Document()
    document.add_paragraph("Before").add_run().add_picture(io.BytesIO(picture("PNG")))
    document.inline_shapes[0]._inline.docPr.set("descr", "A page of a book")
    cell = document.add_table(1, 1).cell(0, 0).paragraphs[0]
    cell.add_run().add_picture(io.BytesIO(picture("JPEG")))
    document.sections[0].header.paragraphs[0].add_run().add_picture(io.BytesIO(picture("PNG")))
    return saved(document)


def drawn_slide() -> bytes:
    show = pptx.Presentation()
    for number in range(2):
        shapes = show.slides.add_slide(show.slide_layouts[6]).shapes
        drawn = shapes.add_picture(io.BytesIO(picture("PNG")), 0, 0)
        shapes.add_group_shape([shapes.add_picture(io.BytesIO(picture("JPEG")), 0, 0)] if number else ())
        drawn._element.nvPicPr.cNvPr.set("descr", "A page of a book" if number else "image.png")
    return saved(show)


DRAWN = pytest.mark.parametrize(("media_type", "make"), [(DOCX, drawn_document), (PPTX, drawn_slide)])


@DRAWN
@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_pictures_are_read_once_each(media_type: str, make: Callable[[], bytes]) -> None:
    document = read(media_type, make())
    assert document.text.count("A page of a book") == 1
    assert "image.png" not in document.text.splitlines()
    assert document.text.count("The first green book") == 2
    assert all(kind != "heading" or text.startswith("Slide") for kind, _, text in kinds(document))
    assert document.unread == ()


@DRAWN
def test_pictures_that_cannot_be_read_are_named(
    media_type: str, make: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    document = read(media_type, make())
    assert [part.needs for part in document.unread] == ["tesseract"] * 2
    assert all(re.fullmatch(r"part image\d?\.(png|jpg): tesseract is not installed", p.what) for p in document.unread)
    assert "A page of a book" in document.text


def test_a_picture_that_is_a_file_of_its_own_names_the_program_that_would_read_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    [unread] = read(DOCX, with_object(picture("PNG"), "scan.png", "package")).unread
    assert unread.what == "part scan.png: reading pictures needs the program tesseract, which is not installed"
    assert unread.needs == "tesseract"


def test_what_is_drawn_may_be_damaged_and_costs_itself_alone() -> None:
    chart = BarChart()
    book = openpyxl.Workbook()
    book.active.append(["Tea", 7])
    chart.add_data(Reference(book.active, min_col=2, min_row=1, max_row=1))
    book.active.add_chart(chart, "D9")
    for part in ("xl/drawings/drawing1.xml", "xl/charts/chart1.xml"):
        document = read(XLSX, rewritten(saved(book), part, lambda _: b"<broken"))
        assert document.text == "Sheet\n\nTea | 7"
        [unread] = document.unread
        assert unread.what.startswith(f"part {part.rpartition('/')[2]}: folder/file is damaged")
    data = rewritten(drawn_document(), "word/media/image1.png", lambda _: b"rubbish")
    assert "A page of a book" in read(DOCX, data).text


def test_documents_in_documents_are_read_up_to_a_depth() -> None:
    data = handbook()
    for _ in range(5):
        data = with_chunks(("in.docx", data))
    assert "it is a document in 4 others" in read(DOCX, data).text


@pytest.mark.parametrize(
    ("font", "code", "shown"),
    [
        *[("Symbol", "F061", "α"), ("Symbol", "00B0", "°"), ("Symbol", "F0B3", "≥"), ("symbol", "F0F2", "∫")],
        *[
            ("Wingdings", "F0FC", "✓"),
            ("Wingdings", "F0FE", "☑"),
            ("Wingdings", "F0E0", "→"),
            ("Wingdings", "F046", "☞"),
        ],
        *[("Wingdings", "F001", ""), ("Wingdings 2", "F050", "✓"), ("Arial", "00B5", "µ"), ("Arial", "F0B5", "")],
        *[("", "2192", "→"), ("Arial", "D800", ""), ("Arial", "FFFFFF", ""), ("Arial", "", ""), ("Arial", "x", "")],
    ],
)
def test_symbols_are_characters(font: str, code: str, shown: str) -> None:
    document = docx.Document()
    run = f'<w:r {nsdecls("w")}><w:t>a</w:t><w:sym w:font="{font}" w:char="{code}"/><w:t>b</w:t></w:r>'
    document.add_paragraph()._p.append(parse_xml(run))
    assert read(DOCX, saved(document)).text == f"a{shown}b"


def test_hyphens_tabs_and_returns_of_a_document() -> None:
    document = docx.Document()
    marks = "<w:noBreakHyphen/><w:t>b</w:t><w:softHyphen/><w:t>c</w:t><w:tab/><w:t>d</w:t><w:cr/><w:t>e</w:t>"
    document.add_paragraph()._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:t>a</w:t>{marks}</w:r>"))
    assert read(DOCX, saved(document)).text == "a-bc d\ne"


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


def test_lists_of_one_definition_go_on_counting_save_where_one_says_its_start() -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    level = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{}"/><w:lvlText w:val="{}"/></w:lvl>'
    for number_id, about in (
        (71, f'<w:styleLink w:val="Steps"/>{level.format("decimal", "%1.")}'),
        (72, '<w:numStyleLink w:val="Steps"/>'),
    ):
        numbering.insert(
            0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number_id}">{about}</w:abstractNum>')
        )
    for number_id, abstract, change in (
        (81, 71, ""),
        (82, 72, ""),
        (83, 71, '<w:startOverride w:val="1"/>'),
        (84, 71, level.format("lowerLetter", "%1)")),
    ):
        override = f'<w:lvlOverride w:ilvl="0">{change}</w:lvlOverride>' if change else ""
        numbering.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{number_id}"><w:abstractNumId w:val="{abstract}"/>{override}</w:num>'
            )
        )
    for number_id in (81, 81, 82, 83, 83, 84):
        properties = document.add_paragraph("x")._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="{number_id}"/></w:numPr>')
        )
    assert read(DOCX, saved(document)).text.splitlines() == ["1. x", "2. x", "3. x", "1. x", "2. x", "c) x"]


def test_headers_footers_and_comments_of_a_document_are_read_once() -> None:
    document = docx.Document()
    for section in (document.sections[0], document.add_section()):
        section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
        section.header.paragraphs[0].text = "Confidential"
        section.footer.paragraphs[0].text = "Page 3 of 12"
    run = document.paragraphs[-1].insert_paragraph_before("We sow in March.").add_run(" Or later.")
    document.add_comment(run, text="Is this so?", author="Bob")
    cell = document.add_table(1, 2).cell(0, 1)
    document.add_comment(cell.paragraphs[0].add_run("12"), text="Twelve what?", author="Ada")
    document.part._comments_part.element.append(
        parse_xml(f'<w:comment {nsdecls("w")} w:id="99"><w:p><w:r><w:t>On no word.</w:t></w:r></w:p></w:comment>')
    )
    assert [text for _, _, text in kinds(read(DOCX, saved(document)))] == [
        "Confidential",
        "We sow in March. Or later.",
        "Comment by Bob: Is this so?",
        "| 12",
        "Comment by Ada: Twelve what?",
        "Comment: On no word.",
    ]


def test_a_box_is_read_once_though_older_programs_have_it_too_and_boxes_stand_in_boxes() -> None:
    names = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    )
    text = "<w:p><w:r><w:t>{0}</w:t></w:r>{1}</w:p>"
    inner = f"<w:r><wps:txbx><w:txbxContent>{text.format('inner', '')}</w:txbxContent></wps:txbx></w:r>"
    box = f"<w:txbxContent>{text.format('outer', inner)}</w:txbxContent>"
    run = (
        f"<w:r {nsdecls('w')} {names}><mc:AlternateContent><mc:Choice Requires='wps'><wps:txbx>{box}</wps:txbx>"
        f"</mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    document = docx.Document()
    document.add_paragraph("Before")._p.append(parse_xml(run))
    document.add_table(1, 2).cell(0, 0).paragraphs[0]._p.append(parse_xml(run))
    assert [text for _, _, text in kinds(read(DOCX, saved(document)))] == ["Before", "outer", "inner", "outer inner |"]


BOX = (("x", "spreadsheetDrawing"), ("a", "main"))
FORMS = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def test_what_only_the_form_for_older_programs_says_is_read() -> None:
    document = docx.Document()
    forms = "<mc:AlternateContent><mc:Choice Requires='x'>{0}</mc:Choice><mc:Fallback>{1}</mc:Fallback>"
    for texts in (("<w:drawing/>", "<w:t>old</w:t>"), ("<w:t>new</w:t>", "<w:t>old</w:t>"), ("<w:t/>", "<w:pict/>")):
        run = f"<w:r {nsdecls('w')} {FORMS}>{forms.format(*texts)}</mc:AlternateContent></w:r>"
        document.add_paragraph("It is ")._p.append(parse_xml(run))
    assert read(DOCX, saved(document)).text.splitlines()[::2] == ["It is old", "It is new", "It is"]


def test_fields_of_a_form_say_what_is_chosen_in_them_and_readings_follow_their_word() -> None:
    document = docx.Document()
    entries = "<w:listEntry w:val='tea'/><w:listEntry w:val='coffee'/>"
    for field in (
        f"<w:ddList><w:result w:val='1'/>{entries}</w:ddList>",
        f"<w:ddList><w:default w:val='1'/><w:result w:val='0'/>{entries}</w:ddList>",
        f"<w:ddList>{entries}</w:ddList>",
        f"<w:ddList><w:result w:val='7'/>{entries}</w:ddList>",
        "<w:checkBox><w:default w:val='1'/></w:checkBox>",
        "<w:checkBox><w:default w:val='1'/><w:checked w:val='0'/></w:checkBox>",
    ):
        run = f"<w:r {nsdecls('w')}><w:fldChar w:fldCharType='begin'><w:ffData>{field}</w:ffData></w:fldChar></w:r>"
        document.add_paragraph("Drink: ")._p.append(parse_xml(run))
    run = "<w:r><w:t>{}</w:t></w:r>"
    ruby = f"<w:ruby><w:rt>{run.format('toukyou')}</w:rt><w:rubyBase>{run.format('tokyo')}</w:rubyBase></w:ruby>"
    document.add_paragraph("In ")._p.append(parse_xml(f"<w:r {nsdecls('w')}>{ruby}</w:r>"))
    assert read(DOCX, saved(document)).text.splitlines()[::2] == [
        *("Drink: coffee", "Drink: tea", "Drink: tea", "Drink:", "Drink: ☒", "Drink: ☐", "In tokyo(toukyou)"),
    ]


def test_the_lines_of_a_table_of_contents_are_no_text() -> None:
    document = docx.Document()
    style = document.styles.add_style("toc 1", 1)
    document.add_paragraph("Scope 3", style=style)
    document.add_heading("Scope", 1)
    assert read(DOCX, saved(document)).text == "Scope"


def test_comments_on_cells_stand_with_their_rows_and_widen_no_other_citation() -> None:
    book = openpyxl.Workbook()
    for place, text in (("A1", "Which?"), ("B2", "In tonnes?"), ("C9", "Why empty?"), ("B12", "Rounded?")):
        book.active[place].comment = Comment(text, "Bob")
    book.active["A1"], book.active["B1"], book.active["C1"] = "Product", "Amount", "Note"
    book.active["A2"], book.active["B2"], book.active["A3"], book.active["B3"] = "Tea", 7, "Coffee", 8
    book.active["A12"], book.active["B12"], book.active["A13"], book.active["B13"] = "Cocoa", 1, "Milk", 2
    document = read(XLSX, saved(book))
    assert document.text.split("\n\n") == [
        *("Sheet", "Comment by Bob on A1: Which?"),
        "Product | Amount | Note\nTea | Amount: 7 | Comment by Bob on B2: In tonnes?\nCoffee | Amount: 8",
        *("Comment by Bob on C9: Why empty?", "Cocoa | 1 | Comment by Bob on B12: Rounded?\nMilk | 2"),
    ]
    for text, rows in (("In tonnes?", (2, 2)), ("Why empty?", (9, 9)), ("Rounded?", (12, 12)), ("Milk", (13, 13))):
        place = document.text.index(text)
        assert line_range(document.lines, place, place + len(text)) == rows


def test_what_is_drawn_on_a_sheet_and_the_margins_of_its_pages_are_read() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Product", "Amount"])
    sheet.append(["Tea", 7])
    sheet.oddHeader.center.text, sheet.oddHeader.center.size = "R&&D", 12
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = "Confidential", "Page &P of &N"
    book.create_sheet("Other").oddFooter.left.text = "Confidential"
    chart = BarChart()
    chart.title, chart.x_axis.title = "Sales by coast", "Coast"
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=2), titles_from_data=True)
    sheet.add_chart(chart, "D9")
    alone = book.create_chartsheet("Chart")
    alone.add_chart(deepcopy(chart))
    names = " ".join(f'xmlns:{short}="http://schemas.openxmlformats.org/drawingml/2006/{name}"' for short, name in BOX)
    text = "<x:txBody><a:p><a:r><a:t>In a box</a:t></a:r></a:p></x:txBody>"
    about = "<x:nvSpPr><x:cNvPr id='9' name='b' descr='A green box'/></x:nvSpPr>"
    box = f"<x:oneCellAnchor {names}><x:from><x:row>4</x:row></x:from><x:sp>{about}{text}</x:sp></x:oneCellAnchor>"
    data = rewritten(
        saved(book), "xl/drawings/drawing1.xml", lambda part: re.sub(rb"(</[\w:]*wsDr>)", box.encode() + rb"\1", part)
    )
    document = read(XLSX, data)
    assert document.text.split("\n\n") == [
        *("Sheet", "R&D", "Confidential", "Product | Amount\nTea | Amount: 7"),
        *("Drawings", "Sales by coast", "Coast", "A green box", "In a box"),
        *("Other", "Chart", "Sales by coast", "Coast"),
    ]
    place = document.text.index("In a box")
    assert line_range(document.lines, place, place + 8) == (5, 5)


def test_what_is_struck_out_in_a_sheet_is_no_text() -> None:
    book = openpyxl.Workbook()
    struck, plain = InlineFont(strike=True), InlineFont(b=True)
    book.active.append(
        ["Tea", 7, 5, CellRichText("It costs ", TextBlock(struck, "50 "), TextBlock(plain, "40"), " euro")]
    )
    book.active.append(
        ["Coffee", 8, 6, CellRichText("All ", TextBlock(plain, "but this"), TextBlock(struck, " and that"))]
    )
    for place in ("B1", "A2", "D2"):
        book.active[place].font = Font(strike=True)
    assert read(XLSX, saved(book)).text == "Sheet\n\nTea |  | 5 | It costs 40 euro\n | 8 | 6 | but this"


def test_of_a_thread_every_comment_is_read_and_not_the_note_for_older_programs() -> None:
    book = openpyxl.Workbook()
    book.active["B2"] = 7
    book.active["B2"].comment = Comment("[Threaded comment] Your version allows you to read this.", "tc=1")
    relation = b'<Relationship Id="t" Type="http://x/threadedComment" Target="/xl/threads.xml"/></Relationships>'
    data = rewritten(
        saved(book), "xl/worksheets/_rels/sheet1.xml.rels", lambda part: part.replace(b"</Relationships>", relation)
    )
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as package:
        threads = "".join(
            f'<threadedComment ref="B2"><text>{text}</text></threadedComment>' for text in ("Tonnes?", "Yes.")
        )
        package.writestr("xl/threads.xml", f'<ThreadedComments xmlns="urn:threads">{threads}</ThreadedComments>')
    assert read(XLSX, out.getvalue()).text == "Sheet\n\n7 | Comment on B2: Tonnes? | Comment on B2: Yes."


def test_a_chart_is_the_table_of_its_figures_and_a_diagram_a_list() -> None:
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = "Sales"
    data = CategoryChartData()
    data.categories = ["East", "West"]
    data.add_series("Tea", (19.2, None))
    data.add_series("Coffee", (22.25, 0.1 + 0.2))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, 90000, 90000, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Sales by coast"
    blob = (
        b"<d:dataModel xmlns:d='http://schemas.openxmlformats.org/drawingml/2006/diagram' "
        b"xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'><d:pt><a:p><a:r><a:t>Plan</a:t></a:r>"
        b"</a:p><a:p><a:r><a:t>it</a:t></a:r></a:p></d:pt><d:pt/></d:dataModel>"
    )
    part = Part(PackURI("/ppt/diagrams/data1.xml"), "application/xml", slide.part.package, blob)
    identity = slide.part.relate_to(part, "http://schemas.openxmlformats.org/x/diagramData")
    frame = deepcopy(slide.shapes[-1]._element)
    holder = frame.graphic.graphicData
    holder.remove(holder[0])
    names = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    diagram = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
    holder.append(parse_xml(f'<d:relIds xmlns:d="{diagram}" xmlns:r="{names}" r:dm="{identity}"/>'))
    slide.shapes._spTree.append(frame)
    assert [text for _, _, text in kinds(read(PPTX, saved(show)))] == [
        *(
            "Sales",
            "Sales by coast",
            "| Tea | Coffee\nEast | Tea: 19.2 | Coffee: 22.25\nWest | Coffee: 0.3",
            "- Plan it",
        ),
    ]


def test_categories_of_a_chart_in_groups_keep_their_own_names() -> None:
    show = pptx.Presentation()
    data = CategoryChartData()
    for year in ("2022", "2023"):
        group = data.add_category(year)
        for half in ("first half", "second half"):
            group.add_sub_category(half)
    data.add_series("Tea", (1, 2, 3, 4))
    shapes = show.slides.add_slide(show.slide_layouts[6]).shapes
    shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, 90000, 90000, data)
    assert read(PPTX, saved(show)).text.splitlines()[3:] == [
        *("2022 first half | Tea: 1", "second half | Tea: 2", "2023 first half | Tea: 3", "second half | Tea: 4"),
    ]


def test_formulas_are_read() -> None:
    document = docx.Document()
    names = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    formula = parse_xml(f"<m:oMath {names}><m:r><m:t>E=mc</m:t></m:r></m:oMath>")
    document.add_paragraph("So ")._p.append(formula)
    assert read(DOCX, saved(document)).text == "So E=mc"
    show = pptx.Presentation()
    paragraph = show.slides.add_slide(show.slide_layouts[6]).shapes.add_textbox(0, 0, 9, 9).text_frame.paragraphs[0]
    paragraph.add_run().text = "So "
    paragraph._p.append(formula)
    assert read(PPTX, saved(show)).text == "Slide 1\n\nSo E=mc"


def test_comments_on_slides_of_both_kinds_follow_their_slide() -> None:
    show = pptx.Presentation()
    for kind, body in (
        ("main", "<p:cm xmlns:p='{0}'><p:text>Too long.</p:text></p:cm>"),
        ("modern", "<cm><txBody xmlns:a='{1}'><a:p><a:r><a:t>Too short.</a:t></a:r></a:p></txBody></cm>"),
    ):
        slide = show.slides.add_slide(show.slide_layouts[5])
        slide.shapes.title.text = kind
        names = [f"http://schemas.openxmlformats.org/{name}/2006/main" for name in ("presentationml", "drawingml")]
        blob = f"<list>{body.format(*names)}</list>".encode()
        part = Part(PackURI(f"/ppt/comments/{kind}.xml"), "application/xml", slide.part.package, blob)
        slide.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments")
    texts = [text for _, _, text in kinds(read(PPTX, saved(show)))]
    assert texts == ["main", "Comment: Too long.", "modern", "Comment: Too short."]


def test_merged_cells_keep_columns_in_step() -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    for column, name in enumerate(("Name", "First", "Second")):
        table.cell(0, column).text = name
    table.cell(1, 0).merge(table.cell(1, 1)).text = "wide"
    table.cell(1, 2).text = "x"
    table.cell(2, 2).text = "y"
    assert read(DOCX, saved(document)).text.splitlines()[1:] == ["wide | Second: x", " | Second: y"]


Merged = tuple[tuple[int, int], tuple[int, int]]
"""The row and the column of the first and of the last of the cells that are one."""
MakeTable = Callable[[list[tuple[str, ...]], list[Merged]], bytes]
REGIONS = [("Region", "City", "Sales"), ("North", "Kiel", "5"), ("", "Bremen", "7"), ("South", "Ulm", "9")]
REGIONS_READ = (
    "Region | City | Sales\nNorth | City: Kiel | Sales: 5\nNorth | City: Bremen | Sales: 7\n"
    "South | City: Ulm | Sales: 9"
)


def table_document(rows: list[tuple[str, ...]], merged: list[Merged]) -> bytes:
    document = docx.Document()
    table = document.add_table(len(rows), len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    for first, last in merged:
        text = table.cell(*first).text
        table.cell(*first).merge(table.cell(*last)).text = text
    return saved(document)


def table_slide(rows: list[tuple[str, ...]], merged: list[Merged]) -> bytes:
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[6])
    table = slide.shapes.add_table(len(rows), len(rows[0]), 0, 0, 900, 600).table
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    for first, last in merged:
        table.cell(*first).merge(table.cell(*last))
    return saved(show)


def table_sheet(rows: list[tuple[str, ...]], merged: list[Merged]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for (top, left), (bottom, right) in merged:
        book.active.merge_cells(None, top + 1, left + 1, bottom + 1, right + 1)
    return saved(book)


WITH_TABLES = pytest.mark.parametrize(
    ("media_type", "make"), [(DOCX, table_document), (PPTX, table_slide), (XLSX, table_sheet)]
)


@WITH_TABLES
def test_a_cell_that_spans_rows_is_said_in_each(media_type: str, make: MakeTable) -> None:
    assert read(media_type, make(REGIONS, [((1, 0), (2, 0))])).text.endswith(REGIONS_READ)


@WITH_TABLES
def test_a_cell_that_spans_columns_is_said_in_each_unless_it_begins_the_row(media_type: str, make: MakeTable) -> None:
    rows = [
        ("Fare", "Route 1", "Route 2", "Route 3"),
        ("Bicycle", "free", "", "9"),
        ("Pram", "", "", "8"),
        ("Vehicles", "", "", ""),
        ("Car or van", "", "21", "22"),
    ]
    merged = [((1, 1), (2, 2)), ((3, 0), (3, 3)), ((4, 0), (4, 1))]
    assert read(media_type, make(rows, merged)).text.splitlines()[-4:] == [
        "Bicycle | Route 1: free | Route 2: free | Route 3: 9",
        "Pram | Route 1: free | Route 2: free | Route 3: 8",
        "Vehicles",
        "Car or van | Route 2: 21 | Route 3: 22",
    ]


@WITH_TABLES
def test_thousands_of_money_are_the_unit_of_figures(media_type: str, make: MakeTable) -> None:
    rows = [("£000", "Second quarter", "First quarter"), ("Revenue", "480", "215")]
    told = "Revenue | Second quarter (£000): 480 | First quarter (£000): 215"
    assert read(media_type, make(rows, [])).text.splitlines()[-1] == told


GROUPS = [
    ("Item", "2023", "", "2024", ""),
    ("", "Revenue", "Profit", "Revenue", "Profit"),
    ("Tea", "1", "2", "3", "4"),
]
GROUPS_READ = (
    "Item | 2023 Revenue | 2023 Profit | 2024 Revenue | 2024 Profit\n"
    "Tea | 2023 Revenue: 1 | 2023 Profit: 2 | 2024 Revenue: 3 | 2024 Profit: 4"
)


def test_names_of_groups_of_columns_are_said_with_those_of_a_document_s_table() -> None:
    document = docx.Document()
    table = document.add_table(3, 5)
    for row, texts in zip(table.rows, GROUPS, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(0, 0).merge(table.cell(1, 0)).text = "Item"
    for first in (1, 3):
        table.cell(0, first).merge(table.cell(0, first + 1)).text = GROUPS[0][first]
    assert read(DOCX, saved(document)).text == GROUPS_READ
    for row in table.rows[:2]:
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    assert read(DOCX, saved(document)).text == GROUPS_READ
    table.cell(1, 1).text = "7"
    assert read(DOCX, saved(document)).text.startswith("Item | 2023 7 | 2023 Profit |")


def test_names_of_groups_of_columns_are_said_with_those_of_a_slide_s_table() -> None:
    show = pptx.Presentation()
    table = show.slides.add_slide(show.slide_layouts[6]).shapes.add_table(3, 5, 0, 0, 900, 600).table
    for row, texts in zip(table.rows, GROUPS, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    for first, last in (((0, 0), (1, 0)), ((0, 1), (0, 2)), ((0, 3), (0, 4))):
        table.cell(*first).merge(table.cell(*last))
    assert read(PPTX, saved(show)).text == f"Slide 1\n\n{GROUPS_READ}"


@pytest.mark.parametrize("cells", [("A1:A2", "B1:C1", "D1:E1"), ("B1:C1", "D1:E1")])
def test_names_of_groups_of_columns_are_said_with_those_of_a_sheet(cells: tuple[str, ...]) -> None:
    book = openpyxl.Workbook()
    for row in GROUPS:
        book.active.append([int(text) if text.isdigit() else text or None for text in row])
    assert "2023 Revenue" not in read(XLSX, saved(book)).text
    for each in cells:
        book.active.merge_cells(each)
    assert read(XLSX, saved(book)).text == f"Sheet\n\n{GROUPS_READ}"


@pytest.mark.parametrize(
    ("rows", "cells", "text"),
    [
        # A lone group stands above names, a title above all.
        (
            [("", "2023", ""), ("Item", "a", "b"), ("x", 1, 2)],
            "B1:C1",
            "Item | 2023 a | 2023 b\nx | 2023 a: 1 | 2023 b: 2",
        ),
        ([("Sales", "", ""), ("Item", "a", "b"), ("x", 1, 2)], "A1:C1", "Sales\n\nItem | a | b\nx | a: 1 | b: 2"),
        # What stands below is no name, or not below each column.
        ([("Item", "all", ""), ("x", 1, 2), ("y", 3, 4)], "B1:C1", "Item | all\nx | all: 1 | 2\ny | all: 3 | 4"),
        ([("Item", "all", ""), ("x", "a"), ("y", "b", "c")], "B1:C1", "Item | all\nx | all: a\ny | all: b | c"),
        ([("Item", "all", ""), ("", "a", "b")], "B1:C1", "Item | all\n | all: a | b"),
    ],
)
def test_what_is_no_group_of_columns_of_a_sheet_stays_as_it_is(
    rows: list[tuple[str | int, ...]], cells: str, text: str
) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([each or None for each in row])
    book.active.merge_cells(cells)
    assert read(XLSX, saved(book)).text == f"Sheet\n\n{text}"


TABLE = [("Ship", "Voyages"), ("Merlin", 7), ("Hobby", 9)]
GROUPED = [("Apple", "red"), ("Pear", "green"), ("Roots and leaves",), ("Leek", "white")]
FUEL = [("Item", "Amount"), ("Fuel", 2515)]
NAMED = "Report of March 2025"
Rows = list[tuple[str | int | None, ...]]


def sheets(**said: Rows) -> bytes:
    """A workbook with these rows on its sheets."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in said.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return saved(made)


@pytest.mark.parametrize(
    ("first", "title"),
    [
        ([(NAMED,), *TABLE], NAMED),
        ([(NAMED,), (), *TABLE], NAMED),
        ([(), (NAMED,), ("by the fleet",), (), *TABLE], NAMED),
        # A cover, and one with labels and their values.
        ([(NAMED,), (), ("by the fleet",)], NAMED),
        ([(NAMED,), (), ("Author", "Ann"), ("Pages", 7)], NAMED),
        ([(f"{NAMED}, valid from 1 May",), *TABLE], NAMED),
        ([(f"{NAMED} (valid from 1 May, EUR)",), *TABLE], NAMED),
        ([(NAMED,), ("Ship", "Voyages"), ("Big ones",), ("Merlin", 7), ("Small ones",), ("Hobby", 9)], NAMED),
        # What is the table itself: its rows, a group of them, or the name of a column's values.
        (TABLE, ""),
        ([("Fruits and berries",), *GROUPED], ""),
        ([("Members of the board",), ("Ann Lee",), ("Bob Ray",)], ""),
        ([(None, "Voyages in total", None), ("Ship", "2024", "2025"), ("Merlin", 7, 8)], ""),
        # What says something of the figures or the file, or is no name.
        ([("Amounts in thousand euros",), *TABLE], ""),
        ([("Author: Ann Lee",), *TABLE], ""),
        ([("Ships",), *TABLE], ""),
        ([("2025-03-01",), *TABLE], ""),
        ([("Count them before they leave.",), *TABLE], ""),
        # The title of the sheet alone.
        ([("Ships of the line",), *TABLE], ""),
    ],
)
def test_the_title_of_a_workbook_stands_above_all_its_sheets(first: Rows, title: str) -> None:
    document = read(XLSX, sheets(Ships=first, Finance=FUEL))
    assert document.title == (title or "file")
    above = (title,) if title else ()
    place = document.text.index("Fuel")
    assert heading_path(document.headings, place) == (*above, "Finance")
    row = line_range(document.lines, place, place + 4)
    assert location(XLSX, (*above, "Finance"), row, None, title=document.title) == "Finance, row 2"
    assert document.headings[0].text == (title or "Ships")
    for text in (str(text) for each in first for text in each if text):
        assert text in document.text


def test_sheets_with_titles_of_their_own_have_none_in_common() -> None:
    document = read(XLSX, sheets(Ships=[(NAMED,), *TABLE], Finance=[("Money of March 2025",), *FUEL]))
    assert heading_path(document.headings, document.text.index("Fuel")) == ("Finance",)
    again = read(XLSX, sheets(Ships=[(NAMED,), *TABLE], Finance=[(NAMED,), *FUEL]))
    assert heading_path(again.headings, again.text.index("Fuel")) == (NAMED, "Finance")
    assert again.text.count(NAMED) == 1


def test_a_sheet_alone_may_have_its_name_in_its_title() -> None:
    assert read(XLSX, sheets(Ships=[("Ships of the line",), *TABLE])).title == "Ships of the line"


def test_merged_cells_of_a_sheet_end_where_they_end() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [("Day", "Room", "Note"), (1, "a", "x"), (2, "b"), (None, "c"), (4, "d"), (5, "e")]:
        sheet.append(row)
    for cells in ("C2:C4", "A3:A4", "A5:A6", "B7:B9"):
        sheet.merge_cells(cells)
    assert read(XLSX, saved(book)).text.splitlines()[2:] == [
        "Day | Room | Note",
        "Day: 1 | Room: a | Note: x",
        "Day: 2 | Room: b | Note: x",
        "Day: 2 | Room: c | Note: x",
        "Day: 4 | Room: d",
        "Day: 4 | Room: e",
    ]


def test_a_row_of_a_document_that_begins_further_right_keeps_its_columns() -> None:
    document = docx.Document()
    table = document.add_table(2, 3)
    for row, texts in zip(table.rows, (("Name", "First", "Second"), ("", "x", "y")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    row = table.rows[1]._tr
    row.remove(row.tc_lst[0])
    row.get_or_add_trPr().append(parse_xml(f'<w:gridBefore {nsdecls("w")} w:val="1"/>'))
    assert read(DOCX, saved(document)).text.splitlines()[1:] == [" | First: x | Second: y"]


def test_rows_and_cells_in_content_controls_are_read() -> None:
    document = docx.Document()
    table = document.add_table(3, 2)
    for row, texts in zip(table.rows, (("Field", "Entry"), ("Name", "Ada"), ("Unit", "IT")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    for element in (table.cell(1, 1)._tc, table.rows[2]._tr):
        control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtPr/><w:sdtContent/></w:sdt>")
        element.addprevious(control)
        control[1].append(element)
    assert read(DOCX, saved(document)).text == "Field | Entry\nName | Entry: Ada\nUnit | Entry: IT"


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


def test_numbered_paragraphs_of_a_slide_show_their_numbers() -> None:
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[6])

    def box(*paragraphs: tuple[str, int, str], style: str = "") -> None:
        frame = slide.shapes.add_textbox(0, 0, 900, 900).text_frame
        if style:
            frame._txBody[1].append(parse_xml(style.replace(">", f" {nsdecls('a')}>", 1)))
        for place, (text, level, bullet) in enumerate(paragraphs):
            paragraph = frame.paragraphs[0] if not place else frame.add_paragraph()
            paragraph.text, paragraph.level = text, level
            if bullet:
                paragraph._p.get_or_add_pPr().append(parse_xml(bullet.replace("/>", f" {nsdecls('a')}/>")))

    arabic, letter = '<a:buAutoNum type="arabicPeriod"/>', '<a:buAutoNum type="alphaLcParenR"/>'
    box(
        ("Switch off", 0, arabic),
        ("the pump", 1, letter),
        ("the fan", 1, letter),
        ("Wait", 0, arabic),
        ("a while", 1, letter),
        ("", 0, ""),
        ("Check", 0, arabic),
    )
    box(
        ("Four", 0, '<a:buAutoNum type="romanUcParenBoth" startAt="4"/>'),
        ("Free", 0, "<a:buNone/>"),
        ("One", 0, arabic),
    )
    box(
        ("circled", 0, '<a:buAutoNum type="circleNumDbPlain" startAt="2"/>'),
        ("plain", 0, '<a:buAutoNum type="arabicPlain"/>'),
    )
    box(("by the box", 0, ""), ("again", 0, ""), style=f"<a:lvl1pPr>{arabic}</a:lvl1pPr>")
    assert [text for _, _, text in kinds(read(PPTX, saved(show)))] == [
        "Slide 1",
        "1. Switch off",
        "a) the pump",
        "b) the fan",
        "2. Wait",
        "a) a while",
        "3. Check",
        "(IV) Four",
        "Free",
        "1. One",
        "2. circled",
        "1 plain",
        "1. by the box",
        "2. again",
    ]


def test_numbers_and_bullets_of_a_slide_may_be_those_of_its_layout_or_master() -> None:
    show = pptx.Presentation()
    layout = show.slide_layouts[1]
    listed = f"<a:lvl1pPr {nsdecls('a')}><a:buAutoNum type='alphaUcPeriod'/></a:lvl1pPr>"
    layout.placeholders[1]._element.txBody[1].append(parse_xml(listed))
    frame = show.slides.add_slide(layout).placeholders[1].text_frame
    frame.text = "First"
    frame.add_paragraph().text = "Second"
    below = frame.add_paragraph()
    below.text, below.level = "below", 1
    plain = show.slides.add_slide(show.slide_layouts[3])
    plain.placeholders[1].text_frame.text = "By the master"
    show.slides.add_slide(show.slide_layouts[0]).placeholders[1].text_frame.text = "A subtitle"
    assert [text for _, _, text in kinds(read(PPTX, saved(show)))] == [
        *("Slide 1", "A. First", "B. Second", "- below", "Slide 2", "- By the master", "Slide 3", "A subtitle"),
    ]


def test_what_a_layout_shows_on_its_slides_is_said_once() -> None:
    show = pptx.Presentation()
    layout = show.slide_layouts[6]
    box = pptx.Presentation().slides.add_slide(layout).shapes.add_textbox(0, 0, 9, 9)
    for holder, text in ((layout, "For staff only"), (show.slide_master, "The valley")):
        box.text_frame.text = text
        holder.shapes._spTree.append(deepcopy(box._element))
    for shown in ("1", "1", "0"):
        show.slides.add_slide(layout)._element.set("showMasterSp", shown)
    assert read(PPTX, saved(show)).text.split("\n\n") == [
        *("Slide 1", "For staff only", "The valley", "Slide 2", "Slide 3"),
    ]
    show.slides[0]._element.set("showMasterSp", "0")
    show.slides[1]._element.set("showMasterSp", "0")
    assert read(PPTX, saved(show)).text.split("\n\n") == ["Slide 1", "Slide 2", "Slide 3"]


def test_grouped_shapes_are_read() -> None:
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = "Groups"
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, 10, 10).text_frame.text = "inside a group"
    assert "inside a group" in read(PPTX, saved(show)).text


@ALL
def test_strict_files_are_read_as_others_are(media_type: str, make: Callable[[], bytes]) -> None:
    data = strict = make()
    for name in zipfile.ZipFile(io.BytesIO(data)).namelist():
        if not name.endswith("[Content_Types].xml"):
            strict = rewritten(
                strict,
                name,
                lambda content: re.sub(
                    rb"http://schemas\.openxmlformats\.org/(officeDocument|\w+ml)/2006/(\w+)",
                    rb"http://purl.oclc.org/ooxml/\1/\2",
                    content,
                ),
            )
    assert read(media_type, strict).text == read(media_type, data).text


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
        (b"", "is empty"),
        (b"plain text", "is damaged: it is not of the format"),
        (b"PK\3\4 cut", "is damaged: its end is missing"),
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


@pytest.mark.parametrize(
    ("media_type", "lines", "pages", "said"),
    [
        (XLSX, (40, 52), None, "Sales, rows 40-52"),
        (XLSX, (7, 7), None, "Sales, row 7"),
        # The end of one sheet and the beginning of the next.
        (XLSX, (50, 2), None, "Sales, row 50"),
        (PPTX, None, (4, 4), "slide 4"),
        ("application/pdf", None, (14, 15), "pages 14-15"),
        ("text/csv", (2, 3), None, "lines 2-3"),
        (DOCX, None, None, ""),
    ],
)
def test_a_place_is_told_in_the_words_of_its_format(
    media_type: str, lines: tuple[int, int] | None, pages: tuple[int, int] | None, said: str
) -> None:
    assert location(media_type, ("Sales", "Tea"), lines, pages) == said
    assert location(media_type, ("The year", "Sales", "Tea"), lines, pages, title="The year") == said
