"""Parts that are not ragkit's own: whose fault it is when one fails, and what tells one make of it from the next."""

from __future__ import annotations

import collections.abc
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import EntryPoint
from importlib.util import find_spec
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING

from ragkit.errors import ModelError, RagkitError
from ragkit.protocols import Embedder, EvidenceScorer, Generator, Pieces
from ragkit.types import Evidence, Hit, Piece, Prompt, Sampling, Usage

if TYPE_CHECKING:
    from ragkit.protocols import Vectors

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
    for name, text in (("text", piece.text), ("note", piece.note)):
        if not isinstance(text, str):
            raise wrong("generator", generator, f"a piece whose {name} is {type(text).__name__}")
        try:
            text.encode()
        except UnicodeEncodeError:
            raise wrong("generator", generator, "text that is not valid Unicode (half a surrogate pair)") from None
    if piece.confidence is not None and not 0 <= piece.confidence <= 1:
        raise wrong("generator", generator, f"the confidence {piece.confidence}, which is no probability")
    if piece.usage is not None and not isinstance(piece.usage, Usage):
        raise wrong("generator", generator, f"a piece whose usage is {type(piece.usage).__name__}")


def window_of(generator: Generator) -> int | None:
    """The room that a generator has, as `ragkit.protocols.Generator.context_tokens` tells.

    Raises:
        ModelError: The generator is not ragkit's own and fails, or it is no number of tokens.
    """
    with blamed("generator", generator):
        window = generator.context_tokens
    return None if window is None else _tokens("generator", generator, window)


def count_of(generator: Generator, text: str) -> int:
    """The tokens of a text as a generator counts them.

    Raises:
        ModelError: The generator is not ragkit's own and fails, or it is no number of tokens.
    """
    with blamed("generator", generator):
        count = generator.count_tokens(text)
    return _tokens("generator", generator, count)


def counts_of(embedder: Embedder, texts: Sequence[str]) -> list[int]:
    """The tokens of texts as an embedder counts them.

    Raises:
        ModelError: The embedder is not ragkit's own and fails, or it is not one number of tokens for each text.
    """
    with blamed("embedder", embedder):
        counts = list(embedder.count_tokens(texts))
    if len(counts) != len(texts):
        raise wrong("embedder", embedder, f"{len(counts)} counts of tokens for {len(texts)} texts")
    return [_tokens("embedder", embedder, count) for count in counts]


def _tokens(kind: str, part: object, count: object) -> int:
    if not isinstance(count, Integral) or int(count) < 0:
        raise wrong(kind, part, f"{count!r} for a number of tokens")
    return int(count)


def passage_vectors(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """What an embedder makes of passages, a row each.

    Raises:
        ModelError: The embedder is not ragkit's own and fails, or it is not one sound vector for each text.
    """
    with blamed("embedder", embedder):
        return _sound(embedder, embedder.embed_passages(texts), len(texts))


def query_vectors(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """What an embedder makes of queries, a row each; raises what `passage_vectors` does."""
    with blamed("embedder", embedder):
        return _sound(embedder, embedder.embed_queries(texts), len(texts))


def _sound(embedder: Embedder, vectors: Vectors, count: int) -> Vectors:
    import numpy as np

    if not isinstance(vectors, np.ndarray) or vectors.dtype.kind != "f":
        raise wrong("embedder", embedder, f"{type(vectors).__name__} where an array of floating numbers is due")
    if vectors.shape != (count, embedder.dimension):
        due = f"{count} texts of {embedder.dimension} dimensions"
        raise wrong("embedder", embedder, f"vectors of shape {vectors.shape} for {due}")
    if not np.isfinite(vectors).all():
        raise wrong("embedder", embedder, "a vector with what is no finite number")
    return vectors


def evidence_of(scorer: EvidenceScorer, question: str, passages: Sequence[Hit]) -> Sequence[Evidence]:
    """The sentences that a scorer of evidence finds.

    Raises:
        ModelError: The scorer is not ragkit's own and fails, or one of them stands nowhere or has no probability.
    """
    with blamed("evidence", scorer):
        found = list(scorer.score(question, passages))
        texts = [hit.chunk.text for hit in passages]
        for each in found:
            if not isinstance(each, Evidence):
                raise wrong("evidence", scorer, f"{type(each).__name__} for evidence")
            if each.start == each.end or not stands(each, texts):
                raise wrong("evidence", scorer, f"{each}, which stands in no passage")
            if not 0 <= each.score <= 1:
                raise wrong("evidence", scorer, f"the score {each.score}, which is no probability")
    return found


def stands(evidence: Evidence, passages: Sequence[str]) -> bool:
    """Whether it is a place in one of the passages."""
    known = 0 <= evidence.passage < len(passages)
    return known and 0 <= evidence.start <= evidence.end <= len(passages[evidence.passage])


def make_of(point: EntryPoint) -> str:
    """A digest of a plug-in's version and of the Python files of its package, none of which is imported."""
    told = hashlib.sha256(f"{point.value} {point.dist.version if point.dist else ''}".encode())
    for file in _files(point.value.partition(":")[0].partition(".")[0]):
        told.update(_content(file))
    return told.hexdigest()[:12]


def _content(file: Path) -> bytes:
    """What is in a file; nothing in a folder and in a link to nowhere, which editors leave; else why it is not read."""
    try:
        return file.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        return b""
    except OSError as error:
        return f"{file.name} {type(error).__name__}".encode("utf-8", "surrogateescape")


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
