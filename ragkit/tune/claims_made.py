"""Claims made from passages and from answered questions: corrupted and reworded sentences, right and wrong answers.

From a passage come its sentences, reworded or corrupted, beside it and beside passages of the same group; and
sentences of its group that it does not hold. From a question come the right answer and another answer of the passage.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from ragkit.sentences import sentence_spans
from ragkit.squad import normalise
from ragkit.tune.claims import LabelledClaim
from ragkit.tune.corrupt import Setting, corrupted, reworded
from ragkit.tune.data import Question, Span
from ragkit.tune.statements import statement

SHORTEST, LONGEST = 6, 45
"""Words of a sentence that is worth an edit."""
STRANGE, COPIED = 0.2, 0.1
"""Shares of made claims that are sentences of another passage, and unchanged sentences."""


def from_passages(passages: Iterable[tuple[str, str]], count: int, seed: int = 0) -> list[LabelledClaim]:
    """``count`` claims, about half of them supported, from (group, passage) pairs."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    groups: dict[str, list[str]] = defaultdict(list)
    for group, passage in dict.fromkeys(passages):
        groups[group].append(passage)
    split = {p: _sentences(p) for texts in groups.values() for p in texts}
    usable = [(group, text) for group, texts in groups.items() for text in texts if split[text]]
    every = [sentence for sentences in split.values() for sentence in sentences]
    made: list[LabelledClaim] = []
    while usable and len(made) < count:
        group, passage = rng.choice(usable)
        made.extend(_some(group, passage, groups[group], split, every, rng))
    return made[:count]


def _some(
    group: str,
    passage: str,
    near: Sequence[str],
    split: dict[str, list[str]],
    every: Sequence[str],
    rng: random.Random,
) -> Iterator[LabelledClaim]:
    """One supported and one unsupported claim about the passage, where it has a sentence for them."""
    others = tuple(rng.sample(near, min(len(near), rng.choice((0, 1, 2)))))
    beside = tuple(rng.sample((passage, *(p for p in others if p != passage)), 1 + sum(p != passage for p in others)))
    true = rng.choice(split[passage])
    setting = Setting(passage, _following(passage, true), rng.sample(every, min(len(every), 6)))
    kept = true if rng.random() < COPIED else reworded(true, setting, rng)
    if kept:
        yield LabelledClaim(kept, beside, True, (), f"made/{group}", "made")
    strange = [s for p in near if p not in beside for s in split[p]] if rng.random() < STRANGE else []
    if strange:
        claim = rng.choice(strange)
        yield LabelledClaim(claim, beside, False, ((0, len(claim)),), f"made/{group}", "made")
        return
    false = corrupted(true if rng.random() < 0.5 else kept or true, setting, rng)
    if false and normalise(false[0]) not in normalise(passage):
        yield LabelledClaim(false[0], beside, False, false[1], f"made/{group}", "made")


def _sentences(passage: str) -> list[str]:
    found = (" ".join(passage[start:end].split()) for start, end in sentence_spans(passage))
    return [text for text in found if SHORTEST <= len(text.split()) <= LONGEST and text[-1] in ".!?"]


def _following(passage: str, sentence: str) -> str:
    sentences = _sentences(passage)
    place = sentences.index(sentence) + 1
    return sentences[place] if place < len(sentences) else ""


def from_questions(questions: Sequence[Question], seed: int = 0) -> list[LabelledClaim]:
    """For each question with a marked answer: the answer as a claim, and one with another answer of its passage."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    answers: dict[str, list[str]] = defaultdict(list)
    for question in questions:
        answers[question.passage].extend(question.answers)
    made = []
    for question in questions:
        if question.answers:
            made += _stated(question, rng.choice(question.answers), True)
            wrong = [a for a in answers[question.passage] if _apart(a, question.answers)]
            alike = [a for a in wrong if _has_digit(a) == _has_digit(question.answers[0])]
            if wrong:
                made += _stated(question, rng.choice(alike or wrong), False)
    return made


def _apart(answer: str, right: Sequence[str]) -> bool:
    words = set(normalise(answer).split())
    return bool(words) and all(words.isdisjoint(normalise(other).split()) for other in right)


def _has_digit(text: str) -> bool:
    return any(map(str.isdecimal, text))


def _stated(question: Question, answer: str, true: bool) -> list[LabelledClaim]:
    """The question and the answer as a sentence where a rule makes one, else one behind the other."""
    if len(answer.split()) > LONGEST:
        return []
    said = statement(question.text, answer)
    claim = said if said and answer in said else f"{question.text} {answer}"
    start = claim.rindex(answer)
    spans: tuple[Span, ...] = () if true else ((start, start + len(answer)),)
    return [LabelledClaim(claim, (question.passage,), true, spans, f"made/{question.group}", "answers")]
