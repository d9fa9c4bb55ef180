"""Cross-encoders as rerankers: ``cross-encoder:<folder or hub id>``, through sentence-transformers.

A cross-encoder reads query and passage together (Nogueira & Cho 2019, "Passage Re-ranking with BERT"). Loaded with the
reranker that a pipeline names, never before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ragkit.errors import ModelError, UsageError
from ragkit.models.hub import Location, locate

if TYPE_CHECKING:
    from ragkit.registry import Context
    from ragkit.types import Hit

REMEDY = "Give the folder of a cross-encoder with one label and safetensors, or a hub id on a machine with a network."
HEAD = "ForSequenceClassification"


class CrossEncoderReranker:
    """Orders hits by a cross-encoder's relevance, as a probability. Passages are cut to the model's window.

    Raises:
        ModelError: There is no model of that name, it cannot be loaded, or it is no cross-encoder with one label.
    """

    def __init__(self, model: str, *, offline: bool) -> None:
        self._model = _loaded(locate(model, offline=offline))

    def rerank(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        """The same hits, best first, their scores the sigmoid of the model's logit."""
        if not hits:
            return []
        from torch.nn import Sigmoid

        pairs = [(query, hit.chunk.embedded_text) for hit in hits]
        scores = self._model.predict(pairs, activation_fn=Sigmoid(), show_progress_bar=False)
        scored = [replace(hit, score=float(score)) for hit, score in zip(hits, scores, strict=True)]
        return sorted(scored, key=lambda hit: -hit.score)


def from_context(argument: str, context: Context) -> CrossEncoderReranker:
    """The cross-encoder in the folder, or of the hub id, that ``cross-encoder:NAME`` names."""
    if not argument:
        raise UsageError("cross-encoder needs a model.", "Write: cross-encoder:PATH, or cross-encoder:OWNER/MODEL")
    return CrossEncoderReranker(argument, offline=context.settings.offline)


def _loaded(place: Location) -> Any:
    from sentence_transformers import CrossEncoder

    try:
        model = CrossEncoder(
            place.name,
            local_files_only=place.local,
            revision=place.revision,
            model_kwargs={"use_safetensors": True},
        )
    except Exception as error:
        # safetensors, torch and the hub's client each have errors of their own
        reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        raise ModelError(f"The cross-encoder {place.name!r} cannot be loaded: {reason}.", REMEDY) from error
    # an encoder without a head is given a random one, which would order at random and say nothing
    if not any(name.endswith(HEAD) for name in model.config.architectures or ()) or model.config.num_labels != 1:
        raise ModelError(f"{place.name!r} is no cross-encoder with one label.", REMEDY)
    return model
