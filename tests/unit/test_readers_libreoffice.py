"""Files that LibreOffice wrote say what the files that it read them from say."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from ragkit.ingest.readers import media_type_of, reader_for
from ragkit.types import Document, Source
from tests.office_files import handbook, slides, workbook

pytestmark = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
MADE = {"docx": handbook, "xlsx": workbook, "pptx": slides}


def read(path: Path) -> Document:
    media_type, data = media_type_of(path.name), path.read_bytes()
    assert media_type
    return reader_for(media_type).read(Source(path.name, path, media_type, len(data)), data)


def said(document: Document) -> list[tuple[str, int, str]]:
    """The blocks; LibreOffice computes the formula whose result the library that made the workbook left out."""
    texts = ((each, document.text[each.start : each.end]) for each in document.blocks)
    return [(each.kind, each.level, text.replace("1211.5", "=SUM(C3:C4)")) for each, text in texts]


@pytest.mark.parametrize(
    ("made", "written"),
    [("docx", "odt"), ("docx", "docx"), ("xlsx", "ods"), ("xlsx", "xlsx"), ("pptx", "odp"), ("pptx", "pptx")],
)
def test_nothing_is_lost_or_added_on_the_way_through_libreoffice(tmp_path: Path, made: str, written: str) -> None:
    source, out = tmp_path / f"a.{made}", tmp_path / "out"
    source.write_bytes(MADE[made]())
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", written, "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    first, second = read(source), read(out / f"a.{written}")
    assert said(second) == said(first)
    assert [number for _, number in second.pages] == [number for _, number in first.pages]
    assert [number for _, number in second.lines] == [number for _, number in first.lines]
