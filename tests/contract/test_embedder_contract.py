"""What every embedder keeps to. Add a fixture that gives a maker of one and its name to `MAKERS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from ragkit.config import Generate, Ingest, Settings
from ragkit.models.minilm import MiniLMEmbedder
from ragkit.protocols import Embedder
from ragkit.testing import HashingEmbedder
from tests.embedding_models import embedding_server, save_sentence_transformer

Maker = Callable[[], Embedder]

MAKERS = ["minilm", "hashing", "sentence_transformers", "openai_endpoint"]


@pytest.fixture(scope="module")
def minilm() -> Maker:
    return MiniLMEmbedder


@pytest.fixture(scope="module")
def hashing() -> Maker:
    return HashingEmbedder


@pytest.fixture(scope="module")
def sentence_transformers(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    from ragkit.models.embedders import SentenceTransformersEmbedder

    folder = save_sentence_transformer(tmp_path_factory.mktemp("tiny"))
    return lambda: SentenceTransformersEmbedder(str(folder), Ingest(), offline=True)


@pytest.fixture(scope="module")
def openai_endpoint() -> Iterator[Maker]:
    from ragkit.models.embedders import EndpointEmbedder

    with embedding_server() as url:
        yield lambda: EndpointEmbedder(url, "m", Settings(generate=Generate(retries=0)))


@pytest.fixture(scope="module", params=MAKERS)
def maker(request: pytest.FixtureRequest) -> Maker:
    made: Maker = request.getfixturevalue(request.param)
    return made


@pytest.fixture(scope="module")
def made(maker: Maker) -> Embedder:
    return maker()


def test_vectors_are_unit_rows_of_the_dimension(made: Embedder) -> None:
    texts = ["one two three", "", "a longer text about loggers and probes " * 30]
    for vectors in (made.embed_passages(texts), made.embed_queries(texts)):
        assert vectors.shape == (3, made.dimension)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


def test_rows_are_in_the_order_of_the_texts(made: Embedder) -> None:
    texts = [f"{word} two three " * length for length in (40, 1, 7) for word in ("one", "gateway", "leave")] * 10
    together = made.embed_passages(texts)
    alone = np.concatenate([made.embed_passages([text]) for text in texts[:9]])
    assert (together[:9] * alone).sum(axis=1).min() > 0.999
    assert (together[9:18] * alone).sum(axis=1).min() > 0.999


def test_no_texts_give_no_rows(made: Embedder) -> None:
    assert made.embed_passages([]).shape == (0, made.dimension)
    assert made.embed_queries([]).shape == (0, made.dimension)
    assert made.count_tokens([]) == []


def test_like_texts_are_nearer_than_unlike_ones(made: Embedder) -> None:
    query = made.embed_queries(["annual leave in Germany"])[0]
    near, far = made.embed_passages(["Annual leave in Germany is 30 days.", "The gateway has eight channels."])
    assert query @ near > query @ far


def test_tokens_are_counted_and_grow_with_the_text(made: Embedder) -> None:
    short, long = made.count_tokens(["one two", "one two three four five"])
    assert 0 < short < long
    assert made.count_tokens(["one two " * made.max_tokens])[0] > made.max_tokens


def test_the_fingerprint_names_the_embedder_and_is_stable(maker: Maker, made: Embedder) -> None:
    from ragkit.models.embedders import made_with

    again = maker()
    assert made.fingerprint == again.fingerprint
    assert made_with(made.fingerprint) == made.name
    assert made.dimension == again.dimension
    assert made.max_tokens > 16
