"""What a kit does to its store as a whole; the proof follows files as they change."""

from __future__ import annotations

import os
import sqlite3
import zipfile
from pathlib import Path

import pytest

from ragkit import testing
from ragkit.errors import StoreError, StoreMismatch, UsageError
from ragkit.kit import Kit
from ragkit.store.check import Line
from ragkit.types import Document


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    """A kit on two files, a third that cannot be read, a picture and one that is left out."""
    docs = tmp_path / "docs"
    (docs / "sub").mkdir(parents=True)
    (docs / "leave.md").write_text("# Leave\n\nEveryone has 27 days of leave.\n")
    (docs / "sub" / "badge.txt").write_text("A badge costs 5 EUR.\n")
    (docs / "data.xyz").write_bytes(b"\x00\x01\x02")
    (docs / "old.md").write_text("Nobody needs this.\n")
    (docs / ".ragkitignore").write_text("old.md\n")
    made = testing.kit(tmp_path / ".ragkit")
    report = made.ingest(docs)
    assert (report.new, len(report.unsupported), len(report.ignored)) == (2, 1, 1)
    return made


def unproven(kit: Kit) -> list[str]:
    """What keeps the proof from holding."""
    return told(kit, "error")


def told(kit: Kit, level: str) -> list[str]:
    return [finding.what for line in kit.prove() for finding in line.findings if finding.level == level]


def test_a_store_in_step_with_its_files_is_proven(kit: Kit) -> None:
    assert unproven(kit) == []
    [warning] = told(kit, "warning")
    assert "data.xyz" in warning
    [left_out] = told(kit, "ok")
    assert left_out.startswith("docs/old.md is left out: ")
    lines: dict[str, Line] = {line.what: line for line in kit.prove()}
    assert lines["documents that are as their files are"].looked == 2
    assert lines["files that are in the store, or are told of"].looked == 4


def test_a_change_that_kept_size_and_time_is_seen(kit: Kit, tmp_path: Path) -> None:
    file = tmp_path / "docs" / "leave.md"
    stamp = file.stat().st_mtime_ns - 60_000_000_000  # the time of a file that was only just written is not relied on
    os.utime(file, ns=(stamp, stamp))
    kit.ingest(tmp_path / "docs")
    file.write_text("# Leave\n\nEveryone has 28 days of leave.\n")
    os.utime(file, ns=(stamp, stamp))
    assert unproven(kit) == ["docs/leave.md has changed since."]
    remedies = [finding.remedy for line in kit.prove() for finding in line.findings if finding.level == "error"]
    assert remedies == ["Run: ragkit remove docs/leave.md, then: ragkit ingest PATH"]
    kit.remove("docs/leave.md")
    kit.ingest(tmp_path / "docs")
    assert unproven(kit) == []


