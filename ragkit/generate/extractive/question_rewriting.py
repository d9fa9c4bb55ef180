"""A question in the words of what it is put to: names of things, fixed or of a document, and bounds of a case.

What names the document alone is left out. Only the passages at hand are looked at, so that nothing is used that who
asks may not see.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragkit.defined import Defined, definitions, renamed
from ragkit.generate.extractive.cases_in_bounds import has_case, in_bounds, tells_case
from ragkit.generate.extractive.document_names import without_document
from ragkit.generate.extractive.table_rows import reworded
from ragkit.naming import worded
from ragkit.types import Hit

DEFAULT = re.compile(r"\bdefault(?:s|ed)?\b", re.IGNORECASE)
UNSET = re.compile(
    r"\b(?:out of the box|(?:if|when|unless) (?:nothing|(?:I|you|we|one) (?:never|do(?:es)?(?: not|n[’']t)))"
    r" ?(?:is |was )?(?:set|configure|change|give|specif(?:y|ie)|say)\w*(?: (?:it|anything|nothing))?)\b",
    re.IGNORECASE,
)
"""Other words for "by default", of which a text that tells a default is asked in its own."""
NOT_THERE = re.compile(
    r"(?<=\bwho )(?:(?:(?:is|are|was|were) (?:absent|missing)|(?:is|are|was|were)(?: not|n[’']t) (?:there|present))\b"
    r"(?P<at> (?:at|from|in)\b)?"
    r"|(?:did|does|do|could)(?: not|n[’']t) (?P<attend>attend|come to|take part in|participate in)\b)",
    re.IGNORECASE,
)
"""Asks who was absent, of which minutes may tell only who sent apologies."""
EXCUSED = re.compile(r"(?:^|[.;|] )Apologies(?: for absence)?: ?\w", re.MULTILINE)


class Asked:
    """A question, and the names that the documents of some passages define in these."""

    def __init__(self, question: str, passages: Sequence[Hit]) -> None:
        self._question = question
        self._by_default = UNSET.sub("by default", question)
        self._excused = NOT_THERE.sub(
            lambda match: f"sent apologies{' to' if match['at'] or match['attend'] else ''}", question
        )
        self._passages = passages
        self._has_case = has_case(question)
        self._defined: dict[str, list[Defined]] = {}
        for hit in passages:
            self._defined.setdefault(hit.chunk.uri, []).extend(definitions(hit.chunk.text))

    def of(self, passage: int, *texts: str) -> str:
        """The question in the words of the first of ``texts``, all of that passage, that has any for a thing."""
        return self._in_bounds(self._named(passage, *texts), passage)

    def tells_case(self, passage: int, sentence: str) -> bool | None:
        """Whether a sentence of that passage has the bound that the question's case lies in, or one beside that."""
        text = self._passages[passage].chunk.embedded_text
        return tells_case(self._named(passage, sentence, text), text, sentence) if self._has_case else None

    def _named(self, passage: int, *texts: str) -> str:
        """The question with the names that the first of ``texts`` which names a thing at all has for it."""
        hit = self._passages[passage]
        defined = self._defined[hit.chunk.uri]
        question = self._question
        if question != self._by_default and any(map(DEFAULT.search, texts)):
            question = self._by_default
        if question != self._excused and any(map(EXCUSED.search, texts)):
            question = self._excused
        question = worded(renamed(question, defined, *texts) if defined else question, *texts)
        return without_document(question, hit, defined, *texts)

    def _in_bounds(self, question: str, passage: int) -> str:
        """The question with the bounds that a passage tells for its cases, unless a row of a table does."""
        if not self._has_case:
            return question
        hit = self._passages[passage]
        put = in_bounds(question, hit.chunk.embedded_text)
        return question if put != question and reworded(question, hit) != question else put
