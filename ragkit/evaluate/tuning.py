"""Which way of fusing finds the most on a user's own labelled questions: chosen by cross-validation, not by hope.

One search of each question gives every candidate's scores; fusing them in another way needs no further search. The
choice is made on four fifths of the questions and read on the fifth left out, in turn, so that the gain that is told is
one on questions that had no say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from ragkit.config import Retrieve
from ragkit.errors import UsageError
from ragkit.evaluate.gold import Place, proofs, proves, with_copies
from ragkit.evaluate.metrics import ndcg_at, recall_at, words
from ragkit.evaluate.pipeline_file import settings_file
from ragkit.evaluate.statistics import Estimate, paired_ratio, ratio
from ragkit.evaluate.suite import Case
from ragkit.retrieve.fusion import Ranking, fused, ordered
from ragkit.retrieve.trace import Traced
from ragkit.types import Document

FOLDS = 5
FEWEST = 10
"""Questions with fewer there is nothing to choose by."""
CUT = 10
WEIGHTS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.8, 0.9)
LENGTHS = (3, 5, 8, 10, 12, 15, 20)
ENOUGH = 0.99
"""Of the recall of the longest list, for a shorter one."""


@dataclass(frozen=True, slots=True)
class Option:
    """A way to fuse; ``dense_weight`` and the keyword weight add up to 1."""

    fusion: str
    dense_weight: float


OPTIONS = (Option("keyword", 0.5), Option("dense", 0.5), *(Option(f, w) for f in ("scores", "rrf") for w in WEIGHTS))


@dataclass(frozen=True, slots=True)
class Tuning:
    """What was chosen. ``gain`` is nDCG@10 of choices on questions left out, less that of the settings as they were."""

    chosen: Option
    hits: int
    questions: int
    before: Estimate
    after: Estimate
    gain: Estimate


@dataclass(frozen=True, slots=True)
class _Question:
    """The candidates' scores by kind of search, and which of them hold which gold quotes."""

    scores: Mapping[str, Mapping[int, float]]
    rankings: Mapping[str, Ranking]
    holders: Sequence[frozenset[int]]
    fold: int

    def order(self, option: Option) -> list[int]:
        shares = fused(
            option.fusion,
            self.rankings,
            self.scores,
            dense_weight=option.dense_weight,
            keyword_weight=1 - option.dense_weight,
        )
        return [key for key, _ in ordered(shares)]

    def ranks(self, option: Option) -> list[int | None]:
        """The rank of the first passage that holds each quote."""
        order = self.order(option)
        return [next((rank for rank, key in enumerate(order, 1) if key in held), None) for held in self.holders]


def tune(
    cases: Sequence[Case],
    search: Callable[[str], Sequence[Traced]],
    documents: Callable[[str], Document],
    settings: Retrieve,
) -> Tuning:
    """Chooses fusion, weights and number of hits for the answerable of ``cases``.

    Args:
        cases: Labelled questions.
        search: Many candidates with their traces, of both kinds of search.
        documents: The document of a uri as the cases write it.
        settings: As they are now: what the choice is compared with.

    Raises:
        UsageError: There are fewer than ten answerable questions.
        ConfigError: A gold quote does not stand in its document.
    """
    usable = [case for case in cases if case.answerable and case.gold]
    if len(usable) < FEWEST:
        raise UsageError(
            f"There are {len(usable)} questions with gold quotes; choosing needs {FEWEST}.", "Label more questions."
        )
    shuffled = _shuffled(usable)
    folds = _folds(shuffled)
    questions = [_question(case, search, documents, fold) for case, fold in zip(shuffled, folds, strict=True)]
    whole = settings.dense_weight + settings.keyword_weight
    present = Option(settings.fusion, settings.dense_weight / whole if whole else 0.5)
    options = [present, *(option for option in OPTIONS if option != present)]
    gains = {option: [ndcg_at(question.ranks(option), CUT) for question in questions] for option in options}
    left_out = [0.0] * len(questions)
    for fold in range(FOLDS):
        kept = [place for place, question in enumerate(questions) if question.fold != fold]
        chosen = _best(options, gains, kept)
        for place in set(range(len(questions))) - set(kept):
            left_out[place] = gains[chosen][place]
    gain = paired_ratio(_pairs(left_out), _pairs(gains[present]))
    chosen = _best(options, gains, range(len(questions))) if gain.value > 0 else present
    return Tuning(
        chosen,
        _hits(questions, chosen),
        len(questions),
        ratio(_pairs(gains[present])),
        ratio(_pairs(left_out)),
        gain,
    )


