"""The fixed names that a thing may have: Swiss francs and CHF, Thursday and Thu, version 2 and v2, kilometres and km.

A question is put in the words of each text that is looked at, so that neither a model nor a comparison of words has to
know that both names are the same. What is named in one way alone stays as it is. English; closed classes; no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ragkit.units import SHARE, UNITS

MONTHS = "January February March April May June July August September October November December".split()
ORDINALS = """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
fifteenth sixteenth seventeenth eighteenth nineteenth twentieth""".split()

_OTHERS = r"(?<!ian )(?<!nch )(?<!ong )(?<!ore )(?<!land )"
"""Canadian dollars are no dollars, nor are French francs those of today."""
_MONEY = (
    ("swiss francs?", rf"{_OTHERS}francs?", "=CHF", r"=S?Fr\.(?= ?\d)"),
    (r"(?:us|u\.s\.|american) dollars?", rf"{_OTHERS}dollars?", "=USD", r"=US\$", r"=(?<![A-Z])\$"),
    ("euros?", "=EUR", "=€"),
    ("pounds sterling", "british pounds?", rf"{_OTHERS}pounds?", "=GBP", "=(?<![A-Z])£"),
    ("(?:japanese )?yen", "=JPY", "=¥"),
    ("canadian dollars?", "=CAD", r"=CA?\$"),
    ("australian dollars?", "=AUD", r"=AU?\$"),
    ("swedish kron(?:or|a)", "=SEK"),
    ("norwegian kroner?", "=NOK"),
    ("danish kroner?", "=DKK"),
    (r"polish z[lł]oty", "=PLN", "=zł"),
    ("czech (?:koruna|crowns?)", "=CZK", "=Kč"),
    ("(?:chinese )?(?:yuan|renminbi)", "=CNY", "=RMB"),
    ("(?:indian )?rupees?", "=INR", "=₹"),
)
"""Forms of each currency; letters of either case, but for those behind ``=``."""
_DAYS = ("Monday Mon", "Tuesday Tues Tue", "Wednesday Wed", "Thursday Thurs Thur Thu", "Friday Fri", "Saturday Sat")
_NO_NAME = "(?! [A-Z][a-z]{3})"
"""Jan Meyer is no month."""
_OTHER_GROUPS = (
    ("degrees? (?:celsius|centigrade)", "=° ?C"),
    ("degrees? fahrenheit", "=° ?F"),
    ("per ?cent", "=%"),
    *((f"{which} quarter", f"=Q{number}") for number, which in enumerate(ORDINALS[:4], 1)),
    ("half an hour", "(?<!and )(?<!a )half[- ]hours?", "30[ -]min(?:ute)?s?"),
    ("quarter of an hour", "15[ -]min(?:ute)?s?"),
    ("an hour and a half", "90[ -]min(?:ute)?s?"),
)
_NUMBERED = (("version {n}", "v{n}", r"v\. ?{n}"), ("section {n}", "§ ?{n}"), ("number {n}", r"no\. ?{n}"))
_N = r"(?P<n>\d+(?:\.\d+)*)"
_COUNTED = r"(?<=\d)[ \u00a0\u202f-]?"
"""What stands between a number and its unit."""
_ASKED_FOR = r"(?:\d[ -]?|\b(?:how many|number of|in|per|an?|each|every|half)\s)"
"""What stands before a unit in a question: an opening hour is none."""
_COUNTED_IN_WORDS = r"(?:\d[ -]|\b(?:how many|number of|per)\s)"
"""The same for a single letter: the Heron 4S is no four seconds."""
_MEASURED = re.compile(_ASKED_FOR, re.IGNORECASE)
_ABBREVIATED = 3
"""Letters of a unit that is no word, at most."""
_VARIABLE = re.compile(r"\([^()]*\)\??|\[[^]]*\]\??|\\?.\?|\\\w")
_LETTERS = re.compile(r"[A-Za-z\d]+")
_OF_NO_UNIT = frozenset({"half of the day", "money", "size", "temperature", SHARE})


@dataclass(frozen=True)
class _Pattern:
    """A pattern that is compiled when a text first has its letters: of 500, a question needs a few.

    ``bare`` is the form of which it is made, without alternatives but in brackets.
    """

    source: str
    bare: str
    flags: int = 0

    def search(self, text: str) -> re.Match[str] | None:
        return self._compiled.search(text) if self.letters in text.lower() else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self._compiled.finditer(text)

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.source, self.flags)

    @cached_property
    def letters(self) -> str:
        """The longest run of letters and digits that all it matches have, in lower case."""
        return max(_LETTERS.findall(_VARIABLE.sub(" ", self.bare)), key=len, default="").lower()


@dataclass(frozen=True, slots=True)
class _Form:
    """How a name is written: in a question, and in a text. The group ``it`` is the name.

    ``words`` are those to search for; none where they are signs or too common.
    """

    asked: _Pattern
    told: _Pattern
    words: str = ""


@dataclass(frozen=True, slots=True)
class _Named:
    """Characters ``[start, end)`` of a question that name something, and in which other forms one may."""

    start: int
    end: int
    own: _Form
    others: tuple[_Form, ...]


def worded(question: str, *texts: str) -> str:
    """``question`` with what the first of the ``texts`` that names it at all names in another way, named so."""
    parts, place = list[str](), 0
    for named in _named(question):
        if named.start >= place and (other := _other_name(named, texts)):
            parts += [question[place : named.start], other]
            place = named.end
    return "".join([*parts, question[place:]]) if parts else question


def synonyms(question: str) -> list[tuple[str, ...]]:
    """For each thing that the question names, the words of its other names."""
    found, span = list[tuple[str, ...]](), (0, 0)
    for named in _named(question):
        if named.start >= span[1] or (named.start, named.end) == span:
            span = named.start, named.end
            found.append(tuple(other.words for other in named.others if other.words))
    return list(dict.fromkeys(filter(None, found)))


def _other_name(named: _Named, texts: tuple[str, ...]) -> str:
    for text in texts:
        if named.own.told.search(text):
            return ""
        for other in named.others:
            if found := other.told.search(text):
                return found["it"]
    return ""


@lru_cache(maxsize=256)
def _named(question: str) -> tuple[_Named, ...]:
    """What the question names, in order, the longest name first of those that begin together."""
    found = list(_fixed(question)) + list(_numbered(question))
    return tuple(sorted(found, key=lambda named: (named.start, -named.end)))


def _fixed(question: str) -> Iterator[_Named]:
    lower, measured = question.lower(), _MEASURED.search(question)
    for group in [*_groups(), *(_unit_groups() if measured else ())]:
        for form in group:
            if form.asked.letters not in lower:
                continue
            for match in form.asked.finditer(question):
                others = tuple(other for other in group if other is not form)
                yield _Named(match.start("it"), match.end("it"), form, others)


def _numbered(question: str) -> Iterator[_Named]:
    if not re.search(r"\d", question):
        return
    for group in _NUMBERED:
        for form in group:
            for match in re.finditer(rf"(?<![\w.]){form.format(n=_N)}(?!\w)", question, re.IGNORECASE):
                told = {each: _form(each.format(n=re.escape(match["n"]))) for each in group}
                others = tuple(other for each, other in told.items() if each != form)
                yield _Named(match.start(), match.end(), told[form], others)


@lru_cache(maxsize=1)
def _groups() -> list[tuple[_Form, ...]]:
    groups = [tuple(_form(each) for each in group) for group in (*_MONEY, *_OTHER_GROUPS)]
    groups += [(_form(f"{day}s?"), *(_dated(each) for each in short)) for day, *short in map(str.split, _DAYS)]
    groups.append((_form("Sundays?"), _dated("(?<![Tt]he )Sun")))
    groups += [(_form(f"={month}"), _dated(month[:3])) for month in MONTHS if len(month) > 4 and month != "September"]
    groups.append((_form("=September"), _dated("Sept?")))
    ends = zip(ORDINALS, ["st", "nd", "rd", *["th"] * 17], strict=True)
    groups += [(_form(word), _form(f"{number}{end}")) for number, (word, end) in enumerate(ends, 1)]
    return groups


@lru_cache(maxsize=1)
def _unit_groups() -> list[tuple[_Form, ...]]:
    groups = (tuple(_units(forms)) for kind, each in UNITS.items() if kind not in _OF_NO_UNIT for forms in each)
    return [group for group in groups if len(group) > 1]


def _form(form: str) -> _Form:
    """A name as it is written in either; in a question, a sign stays with the number behind it.

    Case does not matter but behind ``=``.
    """
    bare = form.removeprefix("=")
    sign = r"(?! ?\d)" if bare[-1] in "$€£¥₹%" else ""
    return _Form(_name(form, sign), _name(form), _words(bare))


def _name(form: str, behind: str = "") -> _Pattern:
    """A name that is no part of a word or number."""
    bare = form.removeprefix("=")
    before = r"(?<!\w)" if re.match(r"[\w(\[]", bare) else ""
    behind = behind or (r"(?!\w|\.\d)" if re.search(r"[\w)?]$", bare) else "")
    return _Pattern(f"{before}(?P<it>{bare}){behind}", bare, 0 if bare != form else re.IGNORECASE)


def _words(pattern: str) -> str:
    """What a pattern is written as, if that is words."""
    bare = re.sub(r"\(\?<?[=!].*?\)|\?|\\", "", pattern).lower()
    return bare if re.fullmatch(r"[\w. ]*[^\W_]{2}[\w. ]*", bare) else ""


def _dated(short: str) -> _Form:
    """The short name of a day or a month."""
    pattern = _Pattern(rf"(?<!\w)(?P<it>{short}\b\.?){_NO_NAME}", short)
    return _Form(pattern, pattern, _words(short))


def _units(forms: str) -> Iterator[_Form]:
    """A unit's words, which a plural's ending makes no other ones, and its signs, which stand behind numbers."""
    written = forms.split()
    for form in written:
        if len(form) > _ABBREVIATED and form.isalpha() and form.islower():
            if form.removesuffix("s") not in written or form.removesuffix("s") == form:
                word = f"{form}s?" if f"{form}s" in written else form
                yield _Form(_after(_ASKED_FOR, word), _name(word))
        else:
            told = rf"(?:{_COUNTED}|[(\[])(?P<it>{re.escape(form)})(?![\w²³/])"
            before = _ASKED_FOR if len(form) > 1 else _COUNTED_IN_WORDS
            yield _Form(_after(before, f"={re.escape(form)}"), _Pattern(told, form))


def _after(before: str, form: str) -> _Pattern:
    bare = form.removeprefix("=")
    return _Pattern(f"(?i:{before})(?P<it>{bare if bare != form else f'(?i:{bare})'})(?![\\w²³/]|-\\d)", bare)
