"""Words as evidence: what two texts share, told by stems, numbers and names. English; no model.

The stemmer is deliberately light (plurals and the commonest endings): it decides whether two words are the same
word, not what its root is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from ragkit.word_forms import BASES

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_SMALL = "[\u00b2\u00b3\u00b9\u2070-\u2079\u00bc-\u00be\u2150-\u215e]"
"""Digits set high and fractions: 10⁶ is no 10⁹, and 1½ no 1."""
NUMBER = re.compile(
    rf"(?<![\w.])(?:\d+(?:[.,]\d+)*{_SMALL}*(?![.,]\d)|\d+(?:\.\d+)+[a-z]+|\.\d+|{_SMALL}+)(?!\w)", re.IGNORECASE
)
"""Version 4.2b has its letter, or it would be 4."""
NAME = re.compile(r"\b(?:[A-Z][\w&]*[a-z\d][\w-]*|[A-Z]{2,}[\w-]*)")

LABELLED = re.compile(r"\b(?=([A-Za-z][A-Za-z&]*)(?:[ -]?(\d(?:[\w.]*\w)?)|[ -]([A-Z]\d*)\b))")
VERSION = re.compile(r"(?<![\w.])v?(\d+(?:\.\d+){2,})(?![\w.]*\w)")
_DATE = re.compile(r"\d\d?\.\d\d?\.\d{4}")
IDENTIFIER = re.compile(r"(?<![\w.-])(?:[A-Za-z]\w+(?:\.\w{2,})+|[A-Za-z]\w*_\w+|[a-z]+[A-Z]\w+|--[a-z][\w-]+)")

_FIGURE = r"(?P<figure>(?<![\w.])[vV]?(?:\d{4}-\d\d-\d\d|\d\d?/\d\d?/\d{4}|\d+(?:[.,:]\d+)+)(?!\d))"
_CONTENT = re.compile(f"{_FIGURE}|{WORD.pattern}")
"""Words, of which a date, a time, a version or a decimal number is one: 30 days are not in 2026-06-30."""

STOP = frozenset(
    """a about above after again all also am an and any are as at be because been before being below between both but
    by can cannot could did do does doing done down during each either else every few for from further get gets had
    has have having he her here hers him his how however i if in into is it its itself just let like made make many
    may me might more most much must my neither no nor not of off on once one only or other our ours out over own per
    same shall she should since so some such than that the their theirs them then there these they this those
    through to too under until up upon us use used very was we were what when where whether which while who whom
    whose why will with within without would you your yours please tell know need want give""".split()
)
_SHORTENED = """here's he's how's i'd i'll i'm i've it's let's she's that's there's they'd they'll they're they've we'd
    we'll we're we've what's when's where's who's why's you'd you'll you're you've"""
STOP |= {form for word in _SHORTENED.split() for form in (word, word.replace("'", "’"))}

NEGATIONS = frozenset("cannot neither never no nobody none nor not nothing without".split())
_LEAVING_OUT = re.compile(
    r"(?i)(?:except|exclu|exempt|only|refus|reject|forb|prohibit|ban(?:s|ned)?$|barred|unwelcome|outside)"
)
"""How a word begins that leaves something out."""

_ONES = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_PARTS = {"half": 0.5, "quarter": 0.25, "three quarters": 0.75}
NUMBER_WORDS = (
    {word: str(value) for value, word in enumerate(["zero", *_ONES, *_TEENS])}
    | {word: str(value) for value, word in zip(range(20, 100, 10), _TENS, strict=True)}
    | {"hundred": "100"}
)


def _spelled() -> str:
    """The pattern of a number in words: twenty-five, two thousand and ten, three and a half."""
    gap, scale = r"[-\s]", r"(?:hundred|thousand)"
    ones, teens, tens = map("|".join, (_ONES, _TEENS, _TENS))
    small = rf"(?:(?:{tens})(?:{gap}(?:{ones})(?!\w))?+|{teens}|{ones})"
    behind = rf"(?!\w|{gap}{scale}(?!\w))"
    hundred = rf"(?:(?:{small}|a){gap})?hundred(?!\w)(?:{gap}(?:and{gap})?{small}%s)?"
    hundreds = hundred % behind
    lead, rest = hundred % r"(?!\w)", f"(?:{hundreds}|{small})"
    thousands = rf"(?:{lead}|{small}|a){gap}thousand(?!\w)(?:{gap}(?:and{gap})?{rest}{behind})?"
    part = rf"(?:{gap}and{gap}(?:a{gap}(?:half|quarter)|three{gap}quarters)(?!\w))?"
    return rf"(?<![\w.])(?:{thousands}|{hundreds}|{small})(?!\w){part}"


SPELLED = re.compile(_spelled(), re.IGNORECASE)
MONEY_SIZES = {"k": "thousand", "m": "million", "mn": "million", "b": "billion", "bn": "billion", "tn": "trillion"}
"""What stands glued to an amount of money."""
_GLUED = re.compile(
    rf"(?<![\w.])(?<!\d,)(?:(?P<money>[$€£¥]\s?\d++(?:[.,]\d++)*+)(?P<size>{'|'.join(MONEY_SIZES)})"
    r"|(?P<number>\d++(?:[.,]\d++)*+)(?P<unit>mg|g|[kK]g|lbs?|oz|mm|cm|m|km|mph|ft|ms|sec|mins?|h|hrs?|m[lL]|[lV]"
    r"|[kmM]?W|[kKMGT]B|[kM]V|[kMG]?Hz|mbar|bar|[kM]?Pa|psi|bn|mn|tn|ha|°?C|°?F))(?![^\W_])"
)
"""A number and its unit without a blank: 4S and 3D are names."""
_FOLDED = str.maketrans({"ı": "i", "ſ": "s", "\u0307": None})
"""The dot is what is left of İ."""


def words(text: str) -> list[str]:
    """Lower-case words and numbers in order."""
    return [word.lower() for word in WORD.findall(text)]


def folded(word: str) -> str:
    """An English word in lower case, with the letters that patterns of either case take for an i or an s as these."""
    return word.lower().translate(_FOLDED)


def denies(word: str) -> bool:
    """Whether a word in lower case denies, such as ``not`` and ``isn't`` with either apostrophe."""
    return word in NEGATIONS or word.endswith(("n't", "n’t"))


