"""A row of a table whose cells have their columns' names: which of them answer a question, and how a row is told.

"Start | Monthly fee: EUR 3.90 | Replacement card: EUR 12" is what readers of files make of such a row. An answer says
"Start – Replacement card: EUR 12."
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ragkit.lexical import content, names, numbers, stem, words
from ragkit.sentences import sentence_spans

BETWEEN = " | "
BEHIND_NAME, BEHIND_CELL = " – ", "; "
"""What stands behind the row's name and between two cells of a row that is told."""
RULE = re.compile(r"[ \t]*(?:\|[ \t]*)?(?::?-+:?[ \t]*\|[ \t]*)+(?::?-+:?[ \t]*)?")
"""What parts the columns' names from the rows in Markdown."""
LABEL = re.compile(r"(?P<label>[^:\n]{1,60}): (?=\S)")
ASIDE = re.compile(r"(?<!\s)\s*(?:\([^()]*\)|\bat a time\b)", re.IGNORECASE)
"""Such as a unit behind a name: "Monthly fee (EUR)", "Visitors at a time"."""
TURNS = frozenset("after before except excluding net gross no non not over plus under until up without".split())
"""Words that make another thing of the same words: the profit before tax is none after tax."""
NO_CELL = re.compile(
    r"\b(?:why|how (?:come|do|can|should|to)|what (?:to|(?:should|do|can|must) (?:I|we|you)) do)\b", re.IGNORECASE
)
"""Asks for a reason or for what to do, for which the whole row is little enough."""
PERIODS = frozenset(
    """first second third fourth last next half quarter month week weekend day night spring summer autumn winter hourly
    daily weekly monthly quarterly yearly annual annually""".split()
)
"""Words that ask for a part of what a row may have as a whole: the revenue of the second quarter."""
PER = re.compile(
    r"\b(?:(?:per|an?|each|every) (?P<noun>hour|day|night|week|month|quarter|year)|annual(?:ly)?)\b", re.IGNORECASE
)
"""How often, in other words than "hourly"."""
PRICES = "price cost fee charge rate fare rent tariff premium"
PRICE = stem("price")
PROPERTIES = {
    stem(asked): frozenset(map(stem, told.split()))
    for some, told in {
        "cost pay price fee fare charge expensive cheap cheapest dearest": PRICES,
        "weigh heavy heaviest lightest": "weight mass",
        "long longest shortest": "length duration distance term period",
        "wide broad widest narrowest": "width",
        "deep deepest shallowest": "depth",
        "tall high tallest": "height",
        "loud noisy loudest noisiest quietest": "noise sound",
        "old oldest youngest": "age",
        "fast quick fastest slowest": "speed",
        "phone": "telephone extension mobile",
        "where": "place location room storage site address",
        "people hold": "capacity people person seat",
        "many": "number quantity count",
        "own responsible": "owner person",
        "keep kept retain": "retention storage",
        "expected": "forecast estimate",
        "material": "material",
        "who": "person responsible contact owner holder instructor teacher trainer lecturer tenant",
    }.items()
    for asked in some.split()
}
"""Stems of words that ask for a property, and those of the names that its column may have."""
BY_QUESTION_WORD = {
    "cost": r"how much (?:is|are|for|do(?:es)? (?:I|we|you|one) (?:have to )?pay)\b",
    "where": r"where\b",
    "who": r"who(?:m|se)?\b",
    "many": r"how many\b",
    "material": r"(?:made|built|consists?) (?:of|from)\b",
}
"""Properties for which a question asks without a word for them."""
MONEY = r"(?:€|\$|£|EUR|USD|GBP|CHF)"
AMOUNT = re.compile(
    rf"(?:(?:{MONEY} ?)?\d[\d,.]*(?: ?(?:{MONEY}|euros?|dollars?|pounds?|francs?|cents?|pence))?|free|none|[-–—])"
    r"(?=$|\s*[/(;+]| (?:an?|per|each)\b)"
)
"""What a cell has for a price: money, or a bare number."""
WHO = re.compile(r"who(?:m|se)?\b", re.IGNORECASE)
FIGURES = re.compile(r"[\W_]*\d[^a-z]*", re.IGNORECASE)
"""A cell of figures alone, which names nobody."""
KEY = re.compile(r"[^\W\d_]|\d+")
"""A letter or a number, which names a row only along with what it is of: zone A, class 2."""
LISTED = ", "
"""What stands between the items of a cell, any of which names its row."""
REVERSE = re.compile(
    r"(?:(?:in|at|on|for|from|to|with|of|by) )?"
    r"(?:(?:which|whose) (?:of the )?(?P<noun>\w+)|who|what (?:costs?|weighs?))\b",
    re.IGNORECASE,
)
"""Asks for the row that has a value."""
PLAIN = frozenset(map(stem, "net gross list retail unit piece each eur euro usd gbp chf kg g mm cm m db".split()))
"""Stems beside the name of a property that leave it what it is, as in "Net price (EUR)"."""
LEAST_ROOT = 5
"""Letters of a stem that another one may begin with."""
AGENT = re.compile(r"(?<=\w{2})[eo]r$")
"""How the name ends of who does something: who drives is the driver."""
CODE = re.compile(r"[A-Z]{0,2}[.#]?\d{1,3}[a-z]?")
"""What counts rows: 3, A4. A longer code is a name that people use: T-5023."""
SUBJECTS = frozenset(
    map(
        stem,
        """action task milestone activity deliverable job topic subject title issue problem fault defect incident
        finding requirement decision risk question description summary event""".split(),
    )
)
"""Stems of the names of columns that tell what a row is about whose name only counts it."""
WEEKDAY = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)(?:s|rs?|nes|ur)?(?:day)?s?")
EXPLAINED = 2 / 3
"""The least share of a question's words that row, column and headings have, for the cell to be what it asks for."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell. The first one of a row has the row's name for its value, and often no label."""

    label: str
    value: str

    @property
    def text(self) -> str:
        """The cell as it stands in its row."""
        return f"{self.label}: {self.value}" if self.label else self.value

    @property
    def stems(self) -> set[str]:
        """The stems of its column's name; of its value where it has none."""
        return stems(self.label or self.value)


