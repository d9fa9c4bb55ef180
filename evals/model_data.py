"""What the shipped reader and verifier are trained on, and what is held out: by article, source or document.

``data`` is a folder with the public sets in ``train`` and ``dev``; what was written for ragkit stands beside this file.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ragkit.models.reader import SHIPPED as READER
from ragkit.tune import claims, data, drills
from ragkit.tune.assess import read
from ragkit.tune.claims import LabelledClaim
from ragkit.tune.data import Question
from ragkit.tune.examples import Row
from ragkit.tune.model import ReaderModel
from ragkit.tune.negatives import sentences
from ragkit.tune.reader import load_reader
from ragkit.tune.verifier import split

HERE = Path(__file__).parent
CLAIMED = ("asked", "claimed")
"""Folders with questions and claims; the other two have questions alone."""
WRITTEN = (*CLAIMED, "headed", "manuals")
SHARE, SEED = 0.1, 0
"""Of the articles of a question set, and the seed of all splits."""
SOURCES = 0.2
"""Of RAGTruth's sources: half of them calibrate, half measure."""
OTHERS = 0.05
"""Of the sources of other people's claims, to calibrate with."""
SQUAD = {"wiki": "new_wiki_v1.0.json", "amazon": "amazon_reviews_v1.0.json", "reddit": "reddit_v1.0.json"}
SETS = ("nli_datasets", "fever_symmetric", "wice", "bump", "defacto", "summedits", "xsum_token_hallu")
WINDOW = 950
"""Characters of a paper that are read with a question about it."""
UNMARKED = "ANSWERNOTFOUND"
"""What SubjQA writes behind a review, and for an answer that is not in it."""
LONGEST_ANSWER, BESIDE = 14, 3
"""Words of an answer that is found in a sentence, and sentences that are shown on either side of that."""
OF_CLAIMS = {".csv", ".json", ".jsonl", ".target"}


def written(*folders: str, held: bool) -> list[Path]:
    """The files of questions and claims about documents that do not exist."""
    files = sorted(path for folder in folders or CLAIMED for path in HERE.glob(f"{folder}/*.jsonl"))
    return [path for path in files if path.name.startswith("held-out") == held]


def public_questions(folder: Path) -> dict[str, tuple[list[Question], list[Question]]]:
    """Training and held-out questions of each public set that spans are scored on."""
    paths = {name: folder / "train/squadshifts" / file for name, file in SQUAD.items()}
    paths["nq"] = folder / "train/nq_oracle/nq-open-oracle.jsonl.gz"
    parts = data.hold_out_of_each([data.load(path) for path in paths.values()], SHARE, SEED)
    return dict(zip(paths, parts, strict=True))


def question_parts(folder: Path) -> list[tuple[list[Question], float]]:
    """What the reader is trained on, each part with how often its questions are visited in an epoch."""
    public = {name: train for name, (train, _) in public_questions(folder).items()}
    rest = {
        "sentences": sentence_questions(folder),
        "policy": data.load(folder / "train/policyqa/dev.json"),
        "ragtruth": data.load(next((folder / "train/ragtruth_qa").glob("*.jsonl"))),
        "drills": drills.make(4_000, random.Random().randrange(1 << 30)),  # noqa: S311 - new ones each time
        "written": [question for path in written(held=False) for question in data.load(path)],
        "headed": [question for path in written("headed", held=False) for question in data.load(path)],
        "manuals": [question for path in written("manuals", held=False) for question in data.load(path)],
    }
    kept = [text for questions in held_questions(folder).values() for q in questions for text in (q.text, q.passage)]
    # "policy" asks with templates that the test's questions share; its passages are what is compared.
    passages = [question.passage for questions in held_questions(folder).values() for question in questions]
    # Written questions are learnt as well as they will be; of Wikipedia's the reader knows those by heart that it was
    # trained on (DECISIONS.md, 2026-11-30), against which masks and other names help.
    weights = {"wiki": 2.0, "nq": 2.0, "amazon": 0.3, "reddit": 0.3, "sentences": 1.5, "policy": 0.1, "ragtruth": 0.5,
               "drills": 0.1, "written": 0.25, "headed": 0.8, "manuals": 0.45}  # fmt: skip
    return [
        (data.without(questions, passages if name == "policy" else kept), weights[name])
        for name, questions in (public | rest).items()
    ]


def sentence_questions(folder: Path) -> list[Question]:
    """QNLI's questions with what it has of their paragraph, and the answer that the reader finds in the right sentence.

    Those of which the reader that ships is not sure are left out ("self-training"; Yarowsky, 1995).
    """
    pairs = data.load(folder / "train/nli_datasets/qnli_dev.csv")
    right = [pair for pair in pairs if pair.answerable]
    paragraphs = _paragraphs(pairs)
    model = ReaderModel()
    model.load(load_reader(READER)[0])
    found = read(model, [Row(pair.text, pair.passage, None, True) for pair in right])
    return [
        _in_paragraph(pair, reading.answer, paragraphs[pair.passage])
        for pair, reading in zip(right, found, strict=True)
        if reading.answer
        and min(reading.relevance, reading.margin) > 0
        and len(reading.answer.split()) < LONGEST_ANSWER
    ]


def _paragraphs(pairs: Sequence[Question]) -> dict[str, list[str]]:
    """Of each sentence the sentences of its paragraph: those that the same questions are asked of."""
    found = dict[str, list[str]]()
    askers = dict[str, str]()
    for pair in pairs:
        own = found.setdefault(pair.passage, [pair.passage])
        other = found[askers.setdefault(pair.text, pair.passage)]
        if other is not own:
            other += own
            found |= dict.fromkeys(own, other)
    return found


