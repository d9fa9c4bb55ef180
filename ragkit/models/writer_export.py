"""The writer as a Hugging Face folder: a ``transformers.EncoderDecoderModel`` in fp32, its copy mechanism in a file.

No torch is needed to write it. Its own vocabulary is part of it as a bias: the decoder's scores of all other pieces are
lowered so far that they are never written.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ragkit.models import bundled, export
from ragkit.models.writer import DIRECT, END, THINK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ragkit.models.folder import ModelFolder

    Floats = NDArray[np.float32]

POINTER = "pointer.safetensors"
_NEVER = -1e4
LOADING = f"""
## Loading

    from transformers import AutoTokenizer, EncoderDecoderModel

    model = EncoderDecoderModel.from_pretrained(FOLDER)
    tokenizer = AutoTokenizer.from_pretrained(FOLDER)
    pair = tokenizer("Who was it?", "It was Ann Lee.", return_tensors="pt")
    model.generate(**pair, decoder_start_token_id={DIRECT})

The decoder begins with piece {DIRECT} for the answer at once, {THINK} for the evidence first. For several
passages, encode each with the question and give the decoder their states one behind the other (`encoder_outputs`), of
all but the first without the question. `transformers` knows no copy mechanism: `{POINTER}` holds it (`query`,
`key`, `piece_key`, `before_key`, `head_key`, `gate`), and without it the model can write only its own vocabulary, so
that rare words come out wrong. What ragkit does with it stands in `ragkit/models/writer.py` and
`ragkit/models/writer_graph.py`. In this folder the word embeddings are stored again.
"""


def write(folder: Path, writer: ModelFolder) -> None:
    """Weights, configuration, tokenizer and card of a writer."""
    config, tensors = writer.config, writer.tensors()
    whole = {f"encoder.{name}": tensor for name, tensor in _encoder(tensors).items()}
    whole |= _decoder(tensors, config["vocabulary"])
    told = {name: value for name, value in config.items() if name not in {"figures", "vocabulary"}}
    export.write(folder, whole, {**_configuration(config), "ragkit": told})
    generation = {"decoder_start_token_id": DIRECT, "eos_token_id": END, "pad_token_id": 0, "max_new_tokens": 80}
    (folder / "generation_config.json").write_text(json.dumps(generation, indent=2) + "\n", encoding="utf-8")
    pointer = {name.removeprefix("pointer."): value for name, value in tensors.items() if name.startswith("pointer.")}
    export.save({**pointer, "vocabulary": np.asarray(config["vocabulary"], np.int32)}, folder / POINTER)
    card = writer.path / "MODEL_CARD.md"
    text = card.read_text(encoding="utf-8") if card.is_file() else "# A writer trained with ragkit\n"
    (folder / "README.md").write_text(text + LOADING, encoding="utf-8")


def _encoder(tensors: Mapping[str, Floats]) -> dict[str, NDArray[np.generic]]:
    own = {name.removeprefix("encoder."): value for name, value in tensors.items() if name.startswith("encoder.")}
    pooler = {name: value for name, value in bundled.weights().items() if name.startswith("pooler.")}
    kept = {name: value for name, value in own.items() if not name.startswith("relevance.")}
    return {**export.encoder(kept), **pooler}


def _decoder(tensors: Mapping[str, Floats], vocabulary: list[int]) -> dict[str, NDArray[np.generic]]:
    """The decoder with the bundle's embeddings in their places."""
    own: dict[str, NDArray[np.generic]] = {n: value for n, value in tensors.items() if n.startswith("decoder.")}
    prefix, base = "decoder.bert.embeddings.", bundled.weights()
    own[f"{prefix}word_embeddings.weight"] = np.array(bundled.word_vectors())
    for name in ("position_embeddings", "token_type_embeddings"):
        own[f"{prefix}{name}.weight"] = base[f"embeddings.{name}.weight"]
    head = "decoder.cls.predictions."
    bias = np.full(bundled.word_vectors().shape[0], _NEVER, np.float32)
    bias[vocabulary] = tensors[f"{head}bias"][vocabulary]
    own |= {f"{head}bias": bias, f"{head}decoder.bias": bias.copy()}
    own[f"{head}decoder.weight"] = own[f"{prefix}word_embeddings.weight"]
    return own


def _configuration(config: Mapping[str, Any]) -> dict[str, Any]:
    base = json.loads((bundled.folder() / "config.json").read_text(encoding="utf-8"))
    base.pop("_name_or_path", None)
    inner = {"num_hidden_layers": config["layers"], "intermediate_size": config["inner"]}
    decoder = {**base, **inner, "is_decoder": True, "add_cross_attention": True, "architectures": ["BertLMHeadModel"]}
    ends = {"decoder_start_token_id": DIRECT, "eos_token_id": END, "pad_token_id": 0}
    kind = {"model_type": "encoder-decoder", "is_encoder_decoder": True, "architectures": ["EncoderDecoderModel"]}
    return {**kind, **ends, "encoder": base, "decoder": decoder}
