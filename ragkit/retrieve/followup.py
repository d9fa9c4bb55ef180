"""Follow-up questions made whole: what "And in Canada?" asks is in the question before it. English, by rules.

A question that begins with "and", "or", "but", "what about" or "how about" takes the place of its like in the question
before: a name that of the last name, a phrase that of the last phrase with the same preposition. Where there is no such
place, and for a short question that only points ("How long does it last?"), the words of the question before are added.
"""

from __future__ import annotations

import re

from ragkit.lexical import STOP, words

FEW = 8
"""Words of a question that may be one that only points."""
_BEGINS = re.compile(r"^\s*(?:(?:and\s+)?(?:what|how)\s+about|and|or|but)\b[\s,]*", re.IGNORECASE)
_PHRASE = re.compile(r"^(in|for|on|at|of|with|to|from|by|under|during)\s+(.+)$", re.IGNORECASE)
_NAME = r"(?:the\s+)?[A-Z0-9][\w-]*(?:\s+[A-Z0-9][\w-]*)*"
_POINTS = frozenset("it its they them their that this those these there he she his her him".split())
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
    said = words(question)
    points = len(said) <= FEW and _POINTS & set(said) and not re.search(r"(?<!^)\b[A-Z]\w", question.strip())
    return _added(question, previous) if points else question


def _in_place(rest: str, previous: str) -> str:
    """``rest`` where its like stands in the question before; empty when there is no such place."""
    phrase = _PHRASE.match(rest)
    if phrase:
        return _last(rf"\b{phrase[1]}\s+{_NAME}", rest, previous) or _last(rf"\b{phrase[1]}\s+\w+", rest, previous)
    return _last(rf"(?<!^)\b{_NAME}", rest, previous) if re.match(_NAME, rest) else ""


def _last(pattern: str, new: str, text: str) -> str:
    found = list(re.finditer(pattern, text))
    return f"{text[: found[-1].start()]}{new}{text[found[-1].end() :]}" if found else ""


def _added(question: str, previous: str) -> str:
    telling = [word for word in re.findall(r"\w[\w-]*", previous) if word.lower() not in STOP]
    return f"{question.strip()} ({' '.join(telling)})"
