"""The whole of ingest at scale: files on disk, read, chunked, embedded by an embedder that computes nothing, committed.

    python indexes/scale/ingest.py FOLDER CHUNKS

Prints one JSON object: for every 10,000 chunks the time, the processor's time and the memory that no file backs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from made import BATCH, Made, MadeEmbedder
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


def ingest(folder: Path, rows: int) -> dict[str, Any]:
    """The account of the run, and its course."""
    sources = folder / "sources"
    if not sources.exists():
        write(sources, rows)
    settings = config.load({"store": str(folder / "store")})
    kit = Kit(settings, Pipeline(settings, embedder=MadeEmbedder(Made())))
    kit.ingest(_warming())
    clock, course, before = Clock(), [], anonymous()

    def note(what: str, done: int, total: int) -> None:
        if what == "embedded" and done // EVERY > len(course):
            course.append({"chunks": done, "anonymous": anonymous(), **clock.read()})

    report = kit.ingest(sources, progress=note)
    assert not report.failed, "all that was written can be read"
    whole = {"chunks": report.chunks, "anonymous": anonymous(), **clock.read()}
    size = mib(folder / "store")
    kit.close()
    most = max(each["anonymous"] for each in [*course, whole])
    return {"before": before, "most": most, "course": course, "whole": whole, "mib": size}


def _warming() -> Any:
    from ragkit.types import Document

    return Document("warming.md", "Imports and caches are there once this is in the store.")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(ingest(Path(sys.argv[1]), int(sys.argv[2]))) + "\n")
