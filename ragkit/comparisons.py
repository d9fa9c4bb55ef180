"""What a question compares, asked of each side: "Which is heavier, the pump or the fan?" of the pump, and of the fan.

A text seldom compares what a question compares; it tells of each by itself. So the comparative is asked for in its
positive ("How heavy is the pump?"). The conclusion is the reader's to draw: a sentence that says it stands nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragkit.comparatives import AXES, comparatives
from ragkit.lexical import NUMBER_WORDS, content

LONGEST = 300
"""Characters of a question that is looked at: a longer one tells a story, and forms take their time with it."""
MOST_WORDS, FEW_WORDS = 12, 4
"""Of one side: what is longer is no name of a thing, and was taken apart at the wrong word; few, where a preposition is
all that tells where it begins."""
FEW_SHARED = 2
"""Words at most that one side lends to the other."""
_COSTS, _TIMES, _AMOUNT, _WEIGHTS = ("|".join(comparatives(name)) for name in ("expensive", "early", "many", "heavy"))
_JUDGED = {"good"}
"""What a text says of two things together or not at all: that one is better."""
_POSITIVE = {word: name for name, *_ in reversed(AXES) if name not in _JUDGED for word in comparatives(name)}
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
_BEGINS = f"(?:how|what|when|where|which|who|why|{_BE}|{_DO})"
_ASKS = "(?:what|where|explain|describe|tell me)(?:’s|'s| is| are)?"
_ONE, _OTHER, _THING = (f"(?P<{name}>[^,;:?]+?)" for name in ("one", "other", "thing"))
_SIDES = rf"{_ONE},? (?:or|rather than|as opposed to) {_OTHER}"
_AND = rf"{_ONE},? (?:and|vs\.?|versus) {_OTHER}"
_IN_WHICH = f"(?: (?:{_ABOUT}|in) {_THING})?"
_REST = "(?P<rest>(?: [^,;:?]+?)??)"
_SEPARATED = r"\s*(?P<mark>[,:;]|(?<=\s)[–-](?=\s))\s*"
_WHICH = (
    r"(?:who|(?:which|what)(?: of (?:the|these|those|them|our|your)(?: \w+){0,2}?)?"
    rf"(?:(?! (?:{_BE}|{_DO}|{_HAVE}|the|an?)\b) \w+)?)"
)
_END = r"[\s?.!]*$"
_COMPARISONS = [
    rf"{_WHICH} (?P<verb>{_HAVE}|\w+) (?:the |an? )?{_DEGREE}{_REST}{_SEPARATED}{_SIDES}",
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
    rf"how (?:does|do|did) {_AND} (?:compare|differ){_IN_WHICH}",
    rf"how (?:{_BE}|does|do|did) {_ONE} (?:compare|differ|different) (?:from|to|with) {_OTHER}{_IN_WHICH}",
    rf"compare (?:{_THING} (?:of|in|for|between) )?{_ONE},? (?:and|to|with) {_OTHER}",
    rf"{_ONE} (?:vs\.?|versus) {_OTHER}",
]
_CHOICES = [
    rf"(?!.*\b(?:more|less|fewer)\b){_WHICH} (?P<verb>{_BE}|{_DO}|{_HAVE}|\w*[^s\W]s){_REST}{_SEPARATED}{_SIDES}",
]
"""Which can children take, A or B?"""
_BESIDES = [
    rf"(?P<before>{_BEGINS} .*\b(?:{_IN}|does|do)) {_ONE}(?P<after>(?: (?:{_VERB}))?),? compared (?:to|with) {_OTHER}",
    rf"(?P<before>{_BEGINS} .*\b(?P<in>{_IN})) {_ONE} and (?P=in) {_OTHER}",
]
"""What does A cost compared with B? What is told in A and in B?"""
_ARTICLE = re.compile(r"^(?:the|an?|our|my|your|this|that)\s+", re.IGNORECASE)
_COMPARES = re.compile(
    r"\b(?:differ(?:s|ent|ence)?|unlike|whereas|in contrast|except that)\b|\b(?:\w+er|more|less) than (?!\d|[£$€])",
    re.IGNORECASE,
)
"""Words of a sentence that compares."""
_NO_SIDE = re.compile(
    rf"\W*\d|[£$€]|(?:{'|'.join(NUMBER_WORDS)}|{_BE}|{_DO}|all|allowed"
    r"|an? (?:second|minute|hour|day|week|month|quarter|year|third|half)"
    r"|any(?:body|one|thing)|average|before|either|else|elsewhere|ever|every(?:body|one|thing)|expected|half|he"
    r"|how|i|it|last|needed|normal|not|once|one|others?|planned|she|some(?:one|thing)|that|there|these|they|this|those"
    r"|usual(?:ly)?|we|what|when|you)\b|the (?:others?|rest|usual)\b",
    re.IGNORECASE,
)
"""Begins what is no thing to tell of: "longer than 30 days", "more than expected"."""
_COMPARED = re.compile(_DEGREE, re.IGNORECASE)
_HOW_IT_DOES = frozenset("deep early expensive far fast hard high long loud many".split())
"""Adjectives that say how something is done, some in another form."""
_ACTS = re.compile(
    r"(?:an?|anyone|children|each|everyone|he|i|it|men|my|our|one|people|she|staff|the|they|we|women|you|your)\b",
    re.IGNORECASE,
)
"""Begins a subject rather than a verb, as plurals do."""


def sides(question: str) -> list[str]:
    """What a comparison asks of each of the two things that it compares; nothing where it is no comparison.

    "What is the difference between a hub and a switch?" asks what either is.
    """
    question = " ".join(question.split())
    if len(question) > LONGEST:
        return []
    for form, asked, most in _ASKED:
        if match := form.match(question):
            found = _with_sides(match.groupdict(""))
            both = _named_alike(found["one"], found["other"], are_joined=" than " not in question)
            if all(_is_side(side, most) for side in both) and content(both[0]) != content(both[1]):
                return [each for each in (asked(found, side) for side in both) if each]
    return []


def tells_both(asked: Sequence[str], told: Sequence[str]) -> bool:
    """Whether sentences tell what is ``asked`` of either side: one that compares itself, or one for each side alone.

    A sentence with both names may tell of something else ("By default it covers E1 and E2").
    """
    words = [set(content(side)) for side in asked]
    own = [one - other for one, other in zip(words, reversed(words), strict=True)]
    named = [tuple(names <= set(content(text)) for names in own) for text in told]
    compares = any(any(has) and _COMPARES.search(text) for has, text in zip(named, told, strict=True))
    return compares or set(named) == {(True, True)} or {(True, False), (False, True)} <= set(named)


def _with_sides(found: dict[str, str]) -> dict[str, str]:
    """The parts of a comparison; of what stands before the comparative the sides, and the verb behind an auxiliary."""
    if found.get("one"):
        return found
    subject, verb = found["subject"], ""
    if found["auxiliary"].lower() not in _BE.split("|"):
        subject, _, verb = subject.rpartition(" ")
    one, _, other = subject.partition(" or ")
    if found.get("other"):
        # "cheaper or dearer than" compares in two ways at once
        return {**found, "one": "" if other else one, "verb": verb}
    return {**found, "one": one.rstrip(","), "other": other, "verb": verb}


def _named_alike(one: str, other: str, *, are_joined: bool) -> tuple[str, str]:
    """Two sides, each with what the other one alone says of both: "the day or the week pass", "tax of 2024 or 2025"."""
    if not one or not other:
        return one, other
    bare, whole = (_ARTICLE.sub("", each).split() for each in (one, other))
    shared = whole[1:]
    is_lent = 1 <= len(shared) <= FEW_SHARED and all(re.fullmatch(r"[a-z]{3,}", word) for word in shared)
    if are_joined and len(bare) == 1 and is_lent:
        return " ".join([one, *shared]), other
    first = re.escape(other.split(maxsplit=1)[0])
    head = re.match(rf"(.+ ){first} ", one)
    if other.isdigit():
        head = re.match(rf"(.+ (?:{_IN}) )\d+$", one)
    elif re.fullmatch(_IN, first):
        head = head or re.match(rf"(.+ )(?:{_IN}) ", one)
    return one, f"{head[1]}{other}" if head else other


def _is_side(text: str, most: int) -> bool:
    return bool(content(text)) and len(text.split()) <= most and not (_NO_SIDE.match(text) or _COMPARED.search(text))


def _degree_of(found: dict[str, str], side: str) -> str:
    """Asks for the degree of one side, or for its amount; nothing where that is not what is compared."""
    degree, rest, verb = found["degree"].lower(), found.get("rest", "").strip(), found.get("verb", "")
    if where := found.get("where"):
        subject = found["subject"]
        side = "" if _NO_SIDE.match(subject) or _COMPARED.search(subject) else f"{subject} {where} {side}"
    if not verb or verb.lower() in _BE.split("|"):
        asked = _how_it_is(degree, side) + _behind(rest)
    elif rest and re.fullmatch(_AMOUNT, degree) and not re.match(rf"(?:to|{_IN}) ", rest):
        asked = f"How {'many' if _is_plural(rest) else 'much'} {rest} {_do(side)} {side} {_bare(verb)}"
    elif rest and re.fullmatch(_HAVE, verb, re.IGNORECASE):
        asked = f"{_how(degree)} is the {rest} of {side}"
    elif _POSITIVE.get(degree, "many") in _HOW_IT_DOES:
        asked = f"{_how(degree)} {_do(side)} {side} {_bare(verb)}{_behind(rest)}"
    else:
        asked = ""
    is_odd = not side or verb in _IN.split("|") or re.match(r"than\b", rest) or _COMPARED.search(rest)
    return f"{asked}?" if asked and not is_odd else ""


def _how_it_is(degree: str, side: str) -> str:
    if re.fullmatch(_COSTS, degree):
        return f"How much does {side} cost"
    return f"{_how(degree)} {'are' if _is_plural(side) else 'is'} {side}"


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
    return f"How {_POSITIVE.get(degree, '') or degree.split(' ', 1)[-1]}"


def _bare(verb: str) -> str:
    """A verb without the ending of its third person."""
    if verb.lower() == "has":
        return "have"
    return re.sub(r"(?<=sh|ch|ss)es$|(?<=[^s])s$", "", re.sub(r"ies$", "y", verb))


def _behind(rest: str) -> str:
    return f" {rest}" if rest and rest != "one" else ""


def _difference_of(found: dict[str, str], side: str) -> str:
    """Asks for what differs of one side; what that is, if nothing is named.

    Of three things joined by "and" it is not plain which two belong together, nor whether the last one is to be done:
    "compare the options and recommend one".
    """
    one, other = found["one"], found["other"]
    if " and " in f"{one} {other}" or (_ARTICLE.match(one) and _shape(other) == "bare"):
        return ""
    thing = _ARTICLE.sub("", found.get("thing", ""))
    return f"What is the {thing} of {side}?" if thing else f"What is {side}?"


def _choice_of(found: dict[str, str], side: str) -> str:
    """Asks whether one side is, or does, what is asked of both.

    Nothing where the question may be for three things: "Who signs a lease, a contract or a deed?"
    """
    verb, rest = found["verb"].lower(), found["rest"].strip()
    shapes = {_shape(found["one"]), _shape(found["other"])}
    if found["mark"] == "," and (len(shapes) > 1 or shapes & {"bare", _last_shape(rest)}):
        return ""
    if verb in _BE.split("|"):
        return f"{verb.capitalize()} {side}{_behind(rest)}?"
    if verb in _DO.split("|"):
        # "Which can children take" asks for what is taken, "Which can take children" for who takes
        takes = _ACTS.match(rest) or _is_plural(rest.partition(" ")[0])
        return f"{verb.capitalize()}{_behind(rest)} {side}?" if takes else f"{verb.capitalize()} {side}{_behind(rest)}?"
    return f"{_do(side).capitalize()} {side} {_bare(verb)}{_behind(rest)}?"


def _shape(thing: str) -> str:
    """How a thing is named: with an article, as a name, or bare."""
    return "article" if _ARTICLE.match(thing) else "name" if re.match(r"[A-Z\d]", thing) else "bare"


def _last_shape(text: str) -> str:
    """How the thing is named with which a text ends."""
    if re.search(r"\b(?:the|an?|our|my|your|this|that)(?: [a-z]+){1,3}$", text):
        return "article"
    return "name" if re.search(r"(?:^| )[A-Z\d]\S*$", text) else "bare"


def _same_of(found: dict[str, str], side: str) -> str:
    """The whole question with one side alone."""
    return f"{found['before']} {side}{found.get('after', '')}?"


_ASKED = [
    (re.compile(form + _END, re.IGNORECASE), asked, most)
    for forms, asked, most in (
        (_COMPARISONS, _degree_of, MOST_WORDS),
        (_DIFFERENCES, _difference_of, MOST_WORDS),
        (_CHOICES, _choice_of, MOST_WORDS),
        (_BESIDES, _same_of, FEW_WORDS),
    )
    for form in forms
]
"""The forms of comparisons, each with what asks one side, and how many words that may have."""
