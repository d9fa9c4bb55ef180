"""Why a claim is not supported, in words for its reader."""

from __future__ import annotations

import pytest

from ragkit.types import Support
from ragkit.verify.lexical import LexicalVerifier

TABLE = "Model | Weight: kg | Noise: dB\nTR-20 | Weight: 3.1 kg | Noise: 62 dB\nTR-40 | Weight: 4.8 kg | Noise: 58 dB"
FERRY = (
    "The night ferry to Brandmark takes 7 hours; the day ferry takes 9 hours. Cars board 60 minutes before departure."
)
GUESTS = "Guests of Ingrid Moll may use the laundry room only with a resident."


def found(claim: str, passage: str) -> Support:
    return LexicalVerifier(0.5).verify([claim], [passage])[0]


@pytest.mark.parametrize(
    ("claim", "passage", "reason"),
    [
        (
            "The ferry takes 45 hours.",
            FERRY,
            "The number “45” stands in no passage; the nearest sentence is “The night",
        ),
        ("It takes 45 or 46 hours.", FERRY, "The numbers “45” and “46” stand in no passage;"),
        ("The ferry sails at noon.", FERRY, "No passage has the words “sails” and “noon”; the nearest"),
        ("The night ferry takes 9 hours.", FERRY, "The texts have “night” only elsewhere or of something else;"),
        ("The TR-40 weighs 3.1 kg.", TABLE, "the texts have “3.1” only elsewhere or of something else;"),
        (
            "The ferry sails to Brandmark at noon with 300 cars.",
            FERRY,
            "it lacks “cars”; the verifier finds it unlikely, 0.",
        ),
        (
            "Guests may use the laundry room without a resident.",
            GUESTS,
            "At “resident” the texts and the claim differ",
        ),
        (
            "Cars board 60 minutes after departure.",
            FERRY,
            "The texts say otherwise than “after”; the nearest sentence is",
        ),
        ("Zebras yodel.", FERRY, "No passage has the words “Zebras” and “yodel”."),
        ("The ferry takes 45 hours.", "", "There is no text to check it against."),
    ],
)
def test_a_claim_that_is_not_supported_has_a_reason(claim: str, passage: str, reason: str) -> None:
    support = found(claim, passage)
    assert support.verdict != "supported"
    assert reason in support.reason


@pytest.mark.parametrize(
    "claim", ["Cars board 60 minutes before departure.", "Before departure cars board: 60 minutes."]
)
def test_what_is_supported_needs_no_reason(claim: str) -> None:
    support = found(claim, FERRY)
    assert (support.verdict, support.reason) == ("supported", "")


def test_a_long_sentence_is_quoted_in_part() -> None:
    support = found("Cars are blue.", f"Cars are {'very ' * 200}old.")
    assert "very …”" in support.reason
    assert len(support.reason) < 400
