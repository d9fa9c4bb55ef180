"""What an answer says of a piece of text: a sentence on one line, without what marks it as an item or a note."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from string import ascii_lowercase

from ragkit.clauses import uncounted, words_from
from ragkit.coded_lines import is_above
from ragkit.lexical import content, leaves_out, words
from ragkit.sentences import LABELLED, NOTE_MARK, TYPED_MARK
from ragkit.types import Evidence, Hit

ROW = re.compile(r"\S[ \t]+\|[ \t]+\S|[^\s.!?)*•-] {2,}\S|\t")
ASKS = re.compile(r"[?？][\"'”’»)\]]*$")
BULLET = re.compile(r"(?:[-*•]|#\.|(\(?\d{1,2}[.)]|\(?[a-z][.)]))\s+")
ANSWERS = re.compile(r"(?:A|Answer|Antwort): +")
"""Behind a question no list of A, B and C: who speaks."""
MONTH = re.compile(
    r"(?:Jan(?:uary?)?|Feb(?:ruary?)?|Mar(?:ch)?|März|Apr(?:il)?|Ma[iy]|Jun[ei]?|Jul[iy]?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|O[ck]t(?:ober)?|Nov(?:ember)?|De[cz](?:ember)?)\b"
)
"""``31. December`` is no 31st item."""
FOOTNOTES = re.compile(rf"(?<=[.,;:!?…”\"')])(?:\[\d{{1,3}}\])+|\A{NOTE_MARK}\s*|\s*{NOTE_MARK}")
"""Marks of the document's own notes, which a reader would take for citations of the answer."""
TYPED = re.compile(rf"(?<=[\w.,;:!?%)\]])(?:\*{{1,3}}|{TYPED_MARK})(?![\w*])")
"""A typed mark behind what it is a note on: ``9 to 12*``."""
EMPHASIS = re.compile(r"(?<![\w*])\*{1,3}\w[^*\n]*\*{1,3}")
GOES_ON = rf"(?:\n(?![ \t]*(?:$|[*•-]|{TYPED_MARK}))[^\n]+)*"
"""The further lines of a note."""
QUOTED = re.compile(r"^[ \t]*>(?:[ \t]?>)*[ \t]*(?![\s\d.,=])", re.MULTILINE)
"""The marks of a message that is answered; ``> 5 bar`` is a limit."""
CLOSED = re.compile(rf"[.!?:…。！？][\"'”’»)\]]*{TYPED_MARK}?$")
BEFORE_ITEMS = re.compile(rf"[ \t]*\n\s*(?!\(?(?:0|1\d|[2-9]))(?={BULLET.pattern})")
"""The first item of a list, for what stands before the second step is a part of the first."""
BETWEEN_ITEMS = re.compile(r"(?<=\S)(?:[,;]?\s+(?:and|or|und|oder)|[,;])$")
"""What joins an item to the next one."""
NEXT_ITEM = re.compile(
    rf"(?:[,;]?(?P<and>\s+(?:and|or|und|oder))|[,;])?[ \t]*\n\s*(?:{BULLET.pattern}|(?P<letter>[a-z])[ \t]+)(?=\S)"
)
"""What stands between the items of a list that goes on a sentence, and between that and the first one."""
YES_OR_NO = re.compile(r"(?:(?:A|Answer|Antwort):\s+)?(?:yes|no|ja|nein)(?:[,.!]|\s+[–-])\s+(?=\S)", re.IGNORECASE)
ASKS_FOR_MORE = re.compile(
    r"^(?!(?:am|are|can|could|did|do|does|ha[sd]|have|is|may|must|shall|should|was|were|will|would)\b)"
    r".*\b(?:how|what|when|where|which|who|whom|whose|why)\b",
    re.IGNORECASE | re.DOTALL,
)
"""No question that yes or no answers."""


def as_told(hit: Hit, evidence: Evidence) -> str:
    """What the answer says of some evidence, behind the heading that answers, if one does and says more."""
    sentence = plain_sentence(hit.chunk.text, evidence.start, evidence.end, hit.chunk.above)
    heading = "" if ASKS.search(evidence.heading) else uncounted(evidence.heading)
    more = set(content(heading)) - set(content(sentence)) or leaves_out(words(heading))
    return f"{heading}: {sentence}" if more else sentence


