"""Runs a reader over held-out questions: spans, relevance, and what they score.

A case is a question with a passage. For each answerable question there are up to four: its own passage; the
passage of the same article that BM25 ranks highest among those without the answer; its own passage without the
sentence that answers; and its own passage with another name or number in the question.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ragkit.models import bundled
from ragkit.squad import exact_match, token_f1
from ragkit.tune.data import Question
from ragkit.tune.examples import MAX_TOKENS, Encoded, Row, collate, encode
from ragkit.tune.model import ReaderModel
from ragkit.tune.negatives import Pool, exchanged, near_miss
from ragkit.tune.score import Estimate, Floats, auroc, bootstrap, calibration_error, mean

MAX_ANSWER_TOKENS = 40


@dataclass(frozen=True, slots=True)
class Case:
    """A row to score.

    ``kind`` is "own" for the right passage, else how the negative was made. ``place`` is the passage that the
    question was asked about, by which cases are split.
    """

    row: Row
    kind: str
    answers: tuple[str, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader says: the best span's text, the relevance logit, and best span minus "no answer"."""

    answer: str
    relevance: float
    margin: float


def cases(questions: Sequence[Question], pool: Pool, seed: int = 0) -> list[Case]:
    """The cases of held-out questions with their mined negatives."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    found = []
    for question, hard in zip(questions, pool.hard, strict=True):
        if not question.spans:
            row = Row(question.text, question.passage, None, question.answerable)
            found.append(Case(row, "own" if question.answerable else "given", (), question.passage))
            continue
        own = Row(question.text, question.passage, question.spans[0], True)
        found.append(Case(own, "own", question.answers, question.passage))
        swapped = exchanged(question.text, pool.names, question.passage, rng)
        texts = {"hard": hard[0] if hard else None, "near": near_miss(question)}
        found += [
            Case(Row(question.text, text, None, False), kind, (), own.passage) for kind, text in texts.items() if text
        ]
        if swapped:
            found.append(Case(Row(swapped, question.passage, None, False), "exchanged", (), own.passage))
    return found


def read(model: ReaderModel, rows: Sequence[Row], batch_rows: int = 16) -> list[Reading]:
    """The model's readings, in the order of ``rows``; rows of similar length are computed together."""
    model.eval()
    tokenizer, device = bundled.tokenizer(), next(model.parameters()).device
    encoded = encode(tokenizer, rows, MAX_TOKENS)
    order = sorted(range(len(rows)), key=lambda number: len(encoded[number].ids))
    readings: dict[int, Reading] = {}
    for begin in range(0, len(order), batch_rows):
        numbers = order[begin : begin + batch_rows]
        with torch.inference_mode():
            batch = collate([encoded[number] for number in numbers], numbers).to(device)
            starts, ends, relevance = (tensor.cpu().numpy() for tensor in model(batch))
        for place, number in enumerate(numbers):
            answer, margin = best_span(encoded[number], starts[place], ends[place])
            readings[number] = Reading(answer, float(relevance[place]), margin)
    return [readings[number] for number in range(len(rows))]


def best_span(item: Encoded, starts: Floats, ends: Floats) -> tuple[str, float]:
    """The text of the best span of at most `MAX_ANSWER_TOKENS` tokens, and its logits less those of [CLS]."""
    inside = slice(item.first, item.first + len(item.offsets))
    if not item.offsets:
        return "", 0.0
    table = starts[inside, None] + ends[None, inside]
    ones = np.ones(table.shape, dtype=bool)
    table = np.where(np.triu(ones) & ~np.triu(ones, MAX_ANSWER_TOKENS), table, -np.inf)
    first, last = np.unravel_index(int(table.argmax()), table.shape)
    text = item.row.passage[item.offsets[first][0] : item.offsets[last][1]]
    return text, float(table[first, last] - starts[0] - ends[0])


def features(readings: Sequence[Reading]) -> Floats:
    """What the calibration sees, shape (n, 2): relevance logit and margin."""
    return np.array([(reading.relevance, reading.margin) for reading in readings], dtype=np.float64).reshape(-1, 2)


def probability(values: Floats, coefficients: Floats) -> Floats:
    """The calibrated probability that the passage answers; ``coefficients`` has the intercept last."""
    chance: Floats = 1 / (1 + np.exp(-np.clip(values @ coefficients[:-1] + coefficients[-1], -30, 30)))
    return chance


def measure(found: Sequence[Case], readings: Sequence[Reading], coefficients: Floats) -> dict[str, Estimate]:
    """Span F1 and exact match on answerable cases; AUROC of the probability over all and against each kind."""
    own = [(case.answers, reading.answer) for case, reading in zip(found, readings, strict=True) if case.answers]
    table: dict[str, Estimate] = {}
    if own:
        table["span F1"] = bootstrap(mean, np.array([token_f1(answer, known) for known, answer in own]))
        table["exact match"] = bootstrap(mean, np.array([exact_match(answer, known) for known, answer in own], float))
    chance = probability(features(readings), coefficients)
    right = np.array([float(case.row.answerable) for case in found])
    kinds = np.array([case.kind for case in found])
    if 0 < right.sum() < len(right):
        table["AUROC"] = bootstrap(auroc, chance, right)
        table["calibration error"] = bootstrap(calibration_error, chance, right)
        for kind in sorted(set(kinds) - {"own"}):
            pick = (right > 0) | (kinds == kind)
            table[f"AUROC, {kind}"] = bootstrap(auroc, chance[pick], right[pick])
    return table
