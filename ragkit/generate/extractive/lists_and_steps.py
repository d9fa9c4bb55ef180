"""Lists and steps that belong to a sentence which answers: either is told whole, for half of it would pass for all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from ragkit.clauses import words_from
from ragkit.coded_lines import code_at
from ragkit.dates import days, without_days
from ragkit.generate.extractive.candidates import Candidate
from ragkit.generate.extractive.headings import specific
from ragkit.generate.wording import BETWEEN_ITEMS, BULLET, CLOSED, as_told, begins_a_line, in_order, indent, is_row
from ragkit.lexical import content, coverage, words
from ragkit.sentences import LABELLED
from ragkit.types import Evidence, Hit

WANTS_STEPS = re.compile(
    r"\bhow (?:do|can|should|to|must)\b|\b(?:steps|procedure)\b"
    r"|\bwhat (?:can|do|must|shall|should) (?:i|one|we|you) do\b",
    re.IGNORECASE,
)
WHICH = re.compile(r"^(?:which|what|list|name)\b", re.IGNORECASE)
"""Asks for things rather than for how long, when or who."""
SEVERAL = re.compile(
    r"\b(?:which|what) (?:\w+ ){0,2}?(?!\w*(?:ss|us|is|as)\b)(?P<things>\w{3,}s) (?:\w+ ){0,3}?"
    r"(?:are|can|could|did|do|have|may|must|need|shall|should|were|will|would)\b"
    r"|\bwhat (?:can|do|must|shall|should) (?:i|one|they|we|you) (?:\w+ to )?(?!do\b)\w+",
    re.IGNORECASE,
)
"""Asks for more than one thing: which documents, what one needs."""
ORDER = re.compile(r"\b(?:(?:what|which) (?:order|sequence)|(?:order|sequence) (?:is|of|are|do))\b", re.IGNORECASE)
"""Asks for all of a list, whichever item has its words."""
TITLE = re.compile(r"\d{1,2}[.)][^\n]{1,60}(?<![.!?:;,])\n[ \t]+(?=[A-Z\d])(?!\d+[.)]\s)")
"""A number with a short line, and a sentence that begins further in below."""
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
LAST = ("finally", "lastly")
STEP = re.compile(
    r"\d{1,2}[.)]\s|[a-z]\)\s|(?i:step|schritt) \d{1,2}[.):]?\s"
    rf"|(?:[-*•]\s+)?(?i:{'|'.join((*ORDINALS, *LAST))})[,:]\s"
)
CASE = re.compile(r"^if\b|(?<=\s)(?:if|when|once|in case)\b", re.IGNORECASE)
"""What begins the case that a question or a sentence is about; "When" at the beginning asks."""
ALMOST_BEST = 0.75
"""A further sentence joins when its score is at least this share of the best one's."""
LED_TO = 0.6
"""The least share of a question's words in what leads to a list for the whole list to be what is asked for."""
OPEN_LINE = re.compile(r"[^;={}<>\[\]]*[^;={}<>\[\])];(?:[ \t]+(?:and|or))?")
"""A line of a list without marks, which a semicolon ends; of code it is none."""
NO_LEAD = re.compile(r"(?:for (?:example|instance)|e\.?g\.?|examples?|note|zum beispiel|z\. ?b\.):", re.IGNORECASE)
"""What leads to an item and says nothing of it."""
LAST_STEP = 100
"""The number of a step that is said to be the last one."""
PHRASE = 3
"""Words at least of what leads to a list, which a question that has them in a row asks for: what is to be done."""
LEAD_IN = 2
"""Sentences at most between the best one and the list that it leads to."""
NOTE = 2
"""Sentences at most between two steps, code not counted: more of them are a section."""


def told_with(
    question: str, hit: Hit, ranked: Sequence[Evidence], evidence: Evidence, first: int
) -> Sequence[Evidence]:
    """A sentence with the list that it leads to, or, where a procedure is asked for, with all its steps.

    One of the ``first`` steps brings the others, unless it is the best sentence, or the best one is a step that answers
    alone.
    """
    if WANTS_STEPS.search(question):
        run = list_around(hit.chunk.text, in_order(ranked, evidence.passage), evidence)
        alone = ranked[0] in run and (evidence == ranked[0] or is_told_alone(question, hit, ranked, run))
        if evidence in run[:first] and not alone:
            return run
    return with_list(hit, ranked, evidence)


