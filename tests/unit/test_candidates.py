from __future__ import annotations

import pytest

from ragkit.generate.extractive.candidates import candidates
from ragkit.generate.extractive.table_rows import tables
from ragkit.generate.extractive.word_signals import ranked, word_signals
from ragkit.types import Hit
from tests.conftest import passage


def texts(hit: Hit) -> list[str]:
    return [candidate.text for candidate in candidates([hit])]


def test_long_runs_of_lines_are_lines() -> None:
    settings = "\n".join(f"setting_{number}: {number}" for number in range(40))
    assert texts(passage(settings))[:2] == ["setting_0: 0", "setting_1: 1"]
    assert texts(passage("A sentence that is\nwrapped by hand.")) == ["A sentence that is\nwrapped by hand."]


def test_headings_and_their_parts_are_no_candidates() -> None:
    hit = passage(
        "How much leave? Does it carry over?\n\nIt is 27 days.", "a.md", "How much leave? Does it carry over?"
    )
    assert texts(hit) == ["It is 27 days."]


def test_of_many_terms_below_each_other_the_last_one_is_what_a_sentence_is_about() -> None:
    flags = "\n\n".join(f"--flag-{letter}" for letter in "abcd")
    assert texts(passage(f"{flags}\n\nIt sets the size."))[-1] == "--flag-d\n\nIt sets the size."
    assert texts(passage("-s\n\n--size\n\nIt sets the size."))[-1] == "-s\n\n--size\n\nIt sets the size."


def test_a_table_of_contents_answers_nothing() -> None:
    lines = "- Building on Windows\n- Installing it\n\nIt is built twice a day."
    assert texts(passage(lines, "a.md", "Manual", "Table of contents")) == ["It is built twice a day."]
    assert len(texts(passage(lines, "a.md", "Manual", "Contents of the box"))) == 3


def test_the_running_number_of_a_record_answers_nothing() -> None:
    assert texts(passage("id: 7\nstatus: closed")) == ["status: closed"]
    assert texts(passage("id: T-8820\nstatus: closed")) == ["id: T-8820", "status: closed"]


def test_the_names_of_a_tables_columns_answer_nothing() -> None:
    for rows, answers in (
        ("Model | Price | Weight\nPL-10 | Price: 90 | Weight: 2 kg", 1),
        ("Model | Price\nPL-10 | 90", 2),
    ):
        found = list(candidates([passage(rows)]))
        assert len(ranked(found, [{}] * 2, {}, 0.0)) == answers


def test_spans_index_the_passage() -> None:
    hit = passage("- one thing\n- another thing. And more.")
    for candidate in candidates([hit]):
        assert hit.chunk.text[candidate.start : candidate.end] == candidate.text


def test_another_one_of_the_kind_is_a_rival_unless_the_line_above_names_the_one_that_is_asked_for() -> None:
    hit = passage("PL-10\n\nA recalibration costs 140 euros.\n\nPL-50\n\nA recalibration costs 190 euros.")
    found = list(candidates([hit]))
    signals = word_signals("What does a recalibration of a PL-50 cost?", found, [hit])
    costs = {each.text: signal for each, signal in zip(found, signals, strict=True)}
    assert costs["A recalibration costs 140 euros."]["rival"] == 1
    assert costs["A recalibration costs 190 euros."]["rival"] == 0


def test_the_row_of_another_letter_or_number_is_a_rival() -> None:
    hit = passage("Zone | Paper\nZone: A | Paper: Monday\nZone: B | Paper: Friday\nZone: 3 | Paper: Sunday")
    found = list(candidates([hit]))
    for question, own in (
        ("When is paper collected in zone A?", "Zone: A | Paper: Monday"),
        ("paper collection zone 3", "Zone: 3 | Paper: Sunday"),
    ):
        signals = word_signals(question, found, [hit])
        rivals = [each.text for each, signal in zip(found, signals, strict=True) if signal["rival"]]
        assert rivals == [each.text for each in found[1:] if each.text != own]


def test_the_names_of_columns_whose_rows_tell_their_unit_answer_nothing() -> None:
    hit = passage("in thousand EUR | 2023 | 2024\nRents | 2023 (in thousand EUR): 8 | 2024 (in thousand EUR): 9")
    assert [each.names_columns for each in candidates([hit])] == [True, False]


