"""Where two values, two names or two words of a claim have changed places.

"17 were delayed and 1,312 lost", "Osei reports to Mendes": all words are the text's own; only their places are not.
English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations, pairwise, product, takewhile

from ragkit.cells import cells
from ragkit.lexical import NAME, STOP, common_length, plain, stem, words
from ragkit.verify.mispaired import Mispaired
from ragkit.verify.segments import Told, cut_between
from ragkit.verify.values import Value, comparable, values

SHARED = 0.75
"""The least share of a claim's words that a text has in order, once two values of the claim have changed places."""
LEAST_WORDS = 4
"""Values and other words that carry meaning in such a claim at least."""
MOST_EXCHANGED = 16
"""Words of a claim that are tried in each other's place at most."""
MOST_VALUES = 8
"""Values of such a claim at most."""
LONGEST, LONGEST_TEXT = 60, 600
"""Words of a claim, and of a text, that are looked at at most."""

_CALLED = re.compile(rf"{NAME.pattern}(?: {NAME.pattern})*")
_LISTED = re.compile(r"[,;:]\s|\s(?:and|or)\s", re.IGNORECASE)
_ARTICLES = frozenset("a an the".split())
_PASSIVE = "by"
"""Beside it a relation is told the other way round."""
_JOINING = frozenset({("by",), ("from",), ("to",)})
"""What the name of a column ends with that is said of the row's name: "Reports to"."""
_MUTUAL = frozenset(
    stem(word)
    for word in """adjacent adjoin against ally alongside beside between border both collaborate colleague
    compete competitor connect cooperate correspond cousin differ different equal equivalent face friend
    identical intersect marry married meet merge met near neighbor neighbour next opponent opposite overlap
    parallel partner resemble rival same share sibling similar together twin unlike with""".split()
)
"""What holds of two of which it is told in either order."""
_AWAY = re.compile(r"(?: [^\W\d_]+){0,3} from\b")
"""What stands behind the amount by which two are apart."""
_FAR = frozenset({"length", "time"})
_LINKING = frozenset(
    """also am and are as at be been being but by did do does doing done for had has have having in is it its of on or
    that then was were which while""".split()
)
"""Common words that tell no two clauses apart."""
_NAME = "@"
"""What the one token begins with that stands for a name."""

Tokens = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Clause:
    """A value, and the words before and behind it."""

    before: Tokens
    value: str
    behind: Tokens

    @property
    def tokens(self) -> Tokens:
        """Its words with the value in their midst."""
        return (*self.before, self.value, *self.behind)


def exchanged_values(claim: str, told: Told) -> Iterator[Mispaired]:
    """Two values of ``claim`` that have changed places: a text has its words in order, once each has the other's.

    They are contradicted where it has all of them. None where any text has as many with the values as they stand. Whole
    clauses may stand in another order: "7 after noon and 5 before" says the same as "5 before noon and 7 after".
    """
    text = plain(claim)
    found = values(text)
    tokens = _with_values(text, found)
    meant = sum(token not in STOP for token in tokens)
    if not 2 <= len(found) <= MOST_VALUES or meant < LEAST_WORDS or len(tokens) > LONGEST:
        return
    texts = [_with_values(there, held) for there, held in zip(told.texts, told.values, strict=True) if held]
    for one, other in combinations(found, 2):
        pair = one.worths[0], other.worths[0]
        if comparable(one.kind, other.kind) and all(tokens.count(each) == 1 for each in pair):
            having = [each for each in texts if set(pair) <= set(each)]
            once = [each for each in having if all(each.count(value) == 1 for value in pair)]
            clauses = _clauses(text, found, one) if once else []
            kept = max((_most_in_order(clauses, each) for each in having), default=0)
            swapped = max((_most_in_order(_exchanged(clauses, pair), each) for each in once), default=0)
            if swapped >= max(SHARED * len(tokens), kept + len(pair)):
                for value in (one, other):
                    yield Mispaired(text[value.start : value.end], swapped == len(tokens))


