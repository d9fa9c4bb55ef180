"""Labelled questions from files: SQuAD JSON, NQ with oracle passages, question/sentence CSV, and users' JSONL.

Nothing here knows about tokens or models. ``load`` looks at the name and the first bytes of a file, so the
same call takes all four forms:

- ``.json``: SQuAD 1.1 or 2.0 (``{"data": [{"title", "paragraphs": [{"context", "qas": [...]}]}]}``);
- ``.jsonl.gz``: one object a line with ``question``, ``answers`` and ``ctxs`` of ``title`` and ``text``;
- ``.csv``: columns ``premise`` (a question), ``hypothesis`` (a sentence) and ``label`` ("entailment" or not);
- ``.jsonl``: ``{"question", "passage" or "passages", "answer" or "answers"}``, optionally ``title`` and ``group``; a
  question without an answer, or with an empty one, is one that the passage does not answer. Lines whose answer does
  not stand in a passage word for word are left out, and counted in the log; or a whole document,
  ``{"title", "passages": [{"heading", "text", "questions": [{"question", "answer"}]}]}``, of whose passages only the
  one that a question stands with may answer it, by its text or by its heading; or RAGTruth's answers of language
  models (see `ragkit.tune.agreed`).
"""

from __future__ import annotations

import csv
import gzip
import json
import logging
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ragkit.errors import UsageError
from ragkit.squad import normalise

log = logging.getLogger(__name__)

Span = tuple[int, int]

FEWEST = 10
"""Rows of which some are held out however few documents they are about."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question and one passage.

    ``spans`` are the character spans of the acceptable answers in ``passage``. ``answerable`` says whether the
    passage answers at all; a passage may be known to answer without anyone having marked where (no spans).
    ``group`` names the article or source: negatives come from it and hold-outs are drawn by it.
    ``negatives`` are passages that are known not to answer. Of a ``whole`` question they are all there are: what else
    there is might answer it, and its passage cannot be understood in parts.
    """

    text: str
    passage: str
    spans: tuple[Span, ...]
    answerable: bool
    group: str
    title: str = ""
    negatives: tuple[str, ...] = ()
    whole: bool = False

    @property
    def answers(self) -> tuple[str, ...]:
        """The texts of the acceptable answers."""
        return tuple(self.passage[start:end] for start, end in self.spans)


def characters(spans: Iterable[Span]) -> set[int]:
    """The places of all characters in ``spans``."""
    return {place for start, end in spans for place in range(start, end)}


def find_spans(passage: str, answers: Iterable[str]) -> tuple[Span, ...]:
    """The first place of each answer in ``passage``, case ignored; answers that are not there are left out.

    A place where it is part of a word or a number counts only when there is no other: 5 is not in 15 bar.
    """
    spans = []
    for answer in dict.fromkeys(text.strip() for text in answers if text.strip()):
        plain = re.escape(answer)
        before = r"(?<!\w)(?<!\d[.,])" if answer[0].isalnum() else ""
        after = r"(?!\w|[.,]\d)" if answer[-1].isalnum() else ""
        patterns = (re.compile(pattern, re.IGNORECASE) for pattern in (f"{before}{plain}{after}", plain))
        found = next(filter(None, (pattern.search(passage) for pattern in patterns)), None)
        if found:
            spans.append(found.span())
    return tuple(spans)


def list_of_texts(name: str, value: object) -> list[str]:
    """The list of texts under the key ``name``; raises `TypeError` for anything else, one text included."""
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise TypeError(f'"{name}" holds what is no text, or is no list of texts')
    return value


