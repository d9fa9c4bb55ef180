from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import filelock
import pytest

from ragkit.errors import ConfigError, SourceError, UsageError
from ragkit.evaluate.records import read_records
from ragkit.evaluate.report import Report, Settings, read_report
from ragkit.evaluate.run import rescore, run_suite
from ragkit.evaluate.suite import Case, Gold, Half, Suite
from ragkit.types import Answer, Chunk, Document, Hit, Support

TEXT = "The Heron 2 has 2 ports. The Heron 4 has 4 ports. The Wader has 8 channels. The Tarn has 2 versions."
QUOTES = TEXT.removesuffix(".").split(". ")
DOCUMENT = Document("manual.md", TEXT)


def documents(uri: str) -> Document:
    if uri != DOCUMENT.uri:
        raise SourceError(f"There is no document {uri}.")
    return DOCUMENT


class Verbatim:
    def verify(self, claims: Sequence[str], passages: Sequence[str], question: str = "") -> list[Support]:
        found = [any(claim in passage for passage in passages) for claim in claims]
        return [Support("supported" if one else "unchecked", float(one)) for one in found]


class Asked:
    """A system under test that knows the manual by heart, keeps count, and fails when told to."""

    def __init__(self, failing: Sequence[str] = (), interrupted_at: int = -1) -> None:
        self.asked: list[str] = []
        self.failing = failing
        self.interrupted_at = interrupted_at

    def __call__(self, case: Case) -> Answer:
        if len(self.asked) == self.interrupted_at:
            raise KeyboardInterrupt
        self.asked.append(case.id)
        if case.id in self.failing:
            raise TimeoutError("the server took too long")
        return answer_to(case)


def answer_to(case: Case) -> Answer:
    if not case.answerable:
        return Answer(case.id, case.question, "", True, 0.1, message="Nothing was found.")
    start = TEXT.index(case.answers[0])
    hit = Hit(Chunk("manual.md", "", 0, len(TEXT), TEXT), 0.5)
    return Answer(case.id, case.question, TEXT[start : start + 10] + "\ud800", False, 0.9, hits=(hit,))


CASES = (
    *(
        Case(f"c-{n}", "factual", f"How many, {n}?", (quote[-7:],), quote, (Gold("manual.md", quote),))
        for n, quote in enumerate(QUOTES)
    ),
    Case("c-9", "unanswerable", "How many on the Heron 8?", (), "", ()),
)
SUITE = Suite("tiny", "d", Path(), Path(), CASES)
ALL = [case.id for case in CASES]


def run(out: Path, ask: Asked, suite: Suite = SUITE, generator: str = "extractive", resume: bool = True) -> Report:
    settings: Settings = {"generator": generator, "hits": 8}
    return run_suite(ask, suite, out=out, verifier=Verbatim(), documents=documents, settings=settings, resume=resume)


def figures(report: Report) -> dict[str, object]:
    return {name: one for name, one in report.metrics.items() if not name.startswith("latency")}


def test_a_run_writes_a_line_a_case_and_both_reports(tmp_path: Path) -> None:
    ask = Asked()
    report = run(tmp_path, ask)
    assert ask.asked == ALL
    lines = [json.loads(line) for line in (tmp_path / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["case"] for line in lines] == ALL
    assert lines[0]["answer"]["question"] == "How many, 0?"
    assert lines[0]["settings"] == {"generator": "extractive", "hits": 8}
    assert lines[0]["scores"]["abstention_recall"] == {"state": "not_applicable"}
    assert read_report(tmp_path / "report.json") == report
    assert "| contains_answer | 1.000 |" in (tmp_path / "report.md").read_text(encoding="utf-8")
    assert report.metrics["accuracy"].n == 5
    assert report.metrics["abstention_recall"].value == 1.0
    assert report.kinds["factual"]["mrr"].n == 4


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    run_suite(
        Asked(), SUITE, out=tmp_path, verifier=Verbatim(), documents=documents, progress=lambda *said: told.append(said)
    )
    assert told == [("eval", done, 5) for done in range(6)]


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "stopped", Asked(interrupted_at=2))
    again = Asked()
    resumed = run(tmp_path / "stopped", again)
    assert again.asked == ALL[2:]
    assert figures(resumed) == figures(run(tmp_path / "whole", Asked()))
    assert list(read_records(tmp_path / "stopped" / "cases.jsonl")) == ALL


