"""PDF: reading order, tables, headings, pages, and files that cannot be read."""

from __future__ import annotations

from io import BytesIO
from itertools import zip_longest

import pytest
from pypdfium2 import PdfDocument
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, ListFlowable, ListItem, PageTemplate, Paragraph
from reportlab.platypus import Table as Drawn

from ragkit.errors import SourceError
from ragkit.ingest.readers.pdf import PdfReader
from ragkit.types import Document, Source, Unread, heading_path, number_at
from tests.conftest import ALL_FAULTS
from tests.office_files import PROSE, lines, pdf, report, wrapped


def read(data: bytes) -> Document:
    return PdfReader().read(Source("folder/file.pdf", None, "application/pdf", len(data)), data)


def kinds(document: Document) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks]


def test_a_report_has_headings_prose_table_items_and_pages() -> None:
    document = read(pdf(report))
    assert kinds(document) == [
        ("heading", 1, "Annual report"),
        ("paragraph", 0, PROSE.strip()),
        ("heading", 3, "Sales by product"),
        (
            "table",
            0,
            (
                "| 2022 | 2023\nTea | 2022: 1,204 | 2023: 1,377\n"
                "Coffee | 2022: 982 | 2023: 1,045\nCocoa | 2022: 77 | 2023: (12)"
            ),
        ),
        ("heading", 2, "Outlook"),
        ("item", 0, "• More tea"),
        ("item", 0, "• Less frost"),
    ]
    assert document.title == "Annual report"
    assert [number_at(document.pages, document.text.index(word)) for word in ("Annual", "Cocoa", "Less")] == [1, 1, 2]
    assert heading_path(document.headings, document.text.index("frost", 500)) == ("Annual report", "Outlook")
    assert document.metadata["pages"] == 2
    assert "pages_without_text" not in document.metadata


SetLine = tuple[str, int, str, int]
"""A line: its text, size, how it is set, and how far below the line above it."""


@pytest.mark.parametrize(
    ("title", "headings"),
    [
        (
            [
                ("The pumps of the valley and", 20, "left", 0),
                ("how they are kept", 20, "left", 24),
                ("Intro", 18, "left", 24),
            ],
            [(1, "The pumps of the valley and how they are kept"), (2, "Intro")],
        ),
        (
            [
                ("The pumps of the valley", 20, "left", 0),
                ("and how they are kept", 18, "left", 24),
                ("Intro", 16, "left", 22),
            ],
            [(1, "The pumps of the valley"), (2, "and how they are kept"), (3, "Intro")],
        ),
        (
            [
                ("The pumps", 16, "middle", 0),
                ("of the valley and their keepers", 16, "middle", 19),
                ("Intro", 16, "left", 22),
            ],
            [(1, "The pumps of the valley and their keepers"), (1, "Intro")],
        ),
        ([("The pumps", 16, "left", 0), ("Intro", 16, "left", 29)], [(1, "The pumps"), (1, "Intro")]),
    ],
)
def test_a_title_is_not_joined_with_the_heading_below_it(title: list[SetLine], headings: list[tuple[int, str]]) -> None:
    def draw(canvas: Canvas) -> None:
        height = 770
        for text, size, side, below in title:
            height -= below
            canvas.setFont("Helvetica-Bold", size)
            (canvas.drawCentredString if side == "middle" else canvas.drawString)(
                300 if side == "middle" else 72, height, text
            )
        lines(canvas, wrapped(PROSE, 90), 72, height - 24)

    document = read(pdf(draw))
    assert [(each.level, each.text) for each in document.headings] == headings
    assert document.title == headings[0][1]


