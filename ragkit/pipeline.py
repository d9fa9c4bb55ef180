"""Settings to parts: what a pipeline file names, wired."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ragkit import registry, shipped
from ragkit.config import Settings
from ragkit.errors import UsageError
from ragkit.models import runtime
from ragkit.models.embedders import spec_of
from ragkit.types import Sampling

if TYPE_CHECKING:
    from ragkit.generate.prompts import PromptTemplate
    from ragkit.protocols import Chunker, Embedder, Generator, Reranker, Verifier
    from ragkit.retrieve.expand import Expansion


T = TypeVar("T")
_TARGET = re.compile(r":target=(\d+)")


class _Part(Generic[T]):
    """Something that is made on first use, once, whichever thread asks; different parts are made side by side."""

    def __init__(self, make: Callable[[], T], value: T | None = None) -> None:
        self._make = make
        self._value = value
        self._lock = threading.RLock()

    def get(self) -> T:
        """The part."""
        with self._lock:
            if self._value is None:
                self._value = self._make()
            return self._value

    def try_get(self) -> None:
        """Make the part ahead of time. What fails here fails again, and is told, where the part is needed."""
        with suppress(Exception):
            self.get()

    @property
    def made(self) -> bool:
        """Whether it is there already."""
        return self._value is not None


class Pipeline:
    """The parts that the settings name. Parts that are given are used instead."""

    def __init__(
        self,
        settings: Settings,
        *,
        embedder: Embedder | None = None,
        generator: Generator | None = None,
        verifier: Verifier | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        given = {"embedder": embedder, "generator": generator, "verifier": verifier, "reranker": reranker}
        for kind, part in given.items():
            if part is not None and (lack := registry.lack_of(kind, part)):
                raise UsageError(f"The {kind} {lack}.", "ragkit.protocols says what it must have.")
        self.settings = settings
        self._fixed = embedder is not None or "ingest.embedder" in settings.origins
        self._embedder = self._embedder_part(embedder)
        self._generator = _Part["Generator"](lambda: self._made("generator", settings.generate.generator), generator)
        self._verifier = _Part["Verifier"](lambda: self._made("verifier", settings.verify.verifier), verifier)
        self._reranker = _Part["Reranker"](lambda: self._made("reranker", settings.retrieve.reranker), reranker)
        self._prompt = _Part["PromptTemplate"](self._loaded_prompt)
        self._loads: list[Callable[[], None]] = []
        self._begun = False

    @property
    def embedder(self) -> Embedder:
        """The embedder of the store."""
        return self._embedder.get()

    @property
    def generator(self) -> Generator:
        """What writes the answer."""
        return self._generator.get()

    @property
    def verifier(self) -> Verifier:
        """What checks it."""
        return self._verifier.get()

    @property
    def reranker(self) -> Reranker | None:
        """What orders the hits anew, if the settings name anything, or it was given."""
        return self._reranker.get() if self.settings.retrieve.reranker or self._reranker.made else None

    @property
    def expansion(self) -> Expansion | None:
        """What writes more to search for, if the settings name a way."""
        way = self.settings.retrieve.expand
        if way == "none":
            return None
        from ragkit.generate.reasoning import answer_text
        from ragkit.retrieve.expand import Expansion

        return Expansion(self.generator, way, answer_text)

    @property
    def prompt(self) -> PromptTemplate:
        """The prompt file, loaded and checked."""
        return self._prompt.get()

    def begin(self, *, answering: bool = True) -> None:
        """Have all parts made, or the embedder alone, beside what the caller does until it uses them."""
        if not self._begun:
            self._begun = answering
            if not self._embedder.made and spec_of(self.settings) == "minilm":
                # Here, for threads that import side by side take turns: in one of them 0.04 s became 0.2 s.
                runtime.core()
            make = self._try_load if answering else self._embedder.try_get
            threading.Thread(target=make, name="ragkit-begin").start()

    def _try_load(self) -> None:
        """`load`. What fails here fails again, and is told, where the part is needed."""
        with suppress(Exception):
            # First and alone, for a search waits for it; two models that load at once take twice as long.
            self._embedder.get()
            self.load()

    def load(self) -> None:
        """Make all parts, the embedder beside the others: most of it is the runtime reading compiled models."""
        thread = threading.Thread(target=self._embedder.try_get, name="ragkit-load")
        thread.start()
        try:
            self._generator.get()
            for load in self._loads:
                load()
            self._prompt.get()
            self._verifier.get()
            _ = self.reranker
        finally:
            thread.join()

    def adopt_chunks(self, chunker: str) -> None:
        """Make chunks of the size that a store's have, unless the user chose one; ``chunker`` is its fingerprint."""
        target = _TARGET.search(chunker)
        if target and "ingest.target_tokens" not in self.settings.origins:
            ingest = replace(self.settings.ingest, target_tokens=int(target[1]))
            self.settings = replace(self.settings, ingest=ingest)

    def adopt(self, embedder: str) -> None:
        """Use the embedder that a store was made with, unless the user chose one, or one was given; none: not known."""
        if self._fixed or not embedder or embedder == self.settings.ingest.embedder:
            return
        self.settings = replace(self.settings, ingest=replace(self.settings.ingest, embedder=embedder))
        if self._embedder.made:
            self._embedder = self._embedder_part()

    def _embedder_part(self, given: Embedder | None = None) -> _Part[Embedder]:
        return _Part["Embedder"](lambda: self._made("embedder", spec_of(self.settings)), given)

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

    def _made(self, kind: str, spec: str) -> Any:
        return registry.make(kind, spec, registry.Context(self.settings, self._embedder.get, load=self._loads.append))

    def _loaded_prompt(self) -> PromptTemplate:
        from ragkit.generate.prompts import load_prompt

        folders = [Path("prompts"), shipped.folder("pipelines") / "prompts"]
        return load_prompt(self.settings.generate.prompt, folders)
