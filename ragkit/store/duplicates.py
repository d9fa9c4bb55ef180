"""Documents that say nearly the same: they crowd each other out of the hits.

MinHash (Broder 1997, "On the resemblance and containment of documents") over shingles of words finds candidates by
banding (Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", section 3.4); their resemblance is then counted.
"""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ragkit.store import codec

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHINGLE = 3
"""Words in a row."""
BANDS, ROWS = 16, 4
"""A pair that shares 0.8 of its shingles is missed once in 5,000 times; one that shares 0.3 is compared once in 8."""
LEAST = 0.8
"""Share of their shingles that near duplicates have in common."""
FEWEST = 20
"""Shingles: shorter documents resemble each other too easily, and only copies are told."""
MANY = 12
"""Documents in one bucket: of more, which are mostly copies of one text, each is compared with the next only."""
_WORD = re.compile(r"\w+")


class Pair(NamedTuple):
    """Two documents and their resemblance: shingles in both over shingles in either."""

    first: str
    second: str
    resemblance: float


def near_duplicates(connection: sqlite3.Connection) -> list[Pair]:
    """Pairs of documents that resemble each other, most alike first. A group of n is told by n - 1 pairs."""
    bands: dict[tuple[int, bytes], list[str]] = defaultdict(list)
    for uri, blob in connection.execute("SELECT uri, text FROM documents ORDER BY uri"):
        found = shingles(codec.unpack_text(blob))
        if len(found) >= FEWEST:
            for number, band in enumerate(_signature(found).reshape(BANDS, ROWS)):
                bands[number, band.tobytes()].append(uri)
        elif len(found):
            bands[BANDS, found.tobytes()].append(uri)
    candidates = {pair for uris in bands.values() for pair in _pairs(uris)}
    pairs = [Pair(*pair, _resemblance(connection, *pair)) for pair in sorted(candidates)]
    return _spanning(sorted((pair for pair in pairs if pair.resemblance >= LEAST), key=lambda pair: -pair.resemblance))


def shingles(text: str) -> NDArray[np.uint64]:
    """The hashes of every `SHINGLE` words in a row, each once, ascending."""
    words = np.array([zlib.crc32(word.encode()) for word in _WORD.findall(text.lower())], dtype=np.uint64)
    if len(words) < SHINGLE:
        return np.empty(0, np.uint64)
    rows = np.zeros(len(words) - SHINGLE + 1, np.uint64)
    for place in range(SHINGLE):
        rows = _mixed(rows ^ words[place : place + len(rows)])
    return np.unique(rows)


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of splitmix64 (Steele, Lea and Flood 2014): every bit depends on every bit."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _signature(found: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The least of the shingles in each of as many orders as there are rows in all bands."""
    return np.array([_mixed(found ^ np.uint64(seed)).min() for seed in range(1, BANDS * ROWS + 1)], dtype=np.uint64)


def _pairs(uris: list[str]) -> Iterator[tuple[str, str]]:
    return combinations(uris, 2) if len(uris) <= MANY else pairwise(uris)


def _resemblance(connection: sqlite3.Connection, first: str, second: str) -> float:
    rows = connection.execute("SELECT text FROM documents WHERE uri IN (?, ?)", (first, second))
    one, other = (shingles(codec.unpack_text(blob)) for (blob,) in rows)
    both = len(np.intersect1d(one, other, assume_unique=True))
    return both / (len(one) + len(other) - both)


def _spanning(pairs: list[Pair]) -> list[Pair]:
    """The pairs that join documents not joined yet: of copies of copies, each is named once."""
    group: dict[str, str] = {}

    def root(uri: str) -> str:
        while (above := group.get(uri, uri)) != uri:
            uri = above
        return uri

    kept = []
    for pair in pairs:
        first, second = root(pair.first), root(pair.second)
        if first != second:
            group[second] = first
            kept.append(pair)
    return kept
