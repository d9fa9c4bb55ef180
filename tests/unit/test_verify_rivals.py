from __future__ import annotations

import pytest

from ragkit.verify.grounds import Grounds
from ragkit.verify.overlap import compare

NOTICE = "The landlord may terminate without notice. The tenant must give three months' notice."
POOLS = "The pool in Aldern closes on 3 May. The pool in Birk stays open."
MOTIONS = "The motion of Ms Orr was rejected, 3 to 5. The motion of Mr Lind was passed."
TESTS = "Alpine and Fedora are tested every night. Gentoo works, but is tested only before a release."


@pytest.mark.parametrize(
    ("claim", "passage", "words"),
    [
        ("The tenant may terminate without notice.", NOTICE, {"tenant"}),
        ("The pool in Birk closes on 3 May.", POOLS, {"birk"}),
        ("Lyon hosted the conference.", "Paris hosted the conference. Lyon hosted the fair.", {"lyon"}),
        ("Gentoo is tested every night.", TESTS, {"gentoo"}),
        ("The motion of Ms Orr was passed.", MOTIONS, {"orr"}),
        ("Staff wear a badge in the hall.", "Visitors wear a badge in the hall.", {"staf"}),
        ("The landlord pays for the paint.", "The tenant pays for the paint.", {"landlord"}),
        ("Part-time teachers have 30 days.", "Full-time teachers have 30 days.", {"part"}),
        ("Part-time work is paid monthly.", "Full-time work is paid monthly.", {"part"}),
        ("Either party may end the contract.", "The supplier may end the contract.", {"party"}),
    ],
)
def test_what_is_said_of_another_subject_is_missing(claim: str, passage: str, words: set[str]) -> None:
    assert words <= compare(claim, Grounds([passage])).missing


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("The landlord may terminate without notice.", NOTICE),
        ("The tenant must give three months' notice.", NOTICE),
        ("The pool in Birk stays open.", POOLS),
        ("The motion of Mr Lind was passed.", MOTIONS),
        ("Employees wear a badge in the hall.", "Staff wear a badge in the hall."),
        ("The tenant pays for the paint.", "The tenant pays for the paint, not the landlord."),
        ("Part of the staff has 30 days.", "Full-time staff have 30 days."),
        ("Either party may end the contract.", "The customer and the supplier may each end the contract."),
        ("Drivers are trained every year.", "All employees are trained every year. Drivers carry a card."),
        ("Ida Roth signs the orders.", "Ida Roth leads the shop. She signs the orders."),
        ("Smoke the hive and spray the bees.", "Smoke the hive. Open the lid and spray the bees."),
        ("Critics ask why he needs a plane.", "Critics are loud. That is why they ask why he needs a plane."),
    ],
)
def test_what_is_said_of_the_subject_or_of_all_is_not(claim: str, passage: str) -> None:
    assert not compare(claim, Grounds([passage])).missing
