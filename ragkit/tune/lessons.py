"""What the writer learns from: a question, passages, and what to write, with the place that each piece is copied from.

A `Lesson` holds every passage that may be shown with its question, each as ``[CLS] question [SEP] passage [SEP]``;
`drawn` picks some of them, in an order of chance, and a mode: the answer at once, or first the sentence it rests on.
Without the passage that answers, what to write is the refusal piece alone.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ragkit.models import bundled
from ragkit.models.reader import CLS, QUESTION_TOKENS, SEP
from ragkit.models.writer import ANSWER, DIRECT, END, REFUSE, THINK
from ragkit.tune.data import Question, Span
from ragkit.tune.negatives import Pool, exchanged, near_miss, sentences
from ragkit.tune.statements import statement

FREE = -1
"""The place of a piece that is not copied from a known place."""
_PLACE = 1000
"""A place in passage p, token t is ``p * _PLACE + t``; in the question ``-2 - t``."""
_LONGEST_EVIDENCE, _LONGEST_DIRECT, _LONGEST_ANSWER = 45, 30, 60
_REFUSED, _EXCHANGED, _NEAR, _TITLED, _THINKING = 0.25, 0.15, 0.6, 0.3, 0.5
_PREAMBLE = re.compile(r"^(?:based on|according to)[^.,:]*passages?[^.,:]*[,:]\s*(?:here is[^:]*:\s*)?", re.IGNORECASE)
_REFUSAL = re.compile(r"unable to answer|do(?:es)? not (?:provide|contain|mention|tell|answer)", re.IGNORECASE)
_MENTION = re.compile(r"\s*\((?:from |see )?passages? [^)]*\)", re.IGNORECASE)

Pieces = tuple[list[int], list[int]]
"""Token ids to write and the place of each."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One pair as token ids; the passage's tokens are ``ids[first:-1]`` and stand at ``offsets`` of ``text``."""

    text: str
    ids: list[int]
    first: int
    offsets: list[Span]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question's pairs; the first ``needed`` answer it, and ``near`` says which other lacks only the answer.

    ``answer`` is written at once, ``conclusion`` after ``evidence``, the sentence that it rests on; they are None where
    they are not known. A lesson without ``answer`` is always refused. ``references`` are the short answers that it is
    scored against.
    """

    question: str
    pairs: tuple[Shown, ...]
    needed: int
    near: int | None
    answer: Pieces | None
    evidence: Pieces | None
    conclusion: Pieces | None
    references: tuple[str, ...]
    group: str


@dataclass(frozen=True, slots=True)
class Example:
    """A drawn lesson: the pairs to show in order, and the pieces to write, control and end piece included."""

    lesson: Lesson
    order: tuple[int, ...]
    written: list[int]
    places: list[int]


def shown(question: str, text: str, room: int = 230) -> Shown:
    """A pair, its passage cut at ``room`` tokens."""
    tokenizer = bundled.tokenizer()
    asked = tokenizer.encode(question, add_special_tokens=False).ids[:QUESTION_TOKENS]
    passage = tokenizer.encode(text, add_special_tokens=False)
    ids = [CLS, *asked, SEP, *passage.ids[:room], SEP]
    return Shown(text, ids, len(asked) + 2, passage.offsets[:room])


def lessons(questions: Sequence[Question], pool: Pool, seed: int) -> list[Lesson]:
    """The lessons of a corpus; some come a second time with another name or number in the question, unanswerable."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    made: list[Lesson] = []
    for question, hard in zip(questions, pool.hard, strict=True):
        lesson = lesson_of(question, hard, pool, rng)
        if lesson is not None:
            made.append(lesson)
            if rng.random() < _EXCHANGED:
                made += _other_question(question, lesson, pool, rng)
    return made


def lesson_of(question: Question, hard: Sequence[str], pool: Pool, rng: random.Random) -> Lesson | None:
    """The lesson of one question, or None where nothing can be learnt to be written."""
    others = [_cut(text, None, rng)[0] for text in rng.sample(list(hard), min(2, len(hard)))]
    if not question.answerable:
        pairs = tuple(shown(question.text, text) for text in [_cut(question.passage, None, rng)[0], *others])
        return Lesson(question.text, pairs, 0, None, None, None, None, (), question.group)
    if not question.spans:
        return None
    span = min(question.spans, key=lambda place: place[1] - place[0])
    text, span = _titled(*_cut(question.passage, span, rng), pool.titles.get(question.passage, ""), rng)
    own = shown(question.text, text)
    answer, evidence, conclusion = _written(question.text, own, span)
    near = near_miss(Question(question.text, text, (span,), True, question.group))
    texts = [*([near] if near else []), *others]
    pairs = (own, *(shown(question.text, other) for other in texts))
    place = 1 if near else None
    return Lesson(question.text, pairs, 1, place, answer, evidence, conclusion, question.answers, question.group)


