from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit.verify.grounds import Grounds, Wording
from ragkit.verify.lexical import LexicalVerifier
from ragkit.verify.overlap import FEATURES, compare

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
        "Employees in Germany have 31 days of annual leave.",
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


def test_a_claim_that_is_mostly_new_is_unsupported() -> None:
    claim = "The gateway costs 400 euros and ships from Oslo."
    assert verdict(claim) == "unsupported"
    assert flagged(claim) == ["costs 400 euros", "ships", "Oslo"]


def test_flags_are_the_words_to_blame() -> None:
    assert flagged("Employees in Germany have 31 days of annual leave.") == ["31"]
    assert flagged("Employees in Canada have 30 days.") == ["30"]
    assert flagged("Refunds are possible after 30 days.") == ["possible"]
    assert flagged("The gateway has eight channels.") == []


def test_the_evidence_is_the_shortest_window_that_holds_the_words() -> None:
    (support,) = LexicalVerifier(0.5).verify(["Employees in Canada get 22 days."], PASSAGES)
    assert support.evidence is not None
    evidence = support.evidence
    assert PASSAGES[evidence.passage][evidence.start : evidence.end] == "Employees in Canada have 22 days."


def test_what_the_question_names_is_not_the_answers_invention() -> None:
    claim = "The warehouse gateway has eight channels."
    assert compare(claim, GROUNDS).novel == {"warehous"}
    assert compare(claim, GROUNDS, "What does the warehouse gateway have?").novel == set()


def test_numbers_of_list_items_and_passages_are_no_claims() -> None:
    plain = compare("The gateway has eight channels.", GROUNDS)
    marked = compare("7. The gateway has eight channels (passages 5 and 6).", GROUNDS)
    assert marked.missing == plain.missing == set()
    assert marked.features[1] == 0


def test_a_denied_word_is_the_first_with_meaning_after_the_negation() -> None:
    assert Wording.of("You can't ever return it, nor sell it.").denied == {"ever", "sell"}
    assert Wording.of("No.").denied == set()


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
