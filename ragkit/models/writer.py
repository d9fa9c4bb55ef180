"""The writer at run time: an encoder-decoder language model with a copy mechanism, without torch.

Every passage is read together with the question, as the reader reads it; the decoder attends to all places of the
passages that matter most (fusion in the decoder: Izacard and Grave, 2021) and draws the next piece from a mixture of
its own vocabulary and of the pieces that stand there. It knows nothing of prompts, sampling or spelling; see
`ragkit.generate.writer`. Trained by `ragkit.tune.writer`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ragkit.models import bundled, runtime, writer_graph
from ragkit.models.folder import WEIGHTS, open_folder
from ragkit.models.minilm import batches, bert_inputs
from ragkit.models.reader import QUESTION_TOKENS, SEP, Window, in_windows
from ragkit.models.writer_graph import LONGEST
from ragkit.odds import logistic

if TYPE_CHECKING:
    import openvino as ov
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Places = NDArray[np.int64]

log = logging.getLogger(__name__)

SHIPPED = WEIGHTS / "writer"
DIRECT, THINK, REFUSE, ANSWER, END = 2, 3, 4, 5, SEP
"""Control pieces, of those that BERT's vocabulary leaves unused: answer at once, answer after the evidence, the
passages do not tell, here begins the answer; and the end."""
ATTENDED = 4
"""Windows that the decoder attends to: it was trained with up to four."""
MOST_WINDOWS = 32
"""Windows that are read at all."""
_BARRED = -1e9


@dataclass(frozen=True, slots=True)
class Rules:
    """What was fitted on held-out questions.

    The passages do not tell when the refusal piece is likelier than ``refuse_above``; a part whose pieces have a mean
    log probability under ``quote_below`` is not said as written. An answer is right with the logistic probability of
    ``tells`` x the log-odds that the passages tell + ``sure`` x that mean + ``bias``.
    """

    refuse_above: float = 0.5
    quote_below: float = -0.9
    tells: float = 0.5
    sure: float = 1.0
    bias: float = 0.0


@dataclass(frozen=True, slots=True)
class Layout:
    """Pairs one behind the other, the question only in the first: of the others [CLS], the passage and [SEP] are kept.

    All arrays have one entry a place: ``pair`` its number, ``token`` which of the pair's, ``head`` the place of the
    pair's [CLS], ``copied`` whether it may be copied. ``firsts`` are the places at which each passage begins.
    """

    pieces: Places
    pair: Places
    token: Places
    head: Places
    copied: NDArray[np.bool_]
    firsts: tuple[int, ...]


def layout(pairs: Sequence[tuple[Sequence[int], int]]) -> Layout:
    """The layout of pairs, each given as its token ids and where its passage begins."""
    columns: list[tuple[int, int, int, int, bool]] = []
    firsts = []
    for number, (ids, first) in enumerate(pairs):
        head = len(columns)
        firsts.append(head + (first if number == 0 else 1))
        bare = {0, first - 1, len(ids) - 1}
        kept = (0, *range(1 if number == 0 else first, len(ids)))
        columns += [(ids[token], number, token, head, token not in bare) for token in kept]
    pieces, pair, token, heads, copied = (np.array(column) for column in zip(*columns, strict=True))
    return Layout(pieces, pair, token, heads, copied, tuple(firsts))


@dataclass(frozen=True, slots=True)
class Source:
    """What the decoder has before it.

    ``passage`` is the number of the passage that a place stands in, -1 for the question; ``spans`` are its characters
    there, shape ``(places, 2)``. ``relevance`` are the logits of the passages that were read, by number.
    """

    question: str
    passages: tuple[str, ...]
    pieces: Places
    passage: Places
    spans: Places
    copied: NDArray[np.bool_]
    states: Floats
    heads: Places
    relevance: Mapping[int, float]

    def text(self, place: int) -> str:
        """The characters of a place."""
        number = int(self.passage[place])
        start, end = self.spans[place]
        return (self.question if number < 0 else self.passages[number])[start:end]


@dataclass(frozen=True, slots=True)
class Next:
    """What may come next: the probability of every piece, and the share of it that each place contributes."""

    chances: NDArray[np.float64]
    copying: NDArray[np.float64]

    def place(self, piece: int, source: Source) -> int | None:
        """The place that ``piece`` is copied from, or None when it is rather written than copied."""
        there = np.where(source.pieces == piece, self.copying, 0.0)
        best = int(there.argmax())
        return best if 2 * there.sum() >= self.chances[piece] > 0 else None


class WriterModel:
    """The writer in a folder that `ragkit.tune.writer` wrote.

    Raises:
        ModelError: The folder holds no writer, or one of another base.
    """

    def __init__(self, path: Path = SHIPPED) -> None:
        self._folder = open_folder(path, "writer")
        with self._folder.reading() as config:
            self.rules = Rules(**{name: float(value) for name, value in config["rules"].items()})
            self._max_tokens, self._layers = int(config["max_tokens"]), int(config["layers"])
            self.vocabulary = np.asarray(config["vocabulary"], np.int32)

    def load(self) -> None:
        """Load the model now, rather than with the first question."""
        _ = self._encoder, self._memory, self._step

    def read(self, question: str, passages: Sequence[str]) -> Source | None:
        """Read the passages that fit; None when there is nothing to read."""
        windows = list(in_windows(question, passages, self._max_tokens))
        if len(windows) > MOST_WINDOWS:
            unread = len(passages) - len({window.passage for window in windows[:MOST_WINDOWS]})
            log.info("The writer reads the first %d windows; %d passages stay unread.", MOST_WINDOWS, unread)
        windows = windows[:MOST_WINDOWS]
        if not windows:
            return None
        states, relevance = self._encoded(windows)
        best = sorted(np.argsort([-each for each in relevance], kind="stable")[:ATTENDED].tolist())
        return _source(
            question, passages, [windows[n] for n in best], [states[n] for n in best], _best(windows, relevance)
        )

    def writing(self, source: Source, control: int) -> Writing:
        """A completion that begins with the control piece."""
        return Writing(self._memory, self._step, source, self.vocabulary, control)

    def _encoded(self, windows: Sequence[Window]) -> tuple[list[Floats], list[float]]:
        states: dict[int, Floats] = {}
        relevance: dict[int, float] = {}
        for places in batches([len(window.ids) for window in windows]):
            group = [windows[place] for place in places]
            types = [[0] * window.first + [1] * (len(window.ids) - window.first) for window in group]
            hidden, logits = self._encoder(bert_inputs([window.ids for window in group], types))
            for place, window, state, logit in zip(places, group, hidden, logits, strict=True):
                states[place], relevance[place] = state[: len(window.ids)], float(logit[0])
        return [states[n] for n in range(len(windows))], [relevance[n] for n in range(len(windows))]

    @cached_property
    def _encoder(self) -> runtime.Compiled:
        return self._compiled("writer-encoder", lambda: writer_graph.encoder(self._folder.tensors("encoder.")))

    @cached_property
    def _memory(self) -> runtime.Compiled:
        return self._compiled("writer-memory", lambda: writer_graph.memory(self._decoder()), exact=True)

    @cached_property
    def _step(self) -> runtime.Compiled:
        # One piece at a time, f32 is as fast as bf16.
        return self._compiled("writer-step", lambda: writer_graph.step(self._decoder()), exact=True)

    def _compiled(self, name: str, build: Callable[[], ov.Model], *, exact: bool = False) -> runtime.Compiled:
        return runtime.compiled(name, self._folder.digest, build, exact=exact)

    def _decoder(self) -> writer_graph.Decoder:
        return writer_graph.Decoder(self._folder.tensors(), self._layers, self.vocabulary)


class Writing:
    """One completion, piece by piece: `next` says what may come, `take` what does."""

    def __init__(
        self,
        memory: runtime.Compiled,
        step: runtime.Compiled,
        source: Source,
        vocabulary: NDArray[np.int32],
        control: int,
    ) -> None:
        self._step, self._source, self._vocabulary = step, source, vocabulary
        words = bundled.word_vectors()
        before = np.roll(source.pieces, 1)
        before[0] = 0
        inputs = [source.states, words[source.pieces], words[before], source.states[source.heads]]
        *known, keys = memory([np.ascontiguousarray(each[None], np.float32) for each in inputs])
        self._known: list[Floats] = [*known, keys]
        shape = (1, bundled.HEADS, LONGEST, bundled.WIDTH // bundled.HEADS)
        self._past: list[Floats] = [np.zeros(shape, np.float32) for _ in known]
        self._unseen: Floats = np.full((1, 1, 1, LONGEST + 1), _BARRED, np.float32)
        self._unseen[..., -1] = 0
        self._barred = self._bars()
        self._taken, self._follows, self._length = control, -1, 0

    def next(self) -> Next:
        """What may come next."""
        follows = np.zeros_like(self._barred)
        if self._follows >= 0:
            follows[0, 0, self._follows] = 1
        memory = [*self._known, self._unseen, *self._past]
        own, scores, gate, *new = self._step([self._embedded(), follows, self._barred, *memory])
        for kept, fresh in zip(self._past, new, strict=True):
            kept[:, :, self._length] = fresh[:, :, 0]
        writes = logistic(float(gate[0, 0, 0]))
        copying = (1 - writes) * _softmax(scores[0, 0])
        chances = np.zeros(bundled.word_vectors().shape[0])
        chances[self._vocabulary] = writes * _softmax(own[0, 0])
        np.add.at(chances, self._source.pieces, copying)
        return Next(chances, copying)

    def take(self, piece: int, place: int | None) -> None:
        """Go on with ``piece``, which was copied from ``place``; no place is copied twice in one part of an answer."""
        self._unseen[..., self._length] = 0
        self._taken, self._length = piece, self._length + 1
        if piece == ANSWER:
            self._barred = self._bars()
        if place is not None:
            self._barred[0, 0, place] = _BARRED
        self._follows = -1 if place is None or place + 1 == len(self._source.pieces) else place + 1

    def _bars(self) -> Floats:
        return np.where(self._source.copied, 0, _BARRED).astype(np.float32)[None, None]

    def _embedded(self) -> Floats:
        vector = bundled.word_vectors()[self._taken] + _positions()[self._length]
        return np.asarray(vector, np.float32)[None, None]


def export(out: Path, source: Path = SHIPPED) -> None:
    """The writer in ``source`` as a complete Hugging Face folder; see `ragkit.models.writer_export`.

    Raises:
        ModelError: There is no writer in ``source``, or its weights are altered.
    """
    from ragkit.models.writer_export import write

    write(out, open_folder(source, "writer"))


def _source(
    question: str,
    passages: Sequence[str],
    windows: Sequence[Window],
    states: Sequence[Floats],
    relevance: Mapping[int, float],
) -> Source:
    laid = layout([(window.ids, window.first) for window in windows])
    asked = bundled.tokenizer().encode(question, add_special_tokens=False).offsets
    spans = np.zeros((len(laid.pieces), 2), np.int64)
    passage = np.full(len(laid.pieces), -1)
    for place, (pair, token) in enumerate(zip(laid.pair, laid.token, strict=True)):
        window = windows[pair]
        if window.first <= token < window.first + len(window.offsets):
            passage[place], spans[place] = window.passage, window.offsets[token - window.first]
        elif 0 < token < window.first - 1:
            spans[place] = asked[_asked(int(token) - 1, window.first - 2, len(asked))]
    known = np.stack([states[pair][token] for pair, token in zip(laid.pair, laid.token, strict=True)])
    return Source(question, tuple(passages), laid.pieces, passage, spans, laid.copied, known, laid.head, relevance)


def _asked(token: int, kept: int, whole: int) -> int:
    """Which token of the whole question the ``token``-th that was kept of it is: a long one is cut in the middle."""
    return token if token < QUESTION_TOKENS // 4 or kept == whole else whole - kept + token


def _best(windows: Sequence[Window], relevance: Sequence[float]) -> dict[int, float]:
    best: dict[int, float] = {}
    for window, logit in zip(windows, relevance, strict=True):
        best[window.passage] = max(logit, best.get(window.passage, logit))
    return best


@cache
def _positions() -> Floats:
    """The bundle's position embeddings, with the embedding of the token type that the decoder knows."""
    base = bundled.weights()
    kind = base["embeddings.token_type_embeddings.weight"][0]
    return np.asarray(base["embeddings.position_embeddings.weight"] + kind, np.float32)


def _softmax(logits: Floats) -> NDArray[np.float64]:
    raised = np.exp(logits.astype(np.float64) - logits.max())
    return np.asarray(raised / raised.sum())
