"""Labelled questions to token batches for a cross-encoder: ``[CLS] question [SEP] passage [SEP]``.

Every visit to a question draws anew: how it is put, which annotator's answer, which window of the passage, which
negatives, and whether a title line stands above the passage, as it does when ragkit reads a chunk with its headings.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch

from ragkit.tune.data import Question, Span
from ragkit.tune.forms import form
from ragkit.tune.negatives import Pool, exchanged, near_miss, sentences
from ragkit.tune.renamed import renamed

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MAX_TOKENS = 288
QUESTION_TOKENS = 64
NO_LABEL = -100
_CLS, _SEP, _MASK = 101, 102, 103
_SHORTEST = 200
_TITLED, _OTHER, _EXCHANGED, _NEGATIVE, _RENAMED = 0.3, 0.3, 0.3, 0.6, 0.35
_MASKED_ROWS, _MASKED_TOKENS = 0.5, 0.12


@dataclass(frozen=True, slots=True)
class Row:
    """One question with one passage. ``span`` is None where it is not answered, or nobody marked where."""

    question: str
    passage: str
    span: Span | None
    answerable: bool


@dataclass(frozen=True, slots=True)
class Corpus:
    """Questions with their mined negatives; ``weight`` is how often each is visited in an epoch."""

    questions: Sequence[Question]
    pool: Pool
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows as tensors.

    ``ids``, ``types``, ``attention`` and ``allowed`` have shape (rows, tokens); ``allowed`` marks where a span may
    start or end: the passage's tokens and [CLS], which stands for "no answer". ``starts`` and ``ends`` are token
    positions, ``answerable`` is 0 or 1, ``groups`` says which rows belong to the same question: all of shape (rows,).
    """

    ids: torch.Tensor
    types: torch.Tensor
    attention: torch.Tensor
    allowed: torch.Tensor
    starts: torch.Tensor
    ends: torch.Tensor
    answerable: torch.Tensor
    groups: torch.Tensor

    def to(self, device: torch.device) -> Batch:
        """The same batch on ``device``."""
        return Batch(*(getattr(self, name).to(device) for name in self.__dataclass_fields__))


@dataclass(frozen=True, slots=True)
class Encoded:
    """A row as token ids; ``offsets`` are the character spans of the passage's tokens, the first at ``first``."""

    row: Row
    ids: list[int]
    first: int
    offsets: list[Span]

    @property
    def labels(self) -> Span:
        """Token positions of the span's first and last token, (0, 0) for no answer, `NO_LABEL` where unknown."""
        if self.row.span is None:
            return (NO_LABEL, NO_LABEL) if self.row.answerable else (0, 0)
        left, right = self.row.span
        inside = [n for n, (start, end) in enumerate(self.offsets) if start < right and left < end]
        cut = not inside or self.offsets[-1][1] < right
        return (NO_LABEL, NO_LABEL) if cut else (self.first + inside[0], self.first + inside[-1])


def encode(tokenizer: Tokenizer, rows: Sequence[Row], max_tokens: int) -> list[Encoded]:
    """Token ids with special tokens; questions are cut at `QUESTION_TOKENS`, passages at what is left."""
    questions = tokenizer.encode_batch([row.question for row in rows], add_special_tokens=False)
    passages = tokenizer.encode_batch([row.passage for row in rows], add_special_tokens=False)
    encoded = []
    for row, question, passage in zip(rows, questions, passages, strict=True):
        head = [_CLS, *question.ids[:QUESTION_TOKENS], _SEP]
        room = max_tokens - len(head) - 1
        encoded.append(Encoded(row, [*head, *passage.ids[:room], _SEP], len(head), passage.offsets[:room]))
    return encoded


def collate(encoded: Sequence[Encoded], groups: Sequence[int]) -> Batch:
    """Pads rows to the longest one."""
    shape = (len(encoded), max(len(item.ids) for item in encoded))
    ids, types = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
    attention, allowed = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.bool)
    for number, item in enumerate(encoded):
        length = len(item.ids)
        ids[number, :length] = torch.tensor(item.ids)
        types[number, item.first : length] = 1
        attention[number, :length] = 1
        allowed[number, item.first : length - 1] = True
        allowed[number, 0] = True
    labels = torch.tensor([item.labels for item in encoded], dtype=torch.long)
    answerable = torch.tensor([float(item.row.answerable) for item in encoded])
    return Batch(ids, types, attention, allowed, labels[:, 0], labels[:, 1], answerable, torch.tensor(list(groups)))


