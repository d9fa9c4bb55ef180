"""Parts that are not ragkit's own: whose fault it is when one fails, and what tells one make of it from the next."""

from __future__ import annotations

import collections.abc
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint
from importlib.util import find_spec
from pathlib import Path

from ragkit.errors import ModelError, RagkitError
from ragkit.protocols import Generator, Pieces
from ragkit.types import Piece, Prompt, Sampling

SETTINGS = {
    "embedder": "ingest.embedder",
    "evidence": "generate.evidence",
    "generator": "generate.generator",
    "reranker": "retrieve.reranker",
    "verifier": "verify.verifier",
}
"""What names the part of each kind."""


def wrong(kind: str, part: object, what: str) -> ModelError:
    """The error for a part that gave what its Protocol does not allow."""
    return ModelError(f"The {kind} {type(part).__name__} gave {what}.", f"Name another with {SETTINGS[kind]}.")


@contextmanager
def blamed(kind: str, part: object) -> Iterator[None]:
    """What somebody else's part fails with inside becomes a `ModelError` that names the part.

    ragkit's own parts raise a `RagkitError` on purpose; anything else from them is a fault of ragkit, and stays so.
    """
    try:
        yield
    except RagkitError:
        raise
    except Exception as error:
        name = type(part)
        if name.__module__.partition(".")[0] == "ragkit":
            raise
        raise ModelError(
            f"The {kind} {name.__name__} of {name.__module__} failed: {type(error).__name__}: {error}.",
            f"It is not ragkit's own: ask whoever made it, or name another with {SETTINGS[kind]}.",
        ) from error


def pieces_of(generator: Generator, prompt: Prompt, sampling: Sampling) -> Pieces:
    """What a generator streams, each piece looked at. Closing this closes that.

    Raises:
        ModelError: The generator is not ragkit's own and fails, or streams what is no piece.
    """
    with blamed("generator", generator):
        stream = generator.stream(prompt, sampling)
        try:
            for piece in stream:
                _refuse_unsound(generator, piece)
                yield piece
        finally:
            # a plain iterator does too
            if isinstance(stream, collections.abc.Generator):
                stream.close()


def _refuse_unsound(generator: Generator, piece: object) -> None:
    if not isinstance(piece, Piece):
        raise wrong("generator", generator, f"{type(piece).__name__} for a piece")
    if not isinstance(piece.text, str):
        raise wrong("generator", generator, f"a piece whose text is {type(piece.text).__name__}")
    try:
        piece.text.encode()
    except UnicodeEncodeError:
        raise wrong("generator", generator, "text that is not valid Unicode (half a surrogate pair)") from None


def make_of(point: EntryPoint) -> str:
    """A digest of a plug-in's version and of the Python files of its package, none of which is imported."""
    told = hashlib.sha256(f"{point.value} {point.dist.version if point.dist else ''}".encode())
    for file in _files(point.value.partition(":")[0].partition(".")[0]):
        told.update(file.read_bytes())
    return told.hexdigest()[:12]


def _files(package: str) -> list[Path]:
    """The Python files of a top-level package or module; of one spread over several folders, none."""
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        return []
    origin = Path(spec.origin) if spec and spec.origin else None
    if origin is None or not origin.is_file():
        return []
    return sorted(origin.parent.rglob("*.py")) if spec and spec.submodule_search_locations else [origin]
