"""Gates: ``hallucination_rate>0.05`` fails a run whose figure is above the bar. Made for continuous integration.

Held to a comparison, the figure is the difference: ``accuracy<-0.02`` fails one that lost more.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ragkit.errors import GateFailed, UsageError
from ragkit.evaluate.report import Difference, Measured
from ragkit.evaluate.table import all_metrics
from ragkit.suggest import did_you_mean

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}
_DIGITS = 9
"""What floating point makes of 0.96 - 0.98 is not below -0.02."""
_FORM = re.compile(r"\s*(\w+)\s*(>=|<=|==|>|<)\s*(\S+)\s*")
_HINT = "Write METRIC, one of > >= < <= ==, and a number, as in 'hallucination_rate>0.05'."


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition under which a run fails."""

    metric: str
    operator: str
    bar: float

    def __str__(self) -> str:
        return f"{self.metric}{self.operator}{self.bar:g}"


def parse_gate(text: str) -> Gate:
    """The gate that ``text`` describes; raises `UsageError` when it describes none."""
    form = _FORM.fullmatch(text)
    if form is None:
        raise UsageError(f"{text!r} is no gate.", _HINT)
    metric, compare, number = form.groups()
    if metric not in all_metrics():
        raise UsageError(f"There is no metric {metric}.", did_you_mean(metric, all_metrics()))
    return Gate(metric, compare, _number(number, text))


def check_gates(figures: Mapping[str, Measured] | Mapping[str, Difference], gates: Sequence[Gate]) -> None:
    """Raises `GateFailed`, naming every gate that fails. A metric that no case could be scored on fails its gate."""
    failures = [_failure(gate, figures.get(gate.metric)) for gate in gates]
    found = [failure for failure in failures if failure]
    if found:
        raise GateFailed("; ".join(found) + ".", "The report names the cases.")


def _number(text: str, gate: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise UsageError(f"{text!r} in {gate!r} is no number.", _HINT) from None
    if not math.isfinite(number):
        raise UsageError(f"{text!r} in {gate!r} is no bar.", _HINT)
    return number


def _failure(gate: Gate, figure: Measured | Difference | None) -> str:
    if figure is None or figure.value is None:
        return f"{gate.metric} could not be scored on any case, so the gate {gate} fails"
    if not _COMPARE[gate.operator](round(figure.value, _DIGITS), gate.bar):
        return ""
    told = "differs by" if isinstance(figure, Difference) else "is"
    return f"{gate.metric} {told} {figure.value:.4g} (n {figure.n}), which the gate {gate} refuses"
