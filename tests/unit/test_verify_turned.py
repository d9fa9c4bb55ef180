"""Claims that say the opposite of their passage in words of their own, or in the same words at other places."""

from __future__ import annotations

import pytest

from ragkit.verify.compared_sides import compared
from ragkit.verify.grounds import Grounds
from ragkit.verify.outdated import outdated
from ragkit.verify.overlap import compare
from ragkit.verify.permissions import allowed_otherwise

FEMALES = "Females are about a fifth heavier than males, which is rare."
BIRDS = "Northern birds migrate later than southern ones."
GOALS = "Derry scored more goals than Ashby last season."
DOGS = "Dogs are welcome on a lead on all trams and pay nothing."
LIBRARY = "Readers may bring laptops into the reading room. A driving licence is enough; a gym card is not."
STANDS = "Drums are welcome in the stands, flares are banned."
DOSE = "It may be given to children from the age of six. You can mix the dose with water, but not with milk."
RAILWAY = "The railway reached the town in 1858 and left in 1966, so that today the nearest station is Thornby."
BINDERY = "The bindery, founded in 1931, worked in the cellar until 2009."
EXCESS = "The excess is 350 pounds in place of the standard one."
MATCHES = "Matches are played on Sundays rather than Saturdays."


@pytest.mark.parametrize(
    ("claim", "passage", "agrees"),
    [
        ("Females are heavier than males.", FEMALES, True),
        ("Males are lighter than females.", FEMALES, True),
        ("Male lorrels are heavier than females.", FEMALES, False),
        ("Females are lighter than males.", FEMALES, False),
        ("Southern birds migrate earlier than those of the north.", BIRDS, True),
        ("Southern birds migrate later than northern ones.", BIRDS, False),
        ("Ashby scored fewer goals than Derry last season.", GOALS, True),
        ("Ashby scored more goals than Derry last season.", GOALS, False),
        ("Gas is cheaper than oil.", "Oil is more expensive than gas.", True),
        ("Gas is more expensive than oil.", "Oil is more expensive than gas.", False),
        ("The day shift is longer than the night shift.", "The night shift is longer than the day shift.", False),
        ("Ashby scored more points than Derry.", GOALS, None),
        ("Males are taller than females.", FEMALES, None),
        ("Males are heavier than 3 kg.", FEMALES, None),
        ("Males are heavier than females.", "Females are not heavier than males.", None),
        ("More than half of the members pay less than planned.", "Members pay more than half of the sum.", None),
        ("Lorrels eat more than a week's food.", "A week brings more than lorrels eat.", None),
        ("In June males are heavier than females.", f"{FEMALES} In June males are heavier than females.", True),
    ],
)
def test_the_places_and_the_word_tell_whether_a_comparison_is_the_same(
    claim: str, passage: str, agrees: bool | None
) -> None:
    found = compared(claim, passage.split(". "))
    assert (found and found.agrees) is agrees


def test_a_comparison_that_a_text_turns_round_is_contradicted_where_the_text_has_all_of_it() -> None:
    assert compare("Southern birds migrate later than northern ones.", Grounds([BIRDS])).opposed == ((23, 28),)
    more = compare("Male lorrels are heavier than females.", Grounds([FEMALES]))
    assert (more.opposed, more.denied) == ((), {"heavier"})


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("Southern birds migrate earlier than northern ones.", BIRDS),
        ("Ashby scored fewer goals than Derry last season.", GOALS),
    ],
)
def test_an_opposite_word_with_the_things_in_each_others_place_is_no_opposite(claim: str, passage: str) -> None:
    assert compare(claim, Grounds([passage])).opposed == ()


@pytest.mark.parametrize(
    ("claim", "passage", "blamed"),
    [
        ("Dogs are not allowed on the trams.", DOGS, {"allowed"}),
        ("Dogs are allowed on the trams.", DOGS, set()),
        ("Dogs are not allowed on the trams without a lead.", DOGS, set()),
        ("Laptops are forbidden in the reading room.", LIBRARY, {"forbidden"}),
        ("Pens are forbidden in the reading room.", LIBRARY, set()),
        ("A gym card is acceptable.", LIBRARY, {"acceptable"}),
        ("A driving licence is acceptable.", LIBRARY, set()),
        ("Flares are allowed in the stands.", STANDS, {"allowed"}),
        ("Drums may be played in the stands.", STANDS, set()),
        ("The medicine is not suitable for children.", DOSE.replace("It", "The medicine"), {"suitable"}),
        ("The dose may be mixed with milk.", DOSE, {"may"}),
        ("The dose may be mixed with water.", DOSE, set()),
        ("The tenant can give notice by text message.", "A text message is not enough, an e-mail is.", {"can"}),
        ("Visitors may not park in the yard.", "Staff may park in the yard; visitors may not.", set()),
        ("Water may be poured on it.", "Never pour water on it.", {"may"}),
        ("Heads are barred from duty in May.", "Heads do duty in May.", set()),
    ],
)
def test_what_is_allowed_is_not_forbidden_in_other_words(claim: str, passage: str, blamed: set[str]) -> None:
    assert allowed_otherwise(claim, passage.split(". ")) == blamed
    assert compare(claim, Grounds([passage])).denied >= blamed


@pytest.mark.parametrize(
    ("claim", "passage", "blamed"),
    [
        ("The town has had a railway station since 1858 that is still open.", RAILWAY, {"since", "still"}),
        ("The bindery still works in the cellar.", BINDERY, {"still"}),
        ("The bindery has worked in the cellar since 1931.", BINDERY, {"since"}),
        ("The bindery has not worked in the cellar since 2009.", BINDERY, set()),
        ("The bindery has been closed since 2009.", BINDERY, set()),
        ("The works still run.", "The works closed in 1990 and were reopened in 1995.", set()),
        ("The school has been a museum since 1990.", "The school closed in 1990 and is now a museum.", set()),
        ("The pass is still valid.", "The pass is valid until 2030.", set()),
        ("The standard excess is 350 pounds.", EXCESS, {"standard"}),
        ("The excess is 350 pounds.", EXCESS, set()),
        ("The standard excess is 200 pounds.", f"{EXCESS} The standard one is 200 pounds.", set()),
        ("Matches are played on Saturdays.", MATCHES, {"saturday"}),
        ("Matches are played on Sundays.", MATCHES, set()),
        ("Matches are no longer played on Saturdays.", MATCHES, set()),
        ("It uses the new sensor.", "It was changed: instead of the old sensor it uses the new sensor.", set()),
        ("You can use oil.", "You can use butter instead of oil.", set()),
        ("The rate is 25 percent.", "The rate is 30 instead of 25 percent.", {"25"}),
        ("The rate goes from 25 to 30 percent.", "The rate is 30 instead of 25 percent.", set()),
    ],
)
def test_what_has_ended_or_was_replaced_is_not_so_any_more(claim: str, passage: str, blamed: set[str]) -> None:
    assert outdated(claim, passage.split(". ")) == blamed
    assert compare(claim, Grounds([passage])).denied >= blamed


def test_a_heading_alone_says_nothing_of_the_things_that_it_names() -> None:
    ground = Grounds(["Brisk S3 against Galehaus Aero 9\n\nBoth were tested for a month in three homes."])
    assert compare("The Galehaus Aero 9 is louder than the Brisk S3.", ground).missing == {"louder"}
    assert compare("The Brisk S3 was against the Galehaus Aero 9.", ground).missing == set()
