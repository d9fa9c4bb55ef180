from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit.sentences import sentence_spans
from ragkit.verify.amounts import alike, forms
from ragkit.verify.grounds import Grounds, Wording
from ragkit.verify.lexical import LexicalVerifier, conclusion
from ragkit.verify.opposites import opposed
from ragkit.verify.overlap import FEATURES, compare
from ragkit.verify.verbatim import verbatim

PASSAGES = [
    "The gateway has eight channels. It needs 12 W.",
    "Employees in Germany have 30 days of annual leave. Employees in Canada have 22 days.",
    "Refunds are not possible after 30 days. Customers may return the Heron 4 logger within 14 days if it is unopened.",
]
GROUNDS = Grounds(PASSAGES)


def verdict(claim: str, question: str = "") -> str:
    (support,) = LexicalVerifier(0.5).verify([claim], PASSAGES, question)
    return support.verdict


def flagged(claim: str) -> list[str]:
    (support,) = LexicalVerifier(0.5).verify([claim], PASSAGES)
    return [claim[start:end] for start, end in support.unsupported_spans]


def test_a_claim_that_is_all_new_numbers_is_unsupported() -> None:
    assert verdict(f"It has {', '.join(str(number) for number in range(1000, 2600))} V.") == "unsupported"


@pytest.mark.parametrize(
    "claim",
    [
        "It needs 12 W.",
        "it  needs\n12 w",
        "The gateway has 8 channels.",
        "Employees in Germany get 30 days of annual leave.",
        "1. The Heron 4 logger can be returned by customers within 14 days (passage 3).",
    ],
)
def test_what_the_passages_say_in_other_words_is_supported(claim: str) -> None:
    assert verdict(claim) == "supported"


@pytest.mark.parametrize(
    "claim",
    [
        "Employees in Canada have 30 days.",
        "Employees in Norway have 30 days of annual leave.",
        "Refunds are possible after 30 days.",
        "Employees in Germany do not have 30 days of annual leave.",
        "The moon is made of cheese.",
        "Yes.",
    ],
)
def test_a_number_a_name_or_a_negation_that_differs_takes_support_away(claim: str) -> None:
    assert verdict(claim) == "unchecked"


def test_another_number_in_the_same_words_is_contradicted() -> None:
    assert verdict("Employees in Germany have 31 days of annual leave.") == "contradicted"


def test_a_claim_that_is_mostly_new_is_unsupported() -> None:
    claim = "The gateway costs 400 euros and ships from Oslo."
    assert verdict(claim) == "unsupported"
    assert flagged(claim) == ["costs 400 euros", "ships", "Oslo"]


def test_a_part_of_a_decimal_is_another_number() -> None:
    assert compare("The limit is 5 bar.", Grounds(["The limit is 1.5 bar."])).missing == {"5"}
    assert compare("The limit is 1.5 bar.", Grounds(["The limit is v1.5 bar."])).missing == set()
    assert compare("The limit is .5 bar.", Grounds(["The limit is 5 bar."])).missing == {"0.5"}
    assert compare("The limit is .5 bar.", Grounds(["The limit is 0.5 bar."])).missing == set()


@pytest.mark.parametrize(
    ("claim", "passage", "missing"),
    [
        ("The PL-10 costs 90 euros.", "The PL-10 costs 50 euros. The PL-50 costs 90 euros.", {"90"}),
        ("The PL-10 costs 50 euros.", "The PL-10 costs 50 euros. The PL-50 costs 90 euros.", set()),
        ("Model A weighs 8 kg.", "Model A weighs 5 kg. Model B weighs 8 kg.", {"8"}),
        ("Model A weighs 5 kg.", "Model A weighs 5 kg. Model B weighs 8 kg.", set()),
        ("Models A and B weigh 8 kg.", "Model A weighs 5 kg. Model B weighs 8 kg.", set()),
        ("The type A weighs 8 kg.", "The type A is new. It weighs 8 kg.", set()),
        ("It saves 5 trees and 8 watts.", "It saves 5 trees. It saves 8 watts.", set()),
    ],
)
def test_a_number_of_what_bears_another_label_is_missing(claim: str, passage: str, missing: set[str]) -> None:
    assert compare(claim, Grounds([passage])).missing == missing


@pytest.mark.parametrize(
    ("claim", "passage", "missing"),
    [
        ("Bob signed the contract in March.", "Anna signed the contract in March.", {"bob"}),
        ("Lyon hosted the conference.", "Paris hosted the conference. Before it, Lyon hosted the fair.", set()),
        ("Lyon hosted the conference.", "Paris hosted the conference.", {"lyon"}),
        ("Bob lives in Oslo.", "Anna lives in Oslo.", {"bob"}),
        ("Staff signed the contract.", "Employees signed the contract. Other employees did not.", set()),
        ("Workers signed the contract.", "Employees signed the contract.", set()),
        ("Keep stirring the soup.", "Continue stirring the soup.", set()),
        ("Anna signed the contract.", "Then Anna signed the contract.", set()),
        ("Johnsson signed the contract.", "Johnson signed the contract.", set()),
    ],
)
def test_a_name_that_begins_a_claim_is_missing_where_another_one_does_it(
    claim: str, passage: str, missing: set[str]
) -> None:
    assert compare(claim, Grounds([passage])).missing == missing
    assert compare(claim, Grounds([passage]), claim).missing == set()


def test_digits_that_are_set_high_belong_to_the_number() -> None:
    assert compare("It is 10⁶ ohms.", Grounds(["It is 10⁹ ohms."])).missing == {"10⁶"}
    assert compare("It is 10⁶ ohms.", Grounds(["Here it is 10⁶ ohms."])).missing == set()


@pytest.mark.parametrize(
    ("claim", "passage", "missing"),
    [
        ("There are 5 rooms in it.", "There are twenty-five rooms in it.", {"5"}),
        ("There are 25 rooms in it.", "There are twenty-five rooms in it.", set()),
        ("There are eighty rooms in it.", "There are seventy rooms in it.", {"80"}),
        ("Two thousand people came.", "Two hundred people came.", {"2000"}),
        ("Release 4.7b mends it.", "Release 4.2b mends it.", {"4.7b"}),
        ("It weighs 25kg when full.", "It weighs 25 kg when full.", set()),
        ("It weighs 25 kg when full.", "It weighs 25kg when full.", set()),
    ],
)
def test_a_number_is_read_whole(claim: str, passage: str, missing: set[str]) -> None:
    overlap = compare(claim, Grounds([passage]))
    assert overlap.missing == missing
    assert missing or overlap.covered == 1


