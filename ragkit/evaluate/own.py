"""Metrics of plug-ins, by the entry point ``ragkit.metric``: what they are and what they give is looked at.

A plug-in declares ``[project.entry-points."ragkit.metric"] brevity = "my_package:BREVITY"``, a `Metric`.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from numbers import Real
from typing import get_args

from ragkit import registry
from ragkit.errors import ModelError, RagkitError
from ragkit.evaluate.trial import STATES, Better, Measure, Metric, Score, Summary, Trial
from ragkit.plugins import make_of

log = logging.getLogger(__name__)

_told: set[str] = set()
"""What this process was warned of."""


def plug_in_metrics(taken: Collection[str]) -> dict[str, Metric]:
    """The metrics of plug-ins by name.

    Raises:
        RagkitError: One cannot be loaded, is none, or has a name that is ``taken`` or that no gate can be written with.
    """
    found: dict[str, Metric] = {}
    for point in registry.points("metric"):
        try:
            metric = point.load()
            if lack := _lack(metric, point.name, {*taken, *found}):
                raise TypeError(lack)
        except Exception as error:
            raise registry.unmade("metric", point.name, error) from error
        found[point.name] = replace(metric, measure=_Watched(point.name, metric.measure, metric.summary))
    return found


def makes() -> dict[str, str]:
    """What tells one make of each plug-in's metric from the next, by the name that it has in a report's settings."""
    return {make_name(point.name): make_of(point) for point in registry.points("metric")}


def make_name(metric: str) -> str:
    """What a report calls the make of a plug-in's metric."""
    return f"metric {metric} code"


def _lack(metric: object, name: str, taken: Collection[str]) -> str:
    if not isinstance(metric, Metric):
        return f"{type(metric).__name__} is no ragkit.evaluate.trial.Metric"
    if metric.better not in get_args(Better) or metric.summary not in get_args(Summary):
        return f"better is {metric.better!r} and summary {metric.summary!r}"
    if not callable(metric.measure):
        return f"its measure is {type(metric.measure).__name__}, which cannot be called"
    if name in taken:
        return "there is another metric of that name"
    return "" if re.fullmatch(r"\w+", name) else "its name is not of letters, digits and _ alone"


@dataclass(frozen=True, slots=True)
class _Watched:
    """A measure that is not ragkit's own."""

    name: str
    measure: Measure
    summary: Summary

    def __call__(self, trial: Trial) -> Score:
        """What it gives, of plain numbers; raises `ModelError` where that is no score, or it fails."""
        try:
            score: object = self.measure(trial)
        except RagkitError:
            raise
        except Exception as error:
            log.debug("The metric %s failed.", self.name, exc_info=True)
            raise self._blamed(f"failed: {type(error).__name__}: {error}") from error
        if not isinstance(score, Score) or score.state not in STATES:
            raise self._blamed(f"gave {score!r:.100}, which is no score")
        if score.state != "scored":
            return Score(score.state, note=str(score.note))
        if not _sound(score, self.summary):
            raise self._blamed(f"gave {score.part!r} of {score.of!r}, which is no {self.summary}")
        return Score("scored", float(score.part), float(score.of), str(score.note))

    def _blamed(self, what: str) -> ModelError:
        error = ModelError(
            f"The metric {self.name}, a plug-in, {what}.", "It is not ragkit's own: ask whoever made it."
        )
        if self.name not in _told:
            _told.add(self.name)
            log.warning("%s Cases with which it does so count as errors.", error)
        return error


def _sound(score: Score, summary: Summary) -> bool:
    part, of = score.part, score.of
    if not (isinstance(part, Real) and isinstance(of, Real) and math.isfinite(part) and math.isfinite(of) and of > 0):
        return False
    if summary == "ratio":
        return 0 <= part <= of
    return of == 1 and (part in {0, 1} or summary != "proportion")
