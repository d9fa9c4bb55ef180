"""Follow-up questions made whole: what "And in Canada?" asks is in the question before it. English, by rules.

A question that begins with "and", "or", "but", "what about" or "how about" takes the place of its like in the question
before: a name that of the last name, a phrase that of the last phrase with the same preposition, a word that of the
first of two ("adoption" of "paternity leave"), "the price" that of "the weight" of something. Where there is no such
place, and for a short question that only points ("How long does it last?"), words of the question before are added in
brackets. Of one that has such brackets itself they are the subject, which is handed on: nothing piles up.
A question that names two things itself stands alone unless a pronoun points: "that policy" does, but says to what.
A name before the pronoun is what it points to. "There" is the place that the question before names, and "the cause" or
"the price" alone is that of what it was about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragkit.lexical import STOP, words
from ragkit.retrieve.place import in_place

FEW = 8
"""Words of a question that may be one that only points."""
_BEGINS = re.compile(r"^\s*(?:(?:and\s+)?(?:what|how)\s+about|and|or|but)\b[\s,]*", re.IGNORECASE)
_ADDED = re.compile(r"(.*) \((?:([^(),]*), )?([^(),]*)\)", re.DOTALL)
"""A follow-up as it was asked: "Is it taxed? (pay, adoption leave)" is about the pay that "And the pay?" asked for."""
_PRONOUNS = frozenset("it its they them their theirs he she his her hers him".split())
_DEMONSTRATIVES = frozenset("this that these those".split())
_HELPS = frozenset("do does did can could may might must shall should will would".split())
_VERBS = _HELPS | frozenset("is are was were be been has have had".split())
_CLAUSE = _VERBS | frozenset("who whom whose which that the a an i we you he she it they my our your".split())
"""What follows "that" and "those" where they begin a clause rather than point: "all that is", "those who"."""
_EMPTY_IT = re.compile(r"\bit\s+(?=(?:possible|allowed|permitted|necessary|required|okay|safe)\s+to\b)", re.IGNORECASE)
_CLAUSE_BEGINS = frozenset("that whether if when".split())
_SHORTENED = re.compile(r"['’](?:s|re|ll|ve|d|m)$")
_HOW = re.compile(r"^how\s+\w+\s+(?=(?:is|are|was|were|do|does|did|can|could|may|must|should|will)\b)", re.IGNORECASE)
_ASKS = re.compile(
    r"^(?:how|what|when|where|which|who|why|is|are|do|does|did|can|may|must|should|will)\b", re.IGNORECASE
)


_WHERE = re.compile(r"\b(?:in|at|on) ((?:the )?(?!I\b)[A-Z][\w-]*(?: [A-Z0-9][\w-]*)*)")
_WHEN = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October"
    r"|November|December"
)
_THERE = re.compile(r"(?<=[a-z,]) there(?= [a-z]|[?!. ]*$)")
_BEING = frozenset(
    "is are was were be been isn't aren't wasn't weren't will would can could may might has have".split()
)
_MOVES = frozenset("get go come travel drive walk fly sail move ride return ship".split())
_OF_SOMETHING = re.compile(
    r"(?:(?:was|is|are|were) )?(?:[a-z]+ )?the "
    r"(?:cause|reason|result|outcome|consequence|effect|price|cost|weight|height|length|width|depth|size|age|colou?r"
    r"|speed|duration|purpose|aim|author|owner|successor|predecessor|beginning|start|end|maximum|minimum|limit|deadline"
    r"|rest|others?)s?"
)
"""Asked of without an "of", these are of something that was named before."""


def standalone(question: str, previous: str) -> str:
    """The question as it would be asked without the ``previous`` one; the same unless it is a follow-up."""
    if not previous.strip():
        return question
    rest = _BEGINS.sub("", question).strip().rstrip("?!. ")
    if rest != question.strip().rstrip("?!. ") and rest and not _ASKS.match(rest):
        return in_place(rest, previous) or _added(question, previous)
    if _points(question.strip()):
        return _added(question, previous)
    return _placed(question, previous)


def _points(question: str) -> bool:
    """Whether a short question is about something that only the question before can tell."""
    question = _EMPTY_IT.sub("", question)
    said = [_SHORTENED.sub("", word) for word in words(question)]
    if len(said) > FEW:
        return False
    pointers = [place for place in range(len(said)) if said[place] in _PRONOUNS or _stands_alone(said, place)]
    if name := re.search(r"(?<!^)\b[A-Z]\w", question):
        # "Is that in CHF?", but neither "Is it true that Solan sails?" nor "What does it cost to go to Oslo?"
        before = words(question[: name.start()])
        between = before[pointers[0] + 1 :] if pointers else []
        return bool(between) and not _CLAUSE_BEGINS & set(between) and "to" not in between[:-1]
    if pointers or _OF_SOMETHING.fullmatch(" ".join(said[1:])):
        return True
    return len({word for word in said if word not in STOP}) < 2 and bool(_DEMONSTRATIVES & set(said))


def _placed(question: str, previous: str) -> str:
    """A short question with the place that the one before names for "there"."""
    places = [place[1] for place in _WHERE.finditer(previous) if not _WHEN.match(place[1])]
    if not places or len(words(question)) > FEW or _WHERE.search(question):
        return question
    for found in _THERE.finditer(question):
        before = ["", *words(question[: found.start()])][-1]
        beyond = [*words(question[found.end() :]), ""][0]
        if before not in _BEING and beyond not in _BEING:
            place = f" {'to' if before in _MOVES else 'in'} {places[-1]}"
            return f"{question[: found.start()]}{place}{question[found.end() :]}"
    return question


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


def _added(question: str, previous: str) -> str:
    """The question with what it is about in brackets."""
    question = question.strip()
    before = _ADDED.fullmatch(previous)
    if before is None or not (_BEGINS.match(before[1]) or _points(before[1])):
        # "How heavy is it?" is not about how long it lasts
        about = previous if _BEGINS.match(question) else _HOW.sub("", previous)
        return f"{question} ({told})" if (told := _telling(about)) else question
    asked, of, subject = before.groups()
    if not _BEGINS.match(question):
        # a pronoun is what "And the pay?" asked for, and otherwise what it was before
        of = _telling(_BEGINS.sub("", asked)) if _BEGINS.match(asked) else of
        return f"{question} ({of}, {subject})" if of else f"{question} ({subject})"
    rest = _BEGINS.sub("", question)
    if _BEGINS.match(asked) or re.match(r"the\s", rest):
        return f"{question} ({subject})"
    # "What about interns?" takes the place of the subject
    names = [word for word in subject.split() if not word.islower()]
    return f"{question} ({' '.join([_telling(asked), *names]).strip() or subject})"


def _telling(text: str) -> str:
    return " ".join(word for word in re.findall(r"\w(?:[\w-]|[.,](?=\d))*", text) if word.lower() not in STOP)
