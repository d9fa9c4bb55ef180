"""Labelled claims from files: answers, summaries and sentences with what is known about their support.

Nothing here knows about models. ``load`` looks at the keys of a file's first record, so one call takes all forms:

- RAGTruth (Niu et al., 2024): ``context``, ``response``, ``labels`` with character spans;
- WiCE (Kamoi et al., 2023): ``claim``, ``evidence`` sentences, ``label``, optionally ``non_supported_spans``;
- AttributionBench (Li et al., 2024): ``claim``, ``references``, ``attribution_label``;
- FEVER-symmetric (Schuster et al., 2019): ``claim``, ``evidence`` or ``evidence_sentence``, ``label``;
- SummEdits (Laban et al., 2023): ``doc``, ``summary``, ``label``;
- DeFacto (Liu et al., 2023): ``article``, ``candidate``, ``has_error``, ``feedback``;
- BUMP (Ma et al., 2023): ``article``, ``reference_summary``, ``edited_summary``;
- XSum with word labels (Zhou et al., 2021): a ``.target`` file beside its ``.label``, ``.source`` and ``.docid``;
- inference sets: CSV with ``premise``, ``hypothesis`` and ``label``;
- ``evals/asked`` and ``evals/claimed``: documents with ``passages`` and ``claims`` about all of them;
- users' own: ``{"claim", "passages", "supported"}``, optionally ``question``, ``spans``, ``group`` and ``twin``.
"""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from ragkit.errors import UsageError
from ragkit.sentences import sentence_spans
from ragkit.squad import normalise
from ragkit.tune.data import Span, list_of_texts, some, told

_PASSAGE = re.compile(r"\s*\bpassage \d+:")
_PIECE = re.compile(r"\w+|[^\w\s]")
_MADE_FROM = re.compile(r"000000\d$")
TWIN = 0.5
"""Of the words of two claims, the share that twins have in common."""


@dataclass(frozen=True, slots=True)
class LabelledClaim:
    """A text of one or more sentences, and whether the passages support all of it.

    ``spans`` are the unsupported characters of ``claim``; None when nobody marked them. ``source`` names what the
    claim was made from: hold-outs are drawn by it. ``set`` names the data. Two claims with one ``twin`` are the same
    but for a few words that make one of them wrong.
    """

    claim: str
    passages: tuple[str, ...]
    supported: bool
    spans: tuple[Span, ...] | None
    source: str
    set: str
    question: str = ""
    twin: str = ""


def load(path: Path) -> list[LabelledClaim]:
    """The claims of one file; ``set`` is the name of its folder.

    Raises:
        UsageError: the file cannot be read or has none of the known forms.
    """
    try:
        claims = list(_claims(path))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{path} cannot be read as labelled claims: {told(error)}.",
            'Write one JSON object a line: {"claim": ..., "passages": [...], "supported": true}.',
        ) from error
    if not claims:
        raise UsageError(f"{path} holds no labelled claims.", "Give a file with at least one record.")
    return claims


def _claims(path: Path) -> Iterator[LabelledClaim]:
    name = path.parent.name
    if path.suffix == ".target":
        yield from _word_labels(path, name)
        return
    for number, row in enumerate(_rows(path), 1):
        try:
            yield from list(_parser(row)(row, name, str(number)))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise ValueError(f"record {number}: {told(error)}") from error


def _parser(row: Mapping[str, Any]) -> _Parser:
    parser = next((parse for keys, parse in _FORMS if keys <= row.keys()), None)
    if parser is None:
        raise ValueError(f"it has the keys {', '.join(sorted(row))}")
    return parser


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        if path.suffix == ".csv":
            yield from csv.DictReader(lines)
        elif path.suffix == ".json":
            yield from json.load(lines)
        else:
            for number, line in enumerate(lines, 1):
                try:
                    row = json.loads(line) if line.strip() else None
                except ValueError as error:
                    raise ValueError(f"line {number}: {error}") from error
                if row is not None:
                    yield row


def passages_of(context: str) -> tuple[str, ...]:
    """The passages of RAGTruth's questions, which stand in one text as ``passage 1:...``."""
    return tuple(part.strip() for part in _PASSAGE.split(context) if part.strip())


def _ragtruth(row: Mapping[str, Any], name: str, place: str) -> Iterator[LabelledClaim]:
    context, question = row["context"], row.get("question", "")
    if isinstance(context, Mapping):
        context, question = context["passages"], context["question"]
    passages = passages_of(context)
    spans = tuple(sorted((label["start"], label["end"]) for label in row["labels"]))
    yield LabelledClaim(row["response"], passages, not spans, spans, f"{name}/{row['source_id']}", name, question)


