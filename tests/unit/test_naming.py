"""Questions in the words of a text: what the fixed other names of a thing are, and what is none."""

from __future__ import annotations

import pytest

from ragkit.naming import synonyms, worded


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("What does it cost in Swiss francs?", "Price CHF: 980", "What does it cost in CHF?"),
        ("What does it cost in CHF?", "980 Swiss francs", "What does it cost in Swiss francs?"),
        ("What is the fee in Swiss francs?", "A fee of Fr. 30 is due.", "What is the fee in Fr.?"),
        ("How many US dollars is a visit?", "A visit: USD 40", "How many USD is a visit?"),
        ("How much is it in dollars?", "It is $40.", "How much is it in $?"),
        ("How much is it in pounds?", "It is £40.", "How much is it in £?"),
        ("What weighs 9 pounds?", "Weight: 9 lb", "What weighs 9 lb?"),
        ("Who is there on Thursday?", "Thu/Fri: Birgit", "Who is there on Thu?"),
        ("Who is there on Sat?", "On Saturdays Kenji is there.", "Who is there on Saturdays?"),
        ("Revenue of the third quarter?", "Q2: 22; Q3: 21", "Revenue of the Q3?"),
        ("What opens in September?", "Opens in Sept. 2026", "What opens in Sept.?"),
        ("When does API v2 end?", "Version 2 ends in May.", "When does API Version 2 end?"),
        ("When does version 2.1 end?", "v2.1 ends in May.", "When does v2.1 end?"),
        ("How many kilometres is it?", "It is 12 km.", "How many km is it?"),
        ("How many litres fit in?", "Tank: 45 l", "How many l fit in?"),
        ("Which route has 5 km?", "It has five kilometres.", "Which route has 5 kilometres?"),
        ("How hot in degrees Celsius may it be?", "at most 45 °C", "How hot in °C may it be?"),
        ("What per cent left?", "18 % left", "What % left?"),
        ("Which line runs every half hour?", "Line 7 runs every 30 minutes.", "Which line runs every 30 minutes?"),
        ("Which line runs every 30 minutes?", "Line 7 runs every half hour.", "Which line runs every half hour?"),
        ("What is the third prize?", "3rd prize: a book", "What is the 3rd prize?"),
    ],
)
def test_a_question_is_put_in_the_words_of_the_text(question: str, text: str, expected: str) -> None:
    assert worded(question, text) == expected


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What does it cost in Swiss francs?", "10 Swiss francs are CHF 10."),
        ("What does it cost in Swiss francs?", "Price EUR: 980"),
        ("What does it cost in Canadian dollars?", "It costs $5 or USD 5."),
        ("What does it cost in dollars?", "It costs CA$5."),
        ("What costs $5?", "It costs 5 dollars."),
        ("How many francs is it?", "It is 9 Belgian francs."),
        ("What are the opening hours?", "We work 8 h a day."),
        ("Who takes the minutes of the meeting?", "It takes 5 min."),
        ("When does the Sun set?", "On Sunday all is closed."),
        ("Who came in January?", "Jan Meyer came."),
        ("When does API v2 end?", "Version 2.1 ends in May."),
        ("What lasts two and a half hours?", "Line 7 runs every 30 minutes."),
        ("How many miles is it?", "It is 12 m."),
        ("How should I clean a TB-1?", "It stores 5 terabytes."),
        ("up to what wind is the heron 4s rated?", "It takes 5 seconds."),
    ],
)
def test_what_is_the_same_or_something_else_stays(question: str, text: str) -> None:
    assert worded(question, text) == question


def test_what_stands_nearest_decides() -> None:
    question = "Who is there on Thursday?"
    assert worded(question, "Thu: Birgit", "Thursday is long") == "Who is there on Thu?"
    assert worded(question, "Birgit", "Thursday", "Thu") == question


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How much is it in USD?", [("dollars",)]),
        ("What happens on Thu?", [("thursdays", "thurs", "thur")]),
        ("When does v2 end?", [("version 2",)]),
        ("How many km is it?", []),
        ("Who is Thea?", []),
    ],
)
def test_a_search_asks_for_the_other_names(question: str, expected: list[tuple[str, ...]]) -> None:
    assert synonyms(question) == expected