@pytest.mark.parametrize("cut", [1, 40, 300])
def test_a_torn_last_line_is_asked_again(tmp_path: Path, cut: int, caplog: pytest.LogCaptureFixture) -> None:
    run(tmp_path, Asked())
    path = tmp_path / "cases.jsonl"
    path.write_bytes(path.read_bytes()[:-cut])
    again = Asked()
    run(tmp_path, again)
    assert again.asked == ["c-9"]
    assert "torn" in caplog.text
    assert list(read_records(path)) == ALL


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
import {module} as tests

def ask(case):
    if case.id == "c-3":
        os.kill(os.getpid(), signal.SIGKILL)
    return tests.answer_to(case)

tests.run(Path(sys.argv[1]), ask)
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL on Windows")
def test_a_killed_process_loses_no_finished_case(tmp_path: Path) -> None:
    here = Path(__file__)
    script = KILLED.format(module=here.stem)
    child = subprocess.run([sys.executable, "-c", script, str(tmp_path), str(here.parent)], check=False, timeout=60)
    assert child.returncode == -signal.SIGKILL
    again = Asked()
    run(tmp_path, again)
    assert again.asked == ["c-3", "c-9"]


def test_a_line_that_is_no_record_is_refused_by_number(tmp_path: Path) -> None:
    run(tmp_path, Asked())
    path = tmp_path / "cases.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b'{"case": 1}\n' + lines[1])
    with pytest.raises(ConfigError, match=r"cases\.jsonl:2"):
        run(tmp_path, Asked())


def test_failures_are_recorded_and_asked_again(tmp_path: Path) -> None:
    report = run(tmp_path, Asked(failing=["c-1"]))
    assert report.metrics["errors"].value == pytest.approx(1 / 5)
    assert report.metrics["accuracy"].states == {"scored": 4, "abstained": 0, "error": 1, "not_applicable": 0}
    record = read_records(tmp_path / "cases.jsonl")["c-1"]
    assert record.answer["error"] == "TimeoutError: the server took too long"
    again = Asked()
    mended = run(tmp_path, again)
    assert again.asked == ["c-1"]
    assert mended.metrics["errors"].value == 0.0


def test_other_settings_ask_again(tmp_path: Path) -> None:
    run(tmp_path, Asked())
    same, other, afresh = Asked(), Asked(), Asked()
    run(tmp_path, same)
    run(tmp_path, other, generator="writer")
    run(tmp_path, afresh, generator="writer", resume=False)
    assert (same.asked, other.asked, afresh.asked) == ([], ALL, ALL)


def test_a_reworded_case_is_asked_again_and_new_gold_is_only_scored(tmp_path: Path) -> None:
    run(tmp_path, Asked())
    reworded = Case("c-0", "factual", "How many, then?", CASES[0].answers, CASES[0].reference, CASES[0].gold)
    regolded = Case("c-1", "factual", CASES[1].question, ("never",), CASES[1].reference, CASES[1].gold)
    again = Asked()
    report = run(tmp_path, again, Suite("tiny", "d", Path(), Path(), (reworded, regolded, *CASES[2:])))
    assert again.asked == ["c-0"]
    assert report.metrics["contains_answer"].value == pytest.approx(3 / 4)


def test_an_answer_from_a_changed_document_is_asked_again(tmp_path: Path) -> None:
    run(tmp_path, Asked())
    longer = Document("manual.md", "New. " + TEXT)
    again = Asked()

    def ask(case: Case) -> Answer:
        again(case)
        return Answer(case.id, case.question, "", True, 0.0)

    run_suite(
        ask, SUITE, out=tmp_path, verifier=Verbatim(), documents=lambda _uri: longer,
        settings={"generator": "extractive", "hits": 8},
    )  # fmt: skip
    assert again.asked == ALL[:4]


