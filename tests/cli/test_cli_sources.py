"""``ragkit ingest``: globs, standard input, pages, labels, rehearsals, reports and watching, as real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ragkit.cli.main import main
from ragkit.config import load
from ragkit.kit import Kit
from ragkit.pipeline import Pipeline
from ragkit.testing import HashingEmbedder
from tests.cli.conftest import process_environment, run_ragkit, write_documents
from tests.web_server import serving

PATIENCE_S = 120.0


def listed(folder: Path) -> dict[str, dict[str, object]]:
    """The documents of the store in ``folder`` by uri."""
    chosen = load({"store": str(folder / ".ragkit")}, environment={})
    with Kit(chosen, Pipeline(chosen, embedder=HashingEmbedder())) as kit:
        return {
            info.uri: {"metadata": info.metadata, "collection": info.collection, "principals": info.principals}
            for info in kit.documents()
        }


def test_a_rehearsal_and_then_the_run_with_labels(tmp_path: Path) -> None:
    write_documents(tmp_path)
    (tmp_path / "docs" / ".ragkitignore").write_text("hostile.md\n", encoding="utf-8")
    globs = ["docs/*.md", "docs/*.txt"]
    rehearsed = run_ragkit("ingest", *globs, "--dry-run", cwd=tmp_path)
    assert rehearsed.code == 0, rehearsed.err
    assert rehearsed.out.startswith("This is what would happen. Nothing was written.")
    for line in ("new        2", "ignored    1", "docs/leave.md", "docs/hostile.md: left out by docs/.ragkitignore"):
        assert line in rehearsed.out
    assert not (tmp_path / ".ragkit").exists()
    labels = ["--metadata", "team=hr", "--metadata", "year=2024", "--collection", "people", "--principal", "hr"]
    done = run_ragkit("ingest", *globs, *labels, "--json", cwd=tmp_path)
    assert done.code == 0, done.err
    report = json.loads(done.out)
    assert report["outcomes"] == {"docs/leave.md": "new", "docs/travel.txt": "new"}
    assert report["ignored"] == [{"uri": "docs/hostile.md", "reason": "left out by docs/.ragkitignore"}]
    label = {"metadata": {"team": "hr", "year": 2024}, "collection": "people", "principals": ("hr",)}
    assert listed(tmp_path) == {"docs/leave.md": label, "docs/travel.txt": label}


def test_a_folder_that_moves_stays_closed_and_the_run_says_so(tmp_path: Path) -> None:
    write_documents(tmp_path)
    assert run_ragkit("ingest", "docs", "--principal", "hr", cwd=tmp_path).code == 0
    (tmp_path / "docs").rename(tmp_path / "papers")
    done = run_ragkit("ingest", ".", cwd=tmp_path)
    assert "Moved, and still open to those alone who could see it before (--reset-labels" in done.out
    assert "\n  papers/leave.md: hr\n" in done.out
    assert {each["principals"] for each in listed(tmp_path).values()} == {("hr",)}


def test_standard_input_and_pages(tmp_path: Path) -> None:
    with serving() as site:
        site.html("/guide", "Guide", "The valve opens at nine bar.")
        site.html("/faq", "Questions", "It closes at four.")
        (tmp_path / "list.txt").write_text(
            f"# pages\n\n{site.url('/guide')}\n{site.url('/faq')}#top\n", encoding="utf-8"
        )
        refused = run_ragkit("ingest", "--url-list", "list.txt", cwd=tmp_path)
        assert (refused.code, "--allow-private" in refused.out) == (5, True)
        done = run_ragkit("ingest", "--url-list", "list.txt", "--allow-private", cwd=tmp_path)
        assert done.code == 0, done.err + done.out
        pages = {site.url("/guide"), site.url("/faq")}
    piped = run_ragkit("ingest", "-", "--uri", "notes.md", cwd=tmp_path, stdin="# Notes\n\nGrüße.")
    assert piped.code == 0, piped.err
    assert listed(tmp_path).keys() == {"notes.md", *pages}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["ingest"], 2, "Nothing is named to ingest"),
        (["ingest", "-"], 2, "--uri NAME"),
        (["ingest", "-", "docs", "--uri", "x"], 2, "does not go with 'docs'"),
        (["ingest", "docs", "--uri", "x"], 2, "for standard input"),
        (["ingest", "docs", "--metadata", "team"], 2, "KEY=VALUE"),
        (["ingest", "docs", "--principal", " "], 2, "principal has no name"),
        (["ingest", "dosc/*.md"], 2, "nothing at dosc/*.md"),
        (["ingest", "docs", "--exclude", "!"], 2, "--exclude cannot be used"),
        (["ingest", "--url-list", "none.txt"], 2, "none.txt cannot be read"),
        (["ingest", "--url-list", "docs/a.md"], 2, "Line 1 of docs/a.md is no address"),
        (["ingest", "https://example.org/a", "--offline"], 2, "ragkit is offline"),
        (["ingest", "nosuch://bucket"], 2, "cannot be opened"),
        (["ingest", "docs", "--watch", "--dry-run"], 2, "does not go with --dry-run"),
        (["ingest", "--watch"], 2, "Nothing is named to watch"),
        (["ingest", "https://example.org/a", "--watch"], 2, "cannot be watched"),
        (["ingest", "docs/a.md", "--watch"], 2, "not a folder"),
        (["ingest", "docs", "--report", "none/r.json"], 2, "there is no folder none. Make it"),
        (["ingest", "docs", "--report", "docs"], 2, "docs cannot be written: it is a folder"),
        (["tune", "retrieval", "--cases", "c.jsonl", "--out", "none/m.toml"], 2, "there is no folder none"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else None,
)
@pytest.mark.usefixtures("fresh_consoles")
def test_what_cannot_be_is_said_with_its_remedy(
    arguments: list[str],
    code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("Alpha.", encoding="utf-8")
    assert main(arguments) == code
    assert said in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / ".ragkit").exists()


def test_more_failures_than_fit_go_to_a_report(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for number in range(25):
        (tmp_path / "docs" / f"bad-{number:02}.md").write_bytes(b"\x00\x01\x02\xff" * 50)
    first = run_ragkit("ingest", "docs", cwd=tmp_path)
    assert first.code == 5
    assert "and 5 more; --report FILE writes all" in first.out
    second = run_ragkit("ingest", "docs", "--report", "report.json", cwd=tmp_path)
    assert "The whole account is in report.json." in second.out
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert [failure["uri"] for failure in report["failed"]] == [f"docs/bad-{number:02}.md" for number in range(25)]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_report_that_cannot_be_written_in_the_end_is_shown_all_the_same(tmp_path: Path) -> None:
    write_documents(tmp_path)
    done = run_ragkit("ingest", "docs", "--report", "/dev/full", cwd=tmp_path)
    assert (done.code, "new        4" in done.out) == (2, True)
    assert "The report cannot be written to /dev/full" in done.err


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent in another way on Windows")
def test_watching_goes_on_until_it_is_interrupted_and_others_read_meanwhile(tmp_path: Path) -> None:
    write_documents(tmp_path)
    command = [sys.executable, "-m", "ragkit", "ingest", "docs", "--watch"]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        env=process_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A run in the background ignores Ctrl-C, and hands that down.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no other thread yet
    )
    guard = threading.Timer(PATIENCE_S, process.kill)
    guard.start()
    try:
        assert process.stderr
        said = _until(process, "4 new")
        (tmp_path / "docs" / "new.md").write_text("The pump runs at night.", encoding="utf-8")
        said += _until(process, "1 new: docs/new.md")
        assert "docs/new.md" in listed(tmp_path)
        (tmp_path / "docs" / "bad.md").write_bytes(b"\x00\x01\x02\xff" * 50)
        said += _until(process, "1 failed: docs/bad.md")
        (tmp_path / "docs" / "bad.md").unlink()
        (tmp_path / "docs" / "travel.txt").rename(tmp_path / "docs" / "trips.txt")
        said += _until(process, "1 moved: docs/trips.txt")
        (tmp_path / "docs" / "loggers.html").unlink()
        said += _until(process, "1 removed: docs/loggers.html")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    finally:
        guard.cancel()
        process.kill()
        process.wait()
    assert process.returncode == 0, err
    assert "Stopped." in err
    rows = {line.split()[0]: line.split()[1] for line in out.splitlines()[:8] if line.strip()}
    assert rows == {
        "found": "4",
        "new": "5",
        "changed": "0",
        "unchanged": "4",
        "moved": "1",
        "removed": "1",
        "failed": "0",
    }
    assert listed(tmp_path).keys() == {"docs/hostile.md", "docs/leave.md", "docs/new.md", "docs/trips.txt"}


def _until(process: subprocess.Popen[str], wanted: str) -> str:
    """What the process says on stderr up to a line that holds ``wanted``."""
    assert process.stderr
    said = ""
    begun = time.monotonic()
    while wanted not in said:
        line = process.stderr.readline()
        assert line, said
        assert time.monotonic() - begun < PATIENCE_S, said
        said += line
    return said
