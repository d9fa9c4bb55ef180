"""The small models as tools, without a store: an answer out of passages, and an answer checked against passages.

    ragkit.read_passages("How many days?", ["Leave is 30 days a year."]).text        # '30 days'
    ragkit.verify_answer("Leave is 31 days.", ["Leave is 30 days a year."]).supported  # False

Nothing here reads files or knows about retrieval. What was trained was trained on English: other languages and scripts
give defined results without meaning.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ragkit import arguments, config
from ragkit.errors import UsageError
from ragkit.types import CheckedAnswer, CheckedClaim, Chunk, Evidence, Hit, SpanAnswer, Support

if TYPE_CHECKING:
    from ragkit.models.reader import ReaderModel, Reading
    from ragkit.protocols import Verifier
    from ragkit.verify.claims import Draft

ANSWERABLE = 0.5
"""From this probability on a question counts as answerable: it is calibrated, so more likely than not."""
QUESTION_HEAD, QUESTION_TAIL = 1_000, 3_000
"""Characters of a question that count: models read fewer, and a longer one is a document pasted by mistake."""


def read_passages(question: str, passages: Sequence[str], *, reader: str | Path | None = None) -> SpanAnswer:
    """The best span of ``passages`` as an answer to ``question``, and whether they answer at all.

    Args:
        question: In English. A blank one asks nothing, so nothing answers it: its score is 0.
        passages: Texts of any length and number; long ones are read in windows.
        reader: A folder that ``ragkit tune reader`` wrote; by default the reader of the settings.

    Raises:
        UsageError: What is given is no text.
        ModelError: The reader's weights are missing, altered, or of another base.
    """
    settings = config.load({"generate.evidence": f"reader:{reader}" if reader else None})
    return span_reader(settings).read([(question, passages)])[0]


def verify_answer(
    answer: str, passages: Sequence[str], question: str = "", *, verifier: str | None = None
) -> CheckedAnswer:
    """Every sentence of ``answer`` checked against ``passages``; its citation markers are tolerated.

    An answer that says nothing is not supported: there is nothing to support.

    Args:
        answer: One or more sentences.
        passages: Texts of any length and number.
        question: Helps with sentences that are understood only behind it.
        verifier: ``NAME`` or ``NAME:FOLDER``; by default that of the settings.

    Raises:
        UsageError: What is given is no text, or there is no such verifier.
        ModelError: The verifier's weights are missing, altered, or of another base.
    """
    return answer_verifier(config.load({"verify.verifier": verifier})).check(answer, passages, question)


@lru_cache(maxsize=4)
def span_reader(settings: config.Settings) -> SpanReader:
    """The reader that the settings name, or the one that ships when they name another scorer; loaded."""
    from ragkit.models.reader import SHIPPED, ReaderModel

    name, _, folder = settings.generate.evidence.partition(":")
    model = ReaderModel(Path(folder) if name == "reader" and folder else SHIPPED)
    model.load()
    return SpanReader(model, settings.generate)


@lru_cache(maxsize=4)
def answer_verifier(settings: config.Settings) -> AnswerVerifier:
    """The verifier that the settings name."""
    from ragkit.pipeline import Pipeline

    return AnswerVerifier(Pipeline(settings).verifier)


class SpanReader:
    """Reads answers out of passages."""

    def __init__(self, model: ReaderModel, settings: config.Generate) -> None:
        self._model = model
        self._settings = settings

    def read(self, asked: Sequence[tuple[str, Sequence[str]]]) -> list[SpanAnswer]:
        """One answer for each question with its passages; several at once go faster than one by one."""
        for question, passages in asked:
            _check("question", question)
            _check_all(passages)
        short = [(_clipped(question), passages) for question, passages in asked]
        read = iter(self._model.read_all([each for pair in short for each in _each_asked(*pair)]))
        return [
            self._answer(question, passages, [reading for _ in passages for reading in next(read)])
            for question, passages in short
        ]

    def _answer(self, question: str, passages: Sequence[str], readings: Sequence[Reading]) -> SpanAnswer:
        if not readings:
            return SpanAnswer("", None, 0, 0, answerable=False, score=0.0)
        number = max(range(len(readings)), key=lambda place: readings[place].answerable)
        best = readings[number]
        text = passages[number][best.start : best.end]
        score = best.answerable if question.strip() else 0.0
        found = SpanAnswer(text, number, best.start, best.end, score >= ANSWERABLE, score)
        return found if not found.answerable else _with_sentences(found, self._sentences(question, passages, readings))

    def _sentences(self, question: str, passages: Sequence[str], readings: Sequence[Reading]) -> list[Evidence]:
        """What the extractive generator would say, best first."""
        from ragkit.generate.extractive.reader_evidence import evidence
        from ragkit.generate.extractive.selection import select

        hits = _hits(passages)
        ranked = evidence(question, hits, dict(enumerate(readings)))
        if not ranked or ranked[0].score < self._settings.abstain_below:
            return []
        return sorted(select(question, hits, ranked, self._settings), key=lambda each: -each.score)


class AnswerVerifier:
    """Checks answers against passages, sentence by sentence."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier

    def check(self, answer: str, passages: Sequence[str], question: str = "") -> CheckedAnswer:
        """The finding on each sentence, and on all of them together."""
        from ragkit.verify.check import findings
        from ragkit.verify.claims import drafts

        _check("answer", answer)
        _check("question", question)
        _check_all(passages)
        sentences = drafts(answer, passages)
        found = findings(self._verifier, [each.text for each in sentences], passages, _clipped(question))
        claims = tuple(_claim(answer, *pair) for pair in zip(sentences, found, strict=True))
        supported = bool(claims) and all(claim.verdict == "supported" for claim in claims)
        return CheckedAnswer(supported, math.prod(claim.score for claim in claims) if claims else 0.0, claims)


def _hits(passages: Sequence[str]) -> list[Hit]:
    return [Hit(Chunk("", "", 0, len(text), text), 1.0) for text in passages]


def _each_asked(question: str, passages: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Each passage with the question in its words."""
    from ragkit.generate.extractive.question_rewriting import Asked

    asked = Asked(question, _hits(passages))
    return ((asked.of(number, text), [text]) for number, text in enumerate(passages))


def _claim(answer: str, draft: Draft, finding: Support) -> CheckedClaim:
    spans = tuple(sorted(draft.raw(start, end) for start, end in finding.unsupported_spans))
    text, found = answer[draft.start : draft.end], finding
    return CheckedClaim(text, draft.start, draft.end, found.verdict, found.score, found.evidence, spans, found.reason)


def _with_sentences(found: SpanAnswer, sentences: Sequence[Evidence]) -> SpanAnswer:
    """What answers has a sentence: the span itself where no sentence could be told apart."""
    from dataclasses import replace

    own = Evidence(found.passage or 0, found.start, found.end, found.score)
    return replace(found, sentences=tuple(sentences) or (own,))


def _clipped(question: str) -> str:
    """The beginning and the end of a long question: what it is about, and what is asked."""
    if len(question) <= QUESTION_HEAD + QUESTION_TAIL:
        return question
    return f"{question[:QUESTION_HEAD]} {question[-QUESTION_TAIL:]}"


def _check_all(passages: Sequence[str]) -> None:
    if isinstance(passages, str):
        raise UsageError("The passages are one text.", "Give a list of texts.")
    for passage in arguments.names("The passages", passages):
        _check("passage", passage)


def _check(what: str, text: str) -> None:
    arguments.check(f"The {what}", text, str)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"The {what} is not valid Unicode (half a surrogate pair).", "Write it in UTF-8.") from error
