"""``ragkit ask`` with a language model behind a real local server."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli.conftest import LEAVE, Run
from tests.cli.test_cli_terminal import on_terminal

TOLD = "Employees in Germany have 30 days of annual leave a year."
MADE_UP = "Everyone also receives 4711 shares of the company \x1b[2Jat Christmas."


class _Model(BaseHTTPRequestHandler):
    """Streams the words of `words`, or fails as `status` says; remembers what it was sent."""

    words: tuple[str, ...] = ()
    status = 200
    body: bytes | None = None
    pause = 0.0
    seen: tuple[dict[str, object], ...] = ()

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).seen = (*self.seen, asked)
        self.send_response(self.status)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        if self.body is not None:
            self.wfile.write(self.body)
            return
        for word in self.words:
            time.sleep(self.pause)
            self._event({"choices": [{"delta": {"content": word}}]})
        self._event({"choices": [{"delta": {}, "finish_reason": "stop"}]})
        self._event({"choices": [], "usage": {"prompt_tokens": 321, "completion_tokens": 12}})
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def _event(self, value: object) -> None:
        self.wfile.write(b"data: " + json.dumps(value).encode() + b"\n\n")
        self.wfile.flush()


@pytest.fixture
def model() -> Iterator[type[_Model]]:
    """A handler class of this test's own; ``url`` is where it listens."""
    handler = type("Model", (_Model,), {"words": tuple(f"{word} " for word in TOLD.split())})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.url = f"http://127.0.0.1:{server.server_port}/v1"  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield handler
    server.shutdown()
    server.server_close()
    thread.join()


def options(model: type[_Model]) -> list[str]:
    return ["--generator", "openai:small", "--base-url", model.url]  # type: ignore[attr-defined]


def test_the_options_reach_the_model_and_its_answer_is_cited(run: Run, model: type[_Model]) -> None:
    sampling = ["--temperature", "0.5", "--top-p", "0.9", "--max-tokens", "64", "--seed", "7", "--prompt", "direct"]
    done = run("ask", "-k", "1", *sampling, *options(model), LEAVE)
    assert done.code == 0, done.err
    assert done.out.startswith(f"{TOLD} [1]\n\n[1] docs/leave.md › ")
    assert "openai:small · 321 + 12 tokens" in done.out
    (asked,) = model.seen
    assert asked["model"] == "small"
    assert {key: asked[key] for key in ("temperature", "top_p", "seed")} == {
        "temperature": 0.5,
        "top_p": 0.9,
        "seed": 7,
    }
    assert "30 days of annual leave" in json.dumps(asked["messages"])


def test_a_sentence_that_nothing_supports_is_marked_and_exits_4(run: Run, model: type[_Model]) -> None:
    model.words = (TOLD, " ", MADE_UP)
    done = run("ask", *options(model), LEAVE)
    assert done.code == 4
    assert "! Not supported by the documents: Everyone also receives 4711 shares" in done.out
    assert "1 of 2 sentences verified" in done.out
    assert "\x1b" not in done.out


@pytest.mark.parametrize(("status", "body"), [(200, b"<html>Welcome!</html>"), (404, b"not here"), (200, b"")])
def test_rubbish_from_a_server_is_an_error(run: Run, model: type[_Model], status: int, body: bytes) -> None:
    model.status, model.body = status, body
    done = run("ask", *options(model), LEAVE)
    assert done.code == 1
    assert done.out == ""
    assert done.err.startswith("Error: ")
    assert "Traceback" not in done.err


def test_a_batch_goes_on_when_the_server_fails(run: Run, model: type[_Model]) -> None:
    model.status, model.body = 400, b"no"
    lines = "".join(json.dumps({"id": name, "question": LEAVE}) + "\n" for name in "ab")
    done = run("ask", "--batch", "-", *options(model), stdin=lines)
    assert done.code == 1
    assert [("error" in line, line["id"]) for line in map(json.loads, done.out.splitlines())] == [
        (True, "a"), (True, "b"),
    ]  # fmt: skip


def test_show_prompt_prints_exactly_what_is_sent(run: Run, model: type[_Model]) -> None:
    done = run("ask", "-k", "1", "--show-prompt", *options(model), LEAVE)
    (asked,) = model.seen
    messages = asked["messages"]
    assert isinstance(messages, list)
    for message in messages:
        assert f"--- {message['role']}\n{message['content']}" in done.err


@pytest.mark.parametrize("streaming", [True, False])
def test_on_a_terminal_the_answer_is_drafted_as_it_comes(home: Path, model: type[_Model], streaming: bool) -> None:
    model.pause = 0.05
    extra = [] if streaming else ["--no-stream"]
    with on_terminal("ask", *options(model), *extra, LEAVE, cwd=home) as terminal:
        assert terminal.end() == 0
    assert ("Thinking" in terminal.screen) == streaming
    assert terminal.screen.count("Employees in Germany") >= (3 if streaming else 1)
    assert "\x1b[36m[1]" in terminal.screen
