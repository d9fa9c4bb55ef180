"""Tables with an empty cell where a question asks."""

from __future__ import annotations

import pytest

from ragkit.generate.extractive.candidates import candidates
from ragkit.generate.extractive.rows_without_cell import lack_what_is_asked
from ragkit.generate.extractive.table_rows import silent_rows
from tests.conftest import passage

RENTS = (
    "Elm Court | Bedsit: 81.20 | 1 bedroom: 97.35 | Warden: Ann",
    "The Mill (sheltered) | 1 bedroom: 99.80 | 2 bedrooms: 118.60 | Phone: 5 | Warden: –",
    "Low Field | Bedsit: 70 | 2 bedrooms: 121",
)


@pytest.mark.parametrize(
    "question",
    ["What is the rent of a bedsit at The Mill?", "What is 1 bedroom at Low Field?", "Who is the warden of Low Field?"],
)
def test_a_table_whose_row_has_nothing_there_answers_nothing(question: str) -> None:
    assert lack_what_is_asked(question, RENTS)
    hit = passage("\n".join(RENTS))
    found = list(candidates([hit]))
    assert silent_rows(question, found, [hit]) == set(found)


@pytest.mark.parametrize(
    "question",
    [
        "What is the rent of a bedsit at Elm Court?",
        "What are the rents at The Mill?",
        "What is the phone number of the warden at The Mill?",
        "Whom do I call about a bedsit at The Mill, and what is the phone number?",
        "Which estates have a bedsit?",
        "Who is the warden of The Mill?",
        "What is the rent of a bedsit at Oak Court?",
    ],
)
def test_a_table_may_answer(question: str) -> None:
    assert not lack_what_is_asked(question, RENTS)
