"""Suites of other people's documents and questions: answers from end to end where nothing was written for ragkit.

    .venv/bin/python evals/public_suites.py --data DIR OUT
    .venv/bin/ragkit eval run OUT/wiki

DIR is a folder of public sets (`model_data`). ``wiki`` and ``nq`` are the articles that the reader was not trained on;
of ``covid`` it has seen nothing. Of the passages one in six is left out: what asks for it is not told.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import zlib
from collections.abc import Sequence
from pathlib import Path

import model_data

from ragkit.sentences import sentence_spans
from ragkit.tune import data
from ragkit.tune.data import Question

LEFT_OUT = 1 / 6
MOST_TOLD, MOST_UNTOLD = 200, 60
"""Questions of a suite."""


def write_suite(folder: Path, questions: Sequence[Question]) -> None:
    """Writes a document for each article, or passage without one, and the cases beside them."""
    rng = random.Random(model_data.SEED)  # noqa: S311 - reproducible, not secret
    told = {passage: rng.random() >= LEFT_OUT for passage in dict.fromkeys(q.passage for q in questions)}
    documents: dict[str, dict[str, None]] = {}
    for question in questions:
        if told[question.passage]:
            documents.setdefault(_uri(question), {f"# {question.title}": None})[question.passage.strip()] = None
    (folder / "corpus").mkdir(parents=True)
    for uri, parts in documents.items():
        (folder / "corpus" / uri).write_text("\n\n".join(part for part in parts if part != "# ") + "\n")
    cases = [_case(number, q, told=told[q.passage]) for number, q in enumerate(questions) if q.spans]
    kept = [
        case
        for kind, most in (("factual", MOST_TOLD), ("unanswerable", MOST_UNTOLD))
        for case in _some([each for each in cases if each["kind"] == kind], most, rng)
    ]
    (folder / "cases.jsonl").write_text("".join(json.dumps(case) + "\n" for case in kept))
    (folder / "suite.toml").write_text(
        f'name = "{folder.name}"\ndescription = "A public set."\ncorpus = "corpus"\ncases = ["cases.jsonl"]\n'
    )


def _uri(question: Question) -> str:
    name = re.sub(r"\W+", "-", question.title.lower()).strip("-")[:60]
    return f"{name or f'{zlib.crc32(question.passage.encode()):08x}'}.md"


def _case(number: int, question: Question, *, told: bool) -> dict[str, object]:
    case: dict[str, object] = {"id": f"{number}", "kind": "unanswerable", "question": question.text.strip()}
    if not told:
        return case
    start, end = question.spans[0]
    about = [(a, b) for a, b in sentence_spans(question.passage) if a < end and b > start] or [(start, end)]
    quote = question.passage[about[0][0] : about[-1][1]].strip()
    gold = [{"uri": _uri(question), "quote": quote}]
    return {**case, "kind": "factual", "answers": list(dict.fromkeys(question.answers)), "gold": gold}


def _some(cases: Sequence[dict[str, object]], most: int, rng: random.Random) -> list[dict[str, object]]:
    """At most so many cases, none with a question that another one asks."""
    alone = list({str(case["question"]).lower(): case for case in cases}.values())
    return rng.sample(alone, min(most, len(alone)))


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    held = {name: held for name, (_, held) in model_data.public_questions(options.data).items()}
    covid = next((options.data / "dev/covidqa").glob("*.json"))
    for name, questions in {"wiki": held["wiki"], "nq": held["nq"], "covid": data.load(covid)}.items():
        write_suite(options.out / name, questions)


if __name__ == "__main__":
    main()
