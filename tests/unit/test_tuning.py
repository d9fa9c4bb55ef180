from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ragkit import config
from ragkit.config import Retrieve
from ragkit.errors import ConfigError, UsageError
from ragkit.evaluate.suite import Case, Gold, load_cases
from ragkit.evaluate.tuning import FEWEST, Option, _folds, pipeline_file, tune
from ragkit.retrieve.trace import Trace, Traced
from ragkit.types import Chunk, Document, Hit

TEXTS = [f"Fact {number} is known." for number in range(6)]
DOCUMENT = Document("facts.md", "\n".join(TEXTS))


def chunk(number: int) -> Chunk:
    start = DOCUMENT.text.index(TEXTS[number])
    return Chunk("facts.md", "", start, start + len(TEXTS[number]), TEXTS[number])


def cases(count: int) -> list[Case]:
    return [
        Case(f"c{n}", "factual", f"question {n}", (), "", (Gold("facts.md", TEXTS[n % len(TEXTS)]),))
        for n in range(count)
    ]


def searched(best: str) -> dict[str, list[Traced]]:
    """For each question its passage, first by one kind of search and last by the other, and all others between."""
    found = {}
    for place, case in enumerate(cases(30)):
        gold = place % len(TEXTS)
        order = [gold, *(number for number in range(len(TEXTS)) if number != gold)]
        hits = []
        for rank, number in enumerate(order, 1):
            ranks = {best: rank, ("keyword" if best == "dense" else "dense"): len(order) - rank + 1}
            trace = Trace(ranks["dense"], 1 / ranks["dense"], ranks["keyword"], 9 / ranks["keyword"], (), 0, 0, 0)
            hits.append(Traced(Hit(chunk(number), 0.0), trace))
        found[case.question] = hits
    return found


@pytest.mark.parametrize("best", ["dense", "keyword"])
def test_the_search_that_finds_is_chosen(best: str) -> None:
    found = searched(best)
    other = Retrieve(fusion="keyword" if best == "dense" else "dense")
    tuning = tune(cases(30), found.__getitem__, lambda _: DOCUMENT, other)
    assert tuning.chosen.fusion == best
    assert tuning.after.value == 1.0
    assert tuning.gain.low > 0
    assert (tuning.questions, tuning.hits) == (30, 3)


def test_what_is_set_stays_when_nothing_is_better() -> None:
    found = searched("dense")
    tuning = tune(cases(30), found.__getitem__, lambda _: DOCUMENT, Retrieve(fusion="dense", dense_weight=0.5))
    assert tuning.chosen.fusion == "dense"
    assert tuning.gain.value == 0


def test_the_file_is_a_pipeline_that_loads(tmp_path: Path) -> None:
    found = searched("dense")
    tuning = tune(cases(30), found.__getitem__, lambda _: DOCUMENT, Retrieve(fusion="keyword"))
    path = tmp_path / "mine.toml"
    path.write_text(pipeline_file(replace(tuning, chosen=Option("scores", 0.65))), encoding="utf-8")
    settings = config.load({"pipeline": str(path)}, environment={}).retrieve
    assert (settings.fusion, settings.dense_weight, settings.keyword_weight) == ("scores", 0.65, 0.35)
    assert settings.hits == tuning.hits
    others = {
        "retrieve.fusion": "rrf",
        "verify.unsupported": "withhold",
        "generate.stop": ('"é"', "\n"),
        "offline": True,
        "plugins.acme.a key": [{"when": datetime(2026, 11, 30, 7, tzinfo=UTC), "odds": math.inf}, {"é": 1e-9}],
        "plugins.acme.retry.count": 2,
    }
    path.write_text(pipeline_file(tuning, others), encoding="utf-8")
    whole = config.load({"pipeline": str(path)}, environment={})
    assert (whole.retrieve.fusion, whole.verify.unsupported, whole.offline) == ("dense", "withhold", True)
    assert whole.generate.stop == ('"é"', "\n")
    assert whole.values() | others | {"retrieve.fusion": "dense"} == whole.values()


def test_a_question_that_is_asked_twice_is_in_one_fold() -> None:
    once = cases(20)
    again = [replace(case, id=f"again-{case.id}", question=case.question.upper() + "?") for case in once]
    found: dict[str, set[int]] = {}
    for case, fold in zip([*once, *again], _folds([*once, *again]), strict=True):
        found.setdefault(case.question.lower().rstrip("?"), set()).add(fold)
    assert len(found) == 20
    assert all(len(folds) == 1 for folds in found.values())
    assert {fold for folds in found.values() for fold in folds} == set(range(5))


def test_too_few_questions_are_refused() -> None:
    unanswerable = replace(cases(1)[0], id="u", kind="unanswerable")
    with pytest.raises(UsageError, match=f"choosing needs {FEWEST}"):
        tune([*cases(FEWEST - 1), unanswerable], lambda _: [], lambda _: DOCUMENT, Retrieve())


def test_cases_of_several_files_must_not_share_an_id(tmp_path: Path) -> None:
    line = (
        '{"id": "a", "kind": "factual", "question": "q", "answers": [], "reference": "", '
        '"gold": [{"uri": "facts.md", "quote": "Fact 1 is known."}]}'
    )
    for name in ("one", "two"):
        (tmp_path / name).write_text(line, encoding="utf-8")
    assert [case.id for case in load_cases([tmp_path / "one"])] == ["a"]
    with pytest.raises(ConfigError, match="the id a is taken"):
        load_cases([tmp_path / "one", tmp_path / "two"])