def with_all_points(
    question: str, passages: Sequence[Hit], ranked: Sequence[Evidence], told: Sequence[Evidence]
) -> list[Evidence]:
    """What is told, or all points of the list below a colon if it is two of them and a procedure is asked for."""
    one = told[0]
    text, around = passages[one.passage].chunk.text, in_order(ranked, one.passage)
    place = _above_items(text, around, around.index(one)) if one in around else -1
    if not WANTS_STEPS.search(question) or len(told) < 2 or place < 0 or text[around[place].end - 1] != ":":
        return [*told]
    points = _items(text, around[place + 1 :])
    return points if set(told) <= {*points, around[place]} else [*told]


def is_told_alone(question: str, hit: Hit, ranked: Sequence[Evidence], run: Sequence[Evidence]) -> bool:
    """Whether the best sentence, one of some steps, answers without the others.

    It has all words of the question, and what stands above the steps has none of them. Or question and sentence are
    about a case ("if", "when"), and of the steps this one alone, not the first, has a word of the question's case.
    """
    around, asked = in_order(ranked, ranked[0].passage), set(content(question))
    lead = around[max(0, around.index(run[0]) - 1)]
    above = set(content(" ".join([hit.chunk.title, *hit.chunk.headings, "" if lead in run else as_told(hit, lead)])))
    best = set(content(as_told(hit, ranked[0])))
    if asked and asked <= best and not asked & above:
        return True
    case, told = CASE.search(question), CASE.search(f" {as_told(hit, ranked[0])}")
    others = {word for each in run if each != ranked[0] for word in content(as_told(hit, each))}
    return bool(case and told and ranked[0] != run[0] and {*content(question[case.start() :])} & best - others - above)


def with_list(hit: Hit, ranked: Sequence[Evidence], evidence: Evidence) -> list[Evidence]:
    """A sentence with the list that it leads to; a fragment in lower case with all of the list that it is part of."""
    text, around = hit.chunk.text, in_order(ranked, evidence.passage)
    lead = around.index(evidence)
    if evidence != ranked[0] and as_told(hit, evidence)[:1].islower():
        lead = max(0, _above_items(text, around, lead))
    leads, following = around[lead], around[lead + 1 :]
    if not following or not can_lead(text, leads):
        return [evidence]
    within = indent(text, following[0].start) > indent(text, leads.start)
    items = _items(text, following, least=1 if within else 2)
    is_led = within or (items and marker(text, items[0]) != marker(text, leads))
    return [leads, *items] if is_led and (leads == evidence or evidence in items) else [evidence]


def lead_of(hit: Hit, around: Sequence[Evidence], evidence: Evidence) -> list[Evidence]:
    """The line with a colon above a list, one of whose items evidence is; nothing where that is a whole sentence."""
    text = hit.chunk.text
    if not marker(text, evidence) or (
        CLOSED.search(text[evidence.start : evidence.end]) and not as_told(hit, evidence)[:1].islower()
    ):
        return []
    lead = _above_items(text, around, around.index(evidence))
    return [
        each
        for each in around[lead : lead + 1]
        if text[each.end - 1] == ":" and not is_row(text, each) and not NO_LEAD.fullmatch(text, each.start, each.end)
    ]


