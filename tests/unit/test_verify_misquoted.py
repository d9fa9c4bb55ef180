from __future__ import annotations

import pytest

from ragkit.verify.grounds import Grounds
from ragkit.verify.lexical import LexicalVerifier
from ragkit.verify.overlap import compare

TOKENS = "Tokens are made under Profile and expire after 180 days."
EXPENSES = "Travel expenses\n\nEmployees claim travel expenses within 30 days after the trip."
PASSWORD = "Guest network\n\nSet a password of at least 12 characters."
SICKNESS = "Staff Handbook\n\nA certificate is needed from the fourth day. Forms have two pages."
VACCINE = "The combined vaccine costs €71 a dose."


@pytest.mark.parametrize(
    ("claim", "passage", "number"),
    [
        ("API tokens expire after 90 days.", TOKENS, "90"),
        ("Employees have 60 days to claim.", EXPENSES, "60"),
        ("A guest password needs at least 8 characters.", PASSWORD, "8"),
        ("The combined vaccine costs 41 euros a dose.", VACCINE, "41"),
        ("Staff need a certificate from the second day.", SICKNESS, "second"),
    ],
)
def test_a_number_in_place_of_the_one_that_stands_there_is_contradicted(claim: str, passage: str, number: str) -> None:
    assert [claim[start:end] for start, end in compare(claim, Grounds([passage])).misquoted] == [number]
    (found,) = LexicalVerifier(0.5).verify([claim], [passage])
    assert found.verdict == "contradicted"
    assert found.score <= 0.5


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("API tokens expire after 180 days.", TOKENS),
        ("Staff need a certificate from the fourth day.", SICKNESS),
        ("Staff need a certificate from the second day.", f"{SICKNESS} In Wales it is the 2nd day."),
        ("Tokens expire after about 175 days.", TOKENS),
        ("Tokens expire after 90 minutes.", TOKENS),
        ("Sessions end after 90 days.", TOKENS),
        ("A password of 14 characters will do in the guest network.", PASSWORD),
        ("Two doses of the combined vaccine cost 142 euros.", VACCINE),
        ("The repair costs 5,900 euros less.", "The repair costs 3,900 euros, a new one 9,800 euros."),
        ("The stand measures 48 metres.", "The stand measures 52 metres. Last year the stand had 48 metres."),
    ],
)
def test_another_number_that_may_be_right_is_not(claim: str, passage: str) -> None:
    assert compare(claim, Grounds([passage])).misquoted == ()


def test_what_many_numbers_give_is_found_at_once() -> None:
    numbers = " ".join(str(number) for number in range(1000, 9000))
    found = compare("API tokens expire after 20000 days.", Grounds([f"{TOKENS}\n\n{numbers} are others."]))
    assert len(found.misquoted) == 1


@pytest.mark.parametrize("numbers", ["It was 100 and then 10.", "It was 300 and then 210.", "It was 9 by 10."])
def test_a_number_that_two_others_give_may_be_worked_out(numbers: str) -> None:
    assert not compare("API tokens expire after 90 days.", Grounds([f"{TOKENS} {numbers}"])).misquoted
    assert compare("API tokens expire after 91 days.", Grounds([f"{TOKENS} {numbers}"])).misquoted


OFF = "The guest network is separate. It is off by default. To switch it on, tick Enable."


@pytest.mark.parametrize(
    ("claim", "passage", "is_turned"),
    [
        ("The guest network is switched on by default.", OFF, True),
        ("The guest network is off by default.", OFF, False),
        ("The guest network is not on by default.", OFF, False),
        ("The guest network isn\u2019t on by default.", OFF, False),
        ("Logging is enabled by default.", "Logging is not enabled by default.", True),
        ("Logging is on by default.", "Logging is on by default, tracing is off by default.", False),
        ("Logging is on by default.", "The cache is off by default. Logging goes to a file.", False),
        ("Logging is on by default.", "Logging goes to a file. The option is off by default.", True),
    ],
)
def test_what_is_so_by_default_is_not_turned_round(claim: str, passage: str, is_turned: bool) -> None:
    assert bool(compare(claim, Grounds([passage])).opposed) is is_turned
