"""Where gold quotes stand in documents, and which passages hold them.

A quote is written as a reader sees it, so white space, and the bars between table cells, are folded when it is
looked for; the places returned are exact. A quote that stands in several places of its document is proven by any.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ragkit.errors import ConfigError
from ragkit.evaluate.suite import Case, Gold
from ragkit.store.analysis import UNSPACED
from ragkit.types import Document

_GAP = r"[\s|]+"
_LETTER = rf"[^\W{UNSPACED.pattern.removeprefix('[').removesuffix(']+')}]"


@dataclass(frozen=True, slots=True)
class Place:
    """The text ``[start, end)`` of the document at ``uri``, as the store names it."""

    uri: str
    start: int
    end: int


Proof = tuple[Place, ...]
"""All the places of one gold quote."""


def find_quote(quote: str, text: str) -> list[tuple[int, int]]:
    """The spans of ``text`` that read as ``quote`` when white space is folded, in order; never part of a word.

    An accent may be a character of its own in either. Scripts without blanks have no words to be part of.
    """
    words = [word for word in re.split(_GAP, quote) if word]
    if not words:
        return []
    before, after = f"(?<!{_LETTER})" * _in_word(words[0][0]), f"(?!{_LETTER})" * _in_word(words[-1][-1])
    return [match.span() for match in re.finditer(before + _GAP.join(map(_pattern, words)) + after, text)]


def _in_word(character: str) -> bool:
    return character.isalnum() and not UNSPACED.match(character)


def _pattern(word: str) -> str:
    forms = dict.fromkeys((word, *(unicodedata.normalize(form, word) for form in ("NFC", "NFD"))))
    return f"(?:{'|'.join(map(re.escape, forms))})"


def locate(case: Case, gold: Gold, document: Document) -> Proof:
    """The places of ``gold`` in ``document``; raises `ConfigError` with the nearest text when there is none."""
    spans = find_quote(gold.quote, document.text)
    if not spans:
        raise ConfigError(
            f"Case {case.id}: {_shown(gold.quote)} does not stand in {gold.uri}.",
            f"The nearest text there is {_shown(nearest_text(gold.quote, document.text))}.",
        )
    return tuple(Place(document.uri, start, end) for start, end in spans)


def proofs(case: Case, documents: Callable[[str], Document]) -> tuple[Proof, ...]:
    """One proof for each gold quote of ``case``, in order; raises as `locate` does."""
    return tuple(locate(case, gold, documents(gold.uri)) for gold in case.gold)


def with_copies(
    proofs: Sequence[Proof], uris: Iterable[str], documents: Callable[[str], Document]
) -> tuple[Proof, ...]:
    """The proofs, and their places in those documents of ``uris`` that have the same text.

    A search shows a page that stands in several folders once, and not always from the folder that the gold names.
    """
    texts = {uri: documents(uri).text for uri in uris} if proofs else {}
    return tuple(
        tuple(dict.fromkeys((*proof, *(copy for place in proof for copy in _copies(place, texts, documents)))))
        for proof in proofs
    )


def _copies(place: Place, texts: Mapping[str, str], documents: Callable[[str], Document]) -> Iterator[Place]:
    own = documents(place.uri).text
    return (replace(place, uri=uri) for uri, text in texts.items() if text == own)


def overlaps(one: Place, other: Place) -> bool:
    """Whether they share at least half of the shorter of the two."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    shorter = min(one.end - one.start, other.end - other.start)
    return one.uri == other.uri and shared > 0 and 2 * shared >= shorter


def proves(place: Place, proof: Proof) -> bool:
    """Whether ``place`` is relevant: it overlaps one of the places of the quote."""
    return any(overlaps(place, gold) for gold in proof)


def nearest_text(quote: str, text: str) -> str:
    """The paragraph, or line, of ``text`` that shares the most words with ``quote``."""
    wanted = set(re.findall(r"\w+", quote.lower()))
    return max((part.strip() for part in _parts(text)), key=lambda part: _likeness(wanted, part), default="")


def _parts(text: str) -> Sequence[str]:
    return [*re.split(r"\n\s*\n", text), *text.split("\n")]


def _likeness(wanted: set[str], part: str) -> float:
    found = set(re.findall(r"\w+", part.lower()))
    return len(wanted & found) / max(1, len(wanted | found))


def _shown(text: str, limit: int = 300) -> str:
    folded = " ".join(text.split())
    return repr(folded if len(folded) <= limit else folded[: limit - 3] + "...")
