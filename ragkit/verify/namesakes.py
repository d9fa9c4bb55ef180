"""Passages that are about another than the claim: two staff handbooks, each with the name of its company in the title.

Documents of one kind begin alike but for the names, months and years that tell whose they are. Where the claim has
those of one of them, what another one says is said of somebody else: together they would support what neither says.
English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from ragkit.lexical import STOP, WORD
from ragkit.verify.grounds import HEADING, Grounds

LONGEST = 40
"""Words of a title, and of the paragraph below it, that are compared at most."""
MOST = 8
"""Different openings with a name of the claim that others are compared with at most."""

LONGEST_NAME = 6
"""Words that one name may have more than another."""

_YEAR = re.compile(r"(?:19|20)\d\d")
_MAY = "May"
"""The month: no other name is also a word that carries no meaning."""
_PARAGRAPH = re.compile(r"\s*(?P<text>[^\n]+(?:\n[^\n]+)*)")
_POSSESSIVE = re.compile(r"['’]s?\Z")

Words = tuple[str, ...]
Opening = tuple[Words, Words]
"""The words of a passage's title, without the headings below it, and of the paragraph behind."""


class Namesakes:
    """Passages by how they begin, prepared for comparison with claims."""

    def __init__(self, passages: Sequence[str]) -> None:
        self._all = Grounds(passages)
        self._openings = [_opening(passage) for passage in passages]
        self._words = frozenset(_key(word) for opening in set(self._openings) for part in opening for word in part)
        self._known = dict[frozenset[int], Grounds]({frozenset(): self._all})

    def grounds(self, claim: str) -> Grounds:
        """The passages, with nothing in place of those that are about another one than the claim.

        Such a passage begins as one does that has names of the claim there, has others in their place, of which the
        claim has none, and has none of the claim's anywhere.
        """
        named = self._words.intersection(self._names(WORD.findall(claim)))
        others = frozenset(self._others(named)) if named else frozenset[int]()
        if others not in self._known:
            texts = ["" if n in others else passage for n, passage in enumerate(self._all.passages)]
            self._known[others] = Grounds(texts)
        return self._known[others]

    def _others(self, named: frozenset[str]) -> Iterator[int]:
        """The numbers of the passages that are about another one than what is ``named``."""
        openings = dict.fromkeys(self._openings)
        own = [each for each in openings if any(_key(word) in named for part in each for word in part)][:MOST]
        rivals = {
            other: [mine & named for one in own if (mine := self._apart(one, other, named))] for other in openings
        }
        for number, opening in enumerate(self._openings):
            if rivals[opening]:
                said = frozenset(map(_key, WORD.findall(self._all.passages[number])))
                if any(said.isdisjoint(each) for each in rivals[opening]):
                    yield number

    def _apart(self, one: Opening, other: Opening, named: frozenset[str]) -> frozenset[str]:
        """The names by which an opening differs from another one, where that has none of those that are ``named``."""
        found = [_replaced(*parts) for parts in zip(one, other, strict=True)]
        mine, theirs = (
            frozenset(name for pair in found if pair for name in self._names(pair[side])) for side in (0, 1)
        )
        return mine if found[0] is not None and mine & named and theirs and theirs.isdisjoint(named) else frozenset()

    def _names(self, text: Sequence[str]) -> Iterator[str]:
        """The names, months and years among words: what has a capital letter wherever the passages have it."""
        for place, word in enumerate(text):
            key = _key(word)
            capital = word[0].isupper() and key not in self._all.uncapitalised and key not in STOP
            if capital or _YEAR.fullmatch(word) or (word == _MAY and place):
                yield key


def _opening(passage: str) -> Opening:
    heading = HEADING.match(passage)
    below = _PARAGRAPH.match(passage, heading.end()) if heading else None
    if heading is None or below is None:
        return (), ()
    title, paragraph = (tuple(WORD.findall(text)) for text in (heading[1].partition(" > ")[0], below["text"]))
    # every sentence begins with a capital letter
    paragraph = (*(word.lower() for word in paragraph[:1]), *paragraph[1:])
    return title[:LONGEST], paragraph if len(paragraph) <= LONGEST else ()


@lru_cache(1 << 12)
def _replaced(one: Words, other: Words) -> tuple[Words, Words] | None:
    """The words that stand in one text in place of others in the other one; None unless all else is alike."""
    if one == other:
        return (), ()
    if abs(len(one) - len(other)) > LONGEST_NAME or set(one) & set(other) <= STOP:
        return None
    mine, theirs = list[str](), list[str]()
    for kind, start, end, first, last in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind in {"insert", "delete"}:
            return None
        if kind == "replace":
            mine += one[start:end]
            theirs += other[first:last]
    return (tuple(mine), tuple(theirs)) if _is_named(mine) and _is_named(theirs) else None


def _is_named(words: Sequence[str]) -> bool:
    """Whether all words are written as names are, or are numbers or small words between them."""
    return all(word[0].isupper() or word[0].isdigit() or word in STOP for word in words)


def _key(word: str) -> str:
    return _POSSESSIVE.sub("", word).lower()