def test_a_number_of_several_words_or_with_its_unit_is_flagged_whole() -> None:
    overlap = compare("There are twenty-five rooms with 30kg in it.", Grounds(["There are rooms in it."]))
    claim = "There are twenty-five rooms with 30kg in it."
    assert [claim[start:end] for start, end in overlap.spans(claim)] == ["twenty-five", "30kg"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It was signed on 3 May 2014 in Oslo.", "It was signed on 2014-05-03 in Oslo."),
        ("It was signed on May 3rd, 2014 in Oslo.", "It was signed on 03.05.2014 in Oslo."),
        ("It was signed on 3 May in Oslo.", "It was signed on the third of May in Oslo."),
        ("It was signed on 17 April in Oslo.", "It was signed on 17.04. in Oslo."),
        ("It was signed on Sept. 21 in Oslo.", "It was signed on the twenty-first of September in Oslo."),
        ("The meeting starts at 15:00 in the hall.", "The meeting starts at 3 pm in the hall."),
        ("The meeting starts at 9:30 a.m. in the hall.", "The meeting starts at 09:30 in the hall."),
        ("They earned $5m.", "They earned $5 million."),
        ("The town has 1,500,000 inhabitants.", "The town has 1.5 million inhabitants."),
        ("Sales were 1.2 billion euros.", "Sales were 1,200 million euros."),
        ("The ticket costs 2.50 euros.", "The ticket costs 2.5 euros."),
        ("The ticket costs $2.50.", "The ticket costs $2.5."),
        ("The ticket costs 40 francs.", "The ticket costs 40 chf."),
        ("The half of the staff is here.", "The 50 % of the staff is here."),
        ("The pipe is three metres long.", "The pipe is 300 cm long."),
        ("Charging takes 90 minutes.", "Charging takes 1.5 hours."),
        ("Leave is two weeks.", "Leave is 14 days."),
        ("The road is 3,500 m long.", "The road is 3.5 km long."),
        ("They earned $1,500,000.", "They earned $1.5 million."),
        ("The town has 1,500,000 inhabitants.", "The town has 1.5 mıllion inhabitants."),
    ],
)
def test_an_amount_in_another_form_is_the_same(one: str, other: str) -> None:
    for claim, passage in ((one, other), (other, one)):
        overlap = compare(claim, Grounds([passage]))
        assert not overlap.missing | overlap.novel | frozenset(overlap.opposed)
        assert overlap.features[4] >= compare(passage, Grounds([passage])).features[4] - 0.2


def test_a_day_implies_its_month_and_its_place_in_the_year() -> None:
    grounds = Grounds(["It was signed on 2014-05-03."])
    assert compare("It was signed on 3 May.", grounds).missing == set()
    assert compare("It was signed in May 2014.", grounds).missing == set()
    assert compare("It was signed on 2014-05-03.", Grounds(["It was signed on 3 May."])).missing == {"2014", "05", "03"}


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("It was signed on 3 May 2015.", "It was signed on 2014-05-03."),
        ("It was signed on 3 June 2014.", "It was signed on 2014-05-03."),
        ("It was signed on 3 May 2014.", "It was signed on 2014-05-04 by 3 people."),
        ("The meeting starts at 15:00.", "The meeting starts at 3 am."),
        ("The town has 1,500,000 inhabitants.", "The town has 1.5 billion inhabitants."),
        ("The pipe is 30 cm long.", "The pipe is 3 metres long."),
        ("Use Python 3.1 for it.", "Use Python 3.10 for it."),
        ("50 % of the goals fell.", "In the first half of the match goals fell."),
    ],
)
def test_another_amount_is_another(claim: str, passage: str) -> None:
    assert compare(claim, Grounds([passage])).missing


def test_the_form_of_another_passage_does_not_take_the_evidence_away() -> None:
    passages = ["It is shown on 2019-03-04.", "The series starts in Australia on March 4. It is of 2019."]
    assert compare("The series starts in Australia on March 4, 2019.", Grounds(passages)).missing == set()


@pytest.mark.parametrize("part", ["1,", "1.", "1", "a hundred and ", "twenty-", "3 may ", " "])
def test_a_long_text_costs_no_more_than_its_length(part: str) -> None:
    text = f"{part * 50_000}x 3 kg"
    assert alike("It weighs 3000 g.", forms([text])) == "It weighs 3 kg."


def test_another_currency_is_seen_in_another_form_too() -> None:
    claim = "The company earned $1.5 million."
    assert compare(claim, Grounds(["The company earned €1,500,000."])).opposed == ((0, len(claim)),)


def test_flags_are_the_words_to_blame() -> None:
    assert flagged("Employees in Germany have 31 days of annual leave.") == ["31"]
    assert flagged("Employees in Canada have 30 days.") == ["30"]
    assert flagged("Refunds are possible after 30 days.") == ["possible"]
    assert flagged("The gateway has eight channels.") == []


def test_a_span_within_another_one_does_not_cut_it_short() -> None:
    claim = "The guest network is on."
    found = replace(compare(claim, GROUNDS), novel=frozenset({"guest", "on"}), opposed=((0, len(claim)),))
    assert found.spans(claim) == ((0, len(claim)),)


def test_the_evidence_is_the_shortest_window_that_holds_the_words() -> None:
    (support,) = LexicalVerifier(0.5).verify(["Employees in Canada get 22 days."], PASSAGES)
    assert support.evidence is not None
    evidence = support.evidence
    assert PASSAGES[evidence.passage][evidence.start : evidence.end] == "Employees in Canada have 22 days."


def test_what_the_question_names_is_not_the_answers_invention() -> None:
    claim = "The warehouse gateway has eight channels."
    assert compare(claim, GROUNDS).novel == {"warehous"}
    assert compare(claim, GROUNDS, "What does the warehouse gateway have?").novel == set()


def test_a_word_alone_claims_nothing_unless_it_answers_a_question() -> None:
    assert verdict("Gateway.") == verdict("Leave") == "unchecked"
    assert verdict("Canada.", "Where do employees have 22 days of leave?") == "supported"


def test_numbers_of_list_items_and_passages_are_no_claims() -> None:
    plain = compare("The gateway has eight channels.", GROUNDS)
    marked = compare("7. The gateway has eight channels (passages 5 and 6).", GROUNDS)
    assert marked.missing == plain.missing == set()
    assert marked.features[1] == 0


def test_a_denied_word_is_the_first_with_meaning_after_the_negation() -> None:
    assert Wording.of("You can't ever return it, nor sell it.").denied == {"ever", "sell"}
    assert Wording.of("No.").denied == set()
    assert Wording.of("It failed to start, for failure to load.").denied == {"start", "load"}
    assert Wording.of("He refuses to sign and denied that he came.").denied == {"sign", "came"}
    assert Wording.of("He denied the charge and refused the fee.").denied == set()


def test_a_negation_denies_all_that_is_listed_behind_it() -> None:
    said = "No private device, USB stick or charger may be plugged in on the bridge."
    assert Wording.of(said).denied == {"privat", "usb", "charger"}
    assert Wording.of("It runs without oil, nor grease.").denied == {"oil", "greas"}
    listed = "No later than 5 or 6 May; no ticket or you walk; no heating or a broken lock."
    assert Wording.of(listed).denied == {"ticket", "heat"}
    grounds = Grounds([said])
    assert compare("A charger may be plugged in on the bridge.", grounds).denied == {"charger"}
    assert compare("No charger may be plugged in on the bridge.", grounds).denied == set()


