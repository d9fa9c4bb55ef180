"""Options that several commands share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from ragkit.errors import UsageError

StorePath = Annotated[Path | None, typer.Option("--store", metavar="PATH", help="The store's folder [./.ragkit].")]
Hits = Annotated[
    int | None, typer.Option("-k", "--hits", metavar="N", min=1, max=1000, help="Passages to retrieve [10].")
]
Pipeline = Annotated[
    str | None, typer.Option("--pipeline", metavar="NAME|FILE", help="default, careful, ollama, or a .toml file.")
]
Generator = Annotated[
    str | None,
    typer.Option(
        "--generator",
        metavar="NAME[:MODEL]",
        help="What writes the answer: extractive, writer, transformers:PATH or openai:MODEL.",
    ),
]
Reranker = Annotated[
    str | None,
    typer.Option(
        "--reranker",
        metavar="NAME[:MODEL]",
        help="What gives a second opinion on the hits: reader, or cross-encoder:PATH.",
    ),
]
Offline = Annotated[
    bool, typer.Option("--offline", help="Never touch the network: models must be on this machine already.")
]
BaseUrl = Annotated[
    str | None,
    typer.Option("--base-url", metavar="URL", help="An OpenAI-compatible server [env: RAGKIT_BASE_URL]."),
]
Filter = Annotated[
    str,
    typer.Option(
        "--filter",
        metavar="EXPR",
        help="Only documents like: 'team = \"legal\" and year >= 2023'. uri, title, type (text/plain) and collection "
        "belong to every document; a metadata key of such a name is written metadata.title, one with blanks in quotes.",
    ),
]
Collection = Annotated[str, typer.Option("--collection", metavar="NAME", help="Only documents of this collection.")]
As = Annotated[
    list[str] | None,
    typer.Option(
        "--as",
        metavar="NAME",
        help="Only what this user or group may see; may be given again. Without it everything is seen.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text for people.")]
Batch = Annotated[
    str | None,
    typer.Option(
        "--batch",
        metavar="FILE|-",
        help="Read one JSON object a line and print one a line; - is standard input. A line that fails has the key "
        '"error", and the exit code is then 1; else it is 0, whatever the answers are.',
    ),
]

PromptFile = Annotated[
    str | None,
    typer.Option(
        "--prompt", metavar="NAME|FILE", help="cited, direct, chain-of-thought, few-shot, json, or a .md file."
    ),
]
Temperature = Annotated[
    float | None,
    typer.Option(
        "--temperature",
        metavar="T",
        min=0,
        help="How freely a model picks words; 0: always the likeliest. extractive writes none.",
    ),
]
TopP = Annotated[
    float | None,
    typer.Option("--top-p", metavar="P", min=0, max=1, help="Only words that make up this share of probability."),
]
TopK = Annotated[
    int | None, typer.Option("--top-k", metavar="N", min=0, help="Only the N likeliest words; 0: no limit.")
]
MaxTokens = Annotated[int | None, typer.Option("--max-tokens", metavar="N", min=1, help="The longest answer.")]
Seed = Annotated[int | None, typer.Option("--seed", metavar="N", min=0, help="Makes sampling repeatable.")]


def yes(flag: bool) -> bool | None:
    """A flag as a setting: given, or else whatever the configuration says."""
    return True if flag else None


def alone(option: str, *others: str) -> None:
    """Refuses any other options or arguments beside ``option``."""
    if others:
        raise UsageError(f"{option} does not go with {others[0][:60]!r}.", "Give one of the two.")


def to_write(file: Path) -> Path:
    """A file to be written when all is done, unless that can be seen to fail. Raises `UsageError` then."""
    folder = file.parent
    if not folder.is_dir():
        raise UsageError(f"{file} cannot be written: there is no folder {folder}.", "Make it, or name another file.")
    if file.is_dir():
        raise UsageError(f"{file} cannot be written: it is a folder.", "Name a file.")
    if not os.access(file if file.exists() else folder, os.W_OK):
        raise UsageError(f"{file} cannot be written: it is not yours to write.", "Name another file.")
    return file


def to_fill(folder: Path) -> Path:
    """A folder to be made when all is done, unless that can be seen to fail. Raises `UsageError` then."""
    there = next(each for each in (folder, *folder.absolute().parents) if os.path.lexists(each))
    if not there.is_dir():
        raise UsageError(f"{folder} cannot be made: {there} is a file.", "Name another folder.")
    if not os.access(there, os.W_OK):
        raise UsageError(f"{folder} cannot be made: {there} is not yours to write to.", "Name another folder.")
    return folder


SCOPE = {"as": "--as", "identity": "--as", "filter": "--filter", "collection": "--collection"}
"""What a line of a batch cannot say, and what says it of all: passed by, it would let the line see everything."""


class Scoped:
    """The form of a line whose scope is said for the whole batch."""

    __slots__ = ()
