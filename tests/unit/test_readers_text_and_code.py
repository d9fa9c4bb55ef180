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
