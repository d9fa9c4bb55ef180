"""Which of the sentences that were found an answer tells: the best one, and what adds to it or belongs to it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ragkit.generate.extractive.adjacent_sentences import about_asked_first, cause_first, with_beside
from ragkit.generate.extractive.code_blocks import with_code
from ragkit.generate.extractive.headings import ASKS_OF_SECTION
from ragkit.generate.extractive.joined_passages import join
from ragkit.generate.extractive.limiting_leads import with_limiting_leads
from ragkit.generate.extractive.lists_and_steps import (
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
    with_all_points,
)
from ragkit.generate.extractive.question_rewriting import Asked
from ragkit.generate.extractive.row_cells import said
from ragkit.generate.extractive.row_choice import (
    dated_first,
    is_lesser_row,
    named_first,
    rows_that_answer,
    with_rows_as_good,
)
from ragkit.generate.extractive.table_captions import with_captions
from ragkit.generate.extractive.term_definitions import is_bare_term, with_terms
from ragkit.generate.wording import as_told, notes, without_yes_or_no
from ragkit.lexical import content, coverage, names, negations, numbers
from ragkit.sentences import LABELLED
from ragkit.types import Evidence, Hit

if TYPE_CHECKING:
    from ragkit.config import Generate

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


def select(question: str, passages: Sequence[Hit], ranked: Sequence[Evidence], settings: Generate) -> list[Evidence]:
    """The best sentence, and those that add to it; in order of passage and place.

    A question for a procedure whose best sentence is a step of a numbered list, or leads to one, gets the steps; one
    that asks for what a list is of, rather than for one item, gets what leads to the list and the list. Either is
    told whole, for half of it would pass for all; so are the steps of which one adds to the best sentence.
    """
    joined = join(passages, dated_first(question, passages, ranked))
    best = joined.evidence[0]
    chunk = joined.hits[best.passage].chunk
    question = Asked(question, joined.hits).of(
        best.passage, chunk.text[best.start : best.end], chunk.text, chunk.embedded_text
    )
    chosen = in_one(joined.hits, _select(question, joined.hits, joined.evidence, settings))
    chosen = with_limiting_leads(joined.hits, joined.evidence, chosen)
    chosen = with_captions(question, joined.hits, with_code(question, joined.hits, chosen, best))
    told = [without_yes_or_no(question, joined.hits[each.passage], each) for each in chosen]
    noted = [
        each for one in told for each in (one, *notes(joined.hits, one, said(question, joined.hits[one.passage], one)))
    ]
    return joined.apart(list(dict.fromkeys(noted)))


def _select(question: str, passages: Sequence[Hit], ranked: Sequence[Evidence], settings: Generate) -> list[Evidence]:
    """What `select` takes of passages none of which goes on in another one.

    It is a procedure, a list or rows of a table where one of them answers whole; else the few best sentences, each with
    what belongs to it.
    """
    hit = passages[ranked[0].passage]
    many = bool(WANTS_LIST.search(question) and not OF_ONE_THING.search(question))
    if not many:
        ranked = cause_first(question, passages, about_asked_first(question, passages, ranked))
    ranked = named_first(question, hit, ranked)
    procedure = _procedure(question, hit, ranked, settings) if many else []
    if whole := procedure or led_list(question, hit, ranked, many=many):
        return whole
    rows, ranked = rows_that_answer(question, passages, ranked, several=many)
    if rows:
        return rows
    chosen = _best_few(question, passages, ranked, settings, many=many)
    if many and WHICH.search(question):
        chosen = with_rows_as_good(question, hit, ranked, chosen)
    whole = _with_lists(question, passages, ranked, chosen, settings)
    whole = with_all_points(question, passages, ranked, whole)
    whole = list(dict.fromkeys([*whole, *with_beside(question, passages, ranked, whole)]))
    in_order = sorted(whole, key=lambda evidence: (evidence.passage, evidence.start))
    return with_terms(question, passages, ranked, in_order)


def _procedure(question: str, hit: Hit, ranked: Sequence[Evidence], settings: Generate) -> list[Evidence]:
    """The numbered list that the best sentence is of or leads to, if all of its steps answer, with what they need."""
    run = steps(hit, ranked)
    wants_steps = WANTS_STEPS.search(question)
    is_led_to = ranked[0] not in run and wants_steps
    is_of_it = ranked[0] in run[: settings.max_sentences] and not is_told_alone(question, hit, ranked, run)
    are_steps = wants_steps or not has_titles(hit.chunk.text, run)
    return [*needed(hit, ranked, run), *run] if run and are_steps and (is_of_it or is_led_to) else []


def _best_few(
    question: str, passages: Sequence[Hit], ranked: Sequence[Evidence], settings: Generate, *, many: bool
) -> list[Evidence]:
    """The best sentence and those that are almost as good and say something new."""
    share, limit = (ALMOST_BEST_OF_LIST, settings.max_sentences) if many else (ALMOST_BEST, FEW)
    chosen: list[Evidence] = []
    for evidence in ranked:
        if len(chosen) == limit or evidence.score < settings.abstain_below:
            break
        is_good = _is_almost_best(passages, ranked[0], evidence, share)
        if is_good and _adds(question, passages, ranked, chosen, evidence):
            chosen.append(evidence)
    return chosen


def _is_almost_best(passages: Sequence[Hit], best: Evidence, evidence: Evidence, share: float) -> bool:
    """Whether a sentence has a ``share`` of the best one's score; a greater one from under other headings."""
    own, other = (passages[each.passage].chunk for each in (best, evidence))
    is_beside = (own.uri, own.headings) == (other.uri, other.headings)
    return evidence.score >= best.score * (share if is_beside else max(share, ALMOST_BEST_ELSEWHERE))


