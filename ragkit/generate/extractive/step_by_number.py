"""The step of a procedure that is asked for by its number: "What is the second step of the update?".

What is read for and found is the whole procedure; the step is taken from it. English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ragkit.generate.extractive.lists_and_steps import LAST_STEP, marker, step_number
from ragkit.naming import ORDINALS
from ragkit.types import Evidence, Hit

_OF = r"(?P<of>(?:for|in|of|to|when|while)\b.*?)[\s?.!]*"
_ORDINAL = re.compile(
    rf"\s*(?:what|which)(?:\s+is|['’]s)?\s+(?:the\s+)?(?:(?P<word>{'|'.join(ORDINALS)}|last|final)"
    rf"|(?P<number>\d{{1,2}})(?:st|nd|rd|th))\s+step\s+{_OF}",
    re.IGNORECASE,
)
_NUMBER = re.compile(rf"\s*(?:what|which)(?:\s+is|['’]s)\s+step\s+(?P<number>\d{{1,2}})\s+{_OF}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StepAsked:
    """A question for a step: the one for the whole ``procedure``, and the step's number, `LAST_STEP` for the last."""

    procedure: str
    number: int

    def of(self, passages: Sequence[Hit], told: Sequence[Evidence]) -> list[Evidence]:
        """The step with what belongs to it, of a procedure as it is told; nothing where it has no such step."""
        places = [place for place, each in enumerate(told) if marker(passages[each.passage].chunk.text, each)]
        places = places or [place for place, each in enumerate(told) if _number(passages, each)]
        numbers = [_number(passages, told[place]) or count for count, place in enumerate(places, 1)]
        wanted = len(places) - 1 if self.number == LAST_STEP else _place(numbers, self.number)
        if not places or wanted < 0:
            return []
        end = places[wanted + 1] if wanted + 1 < len(places) else len(told)
        return list(told[places[wanted] : end])


def step_asked(question: str) -> StepAsked | None:
    """What is asked for, if it is a step by its number."""
    found = _ORDINAL.fullmatch(question) or _NUMBER.fullmatch(question)
    if not found:
        return None
    word = (found.groupdict().get("word") or "").lower()
    number = ORDINALS.index(word) + 1 if word in ORDINALS else LAST_STEP if word else int(found["number"])
    return StepAsked(f"What are the steps {found['of']}?", number)


def _number(passages: Sequence[Hit], evidence: Evidence) -> int:
    return step_number(passages[evidence.passage].chunk.text, evidence)


def _place(numbers: Sequence[int], number: int) -> int:
    return numbers.index(number) if number in numbers else -1