@pytest.mark.parametrize(
    ("claim", "passage", "blamed"),
    [
        ("Dogs are allowed.", "Only guide dogs are allowed.", {"allow"}),
        ("Members can issue tokens.", "Only owners can issue tokens; members make personal ones.", {"issu", "token"}),
        ("Any shell works on Windows.", "On Windows it works only in the Linux shell.", {"any"}),
        ("The rooms are listed for everyone.", "The rooms are listed for assistants only.", {"everyone"}),
        ("The crate is always free.", "The crate is free if it is sent back within a week.", {"always"}),
        ("A guest may leave at any time.", "A guest may leave if a host agrees.", {"at", "any", "time"}),
        ("The club may cancel at any time.", "The club may cancel only in May.", {"any"}),
        ("All owners need a test.", "Owners need a test; private owners are exempt.", {"all"}),
        (
            "A photo of a hotel bill is sufficient.",
            "A photo is sufficient, except for hotel bills, which are sent.",
            {"hotel", "bill"},
        ),
        ("Amber means that the sailing is cancelled.", "Amber means that it may be cancelled.", {"cancel"}),
        ("The partner must refuse late claims.", "Late claims go to the partner, who may refuse them.", {"must"}),
        ("After 15 years a new tank is compulsory.", "After 15 years the maker advises a new tank.", {"compulsory"}),
        ("Staff must book a desk.", "Staff should book a desk.", {"must"}),
        ("The yearly test is recommended.", "The yearly test is a duty.", {"recommend"}),
        ("Alcohol is never repaid.", "Alcohol is not repaid except when customers are guests.", {"never"}),
        ("Alcohol is not repaid.", "Alcohol is not repaid except when customers are guests.", {"repay"}),
        ("A late team always loses.", "A late team loses, unless its train was late.", {"always"}),
        ("Caretakers may work from home.", "The office may work from home, caretakers not at all.", {"caretaker"}),
        ("Guests can park.", "Tenants can park; guests cannot.", {"guest"}),
        (
            "Claims need only the signature of the head.",
            "Claims need the signature of the director as well as that of the head.",
            {"only"},
        ),
        (
            "Members with more shares have more votes.",
            "Members buy shares. Each has one vote, however many shares.",
            {"shar"},
        ),
    ],
)
def test_a_claim_that_drops_what_narrows_the_passage_is_denied(claim: str, passage: str, blamed: set[str]) -> None:
    overlap = compare(claim, Grounds([passage]))
    assert overlap.denied | {"must" for start, end in overlap.opposed if claim[start:end] == "must"} == blamed
    assert overlap.spans(claim)
    assert LexicalVerifier(0.0).verify([claim], [passage])[0].verdict != "supported"


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("Guide dogs are allowed.", "Only guide dogs are allowed."),
        ("A crate is always free.", "If it is sent back, a crate is always free."),
        ("The crate is always free if it is sent back.", "The crate is free if it is sent back within a week."),
        ("Owners can issue tokens.", "Only owners can issue tokens; members make personal ones."),
        ("Report any fault before all else.", "Report faults first, and only then repair them."),
        ("All the while the shop is open.", "The shop is open, only the bar is not."),
        ("All shops are open.", "All shops are open, only the bar is closed."),
        ("A photo is sufficient.", "A photo is sufficient, except for hotel bills."),
        ("A photo is sufficient apart from hotel bills.", "A photo is sufficient, except for hotel bills."),
        ("Amber means that the sailing can be cancelled.", "Amber means that it may be cancelled."),
        ("The sailing is cancelled at red.", "The sailing may be cancelled at amber. It is cancelled at red."),
        ("Late claims must be refused.", "Late claims are refused."),
        ("Staff must book a desk.", "Staff need to book a desk if they wish to sit."),
        ("Staff should book a desk.", "Staff must book a desk."),
        ("Advice is given on Monday.", "Advice is given on Monday, which is required by law."),
        ("Alcohol is never repaid unless guests come.", "Alcohol is not repaid except when guests come."),
        ("Wine is not repaid.", "Beer is repaid except on Sundays. Wine is not repaid."),
        ("The office may work from home.", "The office may work from home, caretakers not at all."),
        ("Only the head signs.", "Only the head signs as well as stamps claims."),
        ("The head signs.", "The director as well as the head signs."),
        ("Larger flats have more rooms than smaller ones.", "Each has one vote, however large flats are."),
    ],
)
def test_a_claim_that_narrows_it_in_other_words_or_is_of_the_rest_is_not(claim: str, passage: str) -> None:
    overlap = compare(claim, Grounds([passage]))
    assert (overlap.denied, overlap.opposed) == (set(), ())


@pytest.mark.parametrize(
    ("claim", "denied"),
    [
        ("Bicycles are allowed during the race in June.", set()),
        ("Bicycles are not allowed, except during the race in June.", set()),
        ("Bicycles are not allowed during the race in June.", {"allow"}),
        ("Bicycles are allowed in the tunnel in June.", {"allow"}),
        ("Bicycles are allowed, except during the race in June.", {"allow"}),
    ],
)
def test_an_exception_turns_a_negation(claim: str, denied: set[str]) -> None:
    grounds = Grounds(["Bicycles are not allowed in the tunnel, except during the race in June."])
    assert compare(claim, grounds).denied == denied


CARDS = "Cards of every kind are taken except Diners Club."
CATS = "Cats are not admitted to the ward. Therapy cats are exempt."


@pytest.mark.parametrize(
    ("claim", "passage", "denied"),
    [
        ("Diners Club is not taken.", CARDS, set()),
        ("Visa cards are not taken.", CARDS, {"take"}),
        ("Diners Club is taken.", CARDS, {"club", "diner"}),
        ("Therapy cats are admitted to the ward.", CATS, set()),
        ("Therapy cats are not admitted to the ward.", CATS, {"admit"}),
        ("Cats are admitted to the ward.", CATS, {"admit"}),
    ],
)
def test_what_an_exception_sets_apart_is_the_opposite(claim: str, passage: str, denied: set[str]) -> None:
    assert compare(claim, Grounds([passage])).denied == denied


@pytest.mark.parametrize(
    ("claim", "passage", "denied"),
    [
        ("Apprentices do not work Sundays.", "Apprentices work no Sundays.", set()),
        ("The voucher cannot be combined with other vouchers.", "Voucher: not with other vouchers.", set()),
        ("Apprentices do not work.", "Apprentices work no Sundays.", {"work"}),
        ("Days without a class count.", "Days without a class do not count.", {"count"}),
        ("The key can be copied, not lent.", "The key cannot be copied, only lent.", {"copy", "lend"}),
        ("Repairs are not booked in June.", "Nothing is booked in June, except for repairs.", {"book"}),
    ],
)
def test_a_negation_before_another_word_of_the_same_denies_the_same(claim: str, passage: str, denied: set[str]) -> None:
    assert compare(claim, Grounds([passage])).denied == denied


def test_the_month_of_may_is_another_than_those_told_of() -> None:
    passage = "Boats may moor at the quay, except from 1 April to 15 July."
    assert "may" in compare("Boats may moor at the quay in May.", Grounds([passage])).missing
    assert not compare("2. May moor at the quay.", Grounds(["Boats may moor at the quay."])).missing
    assert compare("Boats may moor at the quay.", Grounds([passage])).missing == set()
    assert compare("Boats may moor in May.", Grounds(["In May boats moor at the quay."])).missing == set()


