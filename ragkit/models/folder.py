"""A folder with a model of ragkit's own: whether it holds the kind that is wanted, as it was written there.

Its ``config.json`` names the kind, the base and the SHA-256 of the weights. What else stands there, each kind reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ragkit.errors import ModelError
from ragkit.models import bundled, checksum

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

WEIGHTS = Path(__file__).parent / "weights"
"""Where the models that ship lie, each in a folder that is called by its kind."""
CONFIG, FILE = "config.json", "model.safetensors"


@dataclass(frozen=True)
class ModelFolder:
    """The folder ``path`` of a model, whose configuration has been read; its weights are checked before first use."""

    path: Path
    kind: str
    config: Mapping[str, Any]

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the weights.

        Raises:
            ModelError: They are missing, or not those that the configuration names.
        """
        try:
            altered = checksum.differs(self.path / FILE, self.config["sha256"])
        except OSError as error:
            raise _none(self.path, [self.kind], str(error)) from error
        if altered:
            raise ModelError(f"The {self.kind}'s weights in {self.path} are altered.", _remedy(self.path, [self.kind]))
        return str(self.config["sha256"])

    def tensors(self, prefix: str = "") -> dict[str, Floats]:
        """The weights whose names begin with ``prefix``, by the rest of their names, in fp32.

        Raises:
            ModelError: They are missing, or not those that the configuration names.
        """
        from safetensors.numpy import load_file

        _ = self.digest
        found = load_file(self.path / FILE)
        return {name.removeprefix(prefix): found[name].astype(np.float32) for name in found if name.startswith(prefix)}

    @contextmanager
    def reading(self) -> Iterator[Mapping[str, Any]]:
        """The configuration, of which the caller reads what a model of this kind needs.

        Raises:
            ModelError: Something is not there, or is no such thing.
        """
        try:
            yield self.config
        except KeyError as error:
            raise _none(self.path, [self.kind], f"{CONFIG} has no {error.args[0]}") from error
        except (AttributeError, TypeError, ValueError) as error:
            raise _none(self.path, [self.kind], f"{CONFIG} is not a {self.kind}'s: {error}") from error


def open_folder(path: Path, *kinds: str) -> ModelFolder:
    """The model in a folder, which is of one of the ``kinds``.

    Raises:
        ModelError: There is none, or it was trained from another base.
    """
    try:
        config = json.loads((path / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _none(path, kinds, str(error)) from error
    for name in ("kind", "base_sha256", "sha256"):
        if not isinstance(config, dict) or name not in config:
            raise _none(path, kinds, f"{CONFIG} has no {name}")
    kind = config["kind"]
    if kind not in kinds:
        raise _none(path, kinds, f"it holds a {kind}")
    if config["base_sha256"] != bundled.SHA256:
        raise ModelError(f"The {kind} in {path} was trained from another base.", "Train it again.")
    return ModelFolder(path, kind, config)


def _none(path: Path, kinds: Sequence[str], reason: str) -> ModelError:
    return ModelError(f"There is no {' or '.join(kinds)} in {path}: {reason}.", _remedy(path, kinds))


def _remedy(path: Path, kinds: Sequence[str]) -> str:
    if path in [WEIGHTS / kind for kind in kinds]:
        return "Install ragkit again."
    return f"Name a folder that {' or '.join(f'`ragkit tune {kind}`' for kind in kinds)} wrote."