def _clauses(text: str, found: Sequence[Value], like: Value) -> list[_Clause]:
    """A text cut between its values that may stand in place of one of them; nothing where two cannot be parted."""
    own = [value for value in found if comparable(value.kind, like.kind)]
    cuts = [cut for one, other in pairwise(own) if (cut := cut_between(text, one, other)) is not None]
    bounds = [0, *cuts, len(text)]
    if len(bounds) <= len(own):
        return []
    return [
        _Clause(
            _with_values(text, found, start, value.start),
            value.worths[0],
            _with_values(text, found, value.end, end),
        )
        for value, (start, end) in zip(own, pairwise(bounds), strict=True)
    ]


def _exchanged(clauses: Sequence[_Clause], pair: tuple[str, str]) -> list[_Clause]:
    """The clauses with the two values in each other's place."""
    other = dict((pair, pair[::-1]))
    return [replace(clause, value=other.get(clause.value, clause.value)) for clause in clauses]


def _most_in_order(clauses: Sequence[_Clause], text: Tokens) -> int:
    """How many words of some clauses a text has in order at most, the clauses as they stand or in its own order."""
    orders = {tuple(token for clause in clauses for token in clause.tokens)}
    for before, behind in product(_leads(clauses), _ends(clauses, text)) if len(clauses) > 1 else ():
        first, *others = clauses
        *rest, last = [replace(first, before=first.before[len(before) :]), *others]
        moved = [*rest, replace(last, behind=last.behind[: len(last.behind) - len(behind)])]
        moved.sort(key=lambda clause: text.index(clause.value) if clause.value in text else len(text))
        orders.add((*before, *(token for clause in moved for token in clause.tokens), *behind))
    return max(common_length(order, text) for order in orders)


def _leads(clauses: Sequence[_Clause]) -> Iterator[Tokens]:
    """What may stay before the clauses when they are moved: what the first one begins with, if it is of all of them.

    It is not where nothing else tells that clause apart: to move it would be to exchange the values.
    """
    first, *others = clauses
    yield ()
    if first.before and not {*first.behind} <= {token for clause in others for token in clause.tokens}:
        yield first.before


def _ends(clauses: Sequence[_Clause], text: Tokens) -> Iterator[Tokens]:
    """What may stay behind the clauses when they are moved: what the last one and the text end with, likewise."""
    *others, last = clauses
    pairs = zip(reversed(last.behind), reversed(text), strict=False)
    length = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    left = last.behind[: len(last.behind) - length]
    yield ()
    if length and not {*last.before, *left} <= {token for clause in others for token in clause.tokens}:
        yield last.behind[len(left) :]


def exchanged_names(claim: str, texts: Sequence[str]) -> frozenset[str]:
    """The words of two names of ``claim`` that have changed places, where a text says all of it the other way round.

    A row says of its name what each cell is, and of the cell that it is that of the row's name. What is said of both
    alike, and names that stand in a list, may change their places.
    """
    named = [" ".join(words(found[0])) for found in _CALLED.finditer(claim)]
    tokens = _with_names(claim, named)
    if len(tokens) > LONGEST or not _MUTUAL.isdisjoint(tokens) or _is_distance(claim):
        return frozenset()
    pairs = [
        pair
        for pair in combinations([_NAME + name for name in dict.fromkeys(named)], 2)
        if all(tokens.count(each) == 1 for each in pair) and _relates(tokens, pair)
    ]
    parts = [frozenset(words(f"{one} {other}")) for one, other in pairs]
    near = (text for text in texts if any(each.issubset(words(text)) for each in parts))
    told = [said for text in near for said in _relations(text, named)]
    if any(map(partial(_has_in_order, tokens), told)):
        return frozenset()
    alike = [each for each in told if (_PASSIVE in each) is (_PASSIVE in tokens)]
    swapped = (pair for pair in pairs if any(map(partial(_has_in_order, _swapped(tokens, pair)), alike)))
    return frozenset(word for pair in swapped for name in pair for word in words(name))


