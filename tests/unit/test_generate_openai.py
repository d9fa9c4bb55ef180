from __future__ import annotations

import logging
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from ragkit import registry
from ragkit.config import Generate, Settings
from ragkit.errors import EndpointError, PromptError, UsageError
from ragkit.generate.openai import OpenAIGenerator
from ragkit.models.http import FIRST_WAIT_S
from ragkit.registry import Context
from ragkit.types import Message, Piece, Prompt, Sampling, Usage

PROMPT = Prompt("q", (), (Message("system", "Be brief."), Message("user", "How many?")))
USAGE = {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2}}
STOP = {"choices": [{"delta": {}, "finish_reason": "stop"}]}
KEY = "sk-secret-123"


@pytest.fixture
def waits():
    return []


@pytest.fixture
def ask(chat_server, waits):
    """Asks the scripted server; returns text and last piece."""

    def ask(sampling=None, **options):
        generator = OpenAIGenerator("m", base_url=chat_server.url, sleep=waits.append, **options)
        pieces = list(generator.stream(PROMPT, sampling or Sampling()))
        assert [piece.finish is not None for piece in pieces] == [False] * (len(pieces) - 1) + [True]
        return "".join(piece.text for piece in pieces), pieces[-1]

    return ask


def test_a_stream_with_usage(chat_server, ask):
    chat_server.will(chat_server.events("27", " days\u2028", " ✓", STOP, USAGE))
    assert ask() == ("27 days\u2028 ✓", Piece(usage=Usage(9, 2), finish="stop"))
    assert chat_server.paths == ["/v1/chat/completions"]
    assert "Authorization" not in chat_server.headers[0]
    assert chat_server.requests == [
        {
            "model": "m",
            "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "How many?"}],
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": 512,
            "temperature": 0.0,
        }
    ]


def test_pieces_arrive_before_the_answer_is_whole(chat_server):
    reply = chat_server.events("27", done=False)
    reply.hang = True
    chat_server.will(reply)
    stream = OpenAIGenerator("m", base_url=chat_server.url).stream(PROMPT, Sampling())
    assert next(stream) == Piece("27")
    stream.close()


