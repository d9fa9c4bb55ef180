"""Reindexing makes everything anew from the store alone, in one step for readers, and keeps what has not changed."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ragkit.config import Retrieve
from ragkit.errors import ModelError, StoreLocked, UsageError
from ragkit.ingest.chunk import StructureChunker
from ragkit.ingest.reindex import reindex
from ragkit.retrieve.hybrid import HybridRetriever
from ragkit.store import building, rebuild, recipes
from ragkit.store.check import check
from ragkit.store.recipes import Recipe
from ragkit.store.records import Root
from ragkit.store.store import Store
from ragkit.testing import HashingEmbedder
from ragkit.types import Document

if TYPE_CHECKING:
    from ragkit.protocols import Vectors

WORDS = "otter stoat badger heron kestrel newt salmon adder lapwing curlew".split()

HERONS = "Badger number 1 lives by the water. It eats badgers. Heron number 1 lives by the water. It eats herons."


def text(number: int) -> str:
    return "\n\n".join(f"{word.capitalize()} number {number} lives by the water. It eats {word}s." for word in WORDS)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Six documents in small chunks, with an index file."""
    small = Recipe("flat", "SQfp16", merge_floor=5)
    monkeypatch.setattr(recipes, "load_recipe", lambda name: small)
    monkeypatch.setattr(building, "load_recipe", lambda name: small)
    embedder = HashingEmbedder()
    chunker = StructureChunker(embedder, target_tokens=20)
    made = Store.create(
        tmp_path / "store",
        embedder_fingerprint=embedder.fingerprint,
        dimension=embedder.dimension,
        chunker_fingerprint=chunker.fingerprint,
    )
    documents = [Document(f"doc{number}", text(number % 3), metadata={"n": number}) for number in range(6)]
    with made.transaction() as tx:
        for document in documents:
            chunks = chunker.chunk(document)
            hashes = [chunk.text_hash for chunk in chunks]
            tx.put_vectors(hashes, embedder.embed_passages([chunk.embedded_text for chunk in chunks]))
            tx.put(document, f"hash {document.uri}", chunks, hashes, len(document.text), 1)
        tx.fail("torn.pdf", "torn")
        tx.remember_root(Root("docs", {"exclude": ["*.log"]}))
    made.finish()
    return made


def found(store: Store, query: str, embedder: HashingEmbedder) -> list[str]:
    hits = store.dense(embedder.embed_queries([query]), 3)
    return [chunk.text for chunk in store.chunks([rowid for rowid, _ in hits])]


def highest(store: Store) -> int:
    connection = sqlite3.connect(store.path / "store.sqlite")
    [(seq,)] = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'chunks'")
    connection.close()
    return int(seq)


def test_another_chunker_embeds_only_what_is_new(store: Store) -> None:
    embedder = HashingEmbedder()
    before, top = store.counts(), highest(store)
    states = store.content_hashes()
    report = reindex(store, embedder, StructureChunker(embedder, target_tokens=60))
    after = store.counts()
    assert (after.documents, after.failures) == (6, 1)
    assert after.chunks == report.chunks < before.chunks
    # three texts stand twice in the store and are embedded once
    assert embedder.embedded == report.embedded == after.vectors == after.chunks // 2
    assert store.chunker_fingerprint.endswith("target=60")
    assert store.content_hashes() == states
    assert store.roots() == [Root("docs", {"exclude": ["*.log"]})]
    assert store.document("doc4").metadata == {"n": 4}
    assert min(rowid for rowid, _ in store.dense(embedder.embed_queries(["otter"]), 99)) > top
    assert found(store, "otter number 2 eats", embedder)[0].startswith("Otter number 2")
    assert not (store.path / "reindex").exists()
    assert check(store.path) == []


def test_the_same_chunks_are_not_embedded_again(store: Store) -> None:
    embedder = HashingEmbedder()
    chunker = StructureChunker(embedder, target_tokens=20, max_tokens=100)
    assert chunker.fingerprint != store.chunker_fingerprint
    report = reindex(store, embedder, chunker)
    assert (report.embedded, embedder.embedded) == (0, 0)
    assert store.chunker_fingerprint == chunker.fingerprint
    assert check(store.path) == []


def test_another_embedder_of_another_dimension(store: Store) -> None:
    with Store.open(store.path) as reader:
        old, wide = HashingEmbedder(), HashingEmbedder(96)
        assert "Heron number 1" in found(reader, HERONS, old)[0]
        with reader.snapshot():
            assert reader.dimension == 64
            chunker = StructureChunker(wide, target_tokens=20)
            thread = threading.Thread(target=reindex, args=(store, wide, chunker))
            thread.start()
            thread.join()
            # what is being read stays as it was
            assert reader.dimension == 64
            assert "Heron number 1" in found(reader, HERONS, old)[0]
        assert (reader.dimension, reader.embedder_fingerprint) == (96, "hashing@96")
        assert "Heron number 1" in found(reader, HERONS, wide)[0]
        assert len(reader.keyword("heron", 99)) == 6
    assert check(store.path) == []
    assert len(list((store.path / "index").iterdir())) == 1


