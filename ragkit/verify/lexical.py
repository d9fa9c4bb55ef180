"""The first verifier: verbatim spans, and sentences whose numbers, names and words stand in one passage.

It can say `supported` or `unchecked`, never that a claim is wrong: absence of words is no contradiction.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ragkit.lexical import content, coverage, names, numbers, words
from ragkit.sentences import sentence_spans
from ragkit.types import Evidence, Support

if TYPE_CHECKING:
    from ragkit.protocols import Embedder
    from ragkit.registry import Context

WINDOW_SENTENCES = 3
"""Evidence may spread over this many neighbouring sentences."""
CANDIDATES = 6
"""Windows for each claim that are worth an embedding; the words say which."""
BIAS, COVERAGE_WEIGHT, SIMILARITY_WEIGHT = -9.0, 7.0, 5.0
"""The score is the logistic of these over word coverage and cosine similarity (see DECISIONS.md for the fit)."""


@dataclass(frozen=True, slots=True)
class Window:
    """A run of sentences ``[start, end)`` of one passage."""

    passage: int
    start: int
    end: int
    text: str


class LexicalVerifier:
    """Supports a claim by the wording of one passage.

    Args:
        embedder: Called when a claim is not verbatim and similarity is needed.
        supported_above: The least score that counts as support.
    """

    name = "lexical"

    def __init__(self, embedder: Callable[[], Embedder], supported_above: float) -> None:
        self._embedder = embedder
        self._bar = supported_above

    def verify(self, claims: Sequence[str], passages: Sequence[str], question: str = "") -> list[Support]:
        """One finding for each claim: verbatim spans score 1; the rest by words and similarity."""
        found: list[Support | None] = [_verbatim(claim, passages) for claim in claims]
        open_claims = [number for number, support in enumerate(found) if support is None]
        if open_claims and passages:
            windows = list(_windows(passages))
            for number, support in zip(
                open_claims, self._judge([claims[n] for n in open_claims], windows), strict=True
            ):
                found[number] = support
        return [support or Support("unchecked", 0.0) for support in found]

    def _judge(self, claims: Sequence[str], windows: Sequence[Window]) -> list[Support]:
        chosen = [_candidates(claim, windows) for claim in claims]
        texts = list(dict.fromkeys([*claims, *(window.text for group in chosen for window in group)]))
        vectors = dict(zip(texts, self._embedder().embed_passages(texts), strict=True))
        return [
            self._best(claim, [(window, float(vectors[claim] @ vectors[window.text])) for window in group])
            for claim, group in zip(claims, chosen, strict=True)
        ]

    def _best(self, claim: str, scored: Sequence[tuple[Window, float]]) -> Support:
        if not scored:
            return Support("unchecked", 0.0)
        score, window = max(
            ((_score(claim, window, cosine), window) for window, cosine in scored), key=lambda pair: pair[0]
        )
        evidence = Evidence(window.passage, window.start, window.end, score)
        supported = score >= self._bar and not missing(claim, window.text)
        return Support(
            "supported" if supported else "unchecked",
            score,
            evidence if supported else None,
            missing(claim, window.text),
        )


def from_context(argument: str, context: Context) -> LexicalVerifier:
    """The verifier that the settings describe."""
    return LexicalVerifier(context.embedder, context.settings.verify.supported_above)


def missing(claim: str, passage: str) -> tuple[tuple[int, int], ...]:
    """Spans of the claim's numbers and names that stand nowhere in the passage."""
    here = set(words(passage)) | numbers(passage)
    lost = {number for number in numbers(claim) if number not in here}
    lost |= {name for name in names(claim) if not set(words(name)) <= here}
    spans = [
        (m.start(), m.end())
        for item in lost
        for m in re.finditer(rf"(?<!\w){re.escape(item)}(?!\w)", claim, re.IGNORECASE)
    ]
    return tuple(sorted(spans)) if spans or not lost else ((0, len(claim)),)


def _verbatim(claim: str, passages: Sequence[str]) -> Support | None:
    """The claim word for word in a passage, white space, case and the final stop aside."""
    folded = [re.escape(word) for word in claim.rstrip(" .").split()]
    if not folded:
        return None
    joined = r"\s+".join(folded)
    pattern = re.compile(rf"(?<!\w){joined}(?!\w)\.?", re.IGNORECASE)
    for number, passage in enumerate(passages):
        match = pattern.search(passage)
        if match:
            return Support("supported", 1.0, Evidence(number, match.start(), match.end(), 1.0))
    return None


def _windows(passages: Sequence[str]) -> Iterator[Window]:
    for number, passage in enumerate(passages):
        spans = sentence_spans(passage)
        for first in range(len(spans)):
            for last in range(first, min(first + WINDOW_SENTENCES, len(spans))):
                start, end = spans[first][0], spans[last][1]
                yield Window(number, start, end, passage[start:end])


def _candidates(claim: str, windows: Sequence[Window]) -> list[Window]:
    """The windows that cover most of the claim's words; of equals, the shortest."""
    wanted = set(content(claim))
    ranked = sorted(windows, key=lambda window: (-coverage(wanted, content(window.text)), len(window.text)))
    return ranked[:CANDIDATES]


def _score(claim: str, window: Window, cosine: float) -> float:
    covered = coverage(content(claim), content(window.text))
    return 1 / (1 + math.exp(-(BIAS + COVERAGE_WEIGHT * covered + SIMILARITY_WEIGHT * cosine)))
