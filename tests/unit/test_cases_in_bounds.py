"""Questions about a case in the words of the bound that it lies in, and what is told of others."""

from __future__ import annotations

from typing import SupportsIndex

import pytest

from ragkit.generate.extractive.bounds import amounts, bounds
from ragkit.generate.extractive.candidates import candidates
from ragkit.generate.extractive.cases_in_bounds import MOST_CASES, has_case, in_bounds, tells_case
from ragkit.generate.extractive.question_rewriting import Asked
from ragkit.generate.extractive.word_signals import word_signals
from tests.conftest import passage

APPROVAL = (
    "Receipts are needed for every expense above £10. Line managers approve up to £500. Amounts from £500 to £5,000 "
    "are approved by the head of department, and everything above £5,000 by the CFO."
)
LEAVE = "Leave is 27 days a year, 28 days after 5 years of service and 30 days after 10 years of service."
GRADES = (
    "- More than 14 days before: all of the fare.\n- Between 14 and 3 days before: half of it.\n"
    "- Less than 3 days before: nothing."
)
VOID = "Loss is not covered while a building has been unoccupied for more than 45 consecutive days."


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("Who signs off an expense claim of £3,200?", APPROVAL, "Who signs off an expense claim from £500 to £5,000?"),
        ("What is paid back 7 days before?", GRADES, "What is paid back between 14 and 3 days before?"),
        ("Who approves £7,000?", APPROVAL, "Who approves above £5,000?"),
        ("Who approves 300 pounds?", APPROVAL, "Who approves up to £500?"),
        ("How much leave is it after 12 years?", LEAVE, "How much leave is it after 10 years?"),
        ("How much leave is it after seven years?", LEAVE, "How much leave is it after 5 years?"),
        (
            "Is loss covered when a house was empty for two months?",
            VOID,
            "Is loss covered when a house was empty for more than 45 consecutive days?",
        ),
        ("How often at 120 °C?", "Every day above 100 °C.", "How often above 100 °C?"),
        ("What of an upload of 12GB?", "Uploads larger than 5 GB go in parts.", "What of an upload larger than 5 GB?"),
        ("What of a bag of 1,200 grams?", "Bags over 1 kg cost more.", "What of a bag over 1 kg?"),
        ("With 9 people?", "Groups of more than 6 persons book.", "With more than 6 persons?"),
        (
            "For a party of 34?",
            "Parties of ten or more get 5 %; groups of thirty or more 8 %.",
            "For a party thirty or more?",
        ),
        ("With 12 people?", "Teams of ten or more get 5 %.", "With ten or more?"),
        ("With 12 people?", "Boxes of ten or more get 5 %.", "With 12 people?"),
        ("What do 20 jackets get?", "10 or more jackets get 8 % off.", "What do 10 or more jackets get?"),
        ("What do users aged 70 pay?", "Users 65 or older pay nothing.", "What do users 65 or older pay?"),
        ("May a 4-year-old child come in?", "No child under 6 years.", "May a child under 6 years come in?"),
        (
            "What is due at 300 requests per second?",
            "Over 200 requests per second you wait.",
            "What is due over 200 requests per second?",
        ),
        ("What of a speed of 8 m/s?", "Between 5 and 10 m/s, slow down.", "What of a speed between 5 and 10 m/s?"),
        (
            "Is it free for 18 months, too?",
            "It is for no longer than 2 years.",
            "Is it free for no longer than 2 years, too?",
        ),
        ("What of a stay of 3 weeks?", "Stays must not exceed 25 days.", "What of a stay not exceed 25 days?"),
        (
            "What if I cancel 5 weeks before?",
            "Up to 4 weeks before the start it is free.",
            "What if I cancel up to 4 weeks before?",
        ),
        ("I go for 3 weeks, whom to tell?", "Tell after 2 weeks.", "I go after 2 weeks, whom to tell?"),
        (
            "What does a bill of 1.5 million euros need?",
            "A bill over €1 million.",
            "What does a bill over €1 million need?",
        ),
        ("Who gave 5 mıllion pounds?", "Over 2 million pounds Ann gave.", "Who gave over 2 million pounds?"),
        ("What of 5000 pounds?", "Above 4 thouſand pounds, ask.", "What above 4 thouſand pounds?"),
        ("Who gave 7 kg?", "From 5 -10 kg it was Ann.", "Who gave from 5 -10 kg?"),
        ("Is a wall of 30 m2 ok?", "Walls above 20 m² need a permit.", "Is a wall above 20 m² ok?"),
        ("Who signs a £3,200 claim?", APPROVAL, "Who signs a claim from £500 to £5,000?"),
        (
            "What must an 18-year-old driver pay?",
            "Drivers under 21 years pay 5.",
            "What must a driver under 21 years pay?",
        ),
        ("What does a 15 kg item cost?", "Items up to 20 kg cost 5.", "What does an item up to 20 kg cost?"),
    ],
)
def test_a_case_is_asked_for_by_the_bound_that_it_lies_in(question: str, text: str, expected: str) -> None:
    assert in_bounds(question, text) == expected


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How much after 2 months?", "It is 5 after 3 months."),
        ("How much leave is it after 3 months?", "It must be taken within 4 months."),
        ("What of 10 kg?", "Above 5 litres it costs more."),
        ("What of $70?", "Above £50 it costs more."),
        ("What of 70 pounds?", "Above 50 kg it costs more."),
        ("What of 12 years?", "It is more after 10 years, and most after 12 years."),
        ("What of £400?", "Above £300 it is 5 %.\n\nAmount | 400 | 9"),
        ("What of 1 month?", "More than 30 days cost more."),
        ("What of 12 months?", "More than 1 year costs more."),
        ("What of 300 requests per minute?", "Over 100 requests per second you wait."),
        ("What of parcels heavier than 50 kg?", "Parcels heavier than 30 kg cost more."),
        ("What is done every 8 hours?", "After 6 hours a break is due."),
        ("What of the next 20 days?", "After 15 days it is deleted."),
        ("Is probation 8 months long?", "Ill for more than 7 months."),
        ("What changed in version 5?", "Upgrade from 3 versions."),
        ("Who signed on 14 March 2024?", "Sign from 1 March. It was above 2000 in all."),
        ("What does section 7 say?", "More than 5 sections say so."),
        ("What weighs the Lodge 40 kg?", "Tents above 30 kg."),
        ("Are we open at 8 pm?", "We are open from 6 pm."),
        ("Who may stay 300 days?", "It is sent within 3 years, after 30 days it lapses."),
        ("What of 15 kg?", "Weight: up to 20 kg | Price: 5"),
        ("What of 8 kg?", "From 4 to 16 kg it is red. From 2 to 8.5 km it is not. Between 4 and 16 kg it is blue."),
        ("What of 0 days?", "It is more after 10 days."),
        ("Is a wall of 30 m2 ok?", "Walls above 20 m need a permit."),
        ("Is a flow of 30 m2/s ok?", "Flows above 20 m² are not."),
        ("Is a wall of 30 x2y ok?", "Walls above 20 x need a permit."),
        ("Is it on at 7 °C?", "-5 °C to 10 °C turn it on."),
        ("Is it on at 7 °C?", "Above minus 5 °C it is on."),
        ("What of a balance of $7?", "A balance above -$5 is read."),
        (f"What of {'9' * 310} kg?", f"It is more above {'8' * 310} kg."),
    ],
)
def test_no_case_in_a_bound_is_left_as_it_is(question: str, text: str) -> None:
    assert in_bounds(question, text) == question


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Line managers approve up to £500.", False),
        ("Amounts from £500 to £5,000 are approved by the head of department.", True),
        ("Receipts are needed for every expense above £10.", None),
        ("Nobody approves their own claim.", None),
    ],
)
def test_a_sentence_has_the_bound_of_a_case_or_one_beside_it(sentence: str, expected: bool | None) -> None:
    assert tells_case("Who approves £3,200?", APPROVAL, sentence) is expected
    assert tells_case("Who approves £3,200?", "It is read by all.", sentence) is None