def leaves_out(words: Iterable[str]) -> bool:
    """Whether a text of these ``words``, in lower case, denies something or leaves it out."""
    return any(denies(word) or _LEAVING_OUT.match(word) for word in words)


def negations(text: str) -> set[str]:
    """The words in a text that deny."""
    return set(filter(denies, words(text)))


def mentions(text: str, specific: str) -> bool:
    """Whether ``text``, in lower case, has a number or a code as it is, or a name in some form.

    Canadian is a form of Canada.
    """
    if not specific.isalpha():
        exact = re.search(rf"(?<![\w.])v?{re.escape(specific)}(?!\w|[.,]\d)", text)
        return exact is not None or (NUMBER.fullmatch(specific) is not None and _digits(specific) in numbers(text))
    root = specific if len(specific) < 5 else specific[: max(4, len(specific) - 3)]
    return re.search(rf"(?<!\w){re.escape(root)}", text) is not None


def labels(text: str) -> dict[str, set[str]]:
    """What a number or a letter tells apart (``Heron 4S``, ``PL-50``, ``May 2025``): kinds to labels, lower case.

    A number of three parts tells versions apart, whatever stands before it.
    """
    found: dict[str, set[str]] = {}
    for match in LABELLED.finditer(text):
        kind = match[1].lower()
        if kind not in STOP or match[1] == "May":
            found.setdefault(kind, set()).add((match[2] or match[3]).lower())
    if versions := set(VERSION.findall(text)):
        found.setdefault("version", set()).update(versions)
    return found