def test_sampling_and_key_are_sent_and_neutral_values_are_not(chat_server, ask):
    chat_server.will(chat_server.events("a", STOP))
    ask(Sampling(temperature=0.7, top_p=0.9, top_k=40, max_tokens=7, seed=3, stop=("END",)), api_key=KEY)
    sent = chat_server.requests[0]
    assert (sent["temperature"], sent["top_p"], sent["top_k"], sent["max_tokens"]) == (0.7, 0.9, 40, 7)
    assert (sent["seed"], sent["stop"]) == (3, ["END"])
    assert not {"min_p", "repetition_penalty"} & set(sent)
    assert chat_server.headers[0]["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(("max_tokens", "asked"), [(2048, 1250), (1251, 1250), (1250, 1250), (512, 512)])
def test_no_more_is_asked_than_the_prompt_leaves_of_the_window(chat_server, max_tokens, asked):
    chat_server.will(chat_server.events("27", STOP))
    generator = OpenAIGenerator("m", base_url=chat_server.url, context_tokens=2048)
    prompt = Prompt("q", (), (Message("system", "b" * 300), Message("user", "a" * (798 - 2 * 16 - 100) * 3)))
    list(generator.stream(prompt, Sampling(max_tokens=max_tokens)))
    assert chat_server.requests[0]["max_tokens"] == asked


@pytest.mark.parametrize(
    ("window", "letters", "told"), [(None, 9_300, True), (None, 8_700, False), (8192, 9_300, False)]
)
def test_a_long_prompt_may_be_cut_where_the_window_is_not_known(chat_server, window, letters, told):
    chat_server.will(chat_server.events("27", STOP))
    generator = OpenAIGenerator("m", base_url=chat_server.url, context_tokens=window)
    pieces = list(generator.stream(Prompt("q", (), (Message("user", "a" * letters),)), Sampling()))
    note = "The prompt takes about 3,116 tokens, and how many openai:m reads is not known: it may have been cut. "
    note += "Set generate.context_tokens to its window."
    assert [piece.note for piece in pieces if piece.note] == ([note] if told else [])


def test_a_prompt_that_leaves_no_room_is_refused_before_anything_is_sent(chat_server, ask):
    with pytest.raises(PromptError, match="and openai:m reads 16"):
        ask(context_tokens=16)
    assert chat_server.paths == []


def test_a_key_from_a_file_loses_its_line_end(chat_server, ask):
    chat_server.will(chat_server.events("27", STOP), chat_server.events("27", STOP))
    ask(api_key=f"{KEY}\r\n")
    ask(api_key=" \n")
    assert chat_server.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert "Authorization" not in chat_server.headers[1]


@pytest.mark.parametrize("key", ["clé", "“abc”", "a\nb", "a\x1bb"])
def test_a_key_that_no_header_can_carry_is_named_before_anything_is_sent(chat_server, ask, key):
    with pytest.raises(UsageError, match="no server can be sent") as caught:
        ask(api_key=key)
    assert "RAGKIT_API_KEY" in caught.value.hint
    assert chat_server.paths == []


def test_an_answer_in_one_piece(chat_server, ask):
    choice = {"message": {"role": "assistant", "content": "27"}, "finish_reason": "length"}
    chat_server.will(chat_server.json({"choices": [choice], "usage": {"prompt_tokens": 1, "completion_tokens": 2}}))
    assert ask() == ("27", Piece(usage=Usage(1, 2), finish="length"))


def test_reasoning_of_the_server_is_reasoning(chat_server):
    deltas = [{"choices": [{"delta": {name: "Hm."}}]} for name in ("reasoning_content", "reasoning")]
    chat_server.will(chat_server.events(*deltas, "27", STOP))
    pieces = list(OpenAIGenerator("m", base_url=chat_server.url).stream(PROMPT, Sampling()))
    assert [(piece.kind, piece.text) for piece in pieces[:3]] == [
        ("reasoning", "Hm."),
        ("reasoning", "Hm."),
        ("answer", "27"),
    ]


@pytest.mark.parametrize("streamed", [True, False])
def test_an_answer_in_parts_is_joined(chat_server, streamed):
    thought = {"type": "thinking", "thinking": [{"type": "text", "text": "H"}, {"type": "text", "text": "m."}]}
    image = {"type": "image_url", "image_url": {"url": "http://h/1.png"}}
    content = [thought, {"type": "text", "text": "27 "}, image, {"type": "text", "text": "days"}]
    said = {"role": "assistant", "content": content}
    whole = {"choices": [{"delta" if streamed else "message": said, "finish_reason": "stop"}]}
    chat_server.will(chat_server.events(whole) if streamed else chat_server.json(whole))
    *pieces, last = OpenAIGenerator("m", base_url=chat_server.url).stream(PROMPT, Sampling())
    assert pieces == [Piece("Hm.", "reasoning"), Piece("27 days")]
    assert last.finish == "stop"


def test_comments_crlf_and_a_missing_end_mark(chat_server, ask):
    reply = chat_server.events("27", STOP, done=False)
    reply.body = b": keep-alive\r\n\r\nevent: message\r\n" + reply.body.replace(b"\n", b"\r\n")
    chat_server.will(reply)
    assert ask()[0] == "27"


def test_data_that_says_nothing_and_counts_that_are_null(chat_server, ask):
    reply = chat_server.events("27", STOP, {"choices": [], "usage": {"prompt_tokens": None, "completion_tokens": 2}})
    reply.body = b"data:\n\n" + reply.body.replace(b"data: ", b"data: \n\ndata: ")
    chat_server.will(reply)
    assert ask() == ("27", Piece(usage=Usage(0, 2), finish="stop"))


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
def test_a_busy_server_is_asked_again_with_growing_waits(chat_server, ask, waits, status):
    busy = chat_server.json({"error": {"message": "busy"}}, status)
    chat_server.will(busy, busy, chat_server.events("27", STOP))
    assert ask()[0] == "27"
    assert len(waits) == 2
    assert FIRST_WAIT_S / 2 <= waits[0] <= FIRST_WAIT_S <= waits[1] <= 2 * FIRST_WAIT_S


def test_retry_after_is_heeded_in_both_forms(chat_server, ask, waits):
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    forms = ("7", soon, "tomorrow", "8.5", "\xb2")
    chat_server.will(
        *[chat_server.json({}, 429, {"Retry-After": form}) for form in forms], chat_server.events("27", STOP)
    )
    assert ask(retries=5)[0] == "27"
    assert waits[0] == 7.0
    assert 10 < waits[1] <= 20
    assert waits[2] <= FIRST_WAIT_S * 4
    assert waits[3] >= 8.5
    assert waits[4] <= FIRST_WAIT_S * 16


def test_a_server_that_asks_for_a_longer_wait_than_is_waited_is_given_up_at_once(chat_server, ask, waits):
    chat_server.will(chat_server.json({"error": {"message": "boom"}}, 429, {"Retry-After": "86400"}))
    with pytest.raises(EndpointError, match=r"refused \(HTTP 429\): boom\. Ask again in 86,400 seconds, as it says\."):
        ask(retries=6)
    assert waits == []


def test_a_server_that_stays_busy_is_given_up(chat_server, ask, waits):
    chat_server.will(chat_server.json({"error": {"message": "overloaded"}}, 503))
    with pytest.raises(EndpointError, match=r"refused \(HTTP 503\): overloaded\. See the server's log\."):
        ask(retries=2)
    assert len(waits) == 2
    assert len(chat_server.requests) == 3


@pytest.mark.parametrize(
    ("status", "remedy"), [(401, "Set RAGKIT_API_KEY"), (404, "Check the model 'm' and --base-url"), (400, "Correct")]
)
def test_a_refusal_is_final_and_names_the_remedy(chat_server, ask, waits, status, remedy):
    chat_server.will(chat_server.json({"error": {"message": "no such thing"}}, status))
    with pytest.raises(EndpointError, match=rf"HTTP {status}\): no such thing") as caught:
        ask()
    assert remedy in caught.value.hint
    assert waits == []


def test_what_a_server_refuses_is_left_out(chat_server, ask):
    chat_server.will(
        chat_server.json({"error": {"message": "use max_completion_tokens instead"}}, 400),
        chat_server.json({"detail": "unknown field stream_options"}, 422),
        chat_server.events("27", STOP),
    )
    assert ask()[0] == "27"
    assert "stream_options" not in chat_server.requests[2]
    assert chat_server.requests[2]["max_completion_tokens"] == 512
    assert "max_tokens" not in chat_server.requests[2]


def test_the_key_and_control_characters_never_appear(chat_server, ask, caplog):
    chat_server.will(chat_server.json({"error": f"bad key {KEY} \x1b[31m\n" + "x" * 900}, 500))
    with caplog.at_level(logging.DEBUG), pytest.raises(EndpointError) as caught:
        ask(api_key=KEY, retries=1)
    assert KEY not in str(caught.value) + caplog.text
    assert "bad key ***" in caught.value.message
    assert "\x1b" not in caught.value.message
    assert len(caught.value.message) < 400


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Welcome</html>",
        b"",
        b"data: hello\n\n",
        b'{"models": []}',
        b"[1, 2]",
        b"\xff\xfe",
        b'{"choices": ' + b"[" * 100_000,
        b'{"choices": []}',
        b'data: {"choices": [{"delta": {"content": 3}}]}\n\n',
    ],
)
def test_rubbish_is_called_rubbish(chat_server, ask, waits, body):
    chat_server.will(chat_server.events("x"))
    chat_server.replies[0].body = body
    with pytest.raises(EndpointError, match="something that is not a chat completion"):
        ask()
    assert waits == []


