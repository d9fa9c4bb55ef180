"""A tiny sentence-transformers model, made here, and an embedding server on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from ragkit.testing import HashingEmbedder

WORDS = """annual leave in germany is 30 days the gateway has eight channels a longer text about loggers and probes
one two three four five how much many query passage answer it needs 12 w""".split()
WINDOW = 64


def save_sentence_transformer(folder: Path, prompts: dict[str, str] | None = None) -> Path:
    """A BERT of random weights, 2 layers 32 wide, with a vocabulary of a few words and of letters."""
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    letters = [mark + letter for letter in "abcdefghijklmnopqrstuvwxyz0123456789" for mark in ("", "##")]
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", ":", *dict.fromkeys([*WORDS, *letters])]
    bare = folder / "bare"
    bare.mkdir(parents=True)
    (bare / "vocab.txt").write_text("\n".join(tokens), encoding="utf-8")
    BertTokenizerFast(str(bare / "vocab.txt"), model_max_length=WINDOW).save_pretrained(bare)
    config = BertConfig(
        vocab_size=len(tokens),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=WINDOW,
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        BertModel(config).save_pretrained(bare)
    # a bare model is given mean pooling
    model = SentenceTransformer(str(bare), prompts=prompts, device="cpu")
    model.max_seq_length = WINDOW
    model.save(str(folder / "model"), create_model_card=False)
    return folder / "model"


@contextmanager
def embedding_server() -> Iterator[str]:
    """The base URL of a server that embeds by hashing, answers out of order, and does not scale to unit length."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            texts = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["input"]
            rows = (3 * HashingEmbedder().embed_passages(texts)).tolist()
            data = [{"index": place, "embedding": row} for place, row in enumerate(rows)]
            body = json.dumps({"data": data[::-1]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Tests are quiet."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.server_port}/v1"
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
