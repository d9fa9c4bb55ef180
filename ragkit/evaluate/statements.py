"""The sentences of an answer with the citations that each carries: what is checked for support."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ragkit.generate.refusal import is_refusal
from ragkit.lexical import NAME
from ragkit.types import Answer
from ragkit.verify.claims import drafts, without_markers

_PLEASANTRY = re.compile(
    r"(?:sure|certainly|of course|(?:i )?hope (?:this|that|these) .*help.*"
    r"|(?:please )?(?:let me know|feel free to (?:ask|contact|reach)) .*)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d[\d.,:/-]*\d|\d")


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


def tells(text: str, question: str) -> bool:
    """Whether a sentence says what could be made up.

    A question does not, nor what introduces a list, a pleasantry, and that the documents do not tell: people hardly
    ever call them unfounded, and no passage supports them. A pleasantry with a number or a name that the question has
    not does: whom to contact, and by when.
    """
    plain = text.strip(" .!*_#")
    if plain.endswith((":", "?")) or is_refusal(plain):
        return False
    return not _PLEASANTRY.fullmatch(plain) or _adds(plain, question)


def _adds(text: str, question: str) -> bool:
    """Whether a number or a name stands in the text and not in the question; what begins a sentence is no name."""
    said = question.casefold()
    _, _, rest = text.partition(" ")
    return any(item.casefold() not in said for form in (_NUMBER, NAME) for item in form.findall(rest))