def test_halves_are_asked_apart_and_kept_together(tmp_path: Path) -> None:
    halves: tuple[Half, Half] = ("fit", "report")
    for half in halves:
        ask = Asked()
        report = run_suite(ask, SUITE, out=tmp_path, verifier=Verbatim(), documents=documents, half=half)
        assert report.half == half
        assert ask.asked
        assert list(report.cases) == ask.asked == [case.id for case in SUITE.select(half)]
    assert sorted(read_records(tmp_path / "cases.jsonl")) == sorted(ALL)


def test_scoring_again_gives_the_same_without_asking(tmp_path: Path) -> None:
    report = run(tmp_path, Asked(failing=["c-2"]))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert rescore(tmp_path, SUITE, verifier=Verbatim(), documents=documents) == report
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_report_tells_what_it_was_scored_with_where_that_is_new(tmp_path: Path) -> None:
    run(tmp_path, Asked())
    told: list[tuple[str, int, int]] = []
    report = rescore(
        tmp_path, SUITE, verifier=Verbatim(), documents=documents,
        settings={"generator": "extractive", "verifier": "other"}, progress=lambda *said: told.append(said),
    )  # fmt: skip
    assert report.settings == {"generator": "extractive", "hits": 8, "scored with verifier": "other"}
    assert {record.settings.get("verifier") for record in read_records(tmp_path / "cases.jsonl").values()} == {None}
    assert told == [("scored", done, 5) for done in range(6)]


def test_scoring_a_part_again_counts_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, Asked(interrupted_at=3))
    report = rescore(tmp_path, SUITE, verifier=Verbatim(), documents=documents)
    assert (len(report.cases), report.missing) == (3, 2)
    assert "2 not asked" in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_scoring_by_another_suite_leaves_the_answers_to_its_other_cases(tmp_path: Path) -> None:
    run(tmp_path, Asked())
    before = (tmp_path / "cases.jsonl").read_bytes()
    two = Suite("tiny", "d", Path(), Path(), SUITE.cases[:2])
    assert len(rescore(tmp_path, two, verifier=Verbatim(), documents=documents).cases) == 2
    assert (tmp_path / "cases.jsonl").read_bytes() == before


def test_answers_to_none_of_the_cases_are_not_scored_again(tmp_path: Path) -> None:
    run(tmp_path, Asked())
    other = Suite("other", "d", Path(), Path(), (Case("x", "factual", "?", ("2",), "2.", ()),))
    with pytest.raises(UsageError, match="no answers to cases of other in"):
        rescore(tmp_path, other, verifier=Verbatim(), documents=documents)
    assert list(read_records(tmp_path / "cases.jsonl")) == ALL


def test_scoring_nothing_again_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no answers"):
        rescore(tmp_path, SUITE, verifier=Verbatim(), documents=documents)


def test_gold_that_is_not_there_stops_a_run_before_it_asks(tmp_path: Path) -> None:
    wrong = Case("c-0", "factual", "?", ("2",), "2.", (Gold("manual.md", "The Heron 3 has 3 ports"),))
    ask = Asked()
    with pytest.raises(ConfigError, match="c-0"):
        run(tmp_path, ask, Suite("tiny", "d", Path(), Path(), (wrong,)))
    assert ask.asked == []


def test_two_runs_in_one_folder_are_refused(tmp_path: Path) -> None:
    with filelock.FileLock(tmp_path / ".lock"), pytest.raises(UsageError, match="Another run"):
        run(tmp_path, Asked())


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match=r"runs cannot be made"):
        run(tmp_path / "runs", Asked())


def test_a_passage_found_in_a_copy_of_its_document_counts(tmp_path: Path) -> None:
    texts = {uri: Document(uri, TEXT) for uri in ("manual.md", "copy.md")}

    def ask(case: Case) -> Answer:
        hit = Hit(Chunk("copy.md", "", 0, len(TEXT), TEXT), 0.5)
        return Answer(case.id, case.question, TEXT, False, 0.9, hits=(hit,))

    report = run_suite(ask, SUITE, out=tmp_path, verifier=Verbatim(), documents=texts.__getitem__)
    assert report.metrics["retrieval_recall_at_5"].value == 1.0
