"""Which passages are read for an answer, and that those left out could not have changed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np
import pytest

from ragkit.config import Generate
from ragkit.generate.extractive import headings
from ragkit.generate.extractive.asked_side import on_other_side
from ragkit.generate.extractive.candidates import candidates
from ragkit.generate.extractive.generator import ExtractiveGenerator
from ragkit.generate.extractive.reader_evidence import FIRST, MATTERS, ReaderEvidence, evidence, reachable
from ragkit.models.reader import ReaderModel, Reading
from ragkit.types import Hit, Prompt, Sampling
from tests.conftest import passage

QUESTION = "How many channels does the gateway have?"
TELLS = "The gateway has eight channels."


class Counting:
    """A reader that says of a passage that it answers when it holds the word "eight", and counts what it reads."""

    def __init__(self, answerable: float = 0.97) -> None:
        self.read_texts: list[str] = []
        self.answerable = answerable

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        self.read_texts += passages
        return [self.reading(text) for text in passages]

    def reading(self, text: str) -> Reading:
        sure, whole = np.ones(1, np.float32), np.array([(0, len(text))])
        return Reading(self.answerable if "eight" in text else 0.01, 0, len(text), sure, sure, whole)


def hits(*texts: str, falling: float = 0.05) -> list[Hit]:
    return [replace(passage(text, f"{number}.md"), score=1.0 - falling * number) for number, text in enumerate(texts)]


OTHERS = [f"Line {number} of the handbook is about lunch in the canteen." for number in range(9)]


def scored(counting: Counting, passages: list[Hit]) -> list[str]:
    found = ReaderEvidence(cast("ReaderModel", counting)).score(QUESTION, passages)
    return [passages[each.passage].chunk.text[each.start : each.end] for each in found]


def test_what_can_no_longer_matter_is_not_read() -> None:
    counting = Counting()
    passages = hits(TELLS, *OTHERS, falling=0.09)
    assert scored(counting, passages)[0] == TELLS
    assert FIRST <= len(counting.read_texts) < len(passages)


def test_each_passage_is_asked_in_its_own_words() -> None:
    class Hearing(Counting):
        def __init__(self) -> None:
            super().__init__()
            self.heard: dict[str, str] = {}

        def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
            self.heard |= dict.fromkeys(passages, question)
            return super().read(question, passages)

    hearing, passages = Hearing(), hits("Thu: eight desks", "Thursday: nine desks", "Friday: ten desks")
    ReaderEvidence(cast("ReaderModel", hearing)).score("How many desks are free on Thursday?", passages)
    short, long, other = (hearing.heard[hit.chunk.embedded_text] for hit in passages)
    assert short == "How many desks are free on Thu?"
    assert long == other == "How many desks are free on Thursday?"


def test_the_title_is_read_above_a_passage_that_lacks_what_the_question_says_of_it() -> None:
    counting = Counting()
    named, bare = (
        replace(each.chunk, title="Torque Leisure Centre") for each in hits(TELLS, f"{TELLS} Leisure centre.")
    )
    passages = [Hit(named, 1.0), Hit(bare, 0.95)]
    found = ReaderEvidence(cast("ReaderModel", counting)).score(f"{QUESTION[:-1]} at the leisure centre?", passages)
    above = f"{named.title}\n"
    assert counting.read_texts == [f"{above}{named.embedded_text}", bare.embedded_text]
    assert (found[0].passage, named.text[found[0].start : found[0].end]) == (0, TELLS)


def test_all_is_read_where_the_first_do_not_answer() -> None:
    counting = Counting()
    passages = hits(*OTHERS, falling=0.01)
    scored(counting, passages)
    assert len(counting.read_texts) == len(passages)
    assert len(set(counting.read_texts)) == len(passages)


@pytest.mark.parametrize("place", range(10))
def test_an_answer_that_speaks_of_the_question_is_read_wherever_it_stands(place: int) -> None:
    counting = Counting()
    texts = [*OTHERS[:place], TELLS, *OTHERS[place:]]
    assert scored(counting, hits(*texts, falling=0.02))[0] == TELLS


def test_nothing_that_is_left_out_reaches_the_share_that_matters() -> None:
    counting = Counting()
    passages = hits(TELLS, *OTHERS, falling=0.09)
    best = ReaderEvidence(cast("ReaderModel", counting)).score(QUESTION, passages)[0].score
    left = [n for n, hit in enumerate(passages) if hit.chunk.embedded_text not in counting.read_texts]
    whole = evidence(QUESTION, passages, {n: counting.reading(h.chunk.embedded_text) for n, h in enumerate(passages)})
    assert left
    assert all(each.score < MATTERS * best for each in whole if each.passage in left)
    assert all(reachable(QUESTION, passages)[n] < MATTERS * best for n in left)


def test_without_passages_nothing_is_read() -> None:
    counting = Counting()
    assert scored(counting, []) == []
    assert counting.read_texts == []


RELEASE = "2.4.1 (12 March)\n\n- The tray icon no longer flickers.\n- Closes CVE-2025-1187, a path traversal."


class InHeading:
    """A reader that finds the answer in the words ``2.4.1``, wherever they stand."""

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        return [self.reading(text) for text in passages]

    def reading(self, text: str) -> Reading:
        start, sure = text.find("2.4.1"), np.ones(1, np.float32)
        where = np.array([(start, start + 5)])
        return Reading(0.9 if start >= 0 else 0.01, start, start + 5, sure, sure, where)


@pytest.mark.parametrize("text", [RELEASE, RELEASE.partition("\n\n")[2]], ids=["in the passage", "above it"])
def test_a_heading_that_answers_is_told_with_the_sentence_that_the_question_is_about(text: str) -> None:
    release = passage(text, "changes.md", "Changes", "2.4.1 (12 March)")
    found = ReaderEvidence(cast("ReaderModel", InHeading())).score("Which version closes CVE-2025-1187?", [release])
    assert found[0].heading == "2.4.1 (12 March)"
    assert text[found[0].start :].startswith("- Closes")
    assert [each.heading for each in found[1:]] == [""]


def test_no_heading_is_told_where_no_sentence_has_a_word_of_the_question() -> None:
    release = passage(RELEASE, "changes.md", "Changes", "2.4.1 (12 March)")
    found = ReaderEvidence(cast("ReaderModel", InHeading())).score("Who wrote it?", [release])
    assert {each.heading for each in found} == {""}


def test_what_stands_under_a_heading_that_is_asked_for_answers_whatever_the_reader_says() -> None:
    release = passage(RELEASE.replace("2.4.1", "2.4"), "changes.md", "Changes", "2.4 (12 March)")
    other = passage("- The log is rotated.", "changes.md", "Changes", "2.3 (3 March)", start=200)
    found = ReaderEvidence(cast("ReaderModel", InHeading())).score("What's new in 2.4?", [other, release])
    assert {each.passage for each in found if each.score > 0.4} == {1}


@pytest.mark.parametrize(
    ("question", "expected"),
    [("What changed in 2.4?", {1}), ("What changed in 2.5?", set()), ("What happened in the changes?", set())],
)
def test_what_stands_below_a_part_of_the_section_that_is_asked_for_answers(question: str, expected: set[int]) -> None:
    fixed = passage("- The tray is quiet.", "changes.md", "Changes", "Changes", "2.4 (12 March)", "Fixed")
    other = passage("- The log is rotated.", "changes.md", "Changes", "Changes", "2.3 (3 March)", "Added", start=200)
    passages = [other, fixed]
    assert {number for number, hit in enumerate(passages) if headings.asks_of(question, hit)} == expected


@pytest.mark.parametrize("question", ["Does it close CVE-2025-1187?", "Which 2.4.1 of 12 March closes CVE-2025-1187?"])
def test_no_heading_answers_yes_or_no_or_says_the_question_again(question: str) -> None:
    release = passage(RELEASE, "changes.md", "Changes", "2.4.1 (12 March)")
    found = ReaderEvidence(cast("ReaderModel", InHeading())).score(question, [release])
    assert {each.heading for each in found} == {""}


def test_a_cell_whose_row_and_column_are_named_answers_whatever_the_reader_says() -> None:
    table = passage("Replacement card | Start: 8 | Comfort: 5\nPaper statement | Start: 2 | Comfort: 1")
    found = ReaderEvidence(cast("ReaderModel", InHeading())).score("What is a replacement card with Start?", [table])
    assert [(each.start, each.score > 0.4) for each in found] == [(0, True)]


SETTINGS = """\
LOG_LEVEL

