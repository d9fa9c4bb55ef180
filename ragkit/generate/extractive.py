"""The offline generator: the sentences of the passages that answer, in reading order, each with its citation.

It writes nothing of its own, so every sentence can be checked word for word. It abstains when the best sentence is
not likely enough to answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from ragkit.generate.asked import Asked
from ragkit.generate.evidence import ASKS
from ragkit.generate.joined import join
from ragkit.generate.parts import parts
from ragkit.generate.sections import ASKS_OF_SECTION, specific
from ragkit.lexical import content, coverage, names, negations, numbers
from ragkit.sentences import names_what_follows
from ragkit.types import Evidence, Hit, Piece, Usage

if TYPE_CHECKING:
    from ragkit.config import Generate
    from ragkit.protocols import EvidenceScorer, Pieces
    from ragkit.registry import Context
    from ragkit.types import Prompt, Sampling

ALMOST_BEST = 0.75
"""A further sentence joins when its score is at least this share of the best one's."""
FEW = 2
"""Sentences at most for a question that asks for one thing."""
ALMOST_BEST_OF_LIST = 0.4
"""For questions that ask for several things."""
SAME_WORDS = 0.8
"""A sentence whose words stand to this share in one already taken says nothing new."""
WANTS_LIST = re.compile(
    r"^(?:how (?:do|can|should|to|does|are|is)|what (?:are|steps|should|happens|must|do|conditions)\b|list|describe)"
    rf"|^{ASKS_OF_SECTION.pattern}"
    r"|^which .*\b(?:are|do|must)\b|\b(?:steps|procedure|process|requirements|conditions)\b",
    re.IGNORECASE,
)
WANTS_STEPS = re.compile(r"\bhow (?:do|can|should|to|must)\b|\b(?:steps|procedure)\b", re.IGNORECASE)
WHICH = re.compile(r"^(?:which|what|list|name)\b", re.IGNORECASE)
"""Asks for things rather than for how long, when or who."""
SOME_ROWS = re.compile(r"^(?:which|list|name)\b", re.IGNORECASE)
ROW = re.compile(r"\S[ \t]+\|[ \t]+\S|[^\s.!?)*•-] {2,}\S|\t")
CELL = re.compile(r"[ \t]+\|[ \t]+| {2,}|\t")
"""What stands between two cells of a row."""
STEP = re.compile(r"\d{1,2}[.)]\s|(?i:step|schritt) \d{1,2}[.):]?\s")
BULLET = re.compile(r"(?:[-*•]|#\.|(\(?\d{1,2}[.)]|\(?[a-z][.)]))\s+")
ANSWERS = re.compile(r"(?:A|Answer|Antwort): +")
"""Behind a question no list of A, B and C: who speaks."""
MONTH = re.compile(
    r"(?:Jan(?:uary?)?|Feb(?:ruary?)?|Mar(?:ch)?|März|Apr(?:il)?|Ma[iy]|Jun[ei]?|Jul[iy]?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|O[ck]t(?:ober)?|Nov(?:ember)?|De[cz](?:ember)?)\b"
)
"""``31. December`` is no 31st item."""
FOOTNOTES = re.compile(r"(?<=[.,;:!?…”\"')])(?:\[\d{1,3}\])+")
"""Marks of the document's own notes, which a reader would take for citations of the answer."""
QUOTED = re.compile(r"^[ \t]*>(?:[ \t]?>)*[ \t]*(?![\s\d.,=])", re.MULTILINE)
"""The marks of a message that is answered; ``> 5 bar`` is a limit."""
CLOSED = re.compile(r"[.!?:…。！？][\"'”’»)\]]*$")
BEFORE_ITEMS = re.compile(rf"[ \t]*\n\s*(?!\(?(?:0|1\d|[2-9]))(?={BULLET.pattern})")
"""The first item of a list, for what stands before the second step is a part of the first."""
BETWEEN_ITEMS = re.compile(r"(?<=\S)(?:[,;]?\s+(?:and|or|und|oder)|[,;])$")
"""What joins an item to the next one."""
LED_TO = 0.6
"""The least share of a question's words in what leads to a list for the whole list to be what is asked for."""
LEAD_IN = 2
"""Sentences at most between the best one and the list that it leads to."""
NOTE = 2
"""Sentences at most between two steps, code not counted: more of them are a section."""


