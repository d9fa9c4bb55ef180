from __future__ import annotations

from collections import Counter

import pytest

from ragkit.evaluate.check import check_suite
from ragkit.evaluate.corpus import corpus_documents, read_corpus
from ragkit.evaluate.suite import Suite, load_suite
from ragkit.evaluate.table import METRICS
from ragkit.shipped import folder
from ragkit.types import Document

KINDS = {"factual", "numeric", "multi-sentence", "two-document", "paraphrased", "unanswerable"}


@pytest.fixture(scope="module")
def suite() -> Suite:
    return load_suite("handbook", [folder("evals")])


@pytest.fixture(scope="module")
def documents(suite: Suite) -> dict[str, Document]:
    return read_corpus(suite)


def test_the_shipped_suite_is_sound(suite: Suite, documents: dict[str, Document]) -> None:
    assert [str(problem) for problem in check_suite(suite, corpus_documents(documents.__getitem__, documents))] == []


def test_it_is_as_large_as_promised(suite: Suite, documents: dict[str, Document]) -> None:
    kinds = Counter(case.kind for case in suite.cases)
    assert len(documents) >= 40
    assert len(suite.cases) >= 120
    assert kinds["unanswerable"] >= 30
    assert set(kinds) == KINDS


def test_it_holds_every_format_and_length(documents: dict[str, Document]) -> None:
    assert {"text/markdown", "text/html", "text/plain"} <= {document.media_type for document in documents.values()}
    lengths = [len(document.text.split()) for document in documents.values()]
    assert min(lengths) >= 150
    assert max(lengths) >= 4000


def test_both_halves_have_every_kind(suite: Suite) -> None:
    assert {case.kind for case in suite.select("fit")} == {case.kind for case in suite.select("report")} == KINDS


def test_every_metric_is_described() -> None:
    text = (folder("evals") / "README.md").read_text(encoding="utf-8")
    assert [name for name in METRICS if f"`{name}`" not in text] == []
