"""The models that ship: what each is for, where it lies, and whether it is what was shipped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from ragkit.errors import ModelError, UsageError
from ragkit.models import bundled
from ragkit.models.checksum import digest_of
from ragkit.models.folder import CONFIG, FILE, WEIGHTS
from ragkit.suggest import did_you_mean

USES = {
    "embedder": "passages and questions as vectors: all-MiniLM-L6-v2, in a package of its own",
    "reader": "where a passage answers a question, and whether; also the reranker",
    "verifier": "whether passages support a sentence, and which of its words nothing supports",
    "writer": "answers in words of its own, with citations",
}
EXPORTERS = {
    "embedder": "ragkit.models.export:embedder",
    "reader": "ragkit.models.export:reader",
    "verifier": "ragkit.models.export:verifier",
    "writer": "ragkit.models.writer:export",
}


@dataclass(frozen=True, slots=True)
class Shipped:
    """A model that ships. ``size`` is that of its weights in bytes, ``intact`` whether they have this ``sha256``."""

    name: str
    use: str
    folder: Path
    size: int
    sha256: str
    intact: bool


def models() -> list[Shipped]:
    """Every model that ships with this installation. Reads and hashes all weights."""
    return list(_models())


def shipped(name: str) -> Shipped:
    """One model by name.

    Raises:
        UsageError: None of that name ships.
    """
    found = {model.name: model for model in models()}
    if name not in found:
        raise UsageError(f"No model named {name!r} ships.", did_you_mean(name, found))
    return found[name]


def versions() -> str:
    """What ships beside the embedder, such as ``reader@0a1b2c3d, verifier@4e5f6a7b``, as configurations name it."""
    configs = sorted(WEIGHTS.glob(f"*/{CONFIG}"))
    return ", ".join(f"{config.parent.name}@{_told(config)[:8]}" for config in configs)


def digest(folder: Path) -> str:
    """Of the files in a model's folder: one that is trained again under the same name is another model."""
    told = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        told.update(path.name.encode() + bytes.fromhex(digest_of(path)))
    return told.hexdigest()[:16]


def export(name: str, folder: Path) -> None:
    """Write a complete Hugging Face folder that `transformers` loads.

    Raises:
        UsageError: No such model ships, or something is in the way.
        ModelError: The model's weights are missing or altered.
    """
    model = shipped(name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not empty.", "Give a folder that is not there yet.")
    if not model.intact:
        raise ModelError(f"The weights of the {name} are altered.", "Install ragkit again.")
    module, _, attribute = EXPORTERS[name].partition(":")
    getattr(import_module(module), attribute)(folder)


def _models() -> Iterator[Shipped]:
    base = bundled.folder()
    yield _of("embedder", base, bundled.SHA256)
    for config in sorted(WEIGHTS.glob(f"*/{CONFIG}")):
        yield _of(config.parent.name, config.parent, _told(config))


def _told(config: Path) -> str:
    """The hash that a configuration names; none when it cannot be read, so that nothing matches it."""
    try:
        return str(json.loads(config.read_text(encoding="utf-8"))["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _of(name: str, folder: Path, sha256: str) -> Shipped:
    path = folder / FILE
    if not path.is_file():
        return Shipped(name, USES.get(name, ""), folder, 0, sha256, intact=False)
    return Shipped(name, USES.get(name, ""), folder, path.stat().st_size, sha256, digest_of(path) == sha256)
