"""A question in the words of what it is put to: the fixed names of things, and those that a passage's document gives.

Only the passages at hand are looked at, so that nothing is used that who asks may not see.
"""

from __future__ import annotations

from collections.abc import Sequence

from ragkit.defined import Defined, definitions, renamed
from ragkit.naming import worded
from ragkit.types import Hit


class Asked:
    """A question, and the names that the documents of some passages define in these."""

    def __init__(self, question: str, passages: Sequence[Hit]) -> None:
        self._question = question
        self._documents = [hit.chunk.uri for hit in passages]
        self._defined: dict[str, list[Defined]] = {}
        for hit in passages:
            self._defined.setdefault(hit.chunk.uri, []).extend(definitions(hit.chunk.text))

    def of(self, passage: int, *texts: str) -> str:
        """The question in the words of the first of ``texts``, all of that passage, that has any for a thing."""
        defined = self._defined[self._documents[passage]]
        return worded(renamed(self._question, defined, *texts) if defined else self._question, *texts)
