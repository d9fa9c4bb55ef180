"""How far ragkit's metrics agree with people, who rated answers that two models gave from passages.

    .venv/bin/python evals/bench_humans.py --data DIR [--verifier trained|lexical]

DIR is a folder of public sets, with MTRAG's human evaluations in ``dev/mtrag_human`` (Katsis et al. 2025): of each
answer three people said from 1 to 4 how faithful to its passages, appropriate and complete it is, and which answer they
prefer. Every measure is turned so that more of it is better. Conversations are drawn for the intervals, since the
questions of one hang together.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import fmean, median
from typing import Any

import numpy as np

from ragkit.evaluate.answers import Given, score_answers
from ragkit.evaluate.metrics import rouge_l, words
from ragkit.evaluate.report import CaseScores
from ragkit.evaluate.suite import UNANSWERABLE, Case, Suite
from ragkit.protocols import Verifier
from ragkit.tune.judge import LEAST, CountVerifier
from ragkit.tune.score import Estimate, Floats, auroc, bootstrap
from ragkit.tune.verifier import SUPPORTED_ABOVE
from ragkit.types import Support
from ragkit.verify.claims import drafts
from ragkit.verify.lexical import LexicalVerifier
from ragkit.verify.trained import TrainedVerifier

FILE = "dev/mtrag_human/reference_subset_with_human_evaluations.json"
WRITTEN = "reference"
"""Who wrote the answers that the others are compared with: beside themselves they tell nothing."""
RATINGS = ("faithfulness", "appropriateness", "completeness", "win-rate")
GOOD = 3
"""Of 1 to 4, "mostly yes": an answer is faithful if the median of its raters says at least that."""
JUDGES = {"rl_f": "LLM judge of faithfulness (RAGAS), in the set", "rb_llm": "LLM judge (RAD-Bench), in the set"}
VERIFIERS = {"trained": TrainedVerifier, "lexical": LexicalVerifier}


@dataclass(frozen=True, slots=True)
class Rated:
    """An answer, what it was given from, and what each rater said of it; ``judges`` are the scores in the set."""

    task: str
    kind: str
    model: str
    question: str
    passages: tuple[str, ...]
    reference: str
    answer: str
    ratings: Mapping[str, Mapping[str, float]]
    judges: Mapping[str, float]

    @property
    def conversation(self) -> str:
        """What its question is a turn of."""
        return self.task.partition("<::>")[0]


class Remembering:
    """A verifier that is asked once for each claim that several measures ask it about."""

    def __init__(self, verifier: Verifier) -> None:
        self.name = verifier.name
        self._verifier = verifier
        self._known: dict[tuple[str, tuple[str, ...], str], Support] = {}

    def verify(self, claims: Sequence[str], passages: Sequence[str], question: str = "") -> Sequence[Support]:
        """What the verifier found."""
        keys = [(claim, tuple(passages), question) for claim in claims]
        new = list(dict.fromkeys(key for key in keys if key not in self._known))
        found = self._verifier.verify([claim for claim, _, _ in new], passages, question) if new else ()
        self._known |= zip(new, found, strict=True)
        return [self._known[key] for key in keys]


def load(path: Path) -> list[Rated]:
    """The rated answers of a file of MTRAG's human evaluations."""
    data = json.loads(path.read_text(encoding="utf-8"))
    tasks = {task["task_id"]: task for task in data["tasks"]}
    texts = {document["document_id"]: document["text"] for document in data["documents"]}
    return [_rated(each, tasks[each["task_id"]], texts) for each in data["evaluations"]]


def _rated(evaluation: Mapping[str, Any], task: Mapping[str, Any], texts: Mapping[str, str]) -> Rated:
    said = evaluation["annotations"]
    return Rated(
        task=task["task_id"],
        kind=task["Answerability"][0].lower(),
        model=evaluation["model_id"],
        question=task["input"][-1]["text"],
        passages=tuple(texts[context["document_id"]] for context in task["contexts"]),
        reference=task["targets"][0]["text"],
        answer=evaluation["model_response"],
        ratings={name: {who: float(one["value"]) for who, one in said[name].items()} for name in RATINGS},
        judges={name: float(said[name]["composite"]["value"]) for name in JUDGES if name in said},
    )


def scores(rated: Sequence[Rated], verifier: Verifier) -> list[CaseScores]:
    """Each answer under the metrics of ``ragkit eval score``, as a user of that command has them."""
    found: dict[tuple[str, str], CaseScores] = {}
    for model in dict.fromkeys(each.model for each in rated):
        own = [each for each in rated if each.model == model]
        suite = Suite(model, "", Path(), Path(), tuple(map(_case, own)))
        given = {each.task: Given(each.task, each.answer, passages=each.passages) for each in own}
        with tempfile.TemporaryDirectory() as folder:
            report = score_answers(given, suite, out=Path(folder), verifier=verifier)
        found |= {(model, task): case for task, case in report.cases.items()}
    return [found[each.model, each.task] for each in rated]


def _case(rated: Rated) -> Case:
    """Only where the passages tell is there an answer that others are compared with."""
    reference = "" if rated.kind == UNANSWERABLE else rated.reference
    return Case(rated.task, rated.kind, rated.question, (reference,) if reference else (), reference, ())


def abstained(case: CaseScores) -> bool:
    """Whether the answer was taken for an abstention."""
    if "abstention_recall" in case.scores:
        return case.scores["abstention_recall"][0] > 0
    return case.scores["answered_rate"][0] == 0


