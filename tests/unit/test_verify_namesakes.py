from __future__ import annotations

import pytest

from ragkit.verify.lexical import LexicalVerifier
from ragkit.verify.namesakes import Namesakes

LINDENHOF = "Lindenhof – Staff Handbook > Sickness\n\nA medical certificate is needed from the fourth day."
KESTREL = "Kestrel Line – Staff Handbook > Sickness\n\nA medical certificate is needed from the second day."
OKAFOR = "Residential Lease\n\nbetween Lindenhof and Chidi Okafor (the tenant).\n\nDogs are not allowed."
BRUNNER = "Residential Lease\n\nbetween Lindenhof and Eva and Thomas Brunner (the tenant).\n\nA dog may be kept."
MARCH = "Minutes of the Board of 10 March 2025\n\nFive flats are empty."
JULY = "Minutes of the Board of 14 July 2025\n\nTwo flats are empty."
TREK = "The Papoose Trek\n\nThe carrier has a belt."


@pytest.mark.parametrize(
    ("claim", "passages", "left"),
    [
        ("Lindenhof employees need a certificate from the second day.", [LINDENHOF, KESTREL], [0]),
        ("Kestrel's employees need a certificate from the second day.", [LINDENHOF, KESTREL], [1]),
        ("Dogs are not allowed in the flat of Eva and Thomas Brunner.", [OKAFOR, BRUNNER], [1]),
        ("Five flats were empty in July.", [MARCH, JULY, KESTREL], [1, 2]),
        ("A certificate is needed from the second day.", [LINDENHOF, KESTREL], [0, 1]),
        ("Lindenhof wants a certificate later than Kestrel.", [LINDENHOF, KESTREL], [0, 1]),
        ("Lindenhof lets flats.", [OKAFOR, BRUNNER], [0, 1]),
        ("Lindenhof has ships.", [LINDENHOF, f"{KESTREL} At Lindenhof it is later."], [0, 1]),
        ("The Trek has a belt.", [TREK, KESTREL, "No heading.", ""], [0, 1, 2, 3]),
        ("Staff need a certificate.", [LINDENHOF, "Lindenhof – Safety Handbook\n\nThe staff wear boots."], [0, 1]),
    ],
)
def test_passages_about_another_are_left_out(claim: str, passages: list[str], left: list[int]) -> None:
    texts = Namesakes(passages).grounds(claim).passages
    assert texts == [passage if number in left else "" for number, passage in enumerate(passages)] or (
        left == list(range(len(passages))) and texts is passages
    )


def test_a_claim_is_held_against_the_document_that_is_about_it() -> None:
    claims = [f"{name} staff need a medical certificate from the second day." for name in ("Lindenhof", "Kestrel")]
    one, other = LexicalVerifier(0.5).verify(claims, [LINDENHOF, KESTREL])
    assert one.verdict == "contradicted"
    assert other.verdict == "supported"
    assert other.evidence
    assert other.evidence.passage == 1


def test_many_documents_that_begin_alike_cost_no_more_than_their_length() -> None:
    passages = [f"Handbook of Company {chr(65 + n % 26)}lpha{n}\n\nThe day has {n} hours." for n in range(1000)]
    left = Namesakes(passages).grounds("At Alpha26 the day has 26 hours.").passages
    assert [text for text in left if text] == [passages[26]]