def test_another_name_of_the_same_thing_is_the_same_word() -> None:
    hit = passage("Thu: Birgit works here.\n\nThursday: Olu works here.\n\nMonday: Kenji works here.")
    found = list(candidates([hit]))
    short, long, other = word_signals("Who works on Thursday?", found, [hit])
    assert short["coverage"] == long["coverage"] == 1 > other["coverage"]


def test_what_an_option_does_is_told_with_its_name() -> None:
    hit = passage(
        "-q\n\n--quiet\n\nSay nothing. Errors are told.\n\nRepairs\n\nThey are free.\n\n"
        "max_jobs (integer)\n\nEarlier 6.x\n\nIt is slow."
    )
    found = list(candidates([hit]))
    assert [each.text for each in found] == [
        "-q",
        "--quiet",
        "-q\n\n--quiet\n\nSay nothing.",
        "Errors are told.",
        "Repairs",
        "They are free.",
        "max_jobs (integer)",
        "Earlier 6.x",
        "It is slow.",
    ]
    assert found[3].context.endswith("-q --quiet")
    assert found[5].context.endswith("Repairs")


def test_a_question_is_no_candidate_but_context_of_the_paragraph_that_answers_it() -> None:
    hit = passage(
        "Q: Who may park?\nA: Staff may. It is free.\n\nQ: Are there bikes? And how many?\n\nA: Ten.\n\nBe kind."
    )
    found = {each.text: each.context for each in candidates([hit])}
    assert list(found) == ["A: Staff may.", "It is free.", "A: Ten.", "Be kind."]
    assert found["It is free."].endswith("Q: Who may park?")
    assert found["A: Ten."].endswith("Q: Are there bikes? And how many?")
    assert not found["Be kind."].endswith("?")


def test_a_line_of_a_schedule_asks_nothing() -> None:
    lines = "12 Nov   7 p.m.   Heat pumps or gas?\n14 Jan   6 p.m.   Repair cafe"
    assert texts(passage(lines)) == lines.split("\n")
    assert texts(passage("Who may park?  It is  free.")) == ["It is  free."]


def test_no_is_told_with_its_reason() -> None:
    assert texts(passage("A: No. Only guide dogs may.\n\nYes.\n\nIt is late. No.")) == [
        "A: No. Only guide dogs may.",
        "Yes.",
        "It is late.",
        "No.",
    ]


def test_tables_of_other_sections_are_other_tables() -> None:
    reply = passage(
        "P1 - no data | Basic: 8 hours | Plus: 2 hours\nP2 - slow | Basic: 2 days | Plus: 1 day", "a.md", "Reply"
    )
    cure = passage("P1 | Basic: no target | Plus: 12 hours\nP2 | Basic: no target | Plus: 3 days", "a.md", "Cure")
    found = list(candidates([reply, cure]))
    assert [len(table) for table in tables(found, [reply, cure])] == [2, 2]
    signals = word_signals("What is the time to a first reply for P1 with Plus?", found, [reply, cure])
    assert [signal["rival"] for signal in signals] == [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CODES\nE1 - No phase. See 3.\nE2 - Hot. Wait.", ["CODES", "E1 - No phase. See 3.", "E2 - Hot. Wait."]),
        ("E1: No phase\nE2: No signal\nE10: Hot", ["E1: No phase", "E2: No signal", "E10: Hot"]),
        ("E1 – It is\n  hot. Wait.\nE2 – Cold.", ["E1 – It is\n  hot.", "Wait.", "E2 – Cold."]),
        ("E1 - No phase. See 3.\n\nIt rests.", ["E1 - No phase.", "See 3.", "It rests."]),
        ("E1 - No phase. See 3.\n\nE2 - Hot. Wait.", ["E1 - No phase.", "See 3.", "E2 - Hot.", "Wait."]),
        (f"E1 - Hot. {'Wait ' * 60}.\nE2 - Cold. Go.", ["E1 - Hot.", f"{'Wait ' * 60}.", "E2 - Cold. Go."]),
    ],
)
def test_a_line_of_several_with_a_code_is_told_whole(text: str, expected: list[str]) -> None:
    assert texts(passage(text)) == expected
