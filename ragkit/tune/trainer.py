"""The training loop: bf16 with fp32 masters, layer-wise rates, a budget of time or epochs, checkpoints, a JSONL log."""

from __future__ import annotations

import json
import logging
import math
import random
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Generic, Protocol, Self, TypeVar

import torch
from torch import Tensor, nn

from ragkit.models import bundled
from ragkit.tune import checkpoint, device
from ragkit.tune.examples import MAX_TOKENS, Batch, Corpus, batches, masked
from ragkit.tune.model import CrossEncoder, ReaderModel, Tokens, reader_loss

log = logging.getLogger(__name__)

TELL_EVERY_S = 5.0
_ROWS_A_VISIT = 1.6
"""A question with its passage and, on average, 0.6 negatives."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train. The learning rate falls with whichever of ``epochs`` and ``minutes`` is further spent.

    What comes out is the moving average of the weights, of which each update keeps the share ``average`` (Izmailov et
    al., 2018, "Averaging Weights Leads to Wider Optima").
    """

    epochs: float = 2.0
    minutes: float | None = None
    peak_rate: float = 2e-4
    head_rate: float = 1e-3
    layer_decay: float = 0.9
    warmup: float = 0.06
    weight_decay: float = 0.01
    rows: int = 16
    max_tokens: int = MAX_TOKENS
    accumulate: int = 2
    short: int = 600
    long: int = 1150
    short_until: float = 0.75
    seed: int = 0
    bf16: bool = field(default_factory=device.bf16_is_faster)
    dropout: float = 0.1
    average: float = 0.998
    save_every_s: float = 300.0


def told(progress: float, rows: int, seconds: float, losses: Mapping[str, float]) -> str:
    """Such as ``Training 12 %, 3,840 rows, 41/s, loss 1.23 (span 0.80, binary 0.43)``."""
    parts = ", ".join(f"{name} {value:.2f}" for name, value in losses.items())
    more = f" ({parts})" if len(losses) > 1 else ""
    rate = rows / max(seconds, 1e-9)
    return f"Training {progress:.0%}, {rows:,} rows, {rate:.0f}/s, loss {sum(losses.values()):.2f}{more}"


def share_spent(rows: int, of_rows: float, seconds: float, minutes: float | None) -> float:
    """The share of a plan that is spent, 0 to 1: of its rows or of its minutes, whichever is further."""
    by_time = seconds / (60 * minutes) if minutes else 0.0
    return min(1.0, max(rows / max(1.0, of_rows), by_time))


def set_rates(optimizer: torch.optim.Optimizer, peaks: Sequence[float], progress: float, warmup: float) -> None:
    """The learning rate of each group: up to its peak in the warm-up, then down by a cosine to a hundredth of it."""
    if progress < warmup:
        factor = progress / warmup
    else:
        factor = 0.5 * (1 + math.cos(math.pi * (progress - warmup) / (1 - warmup)))
    for group, peak in zip(optimizer.param_groups, peaks, strict=True):
        group["lr"] = peak * max(factor, 0.01)


def between(after: Mapping[str, Tensor], before: Mapping[str, Tensor], share: float) -> dict[str, Tensor]:
    """The weights of which ``share`` is those before training, by name.

    What was trained on forgets less then, and may be better than both (Wortsman et al., 2022, "Robust fine-tuning of
    zero-shot models").
    """
    return {name: value.cpu().lerp(before[name].cpu(), share) for name, value in after.items()}


class Rows(Tokens, Protocol):
    """A batch that can go to another device."""

    def to(self, device: torch.device) -> Self:
        """The same batch on ``device``."""
        ...


M = TypeVar("M", bound=CrossEncoder)
B = TypeVar("B", bound=Rows)