def responses(path: Path, limit: int = 60) -> list[Lesson]:
    """Lessons from RAGTruth's answers without hallucinated spans (Niu et al., 2024), the first two sentences of each.

    A line of ``path`` has ``question``, ``context`` ("passage 1: ..."), ``response``, ``labels`` and ``source_id``.
    """
    made = []
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            answer = _MENTION.sub("", _PREAMBLE.sub("", " ".join(row["response"].split())))
            spoken = " ".join(answer[start:end] for start, end in sentences(answer)[:2])
            refused = bool(_REFUSAL.search(row["response"][:160]))
            plain = "passage" not in spoken.lower() and not re.search(r"[*:]|\d\. ", spoken)
            if not row["labels"] and (refused or (plain and 4 < len(spoken.split()) <= limit)):
                made.append(_response(row, "" if refused else spoken[:1].upper() + spoken[1:]))
    return made


def _response(row: dict[str, str], spoken: str) -> Lesson:
    texts = [part.strip() for part in re.split(r"\s*\bpassage \d+:", row["context"]) if part.strip()]
    question = " ".join(row["question"].split())
    pairs = tuple(shown(question, " ".join(text.split())[:800]) for text in texts[:4])
    answer = aligned(_ids(spoken), pairs) if spoken else None
    group = f"ragtruth/{row['source_id']}"
    references = (spoken,) if spoken else ()
    return Lesson(question, pairs, len(pairs) if spoken else 0, None, answer, None, None, references, group)


def drawn(lesson: Lesson, rng: random.Random) -> Example:
    """The lesson as it is taught this time."""
    others = list(range(lesson.needed, len(lesson.pairs)))
    if lesson.answer is None or (others and rng.random() < _REFUSED):
        return _refused(lesson, others, rng)
    others = [number for number in others if number != lesson.near]
    order = [*range(lesson.needed), *rng.sample(others, min(len(others), rng.choices((0, 1, 2), (25, 45, 30))[0]))]
    rng.shuffle(order)
    return written(lesson, tuple(order), think=lesson.evidence is not None and rng.random() < _THINKING)


def _refused(lesson: Lesson, others: list[int], rng: random.Random) -> Example:
    near = lesson.near is not None and rng.random() < _NEAR
    rest = [number for number in others if number != lesson.near]
    if not rest and not near:
        rest = others
    order = rng.sample(rest, min(len(rest), rng.randint(0 if near else 1, 2)))
    order += [lesson.near] if near and lesson.near is not None else []
    rng.shuffle(order)
    return refused(lesson, tuple(order), think=rng.random() < _THINKING)


def refused(lesson: Lesson, order: tuple[int, ...], *, think: bool) -> Example:
    """The example that teaches to say that the passages do not tell."""
    return Example(lesson, order, [THINK if think else DIRECT, REFUSE, END], [FREE] * 3)


def written(lesson: Lesson, order: tuple[int, ...], *, think: bool) -> Example:
    """The example that teaches to answer, with the evidence before it or without."""
    if lesson.answer is None:
        raise ValueError("this lesson has no answer")
    ids, places = lesson.answer
    if think and lesson.evidence is not None and lesson.conclusion is not None:
        (before, whence), (ids, places) = lesson.evidence, lesson.conclusion
        return Example(lesson, order, [THINK, *before, ANSWER, *ids, END], [FREE, *whence, FREE, *places, FREE])
    return Example(lesson, order, [DIRECT, *ids, END], [FREE, *places, FREE])


def aligned(ids: Sequence[int], pairs: Sequence[Shown], preferred: Span = (0, 0)) -> Pieces:
    """Each piece with the place that it is copied from: the longest runs that stand in the question or a passage.

    ``preferred`` are tokens of the first passage, those of the answer, that win over equal runs elsewhere.
    """
    known, places = _sources(pairs)
    where: dict[int, list[int]] = {}
    for at, piece in enumerate(known):
        where.setdefault(piece, []).append(at)
    found: list[int] = []
    while len(found) < len(ids):
        rest = ids[len(found) :]
        runs = [
            (_run(rest, known[at:]), preferred[0] <= places[at] < preferred[1], -at) for at in where.get(rest[0], ())
        ]
        length, _, at = max(runs, default=(0, False, 0))
        sure = length > 2 or any(_telling(piece) for piece in rest[:length])
        found += places[-at : -at + length] if sure else [FREE]
    return list(ids), found


def _sources(pairs: Sequence[Shown]) -> tuple[list[int], list[int]]:
    """All pieces that can be copied and their places; -1 stands between two sources."""
    asked = pairs[0].ids[1 : pairs[0].first - 1]
    known, places = [*asked, -1], [-2 - at for at in range(len(asked) + 1)]
    for number, pair in enumerate(pairs):
        passage = pair.ids[pair.first : -1]
        known += [*passage, -1]
        places += range(number * _PLACE, number * _PLACE + len(passage) + 1)
    return known, places


