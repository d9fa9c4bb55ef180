from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from ragkit.errors import ConfigError, GateFailed, UsageError
from ragkit.evaluate.gate import Gate, check_gates, parse_gate
from ragkit.evaluate.markdown import to_markdown
from ragkit.evaluate.report import Report, compare, in_common, make_report, read_report, to_json
from ragkit.evaluate.suite import Case
from ragkit.evaluate.table import METRICS, score_failure
from ragkit.evaluate.trial import ABSTAINED, NOT_APPLICABLE, Score, scored


def case(number: int, kind: str = "factual") -> Case:
    return Case(f"c-{number}", kind, f"Question {number}?", ("x",), "x", ())


def scores(**given: Score) -> dict[str, Score]:
    return {name: given.get(name, NOT_APPLICABLE) for name in METRICS}


def report_of(*given: Score, metric: str = "token_f1", **settings: str) -> Report:
    """One case a score, odd ones numeric."""
    rows = [
        (case(number, "numeric" if number % 2 else "factual"), scores(**{metric: one}))
        for number, one in enumerate(given)
    ]
    return make_report("tiny", None, settings, rows)


MIXED = report_of(scored(0.5), scored(1.0), ABSTAINED, Score("error", note="down"), generator="extractive")


def test_only_what_is_scored_makes_the_figure_and_the_rest_is_counted() -> None:
    measured = MIXED.metrics["token_f1"]
    assert (measured.value, measured.n) == (0.75, 2)
    assert measured.states == {"scored": 2, "abstained": 1, "error": 1, "not_applicable": 0}
    assert MIXED.kinds["factual"]["token_f1"].value == 0.5
    assert MIXED.kinds["numeric"]["token_f1"].value == 1.0


def test_nothing_scored_is_no_figure() -> None:
    measured = MIXED.metrics["mrr"]
    assert (measured.value, measured.low, measured.high, measured.n) == (None, None, None, 0)
    assert measured.states["not_applicable"] == 4


def test_each_summary_has_its_method() -> None:
    one = scores(exact_match=scored(1), hallucination_rate=scored(1, 4), latency_ms_p95=scored(30))
    other = scores(exact_match=scored(0), hallucination_rate=scored(0, 1), latency_ms_p95=scored(10))
    metrics = make_report("tiny", "fit", {}, [(case(0), one), (case(1), other)]).metrics
    assert (metrics["exact_match"].value, metrics["exact_match"].method) == (0.5, "wilson")
    assert (metrics["hallucination_rate"].value, metrics["hallucination_rate"].method) == (0.2, "bootstrap")
    assert metrics["latency_ms_p95"].value == pytest.approx(29.0)


def test_json_comes_back_and_has_a_line_a_case(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(to_json(MIXED), encoding="utf-8")
    assert read_report(path) == MIXED
    assert sum(line.lstrip().startswith('"c-') for line in path.read_text(encoding="utf-8").splitlines()) == 4
    empty = make_report("tiny", None, {}, [])
    path.write_text(to_json(empty), encoding="utf-8")
    assert read_report(path) == empty


@pytest.mark.parametrize("content", ["", "{}", "[1]"])
def test_a_file_that_is_no_report_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match="is no report"):
        read_report(path)


def test_a_report_that_is_not_there_is_written_by_going_on_with_the_run(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"missing\.json cannot be read: No such file or directory") as caught:
        read_report(tmp_path / "missing.json")
    assert "ragkit eval run" in caught.value.hint


def test_a_difference_is_paired_over_cases_that_both_scored() -> None:
    ours = report_of(*(scored(0.6 + number / 100) for number in range(20)), scored(1.0), ABSTAINED)
    theirs = report_of(*(scored(0.5 + number / 100) for number in range(20)), ABSTAINED, scored(0.0))
    difference = compare(ours, theirs)["token_f1"]
    assert difference.n == 20
    assert difference.value == pytest.approx(0.1)
    assert (difference.report, difference.baseline) == pytest.approx((0.695, 0.595))
    assert difference.certain
    assert "mrr" not in compare(ours, theirs)
    assert not compare(ours, ours)["token_f1"].certain


def test_a_case_that_changed_is_not_paired() -> None:
    ours = make_report("tiny", None, {}, [(case(0), scores(mrr=scored(1)))])
    reworded = replace(case(0), question="Another?")
    theirs = make_report("tiny", None, {}, [(reworded, scores(mrr=scored(0)))])
    assert compare(ours, theirs) == {}
    assert in_common(ours, theirs) == []
    assert in_common(ours, ours) == ["c-0"]


def test_markdown_shows_figures_intervals_and_what_is_not_scored() -> None:
    text = to_markdown(MIXED)
    assert text.startswith("# tiny\n\n4 cases (half: all).")
    assert "- generator: `extractive`" in text
    assert "| token_f1 | 0.750 | 0.500 to 1.000 | 2 | 1 abstained, 1 error |" in text
    assert "| mrr | - | - | 0 | 4 not applicable |" in text
    assert "| metric (n) | factual | numeric |" in text
    assert "| token_f1 | 0.500 (1) | 1.000 (1) |" in text
    assert "| nan" not in text.lower()


def test_a_kind_with_a_bar_in_it_stays_one_column() -> None:
    text = to_markdown(msgspec.structs.replace(MIXED, kinds={"a|b": MIXED.kinds["factual"]}))
    assert "| metric (n) | a\\|b |\n| --- | --- |" in text


