"""Parts of documents that were not read: told by the run, kept by the store, and read once that can be done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from ragkit import testing
from ragkit.cli.screens.ingest import in_one_line
from ragkit.ingest import readers
from ragkit.ingest.report import IngestReport, to_dict
from ragkit.kit import Kit
from ragkit.types import Document, Unread

SCAN = Unread("page 2: reading pictures needs tesseract, which is not installed", "tesseract")
PLANS = Unread("attachment plans.bin: there is no reader for application/octet-stream in a message")


class ScanReader:
    """Reads the second page only where the program is installed, and counts how often it reads."""

    times = 0

    def read(self, source: object, data: bytes) -> Document:
        """Two pages, or one and what is missing."""
        type(self).times += 1
        whole = readers.is_here("tesseract")
        text = "The first page." + "\n\nThe second page." * whole
        return Document(source.uri, text, media_type="text/x-info", unread=() if whole else (SCAN,))  # type: ignore[attr-defined]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which programs are installed; there is none."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def kit(tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kit]:
    """A kit on a scan, a message with an attachment that has no reader, and a file that is read whole."""
    monkeypatch.chdir(tmp_path)
    scans = replace(readers.format_of("text/x-info"), reader=f"{__name__}:ScanReader")
    monkeypatch.setitem(readers.BY_MEDIA_TYPE, "text/x-info", scans)
    readers.reader_for.cache_clear()
    monkeypatch.setattr(ScanReader, "times", 0)
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "scan.info").write_text("a scan")
    (docs / "whole.md").write_text("All of this is read.\n")
    message = EmailMessage()
    message["Subject"] = "Plans"
    message.set_content("See the plans.\n")
    message.add_attachment(b"\0\1", maintype="application", subtype="octet-stream", filename="plans.bin")
    (docs / "plans.eml").write_bytes(bytes(message))
    with testing.kit(tmp_path / ".ragkit") as made:
        yield made
    readers.reader_for.cache_clear()


def install(programs: Path, name: str) -> None:
    (programs / name).write_text("#!/bin/sh\n")
    (programs / name).chmod(0o755)


def unread(report: IngestReport) -> list[tuple[str, str]]:
    return [(each.uri, each.reason) for each in report.unread]


BOTH = [("docs/plans.eml", PLANS.what), ("docs/scan.info", SCAN.what)]


def test_every_run_names_what_it_could_not_read_and_what_it_still_has_not(kit: Kit) -> None:
    first = kit.ingest("docs")
    assert (first.new, first.complete, first.failed, unread(first)) == (3, False, (), BOTH)
    assert to_dict(first)["unread"][1] == {"uri": "docs/scan.info", "reason": SCAN.what}
    again = kit.ingest("docs")
    assert (again.unchanged, unread(again)) == (3, BOTH)
    assert unread(kit.ingest("docs", dry_run=True)) == BOTH
    assert unread(kit.ingest("docs/whole.md")) == []
    assert in_one_line(first).startswith("3 new, 2 read in part")
    assert first.then(again).unread == again.unread


def test_the_store_remembers_it_with_the_document(kit: Kit) -> None:
    kit.ingest("docs")
    assert kit.document("docs/scan.info").unread == (SCAN,)
    assert kit.document("docs/whole.md").unread == ()
    assert [(each.uri, each.reason) for each in kit.status().unread] == BOTH
    assert kit.status(filter='uri = "docs/whole.md"').unread == ()
    findings = [finding for finding in kit.doctor() if "is not whole" in finding.what]
    assert [finding.level for finding in findings] == ["warning", "warning"]
    assert findings[1].remedy == "Install tesseract and run: ragkit ingest PATH"
    [line] = [line for line in kit.prove() if line.what.startswith("documents that were read whole")]
    assert (line.looked, line.proven) == (3, True)
    assert [finding.what for finding in line.findings] == [f"{uri} is not whole: {what}." for uri, what in BOTH]
    kit.reindex(recipe="hnsw")
    kit.remove("docs/plans.eml")
    assert [each.uri for each in kit.status().unread] == ["docs/scan.info"]


def test_what_was_not_read_moves_with_its_file_and_goes_with_its_chunks(kit: Kit) -> None:
    kit.ingest("docs")
    Path("docs/scan.info").rename("docs/moved.info")
    assert unread(kit.ingest("docs", prune=True)) == [("docs/moved.info", SCAN.what), BOTH[0]]
    assert [each.uri for each in kit.status().unread] == ["docs/moved.info", "docs/plans.eml"]


def test_it_is_read_once_its_program_is_installed_and_nothing_else_is(kit: Kit, programs: Path) -> None:
    kit.ingest("docs")
    kit.ingest("docs")
    assert ScanReader.times == 1
    install(programs, "tesseract")
    assert kit.ingest("docs", dry_run=True).changed == 1
    # that more can be read is no change of the file
    assert [finding.level for line in kit.prove() for finding in line.findings] == ["warning", "warning"]
    report = kit.ingest("docs")
    assert (report.changed, report.unchanged, unread(report)) == (1, 2, BOTH[:1])
    assert ScanReader.times == 2
    assert kit.document("docs/scan.info").text.endswith("The second page.")
    assert kit.ingest("docs").unchanged == 3
    assert ScanReader.times == 2


def test_many_are_counted_by_doctor_and_all_are_named_by_the_proof(kit: Kit) -> None:
    parts = tuple(Unread(f"page {number}: it is torn") for number in range(20))
    kit.ingest([Document("torn.pdf", "One page.", unread=parts), Document("whole.md", "Text.")])
    warnings = [finding.what for finding in kit.doctor() if finding.level == "warning"]
    assert warnings[-1] == "15 more parts of documents were not read."
    assert len(warnings) == 6
    assert sum(len(line.findings) for line in kit.prove()) == 20


def test_a_document_given_again_with_more_of_it_read_has_changed(kit: Kit) -> None:
    kit.ingest(Document("a.pdf", "Page one.", unread=(SCAN,)))
    assert kit.ingest(Document("a.pdf", "Page one.", unread=(SCAN,))).unchanged == 1
    assert kit.ingest(Document("a.pdf", "Page one.")).changed == 1
    assert kit.status().unread == ()


def test_half_a_surrogate_pair_in_a_name_fails_its_document_alone(kit: Kit) -> None:
    bad = Document("bad.eml", "Text.", unread=(Unread("attachment \ud800.zip: torn"),))
    assert [failure.uri for failure in kit.ingest([bad, Document("good.md", "Text.")]).failed] == ["bad.eml"]
