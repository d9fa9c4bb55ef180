"""Plain text and source code: the text is unchanged, the blocks are cautious."""

import pytest

from ragkit.ingest.readers import reader_for
from ragkit.types import Document, Source, number_at


def read(text: str, media_type: str = "text/plain") -> Document:
    return reader_for(media_type).read(Source("notes/page.txt", None, media_type, len(text)), text.encode())


def kinds(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


PAGE = """\
Field notes
===========

  Indented first line of a paragraph
that wraps.

3.2 Mounting the probe

ANNUAL SERVICE

- one
  more of one
- two
1) first
Lead text:
* starred

Model | Battery
Heron 2 | 18 months

NAME
    heron - a logger
"""


def test_the_text_is_unchanged_and_every_line_is_marked() -> None:
    document = read(PAGE)
    assert document.text == PAGE
    assert document.title == "Field notes"
    for number, line in enumerate(PAGE.rstrip().split("\n"), 1):
        if line:
            assert number_at(document.lines, PAGE.index(line)) == number


def test_blocks() -> None:
    assert kinds(read(PAGE)) == [
        ("heading", "Field notes"),
        ("paragraph", "==========="),
        ("paragraph", "Indented first line of a paragraph\nthat wraps."),
        ("heading", "3.2 Mounting the probe"),
        ("heading", "ANNUAL SERVICE"),
        ("item", "- one\n  more of one"),
        ("item", "- two"),
        ("item", "1) first\nLead text:"),
        ("item", "* starred"),
        ("table", "Model | Battery\nHeron 2 | 18 months"),
        ("heading", "NAME"),
        ("paragraph", "heron - a logger"),
    ]


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("Title\n-----\ntext", [(2, "Title")]),
        ("A much longer line\n---\ntext", []),
        ("a | b\n-----\nc | d", []),
        ("1. Introduction\n\nText about it.", [(2, "1. Introduction")]),
        ("1. Open the lid\n\n2. Close the lid\n\n", []),
        ("2.4.1 Depth\n\ntext", [(4, "2.4.1 Depth")]),
        ("3.2 is the ratio we want\n\ntext", []),
        (
            "1. Term\nThis contract begins in May.\n\n2. Fees\n2.1 It is free.\n2.2 So is tea.",
            [(2, "1. Term"), (2, "2. Fees")],
        ),
        ("2.1 Staff discount\nStaff on duty eat at half the price.", [(3, "2.1 Staff discount")]),
        ("2. Fees\n\n2.1 It is free.\n\n3. Term\n\nThree years.", [(2, "2. Fees"), (2, "3. Term")]),
        ("Article 3. Pets\nPets are not allowed on any ship.\n\nArticle 4\nNone.", [(2, "Article 3. Pets")]),
        (
            "1. Law\nThat of Norway.\n\n2. Place of court\nOslo.\n\n3. Copies\n- two",
            [(2, "1. Law"), (2, "2. Place of court"), (2, "3. Copies")],
        ),
        ("House rules\n\n1. Term\nThis contract begins in May.", [(1, "House rules"), (2, "1. Term")]),
        ("1 Scope\n\n1.1 Term\nThis contract begins in May.", [(2, "1 Scope"), (3, "1.1 Term")]),
        ("Two points\n\n1. Open the lid\n2. Close the lid", []),
        ("2. Cabins\na) They are inspected.\nb) Candles are forbidden.", [(2, "2. Cabins")]),
        ("1. Open the lid\nMind the spring in the hinge.\n2. Close the lid", []),
        ("1. Ask at the gate for Ann or\nBob, they have the key.", []),
        ("1. Open the lid\n   Mind the spring in the hinge.", []),
        ("1. Open the lid\n   Mind the spring in the hinge.\n\n2. Close it\n   Listen for the click.", []),
        (
            "1. Term\nThe contract begins in May.\n\n2. Rent\n   It is due on the 3rd.\n\n3. Pets and\n   Cages.",
            [(2, "1. Term"), (2, "2. Rent")],
        ),
        (
            "LEASE 4\nfor the mill\n------------\n1. Term\nIt begins in May.\n\npage 2\n---------\n2. Rent\nIt is due.",
            [(1, "LEASE 4"), (2, "1. Term"), (2, "2. Rent")],
        ),
        ("1. Open the lid\nand mind the spring in the hinge.", []),
        ("1. Open the lid.\nMind the spring in the hinge.", []),
        ("STOP NOW!\n\ntext", []),
        ("OK\n\ntext", []),
        ("TITLE\n\ntext\n\nPART TWO\n\ntext", [(1, "TITLE"), (2, "PART TWO")]),
        ("SHOUTED LINE\nof a paragraph", []),
        ("THE END", []),
    ],
)
def test_headings_are_found_with_caution(text: str, headings: list[tuple[int, str]]) -> None:
    assert [(heading.level, heading.text) for heading in read(text).headings] == headings