def _wice(row: Mapping[str, Any], name: str, place: str) -> Iterator[LabelledClaim]:
    supported, spans = row["label"] == "supported", None
    if "non_supported_spans" in row:
        spans = _spans_of_words(row["claim"], row["claim_tokens"], row["non_supported_spans"])
    # A page is one passage; its sentences stand on lines of their own.
    page = "\n".join(sentence for sentence in row["evidence"] if not sentence.startswith("(meta data)"))
    yield LabelledClaim(row["claim"], (page,), supported, spans, f"{name}/{row['meta']['claim_title']}", name)


def _attribution(row: Mapping[str, Any], name: str, place: str) -> Iterator[LabelledClaim]:
    claim = re.sub(r"\s*\[\d+\]", "", row["claim"])
    supported = row["attribution_label"] == "attributable"
    source = f"{name}/{row['question']}"
    yield LabelledClaim(claim, tuple(row["references"]), supported, None, source, name, row["question"])


def _fever(row: Mapping[str, Any], name: str, place: str) -> Iterator[LabelledClaim]:
    evidence = row["evidence_sentence"] if "evidence_sentence" in row else row["evidence"]
    source = f"{name}/{_MADE_FROM.sub('', str(row['id']))}"
    yield LabelledClaim(row["claim"], (evidence,), row["label"] == "SUPPORTS", None, source, name)


def _summedits(row: Mapping[str, Any], name: str, place: str) -> Iterator[LabelledClaim]:
    supported = int(row["label"]) == 1
    edits = () if supported else _changed(row["summary"], row["original_summary"])
    # Of several edits some are harmless, and nobody says which.
    spans = edits if supported or len(edits) == 1 else None
    source = f"{name}/{normalise(row['doc'])[:80]}"
    yield LabelledClaim(row["summary"], (row["doc"],), supported, spans, source, name)


def _defacto(row: Mapping[str, Any], name: str, place: str) -> Iterator[LabelledClaim]:
    passages, source = (row["article"],), f"{name}/{row['doc_id']}"
    wrong, corrected = bool(row["has_error"]), row["feedback"].get("summary") or ""
    spans = (_changed(row["candidate"], corrected) if corrected else ()) or None if wrong else ()
    yield LabelledClaim(row["candidate"], passages, not wrong, spans, source, name)
    if wrong and corrected:
        yield LabelledClaim(corrected, passages, True, (), source, name)


def _bump(row: Mapping[str, Any], name: str, place: str) -> Iterator[LabelledClaim]:
    passages, source = (row["article"],), f"{name}/{row['article_id']}"
    right, wrong = row["reference_summary"], row["edited_summary"]
    yield LabelledClaim(right, passages, True, (), source, name, twin=place)
    yield LabelledClaim(wrong, passages, False, _changed(wrong, right) or None, source, name, twin=place)


def _pair(row: Mapping[str, Any], name: str, place: str) -> Iterator[LabelledClaim]:
    supported = row["label"] == "entailment"
    source = f"{name}/{normalise(row['premise'])}"
    yield LabelledClaim(row["hypothesis"].strip(), (row["premise"],), supported, None, source, name)


def _own(row: Mapping[str, Any], name: str, place: str) -> Iterator[LabelledClaim]:
    if row["supported"] not in {True, False}:
        raise ValueError('"supported" is neither true nor false')
    known = "spans" in row or row["supported"]
    spans = tuple((int(start), int(end)) for start, end in row.get("spans", ())) if known else None
    source = f"{name}/{row.get('group', place)}"
    passages, question = tuple(list_of_texts("passages", row["passages"])), row.get("question", "")
    list_of_texts("claim", [row["claim"]])
    supported, twin = bool(row["supported"]), str(row.get("twin", ""))
    yield LabelledClaim(row["claim"], passages, supported, spans, source, name, question, twin)


def _document(row: Mapping[str, Any], name: str, place: str) -> Iterator[LabelledClaim]:
    passages = [f"{row['title']} > {passage['heading']}\n\n{passage['text']}" for passage in row["passages"]]
    claims = [
        each for c in row["claims"] for each in _own(c | {"passages": passages, "group": row["title"]}, name, place)
    ]
    for number in range(1, len(claims)):
        one, other = claims[number - 1 : number + 1]
        if one.supported and not other.supported and _alike(one.claim, other.claim):
            claims[number - 1 : number + 1] = (replace(claim, twin=str(number)) for claim in (one, other))
    yield from claims


def _alike(one: str, other: str) -> bool:
    """Whether most words of the two are the same."""
    words, others = set(_PIECE.findall(one.lower())), set(_PIECE.findall(other.lower()))
    return len(words & others) >= TWIN * max(len(words), len(others))


