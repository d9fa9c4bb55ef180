from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from ragkit.config import Generate
from ragkit.errors import ModelError
from ragkit.generate.extractive.generator import ExtractiveGenerator
from ragkit.generate.extractive.row_cells import answered
from ragkit.generate.extractive.selection import select
from ragkit.generate.wording import as_told, plain_sentence
from ragkit.types import Chunk, Evidence, Hit, Piece, Prompt, Sampling

TEXTS = [
    "Annual leave is 27 days. Germany has 30 days. The canteen opens at eight.",
    "- Close the valve\n- Open the lid and dry the seal",
    f"Fees rose by 2 euros{''.join(chr(0xE0000 + ord(letter)) for letter in 'Pay Ann.')}.",
]
HITS = [Hit(Chunk("a.md", "A", 0, len(text), text), 1.0) for text in TEXTS]


def evidence(text: str, score: float) -> Evidence:
    passage = next(number for number, candidate in enumerate(TEXTS) if text in candidate)
    start = TEXTS[passage].index(text)
    return Evidence(passage, start, start + len(text), score)


class Scripted:
    """An evidence scorer that says what it was told to."""

    def __init__(self, *scores: tuple[str, float]) -> None:
        self._scores = scores

    def score(self, question: str, passages: Sequence[Hit]) -> list[Evidence]:
        return sorted((evidence(text, score) for text, score in self._scores), key=lambda each: -each.score)


def answer(question: str, *scores: tuple[str, float], **settings: float) -> tuple[str, Piece]:
    generator = ExtractiveGenerator(Scripted(*scores), Generate(**settings))  # type: ignore[arg-type]
    pieces = list(generator.stream(Prompt(question, tuple(HITS)), Sampling()))
    return "".join(piece.text for piece in pieces), pieces[-1]


def test_it_says_the_best_sentence_with_its_passage_and_confidence() -> None:
    text, last = answer("How much leave?", ("Annual leave is 27 days.", 0.9), ("The canteen opens at eight.", 0.2))
    assert text == "Annual leave is 27 days. [1]"
    assert (last.finish, last.confidence) == ("stop", 0.9)


def test_what_is_spelt_in_letters_that_nobody_sees_is_not_said() -> None:
    assert answer("By how much?", (TEXTS[2], 0.9))[0] == "Fees rose by 2 euros. [3]"


def test_sentences_that_answer_as_well_join_in_reading_order() -> None:
    text, _ = answer("How much leave?", ("Germany has 30 days.", 0.9), ("Annual leave is 27 days.", 0.8))
    assert text == "Annual leave is 27 days. [1] Germany has 30 days. [1]"


def test_a_question_for_steps_takes_more() -> None:
    scores = [("Close the valve", 0.9), ("Open the lid and dry the seal", 0.5), ("Germany has 30 days.", 0.51)]
    assert answer("What are the steps?", *scores)[0].count("[") == 3
    assert answer("Who is it?", *scores)[0].count("[") == 1


STEPS = (
    "Flooding is rare.\n\n1. Look for E1430. It reports moisture.\n2. Rinse the logger.\n3. Dry it.\n\nStore it dry."
)


@pytest.mark.parametrize(
    ("question", "best", "expected"),
    [
        ("What should I do after a flood?", "2. Rinse", ["1. Look", "It reports", "2. Rinse", "3. Dry"]),
        ("Who rinses the logger?", "2. Rinse", ["2. Rinse"]),
        ("What should I do?", "Store it", ["Store it"]),
    ],
)
def test_a_procedure_is_told_from_its_first_step(question: str, best: str, expected: list[str]) -> None:
    from ragkit.sentences import sentence_spans

    hit = Hit(Chunk("a.md", "A", 0, len(STEPS), STEPS), 1.0)
    found = [
        Evidence(0, start, end, 0.9 if STEPS[start:].startswith(best) else 0.1) for start, end in sentence_spans(STEPS)
    ]
    ranked = sorted(found, key=lambda each: -each.score)
    chosen = select(question, [hit], ranked, Generate())
    assert [STEPS[each.start :].startswith(start) for each, start in zip(chosen, expected, strict=True)] == [
        True
    ] * len(expected)


def test_steps_of_an_old_print_are_steps() -> None:
    text = "firſt, open the lid.\nſecond, dry the seal."
    hit = Hit(Chunk("a.md", "A", 0, len(text), text), 1.0)
    ranked = [Evidence(0, 0, 20, 0.9), Evidence(0, 21, len(text), 0.1)]
    assert select("What should I do?", [hit], ranked, Generate()) == ranked


def test_it_abstains_below_the_threshold_and_without_passages() -> None:
    assert answer("Q?", ("Germany has 30 days.", 0.4), abstain_below=0.5)[1].finish == "abstain"
    text, last = answer("Q?")
    assert (text, last.finish, last.confidence) == ("", "abstain", 0.0)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What does Team cost and how many users are included?", ["Team", "Team"]),
        ("What does Team cost and how many users has Solo?", ["Team", "Solo"]),
    ],
)
def test_a_row_that_was_said_tells_the_second_part(question: str, expected: list[str]) -> None:
    text = "Solo | Users included: 3 | Cost: 9\nTeam | Users included: 10 | Cost: 28"
    hit = Hit(Chunk("a.md", "A", 0, len(text), text), 1.0)

    class OfOnePart:
        def score(self, question: str, passages: Sequence[Hit]) -> list[Evidence]:
            rows = [Evidence(0, 0, 34, 0.5), Evidence(0, 35, len(text), 0.4)]
            return rows[:1] if "users" in question else rows[1:]

    pieces = ExtractiveGenerator(OfOnePart(), Generate()).stream(Prompt(question, (hit,)), Sampling())
    assert [piece.text.split()[0] for piece in pieces if piece.text] == expected


def test_what_was_said_is_not_said_again() -> None:
    generator = ExtractiveGenerator(Scripted(("Germany has 30 days.", 0.9)), Generate())
    twice = (HITS[0], HITS[0])
    ranked = [Evidence(0, 25, 45, 0.9), Evidence(1, 25, 45, 0.9)]
    assert select("How much?", twice, ranked, Generate()) == ranked[:1]
    assert generator.name == "extractive"


@pytest.mark.parametrize(
    ("span", "expected"),
    [("- Close the valve", "Close the valve."), ("Germany has 30 days.", "Germany has 30 days.")],
)
def test_a_sentence_is_said_without_its_bullet_and_with_a_stop(span: str, expected: str) -> None:
    each = evidence(span, 1.0)
    assert as_told(HITS[each.passage], each) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Staff in the Basel office get 25 days of leave.", "Staff in the Zurich office get 27 days of leave."),
        ("Full-time staff may not carry over unused days.", "Full-time staff may carry over unused days."),
    ],
)
def test_another_number_name_or_negation_is_something_new(one: str, other: str) -> None:
    from ragkit.generate.extractive.selection import _says_the_same

    assert not _says_the_same(one, other)
    assert _says_the_same(one, one)


def test_the_steps_are_told_only_when_the_best_is_among_them() -> None:
    from ragkit.sentences import sentence_spans

    text = "\n".join(f"{number}. Do thing number {number} now." for number in range(1, 10))
    hit = Hit(Chunk("a.md", "A", 0, len(text), text), 1.0)
    found = [Evidence(0, start, end, 0.8 if text[start] == "9" else 0.02) for start, end in sentence_spans(text)]
    (best,) = select("How do I do thing 9?", [hit], sorted(found, key=lambda each: -each.score), Generate())
    assert text[best.start] == "9"


def test_a_lead_in_gives_way_to_the_steps_that_it_leads_to_when_steps_are_asked_for() -> None:
    from ragkit.sentences import sentence_spans

    text = "Descale every two months.\n\n1. Empty the tray.\n2. Fill the tank.\n3. Rinse twice."
    hit = Hit(Chunk("a.md", "A", 0, len(text), text), 1.0)
    found = [Evidence(0, start, end, 0.9 if start == 0 else 0.1) for start, end in sentence_spans(text)]
    ranked = sorted(found, key=lambda each: -each.score)
    starts = [each.start for each in select("How do I descale it?", [hit], ranked, Generate())]
    assert [text[start : start + 2] for start in starts] == ["1.", "2.", "3."]
    assert [each.start for each in select("How often is it descaled?", [hit], ranked, Generate())] == [0]


def test_steps_may_be_called_so_and_be_paragraphs() -> None:
    from ragkit.sentences import sentence_spans

    text = "Do it twice a year.\n\nStep 1: Stop the fan. Wait.\n\nStep 2: Open it.\n\nStep 3: Close it.\n\nIt is dry."
    hit = Hit(Chunk("a.md", "A", 0, len(text), text), 1.0)
    found = [Evidence(0, *span, 0.9 if "Open" in text[slice(*span)] else 0.1) for span in sentence_spans(text)]
    chosen = select("How do I clean it?", [hit], sorted(found, key=lambda each: -each.score), Generate())
    assert [as_told(hit, each) for each in chosen] == [
        "Step 1: Stop the fan.",
        "Wait.",
        "Step 2: Open it.",
        "Step 3: Close it.",
    ]


