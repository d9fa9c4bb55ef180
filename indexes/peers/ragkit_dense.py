"""ragkit through its Python interface, ranking by vectors alone: what the peers do."""

# ruff: noqa: D102 - measure.System says what each method does
from __future__ import annotations

from collections.abc import Sequence

import measure

import ragkit
from ragkit.models.minilm import MiniLMEmbedder


class Dense:
    """A text becomes one document; with 254 tokens as the target that is one chunk, or more when it does not fit."""

    fusion = "dense"

    def __init__(self, model: str) -> None:
        del model  # ragkit finds and checks the same files itself
        self.embedder = MiniLMEmbedder()

    def embed(self, texts: Sequence[str]) -> object:
        return self.embedder.embed_passages(texts)

    def warm_up(self, store: str) -> None:
        self.open(store)
        self.kit.ingest(ragkit.Document(uri="warm-up", text=measure.WARM_UP))
        self.kit.remove("warm-up")

    def ingest(self, texts: Sequence[str], store: str) -> int:
        del store
        documents = [ragkit.Document(uri=str(position), text=text) for position, text in enumerate(texts)]
        return self.kit.ingest(documents).chunks

    def open(self, store: str) -> None:
        self.kit = ragkit.open(store, {"ingest.target_tokens": 254, "retrieve.fusion": self.fusion})

    def search(self, query: str) -> list[int]:
        return [int(hit.chunk.uri) for hit in self.kit.search(query, k=measure.TOP)]


if __name__ == "__main__":
    measure.main(Dense)
