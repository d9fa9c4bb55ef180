"""Two tiny language models, made here, and a scripted chat completions server, as fixtures."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

SENTENCES = [
    "Staff in the United Kingdom have 27 days of leave.",
    "Passages are numbered: [1], [2], [3].",
    "The Heron 4 logs for 36 months on one battery.",
    "Wie lange hält die Batterie? Ça dépend: 36 à 40 mois.",
]
CHAT_TEMPLATE = (
    "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}</s>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def save_tokenizer(folder: Path, chat_template: str | None = None) -> int:
    """A byte-level tokenizer trained on a few sentences; returns the size of its vocabulary."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    roles = ["<|user|>", "<|system|>", "<|assistant|>"]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=330,
        special_tokens=["<pad>", "</s>", *roles],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", additional_special_tokens=roles
    )
    if chat_template:
        fast.chat_template = chat_template
    fast.save_pretrained(folder)
    return len(fast)


def save_causal(folder: Path, chat_template: str | None = None) -> Path:
    """A two-layer Llama of random weights with a window of 256."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=save_tokenizer(folder, chat_template),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=256,
        initializer_range=0.3,
        pad_token_id=0,
        bos_token_id=None,
        eos_token_id=1,
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        LlamaForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_causal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny causal model without a chat template."""
    return save_causal(tmp_path_factory.mktemp("causal"))


@pytest.fixture(scope="session")
def tiny_chat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the same model with a chat template."""
    return save_causal(tmp_path_factory.mktemp("chat"), CHAT_TEMPLATE)


@pytest.fixture(scope="session")
def tiny_seq2seq(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny BART of random weights: windows of 128 tokens on both sides."""
    import torch
    from transformers import BartConfig, BartForConditionalGeneration

    folder = tmp_path_factory.mktemp("seq2seq")
    config = BartConfig(
        vocab_size=save_tokenizer(folder),
        d_model=32,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_position_embeddings=128,
        init_std=0.3,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=1,
        decoder_start_token_id=1,
        forced_eos_token_id=None,
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        BartForConditionalGeneration(config).save_pretrained(folder)
    return folder


@dataclass
class Reply:
    """One answer of the scripted server. ``hang`` keeps the connection open and silent after ``body``."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/event-stream"})
    hang: bool = False


@dataclass
class ChatServer:
    """Answers with ``replies`` in order, the last one for ever; keeps what it was asked."""

    url: str
    replies: list[Reply] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    teardown: threading.Event = field(default_factory=threading.Event)

    def will(self, *replies: Reply) -> None:
        """What to answer from now on."""
        self.replies[:] = replies

    @staticmethod
    def events(*chunks: object, done: bool = True) -> Reply:
        """A streamed answer of these chunks; texts become deltas."""
        lines = [
            chunk if isinstance(chunk, dict) else {"choices": [{"delta": {"content": chunk}, "finish_reason": None}]}
            for chunk in chunks
        ]
        body = "".join(f"data: {json.dumps(line, ensure_ascii=False)}\n\n" for line in lines)
        return Reply((body + ("data: [DONE]\n\n" if done else "")).encode())

    @staticmethod
    def json(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
        """An answer in one piece."""
        return Reply(json.dumps(value).encode(), status, {"Content-Type": "application/json"} | (headers or {}))


@pytest.fixture
def chat_server() -> Iterator[ChatServer]:
    """A real HTTP server on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            server.paths.append(self.path)
            server.headers.append(dict(self.headers))
            server.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            reply = server.replies.pop(0) if len(server.replies) > 1 else server.replies[0]
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)
            self.wfile.flush()
            if reply.hang:
                server.teardown.wait(30)

        def log_message(self, *arguments: object) -> None:
            """Tests are quiet."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    server = ChatServer(f"http://127.0.0.1:{listener.server_port}/v1")
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.teardown.set()
    listener.shutdown()
    listener.server_close()
    thread.join()
