"""The date of what a heading names: "When was 4.1.2 released?" above "[4.1.2] - 2025-12-11". English; no model.

No sentence tells it, and a reader of sentences takes what stands below such a heading for an answer to something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ragkit.dates import Date, dates
from ragkit.generate.extractive.headings import ASKS_FOR_PART, PARTS, places
from ragkit.lexical import content, negations
from ragkit.sentences import sentence_spans
from ragkit.types import Evidence, Hit

SURE = 0.86
"""The probability that such a heading answers, the same as of a sentence in the row and column that are asked for."""
_COMING = (
    r"\b(?:released?|releases|publish(?:ed)?|issued?|launch(?:ed)?|c[oa]me(?: out)?|appear(?:ed)?|ship(?:ped)?"
    r"|available|out)\b"
)
"""What is said of a thing that comes out."""
_ASKS_WHEN = "(?:since )?(?:when|(?:(?:on|in) )?(?:what|which) (?:day|date|month|year))"
_ASKS_DATE = "(?:release|publication) date|date of (?:the )?(?:release|publication)"
_ASKS = re.compile(
    rf"{_ASKS_WHEN} (?:was|were|is|are|did|does|has|will)\b(?P<thing>.*?){_COMING}[\s?.!]*"
    rf"|what(?:['’]s| is| was) the (?:{_ASKS_DATE}) (?:of|for)\b(?P<dated>.*)",
    re.IGNORECASE,
)
_ASKS_NAME = re.compile(
    rf"{ASKS_FOR_PART.pattern} (?:of (?:\S+ ){{1,2}})?(?:(?:was|were|is|has been|did .*) )?{_COMING}", re.IGNORECASE
)
"""What came out, not what ceased to be available."""
_FURTHER = re.compile(r" (?:by|for|from|in|of|on|to)\b")
"""Begins what is said of a thing behind its name: "4.1.2 of Brine"; "the fix of 4.1.2" is no 4.1.2."""
_TOLD_ONCE = 1
"""Words that no heading has, but the document: the name of the program whose changelog it is."""
_YEAR = re.compile(r"(?<=\()(?:19|20)\d\d(?=\))")


def dated_heading(question: str, passages: Sequence[Hit]) -> list[Evidence]:
    """The heading with the date, as evidence, of a question for when something came out, or for what came out then.

    None where several may do. Of a passage that lacks the line it is what is said of the first sentence below.
    """
    if asks := _ASKS.fullmatch(question.strip()):
        thing = asks["thing"] or asks["dated"]
        found = [each for each in _headings(passages) if _names(each[1], thing, passages[each[2]], passages)]
    elif _ASKS_NAME.match(question.strip()):
        found = [each for each in _headings(passages) if _is_of_that_time(each[1], question)]
    else:
        return []
    if len({(uri, heading) for uri, heading, _ in found}) != 1:
        return []
    heading = found[0][1]
    lines = [each for *_, number in found for each in _lines(number, passages[number], heading)]
    return (lines or [_below(number, passages[number], heading) for *_, number in found])[:1]


def _headings(passages: Sequence[Hit]) -> list[tuple[str, str, int]]:
    """The headings of all passages, each between its document and the passage's number."""
    return [(hit.chunk.uri, heading, number) for number, hit in enumerate(passages) for heading in hit.chunk.headings]


def _is_of_that_time(heading: str, question: str) -> bool:
    """Whether a heading has a name and the date that a question says, or one within the month that it says."""
    asked = [(each.year, each.month, each.day) for each in _longest(question)]
    own = [(each.year, each.month, each.day) for each in _longest(heading)]
    is_same = any(one[:2] == other[:2] and one[2] in {0, other[2]} for one in asked for other in own)
    return is_same and any(map(str.isdigit, _without_dates(heading)))


def _longest(text: str) -> list[Date]:
    """The dates of a text, of several readings of a place the longest."""
    found = list(dates(text))
    return [each for each in found if not any(_is_within(each, other) for other in found)]


def _is_within(one: Date, other: Date) -> bool:
    return one != other and other.start <= one.start and one.end <= other.end


def _names(heading: str, thing: str, hit: Hit, passages: Sequence[Hit]) -> bool:
    """Whether a heading has a date, and names the thing that is asked for; the document may tell whose it is.

    The name stands last in what is asked for: "4.1.2 no longer" and "4.1.2 stop being" say something else of it.
    """
    name, asked = _stems(_without_dates(heading)), _stems(thing)
    figures = [word for word in name if any(map(str.isdigit, word))]
    last = [part[-1] for part in map(_stems, _FURTHER.split(thing)) if part][:1]
    is_named = last and {*last, *(figures or name)} <= {*asked}.intersection(name)
    if not is_named or not _is_dated(heading) or negations(thing):
        return False
    around = [hit.chunk.title, *hit.chunk.headings]
    text = [each.chunk.text for each in passages if each.chunk.uri == hit.chunk.uri]
    further = set(asked).difference(name, *map(content, around))
    return len(further) <= _TOLD_ONCE and further <= set().union(*map(content, text))


def _stems(text: str) -> list[str]:
    """The stems of a text in order, without what a part of a document may be called."""
    parts = content(PARTS)
    return [stem for stem in content(text) if stem not in parts]


def _is_dated(heading: str) -> bool:
    return _without_dates(heading) != heading


def _without_dates(heading: str) -> str:
    for each in dates(heading):
        heading = heading[: each.start] + " " * (each.end - each.start) + heading[each.end :]
    return _YEAR.sub("    ", heading)


def _lines(number: int, hit: Hit, heading: str) -> Iterator[Evidence]:
    """Where a heading is a line of a passage."""
    above = len(hit.chunk.embedded_text) - len(hit.chunk.text)
    for start, end in places(hit, heading):
        if start >= above:
            yield Evidence(number, start - above, end - above, SURE)


def _below(number: int, hit: Hit, heading: str) -> Evidence:
    start, end = sentence_spans(hit.chunk.text)[0]
    return Evidence(number, start, end, SURE, heading)
