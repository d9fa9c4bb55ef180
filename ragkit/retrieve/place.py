"""Where in a question the like of something stands: names, numbers, phrases and who does what. English, by rules."""

from __future__ import annotations

import re

from ragkit.lexical import IDENTIFIER, STOP

NAME = (
    rf"(?:the\s+)?(?:{IDENTIFIER.pattern}"
    r"|(?!I\b)(?:[$€£¥]\s?)?[A-Z0-9](?:[\w-]|[.,](?=\d))*(?:\s+[A-Z0-9](?:[\w-]|[.,](?=\d))*)*)"
)
"""A name, a code, a number or what a program calls something: the Heron 2, C2R, 20,000, €28, cache.size."""
_NAMES = re.compile(rf"(?<!^)(?<![\w.,$€£¥]){NAME}")
_PHRASE = re.compile(r"^(in|for|on|at|of|with|to|from|by|under|during)\s+(.+)$", re.IGNORECASE)
_ARTICLE = r"(?:(?:the|an?|my|our|your)\s+)?"
_PAIR = re.compile(
    r"\b(?i:(?:what|how\s+\w+)\s+is|for|of|on|about)\s+([a-z-]+)"
    r"(?=\s+[a-z-]+(?:$|\s+(?:do|does|did|can|may|must|will|is)\b))"
)
"""Two words that end a question or its first half, such as "for paternity leave"."""

_UNLIKE = frozenset(("9", "year", "code"))
"""Shapes whose place no other name takes."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_PEOPLE = "|".join(
    """adult alumni alumnus alumna apprentice assistant attendee author buyer candidate carer child children
    citizen client colleague consultant contractor couple crew customer dealer director distributor doctor
    driver employee employer family families foreigner freelancer graduate guardian guest inspector
    instructor intern investor junior kid landlord lawyer leader lecturer learner lodger manager man men
    minor nurse officer official operator organiser organizer owner parent participant partner passenger
    patient pensioner people person personnel pilot player president professor pupil refugee relative
    resident retiree seller senior sibling soldier speaker spouse staff student subscriber supervisor
    supplier teacher team technician teenager tenant trainee trainer traveller traveler tutor undergraduate
    user vendor veteran visitor volunteer voter wife wives woman women worker""".split()
)
_PERSON = rf"(?:(?:{_PEOPLE})s?|[a-z]+(?:ist|ian|eer)s)"
"""Those who do things and are given them: students are not the books that they borrow."""
_SEVERAL = re.compile(r".*s|alumni|children|.*men|people|personnel|staff")
_ACTS = re.compile(
    r"\b((?i:can|could|may|must|should|will|would|do|does|did|are))\s+"
    rf"(?:{_ARTICLE}((?:[a-z-]+\s+){{0,2}}?){_PERSON}|(I|we|you))(?=\s+[a-z])"
)

_WHAT_BEHIND = rf"(?:{'|'.join(sorted(STOP))}|costs?|need|require|take|weigh|last|hold|[a-z]{{2,}}[^\We]ed)(?!\w)"
"""What goes on behind a noun."""
_NOUNS = rf"(?!{_WHAT_BEHIND})[a-z-]+(?:\s+(?!{_WHAT_BEHIND})[a-z-]+){{0,2}}"
_ANY = re.compile(rf"\ban?\s+({_NOUNS})(?=\s+{_WHAT_BEHIND}|\s*(?:[?!.,;)]|$))")
_SUBJECT = re.compile(r"\b(?i:do|does|did|is|was|can|could|may|might|must|should|will|would)\s+$")
_MEASURE = re.compile(r"minute|hour|day|night|week|month|quarter|year|person|head|piece")
_SORT = re.compile(rf"the\s+{_NOUNS}")


def in_place(rest: str, previous: str) -> str:
    """The question before with ``rest`` in the place of what is like it, a name for a name; empty where nothing is."""
    phrase = _PHRASE.match(rest)
    if phrase:
        preposition, thing = phrase.groups()
        named = re.match(NAME, thing) and preposition.lower() in {"for", "of"}
        return (
            _named(thing, previous, preposition)
            or (_named(thing, previous) if named else "")
            or _last(rf"\b{preposition}\s+{_ARTICLE}\w+(?:\.\w{{2,}})*+(?![.,]?\d)", rest, previous)
        )
    if re.match(NAME, rest):
        return _named(rest, previous)
    if whole := _doing(rest, previous) or _like(rest, previous):
        return whole
    if re.match(r"the\s", rest):
        return _last(r"\bthe\s+(?:[a-z-]+\s+){0,2}[a-z-]+(?=\s+of\b)", rest, previous)
    if re.fullmatch(r"[a-z-]+(?<!s)", rest) and (pair := _PAIR.search(previous.rstrip("?!. "))):
        return f"{previous[: pair.start(1)]}{rest}{previous[pair.end(1) :]}" if pair[1] not in STOP else ""
    return ""


def _named(new: str, previous: str, preposition: str = "") -> str:
    """A name in the place of the last one of its shape: a rotor's that of a rotor, a number that of a number."""
    name = re.match(NAME, new)
    if name is None:
        return ""
    shape, bare = _shape(name[0]), re.sub(r"^the\s+", "", new)
    places = [
        place
        for place in _NAMES.finditer(previous)
        if not preposition or re.search(rf"\b{preposition}\s+$", previous[: place.start()], re.IGNORECASE)
    ]
    for place in reversed(places):
        if _shape(place[0]) == shape:
            return _put(new, previous, *place.span())
    for place in reversed(places):
        # "the 410" after "the Calyx 420"
        for part in re.finditer(r"\S+", place[0]):
            if re.search(r"\d", part[0]) and _shape(part[0]) == shape:
                return _put(bare, previous, place.start() + part.start(), place.start() + part.end())
    alike = [place for place in places if shape not in _UNLIKE and _shape(place[0]) not in _UNLIKE]
    return _put(new, previous, *alike[-1].span()) if alike else ""


