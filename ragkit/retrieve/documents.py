"""Documents that a question names: of the reports of two quarters it asks for one, which the passages do not say.

A passage counts for more where its document is called by the names and numbers of the question, or where it has these
itself, and where it is the last one of those that are called the same but for their dates, if that is asked for. Only
the candidates' documents are looked at, and each name counts by how few of them are called so.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ragkit.lexical import content, stem
from ragkit.protocols import Matches, Store
from ragkit.retrieve.opening_subjects import naming_words, subject
from ragkit.titles import called, dated, names_in
from ragkit.types import Opening

_NEWEST = re.compile(r"\b(latest|newest|current|(?<=most )recent)\b", re.IGNORECASE)
"""Asks for the last of several documents that are called the same but for their dates."""
WEIGHT = 1.0
"""What a passage gains whose document is called by all that a question says.

With half of it 14 of 85 questions about 20 quarterly reports fewer have a passage of the right one first; with twice of
it 13 more, but 3 of 937 questions about other documents fewer have the right passage first.
"""


@dataclass(frozen=True, slots=True)
class Named:
    """The ``words`` of a question that name a passage's document, as stems, and the ``share`` of its score for them.

    ``subject`` are those, as they are written, that the document says first it is about.
    """

    words: frozenset[str]
    share: float
    subject: str = ""


NOT_NAMED = Named(frozenset(), 0.0)


def named(question: str, keys: Sequence[int], matches: Matches, store: Store) -> Mapping[int, Named]:
    """For passages whose documents ``question`` tells apart by their names, how much each is asked for."""
    names, newest, naming = names_in(question), _NEWEST.search(question), naming_words(question, _is_common)
    is_asked = bool(names or newest or naming)
    documents = store.openings(keys) if is_asked else []
    known = set(documents)
    subjects = {document: subject(question, naming, document) for document in known}
    own = {document: called(document.uri, document.title, document.text) & names for document in known}
    if newest:
        own |= {document: own[document] | {stem(newest[1])} for document in _newest(known)}
    counts = Counter(word for words in own.values() for word in words)
    rarity = {word: math.log(len(known) / count) for word, count in counts.items()}
    if not any(rarity.values()):
        about = zip(keys, map(subjects.__getitem__, documents), strict=False)
        return {key: replace(NOT_NAMED, subject=each) for key, each in about if each}
    rarest = math.log(len(known))
    # sums that do not depend on the order in which a set gives its words
    whole = math.fsum(rarity.get(word, rarest) for word in {*content(question), *names})
    # what the passages say themselves of that by which documents are called
    said = [(stem(term), here) for term, here in matches.terms(keys).items() if stem(term) in rarity]
    found = {}
    for place, (key, document) in enumerate(zip(keys, documents, strict=True)):
        have = own[document].union(word for word, here in said if here[place])
        share = WEIGHT * math.fsum(rarity[word] for word in have) / whole
        found[key] = Named(own[document], share, subjects[document])
    return found


def _is_common(word: str) -> bool:
    """Whether the bundled encoder knows a word whole."""
    from ragkit.models import bundled

    return bundled.tokenizer().token_to_id(word.lower()) is not None


def _newest(documents: Iterable[Opening]) -> list[Opening]:
    """Of documents that are called the same but for their dates, the last one each."""
    series: dict[frozenset[str], dict[tuple[int, ...], list[Opening]]] = {}
    for document in documents:
        if found := dated(document.uri, document.title):
            besides, date = found
            series.setdefault(besides, {}).setdefault(date, []).append(document)
    return [document for dates in series.values() if len(dates) > 1 for document in dates[max(dates)]]
