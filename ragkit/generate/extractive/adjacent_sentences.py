"""What stands right beside a sentence that answers and belongs to it: a value, a reason, a case, who is spoken of.

English; no model. Only a short sentence of the same paragraph joins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ragkit.code import block
from ragkit.generate.extractive.bounds import bounds
from ragkit.generate.extractive.code_blocks import is_told_whole
from ragkit.generate.extractive.lists_and_steps import ALMOST_BEST, CASE, NO_LEAD, lead_of, marker, with_list
from ragkit.generate.extractive.term_definitions import VALUE
from ragkit.generate.wording import BULLET, CLOSED, as_told, in_order, is_row
from ragkit.lexical import NUMBER_WORDS, content, plain
from ragkit.sentences import LABELLED
from ragkit.types import Evidence, Hit

LONGEST = 160
"""Characters of a sentence that joins another one."""
LONGEST_BEFORE = 320
"""Characters of one without which a sentence does not tell what it is about."""
POINTS_BACK = re.compile(
    r"(?:It|They|He|She|This|These|Those|After (?:that|this))\s(?!\w+ (?:not )?(?:\w+ )?(?:that|to)\b)"
)
"""What begins a sentence about something that is named before it; "It is forbidden to" is about what follows."""
AT_TIMES = re.compile(r"(?:At|During|For|From|In|On|Over|Until) (?P<times>[^.,;:!?]{2,40}?),? (?:he|it|she|they)\s")
"""What begins a sentence about what is so at some times only: "On Mondays it"."""
GOES_ON = re.compile(
    r"(?:(?:(?:At present|Currently|So far|Today),? t|T)hat (?:is|means|way)|This means|As such|If (?:so|not),"
    r"|If (?:that|this) (?:is|does|happens|fails|works)"
    r"|In (?:that|this|such(?: an?)?|these|those) (?:cases?|events?|situations?)|Otherwise|However|Nevertheless"
    r"|Nonetheless|Therefore|Thus|Hence|Instead,|Consequently|As a (?:result|consequence)|On the other hand"
    r"|(?:By|In) contrast|Even (?:so|then)|For (?:that|this)(?: purpose| reason)?,|Thereafter"
    r"|(?:After|Before|By|From|Since|Until) (?:then(?: on(?:wards?)?)?|(?:it|that|this)(?=,))"
    r"|With(?:out)? (?:it|them|(?:that|this)(?=,))|(?:Earlier|Later|Less|Longer|More|Sooner) than (?:that|this)"
    r"|(?:(?:It|That|They|These|This|Those) (?:do|does) not|The same) (?:apply|applies|goes|hold|holds)"
    r"|To do (?:so|this|that)|(?:He|It|She|That|They|This|These|Those)(?: \w+){0,3},? (?:however|therefore|thus)),?\s"
)
"""What begins a sentence that goes on what the one before says."""
DECISION = re.compile(r"(?:agreed|decided|decision|outcome|resolution|resolved|ruling|verdict): ", re.IGNORECASE)
"""Leads to what was decided, in as many sentences as it takes."""
LONGEST_DECISION = 480
"""Characters."""
REASON = re.compile(
    r"\b(?:because|since|as|for|due|owing|so|to|or|else|therefore|reasons?|caus\w+|thus|hence|otherwise|means?|avoid\w*"
    r"|prevent\w*|protect\w*|lest|through|thanks|after|when|where|if|which|whose|being|having)\b",
    re.IGNORECASE,
)
"""What may tell a reason."""
_NUMBER = rf"(?:\d[\d.,]*|{'|'.join(NUMBER_WORDS)})"
AFTER_SOME = re.compile(
    rf"\bafter (?:(?:about|almost|around|just|nearly|only|some) )*(?:{_NUMBER}|half|an? (?:few|half|quarter|third|while"
    r"|moment|second|minute|hour|day|week|month|year))\b",
    re.IGNORECASE,
)
"""How long something went on before, which is no reason."""
CAUSE = re.compile(
    r"\b(?:because|since|due to|owing to|thanks to|reasons?|caus\w+|had (?:\w+ )?(?:been|\w+e[dn]))\b", re.IGNORECASE
)
"""What tells a cause, or what had happened before."""
OF_CAUSES = re.compile(r"(?:\d+[.)]? )?(?:why|causes?|reasons?)\b", re.IGNORECASE)
"""What begins a heading, or a line, above what tells causes: "Why it happened"."""
TELLS_WHY = 0.5
"""The least share of the best sentence's score for one that tells why to take its place."""
TELLS_CASE = 0.4
"""The least share of a sentence's score for the one behind it to tell of the question's case."""
OF_A_CASE = re.compile(r"(?:If|When|Where|Should|Unless|In case)\b")
"""What begins a sentence about a case."""
_BESIDES = r"(?:additional|extra|further|more)"
ADDS = re.compile(rf"\b{_NUMBER} {_BESIDES} (?P<what>[^\W\d_]+)", re.IGNORECASE)
"""What is had besides what has been told of before."""
HOW_MANY = re.compile(rf"\bhow (?:many|much|long)\b(?! {_BESIDES}\b)", re.IGNORECASE)
"""Asks for all there is of something, not for what is had besides."""
THEN = re.compile(r"(?:After (?:that|this)|Afterwards|Then|Until then)\b")
EXCEPTION = re.compile(
    r"(?:Unless|Otherwise|Overrides?|Exceptions?|Not (?:at|for|if|when|where|with))\b"
    r"|(?:It|They|This|That) (?:do|does) not (?:apply|hold)\b"
)
"""What says when the sentence before does not hold."""
IN_CASE = re.compile(r"(?:At|During|For|In|On|Outside|Under|With|Without) (?:(?:an?|the|your) )?(?P<case>\w+)\b")
ON_CONDITION = re.compile(
    r"\b(?:if|when|where|once|unless|for|within|from|after|before|with|without)\b.*", re.IGNORECASE
)
"""What says in which case something is so."""
SAME_THING = re.compile(r"(?:It|They|This|These|Those)\s(?!(?:is|are|was|were) (?:not )?\w+ (?:that|to)\b)")
"""What begins a sentence that says more of what was told."""
IN_ONE = re.compile(r"(?<=\bwithin )an?(?= )|(?<=\bafter )an?(?= )", re.IGNORECASE)
"""An article that counts: within a week."""
HAPPENS = re.compile(r"^what (?:will )?happen(?:s|ed)?\b", re.IGNORECASE)
"""Asks for all that comes of something."""
WHY = re.compile(r"^why\b", re.IGNORECASE)


