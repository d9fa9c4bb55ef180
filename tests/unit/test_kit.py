"""A kit on real stores, with doubles in place of the models."""

from __future__ import annotations

import asyncio
import hashlib
import io
import math
import os
import shutil
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

import ragkit
from ragkit import config, registry, testing
from ragkit.asking import LONGEST_QUESTION
from ragkit.errors import (
    ConfigError,
    EndpointError,
    ModelError,
    PromptError,
    StoreError,
    StoreMismatch,
    StoreMissing,
    UsageError,
)
from ragkit.generate.refusal import REFUSAL
from ragkit.kit import Kit
from ragkit.models import catalogue
from ragkit.pipeline import Pipeline
from ragkit.store import schema
from ragkit.store.store import Store
from ragkit.testing import HashingEmbedder, ScriptedGenerator, SubstringVerifier
from ragkit.types import Document, Hit, Piece, Prompt, Sampling

LEAVE = Document("people/leave.md", "Leave is 27 days.\n\nGermany has 30 days of leave.", title="Leave")
GATEWAY = Document("products/gateway.md", "The gateway has eight channels.", title="Gateway")
ANSWER = "Leave is 27 days."
QUESTION = "How much leave?"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "here" / ".ragkit"


@pytest.fixture
def kit(path: Path) -> Iterator[Kit]:
    with testing.kit(path, answers=[ANSWER]) as made:
        made.ingest([LEAVE, GATEWAY])
        yield made


def hashed(path: Path) -> dict[str, str]:
    """What a store's files hold, without those that only tell who is using it."""
    passing = {"lock", "lock.pid", "store.sqlite-shm"}
    files = [file for file in path.rglob("*") if file.is_file() and file.name not in passing]
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def wired(path: Path, generator: object = None, **settings: object) -> Kit:
    """A kit on hashed vectors with a generator of the test's own."""
    dotted = {key.replace("__", "."): value for key, value in settings.items()}
    chosen = config.load({**dotted, "store": str(path)}, environment={})
    parts = Pipeline(chosen, embedder=HashingEmbedder(), generator=generator, verifier=SubstringVerifier())
    return Kit(chosen, parts)


class Watched:
    """Writes for ever, and says whether it was stopped."""

    name = "watched"
    context_tokens = None
    reads_messages = True
    verbatim = False

    def __init__(self) -> None:
        self.stopped = threading.Event()

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def stream(self, prompt: Prompt, sampling: Sampling) -> Iterator[Piece]:
        try:
            while True:
                yield Piece("word ")
        finally:
            self.stopped.set()


@pytest.mark.parametrize(
    ("prompt", "rest", "text"),
    [
        ("cited", ANSWER, f"{ANSWER} [1]"),
        ("cited", REFUSAL, ""),
        ("chain-of-thought", f"So.\nAnswer: {ANSWER}", f"{ANSWER} [1]"),
        ("json", f'{{"answer": "{ANSWER}"}}', f"{ANSWER} [1]"),
    ],
)
def test_thoughts_that_a_model_only_ends_are_no_part_of_the_answer(
    path: Path, prompt: str, rest: str, text: str
) -> None:
    said = f"Passage 1 has it.\nAnswer: so it is.\n</think>\n\n{rest}"
    with testing.kit(path, answers=[said], settings={"generate.prompt": prompt}) as kit:
        kit.ingest([LEAVE, GATEWAY])
        answer = kit.ask(QUESTION)
    assert (answer.text, answer.abstained) == (text, not text)
    assert prompt == "json" or answer.reasoning.startswith("Passage 1 has it.")


def test_the_example_of_the_doubles_runs(tmp_path: Path) -> None:
    example = textwrap.dedent(testing.__doc__.split("\n\n", 1)[1])
    assert "assert kit.ask" in example
    exec(compile(example, "example", "exec"), {"ragkit": ragkit, "tmp_path": tmp_path})


def test_no_file_of_the_machine_changes_the_doubles(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parents[1])
    own = path.parents[1] / "own.toml"
    for file, text in ((Path("ragkit.toml"), "no TOML"), (own, "[retrieve]\nhits = 3\n")):
        file.write_text(text, encoding="utf-8")
    monkeypatch.setattr(config, "user_file", lambda: own)
    with testing.kit(path, answers=[ANSWER]) as kit:
        assert kit.settings.retrieve.hits == config.Settings().retrieve.hits
    with testing.kit(path, settings={"pipeline": "own.toml"}) as kit:
        assert kit.settings.retrieve.hits == 3


def test_an_answer_has_all_that_the_contract_names(kit: Kit) -> None:
    answer = kit.ask(QUESTION, id="q-1")
    assert (answer.id, answer.question, answer.text) == ("q-1", QUESTION, f"{ANSWER} [1]")
    assert (answer.abstained, answer.message, answer.confidence) == (False, "", 1.0)
    assert (answer.generator, answer.pipeline) == ("scripted", "default")
    assert list(answer.timings_ms) == ["load", "retrieve", "generate", "verify", "total"]
    assert sum(answer.timings_ms.values()) <= 2.01 * answer.timings_ms["total"]
    assert answer.usage.completion_tokens == 4
    (citation,) = answer.citations
    assert citation.quote == kit.document(citation.uri).text[citation.start : citation.end] == ANSWER
    assert [(claim.verdict, claim.citations) for claim in answer.claims] == [("supported", (1,))]
    assert answer.text[answer.claims[0].start : answer.claims[0].end] == ANSWER
    assert {hit.chunk.uri for hit in answer.hits} == {LEAVE.uri, GATEWAY.uri}


def test_a_stream_gives_pieces_and_then_the_checked_answer(kit: Kit) -> None:
    stream = kit.stream(QUESTION)
    assert [piece.text for piece in stream] == ["Leave", " is", " 27", " days."]
    assert stream.answer.text == kit.ask(QUESTION).text
    assert stream.answer is stream.answer


def test_an_unread_stream_is_read_for_its_answer(kit: Kit) -> None:
    stream = kit.stream(QUESTION)
    next(stream)
    assert stream.answer.text == f"{ANSWER} [1]"


def test_a_closed_stream_stops_the_generator(path: Path) -> None:
    generator = Watched()
    with wired(path, generator) as kit:
        kit.ingest([LEAVE])
        with kit.stream(QUESTION) as stream:
            assert [next(stream).text for _ in range(2)]
            assert not generator.stopped.is_set()
        assert generator.stopped.is_set()
        with pytest.raises(UsageError, match="closed before the answer was whole") as closed:
            _ = stream.answer
    assert closed.value.hint == "Read it to its end, or ask again."


