"""Any causal or encoder-decoder language model through ``transformers``.

A model writes in a thread of its own, so that its tokens can be read one by one and reading can stop at any time. The
next token is chosen by `ragkit.generate.sampling` with a random generator per stream: torch's global one is not
touched, and the same seed gives the same text whatever else goes on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from contextlib import closing
from functools import cached_property
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch
from jinja2.exceptions import TemplateError

from ragkit.errors import ModelError, PromptError, UsageError
from ragkit.generate.checkpoint import Checkpoint, pick_device, pick_dtype, quiet, window, writing_window
from ragkit.generate.sampling import check, choose
from ragkit.generate.textstream import Detokenizer, StopStrings
from ragkit.models.hub import locate
from ragkit.types import Message, Piece, Prompt, Sampling, Usage

if TYPE_CHECKING:
    from ragkit.registry import Context


class TransformersGenerator:
    """A local language model; ``model`` is a folder or an id of the hub.

    ``revision`` pins a model of the hub; ``device`` and ``dtype`` default to what suits the machine; ``offline``
    forbids the network, which a folder never uses. Configuration and tokenizer are read at once, the weights when
    the first answer is asked for. Streams of several threads take turns.

    Raises:
        ModelError: the model is missing, damaged or of a kind that cannot write.
        UsageError: there is no such device or dtype.
    """

    reads_messages = True
    verbatim = False

    def __init__(
        self,
        model: str,
        *,
        revision: str | None = None,
        device: str | None = None,
        dtype: str | None = None,
        offline: bool = False,
    ) -> None:
        self.name = f"transformers:{model}"
        self.device = pick_device(device)
        self.dtype = pick_dtype(dtype, self.device)
        self._checkpoint = Checkpoint(locate(model, revision, offline=offline))
        self._config = self._checkpoint.config()
        self._tokenizer = self._checkpoint.tokenizer()
        self._lock = Lock()
        self._loaded: Any = None

    @property
    def context_tokens(self) -> int | None:
        """The window; of an encoder-decoder what its encoder reads. None when positions are relative."""
        return window(self._config)

    def count_tokens(self, text: str) -> int:
        """Exact, without the special tokens that surround a prompt."""
        with quiet():
            return len(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def stream(self, prompt: Prompt, sampling: Sampling) -> Generator[Piece, None, None]:
        """Pieces as they arise; closing the stream stops the model.

        Raises:
            UsageError: a sampling value that has no meaning.
            PromptError: the prompt is longer than the model's window.
            ModelError: the weights cannot be loaded, or the model fails.
        """
        check(sampling)
        return self._write(prompt, sampling)

    def render(self, prompt: Prompt) -> str:
        """The one text that the model is given: by its chat template, or plainly where it has none."""
        messages = [Message(message.role, self._defused(message.content)) for message in prompt.messages]
        if self._chats:
            return self._chat(messages)
        text = "\n\n".join(message.content for message in messages)
        asks_for_form = prompt.answer_marker or prompt.answer_key
        return text if self._config.is_encoder_decoder or asks_for_form else f"{text}\nAnswer:"

    @property
    def _chats(self) -> bool:
        return bool(self._tokenizer.chat_template) and not self._config.is_encoder_decoder

    def _chat(self, messages: list[Message]) -> str:
        try:
            return self._templated(messages)
        except TemplateError:
            # Some templates know no system message; its text then opens the user's.
            return self._templated([Message("user", "\n\n".join(message.content for message in messages))])

    def _templated(self, messages: list[Message]) -> str:
        turns = [{"role": message.role, "content": message.content} for message in messages]
        return str(self._tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True))

    def _defused(self, text: str) -> str:
        """``text`` without the tokenizer's control tokens, which a document could use to end its own message."""
        return self._controls.sub(lambda match: f"{match[0][0]} {match[0][1:]}", text) if self._controls else text

    @cached_property
    def _controls(self) -> re.Pattern[str] | None:
        added = self._tokenizer.added_tokens_decoder.values()
        texts = {token.content for token in added if token.special or token.content.startswith("<")}
        long = sorted((text for text in texts if len(text) > 1), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, long))) if long else None

    def _write(self, prompt: Prompt, sampling: Sampling) -> Generator[Piece, None, None]:
        text = self.render(prompt)
        with quiet():
            inputs = self._tokenizer(text, add_special_tokens=not self._chats, return_tensors="pt")
        read = inputs["input_ids"].shape[1]
        limit = self._limit(read, sampling.max_tokens)
        if text.rstrip().endswith("<think>"):
            # The template opened the block, so the model will only close it.
            yield Piece("<think>")
        stops, letters = StopStrings(sampling.stop), Detokenizer(self._decode)
        written, ended = 0, False
        # Read now: while the model runs, the lock that loading it takes is held.
        ends = self._ends
        with closing(self._tokens(inputs, limit, sampling)) as tokens:
            for token in tokens:
                written += 1
                ended = token in ends
                if not ended:
                    yield Piece(stops.feed(letters.feed(token)))
                if ended or stops.stopped:
                    break
        yield Piece(stops.feed(letters.flush()) + stops.flush())
        finish: Literal["stop", "length"] = "length" if written >= limit and not (ended or stops.stopped) else "stop"
        yield Piece(usage=Usage(read, written), finish=finish)

    def _decode(self, ids: list[int]) -> str:
        return str(self._tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False))

    def _limit(self, read: int, max_tokens: int) -> int:
        """Tokens that may be written after ``read`` of the prompt."""
        room = self.context_tokens
        if room is not None and read >= room + bool(self._config.is_encoder_decoder):
            raise PromptError(
                f"The prompt takes {read} tokens, and {self.name} reads {room}.",
                "Ask for fewer passages, shorten the question, or use a model with a larger window.",
            )
        if self._config.is_encoder_decoder:
            decoder = writing_window(self._config)
            return max_tokens if decoder is None else min(max_tokens, decoder - 1)
        return max_tokens if room is None else min(max_tokens, room - read)

    @cached_property
    def _ends(self) -> frozenset[int]:
        eos = self._model().generation_config.eos_token_id
        return frozenset(eos if isinstance(eos, list) else () if eos is None else (eos,))

    def _model(self) -> Any:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._checkpoint.weights(self._config, self.device, self.dtype)
            return self._loaded

    def _tokens(self, inputs: Any, limit: int, sampling: Sampling) -> Generator[int, None, None]:
        """The tokens of one completion; closing it makes the model stop."""
        model, halt, queue = self._model(), Event(), SimpleQueue[int | Exception | None]()

        def work() -> None:
            try:
                with self._lock, quiet():
                    self._run(model, inputs, limit, sampling, halt, queue.put)
                queue.put(None)
            except Exception as error:
                queue.put(error)

        thread = Thread(target=work, name="ragkit-generate", daemon=True)
        thread.start()
        try:
            while isinstance(item := queue.get(), int):
                yield item
            if item is not None:
                reason = str(item).strip().partition("\n")[0] or type(item).__name__
                raise ModelError(
                    f"{self.name} failed while writing: {reason.rstrip('.')}.", "Try --device cpu, or a smaller model."
                ) from item
        finally:
            halt.set()
            thread.join()

    def _run(
        self, model: Any, inputs: Any, limit: int, sampling: Sampling, halt: Event, emit: Callable[[int], None]
    ) -> None:
        if halt.is_set():
            return
        model.generate(
            input_ids=inputs["input_ids"].to(self.device),
            attention_mask=inputs["attention_mask"].to(self.device),
            max_new_tokens=limit,
            do_sample=False,
            logits_processor=[_Choice(sampling)] if sampling.temperature > 0 else [],
            stopping_criteria=[_Halt(halt)],
            streamer=_Emitter(emit),
        )