def about_asked_first(question: str, passages: Sequence[Hit], ranked: Sequence[Evidence]) -> Sequence[Evidence]:
    """Leave out the best sentence where it speaks of something else, and one almost as good has the question's words.

    It has none of these, or only goes on about what the sentence before it named: "It closed in 1931" of a canal, when
    the railway is asked for.
    """
    best, hit = ranked[0], passages[ranked[0].passage]
    text, around = as_told(hit, best), in_order(ranked, best.passage)
    before = around[: around.index(best)][-1:]
    named = as_told(hit, before[0]) if before and _joins(hit, before[0], best, LONGEST_BEFORE) else ""
    asked = {*content(question)} - {*content(hit.chunk.title)}
    known = asked & {*content(" ".join([*hit.chunk.headings[-1:], named, text]))}
    if (
        is_row(hit.chunk.text, best)
        or marker(hit.chunk.text, best)
        or best.heading
        or (known and not POINTS_BACK.match(text))
    ):
        return ranked
    almost = [
        each
        for each in ranked[1:]
        if each.passage == best.passage
        and each.score >= best.score * ALMOST_BEST
        and (is_row(hit.chunk.text, each) or CLOSED.search(hit.chunk.text[each.start : each.end]))
    ]
    more = [each for each in almost if len(asked & {*content(as_told(hit, each))}) > len(known)]
    rest = [each for each in ranked if each not in (best, *more[:1])]
    return [replace(more[0], score=best.score), *rest] if more else ranked


def cause_first(question: str, passages: Sequence[Hit], ranked: Sequence[Evidence]) -> Sequence[Evidence]:
    """Put the best sentence last where it only says again of what is asked why it is so, and another one tells that.

    It has all words of the question and no reason; the other one, of the same document, has a cause and answers almost
    as well.
    """
    best, hit = ranked[0], passages[ranked[0].passage]
    asked, text = {*content(question)}, as_told(hit, best)
    if not (WHY.match(question) and asked <= {*content(text)}) or REASON.search(AFTER_SOME.sub("", text)):
        return ranked
    beside = (each for each in ranked[1:] if passages[each.passage].chunk.uri == hit.chunk.uri)
    almost = (each for each in beside if each.score >= best.score * TELLS_WHY)
    cause = next((each for each in almost if _tells_cause(passages[each.passage], each)), None)
    if cause is None:
        return ranked
    rest = (each for each in ranked if each not in (best, cause))
    return [replace(cause, score=best.score), *rest, replace(best, score=0.0)]