def test_a_document_in_memory_is_read_as_its_name_says(kit: Kit) -> None:
    fees = "Hall,Rent\nX,100\nY,200\n"
    kit.ingest(
        [
            Document("d.md", "# Fees\n\n- X is *cheap*.\n", metadata={"team": "hr"}, collection="c"),
            Document("fees.csv", fees),
            Document("plain.csv", fees, media_type="text/plain"),
            Document("page.html", "What was taken\n\nout of a page."),
            Document("tagged.html", "<html><h1>Fees</h1><p>X is cheap.</p></html>"),
            Document("no.json", "{no"),
        ]
    )
    noted = kit.document("d.md")
    assert (noted.media_type, noted.title, noted.collection, noted.metadata) == (
        "text/markdown", "Fees", "c", {"team": "hr"},
    )  # fmt: skip
    assert "Hall: X" in kit.document("fees.csv").text or "Rent: 200" in kit.document("fees.csv").text
    assert kit.document("plain.csv").text == fees
    assert kit.document("page.html").text == "What was taken\n\nout of a page."
    assert "<p>" not in kit.document("tagged.html").text
    assert kit.document("no.json").media_type == "text/plain"
    assert kit.ingest([Document("fees.csv", fees)]).unchanged == 1


def test_a_follow_up_is_asked_as_the_whole_question_that_it_means(kit: Kit) -> None:
    first = kit.ask("How many days of leave are there in Germany?")
    second = kit.ask("And in Canada?", after=first, id="b")
    assert (second.id, second.question) == ("b", "How many days of leave are there in Canada?")
    assert kit.ask("And in Austria?", after=second).question == "How many days of leave are there in Austria?"
    assert kit.stream("And in Canada?", after=first.question).answer.question == second.question
    assert asyncio.run(kit.aask("And in Canada?", after=first)).question == second.question
    assert kit.ask(QUESTION, after=first).question == QUESTION
    assert kit.ask("And in Canada?").question == "And in Canada?"
    with pytest.raises(UsageError, match="asked before is int"):
        kit.ask("And in Canada?", after=5)  # type: ignore[arg-type]


def test_aask_is_ask(kit: Kit) -> None:
    async def both() -> list[ragkit.Answer]:
        return await asyncio.gather(kit.aask(QUESTION, id="a"), kit.aask(QUESTION, id="b"))

    assert [(answer.id, answer.text) for answer in asyncio.run(both())] == [
        ("a", f"{ANSWER} [1]"),
        ("b", f"{ANSWER} [1]"),
    ]


def test_an_async_stream_gives_pieces_and_then_the_checked_answer(kit: Kit) -> None:
    async def read() -> tuple[list[str], ragkit.Answer, ragkit.Answer]:
        stream = kit.astream(QUESTION, id="a")
        pieces = [piece.text async for piece in stream]
        return pieces, await stream.answer(), await stream.answer()

    pieces, first, again = asyncio.run(read())
    assert pieces == ["Leave", " is", " 27", " days."]
    assert (first.id, first.text) == ("a", f"{ANSWER} [1]")
    assert again is first
    assert asyncio.run(kit.astream(QUESTION).answer()).text == first.text
    with pytest.raises(UsageError, match="empty"):
        kit.astream(" ")


async def _break(stream: ragkit.AsyncAnswerStream) -> None:
    async for _ in stream:
        break


async def _leave(stream: ragkit.AsyncAnswerStream) -> None:
    async with stream:
        async for _ in stream:
            raise ZeroDivisionError


async def _close(stream: ragkit.AsyncAnswerStream) -> None:
    async for _ in stream:
        await stream.aclose()


async def _cancel(stream: ragkit.AsyncAnswerStream) -> None:
    await asyncio.wait_for(stream.answer(), 0.05)


@pytest.mark.parametrize("left", [_break, _leave, _close, _cancel])
def test_an_async_stream_that_is_left_stops_the_generator(
    path: Path, left: Callable[[ragkit.AsyncAnswerStream], Coroutine[Any, Any, None]]
) -> None:
    generator = Watched()
    with wired(path, generator) as kit:
        kit.ingest([LEAVE])
        kit.load()

        async def run() -> None:
            stream = kit.astream(QUESTION)
            with suppress(ZeroDivisionError, TimeoutError):
                await left(stream)
            assert await asyncio.to_thread(generator.stopped.wait, 5)
            with pytest.raises(UsageError, match="closed before the answer was whole"):
                await stream.answer()

        asyncio.run(run())


