"""Where a claim says of one party what the text says of the one that stands against it.

"Staff wear a mask" is not what "Visitors wear a mask" says, nor may either party do what the customer may: two words of
one kind are no other wording of each other where they name the two sides of a relation. English; no model.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ragkit.lexical import stems
from ragkit.verify.grounds import Wording

_SIDES = (
    ("staff employee worker personnel", "visitor guest customer client patient pupil student resident"),
    ("employee worker staff", "employer"),
    ("customer client buyer purchaser", "supplier vendor seller provider"),
    ("tenant lessee", "landlord lessor"),
    ("teacher lecturer", "student pupil"),
    ("doctor nurse surgeon", "patient"),
    ("lender bank", "borrower"),
    ("insurer", "insured policyholder"),
    ("licensor", "licensee"),
    ("adult", "child children"),
)
"""The two sides of a relation."""
_KINDS = (("full", "part"), ("permanent", "temporary"))
"""Kinds of one party, before "time" or the party's name."""
_WORKING = frozenset({"time"})


_ALL, _BOTH = stems("party parties"), stems("all both each either")
_OPPOSED = [pair for one, other in _SIDES for pair in ((stems(one), stems(other)), (stems(other), stems(one)))]
_PARTIES = frozenset().union(*(one for one, _ in _OPPOSED))


def of_other_party(wording: Wording, told: Sequence[Wording]) -> frozenset[str]:
    """The words by which a claim names a party, where the sentences ``told`` say the same of the opposite one.

    They do not name the claim's party, nor the claim theirs, and the same word stands behind both.
    """
    said = frozenset(stemmed for each in told for stemmed in each.stems)
    pairs = [pair for each in told for pair in pairwise(each.stems)]
    parties = _PARTIES if said.isdisjoint(_BOTH | _ALL) else frozenset[str]()
    both = _ALL if not _BOTH.isdisjoint(wording.stems) else frozenset[str]()
    rivals = [*_OPPOSED, (both, parties)]
    return frozenset(
        stemmed
        for mine, theirs in rivals
        if mine.isdisjoint(said) and theirs.isdisjoint(wording.stems)
        for stemmed, behind in pairwise(wording.stems)
        if stemmed in mine and any(other in theirs and after == behind for other, after in pairs)
    ) | _of_kind(wording, told)


def _of_kind(wording: Wording, told: Sequence[Wording]) -> frozenset[str]:
    """The kind of a party, where only the other kind of it is told of."""
    mine, theirs = _kinds(wording), frozenset().union(*map(_kinds, told))
    other = {one: two for pair in _KINDS for one, two in (pair, pair[::-1])}
    return frozenset(kind for kind in mine - theirs if other[kind] in theirs - mine)


def _kinds(wording: Wording) -> frozenset[str]:
    known = {kind for pair in _KINDS for kind in pair}
    behind = zip(wording.words, wording.stems[1:], strict=False)
    return frozenset(word for word, after in behind if word in known and after in _WORKING | _PARTIES)
