"""What a question compares, asked of each side: "Which is heavier, the pump or the fan?" of the pump, and of the fan.

A text seldom compares what a question compares; it tells of each by itself. So the comparative is asked for in its
positive ("How heavy is the pump?"). The conclusion is the reader's to draw: a sentence that says it stands nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragkit.comparatives import AXES, comparatives
from ragkit.lexical import content

MOST_WORDS = 12
"""Of one side: what is longer is no name of a thing, and was taken apart at the wrong word."""
_COSTS, _TIMES, _AMOUNT, _WEIGHTS = ("|".join(comparatives(name)) for name in ("expensive", "early", "many", "heavy"))
_POSITIVE = {word: name for name, *_ in reversed(AXES) for word in comparatives(name)}
"""The adjective of a comparative that is on several scales is that of the first."""
_LONG = r"(?:more|less) (?:often|[a-z]+(?:able|ible|ful|ive|ous|tant|quent|quently))\b"
_DEGREE = rf"(?P<degree>(?:{_LONG}|{'|'.join(sorted(_POSITIVE, key=len, reverse=True))})\b)"
_BE = "is|are|was|were"
_HAVE = r"has|have|had|gets?|gives?|offers?|comes? with"
_DO = "does|do|did|can|may|must|should|will"
_AUXILIARY = rf"(?P<auxiliary>{_BE}|{_DO})"
_IN = "at|by|during|for|from|in|of|on|under|with"
_VERB = "cost|have|last|need|take|weigh"
_DIFFERENCE = r"(?: the| any)?(?: \w+)? differences?"
_ABOUT = "(?:about|as to|concerning|in terms of|regarding|when it comes to|with regard to)"
_ASKS = "(?:what|where|explain|describe|tell me)(?:’s|'s| is| are)?"
_ONE, _OTHER, _THING = (f"(?P<{name}>[^,;:?]+?)" for name in ("one", "other", "thing"))
_SIDES = rf"{_ONE},? (?:or|rather than|as opposed to) {_OTHER}"
_AND = rf"{_ONE},? (?:and|vs\.?|versus) {_OTHER}"
_REST = "(?P<rest>(?: [^,;:?]+?)??)"
_KIND = rf"(?: of(?: \w+){{1,3}}?)?(?:(?! (?:{_BE}|{_DO}|{_HAVE}|the|an?)\b) \w+)?"
_END = r"[\s?.!]*$"
_COMPARISONS = [
    rf"(?:which|who|what){_KIND} (?P<verb>{_HAVE}|\w+) (?:the |an? )?{_DEGREE}{_REST}\s*[,:;–-]\s*{_SIDES}",
    rf"{_AUXILIARY} (?P<subject>[^,;:?]+?) {_DEGREE} (?P<where>{_IN}) {_ONE},? (?:or|than) (?:(?P=where) )?{_OTHER}",
    rf"{_AUXILIARY} (?P<subject>[^,;:?]+?) (?:the |an? )?{_DEGREE}{_REST} than {_OTHER}",
    rf"{_AUXILIARY} (?P<subject>[^,;:?]+? or [^,;:?]+?) (?:the |an? )?{_DEGREE}{_REST}",
    rf"(?:by )?how (?:much|many|many \w+) {_DEGREE}{_REST} {_AUXILIARY} (?P<subject>[^,;:?]+?) than {_OTHER}",
]
"""Which lasts longer, A or B? Is it higher in A or in B? Is A longer than B? Does A or B cost more? How much more is A
than B?"""
_DIFFERENCES = [
    rf"{_ASKS}{_DIFFERENCE} between {_AND} {_ABOUT} {_THING}",
    rf"{_ASKS}{_DIFFERENCE}(?: in {_THING})? between {_AND}",
    rf"how (?:does|do|did) {_THING} (?:compare|differ|vary) between {_AND}",
    rf"how (?:does|do|did) {_AND} (?:compare|differ)(?: in {_THING})?",
    rf"how (?:{_BE}|does|do|did) {_ONE} (?:compare|differ|different) (?:from|to|with) {_OTHER}(?: in {_THING})?",
    rf"compare (?:{_THING} (?:of|in|for|between) )?{_ONE},? (?:and|to|with) {_OTHER}",
    rf"{_ONE} (?:vs\.?|versus) {_OTHER}",
]
_CHOICES = [
    rf"(?!.*\b(?:more|less|fewer)\b)(?:which|who|what){_KIND} (?P<verb>{_HAVE}|\w+){_REST}\s*[,:;–-]\s*{_SIDES}",
]
"""Which can children take, A or B?"""
_BESIDES = [
    rf"(?P<before>.+ (?:{_IN}|does|do)) {_ONE}(?P<after>(?: (?:{_VERB}))?),? compared (?:to|with) {_OTHER}",
    rf"(?P<before>.+ (?P<in>{_IN})) {_ONE} and (?P=in) {_OTHER}",
]
"""What does A cost compared with B? What is told in A and in B?"""
_ARTICLE = re.compile(r"^(?:the|an?|our|my|your|this|that)\s+", re.IGNORECASE)
_COMPARES = re.compile(
    r"\b(?:differ(?:s|ent|ence)?|unlike|whereas|in contrast|except that)\b|\b(?:\w+er|more|less) than (?!\d|[£$€])",
    re.IGNORECASE,
)
"""Words of a sentence that compares."""
_NO_SIDE = re.compile(
    r"\W*\d|[£$€]|(?:all|any(?:one|thing)|average|before|else|ever|expected|half|how|i|it|needed|not|normal|once|one|others?"
    r"|planned|allowed|that|they|this|three|two|usual(?:ly)?|we|what|when|you)\b|the (?:others?|rest|usual)\b",
    re.IGNORECASE,
)
"""Begins what is no thing to tell of: "longer than 30 days", "more than expected"."""


def sides(question: str) -> list[str]:
    """What a comparison asks of each of the two things that it compares; nothing where it is no comparison.

    "What is the difference between a hub and a switch?" asks what either is.
    """
    for forms, asked in _ASKED:
        for form in forms:
            match = re.match(form + _END, question.strip(), re.IGNORECASE)
            if match:
                found = _with_sides(match.groupdict(""))
                both = _named_alike(found["one"], found["other"])
                if all(map(_is_side, both)) and content(both[0]) != content(both[1]):
                    return [asked(found, side) for side in both]
    return []


def tells_both(question: str, told: Sequence[str]) -> bool:
    """Whether sentences tell what ``question`` compares: one that compares itself, or one for each side alone.

    A sentence with both names may tell of something else ("By default it covers E1 and E2").
    """
    asked = [set(content(side)) for side in sides(question)]
    own = [one - other for one, other in zip(asked, reversed(asked), strict=True)]
    named = [tuple(words <= set(content(text)) for words in own) for text in told]
    compares = any(any(names) and _COMPARES.search(text) for names, text in zip(named, told, strict=True))
    return compares or set(named) == {(True, True)} or {(True, False), (False, True)} <= set(named)


def _with_sides(found: dict[str, str]) -> dict[str, str]:
    """The parts of a comparison; of what stands before the comparative the sides, and the verb behind an auxiliary."""
    if found.get("one"):
        return found
    subject, verb = found["subject"], ""
    if found["auxiliary"].lower() not in _BE.split("|"):
        subject, _, verb = subject.rpartition(" ")
    one, _, other = subject.partition(" or ")
    return {**found, "one": one.rstrip(","), "other": found.get("other") or other, "verb": verb}


def _named_alike(one: str, other: str) -> tuple[str, str]:
    """Two sides, each with what the other one alone says of both: "the day or the week pass", "tax of 2024 or 2025"."""
    bare, whole = (_ARTICLE.sub("", each).split() for each in (one, other))
    shared = whole[1:]
    if len(bare) == 1 and shared and len(shared) <= 2 and all(re.fullmatch(r"[a-z]{3,}", word) for word in shared):
        return " ".join([one, *shared]), other
    first = re.escape(other.split(maxsplit=1)[0])
    head = re.match(rf"(.+ ){first} ", one) or (re.match(rf"(.+ (?:{_IN}) )\d+$", one) if other.isdigit() else None)
    return one, f"{head[1]}{other}" if head else other


def _is_side(text: str) -> bool:
    return bool(content(text)) and len(text.split()) <= MOST_WORDS and not _NO_SIDE.match(text)


def _degree_of(found: dict[str, str], side: str) -> str:
    """Asks for the degree of one side, or for its amount."""
    degree, rest, verb = found["degree"].lower(), found.get("rest", "").strip(), found.get("verb", "")
    if where := found.get("where"):
        side = f"{found['subject']} {where} {side}"
    is_verb = verb and verb.lower() not in _BE.split("|")
    if is_verb and rest and re.fullmatch(_AMOUNT, degree):
        return f"How {'many' if _is_plural(rest) else 'much'} {rest} {_do(side)} {side} {_bare(verb)}?"
    if is_verb and rest and re.fullmatch(_HAVE, verb, re.IGNORECASE):
        return f"{_how(degree)} is the {rest} of {side}?"
    if not is_verb:
        if re.fullmatch(_COSTS, degree):
            return f"How much does {side} cost{_behind(rest)}?"
        return f"{_how(degree)} is {side}{_behind(rest)}?"
    return f"{_how(degree)} {_do(side)} {side} {_bare(verb)}{_behind(rest)}?"


def _do(side: str) -> str:
    return "do" if _is_plural(side) else "does"


def _is_plural(things: str) -> bool:
    """Whether what stands before the first preposition ends as plurals do."""
    return re.search(r"\w[^su\W]s$", re.split(rf" (?:{_IN})\b", things)[0]) is not None


def _how(degree: str) -> str:
    """The words that ask for a degree: "how long" for "longer"."""
    if re.fullmatch(_TIMES, degree):
        return "When"
    if re.fullmatch(f"{_COSTS}|{_AMOUNT}", degree):
        return "How much"
    if re.fullmatch(_WEIGHTS, degree):
        return "What weight"
    return f"How {_POSITIVE.get(degree) or degree.split(' ', 1)[-1]}"


def _bare(verb: str) -> str:
    """A verb without the ending of its third person."""
    if verb.lower() == "has":
        return "have"
    return re.sub(r"(?<=sh|ch|ss)es$|(?<=[^s])s$", "", re.sub(r"ies$", "y", verb))


def _behind(rest: str) -> str:
    return f" {rest}" if rest and rest != "one" else ""


def _difference_of(found: dict[str, str], side: str) -> str:
    """Asks for what differs of one side; what that is, if nothing is named."""
    thing = _ARTICLE.sub("", found.get("thing", ""))
    return f"What is the {thing} of {side}?" if thing else f"What is {side}?"


def _choice_of(found: dict[str, str], side: str) -> str:
    """Asks whether one side is, or does, what is asked of both."""
    verb, rest = found["verb"].lower(), found["rest"].strip()
    if verb in _BE.split("|"):
        return f"{verb.capitalize()} {side}{_behind(rest)}?"
    if verb in _DO.split("|"):
        return f"{verb.capitalize()}{_behind(rest)} {side}?"
    return f"{_do(side).capitalize()} {side} {_bare(verb)}{_behind(rest)}?"


def _same_of(found: dict[str, str], side: str) -> str:
    """The whole question with one side alone."""
    return f"{found['before']} {side}{found.get('after', '')}?"


_ASKED = (
    (_COMPARISONS, _degree_of),
    (_DIFFERENCES, _difference_of),
    (_CHOICES, _choice_of),
    (_BESIDES, _same_of),
)
"""The forms of comparisons, with what asks one side."""
