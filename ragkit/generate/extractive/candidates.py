"""The sentences of passages as candidates for an answer, each with what stands around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ragkit.code import is_code, marked_code
from ragkit.coded_lines import with_whole_lines
from ragkit.generate.wording import ASKS, CLOSED
from ragkit.lexical import content, words
from ragkit.sentences import Span, names_what_follows, sentence_spans, with_code_lines, with_yes_or_no
from ragkit.types import Hit

LONGEST_SENTENCE = 400
"""Characters."""
NAMES = 3
"""Lines one after the other that name the same thing, such as a short and a long option."""
TERM = re.compile(r"^-{1,2}\w|\w_\w|\w\(|\w=|<\w+>|[a-z]\w*\.[a-z]\w|[a-z][A-Z]")
"""What is code in a line that names something, such as an option, a parameter or a function."""
COLUMNS = re.compile(r"\S {2,}(?=\S)[^\n]*\Z|\t")
"""What a line of a schedule has: "12 Nov   7 p.m.   Heat pumps or gas?" is a title at a time, and asks nothing."""
RUNNING_NUMBER = re.compile(r"_?id: \d+", re.IGNORECASE)
"""A record's place among others, which answers nothing."""

CONTENTS = re.compile(r"(?:table of contents|toc|on this page|in this (?:article|document|guide|page))", re.IGNORECASE)
"""The heading of lines that name what is told further down."""


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


def candidates(passages: Sequence[Hit]) -> Iterator[Candidate]:
    """The sentences of the passages, headings left out; a line that names what follows is context of that, too.

    The first sentence about an option, a parameter or a function begins with that term: what it says is of no use
    without it. A question answers nothing; it is context of the paragraph that answers it.
    """
    for number, hit in enumerate(passages):
        text, above = hit.chunk.text, _Above(hit)
        for start, end in _spans(text, hit.chunk.code):
            if _asks(text[start:end]):
                above.add_question(start, end)
                continue
            is_name = names_what_follows(text, start, end) and not is_code(text, start, hit.chunk.code)
            above.leave_answered(start)
            if _says_something(hit, text[start:end]):
                yield above.candidate(number, start, end, is_name=is_name)
            above.add_sentence(start, end, is_name=is_name)


def subject_untold(hit: Hit) -> str:
    """What the passage's document says first it is about, where neither its title nor the passage names it."""
    told = content(f"{hit.chunk.title} {hit.chunk.embedded_text}") if hit.subject else []
    return hit.subject if set(content(hit.subject)).difference(told) else ""


class _Above:
    """What stands above the next sentence of a passage and belongs to it: names, a term that it defines, questions."""

    def __init__(self, hit: Hit) -> None:
        self._text, self._headings = hit.chunk.text, hit.chunk.headings
        self._titles = [hit.chunk.title, *filter(None, [subject_untold(hit)]), *hit.chunk.headings]
        self._names: list[str] = []
        self._is_below_name = False
        self._terms: list[int] = []
        """Where the terms right above begin."""
        self._questions: list[str] = []
        self._last_end: int | None = 0
        """Where the last sentence ends; none right below a question."""

    def candidate(self, passage: int, start: int, end: int, *, is_name: bool) -> Candidate:
        """The sentence at a place, behind its term, with its context.

        More than `NAMES` terms are a list, of which the last alone is what the sentence is about.
        """
        first = start if is_name or not self._terms else self._terms[0 if len(self._terms) <= NAMES else -1]
        context = " ".join([*self._titles, *self._names, *self._questions])
        name = "".join((*self._headings, *self._names)[-1:])
        is_head = _heads(self._text, start, end)
        return Candidate(passage, first, end, self._text[first:end], context, is_head, name)

    def add_question(self, start: int, end: int) -> None:
        """A question right below another one is asked along with it."""
        before = self._questions if self._last_end is None else []
        self._questions, self._last_end = [*before, self._text[start:end]], None

    def leave_answered(self, start: int) -> None:
        """What begins another paragraph answers no question above the one before."""
        if self._last_end is not None and "\n\n" in self._text[self._last_end : start]:
            self._questions = []

    def add_sentence(self, start: int, end: int, *, is_name: bool) -> None:
        """A line that names what follows joins the names right above it; one with code is a term."""
        text = self._text[start:end]
        if is_name:
            self._names = [*self._names[1 - NAMES :], text] if self._is_below_name else [text]
        self._terms = [*self._terms, start] if is_name and TERM.search(text) else []
        self._is_below_name, self._last_end = is_name, end


def _asks(text: str) -> bool:
    return ASKS.search(text) is not None and not COLUMNS.search(text)


def _says_something(hit: Hit, text: str) -> bool:
    """Whether a sentence has words, and is neither a record's number nor part of a heading or a table of contents."""
    is_heading = any(text in heading for heading in hit.chunk.headings)
    is_heading = is_heading or (not CLOSED.search(text) and any(map(CONTENTS.fullmatch, hit.chunk.headings)))
    return bool(words(text)) and not RUNNING_NUMBER.fullmatch(text) and not is_heading


def _heads(text: str, start: int, end: int) -> bool:
    """Whether a line has the names of a table's columns, which its rows tell again, perhaps with a unit."""
    below = text.find("\n", end + 1)
    row, columns = text[end:below] if below > 0 else text[end:], text[start:end].split(" | ")[1:]
    return any(re.search(rf" \| {re.escape(column)}(?: \([^()]*\))?: ", row) for column in columns)


def _spans(text: str, marked: tuple[Span, ...]) -> Iterator[Span]:
    """Sentences, and the lines of ``marked`` code; a long one that runs over lines is no prose but its lines.

    Such are settings, a log, a list without marks. A line that begins with a code is one sentence.
    """
    sentences = with_code_lines(text, sentence_spans(text), marked_code(text, marked))
    for start, end in with_whole_lines(text, with_yes_or_no(text, sentences)):
        if end - start <= LONGEST_SENTENCE or "\n" not in text[start:end]:
            yield start, end
            continue
        for line in re.finditer(r"\S[^\n]*", text[start:end]):
            yield start + line.start(), start + line.start() + len(line.group().rstrip())
