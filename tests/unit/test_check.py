from __future__ import annotations

from collections.abc import Sequence

import pytest

from ragkit.errors import ModelError
from ragkit.testing import SubstringVerifier
from ragkit.tools import AnswerVerifier
from ragkit.types import Block, Chunk, Document, Evidence, Hit, Support
from ragkit.verify.check import check
from ragkit.verify.lexical import LexicalVerifier

TEXT = "Leave\n\nStaff have 27 days. Germany has 30 days.\n\nGateway\n\nIt has eight channels."
DOCUMENT = Document(
    "a.md",
    TEXT,
    "Handbook",
    blocks=(
        Block("heading", 0, 5, 1),
        Block("paragraph", 7, 47),
        Block("heading", 49, 56, 1),
        Block("paragraph", 58, 80),
    ),
    lines=((0, 1), (7, 3), (26, 4), (49, 6), (58, 8)),
)


def hit(start: int, end: int) -> Hit:
    return Hit(Chunk("a.md", "Handbook", start, end, TEXT[start:end]), 1.0)


HITS = [hit(0, 47), hit(49, 80)]


def checked(raw: str, *, withhold: bool = False):  # type: ignore[no-untyped-def]
    return check(raw, HITS, SubstringVerifier(), lambda uri: DOCUMENT, withhold=withhold)


def test_a_supported_sentence_gets_the_span_that_supports_it() -> None:
    result = checked("Germany has 30 days. [2]")
    assert result.text == "Germany has 30 days. [1]"
    (citation,) = result.citations
    assert (citation.quote, citation.lines, citation.headings) == ("Germany has 30 days.", (4, 4), ("Leave",))
    assert TEXT[citation.start : citation.end] == citation.quote
    assert result.claims[0].verdict == "supported"


def test_numbers_follow_the_answer_and_a_span_has_one_number() -> None:
    result = checked("It has eight channels. [1] Staff have 27 days. [1] It has eight channels.")
    assert result.text == "It has eight channels. [1] Staff have 27 days. [2] It has eight channels. [1]"
    assert [citation.n for citation in result.citations] == [1, 2]
    assert [claim.citations for claim in result.claims] == [(1,), (2,), (1,)]


def test_claims_index_the_answer() -> None:
    result = checked("Staff have 27 days. [1]\n\nThe sky is green. [1] It has eight channels. [2]")
    assert [result.text[claim.start : claim.end] for claim in result.claims] == [claim.text for claim in result.claims]
    assert "\n\nThe sky" in result.text


def test_no_citation_where_nothing_supports() -> None:
    result = checked("The sky is green. [1]")
    assert result.text == "The sky is green."
    assert result.citations == ()
    assert result.claims[0].verdict == "unsupported"


def test_withheld_sentences_leave_no_trace_in_the_text() -> None:
    result = checked("The sky is green. [1] Staff have 27 days. [1]", withhold=True)
    assert result.text == "Staff have 27 days. [1]"
    assert result.withheld == ("The sky is green.",)


def test_the_verifier_sees_claims_without_markers_and_all_passages() -> None:
    class Spy:
        name = "spy"

        def verify(self, claims: Sequence[str], passages: Sequence[str], question: str = "") -> list[Support]:
            self.seen = (list(claims), list(passages), question)
            return [Support("supported", 0.9, Evidence(0, 0, 5, 0.9)) for _ in claims]

    spy = Spy()
    check("One [2]. Two.", HITS, spy, lambda uri: DOCUMENT, question="Why?")
    assert spy.seen == (["One.", "Two."], [item.chunk.text for item in HITS], "Why?")


def test_the_headings_above_a_passage_count_but_are_not_quoted() -> None:
    text = "Staff have 27 days.\n\nInterns have 12 days."
    document = Document("b.md", text, "Leave")
    hits = [Hit(Chunk("b.md", "Leave", 21, 42, text[21:42], headings=("Leave", "Canada")), 1.0)]
    verifier = LexicalVerifier(0.5)
    result = check("Interns in Canada have 12 days.", hits, verifier, lambda uri: document)
    assert result.claims[0].verdict == "supported"
    assert [citation.quote for citation in result.citations] == ["Interns have 12 days."]
    elsewhere = check("Interns in Norway have 12 days.", hits, verifier, lambda uri: document)
    assert elsewhere.claims[0].verdict != "supported"


def test_what_only_a_heading_says_is_cited_by_the_passage_under_it() -> None:
    document = Document("b.md", "Interns have 12 days.", "Leave")
    hits = [Hit(Chunk("b.md", "Leave", 0, 21, document.text, headings=("Canada",)), 1.0)]
    result = check("Canada", hits, SubstringVerifier(), lambda uri: document)
    assert [(citation.start, citation.end) for citation in result.citations] == [(0, 21)]


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ([], "0 findings for 1 sentences"),
        ([Support("supported", 17.0)], "the score 17"),
        ([Support("supported", float("nan"))], "the score nan"),
        ([Support("yes", 0.9)], "the verdict 'yes', which is none of supported, unsupported"),  # type: ignore[arg-type]
        ([Support("supported", 1.0, Evidence(99, 0, 5, 1.0))], "passage=99"),
        ([Support("supported", 1.0, Evidence(0, 0, 10_000, 1.0))], "end=10000"),
    ],
)
def test_a_verifier_whose_findings_cannot_be_is_named(found: list[Support], why: str) -> None:
    class Wrong:
        def verify(self, claims: Sequence[str], passages: Sequence[str], question: str = "") -> list[Support]:
            return found

    with pytest.raises(ModelError, match=f"The verifier Wrong gave .*{why}"):
        check("Staff have 27 days.", HITS, Wrong(), lambda uri: DOCUMENT)
    with pytest.raises(ModelError, match="The verifier Wrong gave"):
        AnswerVerifier(Wrong()).check("Staff have 27 days.", ["Staff have 27 days."])


@pytest.mark.parametrize("found", [None, ["supported"], ZeroDivisionError("lost")])
def test_a_verifier_that_fails_is_blamed_itself(found: object) -> None:
    class Failing:
        def verify(self, claims: Sequence[str], passages: Sequence[str], question: str = "") -> object:
            if isinstance(found, Exception):
                raise found
            return found

    with pytest.raises(ModelError, match=r"The verifier Failing of .*test_check failed: \w+Error: .*verify\.verifier"):
        check("Staff have 27 days.", HITS, Failing(), lambda uri: DOCUMENT)  # type: ignore[arg-type]


def test_behind_the_fence_that_closes_code_stands_nothing_else() -> None:
    result = checked("```\nIt has eight channels.\n```\nStaff have 27 days.")
    assert result.text == "```\nIt has eight channels.\n```\n[1]\nStaff have 27 days. [2]"
    assert [result.text[claim.start : claim.end] for claim in result.claims] == [claim.text for claim in result.claims]
    assert checked("```\nThe sky.\n```\nStaff have 27 days.", withhold=True).text == "Staff have 27 days. [1]"


def test_the_sources_that_a_model_lists_are_not_shown() -> None:
    result = checked("Staff have 27 days [2].\n\nSources:\n[2] b.md, page 9")
    assert (result.text, len(result.claims)) == ("Staff have 27 days. [1]", 1)