@pytest.mark.parametrize(
    ("claim", "passage", "blamed"),
    [
        (
            "The storage temperature is 20 °C for all samples.",
            "The storage temperature is -20 °C for all samples.",
            "20",
        ),
        ("20 °C is the storage temperature.", "-20 °C is the storage temperature.", "20"),
        ("The balance is 5.", "The balance is \N{MINUS SIGN}5.", "5"),
        ("Heat the tank to 10 °C.", "Heat the tank to 10 °F.", "10"),
        ("The meeting starts at 9 pm.", "The meeting starts at 9 a.m.", "9"),
        ("It costs $5.", "It costs €5.", "5"),
        ("The pump weighs 5 kg.", "The pump weighs 5 lb.", "5"),
        ("They earned $3.1 million.", "They earned $3.1 billion.", "3.1"),
        ("They earned $5 billion.", "They earned $5m.", "5"),
        ("They earned $5bn.", "They earned $5m.", "5"),
        ("Trains pass it at 250 mph.", "Trains pass it at 250 km/h.", "250"),
        ("The ticket costs 40 CHF.", "The ticket costs 40 euros.", "40"),
        ("The area is 5 acres.", "The area is 5 hectares.", "5"),
        ("The room is 40 m² large.", "The room is 40 ft² large.", "40"),
        ("Pay is in full for 80 days.", "Pay is at 80% for days after.", "80"),
        ("Pay is in full for 10 per cent.", "Pay is in full for 10 days.", "10"),
        ("There are twenty-five kg of sand.", "There are 25 lb of sand.", "twenty-five"),
        ("The valve opens above 5 bar.", "The valve opens below 5 bar.", "above"),
        ("The valve opens at no more than 5 bar.", "The valve opens at more than 5 bar.", "more"),
        ("Leave is at least 27 days.", "Leave is at most 27 days.", "least"),
        ("Loads must be > 5 kg.", "Loads must be < 5 kg.", ">"),
        ("Loads must be ≥ 5 kg.", "Loads must be up to 5 kg.", "≥"),
        ("Before 5 May submit the form.", "After 5 May submit the form.", "Before"),
        ("Submit the form no later than 5 May.", "Submit the form after 5 May.", "later"),
        ("Sales increased by 5 % in 2020.", "Sales fell by 5 % in 2020.", "increased"),
        ("Smoking is allowed in the yard.", "Smoking is forbidden in the yard.", "allowed"),
        ("Open the valve slowly.", "Close the valve slowly.", "Open"),
        ("The price includes VAT.", "The price excludes VAT.", "includes"),
        ("The first Monday is free.", "The last Monday is free.", "first"),
        ("The board accepted the plan.", "The board rejected the plan.", "accepted"),
        ("The door is unlocked at night.", "The door is locked at night.", "unlocked"),
        ("It is incompatible with Linux.", "It is compatible with Linux.", "incompatible"),
        ("The server often restarts.", "The server rarely restarts.", "often"),
        ("Revenue halved in 2023.", "Revenue doubled in 2023.", "halved"),
        ("Employees may wear a helmet.", "Employees must wear a helmet.", "may"),
        ("Revenue fell by 12 % in 2023.", "Revenue rose by 12 % in 2023, while costs fell.", "fell"),
        ("The port thruster failed.", "The starboard thruster failed.", "port"),
        ("The outbound sailing is late.", "The inbound sailing is late.", "outbound"),
        ("Departure is at noon.", "Arrival is at noon.", "Departure"),
        ("The evening tour is full.", "The morning tour is full.", "evening"),
        ("Gross income is taxed.", "Net income is taxed.", "Gross"),
        ("The upper deck is wet.", "The lower deck is wet.", "upper"),
        ("The lease is renewed twice.", "The lease is renewed once.", "twice"),
        ("Turn left at the church.", "Turn right at the church.", "left"),
        ("Costs rose from 3 to 4.", "Revenue rose by 12, while costs fell from 4 to 3.", "rose"),
        ("The lease can be extended twice by 12 months.", "The lease can be extended once, by 12 months.", "twice"),
        ("Filters are cleaned once a week.", "Filters are cleaned twice a week.", "once"),
        ("Guests may feed the swans.", "Guests must feed the swans.", "may"),
    ],
)
def test_a_sign_a_unit_or_a_direction_that_is_the_opposite_contradicts(claim: str, passage: str, blamed: str) -> None:
    overlap = compare(claim, Grounds([passage]))
    assert [claim[start:end] for start, end in overlap.opposed] == [blamed]
    assert blamed in " ".join(claim[start:end] for start, end in overlap.spans(claim))
    for bar in (0.0, 0.5):
        assert conclusion(claim, 0.9, overlap, (), supports=True).verdict == "contradicted"
        assert LexicalVerifier(bar).verify([claim], [passage])[0].verdict in {"contradicted", "unchecked"}


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("The valve opens above 5 bar.", "The valve opens above 5 bar and closes below 3 bar."),
        ("The valve opens above 5 bar.", "The valve opens over 5 bar; below 3 bar nothing works."),
        ("The limit is 5 bar.", "Below 3 bar it is idle, the limit is 5 bar."),
        ("After six years of lease notice is six months.", "Notice is six months after five years of lease."),
        ("The valve opens between above 5 bar and below 5 bar.", "The valve opens below 5 bar."),
        ("Loads must not exceed 5 kg.", "Loads must be at most 5 kg."),
        ("Loads must be at most 5 kg.", "Loads over 5 kg are forbidden."),
        ("Loads must be at most 5 kg.", "Loads over 5 kg are not carried."),
        ("Smoking is not allowed in the yard.", "Smoking is forbidden in the yard."),
        ("Avoid allowing the soil to dry out.", "Do not allow the soil to dry out."),
        ("Wash your hands before lunch.", "Lunch comes after washing your hands."),
        ("At least one person is there.", "Most people are there, one person at the door."),
        ("It rose by 5 % to 20.", "It rose by 5 % to 20, -5 % was expected."),
        ("Profit fell by 5 %.", "The change of profit was -5 %."),
        ("Keep it from 10 to 20 °C.", "Keep it from 10 -20 °C."),
        ("Pages 3-5 are blank.", "Pages 3 and 5 are blank."),
        ("The drift is 0.05 V.", "The drift is ±0.05 V."),
        ("Pay 5 USD.", "Pay $5."),
        ("They earned $5m.", "They earned $5 million."),
        ("The pump weighs 5kg.", "The pump weighs 5 kilograms."),
        ("Trains pass it at 250 kph.", "Trains pass it at 250 km/h."),
        ("Pay is 80 percent for 10 days.", "Pay is at 80% for 10 days."),
        ("Wait 30 days.", "Wait 30 minutes, then wait 30 days."),
        ("She left three weeks before the trip.", "Most of the others live another three years."),
        ("It takes 5 min to start 7 pumps.", "It takes 5 minutes to start 7 pumps."),
        ("Most employees are over the limit.", "At the limit most employees are."),
        ("Revenue rose, then fell by 12 %.", "Revenue rose by 12 %, then fell by 12 %."),
        ("Costs fell from 4 to 3.", "Revenue rose by 12 %, while costs fell from 4 to 3."),
        ("Linga lies upstream of Skerrow.", "Skerrow lies downstream of Linga."),
        ("Staff who left keep it.", "Staff have the right to keep it."),
        ("Buses run in the morning, even on Sunday.", "Buses run in the morning on Sunday, even in snow."),
        ("It arrives at 9:40.", "It departs at 9:00 and arrives at 9:40."),
        ("A five-day week is usual.", "A five-day week is usual."),
        ("It swung 1.6 thousand million times.", "It swung 1.6 thousand million times."),
        ("The drone may not enter the hall.", "The drone must not enter the hall."),
        ("Guests must not feed the swans.", "Guests may not feed the swans."),
        ("The loan is renewed once a year.", "Once the loan is renewed, it is renewed once a year."),
    ],
)
def test_an_opposite_that_is_about_something_else_does_not(claim: str, passage: str) -> None:
    assert compare(claim, Grounds([passage])).opposed == ()


