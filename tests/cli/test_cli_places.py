"""Where an answer or a hit stands, in the words of its format, through the real process: sheets, slides, messages."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pptx
import pytest

import ragkit
from tests.cli.conftest import run_ragkit
from tests.office_files import saved
from tests.open_files import MBOX


def stock() -> bytes:
    """Two sheets; in the second the names of columns on row 8, and a row for each of 60 valves from the next one on."""
    book = openpyxl.Workbook()
    book.active.title = "Sites"
    book.active.append(["Site", "Rain gauges"])
    book.active.append(["Harrow", 3])
    sheet = book.create_sheet("Stock")
    for _ in range(7):
        sheet.append([])
    sheet.append(["Part", "Shelf", "Supplier", "Pieces"])
    for number in range(1, 61):
        sheet.append([f"valve {number}", f"shelf {number % 7}", "the northern valley", number * 3])
    return saved(book)


def talk() -> bytes:
    """Three slides."""
    show = pptx.Presentation()
    for title, text in (
        ("Welcome", "Good morning to all who came."),
        ("Water", "The reservoir holds nine million litres."),
        ("Frost", "The frost alarm rings at minus four degrees."),
    ):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text_frame.text = title, text
    return saved(show)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    (folder / "docs").mkdir()
    for name, data in (("stock.xlsx", stock()), ("talk.pptx", talk()), ("box.mbox", MBOX)):
        (folder / "docs" / name).write_bytes(data)
    done = run_ragkit("ingest", "docs", cwd=folder)
    assert done.code == 0, done.err
    return folder


def test_an_answer_names_its_slide_on_the_screen_and_in_json(office: Path) -> None:
    question = "At how many degrees does the frost alarm ring?"
    shown = run_ragkit("ask", question, cwd=office)
    assert "[1] docs/talk.pptx › Frost, slide 3\n" in shown.out, shown.err
    (citation,) = json.loads(run_ragkit("ask", question, "--json", cwd=office).out)["citations"]
    assert (citation["location"], citation["page"], citation["lines"]) == ("slide 3", 3, None)


def test_a_hit_names_its_sheet_and_its_rows(office: Path) -> None:
    found = run_ragkit("search", "valve 42 shelf", "-k", "1", "--json", cwd=office)
    (hit,) = json.loads(found.out)["hits"]
    first, last = map(int, hit["location"].removeprefix("Stock, rows ").split("-"))
    assert first <= 50 <= last <= 68
    shown = run_ragkit("search", "valve 42 shelf", "-k", "1", cwd=office)
    assert f"docs/stock.xlsx › Stock, rows {first}-{last} " in shown.out


def test_no_passage_has_rows_that_are_empty(office: Path) -> None:
    with ragkit.open(office / ".ragkit") as kit:
        places = {hit.chunk.location for hit in kit.search("valve shelf pieces part", k=20)}
    assert any(place.startswith("Stock, rows 8-") for place in places)
    assert not any(place.startswith("Stock, rows 1-") for place in places)


def test_rows_are_no_lines(office: Path) -> None:
    """A sheet has no source lines to open an editor at; its rows stand in the location, and as marks in its text."""
    (hit,) = json.loads(run_ragkit("search", "valve 42 shelf", "-k", "1", "--json", cwd=office).out)["hits"]
    answer = json.loads(run_ragkit("ask", "How many rain gauges has Harrow?", "--json", cwd=office).out)
    assert (hit["lines"], answer["citations"][0]["lines"]) == (None, None)
    assert answer["citations"][0]["location"] == "Sites, row 2"
    shown = json.loads(run_ragkit("show", "docs/stock.xlsx", "--json", cwd=office).out)
    assert shown["lines"] == []
    assert [shown["text"].index("valve 42 "), 50] in shown["rows"]


def test_a_message_is_a_document_under_its_subject(office: Path) -> None:
    (hit,) = json.loads(run_ragkit("search", "from now on it is cold", "-k", "1", "--json", cwd=office).out)["hits"]
    assert (hit["uri"], hit["headings"], hit["location"]) == ("docs/box.mbox/message 1", ["Frost"], "")
