"""The embedders that a store can be made with, by name.

``minilm`` ships and needs no torch; ``sentence-transformers:<hub id or path>`` loads any such model; ``openai:<model>``
asks an OpenAI-compatible server. A store remembers which it was made with.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ragkit.config import Ingest, Settings, at_home
from ragkit.errors import EndpointError, ModelError, UsageError
from ragkit.models.hub import Location, locate, only_a_path

if TYPE_CHECKING:
    from ragkit.models.minilm import MiniLMEmbedder
    from ragkit.protocols import Embedder, Vectors
    from ragkit.registry import Context

log = logging.getLogger(__name__)

PREFIXES = {
    "e5": ("query: ", "passage: "),
    "bge": ("Represent this sentence for searching relevant passages: ", ""),
    "mxbai-embed": ("Represent this sentence for searching relevant passages: ", ""),
    "snowflake-arctic-embed": ("Represent this sentence for searching relevant passages: ", ""),
    "nomic-embed": ("search_query: ", "search_document: "),
}
"""Query and passage prefixes from the models' cards, by a whole part of the name; a model's own prompts go first."""
ENDPOINT_BATCH = 64
REMEDY = "Give a folder of sentence-transformers with safetensors, or a hub id on a machine with a network."


def spec_of(settings: Settings) -> str:
    """The embedder as ``name:argument``: a path or hub id alone means sentence-transformers, a URL an endpoint.

    Raises:
        UsageError: A URL does not name its model.
    """
    named = settings.ingest.embedder
    if named.startswith(("http://", "https://")):
        if "#" not in named:
            raise UsageError(f"The embedding endpoint {named} names no model.", f"Write {named}#MODEL.")
        return f"openai:{named}"
    if named.startswith(("sentence-transformers:", "openai:")):
        return named
    if only_a_path(named) or (":" not in named and "/" in named):
        return f"sentence-transformers:{named}"
    return named


def minilm(argument: str, context: Context) -> MiniLMEmbedder:
    """The bundled model."""
    from ragkit.models.minilm import MiniLMEmbedder

    embedder = MiniLMEmbedder()
    embedder.load()
    return embedder


def sentence_transformers(argument: str, context: Context) -> Embedder:
    """Any sentence-transformers model, by hub id or path."""
    if not argument:
        raise UsageError("sentence-transformers needs a model.", "Write: sentence-transformers:PATH")
    return SentenceTransformersEmbedder(argument, context.settings.ingest, offline=context.settings.offline)


def openai(argument: str, context: Context) -> Embedder:
    """An OpenAI-compatible embedding server: ``URL#MODEL``, or a model at ``--base-url``."""
    url, _, model = argument.rpartition("#")
    base = url or context.settings.generate.base_url
    if not base or not model:
        raise UsageError("The embedding endpoint is not complete.", "Write: http://HOST:PORT/v1#MODEL")
    from ragkit.models.http import refuse_offline, refuse_password

    refuse_password(base)
    refuse_offline(base, offline=context.settings.offline)
    return EndpointEmbedder(base, model, context.settings)


def fingerprint(name: str, *parts: str) -> str:
    """``name@digest``: what a store remembers, and from which `made_with` reads the name again."""
    return f"{name}@{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:16]}"


def made_with(print_of_store: str) -> str:
    """The embedder's ``name:argument`` in a fingerprint."""
    return print_of_store.rpartition("@")[0]


