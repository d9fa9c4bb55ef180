"""The choice of the next token from a model's logits. Pure: the random generator is an argument.

Temperature divides logits; top-k is Fan et al. 2018; top-p, the nucleus, Holtzman et al. 2020; min-p Nguyen et al.
2024; the repetition penalty Keskar et al. 2019.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import msgspec

from ragkit.errors import UsageError
from ragkit.types import Sampling

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def given(sampling: object) -> Sampling:
    """What a program gave for one call, perhaps straight from a request, its values of the kinds that they are of.

    Raises:
        UsageError: It is no `Sampling`, or names the value that has no meaning.
    """
    if not isinstance(sampling, Sampling):
        raise UsageError(f"The sampling is {type(sampling).__name__}.", "Give a ragkit.Sampling.")
    try:
        converted = msgspec.convert(asdict(sampling), Sampling)
    except msgspec.ValidationError as error:
        raise UsageError(f"The sampling cannot be used: {error}.", "Correct that value, or leave it out.") from error
    check(converted)
    return converted


def check(sampling: Sampling) -> None:
    """Refuse values that have no meaning.

    Raises:
        UsageError: names the value and its range.
    """
    ranges = (
        ("temperature", sampling.temperature, 0.0 <= sampling.temperature < float("inf"), "0 or more"),
        ("top_p", sampling.top_p, 0.0 < sampling.top_p <= 1.0, "above 0 and at most 1"),
        ("top_k", sampling.top_k, sampling.top_k >= 0, "0 (off) or more"),
        ("min_p", sampling.min_p, 0.0 <= sampling.min_p <= 1.0, "between 0 and 1"),
        (
            "repetition_penalty",
            sampling.repetition_penalty,
            0.0 < sampling.repetition_penalty < float("inf"),
            "above 0",
        ),
        ("max_tokens", sampling.max_tokens, sampling.max_tokens >= 1, "1 or more"),
        ("seed", sampling.seed, sampling.seed is None or sampling.seed >= 0, "0 or more"),
    )
    for name, value, holds, allowed in ranges:
        if not holds:
            raise UsageError(f"{name} cannot be {value}.", f"Give a value that is {allowed}.")


def choose(logits: NDArray[np.float32], written: Sequence[int], sampling: Sampling, random: np.random.Generator) -> int:
    """The next token for ``logits`` of shape ``(vocabulary,)``; ``written`` are the tokens of the completion so far.

    Temperature 0 is the largest logit and draws nothing from ``random``. The repetition penalty looks at the
    completion only: in the prompt stand the passages, whose words the answer is meant to repeat.
    """
    import numpy as np

    if sampling.temperature == 0.0:
        return int(logits.argmax())
    scores = _penalised(logits.astype(np.float64), written, sampling.repetition_penalty) / sampling.temperature
    order = _shortlist(scores, sampling.top_k)
    chances = np.exp(scores[order] - scores[order[0]])
    chances /= chances.sum()
    mass = chances.cumsum()
    # The best token always stays: its mass before it is 0, and no chance is above its own.
    keep = (mass - chances < sampling.top_p) & (chances >= sampling.min_p * chances[0])
    mass = (chances * keep).cumsum()
    return int(order[np.searchsorted(mass, random.random() * mass[-1], side="right")])


def _penalised(scores: NDArray[np.float64], written: Sequence[int], penalty: float) -> NDArray[np.float64]:
    import numpy as np

    if penalty != 1.0 and written:
        seen = np.unique(np.asarray(written))
        scores[seen] = np.where(scores[seen] > 0, scores[seen] / penalty, scores[seen] * penalty)
    return scores


def _shortlist(scores: NDArray[np.float64], top_k: int) -> NDArray[np.intp]:
    """Tokens by falling score, the best ``top_k`` only when that is set."""
    import numpy as np

    if 0 < top_k < len(scores):
        best = np.argpartition(scores, -top_k)[-top_k:]
        return best[np.argsort(-scores[best], kind="stable")]
    return np.argsort(-scores, kind="stable")