@given(st.lists(st.sampled_from("a at 5 -5 $5 five day week % m million above not no must may once first to".split())))
def test_no_text_is_the_opposite_of_itself(said: list[str]) -> None:
    text = " ".join(said)
    assert opposed(text, [text]) == ()


CORPUS = sorted((Path(__file__).parents[2] / "evals" / "handbook" / "corpus").rglob("*.md"))


@pytest.mark.parametrize("path", CORPUS[::6], ids=lambda path: path.stem)
def test_no_sentence_is_contradicted_by_the_passage_that_it_stands_in(path: Path) -> None:
    for passage in path.read_text(encoding="utf-8").split("\n\n"):
        claims = [passage[start:end] for start, end in sentence_spans(passage)]
        grounds = Grounds([passage])
        assert [claim for claim in claims if compare(claim, grounds).opposed] == []


def test_of_windows_that_hold_as_much_one_that_agrees_is_the_evidence() -> None:
    passages = ["The cold store is kept at -20 °C.", "The cold store is kept at +20 °C."]
    (support,) = LexicalVerifier(0.5).verify(["The cold store is at 20 °C."], passages)
    assert support.evidence is not None
    assert support.evidence.passage == 1


def test_the_surer_a_claim_seems_the_less_likely_is_its_opposite() -> None:
    (support,) = LexicalVerifier(0.5).verify(["The valve opens above 5 bar."], ["The valve opens below 5 bar."])
    assert (support.verdict, support.evidence) == ("contradicted", None)
    assert support.score < 0.1
    assert support.unsupported_spans == ((16, 21),)


@pytest.mark.parametrize(
    ("claim", "passage", "whole"),
    [
        ("20 °C is the limit.", "- 20 °C is the limit.", True),
        ("20 °C is the limit.", "•20 °C is the limit.", True),
        ("20 °C is the limit.", "-20 °C is the limit.", False),
        ("5 bar is the limit.", "1.5 bar is the limit.", False),
        ("5 bar is the limit.", "1. 5 bar is the limit.", True),
        ("5 bar is the limit.", "- 5 bar is the limit, and\n- 7 bar too", True),
        ("5 bar is the limit.", "5 bar is the limit, and more", False),
        ("5 bar is the limit.", "[note 1] 5 bar is the limit.", True),
        ("5 bar is the limit.", "5 bar[note 1] is the limit[note 2].[note 3]", True),
        ("5 bar is the limit.", "5 bar[1] is the limit.", False),
        ("The limit is:", "The limit is\n  (a) 5 bar", True),
        ("The limit is: over.", "The limit is\nover.", False),
        ("5 bar is the limit.", "Q: How much?\nA: 5 bar is the limit.", True),
        ("5 bar is the limit.", "Q: How much?\n\nA: 5 bar is the limit.", True),
        ("5 bar is the limit.", "Pumps:\nA: 5 bar is the limit.", False),
        ("THE LIMIT IS 5 MW.", "The limit is 5 MW.", True),
        ("The limit is 5 MW.", "The limit is 5 mW.", False),
        ("On iOS 16 and later.", "Does it run?\n\nYes, on iOS 16 and later.", True),
        ("Pets are let in.", "No pets are let in.", False),
        ("#. 5 bar is the limit.", "#. 5 bar is the limit.", True),
        ("5 bar is the limit.", "#. 5 bar is the limit.", True),
        ("Notice is given in writing.", "Terms > 5 Term\n\n5.2 Notice is given in writing.", True),
        ("5.2 Notice is given in writing.", "Terms > 5 Term\n\n5.2 Notice is given in writing.", True),
        ("Bar is the limit.", "5.2 Bar is the limit.", False),
        ("Bring: a fan; tea.", "Bring:\n\n- a fan,\n- tea", True),
        ("Bring: a fan; tea; or milk.", "Bring\n(a) a fan;\n(b) tea; or\n(c) milk.", True),
        ("Bring: a fan; tea.", "Bring:\n\n- a fan\n- tea\n- milk", True),
        ("a fan tea.", "Bring:\n\n- a fan\n- tea\n- milk", False),
        ("Not insured are: floods; war.", "Not insured are\n\na floods;\nb war;\nc pets.", True),
        ("floods; war.", "Not insured are floods\n- war", False),
    ],
)
def test_what_may_stand_around_a_sentence_that_is_quoted_whole(claim: str, passage: str, whole: bool) -> None:
    assert (verbatim(claim, [passage]) is not None) is whole


def test_words_that_stand_in_every_sentence_cost_no_more_than_the_passage() -> None:
    passage = "The pump runs open the all day. " * 20_000
    assert verbatim("open the", [passage]) is None
    found = verbatim("open the", [passage + "Open the."])
    assert found is not None
    assert found.evidence is not None
    assert found.evidence.start == len(passage)
    assert verbatim("open the", ["It is open the" + " " * 100_000 + "x."]) is None