class SentenceTransformersEmbedder:
    """A sentence-transformers model; its fingerprint covers its place, a sample of its weights, and prefixes.

    Raises:
        ModelError: There is none of that name, or it cannot be loaded.
    """

    def __init__(self, model: str, ingest: Ingest, *, offline: bool) -> None:
        place = locate(model, offline=offline)
        if Path(at_home(model)).is_dir():
            # The store remembers it, and may be used from another folder.
            model = place.name
        self.name = f"sentence-transformers:{model}"
        self._model = _load_sentence_transformer(place)
        self._query, self._passage = prefixes(model, getattr(self._model, "prompts", {}), ingest)
        self.dimension = int(self._model.encode(["dimension"], show_progress_bar=False).shape[1])
        self.max_tokens = int(self._model.max_seq_length or 512)
        self.fingerprint = fingerprint(self.name, _weights_digest(self._model), self._query, self._passage)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text with the passage prefix, special tokens excluded."""
        if not texts:
            return []
        tokenizer = self._model.tokenizer
        rows = tokenizer(
            [self._passage + text for text in texts], add_special_tokens=False, truncation=False, verbose=False
        )
        return [len(row) for row in rows["input_ids"]]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape ``(len(texts), dimension)``."""
        return self._embed([self._passage + text for text in texts])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape ``(len(texts), dimension)``."""
        return self._embed([self._query + text for text in texts])

    def _embed(self, texts: list[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        vectors = self._model.encode(texts, prompt="", normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32)


class EndpointEmbedder:
    """``POST <base>/embeddings`` of an OpenAI-compatible server. Its tokenizer is unknown: tokens are overestimated.

    Raises:
        EndpointError: The server is down, refuses, or answers something else, now or later.
    """

    max_tokens = 512

    def __init__(self, base_url: str, model: str, settings: Settings) -> None:
        from ragkit.models.http import below

        base_url = base_url.rstrip("/")
        self.name = f"openai:{base_url}#{model}"
        self._url = below(base_url, "embeddings")
        self._id = model
        self._settings = settings.generate
        self._query, self._passage = prefixes(model, {}, settings.ingest)
        self.dimension = self._embed(["dimension"]).shape[1]
        self.fingerprint = fingerprint(self.name, str(self.dimension), self._query, self._passage)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """An upper estimate: a token for every two and a half characters."""
        return [int(len(text) / 2.5) + 1 for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape ``(len(texts), dimension)``."""
        return self._embed([self._passage + text for text in texts])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape ``(len(texts), dimension)``."""
        return self._embed([self._query + text for text in texts])

    def _embed(self, texts: list[str]) -> Vectors:
        batches = [texts[start : start + ENDPOINT_BATCH] for start in range(0, len(texts), ENDPOINT_BATCH)]
        rows = [row for batch in batches for row in self._ask(batch)]
        vectors = np.asarray(rows, np.float32).reshape(len(texts), -1 if texts else self.dimension)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)

    def _ask(self, batch: list[str]) -> list[list[float]]:
        from ragkit.models.http import post_json

        answer = post_json(self._url, {"model": self._id, "input": batch}, self._settings)
        try:
            rows = sorted(answer["data"], key=lambda row: row["index"])
            vectors = [[float(number) for number in row["embedding"]] for row in rows]
        except (KeyError, TypeError, ValueError) as error:
            raise EndpointError(
                f"{self._url} answered something that is not a list of embeddings.", "Is it an embedding server?"
            ) from error
        if len(vectors) != len(batch):
            raise EndpointError(f"{self._url} answered {len(vectors)} embeddings for {len(batch)} texts.", "Try again.")
        lengths = {len(vector) for vector in vectors}
        if len(lengths) != 1 or 0 in lengths or not np.isfinite(vectors).all():
            raise EndpointError(
                f"{self._url} answered embeddings of unequal or no length, or with numbers that are not finite.",
                "Is it an embedding model?",
            )
        return vectors


def _load_sentence_transformer(place: Location) -> Any:
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(place.name, local_files_only=place.local, model_kwargs={"use_safetensors": True})
    except Exception as error:
        # Whatever is wrong with the folder: safetensors, torch and pickle guards each have errors of their own.
        reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        raise ModelError(f"The embedding model {place.name!r} cannot be loaded: {reason}.", REMEDY) from error


def _weights_digest(model: Any) -> str:
    """A digest of names, shapes and a sample of every tensor: enough to tell two models apart."""
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        sample = tensor.detach().flatten()[:64].float().cpu().numpy().tobytes()
        digest.update(f"{name}{tuple(tensor.shape)}".encode() + sample)
    return digest.hexdigest()[:16]


def prefixes(model: str, prompts: dict[str, str], ingest: Ingest) -> tuple[str, str]:
    """What goes before a query and before a passage: the user's, else the model's own, else what its card says."""
    parts = {part: re.compile(rf"(?<![a-z0-9]){part}(?![a-z0-9])") for part in PREFIXES}
    known = next((PREFIXES[part] for part, whole in parts.items() if whole.search(model.lower())), ("", ""))
    query = ingest.query_prefix or prompts.get("query") or known[0]
    passage = ingest.passage_prefix or prompts.get("passage") or prompts.get("document") or known[1]
    if query or passage:
        log.info("%s: query prefix %r, passage prefix %r", model, query, passage)
    return query, passage
