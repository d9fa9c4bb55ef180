"""sentence-transformers and faiss with nothing between: what a careful person writes in twenty lines."""

# ruff: noqa: D102 - measure.System says what each method does
from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import measure
from sentence_transformers import SentenceTransformer


class Bare:
    """An exact inner product index and a JSON file of texts."""

    def __init__(self, model: str) -> None:
        self.model = SentenceTransformer(model, device="cpu")

    def embed(self, texts: Sequence[str]) -> Any:
        return self.model.encode(list(texts), normalize_embeddings=True)

    def warm_up(self, store: str) -> None:
        del store
        self.embed([measure.WARM_UP])

    def ingest(self, texts: Sequence[str], store: str) -> int:
        vectors = self.embed(texts)
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        faiss.write_index(index, str(Path(store, "vectors.faiss")))
        Path(store, "texts.json").write_text(json.dumps(list(texts)), encoding="utf-8")
        return len(texts)

    def open(self, store: str) -> None:
        self.index = faiss.read_index(str(Path(store, "vectors.faiss")))
        self.texts = json.loads(Path(store, "texts.json").read_text(encoding="utf-8"))

    def search(self, query: str) -> list[int]:
        _, found = self.index.search(self.embed([query]), measure.TOP)
        return [int(position) for position in found[0]]


if __name__ == "__main__":
    measure.main(Bare)