def _tells_cause(hit: Hit, evidence: Evidence) -> bool:
    """Whether a sentence tells a cause, or stands right below a heading or a line that says so."""
    line = hit.chunk.text[: evidence.start].rstrip().rpartition("\n")[2]
    above = (line, *hit.chunk.headings[-1:])
    return bool(CAUSE.search(as_told(hit, evidence)) or any(map(OF_CAUSES.match, above)))


def with_beside(
    question: str, passages: Sequence[Hit], ranked: Sequence[Evidence], chosen: Sequence[Evidence]
) -> list[Evidence]:
    """What was chosen, with what belongs to each sentence."""
    return [each for evidence in chosen for each in _belonging(question, passages[evidence.passage], ranked, evidence)]


def _belonging(question: str, hit: Hit, ranked: Sequence[Evidence], evidence: Evidence) -> Iterator[Evidence]:
    """A sentence with the one before it that it needs, and what follows: a value, what comes of it, exceptions."""
    around = in_order(ranked, evidence.passage)
    place = around.index(evidence)
    behind = around[place + 1 :][:1]
    yield from lead_of(hit, around, evidence)
    if evidence == ranked[0]:
        yield from _above_code(hit, around, evidence)
        yield from _added_to(question, hit, ranked, evidence)
    yield from _needed_before(question, hit, around, evidence)
    yield evidence
    if evidence == ranked[0] and DECISION.match(hit.chunk.text, evidence.start):
        yield from _of_decision(hit, around[place:])
        return
    goes_on = [VALUE, THEN] if HAPPENS.match(question) else [VALUE]
    if not behind or not _joins(hit, evidence, behind[0], LONGEST):
        return
    text = as_told(hit, behind[0])
    is_changed = evidence == ranked[0] and (
        _is_of_case(question, hit, text, as_told(hit, evidence)) or _tells_case(question, hit, evidence, behind[0])
    )
    if is_changed or any(each.match(text) for each in goes_on) or _is_exception(question, text, as_told(hit, evidence)):
        yield behind[0]
    else:
        yield from _exceptions(question, hit, ranked, evidence, behind[0])


def _of_decision(hit: Hit, around: Sequence[Evidence]) -> Iterator[Evidence]:
    """What stands behind the first sentence of a decision: its conditions, up to what has a label of its own."""
    text, start = hit.chunk.text, around[0].start
    for last, each in pairwise(around):
        is_beside = _joins(hit, last, each, LONGEST_BEFORE) and each.end - start <= LONGEST_DECISION
        if not is_beside or LABELLED.match(text, each.start):
            return
        yield each


def _needed_before(question: str, hit: Hit, around: Sequence[Evidence], evidence: Evidence) -> list[Evidence]:
    """The sentence that one goes on from, and what that one in turn goes on from."""
    before = around[: around.index(evidence)][-1:]
    if not before or not _joins(hit, before[0], evidence, LONGEST_BEFORE):
        return []
    text, told = as_told(hit, evidence), as_told(hit, before[0])
    if not _needs(question, text, told):
        return []
    further = around[: around.index(before[0])][-1:]
    goes_on = further and GOES_ON.match(text) and (THEN.match(told) or GOES_ON.match(told))
    is_joined = goes_on and _joins(hit, further[0], before[0], LONGEST_BEFORE)
    return [*(further if is_joined else ()), *before]


def _above_code(hit: Hit, around: Sequence[Evidence], evidence: Evidence) -> list[Evidence]:
    """The sentence right above the block of code that evidence is of, which tells what that is for."""
    text, code = hit.chunk.text, block(hit.chunk.text, evidence.start, hit.chunk.code)
    if code is None or not is_told_whole(text, code):
        return []
    above = [each for each in around if each.end <= code[0] and not text[each.end : code[0]].strip()]
    return [
        each
        for each in above
        if each.end - each.start <= LONGEST_BEFORE
        and not is_row(text, each)
        and not NO_LEAD.fullmatch(text, each.start, each.end)
    ]


