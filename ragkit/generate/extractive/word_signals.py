"""What the words of a candidate, and its place, say of how likely it answers; and candidates by such signals.

Scores are those of a logistic regression (the fits stand in DECISIONS.md), so they are probabilities, and abstention is
a threshold on them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from ragkit.generate.extractive.answer_types import asked_for, lacks
from ragkit.generate.extractive.candidates import Candidate
from ragkit.generate.extractive.document_names import of_other_times
from ragkit.generate.extractive.edition_lines import is_edition_unasked
from ragkit.generate.extractive.mail_headers import is_header_unasked
from ragkit.generate.extractive.other_parties import is_of_other_party
from ragkit.generate.extractive.question_rewriting import Asked
from ragkit.generate.extractive.table_rows import rival_rows
from ragkit.lexical import content, rivals, words
from ragkit.odds import logistic
from ragkit.types import Evidence, Hit

SHORTEST_WORDS = 3


def word_signals(question: str, found: Sequence[Candidate], passages: Sequence[Hit]) -> list[dict[str, float]]:
    """What the words say of each candidate, each between 0 and 1; the question is put in its words.

    ``coverage`` is the share of the question's words that stand in the sentence, weighted by their rarity; ``context``
    the share that stands in its headings only; ``rival`` is 1 when both have another one of a kind than is asked for
    (PL-10 for PL-50), it is for other cases or another party's, it is the header of a message or tells the edition of
    a document, and neither is asked about, or its document is of another time; ``lacks`` is 1 when it has nothing of
    the sort that is asked for, such as a weight; ``rank`` falls with the passage's; ``drop`` is the share by which the
    passage's retrieval score falls short of the best; ``short`` is 1 for a fragment.
    """
    kind, (beside, held) = asked_for(question), rival_rows(question, found, passages)
    rarity = _rarity([candidate.text for candidate in found])
    best = max((hit.score for hit in passages), default=0.0) or 1.0
    put, stems_of, of_other = Asked(question, passages), cache(content), of_other_times(question, passages)
    signals = []
    for candidate in found:
        here, around = set(content(candidate.text)) | held.get(candidate, set()), set(content(candidate.context))
        whole = passages[candidate.passage].chunk.text
        asked = put.of(candidate.passage, candidate.text, candidate.context, whole)
        wanted = stems_of(asked)
        total = sum(map(rarity, wanted)) or 1.0
        is_other = candidate in beside or of_other[candidate.passage]
        is_other = is_other or rivals(asked, candidate.text, candidate.context)
        is_other = is_other or is_header_unasked(question, candidate.text)
        is_other = is_other or is_edition_unasked(question, candidate.text)
        is_other = is_other or is_of_other_party(question, candidate.text)
        signals.append(
            {
                "coverage": sum(rarity(word) for word in wanted if word in here) / total,
                "context": sum(rarity(word) for word in wanted if word in around - here) / total,
                "rival": float(is_other or put.tells_case(candidate.passage, candidate.text) is False),
                "lacks": float(lacks(kind, candidate.text)),
                "rank": 1 / (1 + candidate.passage),
                "drop": min(1.0, (best - passages[candidate.passage].score) / abs(best)),
                "short": float(len(words(candidate.text)) < SHORTEST_WORDS),
            }
        )
    return signals


def ranked(
    found: Sequence[Candidate], signals: Sequence[Mapping[str, float]], weights: Mapping[str, float], bias: float
) -> list[Evidence]:
    """The candidates as evidence, best first, by the logistic of their weighted signals."""
    scored = [
        Evidence(each.passage, each.start, each.end, logistic(bias + sum(w * signal[n] for n, w in weights.items())))
        for each, signal in zip(found, signals, strict=True)
        if not each.names_columns
    ]
    return sorted(scored, key=lambda evidence: (-evidence.score, evidence.passage, evidence.start))


def _rarity(texts: Sequence[str]) -> Callable[[str], float]:
    """Inverse frequency of a stem among the candidate sentences."""
    counts = Counter(word for text in texts for word in set(content(text)))
    return lambda word: math.log(1 + len(texts) / (1 + counts[word]))
