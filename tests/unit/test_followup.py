from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit.retrieve.followup import standalone

LEAVE = "How many days of annual leave do employees in Germany have?"
BATTERY = "How long does the battery of the Heron 2 last?"


@pytest.mark.parametrize(
    ("question", "previous", "whole"),
    [
        ("And in Canada?", LEAVE, "How many days of annual leave do employees in Canada have?"),
        ("and what about Canada?", LEAVE, "How many days of annual leave do employees in Canada have?"),
        ("What about the Heron 4?", BATTERY, "How long does the battery of the Heron 4 last?"),
        ("And the Pro plan?", "What does the Basic plan cost?", "What does the Pro plan cost?"),
        ("And in winter?", "When is the office open in summer?", "When is the office open in winter?"),
        ("How long does it last?", "Which battery has the Heron 2?", "How long does it last? (battery Heron 2)"),
        ("And weekends?", "When is the office open?", "And weekends? (office open)"),
        ("How long does that last?", "Which battery has the Heron 2?", "How long does that last? (battery Heron 2)"),
        ("Is that the same for interns?", "When is the office open?", "Is that the same for interns? (office open)"),
        ("Is that allowed on weekends?", "When is the office open?", "Is that allowed on weekends? (office open)"),
        ("What is that policy?", "When is the office open?", "What is that policy? (office open)"),
        ("Who has to approve these?", "When are trips paid?", "Who has to approve these? (trips paid)"),
        ("and for MV Tystie?", "What is the wind limit of MV Solan?", "What is the wind limit of MV Tystie?"),
        ("And for the MV Tystie?", "How fast is MV Solan?", "How fast is the MV Tystie?"),
        ("and on Monday?", "When does MV Solan sail?", "and on Monday? (MV Solan sail)"),
        ("and the wave height?", "What is the wind limit of MV Solan?", "What is the wave height of MV Solan?"),
        ("And adoption?", "How long is paternity leave?", "How long is adoption leave?"),
        ("And parental?", "How many weeks of sick leave do I get?", "How many weeks of parental leave do I get?"),
        ("And repair?", "How fast is MV Solan?", "And repair? (fast MV Solan)"),
        ("And interns?", "How long is paternity leave?", "And interns? (long paternity leave)"),
        ("And for cars?", "What is the fee for the ferry?", "What is the fee for cars?"),
        ("And Paris?", "What can I do?", "And Paris?"),
        ("And the S4?", "What is the speed of the R24 in the C2R?", "What is the speed of the S4 in the C2R?"),
        ("And in the C2?", "What is the speed of the R24 in the C2R?", "What is the speed of the R24 in the C2?"),
        ("And the 410?", "What is the price of the Calyx 420?", "What is the price of the Calyx 410?"),
        ("And 6.5?", "Is LabThread 6.4 supported?", "Is LabThread 6.5 supported?"),
        ("And Canada?", "How much leave is there in Germany in 2024?", "How much leave is there in Canada in 2024?"),
        ("And for 3,000?", "Who signs a purchase of 20,000 euros?", "Who signs a purchase of 3,000 euros?"),
        ("And for €3,000?", "Who signs an order of €20,000 in 2025?", "Who signs an order of €3,000 in 2025?"),
        ("And for 900 dollars?", "Who signs an order of 80 euros?", "Who signs an order of 900 dollars?"),
        ("And for 5 people?", "What is a room for 2 nights?", "What is a room for 5 people?"),
        ("And 900?", "Who may travel in May 2024?", "And 900? (travel 2024)"),
        ("And alumni?", "How many books can students borrow?", "How many books can alumni borrow?"),
        ("And a guest?", "How much do students pay for menu 2?", "How much does a guest pay for menu 2?"),
        ("And part-time staff?", "When does an employee get paid?", "When do part-time staff get paid?"),
        ("And contractors?", "How do I submit my expenses?", "How do contractors submit their expenses?"),
        ("And a cat?", "Can a starter tenant keep a dog?", "Can a starter tenant keep a cat?"),
        ("And a towel?", "How much does a locker cost?", "How much does a towel cost?"),
        ("And a week?", "What does a garage cost a day?", "What does a garage cost a week?"),
        ("And a cap?", "Is a bathing suit compulsory?", "And a cap? (bathing suit compulsory)"),
        ("And a licence?", "Does a permit for a garage expire?", "And a licence? (permit garage expire)"),
        ("And a child?", "How much is a ticket?", "And a child? (ticket)"),
        ("And the back door?", "When is the front door open on Fridays?", "When is the back door open on Fridays?"),
        ("And the phone number?", "When is the front door open?", "And the phone number? (front door open)"),
        ("And visitors?", "Are employees allowed to park?", "Are visitors allowed to park?"),
        ("And journals?", "How many books can students borrow?", "And journals? (books students borrow)"),
        ("And weekends?", "When can students borrow books?", "And weekends? (students borrow books)"),
        ("How much is that in CHF?", "What is the price of the PL-50?", "How much is that in CHF? (price PL-50)"),
        ("When does it arrive in Ely?", "Which train is late?", "When does it arrive in Ely? (train late)"),
        ("Who found the cause?", "How long was the outage of May?", "Who found the cause? (outage)"),
        ("Can I have a cat there?", "What is the rent in Old Mill?", "Can I have a cat in Old Mill?"),
        ("How do I get there?", "When is the office in Oslo open?", "How do I get to Oslo?"),
        ("Is there a gym there?", "What is the rent in Old Mill?", "Is there a gym in Old Mill?"),
        ("And of cache.size?", "What is the default of mount.park_angle?", "What is the default of cache.size?"),
        ("And cache.size?", "What does mount.park_angle do?", "What does cache.size do?"),
        ("And --host?", "What does --port do?", "What does --host do?"),
        ("And cache.size?", "What does the Pro plan cost?", "And cache.size? (Pro plan cost)"),
        ("Is it kept?", "What is the default of cache.max_size?", "Is it kept? (default cache.max_size)"),
        ("And how do I remove one?", "How do I add a super to a hive?", "And how do I remove one? (super hive)"),
        ("How do I give one back?", "And how can I book a bike?", "How do I give one back? (bike)"),
        ("How do I cancel it?", "How do I book a bike?", "How do I cancel it? (bike)"),
        ("How long does that take?", "How do I renew a card?", "How long does that take? (to renew card)"),
        ("Which one is cheaper?", "Which bikes can be rented?", "Which one is cheaper? (bikes rented)"),
        ("Who took over?", "How long did the outage of line 7 last?", "Who took over? (outage line 7)"),
        ("And by when?", "Who orders the heating element?", "And by when? (orders heating element)"),
        ("How much was lost?", "What spoilt batch 118?", "How much was lost? (spoilt batch 118)"),
        ("with a bonus?", "What is the rate for 20 years?", "with a bonus? (rate 20 years)"),
        ("for children?", "What is the fee for adults?", "What is the fee for children?"),
        ("What's its weight?", "Which battery has the Heron 2?", "What's its weight? (battery Heron 2)"),
    ],
)
def test_follow_ups_by_hand(question: str, previous: str, whole: str) -> None:
    assert standalone(question, previous) == whole


