"""The default retriever: dense and keyword candidates from the store, fused into one ranking."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ragkit.config import Retrieve
from ragkit.plugins import query_vectors
from ragkit.protocols import Embedder, Store
from ragkit.retrieve.documents import NOT_NAMED, Named, named
from ragkit.retrieve.fusion import Ranking, Scores, Shares, fused, ordered
from ragkit.retrieve.parties import Parties, parties
from ragkit.retrieve.spelling import corrected
from ragkit.retrieve.trace import Trace, Traced
from ragkit.subquestions import apart
from ragkit.types import EVERYTHING, Chunk, Hit, Scope

if TYPE_CHECKING:
    from ragkit.protocols import Matches, Vectors
    from ragkit.retrieve.expand import Expansion


log = logging.getLogger(__name__)

A_FEW = 4
"""At most one in so many of the returned passages is there for the definitions of the parties' names."""

ALIKE = 3
"""Passages of the same words below different headings that are returned where there are others."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What each kind of search found, and the score of every candidate in each kind."""

    rankings: Mapping[str, Ranking]
    scores: Mapping[str, Scores]
    matches: Matches | None


@dataclass(frozen=True, slots=True)
class _Kept:
    """A candidate and the equal passages that it stands for."""

    key: int
    chunk: Chunk
    duplicates: list[str]


