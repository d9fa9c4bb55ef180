"""What an answer says of a piece of text: a sentence on one line, without what marks it as an item or a note."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragkit.generate.evidence import ASKS
from ragkit.sentences import NOTE_MARK
from ragkit.types import Evidence, Hit

ROW = re.compile(r"\S[ \t]+\|[ \t]+\S|[^\s.!?)*•-] {2,}\S|\t")
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
QUOTED = re.compile(r"^[ \t]*>(?:[ \t]?>)*[ \t]*(?![\s\d.,=])", re.MULTILINE)
"""The marks of a message that is answered; ``> 5 bar`` is a limit."""
CLOSED = re.compile(r"[.!?:…。！？][\"'”’»)\]]*$")
BEFORE_ITEMS = re.compile(rf"[ \t]*\n\s*(?!\(?(?:0|1\d|[2-9]))(?={BULLET.pattern})")
"""The first item of a list, for what stands before the second step is a part of the first."""
BETWEEN_ITEMS = re.compile(r"(?<=\S)(?:[,;]?\s+(?:and|or|und|oder)|[,;])$")
"""What joins an item to the next one."""


def said(hit: Hit, evidence: Evidence) -> str:
    """What the answer says of some evidence, behind the heading that answers, if one does."""
    sentence = spoken(hit.chunk.text, evidence.start, evidence.end)
    return f"{evidence.heading}: {sentence}" if evidence.heading else sentence


def spoken(text: str, start: int, end: int) -> str:
    """A sentence of ``text`` on one line, without its bullet and footnotes, closed; a term before a colon."""
    items = BEFORE_ITEMS.match(text, end)
    row = ROW.search(text, start, end)
    leads = items and not row and (not BULLET.match(text, start) or indent(text, items.end()) > indent(text, start))
    *terms, sentence = (" ".join(part.split()) for part in QUOTED.sub("", text[start:end]).split("\n\n"))
    bullet = BULLET.match(sentence)
    if bullet and (not bullet[1] or (begins_a_line(text, start) and not MONTH.match(sentence, bullet.end()))):
        sentence = BETWEEN_ITEMS.sub("", sentence[bullet.end() :])
    elif (answers := ANSWERS.match(sentence)) and ASKS.search(text[:start].rstrip()):
        sentence = sentence[answers.end() :]
    sentence = FOOTNOTES.sub("", f"{', '.join(terms)}: {sentence}" if terms else sentence)
    return sentence if CLOSED.search(sentence) else f"{sentence}{':' if leads else '.'}"


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