@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=4))
def test_any_texts_have_features_and_spans_inside_the_claim(claim: str, passages: list[str]) -> None:
    overlap = compare(claim, Grounds(passages))
    assert len(overlap.features) == len(FEATURES)
    assert 0 <= overlap.covered <= 1
    spans = overlap.spans(claim)
    assert all(0 <= start < end <= len(claim) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_windows_stay_inside_their_passage_and_many_passages_are_fine() -> None:
    many = [text + f" Row {row}." for row in range(100) for text in PASSAGES]
    (support,) = LexicalVerifier(0.5).verify(["Employees in Germany get 30 days of annual leave."], many)
    assert support.evidence is not None
    evidence = support.evidence
    assert many[evidence.passage][evidence.start : evidence.end] == "Employees in Germany have 30 days of annual leave."


def test_long_and_empty_texts_have_a_finding() -> None:
    verifier = LexicalVerifier(0.5)
    long = " ".join(f"word{number}" for number in range(3000))
    assert verifier.verify([long], PASSAGES)[0].verdict == "unsupported"
    assert [s.verdict for s in verifier.verify(["", "The gateway."], ["", "  "])] == ["unchecked", "unchecked"]


def test_a_heading_counts_for_all_that_stands_under_it() -> None:
    passage = "Fees > Norway 2024\n\nA permit takes two weeks. Renewal is free. A permit costs 90 euro."
    (headed,) = LexicalVerifier(0.5).verify(["In Norway a permit costs 90 euro."], [passage])
    (bare,) = LexicalVerifier(0.5).verify(["In Norway a permit costs 90 euro."], [passage.partition("\n\n")[2]])
    assert (headed.verdict, bare.verdict) == ("supported", "unchecked")
    assert headed.evidence is not None
    assert passage[headed.evidence.start : headed.evidence.end] == "A permit costs 90 euro."


@pytest.mark.parametrize("text", ["A permit costs 90 euro and\nmay be renewed.", "It is free.\n\nIt is.", "Norway"])
def test_what_is_no_heading(text: str) -> None:
    assert Grounds([text]).above == [Wording.of("")]


CHANGES = (
    "Corvane > Changes\n\n2.4.1\n\n- The icon is still.\n- Links are safe.\n\n2.4.0\n\n- Folders are encrypted."
    "\n\n3. Old folders\n\nThey stay."
)


@pytest.mark.parametrize(
    ("claim", "quoted"),
    [
        ("2.4.1: Links are safe.", True),
        ("Changes: Links are safe.", True),
        ("Corvane: Folders are encrypted.", True),
        ("2.4.0: Links are safe.", False),
        ("2.4.1: Folders are encrypted.", False),
        ("2.4: Links are safe.", False),
        ("The icon is still: Links are safe.", False),
        ("Old folders: They stay.", True),
        ("3. Old folders: They stay.", True),
    ],
)
def test_a_sentence_behind_the_heading_that_it_stands_under_is_quoted(claim: str, quoted: bool) -> None:
    found = verbatim(claim, ["Something else.", CHANGES])
    assert (found is not None) is quoted
    if found and found.evidence:
        assert (found.evidence.passage, CHANGES[found.evidence.start :][:2]) in {
            (1, "Li"),
            (1, "Fo"),
            (1, "3."),
            (1, "Ol"),
        }


FEES = (
    "Fees\n\nStart | Fee (EUR): 3.90 | Card: EUR 12; a spare one EUR 4 | Note: for pupils.\nComfort | Fee (EUR): 7.90"
)


@pytest.mark.parametrize(
    ("claim", "quoted"),
    [
        ("Start – Fee (EUR): 3.90.", True),
        ("Start – Card: EUR 12; a spare one EUR 4; Note: for pupils.", True),
        ("Start – Fee (EUR): 3.90; Note: for pupils.", True),
        ("Comfort – Fee (EUR): 7.90.", True),
        ("Comfort – Fee (EUR): 3.90.", False),
        ("Start – Note: for pupils; Fee (EUR): 3.90.", False),
        ("Start – Fee (EUR): 3.", False),
        ("Start – 3.90.", False),
        ("Start –", False),
    ],
)
def test_cells_of_a_row_behind_its_name_are_quoted(claim: str, quoted: bool) -> None:
    found = verbatim(claim, ["Something else.", FEES])
    assert (found is not None) is quoted
    if found and found.evidence:
        assert FEES[found.evidence.start : found.evidence.end].startswith(claim.partition(" –")[0])


PUMPS = (
    "Price list in USD\n\nType | Weight (kg) | Price (€)\nCH-40 | Weight (kg): 24.5 | Price (€): 187\n"
    "CH-60 | Weight (kg): 31 | Price (€): 218.50 | Discount: 10\n\nHotels in Europe\n\n"
    "Hamburg | Limit per night: £140 | Breakfast: yes | Deputy: Eva Lind\n"
    "Leeds | Fee per hour: £9 | Days in May: 3\nHull | Old price (€): 5 | New price (€): 6\nTwin | Price (€): 7\n"
    "Twin | Price (€): 8\nAll hotels are in towns.\nBonn | Price (€): 61\nHotels without lift\nMainz | Price (€): 62\n"
    "\nInns in Asia"
)


@pytest.mark.parametrize(
    ("claim", "row"),
    [
        ("The CH-60 costs €218.50.", "CH-60"),
        ("The price of the CH-60 is 218.50 €.", "CH-60"),
        ("In the price list the CH-60 weighs 31 kg.", "CH-60"),
        ("The hotel limit in Hamburg is £140.", "Hamburg"),
        ("The new price of Hull is €6.", "Hull"),
        ("In Europe, the hotel limit in Hamburg is £140.", "Hamburg"),
        ("The CH-60 has a discount of 10.", "CH-60"),
        # another row, another column, a part of the value or of the name
        ("The CH-40 costs €218.50.", ""),
        ("The CH-60 weighs 218.50 kg.", ""),
        ("The CH-60 costs €218.", ""),
        ("The CH-6 costs €218.50.", ""),
        # more than the cell says, or less than it must
        ("The CH-60 costs at least €218.50.", ""),
        ("The CH-60 does not cost €218.50.", ""),
        ("Only the CH-60 costs €218.50.", ""),
        ("The big CH-60 costs €218.50.", ""),
        ("The CH-60 costs €218.50 in 2024.", ""),
        ("The price of Hull is €6.", ""),
        ("The fee in Leeds is £9.", ""),
        ("The Twin costs €7.", ""),
        # another unit, a bound or a sign
        ("The CH-60 costs $218.50.", ""),
        ("The CH-60 has a price of £218.50.", ""),
        ("The CH-60 has a price of 218.50 USD.", ""),
        ("The CH-60 has a discount of 10 %.", ""),
        ("The CH-60 has a discount of € 10.", ""),
        ("The CH-60 has a discount of ≥ 10.", ""),
        ("The CH-60 has a weight of ± 31.", ""),
        ("The weight of the CH-60 is - 31.", ""),
        ("The weight of the CH-60 is ~31 kg.", ""),
        # what stands above another table, below this one, or is no heading
        ("In Europe the CH-60 costs €218.50.", ""),
        ("In the list the hotel limit in Hamburg is £140.", ""),
        ("In Asia the hotel limit in Hamburg is £140.", ""),
        ("The price in towns of Bonn is €61.", ""),
        ("The lift price of Mainz is €62.", ""),
        # a name in the cell may be turned round
        ("Hamburg is the deputy of Eva Lind.", ""),
    ],
)
def test_a_cell_that_is_told_as_a_sentence_is_quoted(claim: str, row: str) -> None:
    found = verbatim(claim, ["Something else.", PUMPS])
    assert (PUMPS[found.evidence.start :].partition(" |")[0] if found and found.evidence else "") == row


@pytest.mark.parametrize(
    ("claim", "quoted"),
    [
        ("The VP-3 is not approved for sea water.", True),
        ("The VP-3 is approved for sea water.", False),
        ("The VP-3X is not approved for sea water.", False),
        ("The bar is open on Sundays.", True),
        ("The bar is not open on Sundays.", False),
        ("The bar is open.", False),
    ],
)
def test_what_a_sentence_says_of_a_second_thing_in_few_words_is_quoted(claim: str, quoted: bool) -> None:
    text = (
        "Pumps. The VP-3X is approved for sea water; the VP-3 is not. The hall is not open on Sundays, but the bar is."
    )
    assert (verbatim(claim, ["Something else.", text]) is not None) is quoted


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("Ann can not swim.", "It is a myth that Bob can swim; Ann can not."),
        ("Ann may not enter.", "They claim that Bob may enter, but Ann may not."),
        ("Ann may not enter.", "They claim Bob may enter, but Ann may not."),
        ("Ann may not enter.", "If Bob may enter, but Ann may not."),
        ("Ann may not enter.", "Unless Bob may enter, but Ann may not."),
        ("The nurse may not enter.", "The paper says the doctor may enter, but the nurse may not."),
        ("Ann may not enter if it rains.", "Bob may enter if it rains, but Ann may not."),
        ("Ann may not enter.", "Today, Bob may enter, but Ann may not."),
        ("She may not enter.", "Bob may enter, but she may not."),
    ],
)
def test_what_is_left_unsaid_in_a_clause_of_another_sentence_is_not_quoted(claim: str, passage: str) -> None:
    assert verbatim(claim, [passage]) is None


