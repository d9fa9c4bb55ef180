"""Raised text in HTML: which is the mark of a footnote, and which a power."""

from __future__ import annotations

import re

from lxml import etree

from ragkit.ingest.readers.build import note_mark
from ragkit.ingest.readers.html_content import text_of
from ragkit.ingest.readers.powers import power

_NOTE_MARK = re.compile(r"\s*(\[)?\s*\d{1,3}(?:\s*,\s*\d{1,3})*\s*(?(1)\])\s*", re.ASCII)
_DIGITS = re.compile(r"\d+", re.ASCII)
_POWERS = frozenset("23")
_NOTED = re.compile(r"(?:[^\W\d_]{4}|\w[.,;:!?…”\"’']{1,2})$")
_NOTE_TEXT = re.compile(r"\s+\S|[^\W\d_]{4}")
_UNIT = re.compile(r"(?:(?:met|lit)(?:er|re)s?|feet|foot|inch(?:es)?|miles?|yards?|acres?|seconds?)$", re.IGNORECASE)


def note_marks(sup: etree._Element, before: str, *, noted: bool) -> str:
    """A raised number as the mark of a footnote, in brackets; empty for an exponent and all else.

    ``noted`` tells that the page had such a mark before.
    """
    raised = _NOTE_MARK.fullmatch(text_of(sup))
    if not raised:
        return ""
    numbers = _DIGITS.findall(raised[0])
    # Notes are counted from one; what is raised to two or three before that is a power.
    may_count = noted or numbers[0] not in _POWERS
    told = raised[1] or _links_to_note(sup)
    if not told and not (may_count and _takes_note(before.replace("\n", " "), sup.tail or "")):
        return ""
    return "".join(map(note_mark, numbers))


def raised_text(sup: etree._Element, before: str) -> str:
    """What is told of raised text in place of it, empty where it stays as it is."""
    raised = text_of(sup)
    told = power(before, raised)
    return told if told != raised else ""


def _links_to_note(sup: etree._Element) -> bool:
    links = [*sup.iterdescendants("a"), *sup.iterancestors("a")]
    return any("#" in link.get("href", "") for link in links)


def _takes_note(before: str, after: str) -> bool:
    """Whether a raised number between two texts marks a note: units, variables and figures have exponents."""
    if not before.strip():
        return bool(_NOTE_TEXT.match(after))
    return bool(_NOTED.search(before)) and not _UNIT.search(before)
