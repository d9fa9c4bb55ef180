"""The arithmetic of ``evals/bench_humans.py``, on made-up ratings."""

from __future__ import annotations

import importlib.util
import json
import math
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from ragkit.testing import SubstringVerifier

SCRIPT = Path(__file__).parents[2] / "evals" / "bench_humans.py"
DOCUMENT = {"document_id": "d", "text": "Leave is 27 days. It is paid.", "title": "Leave"}


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    """A script imports as a module under its own name, which its dataclasses need."""
    spec = importlib.util.spec_from_file_location("bench_humans", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def task(name: str, kind: str) -> dict[str, Any]:
    told = [] if kind == "UNANSWERABLE" else [{"document_id": "d"}]
    return {
        "task_id": name,
        "input": [{"speaker": "user", "text": "Hello?"}, {"speaker": "user", "text": "How long is leave?"}],
        "contexts": told,
        "targets": [{"speaker": "agent", "text": "Leave is 27 days."}],
        "Answerability": [kind],
    }


def evaluation(name: str, model: str, answer: str, said: tuple[int, int, int]) -> dict[str, Any]:
    rated = {who: {"value": str(value)} for who, value in zip("abc", said, strict=True)}
    wins = {who: {"value": 25.0 * value} for who, value in zip("abc", said, strict=True)}
    judges = {name: {"composite": {"value": said[0] / 4}} for name in ("rl_f", "rb_llm")}
    ratings = dict.fromkeys(("faithfulness", "appropriateness", "completeness"), rated) | {"win-rate": wins}
    return {
        "task_id": name,
        "model_id": model,
        "model_response": answer,
        "annotations": ratings | judges,
    }


@pytest.fixture
def rated(bench: ModuleType, tmp_path: Path) -> Any:
    path = tmp_path / "rated.json"
    data = {
        "documents": [DOCUMENT],
        "tasks": [task("one<::>1", "ANSWERABLE"), task("one<::>3", "UNANSWERABLE"), task("two<::>1", "ANSWERABLE")],
        "evaluations": [
            evaluation("one<::>1", "m", "Leave is 27 days.", (4, 4, 3)),
            evaluation("one<::>3", "m", "I do not have specific information.", (4, 4, 4)),
            evaluation("two<::>1", "m", "Leave is 27 days. Dogs may come along.", (1, 2, 4)),
            evaluation("two<::>1", "n", "Dogs may come.", (1, 1, 1)),
        ],
    }
    path.write_text(json.dumps(data), encoding="utf-8")
    return bench.load(path)


def test_equal_values_share_a_rank(bench: ModuleType) -> None:
    assert bench.ranks(np.array([3.0, 1.0, 3.0, 9.0])).tolist() == [2.5, 1.0, 2.5, 4.0]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([1, 2, 3], [10, 100, 1000], 1.0),
        ([1, 2, 3], [3, 2, 1], -1.0),
        ([1, 2, 3, 4], [1, 3, 2, 4], 0.8),
        ([1, 1, 2], [1, 2, 2], 0.5),
    ],
)
def test_spearman_by_hand(bench: ModuleType, one: list[float], other: list[float], expected: float) -> None:
    assert bench.spearman(np.array(one, float), np.array(other, float)) == pytest.approx(expected)


def test_what_does_not_vary_has_no_correlation(bench: ModuleType) -> None:
    assert math.isnan(bench.spearman(np.ones(3), np.arange(3.0)))


def test_an_estimate_leaves_out_what_is_not_known_and_draws_whole_groups(bench: ModuleType) -> None:
    one = np.array([1.0, 2.0, np.nan, 3.0, 4.0])
    other = np.array([1.0, 2.0, 9.0, 3.0, np.nan])
    found = bench.estimate(lambda a, b: float(np.sum(a - b) + len(a)), one, other, ["x", "x", "x", "y", "y"])
    # groups of two rows and of one: two draws of them have 2 to 4 rows
    assert (found.value, found.low, found.high, found.n) == (3.0, 2.0, 4.0, 3)


def test_what_is_loaded(rated: Any) -> None:
    first, second, third, fourth = rated
    assert [each.conversation for each in rated] == ["one", "one", "two", "two"]
    assert (first.question, first.passages) == ("How long is leave?", (DOCUMENT["text"],))
    assert (second.kind, second.passages) == ("unanswerable", ())
    assert third.ratings["faithfulness"] == {"a": 1.0, "b": 2.0, "c": 4.0}
    assert (fourth.model, fourth.judges) == ("n", {"rl_f": 0.25, "rb_llm": 0.25})


def test_each_rater_is_held_to_the_others(bench: ModuleType, rated: Any) -> None:
    one, rest, rows = bench.others(rated, "faithfulness")
    assert rows == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert (one[6:9].tolist(), rest[6:9].tolist()) == ([1.0, 2.0, 4.0], [3.0, 2.5, 1.5])


def test_measures_are_those_of_eval_score_and_more_is_better(bench: ModuleType, rated: Any) -> None:
    verifier = bench.Remembering(SubstringVerifier())
    cases = bench.scores(rated, verifier)
    assert [bench.abstained(case) for case in cases] == [False, True, False, False]
    told = bench.measures(rated, cases, verifier)
    np.testing.assert_equal(told["`hallucination_rate_context`"], [0.0, np.nan, -0.5, -1.0])
    assert told["`rouge_l`"][0] == 1.0
    assert told["share of words that the passages have"].tolist() == [1.0, 0.0, 0.5, 0.0]
    assert told["brevity (words)"].tolist() == [-4.0, -6.0, -8.0, -3.0]
    lines = bench.table(rated, told).splitlines()
    assert len(lines) == 2 + len(told) + 1
    assert len({line.count("|") for line in lines}) == 1
