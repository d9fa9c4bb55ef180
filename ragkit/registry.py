"""Names to parts: a table of ``"module:attribute"`` strings, imported on use, open to plug-ins by entry point.

A plug-in declares, for example, ``[project.entry-points."ragkit.generator"] mine = "my_package:make"``. What a name
stands for is a factory ``make(argument: str, context: Context) -> part``; the argument is what follows the first
colon of ``name:argument``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from ragkit.config import Settings
from ragkit.errors import RagkitError, UsageError
from ragkit.plugins import blamed, make_of
from ragkit.protocols import Embedder, EvidenceScorer, Generator, Reranker, Verifier
from ragkit.suggest import did_you_mean

TABLE = {
    "embedder": {
        "minilm": "ragkit.models.embedders:minilm",
        "sentence-transformers": "ragkit.models.embedders:sentence_transformers",
        "openai": "ragkit.models.embedders:openai",
    },
    "evidence": {
        "similarity": "ragkit.generate.extractive.similarity_evidence:from_context",
        "reader": "ragkit.generate.extractive.reader_evidence:from_context",
    },
    "generator": {
        "extractive": "ragkit.generate.extractive.generator:from_context",
        "transformers": "ragkit.generate.transformers:from_context",
        "openai": "ragkit.generate.openai:from_context",
        "writer": "ragkit.generate.writer:from_context",
    },
    "reranker": {
        "reader": "ragkit.retrieve.rerank:from_context",
        "cross-encoder": "ragkit.retrieve.crossencoder:from_context",
    },
    "verifier": {
        "lexical": "ragkit.verify.lexical:from_context",
        "trained": "ragkit.verify.trained:from_context",
    },
}
KINDS = (*TABLE, "reader", "metric")
"""What a plug-in may be."""
ALONE = frozenset({"minilm", "similarity", "extractive", "lexical"})
"""Names of the table that take no ``:argument``."""

_PROTOCOLS: dict[str, type] = {
    "embedder": Embedder,
    "evidence": EvidenceScorer,
    "generator": Generator,
    "reranker": Reranker,
    "verifier": Verifier,
}
SEAMS = {kind: [name for name in vars(seam) if not name.startswith("_")] for kind, seam in _PROTOCOLS.items()}
"""What a part of each kind has, as `ragkit.protocols` says."""


def _now(load: Callable[[], None]) -> None:
    load()


@dataclass(frozen=True, slots=True)
class Context:
    """What a factory may use: the settings, and the store's embedder once something needs it.

    ``own`` are the settings of the plug-in itself: what stands in ``[plugins.NAME]``, for the name it was asked for by.
    ``load`` is given what loads the part's model, and calls it now, or has it called beside other work.
    """

    settings: Settings
    embedder: Callable[[], Embedder]
    own: Mapping[str, Any] = field(default_factory=dict)
    load: Callable[[Callable[[], None]], None] = _now


def points(kind: str) -> list[EntryPoint]:
    """The plug-ins of a kind that are installed: of one of the table, ``reader`` or ``metric``."""
    return list(entry_points(group=f"ragkit.{kind}"))


def names(kind: str) -> list[str]:
    """The names known for a kind of part, plug-ins included."""
    return sorted({*TABLE[kind], *(point.name for point in points(kind))})


@dataclass(frozen=True, slots=True)
class PlugIn:
    """A plug-in that is installed: of a ``kind``, told as ``mine (their-package 1.0)``, and why it does not load."""

    kind: str
    told: str
    failure: str


def plug_ins() -> list[PlugIn]:
    """Every plug-in that is installed, by kind. Each is loaded, and none is made."""
    return [PlugIn(kind, _told(point), _failure(point)) for kind in KINDS for point in points(kind)]


def _told(point: EntryPoint) -> str:
    return f"{point.name} ({point.dist.name} {point.dist.version})" if point.dist else point.name


def _failure(point: EntryPoint) -> str:
    try:
        point.load()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def code_of(kind: str, spec: str) -> str:
    """What tells one make of the plug-in that ``spec`` names from the next; "" for a part that is ragkit's own."""
    name = spec.partition(":")[0]
    points = () if name in TABLE[kind] else entry_points(group=f"ragkit.{kind}", name=name)
    return next(map(make_of, points), "")


def lack_of(kind: str, part: object) -> str:
    """What keeps ``part`` from being a part of that kind, or "".

    Raises:
        ModelError: Looking at what it has fails in code that is not ragkit's own.
    """
    if isinstance(part, type):
        return f"{part.__name__} is a class, where an object of it is due"
    with blamed(kind, part):
        lacks = [each for each in SEAMS[kind] if not hasattr(part, each)]
    return f"{type(part).__name__} has no {', '.join(lacks)}" if lacks else ""


def make(kind: str, spec: str, context: Context) -> Any:
    """The part that ``spec``, a ``name`` or ``name:argument``, stands for.

    Raises:
        UsageError: Nothing of this kind has that name, or it takes no argument.
        RagkitError: It is a plug-in that fails.
    """
    name, _, argument = spec.partition(":")
    if argument and name in ALONE & TABLE[kind].keys():
        raise UsageError(f"The {kind} {name} takes no model, but was given {argument!r}.", f"Write: {name}")
    try:
        part = _factory(kind, name)(argument, replace(context, own=context.settings.plug_in(name)))
        if lack := lack_of(kind, part):
            raise TypeError(lack)
        return part
    except RagkitError:
        raise
    except Exception as error:
        if name in TABLE[kind]:
            raise
        raise unmade(kind, name, error) from error


def unmade(kind: str, name: str, error: Exception) -> RagkitError:
    """The error for a plug-in that fails before it is of any use."""
    return RagkitError(
        f"The {kind} {name!r}, a plug-in, cannot be made: {type(error).__name__}: {error}.",
        "Install its package again, or ask whoever made it.",
    )


def _factory(kind: str, name: str) -> Callable[[str, Context], Any]:
    target = TABLE[kind].get(name)
    if target is None:
        for point in entry_points(group=f"ragkit.{kind}", name=name):
            return point.load()  # type: ignore[no-any-return]
        raise UsageError(f"There is no {kind} named {name!r}.", did_you_mean(name, names(kind)))
    module, _, attribute = target.partition(":")
    return getattr(import_module(module), attribute)  # type: ignore[no-any-return]
