"""What is said for the case that "we" do something is no answer for the case that "I" do it. English; no model."""

from __future__ import annotations

import re

from ragkit.lexical import content

_CASE = r"\b(?:after|if|in case|once|should|unless|when|whenever) "
_VERB = r" (?:(?:can|cannot|could|do|don['’]t|have|must|need to|want to|will|\w+ly) )?(?P<verb>\w+)"
_ASKED = re.compile(rf"{_CASE}i{_VERB}", re.IGNORECASE)
_OURS = re.compile(rf"{_CASE}we{_VERB}", re.IGNORECASE)
_YOURS = re.compile(rf"\byou{_VERB}", re.IGNORECASE)


def is_of_other_party(question: str, text: str) -> bool:
    """Whether a text is for the case that its author does what the asker asks about doing, and says nothing of that."""
    asked = _done(_ASKED, question)
    return bool(asked & _done(_OURS, text)) and not asked & _done(_YOURS, text)


def _done(pattern: re.Pattern[str], text: str) -> set[str]:
    return {word for match in pattern.finditer(text) for word in content(match["verb"])}