@pytest.mark.parametrize(
    ("written", "read"),
    [(r"27 \ud800 days", "27 \ufffd days"), (r"\ud83d\ude00 \udc00", "\U0001f600 \ufffd"), (r"a\\ud8", r"a\ud8")],
)
@pytest.mark.parametrize("streamed", [True, False])
def test_half_a_letter_is_shown_as_one_that_is_not_known(chat_server, ask, streamed, written, read):
    chat_server.will(chat_server.events("x", STOP) if streamed else chat_server.json({}))
    kind = "delta" if streamed else "message"
    answer = f'{{"choices": [{{"{kind}": {{"content": "{written}"}}, "finish_reason": "stop"}}]}}'
    chat_server.replies[0].body = (f"data: {answer}\n\n" if streamed else answer).encode()
    assert ask()[0] == read


def test_an_error_within_the_stream(chat_server, ask):
    chat_server.will(chat_server.events("27", {"error": {"message": "out of memory"}}))
    with pytest.raises(EndpointError, match="gave an error: out of memory"):
        ask()


def test_an_error_that_is_not_wrapped_in_one(chat_server, ask):
    chat_server.will(chat_server.events({"object": "error", "message": "out of memory", "code": 500}))
    with pytest.raises(EndpointError, match="gave an error: out of memory"):
        ask()


def test_a_server_that_has_moved_says_where_to(chat_server, ask):
    chat_server.will(chat_server.json({}, 308, {"Location": "https://example.org/v1/chat/completions"}))
    with pytest.raises(EndpointError, match=r"has moved to https://example\.org/v1/chat/completions") as caught:
        ask()
    assert "--base-url" in caught.value.hint
    assert len(chat_server.requests) == 1


