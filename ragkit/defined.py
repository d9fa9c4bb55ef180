"""Names that a document gives to a party or an institution: Kestrel Ltd ("the Distributor"), Federal Data Office (FDO).

What is defined once is called by the other name ever after, so a question that uses the one is put in the words of a
text that uses the other. Acronyms are told by the initials before them (Schwartz & Hearst 2003, "A Simple Algorithm
for Identifying Abbreviation Definitions in Biomedical Text"), and so are persons in minutes: Ada Byron (AB). English;
no model.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ragkit.lexical import STOP

LONGEST_GAP = 200
"""Characters from the begin of a name to the bracket with the other: an address, a register's number."""
_LEGAL = (
    r"(?:Ltd|Limited|Inc|Incorporated|Corp|Corporation|LLC|LLP|plc|PLC|GmbH|AG|SE|KG|e\. ?V|S\.?A\.?S?|SARL|S\.?r\.?l|"
    r"S\.?p\.?A|B\.?V|N\.?V|AB|AS|A/S|ApS|Oyj?|Pty|Co|Kft|d\.o\.o|a\.s)\b\.?"
)
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
_WORD = rf"{_CAPITAL}[\w&'’/-]*"
_NAME = rf"{_WORD}(?: (?:(?:of|for|the|de|la|von|van|&) )*(?:{_WORD}|\d+(?=\s)))*"
_COMPANY = rf"{_WORD}(?:,? (?:(?:of|for|the|and|de|la|von|van|&) )*{_WORD}){{0,8}}?,? {_LEGAL}"
_OPEN, _CLOSE = r"[\"“”„‘'«]", r"[\"“”’'»]"
_CALLED = (
    r"(?:(?:hereinafter|hereafter|herein|below|in the following|also)\b[\s,:]*"
    r"(?:(?:referred to|known|called|named)\b)?(?: as)?\s*)"
)
_SHORT = rf"(?:the\s+)?{_WORD}(?: {_WORD}){{0,2}}"
_QUOTED = re.compile(rf"((?:\bthe\s+)?{_OPEN}\s*{_SHORT},?\s*{_CLOSE})")
_BRACKETS = re.compile(rf"\(([^()]{{2,90}})\)|,\s*{_CALLED}((?:the\s+)?{_OPEN}?{_SHORT}{_CLOSE}?)")
_UNQUOTED = re.compile(rf"\s*{_CALLED}({_SHORT})\s*")
_MEANS = re.compile(rf"{_OPEN}({_SHORT}){_CLOSE}\s+(?:means|shall mean|refers to|is)\s+({_COMPANY})")
_ROLES = """Agent Assignee Assignor Borrower Buyer Carrier Client Company Consultant Contractor Controller Customer
Distributor Employee Employer Franchisee Franchisor Guarantor Insurer Landlord Lender Lessee Lessor Licensee Licensor
Manufacturer Operator Owner Principal Processor Provider Publisher Purchaser Recipient Retailer Seller Sponsor
Subcontractor Supplier Tenant Vendor""".split()
_LABELLED = re.compile(
    rf"^[ \t>|*-]*((?:The )?(?:{_WORD} )?(?:{'|'.join(_ROLES)}))[ \t]*[:|][ \t]*({_COMPANY})", re.MULTILINE
)
_ENDS = re.compile(
    r"[;:()]|\n\s*\n|(?<!\b[A-Z][a-z])(?<!Ltd)(?<!Inc)\.\s+(?=[A-Z])"
    r"|\b(?:[Bb]etween|by and|whereas)\s+(?=(?:the )?[A-Z])"
)
_ACRONYM = re.compile(r"[A-Z][A-Za-z&]{1,9}")
_INITIALS = re.compile(r"\(([A-Z]{2,4})\)")
_PLACE = re.compile(
    r"\b((Area|Bay|Branch|Building|Campus|Depot|District|Dock|Floor|Gate|Hall|House|Lab|Line|Office|Plant|Region|Room|Shop"
    rf"|Site|Station|Store|Terminal|Unit|Ward|Warehouse|Wing|Yard|Zone) \d+[A-Za-z]?) \(({_WORD}(?: {_WORD})?)\)"
)
_TITLE = r"(?:(?:Mr|Mrs|Ms|Dr)\b\.?\s+)?"
_LEADING = frozenset("a an the this that these those our your both each between by with for in at of from as".split())
_NO_PARTY = frozenset(
    "annex appendix article chapter clause exhibit figure paragraph part schedule section table".split()
)


@dataclass(frozen=True, slots=True)
class Defined:
    """Two names of one party, each in the forms that may stand for it, the longest first.

    A ``person`` who has initials is called by them wherever these stand.
    """

    long: tuple[str, ...]
    short: tuple[str, ...]
    person: bool = False


