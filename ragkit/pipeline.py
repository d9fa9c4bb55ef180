"""Settings to parts: what a pipeline file names, wired."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ragkit import registry, shipped
from ragkit.config import Settings
from ragkit.models.embedders import spec_of
from ragkit.types import Sampling

if TYPE_CHECKING:
    from ragkit.generate.prompts import PromptTemplate
    from ragkit.protocols import Chunker, Embedder, Generator, Verifier


class Pipeline:
    """The parts that the settings name, each made on first use and once, whichever thread asks.

    Parts that are given are used instead.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        embedder: Embedder | None = None,
        generator: Generator | None = None,
        verifier: Verifier | None = None,
    ) -> None:
        self.settings = settings
        self._lock = threading.RLock()
        self._context = registry.Context(settings, lambda: self.embedder)
        self._embedder, self._generator, self._verifier = embedder, generator, verifier
        self._prompt: PromptTemplate | None = None

    @property
    def embedder(self) -> Embedder:
        """The embedder of the store."""
        with self._lock:
            if self._embedder is None:
                self._embedder = registry.make("embedder", spec_of(self.settings), self._context)
            return self._embedder

    @property
    def generator(self) -> Generator:
        """What writes the answer."""
        with self._lock:
            if self._generator is None:
                self._generator = registry.make("generator", self.settings.generate.generator, self._context)
            return self._generator

    @property
    def verifier(self) -> Verifier:
        """What checks it."""
        with self._lock:
            if self._verifier is None:
                self._verifier = registry.make("verifier", self.settings.verify.verifier, self._context)
            return self._verifier

    @property
    def prompt(self) -> PromptTemplate:
        """The prompt file, loaded and checked."""
        from ragkit.generate.prompts import load_prompt

        with self._lock:
            if self._prompt is None:
                folders = [Path("prompts"), shipped.folder("pipelines") / "prompts"]
                self._prompt = load_prompt(self.settings.generate.prompt, folders)
            return self._prompt

    def adopt(self, embedder: str) -> None:
        """Use the embedder that a store was made with, unless the user chose one, or one is loaded."""
        with self._lock:
            if self._embedder is None and "ingest.embedder" not in self.settings.origins:
                self.settings = replace(self.settings, ingest=replace(self.settings.ingest, embedder=embedder))
                self._context = registry.Context(self.settings, lambda: self.embedder)

    def chunker(self) -> Chunker:
        """The chunker for this embedder's window."""
        from ragkit.ingest.chunk import StructureChunker

        return StructureChunker(self.embedder, target_tokens=self.settings.ingest.target_tokens)

    def sampling(self) -> Sampling:
        """How the generator is to pick tokens."""
        generate = self.settings.generate
        return Sampling(
            temperature=generate.temperature,
            top_p=generate.top_p,
            top_k=generate.top_k,
            min_p=generate.min_p,
            repetition_penalty=generate.repetition_penalty,
            max_tokens=generate.max_tokens,
            seed=generate.seed,
            stop=generate.stop,
        )
