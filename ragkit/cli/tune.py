"""``ragkit tune``: train the small models on data of one's own, and see what it brought."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ragkit.cli import options, render
from ragkit.cli.exits import Exit
from ragkit.errors import UsageError

if TYPE_CHECKING:
    from ragkit.tune.reader import Report

QUESTIONS = """\b
Each FILE holds labelled questions:
  .jsonl     lines of {"question": ..., "passage": ..., "answer": ...}
             the answer stands in the passage word for word; without one, the
             passage does not answer. "group" names the document, if you know it.
             Or a document a line: {"title", "passages": [{"heading", "text",
             "questions": [{"question", "answer"}]}]}
  .json      SQuAD 1.1 or 2.0
  .jsonl.gz  lines of {"question", "answers", "ctxs": [{"title", "text"}]}
  .csv       columns premise (a question), hypothesis (a sentence), label
"""
CLAIMS = """\b
Each FILE holds labelled claims:
  .jsonl     lines of {"claim": ..., "passages": [text, ...], "supported": true}
             optionally "question", "group", and "spans": [[start, end], ...]
             of the claim that nothing supports; two claims of a group with the
             same "twin" are one right and one wrong, alike but for a few words
"""
READER = f"""{QUESTIONS}
\b
Example:
  ragkit tune reader --data questions.jsonl --out my-reader --minutes 20
"""
VERIFIER = f"""{CLAIMS}
\b
Example:
  ragkit tune verifier --data claims.jsonl --out my-verifier --minutes 20
"""
WRITER = f"""{QUESTIONS}
\b
Example:
  ragkit tune writer --data questions.jsonl --out my-writer --minutes 60
"""
EMBEDDER = f"""{QUESTIONS}
\b
Example:
  ragkit tune embedder --data questions.jsonl --out my-embedder --epochs 3
  ragkit ingest docs --embedder ./my-embedder
"""
USES = {
    "reader": 'ragkit read --reader {out} "a question" FILE\nIn ragkit.toml: [generate] evidence = "reader:{out}"',
    "verifier": 'ragkit verify --verifier trained:{out} "an answer" FILE\n'
    'In ragkit.toml: [verify] verifier = "trained:{out}"',
    "writer": 'ragkit ask --generator writer:{out} "a question"',
    "embedder": "ragkit ingest DOCS --store OTHER --embedder {out}",
}
"""What is done next with what was trained."""

Data = Annotated[list[Path], typer.Option("--data", metavar="FILE", help="Labelled data; may be given several times.")]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Where the model is written [./reader, ./verifier ...].")
]
Minutes = Annotated[
    float | None, typer.Option("--minutes", metavar="N", min=0.01, help="End after so long, epochs or not.")
]
Epochs = Annotated[float, typer.Option("--epochs", metavar="N", min=0.01, help="Times through the data.")]
Start = Annotated[
    str, typer.Option("--start", metavar="DIR|shipped|base", help="What to go on from; base: the bundled encoder.")
]
HeldOut = Annotated[
    float,
    typer.Option("--held-out", metavar="SHARE", min=0.01, max=0.9, help="Kept for measuring, never trained on."),
]
SeedOfRun = Annotated[
    int, typer.Option("--seed", metavar="N", min=0, help="Random seed of shuffling and of the held-out split.")
]


def reader(
    data: Data,
    out: Out = None,
    minutes: Minutes = None,
    epochs: Epochs = 2.0,
    start: Start = "shipped",
    seed: SeedOfRun = 0,
    held_out: HeldOut = 0.15,
    json: options.Json = False,
) -> int:
    """Train the reader: where an answer stands, if at all."""
    return _run("reader", data, out, minutes, epochs, start, seed, held_out, json=json)


def verifier(
    data: Data,
    out: Out = None,
    minutes: Minutes = None,
    epochs: Epochs = 2.0,
    start: Start = "shipped",
    seed: SeedOfRun = 0,
    held_out: HeldOut = 0.15,
    json: options.Json = False,
) -> int:
    """Train the verifier: what passages support, and what not."""
    return _run("verifier", data, out, minutes, epochs, start, seed, held_out, json=json)


def writer(
    data: Data,
    out: Out = None,
    minutes: Minutes = None,
    epochs: Epochs = 4.0,
    start: Start = "shipped",
    seed: SeedOfRun = 0,
    held_out: HeldOut = 0.15,
    json: options.Json = False,
) -> int:
    """Train the writer: answers in words of its own, with citations. Only its decoder changes."""
    return _run("writer", data, out, minutes, epochs, start, seed, held_out, json=json)


def embedder(
    data: Data,
    out: Out = None,
    minutes: Minutes = None,
    epochs: Epochs = 2.0,
    start: Start = "shipped",
    seed: SeedOfRun = 0,
    held_out: HeldOut = 0.15,
    json: options.Json = False,
) -> int:
    """Train the embedder: which passages belong to a question. It may start from any sentence-transformers folder."""
    return _run("embedder", data, out, minutes, epochs, start, seed, held_out, json=json)


def _run(
    kind: str,
    data: list[Path],
    out: Path | None,
    minutes: float | None,
    epochs: float,
    start: str,
    seed: int,
    held_out: float,
    *,
    json: bool,
) -> int:
    folder = _free(out or Path(kind))
    _quiet()
    train: Callable[..., Report] = getattr(import_module(f"ragkit.tune.{kind}"), f"train_{kind}")
    report = train(
        data, folder, minutes=minutes, epochs=epochs, seed=seed, start=_start(kind, start), held_out=held_out
    )
    if json:
        render.data(_plain(report))
    else:
        from ragkit.cli.screens.training import report_page

        # A bare name would be the name of a model.
        place = folder if folder.is_absolute() else f"./{folder}"
        render.show(*report_page(report, USES[kind].format(out=place)))
    return Exit.ANSWERED


def _quiet() -> None:
    """The libraries report on weights that they do not use, and draw bars: nothing that concerns the user."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()


def _start(kind: str, named: str) -> Path | None:
    """The folder to go on from, or None for the bundled encoder, also where no such model ships."""
    if named == "base" or (kind == "embedder" and named == "shipped"):
        return None
    if named == "shipped":
        from ragkit.models import catalogue

        return next((model.folder for model in catalogue.models() if model.name == kind), None)
    if not Path(named).is_dir():
        raise UsageError(f"There is no folder {named} to start from.", "Give a folder, or shipped, or base.")
    return Path(named)


def _free(folder: Path) -> Path:
    """The folder to write to: a new one, or one that holds a model already."""
    if options.to_fill(folder).is_dir() and any(folder.iterdir()) and not (folder / "config.json").is_file():
        raise UsageError(f"{folder} holds something that is no model.", "Give another --out.")
    return folder


def _plain(report: Report) -> Mapping[str, Any]:
    from dataclasses import asdict

    tables = {name: {key: asdict(value) for key, value in table.items()}
              for name, table in (("before", report.before), ("after", report.after))}  # fmt: skip
    return {"out": str(report.out), **tables, "rows": report.rows, "seconds": report.seconds}
