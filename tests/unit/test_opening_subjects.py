"""What a document says first that it is about is known of its passages; what it only mentions is not."""

from __future__ import annotations

import pytest

from ragkit.generate.extractive.candidates import candidates
from ragkit.generate.extractive.reader_evidence import title_above
from ragkit.retrieve.opening_subjects import first_sentence, naming_words, subject
from ragkit.types import Chunk, Hit, Opening

CHANGES = "Changelog\n\nAll notable changes to gridpull, the download tool of the survey desk. Dates are ISO.\n\n3.2.0"
CONTRACT = (
    "Service agreement HD-77\n\nbetween Halvard Dental GmbH, Kiel, and Brightmop Services Ltd, Leeds. Signed on 3 May."
)
SITES = "House rules\n\nFerncote Estates, Building 3 (Aston) and Building 5 (Corley)\n\nNoise"
COMMON = frozenset("how hours does end what version run years is quiet time long many rules download survey".split())


def told(question: str, opening: str, uri: str = "", site: str = "") -> str:
    naming = naming_words(question, COMMON.__contains__)
    return subject(question, naming, Opening(uri, "", opening, site))


@pytest.mark.parametrize(
    ("opening", "question", "expected"),
    [
        (CHANGES, "what version does gridpull run?", "gridpull"),
        (CONTRACT, "How long does the agreement with Brightmop run?", "Brightmop"),
        (CONTRACT, "How many hours does Halvard have with Brightmop Services?", "Brightmop Services"),
        ("AGREEMENT\n\nbetween\n\n(1) Ashby Ltd\n\nand\n\n(2) Corvin AG", "How long with Corvin?", "Corvin"),
        ("Terms\n\nAshby Shipping Ltd, Felixstowe.", "What does Ashby do?", "Ashby"),
        ("Rules\n\nRules for Unit 7, Trimley.", "What is quiet time at Unit 7?", "Unit 7"),
        ("News\n\nAnnouncements of the Ashby group.", "What does Ashby run?", "Ashby"),
    ],
)
def test_a_name_that_the_first_sentence_leads_to_is_the_subject(opening: str, question: str, expected: str) -> None:
    assert told(question, opening) == expected


@pytest.mark.parametrize(
    ("opening", "question"),
    [
        (CHANGES, "what version does gridpush run?"),
        (CHANGES, "How long is the survey?"),
        (CHANGES, "What is gridpull 9.0?"),
        (CONTRACT, "How many hours does Brightmop have?"),
        (CONTRACT, "How long does the agreement with Sudsy run?"),
        (CONTRACT, "How many hours does Brightmop have with Ada?"),
        (SITES, "What is quiet time in Corley?"),
        (SITES, "What is quiet time in Building 5?"),
        ("Terms\n\nAshby Shipping Ltd, Felixstowe.", "What is due in Felixstowe?"),
        ("News\n\nAnnouncements of the Ashby group.", "What does the Ashby shop do?"),
        ("Guide\n\nOwner: Ada Byron, for Ashby.", "What does Ashby do?"),
        ("Guide\n\nThis guide replaces the rules for Ashby.", "What does Ashby do?"),
        ("Guide\n\nWritten by Ashby.", "What does Ashby do?"),
        ("Rules\n\nRules for Unit 7, Trimley.", "How long is 7 hours?"),
        ("Rules\n\nRules for Unit 7, Trimley.", "What is quiet time at Unit 8?"),
        ("Rules\n\nRules for drivers.\n\nRules for Ashby.", "What does Ashby do?"),
        ("", "What does Ashby do?"),
    ],
)
def test_what_an_opening_mentions_or_names_beside_others_is_no_subject(opening: str, question: str) -> None:
    assert not told(question, opening)


@pytest.mark.parametrize(
    ("question", "opening", "uri", "site"),
    [
        ("What does parking cost at the clinic?", "Getting here", "open.html", "Bexmoor Day Clinic"),
        ("How many days at your clinic are free?", "Leave", "files/clinic/leave.docx", ""),
        ("Can I pay in parts for the clinic?", "Prices of the clinic", "prices.csv", ""),
        ("When may I eat before the clinic?", "Rules", "skin-clinic_leaflet.docx", ""),
        ("What is quiet time at the clinic?", "Rules\n\nRules for the clinic.", "a.md", ""),
    ],
)
def test_a_place_is_told_by_the_site_the_folder_the_file_and_the_first_lines(
    question: str, opening: str, uri: str, site: str
) -> None:
    assert told(question, opening, uri, site) == "clinic"


@pytest.mark.parametrize(
    "question",
    [
        "What does parking cost at the hospital?",
        "What does the clinic cost?",
        "Who is the head of the clinic?",
        "What is quiet time at the clinic shop?",
        "What is quiet time at the eye clinic?",
        "What is quiet time in clinic?",
        "What is quiet time at the ruling?",
        "What is quiet time at Bexmoor Hospital?",
        "What is quiet time at the Bexmoor shop?",
    ],
)
def test_what_is_no_place_of_the_document_is_not_told(question: str) -> None:
    assert not told(question, "Rules", "clinic/rules.md", "Bexmoor Day Clinic")


@pytest.mark.parametrize("name", ["Bexmoor", "Bexmoor Day Clinic", "Day Clinic"])
def test_a_name_is_told_by_the_site(name: str) -> None:
    assert told(f"Does {name} have quiet time?", "Rules", site="Bexmoor Day Clinic") == name


def test_the_first_sentence_stands_below_the_title() -> None:
    assert first_sentence(CHANGES) == "All notable changes to gridpull, the download tool of the survey desk."
    assert first_sentence("RULES\nFor Ashby.\n\nMore.") == "For Ashby."
    assert not first_sentence("RULES")


def test_a_passage_is_read_and_weighed_with_the_subject_that_it_does_not_name() -> None:
    text = "Support for Windows 7 was removed."
    chunk = Chunk("HISTORY.rst", "Changelog", 0, len(text), text)
    hit = Hit(chunk, 1.0, subject="gridpull")
    assert title_above("Which gridpull?", hit) == "Changelog: gridpull\n"
    assert not title_above("Which gridpull?", Hit(chunk, 1.0))
    assert next(candidates([hit])).context == "Changelog gridpull"
    assert next(candidates([Hit(chunk, 1.0)])).context == "Changelog"


def test_a_subject_that_the_passage_or_its_title_names_is_not_told_again() -> None:
    text = "gridpull runs on Windows."
    hit = Hit(Chunk("a", "Notes", 0, len(text), text), 1.0, subject="gridpull")
    assert not title_above("What does gridpull do?", hit)
    assert next(candidates([hit])).context == "Notes"
    titled = Hit(Chunk("a", "gridpull", 0, 5, "Notes"), 1.0, subject="gridpull")
    assert title_above("What does gridpull do?", titled) == "gridpull\n"