def rivals(question: str, text: str, context: str) -> bool:
    """Whether another one than ``question`` asks for is spoken of: PL-10 for PL-50, or 7.4 for 7.4.1.

    ``context`` is what stands above, such as headings. Where the one that is asked for is named too, there is no rival.
    """
    both = f"{text} {context}"
    have = labels(both)
    asked = set(IDENTIFIER.findall(question))
    other = bool(asked) and not any(_has_identifier(both, each) for each in asked)
    return (
        (other and IDENTIFIER.search(both) is not None)
        or any(kind in have and not wanted & have[kind] for kind, wanted in labels(question).items())
        or any(_cut_short(version, both) for version in VERSION.findall(question) if not _DATE.fullmatch(version))
    )


def _has_identifier(text: str, identifier: str) -> bool:
    """Whether ``text`` names an identifier, whole and in letters of either case; an eBook is a name and has forms."""
    if re.match("[a-z][A-Z]", identifier):
        return mentions(text.lower(), identifier.lower())
    behind = r"-?\w" if identifier.startswith("--") else r"\w"
    return re.search(rf"(?<!\w){re.escape(identifier)}(?!{behind})", text, re.IGNORECASE) is not None


def _cut_short(version: str, text: str) -> bool:
    """Whether ``text`` names what ``version`` is a release of, as 7.4 is of 7.4.1, but not that one; 7.4.0 is 7.4."""
    parts = version.removesuffix(".0").split(".")
    return not any(mentions(text, whole) for whole in (version, ".".join(parts))) and any(
        mentions(text, ".".join(parts[:some])) for some in range(2, len(parts))
    )


