"""``ragkit read`` and ``ragkit verify`` as processes: the contracts of their lines, and bad input."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ragkit.cli.exits import Exit
from tests.cli.conftest import Ran, process_environment, run_ragkit

GERMANY = "Employees in Germany have 30 days of annual leave a year."
CANADA = "Employees in Canada have 22 days of annual leave a year."
QUESTION = "How many days of annual leave do employees in Canada have?"
READ = ["id", "answer", "passage", "start", "end", "answerable", "score", "sentences"]
VERIFY = ["id", "supported", "score", "claims"]
CLAIM = ["text", "start", "end", "verdict", "score", "evidence", "unsupported_spans", "reason"]
LONG = "The weather report for the next week says nothing about staff. " * 400


def batch(command: str, lines: list[Any], tmp_path: Path, *options: str) -> tuple[Ran, list[dict[str, Any]]]:
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    done = run_ragkit(command, "--batch", path, *options, cwd=tmp_path)
    return done, [json.loads(line) for line in done.out.splitlines()]


def reading_holds(out: dict[str, Any], passages: list[str]) -> None:
    if passages:
        assert out["answer"] == passages[out["passage"]][out["start"] : out["end"]]
    else:
        assert (out["answer"], out["passage"], out["start"], out["end"]) == ("", None, 0, 0)
    assert 0 <= out["score"] <= 1
    assert isinstance(out["answerable"], bool)
    for sentence in out["sentences"]:
        assert list(sentence) == ["passage", "start", "end", "score"]
        assert passages[sentence["passage"]][sentence["start"] : sentence["end"]]


def test_reading_lines_whatever_they_hold(tmp_path: Path) -> None:
    cases: list[dict[str, Any]] = [
        {"id": "two", "question": QUESTION, "passages": [GERMANY, CANADA]},
        {"id": 7, "question": QUESTION, "passages": [LONG + CANADA + LONG]},
        {"id": "none", "question": QUESTION, "passages": []},
        {"id": "empty", "question": QUESTION, "passages": ["", " \n\t"]},
        {
            "id": "scripts",
            "question": "年假有多少天？",
            "passages": ["员工每年有三十天年假。", "يحصل الموظفون"],
        },
        {"id": "same", "question": QUESTION, "passages": [CANADA] * 20},
        {"id": "blank", "question": "", "passages": [CANADA]},
        {"id": "long", "question": "word " * 20_000, "passages": [CANADA]},
        {"id": "word", "question": "What?", "passages": ["Yes"]},
        {"id": "control", "question": QUESTION, "passages": ["\x00\x1b[2J", CANADA]},
    ]
    done, out = batch("read", cases, tmp_path)
    assert done.code == Exit.ANSWERED, done.err
    assert [line["id"] for line in out] == [case["id"] for case in cases]
    for case, line in zip(cases, out, strict=True):
        assert list(line) == READ
        reading_holds(line, case["passages"])
    two, long, _none, empty, _scripts, same, blank, *_, control = out
    assert ("22" in two["answer"], two["passage"], two["answerable"]) == (True, 1, True)
    assert two["sentences"][0]["passage"] == 1
    assert "22" in long["answer"]
    assert (empty["answer"], empty["score"], empty["answerable"]) == ("", 0.0, False)
    assert ("22" in same["answer"], same["passage"]) == (True, 0)
    assert (blank["score"], blank["answerable"]) == (0.0, False)
    assert "22" in control["answer"]
    assert "10 lines" in done.err


def test_a_thousand_passages_are_read(tmp_path: Path) -> None:
    passages = [f"Room {number} is on floor {number % 9}." for number in range(1000)]
    passages[700] = CANADA
    _, (out,) = batch("read", [{"question": QUESTION, "passages": passages}], tmp_path)
    assert (out["id"], "22" in out["answer"], out["passage"]) == (1, True, 700)


def test_bad_lines_have_every_field_and_do_not_stop_the_rest(tmp_path: Path) -> None:
    bad = [
        "{",
        "[]",
        '{"id": "q"}',
        '{"id": "t", "question": "x", "passages": "y"}',
        '{"id": [], "question": "x"}',
        '{"id": "n", "question": "x", "passages": [1]}',
        '{"id": "s", "question": "\\ud800", "passages": []}',
    ]
    done, out = batch("read", [*bad, {"id": "good", "question": QUESTION, "passages": [CANADA]}], tmp_path)
    assert done.code == Exit.ERROR
    assert [line["id"] for line in out] == [None, None, "q", "t", None, "n", None, "good"]
    for number, line in enumerate(out[:-1], start=1):
        assert list(line) == [*READ, "error"]
        assert line["error"].startswith(f"Line {number}")
        assert (line["answer"], line["passage"], line["answerable"], line["sentences"]) == ("", None, False, [])
    assert "22" in out[-1]["answer"]
    assert "7 failed" in done.err


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("read", {"question": QUESTION, "passages": [CANADA]}),
        ("verify", {"answer": "Employees in Canada have 22 days.", "passages": [CANADA]}),
    ],
)
def test_a_line_is_answered_before_the_next_one_comes(command: str, line: dict[str, Any], tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "ragkit", command, "--batch", "-"],
        cwd=tmp_path, env=process_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(3):
            process.stdin.write(json.dumps({**line, "id": number}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.communicate()
    assert process.returncode == 0


def test_verifying_lines_whatever_they_hold(tmp_path: Path) -> None:
    words = " ".join(f"word{number}" for number in range(3000))
    cases: list[dict[str, Any]] = [
        {
            "id": "good",
            "answer": "Employees in Canada have 22 days of annual leave [2].",
            "passages": [GERMANY, CANADA],
        },
        {"id": "half", "answer": f"{GERMANY} [1] Employees in Canada have 99 cars [2].", "passages": [GERMANY, CANADA]},
        {"id": "asked", "answer": "22 days.", "passages": [CANADA], "question": QUESTION},
        {"id": "null", "answer": "22 days.", "passages": [CANADA], "question": None},
        {"id": "word", "answer": "Yes", "passages": [CANADA]},
        {"id": "words", "answer": words, "passages": [CANADA]},
        {"id": "nothing", "answer": "", "passages": [CANADA]},
        {"id": "none", "answer": GERMANY, "passages": []},
        {"id": "empty", "answer": GERMANY, "passages": ["", " "]},
        {"id": "same", "answer": CANADA, "passages": [CANADA] * 20},
        {"id": "many", "answer": CANADA, "passages": [f"Room {n}." for n in range(999)] + [CANADA]},
        {"id": "window", "answer": CANADA, "passages": [LONG + CANADA + " " + LONG]},
        {"id": "scripts", "answer": "员工每年有三十天年假。", "passages": ["员工每年有三十天年假。"]},
        {"id": "long", "answer": CANADA, "passages": [CANADA], "question": "word " * 20_000},
    ]
    done, out = batch("verify", cases, tmp_path)
    assert done.code == Exit.ANSWERED, done.err
    assert [line["id"] for line in out] == [case["id"] for case in cases]
    for case, line in zip(cases, out, strict=True):
        assert list(line) == VERIFY
        verdicts_hold(line, case["answer"], case["passages"])
    found = {line["id"]: line for line in out}
    assert found["good"]["supported"]
    assert [claim["verdict"] == "supported" for claim in found["half"]["claims"]] == [True, False]
    assert not found["half"]["supported"]
    assert found["half"]["score"] < found["good"]["score"]
    assert (found["nothing"]["supported"], found["nothing"]["score"], found["nothing"]["claims"]) == (False, 0.0, [])
    assert not any(found[name]["supported"] for name in ("words", "none", "empty"))
    assert found["many"]["claims"][0]["evidence"]["passage"] == 999
    assert found["same"]["supported"]
    assert found["window"]["supported"]


def verdicts_hold(out: dict[str, Any], answer: str, passages: list[str]) -> None:
    product = 1.0
    for claim in out["claims"]:
        assert list(claim) == CLAIM
        assert claim["text"] == answer[claim["start"] : claim["end"]]
        assert claim["verdict"] in {"supported", "unsupported", "contradicted", "unchecked"}
        assert all(claim["start"] <= start < end <= claim["end"] for start, end in claim["unsupported_spans"])
        if claim["evidence"] is not None:
            assert list(claim["evidence"]) == ["passage", "start", "end"]
            assert passages[claim["evidence"]["passage"]][claim["evidence"]["start"] : claim["evidence"]["end"]]
        assert bool(claim["reason"]) is (claim["verdict"] != "supported")
        product *= claim["score"]
    every = all(claim["verdict"] == "supported" for claim in out["claims"])
    assert out["supported"] == (every and bool(out["claims"]))
    assert out["score"] == pytest.approx(product if out["claims"] else 0.0)


def test_bad_lines_to_verify(tmp_path: Path) -> None:
    done, out = batch("verify", ['{"id": "a"}', '{"answer": 1, "passages": []}'], tmp_path)
    assert done.code == Exit.ERROR
    assert [line["id"] for line in out] == ["a", 2]
    for line in out:
        assert list(line) == [*VERIFY, "error"]
        assert (line["supported"], line["score"], line["claims"]) == (False, 0.0, [])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("texts")
    (found / "leave.md").write_text(f"# Leave\n\n## Germany\n\n{GERMANY}\n\n## Canada\n\n{CANADA}\n", encoding="utf-8")
    (found / "kettle.txt").write_text("The kettle \x1b[2Jboils in four minutes.", encoding="utf-8")
    return found


def test_reading_files_shows_the_answer_and_where_it_stands(folder: Path) -> None:
    done = run_ragkit("read", QUESTION, "kettle.txt", "leave.md", cwd=folder)
    assert done.code == Exit.ANSWERED, done.err
    assert "22" in done.out.splitlines()[0]
    assert "leave.md › Leave › Canada, line 9" in done.out
    assert f"“{CANADA}”" in done.out
    assert "2 texts" in done.out


def test_reading_standard_input_as_json(folder: Path) -> None:
    done = run_ragkit("read", "--json", QUESTION, "-", cwd=folder, stdin=f"{GERMANY} {CANADA}")
    out = json.loads(done.out)
    assert list(out) == READ
    assert (out["id"], "22" in out["answer"], out["passage"]) == ("", True, 0)


def test_what_is_not_answered_exits_3_and_shows_no_control_characters(folder: Path) -> None:
    done = run_ragkit("read", "Who won the world cup in 1966?", "kettle.txt", cwd=folder)
    assert done.code == Exit.ABSTAINED
    assert "do not seem to answer" in done.out
    assert "\x1b" not in done.out


def test_verifying_against_files_shows_what_supports_and_what_does_not(folder: Path) -> None:
    answer = "Employees in Canada have 22 days of annual leave [1]. Each has three cars [1]."
    done = run_ragkit("verify", answer, "leave.md", cwd=folder)
    assert done.code == Exit.UNVERIFIED, done.err
    lines = done.out.splitlines()
    assert lines[0].startswith("✓ Employees in Canada have 22 days of annual leave [1].  supported")
    assert "leave.md › Leave › Canada, line 9" in done.out
    assert any("Each has three cars" in line and not line.startswith("✓") for line in lines)
    assert "stands in no passage" in done.out
    assert "1 of 2 sentences supported" in done.out
    assert run_ragkit("verify", "-", "leave.md", "--json", cwd=folder, stdin=CANADA).code == Exit.ANSWERED


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["read"], "There is nothing to ask for"),
        (["verify"], "There is no answer to verify"),
        (["read", "x"], "There is nothing to read"),
        (["read", "x", "nowhere.md"], "There is nothing at nowhere.md"),
        (["read", "x", "-", "-"], "named twice"),
        (["read", "-", "-"], "named twice"),
        (["verify", "-", "leave.md", "-"], "named twice"),
        (["read", "--batch", "none.jsonl"], "none.jsonl cannot be read"),
        (["read", "--batch", "-", "x"], "--batch does not go with 'x'"),
        (["verify", "--batch", "-", "--question", "x"], "--batch does not go with '--question'"),
        (["verify", "x", "leave.md", "--verifier", "lexicle"], "Did you mean 'lexical'"),
    ],
)
def test_wrong_usage(arguments: list[str], says: str, folder: Path) -> None:
    done = run_ragkit(*arguments, cwd=folder)
    assert done.code == Exit.USAGE
    assert says in done.err
    assert done.out == ""


@pytest.mark.parametrize("damage", ["missing", "truncated", "foreign", "another kind"])
def test_damaged_readers_are_refused_before_any_line(damage: str, tmp_path: Path) -> None:
    from ragkit.models.reader import SHIPPED

    reader = tmp_path / "reader"
    reader.mkdir()
    if damage != "missing":
        config = json.loads((SHIPPED / "config.json").read_text(encoding="utf-8"))
        config |= {"foreign": {"base_sha256": "0" * 64}, "another kind": {"kind": "verifier"}}.get(damage, {})
        (reader / "config.json").write_text(json.dumps(config))
        (reader / "model.safetensors").write_bytes(b"\x08\x00")
    done, out = batch("read", [{"question": "x", "passages": ["y"]}], tmp_path, "--reader", str(reader))
    assert (done.code, out) == (Exit.ERROR, [])
    assert "reader" in done.err
    assert "Traceback" not in done.err
