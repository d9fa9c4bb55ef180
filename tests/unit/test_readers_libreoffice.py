"""Files that LibreOffice wrote say what the files that it read them from say."""

from __future__ import annotations

import csv
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from ragkit.ingest.readers import media_type_of, reader_for
from ragkit.ingest.readers.xlsx_values import style_of
from ragkit.types import Document, Source
from tests.office_files import handbook, saved, slides, workbook

pytestmark = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
MADE = {"docx": handbook, "xlsx": workbook, "pptx": slides}


def read(path: Path) -> Document:
    media_type, data = media_type_of(path.name), path.read_bytes()
    assert media_type
    return reader_for(media_type).read(Source(path.name, path, media_type, len(data)), data)


def said(document: Document) -> list[tuple[str, int, str]]:
    """The blocks; LibreOffice computes the formula whose result the library that made the workbook left out."""
    texts = ((each, document.text[each.start : each.end]) for each in document.blocks)
    return [(each.kind, each.level, text.replace("Total | 1211.5", "Total")) for each, text in texts]


def convert(source: Path, written: str, out: Path) -> None:
    """Has LibreOffice write ``source`` into the folder ``out`` in another format."""
    profile = f"-env:UserInstallation={(source.parent / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", written, "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)


@pytest.mark.parametrize(
    ("made", "written"),
    [("docx", "odt"), ("docx", "docx"), ("xlsx", "ods"), ("xlsx", "xlsx"), ("pptx", "odp"), ("pptx", "pptx")],
)
def test_nothing_is_lost_or_added_on_the_way_through_libreoffice(tmp_path: Path, made: str, written: str) -> None:
    source, out = tmp_path / f"a.{made}", tmp_path / "out"
    source.write_bytes(MADE[made]())
    convert(source, written, out)
    first, second = read(source), read(out / f"a.{written}")
    assert said(second) == said(first)
    assert [number for _, number in second.pages] == [number for _, number in first.pages]
    assert [number for _, number in second.lines] == [number for _, number in first.lines]


CODES = (
    *("0", "0.00", "#,##0.00", "00000", "0.0##", "0.00%", '0.0" %"', "0.00E+00", "0.0E-0", "# ?/?", "# ??/??", "# ?/4"),
    *('#,##0.00 "EUR"', "#,##0\\ [$€-407]", "[$CHF-807] #,##0.00", '"$"#,##0.00', "€ 0.00", '0.0" kg"', 'General" kg"'),
    *("#,##0_);(#,##0)", '"$"#,##0.00;[Red]\\-"$"#,##0.00', '"up "0;"down "0;"same"', "+0.0;-0.0;0.0"),
    *('#,##0,"k"', '0.0,,"M"', '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-', '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\)'),
)
MONTHS = ("mmm-yy", "mmmm\\ yyyy", "mm/yyyy", "yyyy")


def test_figures_are_told_as_libreoffice_shows_them(tmp_path: Path) -> None:
    cells = [(code, value) for code in CODES for value in (0, 5, -1234.5678, 0.995, 0.3333, -0.001, 1234567, 12.5)]
    cells += [(code, 45352.25) for code in MONTHS]
    book = openpyxl.Workbook()
    for number, (code, value) in enumerate(cells, start=1):
        book.active.cell(number, 1, value).number_format = code
    source = tmp_path / "a.xlsx"
    source.write_bytes(saved(book))
    convert(source, "csv:Text - txt - csv (StarCalc):44,34,76,1,,1033,false,true", tmp_path)
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as lines:
        shown = [" ".join(row[0].split()) for row in csv.reader(lines)]
    assert [style_of("164", code)(repr(value)) for code, value in cells] == shown