def _adds(
    question: str,
    passages: Sequence[Hit],
    ranked: Sequence[Evidence],
    chosen: Sequence[Evidence],
    evidence: Evidence,
) -> bool:
    """Whether a sentence says something of its own that answers and that what was ``chosen`` does not say."""
    best, hit = ranked[0], passages[evidence.passage]
    if chosen and is_bare_term(hit, ranked, evidence):
        return False
    if is_lesser_row(question, hit, best, evidence) or (best.heading and not evidence.heading):
        return False
    text = as_told(hit, evidence)
    is_elsewhere = hit.chunk.uri != passages[best.passage].chunk.uri
    if is_elsewhere and LABELLED.match(text) and set(content(question)).isdisjoint(content(text)):
        return False  # the sender of a message is no other landlord
    return not any(_says_the_same(text, as_told(passages[other.passage], other)) for other in chosen)


def _with_lists(
    question: str,
    passages: Sequence[Hit],
    ranked: Sequence[Evidence],
    chosen: Sequence[Evidence],
    settings: Generate,
) -> list[Evidence]:
    """What was chosen, each sentence with the list or the steps that belong to it.

    The list of another document, of which one item answers, would bury the answer.
    """
    best, counts = passages[ranked[0].passage].chunk.uri, Counter(each.passage for each in chosen)
    whole: list[Evidence] = []
    for evidence in chosen:
        hit = passages[evidence.passage]
        is_alone_elsewhere = hit.chunk.uri != best and counts[evidence.passage] == 1
        whole += (
            [evidence] if is_alone_elsewhere else told_with(question, hit, ranked, evidence, settings.max_sentences)
        )
    return whole


def _says_the_same(text: str, other: str) -> bool:
    """Whether ``text`` adds nothing to ``other``: another number, name or negation is something."""
    stems = content(text)
    more = numbers(text) - numbers(other) or names(text) - names(other) or negations(text) ^ negations(other)
    return bool(stems) and not more and coverage(stems, content(other)) >= SAME_WORDS
