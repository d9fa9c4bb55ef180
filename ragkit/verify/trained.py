"""The verifier with a trained model: verbatim spans, then what a cross-encoder and the wording say together.

A claim that stands in a passage as whole sentences needs no model, and neither that nor what reads the wording is
loaded for it, which takes 0.06 s. For others the model reads the claim beside the sentences that speak most of it, in
one or two windows; what one window supports is supported. A logistic regression over the model's logits and what the
verifier without a model thinks gives the probability. English.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ragkit.lexical import WORD
from ragkit.models.verifier import SHIPPED, Calibration, Judgement, VerifierModel
from ragkit.odds import logistic
from ragkit.types import Support
from ragkit.verify.verbatim import UNREAD, verbatim

if TYPE_CHECKING:
    from ragkit.registry import Context
    from ragkit.verify.overlap import Overlap
    from ragkit.verify.pairing import Pair

Span = tuple[int, int]

WINDOWS = 2
"""Windows of evidence that are read for a claim at most."""
SURE = 1.0
"""The least support logit of a claim that is supported: the probability, which was fitted where most claims are true,
trusts too much where most are false, and that a window has all of a claim's words says little of what it says."""
APART = 0.5
"""What is asked of the logit besides where no sentence has all words of the claim that its window has."""
ABOUT, TRUST = 0.8, 0.2
"""A claim and its window speak of the same, so that one may be the opposite of the other, if the covered share of the
claim's words and `TRUST` times the logit are `ABOUT` at least."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What model and wording say of a claim: the support logit, each token's logit that it is unsupported, the overlap.

    Of several windows the one that supports most counts, of several pieces the one that is supported least.
    """

    support: float
    tokens: tuple[float, ...]
    offsets: tuple[Span, ...]
    overlap: Overlap

    @property
    def worst(self) -> float:
        """The greatest logit of a token."""
        return max(self.tokens, default=0.0)

    def probability(self, fit: Calibration) -> float:
        """That the passages support the claim."""
        from ragkit.verify.lexical import log_odds

        wording = fit.wording * log_odds(self.overlap)
        return logistic(fit.bias + fit.support * self.support + fit.token * self.worst + wording)

    @property
    def sure(self) -> bool:
        """Whether wording and model allow to say that the claim is supported, or the opposite of the window."""
        if self.overlap.missing or self.overlap.denied:
            return False
        if self.overlap.opposed:
            return self.overlap.covered + TRUST * self.support >= ABOUT
        return self.support >= SURE + APART * self.overlap.apart

    def spans(self, claim: str, bar: float) -> tuple[Span, ...]:
        """The words with a token above ``bar``; neighbours are joined."""
        blamed = [span for span, logit in zip(self.offsets, self.tokens, strict=True) if logit >= bar]
        joined: list[Span] = []
        for word in WORD.finditer(claim):
            start, end = word.span()
            if any(left < end and start < right for left, right in blamed):
                if joined and not any(map(str.isalnum, claim[joined[-1][1] : start])):
                    start = joined.pop()[0]
                joined.append((start, end))
        return tuple(joined)


class TrainedVerifier:
    """Supports a claim by what a trained model and its wording say.

    Args:
        supported_above: The least probability that counts as support.
        folder: Weights and configuration that `ragkit.tune.verifier` wrote.

    Raises:
        ModelError: the folder holds no verifier.
    """

    name = "trained"

    def __init__(self, supported_above: float, folder: Path = SHIPPED) -> None:
        self._bar = supported_above
        self._model = VerifierModel(folder)

    def verify(self, claims: Sequence[str], passages: Sequence[str], question: str = "") -> list[Support]:
        """One finding for each claim: verbatim spans score 1; without passages all are unchecked with score 0."""
        found: list[Support | None] = [verbatim(claim, passages) for claim in claims]
        rest = [claim for claim, support in zip(claims, found, strict=True) if support is None]
        if not rest or not any(passage.strip() for passage in passages):
            return [support or UNREAD for support in found]
        judged = iter(self.find(rest, passages, question))
        return [support or self._support(claim, next(judged)) for claim, support in zip(claims, found, strict=True)]

    def find(self, claims: Sequence[str], passages: Sequence[str], question: str = "") -> list[Finding]:
        """What model and wording say of each claim, verbatim or not."""
        from ragkit.verify.amounts import alike
        from ragkit.verify.namesakes import Namesakes
        from ragkit.verify.overlap import compare
        from ragkit.verify.pairing import Pairing

        namesakes = Namesakes(passages)
        grounds = [namesakes.grounds(claim) for claim in claims]
        pairings = {each: Pairing(each.passages, each) for each in dict.fromkeys(grounds)}
        said = [alike(claim, each.forms) for claim, each in zip(claims, grounds, strict=True)]
        pieces = [
            list(pairings[each].pieces(text, self._model.max_tokens, WINDOWS))
            for text, each in zip(said, grounds, strict=True)
        ]
        flat = [(pair.ids, pair.first) for piece in pieces for windows in piece for pair in windows]
        judged = iter(self._model.judge(flat))
        return [
            _finding(piece, judged, compare(claim, each, question), placed=text == claim)
            for claim, each, text, piece in zip(claims, grounds, said, pieces, strict=True)
        ]

    def _support(self, claim: str, finding: Finding) -> Support:
        from ragkit.verify.lexical import conclusion

        fit = self._model.calibration
        score = finding.probability(fit)
        spans = finding.spans(claim, fit.bar) or finding.overlap.spans(claim)
        return conclusion(claim, score, finding.overlap, spans, supports=score >= self._bar and finding.sure)


def _finding(
    pieces: Sequence[Sequence[Pair]], judged: Iterator[Judgement], overlap: Overlap, *, placed: bool = True
) -> Finding:
    """Takes the judgements of the pieces' windows from ``judged``; tokens stand nowhere that are not ``placed``."""
    support, tokens, offsets = math.inf, list[float](), list[Span]()
    for windows in pieces:
        seen = [next(judged) for _ in windows]
        support = min(support, max(each.support for each in seen))
        tokens += np.min([each.tokens for each in seen], axis=0).tolist()
        offsets += windows[0].offsets if placed else [(0, 0)] * len(windows[0].offsets)
    return Finding(support, tuple(tokens), tuple(offsets), overlap)


def from_context(argument: str, context: Context) -> TrainedVerifier:
    """The verifier that the settings describe; ``argument`` is a folder of weights of one's own."""
    folder = Path(argument) if argument else SHIPPED
    return TrainedVerifier(context.settings.verify.supported_above, folder)