def test_large_prose_stays_whole_whatever_its_lines() -> None:
    """Such as the first lines of a letter; a title that an outline names in whole stays whole too."""
    prose = ["The valley keeps two pumps, of which", "the first is old, and was built when", "the mill still ran."]

    def draw(canvas: Canvas) -> None:
        lines(canvas, prose[:1], 72, 770, size=18)
        lines(canvas, prose[1:], 72, 747, size=17)
        canvas.bookmarkPage("pumps")
        canvas.addOutlineEntry("The pumps of the valley", "pumps", 0)
        lines(canvas, ["The pumps"], 72, 650, size=18)
        lines(canvas, ["of the valley"], 72, 628, size=16)
        lines(canvas, wrapped(PROSE, 90), 72, 500)

    assert [(kind, text) for kind, _, text in kinds(read(pdf(draw)))[:2]] == [
        ("paragraph", " ".join(prose)),
        ("heading", "The pumps of the valley"),
    ]


def test_two_columns_are_read_one_after_the_other_below_a_title_that_spans_them() -> None:
    first, second = wrapped(f"First. {PROSE}", 40), wrapped(f"Second. {PROSE}", 40)

    def draw(canvas: Canvas) -> None:
        lines(canvas, ["A title that stands over both of the columns of this page"], 72, 770, size=16)
        # The lines of the columns are written in turns, as some programs do.
        for number, pair in enumerate(zip_longest(first, second, fillvalue="")):
            lines(canvas, [pair[0]], 72, 730 - 12 * number)
            lines(canvas, [pair[1]], 320, 733 - 12 * number)

    blocks = kinds(read(pdf(draw)))
    assert [text for _, _, text in blocks[1:]] == [f"First. {PROSE}".strip(), f"Second. {PROSE}".strip()]


def test_the_header_over_several_columns_is_said_of_each() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for middle, text in ((330, "Three months"), (490, "Six months")):
            canvas.drawCentredString(middle, 712, text)
        for row, cells in enumerate([("", "2022", "2023", "2022", "2023"), ("Net sales", "$", "7", "8", "9")]):
            canvas.drawString(72, 700 - 12 * row, cells[0])
            for place, cell in enumerate(cells[1:]):
                canvas.drawRightString(300 + 80 * place, 700 - 12 * row, cell.replace("$", "5"))

    assert read(pdf(draw)).text.splitlines()[-1] == (
        "Net sales | Three months 2022: 5 | Three months 2023: 7 | Six months 2022: 8 | Six months 2023: 9"
    )


Cells = list[list[str]]
Style = list[tuple[object, ...]]
GRID: Style = [("GRID", (0, 0), (-1, -1), 1, (0, 0, 0))]
BOLD: Style = [("FONT", (0, 0), (-1, 0), "Helvetica-Bold")]


def draw_table(canvas: Canvas, cells: Cells, style: Style, left: float = 72, top: float = 700) -> None:
    """Cells with the rules that ``style`` names; lines of a cell are set apart by newlines."""
    table = Drawn(cells, style=style)
    _, height = table.wrapOn(canvas, 500, 700)
    table.drawOn(canvas, left, top - height)


LEAVE = [
    ["Leave", "What it is", "Days"],
    ["Annual", "Days off that\nare paid", "27"],
    ["Sick", "Days of ill-\nness", "30"],
]
TEAMS = [["Team", "Lead", "Town"], ["Tea", "Ann", "Ely"], ["", "Bob", "York"], ["Rum", "Cid", ""]]


