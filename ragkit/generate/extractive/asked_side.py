"""Which side of a rule is asked for: what is covered, or what is not; and the sentences that stand on the other one.

The verbs are those that the passages themselves deny. English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from ragkit.generate.extractive.candidates import Candidate
from ragkit.generate.extractive.limiting_leads import lead_of_list
from ragkit.lexical import content, negations
from ragkit.types import Hit

ASKS_WHAT = re.compile(r"(?:what|which|who|list|name)\b", re.IGNORECASE)
"""Asks for what a rule is about: who asks whether something is covered may be told of either side."""
CASE = re.compile(r",| (?:if|when|where|while|unless|until|because|although|that|who|which|whose)\b", re.IGNORECASE)
"""What begins a part of a question that says which case is meant."""
DENIED = re.compile(
    r"(?:\b(?:not|never|cannot)|n['’]t)\s+(?:(?:be|been|I|you|we)\s+)?(?P<verb>[a-z]\w+)", re.IGNORECASE
)

LEFT_OUT = re.compile(r"\b(?:exclu|exempt|forb|prohibit|refus|ban(?:s|ned)?\b)", re.IGNORECASE)
"""Says what is not so without denying anything; what is so in one case only is so."""


def on_other_side(question: str, found: Sequence[Candidate], passages: Sequence[Hit]) -> set[Candidate]:
    """The sentences that say what is covered where it is asked what is not, and items of what is not where what is.

    There are none unless the same document has sentences on the side that is asked for.
    """
    asked = CASE.split(question, maxsplit=1)[0]
    verbs = _denied_verbs(asked, passages) if ASKS_WHAT.match(question) else set[str]()
    if not verbs:
        return set()
    leads = _leads(found, passages)
    denied = {each for each in found if any(_denies(part, verbs) for part in (each.text, leads[each]))}
    affirmed = {each for each in found if not verbs.isdisjoint(content(f"{each.text} {leads[each]}"))} - denied
    if _says_what_is_not(asked):
        return _beside(affirmed, denied, passages)
    items = {each for each in denied if leads[each]}
    return _beside(items, affirmed, passages) if asked == question else set()


def _says_what_is_not(text: str) -> bool:
    """Whether a question asks for what is not so, or a sentence tells it."""
    return bool(negations(text) or LEFT_OUT.search(text))


def _denied_verbs(asked: str, passages: Sequence[Hit]) -> set[str]:
    """The stems of what the passages deny and a question names; all that they deny where it asks what is excluded."""
    said = (" ".join([*hit.chunk.headings, hit.chunk.text]) for hit in passages)
    denied = {stem for text in said for match in DENIED.finditer(text) for stem in content(match["verb"])}
    return denied if LEFT_OUT.search(asked) else denied.intersection(content(asked))


def _leads(found: Sequence[Candidate], passages: Sequence[Hit]) -> dict[Candidate, str]:
    """What leads to the list that each sentence is of; empty for those of none."""
    leads = dict[Candidate, str]()
    for passage, some in groupby(found, key=lambda each: each.passage):
        own = list(some)
        places = [(each.start, each.end) for each in own]
        leads |= {each: lead_of_list(passages[passage], places, number) for number, each in enumerate(own)}
    return leads


def _denies(text: str, verbs: set[str]) -> bool:
    return _says_what_is_not(text) and not verbs.isdisjoint(content(text))


def _beside(some: set[Candidate], others: set[Candidate], passages: Sequence[Hit]) -> set[Candidate]:
    """Those of some sentences whose documents have any of the others."""
    documents = {passages[each.passage].chunk.uri for each in others}
    return {each for each in some if passages[each.passage].chunk.uri in documents}