def plain_sentence(text: str, start: int, end: int, above: str = "") -> str:
    """A sentence of ``text`` on one line, as it can stand alone: closed, without its number, bullet and footnote marks.

    Terms on lines of their own come before a colon. ``above`` has the headings of the text. A capital begins what stood
    behind "Yes,".
    """
    items = BEFORE_ITEMS.match(text, end)
    row = ROW.search(text, start, end)
    field = LABELLED.match(text, start, end)
    leads = (
        (items or is_above(text, end))
        and not row
        and not field
        and (not BULLET.match(text, start) or (items and indent(text, items.end()) > indent(text, start)))
    )
    words = words_from(text, start, above)
    *terms, sentence = (" ".join(part.split()) for part in _running(QUOTED.sub("", text[words:end])).split("\n\n"))
    bullet = BULLET.match(sentence)
    if bullet and (not bullet[1] or (begins_a_line(text, start) and not MONTH.match(sentence, bullet.end()))):
        sentence = BETWEEN_ITEMS.sub("", sentence[bullet.end() :])
    elif words > start:
        sentence = BETWEEN_ITEMS.sub("", sentence)
    elif (answers := ANSWERS.match(sentence)) and ASKS.search(text[:start].rstrip()):
        sentence = sentence[answers.end() :]
    elif is_behind_yes_or_no(text, start):
        sentence = f"{sentence[0].upper()}{sentence[1:]}"
    sentence = FOOTNOTES.sub("", f"{', '.join(terms)}: {sentence}" if terms else sentence)
    return sentence if CLOSED.search(sentence) else f"{sentence}{':' if leads else '.'}"


def _running(text: str) -> str:
    """A sentence of which a list is a part as running text: "Bring: a fan; tea"."""
    first = NEXT_ITEM.search(text)
    letters = "".join(item["letter"] or "" for item in NEXT_ITEM.finditer(text))
    if not first or (first["letter"] and (len(letters) < len("ab") or letters not in ascii_lowercase)):
        return text
    items = NEXT_ITEM.sub(lambda item: f";{item['and'] or ''} ", text[first.end() :])
    return f"{text[: first.start()].rstrip(' :')}: {BETWEEN_ITEMS.sub('', items)}"


def without_yes_or_no(question: str, hit: Hit, evidence: Evidence) -> Evidence:
    """The evidence without the "Yes," or "No." that answers another question than one that asks for more."""
    answers = YES_OR_NO.match(hit.chunk.text, evidence.start, evidence.end)
    return replace(evidence, start=answers.end()) if answers and ASKS_FOR_MORE.search(question) else evidence


def is_behind_yes_or_no(text: str, start: int) -> bool:
    """Whether a place stands right behind a "Yes," that begins its line."""
    answers = YES_OR_NO.match(text, text.rfind("\n", 0, start) + 1)
    return answers is not None and answers.end() == start


def notes(passages: Sequence[Hit], evidence: Evidence, told: str = "") -> list[Evidence]:
    """The notes that a sentence has marks of, if its document has them in these passages: exceptions, perhaps.

    Of typed marks those count that are in what is ``told`` of the sentence, and begin one line: others are bullets.
    """
    hit = passages[evidence.passage]
    marks = re.findall(NOTE_MARK, hit.chunk.text[evidence.start : evidence.end])
    found = [
        note for mark in dict.fromkeys(marks) for note in _lines(passages, evidence, rf"{re.escape(mark)}:? [^\n]+")
    ]
    for mark in dict.fromkeys(TYPED.findall(EMPHASIS.sub("", told))):
        typed = _lines(passages, evidence, rf"{re.escape(mark)}[ \t]*[^\s*†‡](?![^\n]*\*)[^\n]*{GOES_ON}")
        found += typed if len(typed) == 1 else []
    return [
        note for note in found if evidence.passage != note.passage or not evidence.start <= note.start < evidence.end
    ]


def _lines(passages: Sequence[Hit], evidence: Evidence, pattern: str) -> list[Evidence]:
    """The lines of a sentence's document that a pattern describes, in these passages."""
    uri = passages[evidence.passage].chunk.uri
    return [
        replace(evidence, passage=number, start=line.start(), end=line.end(), heading="")
        for number, other in enumerate(passages)
        if other.chunk.uri == uri
        for line in re.finditer(rf"^{pattern}", other.chunk.text, re.MULTILINE)
    ]


def is_row(text: str, evidence: Evidence) -> bool:
    """Whether a sentence is a row of a table."""
    return ROW.search(text, evidence.start, evidence.end) is not None


def begins_a_line(text: str, start: int) -> bool:
    """Whether nothing but white space stands before a place in its line."""
    return not text[text.rfind("\n", 0, start) + 1 : start].strip()


def indent(text: str, place: int) -> int:
    """How far in the line stands that holds ``place``."""
    line = text[text.rfind("\n", 0, place) + 1 : place + 1]
    return len(line) - len(line.lstrip())


def in_order(ranked: Sequence[Evidence], passage: int) -> list[Evidence]:
    """The evidence in one passage, by place."""
    return sorted((each for each in ranked if each.passage == passage), key=lambda each: each.start)
