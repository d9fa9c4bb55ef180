"""The CPU inference runtime: OpenVINO, with the model compiled once and cached for the next process.

The cache lies in the user's cache folder under a key of weights, graph version, runtime version, processor
and precision, so that nothing stale is ever loaded; a blob that does not load is made again.
"""

from __future__ import annotations

import hashlib
import logging
import mmap
import os
import secrets
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ragkit.errors import ModelError
from ragkit.models.processor import has_amx

if TYPE_CHECKING:
    import numpy as np
    import openvino as ov
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

GRAPH_VERSION = "2"
"""Raise it when a graph changes for the same weights."""


@cache
def openvino() -> ModuleType:
    """The runtime without its model converter, which would load a telemetry client and take 0.2 s.

    ``openvino/__init__.py`` tolerates a missing converter, so its absence is what we show it.
    """
    converter = "openvino.tools.ovc"
    if "openvino" in sys.modules or converter in sys.modules:
        return import_module("openvino")
    sys.modules[converter] = None  # type: ignore[assignment]
    try:
        return import_module("openvino")
    except ImportError as error:
        raise ModelError(
            f"The inference runtime does not load: {error}.", "Run: pip install --force-reinstall openvino"
        ) from error
    finally:
        sys.modules.pop(converter, None)


@cache
def opset() -> Any:
    """The operations that graphs are built from."""
    openvino()
    from openvino import opset13

    return opset13


@cache
def core() -> ov.Core:
    """One runtime for the process; its threads are shared by all models."""
    return openvino().Core()


@cache
def precision() -> str:
    """``"bf16"`` where the processor multiplies matrices in it, else ``"f32"``."""
    return "bf16" if has_amx() else "f32"


def describe() -> str:
    """One sentence on what the models run on here."""
    processor = " ".join(core().get_property("CPU", "FULL_DEVICE_NAME").split())
    return f"Models run in {precision()} on {processor}, with OpenVINO {openvino().get_version().split('-')[0]}."


def cache_folder() -> Path:
    """``RAGKIT_CACHE_DIR``, or the user's cache folder of the operating system."""
    named = os.environ.get("RAGKIT_CACHE_DIR")
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("ragkit", appauthor=False)


class Compiled:
    """A model ready to run, in any thread: they take turns, for one run keeps all cores busy.

    ``blob`` is what the model was imported from, if it was: weights are read there, not copied.
    """

    def __init__(self, model: ov.CompiledModel, blob: mmap.mmap | None = None) -> None:
        self._model = model
        self._blob = blob
        self._packed = False
        self._turn = threading.Lock()

    def __call__(self, inputs: Sequence[NDArray[np.generic]]) -> tuple[NDArray[np.float32], ...]:
        """The outputs, which are the caller's to keep."""
        with self._turn:
            outputs: tuple[NDArray[np.float32], ...] = self._model(inputs).to_tuple()
            if not self._packed:
                # the first run has packed the weights: what of the blob is needed again, two thirds, is read again
                let_go(self._blob)
                self._packed = True
            return outputs


def compiled(name: str, weights_hash: str, build: Callable[[], ov.Model], *, exact: bool = False) -> Compiled:
    """The model ``name``, from the cache when it is there, else built, compiled and cached.

    ``exact`` models are computed in f32 also where bf16 is faster.
    """
    options = _options("f32" if exact else precision())
    blob = cache_folder() / "models" / f"{name}-{_key(weights_hash, options)}.blob"
    loaded = _load(blob, options)
    if loaded is not None:
        return loaded
    log.info("Converting the model %s for this processor (once)", name)
    model = core().compile_model(_halved(build()), "CPU", options)
    _save(model, blob)
    return Compiled(model)


def _halved(model: ov.Model) -> ov.Model:
    """The model with its weights kept in half precision, which halves what it takes on disk and in memory."""
    with tempfile.TemporaryDirectory(prefix="ragkit-") as folder:
        path = Path(folder) / "model.xml"
        openvino().save_model(model, path, compress_to_fp16=True)
        # Mapped weights would hold the files open, which Windows does not delete.
        core().set_property({"ENABLE_MMAP": False})
        return core().read_model(path)


def _options(numbers: str) -> dict[str, Any]:
    return {"INFERENCE_PRECISION_HINT": numbers, "PERFORMANCE_HINT": "LATENCY"}


def _key(weights_hash: str, options: dict[str, Any]) -> str:
    processor = core().get_property("CPU", "FULL_DEVICE_NAME")
    parts = [weights_hash, GRAPH_VERSION, openvino().get_version(), processor, *map(str, sorted(options.items()))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]


def _load(blob: Path, options: dict[str, Any]) -> Compiled | None:
    """The model from its blob, which is mapped: a third of the time goes, and 20 MB of copies."""
    import numpy as np

    try:
        mapped = _mapped(blob)
        tensor = openvino().Tensor(np.frombuffer(mapped, np.uint8), shared_memory=True)
        return Compiled(core().import_model(tensor, "CPU", options), mapped)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, RuntimeError, ValueError) as error:
        # ValueError: an empty file cannot be mapped
        log.warning("The cached model %s does not load and is made again: %s", blob.name, error)
        return None


def _mapped(path: Path) -> mmap.mmap:
    """The bytes of a file. A writable map, for the runtime takes no other; what it wrote would stay in memory."""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)


def let_go(mapped: object) -> None:
    """Take a mapped file's pages out of the process: what is read again comes from the operating system's cache."""
    if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)


def _save(model: ov.CompiledModel, blob: Path) -> None:
    """Write beside and swap, so that two processes at once do no harm; a cache that cannot be written is no error."""
    # not a temporary file of Python's, which nobody else may read: the cache may be for several users
    part = blob.with_name(f"{blob.stem}-{secrets.token_hex(4)}.part")
    try:
        blob.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(model.export_model().getbuffer())
        part.replace(blob)
    except OSError as error:
        log.warning("The converted model could not be cached in %s: %s", blob.parent, error)
        with suppress(OSError):
            part.unlink(missing_ok=True)
