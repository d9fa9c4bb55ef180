"""What sort of answer is asked for, and which sentences have none of it."""

from __future__ import annotations

import pytest

from ragkit.generate.extractive.answer_types import asked_for, lacks
from ragkit.generate.extractive.candidates import candidates
from ragkit.generate.extractive.word_signals import word_signals
from tests.conftest import passage


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How heavy is the C2R?", "mass"),
        ("What does the kit weigh?", "mass"),
        ("We are late. How much does a day more cost?", "price"),
        ("What is the monthly rent?", "price"),
        ("How old must a driver be?", "age"),
        ("How far is the station?", "distance"),
        ("how often is it cleaned", "frequency"),
        ("At what temperature does it freeze?", "temperature"),
        ("How long may I stay?", "duration"),
        ("How many people came?", "number"),
        ("How soon will somebody call?", "speed"),
        ("By when must it be sent?", "time"),
        ("How much sugar is in it?", "amount"),
        ("Which setting tells how long it waits?", None),
        ("What happens when the disk is full?", None),
        ("when the disk is full, is anything lost?", None),
        ("How do I open it?", None),
    ],
)
def test_what_is_asked_for(question: str, kind: str | None) -> None:
    found = asked_for(question)
    assert (found and found.name) == kind


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How heavy is the C2R?", "The C2 produces 56 dB(A) at full speed, the C2R 59 dB(A)."),
        ("What does the shelf cost?", "Shelf | Depth: 40 cm | Added: 3 May 2024"),
        ("How many people came?", "The doors of the PL-10 opened at 19:00."),
        ("How long is the pass valid?", "The pass is blue and costs €30."),
        ("How old is the calf?", "Then a calf of 40 kg was lifted."),
        ("When was the hall built?", "The hall is of brick."),
    ],
)
def test_another_sort_is_no_answer(question: str, text: str) -> None:
    assert lacks(asked_for(question), text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How heavy is the C2R?", "C2R | Weight: 7"),
        ("How heavy may a parcel be?", "No more than twenty-five kg."),
        ("What does it cost?", "Entry is free."),
        ("What does gap cover cost?", "Gap cover, 7 a month, is for new cars."),
        ("How old is she?", "The judge, 51, was nominated on Monday."),
        ("How long may I stay?", "Until the examination."),
        ("How long is it barred?", "Suspension is for life."),
        ("When must it be sent?", "As soon as the head agrees."),
        ("How many may come?", "Each member brings a guest."),
        ("How often is it cleaned?", "After each use."),
        ("How fast must we answer?", "At once."),
        ("How much does an appeal cost?", "The prices are:"),
        ("Who signs?", "The head of department."),
    ],
)
def test_in_case_of_doubt_a_sentence_answers(question: str, text: str) -> None:
    assert not lacks(asked_for(question), text)


def test_a_sentence_that_lacks_the_sort_is_less_likely() -> None:
    hit = passage("The C2R produces 59 dB(A). The C2R weighs 8 kg.")
    found = list(candidates([hit]))
    assert [each["lacks"] for each in word_signals("How heavy is the C2R?", found, [hit])] == [1, 0]


@pytest.mark.parametrize("part", ["1", "1,", "1-", "1:1 "])
def test_a_long_row_of_digits_costs_no_more_than_its_length(part: str) -> None:
    assert not lacks(asked_for("How heavy is it?"), f"{part * 50_000}x")
