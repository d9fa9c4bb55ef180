"""What sort of answer a question asks for, and whether a sentence has one: a noise is no answer to "How heavy?".

English; no model. Only plain words ask for a sort, and in case of doubt a sentence has it: of 4,504 sentences that
answer 5 were found to lack it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from ragkit.lexical import NUMBER_WORDS, plain

_SPELLED = "|".join(NUMBER_WORDS)
_PARTS = "halves|half|third|quarter|fifth|tenth|dozen|thousand|million|billion|single|double|pair|both|couple"
_FIGURE = re.compile(
    rf"(?<![^\W_])(?<![^\W_]-)\d|[¼-¾⅐-⅞$€£¥₹°%]|\b(?:{_SPELLED}|{_PARTS}|once|twice|thrice|first|second|sole|only)s?\b",
    re.IGNORECASE,
)
"""The digits of a name, such as C2 or PL-10, are none."""

_NUMBER = (
    r"(?:(?<!\d)(?<!\d[.,:/–-])\d(?:[\d.,:/–-]*\d)?"
    rf"|\b(?:{_SPELLED}))[ \u00a0-]?(?:(?:hundred|thousand|million)[ -])?"
)
"""It begins where its first digit stands, or a long row of digits would be looked at once for each of them."""
_UNITS = {
    "mass": r"kg|kgs|g|mg|t|lbs?|oz|pounds?|ounces?|ton(?:ne)?s?|(?:kilo|milli)?grams?|kilos?|stones?",
    "length": r"mm|cm|m|km|(?:kilo|centi|milli)?met(?:re|er)s?|ft|foot|feet|inch(?:es)?|yards?|yd|miles?",
    "time": r"seconds?|secs?|s|ms|min(?:ute)?s?|h|hrs?|hours?|days?|nights?|weeks?|wks?|months?|years?|yrs?"
    r"|working days?|semesters?|decades?|centur(?:y|ies)|[ap]\.?m|o'clock",
    "share": r"%|per ?cent|‰",
    "heat": r"°|degrees?|[CF]",
    "noise": r"dB",
    "power": r"[kM]?Wh?|volts?|m?V|amps?|m?A|watts?|[kMG]?Hz|m?bar|k?Pa|psi|rpm|lux|nm",
    "volume": r"ml|l|lit(?:re|er)s?|gallons?|pints?|m³|cc",
    "data": r"[kKMGT]i?B|bytes?|bits?|pixels?|px|[kMG]bit",
    "money": r"euros?|EUR|dollars?|USD|cents?|pence|pounds?|GBP|CHF|francs?",
}
_MONEY = r"[$€£¥₹]\s?\d[\d.,]*|\b(?:EUR|USD|GBP|CHF)\s?\d[\d.,]*"
_MONTH = (
    r"(?:[Jj]an(?:uary)?|[Ff]eb(?:ruary)?|[Mm]ar(?:ch)?|[Aa]pr(?:il)?|[Mm]ay|[Jj]une?|[Jj]uly?|[Aa]ug(?:ust)?"
    r"|[Ss]ept?(?:ember)?|[Oo]ct(?:ober)?|[Nn]ov(?:ember)?|[Dd]ec(?:ember)?)"
)
_DATE = (
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?\.?\s(?:of\s)?{_MONTH}\b|{_MONTH}\s\d{{1,2}}\b)(?:,?\s\d{{4}})?"
    rf"|\b(?:[Ii]n|[Ss]ince|[Bb]y|of|[Ff]rom)\s(?:{_MONTH}\s)?(?:1[5-9]|20)\d\d\b|\b\d{{4}}-\d\d-\d\d\b"
)
_CLOCK = r"\b\d{1,2}:\d\d\b"

_TIMES = (
    r"\w*(?:seconds?|minutes?|hours?|hourly|days?|daily|nights?|nightly|weeks?|weekly|weekends?|fortnight\w*|months?"
    r"|monthly|quarters?|quarterly|years?|yearly|annual(?:ly)?|semesters?|terms?|decades?|centur(?:y|ies)|life(?:time)?"
    r"|seasons?|mornings?|afternoons?|evenings?|noon|today|tomorrow|yesterday|spring|summer|autumn|fall|winter|easter"
    rf"|christmas|holidays?)|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?)?|{_MONTH}"
)
_EVENTS = (
    r"until|till|when(?:ever)?|while|as (?:soon|long) as|after(?:wards)?|before(?:hand)?|once|since|during|throughout"
    r"|immediate(?:ly)?|straight ?away|at once|instant(?:ly)?|now|already|soon(?:er)?|later|earlier|prior|upon|ever"
    r"|never|always|yet|forever|indefinite(?:ly)?|permanent(?:ly)?|temporar(?:y|ily)|time|dates?|then|next|early|late"
    r"|end\w*|long(?:er)?|short(?:er|ly)?|beginning|start(?:s|ing)?|moment|expir\w+|unlimited|if|unless|without|again"
)
_PRICES = (
    r"free|costs?|charg(?:e|es|ed|eable)|gratis|nothing|complimentary|includ(?:ed|es|ing)|waived|paid|pays?|price[sd]?"
    r"|fees?|cheap(?:er|est)?|expensive|dear(?:er|est)?|refund\w*|reimburse[sd]?|cover(?:ed|s)|discount(?:s|ed)?"
    r"|expenses?|budget|salary|rents?|donations?|voids?|euros?|dollars?|pounds?|cents?|francs?"
)
_FREQUENT = (
    r"every\w*|each|per|any|regular(?:ly)?|rare(?:ly)?|seldom|often|frequent(?:ly)?|times?|sometimes|usually"
    r"|continuous(?:ly)?|constantly|as|not|no|on|at"
)
_SEVERAL = (
    r"no|none|not|any|each|every\w*|all|several|many|most|more|few(?:er)?|unlimited|limit\w*|nobody|nothing|neither"
    r"|another|per|some|never|without"
)
_MUCH = r"an?|whole|full\w*|mostly|less|little|much|enough|up to|same|equal|level\w*"


@dataclass(frozen=True)
class Kind:
    """A sort of answer: how it is ``asked`` for, by which words a sentence ``tells`` it, and ``figures`` of others.

    A figure that belongs to no other sort answers, too. The patterns are long and few are needed: each is compiled when
    it is.
    """

    name: str
    asked: re.Pattern[str]
    tells: str
    figures: str

    @cached_property
    def words(self) -> re.Pattern[str]:
        """The words that a sentence may tell it by."""
        return re.compile(rf"\b(?:{self.tells})\b", re.IGNORECASE)

    @cached_property
    def other(self) -> re.Pattern[str] | None:
        """The figures of other sorts."""
        return re.compile(self.figures) if self.figures else None


def _kind(name: str, asked: str, words: str, units: str = "", *dates: str) -> Kind:
    """``units`` are the names of those that other figures have."""
    parts = [rf"{_NUMBER}(?:{_UNITS[unit]})(?!\w)" for unit in units.split()]
    figures = "|".join([*parts, *([_MONEY] if "money" in units else []), *dates])
    return Kind(name, re.compile(asked, re.IGNORECASE), words, figures)


_DO = r"(?:do|does|did|will|would|can|could|may|must|should|is|are|was|were)\b"
_THE = r"what(?: is|'s|’s| was| are)(?: the| its)?(?: \w+)?"
KINDS = (
    _kind(
        "mass",
        rf"how heavy\b|(?:how much|what) {_DO}.*\bweigh\b|{_THE} weight\b",
        r"weigh\w*|heav\w+|light(?:er|est|weight)?|load|mass",
        "length time share heat noise power volume data money",
        _DATE,
        _CLOCK,
    ),
    _kind(
        "price",
        rf"how (?:much|many \w+) {_DO}.*\bcosts?\b|how expensive\b|what {_DO}.*\bcost\b|how much money\b"
        rf"|how much do(?:es)? \w+ (?:have to )?pay\b|{_THE} (?:price|fee|fare|rent|cost|salary)\b",
        _PRICES,
        "mass length time heat noise power volume data",
        _DATE,
        _CLOCK,
    ),
    _kind(
        "age",
        r"how old\b",
        rf"age|aged|born|old|young|new|{_TIMES}",
        "mass length heat noise power volume data money",
    ),
    _kind(
        "distance",
        r"how (?:far|tall|wide|deep|high up|thick)\b",
        r"to|from|up|next|near\w*|close\w*|beside|walk\w*|way|within|down",
        "mass heat noise power data money",
        _DATE,
        _CLOCK,
    ),
    _kind(
        "frequency",
        r"how (?:often|frequently|regularly|many times)\b",
        rf"{_FREQUENT}|{_TIMES}|{_EVENTS}",
        "mass length heat noise power volume data money",
    ),
    _kind(
        "temperature",
        r"how (?:hot|warm|cold|cool)\b|(?:at )?what temperatures?\b",
        r"degrees?|temperatures?|(?:boil|freez|hot|cold|warm|cool|lukewarm|room|frost|ice)\w*",
        "mass length time noise power volume data money share",
        _DATE,
        _CLOCK,
    ),
    _kind(
        "duration",
        r"how long\b",
        rf"{_TIMES}|{_EVENTS}|length|metres?|miles?",
        "mass heat noise power volume data money share",
    ),
    _kind("number", r"how many\b", _SEVERAL, "", _CLOCK),
    _kind(
        "speed",
        r"how (?:fast|quickly|soon)\b",
        rf"{_TIMES}|{_EVENTS}|fast\w*|quick\w*|slow\w*|speed\w*|rapid\w*|prompt(?:ly)?|delay",
        "mass heat noise volume money",
    ),
    _kind(
        "time",
        rf"(?:(?:at|by|from|on|until|since|in) )?(?:when (?:{_DO}|ha[sd]|have)|what (?:time|date|day|year|month)\b)",
        rf"{_TIMES}|{_EVENTS}|on|at|by|in|for",
        "mass length heat noise power volume data money share",
    ),
    _kind("amount", r"how much\b", rf"{_PRICES}|{_SEVERAL}|{_MUCH}|{_TIMES}", "", _DATE, _CLOCK),
)
_OTHERWISE = re.compile(r"\b(?:which|who|whose|whom|where|why|see|tells?|know|what|how)\b", re.IGNORECASE)
"""What makes of "how long" a part of another question, in the same sentence."""
_CLAUSE = re.compile(r"(?:^|(?<=[.!?:;,–])\s+|\b(?:and|but|or)\s+)(?=\S)")


def asked_for(question: str) -> Kind | None:
    """The sort of answer that a question asks for; None where its words leave it open."""
    starts = [match.end() for match in _CLAUSE.finditer(question)]
    for kind in KINDS:
        if any(kind.asked.match(question, start) and not _OTHERWISE.search(question, 0, start) for start in starts):
            return kind
    return None


def lacks(kind: Kind | None, text: str) -> bool:
    """Whether a sentence has surely no answer of a kind; what leads to a list may have it there."""
    if kind is None or text.endswith(":"):
        return False
    text = plain(text)
    return not (kind.words.search(text) or _FIGURE.search(kind.other.sub(" ", text) if kind.other else text))