class Slow(Watched):
    """Writes nothing until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go = threading.Event(), threading.Event()

    def stream(self, prompt: Prompt, sampling: Sampling) -> Iterator[Piece]:
        self.begun.set()
        self.go.wait()
        yield from super().stream(prompt, sampling)


def test_whoever_is_cancelled_does_not_wait_for_the_piece_that_is_being_made(path: Path) -> None:
    generator = Slow()
    with wired(path, generator) as kit:
        kit.ingest([LEAVE])

        async def run() -> None:
            async with kit.astream(QUESTION) as stream:
                reading = asyncio.create_task(stream.answer())
                assert await asyncio.to_thread(generator.begun.wait, 5)
                with pytest.raises(UsageError, match="two tasks"):
                    await stream.answer()
                reading.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await reading
                with pytest.raises(UsageError, match="closed before the answer was whole"):
                    await stream.answer()
            assert not generator.stopped.is_set()
            generator.go.set()
            assert await asyncio.to_thread(generator.stopped.wait, 5)

        asyncio.run(run())


def test_an_async_stream_makes_no_piece_before_it_is_waited_for(path: Path) -> None:
    made: list[str] = []

    class Counted(ScriptedGenerator):
        def stream(self, prompt: Prompt, sampling: Sampling) -> Iterator[Piece]:
            for word in ("Leave", " is"):
                made.append(word)
                yield Piece(word)
            raise EndpointError("The server broke off.")

    async def run() -> None:
        stream = kit.astream(QUESTION)
        assert made == []
        pieces = aiter(stream)
        assert [(await anext(pieces)).text, *made] == ["Leave", "Leave"]
        assert [(await anext(pieces)).text, *made] == [" is", "Leave", " is"]
        for wait in (anext(pieces), stream.answer(), stream.answer()):
            with pytest.raises(EndpointError, match="broke off"):
                await wait

    with wired(path, Counted([ANSWER])) as kit:
        kit.ingest([LEAVE])
        asyncio.run(run())


def test_a_call_may_have_a_sampling_of_its_own(path: Path) -> None:
    seen: list[Sampling] = []

    class Sampled(ScriptedGenerator):
        def stream(self, prompt: Prompt, sampling: Sampling) -> Any:
            seen.append(sampling)
            return super().stream(prompt, sampling)

    own = Sampling(temperature=1, seed=7, max_tokens=2)
    with wired(path, Sampled([ANSWER]), generate__temperature=0.5) as kit:
        kit.ingest([LEAVE])
        assert kit.ask(QUESTION, sampling=own).notes == ("The answer was cut at the token limit.",)
        assert kit.stream(QUESTION, sampling=own).answer.text == "Leave is [1]"
        assert asyncio.run(kit.aask(QUESTION, sampling=own)).text == "Leave is [1]"
        assert asyncio.run(kit.astream(QUESTION, sampling=own).answer()).text == "Leave is [1]"
        kit.ask(QUESTION)
        kit.ask(QUESTION, sampling=replace(kit.sampling, seed=1))
    assert seen == [own, own, own, own, Sampling(temperature=0.5), Sampling(temperature=0.5, seed=1)]


def test_the_longest_completion_of_a_call_leaves_less_room_for_passages(path: Path) -> None:
    generator = ScriptedGenerator([ANSWER], context_tokens=200)
    with wired(path, generator, generate__max_tokens=20) as kit:
        kit.ingest([LEAVE, GATEWAY])
        short, long = kit.prompt(QUESTION), kit.prompt(QUESTION, sampling=Sampling(max_tokens=48))
        kit.ask(QUESTION, sampling=Sampling(max_tokens=48))
    assert len(long.passages) < len(short.passages)
    assert generator.prompts == [long]


def test_what_quotes_the_documents_samples_nothing(path: Path) -> None:
    with testing.kit(path) as kit:
        kit.ingest([LEAVE])
        said = [kit.ask(QUESTION, sampling=Sampling(temperature=heat, seed=1)).text for heat in (0, 1.5)]
    assert said[0] == said[1] != ""


def test_search_ranks_and_limits(kit: Kit) -> None:
    assert kit.search("gateway channels")[0].chunk.uri == GATEWAY.uri
    assert len(kit.search("leave gateway", k=1)) == 1
    for k in (0, -1):
        with pytest.raises(UsageError, match="cannot be retrieved"):
            kit.search("leave", k)


def test_settings_reach_the_parts(path: Path) -> None:
    with testing.kit(path, answers=["one two three"], settings={"retrieve.hits": 1, "generate.max_tokens": 2}) as kit:
        kit.ingest([LEAVE, GATEWAY])
        assert len(kit.search("leave gateway")) == 1
        answer = kit.ask(QUESTION)
    assert answer.claims[0].text == "one two"
    assert answer.notes == ("The answer was cut at the token limit.",)


@pytest.mark.parametrize(
    ("prompt", "said", "notes"),
    [
        ("cited", "", ("scripted wrote no answer.",)),
        ("chain-of-thought", "Passage 1 says so.\nPassage 2 does not.", ("scripted wrote no answer.",)),
        ("cited", REFUSAL, ()),
    ],
)
def test_a_generator_that_says_nothing_is_told_apart_from_documents_that_do_not_tell(
    path: Path, prompt: str, said: str, notes: tuple[str, ...]
) -> None:
    with testing.kit(path, answers=[said], settings={"generate.prompt": prompt}) as kit:
        kit.ingest([LEAVE, GATEWAY])
        answer = kit.ask(QUESTION)
    assert (answer.abstained, answer.notes) == (True, notes)


def test_settings_that_do_not_exist_are_refused(path: Path) -> None:
    with pytest.raises(ConfigError, match=r"Did you mean .retrieve\.hits"):
        ragkit.open(path, {"retrieve.hitz": 3})
    with pytest.raises(ConfigError, match=r"retrieve\.hits cannot be"):
        ragkit.open(path, {"retrieve.hits": "many"})


def test_the_store_may_be_named_among_the_settings(path: Path) -> None:
    assert ragkit.open(settings={"store": str(path)}).path == path
    assert ragkit.open(path, {"store": "another"}).path == path


def test_open_takes_the_store_and_makes_nothing(path: Path) -> None:
    with ragkit.open(path, {"retrieve.hits": 3}) as kit:
        assert (kit.path, kit.settings.retrieve.hits) == (path, 3)
    assert not path.exists()


@pytest.mark.parametrize("call", ["search", "ask", "prompt", "document", "remove"])
def test_without_a_store_the_remedy_is_named(path: Path, call: str) -> None:
    with testing.kit(path) as kit, pytest.raises(StoreMissing, match="ragkit ingest"):
        getattr(kit, call)("anything")
    assert not path.exists()


@pytest.mark.parametrize("call", ["status", "documents"])
def test_without_a_store_there_is_nothing_to_tell(path: Path, call: str) -> None:
    with testing.kit(path) as kit, pytest.raises(StoreMissing, match="ragkit ingest"):
        getattr(kit, call)()
    assert not path.exists()


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("?! 😀", "no word"),
        ("x" * (LONGEST_QUESTION + 1), r"8,001 characters"),
        ("a\ud800", "Unicode"),
    ],
)
@pytest.mark.parametrize("call", ["search", "ask", "stream", "prompt"])
def test_questions_that_cannot_be_are_refused(kit: Kit, call: str, question: str, message: str) -> None:
    before = hashed(kit.path)
    with pytest.raises(UsageError, match=message):
        getattr(kit, call)(question)
    assert hashed(kit.path) == before


@pytest.mark.parametrize("call", ["search", "ask", "stream"])
def test_what_is_no_text_is_no_question(kit: Kit, call: str) -> None:
    with pytest.raises(UsageError, match="int, not text"):
        getattr(kit, call)(5)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda kit: kit.ask(QUESTION, identity=5), "The principals of identity are int, not texts"),
        (lambda kit: kit.ask(QUESTION, identity=[5]), "One of the principals of identity is int, not text"),
        (lambda kit: kit.ask(QUESTION, filter=5), "The filter is int, not text"),
        (lambda kit: kit.search(QUESTION, filter={}), "The filter is dict, not text"),
        (lambda kit: kit.ask(QUESTION, collection=5), "The collection is int, not text"),
        (lambda kit: kit.ask(QUESTION, id={"x": 1}), "The id is dict, not text or a whole number"),
        (lambda kit: kit.ask(QUESTION, sampling={"seed": 1}), "The sampling is dict"),
        (lambda kit: kit.stream(QUESTION, sampling=Sampling(temperature="hot")), "got `str` - at `$.temperature`"),
        (lambda kit: kit.ask(QUESTION, sampling=Sampling(stop="END")), "got `str` - at `$.stop`"),
        (lambda kit: kit.ask(QUESTION, sampling=Sampling(max_tokens=0)), "max_tokens cannot be 0"),
        (lambda kit: kit.prompt(QUESTION, sampling=Sampling(temperature=math.nan)), "temperature cannot be nan"),
        (lambda kit: kit.search(QUESTION, "3"), "k, is str, not a whole number"),
        (lambda kit: kit.search(QUESTION, 2.5), "k, is float, not a whole number"),
        (lambda kit: kit.ingest(LEAVE, metadata=[("a", 1)]), "metadata is list, not values by name"),
        (lambda kit: kit.ingest(LEAVE, metadata={1: "a"}), "A name of metadata is int, not text"),
        (lambda kit: kit.ingest(LEAVE, collection=5), "The collection is int, not text"),
        (lambda kit: kit.ingest(LEAVE, principals=5), "The principals are int, not texts"),
        (lambda kit: kit.ingest(LEAVE, principals=[5]), "One of the principals is int, not text"),
        (lambda kit: kit.ingest(""), "There is nothing at ''"),
        (lambda kit: kit.watch(5), "What is to be watched is int, not text or a path"),
        (lambda kit: kit.watch(LEAVE), "What is to be watched is Document, not text or a path"),
        (lambda kit: kit.remove(None), "The uri is NoneType, not text"),
        (lambda kit: kit.document(None), "The uri is NoneType, not text"),
        (lambda kit: kit.forget(None), "The documents are NoneType, not texts"),
        (lambda kit: kit.unforget(5), "The uri is int, not text"),
        (lambda kit: kit.unforget("nope"), "'nope' was not forgotten. There is none"),
        (lambda kit: kit.backup(None), "The target is NoneType, not text or a path"),
        (lambda kit: ragkit.open(5), "The store is int, not text or a path"),
        (lambda kit: ragkit.open(kit.path, "mine.toml"), "settings is str, not values by name"),
        (lambda kit: ragkit.open(kit.path, ["retrieve.hits"]), "settings is list, not values by name"),
        (lambda kit: ragkit.open(""), "store cannot be ''"),
        (lambda kit: ragkit.read_document("a.md", "text"), "The data is str, not bytes"),
        (lambda kit: testing.kit(kit.path, answers=[]), "There is no answer to recite"),
        (lambda kit: ragkit.verify_answer(None, ["x"]), "The answer is NoneType, not text"),
        (lambda kit: ragkit.verify_answer("x", None), "The passages are NoneType, not texts"),
    ],
)
def test_arguments_of_another_kind_are_refused_in_one_sentence(kit: Kit, call: Callable[[Any], Any], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        call(kit)
    assert said in str(refused.value)
    assert refused.value.hint
    assert [info.uri for info in kit.documents()] == [LEAVE.uri, GATEWAY.uri]


def test_none_is_no_filter_and_no_collection(kit: Kit) -> None:
    said_nothing: Any = None
    assert kit.search(QUESTION, filter=said_nothing, collection=said_nothing) == kit.search(QUESTION)


@pytest.mark.parametrize(
    "what", [5, None, [3], b"docs", iter([7]), {"uri": "a.md", "text": "Alpha."}, io.StringIO("docs")]
)
def test_what_is_neither_path_nor_document_is_refused(kit: Kit, what: object) -> None:
    with pytest.raises(UsageError, match="which names nothing"):
        kit.ingest(what)  # type: ignore[arg-type]
    assert [info.uri for info in kit.documents()] == [LEAVE.uri, GATEWAY.uri]


def test_whoever_asks_for_more_than_there_is_gets_what_there_is(kit: Kit) -> None:
    # an array of as many rows as are asked for would be 10 TB
    assert len(kit.search(QUESTION, k=10**12)) == 2


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ({"filter": 'team = "hr"'}, "No document matches the filter."),
        ({"collection": "hr"}, "There is no document in the collection hr."),
        ({"filter": 'team = "it"', "collection": "hr"}, "No document in the collection hr matches the filter."),
        ({"filter": 'team = "board"', "identity": ["ann"]}, "No document matches the filter."),
        ({"collection": "pay", "identity": ["ann"]}, "There is no document in the collection pay."),
        ({"filter": 'team = "empty"'}, REFUSAL),
        ({"filter": 'team = "board"', "identity": ["board"]}, ""),
    ],
)
def test_a_filter_without_documents_is_said_and_nothing_of_those_of_others(
    kit: Kit, scope: dict[str, Any], said: str
) -> None:
    pay: dict[str, Any] = {"metadata": {"team": "board"}, "collection": "pay", "principals": ("board",)}
    kit.ingest([Document("pay.md", "The pay is 400.", **pay), Document("empty.md", "", metadata={"team": "empty"})])
    answer = kit.ask(QUESTION, **scope)
    assert (answer.abstained, answer.message) == (bool(said), said)


def test_an_empty_store_abstains_without_asking_anyone(path: Path) -> None:
    generator = ScriptedGenerator([ANSWER])
    with wired(path, generator) as kit:
        kit.ingest([])
        answer = kit.ask(QUESTION)
    said = "There is no document in the store: ingest some first."
    assert (answer.text, answer.abstained, answer.message, answer.confidence) == ("", True, said, 0.0)
    assert generator.prompts == []
    assert list(answer.timings_ms) == ["load", "retrieve", "generate", "verify", "total"]


@pytest.mark.parametrize("said", ["The documents do not tell.", " ", "[1]"])
def test_a_refusal_is_an_abstention_with_its_hits(path: Path, said: str) -> None:
    with wired(path, ScriptedGenerator([said])) as kit:
        kit.ingest([LEAVE])
        answer = kit.ask(QUESTION)
    assert (answer.text, answer.abstained, answer.message) == ("", True, REFUSAL)
    assert answer.hits
    assert answer.claims == answer.citations == ()


def test_passages_without_room_are_dropped_and_noted(path: Path) -> None:
    many = [
        Document(f"{n}.md", f"Leave in country {n} is granted by rule {n}." + " More words." * 30) for n in range(4)
    ]
    generator = ScriptedGenerator([ANSWER], context_tokens=240)
    with wired(path, generator, generate__max_tokens=10) as kit:
        kit.ingest(many)
        answer = kit.ask("Leave by country?")
    kept, dropped = len(generator.prompts[0].passages), len(generator.prompts[0].dropped)
    assert kept > 0
    assert dropped > 0
    assert answer.notes == (f"{dropped} of {kept + dropped} passages did not fit the prompt.",)
    assert len(answer.hits) == kept + dropped


def test_a_prompt_that_cannot_fit_names_the_limit(path: Path) -> None:
    with wired(path, ScriptedGenerator([ANSWER], context_tokens=20), generate__max_tokens=10) as kit:
        kit.ingest([LEAVE])
        with pytest.raises(PromptError, match=r"the limit is 10\."):
            kit.ask(QUESTION)


def test_what_nothing_supports_is_flagged_or_withheld(path: Path) -> None:
    said = f"{ANSWER} The moon is made of cheese."
    with wired(path, ScriptedGenerator([said])) as kit:
        kit.ingest([LEAVE])
        flagged = kit.ask(QUESTION)
    assert [claim.verdict for claim in flagged.claims] == ["supported", "unsupported"]
    assert flagged.confidence == 0.5
    with wired(path, ScriptedGenerator([said]), verify__unsupported="withhold") as kit:
        kept = kit.ask(QUESTION)
    assert kept.text == f"{ANSWER} [1]"
    assert kept.notes == ("1 sentence that nothing supports was withheld.",)
    assert kept.confidence == 1.0


def test_an_answer_of_which_nothing_is_left_abstains(path: Path) -> None:
    with wired(path, ScriptedGenerator(["Cheese."]), verify__unsupported="withhold") as kit:
        kit.ingest([LEAVE])
        answer = kit.ask(QUESTION)
    assert (answer.abstained, answer.text, answer.message) == (True, "", REFUSAL)
    assert "withheld" in answer.notes[0]


def test_reasoning_is_kept_apart(path: Path) -> None:
    with wired(path, ScriptedGenerator([f"<think>Let me see.</think>{ANSWER}"])) as kit:
        kit.ingest([LEAVE])
        answer = kit.ask(QUESTION)
    assert (answer.reasoning, answer.text) == ("Let me see.", f"{ANSWER} [1]")


def test_the_prompt_is_what_the_generator_is_given(path: Path) -> None:
    generator = ScriptedGenerator([ANSWER])
    with wired(path, generator) as kit:
        kit.ingest([LEAVE])
        prompt = kit.prompt(QUESTION)
        kit.ask(QUESTION)
    assert generator.prompts == [prompt]
    assert QUESTION in prompt.messages[-1].content


@pytest.mark.parametrize("changed", ["removed", "rewritten"])
def test_a_document_that_changes_meanwhile_is_cited_as_it_was(path: Path, changed: str) -> None:
    with wired(path, ScriptedGenerator(["Germany has 30 days of leave."])) as kit, wired(path) as other:
        kit.ingest([LEAVE])
        stream = kit.stream(QUESTION)
        next(stream)
        if changed == "removed":
            other.remove(LEAVE.uri)
        else:
            other.ingest(Document(LEAVE.uri, "Nothing of this stands here any more, at no place in this text at all."))
        (citation,) = stream.answer.citations
    assert citation.quote == "Germany has 30 days of leave." == LEAVE.text[citation.start : citation.end]
    assert (citation.uri, citation.title) == (LEAVE.uri, "Leave")


def test_documents_are_listed_given_back_and_removed(kit: Kit) -> None:
    assert [info.uri for info in kit.documents()] == [LEAVE.uri, GATEWAY.uri]
    found = kit.document(LEAVE.uri)
    assert (found.text, found.title, found.media_type) == (LEAVE.text, LEAVE.title, "text/markdown")
    with pytest.raises(UsageError, match="no document 'people'"):
        kit.remove("people")
    assert kit.remove(LEAVE.uri).uri == LEAVE.uri
    assert [info.uri for info in kit.documents()] == [GATEWAY.uri]
    assert {hit.chunk.uri for hit in kit.search("leave")} == {GATEWAY.uri}
    for call in (kit.document, kit.remove):
        with pytest.raises(UsageError, match=r"products/gateway\.md"):
            call("products/gatway.md")


def test_status_counts(kit: Kit) -> None:
    kit.ingest(Document("bad.md", "half \ud800"))
    status = kit.status()
    assert (status.path, status.documents, status.chunks, status.vectors) == (kit.path, 2, 2, 2)
    assert (status.embedder, status.chunker) == ("hashing@64", "structure-3:max=128:target=126")
    assert [failure.uri for failure in status.failures] == ["bad.md"]
    assert status.size_bytes > 0


def test_doctor_finds_a_sound_store_sound(kit: Kit) -> None:
    runtime, models, store = kit.doctor()
    assert (runtime.level, models.level, store.level) == ("ok", "ok", "ok")
    assert "OpenVINO" in runtime.what
    assert "verifier" in models.what
    assert store.what == f"The store at {kit.path} is sound: 2 documents, 2 chunks."


def test_doctor_finds_every_model_that_was_altered_or_is_gone(
    kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tmp_path / "weights"
    shutil.copytree(catalogue.WEIGHTS / "verifier", weights / "verifier")
    shutil.copytree(catalogue.WEIGHTS / "reader", weights / "reader")
    with (weights / "verifier" / catalogue.FILE).open("ab") as file:
        file.write(b"x")
    monkeypatch.setattr(catalogue, "WEIGHTS", weights)
    wrong = [finding for finding in kit.doctor() if finding.level == "error"]
    assert [finding.what for finding in wrong] == [
        "The weights of the verifier are missing or altered.",
        "The weights of the writer are missing or altered.",
    ]
    assert {finding.remedy for finding in wrong} == {"Install ragkit again."}


def test_doctor_without_a_store_tells_of_the_models_all_the_same(path: Path) -> None:
    *models, store = testing.kit(path).doctor()
    assert [finding.level for finding in models] == ["ok", "ok"]
    assert (store.level, "ragkit ingest" in store.remedy) == ("error", True)


def test_doctor_tells_of_plug_ins_and_why_one_does_not_load(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"ragkit.generator": "math:sqrt", "ragkit.metric": "no_such_package:METRIC"}

    def points(group: str) -> list[EntryPoint]:
        return [EntryPoint("mine", own[group], group)] if group in own else []

    monkeypatch.setattr(registry, "entry_points", points)
    with testing.kit(path) as kit:
        told = {finding.what: finding.level for finding in kit.doctor()}
    assert told["Plug-ins, generator: mine."] == "ok"
    why = "ModuleNotFoundError: No module named 'no_such_package'"
    assert told[f"The metric mine, a plug-in, cannot be loaded: {why}."] == "error"


def test_a_store_whose_maker_was_killed_is_made_by_the_next_ingest(path: Path) -> None:
    path.mkdir(parents=True)
    (path / "store.sqlite").touch()
    with testing.kit(path) as kit:
        assert kit.ingest(LEAVE).new == 1


def test_doctor_names_what_mends_an_unsound_store(kit: Kit) -> None:
    kit.close()
    with sqlite3.connect(kit.path / "store.sqlite") as connection:
        connection.execute("DELETE FROM vectors WHERE id = 1")
    connection.close()
    assert any(finding.level != "ok" and finding.remedy for finding in kit.doctor())


def test_a_closed_kit_opens_again(kit: Kit) -> None:
    kit.close()
    kit.close()
    assert kit.ask(QUESTION).text == f"{ANSWER} [1]"
    assert kit.ingest([LEAVE, GATEWAY]).unchanged == 2


def test_another_embedder_is_refused_and_the_store_stays(kit: Kit) -> None:
    kit.close()
    before = hashed(kit.path)
    chosen = config.load({"store": str(kit.path)}, environment={})
    with Kit(chosen, Pipeline(chosen, embedder=HashingEmbedder(32))) as other:
        for call in (
            lambda: other.ingest([GATEWAY]),
            lambda: other.search("leave"),
            lambda: other.ask("leave?"),
        ):
            with pytest.raises(StoreMismatch, match=r"hashing@64, not hashing@32.*ragkit reindex"):
                call()
    assert hashed(kit.path) == before


def test_another_chunking_is_refused_and_the_store_stays(kit: Kit) -> None:
    kit.close()
    before = hashed(kit.path)
    with testing.kit(kit.path, settings={"ingest.target_tokens": 20}) as other:
        with pytest.raises(StoreMismatch, match="target_tokens"):
            other.ingest([GATEWAY])
        assert other.search("leave")
    assert hashed(kit.path) == before


def test_what_an_earlier_version_chunked_is_chunked_anew_by_the_next_run(kit: Kit) -> None:
    kit.ingest(Document("hr/pay.md", "# Pay\n\nPayment is due on the 25th."), principals="hr")
    before = [*kit.documents()]
    kit.close()
    with closing(sqlite3.connect(kit.path / schema.FILE)) as connection, connection:
        connection.execute("UPDATE meta SET value = replace(value, 'structure-3', 'structure-2') WHERE key = 'chunker'")
        connection.execute("UPDATE vectors SET text_hash = 'x' || text_hash")
    report = kit.ingest([LEAVE, GATEWAY])
    assert (report.unchanged, report.new, report.failed) == (2, 0, ())
    assert [*kit.documents()] == before
    assert kit.status().chunker == "structure-3:max=128:target=126"
    assert kit.search("payment", identity="hr")[0].chunk.uri == "hr/pay.md"
    assert kit.search("payment", identity="it")[0].chunk.uri != "hr/pay.md"
    assert all(line.proven for line in kit.prove())


def test_what_a_later_version_chunked_is_refused(kit: Kit) -> None:
    kit.close()
    with closing(sqlite3.connect(kit.path / schema.FILE)) as connection, connection:
        connection.execute("UPDATE meta SET value = replace(value, 'structure-3', 'structure-4') WHERE key = 'chunker'")
    with pytest.raises(StoreMismatch, match=r"chunked by structure-4.*ragkit reindex"):
        kit.ingest([GATEWAY])
    assert kit.search("leave")


def sized(argument: str, context: registry.Context) -> HashingEmbedder:
    """A factory as a plug-in declares it: ``sized:16`` hashes to 16 dimensions."""
    embedder = HashingEmbedder(int(argument))
    embedder.fingerprint = f"sized:{argument}@0"
    return embedder


def test_the_embedder_of_the_store_is_used_when_none_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.TABLE["embedder"], "sized", f"{__name__}:sized")
    with ragkit.open(path, {"ingest.embedder": "sized:16"}) as kit:
        kit.ingest([LEAVE])
    with ragkit.open(path) as kit:
        assert kit.search("leave")[0].chunk.uri == LEAVE.uri
        assert kit.ingest([LEAVE]).unchanged == 1
        assert kit.status().embedder == "sized:16@0"
        assert kit.settings.ingest.embedder == "sized:16"
    with ragkit.open(path, {"ingest.embedder": "sized:8"}) as kit, pytest.raises(StoreMismatch, match="sized:16@0"):
        kit.search("leave")


def test_many_threads_may_use_one_kit_while_another_writes(path: Path) -> None:
    """What a thread reads belongs together, whatever is committed meanwhile; nothing is lost."""
    with testing.kit(path, answers=[ANSWER]) as kit, testing.kit(path) as writer:
        kit.ingest([LEAVE])
        done = threading.Event()

        def ask() -> int:
            asked = 0
            while not done.is_set() or not asked:
                answer = kit.ask(QUESTION)
                assert [citation.quote for citation in answer.citations] == [ANSWER]
                for hit in kit.search("channel leave", k=50):
                    assert hit.chunk.uri == LEAVE.uri or hit.chunk.text.startswith("Channel")
                asked += 1
            return asked

        def write() -> None:
            try:
                for turn in range(12):
                    texts = [Document(f"{n}.md", f"Channel {n} of turn {turn // (1 + n % 2)}.") for n in range(10)]
                    assert writer.ingest(texts).failed == ()
                    writer.remove(f"{turn % 10}.md")
            finally:
                done.set()

        with ThreadPoolExecutor(4) as pool:
            asking = [pool.submit(ask) for _ in range(3)]
            pool.submit(write).result()
            assert all(future.result() for future in asking)
        assert len(kit.documents()) == 10
        assert {finding.level for finding in kit.doctor()} == {"ok"}


def test_threads_of_one_kit_take_turns_at_writing(kit: Kit) -> None:
    def bring(number: int) -> int:
        shared = [Document(f"{n}.md", f"Shared text {n}.") for n in range(20)]
        return kit.ingest([*shared, Document(f"own-{number}.md", f"Own text {number}.")]).new

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(bring, range(4))) == 24
    assert kit.status().documents == 26


def test_public_names_are_complete_sorted_and_few() -> None:
    assert ragkit.__all__ == sorted(ragkit.__all__, key=str.casefold)
    assert len(ragkit.__all__) <= 20
    for name in ragkit.__all__:
        assert getattr(ragkit, name) is not None
    assert set(ragkit.__all__) <= set(dir(ragkit))
    with pytest.raises(AttributeError, match="no attribute 'Kitt'"):
        _ = ragkit.Kitt


def test_importing_ragkit_and_its_light_names_loads_nothing_heavy() -> None:
    script = """