How much is logged. Can be set to 'debug' or 'info' (recommended).

Default: 'error'

LOG_SIZE

Bytes of a file.

Default: 4096"""


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What is the default of LOG_LEVEL?", [("LOG_LEVEL", "Default: 'error'")]),
        ("default value of LOG_SIZE", [("LOG_SIZE", "Default: 4096")]),
        ("What is the default of LOG_AGE?", []),
        ("What is logged?", []),
    ],
)
def test_the_default_of_a_setting_is_told_with_its_name(question: str, told: list[tuple[str, str]]) -> None:
    for text, above in ((SETTINGS, ()), (SETTINGS.partition("\n\n")[2], ("LOG_LEVEL",))):
        found = ReaderEvidence(cast("ReaderModel", InHeading())).score(question, [passage(text, "a.rst", *above)])
        assert [(each.heading, text[each.start : each.end]) for each in found if each.score > 0.4] == told


def test_what_the_reader_finds_in_another_row_counts_for_the_one_that_has_the_value() -> None:
    tasks = "1 | Task: New pump for the pump house | State: paid\n2 | Task: Fence | State: open: no offer yet"

    class First(Counting):
        def reading(self, text: str) -> Reading:
            sure, row = np.ones(1, np.float32), np.array([(0, text.index("\n"))])
            return Reading(0.9, 0, text.index("\n"), sure, sure, row)

    found = ReaderEvidence(cast("ReaderModel", First())).score("Which tasks at the pump house are open?", hits(tasks))
    assert [each.start for each in found] == [tasks.index("2 |"), 0]
    assert found[0].score > 0.4


def test_the_heading_of_another_day_is_a_rival() -> None:
    minutes = [
        passage(f"Present: {name}.", f"{number}.md", f"Meeting of {day}", start=99 * number)
        for number, (name, day) in enumerate([("Ann Lee", "18 March 2025"), ("Bo Kay", "20 May 2025")])
    ]

    class Sure(InHeading):
        def reading(self, text: str) -> Reading:
            sure, whole = np.ones(1, np.float32), np.array([(0, len(text))])
            return Reading(0.9, text.find("Present"), len(text), sure, sure, whole)

    found = ReaderEvidence(cast("ReaderModel", Sure())).score("Who was present on 20 May?", minutes)
    assert [each.passage for each in found] == [1, 0]
    assert found[1].score < found[0].score / 2


def test_a_release_that_is_asked_for_by_number_is_told_with_its_date() -> None:
    release = passage("- The log is shorter.", "changes.md", "Changes", "2.4.1 (12 March)")
    found = ReaderEvidence(cast("ReaderModel", InHeading())).score("When did 2.4.1 appear?", [release])
    assert [each.heading for each in found] == ["2.4.1 (12 March)"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Rules for the club", ""),
        ("Minutes of 4 May 2.4.1", "Minutes of 4 May 2.4.1"),
        ("Pump S3: short manual", ""),
        ("The PL-10 probe", ""),
    ],
)
def test_a_title_is_told_only_with_a_figure(title: str, expected: str) -> None:
    hit = passage("Dogs stay out.", "a.md", title)
    hit = replace(hit, chunk=replace(hit.chunk, title=title))

    class InTitle(InHeading):
        def reading(self, text: str) -> Reading:
            sure, whole = np.ones(1, np.float32), np.array([(0, 5)])
            return Reading(0.9, 0, 5, sure, sure, whole)

    found = ReaderEvidence(cast("ReaderModel", InTitle())).score("Where must dogs stay out?", [hit])
    assert [each.heading for each in found] == [expected]


def test_a_version_that_is_asked_for_is_told_where_the_reader_finds_the_sentence() -> None:
    class InSentence(InHeading):
        def reading(self, text: str) -> Reading:
            start, sure = text.find("Closes"), np.ones(1, np.float32)
            return Reading(0.9, start, start + 6, sure, sure, np.array([(start, start + 6)]))

    release = passage(RELEASE, "changes.md", "Changes", "2.4.1 (12 March)")
    reader = ReaderEvidence(cast("ReaderModel", InSentence()))
    assert reader.score("Which version closes CVE-2025-1187?", [release])[0].heading == "2.4.1 (12 March)"
    assert reader.score("What closes CVE-2025-1187?", [release])[0].heading == ""


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Which version closes CVE-2025-1187?", True),
        ("Which release fixed CVE-2025-1187?", True),
        ("Which version closes CVE-2025-1188?", False),
        ("Who closes CVE-2025-1187?", False),
        ("Which version?", False),
    ],
)
def test_a_sentence_with_all_words_of_a_question_for_its_version_answers(question: str, told: bool) -> None:
    class Blind(InHeading):
        def reading(self, text: str) -> Reading:
            sure = np.ones(1, np.float32)
            return Reading(0.001, 0, 1, sure, sure, np.array([(0, 1)]))

    release = passage(RELEASE, "changes.md", "Changes", "2.4.1 (12 March)")
    found = ReaderEvidence(cast("ReaderModel", Blind())).score(question, [release])
    assert [each.heading for each in found if each.score > 0.4] == ["2.4.1 (12 March)"] * told


def test_a_title_is_no_part_of_a_document() -> None:
    hit = passage("Remote work.", "a.txt", "Minutes 2025")
    titled = replace(hit, chunk=replace(hit.chunk, title="Minutes 2025"))
    question = "In which meeting was remote work discussed?"
    assert headings.asked_part(question, hit) == "Minutes 2025"
    assert headings.asked_part(question, titled) == ""
    assert [headings.is_told_in(question, each, "Remote work.") for each in (hit, titled)] == [True, False]


CARD = "The card costs £12 a year. Users aged 65 or older get it free of charge. Users under 65 years pay by card."


class InRule:
    """A reader that finds the answer in the words ``£12``, more surely when it is asked of the bound of its text."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        self.heard.append(question)
        return [self.reading(text, 0.95 if "65 or older" in question else 0.06) for text in passages]

    def reading(self, text: str, answerable: float) -> Reading:
        start, sure = text.find("£12"), np.ones(1, np.float32)
        return Reading(answerable, start, start + 3, sure, sure, np.array([(start, start + 3)]))


