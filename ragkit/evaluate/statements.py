"""The sentences of an answer with the citations that each carries: what is checked for support."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ragkit.generate.refusal import is_refusal
from ragkit.types import Answer
from ragkit.verify.claims import drafts, without_markers

_PLEASANTRY = re.compile(
    r"(?:sure|certainly|of course|(?:i )?hope (?:this|that|these) .*help.*"
    r"|(?:please )?(?:let me know|feel free to (?:ask|contact|reach)) .*)",
    re.IGNORECASE,
)


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


def tells(text: str) -> bool:
    """Whether a sentence says what could be made up.

    A question does not, nor what introduces a list, a pleasantry, and that the documents do not tell: people hardly
    ever call them unfounded, and no passage supports them.
    """
    plain = text.strip(" .!*_#")
    return not (plain.endswith((":", "?")) or _PLEASANTRY.fullmatch(plain) or is_refusal(plain))