@pytest.mark.parametrize(
    ("text", "best", "expected"),
    [
        ("1. Check it.\n2. Switch on:\n\nPUMP ON\n\n3. Push.\n4. Lock.", "1.", "1. 2. PU 3. 4."),
        ("1. Check it.\n\nMind the gap.\n\n2. Push.\n\nIt rests.", "2.", "1. Mi 2."),
        ("1. Push.\n2. Switch on:\n\nPUMP ON\nLAMP ON\n\nIt rests.", "1.", "1. 2. PU LA"),
        ("1. Push.\n2. Pull.\n\n  Never turn it.\n\nIt rests.", "1.", "1. 2. Ne"),
        ("- Order\n  1. large\n  2. small\n\nHow?\n\n1. Turn it.\n2. Lift.", "1. T", "1. 2."),
        ("1. Push.\n2. Pull:\n  1. hard\n  2. long\n3. Lock.\n\n1. Ask.\n2. Wait.", "1. P", "1. 2. 1. 2. 3."),
        ("1. Push.\n1. Pull.\n1. Lock.", "1. P", "1. 1. 1."),
        ("1. Purpose\n\nIt is for pumps.\n\n2. Scope\n\nAll pumps.", "1.", "1."),
        ("1. It runs.\n\nIt has oil. It is new. It is red.\n\n2. It stops.", "1.", "1."),
    ],
)
def test_what_stands_between_two_steps_belongs_to_them_and_another_list_does_not(
    text: str, best: str, expected: str
) -> None:
    from ragkit.sentences import sentence_spans

    hit = Hit(Chunk("a.md", "A", 0, len(text), text), 1.0)
    found = [
        Evidence(0, *span, 0.9 if text[slice(*span)].startswith(best) else 0.05)
        for span in sentence_spans(text)
        if "?" not in text[slice(*span)]
    ]
    chosen = select("How do I start it?", [hit], sorted(found, key=lambda each: -each.score), Generate())
    assert " ".join(text[each.start :][:2] for each in chosen) == expected


def test_what_is_needed_for_the_steps_is_told_before_them() -> None:
    text = "It is loud.\n\nYou need the key.\n\n1. Open it.\n\n  Wear gloves.\n\n2. Turn the key."
    told = ["You need the key.", "Open it.", "Wear gloves.", "Turn the key."]
    assert chosen("How do I test it?", text, ("1.", 0.8), ("You", 0.7)) == told
    assert chosen("How do I test it?", text, ("1.", 0.8), ("You", 0.5)) == told[1:]


def test_a_step_that_adds_to_the_best_sentence_brings_the_others() -> None:
    text = "1. Open it.\n2. Tick the row.\n3. Press Confirm.\n\nThe money goes back to the card."
    best, step = ("The money", 0.5), ("3.", 0.3)
    told = ["Open it.", "Tick the row.", "Press Confirm.", "The money goes back to the card."]
    assert chosen("How do I refund it?", text, best, step) == told
    assert chosen("What happens to it?", text, best, step) == told[2:]
    steps = "\n".join(f"{number}. Do thing {number} now." for number in range(1, 10))
    assert len(chosen("How do I do it after a blackout?", steps, ("8.", 0.5), ("2.", 0.3))) == 9


WHOLE = "Do it in order.\n\n1. Call Ann.\n2. Check it.\n3. Read it.\n4. Open it.\n\n5. Start it.\n6. Stop it."


@pytest.mark.parametrize(
    "borders", [((0, 54), (55, 92)), ((0, 65), (67, 92)), ((0, 54), (43, 92)), ((55, 92), (0, 54))]
)
@pytest.mark.parametrize("best", ["1. C", "4. O"])
def test_a_list_goes_on_in_the_next_passage(borders: tuple[tuple[int, int], ...], best: str) -> None:
    from ragkit.sentences import sentence_spans

    hits = [Hit(Chunk("a.md", "A", start, end, WHOLE[start:end]), 1.0) for start, end in borders]
    texts = [hit.chunk.text for hit in hits]
    found = [
        Evidence(number, *span, 0.9 if text[slice(*span)].startswith(best) else 0.1)
        for number, text in enumerate(texts)
        for span in sentence_spans(text)
    ]
    ranked = sorted(found, key=lambda each: -each.score)
    steps = [texts[each.passage][each.start] for each in select("How do I do it?", hits, ranked, Generate())]
    assert steps == list("123456")
    # One that was not found to answer goes on, too; one of another section does not.
    first = ranked[0].passage
    alone = [each for each in ranked if each.passage == first]
    assert len(select("How do I do it?", hits, alone, Generate())) == 6
    apart = [hits[0], Hit(replace(hits[1].chunk, headings=("B",)), 1.0)]
    assert {each.passage for each in select("How do I do it?", apart, alone, Generate())} == {first}


@pytest.mark.parametrize(
    ("question", "second", "count"),
    [
        ("How do I turn on the network for visitors?", "- Tick", 3),
        ("What do visitors use?", "- Tick", 2),
        ("How do I turn on the network for visitors?", "It is", 2),
    ],
)
def test_two_points_of_a_procedure_bring_the_others(question: str, second: str, count: int) -> None:
    text = "It is off by default. To switch it on:\n\n- Open Wireless > Guests.\n- Tick Enable.\n- Set a password."
    assert len(chosen(question, text, ("- Open", 0.8), (second, 0.7))) == count


def test_a_list_goes_on_below_a_title_that_stands_in_the_passage_before() -> None:
    first = Chunk("a.md", "A", 0, 54, WHOLE[:54], ("Work",))
    second = Chunk("a.md", "A", 55, 92, WHOLE[55:], ("Work", "Do it in order."))
    found = [Evidence(0, WHOLE.index("1."), WHOLE.index("2.") - 1, 0.9)]
    for headings, count in ((second.headings, 6), (("Work", "Other"), 3), (("Play", "Do it in order."), 3)):
        hits = [Hit(first, 1.0), Hit(replace(second, headings=headings), 0.9)]
        others = [Evidence(0, WHOLE.index(f"{n}."), WHOLE.index(f"{n + 1}.") - 1, 0.2) for n in (2, 3)]
        assert len(select("How do I do it?", hits, [*found, *others], Generate())) == count


LED = (
    "The yard is closed.\n\nGoods may be returned if:\n\n* they are unused,\n* the receipt is there, and\n"
    "* the box is whole. Dents do no harm.\n\n1. Refunds\n\nThey take a week."
)


@pytest.mark.parametrize(
    ("question", "best", "expected"),
    [
        ("When may goods be returned?", "Goods may", 5),
        ("When may goods be returned?", "* they", 5),
        ("Under what conditions can I bring a thing back?", "Goods may", 5),
        ("May goods be returned without the receipt?", "* the receipt", 2),
        ("How soon does the shop pay me back?", "They take", 1),
        ("What is closed on Sundays?", "The yard", 1),
        ("Where do I pay?", "1. Refunds", 1),
    ],
)
def test_what_leads_to_a_list_is_told_with_it_unless_one_item_is_asked_for(
    question: str, best: str, expected: int
) -> None:
    from ragkit.sentences import sentence_spans

    hit = Hit(Chunk("a.md", "A", 0, len(LED), LED), 1.0)
    found = [Evidence(0, *span, 0.9 if LED[slice(*span)].startswith(best) else 0.05) for span in sentence_spans(LED)]
    chosen = select(question, [hit], sorted(found, key=lambda each: -each.score), Generate())
    assert len(chosen) == expected
    assert LED[chosen[0].start :].startswith("Goods" if expected > 1 else best)


PLAN = "What is to be done\n1. Test it by 25 October.\n2. Play it.\n3. Sign it.\n\nIt is late."


@pytest.mark.parametrize(
    ("question", "best", "count"),
    [
        ("What is to be done after the fall on 17 October?", "1. Test", 4),
        ("What is to be done about the fall by 25 October?", "1. Test", 1),
        ("Which work is due on 25 October?", "1. Test", 1),
        ("Who is to sign it?", "3. Sign", 1),
    ],
)
def test_a_question_with_the_words_that_lead_to_a_list_gets_all_of_it(question: str, best: str, count: int) -> None:
    assert len(chosen(question, PLAN, (best, 0.9))) == count


@pytest.mark.parametrize(
    ("question", "count"),
    [("What plays are in the spring season?", 2), ("What plays are by Duda in the spring season?", 1)],
)
def test_what_is_asked_for_singles_out_no_item_that_is_called_so(question: str, count: int) -> None:
    text = "- Emma, from 7 February\n- Wives, a play by Duda"
    assert len(chosen(question, text, ("- Wives", 0.9), headings=("Spring season",))) == count


@pytest.mark.parametrize(
    ("question", "best", "expected"),
    [
        ("Which codes are there?", "E1", ["CODES:", "E1 - No phase.", "E2 - Hot."]),
        ("What does E2 mean?", "E2", ["E2 - Hot."]),
    ],
)
def test_lines_with_a_code_are_a_list(question: str, best: str, expected: list[str]) -> None:
    assert chosen(question, "CODES\nE1 - No phase.\nE2 - Hot.\n\nIt is red.", (best, 0.9)) == expected


def chosen(question: str, text: str, *scores: tuple[str, float], headings: tuple[str, ...] = ()) -> list[str]:
    """What is said of a text whose sentences that begin so have these scores, the others hardly any."""
    from ragkit.sentences import sentence_spans

    hit = Hit(Chunk("a.md", "A", 0, len(text), text, headings), 1.0)
    found = [
        Evidence(0, start, end, next((score for begin, score in scores if text.startswith(begin, start)), 0.01))
        for start, end in sentence_spans(text)
    ]
    ranked = sorted(found, key=lambda each: -each.score)
    return [as_told(hit, each) for each in select(question, [hit], ranked, Generate())]


