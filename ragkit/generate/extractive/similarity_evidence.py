"""Sentences as candidates for an answer, and what their words say about them.

What is common to the scorers, and the scorer that needs no trained reader: embedding similarity, shared words and
place. Scores are those of a logistic regression (the fits stand in DECISIONS.md), so they are probabilities, and
abstention is a threshold on them.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ragkit.cells import cells, is_of_another_key
from ragkit.code import is_code
from ragkit.generate.extractive.answer_types import asked_for, lacks
from ragkit.generate.extractive.question_rewriting import Asked
from ragkit.generate.extractive.rows_by_day import rows_of_day
from ragkit.generate.extractive.rows_by_range import Fit, column_in_range, rows_in_range
from ragkit.generate.extractive.rows_by_value import ONES_OWN, rows_with_value
from ragkit.generate.wording import ASKS
from ragkit.lexical import NUMBER, content, names, rivals, stem, words
from ragkit.odds import logistic
from ragkit.sentences import names_what_follows, sentence_spans, with_yes_or_no
from ragkit.types import Evidence, Hit

if TYPE_CHECKING:
    from ragkit.protocols import Embedder
    from ragkit.registry import Context

SHORTEST_WORDS = 3
LONGEST_SENTENCE = 400
"""Characters."""
NAMES = 3
"""Lines one after the other that name the same thing, such as a short and a long option."""
TERM = re.compile(r"^-{1,2}\w|\w_\w|\w\(|\w=|<\w+>|[a-z]\w*\.[a-z]\w|[a-z][A-Z]")
"""What is code in a line that names something, such as an option, a parameter or a function."""
RECORD = re.compile(r" \| [^|:]{1,60}: ")
"""A cell with its column's name."""
OF_A_NAME = re.compile(
    r"\b(?:in|for|of|to|from|at) (?:the )?(?P<name>(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Febr)uary|March"
    r"|April|May|June|July|August|(?:Sept|Nov|Dec)ember|October|Christmas|Easter)[A-Z][\w-]*(?: [A-Z][\w-]*)*)"
    r"(?=[?.,]|$| (?:in|cost|per|get|have)\b)"
)
"""Whose value is asked for: "in Sweden"."""
COLUMNS = re.compile(r"\S {2,}(?=\S)[^\n]*\Z|\t")
"""What a line of a schedule has: "12 Nov   7 p.m.   Heat pumps or gas?" is a title at a time, and asks nothing."""

RUNNING_NUMBER = re.compile(r"_?id: \d+", re.IGNORECASE)
"""A record's place among others, which answers nothing."""

BIAS = -8.1
WEIGHTS = {"cosine": 4.1, "coverage": 2.5, "context": 1.6, "rank": 3.7, "short": -1.9}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage with what stands around it.

    One that ``names_columns`` of a table answers nothing, for the rows tell them; it counts for how rare a word is.
    ``name`` is the last line above it that names what follows, or the last heading.
    """

    passage: int
    start: int
    end: int
    text: str
    context: str
    names_columns: bool = False
    name: str = ""


class SimilarityEvidence:
    """Scores every sentence of the passages against the question."""

    def __init__(self, embedder: Callable[[], Embedder]) -> None:
        self._embedder = embedder

    def score(self, question: str, passages: Sequence[Hit]) -> list[Evidence]:
        """Sentences of the passages, best first, each with the probability that it answers."""
        found = list(candidates(passages))
        if not found:
            return []
        vectors = self._embedder().embed_passages([_embedded(candidate) for candidate in found])
        cosines = (vectors @ self._embedder().embed_queries([question])[0]).tolist()
        words_say = word_signals(question, found, passages)
        signals = [{**signal, "cosine": cosine} for signal, cosine in zip(words_say, cosines, strict=True)]
        return ranked(found, signals, WEIGHTS, BIAS)


def from_context(argument: str, context: Context) -> SimilarityEvidence:
    """The scorer that needs nothing but the store's embedder."""
    return SimilarityEvidence(context.embedder)