def _shape(name: str) -> str:
    """What a name looks like: R24 and S4 are alike, C2R is another, and so are a year and other numbers."""
    if IDENTIFIER.fullmatch(name):
        return "code"
    name = re.sub(r"^the\s+|[.,$€£¥-]", "", name).strip()
    if _YEAR.fullmatch(name):
        return "year"
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_A-Z]+", "a", re.sub(r"[A-Z]+", "A", name)))


def _doing(rest: str, previous: str) -> str:
    """Somebody in the place of who does something: alumni in that of the students, not of the books they borrow."""
    new = re.fullmatch(rf"{_ARTICLE}((?:[a-z-]+\s+){{0,2}}){_PERSON}", rest)
    if new is None or STOP & set(new[1].split()):
        return ""
    for acts in _ACTS.finditer(previous):
        helps, which, asker = acts.groups()
        if STOP & set((which or "").split()):
            continue
        if helps in {"do", "does"}:
            helps = "do" if _SEVERAL.fullmatch(rest.rsplit(maxsplit=1)[-1]) else "does"
        after = re.sub(r"\b(?:my|our|your)\b", "their", previous[acts.end() :]) if asker else previous[acts.end() :]
        return f"{previous[: acts.start()]}{helps} {rest}{after}"
    return ""


def _like(rest: str, previous: str) -> str:
    """A cat in the place of the one dog that is asked about, and the eye clinic in that of the skin clinic."""
    if any_one := _ANY.fullmatch(rest):
        is_measure = _MEASURE.fullmatch(any_one[1]) is not None
        places = [each for each in _ANY.finditer(previous) if not re.search(rf"\b{_PERSON}\b", each[1])]
        alike = [each for each in places if (_MEASURE.fullmatch(each[1]) is not None) == is_measure]
        is_sure = len(alike) == 1 and _ends(alike[0]) and not re.search(rf"\b{_PERSON}$", any_one[1])
        return _put(rest, previous, *alike[0].span()) if is_sure else ""
    if _SORT.fullmatch(rest) and " " in (sort := rest.removeprefix("the").lstrip()):
        return _last(rf"\bthe\s+(?:(?!{_WHAT_BEHIND})[a-z-]+\s+){{1,2}}{sort.split()[-1]}\b", rest, previous)
    return ""


def _ends(place: re.Match[str]) -> bool:
    """Whether nouns are all of a phrase: "Is a helmet compulsory?" asks about no "helmet compulsory"."""
    is_whole = " " not in place[1] or not _SUBJECT.search(place.string[: place.start()])
    return is_whole or re.match(rf"\s+{_WHAT_BEHIND}", place.string[place.end() :]) is not None


def _last(pattern: str, new: str, text: str) -> str:
    found = list(re.finditer(pattern, text))
    return _put(new, text, *found[-1].span()) if found else ""


def _put(new: str, text: str, start: int, end: int) -> str:
    """The text with ``new`` for ``[start, end)``, and for the word behind that if ``new`` ends with it, too."""
    after = text[end:]
    if again := re.match(r"\s+(\w+)", after):
        # "the Starter plan" for "the Business" of "the Business plan", "3 days" for "2" of "2 nights"
        measured = re.match(r"\d\S*\s+[a-z]", new) and text[start].isdigit() and again[1] not in STOP
        if measured or new.lower().endswith(f" {again[1].lower()}"):
            after = after[again.end() :]
    return f"{text[:start]}{new}{after}"