def test_another_recipe_embeds_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    embedder = HashingEmbedder()
    report = reindex(store, embedder, StructureChunker(embedder, target_tokens=20), recipe="hnsw")
    assert (report.embedded, store.identity.recipe) == (0, "hnsw")
    with pytest.raises(UsageError, match="Did you mean 'hnsw'"):
        reindex(store, embedder, StructureChunker(embedder, target_tokens=20), recipe="hnws")
    assert check(store.path) == []


class Stopping(HashingEmbedder):
    """Fails after so many texts."""

    def __init__(self, after: int) -> None:
        super().__init__(96)
        self._after = after

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if self.embedded >= self._after:
            raise InterruptedError
        return super().embed_passages(texts)


def test_what_was_cut_short_goes_on_and_until_then_nothing_has_changed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ragkit.ingest.reindex.BATCH_CHUNKS", 10)
    stopping = Stopping(10)
    with pytest.raises(ModelError, match="InterruptedError"):
        reindex(store, stopping, StructureChunker(stopping, target_tokens=20))
    assert store.dimension == 64
    assert [(finding.level, "reindex" in finding.what) for finding in check(store.path)] == [("warning", True)]
    wide = HashingEmbedder(96)
    report = reindex(store, wide, StructureChunker(wide, target_tokens=20))
    assert report.resumed == 2
    assert wide.embedded == report.embedded == store.counts().vectors - stopping.embedded
    assert check(store.path) == []


@pytest.mark.parametrize("change", ["the store", "the embedder", "damage"])
def test_what_was_cut_short_is_dropped_when_it_is_of_no_use(
    store: Store, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr("ragkit.ingest.reindex.BATCH_CHUNKS", 10)
    stopping = Stopping(10)
    with pytest.raises(ModelError, match="InterruptedError"):
        reindex(store, stopping, StructureChunker(stopping, target_tokens=20))
    embedder = HashingEmbedder(96)
    if change == "the store":
        with store.transaction() as tx:
            tx.remove("doc0")
    elif change == "the embedder":
        embedder = HashingEmbedder(72)
    else:
        (store.path / "reindex" / "store.sqlite").write_bytes(b"torn" * 5000)
    report = reindex(store, embedder, StructureChunker(embedder, target_tokens=20))
    assert report.resumed == 0
    assert report.documents == store.counts().documents == (5 if change == "the store" else 6)
    assert check(store.path) == []


def test_an_empty_store_and_a_busy_one(tmp_path: Path, store: Store) -> None:
    wide = HashingEmbedder(96)
    empty = Store.create(tmp_path / "e", embedder_fingerprint="hashing@64", dimension=64, chunker_fingerprint="c")
    assert empty.dense(HashingEmbedder().embed_queries(["x"]), 1) == []
    assert reindex(empty, wide, StructureChunker(wide)).documents == 0
    assert empty.dense(wide.embed_queries(["x"]), 1) == []
    with Store.open(store.path) as other, pytest.raises(StoreLocked):
        reindex(other, wide, StructureChunker(wide))


def test_a_store_that_changed_meanwhile_is_not_overwritten(store: Store) -> None:
    made = rebuild.beside(store, embedder="x", dimension=8, chunker="c", recipe="flat")
    with store.transaction() as tx:
        tx.remove("doc0")
    with pytest.raises(Exception, match="changed meanwhile"):
        rebuild.swap(store, made)
    made.close()
    assert (store.counts().documents, store.dimension) == (5, 64)


def test_a_question_that_was_embedded_before_the_swap_is_embedded_again_after_it(store: Store) -> None:
    class Overtaken(HashingEmbedder):
        def embed_queries(self, texts: Sequence[str]) -> Vectors:
            made = super().embed_queries(texts)
            other = HashingEmbedder(32)
            reindex(store, other, StructureChunker(other, target_tokens=20))
            return made

    embedders = {"hashing@64": Overtaken(64), "hashing@32": HashingEmbedder(32)}
    retriever = HybridRetriever(store, lambda: embedders[store.embedder_fingerprint], Retrieve(fusion="scores"))
    hits = retriever.retrieve("heron number 1", 3)
    assert store.embedder_fingerprint == "hashing@32"
    assert hits == retriever.retrieve("heron number 1", 3)
