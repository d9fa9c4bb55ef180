"""Any server that speaks the OpenAI chat completions protocol: vLLM, Ollama, llama.cpp, a cloud.

The key goes into one request header and nowhere else: not into messages, not into logs. What a server says about an
error is shown without it, cut short and without control characters.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, count
from math import ceil
from typing import TYPE_CHECKING, Any, Literal

import httpx
import msgspec

from ragkit.errors import EndpointError, PromptError, UsageError
from ragkit.generate import sse
from ragkit.generate.prompts import MESSAGE_TOKENS
from ragkit.generate.sampling import check
from ragkit.models.http import (
    BUSY,
    LONGEST_WAIT_S,
    authorization,
    below,
    client,
    later,
    pause,
    refuse_offline,
    refuse_password,
    retry_after,
)
from ragkit.types import Piece, Prompt, Sampling, Usage

if TYPE_CHECKING:
    from ragkit.registry import Context

log = logging.getLogger(__name__)

SAFE_TOKENS = 3_000
"""A prompt that most servers read whole. Some cut a longer one without a word: Ollama reads 4,096 unless told more."""
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""What may be half a pair, written out."""
MAY_BE_CUT = (
    "The prompt takes about {read:,} tokens, and how many {name} reads is not known: it may have been cut. "
    "Set generate.context_tokens to its window."
)


class _Part(msgspec.Struct):
    text: str | None = None
    thinking: list[_Part] | str | None = None


class _Text(msgspec.Struct):
    content: list[_Part] | str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None


class _Choice(msgspec.Struct):
    delta: _Text | None = None
    message: _Text | None = None
    finish_reason: str | None = None


