"""What names the document alone is not asked of its passages."""

from __future__ import annotations

import pytest

from ragkit.defined import definitions
from ragkit.generate.extractive.document_names import of_other_times, without_document
from ragkit.types import Chunk, Hit

CONTRACT = ("docs/framework-contract-castmoor.docx", "Framework Supply Contract FS-118")
MINUTES = ("board-minutes-2025-07-17.docx", "Minutes")
FILING = ("2023 Q3 AAPL.pdf", "FORM 10-Q")
PARTIES = 'between Varnholt Pumps Ltd ("the Buyer") and Castmoor Foundry GmbH ("the Supplier")'


def asked(question: str, document: tuple[str, str], text: str, *, names: str = "", defining: str = "") -> str:
    uri, title = document
    hit = Hit(Chunk(uri, title, 0, len(text), text), 1.0, names=frozenset(names.split()))
    return without_document(question, hit, definitions(defining), text)


@pytest.mark.parametrize(
    ("document", "question", "left"),
    [
        (CONTRACT, "Which court has jurisdiction for the framework contract?", "Which court has jurisdiction?"),
        (CONTRACT, "According to the framework contract, who pays?", "Who pays?"),
        (CONTRACT, "In FS-118, what is the lead time?", "What is the lead time?"),
        (
            CONTRACT,
            "What discount do we get if we pay Castmoor in 10 days?",
            "What discount do we get if we pay in 10 days?",
        ),
        (CONTRACT, "When does the Castmoor contract renew itself?", "When does the contract renew itself?"),
        (CONTRACT, "When does the contract with Castmoor end?", "When does the contract end?"),
        (CONTRACT, "How long do we keep Castmoor's drawings?", "How long do we keep the drawings?"),
        (CONTRACT, "How late may we pay Castmoor's bill?", "How late may we pay the bill?"),
        (CONTRACT, "When can Castmoor raise its prices?", "When can they raise its prices?"),
        (CONTRACT, "Is a fine due if Castmoor is late?", "Is a fine due if they is late?"),
        (("2025-05-12.md", "Minutes"), "How many flats were empty on 12 May?", "How many flats were empty?"),
        (MINUTES, "What was decided in the board meeting of 17 July 2025?", "What was decided?"),
        (FILING, "What was the gross margin in Q3 2023?", "What was the gross margin?"),
        (FILING, "Which risks are named in its Q3 2023 10-Q?", "Which risks are named?"),
    ],
)
def test_a_question_is_asked_without_the_name_of_the_document(
    document: tuple[str, str], question: str, left: str
) -> None:
    assert asked(question, document, "The place of jurisdiction is Hamburg.") == left


@pytest.mark.parametrize(
    ("document", "question"),
    [
        (CONTRACT, "Who is Castmoor?"),
        (CONTRACT, "Which supply is late?"),
        (CONTRACT, "How much does Bolt owe Castmoor?"),
        (CONTRACT, "In the Castmoor contract?"),
        (CONTRACT, "What is the lead time for Norrby?"),
        (("leave.md", "Annual leave"), "How many days of annual leave do I get?"),
        (CONTRACT, "How far is it to Leeds Park FS-118?"),
        (FILING, "Which risks does its Q3 2023 10-Q name?"),
        (FILING, "How did Q3 2023 compare with Q3 2022?"),
        (MINUTES, "Who is on call in the week of 14 July?"),
    ],
)
def test_a_subject_and_what_is_asked_for_stay(document: tuple[str, str], question: str) -> None:
    assert asked(question, document, "The place of jurisdiction is Hamburg.") == question


def test_what_the_passage_says_itself_stays() -> None:
    question = "Which court has jurisdiction for the framework contract?"
    assert asked(question, CONTRACT, "This framework contract is under German law.") == question


def test_a_passage_on_another_one_of_the_kind_is_asked_for_the_one_that_was_named() -> None:
    manual = ("manual-PL-10-PL-50.pdf", "Pumps PL-10 and PL-50")
    question = "What is the highest pressure for the PL-50?"
    assert asked(question, manual, "The PL-10 holds 6 bar.") == question
    assert asked(question, manual, "It holds 6 bar.") == "What is the highest pressure?"


def test_what_belongs_to_a_party_stays_with_it() -> None:
    question = "What are Castmoor's duties?"
    assert asked(question, CONTRACT, "The Buyer inspects the goods.") == "What are the duties?"
    assert asked(question, CONTRACT, "The Buyer inspects the goods.", defining=PARTIES) == question


def test_who_is_named_at_the_beginning_is_not_held_for_others_that_a_passage_names() -> None:
    lease, question = ("lease.md", "Residential Lease"), "How much deposit does Okafor pay?"
    text = "The tenant pays a deposit of €1,470."
    assert asked(question, lease, text, names="okafor") == "How much deposit does they pay?"
    assert asked(question, lease, f"{text} Tell Weber when it is paid.", names="okafor") == question


@pytest.mark.parametrize(
    ("uri", "text", "question", "expected"),
    [
        ("january-2025.md", "Revenue was £8,940.", "How much revenue was there in April 2025?", True),
        ("january-2025.md", "Revenue was £8,940.", "How much revenue was there in January?", False),
        ("january-2025.md", "Revenue will fall in April.", "What will revenue be in April 2025?", False),
        ("2025-07-14.md", "Two flats are empty.", "How many flats were empty in May?", True),
        ("2025-07-14.md", "Since May two flats are empty.", "How many flats were empty in May?", False),
        ("2025-07-14.md", "Two flats are empty.", "How many flats may be empty?", False),
        ("prices 2024.md", "A box costs £3.", "What does a box cost in 2025?", True),
        ("2023 Q3 AAPL.pdf", "Sales rose.", "How did sales change in Q2 2023?", True),
        ("prices.md", "A box costs £3.", "What does a box cost in 2025?", False),
    ],
)
def test_a_document_of_another_time_is_no_answer(uri: str, text: str, question: str, expected: bool) -> None:
    assert of_other_times(question, [Hit(Chunk(uri, "", 0, len(text), text), 1.0)]) == [expected]


def test_the_last_one_is_a_name_where_it_was_searched_for() -> None:
    question = "What was the gross margin in its most recent 10-Q?"
    assert asked(question, FILING, "The margin was 43 percent.", names="recent") == "What was the gross margin?"
    assert asked(question, ("2022 Q3 AAPL.pdf", "A form"), "The margin was 43 percent.") == question


def test_a_name_that_the_search_found_counts_too() -> None:
    question, text = "What were the sales of Apple?", "Total net sales were $81,797 million."
    assert asked(question, FILING, text) == question
    assert asked(question, FILING, text, names="appl") == "What were the sales?"