def candidates(passages: Sequence[Hit]) -> Iterator[Candidate]:
    """The sentences of the passages, headings left out; a line that names what follows is context of that, too.

    The first sentence about an option, a parameter or a function begins with that term: what it says is of no use
    without it. A question answers nothing; it is context of the paragraph that answers it.
    """
    for number, hit in enumerate(passages):
        whole, above = hit.chunk.text, " ".join([hit.chunk.title, *hit.chunk.headings])
        named: list[str] = []
        asked, last = list[str](), 0
        term, after_name = -1, False
        for start, end in _spans(whole):
            text = whole[start:end]
            names = names_what_follows(whole, start, end) and not is_code(whole, start)
            if ASKS.search(text) and not COLUMNS.search(text):
                asked = [*asked, text] if last < 0 else [text]
                last = -1
                continue
            if last >= 0 and "\n\n" in whole[last:start]:
                asked = []
            last = end
            if (
                words(text)
                and not RUNNING_NUMBER.fullmatch(text)
                and not any(text in heading for heading in hit.chunk.headings)
            ):
                first = start if names or term < 0 else term
                context = " ".join([above, *named, *asked])
                name = (*hit.chunk.headings, *named)[-1:]
                yield Candidate(number, first, end, whole[first:end], context, _heads(whole, end, text), "".join(name))
            if names:
                named = [*named[1 - NAMES :], text] if after_name else [text]
                term = (start if term < 0 else term) if TERM.search(text) else -1
            else:
                term = -1
            after_name = names


def _heads(whole: str, end: int, text: str) -> bool:
    """Whether a line has the names of a table's columns, which its rows tell again, perhaps with a unit."""
    below = whole.find("\n", end + 1)
    row = whole[end:below] if below > 0 else whole[end:]
    return any(re.search(rf" \| {re.escape(column)}(?: \([^()]*\))?: ", row) for column in text.split(" | ")[1:])


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Sentences; a long one that runs over lines is no prose (settings, a log, a list without marks) but its lines."""
    for start, end in with_yes_or_no(text, sentence_spans(text)):
        if end - start <= LONGEST_SENTENCE or "\n" not in text[start:end]:
            yield start, end
            continue
        for line in re.finditer(r"\S[^\n]*", text[start:end]):
            yield start + line.start(), start + line.start() + len(line.group().rstrip())


def word_signals(question: str, found: Sequence[Candidate], passages: Sequence[Hit]) -> list[dict[str, float]]:
    """What the words say of each candidate, each between 0 and 1; the question is put in its words.

    ``coverage`` is the share of the question's words that stand in the sentence, weighted by their rarity; ``context``
    the share that stands in its headings only; ``rival`` is 1 when both have another one of a kind than is asked for
    (PL-10 for PL-50); ``lacks`` is 1 when it has nothing of the sort that is asked for, such as a weight; ``rank``
    falls with the passage's; ``drop`` is the share by which the passage's retrieval score falls short of the best;
    ``short`` is 1 for a fragment.
    """
    kind, (beside, held) = asked_for(question), rival_rows(question, found, passages)
    rarity = _rarity([candidate.text for candidate in found])
    best = max((hit.score for hit in passages), default=0.0) or 1.0
    put, stems_of = Asked(question, passages), cache(content)
    signals = []
    for candidate in found:
        here, around = set(content(candidate.text)) | held.get(candidate, set()), set(content(candidate.context))
        whole = passages[candidate.passage].chunk.text
        asked = put.of(candidate.passage, candidate.text, candidate.context, whole)
        wanted = stems_of(asked)
        total = sum(map(rarity, wanted)) or 1.0
        signals.append(
            {
                "coverage": sum(rarity(word) for word in wanted if word in here) / total,
                "context": sum(rarity(word) for word in wanted if word in around - here) / total,
                "rival": float(candidate in beside or rivals(asked, candidate.text, candidate.context)),
                "lacks": float(lacks(kind, candidate.text)),
                "rank": 1 / (1 + candidate.passage),
                "drop": min(1.0, (best - passages[candidate.passage].score) / abs(best)),
                "short": float(len(words(candidate.text)) < SHORTEST_WORDS),
            }
        )
    return signals


def rival_rows(
    question: str, found: Sequence[Candidate], passages: Sequence[Hit]
) -> tuple[set[Candidate], dict[Candidate, set[str]]]:
    """Rows that the question does not ask for; and those whose range or day fits, with the stems of the amount or day.

    "What does Team cost?" is not answered by the row of "Starter", nor "When in zone A?" by that of zone B, nor "What
    of 60 kg?" by that of "up to 50 kg", nor "What is the allowance in Sweden?" by that of "Norway" where nothing is
    said of Sweden. That of "up to 80 kg" has the stems of "60 kg", as if it said so.
    """
    beside, held = set[Candidate](), dict[Candidate, set[str]]()
    named, asked = {stem(name) for name in names(question)}, set(content(question))
    stranger = _is_of_a_stranger(question, found)
    by_passage = defaultdict[int, list[Candidate]](list)
    for row in _rows(found):
        by_passage[row.passage].append(row)
    for rows in by_passage.values():
        first = {row: set(content(row.text.strip("| ").split(" | ")[0])) for row in rows}
        if any(cell & named and RECORD.search(row.text) for row, cell in first.items()):
            beside |= {row for row in rows if RECORD.search(row.text) and not first[row] & asked}
        beside |= {row for row in rows if is_of_another_key(question, row.text)}
        if stranger:
            beside |= {row for row in rows if row.text.strip("| ")[:1].isupper() and not first[row] & asked}
    for table in tables(found, passages):
        beside |= set(table).difference(asked_rows(question, table) or table)
    for some, fit in _fits(question, found, passages):
        beside |= {some[number] for number, fits in fit.rows.items() if not fits}
        held |= {some[number]: set(fit.stems) for number, fits in fit.rows.items() if fits}
    return beside, held


def _fits(
    question: str, found: Sequence[Candidate], passages: Sequence[Hit]
) -> Iterator[tuple[Sequence[Candidate], Fit]]:
    """Rows, those of a passage or of a whole table, and which of them are for an amount or a day that is named.

    Days a week apart may stand in as many passages.
    """
    rows, whole = _rows(found), tables(found, passages)
    apart = [row for row in rows if not cells(row.text)]
    for number in {row.passage for row in rows}:
        own = [row for row in rows if row.passage == number]
        if fit := rows_in_range(question, [row.text for row in own]):
            yield own, fit
        whole.append([row for row in apart if row.passage == number])
    for table in whole:
        if fit := rows_of_day(question, [row.text for row in table]):
            yield table, fit


def tables(found: Iterable[Candidate], passages: Sequence[Hit]) -> list[list[Candidate]]:
    """The rows of each table, whose cells have their columns' names, in whichever passages of its document they are."""
    apart = defaultdict[tuple[str, tuple[str, ...], str], dict[int, Candidate]](dict)
    for row in _rows(found):
        if some := cells(row.text):
            chunk = passages[row.passage].chunk
            apart[chunk.uri, chunk.headings, some[1].label].setdefault(chunk.start + row.start, row)
    return [[rows[place] for place in sorted(rows)] for rows in apart.values()]


