"""More to search for than the question itself, written by a language model; only the dense search uses it.

``multi-query`` asks for the question in other words. ``hyde`` asks for a passage that would answer it, which lies
nearer to the real one than the question does: Gao et al. 2022, "Precise Zero-Shot Dense Retrieval without Relevance
Labels".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ragkit.errors import ConfigError
from ragkit.plugins import pieces_of
from ragkit.types import Message, Prompt, Sampling

if TYPE_CHECKING:
    from collections.abc import Callable

    from ragkit.protocols import Generator, Pieces

ASKS = {
    "multi-query": "Write three other ways to ask the user's question, in other words. One a line, nothing else.",
    "hyde": "Write a passage of at most five sentences, as from a handbook, that would answer the user's question.",
}
MOST = 3
LONGEST = Sampling(max_tokens=200)
_NUMBERING = re.compile(r"^\s*(?:[-*•]|\d+[.)])(?!\d)\s*")
"""No sign of a number, and no part of one: -5 °C, 3.5 mm."""


class Expansion:
    """What a generator adds to a question; ``way`` is a key of `ASKS`.

    ``answer_text`` tells what is said from what is thought, as for answers: a thought is nothing to search for.
    """

    def __init__(self, generator: Generator, way: str, answer_text: Callable[[Pieces, Prompt], str]) -> None:
        if not generator.reads_messages:
            raise ConfigError(
                f"retrieve.expand = {way!r} needs a generator that can be told what to write; {generator.name} cannot.",
                'Name one with --generator, or set retrieve.expand = "none".',
            )
        self._generator = generator
        self._way = way
        self._answer_text = answer_text

    def texts(self, question: str) -> list[str]:
        """Texts to search for beside the question; none when the generator says nothing."""
        prompt = Prompt(question, (), (Message("system", ASKS[self._way]), Message("user", question)))
        said = self._answer_text(pieces_of(self._generator, prompt, LONGEST), prompt)
        if self._way == "hyde":
            return [said] if said else []
        lines = [_NUMBERING.sub("", line).strip() for line in said.splitlines()]
        return [line for line in lines if line][:MOST]
