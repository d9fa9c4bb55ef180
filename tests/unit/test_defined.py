"""Parties by the other name that a document gives them, and what is no such name."""

from __future__ import annotations

import pytest

from ragkit.defined import definitions, renamed

CONTRACT = (
    "This agreement is made between Orvendt AG, Zug (“Orvendt” or “the Manufacturer”), and Kestrel Scientific Ltd, "
    '12 High Street, Leeds ("the Distributor").'
)


@pytest.mark.parametrize(
    ("text", "question", "clause", "expected"),
    [
        (CONTRACT, "What does Kestrel pay?", "The Distributor pays 5.", "What does the Distributor pay?"),
        (CONTRACT, "What does Kestrel Scientific pay?", "The Distributor pays.", "What does the Distributor pay?"),
        (CONTRACT, "what does kestrel pay?", "The Distributor pays 5.", "what does the Distributor pay?"),
        (CONTRACT, "What is Kestrel's share?", "The Distributor's share is 5.", "What is the Distributor's share?"),
        (CONTRACT, "Who runs the Kestrel site?", "Ann runs the Distributor site.", "Who runs the Distributor site?"),
        (CONTRACT, "What does the distributor pay?", "Kestrel pays 5.", "What does Kestrel pay?"),
        (CONTRACT, "When does Orvendt deliver?", "The Manufacturer delivers.", "When does the Manufacturer deliver?"),
        (
            'the Contractor (hereinafter "NordBau") renews the roof.',
            "When does the Contractor work?",
            "NordBau works at night.",
            "When does NordBau work?",
        ),
        (
            'NordBau GmbH, hereinafter referred to as "Contractor", and the City of Aldmere (hereinafter the "Client")',
            "What does the City of Aldmere owe NordBau?",
            "The Client owes the Contractor 5.",
            "What does the Client owe Contractor?",
        ),
        ("The Federal Data Office (FDO) helps.", "Who asks the Federal Data Office?", "FDO", "Who asks the FDO?"),
        ("The FDO (Federal Data Office) helps.", "Who asks the Federal Data Office?", "FDO", "Who asks the FDO?"),
        (
            "A return merchandise authorisation (RMA) is needed.",
            "Who gives a return merchandise authorisation?",
            "The desk gives an RMA.",
            "Who gives a RMA?",
        ),
        ("Supplier: Brightwell Foods Ltd, York", "When does Brightwell bill?", "Supplier", "When does Supplier bill?"),
        (
            '"Tenant" means Oak Homes Limited.',
            "What does Oak Homes pay?",
            "The Tenant pays 5.",
            "What does Tenant pay?",
        ),
        (
            'Made by:\n\nNorthgate Libraries Trust, 2 Cannon Row, Leeds (the "Customer")',
            "What does Northgate Libraries Trust pay in Leeds?",
            "The Customer pays 5.",
            "What does the Customer pay in Leeds?",
        ),
        (
            'between Hanna Roth ("Landlord") and Tom Okafor ("Tenant")',
            "What does Okafor pay?",
            "Tenant pays",
            "What does Tenant pay?",
        ),
    ],
)
def test_a_party_is_called_as_the_clause_does(text: str, question: str, clause: str, expected: str) -> None:
    assert renamed(question, definitions(text), clause) == expected


MINUTES = "Present: Beate Kroll (BK), Tomasz Wolny (TW), Ines Prado (IP), Ines Falk (IF)"


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("What does Tomasz Wolny add?", "TW adds an alarm.", "What does TW add?"),
        ("What must Tomasz do by 3 May?", "TW adds an alarm by 3 May.", "What must TW do by 3 May?"),
        ("What does Ms Prado write?", "IP writes the introduction.", "What does IP write?"),
        ("What does Tomasz Wolny add?", f"{MINUTES}\nTW adds an alarm.", "What does TW add?"),
        ("What does TW add?", "Tomasz Wolny adds an alarm.", "What does Tomasz Wolny add?"),
        ("What does Tomasz Kowal add?", "TW adds an alarm.", "What does Tomasz Kowal add?"),
        ("What does Maria Wolny add?", "TW adds an alarm.", "What does Maria Wolny add?"),
        ("What does Ines write?", "IP writes the introduction.", "What does Ines write?"),
        ("Was Tomasz Wolny present?", MINUTES, "Was Tomasz Wolny present?"),
        ("What does the Wolny add?", "TW adds an alarm.", "What does the Wolny add?"),
    ],
)
def test_a_person_is_called_by_the_initials_that_minutes_give(question: str, text: str, expected: str) -> None:
    assert renamed(question, definitions(MINUTES), text) == expected


def test_an_office_alone_is_not_called_by_one_of_its_words() -> None:
    defined = definitions("The Federal Office (FO) helps.")
    assert renamed("What does Federal law say?", defined, "The FO helps.") == "What does Federal law say?"


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        ("What does Kestrel pay?", "Kestrel, as the Distributor, pays 5."),
        ("What does Kestrel pay?", "Nobody pays."),
        ("What does Lindqvist pay?", "The Distributor pays 5."),
        ("What does a kestrel eat?", "The Distributor eats."),
    ],
)
def test_who_is_called_so_or_is_another_stays(question: str, clause: str) -> None:
    assert renamed(question, definitions(CONTRACT), clause) == question


@pytest.mark.parametrize(
    "text",
    [
        'the Products listed in Annex A (the "Products") and the services in clause 3 (the "Services")',
        'Section 4 (see "Warranty") and Table 2 (below)',
        'We use it (the "old way") daily. It is 5 kg (11 lb). In May (Spring) it opens. Mr Brown (HR) knows.',
        "Supplier: Brightwell Foods Ltd\nSupplier: Oak Homes Ltd",
        "It runs (in HTTP) well; the Service (SLA) does not.",
    ],
)
def test_what_defines_no_party(text: str) -> None:
    assert definitions(text) == ()


SITES = "Ferncote Estates, Building 3 (Aston) and Building 5 (Corley)"


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("When is it quiet in Corley?", "In Building 5 from 9.", "When is it quiet in Building 5?"),
        ("When is it quiet in Building 5?", "In Corley from 9.", "When is it quiet in Corley?"),
        ("When is it quiet in Corley?", "In Building 3 from 9.", "When is it quiet in Corley?"),
        ("When is it quiet in Corley?", "In Corley and Building 5 from 9.", "When is it quiet in Corley?"),
    ],
)
def test_a_numbered_place_is_called_by_where_it_lies(question: str, text: str, expected: str) -> None:
    assert renamed(question, definitions(SITES), text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Building 3 (Aston) is old.",
        "Step 1 (Drain) and Step 2 (Fill)",
        "Unit 7 (Hull) and Unit 12 (Hull)",
        "Unit 7 (old)",
    ],
)
def test_what_names_no_places_apart(text: str) -> None:
    assert not definitions(text)
