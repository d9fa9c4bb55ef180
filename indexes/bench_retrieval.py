"""How well retrieval finds: each way of searching, alone and fused and reranked, over labelled collections.

    .venv/bin/python indexes/bench_retrieval.py --data ../shared/data/dev      # all of it, into indexes/README.md
    .venv/bin/python indexes/bench_retrieval.py --data ... --systems rerank    # these anew, the others as they were

``RAGKIT_BENCH_DATA`` may name the folder instead; without one only the handbook is measured. Stores, which hold the
vectors, and runs are kept in ``--cache``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from bench_collections import Collection, Question, collections
from ir_measures import RR, Qrel, R, ScoredDoc, iter_calc, nDCG
from numpy.typing import NDArray

import ragkit
from ragkit.kit import Kit

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- retrieval:begin -->", "<!-- retrieval:end -->"
DEPTH = 100
MEASURES = {"nDCG@10": nDCG @ 10, "recall@10": R @ 10, "recall@100": R @ 100, "MRR@10": RR @ 10}
SYSTEMS: dict[str, dict[str, object]] = {
    "keyword": {"retrieve.fusion": "keyword"},
    "dense": {"retrieve.fusion": "dense"},
    "rrf": {"retrieve.fusion": "rrf", "retrieve.dense_weight": 1.0, "retrieve.keyword_weight": 1.0},
    "scores": {"retrieve.fusion": "scores"},
    "rerank": {"retrieve.fusion": "scores", "retrieve.reranker": "reader"},
}
SINGLE = ("keyword", "dense")
RESAMPLES, SEED = 10_000, 20090401

Run = Mapping[str, Sequence[str]]
"""Question to units, best first."""
Values = Mapping[str, NDArray[np.float64]]
"""Measure to its value for each question, in one order for all systems."""


def ingested(collection: Collection, cache: Path) -> Path:
    """The collection's store, made unless it is there, whole."""
    store, whole = cache / collection.name, cache / f"{collection.name}.whole"
    if not whole.exists():
        with ragkit.open(store) as kit:
            kit.ingest(collection.source())
        whole.touch()
    return store


def searched(kit: Kit, questions: Sequence[Question]) -> dict[str, list[str]]:
    """A run: for each question the distinct units of the first hundred passages."""
    run = {}
    for question in questions:
        units: dict[str, None] = {}
        for hit in kit.search(question.text, DEPTH):
            units.update(dict.fromkeys(question.units(hit)))
        run[question.id] = list(units)
    return run


def measured(questions: Sequence[Question], run: Run) -> Values:
    """Every measure of every question."""
    qrels = [Qrel(each.id, unit, gain) for each in questions for unit, gain in each.relevant.items()]
    scored = [ScoredDoc(name, unit, -float(rank)) for name, units in run.items() for rank, unit in enumerate(units)]
    places = {question.id: place for place, question in enumerate(questions)}
    values = {name: np.zeros(len(questions)) for name in MEASURES}
    names = {str(measure): name for name, measure in MEASURES.items()}
    for found in iter_calc(list(MEASURES.values()), qrels, scored):
        values[names[str(found.measure)]][places[found.query_id]] = found.value
    return values


def interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """95 % of the means of bootstrap resamples of the questions."""
    picks = np.random.default_rng(SEED).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.percentile(values[picks].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def rows(name: str, results: Mapping[str, Values]) -> Iterator[list[str]]:
    """The table's rows for one collection; the last column is nDCG@10 less that of the better single retriever."""
    singles = [single for single in SINGLE if single in results]
    best = max(singles, key=lambda single: results[single]["nDCG@10"].mean(), default="")
    for system in SYSTEMS:
        if system not in results:
            continue
        values = results[system]
        cells = [
            f"{each.mean():.3f} [{low:.3f}, {high:.3f}]" for each in values.values() for low, high in [interval(each)]
        ]
        shown = ""
        if best and system not in SINGLE:
            gain = values["nDCG@10"] - results[best]["nDCG@10"]
            low, high = interval(gain)
            shown = f"{gain.mean():+.3f} [{low:+.3f}, {high:+.3f}]"
        yield [name, system, *cells, shown]


def table(lines: Sequence[Sequence[str]]) -> str:
    """Markdown."""
    head = ["collection", "ranking", *MEASURES, "nDCG@10 over the better of keyword and dense"]
    parts = [head, ["---", "---", *["---:"] * (len(head) - 2)], *lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in parts)


def method(sizes: Mapping[str, tuple[int, int, int]]) -> str:
    """What was done, above the table."""
    counts = "; ".join(f"{name}: {d:,} documents, {c:,} chunks, {q:,} questions" for name, (d, c, q) in sizes.items())
    settings = ragkit.open().settings.retrieve
    return (
        f"ragkit {ragkit.__version__} with the bundled encoder and its default chunks. {counts}. A question's result\n"
        f"is the first {DEPTH} passages, each document (handbook: gold quote) at its best one; what is not judged is\n"
        f"not relevant. Intervals: 95 %, {RESAMPLES:,} bootstrap draws of questions; the last column is paired.\n"
        f"`scores` weighs dense {settings.dense_weight:g} and keyword {settings.keyword_weight:g}, `rrf` both the\n"
        f"same; `rerank` is `scores` and the reader that ships on the first {settings.rerank_depth}.\n"
    )


def keep(text: str) -> None:
    """Between the markers in the README."""
    whole = README.read_text(encoding="utf-8")
    before, _, rest = whole.partition(BEGIN)
    _, _, after = rest.partition(END)
    README.write_text(f"{before}{BEGIN}\n{text}{END}{after}", encoding="utf-8")


def main() -> None:
    """Measure, print the table, and keep it unless the run was partial."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("RAGKIT_BENCH_DATA"), help="where the collections are"
    )
    parser.add_argument("--cache", type=Path, default=Path("build/bench-retrieval"), help="stores and runs")
    parser.add_argument(
        "--systems",
        nargs="*",
        choices=list(SYSTEMS),
        default=list(SYSTEMS),
        help="measure these anew; none: only the table",
    )
    parser.add_argument("--only", nargs="+", help="these collections; the README stays as it is")
    args = parser.parse_args()
    lines: list[list[str]] = []
    sizes: dict[str, tuple[int, int, int]] = {}
    for collection in collections(Path(args.data) if args.data else None):
        if args.only and collection.name not in args.only:
            continue
        store = ingested(collection, args.cache)
        with ragkit.open(store) as kit:
            questions, status = collection.questions(kit), kit.status()
        sizes[collection.name] = (status.documents, status.chunks, len(questions))
        results = {}
        for system, settings in SYSTEMS.items():
            file = args.cache / f"{collection.name}-{system}.json"
            if system in args.systems:
                sys.stderr.write(f"{time.strftime('%H:%M:%S')} {collection.name}: {system}\n")
                with ragkit.open(store, settings) as kit:
                    file.write_text(json.dumps(searched(kit, questions)), encoding="utf-8")
            if file.exists():
                results[system] = measured(questions, json.loads(file.read_text(encoding="utf-8")))
        lines += rows(collection.name, results)
    text = f"{method(sizes)}\n{table(lines)}"
    sys.stdout.write(text)
    if not args.only:
        keep(text)


if __name__ == "__main__":
    main()
