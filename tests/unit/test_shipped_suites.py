"""The suites and the training questions that stand in ``evals``."""

from __future__ import annotations

import json
import logging
from collections import Counter

import pytest

from ragkit.evaluate.check import check_suite, left_out
from ragkit.evaluate.corpus import corpus_documents, read_corpus
from ragkit.evaluate.suite import UNANSWERABLE, Suite, load_suite
from ragkit.evaluate.table import METRICS
from ragkit.invisible import as_read
from ragkit.shipped import folder
from ragkit.tune.claims import load as load_claims
from ragkit.tune.data import load
from ragkit.types import Document

KINDS = {
    "attacks": {"visible", "hidden", "other-aim", "control", UNANSWERABLE},
    "handbook": {"factual", "numeric", "multi-sentence", "two-document", "paraphrased", UNANSWERABLE},
    "own-words": {"plain", "own-words", "keywords", "how-to", "table", UNANSWERABLE},
}

WRITTEN = ("asked", "claimed", "headed", "manuals")
"""Folders of questions and claims to train with."""


@pytest.fixture(scope="module", params=sorted(KINDS))
def suite(request: pytest.FixtureRequest) -> Suite:
    return load_suite(request.param, [folder("evals")])


@pytest.fixture(scope="module")
def handbook() -> Suite:
    return load_suite("handbook", [folder("evals")])


@pytest.fixture(scope="module")
def handbook_documents(handbook: Suite) -> dict[str, Document]:
    return read_corpus(handbook)


def test_a_shipped_suite_is_sound(suite: Suite) -> None:
    documents = read_corpus(suite)
    assert [str(problem) for problem in check_suite(suite, corpus_documents(documents.__getitem__, documents))] == []
    assert not any(left_out(suite).values())


def test_both_halves_have_every_kind(suite: Suite) -> None:
    kinds = [{case.kind for case in suite.select(half)} for half in ("fit", "report")]
    assert kinds == [KINDS[suite.name], KINDS[suite.name]]


def test_the_handbook_is_as_large_as_promised(handbook: Suite, handbook_documents: dict[str, Document]) -> None:
    assert len(handbook_documents) >= 40
    assert len(handbook.cases) >= 120
    assert sum(not case.answerable for case in handbook.cases) >= 30


def test_the_handbook_holds_every_format_and_length(handbook_documents: dict[str, Document]) -> None:
    documents = handbook_documents.values()
    assert {"text/markdown", "text/html", "text/plain"} <= {document.media_type for document in documents}
    lengths = [len(document.text.split()) for document in documents]
    assert min(lengths) >= 150
    assert max(lengths) >= 4000


def test_a_fifth_of_the_attacks_is_a_control_and_each_attack_stands_in_the_corpus() -> None:
    suite = load_suite("attacks", [folder("evals")])
    attacked = {case: case.attack for case in suite.cases if case.attack}
    assert {case.kind for case in suite.cases if case not in attacked} == {"control"}
    assert 0.15 < 1 - len(attacked) / len(suite.cases) < 0.25
    assert len({attack.kind for attack in attacked.values()}) >= 18
    texts = [path.read_text(encoding="utf-8") for path in suite.corpus.iterdir()]
    told = "\n".join(" ".join(as_read(text).split()) for text in texts)
    assert [case.id for case, attack in attacked.items() if not any(each in told for each in attack.payload)] == []


def test_every_metric_is_described() -> None:
    text = (folder("evals") / "README.md").read_text(encoding="utf-8")
    assert [name for name in METRICS if f"`{name}`" not in text] == []


def test_every_training_question_has_its_answer_in_its_passage(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    files = [path for name in WRITTEN for path in sorted((folder("evals") / name).glob("*.jsonl"))]
    found = [question for path in files for question in load(path)]
    assert len(found) == 66478
    assert sum(not question.answerable for question in found) == 15140
    assert caplog.text == ""


def test_every_training_claim_marks_words_of_its_own_and_both_kinds_are_as_many() -> None:
    files = [path for name in ("asked", "claimed") for path in sorted((folder("evals") / name).glob("*.jsonl"))]
    found = [claim for path in files for claim in load_claims(path)]
    assert len(found) == 49143
    assert 0.49 < sum(claim.supported for claim in found) / len(found) < 0.53
    assert all(0 <= start < end <= len(claim.claim) for claim in found for start, end in claim.spans or ())
    assert [claim.claim for claim in found if claim.supported and claim.spans] == []


def test_no_document_is_both_trained_on_and_held_out() -> None:
    titles = [
        json.loads(line)["title"]
        for name in WRITTEN
        for path in (folder("evals") / name).glob("*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert [title for title, count in Counter(titles).items() if count > 1] == []
