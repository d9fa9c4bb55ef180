"""A reader whose text changes says so by its revision, or stores would keep the old text of files that stay the same.

Record what the readers make after their revisions were raised: ``python -m tests.unit.test_reader_revisions``
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import pytest

from ragkit.ingest.readers import IMAGES, READABLE, format_of, reader_for
from ragkit.types import Source
from tests.office_files import HTML, MARKDOWN, PYTHON, RST, TEXT, samples
from tests.open_files import open_samples

RECORD = Path(__file__).with_name("reader_digests.json")
TEXTS = {"text/markdown": MARKDOWN, "text/html": HTML, "text/x-rst": RST, "text/plain": TEXT, "text/x-source": PYTHON}
SAMPLES = {**samples(), **open_samples(), **TEXTS}
# The libraries that make office files put the hour into them.
OF_THE_HOUR = {"created", "modified"}
COMMAND = "python -m tests.unit.test_reader_revisions"

Made = dict[str, int | str]


def made(media_type: str) -> Made:
    """The revision of a reader, and a digest of all that it says of its sample."""
    data = SAMPLES[media_type]
    name = "sample.py" if media_type == "text/x-source" else "sample"
    document = reader_for(media_type).read(Source(name, None, media_type, len(data)), data)
    blocks = [(block.kind, block.start, block.end, block.level) for block in document.blocks]
    metadata = {key: value for key, value in sorted(document.metadata.items()) if key not in OF_THE_HOUR}
    said = json.dumps([document.title, document.text, blocks, document.lines, document.pages, metadata])
    return {"revision": format_of(media_type).revision, "digest": hashlib.sha256(said.encode()).hexdigest()[:16]}


def complaint(media_type: str, recorded: Made | None, now: Made) -> str:
    """What is to be done about a reader, or an empty string."""
    if recorded is None or now == recorded:
        return "" if recorded else f"The reader of {media_type} is not recorded: {COMMAND}"
    if now["revision"] == recorded["revision"]:
        return (
            f"The reader of {media_type} makes something else of its sample than it did. If that is meant, raise its "
            f"revision in ragkit/ingest/readers/formats.py to {int(now['revision']) + 1}, so that the next run reads "
            f"such files again, then: {COMMAND}"
        )
    return f"The revision of the reader of {media_type} was raised to {now['revision']}. Record it: {COMMAND}"


@pytest.mark.parametrize("media_type", sorted({*READABLE} - IMAGES))
def test_what_a_reader_makes_is_what_its_revision_made(media_type: str) -> None:
    problem = complaint(media_type, json.loads(RECORD.read_text()).get(media_type), made(media_type))
    assert not problem, problem


def test_a_change_without_a_revision_is_told_with_the_remedy() -> None:
    now: Made = {"revision": 2, "digest": "b"}
    assert complaint("text/x", now, now) == ""
    assert "raise its revision in ragkit/ingest/readers/formats.py to 3" in complaint(
        "text/x", {"revision": 2, "digest": "a"}, now
    )
    assert "Record it" in complaint("text/x", {"revision": 1, "digest": "a"}, now)
    assert "is not recorded" in complaint("text/x", None, now)


def test_a_change_of_text_marks_or_structure_changes_the_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    before = made("text/html")["digest"]
    for old, new in ((b"trees", b"tress"), (b"<h1>Plan</h1>", b"<h2>Plan</h2>"), (b"<ul>", b"\n<ul>")):
        monkeypatch.setitem(SAMPLES, "text/html", HTML.replace(old, new))
        assert made("text/html")["digest"] != before


def record() -> None:
    """Writes what the readers make now, unless one of them has changed under its old revision."""
    known = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    found = {media_type: made(media_type) for media_type in sorted({*READABLE} - IMAGES)}
    problems = [complaint(name, known.get(name), now) for name, now in found.items()]
    wrong = [problem for problem in problems if "raise its revision" in problem]
    if wrong:
        sys.exit("\n".join(wrong))
    RECORD.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    record()
