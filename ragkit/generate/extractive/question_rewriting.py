"""A question in the words of what it is put to: the fixed names of things, and those that a passage's document gives.

What names the document alone is left out. Only the passages at hand are looked at, so that nothing is used that who
asks may not see.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragkit.defined import Defined, definitions, renamed
from ragkit.generate.extractive.document_names import without_document
from ragkit.naming import worded
from ragkit.types import Hit

DEFAULT = re.compile(r"\bdefault(?:s|ed)?\b", re.IGNORECASE)
UNSET = re.compile(
    r"\b(?:out of the box|(?:if|when|unless) (?:nothing|(?:I|you|we|one) (?:never|do(?:es)?(?: not|n[’']t)))"
    r" ?(?:is |was )?(?:set|configure|change|give|specif(?:y|ie)|say)\w*(?: (?:it|anything|nothing))?)\b",
    re.IGNORECASE,
)
"""Other words for "by default", of which a text that tells a default is asked in its own."""


class Asked:
    """A question, and the names that the documents of some passages define in these."""

    def __init__(self, question: str, passages: Sequence[Hit]) -> None:
        self._question = question
        self._by_default = UNSET.sub("by default", question)
        self._passages = passages
        self._defined: dict[str, list[Defined]] = {}
        for hit in passages:
            self._defined.setdefault(hit.chunk.uri, []).extend(definitions(hit.chunk.text))

    def of(self, passage: int, *texts: str) -> str:
        """The question in the words of the first of ``texts``, all of that passage, that has any for a thing."""
        defined = self._defined[self._passages[passage].chunk.uri]
        question = self._question
        if question != self._by_default and any(map(DEFAULT.search, texts)):
            question = self._by_default
        question = worded(renamed(question, defined, *texts) if defined else question, *texts)
        return without_document(question, self._passages[passage], defined, *texts)