@pytest.mark.parametrize("count", [1, 5, 6])
def test_a_difference_of_fewer_than_six_pairs_is_not_certain(count: int) -> None:
    ours, theirs = report_of(*[scored(1)] * count), report_of(*[scored(0)] * count)
    assert compare(ours, theirs)["token_f1"].certain is (count == 6)


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        ({"verify.verifier": "trained"}, {"verify.verifier": "trained"}, True),
        ({"verify.verifier": "lax"}, {"verify.verifier": "trained"}, False),
        ({"verify.verifier": "lax", "scored with verify.verifier": "trained"}, {"verify.verifier": "trained"}, True),
        ({"verify.verifier": "trained"}, {"verify.verifier": "trained", "verify.verifier weights": "0a"}, False),
    ],
)
def test_what_other_verifiers_judged_is_no_gain(ours: dict[str, str], theirs: dict[str, str], told: bool) -> None:
    for metric, judged in (("hallucination_rate", True), ("token_f1", False)):
        more = report_of(*[scored(1)] * 6, metric=metric, **ours)
        less = report_of(*[scored(0)] * 6, metric=metric, **theirs)
        found = compare(more, less)[metric]
        assert found.alike is (told or not judged)
        assert bool(found.verdict(metric)) is found.alike


@pytest.mark.parametrize(("metric", "verdict"), [("token_f1", "better"), ("hallucination_rate", "worse")])
def test_a_certain_difference_goes_one_way(metric: str, verdict: str) -> None:
    ours = report_of(*[scored(0.8)] * 10, metric=metric)
    theirs = report_of(*[scored(0.5)] * 10, metric=metric)
    assert compare(ours, theirs)[metric].verdict(metric) == verdict
    assert compare(ours, ours)[metric].verdict(metric) == ""


@pytest.mark.parametrize(
    ("text", "gate"),
    [
        ("hallucination_rate>0.05", Gate("hallucination_rate", ">", 0.05)),
        (" mrr <= .5 ", Gate("mrr", "<=", 0.5)),
        ("errors>=1e-3", Gate("errors", ">=", 0.001)),
        ("accuracy<1", Gate("accuracy", "<", 1.0)),
        ("errors==-0", Gate("errors", "==", 0.0)),
    ],
)
def test_gates_are_parsed(text: str, gate: Gate) -> None:
    assert parse_gate(text) == gate
    assert parse_gate(str(gate)) == gate


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("halucination_rate>0.05", "mean 'hallucination_rate"),
        ("hallucination_rate", "is no gate"),
        ("hallucination_rate=0.05", "is no gate"),
        ("mrr<high", "is no number"),
        ("mrr<nan", "is no bar"),
        ("mrr<inf", "is no bar"),
    ],
)
def test_what_is_no_gate_is_refused(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        parse_gate(text)


@pytest.mark.parametrize(
    ("gate", "fails"),
    [
        ("token_f1<0.8", True),
        ("token_f1<0.75", False),
        ("token_f1<=0.75", True),
        ("token_f1>0.75", False),
        ("token_f1>=0.75", True),
        ("token_f1==0.75", True),
        ("token_f1==0.7", False),
    ],
)
def test_a_gate_fails_when_its_condition_holds(gate: str, fails: bool) -> None:
    if not fails:
        check_gates(MIXED.metrics, [parse_gate(gate)])
        return
    with pytest.raises(GateFailed, match=r"token_f1 is 0\.75 \(n 2\), which the gate token_f1") as caught:
        check_gates(MIXED.metrics, [parse_gate(gate)])
    assert caught.value.exit_code == 6
    assert gate in caught.value.message


def test_a_gate_may_be_held_to_a_difference() -> None:
    found = compare(report_of(scored(0.5)), report_of(scored(0.75)))
    check_gates(found, [parse_gate("token_f1<-0.25")])
    with pytest.raises(GateFailed, match=r"token_f1 differs by -0\.25 \(n 1\), which the gate token_f1<-0\.2 refuses"):
        check_gates(found, [parse_gate("token_f1<-0.2")])
    with pytest.raises(GateFailed, match="mrr could not be scored"):
        check_gates(found, [parse_gate("mrr<-0.2")])


def test_a_difference_of_just_the_bar_is_not_beyond_it() -> None:
    """In floating point 48/50 - 49/50 is a little below -0.02."""
    ours = report_of(*(scored(number >= 2) for number in range(50)))
    theirs = report_of(*(scored(number >= 1) for number in range(50)))
    check_gates(compare(ours, theirs), [parse_gate("token_f1<-0.02")])
    with pytest.raises(GateFailed):
        check_gates(compare(ours, theirs), [parse_gate("token_f1<=-0.02")])


def test_all_failing_gates_are_named_and_no_figure_fails_loudly() -> None:
    gates = [parse_gate(text) for text in ("token_f1<0.8", "token_f1>0.8", "mrr<0.1")]
    with pytest.raises(GateFailed) as caught:
        check_gates(MIXED.metrics, gates)
    assert "token_f1<0.8" in caught.value.message
    assert "mrr could not be scored on any case" in caught.value.message
    assert "token_f1>0.8" not in caught.value.message


def test_a_report_of_failures_alone_has_no_nan() -> None:
    report = make_report("tiny", None, {}, [(case(0), score_failure("down"))])
    assert report.metrics["errors"].value == 1.0
    assert report.metrics["accuracy"].states["error"] == 1
    assert "NaN" not in json.dumps(json.loads(to_json(report)))
