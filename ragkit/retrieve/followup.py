"""Follow-up questions made whole: what "And in Canada?" asks is in the question before it. English, by rules.

A question that begins with "and", "or", "but", "what about" or "how about" takes the place of its like in the question
before: a name that of the last name, a phrase that of the last phrase with the same preposition, a word that of the
first of two ("adoption" of "paternity leave"), "the price" that of "the weight" of something. Where there is no such
place, and for a short question that only points ("How long does it last?"), words of the question before are added in
brackets. Of one that has such brackets itself they are the subject, which is handed on: nothing piles up.
A question that names two things itself stands alone unless a pronoun points: "that policy" does, but says to what.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragkit.lexical import STOP, words

FEW = 8
"""Words of a question that may be one that only points."""
_BEGINS = re.compile(r"^\s*(?:(?:and\s+)?(?:what|how)\s+about|and|or|but)\b[\s,]*", re.IGNORECASE)
_PHRASE = re.compile(r"^(in|for|on|at|of|with|to|from|by|under|during)\s+(.+)$", re.IGNORECASE)
_NAME = r"(?:the\s+)?(?!I\b)[A-Z0-9][\w-]*(?:\s+[A-Z0-9][\w-]*)*"
_ARTICLE = r"(?:(?:the|an?|my|our|your)\s+)?"
_PAIR = re.compile(
    r"\b(?i:(?:what|how\s+\w+)\s+is|for|of|on|about)\s+([a-z-]+)"
    r"(?=\s+[a-z-]+(?:$|\s+(?:do|does|did|can|may|must|will|is)\b))"
)
"""Two words that end a question or its first half, such as "for paternity leave"."""
_ADDED = re.compile(r"(.*) \((?:([^(),]*), )?([^(),]*)\)", re.DOTALL)
"""A follow-up as it was asked: "Is it taxed? (pay, adoption leave)" is about the pay that "And the pay?" asked for."""
_PRONOUNS = frozenset("it its they them their theirs he she his her hers him".split())
_DEMONSTRATIVES = frozenset("this that these those".split())
_HELPS = frozenset("do does did can could may might must shall should will would".split())
_VERBS = _HELPS | frozenset("is are was were be been has have had".split())
_CLAUSE = _VERBS | frozenset("who whom whose which that the a an i we you he she it they my our your".split())
"""What follows "that" and "those" where they begin a clause rather than point: "all that is", "those who"."""
_EMPTY_IT = re.compile(r"\bit\s+(?=(?:possible|allowed|permitted|necessary|required|okay|safe)\s+to\b)", re.IGNORECASE)
_SHORTENED = re.compile(r"['’](?:s|re|ll|ve|d|m)$")
_ASKS = re.compile(
    r"^(?:how|what|when|where|which|who|why|is|are|do|does|did|can|may|must|should|will)\b", re.IGNORECASE
)


def standalone(question: str, previous: str) -> str:
    """The question as it would be asked without the ``previous`` one; the same unless it is a follow-up."""
    if not previous.strip():
        return question
    rest = _BEGINS.sub("", question).strip().rstrip("?!. ")
    if rest != question.strip().rstrip("?!. ") and rest and not _ASKS.match(rest):
        return _in_place(rest, previous) or _added(question, previous)
    return _added(question, previous) if _points(question.strip()) else question


def _points(question: str) -> bool:
    """Whether a short question without a name is about something that only the question before can tell."""
    said = [_SHORTENED.sub("", word) for word in words(_EMPTY_IT.sub("", question))]
    if len(said) > FEW or re.search(r"(?<!^)\b[A-Z]\w", question):
        return False
    named = {word for word in said if word not in STOP}
    if _PRONOUNS & set(said) or any(_stands_alone(said, place) for place in range(len(said))):
        return True
    return len(named) < 2 and bool(_DEMONSTRATIVES & set(said))


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


def _in_place(rest: str, previous: str) -> str:
    """``rest`` where its like stands in the question before; empty when there is no such place."""
    phrase = _PHRASE.match(rest)
    if phrase:
        preposition, thing = phrase.groups()
        named = re.match(_NAME, thing) and preposition.lower() in {"for", "of"}
        return (
            _last(rf"\b{preposition}\s+{_NAME}", rest, previous)
            or (_last(rf"(?<!^)\b{_NAME}", thing, previous) if named else "")
            or _last(rf"\b{preposition}\s+{_ARTICLE}\w+", rest, previous)
        )
    if re.match(_NAME, rest):
        return _last(rf"(?<!^)\b{_NAME}", rest, previous)
    if re.match(r"the\s", rest):
        return _last(r"\bthe\s+(?:[a-z-]+\s+){0,2}[a-z-]+(?=\s+of\b)", rest, previous)
    if re.fullmatch(r"[a-z-]+(?<!s)", rest) and (pair := _PAIR.search(previous.rstrip("?!. "))):
        return f"{previous[: pair.start(1)]}{rest}{previous[pair.end(1) :]}" if pair[1] not in STOP else ""
    return ""


def _last(pattern: str, new: str, text: str) -> str:
    found = list(re.finditer(pattern, text))
    if not found:
        return ""
    after = text[found[-1].end() :]
    # "the Starter plan" for "the Business" of "the Business plan"
    if again := re.match(r"\s+(\w+)", after):
        after = after[again.end() :] if new.lower().endswith(f" {again[1].lower()}") else after
    return f"{text[: found[-1].start()]}{new}{after}"


def _added(question: str, previous: str) -> str:
    """The question with what it is about in brackets."""
    question = question.strip()
    before = _ADDED.fullmatch(previous)
    if before is None or not (_BEGINS.match(before[1]) or _points(before[1])):
        return f"{question} ({told})" if (told := _telling(previous)) else question
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
    return " ".join(word for word in re.findall(r"\w[\w-]*", text) if word.lower() not in STOP)
