from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ragkit import testing
from ragkit.errors import ModelError
from ragkit.kit import Kit
from ragkit.retrieve.rerank import blended
from ragkit.retrieve.trace import Trace, Traced
from ragkit.types import Document, Hit
from tests.conftest import passage

DOCUMENTS = [
    Document("leave.md", "Employees in Germany have 30 days of annual leave."),
    Document("copy/leave.md", "Employees in Germany have 30 days of annual leave."),
    Document("gateway.md", "The gateway has eight channels."),
    Document("pay.md", "Pay arrives on the 25th."),
]


def kit(folder: Path, **settings: object) -> Kit:
    made = testing.kit(folder, settings={f"retrieve.{name}": value for name, value in settings.items()})
    made.ingest(DOCUMENTS)
    return made


def test_a_trace_adds_up_and_names_the_words(tmp_path: Path) -> None:
    made = kit(tmp_path)
    found = made.explain("How many days of leave in Germany?", 3)
    assert [each.hit for each in found] == made.search("How many days of leave in Germany?", 3)
    first = found[0].trace
    assert first.terms == ("days", "leave", "germany")
    assert (first.dense_rank, first.keyword_rank) == (1, 1)
    assert first.duplicates == ("copy/leave.md",)
    for each in found:
        parts = (each.trace.dense_share, each.trace.keyword_share, each.trace.names_share)
        assert each.trace.fused == each.hit.score == pytest.approx(sum(parts))
        assert each.trace.rerank is None


def test_a_passage_without_a_word_of_the_question_has_a_keyword_score_of_nothing(tmp_path: Path) -> None:
    last = kit(tmp_path).explain("leave in Germany", 9)[-1].trace
    assert (last.keyword_rank, last.keyword_score, last.terms) == (None, 0.0, ())
    assert last.dense_rank is not None
    assert last.dense_score is not None


@pytest.mark.parametrize(("fusion", "other"), [("dense", "keyword"), ("keyword", "dense")])
def test_one_search_alone_says_nothing_of_the_other(tmp_path: Path, fusion: str, other: str) -> None:
    trace = kit(tmp_path, fusion=fusion).explain("leave in Germany", 1)[0].trace
    assert getattr(trace, f"{other}_score") is None
    assert getattr(trace, f"{other}_share") == 0
    assert getattr(trace, f"{fusion}_share") == trace.fused > 0


def test_a_document_that_the_question_names_goes_before_others_that_say_the_same(tmp_path: Path) -> None:
    made = testing.kit(tmp_path)
    text = "Quarterly report of {}.\n\n# Sales\n\nTotal sales were {} million. Sales of phones grew."
    reports = {"2023 Q1 NRB.md": ("Norrby", 31), "2023 Q2 NRB.md": ("Norrby", 32), "2023 Q1 HLM.md": ("Holm", 33)}
    made.ingest([Document(uri, text.format(*words), media_type="text/markdown") for uri, words in reports.items()])
    for question, uri, names in [
        ("What were the total sales of Norrby in Q2 2023?", "2023 Q2 NRB.md", ("2023", "norrby", "q2")),
        ("What were the total sales of Holm?", "2023 Q1 HLM.md", ("holm",)),
    ]:
        first = made.explain(question, 3)[0]
        assert (first.hit.chunk.uri, first.trace.names, first.hit.names) == (uri, names, frozenset(names))
        assert first.trace.names_share > 0
    assert all(each.trace.names_share == 0 for each in made.explain("What were the total sales?", 3))
    assert all(each.trace.names_share == 0 for each in made.explain("What were the total sales in 2023?", 3))


def test_what_a_document_says_first_that_it_is_about_is_known_of_its_passages(tmp_path: Path) -> None:
    made = testing.kit(tmp_path)
    text = "# Changelog\n\nChanges to {}, a tool.\n\n## 3.2\n\nSupport for Windows 7 was removed."
    made.ingest([Document("a.md", text.format("gridpull"), media_type="text/markdown")])
    question = "Which version of gridpull removed Windows 7?"
    assert {each.hit.subject for each in made.explain(question, 3)} == {"gridpull"}
    made.ingest([Document("b.md", text.format("tapwrit"), media_type="text/markdown")])
    told = {each.hit.chunk.uri: each.hit.subject for each in made.explain(question, 6)}
    assert told == {"a.md": "gridpull", "b.md": ""}
    assert not any(each.hit.subject for each in made.explain("Which version removed Windows 7?", 6))


