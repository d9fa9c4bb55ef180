"""Texts to the bundled model's word pieces, with each word tokenized once and then looked up: a fifth of the time.

Its tokenizer maps characters one by one and divides at blanks and punctuation, so a text's pieces are those of its
words in turn. That holds for any text, whatever the script; ``tests/unit/test_pieces.py`` compares.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

from ragkit.models import bundled

KEPT = 32_768
"""Words that are remembered, some 8 MB; then all are forgotten."""
LONGEST = 64
"""Characters of a word that is remembered: what is longer is a number, a key or no word at all."""
_WORD = re.compile(r"[^ \t\n\r!-/:-@\[-`{-~]+|[!-/:-@\[-`{-~]")
"""A run between ASCII's blanks and punctuation, or a mark: no finer than the tokenizer divides."""


def pieces(texts: Sequence[str]) -> list[list[int]]:
    """Ids of the word pieces of each text, without special tokens."""
    return [list(chain.from_iterable(map(_words.__getitem__, _WORD.findall(text)))) for text in texts]


class _Words(dict[str, tuple[int, ...]]):
    """The pieces of words. Threads may share it: what one forgets another reads again."""

    def __missing__(self, word: str) -> tuple[int, ...]:
        found = _read(word)
        if len(word) <= LONGEST:
            if len(self) >= KEPT:
                self.clear()
            self[word] = found
        return found


_words = _Words()


def _read(word: str) -> tuple[int, ...]:
    """The pieces of a word as the tokenizer finds them, which takes a whole word where its vocabulary has it."""
    tokenizer = bundled.tokenizer()
    whole = tokenizer.token_to_id(word.lower()) if word.isascii() else None
    return (whole,) if whole is not None else tuple(tokenizer.encode(word, add_special_tokens=False).ids)
