"""The writer's training loop: batches from lessons, bf16 with fp32 masters, checkpoints, a JSONL log."""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from ragkit.models import bundled
from ragkit.models.writer import Layout, layout
from ragkit.tune import checkpoint, device
from ragkit.tune.lessons import FREE, Example, Lesson, drawn, position
from ragkit.tune.pointer import Batch, PointerWriter, writer_loss
from ragkit.tune.trainer import set_rates, share_spent

if TYPE_CHECKING:
    from ragkit.tune.states import StateCache, States

log = logging.getLogger(__name__)

_CHUNK = 384
"""Examples that are drawn together and sorted by length into batches."""


@dataclass(frozen=True, slots=True)
class WriterPlan:
    """How to train. The learning rate falls with whichever of ``epochs`` and ``minutes`` is further spent."""

    epochs: float = 4.0
    minutes: float | None = None
    peak_rate: float = 6e-4
    pointer_rate: float = 1.5e-3
    warmup: float = 0.04
    weight_decay: float = 0.01
    rows: int = 16
    seed: int = 0
    bf16: bool = field(default_factory=device.bf16_is_faster)
    save_every_s: float = 300.0


def collate(examples: Sequence[Example], states: Sequence[Sequence[States]]) -> Batch:
    """Examples with the encoder's states of their pairs, padded to the longest."""
    built = [_assembled(example, each) for example, each in zip(examples, states, strict=True)]
    places = max(len(laid.pieces) for _, laid in built)
    tokens = max(len(example.written) for example in examples) - 1
    rows = len(examples)
    known = np.zeros((rows, places, bundled.WIDTH), np.float32)
    ids, before, head = (np.zeros((rows, places), np.int64) for _ in range(3))
    present, copied = (np.zeros((rows, places), bool) for _ in range(2))
    given, wanted, aligned, follows = (np.full((rows, tokens), value, np.int64) for value in (0, -1, -1, -1))
    for row, (example, (state, laid)) in enumerate(zip(examples, built, strict=True)):
        size, length = len(laid.pieces), len(example.written) - 1
        known[row, :size], ids[row, :size], head[row, :size] = state, laid.pieces, laid.head
        before[row, 1:size], present[row, :size], copied[row, :size] = laid.pieces[:-1], True, laid.copied
        given[row, :length], wanted[row, :length] = example.written[:-1], example.written[1:]
        at = [position(place, example.order, laid.firsts) for place in example.places]
        aligned[row, :length] = at[1:]
        follows[row, :length] = [place + 1 if place != FREE else -1 for place in at[:-1]]
    arrays = (ids, before, head, present, copied, given, wanted, aligned, follows)
    return Batch(torch.from_numpy(known), *(torch.from_numpy(array) for array in arrays))


def _assembled(example: Example, states: Sequence[States]) -> tuple[States, Layout]:
    """The states of all places, as `ragkit.models.writer.layout` orders them."""
    pairs = [example.lesson.pairs[number] for number in example.order]
    laid = layout([(pair.ids, pair.first) for pair in pairs])
    return np.stack([states[pair][token] for pair, token in zip(laid.pair, laid.token, strict=True)]), laid


def _size(example: Example) -> tuple[int, int]:
    """Examples of similar size stand together: by what is written, then by what is read."""
    return len(example.written) // 12, sum(len(example.lesson.pairs[n].ids) for n in example.order)


