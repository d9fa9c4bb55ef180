"""What every retriever keeps to. Add a function that makes one and it to `MAKERS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ragkit import testing
from ragkit.config import Retrieve
from ragkit.kit import Kit
from ragkit.protocols import Retriever
from ragkit.retrieve.hybrid import HybridRetriever
from ragkit.store.store import Store
from ragkit.testing import HashingEmbedder
from ragkit.types import Document

DOCUMENTS = [
    Document(
        "people/leave.md", "Employees in Germany have 30 days of annual leave.\n\nEmployees in Canada have 22 days."
    ),
    Document("products/gateway.md", "The gateway has eight channels.\n\nIt needs 12 W.", title="Gateway"),
    Document("people/pay.md", "Pay arrives on the 25th.", title="Pay"),
]


def fused(store: Store) -> Retriever:
    return HybridRetriever(store, HashingEmbedder, Retrieve(fusion="scores"))


def ranked(store: Store) -> Retriever:
    return HybridRetriever(store, HashingEmbedder, Retrieve(fusion="rrf"))


def dense(store: Store) -> Retriever:
    return HybridRetriever(store, HashingEmbedder, Retrieve(fusion="dense"))


def keyword(store: Store) -> Retriever:
    return HybridRetriever(store, HashingEmbedder, Retrieve(fusion="keyword"))


MAKERS: list[Callable[[Store], Retriever]] = [fused, ranked, dense, keyword]


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with testing.kit(tmp_path / ".ragkit", settings={"ingest.target_tokens": 8}) as made:
        made.ingest(DOCUMENTS)
        yield made


@pytest.fixture(params=MAKERS, ids=lambda maker: maker.__name__)
def maker(request: pytest.FixtureRequest) -> Callable[[Store], Retriever]:
    made: Callable[[Store], Retriever] = request.param
    return made


@pytest.fixture
def retriever(maker: Callable[[Store], Retriever], kit: Kit) -> Iterator[Retriever]:
    with Store.open(kit.path) as store:
        yield maker(store)


def test_the_passage_that_says_it_comes_first(retriever: Retriever) -> None:
    assert retriever.retrieve("annual leave in Germany", 3)[0].chunk.text.startswith("Employees in Germany")
    assert retriever.retrieve("gateway channels", 3)[0].chunk.uri == "products/gateway.md"


def test_hits_are_best_first_and_each_passage_once(retriever: Retriever) -> None:
    hits = retriever.retrieve("days for employees of the gateway", 10)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) > 1
    assert len({hit.chunk.id for hit in hits}) == len(hits)


def test_k_limits_and_does_not_reorder(retriever: Retriever) -> None:
    query = "days for employees of the gateway"
    many = retriever.retrieve(query, 10)
    for k in range(1, len(many) + 1):
        assert list(retriever.retrieve(query, k)) == list(many[:k])
    assert list(retriever.retrieve(query, 10_000)) == list(many)


def test_the_same_words_below_many_headings_leave_room_for_others(
    maker: Callable[[Store], Retriever], tmp_path: Path
) -> None:
    for name in "abcdefgh":
        page = f"# Command {name}\n\nIt is command {name}.\n\n## Options\n\nThe folder for files is TARGET_DIR.\n"
        (tmp_path / f"{name}.md").write_text(page, encoding="utf-8")
    (tmp_path / "target.md").write_text("TARGET_DIR names the folder of files.\n", encoding="utf-8")
    with testing.kit(tmp_path / ".ragkit", settings={"ingest.target_tokens": 8}) as made:
        made.ingest([tmp_path])
        with Store.open(made.path) as store:
            assert "target.md" in {
                Path(hit.chunk.uri).name for hit in maker(store).retrieve("TARGET_DIR folder for files", 4)
            }
            hits = maker(store).retrieve("TARGET_DIR folder for files", 9)
    assert len(hits) == 9
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_passages_are_spans_of_their_documents(retriever: Retriever, kit: Kit) -> None:
    for hit in retriever.retrieve("employees gateway pay", 10):
        document = kit.document(hit.chunk.uri)
        assert document.text[hit.chunk.start : hit.chunk.end] == hit.chunk.text
        assert hit.chunk.title == document.title


def test_origins_are_ranks(retriever: Retriever) -> None:
    hits = retriever.retrieve("annual leave in Germany", 10)
    assert all(hit.origins for hit in hits)
    assert set(hits[0].origins.values()) == {1}
    for name in {name for hit in hits for name in hit.origins}:
        ranks = [hit.origins[name] for hit in hits if name in hit.origins]
        assert len(set(ranks)) == len(ranks)
        assert min(ranks) >= 1


@pytest.mark.parametrize(
    "query", ['"', "NEAR(a b)* OR -", "🙂", "the of and", "x" * 8000, "a\0b", "DROP TABLE chunks; --"]
)
def test_odd_queries_are_only_words(retriever: Retriever, query: str) -> None:
    assert len(retriever.retrieve(query, 2)) <= 2


def test_an_empty_store_has_nothing(maker: Callable[[Store], Retriever], tmp_path: Path) -> None:
    with testing.kit(tmp_path / "empty") as empty:
        empty.ingest([])
        with Store.open(empty.path) as store:
            assert list(maker(store).retrieve("annual leave", 5)) == []
