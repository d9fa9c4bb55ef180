"""Which questions point to the one before: by a pronoun, by "one", or because they name nothing. English, by rules."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragkit.lexical import STOP, words

FEW = 8
"""Words of a question that may be one that only points."""
_PRONOUNS = frozenset("it its they them their theirs he she his her hers him".split())
_DEMONSTRATIVES = frozenset("this that these those".split())
_HELPS = frozenset("do does did can could may might must shall should will would".split())
_VERBS = _HELPS | frozenset("is are was were be been have has had".split())
_CLAUSE = _VERBS | frozenset("who whom whose which that the a an i we you he she it they my our your".split())
"""What follows "that" and "those" where they begin a clause rather than point: "all that is", "those who"."""
_EMPTY_IT = re.compile(r"\bit\s+(?=(?:possible|allowed|permitted|necessary|required|okay|safe)\s+to\b)", re.IGNORECASE)
_CLAUSE_BEGINS = frozenset("that whether if when".split())
_SHORTENED = re.compile(r"['’](?:s|re|ll|ve|d|m)$")
_OF_SOMETHING = re.compile(
    r"(?:(?:was|is|are|were) )?(?:[a-z]+ )?the "
    r"(?:cause|reason|result|outcome|consequence|effect|price|cost|weight|height|length|width|depth|size|age|colou?r"
    r"|speed|duration|purpose|aim|author|owner|successor|predecessor|beginning|start|end|maximum|minimum|limit|deadline"
    r"|rest|others?)s?"
)
"""Asked of without an "of", these are of something that was named before."""
_DONE = (
    "(?:[a-z]+ed|began|begun|bought|broke|broken|brought|built|came|chose|chosen|cut|done|fell|found|gave|given|gone|held"
    "|hurt|kept|led|left|lost|made|met|paid|put|said|sent|shut|sold|spent|stolen|taken|told|took|went|won|written|wrote)"
)
_PARTICLE = "(?: (?:away|back|down|exactly|first|in|instead|next|not|off|on|out|over|so|then|through|up))?"
_BARE = re.compile(
    "(?:(?:by|since|until|till|for|from|to|with|at) )?(?:whom?|what|when|where|why|how(?: (?:much|many|long|often))?)"
    rf"(?: else)?{_PARTICLE}"
    "|(?:who|what|how much|how many|when|where|why|how) "
    rf"(?:(?:is|are|was|were|has been|have been) )?{_DONE}{_PARTICLE}"
    rf"|who (?!is|are|was|were)[a-z]+{_PARTICLE}"
)
"""Asks of something that it does not name: "By when?", "Who took over?", "How much was lost?"."""
_ONE = re.compile(
    r"\b(?:(?:I|we|you|they|to|an?|the|another)\s+\w+|have|get|need|which)\s+one\b(?!\s+(?:of|an?|per|at|and|or)\b)",
    re.IGNORECASE,
)
"""One of what was named before, such as "remove one" and "a bigger one", but neither "one of them" nor "part one"."""
_NAMED = re.compile(r"\b(?:an?|the|my|our|your|this|that)\s+\w", re.IGNORECASE)


def points(question: str) -> bool:
    """Whether a short question is about something that only the question before can tell."""
    question = _EMPTY_IT.sub("", question.strip())
    said = [_SHORTENED.sub("", word) for word in words(question)]
    if len(said) > FEW:
        return False
    pointers = [place for place in range(len(said)) if said[place] in _PRONOUNS or _stands_alone(said, place)]
    if name := re.search(r"(?<!^)\b[A-Z]\w", question):
        # "Is that in CHF?", but neither "Is it true that Solan sails?" nor "What does it cost to go to Oslo?"
        before = words(question[: name.start()])
        between = before[pointers[0] + 1 :] if pointers else []
        return bool(between) and not _CLAUSE_BEGINS & set(between) and "to" not in between[:-1]
    if pointers or _OF_SOMETHING.fullmatch(" ".join(said[1:])) or _BARE.fullmatch(" ".join(said)):
        return True
    if (one := _ONE.search(question)) and not _NAMED.search(question[: one.start()]):
        return True
    return len({word for word in said if word not in STOP}) < 2 and bool(_DEMONSTRATIVES & set(said))


def _stands_alone(said: Sequence[str], place: int) -> bool:
    """Whether the word there is a "this" or "that" for a thing, not one beside its name nor the begin of a clause."""
    if said[place] not in _DEMONSTRATIVES:
        return False
    before, (following, beyond) = "".join(said[max(0, place - 1) : place]), [*said[place + 1 : place + 3], "", ""][:2]
    if not following:
        return True
    if following in STOP:
        return place == 0 or before in _VERBS or following not in _CLAUSE
    if before in _HELPS:
        # "does that last", but neither "does that policy last" nor "must that form be signed"
        return not beyond or beyond in STOP - _VERBS
    return before in _VERBS and following.endswith("ed")
