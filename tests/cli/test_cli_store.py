"""``ragkit ingest``, ``list``, ``show``, ``remove``, ``status``, ``doctor`` and ``config show``, as real processes."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from email.message import EmailMessage
from pathlib import Path

import pytest

from ragkit import testing
from ragkit.config import KEYS
from ragkit.store.store import Store
from ragkit.types import Document
from tests.cli.conftest import DOCUMENTS, Ran, Run, run_ragkit, write_documents


def state(store: Path) -> dict[str, str]:
    """What the store holds: a digest of every row of every ordinary table."""
    with sqlite3.connect(f"file:{store / 'store.sqlite'}?mode=ro", uri=True) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: hashlib.sha256(
                repr(sorted(connection.execute(f"SELECT * FROM {name}"), key=repr)).encode()
            ).hexdigest()
            for name in names
        }


def counts(done: Ran) -> dict[str, str]:
    """The table that ingest prints."""
    return {line.split()[0]: line.split()[1] for line in done.out.partition("\n\n")[0].splitlines()}


def with_plans() -> bytes:
    """A message with something attached that nothing reads."""
    message = EmailMessage()
    message["Subject"] = "Plans"
    message.set_content("See the plans.\n")
    message.add_attachment(b"\0\1", maintype="application", subtype="octet-stream", filename="plans.bin")
    return bytes(message)


def test_ingest_gives_an_account_and_a_second_run_takes_in_what_changed(tmp_path: Path) -> None:
    write_documents(tmp_path)
    first = run_ragkit("ingest", "docs", cwd=tmp_path)
    assert first.code == 0
    rows = counts(first)
    assert (rows["found"], rows["new"], rows["failed"]) == ("4", "4", "0")
    assert first.out.endswith('Next: ragkit ask "your question"\n')
    assert "Reading 4 of 4 files" in first.err
    assert "\x1b" not in first.err

    (tmp_path / "docs/travel.txt").write_text("Travel\n\nNobody travels any more.\n", encoding="utf-8")
    (tmp_path / "docs/leave.md").unlink()
    second = run_ragkit("ingest", "docs", cwd=tmp_path)
    rows = counts(second)
    assert second.code == 0
    assert (rows["changed"], rows["unchanged"], rows["removed"]) == ("1", "2", "0")
    assert "Gone, yet kept in the store (--prune removes):\n  docs/leave.md" in second.out

    third = run_ragkit("ingest", "docs", "--prune", cwd=tmp_path)
    assert "Removed, their files are gone:\n  docs/leave.md" in third.out
    assert "docs/leave.md" not in run_ragkit("list", cwd=tmp_path).out


def test_where_nothing_was_taken_in_nobody_is_sent_to_ask(tmp_path: Path) -> None:
    (tmp_path / "big.txt").write_bytes(b"word " * 300_000)
    done = run_ragkit("ingest", "big.txt", cwd=tmp_path, environment={"RAGKIT_INGEST_MAX_FILE_MB": "1"})
    assert done.code == 5
    assert "it is 1.4 MiB, and the limit is 1.0 MiB (ingest.max_file_mb)" in done.out
    assert done.out.endswith("Nothing was taken in.\n")


def test_what_fails_is_named_and_exits_5_and_what_is_unsupported_is_named(own_home: Path) -> None:
    (own_home / "docs/binary.md").write_bytes(bytes(range(256)) * 40)
    (own_home / "docs/picture.raw").write_bytes(b"RAW" + bytes(100))
    done = run_ragkit("ingest", "docs", cwd=own_home)
    assert done.code == 5
    assert "Failed; the next run tries again:\n  docs/binary.md" in done.out
    assert "Not supported, left out:\n  docs/picture.raw: " in done.out
    status = run_ragkit("status", cwd=own_home)
    assert "docs/binary.md" in status.out
    assert json.loads(run_ragkit("list", "--json", cwd=own_home).out)[0].keys() >= {"uri", "title", "chunks"}


def test_an_unsupported_file_alone_fails_nothing(own_home: Path) -> None:
    (own_home / "docs/picture.raw").write_bytes(b"RAW" + bytes(100))
    assert run_ragkit("ingest", "docs", cwd=own_home).code == 0


def test_a_part_that_cannot_be_read_fails_nothing_and_is_named_wherever_one_looks(own_home: Path) -> None:
    (own_home / "docs/plans.eml").write_bytes(with_plans())
    what = "docs/plans.eml: attachment plans.bin: there is no reader for application/octet-stream in a message"
    done = run_ragkit("ingest", "docs", "--report", "report.json", cwd=own_home)
    assert (done.code, done.err.count("plans.bin")) == (0, 0)
    assert f"Read in part; this was not read:\n  {what}\n" in done.out
    assert json.loads((own_home / "report.json").read_text())["unread"][0]["uri"] == "docs/plans.eml"
    status = run_ragkit("status", cwd=own_home)
    assert (status.code, what in status.out) == (0, True)
    proof = run_ragkit("status", "--prove", cwd=own_home)
    assert proof.code == 0
    assert what.replace(": ", " is not whole: ", 1) in " ".join(proof.out.split())
    assert proof.out.endswith("Proven, but for 1 warning above.\n")
    assert "docs/plans.eml is not whole" in run_ragkit("doctor", cwd=own_home).out
    assert "Not read: attachment plans.bin: " in run_ragkit("show", "docs/plans.eml", cwd=own_home).err
    assert len(json.loads(run_ragkit("show", "docs/plans.eml", "--json", cwd=own_home).out)["unread"]) == 1
    read = run_ragkit("read", "Where are the plans?", "docs/plans.eml", cwd=own_home)
    assert "Not read of docs/plans.eml: " in read.err


def test_files_of_another_encoding_and_too_large_ones(own_home: Path) -> None:
    (own_home / "docs/latin.txt").write_bytes("Über die Straße führt eine Brücke nach Süden.\n".encode("cp1252") * 20)
    (own_home / "docs/large.txt").write_bytes(b"word " * 700_000)
    done = run_ragkit("ingest", "docs", cwd=own_home, environment={"RAGKIT_INGEST_MAX_FILE_MB": "2"})
    assert done.code == 5
    assert "docs/large.txt: " in done.out
    assert "Brücke" in run_ragkit("show", "docs/latin.txt", cwd=own_home).out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["ingest", "nowhere"], 2, "nowhere"),
        (["ingest", "docs", "--embedder", "minilmm"], 2, "Did you mean 'minilm'?"),
        (["show", "docs/leav.md"], 2, "docs/leave.md"),
        (["remove", "docs/leav.md"], 2, "docs/leave.md"),
    ],
)
def test_bad_names_leave_the_store_as_it_is(home: Path, arguments: list[str], code: int, says: str) -> None:
    before = state(home / ".ragkit")
    done = run_ragkit(*arguments, cwd=home)
    assert (done.code, done.out) == (code, "")
    assert says in done.err
    assert "Traceback" not in done.err
    assert state(home / ".ragkit") == before


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    done = run_ragkit("ingest", "docs", cwd=tmp_path)
    assert done.code == 0
    assert "Nothing is there:\n  docs\n" in done.out
    assert "Nothing was found to ingest." in done.out
    write_documents(tmp_path)
    (tmp_path / "docs/.notes").mkdir()
    (tmp_path / "docs/.notes/a.md").write_text("A note.\n", encoding="utf-8")
    done = run_ragkit("ingest", "docs", "docs/*.rts", "--dry-run", cwd=tmp_path)
    assert "Nothing is there:\n  docs/*.rts\n" in done.out


def test_what_is_passed_by_is_counted_and_named_on_request(own_home: Path) -> None:
    (own_home / "docs/.notes").mkdir()
    (own_home / "docs/.notes/a.md").write_text("A note.\n", encoding="utf-8")
    done = run_ragkit("ingest", "docs", "--report", "report.json", cwd=own_home)
    assert (done.code, counts(done)["ignored"]) == (0, "1")
    assert "when it is named):\n  hidden: 1\n" in done.out
    ignored = json.loads((own_home / "report.json").read_text())["ignored"]
    assert ignored == [{"uri": "docs/.notes/", "reason": "hidden"}]
    assert "Ignored:\n  docs/.notes/: hidden\n" in run_ragkit("ingest", "docs", "-v", cwd=own_home).out
    assert counts(run_ragkit("ingest", "docs/.notes", cwd=own_home))["new"] == "1"


def test_a_store_of_a_newer_schema_is_refused(own_home: Path) -> None:
    database = own_home / ".ragkit/store.sqlite"
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    for arguments in (["ask", "x"], ["ingest", "docs"], ["status"]):
        done = run_ragkit(*arguments, cwd=own_home)
        assert done.code == 1, arguments
        assert "newer" in done.err
        assert "Traceback" not in done.err


def test_list_show_remove(own_home: Path) -> None:
    listed = run_ragkit("list", cwd=own_home)
    assert listed.code == 0
    assert [line.split()[0] for line in listed.out.splitlines()[1:]] == sorted(DOCUMENTS)
    assert "4 documents" in listed.err
    shown = run_ragkit("show", "docs/travel.txt", cwd=own_home)
    assert shown.out == DOCUMENTS["docs/travel.txt"]
    removed = run_ragkit("remove", "docs/travel.txt", "docs/leave.md", cwd=own_home)
    assert removed.code == 0
    assert removed.out.startswith("Removed docs/travel.txt, 1 chunk.\nRemoved docs/leave.md, ")
    assert run_ragkit("show", "docs/travel.txt", cwd=own_home).code == 2


def test_the_store_may_be_elsewhere(tmp_path: Path) -> None:
    write_documents(tmp_path)
    done = run_ragkit("ingest", "docs/travel.txt", "--store", "kb", cwd=tmp_path)
    assert 'ragkit ask --store kb "your question"' in done.out
    assert not (tmp_path / ".ragkit").exists()
    assert "docs/travel.txt" in run_ragkit("list", "--store", "kb", cwd=tmp_path).out


def test_status_and_doctor(run: Run) -> None:
    status = run("status")
    assert status.code == 0
    assert "documents   4" in status.out
    assert json.loads(run("status", "--json").out)["documents"] == 4
    doctor = run("doctor")
    assert doctor.code == 0, doctor.out
    assert "All is well." in doctor.out
    assert {finding["level"] for finding in json.loads(run("doctor", "--json").out)} == {"ok"}


def test_config_show_names_every_setting_and_where_it_came_from(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ragkit.toml").write_text("[retrieve]\nhits = 3\n", encoding="utf-8")
    environment = {"RAGKIT_API_KEY": "sk-hush", "RAGKIT_GENERATE_SEED": "7"}
    done = run("config", "show", cwd=tmp_path, environment=environment)
    rows = {line.split()[0]: line for line in done.out.splitlines()}
    assert done.code == 0
    assert set(rows) == {"setting", *KEYS}
    assert rows["generate.seed"].split()[1:] == ["7", "RAGKIT_GENERATE_SEED"]
    assert "ragkit.toml" in rows["retrieve.candidates"] or "default" in rows["retrieve.candidates"]
    assert "sk-hush" not in done.out
    values = json.loads(run("config", "show", "--json", cwd=tmp_path, environment=environment).out)
    assert values["generate.api_key"]["value"] == "(set)"
    assert values["generate.seed"] == {"value": 7, "origin": "RAGKIT_GENERATE_SEED"}


def test_a_broken_configuration_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ragkit.toml").write_text("[retrieve]\nhitz = 3\n", encoding="utf-8")
    done = run("config", "show", cwd=tmp_path)
    assert done.code == 2
    assert "retrieve.hits" in done.err


def test_a_store_that_another_process_writes_to(own_home: Path) -> None:
    with Store.open(own_home / ".ragkit", write=True):
        for arguments in (["ingest", "docs"], ["remove", "docs/travel.txt"]):
            done = run_ragkit(*arguments, cwd=own_home)
            assert done.code == 1, arguments
            assert "process" in done.err
            assert "Traceback" not in done.err
        assert run_ragkit("list", cwd=own_home).code == 0


def test_a_store_of_another_embedder(home: Path, tmp_path: Path) -> None:
    with testing.kit(tmp_path / "other") as kit:
        kit.ingest(Document("a.md", "The depot opens at nine."))
    before = state(tmp_path / "other")
    for arguments in (["ask", "When does it open?"], ["ingest", "docs"]):
        done = run_ragkit(*arguments, "--store", tmp_path / "other", cwd=home)
        assert done.code in {1, 2}, arguments
        assert "hashing" in done.err
        assert "Internal error" not in done.err
    assert state(tmp_path / "other") == before


def test_a_damaged_store_is_named_with_a_remedy(own_home: Path) -> None:
    for name in ("store.sqlite-wal", "store.sqlite-shm"):
        (own_home / ".ragkit" / name).unlink(missing_ok=True)
    (own_home / ".ragkit/store.sqlite").write_bytes(b"no database at all" * 500)
    for command in ("ask", "status", "doctor"):
        done = run_ragkit(command, *(["x"] if command == "ask" else []), cwd=own_home)
        assert done.code == 1, command
        assert "ragkit" in done.err + done.out
        assert "Internal error" not in done.err