class HybridRetriever:
    """Retrieves from one store. ``retrieve.fusion`` names the way: both searches, or one of them alone."""

    def __init__(
        self,
        store: Store,
        embedder: Callable[[], Embedder],
        settings: Retrieve,
        expansion: Expansion | None = None,
    ) -> None:
        self._expansion = expansion
        self._store = store
        self._embedder = embedder
        self._settings = settings

    def retrieve(self, query: str, k: int, scope: Scope = EVERYTHING) -> Sequence[Hit]:
        """At most ``k`` hits, best first; ``origins`` tells each one's rank in the rankings that found it."""
        return [traced.hit for traced in self.traced(query, k, scope)]

    def traced(self, query: str, k: int, scope: Scope = EVERYTHING) -> list[Traced]:
        """`retrieve`, and how each hit came to its place.

        Of a comparison, a passage is as good as for the question that it answers best: the whole, or that of one side.
        """
        typed, query = query, self.spelled(query, scope)
        if query != typed:
            log.info("Searched for: %s", query)
        found, more = self._traced(query, k, scope), apart(query)
        if not more:
            return found
        found += [
            Traced(each.hit, replace(each.trace, question=question))
            for question in more
            for each in self._traced(question, k, scope)
        ]
        best: dict[str, Traced] = {}
        for each in sorted(found, key=lambda traced: -traced.hit.score):
            best.setdefault(each.hit.chunk.embedded_text, each)
        return list(best.values())[:k]

    def _traced(self, query: str, k: int, scope: Scope) -> list[Traced]:
        depth = max(k, self._settings.candidates)
        stale = ""
        while True:
            embedder = None if self._settings.fusion == "keyword" else self._embedder()
            vectors = None if embedder is None else self._embedded(query, embedder)
            with self._store.snapshot():
                if embedder and stale != embedder.fingerprint != self._store.embedder_fingerprint:
                    # reindexed with another since: the question's vector means something else
                    stale = embedder.fingerprint
                    continue
                others, matches = self._matched(query, scope)
                if others.questions and embedder is not None and vectors is not None:
                    vectors = np.concatenate([vectors, query_vectors(embedder, others.questions)])
                found = self._search(vectors, matches, depth, scope)
                asked = self._named(query, found)
                shares = _with_names(self._shares(found), asked)
                kept = self._with(others, self._distinct(ordered(shares), k, others.documents), shares, k)
                break
        ranks = {name: {key: n for n, (key, _) in enumerate(ranking, 1)} for name, ranking in found.rankings.items()}
        having = matches.terms([each.key for each in kept]) if matches else {}
        terms = [tuple(term for term, here in having.items() if here[place]) for place in range(len(kept))]
        return [
            _traced(each, found, ranks, own, shares[each.key], asked.get(each.key, NOT_NAMED))
            for each, own in zip(kept, terms, strict=True)
        ]

    def _embedded(self, query: str, embedder: Embedder) -> Vectors:
        """The query and what it is expanded to, a row each."""
        more = self._expansion.texts(query) if self._expansion else []
        return query_vectors(embedder, [query, *more])

    def _matched(self, query: str, scope: Scope) -> tuple[Parties, Matches | None]:
        """What the query matches by its words, and by those of the parties that it names; nothing in a dense search."""
        if self._settings.fusion == "dense":
            return Parties(), None
        matches = self._store.matches(query, scope)
        others = parties(query, matches, self._store, scope)
        return others, self._store.matches(" ".join([query, *others.names]), scope) if others.names else matches

    def spelled(self, query: str, scope: Scope, *, names: bool = True) -> str:
        """The query with its misspelt words as the documents in scope write them, if ``retrieve.spelling`` is on."""
        if not self._settings.spelling:
            return query
        from ragkit.models import bundled

        with self._store.snapshot():
            return corrected(
                query,
                lambda: self._store.words(scope),
                lambda word: bool(self._store.matches(word, scope).best(1)),
                lambda word: bundled.tokenizer().token_to_id(word) is not None,
                names=names,
            )

    def _shares(self, found: _Found) -> Shares:
        return fused(
            self._settings.fusion,
            found.rankings,
            found.scores,
            dense_weight=self._settings.dense_weight,
            keyword_weight=self._settings.keyword_weight,
        )

    def _named(self, query: str, found: _Found) -> Mapping[int, Named]:
        """How much each candidate's document is asked for by its names; ranks have no part for that."""
        if self._settings.fusion != "scores" or found.matches is None:
            return {}
        return named(query, list(found.scores["keyword"]), found.matches, self._store)

    def _distinct(self, ranking: Ranking, k: int, preferred: Collection[str]) -> list[_Kept]:
        """The first ``k`` whose texts differ: a page that stands in eight folders is one answer, not eight.

        Of equal ones that of a ``preferred`` document stays. Of words that are the same below many headings, such as
        the options of many commands, `ALIKE` leave room for others.
        """
        kept: dict[str, _Kept] = {}
        alike = Counter[str]()
        for start in range(0, len(ranking), k):
            keys = [key for key, _ in ranking[start : start + k]]
            for key, chunk in zip(keys, self._store.chunks(keys), strict=True):
                first = kept.get(chunk.embedded_text)
                if first and chunk.uri in preferred and first.chunk.uri not in preferred:
                    kept[chunk.embedded_text] = _Kept(key, chunk, [first.chunk.uri, *first.duplicates])
                elif first:
                    first.duplicates.append(chunk.uri)
                else:
                    alike[chunk.text] += 1
                    kept[chunk.embedded_text] = _Kept(key, chunk, [])
            if sum(min(count, ALIKE) for count in alike.values()) >= k:
                break
        return _less_alike(list(kept.values()), k, preferred)

    def _with(self, others: Parties, kept: list[_Kept], shares: Shares, k: int) -> list[_Kept]:
        """The passages for a question that names parties otherwise than the documents do.

        The last of them make room for those that define the names. A clause that several contracts have in the same
        words counts for the contract that is asked about alone.
        """
        own = {each.chunk.text for each in kept if each.chunk.uri in others.documents}
        kept = [each for each in kept if each.chunk.uri in others.documents or each.chunk.text not in own]
        known, documents = {each.key for each in kept}, {each.chunk.uri for each in kept}
        keys = [key for key in others.keys if key in shares and key not in known]
        defining = [
            _Kept(key, chunk, [])
            for key, chunk in zip(keys, self._store.chunks(keys), strict=True)
            if chunk.uri in documents
        ][: k // A_FEW]
        return [*kept[: k - len(defining)], *defining]

    def _search(self, vectors: Vectors | None, matches: Matches | None, depth: int, scope: Scope) -> _Found:
        rankings: dict[str, Ranking] = {}
        vector = None if vectors is None else _middle(vectors)
        if vector is not None:
            rankings["dense"] = self._store.dense(vector, depth, scope)
        if matches is not None:
            rankings["keyword"] = matches.best(depth)
        # A passage that one search did not reach has a score in it all the same.
        keys = sorted({key for ranking in rankings.values() for key, _ in ranking})
        scores: dict[str, Scores] = {}
        if vector is not None:
            known = dict(rankings["dense"])
            missing = [key for key in keys if key not in known]
            scores["dense"] = known | dict(zip(missing, self._store.similarity(vector, missing), strict=True))
        if matches is not None:
            scores["keyword"] = dict(zip(keys, matches.of(keys), strict=True))
        return _Found(rankings, scores, matches)


def _middle(vectors: Vectors) -> Vectors:
    """The unit vector between some, shape ``(1, dimension)``."""
    middle = vectors.mean(axis=0, keepdims=True)
    length = float((middle @ middle.T).item()) ** 0.5
    return vectors if len(vectors) == 1 or not length else middle / length


def _with_names(shares: Shares, asked: Mapping[int, Named]) -> Shares:
    return {key: {**parts, "names": asked.get(key, NOT_NAMED).share} for key, parts in shares.items()}


def _traced(
    kept: _Kept,
    found: _Found,
    ranks: Mapping[str, Mapping[int, int]],
    terms: tuple[str, ...],
    shares: Mapping[str, float],
    asked: Named,
) -> Traced:
    origins = {name: places[kept.key] for name, places in ranks.items() if kept.key in places}
    score = sum(shares.values())
    trace = Trace(
        dense_rank=origins.get("dense"),
        dense_score=found.scores["dense"][kept.key] if "dense" in found.scores else None,
        keyword_rank=origins.get("keyword"),
        keyword_score=found.scores["keyword"][kept.key] if "keyword" in found.scores else None,
        terms=terms,
        dense_share=shares.get("dense", 0.0),
        keyword_share=shares.get("keyword", 0.0),
        fused=score,
        duplicates=tuple(kept.duplicates),
        names=tuple(sorted(asked.words)),
        names_share=asked.share,
    )
    return Traced(Hit(kept.chunk, score, origins, asked.words, asked.subject), trace)


def _less_alike(kept: Sequence[_Kept], k: int, preferred: Collection[str]) -> list[_Kept]:
    """The first ``k``; those with the words of `ALIKE` others before them only where there are too few others."""
    seen, alike = Counter[str](), list[int]()
    for each in kept:
        seen[each.chunk.text] += 1
        if seen[each.chunk.text] > ALIKE and each.chunk.uri not in preferred:
            alike.append(each.key)
    too_many = set(alike[max(0, k - len(kept) + len(alike)) :])
    return [each for each in kept if each.key not in too_many][:k]