def masked(batch: Batch) -> Batch:
    """The batch with some tokens of half of its rows hidden, so that no single word decides; never the answer's.

    Who asks in other words than the text's leaves words out, too.
    """
    place = torch.arange(batch.ids.shape[1], device=batch.ids.device)[None, :]
    first, last = batch.starts[:, None], batch.ends[:, None]
    answer = (first > 0) & (place >= first - 1) & (place <= last + 1)
    rows = torch.rand(len(batch.ids), 1, device=batch.ids.device) < _MASKED_ROWS
    tokens = torch.rand(batch.ids.shape, device=batch.ids.device) < _MASKED_TOKENS
    hidden = rows & tokens & (batch.ids > _MASK) & ~answer
    return replace(batch, ids=batch.ids.masked_fill(hidden, _MASK))


def draw(question: Question, hard: Sequence[str], pool: Pool, rng: random.Random, window: int) -> list[Row]:
    """The question's own passage and often a negative, each cut to about ``window`` characters at most.

    A ``whole`` question's passages stay as they are; others are sometimes `renamed`. The question is put in one of the
    `forms`.
    """
    put = form(rng)
    return [replace(row, question=put(row.question)) for row in _drawn(question, hard, pool, rng, window)]


def _drawn(question: Question, hard: Sequence[str], pool: Pool, rng: random.Random, window: int) -> list[Row]:
    if question.whole:
        return _draw_whole(question, rng)
    own = renamed(question, pool.names, rng) if rng.random() < _RENAMED else question
    drawn = [(_own(own, rng, window), question.passage)]
    if question.answerable and (not question.spans or rng.random() < _NEGATIVE):
        drawn += _some_negative(question, hard, pool, rng, window)
    if rng.random() > _TITLED:
        return [row for row, _ in drawn]
    return [_titled(row, pool.titles.get(passage, ""), rng) for row, passage in drawn]


def _draw_whole(question: Question, rng: random.Random) -> list[Row]:
    span = rng.choice(question.spans) if question.spans else None
    own = Row(question.text, question.passage, span, question.answerable)
    if not (question.answerable and question.negatives and rng.random() < _NEGATIVE):
        return [own]
    return [own, Row(question.text, rng.choice(question.negatives), None, False)]


def _own(question: Question, rng: random.Random, window: int) -> Row:
    span = rng.choice(question.spans) if question.spans else None
    passage = question.passage
    if span and rng.random() < 0.3:
        passage, span = _less_one_sentence(passage, span, rng)
    passage, span = _window(passage, span, rng, window)
    return Row(question.text, passage, span, question.answerable)


def _some_negative(
    question: Question, hard: Sequence[str], pool: Pool, rng: random.Random, window: int
) -> list[tuple[Row, str]]:
    """One negative of a random kind, or none where the question has none of any kind."""
    kinds = rng.sample(["hard", "hard", "near", "near", "other"], 5)
    if rng.random() < _EXCHANGED:
        kinds.insert(0, "exchanged")
    found = (_negative(kind, question, hard, pool, rng, window) for kind in kinds)
    chosen = next((negative for negative in found if negative is not None), None)
    return [chosen] if chosen else []


def _negative(
    kind: str, question: Question, hard: Sequence[str], pool: Pool, rng: random.Random, window: int
) -> tuple[Row, str] | None:
    """A negative of that kind with the passage that it comes from, or None where there is none."""
    text, source, passage = question.text, question.passage, None
    if kind == "hard" and hard:
        source = passage = rng.choice(hard)
    elif kind == "near":
        passage = near_miss(question)
    elif kind == "other" and hard and rng.random() < _OTHER:
        source = passage = rng.choice(list(pool.titles))
    elif kind == "exchanged":
        swapped = exchanged(text, pool.names, question.passage, rng)
        text, passage = (swapped, question.passage) if swapped else (text, None)
    if passage is None or (source == question.passage and kind == "other"):
        return None
    return Row(text, _window(passage, None, rng, window)[0], None, False), source


