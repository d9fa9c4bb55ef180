"""Near duplicates are found, others are not, and a group of copies is told briefly."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from ragkit.store.duplicates import LEAST, Pair, near_duplicates, shingles
from tests.hand_made import document, filled, new_store

WORDS = [f"word{number}" for number in range(3000)]


def essay(seed: int, length: int = 400) -> list[str]:
    return random.Random(seed).choices(WORDS, k=length)


def edited(words: list[str], changes: int) -> list[str]:
    """The words with so many of them, evenly spread, replaced."""
    made = list(words)
    for place in range(0, len(made), max(1, len(made) // changes)) if changes else ():
        made[place] = f"edit{place}"
    return made


def pairs(path: Path, **texts: list[str]) -> list[Pair]:
    with new_store(path / "store") as store:
        filled(store, *(document(uri, " ".join(words)) for uri, words in texts.items()))
        with store.reading() as connection:
            return near_duplicates(connection)


def test_an_edited_copy_is_found_and_strangers_are_not(tmp_path: Path) -> None:
    first = essay(1)
    [pair] = pairs(tmp_path, a=first, b=edited(first, 5), c=essay(2), d=essay(3))
    assert pair[:2] == ("a", "b")
    # 5 words changed are 15 of 398 shingles on each side, fewer at the edge
    assert pair.resemblance == pytest.approx((398 - 13) / (398 + 13), abs=0.01)


def test_a_copy_with_other_marks_and_case_is_the_same(tmp_path: Path) -> None:
    words = essay(1, 60)
    [pair] = pairs(tmp_path, a=words, b=[f"{word.upper()}," for word in words])
    assert pair.resemblance == 1


def test_a_text_that_was_reworked_is_another(tmp_path: Path) -> None:
    first = essay(1)
    assert pairs(tmp_path, a=first, b=edited(first, 100), c=first[:200] + essay(5, 200)) == []


def test_of_short_documents_only_copies_are_told(tmp_path: Path) -> None:
    few = essay(1, 20)
    assert pairs(tmp_path, a=few, b=edited(few, 1), c=[], d=["one"], e=few, f=[]) == [Pair("a", "e", 1.0)]


def test_a_group_of_copies_is_a_chain_of_pairs(tmp_path: Path) -> None:
    first = essay(1)
    found = pairs(tmp_path, **{f"copy{number:02}": edited(first, number % 8) for number in range(20)})
    assert len(found) == 19
    assert {uri for pair in found for uri in pair[:2]} == {f"copy{number:02}" for number in range(20)}
    assert all(one.resemblance >= other.resemblance >= LEAST for one, other in pairwise(found))


@pytest.mark.parametrize("changes", [2, 5, 9])
def test_pairs_above_the_bar_are_not_missed(tmp_path: Path, changes: int) -> None:
    """40 pairs between 0.83 and 0.96."""
    texts: dict[str, list[str]] = {}
    for seed in range(40):
        words = essay(seed, 300)
        texts |= {f"{seed}a": words, f"{seed}b": edited(words, changes)}
    found = pairs(tmp_path, **texts)
    assert sorted((pair.first, pair.second) for pair in found) == sorted((f"{seed}a", f"{seed}b") for seed in range(40))


def test_shingles_know_the_order_of_words() -> None:
    assert len(np.intersect1d(shingles("a b c"), shingles("c b a"))) == 0
    assert len(shingles("a b c a b c")) == 3
    assert len(shingles("a b")) == 0