def pipeline_file(tuning: Tuning, others: Mapping[str, object] | None = None) -> str:
    """A pipeline file (TOML) that sets what was chosen, and says how well it did.

    ``others`` are settings, by dotted key, of the pipeline that was tuned: the new one sets them too.
    """
    chosen, gain = tuning.chosen, tuning.gain
    told = {
        **(others or {}),
        "retrieve.hits": tuning.hits,
        "retrieve.fusion": chosen.fusion,
        "retrieve.dense_weight": round(chosen.dense_weight, 2),
        "retrieve.keyword_weight": round(1 - chosen.dense_weight, 2),
    }
    return settings_file(
        told,
        f"Chosen by ragkit tune retrieval on {tuning.questions} questions.",
        f"nDCG@{CUT}: {tuning.before.value:.3f} before, {tuning.after.value:.3f} on questions left out; "
        f"{gain.value:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}].",
    )


def _question(
    case: Case, search: Callable[[str], Sequence[Traced]], documents: Callable[[str], Document], fold: int
) -> _Question:
    found = list(enumerate(search(case.question)))
    gold = with_copies(proofs(case, documents), sorted({each.hit.chunk.uri for _, each in found}), documents)
    places = {key: Place(each.hit.chunk.uri, each.hit.chunk.start, each.hit.chunk.end) for key, each in found}
    traces = {key: each.trace for key, each in found}
    ranks = {
        "dense": {key: trace.dense_rank for key, trace in traces.items() if trace.dense_rank},
        "keyword": {key: trace.keyword_rank for key, trace in traces.items() if trace.keyword_rank},
    }
    return _Question(
        scores={
            "dense": {key: trace.dense_score or 0.0 for key, trace in traces.items()},
            "keyword": {key: trace.keyword_score or 0.0 for key, trace in traces.items()},
        },
        rankings={
            kind: [(key, 0.0) for key, _ in sorted(some.items(), key=lambda item: item[1])]
            for kind, some in ranks.items()
        },
        holders=[frozenset(key for key, place in places.items() if proves(place, proof)) for proof in gold],
        fold=fold,
    )


def _shuffled(cases: Sequence[Case]) -> list[Case]:
    """In an order that has nothing to do with how they were written, the same each time."""
    return sorted(cases, key=lambda case: hashlib.sha256(case.id.encode()).digest())


def _folds(cases: Sequence[Case]) -> list[int]:
    """The fold of each case: a question that is asked twice has no say in its own either."""
    asked = [tuple(words(case.question)) for case in cases]
    places = {question: place for place, question in enumerate(dict.fromkeys(asked))}
    return [places[question] % FOLDS for question in asked]


def _best(options: Sequence[Option], gains: Mapping[Option, Sequence[float]], places: Sequence[int] | range) -> Option:
    """The best over these questions; of equals the first, which is what is set now."""
    return max(options, key=lambda option: sum(gains[option][place] for place in places))


def _hits(questions: Sequence[_Question], option: Option) -> int:
    """The shortest list that finds nearly as much as the longest."""
    ranks = [list(question.ranks(option)) for question in questions]
    flat = list(chain.from_iterable(ranks))
    enough = ENOUGH * recall_at(flat, LENGTHS[-1])
    return next(length for length in LENGTHS if recall_at(flat, length) >= enough)


def _pairs(values: Sequence[float]) -> list[tuple[float, float]]:
    return [(value, 1.0) for value in values]