class _Counts(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Chunk(msgspec.Struct):
    choices: list[_Choice] | None = None
    usage: _Counts | None = None
    error: Any = None
    message: Any = None


class _BusyError(Exception):
    """The server may answer when asked again, after ``wait`` seconds where it says so; else ``error`` stands."""

    def __init__(self, error: EndpointError, wait: float = 0.0) -> None:
        super().__init__(error)
        self.error = error
        self.wait = wait


class OpenAIGenerator:
    """A model behind ``base_url``, which ends before ``/chat/completions``.

    ``timeout`` is the longest silence in seconds; ``retries`` is how often a busy or unreachable server is asked
    again before its first token. ``context_tokens`` is the model's window where the user knows it: servers do not
    tell. ``sleep`` does the waiting between retries.

    Raises:
        UsageError: ``base_url`` is no http address, or holds a password; or no header can carry the key.
    """

    reads_messages = True
    verbatim = False

    def __init__(
        self,
        model: str,
        *,
        base_url: str,
        api_key: str = "",
        timeout: float = 60.0,
        retries: int = 3,
        context_tokens: int | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = f"openai:{model}"
        self.context_tokens = context_tokens
        self._model = model
        self._url = _address(base_url)
        self._key = api_key.strip()
        self._headers = authorization(self._key)
        self._timeout = timeout
        self._retries = retries
        self._sleep = sleep

    def count_tokens(self, text: str) -> int:
        """An upper estimate, for the server's tokenizer is not known: 3 characters a token, 2 tokens beyond ASCII.

        English prose has about 4 characters a token in current vocabularies; figures and code have fewer.
        """
        beyond = sum(not character.isascii() for character in text)
        return ceil((len(text) - beyond) / 3) + 2 * beyond

    def stream(self, prompt: Prompt, sampling: Sampling) -> Generator[Piece, None, None]:
        """Pieces as they arrive; the last has ``usage`` where the server counts tokens.

        Raises:
            UsageError: a sampling value that has no meaning, or a proxy of the environment that cannot be used.
            PromptError: the prompt leaves no room in the window, where that is known.
            EndpointError: the server is down, refuses, falls silent, breaks off or answers something else.
        """
        check(sampling)
        return self._write(prompt, replace(sampling, max_tokens=self._limit(prompt, sampling.max_tokens)))

    def _read(self, prompt: Prompt) -> int:
        """About how many tokens the prompt has."""
        return sum(self.count_tokens(message.content) + MESSAGE_TOKENS for message in prompt.messages)

    def _limit(self, prompt: Prompt, max_tokens: int) -> int:
        """Tokens that may be written: servers refuse a request for more than the prompt leaves of the window."""
        if self.context_tokens is None:
            return max_tokens
        read = self._read(prompt)
        if read >= self.context_tokens:
            raise PromptError(
                f"The prompt takes about {read} tokens, and {self.name} reads {self.context_tokens}.",
                "Ask for fewer passages, shorten the question, or raise generate.context_tokens.",
            )
        return min(max_tokens, self.context_tokens - read)

    def _write(self, prompt: Prompt, sampling: Sampling) -> Generator[Piece, None, None]:
        body = _body(self._model, prompt, sampling)
        if self.context_tokens is None and (read := self._read(prompt)) > SAFE_TOKENS:
            yield Piece(note=MAY_BE_CUT.format(read=read, name=self.name))
        with client(str(self._url), headers=self._headers, timeout=self._timeout) as asking:
            for attempt in count():
                try:
                    yield from self._answer(asking, body)
                except _BusyError as busy:
                    if attempt >= self._retries:
                        raise busy.error from busy
                    self._wait(attempt, busy)
                else:
                    return

    def _wait(self, attempt: int, busy: _BusyError) -> None:
        wait = pause(attempt, busy.wait)
        log.info("%s Asking again in %.1f s.", busy.error.message, wait)
        self._sleep(wait)

    def _answer(self, asking: httpx.Client, body: dict[str, Any]) -> Iterator[Piece]:
        begun = False
        try:
            with asking.stream("POST", self._url, json=body) as response:
                if response.is_success:
                    for piece in self._pieces(sse.lines(response.iter_bytes())):
                        begun = True
                        yield piece
                    return
                response.read()
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise _BusyError(self._down()) from error
        except httpx.TimeoutException as error:
            raise self._silent() from error
        except httpx.RequestError as error:
            broken = self._broken()
            raise (broken if begun else _BusyError(broken)) from error
        simpler = _simpler(body, response)
        if simpler is None:
            raise self._http_error(response)
        yield from self._answer(asking, simpler)

    def _pieces(self, lines: Iterator[str]) -> Iterator[Piece]:
        first = next((line for line in lines if line.strip()), "")
        if sse.is_field(first):
            yield from self._streamed(sse.events(chain([first], lines)))
        else:
            yield from self._whole("\n".join([first, *lines]))

    def _streamed(self, events: Iterable[str]) -> Iterator[Piece]:
        usage, finish = None, None
        for data in events:
            if data == "[DONE]":
                finish = finish or "stop"
                break
            chunk = self._chunk(data)
            usage = _usage(chunk) or usage
            for choice in (chunk.choices or [])[:1]:
                yield from _texts(choice.delta)
                finish = choice.finish_reason or finish
        if finish is None:
            raise self._broken()
        yield Piece(usage=usage, finish=self._finish(finish))

    def _whole(self, text: str) -> Iterator[Piece]:
        """The answer of a server that does not stream."""
        chunk = self._chunk(text)
        if not chunk.choices:
            raise self._rubbish()
        yield from _texts(chunk.choices[0].message)
        yield Piece(usage=_usage(chunk), finish=self._finish(chunk.choices[0].finish_reason or "stop"))

    def _chunk(self, text: str) -> _Chunk:
        try:
            chunk = _decoded(text)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise self._rubbish() from error
        empty = chunk.choices is None and chunk.usage is None
        # Some servers say what is wrong without wrapping it in an error.
        if wrong := chunk.error or (chunk.message if empty else None):
            raise EndpointError(f"{self._url} gave an error: {self._told(_said(wrong))}", "See the server's log.")
        if empty:
            raise self._rubbish()
        return chunk

    def _finish(self, reason: str) -> Literal["stop", "length"]:
        if reason == "content_filter":
            raise EndpointError(f"{self._url} withheld the answer by its content filter.", "Use another model.")
        return "length" if reason == "length" else "stop"

    def _down(self) -> EndpointError:
        return EndpointError(f"The endpoint {self._url} is down.", "Start the server, or correct --base-url.")

    def _silent(self) -> EndpointError:
        return EndpointError(
            f"{self._url} said nothing for {self._timeout:g} seconds.",
            "Raise generate.timeout_s, or use a faster model.",
        )

    def _broken(self) -> EndpointError:
        return EndpointError(f"{self._url} broke off in the middle of the answer.", "Ask again; see the server's log.")

    def _rubbish(self) -> EndpointError:
        return EndpointError(
            f"{self._url} answered something that is not a chat completion.",
            "Correct --base-url: for most servers it ends in /v1.",
        )

    def _http_error(self, response: httpx.Response) -> EndpointError | _BusyError:
        status = response.status_code
        if response.has_redirect_location:
            place = self._shown(response.headers["location"])
            return EndpointError(f"{self._url} has moved to {place} (HTTP {status}).", "Correct --base-url.")
        try:
            said = _said(msgspec.json.decode(response.content))
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            said = response.text
        busy, asked = status in BUSY, retry_after(response)
        remedy = (later(asked) if busy else "") or self._remedy(status)
        error = EndpointError(f"{self._url} refused (HTTP {status}): {self._told(said)}", remedy)
        return _BusyError(error, asked) if busy and asked <= LONGEST_WAIT_S else error

    def _remedy(self, status: int) -> str:
        if status in {401, 403}:
            return "Set RAGKIT_API_KEY to a key that the server accepts."
        if status == 404:
            return f"Check the model {self._model!r} and --base-url: for most servers it ends in /v1."
        if status == 429:
            return "Wait, or ask for a larger quota."
        return "See the server's log." if status >= 500 else "Correct what the server names."

    def _shown(self, said: str) -> str:
        said = said.replace(self._key, "***") if self._key else said
        clean = "".join(character if character.isprintable() else " " for character in said[:2000])
        return " ".join(clean.split())[:200]

    def _told(self, said: str) -> str:
        """What a server says, as the end of a sentence."""
        shown = self._shown(said) or "it does not say why"
        return shown if shown.endswith((".", "!", "?")) else f"{shown}."


def from_context(argument: str, context: Context) -> OpenAIGenerator:
    """The generator for ``openai:MODEL``, or `UsageError` where MODEL or the base URL is missing."""
    settings = context.settings.generate
    if not argument:
        raise UsageError("The generator openai needs a model.", "Write openai:MODEL.")
    if not settings.base_url:
        raise UsageError("The generator openai needs a server.", "Give --base-url or set RAGKIT_BASE_URL.")
    refuse_offline(str(_address(settings.base_url)), offline=context.settings.offline)
    return OpenAIGenerator(
        argument,
        base_url=settings.base_url,
        api_key=settings.api_key,
        timeout=settings.timeout_s,
        retries=settings.retries,
        context_tokens=settings.context_tokens or None,
    )


def _address(base_url: str) -> httpx.URL:
    try:
        url = httpx.URL(below(base_url, "chat/completions"))
    except EndpointError:
        url = httpx.URL("")
    if url.scheme not in {"http", "https"} or not url.host:
        shown = base_url.rpartition("@")[2]
        raise UsageError(f"The base URL {shown!r} is no http address.", "Write it like http://localhost:8000/v1.")
    refuse_password(str(url))
    return url


def _body(model: str, prompt: Prompt, sampling: Sampling) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": message.role, "content": message.content} for message in prompt.messages],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": sampling.max_tokens,
        "temperature": sampling.temperature,
    }
    if sampling.stop:
        body["stop"] = list(sampling.stop)
    if sampling.seed is not None:
        body["seed"] = sampling.seed
    # Beyond the protocol, though most servers know them: sent only where they change something.
    neutral = Sampling()
    for name in ("top_p", "top_k", "min_p", "repetition_penalty"):
        value = getattr(sampling, name)
        if sampling.temperature > 0 and value != getattr(neutral, name):
            body[name] = value
    return body


def _simpler(body: dict[str, Any], response: httpx.Response) -> dict[str, Any] | None:
    """The request without what older, or newer, servers refuse; None when there is nothing to leave out."""
    if response.status_code not in {400, 422}:
        return None
    if "max_tokens" in body and "max_completion_tokens" in response.text:
        rest = {name: value for name, value in body.items() if name != "max_tokens"}
        return rest | {"max_completion_tokens": body["max_tokens"]}
    if "stream_options" in body:
        return {name: value for name, value in body.items() if name != "stream_options"}
    return None


def _decoded(text: str) -> _Chunk:
    """A chunk in JSON. For half a surrogate pair, which no text can hold, there is the sign for what is not known."""
    try:
        return msgspec.json.decode(text, type=_Chunk)
    except msgspec.DecodeError:
        if not _HALF.search(text):
            raise
    plain = json.dumps(json.loads(text), ensure_ascii=False)
    return msgspec.json.decode(plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), type=_Chunk)


def _texts(text: _Text | None) -> Iterator[Piece]:
    if text is None:
        return
    if thought := text.reasoning_content or text.reasoning:
        yield Piece(thought, "reasoning")
    if thought := _joined(text.content, thinking=True):
        yield Piece(thought, "reasoning")
    if said := _joined(text.content):
        yield Piece(said)


def _joined(content: Sequence[_Part] | str | None, *, thinking: bool = False) -> str:
    """What is said in ``content``, or thought, where some servers write parts such as ``{"type": "text", ...}``."""
    if isinstance(content, str):
        return "" if thinking else content
    return "".join(_joined(part.thinking) if thinking else part.text or "" for part in content or ())


def _usage(chunk: _Chunk) -> Usage | None:
    return Usage(chunk.usage.prompt_tokens or 0, chunk.usage.completion_tokens or 0) if chunk.usage else None


def _said(error: Any) -> str:
    """The message in ``{"error": {"message": ...}}`` and its variants."""
    for key in ("error", "message", "detail"):
        if isinstance(error, dict) and error.get(key):
            error = error[key]
    return str(error)