def from_context(argument: str, context: Context) -> TransformersGenerator:
    """The generator for ``transformers:MODEL``, or `UsageError` where MODEL is missing."""
    if not argument:
        raise UsageError(
            "The generator transformers needs a model.", "Write transformers:FOLDER or transformers:HUB-ID."
        )
    settings = context.settings.generate
    return TransformersGenerator(
        argument,
        revision=settings.revision or None,
        device=settings.device or None,
        dtype=settings.dtype or None,
        offline=context.settings.offline,
    )


class _Choice:
    """A logits processor that chooses the token itself and rules all others out."""

    def __init__(self, sampling: Sampling) -> None:
        self._sampling = sampling
        self._random = np.random.default_rng(sampling.seed)
        self._start: int | None = None

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        if self._start is None:
            self._start = input_ids.shape[1]
        written = input_ids[0, self._start :].tolist()
        token = choose(scores[0].float().cpu().numpy(), written, self._sampling, self._random)
        chosen = torch.full_like(scores, -torch.inf)
        chosen[0, token] = 0.0
        return chosen


class _Halt:
    """A stopping criterion: whoever reads the stream has left."""

    def __init__(self, halt: Event) -> None:
        self._halt = halt

    def __call__(self, input_ids: torch.Tensor, _scores: torch.Tensor) -> torch.Tensor:
        return torch.full((input_ids.shape[0],), self._halt.is_set(), device=input_ids.device, dtype=torch.bool)


class _Emitter:
    """A streamer that passes tokens on; the first that it is given is the prompt."""

    def __init__(self, emit: Callable[[int], None]) -> None:
        self._emit = emit
        self._past_prompt = False

    def put(self, value: torch.Tensor) -> None:
        if self._past_prompt:
            for token in value.flatten().tolist():
                self._emit(token)
        self._past_prompt = True

    def end(self) -> None:
        """The thread that runs the model tells the end."""
