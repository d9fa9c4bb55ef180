"""``ragkit eval score``: answers that are there already, of any system, by a suite; nothing is asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ragkit.cli import evaluate, options, render
from ragkit.cli.exits import Exit
from ragkit.errors import UsageError

if TYPE_CHECKING:
    from ragkit.config import Settings
    from ragkit.evaluate.report import Report
    from ragkit.evaluate.suite import Half, Suite

EXAMPLES = """\b
Examples:
  ragkit eval score ./mine answers.jsonl --fail-if 'hallucination_rate>0.1'
            lines of {"id": CASE, "answer": TEXT, "passages": [TEXT, ...], "elapsed_ms": 950}
  ragkit ask --batch mine/cases.jsonl > answers.jsonl; ragkit eval score ./mine answers.jsonl
  ragkit eval score handbook runs/handbook       once its cases or the verifier have changed
"""


def score(
    suite: evaluate.SuiteName,
    answers: Annotated[
        Path,
        typer.Argument(metavar="ANSWERS", help="A file of answers, or the folder of a run.", show_default=False),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where the reports on a file go [./runs/NAME of the file]."),
    ] = None,
    half: evaluate.HalfName = None,
    fail_if: evaluate.FailIf = None,
    verifier: Annotated[
        str | None,
        typer.Option("--verifier", metavar="NAME[:FOLDER]", help="What judges; by default that of the settings."),
    ] = None,
    store: Annotated[
        Path | None, typer.Option("--store", metavar="PATH", help="The store that a run was made on [DIR/store].")
    ] = None,
    json: options.Json = False,
) -> int:
    """Score answers of any system, without asking.

    The metrics are those of ragkit eval run. In a file, each line answers one case of the suite. An answer that is
    null, blank, or says only that the documents do not tell, is an abstention; "abstained" can say so. [2] in an
    answer cites the second passage. What needs "passages" or "elapsed_ms" is not measured where they are left out. A
    line with "error" counts as an error.
    """
    from ragkit import config
    from ragkit.evaluate.gate import check_gates, parse_gate

    gates = [parse_gate(text) for text in fail_if or ()]
    loaded = evaluate.find_suite(suite)
    settings = config.load({"verify.verifier": verifier})
    if answers.is_dir():
        options.alone("The folder of a run", *["--out"] * (out is not None))
        folder, report = answers, _again(loaded, answers, store, settings, half)
    else:
        options.alone("A file of answers", *["--store"] * (store is not None))
        folder = out or evaluate.FOLDER / answers.stem
        report = _given(loaded, answers, folder, settings, half)
    evaluate.show(report, json)
    if not json:
        render.note(f"Saved in {folder}: report.md and report.json.")
    check_gates(report.metrics, gates)
    return Exit.ANSWERED


def _given(suite: Suite, answers: Path, out: Path, settings: Settings, half: Half | None) -> Report:
    from ragkit.cli.progress import progress
    from ragkit.evaluate.answers import read_answers, score_answers
    from ragkit.pipeline import Pipeline

    given = read_answers(answers, suite)
    told = {"answers": answers.name, **evaluate.what_scores(settings)}
    verifier = Pipeline(settings).verifier
    with progress() as say:
        return score_answers(given, suite, out=out, verifier=verifier, settings=told, progress=say, half=half)


def _again(suite: Suite, run: Path, store: Path | None, settings: Settings, half: Half | None) -> Report:
    """A run's answers name places in the documents of its store."""
    from ragkit.cli.progress import progress
    from ragkit.evaluate.corpus import corpus_documents
    from ragkit.evaluate.run import CASES, rescore
    from ragkit.kit import open as open_kit
    from ragkit.pipeline import Pipeline

    place = store or run / "store"
    if not (run / CASES).is_file() or not place.is_dir():
        missing = place if (run / CASES).is_file() else run / CASES
        raise UsageError(
            f"There is no {missing}.", "Name a file of answers, or the folder of a run, and with --store its store."
        )
    with open_kit(place) as kit, progress() as say:
        return rescore(
            run,
            suite,
            verifier=Pipeline(settings).verifier,
            documents=corpus_documents(kit.document, [info.uri for info in kit.documents()]),
            settings=evaluate.what_scores(settings),
            progress=say,
            half=half,
        )