def test_a_number_that_wraps_to_the_margin_is_no_item() -> None:
    assert kinds(read("It was made in\n2009. Then nothing\n12345. x")) == [
        ("paragraph", "It was made in\n2009. Then nothing\n12345. x")
    ]


def test_code_is_cut_where_a_new_top_level_thing_begins() -> None:
    text = "import os\n\n\ndef a():\n    x = [\n\n    ]\n\n    return x\n\n}\nclass B:\n    pass\n"
    document = read(text, "text/x-source")
    assert document.text == text
    assert kinds(document) == [
        ("code", "import os"),
        ("code", "def a():\n    x = [\n\n    ]\n\n    return x\n\n}\nclass B:\n    pass"),
    ]
    assert number_at(document.lines, text.index("class B")) == 12


@pytest.mark.parametrize("media_type", ["text/plain", "text/x-source"])
@pytest.mark.parametrize("text", ["", "\n\n  \n"])
def test_nothing_has_no_blocks(text: str, media_type: str) -> None:
    assert read(text, media_type).blocks == ()


def test_form_feeds_and_other_separators_are_not_lines() -> None:
    document = read("a\x0cb\u2028c\nd")
    assert document.lines == ((0, 1), (6, 2))


def test_a_manual_page_is_called_by_its_name() -> None:
    document = read("git-add(1)        Git Manual        git-add(1)\n\nNAME\n       git-add - adds\n")
    assert document.title == "git-add(1)"
    assert kinds(document) == [
        ("heading", "git-add(1)"),
        ("paragraph", "Git Manual        git-add(1)"),
        ("heading", "NAME"),
        ("paragraph", "git-add - adds"),
    ]
    assert read("git-add(1) adds what git-add(2)\n\nNAME\n").title != "git-add(1)"


def test_a_first_line_in_capitals_is_the_title_of_what_belongs_to_it() -> None:
    document = read("VK-40 BALER\nMaintenance manual      rev. C\n\n1 SAFETY\n\nThe ram moves with 400 kN.\n")
    assert document.title == "VK-40 BALER"
    assert [(block.kind, block.level) for block in document.blocks] == [
        ("heading", 1), ("paragraph", 0), ("heading", 2), ("paragraph", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "IMPORTANT NOTICE TO ALL\nwho use the yard: it is closed.\n\nThe gate opens again in May.\n",
        "STOP\nif it smokes\n",
        "Plan of the yard\nby Nora Field\n\nThe gate is to the north.\n",
        "A WALL\nOF\nMANY\nLINES\nIN ONE\n\nThe end\n",
    ],
)
def test_a_first_line_that_goes_on_as_text_is_none(text: str) -> None:
    assert "heading" not in [block.kind for block in read(text).blocks]


LIBRARY = """\
2. BORROWING
   Status                 Items    Loan period    Notes
   Students                  20    28 days        none
   Academic staff            60    84 days        by post, within
                                                  the country
   Town readers               8    21 days        cash only
Town readers pay EUR 18 a year.

                     Mon-Fri        Sat           Sun / holidays
   Law Branch        09:00-20:00    10:00-16:00   closed
   Map Room          10:00-16:00    closed        closed

   Store             11:00-12:00    closed        closed
"""


def tables(text: str) -> list[str]:
    return [shown for kind, shown in kinds(read(text)) if kind == "table"]


