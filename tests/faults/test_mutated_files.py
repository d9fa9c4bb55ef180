"""Files that were cut off, had bits flipped or parts swapped: a document or a reason, never a crash or a hang.

A few for each format; 200 with ``RAGKIT_FAULTS=1``, as ``make faults`` has it.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ragkit.errors import SourceError
from ragkit.ingest import read as reading
from ragkit.ingest.find import find_sources
from ragkit.types import Document, Source
from tests.conftest import ALL_FAULTS
from tests.office_files import HTML, MARKDOWN, PYTHON, RST, TEXT, samples
from tests.open_files import MBOX, open_samples, picture, tarred, zipped

TEXTS = {
    "text/markdown": MARKDOWN,
    "text/html": HTML,
    "text/x-rst": RST,
    "text/plain": TEXT,
    "text/x-source": PYTHON,
}
PICTURES = {"image/png": picture("PNG"), "image/jpeg": picture("JPEG"), "image/tiff": picture("TIFF")}
SAMPLES = {**samples(), **open_samples(), **TEXTS, **(PICTURES if shutil.which("tesseract") else {})}
MUTATIONS = 200 if ALL_FAULTS else 12
MEMBERS = {"a.md": b"# A\n\n" + bytes(range(32, 127)) * 20, "b/c.txt": b"words " * 300, "d.docx": b"PK"}
ARCHIVES: dict[str, Callable[[], bytes]] = {
    "a.zip": lambda: zipped({**MEMBERS, "in.zip": zipped(MEMBERS)}),
    "a.tar": lambda: tarred(MEMBERS),
    "a.tar.gz": lambda: tarred(MEMBERS, mode="w:gz"),
    "a.tar.bz2": lambda: tarred(MEMBERS, mode="w:bz2"),
    "a.tar.xz": lambda: tarred(MEMBERS, mode="w:xz"),
    "a.md.gz": lambda: gzip.compress(MEMBERS["a.md"]),
    "a.md.bz2": lambda: bz2.compress(MEMBERS["a.md"]),
    "a.md.xz": lambda: lzma.compress(MEMBERS["a.md"]),
    "a.mbox": lambda: MBOX,
}


@pytest.fixture(autouse=True, scope="module")
def _no_worker_left() -> Iterator[None]:
    yield
    reading.close()


def truncated(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def flipped(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 3, 20))):
        changed[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def spliced(data: bytes, rng: random.Random) -> bytes:
    a, b, c, d = sorted(rng.randrange(len(data)) for _ in range(4))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def read(media_type: str, data: bytes) -> Document:
    return reading.read(Source("folder/file", None, media_type, len(data)), data)


def outcome(media_type: str, data: bytes) -> Document | SourceError:
    try:
        return read(media_type, data)
    except SourceError as error:
        return error


def loaded(source: Source) -> Document | SourceError:
    try:
        return reading.read(source, reading.load(source))
    except SourceError as error:
        return error


@pytest.mark.parametrize("media_type", SAMPLES)
def test_a_mutated_file_is_a_document_or_a_source_error(media_type: str) -> None:
    rng = random.Random(f"mutations of {media_type}")
    whole = read(media_type, SAMPLES[media_type])
    for number in range(MUTATIONS):
        result = outcome(media_type, (truncated, flipped, spliced)[number % 3](SAMPLES[media_type], rng))
        if isinstance(result, SourceError):
            assert result.message
            assert result.hint
            continue
        reached = 0
        for block in result.blocks:
            assert reached <= block.start < block.end <= len(result.text)
            reached = block.end
        assert "\ud800" not in result.text
    assert read(media_type, SAMPLES[media_type]) == whole


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_mutated_archive_costs_no_neighbour(name: str, tmp_path: Path) -> None:
    rng = random.Random(f"mutations of {name}")
    data = ARCHIVES[name]()
    (tmp_path / "z.md").write_text("# Neighbour", encoding="utf-8")
    for number in range(MUTATIONS):
        (tmp_path / name).write_bytes((truncated, flipped, spliced)[number % 3](data, rng))
        found = find_sources([tmp_path], base=tmp_path)
        assert "z.md" in {source.uri for source in found.sources}
        accounted = [*found.sources, *found.failed, *found.unsupported]
        assert all(each.uri.startswith((name, "z.md")) for each in accounted)
        for source in found.sources:
            result = loaded(source)
            assert source.uri in (result.message if isinstance(result, SourceError) else result.uri)
    (tmp_path / name).write_bytes(data)
    whole = find_sources([tmp_path], base=tmp_path)
    assert "z.md" in {source.uri for source in whole.sources}
    assert len(whole.sources) > 1
