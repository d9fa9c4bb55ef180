"""Follow-up questions made whole: what "And in Canada?" asks is in the question before it. English, by rules.

A question that begins with "and", "or", "but", "what about" or "how about" takes the place of its like in the question
before: a name that of the last name, a phrase that of the last phrase with the same preposition, a word that of the
first of two ("adoption" of "paternity leave"), "a cat" that of the one "a dog", "the back door" that of "the front
door", "the price" that of "the weight" of something. Where there is no such place, and for a short question that only
points ("How long does it last?"), words of the question before are added in brackets. Of one that has such brackets
itself they are the subject, which is handed on: nothing piles up.
A question that names two things itself stands alone unless a pronoun points: "that policy" does, but says to what.
A name before the pronoun is what it points to. "There" is the place that the question before names, and "the cause" or
"the price" alone is that of what it was about. "By when?" and "Who took over?" name nothing at all, and "How do I
remove one?" is about what "How do I add a node?" was about, though not about adding it.
"""

from __future__ import annotations

import re

from ragkit.lexical import STOP, words
from ragkit.retrieve.place import in_place
from ragkit.retrieve.pointing import FEW, points

_BEGINS = re.compile(r"^\s*(?:(?:and\s+)?(?:what|how)\s+about|and|or|but)\b[\s,]*", re.IGNORECASE)
_FRAGMENT = re.compile(
    r"(?:in|for|on|at|of|with|without|from|by|under|during)"
    r"(?:\s+(?!(?:is|are|was|were|do|does|did|has|have|can|must|may|will|how|wh\w+)\b)\S+){1,4}",
    re.IGNORECASE,
)
"""A phrase that asks nothing itself, such as "With a bonus?"."""
_PART = r"(?:[^(),]|,(?=\d))*"
_ADDED = re.compile(rf"(.*) \((?:({_PART}), )?({_PART})\)", re.DOTALL)
"""A follow-up as it was asked: "Is it taxed? (pay, adoption leave)" is about the pay that "And the pay?" asked for."""
_HOW = re.compile(r"^how\s+\w+\s+(?=(?:is|are|was|were|do|does|did|can|could|may|must|should|will)\b)", re.IGNORECASE)
_TAKES = re.compile(r"(?<=\w)\s+(?:last|take)\W*$", re.IGNORECASE)
_HOW_TO = re.compile(r"^how\s+(?:do|can|could|should|must|may)\s+(?:I|we|you)\s+(\w+)", re.IGNORECASE)
_ASKS = re.compile(
    r"^(?:(?:by|since|until|till|for|from|to|with|at)\s+)?(?:how|what|when|where|which|who|whom|why)\b"
    r"|^(?:is|are|do|does|did|can|may|must|should|will)\b",
    re.IGNORECASE,
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


def standalone(question: str, previous: str) -> str:
    """The question as it would be asked without the ``previous`` one; the same unless it is a follow-up."""
    if not previous.strip():
        return question
    if rest := _replacing(question):
        return in_place(rest, previous) or _added(question, previous)
    if points(_BEGINS.sub("", question)):
        return _added(question, previous)
    return _placed(question, previous)


def _replacing(question: str) -> str:
    """What a question puts in the place of something, such as "Canada" of "And Canada?"; empty if it asks itself."""
    whole = question.strip().rstrip("?!. ")
    rest = _BEGINS.sub("", question).strip().rstrip("?!. ")
    if rest == whole:
        return rest if _FRAGMENT.fullmatch(rest) else ""
    return "" if _ASKS.match(rest) else rest


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


def _added(question: str, previous: str) -> str:
    """The question with what it is about in brackets."""
    question = question.strip()
    before = _ADDED.fullmatch(previous)
    if before is None or not (_replacing(before[1]) or points(_BEGINS.sub("", before[1]))):
        told = _about(previous, question)
        return f"{question} ({told})" if told else question
    asked, of, subject = before.groups()
    if not (rest := _replacing(question)):
        # a pronoun is what "And the pay?" asked for, and otherwise what it was before
        of = _telling(replaced) if (replaced := _replacing(asked)) else of
        subject = _done(subject, asked, question)
        return f"{question} ({of}, {subject})" if of else f"{question} ({subject})"
    if _replacing(asked) or re.match(r"the\s", rest):
        return f"{question} ({subject})"
    # "What about interns?" takes the place of the subject
    names = [word for word in subject.split() if not word.islower()]
    return f"{question} ({' '.join([_telling(asked), *names]).strip() or subject})"


def _about(previous: str, question: str) -> str:
    """What the question before was about. "How heavy is it?" is not about how long it lasts, nor that it lasts."""
    if doing := _HOW_TO.match(_BEGINS.sub("", previous)):
        return _done(_telling(doing.string[doing.end() :]), previous, question)
    return _telling(previous if _replacing(question) else _TAKES.sub("", _HOW.sub("", previous)))


def _done(subject: str, asked: str, question: str) -> str:
    """``subject`` with what was ``asked`` how to do to it, unless the question is how to do something else."""
    bare = re.sub(r"^to \w+ ", "", subject)
    if _how_to(question):
        return bare
    doing = _how_to(asked)
    return f"to {doing} {bare}" if doing and doing not in STOP else subject


def _how_to(question: str) -> str:
    """What a question asks how to do, such as "renew"; empty where it asks something else."""
    asked = _HOW_TO.match(_BEGINS.sub("", question))
    return asked[1].lower() if asked else ""


def _telling(text: str) -> str:
    return " ".join(word for word in re.findall(r"\w(?:[\w-]|[.'’](?=\w)|,(?=\d))*", text) if word.lower() not in STOP)