Shared = tuple[Cell, set[str]]
"""A cell, and the stems that its column shares with a question."""


def stems(text: str) -> set[str]:
    """The stems of a name without its unit, or of a question."""
    return set(content(_with_adverbs(ASIDE.sub("", text))))


def with_days(text: str) -> set[str]:
    """Stems of words, days of the week by their beginning: Sat is Saturday."""
    return {day[1] if (day := WEEKDAY.fullmatch(each)) else each for each in content(text)}


def _with_adverbs(text: str) -> str:
    """A text with the fee per hour as an hourly fee."""
    return PER.sub(lambda match: "daily" if match["noun"] == "day" else f"{match['noun'] or 'year'}ly", text)


def texts(row: str) -> list[str]:
    """The cells of a row as they stand in it, whether or not they have their columns' names."""
    return row.strip("| ").split(BETWEEN)


def value_at(row: str, place: int) -> str:
    """What the cell at a place of a row says, without its column's name; empty where there is no such cell."""
    return LABEL.sub("", "".join(texts(row)[place : place + 1]), count=1).strip()


def cells(row: str) -> list[Cell]:
    """The cells of a row with the names of its columns; nothing for what is no such row."""
    found = []
    for text in texts(row) if "\n" not in row else ():
        label = LABEL.match(text)
        found.append(Cell(label["label"], text[label.end() :]) if label else Cell("", text))
    return found if any(cell.label for cell in found[1:]) else []


def asked_cells(question: str, row: str, around: str = "") -> list[Cell]:
    """The cells of a row in a column that a question names along with the row; ``around`` is what stands above.

    The row is named by all words of its first cell or, if not by that, of another one, which is then told, too; a
    column by the most words that any shares with the question, or as the one that has the property which is asked for.
    Which row has a value is told by the cell with that. There is little else in the question that neither they nor what
    is above have.
    """
    found, asked = cells(row), stems(question)
    named = [cell for cell in found if _is_named(cell, question, asked)]
    if not named or NO_CELL.search(question):
        return []
    name = named[0]
    key = like(stems(name.value), asked) | _kind_of(name, found, question)
    columns, least = _columns(question, [cell for cell in found[1:] if cell != name], key, around)
    reverse = REVERSE.match(question)
    if not any(shared for _, shared in columns) and name != found[0] and reverse:
        asked -= set(content(reverse["noun"] or ""))
        columns = [(name, like(stems(name.label), asked) | _like_in_meaning(name.stems, asked, PLAIN))]
    meant = most_shared(columns) + also_named(question, columns)
    known = key.union(stems(around), *(shared for _, shared in columns), *(stems(cell.value) for cell in named))
    known |= like(stems(name.label), asked)
    priced = [cell for cell in meant if AMOUNT.match(cell.value)] if _asks_price(asked - known) else meant
    if not priced or _has_strangers(question, f"{row} {around}", known) or len(asked & known) < least * len(asked):
        return []
    return [cell for cell in found[1:] if cell == name or cell in priced]


