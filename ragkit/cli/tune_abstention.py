"""``ragkit tune abstention``: how sure an answer must be for a stated risk, by one's own labelled questions."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ragkit.cli import options, render
from ragkit.cli.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ragkit.evaluate.abstaining import Given
    from ragkit.evaluate.gold import Proof
    from ragkit.evaluate.suite import Case
    from ragkit.kit import Kit
    from ragkit.types import Document

EXAMPLES = """\b
FILE holds lines of
  {"id", "kind", "question", "answers", "gold": [{"uri", "quote"}]}
as in a suite's cases, some of the kind "unanswerable"; the documents that
they name are in the store. An answer is right if one of "answers" stands in
it or, where there are none, if it cites a gold quote. Questions that hang
together, such as one fact in several wordings, say less than they seem to.
Example:
  ragkit tune abstention --cases questions.jsonl --risk 0.1 --out sure.toml
  ragkit ask --pipeline sure.toml "..."
"""


def abstention(
    cases: Annotated[
        list[Path], typer.Option("--cases", metavar="FILE", help="Labelled questions; may be given several times.")
    ],
    risk: Annotated[
        float,
        typer.Option("--risk", metavar="SHARE", help="Of the answers given, how many may be wrong: 0.1 is a tenth."),
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE.toml", help="Where the pipeline is written [./abstention.toml].")
    ] = Path("abstention.toml"),
    store: options.StorePath = None,
    pipeline: options.Pipeline = None,
    json: options.Json = False,
) -> int:
    """Choose how sure an answer must be, by a stated risk.

    At most that share of the answers given is wrong then.
    """
    import ragkit
    from ragkit.cli.progress import progress
    from ragkit.errors import UsageError
    from ragkit.evaluate.abstaining import LEVEL, choose
    from ragkit.evaluate.corpus import corpus_documents
    from ragkit.evaluate.gold import proofs
    from ragkit.evaluate.pipeline_file import of_pipeline, settings_file
    from ragkit.evaluate.suite import load_cases

    options.to_write(out)
    loaded = load_cases(cases)
    with ExitStack() as opened, ragkit.open(store, {"pipeline": pipeline}) as kit, progress() as say:
        if (generator := kit.settings.generate.generator).partition(":")[0] != "extractive":
            raise UsageError(
                f"The generator {generator!r} is not asked how sure it is.",
                "Abstention by a threshold is the extractive generator's.",
            )
        documents = corpus_documents(kit.document, [info.uri for info in kit.documents()])
        gold = {case.id: proofs(case, documents) for case in loaded}

        def ask(least: float) -> Callable[[Case], Given | None]:
            settings = {"pipeline": pipeline, "generate.abstain_below": least}
            return partial(_asked, opened.enter_context(ragkit.open(kit.path, settings)), documents, gold)

        found = choose(ask, loaded, risk, say)
        settings = of_pipeline(kit.settings) | {"generate.abstain_below": found.abstain_below}
    told = (
        f"{found.answered} of {found.asked} questions answered, {found.wrong.value:.3f} of the answers wrong, "
        f"95 % interval [{found.wrong.low:.3f}, {found.wrong.high:.3f}]."
    )
    surety = f"At most {risk:g} of such answers are wrong, with a confidence of {1 - LEVEL:g}."
    out.write_text(settings_file(settings, "Chosen by ragkit tune abstention.", told, surety), encoding="utf-8")
    if json:
        import msgspec

        render.data(msgspec.to_builtins(found))
        return Exit.ANSWERED
    render.text(
        f"{told}\n{surety}\nChosen: abstain below {found.abstain_below:.3f}\n"
        f'Written to {out}. Next: ragkit ask --pipeline {out} "your question"'
    )
    return Exit.ANSWERED


def _asked(
    kit: Kit, documents: Callable[[str], Document], gold: Mapping[str, Sequence[Proof]], case: Case
) -> Given | None:
    """How the kit's answer to a case counts."""
    from ragkit.evaluate.abstaining import given
    from ragkit.evaluate.gold import with_copies

    answer = kit.ask(case.question)
    uris = sorted({citation.uri for citation in answer.citations})
    return given(answer, case, with_copies(gold[case.id], uris, documents))
