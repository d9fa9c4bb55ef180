"""What every evidence scorer keeps to. Add a function that makes one and it to `MAKERS`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ragkit.config import Generate
from ragkit.generate.extractive.generator import ExtractiveGenerator
from ragkit.generate.extractive.reader_evidence import ReaderEvidence
from ragkit.generate.extractive.similarity_evidence import SimilarityEvidence
from ragkit.models.reader import ReaderModel
from ragkit.protocols import EvidenceScorer
from ragkit.testing import HashingEmbedder
from ragkit.types import Evidence, Hit, Prompt, Sampling
from tests.conftest import passage

LEAVE = "Annual leave is granted by country. Employees in Germany have 30 days of annual leave. Ask in Burrow."
GATEWAY = "The gateway has eight channels. It needs 12 W."
HITS = [passage(LEAVE, "people/leave.md", "Leave", start=100), passage(GATEWAY, "products/gateway.md")]
QUESTION = "How many days of annual leave do employees in Germany have?"


def similarity() -> EvidenceScorer:
    return SimilarityEvidence(HashingEmbedder)


def reader() -> EvidenceScorer:
    return ReaderEvidence(ReaderModel())


MAKERS: list[Callable[[], EvidenceScorer]] = [similarity, reader]


@pytest.fixture(scope="module", params=MAKERS, ids=lambda maker: maker.__name__)
def scorer(request: pytest.FixtureRequest) -> EvidenceScorer:
    made: EvidenceScorer = request.param()
    return made


def text(hits: list[Hit], evidence: Evidence) -> str:
    return hits[evidence.passage].chunk.text[evidence.start : evidence.end]


def test_the_sentence_that_answers_comes_first(scorer: EvidenceScorer) -> None:
    best = scorer.score(QUESTION, HITS)[0]
    assert "30 days" in text(HITS, best)
    assert best.passage == 0
    swapped = HITS[::-1]
    assert "30 days" in text(swapped, scorer.score(QUESTION, swapped)[0])


def test_scores_are_probabilities_best_first(scorer: EvidenceScorer) -> None:
    scores = [evidence.score for evidence in scorer.score(QUESTION, HITS)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_spans_index_the_passage_and_not_the_document(scorer: EvidenceScorer) -> None:
    found = scorer.score(QUESTION, HITS)
    for evidence in found:
        assert 0 <= evidence.start < evidence.end <= len(HITS[evidence.passage].chunk.text)
        assert text(HITS, evidence).strip() == text(HITS, evidence)
    assert len({(each.passage, each.start, each.end) for each in found}) == len(found)


def test_the_same_question_has_the_same_evidence(scorer: EvidenceScorer) -> None:
    assert list(scorer.score(QUESTION, HITS)) == list(scorer.score(QUESTION, HITS))


def test_what_answers_scores_more_than_what_does_not(scorer: EvidenceScorer) -> None:
    asked = scorer.score(QUESTION, HITS)[0].score
    other = scorer.score("Who won the cup final in 1966?", HITS)
    assert not other or other[0].score < asked


@pytest.mark.parametrize("hits", [[], [passage("")], [passage("... --- ...")]])
def test_nothing_to_read_is_no_evidence(scorer: EvidenceScorer, hits: list[Hit]) -> None:
    assert list(scorer.score(QUESTION, hits)) == []


@pytest.mark.parametrize("question", ["?", "the", "word " * 1500, "Wie viele Tage?", "(unbalanced [regex * \\"])
def test_odd_questions_are_scored(scorer: EvidenceScorer, question: str) -> None:
    assert all(0 <= evidence.score <= 1 for evidence in scorer.score(question, HITS))


def test_many_and_long_passages_are_read(scorer: EvidenceScorer) -> None:
    hits = [passage(LEAVE + " Padding follows here." * 200)] + [passage(GATEWAY)] * 20
    best = scorer.score(QUESTION, hits)[0]
    assert (best.passage, text(hits, best)) == (0, "Employees in Germany have 30 days of annual leave.")


def test_nothing_answers_a_question_off_the_subject_in_a_small_store() -> None:
    """The best of bad passages ranks first all the same; the reader has to say that it does not answer."""
    generator = ExtractiveGenerator(ReaderEvidence(ReaderModel()), Generate())
    *_, last = generator.stream(Prompt("Who wrote the opera Aida?", (HITS[1],)), Sampling())
    assert last.finish == "abstain"
