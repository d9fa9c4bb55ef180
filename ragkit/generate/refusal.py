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
_REFUSALS = (
    *(
        f"{the} {kind}{noun} {do} {verb}"
        for do, (articles, nouns) in _SUBJECTS.items()
        for the in articles
        for kind in _KINDS
        for noun in nouns
        for verb in _VERBS
    ),
    "i do not know",
    "i cannot tell",
    "i cannot answer",
    "i am unable to answer",
    "unable to answer",
)
_LACKS = ("i do not have", "i have no", "there is no")
"""A refusal only where information is what is lacked: "I do not have a dog." is none."""
_ANSWERS = (
    "answer answers tell tells say says state states mention mentions specify specifies indicate indicates determine "
    "determines confirm confirms explain explains describe describes address addresses".split()
)
_INFORMATION = (
    r"(?: (?:the|this|that|your|any|an|enough|sufficient|specific|relevant|detailed))*"
    r" (?:information|details|knowledge)(?: (?:about|on|regarding|concerning|of|for|at|in|from|this"
    rf"|(?:to|that|that would|that could|that can) (?:{'|'.join(_ANSWERS)}))\b.*)?"
)
"""There is no information that tells, or to answer with; "There is no information to be disclosed." is an answer."""
_LACKED = re.compile(_INFORMATION)
# What is not told may follow, as long as the sentence is the only one.
_OBJECT = re.compile(
    r"(?: (?:me|us|you))?(?: (?:how|what|which|who|whom|whose|when|where|why|whether|if|about|this|that|it|based on|"
    rf"(?:the|this|that|your|any|an) (?:answer|question|information))\b.*|{_INFORMATION})?"
)
_FORM_WORDS = frozenset(
    "me us you how what which who whom whose when where why whether if about this that it based on the your any an "
    "question information enough sufficient specific relevant detailed details knowledge regarding concerning of for "
    "at in from to would could can".split()
) | set(_ANSWERS)
"""The words of these forms, up to the one by which an object is known."""
_MORE = re.compile(
    r"[.!?;:]['\")]* "
    r"|,? (?:but|however|although|though|whereas|except|apart from|other than|only that|and yet) "
    r"|, (?:only|yet|while) "
    r"| [-\u2013]+ |\u2014"
    r"|\([^()]*(?:\d|\b(?:is|are|was|were|has|have) )"
)
"""Where something is told after all."""
_SHORT = re.compile(r"\b(do|does)n(?:'t?)?(?![^\W_])")


def is_refusal(text: str) -> bool:
    """Whether ``text`` does nothing but say that the documents do not tell."""
    return _is_refusal(_normal(text))


def may_become_refusal(text: str) -> bool:
    """Whether more text could still make ``text`` a refusal."""
    words = _normal(text)
    return _is_refusal(words) or any(_may_go_on(rest) for rest in _without_lead(words))


def _is_refusal(words: str) -> bool:
    return any(_goes_on(rest, _REFUSALS, _OBJECT) or _goes_on(rest, _LACKS, _LACKED) for rest in _without_lead(words))


def _without_lead(words: str) -> list[str]:
    """What stands behind each way to begin; nothing behind one that is still being written."""
    rests = [words[len(lead) :] for lead in _LEADS if words.startswith(lead)]
    return [*rests, *([""] if any(lead.startswith(words) for lead in _LEADS) else [])]


def _goes_on(words: str, starts: tuple[str, ...], form: re.Pattern[str]) -> bool:
    """Whether what stands behind a start has the form, and nothing else follows."""
    rests = (words[len(start) :] for start in starts if words.startswith(start))
    return any(form.fullmatch(rest) and not _MORE.search(rest) for rest in rests)


def _may_go_on(words: str) -> bool:
    return any(
        start.startswith(words) or (words.startswith(start) and _may_become_object(words[len(start) :]))
        for start in (*_REFUSALS, *_LACKS)
    )


def _may_become_object(rest: str) -> bool:
    """Whether it is words of an object, the last of which may still be being written."""
    first, *whole = rest.split(" ")
    last = whole.pop() if whole else ""
    return not first and _FORM_WORDS.issuperset(whole) and any(word.startswith(last) for word in _FORM_WORDS)


def _normal(text: str) -> str:
    """Small letters, single spaces, no citations, no quotes; what is cut off at the end counts as far as it goes."""
    text = re.sub(r" ?\[\d*(?:\]|\Z)", "", " ".join(text.split())).replace("\u2019", "'").casefold()
    text = _SHORT.sub(r"\1 not", re.sub(r"\bi'm\b", "i am", text).replace("can't", "cannot"))
    return text.strip(" .!*_\"'`")
