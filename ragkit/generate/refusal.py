"""Knows a refusal when a model writes one, also while it is still being written."""

from __future__ import annotations

import re

REFUSAL = "The documents do not tell."
"""What an abstention says, and what every prompt asks a model to say when the passages do not answer."""

_NOUNS = ("documents", "passages")
_KINDS = ("", "provided ", "given ")
_VERBS = ("tell", "say", "answer", "specify", "mention", "state", "contain", "provide")
_LEADS = (
    "",
    "unfortunately, ",
    *(f"{sorry}, {but}" for sorry in ("sorry", "i'm sorry", "i am sorry") for but in ("", "but ")),
)
"""What a polite model begins with."""
_REFUSALS = frozenset(
    {
        f"{lead}{the} {kind}{noun} do not {verb}"
        for lead in _LEADS
        for the in ("the", "these")
        for kind in _KINDS
        for noun in _NOUNS
        for verb in _VERBS
    }
    | {f"{lead}i {cannot}" for lead in _LEADS for cannot in ("do not know", "cannot tell", "cannot answer")}
)
# What is not told may follow, as long as the sentence is the only one.
_OBJECT = re.compile(
    r"(?: (?:me|us|you))?(?: (?:how|what|which|who|whom|whose|when|where|why|whether|if|about|this|that|it|"
    r"(?:the|this|that|your|any|an) (?:answer|question|information)|"
    r"information (?:about|on|regarding))\b.*| information)?"
)
_MORE = re.compile(r"[.!?;:] |,? but ")


def is_refusal(text: str) -> bool:
    """Whether ``text`` does nothing but say that the documents do not tell."""
    words = _normal(text)
    return any(_is_object(words[len(start) :]) for start in _REFUSALS if words.startswith(start))


def may_become_refusal(text: str) -> bool:
    """Whether more text could still make ``text`` a refusal."""
    words = _normal(text)
    return any(
        start.startswith(words) or (words.startswith(start) and _may_become_object(words[len(start) :]))
        for start in _REFUSALS
    )


def _is_object(rest: str) -> bool:
    return _OBJECT.fullmatch(rest) is not None and not _MORE.search(rest)


def _may_become_object(rest: str) -> bool:
    begun = rest.startswith(" ") and rest.count(" ") < 3 and not _MORE.search(rest)
    return begun or _is_object(rest)


def _normal(text: str) -> str:
    """Small letters, single spaces, no citations, no quotes; what is cut off at the end counts as far as it goes."""
    text = re.sub(r"\s*\[\d*(?:\]|\Z)", "", text).replace("\u2019", "'").casefold()
    text = re.sub(r"\bdon'?\Z", "do", text.replace("don't", "do not"))
    return " ".join(text.split()).strip(" .!*_\"'`")
