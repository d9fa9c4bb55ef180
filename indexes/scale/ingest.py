"""The whole of ingest at scale: files on disk, read, chunked, embedded by an embedder that computes nothing, committed.

    python indexes/scale/ingest.py FOLDER CHUNKS [MILLISECONDS]

Prints one JSON object: for every 10,000 chunks the time, the processor's time and the memory that no file backs. With
milliseconds the embedder takes so long for a chunk, and ``embedding`` is the share of the run in which it was at work.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from made import BATCH, Made, MadeEmbedder, Vectors
from measure import Clock, anonymous, mib

from ragkit import config
from ragkit.kit import Kit
from ragkit.pipeline import Pipeline

EVERY = 10_000
FOLDER = 100
"""Files of a folder."""


def write(folder: Path, rows: int) -> None:
    """Text files of a hundred paragraphs, each of which makes a chunk."""
    made = Made()
    for batch in range(rows // BATCH):
        file = folder / f"{batch // FOLDER:04}" / f"{batch:06}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n\n".join(made.texts(batch)) + "\n", encoding="ascii")


class Paced(MadeEmbedder):
    """Takes its time, and knows how much."""

    def __init__(self, milliseconds: float) -> None:
        super().__init__(Made())
        self._pause = milliseconds / 1e3
        self.seconds = 0.0

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape ``(len(texts), 384)``."""
        clock = Clock()
        vectors = super().embed_passages(texts)
        time.sleep(self._pause * len(texts))
        self.seconds += clock.read()["s"]
        return vectors


def ingest(folder: Path, rows: int, milliseconds: float = 0) -> dict[str, Any]:
    """The account of the run, and its course."""
    sources = folder / "sources"
    if not sources.exists():
        write(sources, rows)
    settings = config.load({"store": str(folder / "store")})
    embedder = Paced(milliseconds)
    kit = Kit(settings, Pipeline(settings, embedder=embedder))
    kit.ingest(_warming())
    embedder.seconds = 0
    clock, course, before = Clock(), [], anonymous()

    def note(what: str, done: int, total: int) -> None:
        if what == "embedded" and done // EVERY > len(course):
            course.append({"chunks": done, "anonymous": anonymous(), **clock.read()})

    report = kit.ingest(sources, progress=note)
    assert not report.failed, "all that was written can be read"
    whole = {"chunks": report.chunks, "anonymous": anonymous(), **clock.read()}
    size = mib(folder / "store")
    kit.close()
    embedding = embedder.seconds / whole["s"]
    most = max(each["anonymous"] for each in [*course, whole])
    return {"before": before, "most": most, "course": course, "whole": whole, "mib": size, "embedding": embedding}


def _warming() -> Any:
    from ragkit.types import Document

    return Document("warming.md", "Imports and caches are there once this is in the store.")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(ingest(Path(sys.argv[1]), int(sys.argv[2]), *map(float, sys.argv[3:]))) + "\n")