@dataclass(frozen=True, slots=True)
class Called:
    """A question with another ``name`` of a party."""

    question: str
    name: str


def renamed(question: str, defined: Sequence[Defined], *texts: str) -> str:
    """``question`` with what the first of the ``texts`` that names it at all calls by its other name, called so."""
    for each in defined:
        for own, other in ((each.long, each.short), (each.short, each.long)):
            asked = _asked(own, question, each)
            told = [_without_definition(text, each) for text in texts] if each.person else texts
            text = next((text for text in told if _has(own, text) or _has(other, text)), "")
            if asked and text and not _has(own, text):
                question = _put(question, asked, next(name for name in other if _has((name,), text)))
    return question


def called(question: str, defined: Defined) -> Called | None:
    """The question with the other name of the party, if it names that."""
    for own, other in ((defined.long, defined.short), (defined.short, defined.long)):
        if asked := _asked(own, question, defined):
            return Called(_put(question, asked, other[0]), other[0])
    return None


@lru_cache(maxsize=4096)
def definitions(text: str) -> tuple[Defined, ...]:
    """The pairs of names that ``text`` defines."""
    plain = re.sub(r"[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}", "", text) if "*" in text or "_" in text else text
    persons = _persons(plain)
    initials = {each.short for each in persons}
    bracketed = [each for each in _bracketed(plain) if each.short not in initials]
    found = [*persons, *bracketed, *_said(plain), *_places(plain)]
    return tuple(dict.fromkeys(each for each in found if each.short))


def _persons(text: str) -> list[Defined]:
    """Those of whom a text gives the initials, which it does of several: one alone may be an office."""
    found: dict[str, str] = {}
    for match in _INITIALS.finditer(text):
        name = _spelt_out(text[max(0, match.start() - LONGEST_GAP) : match.start()].rstrip(), match[1])
        if re.fullmatch(rf"{_WORD}(?: {_WORD}){{1,2}}", name) and "".join(word[0] for word in name.split()) == match[1]:
            found[name] = match[1]
    shared = Counter(word for name in found for word in name.split())
    return [
        Defined((name, *(word for word in (name.split()[0], name.split()[-1]) if shared[word] == 1)), (short,), True)
        for name, short in found.items()
        if len(found) > 1
    ]


def _places(text: str) -> Iterator[Defined]:
    """Numbered places of one kind and where each lies: Unit 7 (Trimley) and Unit 12 (Hull); one alone may hold it."""
    found = {(kind, place): name for place, kind, name in _PLACE.findall(text)}
    often, names = Counter(kind for kind, _ in found), Counter(found.values())
    for (kind, place), name in found.items():
        if often[kind] > 1 and names[name] == 1:
            yield Defined((place,), (name,))


def _said(text: str) -> Iterator[Defined]:
    """Names that a sentence or a line with a label tells; of a label on several lines no single party has it."""
    labelled = list(_LABELLED.finditer(text))
    often = Counter(match[1] for match in labelled)
    for match in (*_MEANS.finditer(text), *(each for each in labelled if often[each[1]] == 1)):
        yield Defined(_forms(_bare(match[2].rstrip("."))), _roles([match[1]]))


def _bracketed(text: str) -> Iterator[Defined]:
    last = 0
    for match in _BRACKETS.finditer(text):
        before = text[max(last, match.start() - LONGEST_GAP) : match.start()]
        last = match.end()
        inside = match[1] or match[2]
        names = _QUOTED.findall(inside) or [found[1] for found in [_UNQUOTED.fullmatch(inside)] if found]
        names = names or ([inside] if match[2] else [])
        if names:
            if party := _party(before):
                forms = _forms(party)
                yield Defined(forms, tuple(each for each in _roles(names) if each not in forms))
        else:
            yield from _acronym(before.rstrip(), inside.strip())


def _acronym(before: str, inside: str) -> Iterator[Defined]:
    """An acronym in brackets behind what it stands for, or before that in brackets."""
    short = re.search(rf"{_ACRONYM.pattern}$", before)
    if _ACRONYM.fullmatch(inside) and (long := _spelt_out(before, inside)):
        yield Defined((long,), (inside,))
    elif short and _spelt_out(inside, short[0]) == inside:
        yield Defined((inside,), (short[0],))


def _party(before: str) -> str:
    """The name that a bracket behind ``before`` gives another one to; empty where there is none."""
    clause = _ENDS.split(before)[-1].rstrip(" ,\n")
    if companies := re.findall(_COMPANY, clause):
        return _bare(companies[-1])
    runs = list(re.finditer(_NAME, clause))
    # an address stands between the name and its bracket
    told = [run for run in runs[:1] if _is_addressed(clause, run)]
    told = told or [run for run in runs[-1:] if run.end() == len(clause)]
    name = _bare(told[0][0]) if told else ""
    article = re.search(r"\bthe\s+$", clause[: told[0].start()], re.IGNORECASE) if told else None
    return f"the {name}" if article and name else name