def measures(rated: Sequence[Rated], cases: Sequence[CaseScores], verifier: Verifier) -> dict[str, Floats]:
    """By name, one figure an answer: more is better; nan where it is not scored."""
    told: dict[str, list[float]] = {}
    for name, sign in (("hallucination_rate_context", -1), ("hallucination_rate", -1), ("token_f1", 1), ("rouge_l", 1)):
        told[f"`{name}`"] = [sign * _share(case.scores.get(name)) for case in cases]
    trust = partial(_trust, verifier=verifier)
    told["chance that all sentences are supported"] = [trust(each, math.fsum) for each in rated]
    told["the same, of the mean sentence"] = [trust(each, fmean) for each in rated]
    told["few novel words (count)"] = [_trust(each, math.fsum, CountVerifier()) for each in rated]
    told["ROUGE-L with the passages"] = [rouge_l(each.answer, "\n".join(each.passages)) for each in rated]
    told["share of words that the passages have"] = [_known(each) for each in rated]
    told["brevity (words)"] = [-float(len(words(each.answer))) for each in rated]
    for name, description in JUDGES.items():
        told[description] = [each.judges.get(name, math.nan) for each in rated]
    return {name: np.array(values, dtype=np.float64) for name, values in told.items()}


def _share(score: tuple[float, float] | None) -> float:
    return score[0] / score[1] if score else math.nan


def _trust(rated: Rated, together: Callable[[list[float]], float], verifier: Verifier) -> float:
    """The logarithms of the support of the answer's sentences."""
    claims = [draft.text.strip() for draft in drafts(rated.answer, rated.passages)]
    found = verifier.verify(claims, rated.passages, rated.question)
    return together([math.log(max(each.score, LEAST)) for each in found]) if found else math.nan


def _known(rated: Rated) -> float:
    own, theirs = Counter(words(rated.answer)), set(words("\n".join(rated.passages)))
    return sum(count for word, count in own.items() if word in theirs) / max(1, own.total())


def ranks(values: Floats) -> Floats:
    """From 1; equal values share the mean of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    shared: Floats = (np.cumsum(counts) - (counts - 1) / 2)[places]
    return shared


def spearman(one: Floats, other: Floats) -> float:
    """The correlation of the ranks; nan where all values of one are equal."""
    own, theirs = ranks(one) - (len(one) + 1) / 2, ranks(other) - (len(other) + 1) / 2
    spread = math.sqrt(float(own @ own) * float(theirs @ theirs))
    return float(own @ theirs) / spread if spread else math.nan


def estimate(measure: Callable[[Floats, Floats], float], one: Floats, other: Floats, groups: Sequence[str]) -> Estimate:
    """The measure over the rows where both are known, with an interval from drawing whole groups."""
    known = ~(np.isnan(one) | np.isnan(other))
    names = np.array(groups)[known]
    rows = [np.flatnonzero(names == name) for name in dict.fromkeys(names.tolist())]
    own, theirs = one[known], other[known]

    def of(picks: Floats) -> float:
        chosen = np.concatenate([rows[int(pick)] for pick in picks])
        return measure(own[chosen], theirs[chosen])

    return replace(bootstrap(of, np.arange(len(rows), dtype=np.float64)), n=int(known.sum()))


def others(rated: Sequence[Rated], rating: str) -> tuple[Floats, Floats, list[int]]:
    """What each rater said, what the others of the same answer said on average, and which answer it is of."""
    found = [
        (said, fmean(value for other, value in each.ratings[rating].items() if other != who), row)
        for row, each in enumerate(rated)
        for who, said in each.ratings[rating].items()
        if len(each.ratings[rating]) > 1
    ]
    one, rest, rows = zip(*found, strict=True)
    return np.array(one), np.array(rest), list(rows)


def table(rated: Sequence[Rated], told: Mapping[str, Floats]) -> str:
    """A Markdown table: each measure beside the mean of the raters, and whether their median is "faithful"."""
    groups = [each.conversation for each in rated]
    people = {name: np.array([fmean(each.ratings[name].values()) for each in rated]) for name in RATINGS}
    faithful = np.array([float(median(each.ratings["faithfulness"].values()) >= GOOD) for each in rated])
    lines = [f"| measure | n | faithful: AUROC | {' | '.join(RATINGS)} |", "|---" * (len(RATINGS) + 3) + "|"]
    for name, values in told.items():
        found = [estimate(auroc, values, faithful, groups)]
        found += [estimate(spearman, values, people[rating], groups) for rating in RATINGS]
        lines.append(f"| {name} | {found[0].n} | {' | '.join(map(_cell, found))} |")
    cells = []
    for rating in RATINGS:
        one, rest, rows = others(rated, rating)
        cells.append(_cell(estimate(spearman, one, rest, [groups[row] for row in rows])))
    return "\n".join(
        [*lines, f"| one person, beside the mean of the others | {len(rated)} | - | {' | '.join(cells)} |"]
    )


def _cell(found: Estimate) -> str:
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]"


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--verifier", choices=tuple(VERIFIERS), default="trained")
    options = parser.parse_args()
    rated = load(options.data / FILE)
    verifier = Remembering(VERIFIERS[options.verifier](SUPPORTED_ABOVE))
    cases = scores(rated, verifier)
    taken = Counter((each.kind, abstained(case)) for each, case in zip(rated, cases, strict=True))
    print("taken for abstentions, of the answers to questions that are")
    for kind in dict.fromkeys(each.kind for each in rated):
        print(f"- {kind}: {taken[kind, True]} of {taken[kind, True] + taken[kind, False]}")
    rows = [(each, case) for each, case in zip(rated, cases, strict=True) if each.model != WRITTEN]
    machine = [each for each, _ in rows]
    print(f"\n{table(machine, measures(machine, [case for _, case in rows], verifier))}")


if __name__ == "__main__":
    main()