def exchanged_words(claim: str, texts: Sequence[str]) -> frozenset[str]:
    """The stems of two words of ``claim`` that have changed places, where a text says all of it the other way round.

    The items of a list may change theirs.
    """
    tokens = _stems(claim)
    if len(tokens) > LONGEST or not _MUTUAL.isdisjoint(tokens) or _is_distance(claim):
        return frozenset()
    told = [said for text in texts if len(said := _stems(text)) <= LONGEST_TEXT and set(tokens) <= set(said)]
    meant = [token for token in tokens if token.isalpha() and token not in STOP and tokens.count(token) == 1]
    if not told or len(meant) > MOST_EXCHANGED or any(map(partial(_has_in_order, tokens), told)):
        return frozenset()
    alike = [each for each in told if (_PASSIVE in each) is (_PASSIVE in tokens)]
    parts = [frozenset(_stems(part)) for part in _LISTED.split(claim)]
    swapped = (
        pair
        for part in parts
        for pair in combinations([token for token in meant if token in part], 2)
        if _relates(tokens, pair) and any(map(partial(_has_in_order, _swapped(tokens, pair)), alike))
    )
    return frozenset(next(swapped, ()))


def _is_distance(claim: str) -> bool:
    """Whether a claim tells how far two are from each other, which is told in either order."""
    text = plain(claim)
    return any(value.kind in _FAR and _AWAY.match(text, value.end) for value in values(text))


def _has_in_order(tokens: Tokens, others: Tokens) -> bool:
    """Whether all tokens are among the others, in the same order."""
    left = iter(others)
    return all(token in left for token in tokens)


def _relates(tokens: Tokens, pair: tuple[str, str]) -> bool:
    """Whether something that carries meaning stands between the two."""
    first, last = sorted(map(tokens.index, pair))
    return not STOP.issuperset(tokens[first + 1 : last])


def _relations(text: str, named: Sequence[str]) -> Iterator[Tokens]:
    """What a text says, and what each cell says where it is a row, as `_with_names` has it."""
    yield _with_names(text, named)
    row = cells(text)
    for cell in row[1:]:
        if cell.label:
            name, said = _with_names(row[0].value, named), _with_names(cell.value, named)
            relation = _stems(cell.label)
            joined = relation[-1:] in _JOINING
            yield (*name, *relation, *said) if joined else (*said, "is", *relation, "of", *name)


def _with_names(text: str, named: Sequence[str]) -> Tokens:
    """The words of a text without articles, each name as one token: that of ``named`` which is it or a part of it."""
    spans = []
    for found in _CALLED.finditer(text):
        parts = words(found[0])
        name = next((each for each in named if set(each.split()) <= set(parts)), " ".join(parts))
        spans.append((*found.span(), _NAME + name))
    return _tokens(text, spans)


def _with_values(text: str, found: Sequence[Value], start: int = 0, end: int | None = None) -> Tokens:
    """The words of a text, or a part of it, that may tell two clauses apart, each value as one token."""
    part = text[start:end]
    held = [value for value in found if start <= value.start < start + len(part)]
    spans = [(value.start - start, value.end - start, value.worths[0]) for value in held]
    return tuple(token for token in _tokens(part, spans) if token not in _LINKING)


def _tokens(text: str, spans: Sequence[tuple[int, int, str]]) -> Tokens:
    """The words of a text without articles, those that carry meaning as stems, and a token for each of the spans."""
    found, end = list[str](), 0
    for start, until, token in spans:
        found += [*_stems(text[end:start]), token]
        end = until
    return (*found, *_stems(text[end:]))[:LONGEST_TEXT]


def _stems(text: str) -> Tokens:
    return tuple(word if word in STOP else stem(word) for word in words(text) if word not in _ARTICLES)


def _swapped(tokens: Tokens, pair: tuple[str, str]) -> Tokens:
    """The tokens with the two of the pair in each other's place."""
    other = dict((pair, pair[::-1]))
    return tuple(other.get(token, token) for token in tokens)
