"""Two questions in one, told apart by rules: "How long does the cap last, and what does a new one cost?"."""

from __future__ import annotations

import re

from ragkit.lexical import content

_ASKS = r"(?:how|what|who|whom|whose|when|where|which|why)\b"
_JOINT = re.compile(
    rf"[,;]?\s+and\s+(?=(?:(?:at|by|for|from|in|of|on|to|under|with)\s+)?{_ASKS}"
    r"|(?:are|can|did|do|does|has|have|is|may|must|was|were|will)\b)|(?<=\?)\s+(?=\S)",
    re.IGNORECASE,
)
_QUESTION = re.compile(rf"\b{_ASKS}|^(?:are|can|did|do|does|has|have|is|may|must|was|were|will)\b", re.IGNORECASE)
_LEAST_WORDS = 2
"""Words that carry meaning, below which a part cannot be understood alone ("and for how long?")."""


def parts(question: str) -> list[str]:
    """The questions in ``question``, in order; it alone unless each part asks and can be understood alone."""
    found = [part.strip(" ,;") for part in _JOINT.split(question)]
    found = [part for part in found if part]
    alone = all(_QUESTION.search(part) and len(content(part)) >= _LEAST_WORDS for part in found)
    return found if len(found) > 1 and alone else [question]
