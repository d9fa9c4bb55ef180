"""``ragkit verify``: is what an answer says supported by texts, sentence by sentence; without a store."""

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
    from ragkit.tools import AnswerVerifier

EXAMPLES = """\b
Examples:
  ragkit verify "Leave is 30 days. It is unpaid." handbook.md
  ragkit verify - report.pdf < summary.txt
  ragkit verify --batch answers.jsonl
                     lines of {"id": ..., "answer": ..., "passages": [text, ...], "question": ...}
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A line of a batch."""

    answer: str
    passages: list[str]
    question: str | None = None


def verify(
    answer: Annotated[
        str | None, typer.Argument(metavar="ANSWER", help="What is to be checked, quoted; - reads standard input.")
    ] = None,
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE...", help="Files or folders to check against; - reads them too.")
    ] = None,
    question: Annotated[
        str, typer.Option("--question", metavar="TEXT", help="The question that it answers, if there is one.")
    ] = "",
    verifier: Annotated[
        str | None,
        typer.Option("--verifier", metavar="NAME[:FOLDER]", help="What checks; by default that of the settings."),
    ] = None,
    json: options.Json = False,
    batch: options.Batch = None,
) -> int:
    """Check every sentence of an answer against texts.

    supported: a text says so, and is quoted. contradicted: a text says otherwise. unsupported: nothing in the texts
    says so. unchecked: none of these is sure, most often because the texts put it in other words; or there is no text.
    What is not supported has its reason below it: words that stand nowhere, the nearest sentence, and what it lacks.

    The score of a sentence is the probability that the texts support it; that of the answer, that they support all
    of it. A high score alone vouches for nothing: "supported" also wants the wording to agree. Citation markers such
    as [1] are tolerated.
    """
    from ragkit import config
    from ragkit.tools import answer_verifier

    if batch is not None:
        options.alone("--batch", *([answer] if answer is not None else ()))
        options.alone("--batch", *["--question"] * bool(question))
    settings = config.load({"verify.verifier": verifier})
    if batch is not None:
        return _batch(answer_verifier(settings), batch)
    return _one(settings, answer, files, question, json=json)


def _one(settings: Settings, answer: str | None, files: Sequence[str] | None, question: str, *, json: bool) -> int:
    from ragkit.cli.question import given
    from ragkit.cli.texts import documents, refuse_twice
    from ragkit.tools import answer_verifier

    refuse_twice(answer, files)
    said = given([answer] if answer is not None else None, "verify")
    texts = documents(files, "verify ANSWER")
    begun = time.monotonic()
    checked = answer_verifier(settings).check(said, [document.text for document in texts], question)
    if json:
        from ragkit.wire import verified_to_dict

        render.data(verified_to_dict("", checked))
    else:
        from ragkit.cli.screens.reading import verdict_page

        render.show(*verdict_page(checked, texts, 1000 * (time.monotonic() - begun)))
    return Exit.ANSWERED if checked.supported else Exit.UNVERIFIED


def _batch(verifier: AnswerVerifier, source: str) -> int:
    from ragkit.cli import batch
    from ragkit.types import CheckedAnswer
    from ragkit.wire import verified_to_dict

    def answer(lines: Sequence[tuple[str | int, Claimed]]) -> list[dict[str, object]]:
        return [
            verified_to_dict(name, verifier.check(line.answer, line.passages, line.question or ""))
            for name, line in lines
        ]

    def failed(line: batch.Line[Claimed], reason: str) -> dict[str, object]:
        return verified_to_dict(line.id, CheckedAnswer(supported=False, score=0.0), reason)

    return batch.run(source, Claimed, answer, failed, lambda out: "supported" if out["supported"] else "not supported")
