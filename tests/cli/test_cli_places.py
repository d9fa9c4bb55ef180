"""Where an answer or a hit stands, in the words of its format, through the real process: sheets, slides, messages."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pptx
import pytest

from tests.cli.conftest import run_ragkit
from tests.office_files import saved
from tests.open_files import MBOX


def stock() -> bytes:
    """Two sheets; in the second a row for each of 60 valves, from row 2."""
    book = openpyxl.Workbook()
    book.active.title = "Sites"
    book.active.append(["Site", "Rain gauges"])
    book.active.append(["Harrow", 3])
    sheet = book.create_sheet("Stock")
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
    first, last = hit["lines"]
    assert first <= 43 <= last <= 61
    assert hit["location"] == f"Stock, rows {first}-{last}"
    shown = run_ragkit("search", "valve 42 shelf", "-k", "1", cwd=office)
    assert f"docs/stock.xlsx › Stock, rows {first}-{last} " in shown.out


def test_a_message_is_a_document_under_its_subject(office: Path) -> None:
    (hit,) = json.loads(run_ragkit("search", "from now on it is cold", "-k", "1", "--json", cwd=office).out)["hits"]
    assert (hit["uri"], hit["headings"], hit["location"]) == ("docs/box.mbox/message 1", ["Frost"], "")
