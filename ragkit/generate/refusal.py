"""Knows a refusal when a model writes one, also while it is still being written."""

from __future__ import annotations

import re

REFUSAL = "The documents do not tell."
"""What an abstention says, and what every prompt asks a model to say when the passages do not answer."""

_LEADS = (
    "",
    "unfortunately, ",
    *(f"{sorry}{then}" for sorry in ("sorry", "i am sorry") for then in (" ", " but ", ", ", ", but ")),
)
"""What a polite model begins with."""
_SUBJECTS = {
    "do not": (("the", "these"), ("documents", "passages")),
    "does not": (("the", "this"), ("document", "passage", "context", "text")),
}
_KINDS = ("", "provided ", "given ")
_VERBS = "tell say answer specify mention state contain provide include".split()
_REFUSALS = frozenset(
    {
        f"{lead}{the} {kind}{noun} {do} {verb}"
        for lead in _LEADS
        for do, (articles, nouns) in _SUBJECTS.items()
        for the in articles
        for kind in _KINDS
        for noun in nouns
        for verb in _VERBS
    }
    | {
        f"{lead}{cannot}"
        for lead in _LEADS
        for cannot in ("i do not know", "i cannot tell", "i cannot answer", "i am unable to answer", "unable to answer")
    }
)
_LACKS = frozenset(f"{lead}{lack}" for lead in _LEADS for lack in ("i do not have", "i have no", "there is no"))
"""A refusal only where information is what is lacked: "I do not have a dog." is none."""
_INFORMATION = (
    r"(?: (?:the|this|that|your|any|an|enough|sufficient|specific|relevant|detailed))*"
    r" (?:information|details|knowledge)(?: (?:about|on|regarding|concerning|of|to|for|at|in|from|that|this)\b.*)?"
)
_LACKED = re.compile(_INFORMATION)
# What is not told may follow, as long as the sentence is the only one.
_OBJECT = re.compile(
    r"(?: (?:me|us|you))?(?: (?:how|what|which|who|whom|whose|when|where|why|whether|if|about|this|that|it|based on|"
    rf"(?:the|this|that|your|any|an) (?:answer|question|information))\b.*|{_INFORMATION})?"
)
_MORE = re.compile(r"[.!?;:]['\")]* |,? (?:but|however|although|though) ")
_WORDS_BEFORE = 5
"""Of an object, up to the one by which it is known."""
_SHORT = re.compile(r"\b(do|does)n(?:'t?)?(?![^\W_])")


def is_refusal(text: str) -> bool:
    """Whether ``text`` does nothing but say that the documents do not tell."""
    words = _normal(text)
    return _goes_on(words, _REFUSALS, _OBJECT) or _goes_on(words, _LACKS, _LACKED)


def may_become_refusal(text: str) -> bool:
    """Whether more text could still make ``text`` a refusal."""
    words = _normal(text)
    return is_refusal(text) or any(
        start.startswith(words) or (words.startswith(start) and _may_become_object(words[len(start) :]))
        for starts in (_REFUSALS, _LACKS)
        for start in starts
    )


def _goes_on(words: str, starts: frozenset[str], form: re.Pattern[str]) -> bool:
    """Whether what stands behind a start has the form, and nothing else follows."""
    rests = (words[len(start) :] for start in starts if words.startswith(start))
    return any(form.fullmatch(rest) and not _MORE.search(rest) for rest in rests)


def _may_become_object(rest: str) -> bool:
    return not rest or (rest.startswith(" ") and rest.count(" ") < _WORDS_BEFORE and not _MORE.search(rest))


def _normal(text: str) -> str:
    """Small letters, single spaces, no citations, no quotes; what is cut off at the end counts as far as it goes."""
    text = re.sub(r"\s*\[\d*(?:\]|\Z)", "", text).replace("\u2019", "'").casefold()
    text = _SHORT.sub(r"\1 not", re.sub(r"\bi'm\b", "i am", text).replace("can't", "cannot"))
    return " ".join(text.split()).strip(" .!*_\"'`")
