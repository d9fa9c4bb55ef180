from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ragkit.generate.textstream import Detokenizer, StopStrings, partial_tail

LETTERS = st.text(alphabet="ab", max_size=30)


def test_partial_tail_is_the_longest_beginning_of_a_mark():
    assert partial_tail("so Ans", ["Answer:"]) == 3
    assert partial_tail("aab", ["abc", "bab"]) == 2
    assert partial_tail("Answer:", ["Answer:"]) == 0
    assert partial_tail("x", []) == 0


@given(LETTERS, st.lists(st.text(alphabet="ab", min_size=1, max_size=4), max_size=3), st.integers(1, 5))
def test_stop_strings_cut_at_the_first_however_the_text_is_broken(text, stops, step):
    cutter = StopStrings(stops)
    emitted = ""
    for at in range(0, len(text), step):
        emitted += cutter.feed(text[at : at + step])
        if cutter.stopped:
            break
    emitted += cutter.flush()
    places = [text.find(stop) for stop in stops if stop in text]
    if step == 1 and places:
        # Letter by letter the mark that is whole first wins.
        first = min(text.find(stop) + len(stop) for stop in stops if stop in text)
        assert any(text[:first].endswith(stop) and emitted == text[: first - len(stop)] for stop in stops)
    elif not places:
        assert emitted == text
    assert cutter.stopped == bool(places)
    assert not any(stop in emitted for stop in stops)


def decode(ids: list[int]) -> str:
    return bytes(ids).decode("utf-8", "replace")


@given(st.text())
def test_bytes_become_whole_characters(text):
    letters = Detokenizer(decode)
    parts = [letters.feed(byte) for byte in text.encode()]
    assert "".join(parts) + letters.flush() == text
    assert not any("\ufffd" in part for part in parts if "\ufffd" not in text)


def test_bytes_that_never_become_a_character_come_at_the_end():
    letters = Detokenizer(decode)
    assert [letters.feed(byte) for byte in b"a\xe2\x82"] == ["a", "", ""]
    assert letters.flush() == "\ufffd"


def test_white_space_depends_on_the_neighbour():
    words = ["Hello", "world", "again"]
    letters = Detokenizer(lambda ids: " ".join(words[token] for token in ids))
    assert [letters.feed(token) for token in range(3)] == ["Hello", " world", " again"]
