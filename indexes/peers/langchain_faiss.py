"""LangChain: HuggingFaceEmbeddings and the FAISS vector store, as its documentation shows them."""

# ruff: noqa: D102 - measure.System says what each method does
from __future__ import annotations

from collections.abc import Sequence

import measure
from langchain_community.vectorstores import FAISS
from langchain_huggingface import HuggingFaceEmbeddings


class LangChain:
    """``FAISS.from_texts`` and ``similarity_search``."""

    def __init__(self, model: str) -> None:
        self.model = HuggingFaceEmbeddings(
            model_name=model, model_kwargs={"device": "cpu"}, encode_kwargs={"normalize_embeddings": True}
        )

    def embed(self, texts: Sequence[str]) -> object:
        return self.model.embed_documents(list(texts))

    def warm_up(self, store: str) -> None:
        del store
        self.embed([measure.WARM_UP])

    def ingest(self, texts: Sequence[str], store: str) -> int:
        ids = [str(position) for position in range(len(texts))]
        FAISS.from_texts(list(texts), self.model, ids=ids).save_local(store)
        return len(texts)

    def open(self, store: str) -> None:
        # The pickle is the one that `ingest` wrote a moment ago.
        self.store = FAISS.load_local(store, self.model, allow_dangerous_deserialization=True)

    def search(self, query: str) -> list[int]:
        return [int(document.id or -1) for document in self.store.similarity_search(query, k=measure.TOP)]


if __name__ == "__main__":
    measure.main(LangChain)
