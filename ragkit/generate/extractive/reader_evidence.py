"""Finds the sentences that answer with the trained reader: what it was made for.

The reader says how likely a passage answers, and which share of the answer's span lies in each of its sentences. Both
go into a logistic regression with what the words say, so the score of a sentence is a probability, and abstention is
a threshold on it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ragkit.cells import asked_cells
from ragkit.generate.extractive import headings
from ragkit.generate.extractive.answer_types import asked_for, lacks
from ragkit.generate.extractive.asked_side import on_other_side
from ragkit.generate.extractive.candidates import Candidate, candidates, subject_untold
from ragkit.generate.extractive.described_calls import callers
from ragkit.generate.extractive.other_paths import of_other_path
from ragkit.generate.extractive.other_scopes import of_other_scope, rules
from ragkit.generate.extractive.question_rewriting import Asked
from ragkit.generate.extractive.rows_by_superlative import extremes
from ragkit.generate.extractive.section_tasks import is_first_step
from ragkit.generate.extractive.table_rows import asked_rows, reworded, silent_rows, sole_rows, tables, turned_rows
from ragkit.generate.extractive.term_definitions import is_asked_value, is_definition
from ragkit.generate.extractive.word_signals import ranked, word_signals
from ragkit.lexical import content
from ragkit.naming import worded
from ragkit.sentences import without_leaders
from ragkit.types import Evidence, Hit

if TYPE_CHECKING:
    from ragkit.models.reader import ReaderModel, Reading
    from ragkit.registry import Context

LEAST_ANSWERABLE = 0.05
"""A passage that the reader finds less likely to answer does not, however well it matches the question's words."""
BIAS = -0.9
WEIGHTS = {
    "answerable": 0.65,
    "share": 0.72,
    "coverage": 1.26,
    "context": 2.48,
    "rival": -2.0,
    "lacks": -4.0,
    "drop": -8.18,
}
FIRST = 4
"""Passages that are read before it is asked which others could still matter."""
SUREST = 3.7
"""Log-odds that a passage answers, greater than the 3.64 that were seen at most."""
MATTERS = 0.4
"""A sentence that cannot reach this share of the best one's probability joins no answer, not even a list."""
OF_THE_SECTION = {"answerable": 2.0, "share": 0.0}
OF_THE_CELL = {"answerable": 1.0, "share": -0.7}
"""Log-odds that a passage answers, and the logarithm of a sentence's share in that, where its words are enough: below
the heading that is asked for, and in the row and column that are."""


class ReaderEvidence:
    """Scores the sentences of the passages against the question; what can no longer matter is not read."""

    def __init__(self, model: ReaderModel) -> None:
        self._model = model

    def score(self, question: str, passages: Sequence[Hit]) -> list[Evidence]:
        """Sentences of the passages, best first, each with the probability that it answers."""
        found: list[Evidence] = []
        readings: dict[int, Reading] = {}
        bounds = reachable(question, passages)
        asked = Asked(question, passages)
        rest = list(range(min(FIRST, len(passages))))
        while rest:
            readings |= self._read(asked, passages, rest)
            found = evidence(question, passages, readings)
            least = MATTERS * found[0].score if found else 0.0
            rest = [number for number, most in enumerate(bounds) if number not in readings and most >= least]
        return found

    def _read(self, asked: Asked, passages: Sequence[Hit], numbers: Sequence[int]) -> dict[int, Reading]:
        """The readings of some passages, of each with the question in its words."""
        # The reader sees what the embedder saw: a sentence may need its headings to be understood.
        texts = {number: without_leaders(passages[number].chunk.embedded_text) for number in numbers}
        alike: dict[str, list[int]] = {}
        for number, text in texts.items():
            put = asked.of(number, passages[number].chunk.text, text)
            alike.setdefault(reworded(put, passages[number]), []).append(number)
        readings: dict[int, Reading] = {}
        for question, those in alike.items():
            above = [title_above(question, passages[number]) for number in those]
            read = self._model.read(question, [f"{title}{texts[n]}" for n, title in zip(those, above, strict=True)])
            readings |= {n: each.below(len(title)) for n, each, title in zip(those, read, above, strict=True)}
        return readings


