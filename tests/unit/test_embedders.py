"""Embedders by name: what a name means, which prefixes a model gets, and what is said when there is no model."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ragkit import registry
from ragkit.config import Generate, Ingest, Settings
from ragkit.errors import EndpointError, ModelError, UsageError
from ragkit.models import http
from ragkit.models.embedders import EndpointEmbedder, SentenceTransformersEmbedder, made_with, prefixes, spec_of
from ragkit.protocols import Embedder
from tests.embedding_models import embedding_server, save_sentence_transformer
from tests.language_models import ChatServer

ONCE = Generate(retries=0, timeout_s=5)
VECTOR = {"index": 0, "embedding": [3.0, 4.0]}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_sentence_transformer(tmp_path_factory.mktemp("plain"))


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Denies the network, and keeps account of who wanted it."""
    wanted: list[object] = []

    def deny(*arguments: object, **options: object) -> None:
        wanted.append(arguments)
        raise OSError("the network is denied")

    monkeypatch.setattr(socket.socket, "connect", deny)
    monkeypatch.setattr(socket, "getaddrinfo", deny)
    return wanted


def made(spec: str, **options: object) -> Embedder:
    settings = Settings(ingest=Ingest(embedder=spec), generate=ONCE, **options)
    embedder: Embedder = registry.make("embedder", spec_of(settings), registry.Context(settings, lambda: embedder))
    return embedder


def endpoint(server: ChatServer, **options: object) -> EndpointEmbedder:
    return EndpointEmbedder(server.url, "m", Settings(generate=Generate(retries=0, **options)))


@pytest.mark.parametrize(
    ("named", "spec"),
    [
        ("minilm", "minilm"),
        ("plug-in:large", "plug-in:large"),
        ("./models/e5", "sentence-transformers:./models/e5"),
        ("~/models/e5", "sentence-transformers:~/models/e5"),
        ("/srv/models/e5", "sentence-transformers:/srv/models/e5"),
        ("/srv/models:new/e5", "sentence-transformers:/srv/models:new/e5"),
        ("intfloat/e5-small-v2", "sentence-transformers:intfloat/e5-small-v2"),
        ("sentence-transformers:intfloat/e5-small-v2", "sentence-transformers:intfloat/e5-small-v2"),
        ("http://localhost:8080/v1#bge", "openai:http://localhost:8080/v1#bge"),
        ("openai:text-embedding-3-small", "openai:text-embedding-3-small"),
    ],
)
def test_a_name_a_path_and_a_url_say_what_they_are(named: str, spec: str) -> None:
    assert spec_of(Settings(ingest=Ingest(embedder=named))) == spec


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("http://localhost:8080/v1", r"names no model.*http://localhost:8080/v1#MODEL"),
        ("openai:text-embedding-3-small", r"not complete.*#MODEL"),
        ("openai:http://localhost/v1#", r"not complete"),
        ("minilm:large", r"takes no model.*Write: minilm$"),
        ("sentence-transformers", r"needs a model.*PATH"),
        ("minilmm", r"no embedder named 'minilmm'.*Did you mean 'minilm'"),
    ],
)
def test_what_cannot_be_named_is_refused_with_the_remedy(named: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        made(named)


def test_the_bundled_model_comes_by_name() -> None:
    assert made("minilm").name == "minilm"


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("intfloat/e5-small-v2", ("query: ", "passage: ")),
        ("/cache/models--intfloat--multilingual-e5-base/snapshots/0f", ("query: ", "passage: ")),
        ("nomic-ai/nomic-embed-text-v1.5", ("search_query: ", "search_document: ")),
        ("BAAI/bge-small-en", ("Represent this sentence for searching relevant passages: ", "")),
        ("/home/me5/release5/minilm", ("", "")),
        ("sentence-transformers/all-MiniLM-L6-v2", ("", "")),
    ],
)
def test_models_that_need_prefixes_are_known_by_a_whole_part_of_their_name(
    model: str, expected: tuple[str, str]
) -> None:
    assert prefixes(model, {}, Ingest()) == expected


