"""Claims that stand in a passage as whole sentences: they need no model, nor what reads the wording of the others.

What stands between, before and behind the words of a quotation may differ as far as it changes nothing of what is said.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import itemgetter

from ragkit.cells import BEHIND_NAME, BETWEEN, tells
from ragkit.clauses import uncounted, words_from
from ragkit.lexical import STOP, words
from ragkit.sentences import NOTE_MARK, names_what_follows, sentence_spans
from ragkit.types import Evidence, Support
from ragkit.verify.celled import says_cell
from ragkit.verify.opposites import opposed

Span = tuple[int, int]

UNREAD = Support("unchecked", 0.0, reason="There is no text to check it against.")
"""The finding where no passage holds any text."""

_ITEM = r"(?:•|(?:[-*+]|#\.|\(?(?:\d{1,3}|[a-z])[.)])(?=\s))"
_NEXT = rf"\s*\n\s*(?:{_ITEM}|[a-z](?=\s))"
"""The mark of an item, a bare letter too, on the next line."""
_ITEM_LINE = re.compile(r"[ \t]*(?:[-*•]|\(?(?:\d{1,2}|[a-z])[.)])[ \t]")
_AND = "and|or|und|oder"
BULLET = re.compile(
    rf"\s*+(?:{_ITEM}|(?:(?<=\?\s)|(?<=\?\s\s))(?:A|Answer|Antwort)(?=:))?+"
    rf"(?:[\s\"'“”‘’().!?:;…]|\[\d{{1,3}}\]|{NOTE_MARK})*+"
)
"""What may stand before or behind a sentence that is quoted whole: no dash without a blank behind it, which is a sign,
and no letter before a colon unless it answers the question above."""
BEFORE = re.compile(rf"{BULLET.pattern}(?:(?i:yes|no|ja|nein)(?:,|\s[–-])\s++)?+")
"""What may stand before it: what says that the answer to a question is as follows, too."""
BEHIND = re.compile(rf"(?:[,;]?\s++(?:{_AND})|,)?+{BULLET.pattern}")
"""What may stand behind it: what joins an item of a list to the next one, too."""
MOST_QUOTED = 500
"""Words of a claim that may be a quotation at most, as its pattern is made of them."""
_THING = r"(?:(?:[Tt]he|[Aa]n?) \w[\w-]*(?: \w[\w-]*)?|\w[\w-]*)"
"""One word, or an article and at most two: with more, a clause may begin with who says so."""
_ELLIPTIC = re.compile(
    rf"(?P<other>{_THING}) (?P<verb>is|are|was|were|can|may|must|should|will)(?P<denied> not)? "
    r"(?P<what>[^,;:()–—]{1,200}?)\.?"
)
"""A claim as it may say what a sentence leaves out that says no more of a second thing than that it is, or is not."""
_BESIDE = frozenset("and because but except if once only or since that though unless until when where while".split())
"""Words that set a condition or begin another clause: what is said behind them is not left out alone."""


def verbatim(claim: str, passages: Sequence[str]) -> Support | None:
    """The claim as whole sentences of a passage, white space, case and the final stop aside.

    A part of a sentence is no such thing: what stands before or behind it may deny it or set a condition. Behind a
    colon they may stand below the heading that is before it. So are some cells of a row behind its name, a cell that is
    told as a sentence, and what a sentence denies of another thing without saying it again.
    """
    return (
        _quoted(claim, passages)
        or _of_a_row(claim, passages)
        or next(_below_headings(claim, passages), None)
        or _said_of_a_cell(claim, passages)
        or next(_left_unsaid(claim, passages), None)
    )


def _of_a_row(claim: str, passages: Sequence[str]) -> Support | None:
    """The claim as some cells of a row of a passage, told as `ragkit.cells` does."""
    if BEHIND_NAME not in claim:
        return None
    for number, passage in enumerate(passages):
        for row in re.finditer(r"[^\n]*\S", passage):
            if BETWEEN in row[0] and tells(claim, row[0].strip()):
                start = row.end() - len(row[0].lstrip())
                return Support("supported", 1.0, Evidence(number, start, row.end(), 1.0))
    return None


def _said_of_a_cell(claim: str, passages: Sequence[str]) -> Support | None:
    """The claim as one cell of a row, told as a sentence."""
    for number, passage in enumerate(passages):
        if span := says_cell(claim, passage):
            return Support("supported", 1.0, Evidence(number, *span, 1.0))
    return None


def _left_unsaid(claim: str, passages: Sequence[str]) -> Iterator[Support]:
    """The claim as what a sentence says of a second thing in few words: "A is approved for salt; B is not".

    The sentence says nothing else, and the first thing is told as shortly as the second: what is denied, reported or
    conditional begins with other words.
    """
    said = _ELLIPTIC.fullmatch(claim)
    if said is None or said["other"].lower() in STOP or not _BESIDE.isdisjoint(words(claim)):
        return
    other, what = re.escape(said["other"][1:]), re.escape(said["what"])
    first, last = ("", " not") if said["denied"] else (" not", "")
    second = rf"(?i:{re.escape(said['other'][0])}){other} {said['verb']}{last}"
    pattern = re.compile(
        rf"{BULLET.pattern}(?P<thing>{_THING}) {said['verb']}{first} {what}(?:;|, (?:but|while|whereas)) {second}[.!]?"
    )
    for number, passage in enumerate(passages):
        for start, end in sentence_spans(passage) if said["what"] in passage else ():
            found = pattern.fullmatch(passage, start, end)
            if found and found["thing"].lower() not in STOP:
                yield Support("supported", 1.0, Evidence(number, start, end, 1.0))


def _below_headings(claim: str, passages: Sequence[str]) -> Iterator[Support]:
    """Quotations in a claim of the form "Heading: sentence" that stand below that heading, and below none after it."""
    for colon in re.finditer(r":\s+", claim):
        heading, said = claim[: colon.start()].strip(), claim[colon.end() :]
        for number, passage in enumerate(passages):
            found = _quoted(said, [passage]) if heading and heading in passage else None
            if found and found.evidence and heading in _headings_above(passage, found.evidence.start):
                yield replace(found, evidence=replace(found.evidence, passage=number))


def _headings_above(passage: str, place: int) -> tuple[str, ...]:
    """What stands above a place of a passage: the last line that names what follows, and the path at the beginning.

    What leads to the list that an item at the place is of names it, too.
    """
    lines = list(re.finditer(r"[^\n]+", passage[:place]))
    names = [line[0].strip() for line in lines if names_what_follows(passage, *line.span())]
    path = lines[0][0].strip() if lines and passage.startswith("\n\n", lines[0].end()) else ""
    headings = (*names[-1:], *_leads(passage, place), *path.split(" > "))
    return (*headings, *map(uncounted, headings))


def _leads(passage: str, place: int) -> Iterator[str]:
    """The line with a colon above the list that an item at a place is of, without the colon."""
    *above, line = passage[:place].split("\n")
    if not _ITEM_LINE.match(f"{line} "):
        return
    lead = next((each for each in reversed(above) if each.strip() and not _ITEM_LINE.match(each)), "")
    if lead.endswith(":"):
        yield lead.strip()[:-1]


def _quoted(claim: str, passages: Sequence[str]) -> Support | None:
    """The claim as whole sentences of a passage."""
    parts = claim.rstrip(" .").split()
    if not 0 < len(parts) <= MOST_QUOTED:
        return None
    joined = "".join(f"{_pattern(part)}{_gap(part)}" for part in parts[:-1]) + _pattern(parts[-1])
    pattern = re.compile(rf"(?<!\w){joined}(?!\w)\.?", re.IGNORECASE)
    for number, passage in enumerate(passages):
        spans: list[Span] | None = None
        for match in pattern.finditer(passage):
            spans = sentence_spans(passage) if spans is None else spans
            # letters of either case are alike, but MW is no mW
            if _is_whole(passage, match, spans) and not opposed(claim, [match[0]]):
                return Support("supported", 1.0, Evidence(number, match.start(), match.end(), 1.0))
    return None


def _pattern(word: str) -> str:
    """``word`` as a regular expression.

    A term before a colon or a comma may stand on a line of its own, what a colon closes above the items of a list, what
    a semicolon does in one, behind a comma or nothing; marks of notes may follow a word, and numbers in brackets what
    ends a part.
    """
    plain = word.rstrip(".,;:!?…”\"')")
    whole = re.escape(plain) + rf"(?:\s?{NOTE_MARK})*" if plain else ""
    if plain != word:
        whole += rf"{re.escape(word[len(plain) :])}(?:\[\d{{1,3}}\]|{NOTE_MARK})*"
    ends = {":": rf"\n\n|{_NEXT}", ",": r"\n\n", ";": rf",?(?:{_NEXT}|\s(?:{_AND})\s)"}.get(word[-1])
    return rf"(?:{whole}|{re.escape(word[:-1])}(?={ends}){',?' if word[-1] == ';' else ''})" if ends else whole


def _gap(word: str) -> str:
    """What may stand behind ``word``, as a regular expression: the mark of an item, too, where one may begin."""
    begins = word[-1] in ":;" or re.fullmatch(_AND, word, re.IGNORECASE)
    return rf"(?:{_NEXT}\s+|\s+)" if begins else r"\s+"


def _is_whole(passage: str, match: re.Match[str], spans: Sequence[Span]) -> bool:
    """Whether the sentence in which it begins and the one in which it ends have nothing else that could change them."""
    first = bisect_right(spans, match.start(), key=itemgetter(0)) - 1
    last = bisect_left(spans, match.end(), key=itemgetter(1))
    return (
        first >= 0
        and last < len(spans)
        and any(BEFORE.fullmatch(passage, begin, match.start()) for begin in _begins(passage, spans[first][0]))
        and BEHIND.fullmatch(passage, match.end(), spans[last][1]) is not None
    )


def _begins(passage: str, start: int) -> tuple[int, int]:
    """Where a sentence begins, with what counts it and without."""
    return start, words_from(passage, start)