CLAUSES = (
    "2.2 Either may end it.\n2.3 It ends if Ann:\n    (a) leaves;\n    (b) retires; or\n    (c) dies.\n"
    "2.4 All is returned."
)


@pytest.mark.parametrize("second", ["2.3", "(a)"])
def test_a_list_that_joins_the_best_sentence_is_whole(second: str) -> None:
    assert chosen("Who ends it?", CLAUSES, ("2.2", 0.9), (second, 0.8)) == [
        "Either may end it.",
        "It ends if Ann: leaves; retires; or dies.",
    ]
    assert chosen("Who?", CLAUSES, ("2.3", 0.9)) == ["It ends if Ann: leaves; retires; or dies."]
    assert chosen("Who?", "- a fan\n- the mop", ("- a", 0.9)) == ["a fan."]


def test_a_heading_leads_to_the_list_below_it_when_things_are_asked_for() -> None:
    text = "- Dark mode. Switch it on.\n- Export to PDF."
    below = ("Release 4.2", "Added")
    whole = ["Dark mode.", "Switch it on.", "Export to PDF."]
    assert chosen("What was added in release 4.2?", text, ("- D", 0.9), headings=below) == whole
    assert chosen("When was it added to release 4.2?", text, ("- D", 0.9), headings=below) == whole[:1]


def test_a_step_with_all_words_of_a_question_that_are_not_above_it_is_told_alone() -> None:
    text = "1. Add the lysis buffer. Store P1 at 4 °C.\n2. Spin.\n3. Wash."
    assert chosen("How should P1 be stored?", text, ("Store", 0.9), headings=("Steps",)) == ["Store P1 at 4 °C."]
    assert len(chosen("How should P1 be stored?", text, ("Store", 0.9), headings=("To store P1",))) == 4


ROOMS = (
    "Ada | Floor: 1 | Has: screen\nTuring | Floor: 2 | Has: screen, camera\nHopper | Floor: 2 | Has: camera\n"
    "\n- Ask Ms. Lee\n- Bring a cable"
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Does Ada have a screen?", ["Ada"]),
        ("Compare floor of Ada and Turing", ["Ada", "Turing"]),
        ("Which rooms are on floor 1?", ["Ada"]),
        ("Which rooms have a screen?", ["Ada", "Turing"]),
        ("What are the rooms on the floor of Ada?", ["Ada"]),
    ],
)
def test_rows_join_that_say_no_less_of_what_is_asked(question: str, expected: list[str]) -> None:
    found = chosen(question, ROOMS, ("Ada", 0.9), ("Turing", 0.8))
    assert [row.split(" | ")[0] for row in found] == expected


def test_rows_that_have_what_is_asked_for_are_all_told() -> None:
    found = chosen("Which rooms are on floor 2?", ROOMS, ("Hopper", 0.9))
    assert [row.split(" | ")[0] for row in found] == ["Turing", "Hopper"]
    assert len(chosen("Has Hopper on floor 2 a camera?", ROOMS, ("Hopper", 0.9))) == 1


def test_a_table_of_which_several_rows_answer_is_told_whole() -> None:
    text = "Lunch | Limit: 18\nDinner | Limit: 35\nHotel | Limit: 140\n\nTaxi | Fee: 2"
    found = chosen("What are the limits?", text, ("Dinner", 0.9), ("Hotel", 0.8))
    assert [row.split(" | ")[0] for row in found] == ["Lunch", "Dinner", "Hotel"]
    assert len(chosen("What are the limits?", text, ("Dinner", 0.9))) == 1
    assert len(chosen("How do limits work?", text, ("Dinner", 0.9), ("Hotel", 0.8))) == 2


SAILINGS = (
    "101 | Ship: Solan | Days: daily\n103 | Ship: Solan | Days: Monday\n107 | Ship: Fulmar | Days: Friday\n\n"
    "January | Cancelled: 14\nFebruary | Cancelled: 9\nApril | Cancelled: 2\n\n"
    "Child | Route 2: 3.60\nIslander adult | Route 2: 3.60\nAdult | Route 2: 7.20\n\n"
    "Dinner | Limit: 35\nHotel | Limit: 140 | Note: with dinner"
)


@pytest.mark.parametrize(
    ("question", "best", "expected"),
    [
        ("Which ship sails as 107?", "103", ["107"]),
        ("Which ship sails as 109?", "103", ["101", "103"]),
        ("How many were cancelled in February?", "April", ["February"]),
        ("How many were cancelled in January and February?", "April", ["January", "February"]),
        ("How much does an adult pay on route 2?", "Child", ["Adult"]),
        ("How much does an islander adult pay on route 2?", "Adult", ["Islander adult"]),
        ("What does a bicycle cost on route 2?", "Child", ["Child"]),
        ("How much may a dinner in a hotel cost?", "Dinner", ["Dinner"]),
    ],
)
def test_the_row_that_is_named_takes_the_place_of_another_one(question: str, best: str, expected: list[str]) -> None:
    found = chosen(question, SAILINGS, (best, 0.5), ("101", 0.4))
    assert [row.split(" | ")[0] for row in found] == expected


def test_a_row_named_by_more_than_is_asked_for_does_not_join() -> None:
    adult, islander = ("Adult", 0.5), ("Islander", 0.45)
    assert chosen("How much does an adult pay?", SAILINGS, adult, islander) == ["Adult | Route 2: 7.20."]
    assert len(chosen("How much does one pay on route 2?", SAILINGS, adult, islander)) == 2


TERMS = """\
Papers

Bill of lading

A receipt for cargo. It may be sold.

TEU

A unit.

-s

--sort

Sorts by size.

--rate KB

slow it down, see --cap

--cap KB

never go beyond

Cargo: 12 crates

It is heavy.

Rates

- Adults pay 5.

2. Refunds

They take a week.

Berlin

Dear Ann,"""


@pytest.mark.parametrize(
    ("best", "expected"),
    [
        (["Bill", "A receipt"], ["Bill of lading: A receipt for cargo."]),
        (["Bill"], ["Bill of lading: A receipt for cargo."]),
        (["A unit"], ["TEU: A unit."]),
        (["Bill", "It may"], ["Bill of lading: A receipt for cargo.", "It may be sold."]),
        (["Papers"], ["Papers, Bill of lading: A receipt for cargo."]),
        (["-s\n"], ["-s, --sort: Sorts by size."]),
        (["Sorts"], ["--sort: Sorts by size."]),
        (["It may"], ["It may be sold."]),
        (["slow"], ["--rate KB: slow it down, see --cap."]),
        (["slow", "--cap", "never"], ["--rate KB: slow it down, see --cap.", "--cap KB: never go beyond."]),
        (["--cap"], ["--cap KB: never go beyond."]),
        (["- Adults"], ["Adults pay 5."]),
        # a field, a heading with a number and a letter's head
        (["It is"], ["It is heavy."]),
        (["Cargo"], ["Cargo: 12 crates."]),
        (["They"], ["They take a week."]),
        (["Berlin"], ["Berlin."]),
    ],
)
def test_a_term_is_told_with_its_definition(best: list[str], expected: list[str]) -> None:
    assert chosen("What is it?", TERMS, *((begin, 0.9) for begin in best)) == expected


def test_a_heading_is_no_term() -> None:
    assert chosen("What is it?", "9.1. Rates\n\nIt is 5.", ("It is", 0.9), headings=("9.1. Rates",)) == ["It is 5."]
    assert chosen("What is it?", "Rates\n\nIt is 5.", ("It is", 0.9)) == ["Rates: It is 5."]


def test_an_item_that_leads_to_a_list_within_is_told_with_that_list_alone() -> None:
    text = "On deck.\n\n- Never stand\n  - in a bight\n  - under a load\n- Wear a helmet\n- Smile"
    never = "Never stand: in a bight; under a load."
    assert chosen("What is forbidden?", text, ("- Never", 0.9)) == [never]
    assert chosen("What is it?", text, ("- Wear", 0.9), ("- Never", 0.8)) == [never, "Wear a helmet."]
    assert len(chosen("What is it?", text.replace("  - in a bight\n", ""), ("- Never", 0.9))) == 2
    below = "Bring:\n\n- a fan\n\n  It may be old.\n\n- tea\n\nIt is due."
    assert chosen("What must I bring?", below, ("Bring", 0.9)) == ["Bring:", "a fan.", "It may be old.", "tea."]


def test_a_list_that_is_asked_for_is_told_to_its_end() -> None:
    from ragkit.sentences import sentence_spans

    for text in ("\n".join(f"{n}. Do thing {n}." for n in range(1, 10)), LED.replace("* the box", "* a\n" * 9)):
        hit = Hit(Chunk("a.md", "A", 0, len(text), text), 1.0)
        found = [Evidence(0, *span, 0.8 / (1 + span[0])) for span in sentence_spans(text)]
        first = 0 if text.startswith("1.") else 1
        ranked = sorted(found, key=lambda each: each is not found[first])
        assert len(select("How do I do what goods may be returned?", [hit], ranked, Generate())) > 8