def _is_addressed(clause: str, run: re.Match[str]) -> bool:
    """Whether a clause begins with a name, "and" and "the" aside, and a comma follows; "In Leeds," is none."""
    before = {word.lower() for word in clause[: run.start()].split()}
    lead = run[0].split()[0].lower()
    return before <= {"and", "the"} and lead not in STOP - {"the"} and clause[run.end() : run.end() + 1] == ","


def _bare(name: str) -> str:
    """A name without the words that only begin a sentence; empty where it names a part of the document."""
    said = name.split()
    while said and said[0].lower() in _LEADING:
        said = said[1:]
    return "" if not said or said[0].lower() in _NO_PARTY or len(" ".join(said)) < 3 else " ".join(said)


def _forms(name: str) -> tuple[str, ...]:
    """A party's name, the name without its legal form, and that name's first word; of a person the last one, too."""
    if name.startswith("the "):
        return _roles([name])
    bare = re.sub(rf",? {_LEGAL}(?: {_LEGAL})*$", "", name).rstrip(",")
    said = bare.split()
    one = [said[0]] if bare != name else [said[-1]] if len(said) == 2 else []
    return tuple(dict.fromkeys([name, bare, *(word for word in one if len(word) > 2 and word.lower() not in STOP)]))


def _roles(names: Sequence[str]) -> tuple[str, ...]:
    """Names in brackets: each with its article, and without."""
    return tuple(dict.fromkeys(form for name in names for form in (_single(name), _single(name).removeprefix("the "))))


def _single(name: str) -> str:
    bare = " ".join(re.sub(rf",?\s*{_CLOSE}$|{_OPEN}", "", name).split())
    return f"the {bare[4:]}" if bare[:4].lower() == "the " else bare


def _spelt_out(before: str, acronym: str) -> str:
    """The last words of ``before`` whose initials are ``acronym``; empty where they are not."""
    said = list(re.finditer(r"[^\W_][\w'’]*", before))
    letters = acronym.removesuffix("s").replace("&", "").lower()
    if sum(map(str.isupper, acronym)) < 2:
        return ""
    place = len(said)
    for letter in reversed(letters):
        place -= 1
        while place >= 0 and said[place][0][0].lower() != letter and said[place][0].lower() in STOP:
            place -= 1
        if place < 0 or said[place][0][0].lower() != letter:
            return ""
    long = before[said[place].start() :].strip() if place < len(said) else ""
    return " ".join(long.split()) if "\n\n" not in long else ""


def _named(names: Sequence[str], question: str) -> re.Match[str] | None:
    """Where the question has the longest of the names that it has."""
    lower = question.islower()
    for name in names:
        if found := _pattern(name, lower or " " in name or name.isupper()).search(question):
            return found
    return None


def _asked(names: Sequence[str], question: str, defined: Defined) -> re.Match[str] | None:
    """Where the question names a party; a person also with a title, or by one name with no other beside it."""
    if not defined.person:
        return _named(names, question)
    for name in names:
        for found in re.finditer(rf"(?<![\w-]){_TITLE}{re.escape(name)}(?![\w-])", question):
            before, after = question[: found.start()], question[found.end() :]
            beside = re.search(r"\b(?:[Tt]he|(?<!^)[A-Z][\w-]*)\s+$", before) or re.match(r"\s+[A-Z][a-z]", after)
            if " " in name or not beside:
                return found
    return None


def _without_definition(text: str, defined: Defined) -> str:
    """``text`` but for the place that tells a person's initials, which says nothing of what they are called there."""
    return re.sub(rf"{re.escape(defined.long[0])}\s*\({defined.short[0]}\)", "", text)


def _has(names: Sequence[str], text: str) -> bool:
    return any(_pattern(name, " " in name).search(text) for name in names)


@lru_cache(maxsize=4096)
def _pattern(name: str, any_case: bool) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, name.split()))
    return re.compile(rf"(?<![\w-]){words}(?![\w-])", re.IGNORECASE if any_case else 0)


def _put(question: str, asked: re.Match[str], name: str) -> str:
    """``name`` in the place of what was ``asked``, with one article at most."""
    before = question[: asked.start()]
    if re.search(r"\b(?:the|a|an|this|our)\s+$", before, re.IGNORECASE):
        name = name.removeprefix("the ")
    return f"{before}{name}{question[asked.end() :]}"