def _in_paragraph(pair: Question, answer: str, paragraph: Sequence[str]) -> Question:
    at = paragraph.index(pair.passage)
    text = " ".join(paragraph[max(0, at - BESIDE) : at + BESIDE + 1])
    start = text.index(pair.passage) + pair.passage.index(answer)
    return Question(pair.text, text, ((start, start + len(answer)),), True, f"sentences/{paragraph[0]}")


def held_questions(folder: Path) -> dict[str, list[Question]]:
    """What the reader is measured on; the longest sets are cut, by a draw that is always the same."""
    public = {name: held for name, (_, held) in public_questions(folder).items()}
    sets = public | {
        path.parent.name + path.stem.removeprefix("held-out"): data.load(path) for path in written(*WRITTEN, held=True)
    }
    sets["policy test"] = data.load(folder / "dev/policyqa/test.json")
    return {name: drawn(questions, 700) for name, questions in sets.items()}


def foreign_questions(folder: Path) -> dict[str, list[Question]]:
    """Questions of kinds that nothing was trained on: about papers, in windows, and about opinions in reviews."""
    papers = data.load(next((folder / "dev/covidqa").glob("*.json")))
    reviews = [question for path in sorted((folder / "dev/subjqa").glob("*_test.csv")) for question in _reviewed(path)]
    return {"COVID-QA": drawn([in_window(question) for question in papers], 700), "SubjQA test": drawn(reviews, 700)}


def in_window(question: Question) -> Question:
    """A question about a long text with the sentences around its first answer, `WINDOW` characters of them."""
    start, end = question.spans[0]
    units = sentences(question.passage)
    first = last = next(place for place, unit in enumerate(units) if start < unit[1])
    while last + 1 < len(units) and units[last][1] < end:
        last += 1
    for _ in units:
        first, last = max(0, first - 1), min(len(units) - 1, last + 1)
        if units[last][1] - units[first][0] >= WINDOW:
            break
    left, right = units[first][0], units[last][1]
    passage = question.passage[left:right]
    # the same words may stand elsewhere in the window
    spans = data.find_spans(passage, [question.passage[start:end]]) or ((start - left, end - left),)
    return replace(question, passage=passage, spans=spans)


def _reviewed(path: Path) -> Iterator[Question]:
    """A question about a review, answerable where one of the annotators marked an answer in it."""
    marked: dict[tuple[str, str], list[str]] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            marked.setdefault((row["question"], row["review"]), []).append(row["human_ans_spans"])
    for (text, review), answers in marked.items():
        passage = review.removesuffix(UNMARKED).rstrip()
        spans = data.find_spans(passage, [answer for answer in answers if answer != UNMARKED])
        if spans or set(answers) == {UNMARKED}:
            yield Question(text, passage, spans, bool(spans), passage)


def drawn(questions: Sequence[Question], count: int) -> list[Question]:
    """At most ``count`` of them."""
    rng = random.Random(SEED)  # noqa: S311 - reproducible, not secret
    return list(questions) if len(questions) <= count else rng.sample(list(questions), count)


def development_claims(folder: Path) -> dict[str, list[LabelledClaim]]:
    """The claims that nothing is trained on, by set."""
    files = {
        "dev RAGTruth QA": "ragtruth/qa_train_faithjudge265.jsonl",
        "dev RAGTruth summary": "ragtruth/summary_train_faithjudge126.jsonl",
        "WiCE dev": "wice/dev.jsonl",
        "AttributionBench dev": "attributionbench/dev_all_subset_balanced.jsonl",
    }
    return {name: claims.load(folder / "dev" / file) for name, file in files.items()}


def ragtruth(folder: Path) -> tuple[list[LabelledClaim], list[LabelledClaim], list[LabelledClaim]]:
    """RAGTruth's answers to train on, to calibrate with, and to measure on."""
    seen = [claim for found in development_claims(folder).values() for claim in found]
    return split(claims.load(next((folder / "train/ragtruth_qa").glob("*.jsonl"))), seen, SOURCES, SEED)


def other_claims(folder: Path, seen: Iterable[LabelledClaim]) -> tuple[list[LabelledClaim], list[LabelledClaim]]:
    """Other people's claims: to train on, and to calibrate with."""
    train, fitting, known = list[LabelledClaim](), list[LabelledClaim](), list(seen)
    for name in SETS:
        files = sorted(path for path in (folder / "train" / name).iterdir() if path.suffix in OF_CLAIMS)
        found = claims.without((c for path in files if "qnli" not in path.name for c in claims.load(path)), known)
        some, rest = claims.hold_out(found, OTHERS, SEED)
        train, fitting = [*train, *some], [*fitting, *rest]
    return train, fitting


def written_claims(names: Sequence[str] = ()) -> list[LabelledClaim]:
    """The written claims to train on: of all files, or of those with these names."""
    files = [path for path in written(held=False) if not names or path.stem in names]
    return [claim for path in files for claim in claims.load(path)]


def held_claims() -> tuple[dict[str, list[LabelledClaim]], list[LabelledClaim]]:
    """Written claims of held-out documents: every other document measures, by file; the others calibrate."""
    measured, fitting = dict[str, list[LabelledClaim]](), list[LabelledClaim]()
    for path in written(held=True):
        found = claims.load(path)
        documents = list(dict.fromkeys(claim.source for claim in found))
        half = set(documents[::2])
        measured[path.parent.name + path.stem.removeprefix("held-out")] = [c for c in found if c.source in half]
        fitting += [claim for claim in found if claim.source not in half]
    return measured, fitting