def steps(hit: Hit, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The numbered list that the best sentence stands in or leads to, from its first step on; else nothing."""
    text, best = hit.chunk.text, ranked[0]
    around = in_order(ranked, best.passage)
    place = around.index(best)
    led = around[place + 1 : place + 2 + LEAD_IN]
    first = next((each for each in led if STEP.match(text, each.start)), best)
    return list_around(text, around, best if STEP.match(text, best.start) else first)


def has_titles(text: str, run: Sequence[Evidence]) -> bool:
    """Whether most numbers of a list count titles, with what stands further in below: sections rather than steps."""
    numbered = [text[each.start :] for each in run if step_number(text, each)]
    return 2 * sum(bool(TITLE.match(step)) for step in numbered) > len(numbered)


def needed(hit: Hit, ranked: Sequence[Evidence], run: Sequence[Evidence]) -> list[Evidence]:
    """What stands right above some steps and answers almost as well as the best of them, such as what is needed."""
    around = in_order(ranked, run[0].passage)
    first = around.index(run[0])
    above = around[max(0, first - LEAD_IN) : first] if ranked[0] in run else []
    return [each for each in above if each.score >= ranked[0].score * ALMOST_BEST and not is_row(hit.chunk.text, each)]


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
    last = next(each for each in reversed(run) if step_number(text, each) and indent(text, each.start) == margin)
    number, depth = step_number(text, evidence), indent(text, evidence.start)
    if number:
        ahead = number - step_number(text, last)
        return depth > margin or (depth == margin and (ahead > 0 or (ahead == 0 and not gap.strip())))
    if "\n\n" not in gap or depth > margin or text[run[-1].end - 1] == ":":
        return True
    between = list(takewhile(lambda each: not step_number(text, each), following))
    after = following[len(between) :][:1]
    prose = sum(bool(CLOSED.search(text[each.start : each.end])) for each in between)
    is_next = bool(after) and step_number(text, after[0]) == step_number(text, last) + 1
    return is_next and prose <= NOTE and bool(CLOSED.search(text[last.start : last.end]))


def step_number(text: str, evidence: Evidence | Candidate) -> int:
    """The number of a step; 0 for what is none."""
    step = STEP.match(text, evidence.start)
    if not step:
        return 0
    word = re.sub(r"[\W\d_]", "", step[0]).casefold()  # "firſt" is spelt so in old prints
    if word in ORDINALS:
        return ORDINALS.index(word) + 1
    if len(word) == 1:
        return ord(word) - ord("a") + 1
    return LAST_STEP if word in LAST else int(re.sub(r"\D", "", step[0]))


def led_list(question: str, hit: Hit, ranked: Sequence[Evidence], *, many: bool) -> list[Evidence]:
    """The list that the best sentence leads to, or is an item of, with its lead; nothing if one item is asked for."""
    text, best = hit.chunk.text, ranked[0]
    around = in_order(ranked, best.passage)
    lead = _above_items(text, around, around.index(best))
    leads = [around[lead]] if lead >= 0 and can_lead(text, around[lead]) else []
    # With nothing before the first item the heading leads to the list.
    is_headed = lead < 0 and (many or ORDER.search(question) or WHICH.search(question))
    items = _items(text, around[lead + 1 :]) if leads or is_headed else []
    led = [*leads, *items]
    is_of_it = items and best in led
    return led if is_of_it and _asks_for_all(question, hit, best, leads, items, many=many) else []


def _asks_for_all(
    question: str, hit: Hit, best: Evidence, leads: Sequence[Evidence], items: Sequence[Evidence], *, many: bool
) -> bool:
    """Whether a question asks for all ``items`` of the list that the best sentence ``leads`` to or is one of.

    It asks for its order, for what leads to the list or, an item being best, for several things of that sort.
    """
    if ORDER.search(question):
        return True
    asked = specific(question if _has_day_of(question, hit, items) else without_days(question))
    told = set(content(" ".join([*hit.chunk.headings, *(as_told(hit, each) for each in leads)])))
    is_of_lead = coverage(asked, told) >= LED_TO or any(_has_phrase(question, as_told(hit, each)) for each in leads)
    if best in leads:
        return is_of_lead or many
    several = SEVERAL.search(question)
    # A word of the question that only the best item has singles it out. What is asked for does not, where the rest of
    # the question stands above the list: the items of "Spring season" are plays, whichever is called so.
    rest = asked.difference(content(several["things"] or "") if several else ())
    singling = rest if rest <= told else asked
    is_single = singling.intersection(content(as_told(hit, best))) - told
    return not is_single and (is_of_lead or bool(asked & told and several))


def _has_phrase(question: str, lead: str) -> bool:
    """Whether a question has all words of what leads to a list in a row: many such have no word of their own."""
    phrase = words(lead)
    return len(phrase) >= PHRASE and f" {' '.join(phrase)} " in f" {' '.join(words(question))} "


def _has_day_of(question: str, hit: Hit, items: Sequence[Evidence]) -> bool:
    """Whether an item of a list has a day that a question names; else that is the day of what the list is about."""
    text = " ".join(as_told(hit, each) for each in items)
    asked, told = ({(day.month, day.day) for day in days(each)} for each in (question, text))
    return not asked.isdisjoint(told)


def _above_items(text: str, around: Sequence[Evidence], place: int) -> int:
    """The place of the sentence above the items of a list that one at a place is among; its own, if it is none."""
    while place >= 0 and marker(text, around[place]):
        place -= 1
    return place


def _items(text: str, following: Sequence[Evidence], least: int = 2) -> list[Evidence]:
    """The list of ``least`` items or more that begins with the first of some sentences, whole items as they stand.

    What stands further in than its items belongs to them; what stands further out does not, be it an item.
    """
    kind, run = marker(text, following[0]) if following else "", list[Evidence]()
    for evidence in following if kind else ():
        margin, depth = (indent(text, each.start) for each in (following[0], evidence))
        aside = begins_a_line(text, evidence.start) and depth <= margin
        if aside and (depth < margin or marker(text, evidence) != kind):
            break
        run.append(evidence)
    return run if sum(marker(text, evidence) == kind for evidence in run) >= least else []


def marker(text: str, evidence: Evidence) -> str:
    """What marks an item of a list, its number or letter as ``1`` or ``a``, its code; nothing for what is no item.

    Of lines without marks that is the semicolon which parts them.
    """
    bullet, words = BULLET.match(text, evidence.start), words_from(text, evidence.start)
    if code := code_at(text, evidence.start):
        return code
    if not begins_a_line(text, evidence.start):
        return ""
    if not (bullet or words > evidence.start):
        above = text[: evidence.start].rstrip().rpartition("\n")[2]
        return ";" if any(map(OPEN_LINE.fullmatch, (text[evidence.start : evidence.end], above))) else ""
    mark = text[evidence.start : bullet.end() if bullet else words].rstrip()
    if not bullet and "." in mark:
        return ""  # the number of a clause
    return re.sub(r"[a-z]", "a", re.sub(r"\d+", "1", mark))


def can_lead(text: str, evidence: Evidence) -> bool:
    """Whether a sentence can lead to a list: it ends in a colon, or in no stop and is no field; rows never do."""
    if is_row(text, evidence):
        return False
    is_field = LABELLED.match(text, evidence.start, evidence.end)
    return text[evidence.end - 1] == ":" or not (is_field or CLOSED.search(text[evidence.start : evidence.end]))


def in_one(passages: Sequence[Hit], chosen: Sequence[Evidence]) -> list[Evidence]:
    """What was chosen, each list that completes an unfinished sentence merged into it."""
    pieces: list[Evidence] = []
    rest = list(chosen)
    while rest:
        text = passages[rest[0].passage].chunk.text
        items = _parts_of(text, rest)
        if items:
            rest[0] = replace(rest[0], end=items[-1].end)
        pieces.append(rest[0])
        rest = rest[1 + len(items) :]
    return pieces


def _parts_of(text: str, chosen: Sequence[Evidence]) -> list[Evidence]:
    """The items right below the first sentence that are parts of it: two or more, none closed but the last one."""
    following = list(takewhile(lambda each: each.passage == chosen[0].passage, chosen[1:]))
    items = _items(text, following) if can_lead(text, chosen[0]) else []
    if items and marker(text, chosen[0]) and indent(text, items[0].start) <= indent(text, chosen[0].start):
        return []
    ends = [chosen[0], *items]
    touch = bool(items) and all(not text[one.end : other.start].strip() for one, other in pairwise(ends))
    fragments = not any(CLOSED.search(text[each.start : each.end]) for each in items[:-1])
    bare = [BETWEEN_ITEMS.sub("", text[each.start : each.end]) for each in items]
    plain = not any(";" in item or STEP.match(item) for item in bare)
    flat = all(marker(text, each) == marker(text, items[0]) for each in items)
    return items if touch and fragments and plain and flat else []
