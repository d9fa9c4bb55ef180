"""Where training runs, and in which numbers."""

from __future__ import annotations

import torch

from ragkit.models.processor import has_bf16


def best() -> torch.device:
    """CUDA where there is some, else the processor."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def bf16_is_faster() -> bool:
    """Whether training in bf16 is faster than in f32: on CUDA and on processors that have it."""
    return torch.cuda.is_available() or has_bf16()
