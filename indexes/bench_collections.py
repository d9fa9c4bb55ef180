"""Labelled questions over documents: public collections, read from where the user keeps them, and the handbook.

A collection's relevant units are documents; the handbook's are the places of its gold quotes, each met by the first hit
that holds it.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ragkit.evaluate.corpus import corpus_documents
from ragkit.evaluate.gold import Place, Proof, proofs, proves
from ragkit.evaluate.suite import load_suite
from ragkit.kit import Kit
from ragkit.types import Block, Document, Hit

HANDBOOK = Path(__file__).parents[1] / "evals" / "handbook"
SMART_FIELD = re.compile(r"\.([A-Z])\s*$")
SMART_RECORD = re.compile(r"\.I\s+(\d+)")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the units that answer it, and which of them a hit is."""

    id: str
    text: str
    relevant: Mapping[str, int]
    units: Callable[[Hit], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents to ingest, or a folder of them, and the questions, which may need what was ingested."""

    name: str
    source: Callable[[], Iterator[Document] | Path]
    questions: Callable[[Kit], list[Question]]


def collections(data: Path | None) -> list[Collection]:
    """The handbook, and those of ``scifact``, ``med`` and ``cisi`` that are folders of ``data``."""
    found = [Collection("handbook", lambda: HANDBOOK / "corpus", _handbook)]
    if data is not None and (data / "scifact").is_dir():
        found.append(_scifact(data / "scifact"))
    names = [name for name in ("med", "cisi") if data is not None and (data / name).is_dir()]
    return [*found, *(_smart(name, data / name) for name in names if data is not None)]


def _scifact(folder: Path) -> Collection:
    """SciFact (Wadden et al. 2020) as BEIR (Thakur et al. 2021) has it: all its claims, both splits."""
    queries = {str(row["_id"]): str(row["text"]) for row in _json_lines(folder / "queries.jsonl")}
    relevant: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, gain = line.split("\t")
        relevant[query][document] = int(gain)

    def documents() -> Iterator[Document]:
        for row in _json_lines(folder / "corpus.jsonl"):
            yield _document(str(row["_id"]), str(row["title"]), str(row["text"]))

    return Collection("scifact", documents, lambda _: _by_document(queries, relevant))


def _smart(name: str, folder: Path) -> Collection:
    """MED or CISI in the format of the SMART system."""
    records = dict(_records(folder / f"{name.upper()}.QRY"))
    queries = {number: _flat(f"{fields['T']}\n{fields['W']}") for number, fields in records.items()}
    relevant: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / f"{name.upper()}.REL").read_text(encoding="utf-8").splitlines():
        if numbers := line.split():
            # MED writes "query 0 document 1", CISI "query document 0 0"
            relevant[numbers[0]][numbers[2] if name == "med" else numbers[1]] = 1

    def documents() -> Iterator[Document]:
        for number, fields in _records(folder / f"{name.upper()}.ALL"):
            yield _document(number, _flat(fields["T"]), _flat(fields["W"]))

    return Collection(name, documents, lambda _: _by_document(queries, relevant))


def _handbook(kit: Kit) -> list[Question]:
    suite = load_suite(HANDBOOK)
    look_up = corpus_documents(kit.document, [info.uri for info in kit.documents()])
    return [_proven(case.id, case.question, proofs(case, look_up)) for case in suite.cases if case.answerable]


def _proven(name: str, text: str, gold: Sequence[Proof]) -> Question:
    def units(hit: Hit) -> list[str]:
        chunk = hit.chunk
        place = Place(chunk.uri, chunk.start, chunk.end)
        return [f"gold-{n}" for n, proof in enumerate(gold) if proves(place, proof)] or [chunk.id]

    return Question(name, text, {f"gold-{n}": 1 for n in range(len(gold))}, units)


def _by_document(queries: Mapping[str, str], relevant: Mapping[str, Mapping[str, int]]) -> list[Question]:
    return [Question(name, text, relevant[name], _uri) for name, text in queries.items() if name in relevant]


def _uri(hit: Hit) -> list[str]:
    return [hit.chunk.uri]


def _document(uri: str, title: str, text: str) -> Document:
    """The title is a heading, as it is in a file that has one."""
    title = _flat(title)
    if not title:
        return Document(uri, text, blocks=(Block("paragraph", 0, len(text)),))
    start = len(title) + 2
    blocks = (Block("heading", 0, len(title), 1), Block("paragraph", start, start + len(text)))
    return Document(uri, f"{title}\n\n{text}", title=title, blocks=blocks)


def _records(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    number, field = "", ""
    fields: dict[str, str] = defaultdict(str)
    for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
        if record := SMART_RECORD.match(line):
            if number:
                yield number, fields
            number, field, fields = record[1], "", defaultdict(str)
        elif begun := SMART_FIELD.match(line):
            field = begun[1]
        else:
            fields[field] += line + "\n"
    if number:
        yield number, fields


def _json_lines(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _flat(text: str) -> str:
    return " ".join(text.split())
