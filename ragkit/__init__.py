"""ragkit: answers from your documents, offline, cited and checked.

    import ragkit

    kit = ragkit.open("./.ragkit")
    kit.ingest("docs")
    answer = kit.ask("How many days of leave do I have?")

Names are loaded on first use (PEP 562), so that importing ragkit costs nothing. What it has to tell it logs, and prints
nothing: an application that wants to see it sets up `logging`.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ragkit.answer import AnswerStream as AnswerStream
    from ragkit.answer_async import AsyncAnswerStream as AsyncAnswerStream
    from ragkit.errors import RagkitError as RagkitError
    from ragkit.ingest.given import read_document as read_document
    from ragkit.ingest.report import IngestReport as IngestReport
    from ragkit.kit import Kit as Kit
    from ragkit.kit import open as open  # noqa: A004 - ragkit.open() reads like the built-in on purpose
    from ragkit.retrieve.trace import Traced as Traced
    from ragkit.tools import read_passages as read_passages
    from ragkit.tools import verify_answer as verify_answer
    from ragkit.types import Answer as Answer
    from ragkit.types import Chunk as Chunk
    from ragkit.types import Citation as Citation
    from ragkit.types import Claim as Claim
    from ragkit.types import Document as Document
    from ragkit.types import Hit as Hit
    from ragkit.types import Piece as Piece
    from ragkit.types import Sampling as Sampling

__version__ = "0.1.0"

# without a handler Python prints warnings to stderr
logging.getLogger(__name__).addHandler(logging.NullHandler())

_HOMES = {
    "Answer": "ragkit.types",
    "AnswerStream": "ragkit.answer",
    "AsyncAnswerStream": "ragkit.answer_async",
    "Chunk": "ragkit.types",
    "Citation": "ragkit.types",
    "Claim": "ragkit.types",
    "Document": "ragkit.types",
    "Hit": "ragkit.types",
    "IngestReport": "ragkit.ingest.report",
    "Kit": "ragkit.kit",
    "open": "ragkit.kit",
    "Piece": "ragkit.types",
    "RagkitError": "ragkit.errors",
    "read_document": "ragkit.ingest.given",
    "read_passages": "ragkit.tools",
    "Sampling": "ragkit.types",
    "Traced": "ragkit.retrieve.trace",
    "verify_answer": "ragkit.tools",
}

__all__ = ["__version__", *_HOMES]  # noqa: PLE0604 - all are strings


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'ragkit' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