def content(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order; a date is one as a whole, and so is its year."""
    found = []
    for match in _CONTENT.finditer(text):
        if figure := match["figure"]:
            found.append(_digits(figure.lstrip("vV0")))
            found += re.findall(r"(?<!\d)\d{4}$|^\d{4}(?!\d)", figure) if len(re.findall(r"\d+", figure)) > 2 else ()
        elif (word := match[0].lower()) not in STOP:
            found.append(stem(word))
    return found


def plain(text: str) -> str:
    """``text`` with numbers of several words as digits, and units apart from them: 25 kg for ``twenty-five kg``."""
    apart = _GLUED.sub(
        lambda m: f"{m['money'] or m['number']} {MONEY_SIZES[m['size']] if m['size'] else m['unit']}", text
    )
    return SPELLED.sub(lambda m: m[0] if m[0].lower() in NUMBER_WORDS else value(m[0]), apart)


def value(spelled: str) -> str:
    """The number that `SPELLED` words say."""
    whole, _, part = re.sub(r"[-\s]+", " ", folded(spelled)).partition(" and a ")
    if whole.endswith(" and three quarters"):
        whole, part = whole.removesuffix(" and three quarters"), "three quarters"
    total = last = 0
    for word in whole.split():
        if word == "thousand":
            total, last = 1000 * last, 0
        elif word == "hundred":
            last = 100 * (last or 1)
        else:
            last += 1 if word == "a" else int(NUMBER_WORDS.get(word, "0"))
    return f"{total + last + _PARTS.get(part, 0)}".removesuffix(".0")


def written(text: str) -> Iterator[tuple[int, int]]:
    """Where a number stands with its unit or in several words, which `NUMBER` does not find."""
    yield from (match.span() for pattern in (SPELLED, _GLUED) for match in pattern.finditer(text))


def numbers(text: str) -> set[str]:
    """The numbers in a text, thousands separators removed, number words as digits."""
    text = plain(text)
    digits = {_digits(number) for number in NUMBER.findall(text)}
    return digits | {NUMBER_WORDS[word] for word in words(text) if word in NUMBER_WORDS}


def names(text: str) -> set[str]:
    """Capitalised words and acronyms, the first word of a sentence left out; lower case."""
    found = set()
    for match in NAME.finditer(text):
        before = text[: match.start()].rstrip()
        first = not before or before[-1] in ".!?:\n-•"
        if not first or match.group().isupper():
            found.add(match.group().lower())
    return found


_AS_THEY_ARE = frozenset("andes atlas bias canvas christmas cosmos lens news".split())
"""Words that end like plurals: who asks for news, or for the score of that name, wants nothing new."""


_PERSONS = re.compile(r"(?<=[a-z]{3})(?:men|person|peopl)$")
"""How the words for who does something end besides in -man: a salesperson is a salesman, saleswomen are not."""


_ENDINGS = (("ies", "y"), ("ied", "y"), ("sses", "ss"), ("ing", ""), ("edly", ""), ("ed", ""), ("es", ""), ("s", ""))
_OF_VERBS = frozenset(("ing", "edly", "ed"))
_VOWEL = re.compile(r"[aeiouy]")
"""What a root has: a string is none that was stringed."""
_SEVERAL = re.compile(r"(?<=[aeiouy]\w\w)ings$|(?<=[aeiouy]\w)ings$")
"""Railings are of one railing, which ends like a participle."""
_HISSES = re.compile(r"x|bus|gas")
"""What of three letters has its plural in -es."""
_CLIPPED = re.compile(r"[^aeiou][aeiouy][^aeiouwxy]")
"""What is left of rated and filing, and has lost an e, for fit would be fitted (Porter, 1980)."""
_DOUBLED = re.compile(r"[^aeiou][aeiou]([bdgmnprt])\1")
"""What is left of fitted and running."""


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """The word without its commonest endings."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    word = BASES.get(word, NUMBER_WORDS.get(word, word))
    if word.isdigit() or len(word) < 4 or word in _AS_THEY_ARE:
        return word
    word = _inflected(_SEVERAL.sub("ing", word))
    if word.endswith("e") and len(word) > 4:
        word = word[:-1]
    word = _PERSONS.sub("man", word)
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "aeious" else word


def _inflected(word: str) -> str:
    """A word without the ending of a plural, a past or a participle; a short one as it was before that: rated, rate."""
    for ending, replacement in _ENDINGS:
        root = word.removesuffix(ending)
        if root == word or word.endswith("ss") or len(root) < 3 or not _VOWEL.search(root):
            continue
        if ending == "es" and len(root) == 3 and not _HISSES.search(root):
            return f"{root}e"
        if ending in _OF_VERBS and _CLIPPED.fullmatch(root):
            return f"{root}e"
        if ending in _OF_VERBS and _DOUBLED.fullmatch(root):
            return root[:-1]
        return f"{root}{replacement}"
    return word


def stems(text: str) -> frozenset[str]:
    """The stems of the words between blanks."""
    return frozenset(map(stem, text.split()))


def coverage(wanted: Iterable[str], present: Iterable[str]) -> float:
    """Share of ``wanted`` that is in ``present``; 1 when nothing is wanted."""
    need, have = set(wanted), set(present)
    return len(need & have) / len(need) if need else 1.0


def common_length(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of the longest common subsequence, one row of the table at a time."""
    row = [0] * (len(other) + 1)
    for word in one:
        above_left = 0
        for column, candidate in enumerate(other, start=1):
            above = row[column]
            row[column] = above_left + 1 if word == candidate else max(above, row[column - 1])
            above_left = above
    return row[-1]


def _digits(number: str) -> str:
    """``1,200`` and ``1200`` are one number; ``1.5`` stays; ``2.0`` is 2; ``.5`` is 0.5."""
    grouped = re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", number)
    bare = number.replace(",", "") if grouped else number.replace(",", ".").lower()
    bare = f"0{bare}" if bare.startswith(".") else bare
    return re.sub(r"\.0+$", "", bare) if bare.count(".") == 1 else bare
