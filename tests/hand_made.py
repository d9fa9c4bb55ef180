"""Documents, chunks and vectors for tests of the store: small, and the same for the same text."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ragkit.store.store import Store
from ragkit.store.writing import Transaction
from ragkit.types import Block, Chunk, Document

DIMENSION = 8


def new_store(path: Path, recipe: str = "flat") -> Store:
    """An empty store for these vectors, open for writing."""
    return Store.create(
        path,
        embedder_fingerprint="hand-made",
        dimension=DIMENSION,
        chunker_fingerprint="paragraphs",
        recipe=recipe,
    )


def vector(text: str) -> NDArray[np.float32]:
    """A unit vector of shape ``(DIMENSION,)`` that depends on the text alone."""
    seed = int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8])
    row = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
    return row / np.linalg.norm(row)


def vectors(texts: list[str]) -> NDArray[np.float32]:
    """Shape ``(len(texts), DIMENSION)``."""
    return np.stack([vector(text) for text in texts]) if texts else np.empty((0, DIMENSION), dtype=np.float32)


def document(uri: str, *paragraphs: str, title: str = "") -> Document:
    """A document of paragraphs, one a line."""
    blocks, start = [], 0
    for paragraph in paragraphs:
        blocks.append(Block("paragraph", start, start + len(paragraph)))
        start += len(paragraph) + 1
    lines = tuple((block.start, number) for number, block in enumerate(blocks, 1))
    return Document(uri, "\n".join(paragraphs), title, "text/plain", tuple(blocks), lines)


def chunks_of(made: Document) -> list[Chunk]:
    """A chunk for each paragraph."""
    return [
        Chunk(made.uri, made.title, start, end, made.text[start:end], ("Top", "Sub"), (line, line))
        for line, (start, end) in enumerate(((block.start, block.end) for block in made.blocks), 1)
    ]


def put(tx: Transaction, made: Document) -> None:
    """The document with its chunks and their vectors, in a transaction."""
    chunks = chunks_of(made)
    hashes = [chunk.text_hash for chunk in chunks]
    tx.put_vectors(hashes, vectors([chunk.text for chunk in chunks]))
    tx.put(made, f"hash of {len(made.text)}", chunks, hashes, len(made.text), 1)


def filled(store: Store, *made: Document) -> Store:
    """The store with these documents, in one transaction."""
    with store.transaction() as tx:
        for each in made:
            put(tx, each)
    return store


def paragraphs(store: Store) -> dict[str, list[str]]:
    """What the store's documents say, chunk by chunk."""
    return {info.uri: store.document(info.uri).text.split("\n") for info in store.documents()}
