"""From figures to the section of ``indexes/README.md``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- scale:begin -->", "<!-- scale:end -->"
RECIPES = ("flat", "hnsw", "ivf-pq")
PEERS = ("LanceDB", "Chroma", "txtai")
MOST = {"Chroma": 100_000, "txtai": 100_000}
"""Rows beyond which a peer is not measured."""
COLUMNS = {
    "chunks": "", "system": "", "index, CPU s": "", "open, ms": "open:.0f", "dense p50, ms": "dense50:.2f",
    "dense p95, ms": "dense95:.2f", "keyword p95, ms": "keyword95:.1f", "hybrid p50, ms": "hybrid50:.1f",
    "hybrid p95, ms": "hybrid95:.1f", "recall@10": "recall:.3f", "anonymous, MiB": "anonymous:.0f",
    "index, MiB": "index:.1f", "all, MiB": "disk:.0f",
}  # fmt: skip
METHOD = """\
Chunks are made up: vectors of 384 dimensions around 2,000 centres, texts of 60 words that are as frequent as Zipf says,
questions of 8 such words; 200 queries near chunks of the store, after ten that do not count. Each job is a fresh
process, its files in the page cache. *Index* is the processor time of making the index from what is stored (of a peer:
of storing and indexing), because the machine had other work.
{first}*Open* is until the first dense search has answered. *Hybrid* is `HybridRetriever` with its defaults (100
candidates each, ten passages with their texts), the embedding of the question not counted; *keyword* is its share.
*Recall* is of the true ten by float16.
*Anonymous* is what no file backs of the whole process at its end, 36 MiB of it Python, NumPy and FAISS. *FAISS bare* is
FAISS on the file that ragkit has made, by itself, one thread: the limit; where codes only find candidates its ten
best are by code. Peers hold no texts and answer dense searches only, with their own defaults (LanceDB: `IVF_PQ` and a
refine factor of 10).{left}
"""

INGEST = """\
![Dense search and ingest by the number of chunks](scale.png)

Ingest of text files through all of it (found, read, chunked by the bundled tokenizer, stored, indexed), with an
embedder that computes nothing; the bundled one takes some 10 ms a chunk. Processor time is of the whole run, its merges
of the index included; memory is what no file backs, read every 10,000 chunks.

"""
PACED = """
With an embedder that takes 10 ms for each of {chunks:,} chunks it was at work for {share:.1%} of the run: files are
parsed beside it.
"""
READERS = """\
A hundred threads of one process with {searches:,} hybrid searches in 100,000 chunks, while it committed
{commits} times: {errors} errors, {rate:.0f} searches a second, {anonymous:.0f} MiB that no file backs.
"""


def section(results: Mapping[str, Any]) -> str:
    """Markdown."""
    facts = "".join(f"- {name}: {value}\n" for name, value in results.get("facts", {}).items())
    first = "Jobs that measure latency had real-time priority (`chrt -f 10`).\n" if results.get("first") else ""
    left = "".join(f"\n{name} was not measured beyond {most:,}." for name, most in MOST.items())
    parts = [facts, METHOD.format(first=first, left=left), _table(results), _ingest(results), _readers(results)]
    return "\n".join(part for part in parts if part)


def write(readme: Path, text: str) -> None:
    """Into the README, between its marks."""
    before, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    readme.write_text(f"{before}{BEGIN}\n{text}{END}{rest.partition(END)[2]}", encoding="utf-8")


def _table(results: Mapping[str, Any]) -> str:
    lines = [list(COLUMNS), ["---:", "---", *["---:"] * (len(COLUMNS) - 2)], *_rows(results)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _rows(results: Mapping[str, Any]) -> Iterator[list[str]]:
    sizes = sorted({int(key.partition("/")[0]) for key in results if key[0].isdigit()})
    for rows in sizes:
        for system in (*RECIPES, *PEERS):
            name = system if system in PEERS else f"ragkit, {system}"
            if found := results.get(f"{rows}/{system}"):
                yield _row(rows, name, found)
            if found := results.get(f"{rows}/{system}/bare"):
                yield _row(rows, f"FAISS bare, {system}", found)


def _row(rows: int, name: str, found: Mapping[str, Any]) -> list[str]:
    built = f"{found['built']['cpu']:.1f}" if "built" in found else ""
    formats = [form.partition(":") for form in COLUMNS.values() if form]
    return [f"{rows:,}", name, built, *(format(found[key], form) if key in found else "" for key, _, form in formats)]


def _ingest(results: Mapping[str, Any]) -> str:
    runs = {int(key.partition("/")[2]): run for key, run in results.items() if key.startswith("ingest/")}
    if not runs:
        return ""
    lines = [
        INGEST,
        "| chunks | ms a chunk | anonymous before, MiB | most, MiB | store, MiB |\n",
        "| ---: | ---: | ---: | ---: | ---: |\n",
    ]
    for rows, run in sorted(runs.items()):
        whole = run["whole"]
        lines.append(
            f"| {rows:,} | {whole['cpu'] / whole['chunks'] * 1e3:.3f} | {run['before']:.0f} | {run['most']:.0f} | "
            f"{run['mib']:.0f} |\n"
        )
    if paced := results.get("paced"):
        lines.append(PACED.format(chunks=paced["whole"]["chunks"], share=paced["embedding"]))
    return "".join(lines)


def _readers(results: Mapping[str, Any]) -> str:
    if not (found := results.get("readers")):
        return ""
    return READERS.format(**found, rate=found["searches"] / found["s"])