def test_rows_of_aligned_tables_say_their_columns_and_keep_their_lines() -> None:
    document = read(LIBRARY)
    assert kinds(document) == [
        ("heading", "2. BORROWING"),
        (
            "table",
            """\
Status | Items | Loan period | Notes
Students | Items: 20 | Loan period: 28 days | Notes: none
Academic staff | Items: 60 | Loan period: 84 days | Notes: by post, within the country
Town readers | Items: 8 | Loan period: 21 days | Notes: cash only""",
        ),
        ("paragraph", "Town readers pay EUR 18 a year."),
        (
            "table",
            """\
| Mon-Fri | Sat | Sun / holidays
Law Branch | Mon-Fri: 09:00-20:00 | Sat: 10:00-16:00 | Sun / holidays: closed
Map Room | Mon-Fri: 10:00-16:00 | Sat: closed | Sun / holidays: closed
Store | Mon-Fri: 11:00-12:00 | Sat: closed | Sun / holidays: closed""",
        ),
    ]
    lines = [(word, number_at(document.lines, document.text.index(word))) for word in ("Students", "the country")]
    assert lines == [("Students", 3), ("the country", 5)]
    assert number_at(document.lines, document.text.index("Town readers pay")) == 7
    assert number_at(document.lines, document.text.index("Store")) == 13


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Port    Use\n------------\n8883    data\n443     updates\n",
            "Port | Use\nPort: 8883 | Use: data\nPort: 443 | Use: updates",
        ),
        ("Id  Name\n--- -----\n 12 Heron\n  7 Wader\n", "Id | Name\n12 | Name: Heron\n7 | Name: Wader"),
        (
            "       Free   Late\nWho    days   fee\n-----------------\nPupil  5      1\nTutor  9      2\n",
            "Who | Free days | Late fee\nPupil | Free days: 5 | Late fee: 1\nTutor | Free days: 9 | Late fee: 2",
        ),
        (
            "ITEM      PRICE\nTea        2.00\nCoffee    13.50\n",
            "ITEM | PRICE\nTea | PRICE: 2.00\nCoffee | PRICE: 13.50",
        ),
        (
            "Region   2023   2024\nNorth      12     15\nSouth     112    108\n",
            "Region | 2023 | 2024\nNorth | 2023: 12 | 2024: 15\nSouth | 2023: 112 | 2024: 108",
        ),
        (
            "£000      2023   2024\nSales       12     15\nCosts        9     10\n",
            "£000 | 2023 | 2024\nSales | 2023 (£000): 12 | 2024 (£000): 15\nCosts | 2023 (£000): 9 | 2024 (£000): 10",
        ),
        (
            "Hut\tBeds\tOpen\nLow\t12\tMay\nHigh\t40\tJune\n",
            "Hut | Beds | Open\nLow | Beds: 12 | Open: May\nHigh | Beds: 40 | Open: June",
        ),
    ],
)
def test_the_header_of_an_aligned_table_is_known_by_its_rule_or_by_figures_below_it(text: str, told: str) -> None:
    assert tables(text) == [told]


@pytest.mark.parametrize(
    "text",
    [
        # a list of people, a form, key and value
        "Ann Smith    Sales      Oslo\nBob Jones    Support    Rome\nCid Rand     Legal      Bonn\n",
        "Name:    Ann     Room:   12\nBadge:   4711    Floor:  3\nPhone:   882     Desk:   40\n",
        "Colour    red\nHeight    30 cm\nWidth     20 cm\nDepth     10 cm\n",
        # addresses side by side
        "London office     Paris office\nAnn Smith         Bob Jones\n12 High Street    5 Rue Longue\n",
        """\
London office     Paris office      Oslo office
Ann Smith         Bob Jones         Cid Rand
12 High Street    5 Rue Longue      7 Storgata
SW1 2AB           75001 Paris       0150 Oslo
""",
        # contents, code, a log, a drawing
        "Chapter         Title       Page\nOne ........    Hills       12\nTwo ........    Rivers      40\n",
        "int      count   = 0;\nlong     total   = 10;\nshort    parts   = 20;\n",
        "INFO    started    pid 40\nWARN    slow       12 ms\nINFO    stopped    pid 40\n",
        "tower   tower   wall\n|  |    |  |    12\n+--+    +--+    14\n",
        # prose set in lines of the same length
        """\
The  valley  lies  between  two  rivers,
which  flood  it  in 12  of  100 springs
and  leave  it  dry in  most  autumns.
""",
        # steps, verses
        "1.  Open the lid\n    and wait 5 minutes\n2.  Close the lid\n    and wait 10 minutes\n",
        "The sea, the sea,\n      the open sea,\n   and 7 gulls\n",
        # lists side by side, and what goes on in the next line beside a label
        "Breakfast      Lunch\n---------------------\n1. oats        1. soup\n2. eggs        2. bread\n",
        """\
Daily             Monthly
-------------------------------
2015-12-31        (2015-12-31 kept
2015-12-30         by the daily rule)
2015-12-29        2015-11-30
""",
        # one row is no table
        "Item     Price    Stock\n----------------------\nTea      2.00     14\n",
    ],
)
def test_what_only_may_be_a_table_stays_as_it_is_written(text: str) -> None:
    document = read(text)
    assert document.text == text
    assert not tables(text)


@pytest.mark.parametrize(
    ("media_type", "text"),
    [
        ("text/html", "<pre>{}</pre>"),
        ("text/markdown", "```\n{}```\n"),
        ("text/x-rst", "Fees::\n\n{}"),
        ("text/asciidoc", "----\n{}----\n"),
    ],
)
def test_aligned_tables_are_told_where_text_is_shown_as_written(media_type: str, text: str) -> None:
    table = "  Class     Fee    Seats\n  Juniors    12       40\n  Masters    30        8\n"
    document = read(text.format(table), media_type)
    assert "Masters | Fee: 30 | Seats: 8" in document.text
    code = "  run --fast     now\n  stop          later\n"
    shown = [" ".join(words.split()) for kind, words in kinds(read(text.format(code), media_type)) if kind == "code"]
    assert shown == ["run --fast now stop later"]
