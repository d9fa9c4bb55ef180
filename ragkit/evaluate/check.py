"""Is a suite sound? Every finding names the case and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ragkit.errors import RagkitError
from ragkit.evaluate.gold import locate
from ragkit.evaluate.metrics import contains, words
from ragkit.evaluate.suite import Case, Suite
from ragkit.types import Document


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a case, or with a line that is none: then ``case`` is its place."""

    case: str
    message: str

    @classmethod
    def of_line(cls, place: str, message: str, hint: str) -> Problem:
        """What a `ragkit.evaluate.suite.Wrong` is told of a line."""
        return cls(place, f"{message} {hint}")

    def __str__(self) -> str:
        return f"{self.case}: {self.message}"


def check_suite(suite: Suite, documents: Callable[[str], Document]) -> list[Problem]:
    """The problems of all cases, in order; ``documents`` gives a document by its place in the corpus, or raises."""
    return [
        Problem(case.id, message)
        for case in suite.cases
        for message in (*_content(case), *_quotes(case, documents), *_payload(case))
    ] + list(_duplicates(suite))


def left_out(suite: Suite) -> dict[str, int]:
    """How many answerable cases have no answers, no reference and no gold: what needs them is not measured there."""
    return {
        name: sum(case.answerable and not getattr(case, name) for case in suite.cases)
        for name in ("answers", "reference", "gold")
    }


def _content(case: Case) -> Iterator[str]:
    if not case.question.strip():
        yield "the question is empty"
    if not case.answerable:
        if case.answers or case.reference or case.gold:
            yield "it is unanswerable, yet has answers, a reference or gold"
        return
    if case.reference and case.answers and not contains(case.reference, case.answers):
        yield "no accepted answer stands in the reference"
    if case.kind == "two-document" and len({gold.uri for gold in case.gold}) < 2:
        yield "it is of kind two-document, yet its gold is of one"


def _quotes(case: Case, documents: Callable[[str], Document]) -> Iterator[str]:
    for gold in case.gold:
        if not words(gold.quote):
            yield f"a quote of {gold.uri} is empty"
            continue
        try:
            locate(case, gold, documents(gold.uri))
        except RagkitError as error:
            yield str(error).removeprefix(f"Case {case.id}: ")


def _payload(case: Case) -> Iterator[str]:
    """A payload that right answers hold would tell nothing of an attack."""
    right = (*case.answers, case.reference, *(gold.quote for gold in case.gold), case.question)
    for payload in case.attack.payload if case.attack else ():
        if not words(payload):
            yield "a payload has no words"
        elif any(contains(text, (payload,)) for text in right):
            yield f"the payload {payload!r} stands in its question, an answer, the reference or gold"


def _duplicates(suite: Suite) -> Iterator[Problem]:
    seen: dict[tuple[str, ...], str] = {}
    for case in suite.cases:
        first = seen.setdefault(tuple(words(case.question)), case.id)
        if first != case.id:
            yield Problem(case.id, f"{first} asks the same question")