class WriterTrainer:
    """Trains a writer on lessons, with checkpoints in ``folder`` from which the same call goes on."""

    def __init__(
        self, model: PointerWriter, lessons: Sequence[Lesson], states: StateCache, plan: WriterPlan, folder: Path
    ) -> None:
        self.model, self.lessons, self.states, self.plan, self.folder = model, lessons, states, plan, folder
        self.device = device.best()
        # fp32 masters: bf16 has too few digits to add small steps to a weight.
        self.masters = {name: p.detach().float().clone().to(self.device) for name, p in model.trained().items()}
        model.to(self.device, torch.bfloat16 if plan.bf16 else torch.float32)
        self.optimizer = torch.optim.AdamW(self._groups(), weight_decay=plan.weight_decay, betas=(0.9, 0.98))
        self.rates = [float(group["lr"]) for group in self.optimizer.param_groups]
        self.step, self.rows, self.spent_s = 0, 0, 0.0
        folder.mkdir(parents=True, exist_ok=True)

    def _groups(self) -> list[dict[str, Any]]:
        """The pointer begins from nothing and learns faster than what was copied from the encoder."""
        old = [value for name, value in self.masters.items() if name.startswith("decoder.")]
        new = [value for name, value in self.masters.items() if not name.startswith("decoder.")]
        return [{"params": old, "lr": self.plan.peak_rate}, {"params": new, "lr": self.plan.pointer_rate}]

    @property
    def progress(self) -> float:
        """The share of the plan that is spent, 0 to 1."""
        return share_spent(self.rows, self.plan.epochs * len(self.lessons), self.spent_s, self.plan.minutes)

    def train(self) -> None:
        """Trains to the end of the plan, from the last checkpoint if there is one."""
        self.resume()
        self.model.train()
        torch.manual_seed(self.plan.seed + self.step)
        clock = saved = time.monotonic()
        for batch in self._stream():
            if self.progress >= 1.0:
                break
            losses = self._update(batch.to(self.device))
            self.rows += len(batch.given)
            now = time.monotonic()
            self.spent_s, clock = self.spent_s + now - clock, now
            self._note(losses, batch)
            if now - saved > self.plan.save_every_s:
                self.save()
                saved = now
        self.save()

    def _stream(self) -> Iterator[Batch]:
        """Batches without end; each epoch is drawn from its own seed, so that a resumed run draws fresh ones."""
        epoch = self.step
        while True:
            rng = random.Random(f"{self.plan.seed}/{epoch}")  # noqa: S311 - reproducible, not secret
            order = rng.sample(range(len(self.lessons)), len(self.lessons))
            for begin in range(0, len(order), _CHUNK):
                yield from self._batches([drawn(self.lessons[n], rng) for n in order[begin : begin + _CHUNK]], rng)
            epoch += 1

    def _batches(self, examples: list[Example], rng: random.Random) -> Iterator[Batch]:
        examples = [example for example in examples if example.order]
        examples.sort(key=_size)
        groups = [examples[at : at + self.plan.rows] for at in range(0, len(examples), self.plan.rows)]
        rng.shuffle(groups)
        for group in groups:
            pairs = [example.lesson.pairs[n] for example in group for n in example.order]
            flat = iter(self.states.get(pairs))
            batch = collate(group, [[next(flat) for _ in example.order] for example in group])
            yield Batch(batch.states.to(self.model.words.dtype), *(getattr(batch, name) for name in _WHOLE))

    def _update(self, batch: Batch) -> dict[str, float]:
        set_rates(self.optimizer, self.rates, self.progress, self.plan.warmup)
        parts = writer_loss(self.model, batch)
        sum(parts.values(), torch.zeros((), device=self.device)).backward()  # type: ignore[no-untyped-call]
        for name, parameter in self.model.trained().items():
            self.masters[name].grad = None if parameter.grad is None else parameter.grad.float()
            parameter.grad = None
        nn.utils.clip_grad_norm_(self.masters.values(), 1.0)
        self.optimizer.step()
        self.model.load(self.masters)
        self.step += 1
        return {name: float(value.detach()) for name, value in parts.items()}

    def _note(self, losses: dict[str, float], batch: Batch) -> None:
        line = {"step": self.step, "rows": self.rows, "seconds": round(self.spent_s, 2),
                "progress": round(self.progress, 4), "places": batch.ids.shape[1],
                **{k: round(v, 4) for k, v in losses.items()}}  # fmt: skip
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
        if self.step % 20 == 0:
            log.info("%s", line)

    def save(self) -> None:
        """Writes weights, optimizer and counters."""
        counters = checkpoint.Counters(self.step, self.rows, self.spent_s)
        checkpoint.save(
            self.folder,
            self.masters,
            self.optimizer,
            counters,
            asdict(self.plan),
            {"vocabulary": self.model.vocabulary},
        )

    def resume(self) -> None:
        """Goes on from the checkpoint in the folder, if there is one."""
        counters = checkpoint.restore(self.folder, self.masters, self.optimizer, self.device)
        if counters is not None:
            self.model.load(self.masters)
            self.step, self.rows, self.spent_s = counters.step, counters.rows, counters.spent_s
            log.info("resumed at step %d", self.step)

    def forget(self) -> None:
        """Removes the checkpoint, so that the next call trains anew; the log stays."""
        checkpoint.forget(self.folder)


_WHOLE = tuple(name for name in Batch.__dataclass_fields__ if name != "states")