@pytest.mark.parametrize(
    ("cells", "style", "expected"),
    [
        (
            LEAVE,
            GRID,
            ["Leave | What it is | Days", "Annual | What it is: Days off that are paid | Days: 27",
             "Sick | What it is: Days of illness | Days: 30"],
        ),
        (
            [["Team", "2022", "2023", "Lead"], ["Tea", "7.50", "8.50", "Ann Lee"], ["Rum", "9.50", "1.50", "Bo Day"]],
            GRID,
            ["Team | 2022 | 2023 | Lead", "Tea | 2022: 7.50 | 2023: 8.50 | Lead: Ann Lee",
             "Rum | 2022: 9.50 | 2023: 1.50 | Lead: Bo Day"],
        ),
        (
            TEAMS,
            [("INNERGRID", (0, 0), (-1, -1), 1, (0, 0, 0)), ("SPAN", (0, 1), (0, 2)), ("SPAN", (1, 3), (2, 3))],
            ["Team | Lead | Town", "Tea | Lead: Ann | Town: Ely", "Tea | Lead: Bob | Town: York",
             "Rum | Lead: Cid | Town: Cid"],
        ),
        (
            [["Sales", "", "Year"], ["Tea", "Rum", ""], ["7", "8", "2023"], ["9", "5", "2024"]],
            [*GRID, ("SPAN", (0, 0), (1, 0)), ("SPAN", (2, 0), (2, 1))],
            [
                "Sales Tea | Sales Rum | Year",
                "Sales Tea: 7 | Sales Rum: 8 | Year: 2023",
                "Sales Tea: 9 | Sales Rum: 5 | Year: 2024",
            ],
        ),
        (
            [["£000", "Q2 2025", "Q2 2024"], ["Revenue", "480", "215"], ["Cost", "(60)", "(90)"]],
            GRID,
            ["£000 | Q2 2025 | Q2 2024", "Revenue | Q2 2025 (£000): 480 | Q2 2024 (£000): 215",
             "Cost | Q2 2025 (£000): (60) | Q2 2024 (£000): (90)"],
        ),
        ([["Name:", "Ada"], ["Town:", "Ely"]], GRID, ["Name: | Ada", "Town: | Ely"]),
        ([["12", "Ada"], ["13", "Bob"]], [*GRID, *BOLD], ["12 | Ada", "13 | Ada: Bob"]),
        # Rules that do not set rows apart tell of no cells.
        (
            [["Team", "2023"], ["Tea\nRum\nOil", "7\n8\n9"]],
            GRID,
            ["Team | 2023", "Tea | 7", "Rum | 8", "Oil | 9"],
        ),
        (
            [["Team", "Lead"], ["Tea\nRum\nOil", "Ann\nBob\nCid"]],
            GRID,
            ["Team | Lead", "Tea | Ann", "Rum | Bob", "Oil | Cid"],
        ),
    ],
)  # fmt: skip
def test_a_drawn_table_has_the_cells_that_its_rules_enclose(cells: Cells, style: Style, expected: list[str]) -> None:
    document = read(pdf(lambda canvas: draw_table(canvas, cells, style)))
    assert document.text.splitlines() == expected
    assert [block.kind for block in document.blocks] == ["table"]


def test_a_drawn_table_stands_where_it_begins_and_goes_on_over_the_page_under_its_header() -> None:
    def draw(canvas: Canvas) -> None:
        lines(canvas, ["Above the table."], 72, 720)
        draw_table(canvas, TEAMS[:2], GRID)
        canvas.showPage()
        draw_table(canvas, TEAMS[3:] * 2, [*GRID, ("LEFTPADDING", (1, 0), (1, -1), 6)])
        lines(canvas, ["Below the table."], 72, 600)

    document = read(pdf(draw))
    assert document.text.split("\n\n")[0] == "Above the table."
    assert document.text.split("\n\n")[-1] == "Below the table."
    assert number_at(document.pages, document.text.index("Rum")) == 2


def test_the_header_of_a_drawn_table_that_goes_on_is_that_of_the_page_before() -> None:
    def draw(canvas: Canvas) -> None:
        draw_table(canvas, TEAMS[:2], [*GRID, *BOLD])
        canvas.showPage()
        draw_table(canvas, [["Rum", "Cid", "Bath"], ["Oil", "Dee", "York"]], GRID)

    def with_widths(canvas: Canvas) -> None:
        for place, rows in enumerate((TEAMS[:2], [["Rum", "Cid", "Bath"], ["Oil", "Dee", "York"]])):
            table = Drawn(rows, style=GRID, colWidths=[60, 60, 60])
            table.wrapOn(canvas, 500, 700)
            table.drawOn(canvas, 72, 600)
            if not place:
                lines(canvas, ["Page 1 of 2"], 280, 30)
                canvas.showPage()
                lines(canvas, ["The teams, continued"], 280, 800)

    assert "Oil | Cid: Dee" in read(pdf(draw)).text
    assert read(pdf(with_widths)).text.splitlines() == [
        "Team | Lead | Town",
        "Tea | Lead: Ann | Town: Ely",
        "",
        "The teams, continued",
        "",
        "Team | Lead | Town",
        "Rum | Lead: Cid | Town: Bath",
        "Oil | Lead: Dee | Town: York",
    ]


