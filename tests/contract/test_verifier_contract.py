from __future__ import annotations

from collections.abc import Callable

import pytest

from ragkit.protocols import Verifier
from ragkit.testing import SubstringVerifier
from ragkit.verify.lexical import LexicalVerifier
from ragkit.verify.trained import TrainedVerifier
from ragkit.verify.verbatim import verbatim

PASSAGES = [
    "The gateway has eight channels. It needs 12 W.",
    "Employees in Germany have 30 days of annual leave. Employees in Canada have 22 days.",
]


def lexical() -> Verifier:
    return LexicalVerifier(0.5)


def trained() -> Verifier:
    return TrainedVerifier(0.5)


MAKERS: list[Callable[[], Verifier]] = [lexical, trained, SubstringVerifier]


@pytest.fixture(params=MAKERS, ids=lambda maker: maker.__name__)
def made(request: pytest.FixtureRequest) -> Verifier:
    verifier: Verifier = request.param()
    return verifier


def test_one_finding_for_each_claim_in_order(made: Verifier) -> None:
    claims = ["It needs 12 W.", "The moon is made of cheese.", "Employees in Canada have 22 days."]
    verdicts = [support.verdict for support in made.verify(claims, PASSAGES)]
    assert verdicts[0] == verdicts[2] == "supported"
    assert verdicts[1] != "supported"


def test_evidence_is_a_span_that_holds_the_claim(made: Verifier) -> None:
    (support,) = made.verify(["Employees in Canada have 22 days."], PASSAGES)
    assert support.evidence is not None
    evidence = support.evidence
    assert PASSAGES[evidence.passage][evidence.start : evidence.end] == "Employees in Canada have 22 days."


def test_scores_are_probabilities(made: Verifier) -> None:
    for support in made.verify(["It needs 12 W.", "It needs 13 W.", "x"], PASSAGES):
        assert 0 <= support.score <= 1


def test_a_wrong_number_is_not_supported(made: Verifier) -> None:
    (support,) = made.verify(["Employees in Germany have 31 days of annual leave."], PASSAGES)
    assert support.verdict != "supported"
    assert support.evidence is None
    assert support.unsupported_spans


@pytest.mark.parametrize("claims", [[], ["A claim."]])
def test_nothing_supports_without_passages(made: Verifier, claims: list[str]) -> None:
    assert [support.verdict == "supported" for support in made.verify(claims, [])] == [False] * len(claims)


@pytest.mark.parametrize("claim", ["", ".", "word", "word " * 3000, "(unbalanced [regex * \\"])
def test_odd_claims_have_a_finding(made: Verifier, claim: str) -> None:
    assert len(made.verify([claim], PASSAGES)) == 1


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("Smoking is allowed on the terrace.", "No smoking is allowed on the terrace."),
        ("Employees may work abroad.", "It is not the case that employees may work abroad."),
        ("Refunds are possible.", "Refunds are possible only within 14 days of the order and with the receipt."),
    ],
)
def test_a_part_of_a_sentence_is_not_the_sentence(claim: str, passage: str) -> None:
    (support,) = LexicalVerifier(0.5).verify([claim], [passage])
    assert support.score < 1


@pytest.mark.parametrize(
    ("claim", "score"),
    [
        ("-q, --quiet: Say nothing.", 1.0),
        ("--quiet: Say nothing.", 1.0),
        ("-q: Say nothing.", 0.0),
    ],
)
def test_a_term_on_its_own_line_is_whole_before_what_it_says(claim: str, score: float) -> None:
    support = verbatim(claim, ["Options\n\n-q\n\n--quiet\n\nSay nothing. And so on."])
    assert (support.score if support else 0.0) == score


def test_marks_of_notes_are_no_part_of_a_sentence() -> None:
    passage = "It was built in 1998,[2][3] and sold.[4] Nobody [sic] knew."
    for claim, score in (("It was built in 1998, and sold.", 1.0), ("Nobody knew.", 0.0)):
        support = verbatim(claim, [passage])
        assert (support.score if support else 0.0) == score


@pytest.mark.parametrize("passage", ["- Close the valve.", "1. Close the valve", "“Close the valve.” Then wait."])
def test_a_sentence_behind_its_bullet_is_whole(passage: str) -> None:
    (support,) = LexicalVerifier(0.5).verify(["Close the valve."], [passage])
    assert (support.verdict, support.score) == ("supported", 1.0)
