"""Where a model is that the user named: a folder, or an id of the Hugging Face hub."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ragkit.config import at_home
from ragkit.errors import ModelError


@dataclass(frozen=True, slots=True)
class Location:
    """``name`` is a folder's path, or an id of the hub with its ``revision``; ``local`` forbids the network."""

    name: str
    revision: str | None
    local: bool


def locate(name: str, revision: str | None = None, *, offline: bool) -> Location:
    """The folder of that name where there is one, else the hub's model.

    Offline an id is the folder that the hub's cache has for it: asked for an id, huggingface_hub reaches for the
    network even when it is told to use local files only.

    Raises:
        ModelError: There is no such folder, or no such model in the cache.
    """
    # The hub's client reports on its users unless it is told not to, before it is imported.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    path = Path(at_home(name))
    if path.is_dir():
        return Location(str(path.resolve()), None, local=True)
    if only_a_path(name):
        raise ModelError(f"There is no model folder {name}.", "Give a folder with config.json, or an id of the hub.")
    if not offline:
        return Location(name, revision, local=False)
    return Location(str(_cached(name, revision)), None, local=True)


def only_a_path(name: str) -> bool:
    """Whether it can be no hub id, which is ``name`` or ``owner/name``, and must not be looked for on the network."""
    return (
        name.startswith((".", "/", "~"))
        or "\\" in name
        or Path(name).is_absolute()
        or (":" not in name and name.count("/") > 1)
    )


def _cached(name: str, revision: str | None) -> Path:
    from huggingface_hub import try_to_load_from_cache

    try:
        file = try_to_load_from_cache(name, "config.json", revision=revision)
    except ValueError:
        file = None
    if not isinstance(file, str):
        raise ModelError(
            f"The model {name} is not on this machine, and ragkit is offline.",
            f"Run `hf download {name}` where there is a network, or give a folder.",
        )
    return Path(file).parent