def test_a_drawn_table_in_a_frame_is_read_beside_the_text_of_the_frame() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.grid([50, 300, 550], [400, 780, 800])
        lines(canvas, ["The text in the frame."], 72, 750)
        draw_table(canvas, TEAMS[:2] + TEAMS[3:], GRID)

    text = read(pdf(draw)).text
    assert text.startswith("The text in the frame.\n\nTeam | Lead | Town\nTea | Lead: Ann")


def test_notes_and_text_that_nobody_drew_are_read_behind_their_page() -> None:
    def draw(canvas: Canvas) -> None:
        lines(canvas, ["The first line of a paragraph that", "goes on over the"], 72, 700)
        canvas.textAnnotation("Is this so?", Rect=[50, 400, 80, 430])
        canvas.textAnnotation("the", Rect=[50, 400, 80, 430])
        canvas.freeTextAnnotation("Not  drawn", "0 0 0 rg /Helv 12 Tf", Rect=[50, 300, 200, 330])
        canvas.freeTextAnnotation("goes on\nover", "0 0 0 rg /Helv 12 Tf", Rect=[50, 300, 200, 330])
        canvas.linkURL("http://example.org", (50, 200, 100, 220))
        canvas.showPage()
        lines(canvas, ["page and ends here."], 72, 700)

    document = read(pdf(draw))
    assert document.text.split("\n\n") == [
        *("The first line of a paragraph that goes on over the page and ends here.", "Comment: Is this so?"),
        *("Comment: the", "Not drawn"),
    ]
    assert number_at(document.pages, document.text.index("Not drawn")) == 1


def test_a_paragraph_goes_on_over_the_page_and_running_lines_stay_once() -> None:
    text = wrapped(" ".join(f"word{number} and" for number in range(400)), 80)

    def draw(canvas: Canvas) -> None:
        for page in range(4):
            lines(canvas, ["The valley book"], 72, 800)
            lines(canvas, text[page * 12 : page * 12 + 12], 72, 700)
            lines(canvas, [f"Page {page + 1}"], 280, 30)
            canvas.showPage()

    document = read(pdf(draw))
    assert document.text.count("The valley book") == 1
    assert "Page " not in document.text
    # Lines that differ by their numbers alone are no running lines, even where they begin or end a page.
    assert all(f"word{number} " in document.text for number in range(300))
    assert " ".join(text[11:13]) in document.text.replace("\n\n", " ")
    assert number_at(document.pages, document.text.index(text[47].split()[-2])) == 4


@pytest.mark.parametrize(("pages", "first"), [(2, 0), (4, 1), (5, 2)])
def test_running_lines_do_not_cut_a_sentence_in_two_however_few_the_pages(pages: int, first: int) -> None:
    text = wrapped(" ".join(f"word{number} and" for number in range(pages * 100)), 80)

    def draw(canvas: Canvas) -> None:
        for page in range(pages):
            if page >= first:
                lines(canvas, ["The valley book – CONFIDENTIAL"], 72, 800)
                lines(canvas, [f"Page {page + 1}"], 280, 30)
            lines(canvas, text[page * 12 : page * 12 + 12], 72, 700)
            canvas.showPage()

    document = read(pdf(draw))
    assert document.text.count("CONFIDENTIAL") == 1
    assert "Page " not in document.text
    assert " ".join(text[: pages * 12]) in document.text


