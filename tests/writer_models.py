"""A writer that nobody trained, small only in what it may write: real files for tests of what runs and loads them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

TEXT = "the gateway has eight channels . it is in a"


def untrained_writer(out: Path) -> Path:
    """Writes a writer folder with random weights, always the same."""
    import torch

    from ragkit.models import bundled
    from ragkit.models.writer import ANSWER, DIRECT, END, REFUSE, THINK, Rules
    from ragkit.tune.pointer import PointerWriter
    from ragkit.tune.writer import save_writer

    torch.manual_seed(0)
    pieces = bundled.tokenizer().encode(TEXT, add_special_tokens=False).ids
    vocabulary = sorted({DIRECT, THINK, REFUSE, ANSWER, END, *pieces})
    rng = np.random.default_rng(0)
    relevance = rng.normal(0, 0.1, (1, 384)).astype(np.float32)
    encoder = {"relevance.weight": relevance, "relevance.bias": np.zeros(1, np.float32)}
    save_writer(out, PointerWriter(torch.tensor(vocabulary)).trained(), encoder, vocabulary, {}, Rules(1.0, -100.0))
    return out