def _columns(question: str, others: Sequence[Cell], key: set[str], around: str) -> tuple[list[Shared], float]:
    """What a question shares with each column beside the one that names the row, and the least that explains it.

    By words or, where it has no column's, by the property that is asked for, which explains nothing else.
    """
    asked = stems(question) - key
    columns = [(cell, like(cell.stems, asked)) for cell in others if not turns(cell.label, question)]
    if any(shared for _, shared in columns):
        return columns, EXPLAINED
    return _of_property(others, properties(question) - key, around), 1


def _kind_of(name: Cell, found: Sequence[Cell], question: str) -> set[str]:
    """The stems of a column that a question has only to say what a row is: the action A2."""
    labels = [cell.label for cell in found if cell.label and CODE.fullmatch(name.value)]
    said = [rf"\b{re.escape(label)} {re.escape(name.value)}(?!\w)" for label in labels]
    matches = [match for each in said if (match := re.search(each, question, re.IGNORECASE))]
    return {each for match in matches for each in stems(match[0])}


def also_named(question: str, columns: Sequence[Shared]) -> list[Cell]:
    """The cells in columns of which a question has the whole names, where it asks for one and another."""
    both = " and " in question.lower()
    return [cell for cell, shared in columns if both and cell.stems and cell.label and len(shared) >= len(cell.stems)]


def most_shared(columns: Sequence[Shared]) -> list[Cell]:
    """The cells with the most of the stems that each shares with a question; of these the ones with the rarest.

    Of "organic waste" the column "Organic" has what no other one has, "Garden waste" and "Residual waste" the same.
    """
    counts = Counter(each for _, shared in columns for each in shared)
    ranks = [(cell, (len(shared), -min((counts[each] for each in shared), default=0))) for cell, shared in columns]
    most = max((rank for _, rank in ranks), default=(0, 0))
    return [cell for cell, rank in ranks if most[0] and rank == most]


def _has_strangers(question: str, every: str, known: set[str]) -> bool:
    """Whether a question has a name, a number or a period that stands neither in a row nor above it."""
    strange = (numbers(question) | names(question)) - numbers(every) - names(every)
    strange |= PERIODS.intersection(words(_with_adverbs(question))) - set(words(_with_adverbs(every)))
    return any(not known.issuperset(content(each)) for each in strange)


def _is_named(cell: Cell, question: str, asked: set[str]) -> bool:
    """Whether a question has all words of a cell's value, be it what the row is of, and no word that turns it."""
    of, own = key_of(cell), stems(cell.value)
    if of and (of.isalpha() or _keys(cell.label, question)):
        return of in _keys(cell.label, question)
    items = [item for item in cell.value.split(LISTED) if cell.label and not item[:1].islower()]
    every = [own, *map(stems, items)]
    return not turns(ASIDE.sub("", cell.value), question) and any(
        one and all(like({each}, asked) for each in one) for one in every
    )


def key_of(cell: Cell) -> str:
    """The letter or number that is all that a row has for a name, in small letters; empty where it has another one."""
    return cell.value.lower() if cell.label and KEY.fullmatch(cell.value) else ""


def _keys(label: str, question: str) -> list[str]:
    """The letters and numbers that a question has of what a column names: 3 of a zone in "zone 3"."""
    *_, last = words(ASIDE.sub("", label)) or [""]
    behind = re.findall(rf"\b{re.escape(last)}[ -](\w+)\b", question, re.IGNORECASE)
    return [each.lower() for each in behind if KEY.fullmatch(each)]


def is_of_another_key(question: str, row: str) -> bool:
    """Whether a row is of another letter or number than a question names: of zone B, not of zone A."""
    first = next(iter(cells(row)), None)
    of = key_of(first) if first else ""
    asked = _keys(first.label, question) if first and of else []
    return bool(asked) and of not in asked


def _asks_price(asked: set[str]) -> bool:
    return any(PRICE in PROPERTIES.get(each, ()) for each in asked)


def properties(question: str) -> set[str]:
    """The stems of a question, and those of properties for which it asks by "where" or "how much"."""
    unsaid = {
        stem(name) for name, pattern in BY_QUESTION_WORD.items() if re.search(rf"\b{pattern}", question, re.IGNORECASE)
    }
    return stems(question) | unsaid