@pytest.mark.parametrize(
    ("line", "stays"),
    [
        ("Page 1", False),
        ("- Seite 1 von 1 -", False),
        ("Page 2 of 3", True),
        ("Form 7, page 1", True),
        ("1", True),
    ],
)
def test_what_only_numbers_its_page_is_left_out_of_a_single_one_too(line: str, *, stays: bool) -> None:
    def draw(canvas: Canvas) -> None:
        lines(canvas, ["The mill is open in May.", "It is closed in June."], 72, 700)
        lines(canvas, [line], 280, 30)

    assert (line in read(pdf(draw)).text) == stays


WEIGHTS = [
    [
        ("Tenant", "B"),
        (" means who rents a room of the house for a month or more. ", ""),
        ("Guest", "B"),
        (" is who", ""),
    ],
    [("stays for ", ""), ("less", "B"), (" than a month and pays by the night, without a contract.", "")],
    [("Rooms are cleaned by whoever ", ""), ("leaves them, before noon of the last day,", "B")],
    [("and not by the house.", "")],
]


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (
            0,
            2,
            "Tenant means who rents a room of the house for a month or more. Guest is who stays for less than a month",
        ),
        (2, 4, "Rooms are cleaned by whoever leaves them, before noon of the last day, and not by the house."),
    ],
)
def test_words_in_bold_do_not_cut_a_paragraph_in_two(first: int, last: int, text: str) -> None:
    def draw(canvas: Canvas) -> None:
        lines(
            canvas, ["The mill is open in May, and so is the house beside it, which has rooms for the night."], 72, 760
        )
        for row, runs in enumerate(WEIGHTS[first:last]):
            written = canvas.beginText(72, 700 - 14 * row)
            for said, weight in runs:
                written.setFont("Helvetica-Bold" if weight else "Helvetica", 12)
                written.textOut(said)
            canvas.drawText(written)

    document = read(pdf(draw))
    assert text in document.text
    assert {block.kind for block in document.blocks} == {"paragraph"}


def test_rows_that_two_pages_share_but_for_a_figure_are_both_kept() -> None:
    def draw(canvas: Canvas) -> None:
        for page in range(2):
            lines(canvas, [f"{word} of the valley" for word in ("Birds", "Trees", "Pumps", "Wells")], 72, 700)
            lines(canvas, [f"Total {page + 7} of all", f"Number {page + 1} in all"], 72, 300)
            canvas.showPage()

    text = read(pdf(draw)).text
    assert all(said in text for said in ("Total 7", "Total 8", "Number 1", "Number 2"))


STEPS = [
    "Remove the rotor with the hex key and send it back in the box of the new one, with the form, within 21 days.",
    (
        "Order the new one. It is free of charge until the end of June 2025 for all who have registered; from then on "
        "EUR 740 are charged for each, and the costs of shipping are added to the sum, which is due within a month of "
        "the delivery of the parts."
    ),
    "Fit it.",
    "Reset the counter under SERVICE. Enter the new serial number that is engraved on the underside of the rotor.",
]
CLOSE = "After that the machine may be used again, but not before the form was sent to the service department in time."
NORMAL = getSampleStyleSheet()["Normal"]


def flowing(*flow: Flowable, columns: int = 1) -> bytes:
    out = BytesIO()
    width = 480 / columns
    frames = [Frame(50 + place * (width + 20), 50, width, 740) for place in range(columns)]
    document = BaseDocTemplate(out, pagesize=(595, 842))
    document.addPageTemplates(PageTemplate(frames=frames))
    document.build([*flow])
    return out.getvalue()


def steps(nested: ListFlowable | None = None, **how: object) -> ListFlowable:
    first, *rest = (Paragraph(step, NORMAL) for step in STEPS)
    return ListFlowable([ListItem([first, nested] if nested else first), *map(ListItem, rest)], **how)


def items_of(document: Document) -> list[str]:
    return [text for kind, _, text in kinds(document) if kind == "item"]


