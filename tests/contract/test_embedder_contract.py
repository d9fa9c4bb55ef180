from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ragkit.models.minilm import MiniLMEmbedder
from ragkit.protocols import Embedder
from ragkit.testing import HashingEmbedder

MAKERS: list[Callable[[], Embedder]] = [MiniLMEmbedder, HashingEmbedder]


@pytest.fixture(params=MAKERS, ids=lambda maker: maker.__name__)
def made(request: pytest.FixtureRequest) -> Embedder:
    embedder: Embedder = request.param()
    return embedder


def test_vectors_are_unit_rows_of_the_dimension(made: Embedder) -> None:
    texts = ["one two three", "", "a longer text about loggers and probes " * 30]
    for vectors in (made.embed_passages(texts), made.embed_queries(texts)):
        assert vectors.shape == (3, made.dimension)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


def test_no_texts_give_no_rows(made: Embedder) -> None:
    assert made.embed_passages([]).shape == (0, made.dimension)
    assert made.count_tokens([]) == []


def test_like_texts_are_nearer_than_unlike_ones(made: Embedder) -> None:
    query = made.embed_queries(["annual leave in Germany"])[0]
    near, far = made.embed_passages(["Annual leave in Germany is 30 days.", "The gateway has eight channels."])
    assert query @ near > query @ far


def test_tokens_are_counted_and_grow_with_the_text(made: Embedder) -> None:
    short, long = made.count_tokens(["one two", "one two three four five"])
    assert 0 < short < long


def test_the_fingerprint_is_stable(made: Embedder) -> None:
    assert made.fingerprint == type(made)().fingerprint
