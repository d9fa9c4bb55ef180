"""``ragkit read``: the answer to a question out of texts, without a store."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from ragkit.cli import options, render
from ragkit.cli.exits import Exit

if TYPE_CHECKING:
    from ragkit.config import Settings
    from ragkit.tools import SpanReader

EXAMPLES = """\b
Examples:
  ragkit read "How many days of leave?" handbook.pdf notes/
  pdftotext contract.pdf - | ragkit read "Who may cancel?" -
  ragkit read --batch questions.jsonl
                     lines of {"id": ..., "question": ..., "passages": [text, ...]}
"""
TOGETHER = 16
"""Lines read at once: with one short passage a line this is twice as fast as line by line."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A line of a batch."""

    question: str
    passages: list[str]


def read(
    question: Annotated[
        str | None, typer.Argument(metavar="QUESTION", help="The question, quoted; - reads standard input.")
    ] = None,
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE...", help="Files or folders to read; - is standard input.")
    ] = None,
    reader: Annotated[
        str | None, typer.Option("--reader", metavar="FOLDER", help="A reader that ragkit tune reader wrote.")
    ] = None,
    json: options.Json = False,
    batch: options.Batch = None,
) -> int:
    """Find the answer to a question in texts, and what says it.

    The answer is always the best span. Its score is the probability that the texts answer at all; below 0.5 the
    question counts as not answerable.
    """
    from ragkit import config
    from ragkit.tools import span_reader

    if batch is not None:
        options.alone("--batch", *([question] if question is not None else ()))
    settings = config.load({"generate.evidence": f"reader:{reader}" if reader else None})
    if batch is not None:
        return _batch(span_reader(settings), batch)
    return _one(settings, question, files, json=json)


def _one(settings: Settings, question: str | None, files: Sequence[str] | None, *, json: bool) -> int:
    from ragkit.cli.question import given
    from ragkit.cli.texts import documents, refuse_twice
    from ragkit.tools import span_reader

    refuse_twice(question, files)
    asked = given([question] if question is not None else None, "read")
    texts = documents(files, "read QUESTION")
    begun = time.monotonic()
    (found,) = span_reader(settings).read([(asked, [document.text for document in texts])])
    if json:
        from ragkit.wire import read_to_dict

        render.data(read_to_dict("", found))
    else:
        from ragkit.cli.screens.reading import reading_page

        render.show(*reading_page(found, texts, 1000 * (time.monotonic() - begun)))
    return Exit.ANSWERED if found.answerable else Exit.ABSTAINED


def _batch(reader: SpanReader, source: str) -> int:
    from ragkit.cli import batch
    from ragkit.types import SpanAnswer
    from ragkit.wire import read_to_dict

    def answer(lines: Sequence[tuple[str | int, Asked]]) -> list[dict[str, object]]:
        found = reader.read([(line.question, line.passages) for _, line in lines])
        return [read_to_dict(name, each) for (name, _), each in zip(lines, found, strict=True)]

    def failed(line: batch.Line[Asked], reason: str) -> dict[str, object]:
        return read_to_dict(line.id, SpanAnswer("", None, 0, 0, answerable=False, score=0.0), reason)

    def outcome(out: dict[str, object]) -> str:
        return "answered" if out["answerable"] else "not answerable"

    return batch.run(source, Asked, answer, failed, outcome, together=TOGETHER)
