"""Claims beside the sentences that speak most of them, as token ids: ``[CLS] claim [SEP] evidence [SEP]``.

Training and run time both make their rows here. A claim longer than `CLAIM_TOKENS` is read in pieces, each beside
evidence of its own. Evidence keeps the order of the passages and may come from several; what does not fit one window
goes to the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ragkit.models import bundled
from ragkit.verify.grounds import Grounds, Wording

Span = tuple[int, int]

CLS, SEP = 101, 102
CLAIM_TOKENS = 96
LEAST_ROOM = 8
"""Tokens below which no further sentence is looked for."""
LONGEST_SENTENCE = 4000
"""Characters of a sentence of the evidence that are tokenized at most."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim, or a piece of one, beside evidence. ``offsets`` are the characters of its tokens in the whole claim."""

    ids: list[int]
    offsets: list[Span]

    @property
    def first(self) -> int:
        """Where the evidence begins."""
        return len(self.offsets) + 2


class Pairing:
    """Puts claims beside what passages say of them.

    Args:
        passages: The texts that ``grounds`` were made of.
        grounds: Their sentences.
    """

    def __init__(self, passages: Sequence[str], grounds: Grounds) -> None:
        self._passages, self._grounds = passages, grounds
        self._ids: dict[int, list[int]] = {}

    def pieces(self, claim: str, max_tokens: int, windows: int = 1) -> Iterator[list[Pair]]:
        """For each piece of the claim, at least one, its windows: the first holds the evidence that ranks best."""
        encoding = bundled.tokenizer().encode(claim, add_special_tokens=False)
        for begin in range(0, max(1, len(encoding.ids)), CLAIM_TOKENS):
            ids = encoding.ids[begin : begin + CLAIM_TOKENS]
            offsets = encoding.offsets[begin : begin + CLAIM_TOKENS]
            piece = claim[offsets[0][0] : offsets[-1][1]] if offsets else ""
            found = self._windows(piece, max_tokens - len(ids) - 3, windows)
            yield [Pair([CLS, *ids, SEP, *evidence, SEP], offsets) for evidence in found]

    def _windows(self, claim: str, room: int, windows: int) -> list[list[int]]:
        """The evidence of each window; one without evidence where there is none."""
        wording = Wording.of(claim)
        wanted = [stemmed for stemmed in dict.fromkeys(wording.stems) if stemmed in wording.content]
        order = self._grounds.matches(wanted).ranking()
        found, said = list[list[int]](), set[tuple[int, ...]]()
        for _ in range(windows):
            chosen = self._fill(order, room, said)
            if chosen:
                found.append([token for number in sorted(chosen) for token in chosen[number]])
        return found or [[]]

    def _fill(self, order: Sequence[int], room: int, said: set[tuple[int, ...]]) -> dict[int, list[int]]:
        """The first sentences of ``order`` that fit and are not ``said`` yet; of a single one too long, what fits."""
        chosen: dict[int, list[int]] = {}
        for number in order:
            ids = self._sentence(number)
            if (len(ids) <= room or not chosen) and tuple(ids) not in said:
                said.add(tuple(ids))
                chosen[number] = ids[:room]
                room -= len(chosen[number])
            if room < LEAST_ROOM:
                break
        return chosen

    def _sentence(self, number: int) -> list[int]:
        if number not in self._ids:
            passage, start, end = self._grounds.places[number]
            text = self._passages[passage][start : min(end, start + LONGEST_SENTENCE)]
            self._ids[number] = bundled.tokenizer().encode(text, add_special_tokens=False).ids
        return self._ids[number]