@pytest.mark.parametrize(
    ("how", "markers"),
    [
        ({"bulletType": "1"}, ["1", "2", "3", "4"]),
        ({"bulletType": "1", "start": 9}, ["9", "10", "11", "12"]),
        ({"bulletType": "1", "bulletFontName": "Helvetica-Bold", "bulletFontSize": 9}, ["1", "2", "3", "4"]),
        ({"bulletType": "1", "bulletFormat": "(%s)", "leftIndent": 30}, ["(1)", "(2)", "(3)", "(4)"]),
        ({"bulletType": "1", "leftIndent": 40}, ["1", "2", "3", "4"]),
        ({"bulletType": "a"}, ["a", "b", "c", "d"]),
        ({"bulletType": "i"}, ["i", "ii", "iii", "iv"]),
        ({"bulletType": "bullet", "bulletFontSize": 14}, ["•"] * 4),
    ],
)
@pytest.mark.parametrize("columns", [1, 2])
def test_the_lines_of_an_item_belong_together(how: dict[str, object], markers: list[str], columns: int) -> None:
    flow = [flowable for _ in range(3) for flowable in (Paragraph(CLOSE, NORMAL), steps(**how))]
    document = read(flowing(*flow, Paragraph(CLOSE, NORMAL), columns=columns))
    assert items_of(document) == 3 * [f"{marker} {step}" for marker, step in zip(markers, STEPS, strict=True)]
    assert [text for kind, _, text in kinds(document) if kind != "item"] == 4 * [CLOSE]


def test_a_list_in_a_list_counts_its_own_items() -> None:
    document = read(flowing(steps(steps(bulletType="1"), bulletType="1")))
    assert [text.split()[0] for text in items_of(document)] == ["1", "1", "2", "3", "4", "2", "3", "4"]
    assert len(kinds(document)) == 8


def test_what_hangs_without_a_marker_is_one_paragraph_and_so_is_what_begins_further_in() -> None:
    for first, rest in ((-24, 24), (18, 0)):
        style = ParagraphStyle("own", NORMAL, firstLineIndent=first, leftIndent=rest)
        document = read(flowing(*(Paragraph(step, style) for step in STEPS * 2)))
        assert [text for _, _, text in kinds(document)] == STEPS * 2


def test_a_line_that_begins_with_a_number_is_no_item() -> None:
    text = "The two pumps of the valley deliver 4 litres a second and the reservoir below holds water for 3 more days"
    style = ParagraphStyle("narrow", NORMAL, rightIndent=250)
    for width in range(0, 120, 4):
        style.rightIndent = 200 + width
        document = read(flowing(Paragraph(text, style)))
        assert kinds(document) == [("paragraph", 0, text)]


def test_a_hyphen_at_the_end_of_a_line_stays_where_the_other_words_say_so() -> None:
    texts = ["The gardeners keep a well-kept list of infor-", "mation on cocoa, tea and other trees, a well-",
             "kept list, says the one who has the information."]  # fmt: skip
    document = read(pdf(lambda canvas: lines(canvas, texts, 72, 700)))
    assert document.text == (
        "The gardeners keep a well-kept list of information on cocoa, tea and other trees, a well-kept list, "
        "says the one who has the information."
    )


def test_the_letters_of_a_ligature_are_those_of_one_word() -> None:
    registerFont(TTFont("Vera", "Vera.ttf"))

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Vera", 12)
        canvas.drawString(72, 700, "A certi\ufb01cate for the \ufb02oor.")

    assert read(pdf(draw)).text == "A certificate for the floor."


