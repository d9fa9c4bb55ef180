"""The seams. Each is one or two methods, batch-first and synchronous; `ragkit.registry` maps names to implementations.

An implementation need not inherit from anything here. ``tests/contract`` runs one suite per seam over every
implementation and every public double in `ragkit.testing`.
"""

from __future__ import annotations

import collections.abc
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ragkit.types import (
    EVERYTHING,
    Chunk,
    Document,
    Evidence,
    Hit,
    Opening,
    Piece,
    Prompt,
    Sampling,
    Scope,
    Source,
    Support,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    """Shape ``(n, dimension)``, rows of unit length."""


Pieces = collections.abc.Generator[Piece, None, None]
"""A completion as it arises."""


class Reader(Protocol):
    """Bytes of one format to normalised text with structure."""

    def read(self, source: Source, data: bytes) -> Document:
        """The document, or `ragkit.errors.SourceError` with the reason. Its uri and media type become the source's."""
        ...


class Chunker(Protocol):
    """A document to passages that fit the embedder's window."""

    @property
    def fingerprint(self) -> str:
        """What the chunks depend on; a store holds one fingerprint only."""
        ...

    def chunk(self, document: Document) -> Sequence[Chunk]:
        """Chunks in order of place; together with white space they tile the text."""
        ...


class Embedder(Protocol):
    """Texts to unit vectors."""

    @property
    def fingerprint(self) -> str:
        """``name@digest`` of its weights; a store holds one fingerprint only, and makes the embedder by that name."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """The window in tokens, special tokens included."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as the model counts them, special tokens excluded."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape ``(len(texts), dimension)``."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape ``(len(texts), dimension)``."""
        ...


class VectorIndex(Protocol):
    """Nearest neighbours by inner product over 64-bit ids."""

    def search(self, queries: Vectors, k: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Scores and ids, each of shape ``(len(queries), k)``, best first; id -1 where there are fewer than k."""
        ...


class Retriever(Protocol):
    """A query to ranked hits."""

    def retrieve(self, query: str, k: int, scope: Scope = EVERYTHING) -> Sequence[Hit]:
        """At most ``k`` hits in scope, best first."""
        ...


class Reranker(Protocol):
    """A second opinion on the order of hits."""

    def rerank(self, query: str, hits: Sequence[Hit]) -> Sequence[Hit]:
        """The same hits, best first, scored from 0 to 1."""
        ...


class EvidenceScorer(Protocol):
    """Finds the sentences of passages that answer a question: what the extractive generator builds on."""

    def score(self, question: str, passages: Sequence[Hit]) -> Sequence[Evidence]:
        """Candidate sentences, best first, scored by the probability that they answer."""
        ...


class Generator(Protocol):
    """A prompt to a stream of text."""

    @property
    def name(self) -> str:
        """As in ``--generator``, the model included."""
        ...

    @property
    def context_tokens(self) -> int | None:
        """Room for prompt and completion together, or None when it is not known or does not matter."""
        ...

    @property
    def reads_messages(self) -> bool:
        """Whether it reads a prompt's messages; one that takes only question and passages does nothing but answer."""
        ...

    @property
    def verbatim(self) -> bool:
        """Whether it quotes: what it streams is the answer as it is, in which no thought or refusal is looked for."""
        ...

    def count_tokens(self, text: str) -> int:
        """Tokens of ``text``, exact where the generator can tell, else an upper estimate."""
        ...

    def stream(self, prompt: Prompt, sampling: Sampling) -> Pieces:
        """Pieces as they arise; the last carries ``finish`` and ``usage``. Closing it stops generation."""
        ...


class Verifier(Protocol):
    """Do the passages support the claims?"""

    def verify(self, claims: Sequence[str], passages: Sequence[str], question: str = "") -> Sequence[Support]:
        """One finding for each claim, in order. Claims come without citation markers."""
        ...


class Matches(Protocol):
    """What a keyword search found."""

    def best(self, k: int) -> list[tuple[int, float]]:
        """Row ids and scores (higher is better) of the ``k`` best, best first."""
        ...

    def of(self, rowids: Sequence[int]) -> list[float]:
        """The scores of these rows, in the same order; 0 for one that has no term."""
        ...

    def terms(self, rowids: Sequence[int]) -> Mapping[str, Sequence[bool]]:
        """For each term of the question that any row has, in its order, whether each of these rows does."""
        ...


class Store(Protocol):
    """What retrieval and answering ask of a store; `ragkit.store.store.Store` is the implementation."""

    @property
    def path(self) -> Path:
        """The store's folder."""
        ...

    @property
    def embedder_fingerprint(self) -> str:
        """The embedder that made the vectors, as of now."""
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """What is read inside belongs to one commit."""
        ...

    def dense(self, vector: Vectors, k: int, scope: Scope = EVERYTHING) -> list[tuple[int, float]]:
        """Row ids and inner products of the nearest chunks in scope, best first."""
        ...

    def similarity(self, vector: Vectors, rowids: Sequence[int]) -> list[float]:
        """Inner products of one vector with these chunks, in the same order."""
        ...

    def matches(self, query: str, scope: Scope = EVERYTHING) -> Matches:
        """The chunks in scope that share terms with ``query``, and their BM25 scores."""
        ...

    def words(self, scope: Scope = EVERYTHING) -> Mapping[str, int]:
        """The words that the texts in scope are written in, and how often each is there."""
        ...

    def chunks(self, rowids: Sequence[int]) -> list[Chunk]:
        """The chunks of these row ids, in the same order."""
        ...

    def openings(self, rowids: Sequence[int]) -> Sequence[Opening]:
        """What the documents of these chunks begin with, in the same order."""
        ...

    def document(self, uri: str, scope: Scope = EVERYTHING) -> Document:
        """The document as it was ingested, if it is in scope."""
        ...


Progress = Callable[[str, int, int], None]
"""Called with what is going on, how many are done, and how many there are (0 when not yet known)."""
