"""What a training run keeps on disk to go on from: weights, optimizer and counters in one safetensors file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from ragkit.models.catalogue import digest
from ragkit.models.runtime import cache_folder

_FILE = "checkpoint.safetensors"


@dataclass(frozen=True, slots=True)
class Counters:
    """How far a run has come: updates, rows, and seconds spent."""

    step: int
    rows: int
    spent_s: float


def run_folder(kind: str, files: Sequence[Path], start: Path | None, arguments: Sequence[object]) -> Path:
    """Where a run keeps its checkpoint and its log: one on other data, or with other arguments, begins anew.

    What another share or seed holds out, the checkpoint may have been trained on.
    """
    told = [(str(path.resolve()), hashlib.sha256(path.read_bytes()).hexdigest()) for path in files]
    name = json.dumps([told, str(start), digest(start) if start else "", arguments])
    return cache_folder() / "tune" / f"{kind}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def save(
    folder: Path,
    masters: Mapping[str, Tensor],
    optimizer: torch.optim.Optimizer,
    counters: Counters,
    plan: Mapping[str, object],
    more: Mapping[str, Tensor] | None = None,
) -> None:
    """Writes the checkpoint of ``folder``; the last rename makes it whole. ``more`` are further tensors."""
    tensors = {f"model/{name}": value.contiguous() for name, value in masters.items()} | dict(more or {})
    for number, state in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer/{number}/{name}": value.contiguous() for name, value in state.items()}
    about = {"step": counters.step, "rows": counters.rows, "spent_s": counters.spent_s, "plan": plan}
    fresh = folder / "checkpoint.new"
    save_file(tensors, fresh, metadata={"counters": json.dumps(about)})
    fresh.replace(folder / _FILE)


def restore(
    folder: Path,
    masters: Mapping[str, Tensor],
    optimizer: torch.optim.Optimizer,
    device: torch.device,
    more: Mapping[str, Tensor] | None = None,
) -> Counters | None:
    """Fills ``masters``, ``optimizer`` and ``more`` from the checkpoint of ``folder``; None without one."""
    path = folder / _FILE
    if not path.exists():
        return None
    with safe_open(path, framework="pt") as file:
        about = json.loads(file.metadata()["counters"])
    tensors = load_file(path, device=str(device))
    for name, master in masters.items():
        master.copy_(tensors[f"model/{name}"])
    for name, value in (more or {}).items():
        value.copy_(tensors[name])
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        if name.startswith("optimizer/"):
            _, number, key = name.split("/")
            state.setdefault(int(number), {})[key] = value
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
    return Counters(about["step"], about["rows"], about["spent_s"])


def forget(folder: Path) -> None:
    """Removes the checkpoint, so that the next run begins anew."""
    (folder / _FILE).unlink(missing_ok=True)