def test_a_claim_of_very_many_words_is_no_quotation() -> None:
    # its pattern would be made of them
    assert verbatim(", " * 7000, [", " * 7000]) is None
    assert verbatim("on, the; a: " * 2500, [PUMPS]) is None


def test_a_heading_may_stand_without_what_counts_it() -> None:
    passage = "Terms > B. What is not insured\n\na floods;\nb war."
    assert verbatim("What is not insured: floods.", [passage]) is not None
    assert verbatim("B. What is not insured: floods.", [passage]) is not None
    assert verbatim("not insured: floods.", [passage]) is None


SAFE_PLACES = "Employees may use the gym. Not allowed are:\n- temporary staff,\n- visitors."
PLANS = "Roadmap > Not planned\n\n- Windows Server as a host\n- Anything with a blockchain"
PERMITS = "Ask for form C.\n\nYou do not need a permit for:\n\n1. a fence without a gate"
WASTE = "What is collected: mattresses and carpets. What is not: tyres, rubble and old paint."
STAFF = "Staff may park in the yard. This does not apply to:\n\n- trainees,\n- visitors."


@pytest.mark.parametrize(
    ("claim", "passage", "denied"),
    [
        ("Temporary staff may use the gym.", SAFE_PLACES, True),
        ("Temporary staff is not allowed.", SAFE_PLACES, False),
        ("Employees may use the gym.", SAFE_PLACES, False),
        ("Windows Server is planned as a host.", PLANS, True),
        ("Windows Server is excluded as a host.", PLANS, False),
        ("Trainees may park in the yard.", STAFF, True),
        ("Staff may park in the yard.", STAFF, False),
        ("Gas is stored in the cellar.", "In the cellar the tenant shall not store:\n- gas\n- petrol", True),
        ("Credit cards are accepted.", "We do not accept the following cards:\n- credit cards", True),
        ("A fence without a gate needs form C.", PERMITS, True),
        ("Old paint is collected.", WASTE, True),
        ("Mattresses are collected.", WASTE, False),
        ("Unplug the printer.", "The printer is not ready:\n1. Unplug the printer.", False),
        # a condition and its steps; what is possible, too
        ("Check the valve.", "The pump does not start:\n- Check the valve.", False),
        ("Check the fuse.", "If it does not start:\n- Check the fuse.\n- Call us.", False),
        ("Oat milk is sold.", "Not only cow's milk is sold:\n- Oat milk\n- Soy milk", False),
        ("A visitor may park behind the mill.", f"{STAFF}\n\nA visitor may park behind the mill.", False),
    ],
)
def test_what_stands_below_a_line_that_excludes_it_is_not_so(claim: str, passage: str, denied: bool) -> None:
    assert bool(compare(claim, Grounds([passage])).denied) is denied


@pytest.mark.parametrize(
    ("claim", "passage", "contradicted"),
    [
        ("The limit was raised from 80 to 50 users.", "The limit was raised from 50 to 80 users.", True),
        ("The limit rose from 50 to 80 users.", "The limit was raised from 50 to 80 users.", False),
        ("The ferry runs from Kiel to Oslo.", "The ferry runs from Oslo to Kiel on Mondays.", True),
        ("The ferry runs from Kiel to Oslo.", "The ferry runs from Oslo to Kiel, and back from Kiel to Oslo.", False),
        # a table has no "from"
        ("The fee applies from Kiel to Oslo.", "Fee | Sum: 3 euros | Applies: Oslo to Kiel, in May", True),
        ("The fee applies from Oslo to Kiel.", "Fee | Sum: 3 euros | Applies: Oslo to Kiel, in May", False),
        ("The day fee applies from Kiel to Oslo.", "Night fee | Way: Oslo to Kiel\nDay fee | Way: Kiel to Oslo", False),
        ("The trip from Kiel to Oslo is 6 hours.", "Oslo to Kiel: the trip is 6 hours.\nKiel to Oslo: 6 hours.", False),
        ("The ferry runs from Kiel to Oslo.", "Kiel to Oslo to Kiel: 9 hours", False),
        ("The ferry runs from Kiel to Oslo.", "Oslo | Port: next to Kiel", False),
        ("First unplug the cable, then switch it off.", "Switch it off first, then unplug the cable.", True),
        ("Restore the blocks first, then the database.", "Restore the database first, then the blocks.", True),
        (
            "Restore the database first, then run it.",
            "Restore the database first, then the blocks, then run it.",
            False,
        ),
    ],
)
def test_an_order_that_is_turned_round_contradicts(claim: str, passage: str, contradicted: bool) -> None:
    assert bool(compare(claim, Grounds([passage])).opposed) is contradicted


LOST = "That day 1,312 orders were delayed and 17 were lost. Most of them were small."


@pytest.mark.parametrize(
    ("claim", "passage", "contradicted"),
    [
        ("17 orders were delayed and 1,312 were lost.", LOST, True),
        ("That day 17 orders were lost and 1,312 were delayed.", LOST, False),
        ("1,312 orders were delayed and 17 were lost.", LOST, False),
        (
            "17 orders were delayed and 1,312 were lost.",
            f"{LOST} Later 17 orders were delayed and 1,312 lost.",
            False,
        ),
    ],
)
def test_two_values_that_changed_places_contradict(claim: str, passage: str, contradicted: bool) -> None:
    assert bool(compare(claim, Grounds([passage])).opposed) is contradicted
    if contradicted:
        assert LexicalVerifier(0.0).verify([claim], [passage])[0].verdict == "contradicted"


NOON = "Entry costs 7 euros after noon and 5 euros before noon."
STEPS = "There are 9 steps down to the cellar and 12 steps up to the hall."
SHARES = "She has 7 shares and he has 5 shares."
PARCELS = "Parcels above 5 kg cost 6 euros and parcels below 5 kg cost 4 euros."
PARTS = "Part B weighs 7 kg and part A weighs 5 kg."
TRAINS = "The train to Mainz leaves at 10:30 and the train to Bonn at 9:15."
SALES = "Sales were 7 million in 2023 and 5 million in 2022."
ZONES = "Zone D costs 5 euros, zone B 7 euros and zone C 9 euros."
DAYS = (
    "Tickets cost 7 euros each day after noon and 5 euros each day before noon at the shop near the old stone bridge."
)


