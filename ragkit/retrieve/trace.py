"""How a hit came to its place: what ``ragkit search --explain`` shows."""

from __future__ import annotations

from dataclasses import dataclass

from ragkit.types import Hit


@dataclass(frozen=True, slots=True)
class Trace:
    """Why a passage stands where it stands. Ranks count from 1; None: not among the candidates of that search.

    ``dense_score`` is the inner product with the question, ``keyword_score`` BM25 by the statistics of what the asker
    may see, ``terms`` the words of the question that the passage has. ``dense_share`` and ``keyword_share`` are what
    each contributes to ``fused``, and ``names_share`` what it has for the ``names`` (stems) in the question that its
    document is called by. ``rerank`` is the reader's probability that the passage answers, where it was asked.
    ``duplicates`` are the uris of equal passages that were left out for this one. ``question`` is that of one side of a
    comparison, if the passage is there for it: ranks and shares are of that one then.
    """

    dense_rank: int | None
    dense_score: float | None
    keyword_rank: int | None
    keyword_score: float | None
    terms: tuple[str, ...]
    dense_share: float
    keyword_share: float
    fused: float
    rerank: float | None = None
    duplicates: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    names_share: float = 0.0
    question: str = ""


@dataclass(frozen=True, slots=True)
class Traced:
    """A hit with its trace."""

    hit: Hit
    trace: Trace
