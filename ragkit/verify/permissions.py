"""Where a claim allows what its passage forbids, or forbids what it allows, each in words of its own.

"Dogs are not allowed on the trams" has no negation that "Dogs are welcome on all trams" could deny, and shares all its
words. Both are read as clauses that allow or forbid; one with a condition or an exception is neither. English; no
model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ragkit.lexical import STOP, denies, stem, words

_ALLOWING = frozenset(
    """acceptable accepted admissible admitted allowed authorised authorized can enough lawful legal may ok okay
    permissible permitted possible safe sufficient suitable welcome""".split()
)
_FORBIDDING = frozenset(
    """banned barred disallowed forbidden illegal impermissible inadmissible insufficient prohibited unacceptable
    unlawful unsafe unsuitable unwelcome""".split()
)
_MODALS = frozenset({"can", "may"})
_DUTIES = frozenset({"must", "shall", "should"})
"""With a negation these forbid; alone they tell a duty."""
_CONDITIONS = re.compile(
    r"\b(?:above|after|all|although|any|apart|before|below|beyond|both|each|every|except\w*|if|less|longer|more|most|only|other"
    r"|otherwise|outside|over|provided|than|that|under|unless|until|when\w*|where\w*|which|whoever|who|whose|without"
    r"|younger|older)\b",
    re.IGNORECASE,
)
"""With one of these a claim may tell a case of its own."""
_EXCEPTIONS = re.compile(
    r"(?i:\b(?:above|after|any(?:body|one)|apart|as long as|before|below|beyond|except\w*|if|on condition|only|other"
    r"|otherwise|outside|over|provided|than|under|unless|until|without)\b)|\bMay\b(?<!\AMay)"
)
"""With one of these, or the month, a clause allows some and forbids others."""
_EXEMPT = re.compile(r"\b(?:exceptions?|exempt\w*)\b", re.IGNORECASE)
_CUT = re.compile(r"[;:|–—]\s|,\s+|\s(?:but|while|whereas)\s")
_LEFT_OUT = re.compile(
    r"(?:and |but )?(?:not\b.+|.+\b(?:are|can|do|does|is|may|must|was|were)(?: not|n['’]t)?)[.!]?",
    re.IGNORECASE,
)
"""A clause that says of something else whether the one before it holds: "but not with milk", "a gym card is not"."""
_COMMAND = re.compile(r"\W*(?:please )?(?:do not|don['’]t|never) (?P<what>\w+)", re.IGNORECASE)
_BACK = frozenset("he it she that these they this those".split())
LEAST_SHARE = 0.5
"""The least share of a claim's words that a clause has which is about the same."""


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause that allows (1) or forbids (-1), by the word ``cue`` if it has one.

    ``content`` are its stems, ``subject`` those of what it is said of; it ``goes_on`` where that is a pronoun.
    ``active``: who may do something is told before it, and that is not what is allowed.
    """

    side: int
    cue: str
    content: frozenset[str]
    subject: frozenset[str]
    active: bool
    goes_on: bool

    def share(self, other: _Clause) -> float:
        """The share of its words that the other one has; none where that is about something else."""
        about = self.active or other.goes_on or not self.subject or self.subject & other.content
        return len(self.content & other.content) / len(self.content) if about and self.content else 0.0


def allowed_otherwise(claim: str, texts: Sequence[str]) -> frozenset[str]:
    """The word by which the claim allows what the nearest clauses of the texts forbid, or the other way round.

    Nothing where that word stands there, too, with or without a negation, or the texts exempt something.
    """
    own = _clauses(claim) if not _CONDITIONS.search(claim) else ()
    if len(own) != 1 or any(map(_EXEMPT.search, texts)):
        return frozenset()
    (mine,) = own
    told = [(mine.share(clause), clause) for text in texts for clause in _clauses(text)]
    most = max((share for share, _ in told), default=0.0)
    nearest = [clause for share, clause in told if share == most]
    opposite = all(clause.side == -mine.side and (mine.active or clause.cue != mine.cue) for clause in nearest)
    return frozenset({mine.cue} if most >= LEAST_SHARE and opposite else ())


@lru_cache(1 << 12)
def _clauses(text: str) -> tuple[_Clause, ...]:
    return tuple(_sided(text))


def _sided(text: str) -> Iterator[_Clause]:
    """The clauses of a sentence that allow or forbid; not the end of one that is denied at its beginning."""
    before: _Clause | None = None
    denied = False
    for part in map(str.strip, _CUT.split(text)):
        if _EXCEPTIONS.search(part):
            continue
        left_out = before and _LEFT_OUT.fullmatch(part)
        clause = _of_another(part, before) if before and left_out else _clause(part)
        if clause and not denied:
            yield clause
        before = before if left_out else clause or before
        denied = clause is None and any(map(denies, words(part)))


def _of_another(part: str, before: _Clause) -> _Clause:
    """What is said of something else than in the clause before, whose words it leaves out."""
    found = words(part)
    own = _content(found)
    side = -1 if (before.cue in _FORBIDDING) is not any(map(denies, found)) else 1
    return _Clause(side, "", own | before.content - before.subject, own, active=False, goes_on=False)


def _clause(part: str) -> _Clause | None:
    """A clause with one word that allows or forbids, which is denied once at most; None for others."""
    found = [word.replace("’", "'") for word in words(part)]
    cue = _cue(found)
    if cue is None:
        return _command(part, found)
    denied = sum(map(denies, found[: cue + 2]))
    if denied > 1:
        return None
    side = -1 if (found[cue] in _FORBIDDING) is not (denied == 1) else 1
    behind = [word for word in found[cue + 1 :] if not denies(word)]
    active = _verb(found[cue]) in _MODALS | _DUTIES and behind[:1] != ["be"]
    back = not _BACK.isdisjoint(found[:cue][:2])
    return _Clause(side, found[cue], _content(found), _content(found[:cue]), active, back)


def _command(part: str, found: Sequence[str]) -> _Clause | None:
    """A clause that tells not to do something, and allows or forbids by no other word."""
    command = _COMMAND.match(part)
    if command is None or not (_ALLOWING | _FORBIDDING | _DUTIES).isdisjoint(found):
        return None
    return _Clause(-1, command["what"].lower(), _content(found), frozenset(), active=True, goes_on=False)


def _cue(found: Sequence[str]) -> int | None:
    """Where the one word stands that allows or forbids; "may be possible" and "can be accepted" say it once."""
    places = [place for place, word in enumerate(found) if word in _ALLOWING | _FORBIDDING or _verb(word) in _MODALS]
    if len(places) == 2 and _verb(found[places[0]]) in _MODALS and "be" in found[slice(*places)]:
        places = places[1:]
    if not places and any(map(denies, found)):
        places = [place for place, word in enumerate(found) if _verb(word) in _DUTIES]
    return places[0] if len(places) == 1 else None


def _verb(word: str) -> str:
    """A modal verb without its negation."""
    return "can" if word in {"cannot", "can't"} else word.removesuffix("n't")


def _content(found: Sequence[str]) -> frozenset[str]:
    said = (word for word in found if word not in STOP and word not in _ALLOWING | _FORBIDDING | _DUTIES)
    return frozenset(stem(word) for word in said if not denies(word))
