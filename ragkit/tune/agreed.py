"""Where an answer stands, by what several language models said: RAGTruth (Niu et al., 2024).

Nobody marked the answer's place in the passages there. But people marked what the models made up, and the sentence of
the passages that the rest of most answers comes down to is where the answer stands. Where most say that the passages
do not tell, they do not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ragkit.lexical import content
from ragkit.sentences import sentence_spans
from ragkit.tune.claims import passages_of
from ragkit.tune.data import Question

Place = tuple[int, int, int]
"""A passage's number and the span of one of its sentences."""

LEAST_WORDS, LEAST_PLACE_WORDS = 4, 3
"""Words that carry meaning, of a sentence of an answer and of a passage."""
ALIKE = 0.5
"""F-measure of their words from which one may come from the other."""
VOTES, SHARE = 3, 0.6
"""Answers that must agree, at least, and their share of all."""
LONGEST = 220
"""Characters: a longer sentence says more than the answer."""
_DECLINES = "unable to answer"


def agreed(rows: Iterable[Mapping[str, Any]], stem: str) -> Iterator[Question]:
    """The questions of records with ``source_id``, ``question``, ``context``, ``response`` and ``labels``."""
    sources: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        sources[str(row["source_id"])].append(row)
    for source, answers in sources.items():
        text = answers[0]["question"]
        passages = passages_of(answers[0]["context"])
        group = f"{stem}/{source}"
        if sum(_DECLINES in answer["response"].lower() for answer in answers) >= VOTES:
            yield Question(text, passages[0], (), answerable=False, group=group)
        elif place := _place(answers, passages):
            number, start, end = place
            yield Question(text, passages[number], ((start, end),), answerable=True, group=group)


def _place(answers: Sequence[Mapping[str, Any]], passages: Sequence[str]) -> Place | None:
    """The sentence that most answers come down to, unless it is long."""
    places = {
        (number, start, end): words
        for number, passage in enumerate(passages)
        for start, end in sentence_spans(passage)
        if len(words := set(content(passage[start:end]))) >= LEAST_PLACE_WORDS
    }
    votes = Counter(place for answer in answers for place in _sources(answer, places))
    best, count = votes.most_common(1)[0] if votes else ((0, 0, 0), 0)
    enough = count >= max(VOTES, SHARE * len(answers))
    return best if enough and best[2] - best[1] <= LONGEST else None


def _sources(answer: Mapping[str, Any], places: Mapping[Place, set[str]]) -> set[Place]:
    """Where the sentences of an answer come from, those left out that hold something made up."""
    found = set()
    for start, end in sentence_spans(answer["response"]):
        said = set(content(answer["response"][start:end]))
        made_up = any(label["start"] < end and start < label["end"] for label in answer["labels"])
        if made_up or len(said) < LEAST_WORDS or not places:
            continue
        near = {place: 2 * len(said & words) / (len(said) + len(words)) for place, words in places.items()}
        nearest = max(near, key=lambda place: near[place])
        if near[nearest] >= ALIKE:
            found.add(nearest)
    return found