def told(error: Exception) -> str:
    """What is wrong with a file or a line, as the end of a sentence."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"it lacks {error}" if isinstance(error, KeyError) else str(error).rstrip(".") or type(error).__name__


def load(path: Path) -> list[Question]:
    """The questions of one file.

    Raises:
        UsageError: the file cannot be read or has none of the known forms; the message names the line if it can.
    """
    readers = {".json": _squad, ".gz": _oracle, ".csv": _pairs, ".jsonl": _lines}
    reader = readers.get(path.suffix)
    if reader is None:
        raise UsageError(f"{path} is no training data that is known.", "Give .json (SQuAD), .jsonl, .jsonl.gz or .csv.")
    try:
        questions = list(reader(path))
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{path} cannot be read as training data: {told(error)}.", "See `ragkit tune --help`."
        ) from error
    if not questions:
        raise UsageError(f"{path} holds no questions.", "See `ragkit tune --help` for the form of a line.")
    return questions


def _squad(path: Path) -> Iterator[Question]:
    for article in json.loads(path.read_text(encoding="utf-8-sig"))["data"]:
        name = str(article.get("title", ""))
        title = "" if any(letter.isdigit() for letter in name) else name.replace("_", " ")
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                spans = _squad_spans(paragraph["context"], qa["answers"])
                answerable = bool(spans) and not qa.get("is_impossible", False)
                text = " ".join(qa["question"].split())
                yield Question(text, paragraph["context"], spans, answerable, f"{path.stem}/{name}", title)


def _squad_spans(context: str, answers: Sequence[Mapping[str, Any]]) -> tuple[Span, ...]:
    # Every annotator counts: an answer that three gave is drawn three times as often.
    spans = []
    for answer in answers:
        start, text = answer["answer_start"], answer["text"].strip()
        if text and context[start : start + len(text)] == text:
            spans.append((start, start + len(text)))
        else:
            spans.extend(find_spans(context, [text]))
    return tuple(spans)


def _oracle(path: Path) -> Iterator[Question]:
    with gzip.open(path, "rt", encoding="utf-8-sig") as lines:
        for row in map(json.loads, lines):
            context = row["ctxs"][0]
            spans = find_spans(context["text"], row["answers"])
            if spans:
                group = f"{path.stem}/{context['title']}"
                yield Question(row["question"], context["text"], spans, True, group, context["title"])


def _pairs(path: Path) -> Iterator[Question]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            answers = row["label"] == "entailment"
            yield Question(row["premise"], row["hypothesis"], (), answers, f"{path.stem}/{row['premise']}")


def _lines(path: Path) -> Iterator[Question]:
    with path.open(encoding="utf-8-sig") as lines:
        first = next((line for line in lines if line.strip()), "")
    if not {"context", "response", "labels"} <= set(json.loads(first or "{}")):
        yield from _users(path)
        return
    from ragkit.tune.agreed import agreed

    with path.open(encoding="utf-8-sig") as lines:
        yield from agreed((json.loads(line) for line in lines if line.strip()), path.stem)


def _users(path: Path) -> Iterator[Question]:
    elsewhere = []
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    found = list(_user_line(json.loads(line), f"{path.stem}/{number}"))
                except (ValueError, LookupError, TypeError, AttributeError) as error:
                    raise ValueError(f"line {number}: {told(error)}") from error
                yield from (question for question in found if question is not None)
                if None in found:
                    elsewhere.append(number)
    if elsewhere:
        log.warning(
            "%s: %d lines are left out, for their answers stand in no passage word for word (first line %d).",
            path, len(elsewhere), elsewhere[0],
        )  # fmt: skip


def _user_line(row: Mapping[str, Any], place: str) -> Iterator[Question | None]:
    """The questions of a line; None for one that has an answer which is in no passage."""
    if not any(isinstance(passage, Mapping) for passage in row.get("passages", ())):
        yield _user_row(row, place)
        return
    texts = [f"{row['title']} > {passage['heading']}\n{passage['text']}" for passage in row["passages"]]
    for number, passage in enumerate(row["passages"]):
        above = len(texts[number]) - len(passage["text"])
        others = tuple(texts[:number] + texts[number + 1 :])
        for asked in passage["questions"]:
            found = find_spans(passage["text"], [asked["answer"]])
            spans = tuple((start + above, end + above) for start, end in found)
            # "Which version ...?" is answered by the heading alone.
            spans = spans or find_spans(texts[number][:above], [asked["answer"]])
            known = bool(spans) or not asked["answer"].strip()
            question = Question(asked["question"], texts[number], spans, bool(spans), place, "", others, whole=True)
            yield question if known else None


def _user_row(row: Mapping[str, Any], place: str) -> Question | None:
    """The question, or None when it has an answer that is in no passage."""
    passages = list_of_texts("passages", row["passages"] if "passages" in row else [row["passage"]])
    answers = list_of_texts("answers", row.get("answers", [row.get("answer") or ""]))
    list_of_texts("question", [row["question"]])
    spans = [find_spans(passage, answers) for passage in passages]
    if any(answer.strip() for answer in answers) and not any(spans):
        return None
    best = next((index for index, found in enumerate(spans) if found), 0)
    others = tuple(passage for index, passage in enumerate(passages) if not spans[index] and index != best)
    group, title = str(row.get("group", place)), str(row.get("title", ""))
    return Question(row["question"], passages[best], spans[best], bool(spans[best]), group, title, others)


def hold_out(questions: Sequence[Question], share: float, seed: int) -> tuple[list[Question], list[Question]]:
    """Splits into (train, held out) by group; a corpus that is one single group is split by passage.

    No group and no passage, compared normalised, is on both sides.
    """
    whole = len({question.group for question in questions}) == 1

    def key(question: Question) -> str:
        return question.passage if whole else question.group

    units = sorted({key(question) for question in questions})
    random.Random(seed).shuffle(units)  # noqa: S311 - a reproducible split, not a secret
    kept_out = set(units[: some(len(units), share, len(questions))])
    held = [question for question in questions if key(question) in kept_out]
    return _about_others((q for q in questions if key(q) not in kept_out), held), held


def hold_out_of_each(
    parts: Sequence[Sequence[Question]], share: float, seed: int
) -> list[tuple[list[Question], list[Question]]]:
    """`hold_out` of each part. No passage that one part holds out is trained on in another."""
    splits = [hold_out(part, share, seed) for part in parts]
    held = [question for _, rest in splits for question in rest]
    return [(_about_others(train, held), rest) for train, rest in splits]


def _about_others(questions: Iterable[Question], held: Iterable[Question]) -> list[Question]:
    """The questions whose passage is none of those ``held``."""
    plain = lru_cache(None)(normalise)
    inside = {plain(question.passage) for question in held}
    return [question for question in questions if plain(question.passage) not in inside]


def some(count: int, share: float, rows: int) -> int:
    """The share of ``count`` sources, rounded; of several with enough ``rows`` at least one, and never all."""
    return min(max(int(rows >= FEWEST), round(count * share)), max(0, count - 1))


def without(questions: Iterable[Question], seen: Iterable[str]) -> list[Question]:
    """The questions whose own text and whose passage are not among the texts ``seen``, compared normalised."""
    known = {normalise(text) for text in seen}
    return [q for q in questions if normalise(q.text) not in known and normalise(q.passage) not in known]