class ExtractiveGenerator:
    """Answers with sentences of the passages, never more than needed."""

    name = "extractive"
    context_tokens = None
    reads_messages = False
    verbatim = True
    """What it says are words of the documents, in which no marker or refusal is looked for."""

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
        untold: list[str] = []
        for question, ranked in zip(asked, found, strict=True):
            chosen += self._chosen(question, prompt.passages, ranked, chosen)
            if not self._is_told(ranked):
                untold.append(question)
        if not chosen:
            yield Piece(finish="abstain", confidence=best, usage=Usage())
            return
        for question in untold:
            yield Piece(note=f"The documents do not tell: {question}")
        length = 0
        for number, evidence in enumerate(chosen):
            sentence = said(prompt.passages[evidence.passage], evidence)
            length += self.count_tokens(sentence)
            yield Piece(f"{' ' if number else ''}{sentence} [{evidence.passage + 1}]")
        yield Piece(finish="stop", confidence=best, usage=Usage(0, length))

    def _chosen(
        self, question: str, passages: Sequence[Hit], ranked: Sequence[Evidence], before: Sequence[Evidence]
    ) -> list[Evidence]:
        """What answers one part of a question and was not said ``before``; nothing when it is not likely enough."""
        if not self._is_told(ranked) or _is_of_a_row_said(question, passages, ranked[0], before):
            return []
        places = {(each.passage, each.start) for each in before}
        chosen = select(question, passages, ranked, self._settings)
        return [each for each in chosen if (each.passage, each.start) not in places]

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
    return joined.apart(_select(question, joined.hits, joined.evidence, settings))


def _is_of_a_row_said(question: str, passages: Sequence[Hit], best: Evidence, before: Sequence[Evidence]) -> bool:
    """Whether the best sentence is a row beside one that was said ``before``, which has the same of the question.

    "What does Team cost, and how many users are included?" names the row once.
    """
    asked, hit = set(content(question)), passages[best.passage]
    rows = [row for row in before if row.passage == best.passage and _is_row(hit, row) and _is_row(hit, best)]
    return any(asked & set(content(said(hit, best))) <= set(content(said(hit, row))) for row in rows)


def _select(question: str, passages: Sequence[Hit], ranked: Sequence[Evidence], settings: Generate) -> list[Evidence]:
    """What `select` takes of passages none of which goes on in another one."""
    many = bool(WANTS_LIST.search(question))
    hit = passages[ranked[0].passage]
    ranked = _named_first(question, hit, ranked)
    if many:
        run = _steps(hit, ranked)
        led_to = ranked[0] not in run and WANTS_STEPS.search(question)
        told = ranked[0] in run[: settings.max_sentences] and not _is_told_alone(question, hit, ranked, run)
        if run and (told or led_to):
            return [*_needed(hit, ranked, run), *run]
    if led := _led_list(question, hit, ranked, many=many):
        return led
    rows = _rows(question, hit, ranked) if many or SOME_ROWS.search(question) else []
    if len(rows) > 1 and len(rows) < len(_table(hit, ranked)):
        return rows
    share, limit = (ALMOST_BEST_OF_LIST, settings.max_sentences) if many else (ALMOST_BEST, FEW)
    bar = max(ranked[0].score * share, settings.abstain_below)
    chosen: list[Evidence] = []
    for evidence in ranked:
        if len(chosen) == limit or evidence.score < bar:
            break
        text = said(passages[evidence.passage], evidence)
        if _is_lesser_row(question, hit, ranked[0], evidence) or (ranked[0].heading and not evidence.heading):
            continue
        if not any(_says_the_same(text, said(passages[other.passage], other)) for other in chosen):
            chosen.append(evidence)
    if many and WHICH.search(question) and len({*rows} & {*chosen}) > 1:
        chosen += rows
    whole = {
        each
        for evidence in chosen
        for each in _told_with(question, passages[evidence.passage], ranked, evidence, settings.max_sentences)
    }
    return _with_terms(passages, sorted(whole, key=lambda evidence: (evidence.passage, evidence.start)))


def _told_with(
    question: str, hit: Hit, ranked: Sequence[Evidence], evidence: Evidence, first: int
) -> Sequence[Evidence]:
    """A sentence with the list that it leads to; one of the ``first`` of a procedure that is asked for with all of it.

    The best one, if it is a step, is none that adds to another.
    """
    if WANTS_STEPS.search(question):
        run = _list_around(hit.chunk.text, _in_order(ranked, evidence.passage), evidence)
        alone = ranked[0] in run and (evidence == ranked[0] or _is_told_alone(question, hit, ranked, run))
        if evidence in run[:first] and not alone:
            return run
    return _with_list(hit, ranked, evidence)


def _with_terms(passages: Sequence[Hit], chosen: Sequence[Evidence]) -> list[Evidence]:
    """Sentences in order, a term in one with the definition right below it."""
    joined: list[Evidence] = []
    for evidence in chosen:
        text, above = passages[evidence.passage].chunk.text, joined[-1] if joined else evidence
        below = above.passage == evidence.passage and text[above.end : evidence.start] == "\n\n"
        if below and names_what_follows(text, above.start, above.end):
            joined[-1] = replace(above, end=evidence.end, score=max(above.score, evidence.score))
        else:
            joined.append(evidence)
    return joined


