"""Lists and steps that belong to a sentence which answers: either is told whole, for half of it would pass for all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from ragkit.generate.rows import is_row
from ragkit.generate.sections import specific
from ragkit.generate.told import BULLET, CLOSED, ROW, begins_a_line, in_order, indent, said
from ragkit.lexical import content, coverage
from ragkit.types import Evidence, Hit

WANTS_STEPS = re.compile(r"\bhow (?:do|can|should|to|must)\b|\b(?:steps|procedure)\b", re.IGNORECASE)
WHICH = re.compile(r"^(?:which|what|list|name)\b", re.IGNORECASE)
"""Asks for things rather than for how long, when or who."""
STEP = re.compile(r"\d{1,2}[.)]\s|(?i:step|schritt) \d{1,2}[.):]?\s")
ALMOST_BEST = 0.75
"""A further sentence joins when its score is at least this share of the best one's."""
LED_TO = 0.6
"""The least share of a question's words in what leads to a list for the whole list to be what is asked for."""
LEAD_IN = 2
"""Sentences at most between the best one and the list that it leads to."""
NOTE = 2
"""Sentences at most between two steps, code not counted: more of them are a section."""


def told_with(
    question: str, hit: Hit, ranked: Sequence[Evidence], evidence: Evidence, first: int
) -> Sequence[Evidence]:
    """A sentence with the list that it leads to; one of the ``first`` of a procedure that is asked for with all of it.

    The best one, if it is a step, is none that adds to another.
    """
    if WANTS_STEPS.search(question):
        run = list_around(hit.chunk.text, in_order(ranked, evidence.passage), evidence)
        alone = ranked[0] in run and (evidence == ranked[0] or is_told_alone(question, hit, ranked, run))
        if evidence in run[:first] and not alone:
            return run
    return with_list(hit, ranked, evidence)


def is_told_alone(question: str, hit: Hit, ranked: Sequence[Evidence], run: Sequence[Evidence]) -> bool:
    """Whether the best sentence, one of some steps, has every word of a question of which what is above has none."""
    around, asked = in_order(ranked, ranked[0].passage), set(content(question))
    lead = around[max(0, around.index(run[0]) - 1)]
    above = content(" ".join([hit.chunk.title, *hit.chunk.headings, "" if lead in run else said(hit, lead)]))
    return bool(asked) and asked <= set(content(said(hit, ranked[0]))) and not asked & set(above)


def with_list(hit: Hit, ranked: Sequence[Evidence], evidence: Evidence) -> list[Evidence]:
    """A sentence with the list that it leads to; one that joins the best with the list of which it is a fragment."""
    text, around = hit.chunk.text, in_order(ranked, evidence.passage)
    lead = around.index(evidence)
    if evidence != ranked[0] and said(hit, evidence)[:1].islower():
        while lead > 0 and _marker(text, around[lead]):
            lead -= 1
    leads, following = around[lead], around[lead + 1 :]
    if not following or not _leads(text, leads):
        return [evidence]
    within = indent(text, following[0].start) > indent(text, leads.start)
    items = _items(text, following, least=1 if within else 2)
    is_led = within or (items and _marker(text, items[0]) != _marker(text, leads))
    return [leads, *items] if is_led and (leads == evidence or evidence in items) else [evidence]


