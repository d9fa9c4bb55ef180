"""What every generator keeps to. Add a fixture that makes one and its name to `MAKERS`."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ragkit.types import Chunk, Hit, Message, Piece, Prompt, Sampling, Usage

MAKERS = ["transformers_causal", "transformers_seq2seq", "openai_endpoint", "extractive", "writer", "scripted"]

HIT = Hit(Chunk("people/leave.md", "Leave", 0, 35, "Staff in the UK have 27 days leave."), 1.0)
PROMPT = Prompt(
    "How many days of leave?",
    (HIT,),
    (Message("system", "Use the passages."), Message("user", f"{HIT.chunk.text}\nHow many days of leave?")),
)


@pytest.fixture
def transformers_causal(tiny_causal):
    from ragkit.generate.transformers import TransformersGenerator

    return TransformersGenerator(str(tiny_causal))


@pytest.fixture
def transformers_seq2seq(tiny_seq2seq):
    from ragkit.generate.transformers import TransformersGenerator

    return TransformersGenerator(str(tiny_seq2seq))


@pytest.fixture
def openai_endpoint(chat_server):
    from ragkit.generate.openai import OpenAIGenerator

    chat_server.will(chat_server.events("27 ", "days", {"choices": [{"delta": {}, "finish_reason": "stop"}]}))
    return OpenAIGenerator("m", base_url=chat_server.url)


@pytest.fixture
def extractive():
    from ragkit.config import Generate
    from ragkit.generate.extractive.generator import ExtractiveGenerator
    from ragkit.generate.extractive.similarity_evidence import SimilarityEvidence
    from ragkit.testing import HashingEmbedder

    return ExtractiveGenerator(SimilarityEvidence(HashingEmbedder), Generate(abstain_below=0.0))


@pytest.fixture(scope="module")
def writer(tmp_path_factory):
    from ragkit.generate.writer import WriterGenerator
    from ragkit.models.writer import WriterModel
    from tests.writer_models import untrained_writer

    return WriterGenerator(WriterModel(untrained_writer(tmp_path_factory.mktemp("writer"))))


@pytest.fixture
def scripted():
    from ragkit.testing import ScriptedGenerator

    return ScriptedGenerator(["Staff in the UK have 27 days leave. [1]"])


@pytest.fixture(params=MAKERS)
def generator(request):
    return request.getfixturevalue(request.param)


def test_it_has_a_name_and_counts_tokens(generator):
    assert generator.name
    assert generator.context_tokens is None or generator.context_tokens > 0
    assert isinstance(generator.reads_messages, bool)
    assert isinstance(generator.verbatim, bool)
    assert generator.count_tokens("") == 0
    few, many = generator.count_tokens("leave"), generator.count_tokens("leave " * 50)
    assert 0 < few < many


def test_it_streams_pieces_and_ends_with_the_only_finish(generator):
    stream = generator.stream(PROMPT, Sampling(max_tokens=6))
    assert isinstance(stream, Iterator)
    pieces = list(stream)
    assert all(isinstance(piece, Piece) and piece.kind in {"answer", "reasoning"} for piece in pieces)
    assert [piece.finish is not None for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert pieces[-1].finish in {"stop", "length", "abstain"}
    assert all(piece.usage is None for piece in pieces[:-1])
    assert pieces[-1].usage is None or isinstance(pieces[-1].usage, Usage)


def test_temperature_zero_repeats_itself(generator):
    first, second = (list(generator.stream(PROMPT, Sampling(max_tokens=6))) for _ in range(2))
    assert first == second


def test_the_same_prompt_may_come_from_several_threads(generator):
    with ThreadPoolExecutor(3) as pool:
        streams = [pool.submit(lambda: list(generator.stream(PROMPT, Sampling(max_tokens=6)))) for _ in range(3)]
        first, second, third = (stream.result() for stream in streams)
    assert first == second == third


def test_a_stream_can_be_left_and_the_next_is_whole(generator):
    whole = list(generator.stream(PROMPT, Sampling(max_tokens=6)))
    left = generator.stream(PROMPT, Sampling(max_tokens=6))
    next(left)
    left.close()
    assert list(generator.stream(PROMPT, Sampling(max_tokens=6))) == whole


def test_values_without_meaning_are_refused(generator):
    from ragkit.errors import UsageError

    if generator.name in {"extractive", "scripted"}:
        pytest.skip("it does not sample")
    with pytest.raises(UsageError, match="temperature"):
        list(generator.stream(PROMPT, Sampling(temperature=-1.0)))