def _is_exception(question: str, text: str, told: str) -> bool:
    """Whether a short sentence says when what was told does not hold, or is of the case that is asked about."""
    case = IN_CASE.match(text)
    asked = set(content(case["case"])) & set(content(question)) - set(content(told)) if case else set()
    return len(text) <= LONGEST and not text.endswith(":") and (EXCEPTION.match(text) is not None or bool(asked))


def _is_of_case(question: str, hit: Hit, text: str, told: str) -> bool:
    """Whether a sentence says what becomes of what was told in the case that is asked about: "It is halved if ...".

    It has the question's bound, or goes on about the same thing with a bound in which the question's lies, or with a
    condition that has a word of the question which was not told.
    """
    asked, own = (bounds(plain(each)) for each in (IN_ONE.sub("one", question), text))
    if any(each.adjoins(other) and each.is_upper == other.is_upper for each in own for other in asked):
        return True
    condition = ON_CONDITION.search(text) if SAME_THING.match(text) else None
    if not condition:
        return False
    known = content(" ".join([hit.chunk.title, *hit.chunk.headings, told]))
    ends = [end for each in asked for end in (each.low, each.high) if end]
    if own and ends:
        return any(each.distance(end) is not None for each in own for end in ends)
    return not {*content(condition[0])}.isdisjoint({*content(question)}.difference(known))


def _tells_case(question: str, hit: Hit, evidence: Evidence, behind: Evidence) -> bool:
    """Whether a question is about a case of which a sentence has no word, and the one behind it is about a case.

    The other words of the same case are left to the score: a boss is the line manager.
    """
    case, told = CASE.search(question), as_told(hit, evidence)
    if not case or CASE.search(told) or not OF_A_CASE.match(as_told(hit, behind)):
        return False
    is_told = not {*content(question[case.start() :])}.isdisjoint(content(told))
    return not is_told and behind.score >= evidence.score * TELLS_CASE


def _added_to(question: str, hit: Hit, ranked: Sequence[Evidence], evidence: Evidence) -> list[Evidence]:
    """The sentence before that says how much something is added to: 26 days, to which "three extra days" come."""
    adds = ADDS.search(as_told(hit, evidence)) if HOW_MANY.search(question) else None
    if not adds:
        return []
    same = re.compile(rf"\b{_NUMBER} {re.escape(adds['what'].removesuffix('s'))}s?\b", re.IGNORECASE)
    before = (each for each in ranked if each.passage == evidence.passage and each.start < evidence.start)
    told = ((each, as_told(hit, each)) for each in before if not is_row(hit.chunk.text, each))
    return [each for each, text in told if same.search(text) and not ADDS.search(text) and not bounds(text)][:1]


def _exceptions(
    question: str, hit: Hit, ranked: Sequence[Evidence], evidence: Evidence, lead: Evidence
) -> list[Evidence]:
    """The sentence behind with the list it leads to, if an item has a word of the question that what was told lacks.

    What stands in the headings counts as told: all of the section is about it.
    """
    led = with_list(hit, ranked, lead)
    items = {word for each in led[1:] for word in content(as_told(hit, each))}
    known = {*content(" ".join([hit.chunk.title, *hit.chunk.headings, as_told(hit, evidence)]))}
    return led if items & {*content(question)} - known else []


def _needs(question: str, text: str, before: str) -> bool:
    """Whether the sentence before must be told, too: this one goes on from it, or only repeats a "Why ...?".

    It repeats that if it has all words of the question and no reason. One that begins with a pronoun, or with other
    times than the question's and one, goes on if the sentence before has words of the question that this one lacks.
    """
    asked, told = set(content(question)), set(content(text))
    if VALUE.match(text) or GOES_ON.match(text):
        return True
    if POINTS_BACK.match(text):
        is_named = bool(asked & {*content(before)} - told) or text.startswith(("This ", "These ", "Those "))
        return not POINTS_BACK.match(before) and is_named
    if some := AT_TIMES.match(text):
        return bool(asked & {*content(before)} - told) and not asked >= {*content(some["times"])}
    return bool(WHY.match(question) and asked and asked <= told and not REASON.search(text))


def _joins(hit: Hit, first: Evidence, second: Evidence, longest: int) -> bool:
    """Whether two sentences stand beside each other in one paragraph, neither a row, and the first is not too long."""
    text = hit.chunk.text
    gap = text[first.end : second.start]
    return (
        not gap.strip()
        and "\n\n" not in gap
        and first.end - first.start <= longest
        and not BULLET.match(text, second.start)
        and not is_row(text, first)
        and not is_row(text, second)
    )