def _is_told_alone(question: str, hit: Hit, ranked: Sequence[Evidence], run: Sequence[Evidence]) -> bool:
    """Whether the best sentence, one of some steps, has every word of a question of which what is above has none."""
    around, asked = _in_order(ranked, ranked[0].passage), set(content(question))
    lead = around[max(0, around.index(run[0]) - 1)]
    above = content(" ".join([hit.chunk.title, *hit.chunk.headings, "" if lead in run else said(hit, lead)]))
    return bool(asked) and asked <= set(content(said(hit, ranked[0]))) and not asked & set(above)


def _named_first(question: str, hit: Hit, ranked: Sequence[Evidence]) -> Sequence[Evidence]:
    """The evidence with the rows first, and as likely, that the question names rather than the best, a row beside them.

    Such a row has the question's words that the best one has, and its first cell more of them than the best one's. Of
    rows with the same words it is the one with the fewest others in that cell: "Adult" before "Islander adult".
    """
    asked, best = set(content(question)), ranked[0]
    have = {row: set(content(said(hit, row))) & asked for row in _table(hit, ranked)}
    cells = {row: _first_cell(hit, row) for row in have}
    named: dict[frozenset[str], Evidence] = {}
    for row in sorted(have, key=lambda row: (len(cells[row] - asked), -row.score)):
        if have[row] > have[best] and cells[row] & asked > cells[best] & asked:
            named.setdefault(frozenset(have[row]), row)
    first = [row for words, row in named.items() if not any(words < others for others in named)]
    rest = [each for each in ranked if each not in first]
    return [*(replace(row, score=best.score) for row in first), *rest]


def _is_lesser_row(question: str, hit: Hit, best: Evidence, evidence: Evidence) -> bool:
    """Whether a row has some of the question's words that the best one, a row of its passage, has, and no other.

    So is "Islander adult" beside "Adult" when no islander is asked for.
    """
    if evidence.passage != best.passage or not (_is_row(hit, best) and _is_row(hit, evidence)):
        return False
    asked = set(content(question))
    words, most = (asked & set(content(said(hit, row))) for row in (evidence, best))
    named = _first_cell(hit, best)
    return words < most or (words == most and bool(named & asked) and named < _first_cell(hit, evidence))


def _first_cell(hit: Hit, row: Evidence) -> set[str]:
    return set(content(CELL.split(hit.chunk.text[row.start : row.end])[0]))