import sys, ragkit
assert [m for m in sys.modules if m.startswith("ragkit.")] == [], sys.modules.keys()
ragkit.Document, ragkit.Answer, ragkit.RagkitError
heavy = "numpy torch transformers sentence_transformers faiss openvino httpx lxml tokenizers sqlite3 typer rich"
print([m for m in heavy.split() if m in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_cannot_be_loaded_beside_is_told_when_it_is_asked_for(path: Path) -> None:
    with ragkit.open(path) as kit:
        kit.load_beside()
        with pytest.raises(StoreMissing):
            kit.ask(QUESTION)
    testing.kit(path).ingest(LEAVE)
    with testing.kit(path, settings={"verify.verifier": "no-such"}) as kit:
        kit.load_beside()
        with pytest.raises(UsageError, match="no-such"):
            kit.ask(QUESTION)


def test_a_kit_that_loads_beside_answers_as_any_other(kit: Kit) -> None:
    kit.load_beside(answering=False)
    kit.load_beside()
    assert kit.ask(QUESTION).text.startswith("Leave is 27 days.")


def test_a_reranker_orders_more_than_is_asked_for(tmp_path: Path) -> None:
    settings: dict[str, object] = {"retrieve.reranker": "reader", "retrieve.fusion": "keyword"}
    kit = testing.kit(tmp_path / ".ragkit", settings=settings)
    texts = {
        "leave.md": "In Germany employees have 30 days of leave.",
        "form.md": "Days of leave in Germany, days of leave: the form for employees is yellow.",
    }
    kit.ingest([Document(uri, text) for uri, text in texts.items()])
    (best,) = kit.search("How many days of leave do employees in Germany have?", k=1)
    assert best.chunk.uri == "leave.md"
    assert 0 < best.score < 1


def test_a_store_whose_embedder_cannot_be_told_by_its_fingerprint_is_refused_with_the_remedy(path: Path) -> None:
    own = HashingEmbedder()
    own.fingerprint = "mine"
    chosen = config.load({"store": str(path)}, environment={})
    with Kit(chosen, Pipeline(chosen, embedder=own)) as kit:
        kit.ingest([LEAVE])
    with ragkit.open(path) as kit, pytest.raises(StoreMismatch, match="made with the embedder mine, not minilm@"):
        kit.search(QUESTION)


def test_a_stream_that_failed_fails_with_the_same_error_when_its_answer_is_asked_for(path: Path) -> None:
    class Failing(ScriptedGenerator):
        def stream(self, prompt: Prompt, sampling: Sampling) -> Iterator[Piece]:
            yield Piece("Leave is")
            raise EndpointError("The server broke off.")

    with wired(path, Failing([ANSWER])) as kit:
        kit.ingest([LEAVE])
        stream = kit.stream(QUESTION)
        with pytest.raises(EndpointError):
            list(stream)
        with pytest.raises(EndpointError, match="broke off"):
            _ = stream.answer


@pytest.mark.parametrize(
    ("pieces", "why"),
    [
        (lambda: 1 / 0, "of .*test_kit failed: ZeroDivisionError: division by zero"),
        (lambda: ["Leave is 27 days."], "gave str for a piece"),
        (lambda: [Piece(27)], "gave a piece whose text is int"),  # type: ignore[arg-type]
        (lambda: [Piece("half \ud83d")], "gave text that is not valid Unicode"),
        (lambda: [Piece("27", note=7)], "gave a piece whose note is int"),  # type: ignore[arg-type]
        (lambda: [Piece("27", confidence=math.nan)], "gave the confidence nan, which is no probability"),
        (lambda: [Piece("27", confidence=2)], "gave the confidence 2, which is no probability"),
        (lambda: [Piece("27", usage="bad")], "gave a piece whose usage is str"),  # type: ignore[arg-type]
    ],
)
def test_a_generator_that_fails_is_blamed_itself(path: Path, pieces: Callable[[], object], why: str) -> None:
    class Own(ScriptedGenerator):
        def stream(self, prompt: Prompt, sampling: Sampling) -> Any:
            return pieces()

    with wired(path, Own([ANSWER])) as kit:
        kit.ingest([LEAVE])
        with pytest.raises(ModelError, match=rf"The generator Own {why}.*generate\.generator"):
            kit.ask(QUESTION)


def test_an_embedder_that_fails_is_blamed_itself(path: Path) -> None:
    class Own(HashingEmbedder):
        def embed_queries(self, texts: Sequence[str]) -> Any:
            raise MemoryError("CUDA is out of memory")

        embed_passages = embed_queries

    with testing.kit(path) as kit:
        kit.ingest([LEAVE])
    with ragkit.open(path, embedder=Own()) as kit:
        for use in (lambda: kit.search(QUESTION), lambda: kit.ingest([GATEWAY])):
            with pytest.raises(ModelError, match=r"The embedder Own of .* CUDA is out of memory"):
                use()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (lambda vectors: vectors.tolist(), "gave list where an array of floating numbers is due"),
        (lambda _: None, "gave NoneType where an array"),
        (lambda vectors: vectors.astype(int), "gave ndarray where an array of floating"),
        (lambda vectors: vectors[1:], r"gave vectors of shape \(0, 64\) for 1 texts of 64 dimensions"),
        (lambda vectors: vectors[:, :8], r"gave vectors of shape \(1, 8\) for 1 texts"),
        (lambda vectors: vectors * math.nan, "gave a vector with what is no finite number"),
    ],
)
def test_what_an_embedder_gives_is_looked_at(path: Path, given: Callable[[Any], object], why: str) -> None:
    class Own(HashingEmbedder):
        def _embed(self, texts: Sequence[str]) -> Any:
            return given(super()._embed(texts))

    with testing.kit(path) as kit:
        kit.ingest([LEAVE])
    with ragkit.open(path, embedder=Own()) as kit:
        for use in (lambda: kit.search(QUESTION), lambda: kit.ingest([GATEWAY])):
            with pytest.raises(ModelError, match=rf"The embedder Own {why}.*ingest\.embedder"):
                use()


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        (lambda texts: [1 / 0 for _ in texts], "of .* failed: ZeroDivisionError"),
        (lambda texts: [], r"gave 0 counts of tokens for \d texts"),
        (lambda texts: [2.5 for _ in texts], r"gave 2\.5 for a number of tokens"),
    ],
)
def test_an_embedder_that_cannot_count_is_blamed_itself(
    path: Path, counts: Callable[[Sequence[str]], Any], why: str
) -> None:
    class Own(HashingEmbedder):
        def count_tokens(self, texts: Sequence[str]) -> Any:
            return counts(texts)

    with ragkit.open(path, embedder=Own()) as kit, pytest.raises(ModelError, match=rf"The embedder Own {why}"):
        kit.ingest([LEAVE])


