"""``ragkit tune retrieval``: the way of searching that finds the most on one's own labelled questions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ragkit.cli import options, render
from ragkit.cli.exits import Exit

EXAMPLES = """\b
FILE holds lines of
  {"id", "kind", "question", "answers", "reference", "gold": [{"uri", "quote"}]}
as in a suite's cases; the documents that they name are in the store.
Example:
  ragkit tune retrieval --cases questions.jsonl --out mine.toml
  ragkit ask --pipeline mine.toml "..."
"""


def retrieval(
    cases: Annotated[
        list[Path], typer.Option("--cases", metavar="FILE", help="Labelled questions; may be given several times.")
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="FILE.toml", help="Where the pipeline is written [./retrieval.toml].", show_default=False
        ),
    ] = Path("retrieval.toml"),
    store: options.StorePath = None,
    pipeline: options.Pipeline = None,
    json: options.Json = False,
) -> int:
    """Choose fusion, weights and depth on labelled questions.

    They are chosen by cross-validation.
    """
    import ragkit
    from ragkit.evaluate.corpus import corpus_documents
    from ragkit.evaluate.pipeline_file import of_pipeline
    from ragkit.evaluate.suite import load_cases
    from ragkit.evaluate.tuning import pipeline_file, tune

    options.to_write(out)
    with ragkit.open(store, {"pipeline": pipeline}) as kit:
        settings = kit.settings.retrieve
        documents = corpus_documents(kit.document, [info.uri for info in kit.documents()])
        with ragkit.open(
            kit.path, {"pipeline": pipeline, "retrieve.fusion": "scores", "retrieve.reranker": ""}
        ) as both:
            found = tune(
                load_cases(cases), lambda text: both.explain(text, 2 * settings.candidates), documents, settings
            )
    out.write_text(pipeline_file(found, of_pipeline(kit.settings)), encoding="utf-8")
    if json:
        import msgspec

        render.data(msgspec.to_builtins(found))
        return Exit.ANSWERED
    gain, chosen = found.gain, found.chosen
    render.text(
        f"{found.questions} questions, nDCG@10: {found.before.value:.3f} as it is, "
        f"{found.after.value:.3f} on questions that had no say\n"
        f"Difference {gain.value:+.3f}, 95 % interval [{gain.low:+.3f}, {gain.high:+.3f}]\n"
        f"Chosen: fusion {chosen.fusion}, dense {chosen.dense_weight:.2f}, keyword {1 - chosen.dense_weight:.2f}, "
        f"{found.hits} passages\n"
        f'Written to {out}. Next: ragkit ask --pipeline {out} "your question"'
    )
    return Exit.ANSWERED
