"""Corrupted and reworded sentences, and the claims that are made with them."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit.squad import normalise
from ragkit.tune import corrupt
from ragkit.tune.claims_made import from_passages, from_questions
from ragkit.tune.corrupt import Setting, apply, called, corrupted, reworded
from ragkit.tune.data import Question, find_spans

PASSAGE = (
    "The bridge in Bergen was built in 1931 by Marit Solheim for eight crowns. "
    "However, it is closed on Monday (and on holidays). "
    "Erik Dahl sold more tickets in 1975 than Marit Solheim, who was old. "
    "Visitors must not swim below the bridge."
)
SENTENCES = [part if part.endswith(".") else f"{part}." for part in PASSAGE.split(". ")]
ELSEWHERE = ("Kari Moe left Paris in 1802, which surprised the whole town of Lyon.", "It rained because of the wind.")


def setting(number: int = 0) -> Setting:
    return Setting(PASSAGE, SENTENCES[number + 1] if number + 1 < len(SENTENCES) else "", ELSEWHERE)


@given(st.lists(st.tuples(st.integers(0, 4), st.text("xyz ", max_size=4)), max_size=4), st.text("ab ", min_size=30))
def test_spans_are_what_the_edits_put_there(edits: list[tuple[int, str]], text: str) -> None:
    placed = [(7 * number, 7 * number + length, new) for number, (length, new) in enumerate(edits)]
    edited, spans = apply(text, placed)
    assert [edited[start:end] for start, end in spans] == [new.strip() for _, _, new in placed if new.strip()]
    kept = len(text) - sum(end - start for start, end, _ in placed)
    assert len(edited) == kept + sum(len(new) for _, _, new in placed)


@given(st.integers(0, 5000), st.integers(0, 3))
def test_corrupted_sentences_differ_and_say_where(seed: int, number: int) -> None:
    made = corrupted(SENTENCES[number], setting(number), random.Random(seed))
    assert made is not None
    text, spans = made
    assert normalise(text) != normalise(SENTENCES[number])
    assert spans
    assert all(0 <= start < end <= len(text) for start, end in spans)


@given(st.integers(0, 5000))
def test_what_lies_outside_the_spans_stood_in_the_sentence(seed: int) -> None:
    made = corrupted(SENTENCES[0], setting(), random.Random(seed))
    assert made is not None
    text, spans = made
    outside = "".join(" " if any(a <= n < b for a, b in spans) else letter for n, letter in enumerate(text))
    assert set(re.findall(r"\w+", outside)) <= set(re.findall(r"\w+", SENTENCES[0]))


def only(kind: corrupt.Kind, sentence: str, passage: str = PASSAGE, seed: int = 0) -> str | None:
    edits = kind(sentence, Setting(passage, SENTENCES[1], ELSEWHERE), random.Random(seed))
    return apply(sentence, edits)[0] if edits else None


@pytest.mark.parametrize(
    ("kind", "sentence", "expected"),
    [
        (corrupt._date, "It is closed on Monday.", r"It is closed on (?!Monday)\w+day\."),
        (corrupt._number, "It cost 1,250 crowns.", r"It cost 1,(?!250)\d{3} crowns\."),
        (corrupt._number, "It cost eight crowns.", r"It cost (?!eight)\w+ crowns\."),
        (corrupt._negation, "It was built here.", r"It was (not|never) built here\."),
        (corrupt._negation, "It has been built.", r"It has (not|never) been built\."),
        (corrupt._negation, "They must not swim.", r"They must swim\."),
        (corrupt._opposite, "It has more rooms.", r"It has less rooms\."),
        (corrupt._swap, "The lad Erik Dahl soon met Kari Moe.", r"The lad Kari Moe soon met Erik Dahl\."),
        (corrupt._insertion, "It stands here.", r"It stands here(, which surprised|because|, because| because).*\."),
        (corrupt._introduced, "The bridge is old.", r".*(the|The) bridge is old\."),
        (corrupt._shortened, "However, it is closed (on holidays).", r"However, it is closed\."),
        (corrupt._shortened, "In 1931, it was built.", r"It was built\."),
        (corrupt._joined, "It is old.", r"It is old(; |, and |, while )[Hh]owever, it is closed.*"),
        (corrupt._synonyms, "It was a big bridge.", r"It was a large bridge\."),
        (corrupt._synonyms, "Often it did not rain.", r"Frequently it did not rain\.|Often it didn't rain\."),
        (corrupt._digits, "It cost 8 crowns.", r"It cost eight crowns\."),
    ],
)
def test_each_kind_of_edit(kind: corrupt.Kind, sentence: str, expected: str) -> None:
    found = only(kind, sentence)
    assert found is not None
    assert re.fullmatch(expected, found), found


@pytest.mark.parametrize("kind", [*corrupt._FALSE, *corrupt._HARMLESS])
def test_an_edit_with_nothing_to_work_on_makes_none(kind: corrupt.Kind) -> None:
    assert not kind("...", Setting("...", "", ()), random.Random(0))


def test_a_fraction_has_no_digit_to_change() -> None:
    assert only(corrupt._number, "Add ½ of it.") is None
    for seed in range(5):
        assert re.fullmatch(r"Add ½ or (?!3)\d of it\.", str(only(corrupt._number, "Add ½ or 3 of it.", "", seed)))


def test_names_in_a_list_are_not_swapped() -> None:
    assert only(corrupt._swap, "It is near Bergen and Oslo.") is None


def test_names_are_no_opening_words() -> None:
    assert [match[0] for match in called("Visitors saw Erik Dahl. They left Bergen.")] == ["Erik Dahl", "Bergen"]


def test_nothing_can_be_made_of_too_little() -> None:
    assert corrupted("ok", Setting("ok", "", ()), random.Random(0)) is None
    assert reworded("", Setting("", "", ()), random.Random(0)) is None


def test_claims_from_passages_are_balanced_and_labelled() -> None:
    other = "Kari Moe opened the museum of Lyon in 1802 for the whole town. It has nine rooms and a garden with trees."
    made = from_passages([("a", PASSAGE), ("a", other)], 400, seed=1)
    assert len(made) == 400
    assert 0.4 < sum(claim.supported for claim in made) / 400 < 0.6
    for claim in made:
        assert claim.supported == (claim.spans == ())
        assert set(claim.passages) <= {PASSAGE, other}
        assert claim.source == "made/a"
    strange = [claim for claim in made if claim.spans == ((0, len(claim.claim)),)]
    assert strange
    assert all(normalise(claim.claim) not in normalise(" ".join(claim.passages)) for claim in strange)
    assert made == from_passages([("a", PASSAGE), ("a", other)], 400, seed=1)


def test_no_claims_without_sentences() -> None:
    assert from_passages([("a", "short")], 10) == []
    assert from_passages([], 10) == []


def test_claims_from_questions_have_right_and_wrong_answers() -> None:
    asked = [
        Question("Who built the bridge?", PASSAGE, find_spans(PASSAGE, ["Marit Solheim"]), True, "g"),
        Question("When was the bridge built?", PASSAGE, find_spans(PASSAGE, ["1931"]), True, "g"),
        Question("Unanswered?", PASSAGE, (), False, "g"),
    ]
    made = from_questions(asked)
    assert sum(claim.supported for claim in made) == 2
    assert sum(not claim.supported for claim in made) == 2
    for claim in made:
        marked = [claim.claim[start:end] for start, end in claim.spans or ()]
        assert marked == ([] if claim.supported else [marked[0]])
        assert all(text in {"Marit Solheim", "1931"} for text in marked)
