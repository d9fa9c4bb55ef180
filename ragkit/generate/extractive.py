"""The offline generator: the sentences of the passages that answer, in reading order, each with its citation.

It writes nothing of its own, so every sentence can be checked word for word. It abstains when the best sentence is
not likely enough to answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ragkit.generate.asked import Asked
from ragkit.generate.beside import with_beside
from ragkit.generate.fences import fenced, with_code
from ragkit.generate.joined import join
from ragkit.generate.lists import (
    ALMOST_BEST,
    WANTS_STEPS,
    WHICH,
    has_titles,
    in_one,
    is_told_alone,
    led_list,
    needed,
    steps,
    told_with,
)
from ragkit.generate.parts import parts
from ragkit.generate.refusal import REFUSAL
from ragkit.generate.rows import (
    answered,
    is_lesser_row,
    is_of_a_row_said,
    is_row,
    named_first,
    rows_as_good,
    rows_asked_for,
    table,
)
from ragkit.generate.sections import ASKS_OF_SECTION
from ragkit.generate.terms import is_bare_term, with_terms
from ragkit.generate.told import as_told, notes, without_yes_or_no
from ragkit.invisible import without_hidden_text
from ragkit.lexical import content, coverage, names, negations, numbers
from ragkit.types import Evidence, Hit, Piece, Usage

if TYPE_CHECKING:
    from ragkit.config import Generate
    from ragkit.protocols import EvidenceScorer, Pieces
    from ragkit.registry import Context
    from ragkit.types import Prompt, Sampling

FEW = 2
"""Sentences at most for a question that asks for one thing."""
ALMOST_BEST_OF_LIST = 0.4
"""For questions that ask for several things."""
ALMOST_BEST_ELSEWHERE = 0.65
"""For those, in a sentence from under other headings: of 29 with less, 3 told what was asked for."""
SAME_WORDS = 0.8
"""A sentence whose words stand to this share in one already taken says nothing new."""
WANTS_LIST = re.compile(
    r"^(?:how (?:do|can|should|to|does|are|is)|what (?:are|steps|should|happens|must|do|conditions)\b|list|describe)"
    rf"|^{ASKS_OF_SECTION.pattern}"
    r"|^which .*\b(?:are|do|must)\b|\b(?:steps|procedure|process|requirements|conditions)\b",
    re.IGNORECASE,
)
OF_ONE_THING = re.compile(rf"^{ASKS_OF_SECTION.pattern} (?:about|regarding|concerning)\b", re.IGNORECASE)
"""Asks of what a section tells for what it says of one thing."""
SOME_ROWS = re.compile(r"^(?:which|list|name)\b", re.IGNORECASE)


class ExtractiveGenerator:
    """Answers with sentences of the passages, never more than needed."""

    name = "extractive"
    context_tokens = None
    reads_messages = False
    verbatim = True

    def __init__(self, evidence: EvidenceScorer, settings: Generate) -> None:
        self._evidence = evidence
        self._settings = settings

    def count_tokens(self, text: str) -> int:
        """Words: nothing is limited by them."""
        return len(text.split())

    def stream(self, prompt: Prompt, sampling: Sampling) -> Pieces:
        """One piece for each sentence; sampling does not matter."""
        asked = parts(prompt.question)
        found = [self._evidence.score(question, prompt.passages) for question in asked]
        # Of a question in two parts, each counts half: the answer to one of them is half an answer.
        best = sum(ranked[0].score for ranked in found if ranked) / len(found)
        chosen: list[Evidence] = []
        of: list[str] = []
        untold: list[str] = []
        for question, ranked in zip(asked, found, strict=True):
            chosen += self._chosen(question, prompt.passages, ranked, list(zip(of, chosen, strict=True)))
            of += [question] * (len(chosen) - len(of))
            if not self._is_told(ranked):
                untold.append(question)
        if not chosen:
            yield Piece(finish="abstain", confidence=best, usage=Usage())
            return
        for question in untold:
            yield Piece(note=f"{REFUSAL.removesuffix('.')}: {question}")
        length, behind = 0, ""
        for question, evidence in zip(of, chosen, strict=True):
            hit = prompt.passages[evidence.passage]
            code = fenced(hit.chunk.text, evidence)
            sentence = without_hidden_text(code or answered(question, hit, evidence))
            length += self.count_tokens(sentence)
            apart, mark = ("\n\n" if code and behind else behind), ("\n" if code else " ")
            yield Piece(f"{apart}{sentence}{mark}[{evidence.passage + 1}]")
            behind = "\n\n" if code else " "
        yield Piece(finish="stop", confidence=best, usage=Usage(0, length))

    def _chosen(
        self,
        question: str,
        passages: Sequence[Hit],
        ranked: Sequence[Evidence],
        before: Sequence[tuple[str, Evidence]],
    ) -> list[Evidence]:
        """What answers one part of a question and was not said ``before``; nothing when it is not likely enough."""
        if not self._is_told(ranked) or is_of_a_row_said(question, passages, ranked[0], [each for _, each in before]):
            return []
        chosen = select(question, passages, ranked, self._settings)
        return [each for each in chosen if not _is_said(question, passages, each, before)]

    def _is_told(self, ranked: Sequence[Evidence]) -> bool:
        return bool(ranked) and ranked[0].score >= self._settings.abstain_below


def from_context(argument: str, context: Context) -> ExtractiveGenerator:
    """The generator with the evidence scorer that the settings name."""
    from ragkit import registry

    settings = context.settings.generate
    return ExtractiveGenerator(registry.make("evidence", settings.evidence, context), settings)


def select(question: str, passages: Sequence[Hit], ranked: Sequence[Evidence], settings: Generate) -> list[Evidence]:
    """The best sentence, and those that add to it; in order of passage and place.

    A question for a procedure whose best sentence is a step of a numbered list, or leads to one, gets the steps; one
    that asks for what a list is of, rather than for one item, gets what leads to the list and the list. Either is
    told whole, for half of it would pass for all; so are the steps of which one adds to the best sentence.
    """
    joined = join(passages, ranked)
    best = joined.evidence[0]
    chunk = joined.hits[best.passage].chunk
    question = Asked(question, joined.hits).of(
        best.passage, chunk.text[best.start : best.end], chunk.text, chunk.embedded_text
    )
    chosen = in_one(joined.hits, _select(question, joined.hits, joined.evidence, settings))
    chosen = with_code(question, joined.hits, chosen, best)
    told = [without_yes_or_no(question, joined.hits[each.passage], each) for each in chosen]
    noted = [each for one in told for each in (one, *notes(joined.hits, one))]
    return joined.apart(list(dict.fromkeys(noted)))


def _select(question: str, passages: Sequence[Hit], ranked: Sequence[Evidence], settings: Generate) -> list[Evidence]:
    """What `select` takes of passages none of which goes on in another one."""
    many = bool(WANTS_LIST.search(question) and not OF_ONE_THING.search(question))
    hit = passages[ranked[0].passage]
    ranked = named_first(question, hit, ranked)
    if many:
        run = steps(hit, ranked)
        led_to = ranked[0] not in run and WANTS_STEPS.search(question)
        told = ranked[0] in run[: settings.max_sentences] and not is_told_alone(question, hit, ranked, run)
        are_steps = WANTS_STEPS.search(question) or not has_titles(hit.chunk.text, run)
        if run and are_steps and (told or led_to):
            return [*needed(hit, ranked, run), *run]
    if led := led_list(question, hit, ranked, many=many):
        return led
    asked, ranked = rows_asked_for(question, passages, ranked)
    if len(asked) > 1:
        return asked
    rows = rows_as_good(question, hit, ranked) if many or SOME_ROWS.search(question) else []
    if len(rows) > 1 and len(rows) < len(table(hit, ranked)):
        return rows
    chosen = _best_few(question, passages, ranked, settings, many=many)
    if many and WHICH.search(question) and len({*rows} & {*chosen}) > 1:
        chosen += rows
    # The list of another document, of which one item answers, would bury the answer.
    counts = Counter(each.passage for each in chosen)
    elsewhere = {
        each for each in chosen if passages[each.passage].chunk.uri != hit.chunk.uri and counts[each.passage] == 1
    }
    whole = elsewhere | {
        each
        for evidence in chosen
        if evidence not in elsewhere
        for each in told_with(question, passages[evidence.passage], ranked, evidence, settings.max_sentences)
    }
    whole |= {*with_beside(question, passages, ranked, [*whole])}
    in_order = sorted(whole, key=lambda evidence: (evidence.passage, evidence.start))
    return with_terms(question, passages, ranked, in_order)


def _best_few(
    question: str, passages: Sequence[Hit], ranked: Sequence[Evidence], settings: Generate, *, many: bool
) -> list[Evidence]:
    """The best sentence and those that are almost as good and say something new."""
    hit = passages[ranked[0].passage]
    share, limit = (ALMOST_BEST_OF_LIST, settings.max_sentences) if many else (ALMOST_BEST, FEW)
    chosen: list[Evidence] = []
    for evidence in ranked:
        chunk = passages[evidence.passage].chunk
        is_beside = (chunk.uri, chunk.headings) == (hit.chunk.uri, hit.chunk.headings)
        least = share if is_beside else max(share, ALMOST_BEST_ELSEWHERE)
        if len(chosen) == limit or evidence.score < settings.abstain_below:
            break
        if evidence.score < ranked[0].score * least:
            continue
        text = as_told(passages[evidence.passage], evidence)
        if chosen and is_bare_term(passages[evidence.passage], ranked, evidence):
            continue
        if is_lesser_row(question, hit, ranked[0], evidence) or (ranked[0].heading and not evidence.heading):
            continue
        if not any(_says_the_same(text, as_told(passages[other.passage], other)) for other in chosen):
            chosen.append(evidence)
    return chosen


def _is_said(
    question: str, passages: Sequence[Hit], evidence: Evidence, before: Sequence[tuple[str, Evidence]]
) -> bool:
    """Whether what answers now was said ``before``, as the answer to another question; of a row, its same cells."""
    hit = passages[evidence.passage]
    said_so = [(asked, other) for asked, other in before if _holds(other, evidence)]
    text = answered(question, hit, evidence) if said_so and is_row(hit, evidence) else ""
    return any(not text or text == answered(asked, hit, other) for asked, other in said_so)


def _holds(evidence: Evidence, other: Evidence) -> bool:
    """Whether ``evidence`` has the place at which the other one begins."""
    return evidence.passage == other.passage and evidence.start <= other.start < evidence.end


def _says_the_same(text: str, other: str) -> bool:
    """Whether ``text`` adds nothing to ``other``: another number, name or negation is something."""
    stems = content(text)
    more = numbers(text) - numbers(other) or names(text) - names(other) or negations(text) ^ negations(other)
    return bool(stems) and not more and coverage(stems, content(other)) >= SAME_WORDS