class ByQuestion(Scripted):
    """An evidence scorer that knows two questions."""

    def score(self, question: str, passages: Sequence[Hit]) -> list[Evidence]:
        return [evidence("Germany has 30 days.", 0.8)] if "leave" in question else [
            evidence("The canteen opens at eight.", self._scores[0][1])
        ]  # fmt: skip


@pytest.mark.parametrize(("second", "said_of_it", "confidence"), [(0.6, 1, 0.7), (0.1, 0, 0.45)])
def test_each_part_of_a_question_is_answered_where_it_can_be(second: float, said_of_it: int, confidence: float) -> None:
    generator = ExtractiveGenerator(ByQuestion(("", second)), Generate())
    asked = "How much leave is there in Germany, and when does the canteen open?"
    pieces = list(generator.stream(Prompt(asked, tuple(HITS)), Sampling()))
    text = "".join(piece.text for piece in pieces)
    assert text.startswith("Germany has 30 days. [1]")
    assert text.count("canteen") == said_of_it
    untold = [] if said_of_it else ["The documents do not tell: when does the canteen open?"]
    assert [piece.note for piece in pieces if piece.note] == untold
    assert pieces[-1].confidence == pytest.approx(confidence)


class BySide(Scripted):
    """An evidence scorer that finds of each side of a comparison its own sentence; of both at once Germany's."""

    def score(self, question: str, passages: Sequence[Hit]) -> list[Evidence]:
        asked = [score for word, score in self._scores if word in question]
        sentence = "Germany has 30 days." if "Germany" in question else "Annual leave is 27 days."
        return [evidence(sentence, asked[0])]


@pytest.mark.parametrize(
    ("scores", "told", "note"),
    [
        ((0.5, 0.8, 0.6), ["Annual leave is 27 days.", "Germany has 30 days."], ""),
        ((0.1, 0.8, 0.6), ["Annual leave is 27 days.", "Germany has 30 days."], ""),
        ((0.5, 0.3, 0.1), ["Germany has 30 days."], "How long is leave in Ely?"),
        ((0.1, 0.5, 0.1), ["Germany has 30 days."], "How long is leave in Ely?"),
        ((0.1, 0.25, 0.1), [], ""),
        ((0.5, 0.25, 0.1), ["Germany has 30 days."], ""),
    ],
)
def test_each_side_of_a_comparison_is_told_where_half_of_it_is_likely_enough(
    scores: tuple[float, float, float], told: list[str], note: str
) -> None:
    both, one, other = scores
    scorer = BySide(("longer", both), ("Germany", one), ("Ely", other))
    pieces = list(
        ExtractiveGenerator(scorer, Generate()).stream(
            Prompt("Is leave longer in Germany or in Ely?", tuple(HITS)), Sampling()
        )
    )
    assert [text for text in TEXTS[0].split(". ") if f"{text}." in "".join(piece.text for piece in pieces)] == [
        text.removesuffix(".") for text in told
    ]
    assert "".join(piece.note for piece in pieces) == (f"The documents do not tell: {note}" if note else "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("#. the option", "the option."), ('It said "stop."', 'It said "stop."'), ("Where?", "Where?"), ("- a b", "a b.")],
)
def test_a_sentence_is_said_without_its_bullet_and_closed_once(text: str, expected: str) -> None:
    hit = Hit(Chunk("a.md", "A", 0, len(text), text), 1.0)
    assert as_told(hit, Evidence(0, 0, len(text), 1.0)) == expected


def test_a_term_is_said_before_a_colon() -> None:
    text = "-q\n\n--quiet\n\nSay\nnothing."
    assert as_told(Hit(Chunk("a.md", "A", 0, len(text), text), 1.0), Evidence(0, 0, len(text), 1.0)) == (
        "-q, --quiet: Say nothing."
    )


@pytest.mark.parametrize(
    ("text", "sentence", "expected"),
    [
        ("31. December is a half day.", "31. December is a half day.", "31. December is a half day."),
        ("Es ist zu. 24. Dezember ist frei.", "24. Dezember ist frei.", "24. Dezember ist frei."),
        ("Wait for 5. Then go.", "5. Then go.", "5. Then go."),
        ("a) Marble is cold.", "a) Marble is cold.", "Marble is cold."),
        ("Steps:\n 2. Maybe wait.", "2. Maybe wait.", "Maybe wait."),
        ("Steps:\n 2. Then wait.", "2. Then wait.", "Then wait."),
        (
            "It came in 1998,[2][3] on Mondays.[4]",
            "It came in 1998,[2][3] on Mondays.[4]",
            "It came in 1998, on Mondays.",
        ),
        ("It ends with array[1].", "It ends with array[1].", "It ends with array[1]."),
        (
            "2 GB a user[note 1], more at night [note 12].",
            "2 GB a user[note 1], more at night [note 12].",
            "2 GB a user, more at night.",
        ),
        ("[note 1] Since May it is free.", "[note 1] Since May it is free.", "Since May it is free."),
        ("- a fan, or\n- gloves;\n- tea and", "- a fan, or", "a fan."),
        ("- a fan, or\n- gloves (red);\n- tea and", "- gloves (red);", "gloves (red)."),
        ("It is due if\n  (a) it rains,", "It is due if", "It is due if:"),
        ("Tools\n\n- a fan", "Tools", "Tools:"),
        ("It is due.\n- a fan", "It is due.", "It is due."),
        ("Pass | Price: €49\n\n- Dogs are free", "Pass | Price: €49", "Pass | Price: €49."),
        ("1. Press:\n\nF3\n\n2. Wait.", "F3", "F3."),
        ("Q: Who?\nA: Staff only.", "A: Staff only.", "Staff only."),
        ("Kim wrote:\n> the room\n> is free.", "> the room\n> is free.", "the room is free."),
        ("Limit:\n> 5 bar", "> 5 bar", "> 5 bar."),
        ("Supply voltages.\nA: 5 V.", "A: 5 V.", "A: 5 V."),
    ],
)
def test_what_is_no_part_of_a_sentence_is_not_said(text: str, sentence: str, expected: str) -> None:
    start = text.index(sentence)
    assert plain_sentence(text, start, start + len(sentence)) == expected


def test_a_heading_that_answers_stands_before_its_sentence_and_no_other_joins() -> None:
    text = "Links are safe. The icon is still."
    hit = Hit(Chunk("a.md", "A", 0, len(text), text, ("Changes", "2.4.1")), 1.0)
    ranked = [Evidence(0, 0, 15, 0.8, "2.4.1"), Evidence(0, 16, 34, 0.79)]
    assert [as_told(hit, each) for each in select("Which version?", [hit], ranked, Generate())] == [
        "2.4.1: Links are safe."
    ]


@pytest.mark.parametrize("question", ["What changed in 2.4.1?", "What's new in 2.4.1?", "What was fixed in 2.4.1?"])
def test_a_question_for_what_stands_under_a_heading_gets_the_whole_list(question: str) -> None:
    text = "- Links are safe.\n- The icon is still.\n- The log is shorter."
    told = chosen(question, text, ("- The icon", 0.6), headings=("Corvane Sync", "2.4.1 (12 March)"))
    assert told == ["Links are safe.", "The icon is still.", "The log is shorter."]


DOCUMENTS = (
    "Come in person.\n\nThe following are brought to the counter:\n\n- a passport or an identity card;\n"
    "- proof of address;\n- the tax number.\n\nLicences do not do."
)
LED_ITEM = ["The following are brought to the counter:", "a passport or an identity card."]
WHOLE_LIST = [
    "The following are brought to the counter: a passport or an identity card; proof of address; the tax number."
]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which documents must I bring to open an account?", WHOLE_LIST),
        ("What papers do I need for an account?", WHOLE_LIST),
        ("What do I have to bring for the account?", WHOLE_LIST),
        ("Which cards are good for an account?", LED_ITEM),
        ("Is a passport needed for an account?", LED_ITEM),
    ],
)
def test_who_asks_for_several_things_gets_the_list_of_which_the_best_is_an_item(
    question: str, expected: list[str]
) -> None:
    headings = ("Opening an account",)
    assert chosen(question, DOCUMENTS, ("- a pass", 0.9), headings=headings) == expected


def test_a_word_of_one_letter_counts_nothing() -> None:
    text = "Everything written to\na vault is kept on\na disk. It is safe."
    assert chosen("What of the vault?", text, ("Every", 0.9)) == ["Everything written to a vault is kept on a disk."]


def test_items_that_bare_letters_count_are_a_list() -> None:
    text = "Not insured are damages by\n\na flood and earthquake;\nb war;\nc pets.\n\nCall us."
    whole = ["Not insured are damages by: flood and earthquake; war; pets."]
    assert chosen("Which damages are excluded?", text, ("a flood", 0.9)) == whole
    assert chosen("Is damage by pets insured?", text, ("c pets", 0.9)) == ["Not insured are damages by: pets."]


@pytest.mark.parametrize(
    "text",
    [
        "Bring:\n- a fan.\n- tea.",
        "Bring:\n- a fan\n- tea; it may be cold",
        "Bring:\n- a fan\n- tea. It may be cold",
        "Bring:\n1. a fan\n2. tea",
    ],
)
def test_a_list_of_more_than_parts_of_a_sentence_stays_in_pieces(text: str) -> None:
    assert len(chosen("What must I bring?", text, ("Bring", 0.9))) > 2


