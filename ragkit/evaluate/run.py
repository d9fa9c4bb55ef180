"""Asks the cases of a suite, scores the answers and reports; what was asked before is not asked again.

Scores are always taken from the answer as it stands in ``cases.jsonl``, so scoring a finished run again gives what
scoring it the first time gave.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from ragkit.errors import RagkitError, UsageError
from ragkit.evaluate import records
from ragkit.evaluate.gold import Proof, proofs, with_copies
from ragkit.evaluate.markdown import to_markdown
from ragkit.evaluate.records import Record
from ragkit.evaluate.report import SCORED, Report, Settings, make_report, to_json
from ragkit.evaluate.suite import Case, Half, Suite
from ragkit.evaluate.table import score_all, score_failure
from ragkit.evaluate.trial import Score, Trial
from ragkit.protocols import Progress, Verifier
from ragkit.types import Answer, Document
from ragkit.wire import answer_from_dict, answer_to_dict

log = logging.getLogger(__name__)

CASES, REPORT, MARKDOWN = "cases.jsonl", "report.json", "report.md"

T = TypeVar("T")
Documents = Callable[[str], Document]
"""The document of a URI: either a place within the suite's corpus or the store's own (see `ragkit.evaluate.corpus`)."""


def run_suite(
    ask: Callable[[Case], Answer],
    suite: Suite,
    *,
    out: Path,
    verifier: Verifier,
    documents: Documents,
    settings: Settings | None = None,
    resume: bool = True,
    progress: Progress | None = None,
    half: Half | None = None,
) -> Report:
    """Asks each case, writes ``cases.jsonl`` as it goes, then ``report.json`` and ``report.md`` in ``out``.

    With ``resume``, answers that stand in ``out`` and were made under the same ``settings`` are kept; failed cases are
    asked again. Without it, or under other settings, what stood there is replaced. An exception from ``ask`` is
    recorded as that case's error. Raises `ConfigError` before anything is asked when a gold quote is not in its
    document, and `UsageError` when another run is writing to ``out``.
    """
    judge = _Judge.of(suite, verifier, documents)
    settings = dict(settings or {})
    path = out / CASES
    with records.alone_in(out):
        found = _reusable(path, suite, settings, judge) if resume else {}
        records.rewrite(path, found.values())
        cases = suite.select(half)
        kept = sum(case.id in found for case in cases)
        if kept:
            log.info("%d of %d answers are kept from an earlier run (--restart asks again).", kept, len(cases))
        for case in counted("eval", cases, progress):
            if case.id not in found:
                found[case.id] = _asked(ask, case, settings, judge)
                records.append(path, found[case.id])
        return _report(out, suite, half, settings, found)


def counted(what: str, items: Sequence[T], progress: Progress | None) -> Iterator[T]:
    """The items, each told to ``progress`` before it is taken up, and the end."""
    for done, item in enumerate(items):
        if progress:
            progress(what, done, len(items))
        yield item
    if progress:
        progress(what, len(items), len(items))


def rescore(
    out: Path,
    suite: Suite,
    *,
    verifier: Verifier,
    documents: Documents,
    settings: Settings | None = None,
    progress: Progress | None = None,
    half: Half | None = None,
) -> Report:
    """Scores the answers in ``out`` again, without asking, and writes scores and reports anew.

    The report tells the settings under which the answers were made, and those of ``settings``, under which they are
    scored, that differ. Cases that have not been asked, or have been reworded since, are counted as missing; answers
    to no case of the suite stay as they are. Raises `UsageError` when ``out`` holds no answers to its cases, and
    `ragkit.errors.SourceError` when a document has changed since.
    """
    path = out / CASES
    judge = _Judge.of(suite, verifier, documents)
    with records.alone_in(out):
        kept = records.read_records(path)
        current = counted("scored", _current(kept, suite), progress)
        found = {case.id: judge.again(case, record) for case, record in current}
        if not found:
            raise UsageError(
                f"There are no answers to cases of {suite.name} in {out}.", "Ask first: ragkit eval run SUITE"
            )
        records.rewrite(path, {**kept, **found}.values())
        made = next(iter(found.values())).settings
        others = {key: value for key, value in (settings or {}).items() if made.get(key) != value}
        return _report(out, suite, half, {**made, **{SCORED + key: others[key] for key in others}}, found)


@dataclass(frozen=True, slots=True)
class _Judge:
    """Scores answers in their JSON form; gold quotes are looked up once."""

    verifier: Verifier
    documents: Documents
    proofs: Mapping[str, tuple[Proof, ...]]

    @classmethod
    def of(cls, suite: Suite, verifier: Verifier, documents: Documents) -> _Judge:
        return cls(verifier, documents, {case.id: proofs(case, documents) for case in suite.cases})

    def again(self, case: Case, record: Record) -> Record:
        scores = self.scores(case, record.answer, record.elapsed_ms)
        return msgspec.structs.replace(record, kind=case.kind, scores=scores)

    def scores(self, case: Case, answer: Mapping[str, object], elapsed_ms: float) -> dict[str, Score]:
        if "error" in answer:
            return score_failure(str(answer["error"]))
        given = answer_from_dict(answer, self.documents)
        uris = {hit.chunk.uri for hit in given.hits}
        told = with_copies(self.proofs[case.id], sorted(uris), self.documents)
        return score_all(Trial(case, given, elapsed_ms, told, self.verifier))


def _asked(ask: Callable[[Case], Answer], case: Case, settings: Settings, judge: _Judge) -> Record:
    started = time.perf_counter()
    error: str | None = None
    try:
        answer = ask(case)
    except Exception as failure:  # whatever a system under test does, the other cases are still asked
        log.debug("case %s failed", case.id, exc_info=True)
        error = f"{type(failure).__name__}: {failure}"
        answer = Answer(id=case.id, question=case.question, text="", abstained=False, confidence=0.0)
    elapsed_ms = round((time.perf_counter() - started) * 1000, 3)
    data = answer_to_dict(answer, error)
    scores = judge.scores(case, data, elapsed_ms)
    return Record(case.id, case.kind, case.half, case.question, dict(settings), elapsed_ms, data, scores)


def _current(found: Mapping[str, Record], suite: Suite) -> list[tuple[Case, Record]]:
    """The cases whose question was asked as it is worded now."""
    return [
        (case, found[case.id]) for case in suite.cases if case.id in found and found[case.id].question == case.question
    ]


def _reusable(path: Path, suite: Suite, settings: Settings, judge: _Judge) -> dict[str, Record]:
    """Records, scored again, that were made under these settings, ended well, and whose documents are unchanged."""
    kept = {}
    for case, record in _current(records.read_records(path), suite):
        if record.error is None and record.settings == settings:
            try:
                kept[case.id] = judge.again(case, record)
            except RagkitError as error:
                log.info("case %s is asked again: %s", case.id, error)
    return kept


def _report(out: Path, suite: Suite, half: Half | None, settings: Settings, found: Mapping[str, Record]) -> Report:
    cases = suite.select(half)
    scores = [(case, found[case.id].scores) for case in cases if case.id in found]
    report = make_report(suite.name, half, settings, scores, missing=len(cases) - len(scores))
    write_report(out, report)
    return report


def write_report(out: Path, report: Report) -> None:
    """Writes ``report.json`` and ``report.md`` in ``out``."""
    records.replace_file(out / REPORT, to_json(report).encode("utf-8"))
    records.replace_file(out / MARKDOWN, to_markdown(report).encode("utf-8"))
