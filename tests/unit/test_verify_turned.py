"""Claims that say the opposite of their passage in words of their own, or in the same words at other places."""

from __future__ import annotations

import pytest

from ragkit.verify.by_default import turned_by_default
from ragkit.verify.compared_sides import compared
from ragkit.verify.grounds import Grounds
from ragkit.verify.lexical import LexicalVerifier
from ragkit.verify.opposites import doubtful, opposed
from ragkit.verify.order import exchanged_words
from ragkit.verify.outdated import outdated
from ragkit.verify.overlap import compare
from ragkit.verify.permissions import allowed_otherwise
from ragkit.verify.turned import began_otherwise, turned

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
BOATS = "More boats come from the south than from the north."
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
        ("More boats come from the north than from the south.", BOATS, False),
        ("Fewer boats come from the north than from the south.", BOATS, True),
        ("More boats come from the south than from the east.", BOATS, None),
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


FERRY = "The night ferry runs from Vesthavn to Brandmark; the day ferry goes the other way."
TICKETS = "Line 7 | Route: Harbour to Airport\nLine 8 | Route: Airport to Station\nTickets hold in both directions."
TABLETS = "Take the tablets one hour before a meal or two hours after it."
SALES = "Sales fell from 900 to 700 units in 2021 and rose to 950 in 2022."


@pytest.mark.parametrize(
    ("claim", "passage", "contradicted"),
    [
        # a way that may be told in either direction
        ("The day ferry runs from Brandmark to Vesthavn.", FERRY, False),
        ("The ferry runs from Brandmark to Vesthavn.", FERRY.partition(";")[0], True),
        ("Tickets hold from Airport to Harbour.", TICKETS, False),
        ("Line 7 goes from Airport to Harbour.", TICKETS.rpartition("\n")[0], True),
        ("The fee is due from Kiel to Oslo, too.", "The fee is due from Oslo to Kiel.", False),
        ("The road from Berga to Alna is 14 km long.", "The road from Alna to Berga is 14 km long.", False),
        # two things are turned at once
        ("Below 5 bar the valve is closed.", "Above 5 bar the valve is open.", False),
        ("Below 5 bar the valve is open.", "Above 5 bar the valve is open.", True),
        ("Before 9 pm the lamps may be lit.", "After 9 pm the lamps must be dark.", False),
        ("Before 9 pm the lamps must be dark.", "After 9 pm the lamps must be dark.", True),
        # what is left out
        ("Take the tablets two hours after a meal.", TABLETS, False),
        ("Take the tablets one hour after a meal.", "Take the tablets one hour before a meal.", True),
        ("Sales rose to 950 units.", SALES, False),
        ("Sales rose from 900 to 700 units.", SALES.partition(" in")[0], True),
        ("Guests who leave after 22:00 ring.", "Guests may leave before 22:00; later they ring.", False),
        ("Guests leave after 22:00.", "Guests may leave before 22:00; later they ring.", False),
        # the number stands in another sentence
        (
            "With more than 50 m of sight cars drive 80 km/h.",
            "Cars drive 80 km/h. Below 50 m of sight all wait.",
            False,
        ),
        # a negation at the end denies nothing before it
        ("Loans below 9 euros need a guarantor.", "Loans above 9 euros need a guarantor, smaller ones do not.", True),
        ("Loans below 9 euros need no guarantor.", "Loans above 9 euros need a guarantor, smaller ones do not.", False),
        ("Salt raises the freezing point.", "Salt lowers the freezing point.", True),
        ("Ardal came two points behind Moss.", "Ardal came two points ahead of Moss.", True),
        ("Moss came two points behind Ardal.", "Ardal came two points ahead of Moss.", False),
    ],
)
def test_what_the_texts_tell_besides_makes_an_opposite_doubtful(claim: str, passage: str, contradicted: bool) -> None:
    found = compare(claim, Grounds([passage]))
    assert bool(found.opposed and not found.denied) is contradicted
    (support,) = LexicalVerifier(0.0).verify([claim], [passage])
    assert (support.verdict == "contradicted") <= contradicted