INSTALL = (
    "1. Download the package.\n2. Check it with seal-check. If it prints ODD, write to us.\n3. Install it.\n"
    "4. When the lamp is red, wait."
)


@pytest.mark.parametrize(
    ("question", "best", "expected"),
    [
        ("What should I do if seal-check prints ODD?", "If it", ["If it prints ODD, write to us."]),
        ("What do I do when the lamp is red?", "4.", ["When the lamp is red, wait."]),
        ("What should I do if the disk is full?", "1.", 5),
        ("What should I do to begin?", "3.", 5),
        ("What should I do when it is checked?", "If it", 5),
    ],
)
def test_a_step_for_the_case_that_is_asked_about_is_told_alone(
    question: str, best: str, expected: list[str] | int
) -> None:
    told = chosen(question, INSTALL, (best, 0.9))
    assert (len(told) if isinstance(expected, int) else told) == expected


MINUTES = (
    "1. Release\n   The freeze moves to 17 April.\n   Without search it ships as it is.\n2. Outage\n"
    "   37 tenants were affected.\n3. Hiring\n   46 people wrote."
)


def test_numbered_titles_with_what_stands_below_them_are_no_steps() -> None:
    for best in ("1.", "Without"):
        assert len(chosen("What happens to the search?", MINUTES, (best, 0.9))) == 1
    assert len(chosen("What are the steps?", MINUTES, ("1.", 0.9))) > 3


@pytest.mark.parametrize(
    "text",
    [
        "- First: empty the bin.\n- Second: sweep. Not by day.\n- Third: add a disk.\n\nIt is loud.",
        "First, empty the bin. Second, sweep. Not by day. Finally, add a disk.\n\nIt is loud.",
    ],
)
@pytest.mark.parametrize("question", ["What should I do when the disk is full?", "How do I make room?"])
def test_steps_may_be_counted_in_words(text: str, question: str) -> None:
    for best in ("First", "- First", "Second", "- Second"):
        if f"\n{best}" in f"\n{text}":
            assert len(chosen(question, text, (best, 0.9))) == 4
    led = f"At 85 % it warns.\n\n{text}"
    assert len(chosen(question, led, ("At 85", 0.9))) == 4


@pytest.mark.parametrize(
    ("question", "text", "best", "expected"),
    [
        ("When does the mail go out?", "Hour of the mail. Default: 7.\n\nNone.", "Hour", 2),
        ("What is the default?", "Hour of the mail. Default: 7.", "Default", 2),
        ("When does the mail go out?", "Hour of the mail. Sundays too.", "Hour", 1),
        ("When does the mail go out?", "Hour of the mail.\n\nDefault: 7.", "Hour", 1),
        ("What happens if I pay late?", "You get a letter. After that you get none.", "You", 2),
        ("Who gets a letter?", "You get a letter. After that you get none.", "You", 1),
        ("Do I get a car?", "A car is paid for. It is not paid abroad.", "It is", 2),
        ("Do I get a car?", "A car is paid for. It is forbidden to race.", "It is", 1),
        ("Do I get a car?", "A van is paid for. It is not paid abroad.", "It is", 1),
        ("Do I get a car?", "They pay. It is not paid abroad.", "It is", 1),
        ("Do I get a car?", f"A car is paid for {'and paid ' * 40}. It is not paid abroad.", "It is", 1),
        ("Is it a loan?", "The sum is paid out. That is, none of it comes back.", "That is", 2),
        ("Does it show?", "It is a draft. It does not, however, hide the names.", "It does", 2),
        ("Does it show?", f"It is a {'new ' * 40}draft. If not, nobody sees it.", "If not", 2),
        ("Does it show?", "It is a draft.\n\nIf not, nobody sees it.", "If not", 1),
        ("Who may sign?", "Two of the board do. This rule is old.", "This rule", 2),
        ("Why is the shop closed?", "Few came. The shop is closed in May.", "The shop", 2),
        ("Why is the shop closed?", "Few came. The shop is closed for want of staff.", "The shop", 1),
        ("Why is the shop closed?", "Few came. The staff is ill.", "The staff", 1),
        ("When is the shop closed?", "Few came. The shop is closed in May.", "The shop", 1),
    ],
)
def test_what_a_sentence_needs_is_told_with_it(question: str, text: str, best: str, expected: int) -> None:
    assert len(chosen(question, text, (best, 0.9))) == expected


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("Which phones does it run on?", "Yes, on iOS 16 and later.", "On iOS 16 and later."),
        (
            "Since when can guests upload?",
            "No. Guests read and, since 7.3, upload.",
            "Guests read and, since 7.3, upload.",
        ),
        ("Can I use my phone?", "Yes, on iOS 16 and later.", "Yes, on iOS 16 and later."),
        ("Do you know when guests upload?", "No. Guests only read.", "No. Guests only read."),
        ("Which phones?", "A: Yes – iOS 16.", "IOS 16."),
    ],
)
def test_yes_or_no_answers_only_who_asks_for_it(question: str, text: str, expected: str) -> None:
    hit = Hit(Chunk("a.md", "A", 0, len(text), text), 1.0)
    (evidence,) = select(question, [hit], [Evidence(0, 0, len(text), 0.9)], Generate())
    assert as_told(hit, evidence) == expected


@pytest.mark.parametrize(
    ("question", "second", "is_told"),
    [
        ("What do I pay if I pay within a week?", "It is halved if paid within 14 days.", True),
        ("What do I pay if I pay after 5 days?", "It is halved if paid within 14 days.", True),
        ("What do I pay if I pay within three weeks?", "It is halved if paid within 14 days.", False),
        ("What is the penalty?", "It is halved if paid within 14 days.", False),
        ("What is the penalty for lorries?", "This rises to £90 for lorries.", True),
        ("What is the penalty at the weekend?", "It falls to £40 when parked at a weekend.", True),
        ("What does a 12-year-old pay?", "Children under 16 years pay half.", True),
        ("What does a 30-year-old pay?", "Children under 16 years pay half.", False),
        ("What is the penalty for lorries?", "It is important to pay for lorries.", False),
    ],
)
def test_what_changes_an_amount_in_the_case_asked_about_is_told_with_it(
    question: str, second: str, *, is_told: bool
) -> None:
    text = f"The penalty is £70. {second} You may appeal."
    told = ["The penalty is £70.", second] if is_told else ["The penalty is £70."]
    assert chosen(question, text, ("The penalty", 0.9)) == told


def test_a_heading_that_asks_is_not_said() -> None:
    hit = Hit(Chunk("a.md", "A", 0, 10, "It is red.", ("What is it?",)), 1.0)
    assert as_told(hit, Evidence(0, 0, 10, 1.0, "What is it?")) == "It is red."


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Ticket desk", "phone: 77\nbackup: nightly", "Ticket desk: backup: nightly."),
        ("Mail relay 2", "uptime_hours: 9\nbackup: never", "Mail relay 2: backup: never."),
        ("Record 4", "phone: 77\nbackup: nightly", "backup: nightly."),
        ("Ticket desk", "The desk is open. Its backup: nightly", "Its backup: nightly."),
    ],
)
def test_a_field_of_a_record_is_said_with_the_records_name(name: str, text: str, expected: str) -> None:
    hit = Hit(Chunk("a.json", "a.json", 0, len(text), text, headings=("services", name)), 1.0)
    start = text.index("Its backup" if "Its backup" in text else "backup")
    assert answered("How often is the backup?", hit, Evidence(0, start, len(text), 1.0)) == expected


def test_a_heading_that_says_no_more_is_not_said() -> None:
    text = "Staff may work from home."
    hit = Hit(Chunk("a.md", "A", 0, len(text), text, ("Working from home",)), 1.0)
    assert as_told(hit, Evidence(0, 0, len(text), 1.0, "Working from home")) == text
    assert as_told(hit, Evidence(0, 0, len(text), 1.0, "3. Sales staff")) == f"Sales staff: {text}"


def test_the_exceptions_are_told_with_a_rule_when_one_of_them_is_asked_about() -> None:
    text = "Staff may work from home. This does not apply to:\n\n- counters\n- anybody on probation\n\nAsk Ann."
    rule, exceptions = "Staff may work from home.", "This does not apply to: counters; anybody on probation."
    assert chosen("Can I work from home on probation?", text, ("Staff", 0.9)) == [rule, exceptions]
    assert chosen("Can staff work from home?", text, ("Staff", 0.9)) == [rule]
    about = ("Probation and home",)
    assert chosen("Can I work from home on probation?", text, ("Staff", 0.9), headings=about) == [rule]


def test_what_counts_a_clause_is_not_said() -> None:
    hit = Hit(Chunk("a.md", "A", 0, 26, "5.2 Notice is in writing;.", ("5 Notice",)), 1.0)
    assert as_told(hit, Evidence(0, 0, 25, 1.0)) == "Notice is in writing."


def test_a_note_that_a_sentence_has_a_mark_of_is_told_behind_it() -> None:
    text = "A leak is mended within 14 days.[note 4] Then it is tested.\n\n[note 4] In schools within 7 days."
    hits = [Hit(Chunk("a.md", "A", 0, len(text), text), 1.0)]
    ranked = [Evidence(0, 0, 40, 0.9), Evidence(0, 41, 59, 0.1)]
    told = [as_told(hits[each.passage], each) for each in select("How soon?", hits, ranked, Generate())]
    assert told == ["A leak is mended within 14 days.", "In schools within 7 days."]


