"""txtai: an Embeddings database with content, as its documentation shows it."""

# ruff: noqa: D102 - measure.System says what each method does
from __future__ import annotations

from collections.abc import Sequence

import measure
from txtai import Embeddings


class Txtai:
    """``index``, ``save``, ``load`` and ``search``. The saved index names its model, so `open` loads both."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.database: Embeddings | None = None

    def embed(self, texts: Sequence[str]) -> object:
        if self.database is None:
            self.database = Embeddings(path=self.model, content=True, gpu=False)
        return self.database.batchtransform(list(texts))

    def warm_up(self, store: str) -> None:
        del store
        self.embed([measure.WARM_UP])

    def ingest(self, texts: Sequence[str], store: str) -> int:
        assert self.database is not None, "warm_up comes first"
        self.database.index((str(position), text, None) for position, text in enumerate(texts))
        self.database.save(store)
        return len(texts)

    def open(self, store: str) -> None:
        self.database = Embeddings()
        self.database.load(store)

    def search(self, query: str) -> list[int]:
        assert self.database is not None, "open comes first"
        return [int(hit["id"]) for hit in self.database.search(query, measure.TOP)]


if __name__ == "__main__":
    measure.main(Txtai)
