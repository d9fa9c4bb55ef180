"""Contracts that name a party once: clauses about it are found and read by that name, by who may see the contract."""

from __future__ import annotations

from pathlib import Path

import pytest

import ragkit
from ragkit.generate.extractive.question_rewriting import Asked
from tests.conftest import passage

CLAUSES = (
    "## 1. Territory\n\nThe Distributor may sell in {place} only. Sales elsewhere need a written consent.\n\n"
    "## 2. Discounts\n\nThe Distributor receives a discount of {discount} % for spare parts.\n\n"
    "## 3. Fairs\n\nThe Distributor exhibits at two trade fairs a year."
)
PARTIES = '# Agreement\n\nMade between Orvendt AG ("the Manufacturer") and {name}, {place} ("the Distributor").\n\n'


@pytest.fixture
def kit(tmp_path: Path) -> ragkit.Kit:
    kit = ragkit.open(tmp_path / "store")
    for name, place, discount in (("Lindqvist AB", "Sweden", 12), ("Kestrel Scientific Ltd", "Ireland", 18)):
        text = (PARTIES + CLAUSES).format(name=name, place=place, discount=discount)
        file = tmp_path / f"{name.split()[0].lower()}.md"
        file.write_text(text)
        kit.ingest(file, principals=["sales"] if place == "Ireland" else None)
    return kit


def test_a_clause_is_found_read_and_cited_by_the_party_s_name(kit: ragkit.Kit) -> None:
    answer = kit.ask("What discount does Kestrel get on spare parts?")
    assert "18 %" in answer.text
    assert "12 %" not in answer.text
    assert [citation.uri.endswith("kestrel.md") for citation in answer.citations] == [True]
    fairs = kit.ask("At how many trade fairs does Kestrel exhibit?")
    assert [citation.uri.endswith("kestrel.md") for citation in fairs.citations] == [True]


def test_a_definition_that_may_not_be_seen_changes_nothing(kit: ragkit.Kit) -> None:
    question = "What discount does Kestrel get on spare parts?"
    answer = kit.ask(question, identity=["others"])
    seen = [(hit.chunk.text, hit.score) for hit in kit.search(question, identity=["others"])]
    kit.remove(next(each.uri for each in kit.documents() if "kestrel" in each.uri))
    assert [(hit.chunk.text, hit.score) for hit in kit.search(question)] == seen
    alone = kit.ask(question)
    assert (alone.text, alone.confidence) == (answer.text, answer.confidence)


def test_the_passage_that_defines_the_name_is_among_the_hits(kit: ragkit.Kit) -> None:
    hits = kit.search("What discount does Kestrel get on spare parts?", 4)
    assert any("Kestrel Scientific Ltd" in hit.chunk.text for hit in hits)


def test_a_name_is_one_of_its_own_document() -> None:
    hits = [
        passage(PARTIES.format(name="Kestrel Ltd", place="Leeds"), "a.md"),
        passage("The Distributor pays.", "a.md"),
    ]
    asked = Asked("What does Kestrel pay?", [*hits, passage("The Distributor pays.", "b.md")])
    assert asked.of(1, "The Distributor pays.") == "What does the Distributor pay?"
    assert asked.of(2, "The Distributor pays.") == "What does Kestrel pay?"
