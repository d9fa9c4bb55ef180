"""What every reranker keeps to. Add a function that makes one and it to `MAKERS`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ragkit.models.reader import ReaderModel
from ragkit.protocols import Reranker
from ragkit.retrieve.crossencoder import CrossEncoderReranker
from ragkit.retrieve.rerank import ReaderReranker
from tests.conftest import passage
from tests.cross_encoder_models import save_cross_encoder

QUERY = "How many days of annual leave do employees in Germany have?"
HITS = [
    passage("The gateway has eight channels and needs 12 W.", "gateway.md"),
    passage("Annual leave is applied for in Burrow, at least two weeks ahead.", "burrow.md"),
    passage("Employees in Germany have 30 days of annual leave a year.", "leave.md"),
]


def reader(folder: Path) -> Reranker:
    return ReaderReranker(ReaderModel())


def cross_encoder(folder: Path) -> Reranker:
    return CrossEncoderReranker(str(save_cross_encoder(folder / "model")), offline=True)


MAKERS: list[Callable[[Path], Reranker]] = [reader, cross_encoder]


@pytest.fixture(scope="module", params=MAKERS, ids=lambda maker: maker.__name__)
def reranker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Reranker:
    made: Reranker = request.param(tmp_path_factory.mktemp("reranker"))
    return made


def test_what_answers_comes_first(reranker: Reranker) -> None:
    assert reranker.rerank(QUERY, HITS)[0].chunk.uri == "leave.md"


def test_the_same_hits_in_the_order_of_their_scores(reranker: Reranker) -> None:
    ranked = reranker.rerank(QUERY, HITS)
    assert {hit.chunk.id for hit in ranked} == {hit.chunk.id for hit in HITS}
    assert [hit.score for hit in ranked] == sorted((hit.score for hit in ranked), reverse=True)
    assert all(0 <= hit.score <= 1 for hit in ranked)


def test_a_passage_beyond_the_window_is_cut(reranker: Reranker) -> None:
    long = passage("leave " * 3_000, "long.md")
    assert len(reranker.rerank(QUERY, [long, *HITS])) == 4


def test_no_hits_stay_none(reranker: Reranker) -> None:
    assert list(reranker.rerank(QUERY, [])) == []