@pytest.mark.parametrize(
    "turns",
    [
        [
            ("How long is paternity leave?", "How long is paternity leave?"),
            ("And adoption?", "How long is adoption leave?"),
            ("How much notice must I give for it?", "How much notice must I give for it? (adoption leave)"),
            ("Who approves it?", "Who approves it? (adoption leave)"),
            ("What about bereavement?", "What about bereavement? (approves)"),
        ],
        [
            ("When is the office open?", "When is the office open?"),
            ("And weekends?", "And weekends? (office open)"),
            ("And holidays?", "And holidays? (office open)"),
            ("Is it busy then?", "Is it busy then? (holidays, office open)"),
            ("Is it heated?", "Is it heated? (holidays, office open)"),
            ("And the parking fee?", "And the parking fee? (office open)"),
            ("Who pays it?", "Who pays it? (parking fee, office open)"),
        ],
        [
            ("How do I add a node to the cluster?", "How do I add a node to the cluster?"),
            ("How long does that take?", "How long does that take? (to add node cluster)"),
            ("And how do I remove one?", "And how do I remove one? (node cluster)"),
            ("Is it safe?", "Is it safe? (to remove node cluster)"),
        ],
        [
            ("Who signs an order of 20,000 euros?", "Who signs an order of 20,000 euros?"),
            ("By when?", "By when? (signs order 20,000 euros)"),
            ("Who approves it?", "Who approves it? (signs order 20,000 euros)"),
        ],
        [
            ("How long does the battery of the Heron 2 last?", "How long does the battery of the Heron 2 last?"),
            ("How heavy is it?", "How heavy is it? (battery Heron 2)"),
            ("And the Heron 4?", "How heavy is it? (battery the Heron 4)"),
            ("And repair?", "And repair? (heavy Heron 4)"),
        ],
    ],
)
def test_a_conversation_carries_its_last_subject_and_no_more(turns: list[tuple[str, str]]) -> None:
    previous = ""
    for question, whole in turns:
        previous = standalone(question, previous)
        assert previous == whole


@pytest.mark.parametrize(
    "question",
    [
        "Who signs the works agreement?",
        "And how do I apply for parental leave?",
        "Is there a gym?",
        "Are there lockers for interns?",
        "Who approves expenses that exceed 500 euros?",
        "Who signs contracts that are over a year?",
        "How do I know that my claim is paid?",
        "Which rules apply to those who work nights?",
        "Does that travel policy cover taxis?",
        "Must this form be signed in ink?",
        "Is it allowed to bring pets?",
        "Is it true that Solan sails in Germany?",
        "Does Anna know when it closes?",
        "What does it cost to go to Oslo?",
        "How many lockers are there?",
        "Can I swap my bike for a bigger one?",
        "What does part one of the works agreement say?",
        "How many can one of us borrow?",
        "Who is the treasurer?",
        "What is ransomware?",
        "With whom must I agree on leave?",
        "Which version fixed the audio stutter?",
        "Who signs the price list?",
        "Does it matter whether Employees of Ely work from home on the day before a bank holiday?",
    ],
)
def test_whole_questions_stay(question: str) -> None:
    assert standalone(question, LEAVE) == question


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_breaks_it_and_nothing_is_lost_without_a_question_before(question: str, previous: str) -> None:
    assert standalone(question, "") == question
    assert isinstance(standalone(question, previous), str)