@pytest.mark.parametrize(
    "question", ["What does the latest price list say a box costs?", "What is the current price of a box?"]
)
def test_the_last_of_documents_that_are_called_the_same_goes_first_where_it_is_asked_for(
    tmp_path: Path, question: str
) -> None:
    made = testing.kit(tmp_path)
    for uri in ("prices-2023.md", "prices-2025.md", "prices-2024.md", "rates-2026.md"):
        made.ingest([Document(uri, f"A box of the price list costs {len(uri)} in {uri[-7:-3]}.")])
    first = made.explain(question, 4)[0]
    assert first.hit.chunk.uri == "prices-2025.md"
    assert first.trace.names_share > 0
    assert {each.hit.chunk.uri for each in made.explain(question, 4) if each.hit.names} == {"prices-2025.md"}


def test_a_comparison_finds_the_passages_of_either_side(tmp_path: Path) -> None:
    made = testing.kit(tmp_path)
    many = [f"# Pump\n\nThe pump P1 lifts water from well {number}. Its price was raised." for number in range(8)]
    made.ingest([Document(f"{number}.md", text) for number, text in enumerate(many)])
    made.ingest(Document("fan.md", "# Fan\n\nThe fan F1 costs 40 euros."))
    found = made.explain("Which is cheaper, the pump P1 or the fan F1?", 5)
    assert len({each.hit.chunk.embedded_text for each in found}) == 5
    told = {each.hit.chunk.uri: each.trace.question for each in found}
    assert told["fan.md"] == "How much does the fan F1 cost?"
    assert [each.hit.score for each in found] == sorted((each.hit.score for each in found), reverse=True)
    assert all(not each.trace.question for each in made.explain("What does the fan F1 cost?", 5))


@pytest.mark.parametrize("fusion", ["rrf", "dense", "keyword"])
def test_names_count_where_scores_are_added_up(tmp_path: Path, fusion: str) -> None:
    assert all(each.trace.names == () for each in kit(tmp_path, fusion=fusion).explain("leave in Germany", 3))


class Fixed:
    """Knows the scores beforehand."""

    def __init__(self, **scores: float) -> None:
        self.scores = scores

    def rerank(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        scored = [replace(hit, score=self.scores[hit.chunk.uri]) for hit in hits]
        return sorted(scored, key=lambda hit: -hit.score)


def traced(uri: str, score: float) -> Traced:
    hit = replace(passage(f"Text of {uri}.", uri), score=score)
    return Traced(hit, Trace(1, score, None, None, (), score, 0.0, score))


def test_a_second_opinion_is_added_to_the_first() -> None:
    found = [traced("a", 0.8), traced("b", 0.72), traced("c", 0.4), traced("d", 0.38)]
    blend = blended(Fixed(a=0.0, b=0.9, c=0.5), "query", found, 3, 0.2)
    assert [each.hit.chunk.uri for each in blend] == ["b", "a", "c", "d"]
    assert [each.hit.score for each in blend] == pytest.approx([1.08 / 1.2, 1 / 1.2, 0.6 / 1.2, 0.475 / 1.2])
    assert [each.trace.rerank for each in blend] == [0.9, 0.0, 0.5, None]
    assert [each.trace.fused for each in blend] == [0.72, 0.8, 0.4, 0.38]


@pytest.mark.parametrize(
    ("rerank", "why"),
    [
        (lambda hits: hits[:1], "gave 1 hits for 2"),
        (lambda hits: [hits[0], hits[0]], "or not the same"),
        (lambda hits: [replace(hit, score=float("nan")) for hit in hits], "gave the score nan"),
        (lambda hits: [replace(hit, score=1000.0) for hit in hits], "gave the score 1000"),
        (lambda hits: [(hit, 0.5) for hit in hits], "failed: AttributeError"),
        (lambda hits: hits[99], "failed: IndexError"),
    ],
)
def test_a_reranker_whose_scores_cannot_be_is_named(rerank: Callable[[list[Hit]], list[Hit]], why: str) -> None:
    class Own:
        def rerank(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
            return rerank([*hits])

    with pytest.raises(ModelError, match=rf"The reranker Own .*{why}.*retrieve\.reranker"):
        blended(Own(), "query", [traced("a", 0.5), traced("b", 0.4)], 2, 0.2)


def test_a_weight_of_nothing_changes_no_order() -> None:
    found = [traced("a", 0.02), traced("b", 0.01)]
    assert [each.hit.chunk.uri for each in blended(Fixed(a=0.0, b=1.0), "query", found, 2, 0.0)] == ["a", "b"]
    assert blended(Fixed(), "query", [], 2, 0.2) == []
