"""``ragkit eval run``: ask a suite's questions, score the answers, hold them to gates.

The other commands of ``ragkit eval`` take from here how a suite is found and a report is shown.
"""

from __future__ import annotations

import hashlib
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ragkit.cli import options, render
from ragkit.cli.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ragkit.config import Settings
    from ragkit.evaluate.report import Report
    from ragkit.evaluate.suite import Half, Suite, Wrong
    from ragkit.kit import Kit
    from ragkit.pipeline import Pipeline

EXAMPLES = """\b
Examples:
  ragkit eval run handbook
  ragkit eval run handbook --fail-if 'hallucination_rate_context>0.05' --fail-if 'accuracy<0.65'
  ragkit eval run my/suite --generator openai:llama3 --out runs/llama3
"""
HELP = (
    "A suite that ships, or a folder with suite.toml, a corpus of documents and cases.jsonl "
    "(evals/README.md: One of your own)."
)
FOLDER = Path("runs")
"""Where runs go by default, each in a folder named after its suite."""
SuiteName = Annotated[str, typer.Argument(metavar="SUITE", help=HELP, show_default=False)]

HalfName = Annotated[
    Literal["fit", "report"] | None,
    typer.Option("--half", help="Only the cases of one half: thresholds are fitted on one and reported on the other."),
]
FailIf = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-if", metavar="GATE", help="METRIC>NUMBER or METRIC<NUMBER: exit 6 if it holds. May be repeated."
    ),
]


def run(
    suite: SuiteName,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where answers and reports go [./runs/SUITE]."),
    ] = None,
    half: HalfName = None,
    fail_if: FailIf = None,
    restart: Annotated[bool, typer.Option("--restart", help="Ask again what an earlier run has asked.")] = False,
    store: Annotated[
        Path | None,
        typer.Option("--store", metavar="PATH", help="A store of the corpus; by default one is made in DIR."),
    ] = None,
    hits: options.Hits = None,
    pipeline: options.Pipeline = None,
    reranker: options.Reranker = None,
    generator: options.Generator = None,
    base_url: options.BaseUrl = None,
    prompt: options.PromptFile = None,
    temperature: options.Temperature = None,
    seed: options.Seed = None,
    json: options.Json = False,
    offline: options.Offline = False,
) -> int:
    """Ask all questions of a suite and report on the answers.

    An interrupted run goes on.
    """
    from ragkit.evaluate.gate import check_gates, parse_gate

    gates = [parse_gate(text) for text in fail_if or ()]
    loaded = find_suite(suite)
    settings = {
        "retrieve.hits": hits,
        "retrieve.reranker": reranker,
        "pipeline": pipeline,
        "offline": options.yes(offline),
        "generate.generator": generator,
        "generate.base_url": base_url,
        "generate.prompt": prompt,
        "generate.temperature": temperature,
        "generate.seed": seed,
    }
    folder = out or FOLDER / loaded.name
    report = _report(loaded, folder, store, settings, half=half, resume=not restart)
    show(report, json)
    if not json:
        render.note(f"Saved in {folder}: report.md, report.json, and cases.jsonl with every answer.")
    check_gates(report.metrics, gates)
    return Exit.ANSWERED


def find_suite(name: str, wrong: Wrong | None = None) -> Suite:
    """The suite in that folder, or of that name in ``./evals`` or among those that ship; ``wrong`` as for that."""
    from ragkit import shipped
    from ragkit.evaluate.suite import load_suite, refuse

    return load_suite(name, [Path("evals"), shipped.folder("evals")], wrong or refuse)