def test_an_item_of_a_list_leads_to_no_list() -> None:
    text = "- One inspection a year\n- A lock by Abus\n- Theft insurance"
    told = chosen("What does it include?", text, ("- One", 0.9), ("- A", 0.9), ("- T", 0.9), headings=("It includes",))
    assert told == ["One inspection a year.", "A lock by Abus.", "Theft insurance."]


PERMITS = (
    "A permit is needed for:\n\n1. sheds up to 12 m²\n2. swapping windows, unless the house is listed\n"
    "3. Fences stay below 1.8 m.\n\nAsk Ann."
)


@pytest.mark.parametrize(
    ("best", "expected"),
    [
        ("2. sw", ["A permit is needed for:", "swapping windows, unless the house is listed."]),
        ("3. F", ["Fences stay below 1.8 m."]),
        ("Ask", ["Ask Ann."]),
    ],
)
def test_a_fragment_of_a_list_is_told_behind_what_leads_to_it(best: str, expected: list[str]) -> None:
    assert chosen("May I swap windows?", PERMITS, (best, 0.9)) == expected


@pytest.mark.parametrize(
    ("text", "best", "expected"),
    [
        (
            "We pay for fire.\n\nWe do not cover\n (a) frost;\n (b) rot;\n (c) damage by pets or\n     vermin.",
            "(c)",
            ["We do not cover: damage by pets or vermin."],
        ),
        ("We do not cover:\nfrost;\nrot;\ndamage by pets.", "We do", ["We do not cover: frost; rot; damage by pets."]),
        ("We do not cover:\nfrost;\nrot; or\ndamage by pets.", "rot", ["We do not cover: rot; or damage by pets."]),
        ("Not included:\n\n- Frost.\n- Damage by pets. It is so.", "- Damage", ["Not included: Damage by pets."]),
        ("You pay for all, except:\n- frost\n- pets", "- pets", ["You pay for all, except: pets."]),
        ("Never:\n1. Let frost in.\n2. Let pets in.", "2. Let", ["Never: Let pets in."]),
        ("Do not:\n- let frost in\n- let pets in", "- let pets", ["Do not: let pets in."]),
        ("Only:\n- members\n- pets", "- pets", ["Only: pets."]),
        ("We do not cover:\n- damage\n    - by frost\n    - by pets", "- by pets", ["We do not cover: by pets."]),
        ("What is not covered?\n- Frost\n- Pets", "- Pets", ["What is not covered: Pets."]),
        ("Why is there no picture?\n- The lamp is off.\n- A pet is on it.", "- A pet", ["A pet is on it."]),
        ("Can I cancel without a fee?\n- Until May.\n- Later pets cost $10.", "- Later", ["Later pets cost $10."]),
        ("Provided equipment:\n- Gloves are free.\n- Pets are not.", "- Pets", ["Pets are not."]),
        ("You may stay, provided:\n- you pay\n- pets do", "- pets", ["You may stay, provided: pets do."]),
        ("Provided that you have:\n- keys\n- pets", "- pets", ["Provided that you have: pets."]),
    ],
)
def test_an_item_is_told_behind_what_limits_it(text: str, best: str, expected: list[str]) -> None:
    assert chosen("Are pets in it?", text, (best, 0.9)) == expected


@pytest.mark.parametrize(
    ("text", "best", "expected"),
    [
        ("- Frost\n- Pets", "- Pets", ["Not covered: Pets."]),
        ("All of these:\n- Frost\n- Pets", "- Pets", ["Not covered: All of these: Pets."]),
        ("This list is not all.\n\n- Frost\n- Pets", "- Pets", ["Not covered: Pets."]),
        ("Pets are never covered.", "Pets", ["Pets are never covered."]),
    ],
)
def test_an_item_is_told_behind_the_heading_that_limits_it(text: str, best: str, expected: list[str]) -> None:
    assert chosen("Are pets in it?", text, (best, 0.9), headings=("Not covered",)) == expected


def test_what_only_says_that_an_example_follows_leads_to_nothing() -> None:
    text = "Each ring is a digit.\n\nFor example:\n\n- Red: 2\n- Blue: 6"
    assert chosen("What does red stand for?", text, ("- Red", 0.9)) == ["Red: 2."]


TUBES = "#. Cultures\n#. Citrate (blue)\n#. Heparin\n\nWhy it matters: EDTA binds calcium."


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("In which order do I fill the tubes?", ["Cultures.", "Citrate (blue).", "Heparin."]),
        ("In what sequence are cultures and tubes drawn?", ["Cultures.", "Citrate (blue).", "Heparin."]),
        ("Can I order cultures?", ["Cultures."]),
    ],
)
def test_an_order_is_all_of_its_list(question: str, expected: list[str]) -> None:
    assert chosen(question, TUBES, ("#. Cul", 0.9), headings=("Order of draw",)) == expected


BADGES = (
    "Badges\n\nGreen badge\n\nShows that the course was passed. Valid for 2 years.\n\n"
    "Relatives' pass\n\nLets relatives park free of charge.\n\nThat was all about the badges of the house.\n\n"
    "Oslo, 6 June 2024\n\nThe fair is in Oslo.\n\n"
    "Visitors\n\nA visitor is let in by a member of staff."
)


@pytest.mark.parametrize(
    ("question", "best", "expected"),
    [
        ("How long does my green badge last?", "Valid", "Green badge: Valid for 2 years."),
        ("What is the pass for relatives?", "Lets", "Relatives' pass: Lets relatives park free of charge."),
        ("How long is it valid?", "Valid", "Valid for 2 years."),
        ("What of the badges?", "That", "That was all about the badges of the house."),
        ("Where is the fair?", "The fair", "The fair is in Oslo."),
        ("What of visitors?", "A visitor", "A visitor is let in by a member of staff."),
    ],
)
def test_a_definition_is_told_behind_its_term(question: str, best: str, expected: str) -> None:
    assert chosen(question, BADGES, (best, 0.9)) == [expected]


def test_a_term_is_said_once() -> None:
    text = "find(x)\n\nGives the place of x in a list. It raises an error if x is not there.\n\nlast(x)\n\nGives x."
    whole = ["find(x): Gives the place of x in a list.", "It raises an error if x is not there."]
    assert chosen("What does find do?", text, ("It raises", 0.9), ("find", 0.8)) == whole
    assert chosen("What does find do?", text, ("It raises", 0.9))[0].startswith("find(x): ")


@pytest.mark.parametrize("text", ["The hall is shut.\n\nRules for guests\n\n- no\n- yes", "The hall is shut.\n\nHall"])
def test_a_line_that_names_what_follows_is_no_further_sentence(text: str) -> None:
    assert chosen("When is the hall shut?", text, ("The", 0.9), ("Rules", 0.8), ("Hall", 0.8)) == ["The hall is shut."]


def test_a_term_in_another_passage_than_its_definition_is_not_said_alone() -> None:
    texts = ["The hall is shut.\n\nNOTE Pets", "Pets stay in the yard. They are fed."]
    hits = [Hit(Chunk("a.md", "A", 0, 28, texts[0]), 1.0), Hit(Chunk("a.md", "A", 30, 65, texts[1]), 1.0)]
    found = [Evidence(0, 19, 28, 0.8), Evidence(1, 0, 22, 0.9), Evidence(1, 23, 36, 0.01)]
    told = select("Where do pets stay?", hits, sorted(found, key=lambda each: -each.score), Generate())
    assert [(each.passage, each.start) for each in told] == [(1, 0)]


@pytest.mark.parametrize(
    ("uri", "headings", "score", "expected"),
    [("a.md", ("B",), 0.5, 2), ("a.md", ("C",), 0.5, 1), ("b.md", ("B",), 0.5, 1), ("b.md", ("B",), 0.7, 2)],
)
def test_sentences_from_elsewhere_join_only_if_they_answer_almost_as_well(
    uri: str, headings: tuple[str, ...], score: float, expected: int
) -> None:
    texts = ["Ask Ann for a key.", "Ring the bell at noon."]
    hits = [
        Hit(Chunk("a.md", "A", 0, 18, texts[0], ("B",)), 1.0),
        Hit(Chunk(uri, "A", 90, 112, texts[1], headings), 1.0),
    ]
    found = [Evidence(0, 0, 18, 0.9), Evidence(1, 0, 22, score)]
    assert len(select("How do I get in?", hits, found, Generate())) == expected


@pytest.mark.parametrize(
    ("line", "count"), [("From: Jo Marsh.", 1), ("Landlord: Jo Marsh.", 2), ("Jo Marsh lets it.", 2)]
)
def test_a_field_of_another_document_joins_only_if_it_has_a_word_of_the_question(line: str, count: int) -> None:
    lease = "The landlord of the flat is Ann Lee."
    passages = [Hit(Chunk(uri, uri, 0, len(text), text), 1.0) for uri, text in (("mail", line), ("lease", lease))]
    ranked = [Evidence(1, 0, len(lease), 0.9), Evidence(0, 0, len(line), 0.8)]
    assert len(select("Who is the landlord of the flat?", passages, ranked, Generate())) == count