def title_above(question: str, hit: Hit) -> str:
    """What a passage's document is about, where the question has words of it that neither text nor headings have.

    That is its title, and what its first words say besides.
    """
    title = hit.chunk.title
    if about := subject_untold(hit):
        return f"{title}: {about}\n"
    named = {*content(question)}.intersection(content(title))
    return f"{title}\n" if named.difference(content(hit.chunk.embedded_text)) else ""


def reachable(question: str, passages: Sequence[Hit]) -> list[float]:
    """The greatest probability that a sentence of each passage can reach, whatever the reader will say of it."""
    found, kind = list(candidates(passages)), asked_for(question)
    sole = sole_rows(question, found, passages, {n: reworded(question, hit) for n, hit in enumerate(passages)})
    # The heading may have what a sentence lacks.
    signals = [
        {
            **signal,
            "answerable": SUREST,
            "share": 0.0,
            "lacks": signal["lacks"] * lacks(kind, each.context),
            "drop": signal["drop"] * (each not in sole),
        }
        for each, signal in zip(found, word_signals(question, found, passages), strict=True)
    ]
    most = [0.0] * len(passages)
    for each in ranked(found, signals, WEIGHTS, BIAS):
        most[each.passage] = max(most[each.passage], each.score)
    return most


def evidence(question: str, passages: Sequence[Hit], readings: Mapping[int, Reading]) -> list[Evidence]:
    """The sentences of the passages that have been read, best first, each with the probability that it answers."""
    every = [each for each in candidates(passages) if each.passage in readings]
    put = {number: reworded(question, passages[number]) for number in readings}
    known = {each: sure for each in every if (sure := named(put[each.passage], each, passages[each.passage]))}
    sole = sole_rows(question, every, passages, put)
    does = callers(put, every, passages)
    known |= dict.fromkeys([*sole, *does], OF_THE_CELL)
    read = {number for number, reading in readings.items() if reading.answerable >= LEAST_ANSWERABLE}
    found = [each for each in every if each.passage in read or each in known]
    signals = [
        {**signal, **reader_signals(each, passages[each.passage], readings[each.passage])}
        for each, signal in zip(found, word_signals(question, found, passages), strict=True)
    ]
    opposite = on_other_side(question, found, passages)
    for each, signal in zip(found, signals, strict=True):
        signal["rival"] = max(
            signal["rival"], each in opposite, headings.is_of_another_day(question, passages[each.passage], each.text)
        )
        signal.update((name, max(signal[name], value)) for name, value in known.get(each, {}).items())
        signal["drop"] *= each not in sole
    _count_for_asked_rows(question, found, signals, passages)
    _count_for_cases(question, found, signals, passages)
    under = headed(question, found, signals, passages, readings)
    under |= {(each.passage, each.start): each.name for each in found if is_asked_value(put[each.passage], each)}
    under |= {(each.passage, each.start): name for each, name in does.items() if name}
    other = of_other_scope(question, found, passages)
    _count_for_rules(found, signals, other)
    silent = silent_rows(question, found, passages)
    left_out = {*turned_rows(question, found, passages), *silent, *other, *of_other_path(question, found)}
    places = {(each.passage, each.start) for each in left_out}
    best = [each for each in ranked(found, signals, WEIGHTS, BIAS) if (each.passage, each.start) not in places]
    return [replace(each, heading=under.get((each.passage, each.start), "")) for each in best]


def _count_for_asked_rows(
    question: str, found: Sequence[Candidate], signals: Sequence[dict[str, float]], passages: Sequence[Hit]
) -> None:
    """Give rows whose values the question names the highest ``share`` of their table's rows in the same passage."""
    places = dict(zip(found, signals, strict=True))
    for table in tables(found, passages):
        for row in asked_rows(question, table):
            beside = [places[each]["share"] for each in table if each.passage == row.passage]
            places[row]["share"] = max(beside)


