"""Notes whose marks are typed: a star, a raised figure or a dagger behind what they are on, and before their text."""

from __future__ import annotations

import pytest

from ragkit.generate.extractive.row_cells import said
from ragkit.generate.wording import notes, plain_sentence
from ragkit.sentences import sentence_spans
from ragkit.types import Chunk, Evidence, Hit


def told(text: str, sentence: str, question: str = "When is it open?", uri: str = "a.txt") -> list[str]:
    hits = [Hit(Chunk(uri, "A", 0, len(text), text), 1.0)]
    start = text.index(sentence)
    evidence = Evidence(0, start, start + len(sentence), 1.0)
    return [text[note.start : note.end] for note in notes(hits, evidence, said(question, hits[0], evidence))]


@pytest.mark.parametrize(
    ("sentence", "note"),
    [
        ("The hall opens at 9.¹", "¹ Not in May."),
        ("It opens at 9†, and later in winter.", "† Not in May,\n  and not in June."),
        ("The hall opens at 9**.", "** Not in May."),
        ("The hall opens at 9 (or 10)*", "* Not in May."),
    ],
)
def test_a_note_is_told_with_what_has_its_mark(sentence: str, note: str) -> None:
    assert told(f"{sentence}\n\n{note}\n\nAsk first.", sentence) == [note]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("The hall has 40 m².\n\n¹ Not in May.", "The hall has 40 m²."),
        ("The *hall* opens at 9.\n\n* one\n* two", "The *hall* opens at 9."),
        ("The *hall* opens at 9.\n\n* one", "The *hall* opens at 9."),
        ("It opens at 9* if asked.\n\n*Always* ask.", "It opens at 9* if asked."),
        ("The *hall* opens at 9.\n\n*Always* ask.", "The *hall* opens at 9."),
        ("It costs 3 * 9.\n\n* Not in May.", "It costs 3 * 9."),
        ("It opens at 9**.\n\n* Not in May.", "It opens at 9**."),
    ],
)
def test_other_signs_mark_no_note(text: str, sentence: str) -> None:
    assert told(text, sentence) == []


@pytest.mark.parametrize(("day", "expected"), [("Saturday", ["* Not in May."]), ("Monday", [])])
def test_the_note_on_a_cell_is_told_with_that_cell_alone(day: str, expected: list[str]) -> None:
    row = "Map hall | Monday: 9 to 17 | Saturday: 9 to 12*"
    assert told(f"{row}\n\n* Not in May.", row, f"When is the map hall open on {day}?") == expected


def test_a_typed_mark_stays_with_the_sentence_before_it() -> None:
    text = "The guide is free.¹ Dogs stay outside.† Bring 3 m². Ask."
    spans = sentence_spans(text)
    expected = ["The guide is free.¹", "Dogs stay outside.†", "Bring 3 m².", "Ask."]
    assert [text[start:end] for start, end in spans] == expected
    assert plain_sentence(text, *spans[0]) == "The guide is free.¹"
