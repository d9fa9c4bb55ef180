"""What a file is by its content: packages, pictures, archives, mark-up and mail, whatever their names say."""

from __future__ import annotations

import bz2
import gzip
import logging
import lzma
from pathlib import Path

import pytest

from ragkit.errors import SourceError, UsageError
from ragkit.ingest.find import find_sources
from ragkit.ingest.given import read_document
from ragkit.ingest.read import close, load, read
from ragkit.ingest.sniff import HEAD_BYTES, media_type
from ragkit.ingest.webtype import media_type_of_page
from ragkit.types import Source
from tests.office_files import DOCX, PPTX, XLSX, handbook, mail, pdf, report, slides, workbook
from tests.open_files import EPUB, INFO, MBOX, ODP, ODS, ODT, book, odf, tarred, zipped

HTML = b"<!-- a -->\n<!DOCTYPE html>\n<html><body><p>Hello</p></body></html>"
RTF = rb"{\rtf1\ansi{\fonttbl\f0 Helvetica;}\f0 Leave is 27 days.}"
RST = b"Guide\n=====\n\n.. note:: Ask :ref:`Ann <ann>`.\n"
ASCIIDOC = b"mill(1)\r\n=======\r\n\r\n[verse]\r\n'mill' -g\r\n\r\nSee linkgit:oat[1].\r\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("report.txt", pdf(report), "application/pdf"),
        ("report", pdf(report), "application/pdf"),
        ("letter", handbook(), DOCX),
        ("letter.zip", handbook(), DOCX),
        ("talk.docx", slides(), PPTX),
        ("book.dat", workbook(), XLSX),
        ("a.zip", odf(ODT, ""), ODT),
        ("a", odf(ODS, ""), ODS),
        ("a.bin", odf(ODP, ""), ODP),
        ("form.ott", odf(ODT, "", more={"mimetype": f"{ODT}-template"}), ODT),
        ("form.ots", odf(ODS, "", more={"mimetype": f"{ODS}-template"}), ODS),
        ("form.otp", odf(ODP, "", more={"mimetype": f"{ODP}-template"}), ODP),
        ("novel", book(), EPUB),
        ("letter.docx", zipped({"a.md": "# A"}), "application/zip"),
        ("program.jar", zipped({"a.class": "x"}), None),
        ("page.dat", HTML, "text/html"),
        ("page.txt", HTML, "text/html"),
        ("page.docx", HTML, "text/html"),
        ("page.xml", b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"/>', "text/html"),
        ("page.php", HTML, "text/x-source"),
        ("feed.rss", b'<?xml version="1.0"?><rss/>', "application/xml"),
        ("notes", b"plain words", "text/plain"),
        ("notes", "Grüße".encode("utf-16"), "text/plain"),
        ("run", b"#!/bin/sh\necho", "text/x-source"),
        ("letter", mail(), "message/rfc822"),
        ("mill.info-1", INFO, "text/x-info"),
        ("mill", INFO, "text/x-info"),
        ("Inbox", MBOX, "application/mbox"),
        ("picture", PNG, "image/png"),
        ("picture.txt", PNG, "image/png"),
        ("data", gzip.compress(b"x", mtime=0), "application/gzip"),
        ("data.gz", bz2.compress(b"x"), "application/x-bzip2"),
        ("data.xz", lzma.compress(b"x"), "application/x-xz"),
        ("data", tarred({"a": b"x"}), "application/x-tar"),
        ("data.sav", gzip.compress(b"x", mtime=0), None),
        ("core", b"\x7fELF\0\0\0", None),
        ("letter.rtf", RTF, None),
        ("letter", RTF, None),
        ("letter.doc", RTF, None),
        ("paper.ps", b"%!PS-Adobe-3.0\n%%Title: A paper\n", None),
        ("about.txt", RTF, "text/plain"),
        ("guide.txt", RST, "text/x-rst"),
        ("README", RST, "text/x-rst"),
        ("guide.md", RST, "text/markdown"),
        ("mill.txt", ASCIIDOC, "text/asciidoc"),
        ("mail.txt", b"Guide\n=====\n\nIt says :ref:`Ann` there.\n", "text/plain"),
        ("mail.txt", b"Hello,\n\n.. note:: Ask :ref:`Ann <ann>`.\n", "text/plain"),
        ("plan.txt", b"Plan\n----\n\n.. and so on: a link:\n\n10 :30 `x` :b`\n", "text/plain"),
        ("lies.md", b"\x7fELF\0\0\0", "text/markdown"),
        ("table.csv", b"a,b\n", "text/csv"),
        ("empty.docx", b"", DOCX),
        ("empty", b"", None),
    ],
)
def test_media_type(name: str, data: bytes, expected: str | None) -> None:
    assert media_type(name, data) == expected


@pytest.mark.parametrize(("data", "expected"), [(book(), EPUB), (odf(ODT, ""), ODT), (handbook(), DOCX)])
def test_a_package_is_told_by_its_beginning(data: bytes, expected: str) -> None:
    assert media_type("a", data[:HEAD_BYTES][:-30]) == expected


def test_text_for_other_programs_is_named_rather_than_read_as_its_mark_up(tmp_path: Path) -> None:
    (tmp_path / "letter.rtf").write_bytes(RTF)
    (tmp_path / "paper.ps").write_bytes(b"%!PS-Adobe-3.0\n")
    found = find_sources([tmp_path], base=tmp_path)
    assert not found.sources
    assert [each.reason for each in found.unsupported] == [
        "there is no reader for .rtf files; save it as .docx",
        "there is no reader for .ps files; save it as .pdf",
    ]
    with pytest.raises(UsageError, match="Nothing tells what letter is"):
        read_document("letter", RTF)
    assert media_type_of_page("letter", {"Content-Type": "text/plain"}, RTF) is None


def test_a_template_is_read_as_what_it_is_for() -> None:
    data = odf(ODT, "<text:p>Dear all,</text:p>", more={"mimetype": f"{ODT}-template"})
    assert read(Source("form.ott", None, ODT, len(data)), data).text == "Dear all,"
    close()


def test_a_package_cut_short_keeps_its_name() -> None:
    assert media_type("a.docx", zipped({"[Content_Types].xml": "x"})[:40]) == DOCX


def test_files_are_read_as_what_they_are(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "annual.txt").write_bytes(pdf(report))
    (tmp_path / "handbook").write_bytes(handbook())
    (tmp_path / "page.dat").write_bytes(HTML)
    (tmp_path / "data.bin").write_bytes(b"\0\1\2")
    (tmp_path / "lies.md").write_bytes(b"\x7fELF\0\0\0")
    found = find_sources([tmp_path], base=tmp_path)
    with caplog.at_level(logging.INFO):
        documents = {each.uri: read(each, load(each)) for each in found.sources if each.uri != "lies.md"}
    close()
    assert {uri: (document.media_type, document.title) for uri, document in documents.items()} == {
        "annual.txt": ("application/pdf", "Annual report"),
        "handbook": (DOCX, "The valley's handbook"),
        "page.dat": ("text/html", "page.dat"),
    }
    assert "annual.txt: read as application/pdf" in caplog.text
    assert [refusal.uri for refusal in found.unsupported] == ["data.bin"]
    with pytest.raises(SourceError, match=r"lies\.md is binary"):
        read(Source("lies.md", None, "text/markdown", 7), b"\x7fELF\0\0\0")


def test_an_archive_under_a_false_name_is_named() -> None:
    data = zipped({"a.md": "# A"})
    with pytest.raises(SourceError, match=r"letter\.docx is an archive \(application/zip\)"):
        read(Source("letter.docx", None, DOCX, len(data)), data)
