"""LlamaIndex: VectorStoreIndex on its default vector store, as its documentation shows it."""

# ruff: noqa: D102 - measure.System says what each method does
from __future__ import annotations

from collections.abc import Sequence

import measure
from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding


class LlamaIndex:
    """Nodes that were cut beforehand, ``persist`` and ``as_retriever``."""

    def __init__(self, model: str) -> None:
        self.model = HuggingFaceEmbedding(model_name=model, device="cpu")

    def embed(self, texts: Sequence[str]) -> object:
        return self.model.get_text_embedding_batch(list(texts))

    def warm_up(self, store: str) -> None:
        del store
        self.embed([measure.WARM_UP])

    def ingest(self, texts: Sequence[str], store: str) -> int:
        nodes = [TextNode(text=text, id_=str(position)) for position, text in enumerate(texts)]
        index = VectorStoreIndex(nodes, embed_model=self.model)
        index.storage_context.persist(store)
        return len(nodes)

    def open(self, store: str) -> None:
        index = load_index_from_storage(StorageContext.from_defaults(persist_dir=store), embed_model=self.model)
        self.retriever = index.as_retriever(similarity_top_k=measure.TOP)

    def search(self, query: str) -> list[int]:
        return [int(hit.node.node_id) for hit in self.retriever.retrieve(query)]


if __name__ == "__main__":
    measure.main(LlamaIndex)