def test_the_outline_names_the_headings_and_their_levels() -> None:
    def draw(canvas: Canvas) -> None:
        for level, title in enumerate(["Part one", "Chapter one", "Section one"]):
            canvas.bookmarkPage(title)
            canvas.addOutlineEntry(title, title, level)
            lines(canvas, [title], 72, 770 - 100 * level)
            lines(canvas, ["Some text that stands below it."], 72, 740 - 100 * level)

    document = read(pdf(draw))
    assert [(heading.level, heading.text) for heading in document.headings] == [
        (1, "Part one"),
        (2, "Chapter one"),
        (3, "Section one"),
    ]


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_turned_page_reads_as_it_is_shown(rotation: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(rotation)
        move = {90: (595, 0), 180: (595, 842), 270: (0, 842)}[rotation]
        canvas.translate(*move)
        canvas.rotate(rotation)
        lines(canvas, ["The first line of three.", "The second line of three.", "The third line of three."], 72, 400)

    assert read(pdf(draw)).text == "The first line of three. The second line of three. The third line of three."


def test_pages_without_text_are_counted_and_named_unless_they_are_blank() -> None:
    def draw(canvas: Canvas) -> None:
        lines(canvas, ["Only the first page has text."], 72, 770)
        canvas.showPage()
        for _ in range(2):
            canvas.rect(100, 100, 200, 200, fill=1)
            canvas.showPage()
        canvas.showPage()

    document = read(pdf(draw))
    assert (document.metadata["pages"], document.metadata["pages_without_text"]) == (4, 3)
    [part] = document.unread
    assert part.what.startswith("pages 2-3: ")


def test_the_title_is_what_the_file_states_unless_a_program_made_it_up() -> None:
    assert read(pdf(report, title="The valley in figures")).title == "The valley in figures"
    assert read(pdf(report, title="0001018724-22-000023")).title == "Annual report"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"plain text", "not a PDF"),
        (b"%PDF-1.7\nnothing more", "is a damaged PDF: Failed to load document"),
        (pdf(report, password="secret"), "encrypted and needs a password"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason) as caught:
        read(data)
    assert str(caught.value).startswith("folder/file.pdf")
    assert caught.value.hint


@pytest.mark.parametrize("appearance", [b"/AP", b"/XP"])
def test_what_is_filled_into_a_form_is_read_whether_or_not_it_is_drawn(appearance: bytes) -> None:
    def draw(canvas: Canvas) -> None:
        for place, (name, entry) in enumerate((("Name:", "Ada Lovelace"), ("Town:", "Ely"))):
            canvas.drawString(72, 700 - 30 * place, name)
            canvas.acroForm.textfield(name=name, value=entry, x=130, y=695 - 30 * place, width=200, height=20)

    text = read(pdf(draw).replace(b"/AP", appearance)).text
    assert text.splitlines() == ["Name: | Ada Lovelace", "Town: | Ely"]


def test_attached_files_are_read_after_the_last_page_or_named() -> None:
    with PdfDocument(pdf(lambda canvas: canvas.drawString(72, 700, "See the files."))) as made:
        for name, data in (("notes.md", b"# Notes\n\nTea is at four."), ("old.bin", b"\0\1"), ("empty.txt", b" ")):
            made.new_attachment(name).set_data(data)
        made.save(saved := BytesIO())
    document = read(saved.getvalue())
    assert [(kind, text) for kind, _, text in kinds(document)] == [
        ("paragraph", "See the files."),
        ("paragraph", "Attached file empty.txt:"),
        ("paragraph", "Attached file notes.md:"),
        ("paragraph", "Notes"),
        ("paragraph", "Tea is at four."),
    ]
    assert document.unread == (Unread("attachment old.bin: there is no reader for it in a document"),)


def test_thousands_of_pages_are_read_to_the_last() -> None:
    pages = 10_000 if ALL_FAULTS else 2_000

    def draw(canvas: Canvas) -> None:
        for number in range(1, pages + 1):
            canvas.drawString(72, 700, f"Station {number * 7919 % 10_007} gave {number % 83} cubic metres of water.")
            canvas.showPage()

    document = read(pdf(draw))
    last = document.text.index(f"Station {pages * 7919 % 10_007} gave")
    assert (document.metadata["pages"], number_at(document.pages, last), document.unread) == (pages, pages, ())
