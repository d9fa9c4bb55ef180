"""``ragkit tune``: trains for seconds on a user's own questions, and says what it brought."""

from __future__ import annotations

import inspect
import json
from importlib import import_module
from pathlib import Path

import pytest

from ragkit.cli.exits import Exit
from ragkit.cli.main import main
from ragkit.cli.screens.training import report_page
from ragkit.models.reader import ReaderModel
from ragkit.tune.reader import Report
from ragkit.tune.score import Estimate
from tests.cli.conftest import run_ragkit

THINGS = ["kettle", "ladder", "lantern", "barrel", "anchor", "hammer", "saddle", "basket", "violin", "mirror"]
ROOMS = ["cellar", "attic", "garage", "stable", "pantry", "studio", "office", "chapel", "tower", "garden"]


def questions(path: Path, count: int) -> Path:
    rows = []
    for number in range(count):
        thing, room = THINGS[number % 10], ROOMS[number * 7 // 3 % 10]
        passage = f"The {thing} {number} stands in the {room}. It was bought for {number + 3} crowns."
        answer = f"the {room}" if number % 6 else ""
        asked = f"Where does the {thing} {number} stand?" if answer else f"Who painted the {thing} {number}?"
        rows.append({"question": asked, "passage": passage, "answer": answer, "group": number // 5})
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


@pytest.mark.trains
def test_tuning_a_reader_improves_what_is_measured_and_it_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], fresh_consoles: None
) -> None:
    data = questions(tmp_path / "house.jsonl", 120)
    # the log of the training goes to the user's cache folder
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    options = ["--out", "mine", "--start", "base", "--epochs", "1.5", "--held-out", "0.3", "--json"]
    assert main(["tune", "reader", "--data", str(data), *options]) == Exit.ANSWERED
    captured = capfd.readouterr()
    report = json.loads(captured.out)
    assert report["after"]["span F1"]["value"] > report["before"]["span F1"]["value"] + 0.2
    assert report["after"]["span F1"]["n"] > 5
    assert "rows" in captured.err
    assert "loss" in captured.err
    assert "LOAD REPORT" not in captured.err
    line = {"id": "a", "question": "Where does the violin 3 stand?", "passages": ["The violin 3 stands in the attic."]}
    read = run_ragkit("read", "--batch", "-", "--reader", "mine", cwd=tmp_path, stdin=json.dumps(line))
    assert "attic" in json.loads(read.out)["answer"]
    ReaderModel(tmp_path / "mine").load()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["reader"], "--data"),
        (["reader", "--data", "none.jsonl"], "none.jsonl cannot be read as training data: No such file or directory."),
        (["reader", "--data", "tiny.jsonl"], "too few questions"),
        (["reader", "--data", "odd.xml"], "no training data that is known"),
        (["reader", "--data", "tiny.jsonl", "--out", "tiny.jsonl"], "is a file"),
        (["reader", "--data", "tiny.jsonl", "--out", "tiny.jsonl/a/b"], "is a file"),
        (["reader", "--data", "tiny.jsonl", "--out", "."], "something that is no model"),
        (["reader", "--data", "tiny.jsonl", "--start", "nowhere"], "no folder nowhere"),
        (["reader", "--data", "tiny.jsonl", "--held-out", "1.5"], "--held-out"),
        (["embedder", "--data", "tiny.jsonl"], "too few"),
    ],
)
def test_wrong_usage(
    arguments: list[str],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    fresh_consoles: None,
) -> None:
    questions(tmp_path / "tiny.jsonl", 1)
    (tmp_path / "odd.xml").write_text("<x/>")
    monkeypatch.chdir(tmp_path)
    assert main(["tune", *arguments]) == Exit.USAGE
    captured = capsys.readouterr()
    assert says in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""


def test_help_tells_the_form_of_the_data(capsys: pytest.CaptureFixture[str], fresh_consoles: None) -> None:
    assert main(["tune", "--help"]) == Exit.ANSWERED
    whole = capsys.readouterr().out
    for kind in ("reader", "verifier", "writer", "embedder"):
        assert f"\n  {kind} " in whole
    for kind, form in (("reader", '"answer": ...'), ("embedder", "SQuAD"), ("verifier", '"supported": true')):
        assert main(["tune", kind, "--help"]) == Exit.ANSWERED
        assert form in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["reader", "verifier", "writer", "embedder"])
def test_every_trainer_takes_what_the_command_gives(kind: str) -> None:
    train = getattr(import_module(f"ragkit.tune.{kind}"), f"train_{kind}")
    inspect.signature(train).bind(
        [Path("x")], Path("y"), minutes=1.0, epochs=1.0, seed=0, start=None, held_out=0.1
    )  # fmt: skip


def test_the_report_shows_before_beside_after(capsys: pytest.CaptureFixture[str], fresh_consoles: None) -> None:
    from ragkit.cli import render

    table = (
        {"span F1": Estimate(0.25, 0.2, 0.3, 40)},
        {"span F1": Estimate(0.5, 0.4, 0.6, 40), "new": Estimate(1, 1, 1, 2)},
    )
    render.show(*report_page(Report(Path("mine"), *table, rows=1200, seconds=60.0), "do this\nthen that"))
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["span", "F1", "0.250", "0.200", "-", "0.300", "0.500", "0.400", "-", "0.600", "40"]
    assert lines[2].split()[:2] == ["new", "-"]
    assert "1,200 rows in 60.0 s, 20/s, written to mine" in lines
    assert lines[-2:] == ["  do this", "  then that"]
