from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit.errors import SourceError
from ragkit.ingest.chunk import StructureChunker
from ragkit.testing import HashingEmbedder
from ragkit.types import Answer, Block, Chunk, Citation, Claim, Document, Hit, Usage
from ragkit.wire import answer_from_dict, answer_to_dict, hits_to_dict

TEXT = "Leave\nUK staff have 27 days of leave.\nGerman staff have 30 days."
DOCUMENT = Document(
    "people/leave.md",
    TEXT,
    title="Leave",
    media_type="text/markdown",
    blocks=(Block("heading", 0, 5, 1), Block("paragraph", 6, len(TEXT))),
    lines=((0, 1), (6, 3), (39, 4)),
)

texts = st.text(max_size=20)
scores = st.floats(0, 1)
spans = st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).map(sorted)
line_pairs = st.none() | st.tuples(st.integers(1, 9), st.integers(1, 9))
verdicts = st.sampled_from(["supported", "unsupported", "contradicted", "unchecked"])
citations = st.builds(
    lambda n, title, headings, span, lines, page, location: Citation(
        n, DOCUMENT.uri, title, tuple(headings), span[0], span[1], lines, page, TEXT[span[0] : span[1]], location
    ),
    st.integers(1, 9),
    texts,
    st.lists(texts, max_size=3),
    spans,
    line_pairs,
    st.none() | st.integers(1, 99),
    texts,
)
claims = st.builds(
    Claim, texts, st.integers(0, 9), st.integers(0, 9), verdicts, scores, st.lists(st.integers(1, 9)).map(tuple)
)


def chunk_at(start: int, end: int, headings: tuple[str, ...] = ("Leave",)) -> Chunk:
    first, last = 1 if start < 6 else 3, 4 if end > 39 else 3 if end > 6 else 1
    return Chunk(DOCUMENT.uri, "Leave", start, end, TEXT[start:end], headings, (first, last), None, DOCUMENT.media_type)


hits = st.builds(
    lambda span, headings, score: Hit(chunk_at(*span, tuple(headings)), score),
    st.sampled_from([(0, 6), (0, len(TEXT)), (6, 38), (6, len(TEXT))]),
    st.lists(texts, max_size=3),
    st.floats(-5, 5),
)
answers = st.builds(
    Answer,
    id=texts | st.integers(-(2**63), 2**63),
    question=texts,
    text=texts,
    abstained=st.booleans(),
    confidence=scores,
    citations=st.lists(citations, max_size=3).map(tuple),
    claims=st.lists(claims, max_size=3).map(tuple),
    reasoning=texts,
    hits=st.lists(hits, max_size=3).map(tuple),
    generator=texts,
    pipeline=texts,
    usage=st.builds(Usage, st.integers(0, 10**6), st.integers(0, 10**6)),
    timings_ms=st.dictionaries(st.sampled_from(["load", "retrieve", "total"]), st.floats(0, 1e6)),
    message=texts,
    notes=st.lists(texts, max_size=2).map(tuple),
)


def documents(uri: str) -> Document:
    assert uri == DOCUMENT.uri
    return DOCUMENT


@given(answers)
def test_an_answer_survives_the_wire(answer: Answer) -> None:
    carried = json.loads(json.dumps(answer_to_dict(answer)))
    assert carried == answer_to_dict(answer)
    assert answer_from_dict(carried, documents) == answer


def full_answer() -> Answer:
    citation = Citation(1, DOCUMENT.uri, "Leave", ("Leave",), 6, 38, (3, 3), None, TEXT[6:38])
    claim = Claim("UK staff have 27 days of leave. [1]", 0, 35, "supported", 0.9, (1,))
    return Answer("q1", "How long?", claim.text, False, 0.8, (citation,), (claim,), hits=(Hit(chunk_at(6, 38), 0.5),))


def test_the_fields_stand_in_the_documented_order() -> None:
    data: dict[str, Any] = answer_to_dict(full_answer())
    assert list(data) == [
        *("id", "question", "answer", "abstained", "confidence", "citations", "claims", "reasoning", "hits"),
        *("generator", "pipeline", "usage", "timings_ms", "message", "notes"),
    ]
    (citation,), (claim,), (hit,) = data["citations"], data["claims"], data["hits"]
    assert list(citation) == ["n", "uri", "title", "headings", "start", "end", "lines", "page", "quote", "location"]
    assert list(claim) == ["text", "start", "end", "verdict", "score", "citations"]
    assert list(hit) == ["chunk_id", "uri", "start", "end", "score", "headings"]
    assert hit["headings"] == ["Leave"]
    assert data["usage"] == {"prompt_tokens": 0, "completion_tokens": 0}
    assert citation["lines"] == [3, 3]
    assert citation["page"] is None


def test_an_error_is_there_only_when_there_is_one() -> None:
    assert "error" not in answer_to_dict(full_answer())
    data = answer_to_dict(full_answer(), "the endpoint is down")
    assert list(data)[-1] == "error"
    assert data["error"] == "the endpoint is down"
    assert answer_from_dict(data, documents) == full_answer()


def test_a_passage_within_a_definition_comes_back_as_the_verifier_saw_it() -> None:
    option, below = "-l, --long", "Prints a line for each file, with its size and its owner. "
    text = f"OPTIONS\n\n{option}\n\n{below * 20}".strip()
    defined = text.index(below)
    blocks = (
        Block("heading", 0, 7, 1),
        Block("term", 9, 9 + len(option), 1),
        Block("paragraph", defined, len(text), 1),
    )
    manual = Document("ls.md", text, blocks=blocks)
    chunks = StructureChunker(HashingEmbedder(), target_tokens=40).chunk(manual)
    assert chunks[-1].headed_text.startswith(f"OPTIONS > {option}\n\nPrints")
    answer = Answer("q", "What does -l print?", "", True, 0.1, hits=tuple(Hit(chunk, 0.5) for chunk in chunks))
    assert answer_from_dict(answer_to_dict(answer), lambda _uri: manual) == answer


def test_a_hit_that_another_program_wrote_has_the_headings_of_its_document() -> None:
    data: dict[str, Any] = answer_to_dict(full_answer())
    data["hits"] = [{name: value for name, value in hit.items() if name != "headings"} for hit in data["hits"]]
    assert answer_from_dict(data, documents) == full_answer()


def test_a_changed_document_is_refused() -> None:
    data = answer_to_dict(full_answer())
    changed = Document(DOCUMENT.uri, TEXT.replace("27", "28"))
    with pytest.raises(SourceError, match=r"people/leave\.md has changed"):
        answer_from_dict(data, lambda _uri: changed)


def test_what_is_no_answer_is_refused_with_the_place() -> None:
    data = answer_to_dict(full_answer()) | {"confidence": "high"}
    with pytest.raises(SourceError, match=r"confidence"):
        answer_from_dict(data, documents)


def test_hits_carry_rank_and_text() -> None:
    data: dict[str, Any] = hits_to_dict("s1", "leave", [Hit(chunk_at(6, 38), 2.0), Hit(chunk_at(0, 6), 1.0)])
    assert list(data) == ["id", "query", "hits"]
    first, second = data["hits"]
    assert list(first) == [
        *("rank", "chunk_id", "uri", "title", "headings", "start", "end", "lines", "score", "text", "location"),
    ]
    assert (first["rank"], second["rank"]) == (1, 2)
    assert first["text"] == TEXT[6:38]
    assert first["lines"] == [3, 3]
    assert first["location"] == "line 3"
    assert first["headings"] == ["Leave"]
    assert json.loads(json.dumps(data)) == data
