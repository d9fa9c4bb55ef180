"""What every reader keeps: blocks in order that hold all text, marks in order, `SourceError` for what is no text."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragkit.errors import SourceError
from ragkit.ingest.chunk import StructureChunker
from ragkit.ingest.readers import IMAGES, READABLE, media_type_of, reader_for
from ragkit.ingest.readers.formats import FORMATS, Format
from ragkit.testing import HashingEmbedder
from ragkit.types import Document, Hit, Source, heading_path, line_range, number_at
from ragkit.wire import hits_to_dict
from tests.office_files import DOCX, PPTX, XLSX, samples
from tests.open_files import EPUB, ODP, ODS, ODT, open_samples

SAMPLES = {**samples(), **open_samples()}
PROSE = (
    "text/markdown",
    "text/html",
    "text/x-rst",
    "text/plain",
    "text/x-source",
    "text/x-info",
    "text/asciidoc",
    "application/x-tex",
    "application/yaml",
    "application/toml",
    "text/x-ini",
)
BINARY = {"application/pdf", DOCX, PPTX, XLSX, ODT, ODS, ODP, EPUB} | IMAGES
LINES = {*PROSE, "text/csv", "text/tab-separated-values", "application/x-ndjson", "application/xml", XLSX, ODS}
SHEETS = {XLSX, ODS}
PAGES = {"application/pdf", PPTX, ODP, "image/tiff"}

ALL = pytest.mark.parametrize("media_type", READABLE)
ALL_PROSE = pytest.mark.parametrize("media_type", PROSE)
# Any text is a file of these; the others have a grammar that it may break.
ALL_TEXT = pytest.mark.parametrize("media_type", [*PROSE, "text/csv", "text/tab-separated-values"])
ALL_SAMPLES = pytest.mark.parametrize("media_type", SAMPLES)
# Fragments that mean something in one format or another.
FRAGMENTS = st.lists(
    st.sampled_from(
        "# |=== |--- |* |- |1. |> |``` |`|**|_|[a](b)|<p>|</p>|<table>|<td>|<pre>|<br>|<li>|.. note:: |:ref:`x`|::|.."
        "|\t|  |\n|\n\n|word|Öl 水|&amp;|<!--|-->|\\|.. function:: f(x)|+---+|====  ====|====\n|----\n|== "
        "|term::|[NOTE]\n|link:x[y]|{a}|:a: b\n|\\\\|\\section{|\\begin{itemize}|\\item |\\end{itemize}"
        "|\\begin{tabular}{l}|$x$|%|{|}|\\'e|&|def f(): |class A:\n".split("|")
    ),
    max_size=40,
).map("".join)


def read(media_type: str, data: bytes) -> Document:
    return reader_for(media_type).read(Source("folder/file.name", None, media_type, len(data)), data)


def check(document: Document, lines: int) -> None:
    """What holds for every document; ``lines`` is 0 where the source has none."""
    reached = 0
    for block in document.blocks:
        text = document.text[block.start : block.end]
        assert text == text.strip() != ""
        assert not document.text[reached : block.start].strip()
        assert block.start >= reached
        assert block.level > 0 or block.kind != "heading"
        reached = block.end
    assert not document.text[reached:].strip()
    offsets = [offset for offset, _ in document.lines]
    assert offsets == sorted(set(offsets))
    assert all(1 <= line <= lines for _, line in document.lines)
    assert all(0 <= offset < len(document.text) for offset in offsets)
    assert [number for _, number in document.pages] == sorted({number for _, number in document.pages})
    for block in document.blocks:
        assert (line_range(document.lines, block.start, block.end) is not None) == (document.media_type in LINES)
        assert (number_at(document.pages, block.start) is not None) == (document.media_type in PAGES)


@ALL_TEXT
@settings(deadline=None, max_examples=60)
@given(text=FRAGMENTS)
def test_blocks_and_marks_are_sound_for_any_text(media_type: str, text: str) -> None:
    check(read(media_type, text.encode()), text.count("\n") + 1)


@ALL_SAMPLES
def test_a_real_file_becomes_a_sound_document(media_type: str) -> None:
    document = read(media_type, SAMPLES[media_type])
    assert (document.uri, document.media_type) == ("folder/file.name", media_type)
    assert len(document.blocks) > 1 or media_type.startswith("text/")
    check(document, max(40, SAMPLES[media_type].count(b"\n") + 1))
    assert document == read(media_type, SAMPLES[media_type])


@ALL_SAMPLES
def test_a_hit_has_lines_only_where_its_source_has_some(media_type: str) -> None:
    (chunk, *_) = StructureChunker(HashingEmbedder()).chunk(read(media_type, SAMPLES[media_type]))
    (hit,) = hits_to_dict("1", "trees", [Hit(chunk, 1.0)])["hits"]
    assert (hit["lines"] is not None) == (media_type in LINES - SHEETS)
    assert bool(hit["location"]) == (media_type in LINES | PAGES)
    assert (", row" in hit["location"]) == (media_type in SHEETS)


@ALL_PROSE
def test_a_document_carries_its_source(media_type: str) -> None:
    document = read(media_type, "Hello, Öl.\r\nSecond line.".encode())
    assert (document.uri, document.media_type) == ("folder/file.name", media_type)
    assert document.title == "file.name"
    assert document.text.split() == ["Hello,", "Öl.", "Second", "line."]
    assert document.lines == ((0, 1), (11, 2)) or document.lines[-1][1] == 2


@pytest.mark.parametrize("media_type", [each for each in READABLE if each not in BINARY])
@pytest.mark.parametrize("data", [b"", b"\n", b"\xef\xbb\xbf", b" \r\n \t"])
def test_an_empty_file_is_an_empty_document(media_type: str, data: bytes) -> None:
    document = read(media_type, data)
    assert not document.text.strip()
    assert document.blocks == ()


@ALL
def test_binary_is_a_source_error_that_names_the_file(media_type: str) -> None:
    with pytest.raises(SourceError, match=r"folder/file\.name"):
        read(media_type, b"MZ\x90\0\x03\0\0\0")


@ALL_PROSE
def test_reading_twice_gives_the_same(media_type: str) -> None:
    data = b"# A\n\n- b\n\n<p>c</p>\n\n.. note:: d\n"
    assert read(media_type, data) == read(media_type, data)


@pytest.mark.parametrize(
    ("media_type", "data"),
    [
        ("text/markdown", b"# A\n## B\ntext"),
        ("text/html", b"<h1>A</h1><h2>B</h2><p>text"),
        ("text/x-rst", b"AA\n==\n\nBB\n--\n\ntext"),
        ("text/plain", b"Alpha\n=====\n\nB two\n-----\n\ntext"),
    ],
)
def test_prose_has_a_path_of_headings(media_type: str, data: bytes) -> None:
    document = read(media_type, data)
    path = heading_path(document.headings, document.text.index("text"))
    assert [heading[0] for heading in path] == ["A", "B"]


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.media_type)
def test_a_format_is_told_by_each_of_its_names_and_by_no_other_of_the_table(known: Format) -> None:
    assert known.suffixes
    for name in (*(f"file{suffix}" for suffix in known.suffixes), *known.names):
        assert media_type_of(name) == known.media_type
        assert media_type_of(name.upper()) == known.media_type
    others = [each for each in FORMATS if each is not known]
    assert known.media_type not in {name for each in others for name in (each.media_type, *each.aliases)}
    assert not set(known.replaces) & {suffix for each in FORMATS for suffix in each.suffixes}
    # the process for risky formats is not told of fields
    assert not (known.has_fields and known.risky)


def test_the_table_of_readers_loads_no_parser() -> None:
    parsers = {"lxml", "markdown_it", "numpy", "pypdfium2"}
    code = f"import sys, ragkit.ingest.find, ragkit.ingest.read; print({parsers} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