def _report(
    suite: Suite, out: Path, store: Path | None, settings: Mapping[str, object], *, half: Half | None, resume: bool
) -> Report:
    from ragkit import config
    from ragkit.cli.progress import progress
    from ragkit.evaluate.corpus import corpus_documents, refuse_in_part
    from ragkit.evaluate.run import run_suite
    from ragkit.kit import Kit
    from ragkit.pipeline import Pipeline

    chosen = config.load({**settings, "store": str(store or out / "store")})
    pipeline = Pipeline(chosen)
    with Kit(chosen, pipeline) as kit, progress() as say:
        if store is None:
            refuse_in_part(suite, kit.ingest(suite.corpus, prune=True, progress=say).failed)
        return run_suite(
            lambda case: kit.ask(case.question, id=case.id),
            suite,
            out=out,
            verifier=pipeline.verifier,
            documents=corpus_documents(kit.document, [info.uri for info in kit.documents()]),
            settings=_what_matters(kit, pipeline),
            resume=resume,
            progress=say,
            half=half,
        )


def _what_matters(kit: Kit, pipeline: Pipeline) -> dict[str, str | int | float | bool | None]:
    """What answers depend on: the models, the texts, the settings that name the parts, and whatever is not as it comes.

    A setting names a prompt, a folder of weights, a plug-in or a store; what is in them can change while the name
    stays. Of its own weights the embedder's fingerprint tells, but not of how a plug-in uses them.
    """
    from ragkit import __version__
    from ragkit.config import SECRET, Settings
    from ragkit.models.catalogue import versions
    from ragkit.models.embedders import spec_of

    plain = Settings().values()
    named = {"pipeline", "generate.generator", "verify.verifier"}
    left_out = SECRET | {"store", "offline", "ingest.embedder", "generate.timeout_s", "generate.retries"}
    chosen = {
        key: value if isinstance(value, str | int | float | bool | None) else ", ".join(value)
        for key, value in kit.settings.values().items()
        if key in plain and key not in left_out and (key in named or value != plain[key])
    }
    status, documents = kit.status(), [(info.uri, info.content_hash) for info in kit.documents()]
    return {
        "ragkit": __version__,
        "embedder": status.embedder,
        "models": versions(),
        "documents": _print([status.chunker, *documents]),
        "prompt": _print(astuple(pipeline.prompt)),
        **chosen,
        **_contents(kit.settings, chosen),
        **_code(kit.settings, "ingest.embedder", spec_of(kit.settings)),
    }


def what_scores(settings: Settings) -> dict[str, str | int | float | bool | None]:
    """What figures depend on beside the answers, under the names that a run has for it."""
    from ragkit import __version__
    from ragkit.models.catalogue import versions

    chosen = {"verify.verifier": settings.verify.verifier}
    return {"ragkit": __version__, "models": versions(), **chosen, **_contents(settings, chosen)}


def _contents(settings: Settings, chosen: Mapping[str, object]) -> dict[str, str]:
    """What is in the folders and the plug-ins that those ``chosen`` name."""
    from ragkit.config import PARTS
    from ragkit.models.catalogue import digest

    found = {}
    for part in sorted(PARTS):
        spec = str(chosen.get(part, ""))
        place = spec.partition(":")[2]
        if place and Path(place).is_dir():
            found[f"{part} weights"] = digest(Path(place))
        found |= _code(settings, part, spec)
    return found


def _code(settings: Settings, part: str, spec: str) -> dict[str, str]:
    """What tells one make of the plug-in that a setting names from the next, and its own settings, if it names one.

    Of these there may be secrets.
    """
    from ragkit import registry

    if not (code := registry.code_of(part.partition(".")[2], spec)):
        return {}
    own = settings.plug_in(spec.partition(":")[0])
    return {f"{part} code": code} | ({f"{part} settings": _print(sorted(own.items()))} if own else {})


def _print(values: object) -> str:
    return hashlib.sha256(repr(values).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def show(report: Report, json: bool) -> None:
    """The figures to stdout."""
    if json:
        import msgspec

        render.data(msgspec.to_builtins(report))
        return
    from ragkit.cli.screens.evaluation import figures

    render.show_wide(figures(report))
