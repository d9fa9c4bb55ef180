"""The offline generator: the sentences of the passages that answer, in reading order, each with its citation.

It writes nothing of its own, so every sentence can be checked word for word. It abstains when the best sentence is
not likely enough to answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ragkit.comparisons import sides, tells_both
from ragkit.generate.extractive.code_blocks import fenced
from ragkit.generate.extractive.heading_dates import dated_heading
from ragkit.generate.extractive.row_cells import answered, told_cells
from ragkit.generate.extractive.row_choice import row_said
from ragkit.generate.extractive.selection import select
from ragkit.generate.extractive.step_by_number import step_asked
from ragkit.generate.refusal import REFUSAL
from ragkit.generate.wording import is_row
from ragkit.invisible import without_hidden_text
from ragkit.plugins import evidence_of
from ragkit.subquestions import parts
from ragkit.types import Evidence, Hit, Piece, Usage

if TYPE_CHECKING:
    from ragkit.config import Generate
    from ragkit.protocols import EvidenceScorer, Pieces
    from ragkit.registry import Context
    from ragkit.types import Prompt, Sampling

Answering = tuple[str, Evidence]
"""A question, and what answers it."""


class _Part(NamedTuple):
    """A part of a question as it was read for, what was found, and what of that is told if it is likely enough."""

    question: str
    ranked: Sequence[Evidence]
    told: Sequence[Evidence]


class ExtractiveGenerator:
    """Answers with sentences of the passages, never more than needed."""

    name = "extractive"
    context_tokens = None
    reads_messages = False
    verbatim = True

    def __init__(self, evidence: EvidenceScorer, settings: Generate) -> None:
        self._evidence = evidence
        self._settings = settings

    def count_tokens(self, text: str) -> int:
        """Words: nothing is limited by them."""
        return len(text.split())

    def stream(self, prompt: Prompt, sampling: Sampling) -> Pieces:
        """One piece for each sentence; sampling does not matter."""
        passages = prompt.passages
        found = [each for question in parts(prompt.question) for each in self._compared(question, passages)]
        best = _likelihood(found)
        chosen = _choose(passages, found)
        if not chosen:
            yield Piece(finish="abstain", confidence=best, usage=Usage())
            return
        for part in found:
            if not part.told:
                yield Piece(note=f"{REFUSAL.removesuffix('.')}: {part.question}")
        length = 0
        for before, sentence, citation in _cited(passages, chosen):
            length += self.count_tokens(sentence)
            yield Piece(f"{before}{sentence}{citation}")
        yield Piece(finish="stop", confidence=best, usage=Usage(0, length))

    def _compared(self, question: str, passages: Sequence[Hit]) -> list[_Part]:
        """What answers a question; one that compares is asked of each side, unless what answers it tells of both."""
        whole, asked = self._read(question, passages), sides(question)
        if not asked or tells_both(asked, [answered(question, passages[each.passage], each) for each in whole.told]):
            return [whole]
        found = [self._read(each, passages) for each in asked]
        return found if _likelihood(found) >= self._settings.abstain_below else [whole]

    def _read(self, question: str, passages: Sequence[Hit]) -> _Part:
        """What answers a question; of one for a step by its number, that step of the procedure, where there is one.

        A question for when something came out is answered by the heading that says so.
        """
        if dated := dated_heading(question, passages):
            return _Part(question, dated, dated)
        step = step_asked(question)
        if step and (steps := step.of(passages, (whole := self._found(step.procedure, passages)).told)):
            return _Part(whole.question, whole.ranked, steps)
        return self._found(question, passages)

    def _found(self, question: str, passages: Sequence[Hit]) -> _Part:
        ranked = evidence_of(self._evidence, question, passages)
        told = select(question, passages, ranked, self._settings) if self._is_told(ranked) else []
        return _Part(question, ranked, told)

    def _is_told(self, ranked: Sequence[Evidence]) -> bool:
        return bool(ranked) and ranked[0].score >= self._settings.abstain_below


def from_context(argument: str, context: Context) -> ExtractiveGenerator:
    """The generator with the evidence scorer that the settings name."""
    from ragkit import registry

    settings = context.settings.generate
    return ExtractiveGenerator(registry.make("evidence", settings.evidence, context), settings)


def _likelihood(found: Sequence[_Part]) -> float:
    """Of a question in two parts, each counts half: the answer to one of them is half an answer."""
    return sum(part.ranked[0].score for part in found if part.ranked) / len(found)


def _choose(passages: Sequence[Hit], found: Sequence[_Part]) -> list[Answering]:
    """What the parts of a question tell that those before have not said; of a row that was said, other cells."""
    chosen: list[Answering] = []
    for question, ranked, told in found:
        said = [evidence for _, evidence in chosen]
        row = row_said(question, passages, ranked[0], said) if told else None
        cells = told_cells(question, passages[row.passage], row) if row else []
        some = told if not row else [row] if cells else []
        chosen += [(question, each) for each in some if not _is_said(question, passages, each, chosen)]
    return chosen


def _cited(passages: Sequence[Hit], chosen: Sequence[Answering]) -> Iterator[tuple[str, str, str]]:
    """White space, a sentence and its citation; code between fences stands apart, with its citation below it."""
    behind = ""
    for question, evidence in chosen:
        hit = passages[evidence.passage]
        code, number = fenced(hit.chunk, evidence), evidence.passage + 1
        if code:
            yield "\n\n" if behind else "", without_hidden_text(code), f"\n[{number}]"
        else:
            yield behind, without_hidden_text(answered(question, hit, evidence)), f" [{number}]"
        behind = "\n\n" if code else " "


def _is_said(question: str, passages: Sequence[Hit], evidence: Evidence, before: Sequence[Answering]) -> bool:
    """Whether what answers now was said ``before``, as the answer to another question; of a row, its same cells."""
    hit = passages[evidence.passage]
    said_so = [(asked, other) for asked, other in before if _holds(other, evidence)]
    is_of_row = bool(said_so) and is_row(hit.chunk.text, evidence)
    text = answered(question, hit, evidence) if is_of_row else ""
    return any(not text or text == answered(asked, hit, other) for asked, other in said_so)


def _holds(evidence: Evidence, other: Evidence) -> bool:
    """Whether ``evidence`` has the place at which the other one begins."""
    return evidence.passage == other.passage and evidence.start <= other.start < evidence.end