def test_a_case_is_read_for_in_the_words_of_its_bound_whose_sentence_is_told() -> None:
    reader, question = InRule(), "What does the card cost for a user of 70 years?"
    generator = ExtractiveGenerator(ReaderEvidence(cast("ReaderModel", reader)), Generate())
    pieces = list(generator.stream(Prompt(question, (passage(CARD),)), Sampling()))
    assert reader.heard == ["What does the card cost for a user aged 65 or older?"]
    told = "".join(piece.text for piece in pieces)
    assert "Users aged 65 or older get it free of charge. [1]" in told
    assert "under 65" not in told


def test_a_case_beyond_the_bounds_is_read_for_as_it_is() -> None:
    reader, question = InRule(), "What does the card cost for a user of 70 months?"
    text = CARD.partition(". Users under")[0]
    found = ReaderEvidence(cast("ReaderModel", reader)).score(question, [passage(text)])
    assert reader.heard == [question]
    assert found[0].score < Generate().abstain_below


VANS = (
    "AB 1 | Model: Renault Kangoo | Driver: Ann Lee | Insurance renewal: 2027-01-02\n"
    "CD 2 | Model: Opel Vivaro | Driver: Bo Kay | Insurance renewal: 2027-03-04"
)
ON_CALL = "2026-05-11 | Engineer: Ann Lee\n2026-05-18 | Engineer: Bo Kay\n2026-05-25 | Engineer: Cy Fox"
DAY_PASSES = "Tradesperson | Zone S: £11 | Zone R: £8\nCarer | Zone S: £2 | Zone R: £1"


