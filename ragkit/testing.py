"""Doubles on the real seams, for the tests of applications that embed ragkit: no model, no network, deterministic.

import ragkit.testing

kit = ragkit.testing.kit(tmp_path / ".ragkit", answers=["Leave is 27 days."])
kit.ingest([ragkit.Document("leave.md", "Leave is 27 days.")])
assert kit.ask("How much leave?").text == "Leave is 27 days. [1]"
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from ragkit import config
from ragkit.errors import UsageError
from ragkit.types import Evidence, Piece, Prompt, Sampling, Support, Usage

if TYPE_CHECKING:
    from ragkit.kit import Kit
    from ragkit.protocols import Pieces, Vectors

_WORD = re.compile(r"\w+")


class HashingEmbedder:
    """Words to directions by their hash: texts that share words are near each other.

    The hashing trick of Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning".
    """

    name = "hashing"
    max_tokens = 128

    def __init__(self, dimension: int = 64) -> None:
        self.dimension = dimension
        self.fingerprint = f"hashing@{dimension}"
        self.embedded = 0
        """How many passages were embedded so far."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Words of each text."""
        return [len(_WORD.findall(text)) for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape ``(len(texts), dimension)``."""
        self.embedded += len(texts)
        return self._embed(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape ``(len(texts), dimension)``."""
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        import numpy as np

        vectors = np.full((len(texts), self.dimension), 1e-6, np.float32)
        for row, text in enumerate(texts):
            for word in _WORD.findall(text.lower()):
                digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
                vectors[row, int.from_bytes(digest[:4], "big") % self.dimension] += 1 if digest[4] % 2 else -1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


class ScriptedGenerator:
    """Says what it was told to, in turn, word by word; remembers the prompts it was given."""

    name = "scripted"
    reads_messages = True
    verbatim = False

    def __init__(self, answers: Sequence[str], *, context_tokens: int | None = None) -> None:
        if not answers:
            raise UsageError("There is no answer to recite.", "Give one or more.")
        self._answers = cycle(answers)
        self.context_tokens = context_tokens
        self.prompts: list[Prompt] = []

    def count_tokens(self, text: str) -> int:
        """Words."""
        return len(text.split())

    def stream(self, prompt: Prompt, sampling: Sampling) -> Pieces:
        """The next answer, at most ``sampling.max_tokens`` words of it."""
        self.prompts.append(prompt)
        words = re.findall(r"\s*\S+", next(self._answers))
        said = words[: sampling.max_tokens]
        for word in said:
            yield Piece(word)
        asked = sum(self.count_tokens(message.content) for message in prompt.messages)
        yield Piece(finish="stop" if len(said) == len(words) else "length", usage=Usage(asked, len(said)))


class SubstringVerifier:
    """Supports what stands word for word in a passage, and nothing else."""

    name = "substring"

    def verify(self, claims: Sequence[str], passages: Sequence[str], question: str = "") -> list[Support]:
        """``supported`` with the span, or ``unsupported``."""
        return [self._one(claim, passages) for claim in claims]

    def _one(self, claim: str, passages: Sequence[str]) -> Support:
        for number, passage in enumerate(passages):
            start = passage.find(claim)
            if claim and start >= 0:
                return Support("supported", 1.0, Evidence(number, start, start + len(claim), 1.0))
        return Support("unsupported", 0.0, None, ((0, len(claim)),))


def kit(store: Path, *, answers: Sequence[str] | None = None, settings: dict[str, object] | None = None) -> Kit:
    """A kit on a store of its own that hashes instead of embedding and, given ``answers``, recites them.

    It knows no settings but ``settings``: neither the environment nor a file of the machine changes a test.
    """
    from ragkit.kit import Kit
    from ragkit.pipeline import Pipeline

    chosen = config.load({**(settings or {}), "store": str(store)}, environment={}, files=False)
    pipeline = Pipeline(
        chosen,
        embedder=HashingEmbedder(),
        generator=None if answers is None else ScriptedGenerator(answers),
        verifier=None if answers is None else SubstringVerifier(),
    )
    return Kit(chosen, pipeline)
