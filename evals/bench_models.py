"""How good a reader or a verifier is on what was held out: the tables of the model cards.

    .venv/bin/python evals/bench_models.py reader --data DIR [FOLDER...] [--sets COVID Subj]
    .venv/bin/python evals/bench_models.py verifier --data DIR [FOLDER...] [--calibrate] [--most 700]

DIR is a folder of public sets (`model_data`); without a FOLDER the models that ship are measured. ``--calibrate`` fits
the calibration first, and writes it into the folder; ``--sets`` names parts of the names of the sets to measure.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import model_data
import numpy as np

from ragkit.models.reader import SHIPPED as READER
from ragkit.models.verifier import SHIPPED as VERIFIER
from ragkit.tune import judge
from ragkit.tune.assess import Case, cases, measure, read
from ragkit.tune.calibrate import find, fit
from ragkit.tune.claims import LabelledClaim
from ragkit.tune.data import Question
from ragkit.tune.model import ReaderModel
from ragkit.tune.negatives import Pool, mine
from ragkit.tune.reader import calibration, load_reader, save_reader
from ragkit.tune.score import Estimate
from ragkit.tune.strangers import with_strangers
from ragkit.tune.verifier import SUPPORTED_ABOVE, configure
from ragkit.verify.lexical import LexicalVerifier
from ragkit.verify.trained import TrainedVerifier

WEIGHTS = (6, 2, 1)
"""Of RAGTruth's, the written and other people's claims in the calibration."""
STRANGERS = "asked, beside other documents"
UNFITTED = frozenset({"policy test", "COVID-QA", "SubjQA test"})
"""Sets that say how far a calibration carries that was fitted on others."""


def reader_cases(folder: Path, sets: Sequence[str]) -> dict[str, list[Case]]:
    """The cases of each held-out set that has one of ``sets`` in its name.

    Of the written ones also whether passages of other documents are told apart.
    """
    found: dict[str, list[Case]] = {}
    held = model_data.held_questions(folder)
    for name, questions in (held | model_data.foreign_questions(folder)).items():
        if any(each in name for each in sets):
            found[name] = cases(questions, mine(questions), 0)
    if not any(each in STRANGERS for each in sets):
        return found
    written = [q for name, qs in held.items() if "asked" in name for q in qs if q.spans]
    bare = [Question(q.text, q.passage, q.spans, True, q.group, whole=True) for q in written]
    (others,) = with_strangers([bare], 1)
    found[STRANGERS] = cases(others, Pool(tuple(q.negatives for q in others), (), {}), 0)
    return found


def bench_reader(folders: Sequence[Path], data: Path, sets: Sequence[str], *, calibrate: bool) -> None:
    """Prints a table for each folder."""
    found = reader_cases(data, sets)
    for folder in folders or [READER]:
        tensors, coefficients = load_reader(folder)
        model = ReaderModel()
        model.load(tensors)
        readings, tables = {}, {}
        for name, some in found.items():
            readings[name] = read(model, [case.row for case in some])
            tables[name] = measure(some, readings[name], coefficients)
            # the longest run takes most of an hour: what is measured stands there if it is stopped
            print(judge.report({name: tables[name]}), flush=True)
        if calibrate:
            fitting = [name for name in found if name not in UNFITTED]
            every = [case for name in fitting for case in found[name]]
            coefficients = calibration(every, [each for name in fitting for each in readings[name]])
            tables = {name: measure(some, readings[name], coefficients) for name, some in found.items()}
        if calibrate:
            flat = {f"{name}: {key}": value for name, table in tables.items() for key, value in table.items()}
            save_reader(folder, tensors, coefficients, flat)
        print(f"\n{folder}, calibration {np.round(coefficients, 3).tolist()}\n\n{judge.report(tables)}", flush=True)


def bench_verifier(folders: Sequence[Path], data: Path, most: int, *, calibrate: bool) -> None:
    """Prints a table for each folder; for the one that ships also those of the verifiers without a model."""
    development = model_data.development_claims(data)
    written, written_fit = model_data.held_claims()
    _, fitting, held = model_data.ragtruth(data)
    sets = {"RAGTruth QA held out": held} | development | written
    sets = {name: model_data.drawn(claims, most) for name, claims in sets.items()}
    for folder in folders or [VERIFIER]:
        if calibrate:
            seen = [*(c for claims in development.values() for c in claims), *fitting, *held]
            _, others = model_data.other_claims(data, seen)
            kinds = (fitting, model_data.drawn(written_fit, 1500), model_data.drawn(others, 600))
            verifier = TrainedVerifier(SUPPORTED_ABOVE, folder)
            found = [find(verifier, claims) for claims in kinds]
            fitted = fit([f for some, weight in zip(found, WEIGHTS, strict=True) for f in some * weight])
            configure(folder, calibration={name: getattr(fitted, name) for name in fitted.__dataclass_fields__})
            print(f"{folder}: {fitted}", flush=True)
        verifiers = {folder.name: TrainedVerifier(SUPPORTED_ABOVE, folder)}
        if folder == VERIFIER:
            verifiers |= {"lexical": LexicalVerifier(SUPPORTED_ABOVE), "count": judge.CountVerifier()}
        for name, verifier in verifiers.items():
            _told(folder, name, verifier, sets, fitting, keep=calibrate)


def _told(
    folder: Path,
    name: str,
    verifier: object,
    sets: dict[str, list[LabelledClaim]],
    fitting: list[LabelledClaim],
    *,
    keep: bool,
) -> None:
    bars = judge.fit_bars(judge.judge(verifier, fitting))
    tables, flat = dict[str, dict[str, Estimate]](), dict[str, Estimate]()
    for kind, claims in sets.items():
        judged = judge.judge(verifier, claims)
        tables[kind] = judge.measure(judged, bars)
        flat |= {f"{kind}: {key}": value for key, value in tables[kind].items()}
        verdicts = Counter(
            (finding.verdict, label.supported)
            for each in judged
            if each.labels
            for finding, label in zip(each.findings, each.labels, strict=True)
        )
        print(
            name, kind, {f"{v}, {'right' if s else 'wrong'}": n for (v, s), n in sorted(verdicts.items())}, flush=True
        )
    print(f"\n{folder} {name} {bars}\n\n{judge.report(tables)}", flush=True)
    if keep:
        configure(folder, figures={key: vars_of(value) for key, value in flat.items()})


def vars_of(estimate: Estimate) -> dict[str, float]:
    """The estimate as it stands in a configuration."""
    return {name: getattr(estimate, name) for name in estimate.__dataclass_fields__}


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("reader", "verifier"))
    parser.add_argument("folders", type=Path, nargs="*", metavar="FOLDER")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--calibrate", action="store_true")
    parser.add_argument("--most", type=int, default=700, help="claims of a set")
    parser.add_argument("--sets", nargs="+", default=[""], help="of the reader's sets only those with this in the name")
    options = parser.parse_args()
    if options.kind == "reader":
        bench_reader(options.folders, options.data, options.sets, calibrate=options.calibrate)
    else:
        bench_verifier(options.folders, options.data, options.most, calibrate=options.calibrate)


if __name__ == "__main__":
    main()
