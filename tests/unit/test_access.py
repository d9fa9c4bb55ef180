"""What somebody may not see does not exist for them: neither its text, nor its counts, scores, order or name."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ragkit import testing
from ragkit.errors import RagkitError, UsageError
from ragkit.kit import Kit, Status
from ragkit.types import Answer, Document

WORDS = "leave pay gauge valve pump filter alarm sensor PL-10 rota shift bonus the of e-mail 東京都庁 getGauge".split()
PRINCIPALS = ("ann", "bob", "staff")
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
TEXTS = st.lists(SENTENCES, min_size=1, max_size=3).map("\n\n".join)
CORPORA = st.lists(
    st.tuples(TEXTS, st.sets(st.sampled_from(PRINCIPALS)), st.sampled_from(["red", "blue"])), min_size=1, max_size=8
)
ASKED = WORDS + "guage vavle filetr alrams sensrs bonsu email 京都 get_gauge PL10 --alarm".split()
"""Also misspelt, and in other spellings: what is made of a word must not depend on who else's documents have it."""
QUERIES = st.lists(st.sampled_from(ASKED), min_size=1, max_size=8).map(" ".join)
IDENTITIES = st.sets(st.sampled_from(PRINCIPALS))


def documents(corpus: list[tuple[str, set[str], str]]) -> list[Document]:
    return [
        Document(f"{colour}/{number}.md", text, f"Title {number}", principals=tuple(sorted(may)), collection=colour)
        for number, (text, may, colour) in enumerate(corpus)
    ]


def two(folder: Path, all_of_them: list[Document], identity: set[str]) -> tuple[Kit, Kit]:
    """A store of everything, and one of what the identity may see."""
    settings = {"ingest.target_tokens": 8, "retrieve.candidates": 5}
    whole, part = (
        testing.kit(folder / name, answers=["leave pay gauge valve"], settings=settings) for name in ("whole", "part")
    )
    whole.ingest(all_of_them)
    part.ingest([each for each in all_of_them if not each.principals or identity & set(each.principals)])
    return whole, part


def figures(status: Status) -> Status:
    """But for where the store is."""
    return replace(status, path=Path())


def said(answer: Answer) -> Answer:
    """But for the time it took."""
    return replace(answer, timings_ms={})


def told(kit: Kit, uri: str, identity: set[str] | None) -> str:
    try:
        return kit.document(uri, identity=identity).text
    except RagkitError as error:
        return str(error)


@given(corpus=CORPORA, identity=IDENTITIES, query=QUERIES, k=st.integers(1, 12))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_an_identity_sees_what_a_store_of_its_own_would_show(
    corpus: list[tuple[str, set[str], str]], identity: set[str], query: str, k: int
) -> None:
    everything = documents(corpus)
    with tempfile.TemporaryDirectory() as folder:
        whole, part = two(Path(folder), everything, identity)
        with whole, part:
            assert whole.explain(query, k, identity=identity) == part.explain(query, k)
            assert whole.explain(query, k, identity=identity, collection="red") == part.explain(
                query, k, collection="red"
            )
            assert whole.prompt(query, identity=identity) == part.prompt(query)
            assert whole.documents(identity=identity) == part.documents()
            assert figures(whole.status(identity=identity)) == figures(part.status(identity=identity))
            assert said(whole.ask(query, identity=identity)) == said(part.ask(query))
            for document in everything:
                assert told(whole, document.uri, identity) == told(part, document.uri, None)
                assert told(whole, document.uri[:-1], identity) == told(part, document.uri[:-1], None)


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    made = testing.kit(tmp_path / ".ragkit", answers=["Pay is secret."])
    made.ingest(
        [
            Document("open.md", "Pay arrives on the 25th."),
            Document("secret.md", "Pay of the board is 400,000.", principals=("board",)),
        ]
    )
    return made


def test_an_unknown_asker_sees_what_is_for_everyone(kit: Kit) -> None:
    assert [hit.chunk.uri for hit in kit.search("pay of the board", identity=())] == ["open.md"]
    assert {hit.chunk.uri for hit in kit.search("pay of the board")} == {"open.md", "secret.md"}
    assert {hit.chunk.uri for hit in kit.search("pay of the board", identity=["ann", "board"])} == {
        "open.md",
        "secret.md",
    }


def test_one_principal_as_a_text_is_not_its_letters(kit: Kit) -> None:
    assert len(kit.search("pay", identity="board")) == 2
    assert len(kit.search("pay", identity="b")) == 1


def test_an_answer_rests_on_what_the_asker_may_see(kit: Kit) -> None:
    answer = kit.ask("What is the pay of the board?", identity=["ann"])
    assert {hit.chunk.uri for hit in answer.hits} == {"open.md"}
    assert {citation.uri for citation in answer.citations} <= {"open.md"}
    assert "400,000" not in repr(answer)


def test_a_document_out_of_sight_is_not_even_suggested(kit: Kit) -> None:
    hidden, missing = told(kit, "secret.md", {"ann"}), told(kit, "sacred.md", {"ann"})
    assert hidden.replace("secret", "x") == missing.replace("sacred", "x")
    assert "secret" not in told(kit, "secrat.md", {"ann"})
    assert "secret.md" in told(kit, "secrat.md", {"board"})


def test_half_a_character_is_a_wrong_question_and_no_fault_of_the_store(kit: Kit) -> None:
    for ask in (
        lambda: kit.documents(filter='team = "\udcff"'),
        lambda: kit.documents(collection="\udcff"),
        lambda: kit.document("\udcff"),
        lambda: kit.forget("\udcff"),
        lambda: kit.unforget("\udcff"),
        lambda: kit.ingest(Document("x", "Text."), principals=["\udcff"]),
    ):
        with pytest.raises(UsageError, match="not valid Unicode"):
            ask()


def test_a_filter_never_widens_what_an_identity_sees(kit: Kit) -> None:
    assert kit.search("pay", filter='uri = "secret.md" or uri != ""', identity=()) == kit.search(
        "pay", filter='uri = "open.md"'
    )


def test_principals_that_change_hold_from_the_next_search_on(kit: Kit) -> None:
    assert len(kit.search("pay", identity=["ann"])) == 1
    kit.ingest([Document("secret.md", "Pay of the board is 400,000.", principals=("board", "ann"))])
    assert len(kit.search("pay", identity=["ann"])) == 2


def test_a_status_of_a_part_counts_that_part_and_tells_no_sizes_or_failures(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "secret.pdf").write_bytes(b"%PDF-1.7 torn")
    kit.ingest(tmp_path / "secret.pdf")
    whole, part = kit.status(), kit.status(identity=["ann"])
    assert (whole.documents, whole.chunks, whole.vectors, len(whole.failures)) == (2, 2, 2, 1)
    assert (part.documents, part.chunks, part.vectors, part.failures, part.size_bytes) == (1, 1, 1, (), None)
    assert "rows" not in part.index
    assert kit.status(filter='uri = "secret.md"').documents == 1
    assert kit.status(collection="none").documents == 0
