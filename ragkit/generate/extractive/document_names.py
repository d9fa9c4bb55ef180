"""What in a question only names the document: which passage of the framework contract says "the framework contract"?

A document is called by its title and the name of its file. What a question says of these, and a passage of the document
does not, is no sign that the passage does not answer: of such a passage the question is asked without it. To passages
of other documents it is put as it is, so that one question tells two contracts, or the reports of two quarters, apart.
English, by rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from ragkit.defined import Defined
from ragkit.lexical import STOP, WORD, content, names, rivals, stem
from ragkit.titles import called, dates, is_name, is_stop, names_in
from ragkit.types import Hit

_SORTS = frozenset(
    f"{sort}{ending}"
    for ending in ("", "s")
    for sort in """act addendum agreement announcement appendix article bill brief brochure bulletin catalogue catalog
    certificate charter checklist circular code contract deed description directive document documentation
    factsheet faq filing form guide guidebook guideline handbook instruction invoice law leaflet lease letter list log
    manual meeting memo memorandum minute newsletter note notice order ordinance paper plan policy postmortem
    presentation procedure proposal protocol quote quotation record register regulation release report rulebook rule
    runbook schedule sheet specification statement summary term ticket transcript treaty wiki""".split()
)
"""What sorts of documents are called: without one of these or a name or a number, a word of a title is a subject."""
_THE = r"(?:\b(?:an?|the|its|his|her|their|our|my|your|this|that)\s+(?:most\s+)?)?"
_OF = re.compile(
    rf",?\s*\b(?:according\s+to|as\s+per|based\s+on|in\s+accordance\s+with|per|under|in|within|of|for|from|on|at)\s+{_THE}$",
    re.IGNORECASE,
)
_WITH = re.compile(rf"\b(\w+)(\s+(?:with|by|to|and)\s+{_THE})$", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s-]+|,\s*")
_ENDS = re.compile(
    r"\s*(?:$|[?!.,;:)]|(?:am|is|are|was|were|do|does|did|has|have|had|can|could|may|might|must|shall|should|will|would"
    r"|what|who|which|how|when|where|why|in|on|at|by|for|from|of|to|with|within|after|before|during|if|until|till"
    r"|unless|per|because|as|that|not|about|say|says|said)\b|(?:and|or)\s+(?:what|who|which|how|when|where|why)\b)",
    re.IGNORECASE,
)
"""What stands behind a phrase that goes on no further."""
_ACTS_BEHIND = frozenset(
    """am is are was were be been do does did can could may might must shall should will would has have had and or not
    with without by to at on between who whom whose what which when where why how than like as about""".split()
)
"""A name behind one of these does what is asked, or is what is asked for."""
_ACTS = re.compile(r"do|does|did|can|could|may|might|must|shall|should|will|would|has|have|had|if|when", re.IGNORECASE)
"""Who is named behind one of these does something."""
_POSSESSIVE = re.compile(r"['’]s?$")


def without_document(question: str, hit: Hit, parties: Sequence[Defined], *texts: str) -> str:
    """``question`` without what names the document of ``hit`` and stands in none of the ``texts``, which are of that.

    What belongs to one of the ``parties`` that it defines stays theirs; and nothing is left out for a passage that
    speaks of another one of the kind, the PL-10 in the manual of both, or, of names that the document only begins with,
    for one that has others.
    """
    title = called(hit.chunk.uri, hit.chunk.title)
    known = title | hit.names
    missing = known.intersection(content(question))
    missing = missing.difference(*map(_words, texts)) if missing else missing
    if not missing or any(rivals(question, text, "") for text in texts):
        return question
    names_others = not names(hit.chunk.text) <= known
    for start, end in reversed(_phrases(question, known)):
        phrase = question[start:end]
        lacking = missing.intersection(content(phrase))
        is_theirs = _POSSESSIVE.search(phrase) and any(name in phrase for each in parties for name in each.long)
        is_one_of_many = names_others and not lacking <= title
        if lacking and not is_theirs and not is_one_of_many:
            left = _without(question, start, end)
            question = left if content(left) else question
    return question


def of_other_times(question: str, passages: Sequence[Hit]) -> list[bool]:
    """Of each passage, whether its document is called by another year, month or quarter than ``question`` asks for.

    Those of which the passage itself speaks are asked for as well as the document's.
    """
    when = dates(names_in(question))
    return [_is_of_another_time(when, hit) for hit in passages]


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    """Stems of the words of a text; "May" may be a month."""
    return frozenset([*content(text), *map(stem, re.findall(r"\bMay\b", text))])


def _is_of_another_time(when: Mapping[str, frozenset[str]], hit: Hit) -> bool:
    own = dates(called(hit.chunk.uri, hit.chunk.title)) if when else {}
    told = _words(hit.chunk.embedded_text) if own else frozenset[str]()
    return any(kind in own and wanted.isdisjoint(own[kind] | told) for kind, wanted in when.items())


def _phrases(question: str, known: frozenset[str]) -> list[tuple[int, int]]:
    """Where words stand beside each other that the document is called by, or that say what sort of document it is."""
    phrases: list[tuple[int, int]] = []
    for word in WORD.finditer(question):
        if is_stop(word[0]) or not (_is_sort(word[0]) or stem(word[0]) in known):
            continue
        if phrases and _BETWEEN.fullmatch(question, phrases[-1][1], word.start()):
            phrases[-1] = (phrases[-1][0], word.end())
        else:
            phrases.append(word.span())
    return [(start, end) for start, end in phrases if _names(question, start, end, known)]


def _names(question: str, start: int, end: int, known: frozenset[str]) -> bool:
    """Whether a phrase names the document, rather than its subject or, as a part of a longer name, another thing."""
    words = list(WORD.finditer(question, start, end))
    own = [word for word in words if stem(word[0]) in known]
    is_part = re.search(r"(?<!^)\b[A-Z\d][\w.-]* $", question[:start]) or re.match(r" (?:[A-Z]|\d)", question[end:])
    return bool(own) and not is_part and any(_is_sort(word[0]) or is_name(word) for word in words)


def _is_sort(word: str) -> bool:
    return word.lower() in _SORTS


def _without(question: str, start: int, end: int) -> str:
    """The question without the phrase there, where it stays a question without."""
    before, after = question[:start], question[end:]
    words = list(WORD.finditer(question, start, end))
    if _POSSESSIVE.search(question[start:end]):
        return f"{re.sub(rf'{_THE}$', '', before, flags=re.IGNORECASE)}the {after.lstrip()}"
    ends = _ENDS.match(after)
    if ends and (of := _OF.search(before)):
        return _joined(before[: of.start()], after)
    if (beside := _WITH.search(before)) and _is_sort(beside[1]):
        return _joined(before[: beside.start(2)], after)
    if len(words) > 1 and _is_sort(words[-1][0]):
        is_owned = any(map(_POSSESSIVE.search, [word[0] for word in words[:-1]]))
        return f"{before}{'the ' if is_owned else ''}{words[-1][0]}{after}"
    return _without_who(question, words)


def _without_who(question: str, words: Sequence[re.Match[str]]) -> str:
    """The question without those to whom something is done, or with "they" for those who do it; as it is for others."""
    before, after = question[: words[0].start()], question[words[-1].end() :]
    lead = re.search(r"\b([A-Za-z]+) $", before)
    if lead is None or not all(map(is_name, words)):
        return question
    is_object = lead[1].islower() and lead[1] not in STOP | _ACTS_BEHIND
    if is_object and _ENDS.match(after) and not names(before):
        # who else acts may do so to another one
        return _joined(before, after)
    acts = _ACTS.fullmatch(lead[1]) and after.strip("?. ") and all(word[0].istitle() for word in words)
    return f"{before}they{after}" if acts else question


def _joined(before: str, after: str) -> str:
    """What is left of a question before and behind what it is asked without."""
    before = before.rstrip(" ,")
    if before:
        return f"{before}{after}" if after[:1] in {"", "?", ",", ".", "!"} else f"{before} {after.lstrip()}"
    rest = after.lstrip(" ,")
    return rest[:1].upper() + rest[1:]
