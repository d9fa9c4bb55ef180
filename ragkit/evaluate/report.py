"""What a run amounts to: figures with intervals, over all cases and by kind, as JSON and as Markdown.

The JSON keeps the score of every case, so that a report is also a baseline that another can be paired with.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from ragkit.errors import ConfigError
from ragkit.evaluate.own import make_name, makes
from ragkit.evaluate.statistics import Estimate, Pairs, paired_percentile, paired_ratio, percentile, proportion, ratio
from ragkit.evaluate.suite import Case
from ragkit.evaluate.table import all_metrics
from ragkit.evaluate.trial import STATES, Score, State, Summary

Settings = Mapping[str, str | int | float | bool | None]
"""What the answers depend on, by name: pipeline, generator, embedder and so on."""

SCORED = "scored with "
"""Goes before a setting of a run that was scored again under another."""
FEWEST = 6
"""Pairs below which the sign test tells nothing at 5 %: five heads out of five come up once in 16 times."""

Verdict = Literal["better", "worse", ""]


class Measured(msgspec.Struct, frozen=True):
    """A figure, None when no case could be scored; ``states`` counts the cases in each state, ``n`` those scored."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    states: dict[State, int]
    method: str = ""


class CaseScores(msgspec.Struct, frozen=True):
    """``(part, whole)`` by metric, for those scored; ``digest`` tells whether another report had the same case."""

    digest: str
    scores: dict[str, tuple[float, float]]


class Report(msgspec.Struct, frozen=True):
    """A scored run. ``missing`` counts the cases that have not been asked; ``kinds`` breaks the figures down."""

    suite: str
    half: str
    settings: dict[str, str | int | float | bool | None]
    missing: int
    metrics: dict[str, Measured]
    kinds: dict[str, dict[str, Measured]]
    cases: dict[str, CaseScores]


class Difference(msgspec.Struct, frozen=True):
    """``report`` less ``baseline``, both over the ``n`` cases that both scored; ``alike``: they were measured alike."""

    report: float
    baseline: float
    value: float
    low: float
    high: float
    n: int
    alike: bool = True

    @property
    def certain(self) -> bool:
        """Whether the interval leaves out 0, and there are so many pairs that all of one sign are no chance."""
        return self.alike and self.n >= FEWEST and (self.low > 0 or self.high < 0)

    def verdict(self, metric: str) -> Verdict:
        """Which way ``metric`` went, if that is certain."""
        gained = (self.value > 0) == (all_metrics()[metric].better == "higher")
        return ("better" if gained else "worse") if self.certain else ""


def make_report(
    suite: str, half: str | None, settings: Settings, scores: Sequence[tuple[Case, dict[str, Score]]], missing: int = 0
) -> Report:
    """The report of these cases and their scores; its settings name the makes of the metrics of plug-ins, too."""
    kinds = sorted({case.kind for case, _ in scores})
    return Report(
        suite=suite,
        half=half or "all",
        settings={**settings, **makes()},
        missing=missing,
        metrics=_measure_all([own for _, own in scores]),
        kinds={kind: _measure_all([own for case, own in scores if case.kind == kind]) for kind in kinds},
        cases={case.id: CaseScores(case.digest, _pairs(own)) for case, own in scores},
    )


def compare(report: Report, baseline: Report) -> dict[str, Difference]:
    """Paired differences by metric, over the cases that both have; metrics without such cases are left out."""
    differences = {}
    judge = _judge(report) == _judge(baseline)
    cases = [(report.cases[case].scores, baseline.cases[case].scores) for case in in_common(report, baseline)]
    for name, metric in all_metrics().items():
        both = [(ours[name], theirs[name]) for ours, theirs in cases if name in ours and name in theirs]
        if both:
            pairs = [ours for ours, _ in both], [theirs for _, theirs in both]
            made = make_name(name)
            alike = report.settings.get(made) == baseline.settings.get(made) and (judge or not metric.judged)
            differences[name] = _difference(metric.summary, *pairs, alike=alike)
    return differences


def _judge(report: Report) -> dict[str, object]:
    """The verifier that judged: of a run that was scored again, the one of then."""
    settings = {key.removeprefix(SCORED): value for key, value in report.settings.items()}
    return {key: value for key, value in settings.items() if key.startswith("verify.verifier")}


def in_common(report: Report, baseline: Report) -> list[str]:
    """The cases, by id, that are the same in both."""
    return [
        name
        for name, case in report.cases.items()
        if name in baseline.cases and baseline.cases[name].digest == case.digest
    ]


def to_json(report: Report) -> str:
    """JSON with one line a case."""
    data: dict[str, Any] = msgspec.to_builtins(report)
    cases = data.pop("cases")
    head = json.dumps(data, indent=2, allow_nan=False).removesuffix("\n}")
    lines = ",\n".join(f"    {json.dumps(name)}: {json.dumps(case, allow_nan=False)}" for name, case in cases.items())
    return f'{head},\n  "cases": {{\n{lines}\n  }}\n}}\n'


def read_report(path: Path) -> Report:
    """The report in ``path``; raises `ConfigError` when it cannot be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Report)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror}.",
            "Name a report.json or its folder. A run that was cut off has none: ragkit eval run goes on with it.",
        ) from error
    except msgspec.MsgspecError as error:
        hint = "Name a report.json of ragkit eval run or score."
        raise ConfigError(f"{path} is no report: {error}.", hint) from error


def _pairs(scores: Mapping[str, Score]) -> dict[str, tuple[float, float]]:
    return {name: (score.part, score.of) for name, score in scores.items() if score.state == "scored"}


def _measure_all(cases: Sequence[Mapping[str, Score]]) -> dict[str, Measured]:
    return {name: _measured(metric.summary, [case[name] for case in cases]) for name, metric in all_metrics().items()}


def _measured(summary: Summary, scores: Sequence[Score]) -> Measured:
    states = {state: sum(score.state == state for score in scores) for state in STATES}
    pairs = [(score.part, score.of) for score in scores if score.state == "scored"]
    if not pairs:
        return Measured(None, None, None, 0, states)
    estimate = _estimate(summary, pairs)
    return Measured(estimate.value, estimate.low, estimate.high, len(pairs), states, estimate.method)


def _estimate(summary: Summary, pairs: Pairs) -> Estimate:
    if summary == "proportion":
        return proportion(pairs)
    if summary == "ratio":
        return ratio(pairs)
    return percentile(pairs, 50 if summary == "p50" else 95)


def _difference(summary: Summary, ours: Pairs, theirs: Pairs, *, alike: bool) -> Difference:
    figures = _estimate(summary, ours).value, _estimate(summary, theirs).value
    paired = _paired(summary, ours, theirs)
    return Difference(*figures, paired.value, paired.low, paired.high, len(ours), alike)


def _paired(summary: Summary, ours: Pairs, theirs: Pairs) -> Estimate:
    if summary in {"proportion", "ratio"}:
        return paired_ratio(ours, theirs)
    return paired_percentile(ours, theirs, 50 if summary == "p50" else 95)