@pytest.mark.parametrize(
    ("claim", "passage", "verdict"),
    [
        ("Entry costs 5 euros before noon and 7 euros after noon.", NOON, "supported"),
        ("Entry costs 7 euros before noon and 5 euros after noon.", NOON, "contradicted"),
        ("Entry costs 5 euros after noon and 7 euros before noon.", NOON, "contradicted"),
        ("There are 12 steps up to the hall and 9 steps down to the cellar.", STEPS, "supported"),
        ("He has 5 shares and she has 7 shares.", SHARES, "supported"),
        ("He has 7 shares and she has 5 shares.", SHARES, "contradicted"),
        ("Parcels below 5 kg cost 4 euros and parcels above 5 kg cost 6 euros.", PARCELS, "supported"),
        ("Parcels below 5 kg cost 6 euros and parcels above 5 kg cost 4 euros.", PARCELS, "contradicted"),
        ("Part A weighs 5 kg and part B weighs 7 kg.", PARTS, "supported"),
        ("The train to Bonn leaves at 9:15 and the train to Mainz at 10:30.", TRAINS, "supported"),
        ("The train to Bonn leaves at 10:30 and the train to Mainz at 9:15.", TRAINS, "unchecked"),
        ("Sales were 5 million in 2022 and 7 million in 2023.", SALES, "supported"),
        ("Sales were 7 million in 2022 and 5 million in 2023.", SALES, "contradicted"),
        ("Zone C costs 9 euros, zone B 7 euros and zone D 5 euros.", ZONES, "supported"),
        ("Tickets cost 5 euros a day before noon and 7 euros a day after noon at the old shop.", DAYS, "supported"),
        ("Tickets cost 5 euros a day after noon and 7 euros a day before noon at the old shop.", DAYS, "unchecked"),
    ],
)
def test_clauses_in_another_order_are_no_values_that_changed_places(claim: str, passage: str, verdict: str) -> None:
    assert LexicalVerifier(0.5).verify([claim], [passage])[0].verdict == verdict


def test_two_values_that_changed_places_in_other_words_are_not_supported() -> None:
    passage = "Removed were, on average: lead 98.4 percent, arsenic 96.1, nitrate 88.7 and salts 94.8."
    overlap = compare("Lead was removed by 96.1 percent and arsenic by 98.4.", Grounds([passage]))
    assert {"96.1", "98.4"} <= overlap.missing


TEAM = "Name | Reports to | Deputy\nCarla Mendes | Reports to: Victor Osei | Deputy: Owen Price\nK7 | Design: Eva Lind"


@pytest.mark.parametrize(
    ("claim", "passage", "turned"),
    [
        ("Victor Osei reports to Carla Mendes.", "Since May Carla Mendes reports to Victor Osei.", True),
        ("Osei reports to Mendes.", "Carla Mendes reports to Victor Osei.", True),
        ("Victor Osei reports to Carla Mendes.", TEAM, True),
        ("Carla Mendes reports to Victor Osei.", TEAM, False),
        ("Carla Mendes is the deputy of Owen Price.", TEAM, True),
        ("Owen Price is the deputy of Carla Mendes.", TEAM, False),
        ("Eva Lind designed the K7.", TEAM, False),
        ("Amina Yusuf is the deputy of Piotr Lind.", "Piotr Lind is the deputy of Amina Yusuf.", True),
        ("Varnholt supplies Castmoor.", "Castmoor supplies Varnholt; Varnholt supplies Castmoor.", False),
        ("Victor Osei is informed by Carla Mendes.", "Carla Mendes informs Victor Osei.", False),
        ("Eva Lind designed the K7.", "The scale K7 was designed by Eva Lind.", False),
        ("Norway borders Sweden.", "Sweden borders Norway.", False),
        ("Berlin is 500 km from Munich.", "Munich is 500 km from Berlin.", False),
        ("Berlin is two hours by train from Munich.", "Munich is two hours by train from Berlin.", False),
        ("Acme bought 5 machines from Bolt.", "Bolt bought 5 machines from Acme.", True),
        ("Acme signed an agreement with Bolt.", "Bolt signed an agreement with Acme.", False),
        ("Smith worked together with Jones.", "Jones worked together with Smith.", False),
        ("Germany played against France.", "France played against Germany.", False),
        ("Bonn lies opposite Beuel.", "Beuel lies opposite Bonn.", False),
        ("Victor Osei and Carla Mendes report to Eva Lind.", "Carla Mendes and Victor Osei report to Eva Lind.", False),
    ],
)
def test_two_names_that_changed_places_are_not_supported(claim: str, passage: str, turned: bool) -> None:
    assert bool(compare(claim, Grounds([passage])).missing) is turned


def test_many_values_and_names_cost_no_more_than_their_length() -> None:
    passage = " and ".join(f"{n} of Part{n} B" for n in range(800)) + "."
    claim = " and ".join(f"{n + 1} of Part{n} B" for n in range(80)) + "."
    assert compare(claim, Grounds([passage])).window


@pytest.mark.parametrize(
    ("claim", "passage", "blamed"),
    [
        ("The price rises on 1 October.", "MO proposes to raise the price on 1 October. DC must be heard.", True),
        ("The price rises by 8 %.", "It was proposed to let the price rise by 8 %. The proposal was rejected.", True),
        ("Dogs are banned from the park.", "The council discussed a proposal that dogs be banned from the park.", True),
        ("The toll rises to €2.40.", "Ms Orr moved to raise the toll to €2.40. Mr Lind was against.", True),
        ("The toll is €2.40.", "The toll office moved to new rooms. The toll is €2.40.", False),
        ("MO wants to raise the price on 1 October.", "MO proposes to raise the price on 1 October.", False),
        ("The price rises by 8 %.", "It was proposed to let the price rise by 8 %, and all agreed.", False),
    ],
)
def test_a_proposal_is_no_decision(claim: str, passage: str, blamed: bool) -> None:
    assert bool(compare(claim, Grounds([passage])).denied) is blamed


def test_a_limit_is_no_denial() -> None:
    assert not Wording.of("The overdraft is never more than EUR 7,500.").denied
    assert Wording.of("The overdraft is never paid out.").denied == {"pay"}


def test_a_line_without_words_is_no_sentence_about_anyone() -> None:
    text = "| Who | Leave |\n|---|---|\n| Part-time teachers | 15 days |"
    assert compare("Part-time teachers get leave for 15 days.", Grounds([text])).missing == set()


PERMITS = (
    "No permit is needed for:\n\n- sheds up to 10 m2;\n- fences up to 1.8 m, except on corner lots;\n- flag poles.\n\n"
    "A permit is needed for:\n\n- garages of any size."
)


@pytest.mark.parametrize(
    ("claim", "whole"),
    [
        ("No permit is needed for: fences up to 1.8 m, except on corner lots.", True),
        ("A permit is needed for: garages of any size.", True),
        ("No permit is needed for: garages of any size.", False),
        ("A permit is needed for: flag poles.", False),
    ],
)
def test_an_item_is_whole_behind_what_leads_to_its_list(claim: str, whole: bool) -> None:
    assert (verbatim(claim, [PERMITS]) is not None) is whole
