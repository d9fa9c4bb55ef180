"""Figures to the section of indexes/README.md that ``make bench`` writes."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

Figures = Mapping[str, Mapping[str, Sequence[float]]]
"""System, then figure, then its value in each repetition."""

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
PEERS = ("sentence-transformers + faiss", "LangChain + FAISS", "LlamaIndex", "txtai")
ROWS = ("ragkit", "ragkit search", "ragkit ask", "ragkit, dense", "ragkit, hybrid", *PEERS)
TABLES = {
    "Ingest": {
        "embed_rate": ("embedding alone, chunks/s", 1),
        "ingest_rate": ("texts to persisted index, chunks/s", 1),
        "ingest_mib": ("peak memory, MiB", 0),
    },
    "Cold: a whole process for one query": {
        "first_s": ("start to first hits, s", 2),
        "whole_s": ("start to exit, s", 2),
        "cold_mib": ("peak memory, MiB", 0),
    },
    "Warm: one query after the other in one process": {
        "p50_ms": ("p50, ms", 2),
        "p95_ms": ("p95, ms", 2),
        "agreement": ("top 10 as fp32", 4),
        "strict": ("the same, swaps counted", 4),
    },
}


@dataclass(frozen=True, slots=True)
class Target:
    """What ragkit sets itself: ``ragkit / best peer`` at most or at least ``bound``, or the figure itself."""

    name: str
    system: str
    figure: str
    peer_figure: str
    bound: float
    at_least: bool = False


TARGETS = (
    Target("ingest rate", "ragkit", "ingest_rate", "ingest_rate", 3.5, at_least=True),
    Target("embedding rate", "ragkit", "embed_rate", "embed_rate", 4.0, at_least=True),
    Target("cold ask, to exit, against a peer's first hits", "ragkit ask", "whole_s", "first_s", 1 / 8),
    Target("warm dense retrieval, p50", "ragkit, dense", "p50_ms", "p50_ms", 1 / 3),
    Target("warm dense retrieval, p95", "ragkit, dense", "p95_ms", "p95_ms", 1 / 3),
    Target("warm hybrid retrieval, p50", "ragkit, hybrid", "p50_ms", "p50_ms", 1 / 2),
    Target("warm hybrid retrieval, p95", "ragkit, hybrid", "p95_ms", "p95_ms", 1 / 2),
    Target("peak memory of cold search", "ragkit search", "cold_mib", "cold_mib", 1 / 2),
    Target("peak memory of cold ask", "ragkit ask", "cold_mib", "cold_mib", 1 / 2),
    Target("peak memory of ingest", "ragkit", "ingest_mib", "ingest_mib", 1 / 2),
    Target("top 10 as fp32", "ragkit, dense", "agreement", "", 0.99, at_least=True),
)

METHOD = """\
The same {texts} texts of {tokens:.0f} word pieces on average, cut from `evals/handbook/corpus`, and the same {queries}
queries (the suite's {questions} questions, then sentences of the corpus) go through every system with the same
all-MiniLM-L6-v2 weights, checked by SHA-256, on the CPU. Batch sizes, threads and index types are each system's own
defaults; nothing may use the network. Every measurement is a fresh process, the systems take turns within each
repetition, and each entry is the median of the repetitions with their range ({cold} repetitions of the cold runs,
{warm} of the others).

- *Ingest* starts when the process is up, its model loaded and one short text embedded (by ragkit: ingested and
  removed), and ends when the index is on disk (by ragkit: committed). A text is given to ragkit as one document with
  `ingest.target_tokens` at 254; its rate counts the chunks that it really made ({chunks} of {texts} texts).
- *Cold* is `ragkit search -k 10` and `ragkit ask` on the command line, both hybrid, and for the peers a script that
  imports what it needs, loads the model and the persisted index, embeds the query and takes ten hits. Each system has
  run once before, so that files are in the page cache, bytecode is compiled and ragkit's converted model is cached.
  {answered} of the {cold} questions asked were answered, the others met an abstention.
- *Warm* is {timed} single queries after {untimed} that do not count, query embedding included, ten hits each with
  their texts.
- *Peak memory* is the process's highest resident set (`ru_maxrss` from `wait4`, files that it maps included).
- *Top 10 as fp32* is over all {queries} queries, against sentence-transformers in fp32 with every product computed; a
  hit whose fp32 score is within 0.001 of the tenth best counts as equal, in the next column it does not.
"""


def section(facts: Mapping[str, str], sizes: Mapping[str, float], figures: Figures) -> str:
    """Hardware, versions and method, then the tables."""
    parts = ["\n".join(f"- {name}: {value}" for name, value in facts.items()), METHOD.format(**sizes)]
    parts += [f"### {title}\n\n{_figures_table(columns, figures)}" for title, columns in TABLES.items()]
    parts.append(f"### Against the best peer\n\n{_targets_table(figures)}")
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def write(readme: Path, text: str) -> None:
    """Put ``text`` between the markers, which are added to a README that has none."""
    old = readme.read_text(encoding="utf-8") if readme.is_file() else "# Indexes\n"
    if BEGIN not in old:
        old = f"{old.rstrip()}\n\n## Beside other frameworks\n\n{BEGIN}\n{END}\n"
    before, _, rest = old.partition(BEGIN)
    readme.write_text(f"{before}{BEGIN}\n{text}{END}{rest.partition(END)[2]}", encoding="utf-8")


def _figures_table(columns: Mapping[str, tuple[str, int]], figures: Figures) -> str:
    rows = [
        [system, *(_spread(found.get(name, ()), digits) for name, (_, digits) in columns.items())]
        for system in ROWS
        if any(name in (found := figures.get(system, {})) for name in columns)
    ]
    return _markdown(["", *(title for title, _ in columns.values())], rows)


def _targets_table(figures: Figures) -> str:
    rows = [row for target in TARGETS if (row := _target_row(target, figures))]
    return _markdown(["", "ragkit", "best peer", "ratio", "target", "met"], rows)


def _target_row(target: Target, figures: Figures) -> list[str] | None:
    """None when the figure or all of the peers' were not measured in this run."""
    mine = figures.get(target.system, {}).get(target.figure)
    best = _best(target, figures) if target.peer_figure else (1.0, "")
    if not mine or best is None:
        return None
    value, (peer, name) = median(mine), best
    ratio = value / peer
    met = ratio >= target.bound if target.at_least else ratio <= target.bound
    sign = "≥" if target.at_least else "≤"
    shown = f"{peer:.4g} ({name})" if name else "–"
    bound = f"{sign} {target.bound:.3g}"
    return [target.name, f"{value:.4g}", shown, f"{ratio:.3g}", bound, "yes" if met else "**no**"]


def _best(target: Target, figures: Figures) -> tuple[float, str] | None:
    found = [(median(figures[peer][target.peer_figure]), peer) for peer in PEERS if _has(figures, peer, target)]
    choose = max if target.at_least else min
    return choose(found, key=operator.itemgetter(0)) if found else None


def _has(figures: Figures, peer: str, target: Target) -> bool:
    return target.peer_figure in figures.get(peer, {})


def _spread(values: Sequence[float], digits: int) -> str:
    if not values:
        return "–"
    middle, low, high = (f"{value:.{digits}f}" for value in (median(values), min(values), max(values)))
    return middle if low == high else f"{middle} ({low} to {high})"


def _markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *rows))