def test_only_an_amount_is_a_case() -> None:
    assert has_case("Who approves £3,200?")
    assert not any(map(has_case, ["Who approves it?", "What changed in version 5?", "Who approves above £3,200?"]))


def test_of_a_long_question_the_first_cases_are_asked_for() -> None:
    assert in_bounds("Who lifts 7 kg? " * 2000, "Above 5 kg, ask.").count("above 5 kg") == MOST_CASES


@pytest.mark.parametrize("part", ["5 ", "is 5 kg ", "above 5 kg. "])
def test_a_long_text_is_not_taken_again_for_each_number(part: str) -> None:
    taken = 0

    class Counted(str):
        __slots__ = ()

        def __getitem__(self, key: SupportsIndex | slice) -> str:
            nonlocal taken
            found = super().__getitem__(key)
            taken += len(found)
            return found

    text = Counted(part * (20_000 // len(part)))
    assert len(amounts(text)) > 1000
    assert len(bounds(text)) == text.count("above")
    assert taken < 10 * len(text)


def test_a_row_of_a_table_goes_before_a_bound() -> None:
    hit = passage("Parcels above 10 kg are heavy.\n\nup to 20 kg | Price: 5\nup to 50 kg | Price: 9")
    assert Asked("What does a parcel of 15 kg cost?", [hit]).of(0) == "What does a parcel of 15 kg cost?"


def test_a_sentence_for_other_cases_is_a_rival() -> None:
    hits = [passage("Amounts up to £500 are approved by Ann. Amounts above £500 are approved by Bea.")]
    signals = word_signals("Who approves an amount of £700?", list(candidates(hits)), hits)
    assert [signal["rival"] for signal in signals] == [1.0, 0.0]