def is_property(cell: Cell, asked: set[str]) -> bool:
    """Whether the column of a cell is the property that the stems ``asked`` for ask for, and nothing else."""
    return bool(cell.label and _like_in_meaning(cell.stems, asked, PLAIN))


def _of_property(some: Sequence[Cell], asked: set[str], around: str) -> list[Shared]:
    """Cells with the stems ``asked`` for that ask for the property which their column is.

    That is the property alone, or each of several kinds of it, such as a regular and a reduced fee; or it is an amount
    below a heading that tells what all amounts are.
    """
    alone = [(cell, _like_in_meaning(cell.stems, asked, PLAIN)) for cell in some if cell.label]
    if any(shared for _, shared in alone):
        return alone
    kinds = [(cell, shared) for cell in some if cell.label and (shared := _like_in_meaning(cell.stems, asked))]
    if len(kinds) > 1:
        return kinds
    told = _like_in_meaning(stems(around), asked) if not kinds else set()
    return [(cell, told) for cell in some if told and AMOUNT.match(cell.value)]


def _like_in_meaning(own: set[str], asked: set[str], beside: Collection[str] | None = None) -> set[str]:
    """Those of the stems ``asked`` for that ask for a property of which ``own`` has a name, and what is ``beside`` it.

    Without ``beside`` anything may be.
    """
    return {
        each
        for each in asked
        if (names := PROPERTIES.get(each)) and own & names and (beside is None or own <= names | set(beside))
    }


def explained(some: Sequence[Cell], asked: set[str]) -> set[str]:
    """Those of the stems ``asked`` for that ask for a property of which a column has a name."""
    return {each for cell in some if cell.label for each in _like_in_meaning(cell.stems, asked)}


def may_answer(question: str, cell: Cell) -> bool:
    """Whether a cell can be what a question asks for: who does something is no date."""
    return not (WHO.match(question) and FIGURES.fullmatch(cell.value))


def like(own: set[str], asked: set[str]) -> set[str]:
    """Those of the stems ``asked`` for that are among a cell's, or of the same root: who manages is the manager."""
    roots = tuple(root for root in own if len(root) >= LEAST_ROOT)
    agents = {stem(AGENT.sub(end, each)) for each in own if AGENT.search(each) for end in ("", "e")}
    agents |= {f"{each.removesuffix('ier')}y" for each in own if each.endswith("ier")}
    return {
        each
        for each in asked
        if each in own | agents
        or (len(each) >= LEAST_ROOT and each.startswith(roots))
        or any(root.startswith(each) for root in roots if len(each) >= LEAST_ROOT)
    }


def turns(name: str, question: str) -> bool:
    """Whether a name has a word that makes another thing of what is asked for, or lacks one that does."""
    told, asked = set(words(name)), set(words(question))
    return bool(TURNS & told - asked) or ("without" in asked and "with" in told)


def subject(row: str) -> Cell | None:
    """The cell that tells what a row is about whose name only counts it, such as the action A4."""
    first, *others = cells(row) or [Cell("", "")]
    of = [cell for cell in others if (name := content(cell.label)) and name[-1] in SUBJECTS]
    return of[0] if of and not first.label and CODE.fullmatch(first.value) else None


def told(row: str, some: Sequence[Cell] = (), about: Cell | None = None) -> str:
    """What is said of a row in one sentence: its name, or what it is ``about``, and ``some`` of its cells or all.

    Empty for what is no such row, and where a cell holds a sentence and more.
    """
    found = cells(row)
    name = about.value if about else found[0].text if found else ""
    text = BEHIND_CELL.join(cell.text for cell in some or found[1:] if cell != about)
    is_one = len(sentence_spans(text)) == 1 and (not about or len(sentence_spans(f"{name}{BEHIND_NAME}{text}")) == 1)
    return f"{name}{BEHIND_NAME}{text}" if found and is_one else ""


def tells(claim: str, row: str) -> bool:
    """Whether a claim is what is `told` of a row, of whichever of its cells."""
    found, about = cells(row), subject(row)
    names = [f"{name}{BEHIND_NAME}" for name in (*(cell.text for cell in found[:1]), *([about.value] if about else []))]
    name = next((name for name in names if claim.startswith(name)), "")
    if not name:
        return False
    rest = claim.removeprefix(name).rstrip(" .")
    for cell in found[1:]:
        if rest == cell.text.rstrip(" ."):
            return True
        rest = rest.removeprefix(f"{cell.text}{BEHIND_CELL}")
    return False