def test_the_users_prefixes_go_before_the_models_own_and_those_before_the_table() -> None:
    own = {"query": "own query: ", "document": "own document: "}
    assert prefixes("intfloat/e5-small", own, Ingest()) == ("own query: ", "own document: ")
    assert prefixes("intfloat/e5-small", {"query": "", "document": ""}, Ingest()) == ("query: ", "passage: ")
    given = Ingest(query_prefix="mine: ", passage_prefix="yours: ")
    assert prefixes("intfloat/e5-small", own, given) == ("mine: ", "yours: ")
    assert prefixes("intfloat/e5-small", own, Ingest(query_prefix="mine: ")) == ("mine: ", "own document: ")


def test_prefixes_are_embedded_and_counted(tiny: Path, tmp_path: Path) -> None:
    plain = SentenceTransformersEmbedder(str(tiny), Ingest(), offline=True)
    prompted = save_sentence_transformer(tmp_path, {"query": "query: ", "passage": "passage: "})
    own = SentenceTransformersEmbedder(str(prompted), Ingest(), offline=True)
    mine = SentenceTransformersEmbedder(
        str(tiny), Ingest(query_prefix="query: ", passage_prefix="passage: "), offline=True
    )
    for embedder in (own, mine):
        np.testing.assert_allclose(
            embedder.embed_queries(["annual leave"]), plain.embed_passages(["query: annual leave"]), atol=1e-6
        )
        np.testing.assert_allclose(
            embedder.embed_passages(["annual leave"]), plain.embed_passages(["passage: annual leave"]), atol=1e-6
        )
        assert embedder.count_tokens(["annual leave"]) == plain.count_tokens(["passage: annual leave"]) == [4]
    assert len({each.fingerprint for each in (plain, own, mine)}) == 3


def test_a_model_is_itself_however_its_path_is_written(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tiny.parent)
    monkeypatch.setenv("HOME", str(tiny.parent))
    monkeypatch.setenv("USERPROFILE", str(tiny.parent))
    prints = {made(spec).fingerprint for spec in (str(tiny), "./model", "~/model", f"{tiny}/")}
    assert len(prints) == 1
    monkeypatch.chdir(tmp_path)
    assert made(made_with(prints.pop())).dimension == 32


