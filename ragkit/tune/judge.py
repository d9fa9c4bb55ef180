"""How good a verifier is on labelled claims, with intervals; and the baseline that every verifier has to beat.

A claim is judged sentence by sentence, as an answer is. That all of it is supported has the product of its
sentences' scores as its score. "Unsupported" is the class that F1 is about. Intervals come from resampling sources.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ragkit.lexical import content, numbers
from ragkit.protocols import Verifier
from ragkit.tune.claims import LabelledClaim, sentences, units
from ragkit.tune.data import characters
from ragkit.tune.score import Estimate, Floats, auroc, bootstrap, calibration_error
from ragkit.types import Support

LEAST = 1e-9
NUMBER_WEIGHT = 3
Measure = Callable[[Floats], float]


class CountVerifier:
    """The baseline: stemmed content words that stand in no passage, novel numbers weighted three times."""

    name = "count"

    def verify(self, claims: Sequence[str], passages: Sequence[str], question: str = "") -> list[Support]:
        """Scores that fall with the count, so that their product falls with the sum; no verdicts."""
        text = "\n".join(passages)
        known, figures = set(content(text)), numbers(text)
        return [
            Support("unchecked", math.exp(-len(set(content(c)) - known) - NUMBER_WEIGHT * len(numbers(c) - figures)))
            for c in claims
        ]


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim with a finding for each of its sentences; ``labels`` are the sentences, or empty where unlabelled."""

    claim: LabelledClaim
    findings: tuple[Support, ...]
    labels: tuple[LabelledClaim, ...]

    @property
    def doubt(self) -> float:
        """How likely some sentence is unsupported: minus the logarithm of the product of the scores."""
        return -sum(math.log(max(finding.score, LEAST)) for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Bars:
    """What counts as unsupported: a claim from this doubt on, a sentence from this doubt on."""

    claim: float
    sentence: float


def judge(verifier: Verifier, claims: Iterable[LabelledClaim]) -> list[Judged]:
    """The verifier's findings on each claim's sentences."""
    judged = []
    for claim in claims:
        texts = [claim.claim[start:end] for start, end in units(claim.claim)]
        findings = verifier.verify(texts, claim.passages, claim.question)
        judged.append(Judged(claim, tuple(findings), tuple(sentences(claim))))
    return judged


def fit_bars(judged: Sequence[Judged]) -> Bars:
    """The bars with the greatest F1 on these claims: to be found on training claims, to be used on others."""
    return Bars(_best_f1(_whole(judged))[1], _best_f1(_parts(judged))[1])


def measure(judged: Sequence[Judged], bars: Bars) -> dict[str, Estimate]:
    """What the labels of the claims allow to be measured.

    "F1" and "balanced accuracy" are at the bars; "best F1" is at the bar that these very claims would choose.
    """
    whole, parts = _whole(judged), _parts(judged)
    table = _rates("claim", whole, bars.claim) | _rates("sentence", parts, bars.sentence)
    if len(parts):
        chances = np.column_stack([parts[:, 0], np.exp(-parts[:, 1]), 1 - parts[:, 2]])
        table["sentence calibration error"] = _estimate(lambda rows: calibration_error(rows[:, 1], rows[:, 2]), chances)
    counts = _span_counts(judged)
    if counts[:, 1].sum():
        table["span F1"] = _estimate(_span_f1, counts)
    return table


def report(tables: Mapping[str, Mapping[str, Estimate]]) -> str:
    """A Markdown table, one row for each set; sets of claims without labels for a measure have a dash."""
    columns = list(dict.fromkeys(name for table in tables.values() for name in table))
    lines = ["| | n | " + " | ".join(columns) + " |", "|---" * (len(columns) + 2) + "|"]
    for name, table in tables.items():
        cells = [f"{e.value:.3f} [{e.low:.3f}, {e.high:.3f}]" if (e := table.get(c)) else "-" for c in columns]
        lines.append(f"| {name} | {next(iter(table.values())).n} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _rates(level: str, rows: Floats, bar: float) -> dict[str, Estimate]:
    """``rows`` has columns source, doubt, and 1 for unsupported."""
    if not 0 < rows[:, 2].sum() < len(rows):
        return {}
    measures: dict[str, Measure] = {
        "AUROC": lambda some: auroc(some[:, 1], some[:, 2]),
        "best F1": lambda some: _best_f1(some)[0],
        "F1": lambda some: _f1(some[:, 1] >= bar, some[:, 2]),
        "balanced accuracy": lambda some: _balanced(some[:, 1] >= bar, some[:, 2]),
    }
    return {f"{level} {name}": _estimate(how, rows) for name, how in measures.items()}


def _estimate(how: Measure, rows: Floats) -> Estimate:
    """The measure with an interval from drawing sources, because sentences of one source are alike."""
    groups = [rows[rows[:, 0] == source] for source in np.unique(rows[:, 0])]
    draw = bootstrap(
        lambda picks: how(np.concatenate([groups[int(p)] for p in picks])), np.arange(len(groups), dtype=float)
    )
    return replace(draw, n=len(rows))


def _whole(judged: Sequence[Judged]) -> Floats:
    return _table((j.claim.source, j.doubt, not j.claim.supported) for j in judged)


def _parts(judged: Sequence[Judged]) -> Floats:
    found = (
        (j, finding, label) for j in judged if j.labels for finding, label in zip(j.findings, j.labels, strict=True)
    )
    return _table((j.claim.source, -math.log(max(f.score, LEAST)), not label.supported) for j, f, label in found)


def _table(rows: Iterable[tuple[str, float, bool]]) -> Floats:
    """Shape (n, 3), the sources as numbers."""
    known: dict[str, int] = {}
    filled = [(known.setdefault(source, len(known)), doubt, wrong) for source, doubt, wrong in rows]
    return np.array(filled, dtype=np.float64).reshape(-1, 3)


def _f1(flagged: np.typing.NDArray[np.bool_], wrong: Floats) -> float:
    total = float(flagged.sum() + wrong.sum())
    return 2 * float(wrong[flagged].sum()) / total if total else 0.0


def _balanced(flagged: np.typing.NDArray[np.bool_], wrong: Floats) -> float:
    right = wrong == 0
    return float((flagged[~right].mean() + (~flagged[right]).mean()) / 2) if right.any() and (~right).any() else np.nan


def _best_f1(rows: Floats) -> tuple[float, float]:
    """The greatest F1 over all bars, and its bar; (0, infinity) without rows."""
    if not len(rows):
        return 0.0, math.inf
    order = np.argsort(-rows[:, 1], kind="stable")
    doubts, hits = rows[order, 1], np.cumsum(rows[order, 2])
    scores = 2 * hits / (np.arange(1, len(rows) + 1) + max(1.0, hits[-1]))
    # A bar cannot part equal doubts: only the last of them ends a choice.
    scores[:-1][doubts[:-1] == doubts[1:]] = -1
    best = int(scores.argmax())
    return float(scores[best]), float(doubts[best])


def _span_counts(judged: Sequence[Judged]) -> Floats:
    """For each claim with known spans: source, characters marked, characters found, both."""
    rows: list[tuple[str, int, int, int]] = []
    for each in judged:
        if each.claim.spans is not None:
            marked, found = characters(each.claim.spans), set[int]()
            for (start, _), finding in zip(units(each.claim.claim), each.findings, strict=True):
                found |= {start + place for place in characters(finding.unsupported_spans)}
            rows.append((each.claim.source, len(marked), len(found), len(marked & found)))
    known = {source: float(n) for n, source in enumerate(dict.fromkeys(row[0] for row in rows))}
    return np.array([(known[source], *map(float, counts)) for source, *counts in rows]).reshape(-1, 4)


def _span_f1(rows: Floats) -> float:
    """F1 over characters, of all claims together, as for RAGTruth."""
    _, marked, found, both = rows.sum(axis=0)
    return float(2 * both / (marked + found)) if marked + found else 0.0