def _run(wanted: Sequence[int], source: Sequence[int]) -> int:
    """How many pieces the two begin with in common."""
    pairs = zip(wanted, source, strict=False)
    return next((n for n, (one, other) in enumerate(pairs) if one != other), min(len(wanted), len(source)))


def _telling(piece: int) -> bool:
    """Whether a single piece says where it comes from: a long word, a number, the rest of a rare word."""
    text = str(bundled.tokenizer().id_to_token(piece))
    return len(text) > 4 or text.startswith("##") or text.isdigit()


def position(place: int, order: Sequence[int], firsts: Sequence[int]) -> int:
    """Where a place stands when the pairs ``order`` are shown and their passages begin at ``firsts``, else -1."""
    if place == FREE:
        return FREE
    if place < FREE:
        return -1 - place  # after [CLS] of the first pair
    pair, token = divmod(place, _PLACE)
    return firsts[order.index(pair)] + token if pair in order else FREE


def _ids(text: str) -> list[int]:
    return list(bundled.tokenizer().encode(text, add_special_tokens=False).ids)


def _written(question: str, own: Shown, span: Span) -> tuple[Pieces | None, Pieces | None, Pieces | None]:
    """Answer, evidence and conclusion of a question whose answer stands at ``span`` of its own pair's text."""
    inside = [n for n, (start, end) in enumerate(own.offsets) if start < span[1] and span[0] < end]
    if not inside:
        return None, None, None
    answer = (inside[0], inside[-1] + 1)
    evidence = _evidence(own, answer)
    said = statement(question, own.text[span[0] : span[1]], own.text[max(0, span[0] - 40) : span[0]])
    if said is not None:
        spoken = aligned(_ids(said), [own], answer)
        return spoken, evidence, spoken
    brief = _closed(own, answer) if answer[1] - answer[0] <= _LONGEST_ANSWER else None
    whole = evidence if evidence is not None and len(evidence[0]) <= _LONGEST_DIRECT else None
    return whole or brief, evidence, brief or evidence


def _evidence(own: Shown, answer: Span) -> Pieces | None:
    """The sentence that holds the tokens ``answer``, or its clause where it is long."""
    start, end = own.offsets[answer[0]][0], own.offsets[answer[1] - 1][1]
    whole = next((place for place in sentences(own.text) if place[0] <= start and end <= place[1]), None)
    if whole is None:
        return None
    tokens = [n for n, (left, right) in enumerate(own.offsets) if whole[0] <= left and right <= whole[1]]
    breaks = [
        n + 1 for n in tokens[:-1] if own.text[slice(*own.offsets[n])] in (",", ";", ":", "(", "\u2013", "\u2014")
    ]
    begins = [n for n in (tokens[0], *breaks) if n <= answer[0]]
    ends = [n for n in (*(after - 1 for after in breaks), tokens[-1] + 1) if n >= answer[1]]
    fits = [(last - first, -first) for first in begins for last in ends if last - first <= _LONGEST_EVIDENCE]
    if not fits:
        return None
    length, first = max(fits)
    return _closed(own, (-first, length - first))


def _closed(own: Shown, tokens: Span) -> Pieces:
    """Tokens of the own passage with a full stop behind them."""
    ids = own.ids[own.first + tokens[0] : own.first + tokens[1]]
    stops = _ids(".")
    if own.text[slice(*own.offsets[tokens[1] - 1])] in (".", "!", "?"):
        stops = []
    return [*ids, *stops], [*range(*tokens), *([FREE] * len(stops))]


def _cut(text: str, span: Span | None, rng: random.Random) -> tuple[str, Span]:
    """A window of whole sentences around ``span``, mostly short, sometimes as long as a chunk."""
    limit = rng.choice((300, 350, 450, 550, 950))
    kept, at = sentences(text), 0
    if not kept:
        return text[:limit], span or (0, 0)
    if span is not None:
        at = max(n for n, place in enumerate(kept) if place[0] <= span[0] or n == 0)
    first = last = at
    while kept[last][1] - kept[first][0] < limit and (first > 0 or last + 1 < len(kept)):
        back = first > 0 and (last + 1 == len(kept) or rng.random() < 0.5)
        first, last = (first - 1, last) if back else (first, last + 1)
    start, end = kept[first][0], max(kept[last][1], span[1] if span else 0)
    return text[start:end], (span[0] - start, span[1] - start) if span else (0, 0)


def _titled(text: str, span: Span, title: str, rng: random.Random) -> tuple[str, Span]:
    if not title or rng.random() > _TITLED:
        return text, span
    return f"{title}\n{text}", (span[0] + len(title) + 1, span[1] + len(title) + 1)


def _other_question(question: Question, lesson: Lesson, pool: Pool, rng: random.Random) -> Iterator[Lesson]:
    text = exchanged(question.text, pool.names, question.passage, rng)
    if text is not None:
        pairs = tuple(shown(text, pair.text) for pair in lesson.pairs[:2])
        yield Lesson(text, pairs, 0, None, None, None, None, (), lesson.group)