CANAL = (
    "The canal, built by Marl, made the river passable. It closed in 1931, as did the mill. "
    "The railway reached the town in 1858 and left in 1966 with its station."
)


@pytest.mark.parametrize(
    ("question", "scores", "expected"),
    [
        ("When did the railway station close?", (0.9, 0.8), "The railway reached"),
        ("When did the railway station close?", (0.9, 0.5), "It closed"),
        ("When did the canal close?", (0.9, 0.8), "The canal, built"),
    ],
)
def test_what_goes_on_about_something_else_gives_way(question: str, scores: tuple[float, float], expected: str) -> None:
    told = chosen(question, CANAL, ("It closed", scores[0]), ("The railway", scores[1]))
    assert told[0].startswith(expected)


def test_one_step_of_another_document_brings_no_others_and_two_bring_all() -> None:
    texts = ["The money goes back to the card.", "1. Open it.\n2. Press Refund.\n3. Close it."]
    hits = [Hit(Chunk(f"{number}.md", "A", 0, len(text), text), 1.0) for number, text in enumerate(texts)]
    found = [Evidence(0, 0, 32, 0.6), Evidence(1, 12, 28, 0.5), Evidence(1, 0, 11, 0.1), Evidence(1, 29, 41, 0.1)]
    told = select("How do I refund it?", hits, found, Generate())
    assert [(each.passage, each.start) for each in told] == [(0, 0), (1, 12)]
    two = [*found[:2], Evidence(1, 0, 11, 0.45), found[3]]
    assert len(select("How do I refund it?", hits, two, Generate())) == 4


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("When is glue used?", "Glue it dry. Not for zinc.", 2),
        ("When is glue used?", "Glue it dry. Otherwise it peels.", 2),
        ("When is glue used?", "Glue it dry. It does not apply to zinc.", 2),
        ("When is glue used?", "Glue it dry. In an emergency call Ann.", 1),
        ("What do I glue in an emergency?", "Glue it dry. In an emergency use tape.", 2),
        ("How long does glue dry in the sun?", "Glue dries for a day. In the sun, it takes an hour.", 2),
        ("How long does glue dry on zinc?", "Glue dries for a day. On zinc it takes an hour.", 2),
        ("How long does glue dry on zinc?", "Glue dries for a day. On paper it takes an hour.", 1),
        ("How long does glue dry on zinc?", "Glue on zinc dries for a day. On zinc it is blue.", 1),
        ("When is glue used?", "Glue it dry. Not all of it is blue.", 1),
        ("When is glue used?", "Glue it dry.\n\nNot for zinc.", 1),
    ],
)
def test_what_says_when_a_rule_does_not_hold_is_told_with_it(question: str, text: str, expected: int) -> None:
    assert len(chosen(question, text, ("Glue", 0.9))) == expected


@pytest.mark.parametrize(
    ("text", "best", "expected"),
    [
        ("Rent is fixed until May. Thereafter it may rise by 5 euros.", "Thereafter", 2),
        ("A shed needs a permit. Without it, it is taken down.", "Without", 2),
        ("The key is paid for in June. Until then Ann keeps it.", "Until then", 2),
        ("Old members pay half. This does not apply to guests.", "This", 2),
        ("Old members pay half. The same applies to guests.", "The same", 2),
        ("It is for guests. At present that is Ann; it ends in May.", "At present", 2),
        ("You may return it for 7 days. Later than that we charge half.", "Later", 2),
        ("Seal the lid. After that it stays shut. Without it, you can open the box.", "Without", 3),
        ("A shed needs a permit. Without a permit, it is taken down.", "Without", 1),
        ("Rent is fixed until May.\n\nThereafter it may rise by 5 euros.", "Thereafter", 1),
        ("A shed needs a permit. Then we paint it in the box.", "Then", 1),
        ("A shed needs a permit. Until it is here, the box is shut.", "Until", 1),
    ],
)
def test_what_points_back_to_its_condition_is_told_with_it(text: str, best: str, expected: int) -> None:
    assert len(chosen("How do I open the box?", text, (best, 0.9))) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When does the museum close?", ["The museum is open daily until 17:00.", "On Mondays it closes at 13:00."]),
        ("When does the museum close on Mondays?", ["On Mondays it closes at 13:00."]),
        ("When does it close?", ["On Mondays it closes at 13:00."]),
    ],
)
def test_what_is_so_at_some_times_is_told_behind_the_rule(question: str, expected: list[str]) -> None:
    text = "The museum is open daily until 17:00. On Mondays it closes at 13:00. Dogs stay outside."
    assert chosen(question, text, ("On Mondays", 0.9)) == expected


def test_a_decision_is_told_with_its_conditions() -> None:
    text = (
        "The Board heard both sides. DECISION: The appeal is upheld. Two spaces are enough. Racks are roofed. "
        "Item: The next one.\n\nThen it closed."
    )
    told = ["DECISION: The appeal is upheld.", "Two spaces are enough.", "Racks are roofed."]
    assert chosen("What was decided about the appeal?", text, ("DECISION", 0.9)) == told
    assert chosen("What are enough?", text, ("Two spaces", 0.9)) == told[1:2]


SHOPS = [
    "Shop | Mon | Sun | Till\nBakery | Mon: closed | Sun: 08:00-11:00 | Till: card",
    "Florist | Mon: 09:00-18:00 | Sun: closed | Till: cash\nKiosk | Mon: 06:00-20:00 | Sun: orders only | Till: cash",
]


@pytest.mark.parametrize(
    ("question", "best", "gap", "expected"),
    [
        (
            "Which shops are open on Sundays?",
            "Bakery",
            1,
            "Bakery – Sun: 08:00-11:00. [1] Kiosk – Sun: orders only. [2]",
        ),
        (
            "Which shops are open on Sundays?",
            "Bakery",
            300,
            "Bakery – Sun: 08:00-11:00. [1] Kiosk – Sun: orders only. [2]",
        ),
        ("Which shops are closed on Sundays?", "Florist", 1, "Florist – Sun: closed. [2]"),
        ("Which day is Sun at the bakery?", "Bakery", 1, "Bakery – Sun: 08:00-11:00. [1]"),
        ("Which florist takes cash?", "Florist", 1, "Florist – Mon: 09:00-18:00; Sun: closed; Till: cash. [2]"),
        ("What is the till for cash?", "Kiosk", 1, "Kiosk – Till: cash. [2]"),
    ],
)
def test_rows_in_all_passages_of_a_document_are_told(question: str, best: str, gap: int, expected: str) -> None:
    second = len(SHOPS[0]) + gap
    hits = (
        Hit(Chunk("s.csv", "", 0, len(SHOPS[0]), SHOPS[0]), 1.0),
        Hit(Chunk("s.csv", "", second, second + len(SHOPS[1]), SHOPS[1]), 0.9),
    )
    places = [
        (number, match.start(), match.end())
        for number, text in enumerate(SHOPS)
        for match in re.finditer(r"^(?!Shop).+$", text, re.MULTILINE)
    ]

    class Rows:
        def score(self, question: str, passages: Sequence[Hit]) -> list[Evidence]:
            found = [Evidence(*place, 0.9 if SHOPS[place[0]][place[1] :].startswith(best) else 0.5) for place in places]
            return sorted(found, key=lambda each: -each.score)

    generator = ExtractiveGenerator(Rows(), Generate())
    pieces = list(generator.stream(Prompt(question, hits), Sampling()))
    assert "".join(piece.text for piece in pieces) == expected


def test_a_field_leads_to_no_list() -> None:
    text = "Present: Ada\nExcused: Cy (ill)\n\n1. Roof: it is mended.\n2. Sail: it is sold."
    assert chosen("Who was excused?", text, ("Excused", 0.9)) == ["Excused: Cy (ill)."]


def test_what_was_decided_about_one_thing_is_no_list() -> None:
    text = "1. Roof: it is mended.\n2. Sail: it is sold.\n3. Pier: it stays."
    assert chosen("What was decided about the sail?", text, ("2. Sail", 0.9)) == ["Sail: it is sold."]
    assert len(chosen("What was decided?", text, ("2. Sail", 0.9))) == 3


def test_two_parts_are_told_by_two_cells_of_a_row() -> None:
    text = "Night sailing | Places: 6 | Price: 130 €\nDay sailing | Places: 8 | Price: 90 €"

    class First:
        def score(self, question: str, passages: Sequence[Hit]) -> list[Evidence]:
            return [Evidence(0, 0, text.index("\n"), 0.9)]

    hits = (Hit(Chunk("a.csv", "", 0, len(text), text), 1.0),)
    question = "How many places does the night sailing have and what does it cost?"
    pieces = list(ExtractiveGenerator(First(), Generate()).stream(Prompt(question, hits), Sampling()))
    said_of_it = "Night sailing – Places: 6. [1] Night sailing – Price: 130 €. [1]"
    assert "".join(piece.text for piece in pieces) == said_of_it