def test_weights_that_are_pickled_are_not_loaded(tiny: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    folder = shutil.copytree(tiny, tmp_path / "pickled")
    weights = folder / "model.safetensors"
    torch.save(load_file(weights), folder / "pytorch_model.bin")
    weights.unlink()
    with pytest.raises(ModelError, match="safetensors"):
        made(str(folder))


def test_other_weights_are_another_model(tiny: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    before = made(str(tiny)).fingerprint
    copy = save_sentence_transformer(tmp_path)
    weights = load_file(copy / "model.safetensors")
    name = min(weights)
    save_file({**weights, name: weights[name] + 1}, copy / "model.safetensors", metadata={"format": "pt"})
    assert made(str(copy)).fingerprint.partition("@")[2] != before.partition("@")[2]


@pytest.mark.parametrize("named", ["./nowhere", "~/nowhere", "/nowhere/at/all"])
def test_a_path_without_a_model_is_never_looked_for_on_the_network(named: str, no_network: list[object]) -> None:
    with pytest.raises(ModelError, match=rf"no model folder {named}.*Give a folder"):
        made(named)
    assert no_network == []


@pytest.mark.parametrize("model", ["nobody/nothing"])
def test_offline_a_model_that_is_not_here_is_not_fetched(model: str, no_network: list[object]) -> None:
    with pytest.raises(ModelError, match=rf"{model} is not on this machine.*hf download {model}"):
        made(f"sentence-transformers:{model}", offline=True)
    assert no_network == []


def test_offline_a_model_of_the_hubs_cache_is_used_under_its_own_name(
    tiny: Path, tmp_path: Path, no_network: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    kept = tmp_path / "models--intfloat--e5-tiny"
    shutil.copytree(tiny, kept / "snapshots" / "0f")
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text("0f", encoding="utf-8")
    embedder = made("intfloat/e5-tiny", offline=True)
    assert made_with(embedder.fingerprint) == "sentence-transformers:intfloat/e5-tiny"
    assert embedder.embed_queries(["leave"]).shape == (1, 32)
    assert embedder.count_tokens(["leave"]) == [3]
    assert no_network == []


def test_a_model_in_a_folder_needs_no_network(tiny: Path) -> None:
    """In a process of its own: what libraries fetch once per process may have been wanted before."""
    script = """
import socket, sys

def deny(*arguments, **options):
    print("the network was wanted", arguments)
    raise OSError

socket.socket.connect = socket.getaddrinfo = deny
from ragkit.config import Ingest
from ragkit.models.embedders import SentenceTransformersEmbedder
print(SentenceTransformersEmbedder(sys.argv[1], Ingest(), offline=False).embed_queries(["leave"]).shape)
"""
    done = subprocess.run([sys.executable, "-c", script, str(tiny)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(1, 32)"


@pytest.mark.parametrize("content", ["rubbish", "{}", '{"model_type": "bert"}'])
def test_a_folder_without_a_sound_model_names_the_remedy(tmp_path: Path, content: str) -> None:
    (tmp_path / "config.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=r"cannot be loaded: .*\. Give a folder"):
        made(str(tmp_path))


def test_an_endpoint_embeds_in_batches_in_order() -> None:
    with embedding_server() as url:
        embedder = made(f"{url}/#m")
        texts = [f"number {number}" for number in range(150)]
        together = embedder.embed_passages(texts)
        assert together.shape == (150, embedder.dimension)
        np.testing.assert_allclose(together[149:], embedder.embed_queries(["number 149"]), atol=1e-6)
        assert embedder.fingerprint == made(f"{url}#m").fingerprint


def test_the_base_url_and_the_key_of_the_settings_are_used(chat_server: ChatServer) -> None:
    chat_server.will(chat_server.json({"data": [VECTOR]}))
    settings = Settings(generate=Generate(base_url=chat_server.url, api_key="sk-1", retries=0))
    embedder = registry.make("embedder", "openai:m", registry.Context(settings, lambda: embedder))
    np.testing.assert_allclose(embedder.embed_queries(["x"]), [[0.6, 0.8]])
    assert chat_server.paths[-1] == "/v1/embeddings"
    assert chat_server.headers[-1]["Authorization"] == "Bearer sk-1"
    assert chat_server.requests[-1] == {"model": "m", "input": ["x"]}


def test_the_query_of_an_endpoint_goes_behind_the_path(chat_server: ChatServer) -> None:
    chat_server.will(chat_server.json({"data": [VECTOR]}))
    assert made(f"{chat_server.url}?api-version=1#m").name == f"openai:{chat_server.url}?api-version=1#m"
    assert chat_server.paths == ["/v1/embeddings?api-version=1"]


def test_prefixes_reach_an_endpoint(chat_server: ChatServer) -> None:
    chat_server.will(chat_server.json({"data": [VECTOR]}))
    embedder = EndpointEmbedder(chat_server.url, "e5-small", Settings(generate=ONCE))
    embedder.embed_queries(["leave"])
    embedder.embed_passages(["leave"])
    assert [request["input"] for request in chat_server.requests[1:]] == [["query: leave"], ["passage: leave"]]


def test_an_endpoint_that_is_down_names_the_remedy() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
        with pytest.raises(EndpointError, match=r"cannot be reached.*Is the server running.*ingest\.embedder"):
            made(f"{url}#m")


def test_an_endpoint_with_a_password_is_refused_for_the_store_would_keep_it() -> None:
    with pytest.raises(UsageError, match="holds a user or a password") as caught:
        made("http://me:pw@localhost/v1#m")
    assert "pw" not in str(caught.value)


def test_an_endpoint_that_is_no_url_is_refused_offline_too() -> None:
    with pytest.raises(EndpointError, match="is not a URL"):
        made("http://host:port/v1#m", offline=True)


@pytest.mark.parametrize("url", ["http://host:port/v1", "ftp://host/v1", "nowhere"])
def test_a_url_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(EndpointError, match="is not a URL"):
        http.post_json(url, {}, Generate(), sleep=lambda _seconds: pytest.fail("it was asked again"))


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        "text",
        {"data": None},
        {"data": [{"embedding": [1.0]}]},
        {"data": [{"index": 0, "embedding": "AAAA"}]},
        {"data": [{"index": 0, "embedding": [None]}]},
        {"data": [{"index": 0, "embedding": []}]},
        {"data": [{"index": 0, "embedding": [float("nan")]}]},
        {"data": []},
        {"data": [VECTOR, VECTOR]},
    ],
)
def test_an_answer_that_is_no_embedding_is_refused(chat_server: ChatServer, answer: object) -> None:
    chat_server.will(chat_server.json(answer))
    with pytest.raises(EndpointError, match=r"/embeddings answered .*\. .+"):
        endpoint(chat_server)


def test_embeddings_of_unequal_length_are_refused(chat_server: ChatServer) -> None:
    uneven = {"data": [VECTOR, {"index": 1, "embedding": [1.0]}]}
    chat_server.will(chat_server.json({"data": [VECTOR]}), chat_server.json(uneven))
    with pytest.raises(EndpointError, match="unequal"):
        endpoint(chat_server).embed_passages(["a", "b"])


def test_an_answer_that_is_no_json_is_refused(chat_server: ChatServer) -> None:
    html, broken = chat_server.json({}), chat_server.json({}, headers={"Content-Encoding": "gzip"})
    html.body = b"<html>It works!</html>"
    for reply in (html, broken):
        chat_server.will(reply)
        with pytest.raises(EndpointError, match="not JSON"):
            endpoint(chat_server)


@pytest.mark.parametrize(
    ("status", "message"),
    [(401, r"refused the key \(401\).*RAGKIT_API_KEY"), (403, "refused the key"), (404, "answered 404"), (500, "500")],
)
def test_a_refusal_says_what_to_set(chat_server: ChatServer, status: int, message: str) -> None:
    chat_server.will(chat_server.json({"error": "no"}, status))
    with pytest.raises(EndpointError, match=message):
        endpoint(chat_server, api_key="sk-secret") if status == 401 else endpoint(chat_server)


def test_no_message_shows_the_key(chat_server: ChatServer) -> None:
    chat_server.will(chat_server.json({"error": "sk-secret"}, 401))
    with pytest.raises(EndpointError) as refused:
        endpoint(chat_server, api_key="sk-secret")
    assert "sk-secret" not in str(refused.value)


@pytest.mark.parametrize("key", ["schlüssel", "two\nlines"])
def test_a_key_that_no_header_can_carry_is_refused(chat_server: ChatServer, key: str) -> None:
    with pytest.raises(UsageError, match="RAGKIT_API_KEY") as refused:
        endpoint(chat_server, api_key=key)
    assert key not in str(refused.value)
    assert chat_server.requests == []


def test_a_busy_server_is_asked_again_for_as_long_as_is_allowed(chat_server: ChatServer) -> None:
    waits: list[float] = []
    busy = chat_server.json({}, 503)
    chat_server.will(busy, busy, chat_server.json({"ok": True}))
    assert http.post_json(chat_server.url, {}, Generate(retries=2), sleep=waits.append) == {"ok": True}
    assert len(waits) == 2
    assert 0 < waits[0] <= 0.5
    assert 0 < waits[1] <= 1.0
    chat_server.will(busy)
    with pytest.raises(EndpointError, match="503"):
        http.post_json(chat_server.url, {}, Generate(retries=1), sleep=waits.append)
    assert len(waits) == 3


def test_a_server_that_says_when_to_ask_again_is_left_alone_until_then(chat_server: ChatServer) -> None:
    waits: list[float] = []
    slow, never = (chat_server.json({}, 429, {"Retry-After": seconds}) for seconds in ("25", "86400"))
    chat_server.will(slow, chat_server.json({"ok": True}))
    assert http.post_json(chat_server.url, {}, Generate(retries=2), sleep=waits.append) == {"ok": True}
    assert waits == [25.0]
    chat_server.will(never)
    with pytest.raises(EndpointError, match=r"answered 429\. Ask again in 86,400 seconds"):
        http.post_json(chat_server.url, {}, Generate(retries=2), sleep=waits.append)
    assert waits == [25.0]


def test_a_silent_server_names_the_setting_that_waits_longer(chat_server: ChatServer) -> None:
    reply = chat_server.json({})
    reply.hang = True
    chat_server.will(reply)
    with pytest.raises(EndpointError, match=r"said nothing for 0\.2 seconds\. Raise generate\.timeout_s"):
        http.post_json(chat_server.url, {}, Generate(retries=0, timeout_s=0.2))


def test_a_server_on_this_machine_is_not_asked_through_a_proxy(
    chat_server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    chat_server.will(chat_server.json({"ok": True}))
    assert http.post_json(chat_server.url, {}, ONCE) == {"ok": True}


def test_a_proxy_of_the_environment_that_cannot_be_used_is_the_users_to_correct(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALL_PROXY", "gopher://127.0.0.1:1")
    with pytest.raises(UsageError, match="of the environment cannot be used"):
        http.post_json("https://example.org/v1", {}, ONCE)