@pytest.mark.parametrize(
    ("question", "text", "heading", "expected"),
    [
        ("Who drives the Renault?", VANS, "Fleet", "AB 1"),
        ("Who insures the Renault?", VANS, "Fleet", ""),
        ("Who washes the Renault?", VANS, "Fleet", ""),
        ("Who does not drive the Renault?", VANS, "Fleet", ""),
        ("Who is on call in the week of 18 May?", ON_CALL, "On call", "2026-05-18"),
        ("Who is on call on 20 May?", ON_CALL, "On call", "2026-05-18"),
        ("Who is on leave on 20 May?", ON_CALL, "On call", ""),
        (
            "What does the parking pass of a tradesman cost in each zone?",
            DAY_PASSES,
            "Parking passes, cost",
            "Tradesperson",
        ),
    ],
)
@pytest.mark.parametrize("before", [0, 1])
def test_a_row_that_explains_the_question_in_other_forms_answers_whatever_the_reader_says(
    question: str, text: str, heading: str, expected: str, before: int
) -> None:
    others = [passage("Kay is on call at 18 May Street.", "b.md")] * before
    passages = [*others, replace(passage(text, "a.md", heading), score=0.8)]
    found = ReaderEvidence(cast("ReaderModel", InHeading())).score(question, passages)
    told = [passages[each.passage].chunk.text[each.start : each.end] for each in found if each.score > 0.3]
    assert [row.startswith(expected) for row in told] == [True] * bool(expected)


