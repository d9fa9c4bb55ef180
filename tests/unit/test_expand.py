from __future__ import annotations

from pathlib import Path

import pytest

from ragkit import config
from ragkit.errors import ConfigError
from ragkit.generate.extractive.generator import ExtractiveGenerator
from ragkit.generate.reasoning import answer_text
from ragkit.generate.writer import WriterGenerator
from ragkit.kit import Kit
from ragkit.pipeline import Pipeline
from ragkit.retrieve.expand import Expansion
from ragkit.testing import HashingEmbedder, ScriptedGenerator
from ragkit.types import Document


def test_other_ways_to_ask_lose_their_numbers() -> None:
    said = ScriptedGenerator(["1. How long is leave?\n- Days off a year\n\n  3) Time away\nA fourth"])
    assert Expansion(said, "multi-query", answer_text).texts("How much leave?") == [
        "How long is leave?",
        "Days off a year",
        "Time away",
    ]
    assert said.prompts[0].messages[1].content == "How much leave?"
    assert "three other ways" in said.prompts[0].messages[0].content


def test_numbers_that_a_question_begins_with_stay() -> None:
    said = ScriptedGenerator(["-5 °C: what lasts?\n3.5 mm: which jack?\n- 7 days?"])
    assert Expansion(said, "multi-query", answer_text).texts("?") == [
        "-5 °C: what lasts?",
        "3.5 mm: which jack?",
        "7 days?",
    ]


def test_a_made_up_passage_is_one_text() -> None:
    assert Expansion(ScriptedGenerator(["Leave is 30 days.\nIt lapses."]), "hyde", answer_text).texts("q") == [
        "Leave is 30 days.\nIt lapses."
    ]
    assert Expansion(ScriptedGenerator([" "]), "hyde", answer_text).texts("q") == []


def test_a_thought_is_nothing_to_search_for() -> None:
    said = ScriptedGenerator(["<think>The user means holidays.\nLet me think.</think>\n1. How long is leave?"])
    assert Expansion(said, "multi-query", answer_text).texts("How much leave?") == ["How long is leave?"]
    late = ScriptedGenerator(["The user means holidays.\nLet me think.\n</think>\n\n1. How long is leave?"])
    assert Expansion(late, "multi-query", answer_text).texts("How much leave?") == ["How long is leave?"]
    assert Expansion(late, "hyde", answer_text).texts("How much leave?") == ["1. How long is leave?"]
    assert Expansion(ScriptedGenerator(["<think>It is"]), "hyde", answer_text).texts("How much leave?") == []


@pytest.mark.parametrize("way", ["multi-query", "hyde"])
@pytest.mark.parametrize("kind", [ExtractiveGenerator, WriterGenerator])
def test_what_reads_no_instructions_cannot_expand(way: str, kind: type[ExtractiveGenerator | WriterGenerator]) -> None:
    generator = kind.__new__(kind)
    generator.name = "one of ours"
    with pytest.raises(ConfigError, match="needs a generator that can be told what to write; one of ours") as caught:
        Expansion(generator, way, answer_text)
    assert 'retrieve.expand = "none"' in caught.value.hint


@pytest.mark.parametrize(("way", "first"), [("none", "a.md"), ("hyde", "b.md"), ("multi-query", "b.md")])
def test_the_dense_search_looks_for_it_too(tmp_path: Path, way: str, first: str) -> None:
    chosen = config.load(
        {"store": str(tmp_path / "store"), "retrieve.expand": way, "retrieve.fusion": "dense"}, environment={}
    )
    said = ScriptedGenerator(["thirty days annual holiday entitlement"])
    with Kit(chosen, Pipeline(chosen, embedder=HashingEmbedder(512), generator=said)) as kit:
        kit.ingest([Document("a.md", "leave the house"), Document("b.md", "thirty days annual holiday entitlement")])
        assert kit.search("leave")[0].chunk.uri == first