class Loop(ABC, Generic[M, B]):
    """Trains a cross-encoder, with checkpoints in ``folder`` from which the same call goes on.

    Args:
        model: What is trained.
        plan: How.
        folder: For checkpoint and log.
        rows_an_epoch: About how many rows an epoch has.
    """

    def __init__(self, model: M, plan: Plan, folder: Path, rows_an_epoch: float) -> None:
        self.model, self.plan, self.folder = model, plan, folder
        self.device = device.best()
        self.model.to(self.device)
        # fp32 masters: bf16 has too few digits to add small steps to a weight.
        self.masters = {name: p.detach().float().clone() for name, p in model.trained().items()}
        self.average = {name: master.clone() for name, master in self.masters.items()}
        self.model.dropout = plan.dropout
        if plan.bf16:
            self.model.encoder.to(torch.bfloat16)
        self.optimizer = torch.optim.AdamW(self._groups(), weight_decay=plan.weight_decay, betas=(0.9, 0.98))
        self.rates = [float(group["lr"]) for group in self.optimizer.param_groups]
        self.tokenizer = bundled.tokenizer()
        self.step, self.rows, self.spent_s = 0, 0, 0.0
        self._told_s = 0.0
        self.total_rows = rows_an_epoch * plan.epochs
        folder.mkdir(parents=True, exist_ok=True)

    @abstractmethod
    def _batches(self, rng: random.Random) -> Iterator[B]:
        """One epoch's batches."""

    @abstractmethod
    def _losses(self, batch: B) -> dict[str, Tensor]:
        """The parts of the loss; their sum is what training lowers."""

    def _groups(self) -> list[dict[str, Any]]:
        """Layer-wise rates (Howard and Ruder, 2018): the lower the layer, the smaller."""
        groups: dict[float, list[Tensor]] = {}
        depth = int(self.model.encoder.config.num_hidden_layers)
        for name, master in self.masters.items():
            rate = self.plan.head_rate
            if name.startswith(("embeddings.", "encoder.")):
                layer = int(name.split(".layer.")[1].split(".")[0]) + 1 if ".layer." in name else 0
                rate = self.plan.peak_rate * self.plan.layer_decay ** (depth - layer)
            groups.setdefault(rate, []).append(master)
        return [{"params": masters, "lr": rate} for rate, masters in groups.items()]

    @property
    def progress(self) -> float:
        """The share of the plan that is spent, 0 to 1."""
        return share_spent(self.rows, self.total_rows, self.spent_s, self.plan.minutes)

    def train(self) -> None:
        """Trains to the end of the plan, from the last checkpoint if there is one."""
        self.resume()
        self.model.train()
        clock, saved = time.monotonic(), time.monotonic()
        for number, batch in enumerate(self._stream()):
            if self.progress >= 1.0:
                break
            losses = self._backward(batch.to(self.device))
            self.rows += len(batch.ids)
            if (number + 1) % self.plan.accumulate == 0:
                self._update()
            now = time.monotonic()
            self.spent_s, clock = self.spent_s + now - clock, now
            self._note(losses)
            if now - saved > self.plan.save_every_s:
                self.save()
                saved = now
        self.save()

    def _stream(self) -> Iterator[B]:
        """Batches without end; each epoch is drawn from its own seed, so that a resumed run draws fresh ones."""
        epoch = self.step
        while True:
            rng = random.Random(f"{self.plan.seed}/{epoch}")  # noqa: S311 - reproducible, not secret
            yield from self._batches(rng)
            epoch += 1

    def _backward(self, batch: B) -> dict[str, float]:
        parts = self._losses(batch)
        (sum(parts.values(), torch.zeros((), device=self.device)) / self.plan.accumulate).backward()  # type: ignore[no-untyped-call]
        for name, parameter in self.model.trained().items():
            if parameter.grad is not None:
                slope = parameter.grad.float()
                known = self.masters[name].grad
                self.masters[name].grad = slope if known is None else known.add_(slope)
                parameter.grad = None
        return {name: float(value.detach()) for name, value in parts.items()}

    def _update(self) -> None:
        set_rates(self.optimizer, self.rates, self.progress, self.plan.warmup)
        nn.utils.clip_grad_norm_(self.masters.values(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.model.load(self.masters)
        self.step += 1
        kept = min(self.plan.average, (1 + self.step) / (10 + self.step))
        for name, mean in self.average.items():
            mean.lerp_(self.masters[name], 1 - kept)

    def _note(self, losses: dict[str, float]) -> None:
        line = {"step": self.step, "rows": self.rows, "seconds": round(self.spent_s, 2),
                "progress": round(self.progress, 4), **{k: round(v, 4) for k, v in losses.items()}}  # fmt: skip
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
        if self.spent_s - self._told_s >= TELL_EVERY_S or self.progress >= 1:
            self._told_s = self.spent_s
            log.info("%s", told(self.progress, self.rows, self.spent_s, losses))

    def save(self) -> None:
        """Writes weights, optimizer and counters."""
        counters = checkpoint.Counters(self.step, self.rows, self.spent_s)
        checkpoint.save(self.folder, self.masters, self.optimizer, counters, asdict(self.plan), self._means())

    def resume(self) -> None:
        """Goes on from the checkpoint in the folder, if there is one."""
        counters = checkpoint.restore(self.folder, self.masters, self.optimizer, self.device, self._means())
        if counters is not None:
            self.model.load(self.masters)
            self.step, self.rows, self.spent_s = counters.step, counters.rows, counters.spent_s
            log.info("resumed at step %d", self.step)

    def _means(self) -> dict[str, Tensor]:
        return {f"average/{name}": mean for name, mean in self.average.items()}

    def forget(self) -> None:
        """Removes the checkpoint, so that the next call trains anew; the log stays."""
        checkpoint.forget(self.folder)


class Trainer(Loop[ReaderModel, Batch]):
    """Trains a reader on corpora."""

    def __init__(self, model: ReaderModel, corpora: Sequence[Corpus], plan: Plan, folder: Path) -> None:
        visits = sum(corpus.weight * len(corpus.questions) for corpus in corpora)
        super().__init__(model, plan, folder, _ROWS_A_VISIT * visits)
        self.corpora = corpora

    def _batches(self, rng: random.Random) -> Iterator[Batch]:
        return batches(self.tokenizer, self.corpora, self.plan.rows, self.plan.max_tokens, rng, self._window)

    def _window(self) -> int:
        """Short passages first: they train twice as fast, and what they teach carries over."""
        return self.plan.short if self.progress < self.plan.short_until else self.plan.long

    def _losses(self, batch: Batch) -> dict[str, Tensor]:
        starts, ends, relevance = self.model(masked(batch))
        return reader_loss(starts, ends, relevance, batch)