@pytest.mark.parametrize(
    ("claim", "text", "is_turned"),
    [
        ("Plug it in before you put the cover back.", "Put the cover back before you plug it in again.", True),
        ("First hand over the keys, then pay the deposit.", "Pay the deposit before you hand over the keys.", True),
        ("First pay the deposit, then hand over the keys.", "Pay the deposit before you hand over the keys.", False),
        ("Hand over the keys after the deposit is paid.", "Pay the deposit before you hand over the keys.", False),
        ("The author died after the war.", "The author was born before the war and died after it.", False),
        ("The gate is open before 22:00.", "After 22:00 the gate is open.", False),
        ("Do not hand over the keys before the deposit.", "Pay the deposit before you hand over the keys.", False),
    ],
)
def test_one_thing_before_another_is_an_order(claim: str, text: str, is_turned: bool) -> None:
    assert turned(claim, [text]) is is_turned


@pytest.mark.parametrize(
    ("claim", "text", "word"),
    [
        ("The new tariff applies until 1 July 2025.", "From 1 July 2025 the new tariff applies.", {"until"}),
        ("The new tariff applies from 1 July 2025.", "Until 1 July 2025 the new tariff applies.", {"from"}),
        ("The old tariff applies until 1 July 2025.", "From 1 July 2025 the new tariff applies.", set()),
        ("The desk opens from 8 am.", "The desk opens from 8 am until 5 pm.", set()),
        ("The desk does not open until 8 am.", "The desk opens from 8 am.", set()),
        ("The desk opens until 5 pm.", "The desk opens from 8 am until 5 pm and from 5 pm.", set()),
    ],
)
def test_since_when_is_not_until_when(claim: str, text: str, word: set[str]) -> None:
    assert began_otherwise(claim, [text]) == word


LOGIN = "The second factor is on by default for admins and off by default for guests."
UPDATES = "Updates are on by default; telemetry is off by default."


@pytest.mark.parametrize(
    ("claim", "text", "is_turned"),
    [
        ("Telemetry is on by default.", UPDATES, True),
        ("Telemetry is off by default.", UPDATES, False),
        ("Updates are off by default.", UPDATES, True),
        ("Updates are on and telemetry is off by default.", UPDATES, False),
        ("The second factor is on by default for guests.", LOGIN, True),
        ("The second factor is not on by default for guests.", LOGIN, False),
        ("The second factor is on by default for admins.", LOGIN, False),
        ("Sounds are off by default.", UPDATES, False),
    ],
)
def test_each_clause_tells_a_default_of_its_own(claim: str, text: str, is_turned: bool) -> None:
    assert turned_by_default(claim, [text]) is is_turned


DEPOSIT = "The tenant pays the deposit to the landlord before moving in."


@pytest.mark.parametrize(
    ("claim", "text", "exchanged"),
    [
        ("The landlord pays the deposit to the tenant before moving in.", DEPOSIT, {"landlord", "tenant"}),
        ("The tenant pays the landlord the deposit.", DEPOSIT, set()),
        ("The tenant pays the deposit to the landlord.", DEPOSIT, set()),
        ("Farmers lend money to the bank.", "The bank lends money to farmers at 3 percent.", {"farmer", "bank"}),
        ("Butter can be replaced by oil.", "Oil can be replaced by butter.", {"butter", "oil"}),
        ("The rabbit is eaten by the fox.", "The fox eats the rabbit.", set()),
        ("Salt is mixed together with sugar.", "Sugar is mixed together with salt.", set()),
        ("Bring a passport, a photo and a form.", "Bring a form, a photo and a passport.", set()),
        ("The colour is red if the lamp is hot.", "If the lamp is hot the colour is red.", set()),
    ],
)
def test_two_words_that_change_places_say_something_else(claim: str, text: str, exchanged: set[str]) -> None:
    assert exchanged_words(claim, [text]) == exchanged


def test_a_claim_of_many_numbers_costs_no_more_than_its_length() -> None:
    claim = "1 " * 20_000
    assert not opposed(claim, ["It rose by 2."])
    assert not doubtful(claim, ["It rose by 2."])