def asked_rows(question: str, table: Sequence[Candidate]) -> list[Candidate]:
    """The rows of a table that have the values which a question names, where these tell them apart."""
    fits = rows_with_value(question, tuple(row.text for row in table))
    return [row for row, is_asked in zip(table, fits, strict=True) if is_asked] if fits else []


def _is_of_a_stranger(question: str, found: Sequence[Candidate]) -> bool:
    """Whether the question is for the value of a name that stands nowhere."""
    match = OF_A_NAME.search(question)
    name = set(content(match["name"])) if match and not ONES_OWN.search(question) else set()
    return bool(name) and not any(name & set(content(f"{each.context} {each.text}")) for each in found)


def reworded(question: str, hit: Hit) -> str:
    """The question with a row's range or day, or a column's name, for what is in it: a reader compares none."""
    rows = _rows(candidates([hit])) if NUMBER.search(question) else []
    if fit := _fit(question, rows):
        return fit.question
    return next((column[0] for row in rows if (column := column_in_range(question, row.text))), question)


def _fit(question: str, rows: Sequence[Candidate]) -> Fit | None:
    """Which rows of a passage are for an amount or a day that a question names."""
    texts = [row.text for row in rows]
    return rows_in_range(question, texts) or rows_of_day(question, texts)


def _rows(found: Iterable[Candidate]) -> list[Candidate]:
    return [each for each in found if " | " in each.text and not each.names_columns]


def ranked(
    found: Sequence[Candidate], signals: Sequence[Mapping[str, float]], weights: Mapping[str, float], bias: float
) -> list[Evidence]:
    """The candidates as evidence, best first, by the logistic of their weighted signals."""
    scored = [
        Evidence(each.passage, each.start, each.end, logistic(bias + sum(w * signal[n] for n, w in weights.items())))
        for each, signal in zip(found, signals, strict=True)
        if not each.names_columns
    ]
    return sorted(scored, key=lambda evidence: (-evidence.score, evidence.passage, evidence.start))


def _embedded(candidate: Candidate) -> str:
    return f"{candidate.context}: {candidate.text}" if len(candidate.text) < 200 else candidate.text


def _rarity(texts: Sequence[str]) -> Callable[[str], float]:
    """Inverse frequency of a stem among the candidate sentences."""
    counts = Counter(word for text in texts for word in set(content(text)))
    return lambda word: math.log(1 + len(texts) / (1 + counts[word]))
