"""Answers that any system gave, one a line, scored by a suite under the same metrics as a run.

Such a system knows nothing of places in documents: its passages are texts. So a passage is relevant when it holds a
gold quote, or most of it, word for word; and a marker such as [2] in an answer cites the second passage, whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path

import msgspec

from ragkit.errors import ConfigError, UsageError
from ragkit.evaluate import records
from ragkit.evaluate.gold import Place, Proof
from ragkit.evaluate.metrics import words
from ragkit.evaluate.report import Report, Settings, make_report
from ragkit.evaluate.run import CASES, counted, write_report
from ragkit.evaluate.suite import Case, Half, Suite, json_lines
from ragkit.evaluate.table import score_all, score_failure
from ragkit.evaluate.trial import Score, Trial
from ragkit.generate.refusal import is_refusal
from ragkit.protocols import Progress, Verifier
from ragkit.suggest import did_you_mean
from ragkit.types import Answer, Chunk, Citation, Claim, Hit
from ragkit.verify.claims import drafts, without_sources

FEWEST = 8
"""Words of a quote that a passage must hold in a row, if it has so many: fewer stand in many texts."""
FORM = 'Write {"id": CASE, "answer": TEXT, "passages": [TEXT, ...]} a line; null is no answer.'


class Given(msgspec.Struct, frozen=True):
    """A line: what a system said to the case ``id``, or the ``error`` in which it ended; other fields are ignored.

    An answer that is null or blank, or only says that the documents do not tell, is an abstention unless ``abstained``
    says otherwise; only beside an error may it be left out. Where ``passages`` or ``elapsed_ms`` are not told, what
    needs them is not measured.
    """

    id: str | int
    answer: str | msgspec.UnsetType | None = msgspec.UNSET
    abstained: bool | None = None
    passages: tuple[str, ...] | None = None
    elapsed_ms: float | None = None
    error: str | None = None

    def __post_init__(self) -> None:
        """Raises `ValueError` for a line that tells nothing: the key of its answer may be misspelt."""
        if self.answer is msgspec.UNSET and self.error is None:
            raise ValueError("Object missing required field `answer`")


def read_answers(path: Path, suite: Suite) -> dict[str, Given]:
    """The answers in ``path`` by case; raises `ConfigError`, with the line, for one that is none or no case's."""
    known = {case.id for case in suite.cases}
    found: dict[str, Given] = {}
    for number, line in json_lines(path):
        try:
            given = msgspec.json.decode(line, type=Given)
        except msgspec.MsgspecError as error:
            raise ConfigError(f"{path}:{number}: {error}.", FORM) from error
        name = str(given.id)
        if name not in known:
            raise ConfigError(f"{path}:{number}: {suite.name} has no case {name}.", did_you_mean(name, known))
        if name in found:
            raise ConfigError(f"{path}:{number}: the case {name} is answered twice.", "Leave one of the lines.")
        found[name] = given
    return found


def score_answers(
    answers: Mapping[str, Given],
    suite: Suite,
    *,
    out: Path,
    verifier: Verifier,
    settings: Settings | None = None,
    progress: Progress | None = None,
    half: Half | None = None,
) -> Report:
    """Scores each answer and writes ``report.json`` and ``report.md`` in ``out``; cases without one are missing.

    Raises `UsageError` when no case is answered, or ``out`` holds a run, whose reports these would replace.
    """
    cases = suite.select(half)
    answered = [case for case in cases if case.id in answers]
    if not answered:
        raise UsageError(f"There are no answers to cases of {suite.name}.", FORM)
    with records.alone_in(out):
        if (out / CASES).exists():
            raise UsageError(f"{out} holds a run with reports of its own.", "Give another folder.")
        taken_up = counted("scored", answered, progress)
        scores = [(case, _scores(case, answers[case.id], verifier)) for case in taken_up]
        report = make_report(suite.name, half, settings or {}, scores, missing=len(cases) - len(answered))
        write_report(out, report)
        return report


def _scores(case: Case, given: Given, verifier: Verifier) -> dict[str, Score]:
    if given.error is not None:
        return score_failure(given.error)
    passages = given.passages or ()
    proofs = tuple(_proof(gold.quote, passages) for gold in case.gold)
    known = given.passages is not None
    return score_all(Trial(case, _answer(case, given, passages), given.elapsed_ms, proofs, verifier, known))


def _answer(case: Case, given: Given, passages: Sequence[str]) -> Answer:
    """Each passage is as a document of its own, and is cited whole."""
    said = given.answer or ""
    abstained = not said.strip() or is_refusal(said) if given.abstained is None else given.abstained
    text = "" if abstained else without_sources(said, passages)
    claims = tuple(
        Claim(draft.text, draft.start, draft.end, "unchecked", 0.0, draft.cited) for draft in drafts(text, passages)
    )
    cited = dict.fromkeys(n for claim in claims for n in claim.citations if 1 <= n <= len(passages))
    return Answer(
        id=given.id,
        question=case.question,
        text=text,
        abstained=abstained,
        message=said if abstained else "",
        confidence=0.0,
        claims=claims,
        citations=tuple(_citation(n, passages[n - 1]) for n in cited),
        hits=tuple(
            Hit(Chunk(_uri(n), "", 0, len(passage), passage), 1 / n) for n, passage in enumerate(passages, start=1)
        ),
    )


def _citation(n: int, passage: str) -> Citation:
    return Citation(n, _uri(n), "", (), 0, len(passage), None, None, passage)


def _proof(quote: str, passages: Sequence[str]) -> Proof:
    return tuple(
        Place(_uri(n), 0, len(passage)) for n, passage in enumerate(passages, start=1) if _holds(passage, quote)
    )


def _holds(passage: str, quote: str) -> bool:
    """Whether the passage has at least half the words of the quote in a row, and `FEWEST` or all that there are."""
    told, wanted = words(passage), words(quote)
    run = SequenceMatcher(None, told, wanted, autojunk=False).find_longest_match().size
    return run > 0 and run >= min(len(wanted), max(FEWEST, len(wanted) / 2))


def _uri(n: int) -> str:
    return f"passage {n}"