def _titled(row: Row, title: str, rng: random.Random) -> Row:
    if not title:
        return row
    line = f"{title} > {title}\n" if rng.random() < 0.1 else f"{title}\n"
    span = None if row.span is None else (row.span[0] + len(line), row.span[1] + len(line))
    return Row(row.question, line + row.passage, span, row.answerable)


def _less_one_sentence(passage: str, span: Span, rng: random.Random) -> tuple[str, Span]:
    """Takes a sentence out that holds no part of ``span``, so that a gap does not mean "no answer"."""
    units = sentences(passage)
    free = [n for n, (start, end) in enumerate(units) if end <= span[0] or start >= span[1]]
    if not free:
        return passage, span
    number = rng.choice(free)
    start = units[number][0]
    end = units[number + 1][0] if number + 1 < len(units) else units[number][1]
    shift = end - start if end <= span[0] else 0
    return passage[:start] + passage[end:], (span[0] - shift, span[1] - shift)


def _window(passage: str, span: Span | None, rng: random.Random, longest: int) -> tuple[str, Span | None]:
    """Whole sentences around ``span``, or around a random sentence, up to a random length."""
    units = sentences(passage)
    limit = rng.randint(_SHORTEST, max(_SHORTEST, longest)) if rng.random() < 0.7 else longest
    if len(passage) <= limit or not units:
        return passage, span
    focus = span or rng.choice(units)
    inside = [n for n, (start, end) in enumerate(units) if start < focus[1] and focus[0] < end] or [0]
    first, last = inside[0], inside[-1]
    while first > 0 or last + 1 < len(units):
        left = first > 0 and (last + 1 == len(units) or rng.random() < 0.5)
        wider = (first - 1, last) if left else (first, last + 1)
        if units[wider[1]][1] - units[wider[0]][0] > limit:
            break
        first, last = wider
    start, end = units[first][0], units[last][1]
    return passage[start:end], None if span is None else (span[0] - start, span[1] - start)


def visits(corpora: Sequence[Corpus], rng: random.Random) -> list[tuple[int, int]]:
    """One epoch's (corpus, question) numbers in random order; a weight of 1.5 visits half of the questions twice."""
    places = [
        (number, index)
        for number, corpus in enumerate(corpora)
        for index in range(len(corpus.questions))
        for _ in range(int(corpus.weight) + (rng.random() < corpus.weight % 1))
    ]
    rng.shuffle(places)
    return places


def batches(
    tokenizer: Tokenizer,
    corpora: Sequence[Corpus],
    rows: int,
    max_tokens: int,
    rng: random.Random,
    window: Callable[[], int],
) -> Iterator[Batch]:
    """One epoch of batches of about ``rows`` rows of similar length; the rows of one question stay together.

    ``window`` is asked now and then for the greatest number of characters of a passage.
    """
    places = visits(corpora, rng)
    stride = 40 * rows
    for begin in range(0, len(places), stride):
        drawn = []
        for number, index in places[begin : begin + stride]:
            corpus = corpora[number]
            drawn.append(draw(corpus.questions[index], corpus.pool.hard[index], corpus.pool, rng, window()))
        yield from _bucketed(tokenizer, drawn, rows, max_tokens, rng)


def _bucketed(
    tokenizer: Tokenizer, drawn: Sequence[Sequence[Row]], rows: int, max_tokens: int, rng: random.Random
) -> Iterator[Batch]:
    flat = encode(tokenizer, [row for group in drawn for row in group], max_tokens)
    items = iter(flat)
    grouped = [[next(items) for _ in group] for group in drawn]
    grouped.sort(key=lambda group: max(len(item.ids) for item in group))
    packs: list[list[list[Encoded]]] = [[]]
    for group in grouped:
        if sum(map(len, packs[-1])) + len(group) > rows and packs[-1]:
            packs.append([])
        packs[-1].append(group)
    rng.shuffle(packs)
    for pack in packs:
        numbers = [number for number, group in enumerate(pack) for _ in group]
        yield collate([item for group in pack for item in group], numbers)
