"""Models that ship as complete Hugging Face folders: word embeddings, tokenizer and configuration included, fp32.

No torch is needed to write them. How they load:

    BertForQuestionAnswering.from_pretrained(folder)         # the reader; logits of start and end
    BertForTokenClassification.from_pretrained(folder)       # the verifier; a logit of "unsupported" for each token
    SentenceTransformer(folder)                              # the embedder
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ragkit.models import bundled
from ragkit.models.folder import ModelFolder, open_folder
from ragkit.models.reader import SHIPPED as READER
from ragkit.models.verifier import SHIPPED as VERIFIER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Tensors = Mapping[str, NDArray[np.generic]]

TOKENIZER = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt")
RELEVANCE = "relevance.safetensors"
SUPPORT = "support.safetensors"
READER_LOADING = f"""
## Loading

    from transformers import AutoTokenizer, BertForQuestionAnswering

    model = BertForQuestionAnswering.from_pretrained(FOLDER)
    tokenizer = AutoTokenizer.from_pretrained(FOLDER)

The relevance head is no part of that class: `{RELEVANCE}` holds its `weight` (1, 384) and `bias` (1), to be
applied to the last hidden state of [CLS]. The calibration stands in `config.json` under `ragkit`: the probability that
the passage answers is the logistic function of `relevance` x relevance logit + `margin` x (best span's start and end
logits - those of [CLS]) + `bias`. In this folder the word embeddings are stored again.
"""
VERIFIER_LOADING = f"""
## Loading

    from transformers import AutoTokenizer, BertForTokenClassification

    model = BertForTokenClassification.from_pretrained(FOLDER)
    tokenizer = AutoTokenizer.from_pretrained(FOLDER)
    pair = tokenizer(CLAIM, EVIDENCE, return_tensors="pt")

Each token of the claim has the logit that the evidence does not support it. The support head is no part of that class:
`{SUPPORT}` holds its `weight` (1, 384) and `bias` (1), to be applied to the last hidden state of [CLS]. The calibration
in `config.json` under `ragkit` joins both with measures of the claim's wording (`ragkit/verify/overlap.py`). In this
folder the word embeddings are stored again.
"""


def embedder(folder: Path) -> None:
    """The bundled embedder as a sentence-transformers folder."""
    shutil.copytree(bundled.folder(), folder, dirs_exist_ok=True, copy_function=shutil.copyfile)


def reader(folder: Path, source: Path = READER) -> None:
    """The reader in ``source`` as a ``BertForQuestionAnswering``, its relevance head in a file of its own.

    Raises:
        ModelError: There is no reader in ``source``, or its weights are altered.
    """
    changes = {"architectures": ["BertForQuestionAnswering"]}
    _two_headed(folder, open_folder(source, "reader"), {"span": "qa_outputs"}, RELEVANCE, changes)
    _card(folder, source, "reader", READER_LOADING)


def verifier(folder: Path, source: Path = VERIFIER) -> None:
    """The verifier in ``source`` as a ``BertForTokenClassification``, its support head in a file of its own.

    Raises:
        ModelError: There is no verifier in ``source``, or its weights are altered.
    """
    labels = {"id2label": {"0": "unsupported"}, "label2id": {"unsupported": 0}}
    changes = {"architectures": ["BertForTokenClassification"], **labels}
    _two_headed(folder, open_folder(source, "verifier"), {"token": "classifier"}, SUPPORT, changes)
    _card(folder, source, "verifier", VERIFIER_LOADING)


def _two_headed(
    folder: Path, model: ModelFolder, head: Mapping[str, str], beside: str, changes: Mapping[str, Any]
) -> None:
    """An encoder with the ``head`` that `transformers` has, under its name there; the other head ``beside`` it."""
    own, other = model.tensors(), beside.removesuffix(".safetensors")
    heads = {name: own.pop(name) for name in list(own) if name.startswith((*head, other))}
    tensors = {f"bert.{name}": tensor for name, tensor in encoder(own).items()}
    for kind in ("weight", "bias"):
        tensors |= {f"{theirs}.{kind}": heads[f"{ours}.{kind}"] for ours, theirs in head.items()}
    with model.reading() as config:
        told = {name: config[name] for name in ("kind", "calibration", "max_tokens", "sha256")}
    write(folder, tensors, {**changes, "ragkit": told})
    save({kind: heads[f"{other}.{kind}"] for kind in ("weight", "bias")}, folder / beside)


def _card(folder: Path, source: Path, kind: str, loading: str) -> None:
    card = source / "MODEL_CARD.md"
    told = card.read_text(encoding="utf-8") if card.is_file() else f"# A {kind} trained with ragkit\n"
    (folder / "README.md").write_text(told + loading, encoding="utf-8")


def encoder(own: Tensors) -> dict[str, NDArray[np.generic]]:
    """A complete encoder: the bundled one, word embeddings included, with the tensors of ``own`` in their places."""
    words = np.array(bundled.word_vectors())
    base = {name: tensor for name, tensor in bundled.weights().items() if name.startswith(("embeddings.", "encoder."))}
    return {**base, "embeddings.word_embeddings.weight": words, **own}


def write(folder: Path, tensors: Tensors, changes: Mapping[str, Any]) -> None:
    """``model.safetensors``, the bundled tokenizer's files, and the base's ``config.json`` with ``changes``."""
    folder.mkdir(parents=True, exist_ok=True)
    base = bundled.folder()
    config = json.loads((base / "config.json").read_text(encoding="utf-8"))
    config.pop("_name_or_path", None)
    (folder / "config.json").write_text(json.dumps({**config, **changes}, indent=2) + "\n", encoding="utf-8")
    save(tensors, folder / "model.safetensors")
    for name in TOKENIZER:
        shutil.copyfile(base / name, folder / name)


def save(tensors: Tensors, path: Path) -> None:
    """Tensors as a safetensors file that torch reads too."""
    from safetensors.numpy import save_file

    save_file({name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}, path, {"format": "pt"})
    path.chmod(0o644)  # safetensors writes files that only their owner may read
