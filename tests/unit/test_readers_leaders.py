"""Rows through which dots lead: items in every format, and what only has dots stays as it is written."""

from __future__ import annotations

import io

import docx
import pytest
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.shared import Cm
from reportlab.pdfgen.canvas import Canvas

from ragkit.ingest.readers import reader_for
from ragkit.types import Document, Source, number_at
from tests.office_files import lines, pdf

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def read(data: bytes, media_type: str = "text/plain") -> Document:
    return reader_for(media_type).read(Source("file", None, media_type, len(data)), data)


def items(document: Document) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks if block.kind == "item"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            """
  North wing ................ Ada Bell      4412 30
  South wing, upper floor .. Cy Dunn       4412 31
  Yard ...................... Ed Frey       4412 32
""",
            ["North wing: Ada Bell, 4412 30", "South wing, upper floor: Cy Dunn, 4412 31", "Yard: Ed Frey, 4412 32"],
        ),
        ("Glue....£2.10\nTape....£3\n", ["Glue: £2.10", "Tape: £3"]),
        ("Glue . . . . . £2.10\nTape ……… £3\n", ["Glue: £2.10", "Tape: £3"]),
        ("Monday: ...... 9 to 12   14 to 17\n", ["Monday: 9 to 12, 14 to 17"]),
        ("Friday ........ closed\n", ["Friday: closed"]),
    ],
)
def test_rows_of_plain_text_are_items(text: str, told: list[str]) -> None:
    assert items(read(text.encode())) == [f"- {row}" for row in told]


def test_a_row_keeps_its_line_and_its_marker() -> None:
    document = read(b"Fees\n\na) Glue ....... 2.10\nb) Tape ....... 3.40\n\nCash only.\n")
    assert items(document) == ["a) Glue: 2.10", "b) Tape: 3.40"]
    assert number_at(document.lines, document.text.index("3.40")) == 4
    assert number_at(document.lines, document.text.index("Cash")) == 6


@pytest.mark.parametrize(
    "text",
    [
        "1 Intro ........ 3\n2 The valley ......... 14\n",  # contents
        "Name .......... Date .........\nSigned ......... (please print)\n",
        "I agree to pay ........ pounds a month.\n",
        "I, ........., born on ........ in ........, agree\n",
        "Glue ....... 2.10 Tape ....... 3.40\n",
        "He waited.... Then\nhe left.... And\n",
        "It goes on ... and on\nand on ... and ends\n",
        "test_one ........ [ 50%]\ntest_two ........ [100%]\n",
    ],
)
@pytest.mark.parametrize("media_type", ["text/plain", "text/markdown"])
def test_what_only_has_dots_stays_as_it_is_written(text: str, media_type: str) -> None:
    document = read(text.encode(), media_type)
    assert document.text.split() == text.split()
    assert not items(document)


@pytest.mark.parametrize(
    ("media_type", "text"),
    [
        ("text/markdown", "Who:\n**Glue** ....... Ada Bell\nTape .... Cy Dunn\n\nAsk first.\n"),
        ("text/html", "<p>Who:<br>Glue ....... Ada Bell<br>Tape .... Cy Dunn</p><p>Ask first.</p>"),
        ("text/html", "<p>Who:<ul><li>Glue ....... Ada Bell<li>Tape ........ Cy Dunn</ul><p>Ask first.</p>"),
    ],
)
def test_rows_of_marked_up_text_are_items(media_type: str, text: str) -> None:
    document = read(text.encode(), media_type)
    assert document.text.strip() == "Who:\n\n- Glue: Ada Bell\n- Tape: Cy Dunn\n\nAsk first."
    assert items(document) == ["- Glue: Ada Bell", "- Tape: Cy Dunn"]


def test_code_is_shown_as_it_is_written() -> None:
    assert "Glue ....... 2.10" in read(b"```\nGlue ....... 2.10\nTape ....... 3.40\n```\n", "text/markdown").text


def test_dots_of_a_tab_lead_as_typed_ones_do() -> None:
    file, out = docx.Document(), io.BytesIO()
    file.add_paragraph("Glue ........ Ada Bell")
    led = file.add_paragraph("Tape\tCy Dunn")
    led.paragraph_format.tab_stops.add_tab_stop(Cm(10), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    plain = file.add_paragraph("Ask\tfirst.")
    plain.paragraph_format.tab_stops.add_tab_stop(Cm(10))
    file.save(out)
    assert read(out.getvalue(), WORD).text == "- Glue: Ada Bell\n- Tape: Cy Dunn\n\nAsk first."


@pytest.mark.parametrize("row", [["{} ........... {}"], ["{} ...........", "{}"]])
def test_rows_of_a_pdf_are_items(row: list[str]) -> None:
    def draw(canvas: Canvas) -> None:
        lines(canvas, ["Who has the keys of the stores on working days?"], 72, 720)
        for top, cells in ((680, ("Glue", "Ada Bell")), (666, ("Tape", "Cy Dunn"))):
            names = iter(cells)
            for left, piece in zip((72, 300), row, strict=False):
                lines(canvas, [piece.format(*(next(names) for _ in range(piece.count("{}"))))], left, top)

    assert items(read(pdf(draw), "application/pdf")) == ["- Glue: Ada Bell", "- Tape: Cy Dunn"]


def test_figures_of_a_pdf_keep_the_names_of_their_columns() -> None:
    def draw(canvas: Canvas) -> None:
        for place, row in enumerate(
            (("", "2024", "2023"), ("Sales ......", "2,100", "1,900"), ("Costs ......", "840", "720"))
        ):
            for left, piece in zip((72, 300, 400), row, strict=True):
                lines(canvas, [piece], left, 700 - 14 * place)

    assert "Sales | 2024: 2,100 | 2023: 1,900" in read(pdf(draw), "application/pdf").text
