"""How SQuAD's scorer compares answers (Rajpurkar et al. 2016): by their words, without articles and punctuation."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def tokens(text: str) -> list[str]:
    """The words in lower case, without punctuation and articles."""
    return _ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split()


def normalise(text: str) -> str:
    """The `tokens` as one text."""
    return " ".join(tokens(text))


def exact_match(answer: str, accepted: Sequence[str]) -> bool:
    """Whether the answer equals an accepted one."""
    return any(tokens(answer) == tokens(other) for other in accepted)


def token_f1(answer: str, accepted: Sequence[str]) -> float:
    """The best F1 of tokens over the accepted answers; 0 when nothing is accepted."""
    return max((_f1(tokens(answer), tokens(other)) for other in accepted), default=0.0)


def _f1(own: list[str], other: list[str]) -> float:
    if not own or not other:
        return float(own == other)
    common = sum((Counter(own) & Counter(other)).values())
    return 2 * common / (len(own) + len(other))
