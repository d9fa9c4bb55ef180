"""The sentences of an answer with the citations that each carries: what is checked for support."""

from __future__ import annotations

from dataclasses import dataclass

from ragkit.types import Answer
from ragkit.verify.claims import drafts, without_markers


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence without its markers, and the numbers of the citations that it carries."""

    text: str
    citations: tuple[int, ...]


def statements(answer: Answer) -> list[Statement]:
    """The answer's claims; where a system made none, the sentences of its text."""
    if answer.claims:
        found = [Statement(without_markers(claim.text), claim.citations) for claim in answer.claims]
    else:
        found = [Statement(draft.text.strip(), draft.cited) for draft in drafts(answer.text)]
    return [statement for statement in found if statement.text]
