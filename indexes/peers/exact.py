"""The reference that retrieval is held against: fp32 vectors of sentence-transformers, every product computed.

Writes the scores, shape (queries, texts), as an npy file.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer


def main(model: str, workload: str, out: str) -> None:
    """Score every text for every query."""
    content = json.loads(Path(workload).read_text(encoding="utf-8"))
    encoder = SentenceTransformer(model, device="cpu")
    texts, queries = (encoder.encode(content[key], normalize_embeddings=True) for key in ("texts", "queries"))
    np.save(out, queries @ texts.T)
    sys.stdout.write(json.dumps({"dtype": str(texts.dtype)}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