POLICY = (
    "We cover fire and flood.\n\nWe do not cover:\n- frost\n- pets\n\nDogs are not allowed in the hall. "
    "Cats are allowed there."
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is not covered?", ["We cover fire and flood."]),
        ("What isn't covered?", ["We cover fire and flood."]),
        ("Which pets are not allowed in the hall?", ["Cats are allowed there."]),
        ("What does the policy exclude?", ["We cover fire and flood.", "Cats are allowed there."]),
        ("What is covered?", ["- frost", "- pets"]),
        ("What is covered if a pet is in the house?", []),
        ("Is frost covered?", []),
        ("What happens if I do not pay?", []),
    ],
)
def test_what_stands_on_the_other_side_of_a_rule(question: str, expected: list[str]) -> None:
    passages = [passage(POLICY, "a.md"), passage("They cover storms.", "b.md")]
    found = list(candidates(passages))
    assert sorted(each.text for each in on_other_side(question, found, passages)) == sorted(expected)


@pytest.mark.parametrize(
    "question", ["Which rooms are available with a key?", "Which rooms are available only with a key?"]
)
def test_what_is_so_in_one_case_only_is_on_no_other_side(question: str) -> None:
    text = "The hall is available daily. The roof is not available.\n\nAvailable only with a key:\n- the attic"
    passages = [passage(text)]
    assert on_other_side(question, list(candidates(passages)), passages) == set()


def test_without_the_side_that_is_asked_for_the_other_one_answers() -> None:
    passages = [passage("We cover fire. Dogs are not welcome.", "a.md"), passage("We do not cover frost.", "b.md")]
    assert on_other_side("What is not covered?", list(candidates(passages)), passages) == set()
