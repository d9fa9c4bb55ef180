"""Passages that look like answers and are not, which is where a reader learns to say no.

Four kinds, after what is known from SQuAD 2.0 and from dense retrieval with mined negatives: passages that BM25
ranks high but that lack the answer; the right passage without the sentence that answers; the question with one
name or number exchanged; and any other passage.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ragkit.squad import normalise
from ragkit.tune.data import Question, Span

_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+|\n+")
_NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][a-z]+|\d[\d,.]*\d|\d)\b")
_ARTICLE_SIZE = 8
_RARE = 0.05


class BM25:
    """Okapi BM25 (Robertson and Zaragoza, 2009; k1 1.2, b 0.75) over passages in memory."""

    def __init__(self, passages: Sequence[str]) -> None:
        bags = [Counter(words(passage)) for passage in passages]
        lengths = np.array([sum(bag.values()) for bag in bags], dtype=np.float32)
        self._norm = 1.2 * (0.25 + 0.75 * lengths / max(1.0, float(lengths.mean())))
        postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, bag in enumerate(bags):
            for word, count in bag.items():
                postings[word].append((number, count))
        self._postings = {word: np.array(places, dtype=np.int64).T for word, places in postings.items()}
        self._size = len(passages)

    def rare_words(self, text: str) -> int:
        """How many of the text's words stand in fewer than one passage in twenty (and in at least one)."""
        known = (self._postings.get(word) for word in set(words(text)))
        return sum(1 for places in known if places is not None and places.shape[1] < max(2, _RARE * self._size))

    def search(self, text: str, k: int) -> list[int]:
        """Numbers of the best ``k`` passages, best first; only those that share a word with ``text``."""
        scores: NDArray[np.float32] = np.zeros(self._size, dtype=np.float32)
        for word in set(words(text)):
            places = self._postings.get(word)
            if places is not None:
                numbers, counts = places
                weight = math.log(1 + (self._size - len(numbers) + 0.5) / (len(numbers) + 0.5))
                scores[numbers] += weight * counts * 2.2 / (counts + self._norm[numbers])
        best = np.argsort(-scores, kind="stable")[:k]
        return [int(number) for number in best if scores[number] > 0]


def words(text: str) -> list[str]:
    """Lower-case words with a plural s taken off, so that "logger" finds "loggers"."""
    return [word[:-1] if len(word) > 3 and word.endswith("s") else word for word in _WORD.findall(text.lower())]


def sentences(text: str) -> list[Span]:
    """Spans of the sentences and lines of ``text``, without the space between them."""
    spans, start = [], 0
    for gap in _SENTENCE_END.finditer(text):
        if text[start : gap.start()].strip():
            spans.append((start, gap.start()))
        start = gap.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return spans


@lru_cache(maxsize=1 << 15)
def _padded(passage: str) -> str:
    return f" {normalise(passage)} "


def lacks(passage: str, answers: Iterable[str]) -> bool:
    """Whether none of the answers stands in ``passage`` (normalised)."""
    padded = _padded(passage)
    return not any(f" {normalise(answer)} " in padded for answer in answers if normalise(answer))


def near_miss(question: Question) -> str | None:
    """The passage without the sentences that answer, or None when nothing is left or the answer still stands there."""
    if not question.spans:
        return None
    kept = [
        question.passage[start:end]
        for start, end in sentences(question.passage)
        if not any(start < right and left < end for left, right in question.spans)
    ]
    rest = " ".join(kept)
    return rest if kept and len(rest) > 40 and lacks(rest, question.answers) else None


def exchanged(text: str, names: Sequence[str], passage: str, rng: random.Random) -> str | None:
    """The question with one name or number replaced by another of its kind that ``passage`` lacks, or None."""
    places = list(_NAME.finditer(text))
    if not places:
        return None
    place = rng.choice(places)
    numeric = place.group()[0].isdigit()
    for name in rng.sample(names, min(12, len(names))):
        if name[0].isdigit() == numeric and name != place.group() and name not in passage:
            return text[: place.start()] + name + text[place.end() :]
    return None


@dataclass(frozen=True, slots=True)
class Pool:
    """Where the negatives of one corpus come from.

    ``hard`` holds, for each question in order, passages that BM25 ranks high and that lack the answer;
    ``names`` are names and numbers of the corpus's questions; ``titles`` gives each passage's title.
    """

    hard: tuple[tuple[str, ...], ...]
    names: tuple[str, ...]
    titles: dict[str, str]


def mine(questions: Sequence[Question], depth: int = 6) -> Pool:
    """Hard negatives for the questions of one corpus.

    Articles of eight passages or more are searched by themselves, for there the passages share their subject.
    Otherwise the whole corpus is searched, and a question with fewer than two rare words ("What is the product?")
    gets none, because any passage might answer it. A ``whole`` question has its own negatives and no others.
    """
    titles = {question.passage: question.title for question in questions}
    articles: dict[str, list[str]] = defaultdict(list)
    askers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for question in questions:
        articles[question.group].append(question.passage)
        askers[question.group, question.text].add(question.passage)
    distinct = {group: list(dict.fromkeys(passages)) for group, passages in articles.items()}
    everything = list(titles)
    whole = BM25(everything)
    local = len(distinct) > 1
    indexes = {group: BM25(ps) for group, ps in distinct.items() if local and len(ps) >= _ARTICLE_SIZE}

    def hard(question: Question) -> tuple[str, ...]:
        index = indexes.get(question.group)
        if question.whole or (index is None and whole.rare_words(question.text) < 2):
            return question.negatives
        source = distinct[question.group] if index else everything
        found = [source[number] for number in (index or whole).search(question.text, 3 * depth)]
        own = askers[question.group, question.text]
        fit = [passage for passage in found if passage not in own and lacks(passage, question.answers)]
        return (*question.negatives, *fit[:depth])

    names = {match.group() for question in questions for match in _NAME.finditer(question.text)}
    return Pool(tuple(hard(question) for question in questions), tuple(sorted(names)), titles)