def test_what_is_gone_new_or_moved_is_named(kit: Kit, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    (docs / "leave.md").unlink()
    (docs / "sub" / "badge.txt").rename(docs / "badges.txt")
    (docs / "new.md").write_text("Nobody has read this.\n")
    assert sorted(unproven(kit)) == [
        "docs/leave.md is no longer there.",
        "docs/new.md is not in the store: nothing has taken it in.",
        "docs/sub/badge.txt has moved to docs/badges.txt.",
    ]
    kit.ingest(docs, prune=True)
    assert unproven(kit) == []


def test_a_folder_that_is_gone_is_no_error_of_the_command(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "docs").rename(tmp_path / "papers")
    assert sorted(unproven(kit)) == ["docs/leave.md is no longer there.", "docs/sub/badge.txt is no longer there."]


def test_what_failed_is_told_with_its_reason(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "docs" / "torn.pdf").write_bytes(b"%PDF-1.7 torn")
    assert kit.ingest(tmp_path / "docs").failed
    assert unproven(kit) == []
    [what, _] = told(kit, "warning")
    assert what.startswith("docs/torn.pdf")
    assert "nothing has taken it in" not in what
    # what failed since, and no run has told of, is an error
    (tmp_path / "docs" / "new.pdf").write_bytes(b"%PDF-1.7 torn")
    [what] = unproven(kit)
    assert what.startswith("docs/new.pdf")


def test_the_remedies_of_a_proof_help(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "docs" / "leave.md").unlink()
    remedies = [finding.remedy for line in kit.prove() for finding in line.findings if finding.level != "ok"]
    assert remedies == [
        "Run: ragkit ingest PATH --prune",
        "Leave it out, in .ragkitignore or by --exclude.",
    ]
    kit.ingest(tmp_path / "docs", prune=True, exclude=["*.xyz"])
    assert told(kit, "error") + told(kit, "warning") == []


def test_the_status_names_files_without_a_reader_and_documents_without_text(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "docs" / "blank.txt").write_text("")
    kit.ingest(tmp_path / "docs")
    status = kit.status()
    assert ([each.uri for each in status.unsupported], status.empty) == (["docs/data.xyz"], ("docs/blank.txt",))
    assert kit.status(identity=["ann"]).unsupported == ()


def test_what_is_passed_by_is_told_unless_it_was_named(kit: Kit, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    (docs / ".notes").mkdir()
    (docs / ".notes" / "a.md").write_text("A note.\n")
    (docs / ".b.md").write_text("Another.\n")
    assert "docs/.notes/ is left out: hidden." in told(kit, "ok")
    assert kit.ingest([docs / ".notes", docs / ".b.md"]).new == 2
    assert [what for what in told(kit, "ok") if "hidden" in what] == []
    assert unproven(kit) == []
    # a run that passes them by takes nothing away
    report = kit.ingest(docs, prune=True)
    assert ([each.uri for each in report.ignored if each.reason == "hidden"], report.removed) == (
        ["docs/.b.md", "docs/.notes/"],
        (),
    )
    assert len(kit.documents()) == 4


def test_what_was_left_out_by_option_stays_so_in_the_proof(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "docs" / "draft.md").write_text("Not yet.\n")
    kit.ingest(tmp_path / "docs", exclude=["draft.md"])
    assert unproven(kit) == []


def test_what_is_in_the_store_and_was_not_looked_at_is_told_with_the_reason(kit: Kit, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    with zipfile.ZipFile(docs / "notes.zip", "w") as archive:
        archive.writestr("a.md", "Text of a note.")
    kit.ingest(docs)
    (docs / "notes.zip").write_bytes(b"PK\x03\x04 and no more")
    kit.ingest(docs, exclude=["sub"])
    first, second = unproven(kit)
    assert first.startswith("docs/notes.zip/a.md cannot be read now: docs/notes.zip is damaged")
    assert second == "docs/sub/badge.txt is left out by --exclude."


def test_documents_given_in_memory_need_no_file(kit: Kit) -> None:
    kit.ingest(Document("note", "Nothing on disk."))
    assert unproven(kit) == []


def test_forgotten_documents_stay_out_until_that_is_undone(kit: Kit, tmp_path: Path) -> None:
    done = kit.forget(["docs/leave.md"])
    assert (done.uris, done.remains) == (("docs/leave.md",), ())
    (tmp_path / "docs" / "copy.md").write_text((tmp_path / "docs" / "leave.md").read_text())
    again = kit.ingest(tmp_path / "docs")
    assert [info.uri for info in kit.documents()] == ["docs/sub/badge.txt"]
    assert {"docs/leave.md", "docs/copy.md"} <= {failure.uri for failure in again.ignored}
    assert unproven(kit) == []
    with pytest.raises(UsageError, match="was not forgotten") as caught:
        kit.unforget("docs/leaves.md")
    assert "docs/leave.md" in caught.value.hint
    kit.unforget("docs/leave.md")
    kit.ingest(tmp_path / "docs")
    assert len(kit.documents()) == 3


def test_a_document_that_says_what_a_forgotten_one_said_goes_on(kit: Kit, tmp_path: Path) -> None:
    leave, copy = tmp_path / "docs" / "leave.md", tmp_path / "docs" / "copy.md"
    copy.write_text(leave.read_text())
    kit.ingest(tmp_path / "docs")
    kit.forget("docs/leave.md")
    os.utime(copy, ns=(1_000_000_000, 1_000_000_000))
    assert kit.ingest(tmp_path / "docs").unchanged == 2
    assert unproven(kit) == []
    copy.rename(tmp_path / "docs" / "moved.md")
    assert len(kit.ingest(tmp_path / "docs").moved) == 1


def test_what_was_said_of_a_forgotten_document_is_erased_but_who_may_see_it(kit: Kit) -> None:
    letter = Document("letter", "Dear all, this is it.")
    kit.ingest(letter, metadata={"author": "Ann Smithsonian"}, principals=["hr"])
    kit.forget("letter")
    assert b"Smithsonian" not in (kit.path / "store.sqlite").read_bytes()
    kit.unforget("letter")
    kit.ingest(letter)
    assert [(info.metadata, info.principals) for info in kit.documents() if info.uri == "letter"] == [({}, ("hr",))]


def test_documents_are_forgotten_by_their_metadata(kit: Kit) -> None:
    people = {"ann1": "Ann", "ann2": "Ann", "bob": "Bob"}
    kit.ingest([Document(uri, f"About {uri}.", metadata={"author": author}) for uri, author in people.items()])
    done = kit.forget(["docs/leave.md"], filter='author = "Ann"')
    assert (sorted(done.uris), done.remains) == (["ann1", "ann2", "docs/leave.md"], ())
    assert [info.uri for info in kit.documents()] == ["bob", "docs/sub/badge.txt"]
    assert kit.forget(filter='author = "Nobody"').uris == ()


def test_a_blank_filter_forgets_nothing(kit: Kit) -> None:
    assert kit.forget(filter=" ").uris == ()
    assert len(kit.documents()) == 2


def test_a_name_alone_is_one_document_and_not_its_letters(kit: Kit) -> None:
    kit.ingest([Document(letter, f"About {letter}.") for letter in "ab"])
    with pytest.raises(UsageError, match="There is no document 'ab'"):
        kit.forget("ab")
    assert kit.forget("a").uris == ("a",)


def test_a_backup_is_opened_like_any_store(kit: Kit, tmp_path: Path) -> None:
    kit.backup(tmp_path / "copy")
    kit.ingest(Document("later", "Written after the copy."))
    with testing.kit(tmp_path / "copy") as copy:
        assert [info.uri for info in copy.documents()] == ["docs/leave.md", "docs/sub/badge.txt"]
        assert copy.search("badge")[0].chunk.uri == "docs/sub/badge.txt"


def test_after_reindexing_plain_ingests_keep_the_size_of_chunks(kit: Kit, tmp_path: Path) -> None:
    small = testing.kit(tmp_path / ".ragkit", settings={"ingest.target_tokens": 40})
    with pytest.raises(StoreMismatch, match="was chunked by") as caught:
        small.ingest(Document("x", "Text."))
    assert "ragkit reindex" in caught.value.hint
    assert small.reindex().documents == 2
    assert small.ingest(Document("x", "Text.")).new == 1
    for other in (kit, testing.kit(tmp_path / ".ragkit")):
        assert other.ingest(Document("x", "Text.")).unchanged == 1
        assert other.status().chunker.endswith("target=40")


def test_another_recipe_keeps_the_size_of_chunks_that_somebody_else_chose_meanwhile(kit: Kit, tmp_path: Path) -> None:
    testing.kit(tmp_path / ".ragkit", settings={"ingest.target_tokens": 40}).reindex()
    assert kit.reindex(recipe="hnsw").embedded == 0
    assert kit.status().chunker.endswith("target=40")


def test_doctor_names_documents_that_say_nearly_the_same(kit: Kit) -> None:
    text = " ".join(f"sentence {number} of a long report." for number in range(40))
    assert all(finding.level == "ok" for finding in kit.doctor())
    kit.ingest([Document("report", text), Document("report copy", f"{text} The end.")])
    [finding] = [finding for finding in kit.doctor() if finding.level != "ok"]
    assert finding.level == "warning"
    assert "report copy and report (9" in finding.what


def test_a_document_whose_bytes_are_damaged_is_named_and_can_be_taken_in_again(kit: Kit, tmp_path: Path) -> None:
    connection = sqlite3.connect(kit.path / "store.sqlite")
    connection.execute("UPDATE documents SET text = substr(text, 1, 9) WHERE uri = 'docs/leave.md'")
    connection.commit()
    connection.close()
    [error] = [finding for finding in kit.doctor() if finding.level == "error"]
    assert error.what.startswith("What the store holds of docs/leave.md is damaged")
    assert error.remedy == "Run: ragkit remove docs/leave.md, then: ragkit ingest PATH"
    with pytest.raises(StoreError, match=r"docs/leave\.md is damaged"):
        kit.document("docs/leave.md")
    kit.remove("docs/leave.md")
    kit.ingest(tmp_path / "docs")
    assert unproven(kit) == []


def test_a_small_store_needs_no_index_and_says_what_it_grows_into(kit: Kit) -> None:
    assert kit.status().index == "none is needed for 2 rows, ivf-pq when there are many"
