"""Looking words up gives what the tokenizer gives for the whole text."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit.models import bundled, pieces

WORDS = [
    "Leave",
    "is",
    "27",
    "days.",
    "[SEP]",
    "[UNK]x",
    "e-mail",
    "naïve",
    "ΑΣ'α",
    "a\u0301b",
    "短い文",
    "x\x00y",
    "##s",
]
SPACES = [" ", "\n", "\t", "\r", "\x0b", "\x1c", "\x85", "\xa0", "\u2028", "\u200d", "\ufeff", ""]


def whole(text: str) -> list[int]:
    return list(bundled.tokenizer().encode(text, add_special_tokens=False).ids)


@given(st.lists(st.sampled_from(WORDS + SPACES) | st.text(max_size=8), max_size=30))
def test_the_pieces_of_a_text_are_those_of_its_words(parts: list[str]) -> None:
    text = "".join(parts)
    assert pieces.pieces([text]) == [whole(text)]


def test_every_character_between_letters_and_between_marks() -> None:
    characters = [chr(code) for code in range(0x30000) if not 0xD800 <= code < 0xE000]
    for start in range(0, len(characters), 4096):
        some = characters[start : start + 4096]
        text = " ".join(f"a{character}Σ {character}.{character}" for character in some)
        assert pieces.pieces([text]) == [whole(text)]


@pytest.mark.parametrize("word", ["a" * 100, "a" * 101, "deadbeef" * 4000, "Ab" * 40])
def test_long_words_are_read_and_not_remembered(word: str) -> None:
    assert pieces.pieces([f"so {word}, then"]) == [whole(f"so {word}, then")]
    assert word not in pieces._words


def test_words_are_forgotten_when_they_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "KEPT", 50)
    pieces._words.clear()
    texts = [" ".join(f"word{number}" for number in range(start, start + 80)) for start in range(0, 400, 80)]
    assert pieces.pieces(texts) == [whole(text) for text in texts]
    assert len(pieces._words) <= 50


def test_threads_share_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "KEPT", 20)
    texts = [" ".join(f"{number * step} leaves" for number in range(60)) for step in range(1, 9)]
    expected = [whole(text) for text in texts]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(lambda _: pieces.pieces(texts), range(20))) == [expected] * 20
    finally:
        sys.setswitchinterval(interval)
