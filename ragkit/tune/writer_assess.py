"""Measures a generator on held-out lessons: does it answer what can be answered, rightly, and decline the rest.

Any generator can be measured, so that the writer and `extractive` stand beside each other on the same cases.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ragkit.generate.writer import cited_part, drafted, quoted
from ragkit.models.writer import Rules, WriterModel
from ragkit.squad import token_f1
from ragkit.tune.lessons import Example, Lesson, refused, written
from ragkit.tune.negatives import lacks
from ragkit.tune.score import Estimate, bootstrap, logistic, mean
from ragkit.types import Chunk, Hit, Prompt, Sampling
from ragkit.verify.claims import drafts

if TYPE_CHECKING:
    from ragkit.protocols import Generator, Verifier

MARKER = "Answer:"
_MARKER = re.compile(r"\s*\[\d+\]")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a generator made of a case.

    ``answer`` is empty where it declined; ``supported`` is a share of its sentences, None where it said nothing.
    """

    question: str
    answerable: bool
    references: tuple[str, ...]
    raw: str
    answer: str
    confidence: float
    pieces: int
    supported: float | None


def held_cases(lessons: Sequence[Lesson], seed: int = 0) -> list[Example]:
    """A case for each lesson: two in three with the passage that answers, and one without."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    found = []
    for number, lesson in enumerate(lessons):
        others = list(range(lesson.needed, len(lesson.pairs)))
        rng.shuffle(others)
        if lesson.answer is None or (number % 3 == 2 and others):
            found.append(refused(lesson, tuple(others[:3]), think=False))
        elif lesson.references:
            order = [*range(lesson.needed), *(n for n in others if n != lesson.near)][:4]
            rng.shuffle(order)
            found.append(written(lesson, tuple(order), think=False))
    return [example for example in found if example.order]


def prompt_of(example: Example, *, think: bool = False) -> Prompt:
    """The case as a generator is given it."""
    texts = [example.lesson.pairs[number].text for number in example.order]
    hits = tuple(Hit(Chunk(f"p{n}.txt", "", 0, len(text), text), 1.0) for n, text in enumerate(texts))
    return Prompt(example.lesson.question, hits, answer_marker=MARKER if think else "")


def outcome(
    generator: Generator, example: Example, verifier: Verifier | None, sampling: Sampling, *, think: bool = False
) -> Outcome:
    """What ``generator`` makes of one case."""
    prompt = prompt_of(example, think=think)
    pieces = list(generator.stream(prompt, sampling))
    raw = "".join(piece.text for piece in pieces)
    last = pieces[-1]
    spoken = "" if last.finish == "abstain" else raw.rpartition(MARKER)[2].strip()
    texts = [hit.chunk.text for hit in prompt.passages]
    claims = [draft.text for draft in drafts(spoken, texts)]
    supports = verifier.verify(claims, texts, prompt.question) if verifier and claims else []
    share = sum(support.verdict == "supported" for support in supports) / len(supports) if supports else None
    answerable = len(example.written) > 3
    return Outcome(
        example.lesson.question,
        answerable,
        example.lesson.references if answerable else (),
        raw,
        " ".join(claims),
        last.confidence or 0.0,
        last.usage.completion_tokens if last.usage else 0,
        share,
    )


def table(outcomes: Sequence[Outcome]) -> dict[str, Estimate]:
    """The figures of some outcomes, each with its interval over the cases that it is about.

    An answerable case that was declined scores 0 in "token F1" and "holds a reference".
    """
    asked = [each for each in outcomes if each.answerable]
    said = [each for each in asked if each.answer]
    columns = {
        "token F1": [token_f1(each.answer, each.references) for each in asked],
        "token F1, answered": [token_f1(each.answer, each.references) for each in said],
        "holds a reference": [float(holds(each)) for each in asked],
        "answered": [float(bool(each.answer)) for each in asked],
        "declined, unanswerable": [float(not each.answer) for each in outcomes if not each.answerable],
        "supported sentences": [each.supported for each in outcomes if each.supported is not None],
        "words": [float(len(each.answer.split())) for each in said],
    }
    return {name: bootstrap(mean, np.array(values, np.float64)) for name, values in columns.items() if values}


def holds(each: Outcome) -> bool:
    """Whether the answer has the words of a reference in a row."""
    return bool(each.answer) and any(not lacks(each.answer, [reference]) for reference in each.references)


@dataclass(frozen=True, slots=True)
class Trial:
    """What the writer would answer if it could not decline.

    ``refusal`` is the probability that the passages do not tell, ``sure`` the mean log probability of the answer's
    pieces; ``right`` says whether the answer has the words of a reference, ``f1`` and ``quote_f1`` are the token F1 of
    the answer and of the sentence that it drew on.
    """

    answerable: bool
    refusal: float
    sure: float
    right: bool
    f1: float
    quote_f1: float


def trials(model: WriterModel, cases: Sequence[Example]) -> list[Trial]:
    """Each case answered, whether the passages tell or not."""
    found = []
    for case in cases:
        prompt = prompt_of(case)
        source = model.read(prompt.question, [hit.chunk.text for hit in prompt.passages])
        if source is None:
            continue
        draft = drafted(model, source, Sampling(max_tokens=80), think=False, refuse_above=1.0)
        answerable = len(case.written) > 3
        known = case.lesson.references if answerable else ()
        texts = [
            _MARKER.sub("", text) for text in (cited_part(draft.answer, source, -np.inf), quoted(draft.answer, source))
        ]
        f1, quote_f1 = (token_f1(text, known) if known else 0.0 for text in texts)
        right = any(not lacks(texts[0], [reference]) for reference in known)
        found.append(Trial(answerable, draft.refusal, draft.answer.sure, right, f1, quote_f1))
    return found


def fitted(found: Sequence[Trial]) -> Rules:
    """The rules that do best on some trials; the given ones where there is too little to fit."""
    if len({trial.answerable for trial in found}) < 2:
        return Rules()
    bars = [n / 20 for n in range(1, 20)]
    refuse = max(bars, key=lambda bar: _balance(found, bar))
    kept = [trial for trial in found if trial.answerable and trial.refusal <= refuse]
    quote = max((-n / 10 for n in range(30, 1, -1)), key=lambda bar: _gain(kept, bar))
    odds = [np.log((1 - trial.refusal + 1e-6) / (trial.refusal + 1e-6)) for trial in found]
    features = np.column_stack([odds, [trial.sure for trial in found]])
    labels = np.array([float(trial.right) for trial in found])
    tells, sure, bias = logistic(features, labels, 1.0) if len(set(labels)) == 2 else (0.5, 1.0, 0.0)
    return Rules(refuse, quote, float(tells), float(sure), float(bias))


def _balance(found: Sequence[Trial], bar: float) -> float:
    """Mean of the share of answerable cases that are answered and of others that are declined."""
    answered = [float(trial.refusal <= bar) for trial in found if trial.answerable]
    declined = [float(trial.refusal > bar) for trial in found if not trial.answerable]
    return sum(answered) / len(answered) + sum(declined) / len(declined)


def _gain(kept: Sequence[Trial], bar: float) -> float:
    return sum(trial.quote_f1 if trial.sure < bar else trial.f1 for trial in kept)
