"""``ragkit forget``, ``backup``, ``reindex`` and ``status --prove``, as real processes."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import run_ragkit


def test_a_store_can_be_proven_and_a_change_is_named(own_home: Path) -> None:
    done = run_ragkit("status", "--prove", cwd=own_home)
    assert done.code == 0, done.out
    assert done.out.endswith("Proven: nothing is lost.\n")
    assert "4  documents that are as their files are" in done.out
    (own_home / "docs/travel.txt").write_text("Nobody travels any more.\n")
    done = run_ragkit("status", "--prove", cwd=own_home)
    assert done.code == 1
    assert "  docs/travel.txt has changed since.\n  Run: ragkit ingest PATH\n" in done.out
    assert done.out.endswith("Not proven: 1 of 12 do not hold.\n")
    told = json.loads(run_ragkit("status", "--prove", "--json", cwd=own_home).out)
    assert told["proven"] is False
    [line] = [line for line in told["lines"] if not line["proven"]]
    assert line["findings"][0]["what"] == "docs/travel.txt has changed since."


def test_forgetting_erases_and_keeps_out(own_home: Path) -> None:
    done = run_ragkit("forget", "docs/travel.txt", cwd=own_home)
    assert done.code == 0, done.err
    assert done.out.startswith("Forgot docs/travel.txt.\n1 chunk erased; ")
    assert done.out.endswith("None was found.\n")
    for file in (own_home / ".ragkit").rglob("*"):
        assert not file.is_file() or b"120 pounds" not in file.read_bytes()
    assert run_ragkit("ingest", "docs", cwd=own_home).code == 0
    assert "docs/travel.txt" not in run_ragkit("list", cwd=own_home).out
    wrong = run_ragkit("forget", "docs/travl.txt", cwd=own_home)
    assert wrong.code == 2
    assert run_ragkit("forget", cwd=own_home).code == 2
    assert run_ragkit("forget", "--filter", " ", cwd=own_home).code == 2
    assert run_ragkit("forget", "--where", 'uri = "none"', cwd=own_home).err == (
        run_ragkit("forget", "--filter", 'uri = "none"', cwd=own_home).err
    )
    undone = run_ragkit("forget", "docs/travel.txt", "--undo", cwd=own_home)
    assert undone.out == "docs/travel.txt may be ingested again.\n"
    run_ragkit("ingest", "docs", cwd=own_home)
    assert "docs/travel.txt" in run_ragkit("list", cwd=own_home).out
    told = json.loads(run_ragkit("forget", "docs/travel.txt", "--json", cwd=own_home).out)
    assert (told["uris"], told["remains"]) == (["docs/travel.txt"], [])
    undone = run_ragkit("forget", "docs/travel.txt", "--undo", "--json", cwd=own_home)
    assert json.loads(undone.out) == {"allowed": ["docs/travel.txt"]}


def test_a_backup_answers_and_is_not_overwritten(own_home: Path) -> None:
    done = run_ragkit("backup", "copies/monday", cwd=own_home)
    assert (done.code, done.out) == (0, "Wrote copies/monday.\n")
    assert "ragkit doctor --store copies/monday" in done.err
    listed = run_ragkit("list", "--store", "copies/monday", "--json", cwd=own_home)
    assert listed.out == run_ragkit("list", "--json", cwd=own_home).out
    again = run_ragkit("backup", "copies/monday", cwd=own_home)
    assert again.code == 1
    assert "already" in again.err


def test_reindexing_changes_the_chunks_and_later_ingests_follow(own_home: Path) -> None:
    done = run_ragkit("reindex", "--target-tokens", "30", "--json", cwd=own_home)
    report = json.loads(done.out)
    assert (report["documents"], report["resumed"]) == (4, 0)
    assert "target=30" in run_ragkit("status", cwd=own_home).out
    assert run_ragkit("ingest", "docs", cwd=own_home).code == 0
    assert run_ragkit("status", "--prove", cwd=own_home).code == 0
    flat = run_ragkit("reindex", "--recipe", "hnsw", cwd=own_home)
    assert flat.out.startswith("Reindexed 4 documents in ")
    assert ", 0 embedded" in flat.out
    wrong = run_ragkit("reindex", "--recipe", "hnws", cwd=own_home)
    assert (wrong.code, "Did you mean 'hnsw'" in wrong.err) == (2, True)