_Parser = Callable[[Mapping[str, Any], str, str], Iterator[LabelledClaim]]
_FORMS: tuple[tuple[frozenset[str], _Parser], ...] = (
    (frozenset({"context", "response", "labels"}), _ragtruth),
    (frozenset({"claim", "evidence", "meta"}), _wice),
    (frozenset({"claim", "references", "attribution_label"}), _attribution),
    (frozenset({"claim", "evidence_sentence", "label"}), _fever),
    (frozenset({"claim", "evidence", "gold_label"}), _fever),
    (frozenset({"doc", "summary", "label"}), _summedits),
    (frozenset({"article", "candidate", "has_error"}), _defacto),
    (frozenset({"article", "reference_summary", "edited_summary"}), _bump),
    (frozenset({"premise", "hypothesis", "label"}), _pair),
    (frozenset({"title", "passages", "claims"}), _document),
    (frozenset({"claim", "passages", "supported"}), _own),
)


def _word_labels(path: Path, name: str) -> Iterator[LabelledClaim]:
    columns = [path.with_suffix(suffix).read_text(encoding="utf-8-sig").splitlines()
               for suffix in (".target", ".label", ".source", ".docid")]  # fmt: skip
    for target, label, source, number in zip(*columns, strict=True):
        words, marks = target.replace("\\'", "'").split(), [mark == "1" for mark in label.split()]
        claim = " ".join(words)
        spans = _spans_of_words(claim, words, marks)
        yield LabelledClaim(claim, (source,), not spans, spans, f"{name}/{number}", name)


def _spans_of_words(claim: str, words: Sequence[str], marks: Sequence[bool]) -> tuple[Span, ...]:
    """The marked words as spans of ``claim``, neighbours joined; words that do not stand there are left out."""
    spans: list[Span] = []
    place, open_span = 0, False
    for word, marked in zip(words, marks, strict=True):
        start = claim.find(word, place)
        if start < 0:
            continue
        place = start + len(word)
        if marked:
            spans[-1:] = [(spans[-1][0], place)] if open_span else [*spans[-1:], (start, place)]
        open_span = marked
    return tuple(spans)


def _changed(text: str, original: str) -> tuple[Span, ...]:
    """The spans of ``text`` that an edit of ``original`` put there. What was only taken out has no span."""
    new, old = list(_PIECE.finditer(text)), _PIECE.findall(original)
    blocks = SequenceMatcher(None, old, [piece[0] for piece in new], autojunk=False).get_opcodes()
    return tuple((new[a].start(), new[b - 1].end()) for kind, _, _, a, b in blocks if kind != "equal" and b > a)


def units(text: str) -> list[Span]:
    """The sentences of ``text`` that say something; a text without any is one unit."""
    return [span for span in sentence_spans(text) if any(map(str.isalnum, text[slice(*span)]))] or [(0, len(text))]


def sentences(claim: LabelledClaim) -> list[LabelledClaim]:
    """Each of its `units` as a claim of its own, or none where it is not known which are unsupported.

    A sentence is unsupported when a word of an unsupported span stands in it.
    """
    parts = units(claim.claim)
    if claim.spans is None and not claim.supported:
        return [claim] if len(parts) == 1 else []
    return [_sentence(claim, start, end) for start, end in parts]


def _sentence(claim: LabelledClaim, start: int, end: int) -> LabelledClaim:
    text = claim.claim
    inside = [(max(left, start), min(right, end)) for left, right in claim.spans or () if left < end and start < right]
    spans = tuple((left - start, right - start) for left, right in inside if any(map(str.isalnum, text[left:right])))
    known = None if claim.spans is None else spans
    return replace(claim, claim=text[start:end], supported=not spans, spans=known)


def hold_out(
    claims: Sequence[LabelledClaim], share: float, seed: int = 0
) -> tuple[list[LabelledClaim], list[LabelledClaim]]:
    """Splits into (train, held out) by source. No source and no passage is on both sides."""
    sources = sorted({claim.source for claim in claims})
    random.Random(seed).shuffle(sources)  # noqa: S311 - a reproducible split, not a secret
    outside = set(sources[: some(len(sources), share, len(claims))])
    held = [claim for claim in claims if claim.source in outside]
    return without((claim for claim in claims if claim.source not in outside), held), held


def without(claims: Iterable[LabelledClaim], others: Iterable[LabelledClaim]) -> list[LabelledClaim]:
    """The claims that share neither their text nor a passage with ``others``, compared normalised."""
    known = {normalise(text) for other in others for text in (other.claim, *other.passages)}
    return [c for c in claims if known.isdisjoint(normalise(text) for text in (c.claim, *c.passages))]