ACTIONS = (
    "A1 | Action: Obtain two valuations of the shop | Owner: Ann Lee | Due: 29 August 2025\n"
    "A2 | Action: Plan the sale | Owner: Bo Day | Due: 1 May 2025"
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "Who has to get valuations of the shop and by when?",
            "Obtain two valuations of the shop – Owner: Ann Lee; Due: 29 August 2025.",
        ),
        ("Who has to get valuations of the shop?", "Ann will obtain two valuations."),
    ],
)
def test_a_row_that_tells_the_day_too_goes_before_a_sentence_that_does_not(question: str, expected: str) -> None:
    text = f"Ann will obtain two valuations.\n\n{ACTIONS}"
    hit = Hit(Chunk("a.md", "A", 0, len(text), text), 1.0)
    lines = [(text.index(line), text.index(line) + len(line)) for line in text.split("\n") if line]
    ranked = [Evidence(0, *place, score) for place, score in zip(lines, (0.9, 0.4, 0.2), strict=True)]
    assert [answered(question, hit, each) for each in select(question, [hit], ranked, Generate())] == [expected]


def test_the_other_cell_of_a_row_that_was_said_answers_the_second_part() -> None:
    text = (
        "M5 | Milestone: Go-live Leeds | Planned: 2025-11-03 | Owner: Ann Lee\n"
        "M6 | Milestone: Go-live Hull | Planned: 2026-01-19 | Owner: Bo Day"
    )
    hit = Hit(Chunk("a.csv", "", 0, len(text), text), 1.0)
    second = text.index("M6")

    class Either:
        def score(self, question: str, passages: Sequence[Hit]) -> list[Evidence]:
            rows = [Evidence(0, 0, second - 1, 0.9), Evidence(0, second, len(text), 0.3)]
            return rows if "Leeds" in question else rows[::-1]

    question = "Who owns the go-live in Leeds and when is it planned?"
    pieces = list(ExtractiveGenerator(Either(), Generate()).stream(Prompt(question, (hit,)), Sampling()))
    told = "Go-live Leeds – Owner: Ann Lee. [1] Go-live Leeds – Planned: 2025-11-03. [1]"
    assert "".join(piece.text for piece in pieces) == told


@pytest.mark.parametrize(
    ("question", "row", "expected"),
    [
        ("Who owns the plan of the sale?", ACTIONS.splitlines()[1], "Plan the sale – Owner: Bo Day."),
        ("Who is responsible for action A2?", ACTIONS.splitlines()[1], "A2 – Owner: Bo Day."),
        ("Who owns action A2?", ACTIONS.splitlines()[1], "A2 – Owner: Bo Day."),
        ("Who plans the sale and by when?", ACTIONS.splitlines()[1], "Plan the sale – Owner: Bo Day; Due: 1 May 2025."),
        (
            "How many straps have we got and where are they?",
            "Strap | quantity: 74 | location: D-01-2 | last counted: 2026-10-02",
            "Strap – quantity: 74; location: D-01-2.",
        ),
        (
            "What is the location of the straps, and how many are there?",
            "Strap | quantity: 74 | location: D-01-2 | last counted: 2026-10-02",
            "Strap – quantity: 74; location: D-01-2.",
        ),
        (
            "What is the quantity of straps and where do straps wear?",
            "Strap | quantity: 74 | location: D-01-2",
            "Strap – quantity: 74.",
        ),
        (
            "Which agent handles the Moss ticket?",
            "T-5026 | Customer: Moss | Agent: Jo Weber | Subject: Dry running",
            "T-5026 – Customer: Moss; Agent: Jo Weber.",
        ),
        (
            "How far over budget are the consultants?",
            "Consultants | Budget: 240 | Spent: 130 | Forecast: 275 | Owner: Ann",
            "Consultants – Budget: 240; Spent: 130; Forecast: 275.",
        ),
        (
            "What is the budget for consultants?",
            "Consultants | Budget: 240 | Forecast: 275",
            "Consultants – Budget: 240.",
        ),
        ("What is the IM-40 made of?", "IM-40 | Material: steel | Weight: 6 kg", "IM-40 – Material: steel."),
        (
            "How long do we keep CCTV footage?",
            "DP-03 | Purpose: CCTV at the gate | Retention: 72 hours | Responsible: Greg",
            "DP-03 – Purpose: CCTV at the gate; Retention: 72 hours.",
        ),
        (
            "Which vans are electric?",
            "AB 1 | Model: Opel Vivaro | Driver: Bo | First used: 2023 | Fuel: electric",
            "AB 1 – Model: Opel Vivaro; Fuel: electric.",
        ),
        (
            "Which vans are in the fleet?",
            "AB 1 | Model: Opel Vivaro | Driver: Bo | First used: 2023 | Fuel: electric",
            "AB 1 – Model: Opel Vivaro.",
        ),
        ("Which fuel does AB 1 need?", "AB 1 | Model: Opel | Fuel: diesel", "AB 1 – Fuel: diesel."),
        ("How much fuel is left on 4 May?", "AB 1 | Since: 4 May | Fuel: 9 l", "AB 1 – Since: 4 May; Fuel: 9 l."),
        (
            "When is the opening of the hall now expected?",
            "Opening of the hall | Planned: 3 May | Forecast: 9 May",
            "Opening of the hall – Forecast: 9 May.",
        ),
    ],
)
def test_a_row_is_told_by_what_it_is_about_and_the_cells_that_are_asked_for(
    question: str, row: str, expected: str
) -> None:
    hit = Hit(Chunk("a.csv", "", 0, len(row), row), 1.0)
    assert answered(question, hit, Evidence(0, 0, len(row), 0.9)) == expected


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ([Evidence(99, 0, 3, 0.9)], "gave .*, which stands in no passage"),
        ([Evidence(0, -5, 3, 0.9)], "gave .*, which stands in no passage"),
        ([Evidence(0, 3, 3, 0.9)], "gave .*, which stands in no passage"),
        ([Evidence(0, 0, 9999, 0.9)], "gave .*, which stands in no passage"),
        ([Evidence(0, 0, 3, float("nan"))], "gave the score nan, which is no probability"),
        (["Germany has 30 days."], "gave str for evidence"),
        ([Evidence("0", 0, 3, 0.9)], "of .* failed: TypeError"),  # type: ignore[arg-type]
        (None, "of .* failed: TypeError"),
    ],
)
def test_what_a_scorer_of_evidence_gives_is_looked_at(found: Any, why: str) -> None:
    class Own:
        def score(self, question: str, passages: Sequence[Hit]) -> Any:
            return found

    stream = ExtractiveGenerator(Own(), Generate()).stream(Prompt("How long is leave?", tuple(HITS)), Sampling())
    with pytest.raises(ModelError, match=rf"The evidence Own {why}.*generate\.evidence"):
        list(stream)


def test_evidence_may_come_from_an_iterator() -> None:
    class Own:
        def score(self, question: str, passages: Sequence[Hit]) -> Any:
            yield Evidence(0, 0, len(HITS[0].chunk.text), 0.9)

    pieces = ExtractiveGenerator(Own(), Generate()).stream(Prompt("How long is leave?", tuple(HITS)), Sampling())
    assert any(piece.text for piece in pieces)


STOPPED = (
    "In the second act the drum stopped after about a third of its turn. Ann fell.\n\n"
    "The drive of the drum had overheated. It is new."
)


@pytest.mark.parametrize(
    ("question", "text", "score", "told"),
    [
        ("Why did the drum stop?", STOPPED, 0.6, "The drive"),
        ("Why did the drum stop?", STOPPED, 0.3, "In the second act"),
        ("When did the drum stop?", STOPPED, 0.6, "In the second act"),
        (
            "Why did the drum stop?",
            STOPPED.replace("about a third of its turn", "a fuse blew"),
            0.6,
            "In the second act",
        ),
        ("Why did the drum stop?", STOPPED.replace("had overheated", "is round"), 0.6, "In the second act"),
        ("Why did the drum stop?", STOPPED.replace("The drive of the drum had", "Causes\nThe drive"), 0.6, "The drive"),
    ],
)
def test_who_asks_why_is_told_the_cause_rather_than_what_is_asked_about(
    question: str, text: str, score: float, told: str
) -> None:
    (only,) = chosen(question, text, ("In the", 0.9), ("The drive", score))
    assert only.startswith(told)


MATTERS = "Speak to your manager first. If the matter concerns your manager, write to Ann. Ann is kind."


@pytest.mark.parametrize(
    ("question", "score", "count"),
    [
        ("Who do I talk to if my complaint is about my boss?", 0.3, 2),
        ("Who do I talk to if my complaint is about my boss?", 0.1, 1),
        ("Who do I talk to if my manager is away?", 0.3, 1),
        ("Who do I talk to?", 0.3, 1),
    ],
)
def test_the_case_that_is_asked_about_is_told_behind_the_rule(question: str, score: float, count: int) -> None:
    assert len(chosen(question, MATTERS, ("Speak", 0.6), ("If the", score))) == count


@pytest.mark.parametrize(
    ("question", "leave", "count"),
    [
        ("How many days off do I get?", "Leave is 26 days.", 2),
        ("Who gets days off?", "Leave is 26 days.", 1),
        ("How many extra days do I get?", "Leave is 26 days.", 1),
        ("How many days off do I get?", "Leave is granted for up to five days.", 1),
        ("How many days off do I get?", "Leave is for 26 people.", 1),
    ],
)
def test_what_is_had_besides_is_told_with_what_it_is_added_to(question: str, leave: str, count: int) -> None:
    told = chosen(question, f"{leave} It is red.\n\nSenior staff get three extra days.", ("Senior", 0.9))
    assert told == [leave, "Senior staff get three extra days."][-count:]