@pytest.mark.parametrize(
    ("count", "why"),
    [
        (lambda _: 1 / 0, "of .* failed: ZeroDivisionError"),
        (lambda _: None, "gave None for a number of tokens"),
        (lambda _: -1, "gave -1 for a number of tokens"),
    ],
)
def test_a_generator_that_cannot_count_is_blamed_itself(path: Path, count: Callable[[str], Any], why: str) -> None:
    class Own(ScriptedGenerator):
        def count_tokens(self, text: str) -> Any:
            return count(text)

    with wired(path, Own([ANSWER], context_tokens=500)) as kit:
        kit.ingest([LEAVE])
        with pytest.raises(ModelError, match=rf"The generator Own {why}"):
            kit.ask(QUESTION)


def test_a_generator_without_a_sound_window_is_blamed_itself(path: Path) -> None:
    generator = ScriptedGenerator([ANSWER])
    generator.context_tokens = "500"  # type: ignore[assignment]
    with wired(path, generator) as kit:
        kit.ingest([LEAVE])
        with pytest.raises(ModelError, match="The generator ScriptedGenerator gave '500' for a number of tokens"):
            kit.ask(QUESTION)


class Backwards:
    """Likes best what was found last."""

    def rerank(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        return [replace(hit, score=place / len(hits)) for place, hit in enumerate(hits)]


def test_parts_of_ones_own_are_used_instead_of_those_that_the_settings_name(path: Path) -> None:
    settings = {"retrieve.rerank_weight": 9.0}
    parts = {"embedder": HashingEmbedder(), "generator": ScriptedGenerator([ANSWER]), "verifier": SubstringVerifier()}
    with ragkit.open(path, settings, **parts) as kit:
        kit.ingest([LEAVE, GATEWAY])
        answer = kit.ask(QUESTION)
        assert (answer.generator, answer.claims[0].verdict) == ("scripted", "supported")
        found = [hit.chunk.uri for hit in kit.search(QUESTION)]
    with ragkit.open(path, settings, **parts, reranker=Backwards()) as kit:
        assert [hit.chunk.uri for hit in kit.search(QUESTION)] == found[::-1]


@pytest.mark.parametrize("kind", ["embedder", "generator", "reranker", "verifier"])
def test_what_is_no_such_part_is_refused(path: Path, kind: str) -> None:
    with pytest.raises(UsageError, match=rf"The {kind} str has no .*ragkit\.protocols"):
        ragkit.open(path, **{kind: "mine"})


def test_a_store_that_another_makes_meanwhile_is_taken_as_it_is(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create = Store.create

    def beaten(*args: object, **kinds: object) -> Store:
        create(*args, **kinds).close()
        return create(*args, **kinds)

    monkeypatch.setattr(Store, "create", beaten)
    with testing.kit(path) as kit:
        assert kit.ingest(LEAVE).new == 1


def test_a_store_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with testing.kit(tmp_path / "file" / "store") as kit, pytest.raises(StoreError, match="No store can be made"):
        kit.ingest(LEAVE)


def test_a_kit_keeps_its_store_where_the_program_goes_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        with testing.kit(tmp_path / name / ".ragkit") as made:
            made.ingest(Document(f"{name}.md", f"Leave of {name}."))
    monkeypatch.chdir(tmp_path / "one")
    with testing.kit(Path(".ragkit")) as kit:
        assert kit.status().path == kit.path == Path(".ragkit")
        monkeypatch.chdir(tmp_path / "two")
        assert kit.ingest(LEAVE).new == 1
        assert [info.uri for info in kit.documents()] == ["one.md", LEAVE.uri]
        assert [finding.level for finding in kit.doctor()] == ["ok"] * 3
        assert kit.prove()
    with testing.kit(Path(".ragkit")) as other:
        assert [info.uri for info in other.documents()] == ["two.md"]


@pytest.mark.skipif(os.name == "nt", reason="what is open cannot be removed there")
def test_a_store_that_is_replaced_is_no_longer_read(kit: Kit) -> None:
    kit.search("leave")
    shutil.rmtree(kit.path)
    with testing.kit(kit.path) as other:
        other.ingest(Document("new.md", "Leave is new here."))
    assert [hit.chunk.uri for hit in kit.search("leave")] == ["new.md"]
    assert kit.ingest(LEAVE).new == 1
    assert [info.uri for info in kit.documents()] == ["new.md", LEAVE.uri]
    shutil.rmtree(kit.path)
    with pytest.raises(StoreMissing):
        kit.search("leave")
    assert kit.ingest(LEAVE).new == 1


def test_the_library_prints_nothing_where_nobody_logs(path: Path) -> None:
    script = f"import ragkit; ragkit.open({str(path)!r})"
    done = subprocess.run(
        [sys.executable, "-c", script], env=os.environ | {"RAGKIT_NO_SUCH": "1"}, capture_output=True, check=True
    )
    assert (done.stdout, done.stderr) == (b"", b"")


FORKED = """
import os, sys
from pathlib import Path
from typing import Any
import ragkit
from ragkit import testing
kit = testing.kit(Path(sys.argv[1]))
kit.search("leave")
if os.fork():
    os._exit(0)
sys.stdin.readline()
print(len(kit.documents()), kit.ingest(ragkit.Document("child.md", "The child wrote this.")).new, len(kit.documents()))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are spawned here")
def test_a_kit_that_was_used_before_a_fork_goes_on_without_the_parent(kit: Kit) -> None:
    # what a server does that loads, forks and lets its parent go
    command = [sys.executable, "-c", FORKED, str(kit.path)]
    kit.close()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as forked:
        assert forked.wait(60) == 0
        kit.ingest(Document("other.md", "Another process wrote this."))
        kit.close()
        said, _ = forked.communicate("go\n", timeout=60)
    assert said.split() == ["3", "1", "4"]
