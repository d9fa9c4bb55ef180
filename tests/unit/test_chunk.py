"""The structure chunker: exact offsets, section limits, the window, and what it does with the unusual."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragkit.errors import UsageError
from ragkit.ingest.chunk import StructureChunker
from ragkit.ingest.readers import reader_for
from ragkit.types import Block, Chunk, Document, Source


class WordCounter:
    """The part of an embedder that a chunker uses: a token is a word, or ``letters`` letters of a long one."""

    fingerprint = "words"
    dimension = 1

    def __init__(self, max_tokens: int = 34, letters: int = 10, costs: dict[str, int] | None = None) -> None:
        self.max_tokens = max_tokens
        self.calls: list[int] = []
        self._letters = letters
        self._costs = costs or {}

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        self.calls.append(len(texts))
        return [self._count(text) for text in texts]

    def _count(self, text: str) -> int:
        extra = sum(text.count(char) * cost for char, cost in self._costs.items())
        return extra + sum(-(-len(word) // self._letters) for word in text.split())

    def embed_passages(self, texts: Sequence[str]) -> object:
        raise AssertionError("a chunker does not embed")

    embed_queries = embed_passages


def chunker(embedder: WordCounter, target: int = 20) -> StructureChunker:
    return StructureChunker(embedder, target_tokens=target)  # type: ignore[arg-type]


def read(text: str, media_type: str = "text/markdown") -> Document:
    return reader_for(media_type).read(Source("page", None, media_type, len(text)), text.encode())


def chunks(text: str, media_type: str = "text/markdown", embedder: WordCounter | None = None) -> list[Chunk]:
    embedder = embedder or WordCounter()
    document = read(text, media_type)
    found = chunker(embedder).chunk(document)
    check(document, found, embedder)
    return found


def check(document: Document, found: Sequence[Chunk], embedder: WordCounter) -> None:
    reached = 0
    for chunk in found:
        assert document.text[chunk.start : chunk.end] == chunk.text == chunk.text.strip() != ""
        assert not document.text[reached : chunk.start].strip()
        assert chunk.start >= reached
        reached = chunk.end
    assert not document.text[reached:].strip()
    sizes = embedder.count_tokens([chunk.embedded_text for chunk in found])
    assert all(size + 2 <= embedder.max_tokens for size in sizes)


def words(count: int, word: str = "word") -> str:
    return " ".join(f"{word}{number}" for number in range(count))


def test_a_chunk_never_spans_two_sections() -> None:
    found = chunks("# A\n\none\n\n## B\n\ntwo\n\n# C\n\nthree")
    assert [(chunk.text, chunk.headings) for chunk in found] == [
        ("A\n\none", ("A",)),
        ("B\n\ntwo", ("A", "B")),
        ("C\n\nthree", ("C",)),
    ]


def test_a_heading_with_nothing_under_it_joins_the_section_that_follows() -> None:
    found = chunks("# A\n\n## B\n\ntwo\n\n## D\n\n# E")
    assert [(chunk.text, chunk.headings) for chunk in found] == [("A\n\nB\n\ntwo", ("A", "B")), ("D\n\nE", ("E",))]


@pytest.mark.parametrize(
    ("text", "media_type", "above"),
    [
        ("Airlines are listed.", "text/markdown", "Travel > Air"),
        ("Travel by air is paid for.", "text/markdown", "Travel > Air"),
        ("Air\n\nAirlines are listed.", "text/markdown", "Travel"),
        ("Travel\n\nAir\n\nAirlines are listed.", "text/markdown", ""),
        ("  Travel  \nby rail", "text/plain", "Air"),
        ("@cached\ndef Air(self):\n    Travel()", "text/x-source", "class Travel"),
        ("def Airlines(self):\n    return def Air_", "text/x-source", "class Travel > def Air"),
        ("class Travel(Base):\n    def Air(self): ...", "text/x-source", ""),
    ],
)
def test_a_heading_is_in_a_passage_where_it_is_a_line_of_it(text: str, media_type: str, above: str) -> None:
    headings = ("class Travel", "def Air") if media_type == "text/x-source" else ("Travel", "Air")
    chunk = Chunk("a", "", 0, len(text), text, headings, media_type=media_type)
    assert chunk.above == above
    assert chunk.headed_text == (f"{above}\n\n{text}" if above else text)


def test_the_underline_of_a_heading_in_plain_text_is_no_content() -> None:
    found = chunks("Title\n=====\n\nPart\n----\nText.", "text/plain")
    assert [(chunk.text, chunk.headings) for chunk in found] == [
        ("Title\n=====\n\nPart\n----\nText.", ("Title", "Part")),
    ]


def test_small_blocks_are_packed_and_lines_are_those_of_the_source() -> None:
    found = chunks("# A\n\none\ntwo\n\n- x\n- y\n\n" + words(30))
    assert [chunk.text.split()[0] for chunk in found] == ["A", "word0"]
    assert [chunk.lines for chunk in found] == [(1, 7), (9, 9)]
    assert found[1].embedded_text.startswith("A\nword0")


def test_there_are_no_tiny_tails() -> None:
    paragraphs = [words(9, f"p{number}x") for number in range(7)]
    sizes = [len(chunk.text.split()) for chunk in chunks("\n\n".join(paragraphs))]
    assert sizes in ([18, 18, 27], [18, 27, 18], [27, 18, 18])


def test_an_introduction_stays_with_its_list_and_a_heading_with_its_text() -> None:
    text = f"{words(16)}\n\nThe steps are:\n\n- {words(8, 'a')}\n- {words(8, 'b')}\n"
    found = chunks(text)
    assert found[1].text.startswith("The steps are:\n\n- a0")
    found = chunks(f"# H\n\n{words(31)}.")
    assert found[0].text.startswith("H\n\nword0")


def test_an_oversize_paragraph_is_cut_between_sentences() -> None:
    text = " ".join(f"{words(11, f's{number}x')} end." for number in range(6))
    found = chunks(text)
    assert len(found) == 3
    assert all(chunk.text.endswith("end.") for chunk in found)


def test_an_oversize_code_block_is_cut_at_blank_lines_then_at_lines() -> None:
    body = "\n".join(f"    a{number} = {number} + {number}" for number in range(5))
    text = f"```\ndef f():\n{body}\n\ndef g():\n{body}\n```"
    assert [chunk.text.split("\n")[0] for chunk in chunks(text)] == ["def f():", "def g():"]
    lines = "```\n" + "\n".join(f"line {number} of the code" for number in range(20)) + "\n```"
    assert all(chunk.text.startswith("line ") and chunk.text.endswith("code") for chunk in chunks(lines))


def test_an_oversize_table_is_cut_between_rows() -> None:
    rows = "\n".join(f"| r{number} | value {number} | 18 months |" for number in range(20))
    found = chunks(f"| Model | Battery | Life |\n|---|---|---|\n{rows}")
    assert len(found) > 1
    assert all(chunk.text.startswith(("r", "Model")) and chunk.text.endswith(("months", "Life")) for chunk in found)


def test_words_and_letters_are_cut_when_nothing_else_is_left() -> None:
    found = chunks(words(200))
    assert len(found) > 6
    assert all(chunk.text.startswith("word") for chunk in found)
    found = chunks("x" * 10_000)
    assert sum(len(chunk.text) for chunk in found) == 10_000
    assert max(len(chunk.text) for chunk in found) <= 320


def test_a_tokenizer_that_takes_any_word_for_one_token_still_splits() -> None:
    assert len(chunks("x" * 10_000, embedder=WordCounter(letters=100_000))) > 20


def test_a_tokenizer_whose_counts_do_not_add_up_is_caught() -> None:
    document, embedder = read("\n\n".join(words(60).split())), WordCounter(costs={"\n": 1})
    found = chunker(embedder, target=32).chunk(document)
    check(document, found, embedder)
    assert len(found) > 2


def test_headings_are_left_out_where_a_single_character_leaves_them_no_room() -> None:
    found = chunks(f"# {words(12, 'h')}\n\nΩ", embedder=WordCounter(costs={"Ω": 25}))
    assert (found[-1].text, found[-1].headings) == ("Ω", ())


def test_outer_headings_that_fill_half_of_the_window_are_left_out() -> None:
    found = chunks(f"# {words(12, 'outer')}\n\n## {words(9, 'inner')}\n\n### Deep\n\ntext\n\n{words(40)}")
    assert found[-1].headings == (words(9, "inner"), "Deep")
    assert found[0].text.startswith("outer0")
    (only, *_) = [chunk for chunk in chunks(f"# {words(60, 'h')}\n\ntext") if chunk.text.endswith("text")]
    assert only.headings == ()


def test_a_document_without_blocks_or_with_gaps_is_tiled_all_the_same() -> None:
    embedder = WordCounter()
    text = "  First part.\n\nSecond.  \n\n\nThird one.\n"
    for blocks in ((), (Block("paragraph", 2, 9),), (Block("heading", 14, 24, 1), Block("code", 16, 30))):
        document = Document("memory", text, blocks=blocks)
        check(document, chunker(embedder).chunk(document), embedder)
    assert chunker(embedder).chunk(Document("memory", text))[0].lines is None


def test_a_term_stays_with_its_definition_and_names_what_follows() -> None:
    page = (
        f"<h1>Settings</h1><dl><dt>ttl</dt><dd><p>{words(8)}</p><p>{words(28, 'more')}</p></dd>"
        f"<dt>depth</dt><dd><p>{words(16, 'deep')}</p></dd></dl>"
    )
    found = chunks(page, "text/html")
    assert [(chunk.text.split()[0], chunk.headings) for chunk in found] == [
        ("Settings", ("Settings",)),
        ("more0", ("Settings", "ttl")),
        ("depth", ("Settings",)),
    ]


def test_a_definition_within_a_definition_has_both_terms_above_it() -> None:
    page = (
        f"<dl><dt>outer</dt><dd><dl><dt>inner</dt><dd><p>{words(20)}</p><p>{words(20, 'more')}</p></dd></dl></dd></dl>"
    )
    assert [chunk.headings for chunk in chunks(page, "text/html")] == [(), ("outer", "inner")]


def test_pages_are_told() -> None:
    document = Document("a.pdf", f"{words(30)}\n\n{words(30)}", pages=((0, 1), (100, 2)))
    assert [chunk.page for chunk in chunker(WordCounter()).chunk(document)] == [1, 2]


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_nothing_has_no_chunks(text: str) -> None:
    assert chunks(text) == []


def test_tokens_are_counted_in_few_calls() -> None:
    embedder = WordCounter()
    chunker(embedder).chunk(read("\n\n".join(words(7) for _ in range(500))))
    assert len(embedder.calls) <= 2
    assert embedder.calls[0] == 500


def test_sizes_that_cannot_be_are_refused() -> None:
    embedder = WordCounter()
    for sizes in ({"max_tokens": 35}, {"max_tokens": 15}, {"target_tokens": 0}):
        with pytest.raises(UsageError) as caught:
            StructureChunker(embedder, **sizes)  # type: ignore[arg-type]
        assert caught.value.hint


def test_the_fingerprint_tells_the_sizes() -> None:
    assert chunker(WordCounter(256), 200).fingerprint == "structure-3:max=256:target=200"
    assert StructureChunker(WordCounter(256), max_tokens=64).fingerprint == "structure-3:max=64:target=62"  # type: ignore[arg-type]


LINES = st.sampled_from(
    ["# Head", "## Sub head", "### " + "long " * 30, "word " * 9, "word. " * 70, "- item", "  - nested item", "```", "",
     "", "| a | b |\n|---|---|\n| c | d |", "x" * 700, "1. step", "> quote", "é\u2028ö", "水位計を確認。" * 20]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(LINES, max_size=25), st.sampled_from(["text/markdown", "text/plain", "text/x-rst", "text/x-source"]))
def test_any_document_is_tiled_within_the_window(lines: list[str], media_type: str) -> None:
    chunks("\n".join(lines), media_type)


@settings(deadline=None)
@given(st.text(max_size=300), st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300), st.booleans()), max_size=8))
def test_any_text_with_any_blocks_is_tiled(text: str, spans: list[tuple[int, int, bool]]) -> None:
    blocks = tuple(
        Block("heading" if heading else "paragraph", min(a, b, len(text)), min(max(a, b), len(text)), int(heading))
        for a, b, heading in sorted(spans)
    )
    document, embedder = Document("memory", text, blocks=blocks), WordCounter(max_tokens=16, letters=3)
    check(document, chunker(embedder).chunk(document), embedder)


def test_what_the_source_marks_as_code_is_known_of_each_chunk() -> None:
    fence = "\n".join(f"run step {number}" for number in range(14))
    found = chunks(f"# Use\n\nFirst some words of prose stand here.\n\n```\n{fence}\n```\n\nThen more prose.")
    told = [chunk.text[start:end] for chunk in found for start, end in chunk.code]
    assert len(found) > 1
    assert "\n".join(told) == fence
    assert all(chunk.text[start:end] == chunk.text[start:end].strip() for chunk in found for start, end in chunk.code)


def test_source_code_marks_none() -> None:
    assert [chunk.code for chunk in chunks('"""Sends mail."""\n\nx = 1\n', "text/x-source")] == [()]