def _count_for_cases(
    question: str, found: Sequence[Candidate], signals: Sequence[dict[str, float]], passages: Sequence[Hit]
) -> None:
    """Give sentences with the bound that a case lies in the highest ``share`` of their passage."""
    asked, most = Asked(question, passages), dict[int, float]()
    for each, signal in zip(found, signals, strict=True):
        most[each.passage] = max(most.get(each.passage, -math.inf), signal["share"])
    for each, signal in zip(found, signals, strict=True):
        if asked.tells_case(each.passage, each.text):
            signal["share"] = most[each.passage]


def _count_for_rules(found: Sequence[Candidate], signals: Sequence[dict[str, float]], other: set[Candidate]) -> None:
    """Give the rule before a sentence for another scope that one's ``share``: it holds in the scope asked for."""
    places = dict(zip(found, signals, strict=True))
    for rule, each in rules(found, other):
        places[rule]["share"] = max(places[rule]["share"], places[each]["share"])


def named(question: str, candidate: Candidate, hit: Hit) -> dict[str, float]:
    """What is known of a candidate whatever the reader finds.

    The question names its section, its row and column, its term and what it tells of that, the task whose steps it
    begins, or all that it says where it is the section that is asked for.
    """
    if headings.asks_of(question, hit):
        return OF_THE_SECTION
    told = headings.is_told_in(question, hit, candidate.text)
    put = worded(question, candidate.text)
    most = extremes(question, hit.chunk.text, " ".join([hit.chunk.title, *hit.chunk.headings]))
    row = candidate.text in most or asked_cells(put, candidate.text, candidate.context)
    if told or row or is_asked_value(question, candidate) or is_definition(question, candidate):
        return OF_THE_CELL
    return OF_THE_SECTION if is_first_step(question, candidate, hit) else {}


def headed(
    question: str,
    found: Sequence[Candidate],
    signals: Sequence[dict[str, float]],
    passages: Sequence[Hit],
    readings: Mapping[int, Reading],
) -> dict[tuple[int, int], str]:
    """The headings that answer, by passage and start of the sentence which tells that they do.

    Where the reader finds the answer in a heading ("Which version closes ...?"), that is the sentence with most of the
    question's words: it gets the heading's ``share``, and lacks no kind of answer that the heading has.
    """
    under, kind = dict[tuple[int, int], str](), asked_for(question)
    for number in {each.passage for each in found}:
        heading = headings.at(passages[number], readings[number].start)
        rows = [(each, signal) for each, signal in zip(found, signals, strict=True) if each.passage == number]
        each, signal = max(rows, key=lambda row: row[1]["coverage"])
        about = signal["coverage"] > 0 or len(rows) == 1 or headings.has_figure_of(question, heading)
        part = headings.asked_part(question, passages[number]) if signal["coverage"] > 0 else ""
        if heading and about and headings.may_answer(question, heading):
            share = sum(readings[number].share(*place) for place in headings.places(passages[number], heading))
            signal["share"] = max(signal["share"], math.log(share + 1e-3))
            signal["lacks"] *= lacks(kind, heading)
        answers = part or (heading if about else "")
        if answers and headings.may_answer(question, answers):
            under[each.passage, each.start] = answers
    return under


def from_context(argument: str, context: Context) -> ReaderEvidence:
    """The reader that ships, or the one in the folder that ``reader:FOLDER`` names."""
    from pathlib import Path

    from ragkit.models.reader import SHIPPED, ReaderModel

    model = ReaderModel(Path(argument) if argument else SHIPPED)
    context.load(model.load)
    return ReaderEvidence(model)


def reader_signals(candidate: Candidate, hit: Hit, reading: Reading) -> dict[str, float]:
    """``answerable`` is the log-odds that the passage answers, ``share`` the log of the sentence's part in it."""
    above = len(hit.chunk.embedded_text) - len(hit.chunk.text)
    share = reading.share(candidate.start + above, candidate.end + above)
    odds = max(reading.answerable, 1e-6) / max(1 - reading.answerable, 1e-6)
    return {"answerable": math.log(odds), "share": math.log(share + 1e-3)}
