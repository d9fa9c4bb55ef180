"""The trained reader at run time: where in a passage the answer to a question stands, and whether it stands there.

A cross-encoder over ``[CLS] question [SEP] passage [SEP]`` through the fast runtime, without torch; trained by
`ragkit.tune.reader`. Passages longer than the window are read in overlapping windows, and the best window counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ragkit.models import bert, bundled, runtime
from ragkit.models.folder import WEIGHTS, open_folder
from ragkit.models.minilm import batches, bert_inputs
from ragkit.odds import logistic

if TYPE_CHECKING:
    import openvino as ov
    from numpy.typing import NDArray

    Logits = NDArray[np.float32]

SHIPPED = WEIGHTS / "reader"
QUESTION_TOKENS = 64
OVERLAP_TOKENS = 64
LONGEST_SPAN_TOKENS = 40
CLS, SEP = 101, 102


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader sees in one passage.

    ``answerable`` is the probability that the passage answers; ``start`` and ``end`` are the best span's characters;
    ``starts`` and ``ends`` are the probabilities, given that there is an answer, that it starts or ends at each token,
    whose characters are ``offsets``, shape ``(tokens, 2)``.
    """

    answerable: float
    start: int
    end: int
    starts: Logits
    ends: Logits
    offsets: NDArray[np.int64]

    def share(self, start: int, end: int) -> float:
        """The probability, given that there is an answer, that it stands within the characters ``[start, end)``."""
        inside = (self.offsets[:, 0] >= start) & (self.offsets[:, 1] <= end)
        return math.sqrt(float(self.starts[inside].sum()) * float(self.ends[inside].sum()))

    def below(self, length: int) -> Reading:
        """The same with characters counted from behind the first ``length`` of what was read."""
        start, end, offsets = self.start - length, self.end - length, self.offsets - length
        return replace(self, start=start, end=end, offsets=offsets) if length else self


@dataclass(frozen=True, slots=True)
class Window:
    """Token ids of one run of the model; its passage tokens stand from ``first`` on."""

    passage: int
    ids: list[int]
    first: int
    offsets: list[tuple[int, int]]


class ReaderModel:
    """The reader in a folder that `ragkit.tune.reader` wrote.

    Raises:
        ModelError: The folder holds no reader, or one of another base.
    """

    def __init__(self, path: Path = SHIPPED) -> None:
        self._folder = open_folder(path, "reader")
        with self._folder.reading() as config:
            self._max_tokens = int(config["max_tokens"])
            self._fit = {name: float(config["calibration"][name]) for name in ("bias", "relevance", "margin")}

    def load(self) -> None:
        """Load the model now, rather than with the first question."""
        _ = self._model

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """One reading for each passage. A passage without a token cannot answer: probability 0."""
        return self.read_all([(question, passages)])[0]

    def read_all(self, asked: Sequence[tuple[str, Sequence[str]]]) -> list[list[Reading]]:
        """For each question with its passages what `read` gives; short ones share runs of the model."""
        windows = [(row, window) for row, pair in enumerate(asked) for window in in_windows(*pair, self._max_tokens)]
        readings = [[_nothing()] * len(passages) for _, passages in asked]
        for places in batches([len(window.ids) for _, window in windows]):
            group = [windows[place] for place in places]
            for (row, window), reading in zip(group, self._run([window for _, window in group]), strict=True):
                if reading.answerable > readings[row][window.passage].answerable:
                    readings[row][window.passage] = reading
        return readings

    def _run(self, windows: Sequence[Window]) -> Iterator[Reading]:
        types = [[0] * window.first + [1] * (len(window.ids) - window.first) for window in windows]
        inputs = bert_inputs([window.ids for window in windows], types)
        bundled.forget_word_vectors()
        spans, relevance = self._model(inputs)
        for window, logits, score in zip(windows, spans, relevance, strict=True):
            yield self._reading(window, logits, float(score[0]))

    def _reading(self, window: Window, logits: Logits, relevance: float) -> Reading:
        inside = logits[window.first : window.first + len(window.offsets)]
        starts, ends = inside[:, 0], inside[:, 1]
        first, last = best_span(starts, ends)
        null = float(logits[0].sum())
        return Reading(
            self._probability(relevance, float(starts[first] + ends[last]) - null),
            window.offsets[first][0],
            window.offsets[last][1],
            _softmax(starts),
            _softmax(ends),
            np.asarray(window.offsets, np.int64),
        )

    def _probability(self, relevance: float, margin: float) -> float:
        """Logistic regression over the relevance logit and the span's margin over "no answer"."""
        fit = self._fit
        return logistic(fit["bias"] + fit["relevance"] * relevance + fit["margin"] * margin)

    @cached_property
    def _model(self) -> runtime.Compiled:
        return runtime.compiled("reader", self._folder.digest, lambda: _graph(self._folder.tensors()))


def best_span(starts: Logits, ends: Logits) -> tuple[int, int]:
    """First and last token of the span with the greatest sum of logits, at most 40 tokens long."""
    pairs = starts[:, None] + ends[None, :]
    allowed = np.triu(np.ones_like(pairs, bool)) & np.tri(len(starts), k=LONGEST_SPAN_TOKENS - 1, dtype=bool)
    first, last = np.unravel_index(np.where(allowed, pairs, -np.inf).argmax(), pairs.shape)
    return int(first), int(last)


def in_windows(question: str, passages: Sequence[str], limit: int) -> Iterator[Window]:
    """Each passage in windows of at most ``limit`` tokens, the question and the special tokens included."""
    tokenizer = bundled.tokenizer()
    ids = tokenizer.encode(question, add_special_tokens=False).ids
    if len(ids) > QUESTION_TOKENS:
        # What is asked stands at the end of a long question, what it is about often at its beginning.
        ids = ids[: QUESTION_TOKENS // 4] + ids[-(QUESTION_TOKENS - QUESTION_TOKENS // 4) :]
    head = [CLS, *ids, SEP]
    room = limit - len(head) - 1
    overlap = min(OVERLAP_TOKENS, room // 3)
    for number, encoding in enumerate(tokenizer.encode_batch(list(passages), add_special_tokens=False)):
        for begin in range(0, max(1, len(encoding.ids) - overlap), room - overlap):
            ids = encoding.ids[begin : begin + room]
            if ids:
                yield Window(number, [*head, *ids, SEP], len(head), encoding.offsets[begin : begin + room])


def _nothing() -> Reading:
    none = np.zeros(0, np.float32)
    return Reading(0.0, 0, 0, none, none, np.zeros((0, 2), np.int64))


def _softmax(logits: Logits) -> Logits:
    raised = np.exp(logits - logits.max())
    return np.asarray(raised / raised.sum(), np.float32)


def _graph(own: Mapping[str, Logits]) -> ov.Model:
    weights = bundled.weights() | dict(own)
    inputs, hidden = bert.encoder(weights, bert.Shape(bundled.LAYERS, bundled.HEADS))
    spans = bert.linear(weights, "span", hidden)
    relevance = bert.linear(weights, "relevance", bert.first_token(hidden))
    return runtime.openvino().Model([spans, relevance], inputs.as_list(), "reader")
