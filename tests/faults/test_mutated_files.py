"""Files that were cut off, had bits flipped or parts swapped: a document or a reason, never a crash or a hang."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from ragkit.errors import SourceError
from ragkit.ingest import read as reading
from ragkit.types import Document, Source
from tests.office_files import samples

SAMPLES = samples()
MUTATIONS = 60


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
