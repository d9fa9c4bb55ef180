"""Fine-tunes an embedder on labelled questions and writes it as a sentence-transformers folder.

Every question is pulled to its own passage and pushed from the other passages of its batch (in-batch negatives with a
softmax over scaled cosines: Henderson et al., 2017), and from one mined passage that shares its words but lacks its
answer. Word embeddings stay as they are: a user's few questions would only move the words that they happen to hold.
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ragkit.config import Ingest
from ragkit.errors import ModelError, UsageError
from ragkit.models import bundled
from ragkit.models.embedders import prefixes
from ragkit.tune import device
from ragkit.tune.data import Question, hold_out_of_each, load
from ragkit.tune.negatives import mine
from ragkit.tune.reader import Report
from ragkit.tune.score import Estimate, Floats, bootstrap, mean
from ragkit.tune.trainer import TELL_EVERY_S, told

log = logging.getLogger(__name__)

SCALE = 20.0
"""Cosines are multiplied by it before the softmax."""
LONGEST = 256
"""Tokens of a passage that are read in training."""
FIGURES = "figures.json"


@dataclass(frozen=True, slots=True)
class Pair:
    """A question with the passage that answers it, and passages that are known not to."""

    question: str
    passage: str
    negatives: tuple[str, ...]


def train_embedder(
    files: Sequence[Path],
    out: Path,
    *,
    minutes: float | None = None,
    epochs: float = 2.0,
    seed: int = 0,
    start: Path | None = None,
    held_out: float = 0.15,
    peak_rate: float = 3e-5,
    rows: int = 32,
) -> Report:
    """Trains on the answerable questions of ``files`` (see `ragkit.tune.data.load`) and writes the folder ``out``.

    It goes on from the sentence-transformers model in ``start``, or from the bundled one. A share ``held_out`` of each
    file's articles is kept: their questions are searched for among all passages of the files, before and after.
    Training ends when ``epochs`` or ``minutes`` are spent, whichever comes first.

    Raises:
        UsageError: A file cannot be read, or there are too few answerable questions to hold any out.
        ModelError: ``start`` is no sentence-transformers model.
    """
    splits = hold_out_of_each([load(path) for path in files], held_out, seed)
    pairs = [pair for part, _ in splits if part for pair in _pairs(part)]
    kept = [question for _, part in splits for question in part if question.answerable]
    if not pairs or not kept:
        raise UsageError("There are too few answerable questions to train on some and measure on others.", "Give ten.")
    passages = _passages(question for part, held in splits for question in (*part, *held))
    model = _model(start or bundled.folder())
    before = measure(model, kept, passages)
    window, model.max_seq_length = model.max_seq_length, min(model.max_seq_length or LONGEST, LONGEST)
    spent_s, seen = _train(model, pairs, minutes, epochs * len(pairs), seed, peak_rate, rows)
    model.max_seq_length = window
    after = measure(model, kept, passages)
    _save(model, out, before, after)
    return Report(out, before, after, seen, spent_s)


def measure(model: Any, kept: Sequence[Question], passages: Sequence[str]) -> dict[str, Estimate]:
    """Recall at 1, 5 and 10, and mean reciprocal rank at 10, of the passage of each question among ``passages``."""
    places = {text: number for number, text in enumerate(passages)}
    right: dict[str, set[int]] = {}
    for question in kept:
        right.setdefault(question.text, set()).add(places[question.passage])
    scores = _encoded(model, list(right), "query") @ _encoded(model, passages, "document").T
    best = np.array([max(row[number] for number in own) for row, own in zip(scores, right.values(), strict=True)])
    # The rank of the best right passage; passages that score the same do not stand before it.
    ranks = 1 + (scores > best[:, None]).sum(1).astype(float)
    table = {f"recall@{k}": bootstrap(mean, (ranks <= k).astype(float)) for k in (1, 5, 10)}
    return table | {"MRR@10": bootstrap(mean, np.where(ranks <= 10, 1 / ranks, 0.0))}


def contrast(queries: Tensor, passages: Tensor, own: Tensor, same: Tensor) -> Tensor:
    """The loss of unit ``queries`` (n, width) whose passages stand at ``own`` (n,) among ``passages`` (m, width).

    ``same``, shape (n, m), marks passages that are no negatives: they are the question's own passage again.
    """
    scores = SCALE * queries @ passages.T
    return functional.cross_entropy(scores.masked_fill(same, -1e4), own)


def _train(
    model: Any, pairs: Sequence[Pair], minutes: float | None, total: float, seed: int, peak_rate: float, rows: int
) -> tuple[float, int]:
    """Seconds that it took, and questions that were seen."""
    torch.manual_seed(seed)
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=peak_rate, weight_decay=0.01)
    model.train()
    begun, seen, said = time.monotonic(), 0, 0.0
    for batch in _batches(pairs, rows, rng):
        spent = time.monotonic() - begun
        done = max(seen / total, spent / (60 * minutes) if minutes else 0.0)
        if done >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = peak_rate * min(1.0, (done + 0.01) / 0.1, max(0.02, 1 - done))
        loss = _step(model, batch, rng)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        seen += len(batch)
        if spent - said >= TELL_EVERY_S:
            said = spent
            log.info("%s", told(done, seen, spent, {"contrast": float(loss.detach())}))
    model.eval()
    return time.monotonic() - begun, seen


def _step(model: Any, batch: Sequence[Pair], rng: random.Random) -> Tensor:
    texts = list(dict.fromkeys(pair.passage for pair in batch))
    places = {text: number for number, text in enumerate(texts)}
    own = torch.tensor([places[pair.passage] for pair in batch], device=model.device)
    texts += [rng.choice(pair.negatives) for pair in batch if pair.negatives]
    with torch.autocast(model.device.type, torch.bfloat16, enabled=device.bf16_is_faster()):
        queries = _embedded(model, [pair.question for pair in batch], "query")
        found = _embedded(model, texts, "document")
    same = torch.tensor([[pair.passage == text for text in texts] for pair in batch], device=model.device)
    same[torch.arange(len(batch)), own] = False
    return contrast(queries, found, own, same)


def _embedded(model: Any, texts: Sequence[str], kind: str) -> Tensor:
    """Unit vectors to learn from, shape (texts, width)."""
    # older versions of sentence-transformers call it tokenize
    prepare = getattr(model, "preprocess", None) or model.tokenize
    features = prepare([model.prompts[kind] + text for text in texts])
    moved = {name: value.to(model.device) if isinstance(value, Tensor) else value for name, value in features.items()}
    return functional.normalize(model(moved)["sentence_embedding"].float(), dim=-1)


def _encoded(model: Any, texts: Sequence[str], kind: str) -> Floats:
    """Unit vectors to search with, shape (texts, width)."""
    prefixed = [model.prompts[kind] + text for text in texts]
    vectors = model.encode(prefixed, prompt="", normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(vectors, np.float64)


def _batches(pairs: Sequence[Pair], rows: int, rng: random.Random) -> Iterator[list[Pair]]:
    """Batches without end, shuffled anew each time round."""
    while True:
        order = rng.sample(pairs, len(pairs))
        yield from (order[begin : begin + rows] for begin in range(0, len(order), rows))


def _pairs(questions: Sequence[Question]) -> Iterator[Pair]:
    for question, hard in zip(questions, mine(questions).hard, strict=True):
        if question.answerable:
            yield Pair(question.text, question.passage, hard)


def _passages(questions: Iterator[Question]) -> list[str]:
    return list(dict.fromkeys(text for each in questions for text in (each.passage, *each.negatives)))


def _model(folder: Path) -> Any:
    """The model, its prompts complete: the folder's name, which may tell them, is lost when it is written anew."""
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(str(folder), local_files_only=True)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelError(f"{folder} holds no embedder: {error}.", "Name a sentence-transformers folder.") from error
    query, passage = prefixes(str(folder), dict(model.prompts), Ingest())
    model.prompts = {**model.prompts, "query": query, "document": passage}
    for name, parameter in model.named_parameters():
        parameter.requires_grad_("word_embeddings" not in name and "embed_tokens" not in name)
    return model


def _save(model: Any, out: Path, before: Mapping[str, Estimate], after: Mapping[str, Estimate]) -> None:
    model.save(str(out), create_model_card=False)
    for weights in out.rglob("*.safetensors"):
        weights.chmod(0o644)  # safetensors writes files that only their owner may read
    figures = {name: {measure: asdict(value) for measure, value in table.items()}
               for name, table in (("before", before), ("after", after))}  # fmt: skip
    (out / FIGURES).write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