def _rows(question: str, hit: Hit, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The rows that have all the question's words which the best sentence, a row of their table, has.

    Of "Which rooms are on floor 2?" it is ``2`` that tells rows apart, if not every room is there.
    """
    asked = set(content(question))
    have = {row: asked & set(content(said(hit, row))) for row in _table(hit, ranked)}
    return [row for row, words in have.items() if have[ranked[0]] <= words]


def _table(hit: Hit, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The rows on successive lines around the best sentence; nothing if it is none."""
    best, run = ranked[0], list[Evidence]()
    for evidence in _in_order(ranked, best.passage):
        if not _is_row(hit, evidence) or (run and hit.chunk.text[run[-1].end : evidence.start].strip(" ") != "\n"):
            if best in run:
                break
            run = []
        if _is_row(hit, evidence):
            run.append(evidence)
    return run if best in run else []


def _is_row(hit: Hit, evidence: Evidence) -> bool:
    return ROW.search(hit.chunk.text, evidence.start, evidence.end) is not None


def _with_list(hit: Hit, ranked: Sequence[Evidence], evidence: Evidence) -> list[Evidence]:
    """A sentence with the list that it leads to; one that joins the best with the list of which it is a fragment."""
    text, around = hit.chunk.text, _in_order(ranked, evidence.passage)
    lead = around.index(evidence)
    if evidence != ranked[0] and said(hit, evidence)[:1].islower():
        while lead > 0 and _marker(text, around[lead]):
            lead -= 1
    leads, following = around[lead], around[lead + 1 :]
    if not following or not _leads(text, leads):
        return [evidence]
    within = _indent(text, following[0].start) > _indent(text, leads.start)
    items = _items(text, following, least=1 if within else 2)
    is_led = within or (items and _marker(text, items[0]) != _marker(text, leads))
    return [leads, *items] if is_led and (leads == evidence or evidence in items) else [evidence]


def _steps(hit: Hit, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The numbered list that the best sentence stands in or leads to, from its first step on; else nothing."""
    text, best = hit.chunk.text, ranked[0]
    around = _in_order(ranked, best.passage)
    place = around.index(best)
    led = around[place + 1 : place + 2 + LEAD_IN]
    first = next((each for each in led if STEP.match(text, each.start)), best)
    return _list_around(text, around, best if STEP.match(text, best.start) else first)


def _needed(hit: Hit, ranked: Sequence[Evidence], run: Sequence[Evidence]) -> list[Evidence]:
    """What stands right above some steps and answers almost as well as the best of them, such as what is needed."""
    around = _in_order(ranked, run[0].passage)
    first = around.index(run[0])
    above = around[max(0, first - LEAD_IN) : first] if ranked[0] in run else []
    return [each for each in above if each.score >= ranked[0].score * ALMOST_BEST and not _is_row(hit, each)]


def _list_around(text: str, around: Sequence[Evidence], best: Evidence) -> list[Evidence]:
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
    evidence, margin = following[0], _indent(text, run[0].start)
    gap = text[run[-1].end : evidence.start]
    last = next(each for each in reversed(run) if _step(text, each) and _indent(text, each.start) == margin)
    number, depth = _step(text, evidence), _indent(text, evidence.start)
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


def _indent(text: str, place: int) -> int:
    """How far in the line stands that holds ``place``."""
    line = text[text.rfind("\n", 0, place) + 1 : place + 1]
    return len(line) - len(line.lstrip())


def _led_list(question: str, hit: Hit, ranked: Sequence[Evidence], *, many: bool) -> list[Evidence]:
    """The list that the best sentence leads to, or is an item of, with what leads to it; nothing if less is asked."""
    text, best = hit.chunk.text, ranked[0]
    around = _in_order(ranked, best.passage)
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
        margin, depth = (_indent(text, each.start) for each in (following[0], evidence))
        aside = _begins_a_line(text, evidence.start) and depth <= margin
        if aside and (depth < margin or _marker(text, evidence) != kind):
            break
        run.append(evidence)
    return run if sum(_marker(text, evidence) == kind for evidence in run) >= least else []


def _marker(text: str, evidence: Evidence) -> str:
    """What marks an item of a list, its number or letter as ``1`` or ``a``; nothing for what is no item."""
    bullet = BULLET.match(text, evidence.start)
    if not bullet or not _begins_a_line(text, evidence.start):
        return ""
    return re.sub(r"[a-z]", "a", re.sub(r"\d+", "1", bullet[0].rstrip()))


def _leads(text: str, evidence: Evidence) -> bool:
    """Whether a sentence, no row of a table, is not closed, or by a colon."""
    if ROW.search(text, evidence.start, evidence.end):
        return False
    return text[evidence.end - 1] == ":" or not CLOSED.search(text[evidence.start : evidence.end])


def _in_order(ranked: Sequence[Evidence], passage: int) -> list[Evidence]:
    return sorted((each for each in ranked if each.passage == passage), key=lambda each: each.start)


def said(hit: Hit, evidence: Evidence) -> str:
    """What the answer says of some evidence, behind the heading that answers, if one does."""
    sentence = spoken(hit.chunk.text, evidence.start, evidence.end)
    return f"{evidence.heading}: {sentence}" if evidence.heading else sentence


def spoken(text: str, start: int, end: int) -> str:
    """A sentence of ``text`` on one line, without its bullet and footnotes, closed; a term before a colon."""
    items = BEFORE_ITEMS.match(text, end)
    row = ROW.search(text, start, end)
    leads = items and not row and (not BULLET.match(text, start) or _indent(text, items.end()) > _indent(text, start))
    *terms, sentence = (" ".join(part.split()) for part in QUOTED.sub("", text[start:end]).split("\n\n"))
    bullet = BULLET.match(sentence)
    if bullet and (not bullet[1] or (_begins_a_line(text, start) and not MONTH.match(sentence, bullet.end()))):
        sentence = BETWEEN_ITEMS.sub("", sentence[bullet.end() :])
    elif (answers := ANSWERS.match(sentence)) and ASKS.search(text[:start].rstrip()):
        sentence = sentence[answers.end() :]
    sentence = FOOTNOTES.sub("", f"{', '.join(terms)}: {sentence}" if terms else sentence)
    return sentence if CLOSED.search(sentence) else f"{sentence}{':' if leads else '.'}"


def _begins_a_line(text: str, start: int) -> bool:
    return not text[text.rfind("\n", 0, start) + 1 : start].strip()


def _says_the_same(text: str, other: str) -> bool:
    """Whether ``text`` adds nothing to ``other``: another number, name or negation is something."""
    stems = content(text)
    more = numbers(text) - numbers(other) or names(text) - names(other) or negations(text) ^ negations(other)
    return bool(stems) and not more and coverage(stems, content(other)) >= SAME_WORDS
