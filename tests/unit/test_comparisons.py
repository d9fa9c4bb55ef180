from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit.comparisons import sides, tells_both
from ragkit.subquestions import apart


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which is heavier, the pump or the fan?", ["What weight is the pump?", "What weight is the fan?"]),
        ("Which is the cheaper one, the day or the week pass?",
         ["How much does the day pass cost?", "How much does the week pass cost?"]),
        ("Which plan has more seats, Basic or Pro?",
         ["How many seats does Basic have?", "How many seats does Pro have?"]),
        ("Which has the longer warranty, the van or the bus?",
         ["How long is the warranty of the van?", "How long is the warranty of the bus?"]),
        ("Which of the two sites opens later, Ely or Rostock?", ["When does Ely open?", "When does Rostock open?"]),
        ("Does the belt last longer than the chain?",
         ["How long does the belt last?", "How long does the chain last?"]),
        ("Do clerks in Ely or in Rostock get more days of leave?",
         ["How many days of leave do clerks in Ely get?", "How many days of leave do clerks in Rostock get?"]),
        ("Is the excess higher for storm or for flood?",
         ["How high is the excess for storm?", "How high is the excess for flood?"]),
        ("Is parking more expensive at Ely than at Rostock?",
         ["How much does parking at Ely cost?", "How much does parking at Rostock cost?"]),
        ("How much more does the day pass cost than the week pass?",
         ["How much does the day pass cost?", "How much does the week pass cost?"]),
        ("What is the difference in price between the adult and the child ticket?",
         ["What is the price of the adult ticket?", "What is the price of the child ticket?"]),
        ("What is the difference between the van and the bus regarding fuel?",
         ["What is the fuel of the van?", "What is the fuel of the bus?"]),
        ("What's the difference between a soft and a hard quota limit?",
         ["What is a soft quota limit?", "What is a hard quota limit?"]),
        ("How does notice differ between Germany and Canada?",
         ["What is the notice of Germany?", "What is the notice of Canada?"]),
        ("gross profit Q2 2025 vs Q2 2024", ["What is gross profit Q2 2025?", "What is gross profit Q2 2024?"]),
        ("How do the shutdowns of 2025 and 2026 differ?",
         ["What is the shutdowns of 2025?", "What is the shutdowns of 2026?"]),
        ("Which can children take, the red or the blue syrup?",
         ["Can children take the red syrup?", "Can children take the blue syrup?"]),
        ("Which can take parameters, an alias or a function?",
         ["Can an alias take parameters?", "Can a function take parameters?"]),
        ("Did the red or the blue label last longer?",
         ["How long does the red label last?", "How long does the blue label last?"]),
        ("How much cheaper is a seat at a matinee than on a Friday night?",
         ["How much does a seat at a matinee cost?", "How much does a seat on a Friday night cost?"]),
        ("Which costs more to hire, the hall or the pool?",
         ["How much does the hall cost to hire?", "How much does the pool cost to hire?"]),
        ("Are the females smaller than the males?", ["How big are the females?", "How big are the males?"]),
        ("Which museum lets dogs in, Ely or Rostock?", ["Does Ely let dogs in?", "Does Rostock let dogs in?"]),
        ("Which is open on Sundays, the hall or the pool?",
         ["Is the hall open on Sundays?", "Is the pool open on Sundays?"]),
        ("What does the pump cost compared with the fan?", ["What does the pump cost?", "What does the fan cost?"]),
        ("When must days be taken in the UK and in Germany?",
         ["When must days be taken in the UK?", "When must days be taken in Germany?"]),
    ],
)  # fmt: skip
def test_a_comparison_is_asked_of_each_side(question: str, expected: list[str]) -> None:
    assert sides(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Is notice longer than 30 days?",
        "Can I carry over more than five days?",
        "Are dogs or cats allowed?",
        "Is a room bigger or smaller?",
        "What happens if we use more seats than we bought?",
        "Is the pump heavier than the pump?",
        "What are the terms and conditions?",
        "Is it faster than usual?",
        "Who has driven more miles, the van or the bus?",
        "Is sugar cheaper or dearer than flour?",
        "What decides if convex-concave lenses are positive or negative?",
        "Can the tool delete only the sessions older than a given date?",
        "Is it better to bake alone or with colleagues?",
        "May a year be shorter than twelve periods?",
        "Did they hold it up for more than a day?",
        "What share of mites and of mammals did the rat account for?",
        "Who appointed a commissioner first, Ely or Rostock?",
        "Is work worse than elsewhere?",
        "Is tea better than coffee?",
        "Is Ely colder or warmer in winter than Rostock?",
        "Who can sign a lease, a contract or a deed?",
        "What is the name, address or phone number of the supplier?",
        "Which trains stop at Leeds, York or Hull?",
        "Who do I contact if my card is lost, stolen or damaged?",
        "What foods contain nuts, milk or eggs?",
        "Can I see a doctor or nurse sooner?",
        "Can a guest or a member book more than one room?",
        "Is the fee for adults or children higher than 10 pounds?",
        "Compare the options and recommend one.",
        "What is the difference between terms and conditions and the privacy policy?",
        "Is the bus longer than  ?",
        "Compare tea and  ?",
        "Roe vs  ?",
        "Is the pump older than the fan, and " + "if so " * 60 + "why?",
        "",
    ],
)
def test_what_compares_no_two_things_has_no_sides(question: str) -> None:
    assert sides(question) == []


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (["Pump – 2 kg; Fan – 3 kg."], True),
        (["The pump weighs 2 kg.", "The fan weighs 3 kg."], True),
        (["The fan is heavier than most."], True),
        (["The pump weighs 2 kg."], False),
        (["The pump weighs 2 kg.", "Both pump and fan are grey."], False),
        ([], False),
    ],
)
def test_what_tells_of_both_sides_is_not_asked_of_each(told: list[str], expected: bool) -> None:
    assert tells_both(sides("Which is heavier, the pump or the fan?"), told) is expected


def test_both_sides_of_a_comparison_are_searched_for() -> None:
    assert apart("Where is the key kept, and is the pump older than the fan?") == [
        "How old is the pump?",
        "How old is the fan?",
    ]
    assert apart("Where is the key kept, and who has it?") == []


WORDS = [
    *"which is are the a an pump fan heavier cheaper more than or and vs compare compared with to in for what".split(),
    *"difference between how much many does has have costs longest 30 A B differ 2024 , ? : - . ) (".split(),
    "",
]


@given(st.lists(st.sampled_from(WORDS), max_size=24))
def test_no_text_is_an_error_and_a_comparison_has_two_sides(words: list[str]) -> None:
    question = " ".join(words)
    assert len(sides(question)) in {0, 2}
    assert all(apart(question))
    assert tells_both(sides(question), [question]) in {True, False}