def steps(hit: Hit, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The numbered list that the best sentence stands in or leads to, from its first step on; else nothing."""
    text, best = hit.chunk.text, ranked[0]
    around = in_order(ranked, best.passage)
    place = around.index(best)
    led = around[place + 1 : place + 2 + LEAD_IN]
    first = next((each for each in led if STEP.match(text, each.start)), best)
    return list_around(text, around, best if STEP.match(text, best.start) else first)


def needed(hit: Hit, ranked: Sequence[Evidence], run: Sequence[Evidence]) -> list[Evidence]:
    """What stands right above some steps and answers almost as well as the best of them, such as what is needed."""
    around = in_order(ranked, run[0].passage)
    first = around.index(run[0])
    above = around[max(0, first - LEAD_IN) : first] if ranked[0] in run else []
    return [each for each in above if each.score >= ranked[0].score * ALMOST_BEST and not is_row(hit, each)]


def list_around(text: str, around: Sequence[Evidence], best: Evidence) -> list[Evidence]:
    """The numbered list of two steps or more that holds ``best``, of sentences in order of place."""
    run: list[Evidence] = []
    for place, evidence in enumerate(around):
        if run and not _goes_on(text, run, around[place:]):
            if best in run:
                break
            run = []
        if run or STEP.match(text, evidence.start):
            run.append(evidence)
    steps = sum(bool(STEP.match(text, evidence.start)) for evidence in run)
    return run if best in run and steps > 1 else []


def _goes_on(text: str, run: Sequence[Evidence], following: Sequence[Evidence]) -> bool:
    """Whether a numbered list goes on with the first of some sentences: the next step, or what belongs to the last.

    A list that begins at 1 again is another one, unless it stands within a step. A note or some lines of code between
    two steps belong to the first of them; behind a title, a section does not.
    """
    evidence, margin = following[0], indent(text, run[0].start)
    gap = text[run[-1].end : evidence.start]
    last = next(each for each in reversed(run) if _step(text, each) and indent(text, each.start) == margin)
    number, depth = _step(text, evidence), indent(text, evidence.start)
    if number:
        ahead = number - _step(text, last)
        return depth > margin or (depth == margin and (ahead > 0 or (ahead == 0 and not gap.strip())))
    if "\n\n" not in gap or depth > margin or text[run[-1].end - 1] == ":":
        return True
    between = list(takewhile(lambda each: not _step(text, each), following))
    after = following[len(between) :][:1]
    prose = sum(bool(CLOSED.search(text[each.start : each.end])) for each in between)
    is_next = bool(after) and _step(text, after[0]) == _step(text, last) + 1
    return is_next and prose <= NOTE and bool(CLOSED.search(text[last.start : last.end]))


def _step(text: str, evidence: Evidence) -> int:
    """The number of a step; 0 for what is none."""
    step = STEP.match(text, evidence.start)
    return int(re.sub(r"\D", "", step[0])) if step else 0


def led_list(question: str, hit: Hit, ranked: Sequence[Evidence], *, many: bool) -> list[Evidence]:
    """The list that the best sentence leads to, or is an item of, with what leads to it; nothing if less is asked."""
    text, best = hit.chunk.text, ranked[0]
    around = in_order(ranked, best.passage)
    place = lead = around.index(best)
    while lead >= 0 and _marker(text, around[lead]):
        lead -= 1
    # With nothing before the first item the heading leads to the list.
    leads = [around[lead]] if lead >= 0 and _leads(text, around[lead]) else []
    items = _items(text, around[lead + 1 :]) if leads or (lead < 0 and (many or WHICH.search(question))) else []
    if not items or (lead < place and best not in items):
        return []
    asked = specific(question)
    told = set(content(" ".join([*hit.chunk.headings, *(said(hit, each) for each in leads)])))
    # A word of the question that only the best item has singles it out.
    single = lead < place and asked & set(content(said(hit, best))) - told
    enough = coverage(asked, told) >= LED_TO or (many and lead == place)
    return [*leads, *items] if enough and not single else []


def _items(text: str, following: Sequence[Evidence], least: int = 2) -> list[Evidence]:
    """The list of ``least`` items or more that begins with the first of some sentences, whole items as they stand.

    What stands further in than its items belongs to them; what stands further out does not, be it an item.
    """
    kind, run = _marker(text, following[0]) if following else "", list[Evidence]()
    for evidence in following if kind else ():
        margin, depth = (indent(text, each.start) for each in (following[0], evidence))
        aside = begins_a_line(text, evidence.start) and depth <= margin
        if aside and (depth < margin or _marker(text, evidence) != kind):
            break
        run.append(evidence)
    return run if sum(_marker(text, evidence) == kind for evidence in run) >= least else []


def _marker(text: str, evidence: Evidence) -> str:
    """What marks an item of a list, its number or letter as ``1`` or ``a``; nothing for what is no item."""
    bullet = BULLET.match(text, evidence.start)
    if not bullet or not begins_a_line(text, evidence.start):
        return ""
    return re.sub(r"[a-z]", "a", re.sub(r"\d+", "1", bullet[0].rstrip()))


def _leads(text: str, evidence: Evidence) -> bool:
    """Whether a sentence, no row of a table, is not closed, or by a colon."""
    if ROW.search(text, evidence.start, evidence.end):
        return False
    return text[evidence.end - 1] == ":" or not CLOSED.search(text[evidence.start : evidence.end])