def test_a_stream_that_ends_early_broke_off(chat_server, ask):
    chat_server.will(chat_server.events("27 da", done=False))
    with pytest.raises(EndpointError, match="broke off"):
        ask()


def test_a_connection_that_breaks_before_the_first_token_is_tried_again(chat_server, ask, waits):
    cut = chat_server.events("27")
    cut.body, cut.headers = b"", {"Content-Length": "100"}
    chat_server.will(cut, chat_server.events("27", STOP))
    assert ask()[0] == "27"
    assert len(waits) == 1


def test_a_connection_that_breaks_after_it_is_not(chat_server, ask, waits):
    cut = chat_server.events("27", done=False)
    cut.headers |= {"Content-Length": "1000"}
    chat_server.will(cut)
    with pytest.raises(EndpointError, match="broke off"):
        ask()
    assert waits == []


def test_silence_ends_at_the_timeout(chat_server, ask):
    reply = chat_server.events(done=False)
    reply.hang = True
    chat_server.will(reply)
    with pytest.raises(EndpointError, match=r"said nothing for 0\.2 seconds\. Raise generate\.timeout_s"):
        ask(timeout=0.2)


def test_an_endpoint_that_is_down_is_named_after_the_retries(waits):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    generator = OpenAIGenerator("m", base_url=f"http://127.0.0.1:{port}/v1/", retries=2, sleep=waits.append)
    with pytest.raises(EndpointError, match=rf"endpoint http://127\.0\.0\.1:{port}/v1/chat/completions is down"):
        list(generator.stream(PROMPT, Sampling()))
    assert len(waits) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [("ALL_PROXY", "gopher://127.0.0.1:1"), ("NO_PROXY", "[::1"), ("SSL_CERT_FILE", "/no/such/file.pem")],
)
def test_what_the_environment_names_and_cannot_be_used_is_the_users_to_correct(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    generator = OpenAIGenerator("m", base_url="https://example.org/v1")
    with pytest.raises(UsageError, match="of the environment cannot be used") as caught:
        list(generator.stream(PROMPT, Sampling()))
    assert name in caught.value.hint


def test_a_content_filter_is_an_error(chat_server, ask):
    chat_server.will(chat_server.events({"choices": [{"delta": {}, "finish_reason": "content_filter"}]}))
    with pytest.raises(EndpointError, match="content filter"):
        ask()


@pytest.mark.parametrize(
    "url", ["", "localhost:8000", "ftp://x/v1", "http://", "http://me:pw@host/v1", "me:pw@host/v1", "http://[::"]
)
def test_a_base_url_that_is_none_is_refused_without_showing_a_password(url):
    with pytest.raises(UsageError) as caught:
        OpenAIGenerator("m", base_url=url)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize("base", ["/v1?api-version=2024-06-01&x=a%2Fb", "/v1/?api-version=2024-06-01&x=a%2Fb#top"])
def test_the_query_of_a_base_url_goes_behind_the_path(chat_server, base):
    chat_server.will(chat_server.events("27", STOP))
    list(OpenAIGenerator("m", base_url=chat_server.url.removesuffix("/v1") + base).stream(PROMPT, Sampling()))
    assert chat_server.paths == ["/v1/chat/completions?api-version=2024-06-01&x=a%2Fb"]


def test_tokens_are_estimated_from_above():
    generator = OpenAIGenerator("m", base_url="http://localhost/v1")
    assert generator.count_tokens("") == 0
    assert generator.count_tokens("abcd") == 2
    assert generator.count_tokens("水文") == 4
    assert generator.name == "openai:m"
    assert generator.context_tokens is None


def in_context(**settings):
    def no_embedder():
        raise AssertionError("a language model needs no embedder")

    return Context(replace(Settings(), generate=replace(Generate(), **settings)), no_embedder)


def test_the_registry_makes_it_from_the_settings(chat_server):
    chat_server.will(chat_server.events("27", STOP))
    context = in_context(base_url=chat_server.url, api_key=KEY, context_tokens=4096)
    made = registry.make("generator", "openai:vendor/model:tag", context)
    assert (made.name, made.context_tokens) == ("openai:vendor/model:tag", 4096)
    list(made.stream(PROMPT, Sampling()))
    assert chat_server.headers[0]["Authorization"] == f"Bearer {KEY}"
    with pytest.raises(UsageError, match="needs a server"):
        registry.make("generator", "openai:m", in_context())
    with pytest.raises(UsageError, match="needs a model"):
        registry.make("generator", "openai", context)
