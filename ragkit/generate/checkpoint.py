"""Opens language models in ``transformers`` form: a folder, or a model of the hub by its id.

Weights are read from safetensors only, and no code that comes with a model is run.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers.utils import logging as transformers_logging

from ragkit.errors import ModelError, UsageError
from ragkit.models.hub import Location
from ragkit.models.processor import has_amx
from ragkit.suggest import did_you_mean

log = logging.getLogger(__name__)

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}

_silent: ContextVar[bool] = ContextVar("ragkit_transformers_silent", default=False)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model in ``transformers`` form, and what is read from it."""

    place: Location

    def config(self) -> Any:
        """The model's configuration.

        Raises:
            ModelError: missing, damaged, unknown to transformers, or no language model that writes.
        """
        with _opening(self):
            config = transformers.AutoConfig.from_pretrained(
                self.place.name,
                revision=self.place.revision or "main",
                local_files_only=self.place.local,
                trust_remote_code=False,
            )
        kinds = config.architectures or []
        if kinds and all(kind.endswith("ForMaskedLM") for kind in kinds):
            raise ModelError(
                f"{self.place.name} is a {kinds[0]}, which cannot write.", "Give a causal or an encoder-decoder model."
            )
        return config

    def tokenizer(self) -> Any:
        """The model's tokenizer, or `ModelError`."""
        with _opening(self):
            return transformers.AutoTokenizer.from_pretrained(
                self.place.name,
                revision=self.place.revision or "main",
                local_files_only=self.place.local,
                trust_remote_code=False,
            )

    def weights(self, config: Any, device: torch.device, dtype: torch.dtype) -> Any:
        """The model, ready to generate, or `ModelError`, also where a part of its weights is missing."""
        kind = transformers.AutoModelForSeq2SeqLM if config.is_encoder_decoder else transformers.AutoModelForCausalLM
        with _opening(self):
            # transformers called it torch_dtype before 4.56, and warns about that name since.
            dtype_option = {"dtype" if _version() >= (4, 56) else "torch_dtype": dtype}
            model, report = kind.from_pretrained(
                self.place.name,
                config=config,
                revision=self.place.revision or "main",
                local_files_only=self.place.local,
                trust_remote_code=False,
                use_safetensors=True,
                output_loading_info=True,
                **dtype_option,
            )
            model = model.to(device).eval()
        if report["missing_keys"]:
            some = min(report["missing_keys"])
            raise ModelError(
                f"{self.place.name} lacks {len(report['missing_keys'])} of its weights, among them {some}.",
                "Fetch the model again, or give one that was trained to write.",
            )
        model.generation_config = _token_rules(model.generation_config)
        return model


def pick_device(name: str | None) -> torch.device:
    """The device called so, by default the first there is of CUDA, MPS and CPU, or `UsageError`."""
    if name is None:
        name = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        return torch.empty(0, device=name).device
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise UsageError(
            f"The device {name!r} cannot be used: {_first_line(error)}.", "Use cpu, cuda or mps."
        ) from error


def pick_dtype(name: str | None, device: torch.device) -> torch.dtype:
    """The number format called so, by default the fastest that keeps its range on ``device``, or `UsageError`.

    That is bfloat16 on CUDA that has it and on a CPU with AMX, float16 on other CUDA and on MPS, else float32.
    """
    if name is not None:
        if name not in DTYPES:
            raise UsageError(f"There is no number format {name!r}.", did_you_mean(name, DTYPES))
        return DTYPES[name]
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    if device.type == "mps":
        return torch.float16
    return torch.bfloat16 if has_amx() else torch.float32


def window(config: Any) -> int | None:
    """Tokens that the model can read: an encoder-decoder's encoder; None when its positions are relative."""
    return _positions(getattr(config, "encoder", config))


def writing_window(config: Any) -> int | None:
    """Tokens that an encoder-decoder's decoder can write; None when its positions are relative."""
    return _positions(getattr(config, "decoder", config))


@contextmanager
def quiet() -> Iterator[None]:
    """Sends what transformers logs in this thread to our own log instead of to standard error."""
    for handler in logging.getLogger("transformers").handlers:
        handler.addFilter(_pass_unless_silent)
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def _pass_unless_silent(record: logging.LogRecord) -> bool:
    # The handler may be one that the application has put on its own loggers too.
    if _silent.get() and record.name.startswith("transformers"):
        log.debug("%s", record.getMessage())
        return False
    return True


@contextmanager
def _opening(checkpoint: Checkpoint) -> Iterator[None]:
    """Quiet, without progress bars, and with every error turned into a `ModelError`."""
    bars = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    try:
        with quiet(), warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield
        for warning in caught:
            log.debug("%s", warning.message)
    except OSError as error:
        raise _missing(checkpoint, error) from error
    except Exception as error:  # a dozen libraries read models, each with errors of its own
        raise ModelError(
            f"{checkpoint.place.name} cannot be loaded: {_first_line(error)}.",
            "Check that the model is whole and that this version of transformers knows it.",
        ) from error
    finally:
        if bars:
            transformers_logging.enable_progress_bar()


def _missing(checkpoint: Checkpoint, error: OSError) -> ModelError:
    name = checkpoint.place.name
    if Path(name).is_dir():
        return ModelError(
            f"{name} is not a whole model: {_first_line(error)}.",
            "The folder needs config.json, the tokenizer's files and *.safetensors.",
        )
    return ModelError(
        f"The model {name} cannot be fetched: {_first_line(error)}.",
        "Check the id, the revision and the network, or give a folder.",
    )


def _token_rules(found: Any) -> Any:
    """What a model says about its own tokens. How to sample is not its to say, and beams cannot be streamed."""
    eos = found.eos_token_id
    first = eos[0] if isinstance(eos, list) else eos
    return transformers.GenerationConfig(
        bos_token_id=found.bos_token_id,
        eos_token_id=eos,
        pad_token_id=first if found.pad_token_id is None else found.pad_token_id,
        decoder_start_token_id=found.decoder_start_token_id,
        forced_bos_token_id=found.forced_bos_token_id,
        suppress_tokens=found.suppress_tokens,
        begin_suppress_tokens=found.begin_suppress_tokens,
        use_cache=True,
    )


def _positions(config: Any) -> int | None:
    config = getattr(config, "text_config", config)
    if hasattr(config, "relative_attention_num_buckets"):
        return None
    for name in ("max_position_embeddings", "n_positions", "n_ctx", "max_seq_len"):
        value = getattr(config, name, None)
        if isinstance(value, int) and value > 0:
            return value
    return None


def _version() -> tuple[int, int]:
    major, minor = transformers.__version__.split(".")[:2]
    return int(major), int(minor)


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".")[:300] if lines else type(error).__name__
