"""The arithmetic of the metrics: pure functions of texts and ranks, that know nothing of cases, answers or files."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence

from ragkit.lexical import common_length
from ragkit.store.analysis import UNSPACED

_CHARACTER = UNSPACED.pattern.removesuffix("+")
_SIGN = r"(?:(?<![\w)\]%°+±/-])(?<!\d )-(?=[£$€]?\d))?"
"""A dash before a number, unless what stands before makes it a range or a hyphen."""
_WORD = re.compile(rf"{_SIGN}\d+(?:[.,]\d+)*|{_CHARACTER}|(?:(?!{_CHARACTER})\w)+(?:\+\+|[+#](?!\w))?|{_SIGN}[%°±£$€]")


def words(text: str) -> list[str]:
    """Lower-case words, whole numbers (1,200 is 1200; 6.2 stays 6.2) and signs that change a meaning (-5, C++).

    Text is read in Unicode's NFKC; of scripts without blanks between words each character is one.
    """
    plain = unicodedata.normalize("NFKC", text).lower().replace("\N{MINUS SIGN}", "-")
    return [re.sub(r",(?=\d{3})", "", word) for word in _WORD.findall(plain)]


def contains(answer: str, accepted: Sequence[str]) -> bool:
    """Whether an accepted answer stands in the answer as whole words: "7 days" does not stand in "27 days".

    One of signs alone, such as "=>", stands there as it is.
    """
    own = words(answer)
    return any(_stands_in(words(other), own) or _sign_in(other.strip(), answer) for other in accepted)


def rouge_l(answer: str, reference: str) -> float:
    """ROUGE-L F-measure with beta 1, from the longest common subsequence of words (Lin 2004); 0 to 1."""
    own, other = words(answer), words(reference)
    common = common_length(own, other)
    return 2 * common / (len(own) + len(other)) if common else 0.0


def recall_at(ranks: Sequence[int | None], k: int) -> float:
    """The share of gold spans that one of the first ``k`` hits holds; ``ranks`` has each span's first hit, from 1."""
    return sum(rank is not None and rank <= k for rank in ranks) / len(ranks)


def reciprocal_rank(ranks: Sequence[int | None]) -> float:
    """One over the rank of the first relevant hit, or 0 when there is none."""
    found = [rank for rank in ranks if rank is not None]
    return 1 / min(found) if found else 0.0


def ndcg_at(ranks: Sequence[int | None], k: int) -> float:
    """Gain 1 for each gold span at the rank of the first hit that holds it, as nDCG (Järvelin & Kekäläinen 2002).

    The ideal has one span a rank. One hit may hold several spans, which would pass the ideal: capped at 1.
    """
    gained = sum(1 / math.log2(rank + 1) for rank in ranks if rank is not None and rank <= k)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(ranks), k) + 1))
    return min(1.0, gained / ideal)


def _stands_in(needle: list[str], hay: list[str]) -> bool:
    size = len(needle)
    return size > 0 and any(hay[at : at + size] == needle for at in range(len(hay) - size + 1))


def _sign_in(sign: str, answer: str) -> bool:
    return bool(sign) and not words(sign) and sign in answer
