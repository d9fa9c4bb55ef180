"""The writer at run time and as a generator, on weights that the test makes: a decoder that nobody trained."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from ragkit.errors import ModelError, UsageError
from ragkit.generate.detokenise import Written, spell
from ragkit.generate.reasoning import separate
from ragkit.generate.writer import Draft, Part, WriterGenerator, cited_part
from ragkit.models import bundled
from ragkit.models.writer import ANSWER, DIRECT, END, REFUSE, Next, Rules, WriterModel, export, layout
from ragkit.tune.lessons import Example, Lesson, shown
from ragkit.tune.pointer import PointerWriter
from ragkit.tune.writing import collate
from ragkit.types import Chunk, Hit, Prompt, Sampling
from tests.writer_models import untrained_writer

QUESTION = "How many channels does the gateway have?"
PASSAGES = (
    "Employees in Germany have 30 days of annual leave.",
    "The gateway has eight channels and needs 12.5 W. Dr. Ann O'Neil of Köln built it.",
)


def words_of(text: str) -> list[int]:
    return list(bundled.tokenizer().encode(text, add_special_tokens=False).ids)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return untrained_writer(tmp_path_factory.mktemp("writer"))


@pytest.fixture(scope="module")
def model(folder: Path) -> WriterModel:
    return WriterModel(folder)


@pytest.fixture(scope="module")
def generator(model: WriterModel) -> WriterGenerator:
    return WriterGenerator(model)


def prompt(*passages: str, marker: str = "", key: str = "") -> Prompt:
    hits = tuple(Hit(Chunk(f"{n}.md", "", 0, len(text), text), 1.0) for n, text in enumerate(passages))
    return Prompt(QUESTION, hits, answer_marker=marker, answer_key=key)


def torch_writer(folder: Path) -> PointerWriter:
    config = json.loads((folder / "config.json").read_text())
    writer = PointerWriter(torch.tensor(config["vocabulary"])).eval()
    tensors = load_file(folder / "model.safetensors")
    own = {n.removeprefix("pointer."): torch.tensor(t).float() for n, t in tensors.items() if n[:8] != "encoder."}
    writer.load(own)
    return writer


def test_steps_compute_what_torch_computes_at_once(model: WriterModel, folder: Path) -> None:
    source = model.read(QUESTION, PASSAGES)
    assert source is not None
    target = [DIRECT, *words_of("the gateway has" + " it is in a gateway" * 10), END]
    pairs = tuple(shown(QUESTION, text) for text in PASSAGES)
    lesson = Lesson(QUESTION, pairs, 2, None, None, None, None, (), "g")
    gateway = int(np.flatnonzero((source.pieces == target[2]) & (source.passage == 1))[0])
    first = int(np.flatnonzero(source.passage == 1)[0])
    places = [-1, -1, 1000 + gateway - first, *[-1] * (len(target) - 3)]
    laid = layout([(pair.ids, pair.first) for pair in pairs])
    states = [np.zeros((len(pair.ids), 384), np.float32) for pair in pairs]
    for state, pair, token in zip(source.states, laid.pair, laid.token, strict=True):
        states[pair][token] = state
    batch = collate([Example(lesson, (0, 1), target, places)], [states])  # type: ignore[list-item]
    writer = torch_writer(folder)
    with torch.no_grad():
        hidden, copying, choice = writer(batch)
        own = writer.own(hidden)
    writing = model.writing(source, DIRECT)
    for step, piece in enumerate(target[1:]):
        following = writing.next()
        from_places = copying[0, step].exp().double().numpy()
        if step > 1:
            from_places[gateway] = 0.0  # copied once already
        from_places *= float(choice[0, step, 1].exp()) / from_places.sum()
        expected = np.zeros(30522)
        expected[writer.vocabulary.numpy()] = (own[0, step] + choice[0, step, 0]).exp().numpy()
        np.add.at(expected, source.pieces, from_places)
        assert np.abs(following.chances - expected).max() < 1e-3
        assert following.chances.sum() == pytest.approx(1.0, abs=1e-6)
        writing.take(piece, gateway if step == 1 else None)


def test_the_place_of_a_piece_is_where_most_of_its_chance_comes_from(model: WriterModel) -> None:
    source = model.read(QUESTION, PASSAGES)
    assert source is not None
    (eight,) = words_of("eight")
    place = int(np.flatnonzero(source.pieces == eight)[0])
    copying = np.zeros(len(source.pieces))
    copying[place] = 0.3
    chances = np.zeros(30522)
    chances[eight] = 0.5
    assert Next(chances, copying).place(eight, source) == place
    assert source.text(place) == "eight"
    chances[eight] = 0.9
    assert Next(chances, copying).place(eight, source) is None


def test_question_and_passages_keep_their_characters(model: WriterModel) -> None:
    source = model.read(QUESTION, PASSAGES)
    assert source is not None
    assert [source.text(n) for n in np.flatnonzero(source.passage == -1) if source.copied[n]][:2] == ["How", "many"]
    told = "".join(source.text(n) for n in np.flatnonzero(source.passage == 1))
    assert told == PASSAGES[1].replace(" ", "")
    assert set(source.relevance) == {0, 1}


def test_a_question_that_was_cut_keeps_its_characters(model: WriterModel) -> None:
    question = " ".join(f"word{n}" for n in range(80)) + "?"
    source = model.read(question, PASSAGES[:1])
    assert source is not None
    asked = [n for n in np.flatnonzero(source.passage == -1) if source.copied[n]]
    told = [bundled.tokenizer().id_to_token(int(source.pieces[n])).removeprefix("##") for n in asked]
    assert [source.text(n) for n in asked] == told


def test_only_the_best_windows_are_attended_to_and_the_rest_is_told(
    model: WriterModel, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        source = model.read(QUESTION, [f"{PASSAGES[1]} It is number {n}." for n in range(100)])
    assert source is not None
    assert len(set(source.passage[source.passage >= 0].tolist())) == 4
    assert len(source.relevance) == 32
    assert "68 passages stay unread" in caplog.text


def test_a_long_passage_is_read_in_windows(model: WriterModel) -> None:
    source = model.read(QUESTION, ["Employees in Germany have 30 days of annual leave. " * 60])
    assert source is not None
    assert len(source.pieces) > 500


@pytest.mark.parametrize("passages", [(), ("",), ("", "  \n")])
def test_nothing_to_read_is_an_abstention(generator: WriterGenerator, passages: tuple[str, ...]) -> None:
    (piece,) = generator.stream(prompt(*passages), Sampling())
    assert piece.finish == "abstain"
    assert piece.text == ""


@pytest.mark.parametrize("text", ["短い文。", "Ünïcode ß", "🙂 🙂", "a" * 5000, "[unused3] [SEP]"])
def test_other_scripts_and_odd_text_are_written_of(generator: WriterGenerator, text: str) -> None:
    pieces = list(generator.stream(prompt(text), Sampling(max_tokens=8)))
    assert pieces[-1].finish in {"stop", "length", "abstain"}


def test_sampling_is_honoured(generator: WriterGenerator) -> None:
    def completion(**values: object) -> str:
        sampling = Sampling(max_tokens=12, **values)  # type: ignore[arg-type]
        return "".join(piece.text for piece in generator.stream(prompt(*PASSAGES), sampling))

    assert completion() == completion(seed=3)
    assert completion(temperature=1.5, seed=1) == completion(temperature=1.5, seed=1)
    assert len({completion(temperature=1.5, seed=seed) for seed in range(8)}) > 3
    assert completion(temperature=1.5, seed=1, top_k=1) == completion()
    with pytest.raises(UsageError, match="top_p"):
        generator.stream(prompt(*PASSAGES), Sampling(top_p=0.0))


def test_the_limit_and_the_usage_are_told(generator: WriterGenerator) -> None:
    *_, last = generator.stream(prompt(*PASSAGES), Sampling(max_tokens=3))
    assert last.usage is not None
    assert last.usage.completion_tokens <= 3
    assert last.usage.prompt_tokens > 20
    assert last.finish in {"length", "abstain"}


class Told:
    """A model that says what the test wants: pieces with the places that they are copied from."""

    def __init__(self, model: WriterModel, script: list[tuple[int, int | None]], chance: float = 0.9) -> None:
        self._model, self._script, self._chance = model, script, chance
        self.rules = Rules()

    def read(self, question, passages):
        return self._model.read(question, passages)

    def writing(self, source, control):
        return Script(source, list(self._script), self._chance)


class Script:
    def __init__(self, source, script, chance) -> None:
        self._source, self._script, self._chance = source, script, chance

    def next(self) -> Next:
        piece, place = self._script.pop(0)
        chances, copying = np.full(30522, 1e-6), np.zeros(len(self._source.pieces))
        chances[piece] = self._chance
        if place is not None:
            copying[place] = self._chance
        return Next(chances, copying)

    def take(self, piece: int, place: int | None) -> None:
        pass


def script(model: WriterModel, *parts: tuple[str, int | None] | int) -> list[tuple[int, int | None]]:
    """Pieces of texts; a text with a passage number is copied from it."""
    source = model.read(QUESTION, PASSAGES)
    assert source is not None
    out: list[tuple[int, int | None]] = []
    for part in parts:
        if isinstance(part, int):
            out.append((part, None))
            continue
        text, passage = part
        ids = words_of(text)
        start = None
        if passage is not None:
            there = np.flatnonzero(source.passage == passage)
            pieces = source.pieces[there].tolist()
            at = next(n for n in range(len(pieces)) if pieces[n : n + len(ids)] == ids)
            start = int(there[0]) + at
        out += [(piece, None if start is None else start + n) for n, piece in enumerate(ids)]
    return out


def test_copied_words_come_as_they_stand_and_the_passage_is_cited(model: WriterModel) -> None:
    said_so = script(model, ("it was built by", None), ("dr. ann o'neil of koln", 1), (".", None), END)
    *pieces, last = WriterGenerator(Told(model, said_so)).stream(prompt(*PASSAGES), Sampling())
    assert "".join(piece.text for piece in pieces) == "It was built by Dr. Ann O'Neil of Köln. [2]"
    assert len(pieces) > 5
    assert last.finish == "stop"
    assert 0.9 < (last.confidence or 0.0) <= 1.0


def test_chain_of_thought_gives_evidence_then_answer(model: WriterModel) -> None:
    thought = script(model, ("the gateway has eight channels and needs 12.5 w.", 1), ANSWER, ("eight", 1), END)
    asked = prompt(*PASSAGES, marker="Answer:")
    parts = list(separate(WriterGenerator(Told(model, thought)).stream(asked, Sampling()), asked))
    reasoning = "".join(piece.text for piece in parts if piece.kind == "reasoning")
    assert reasoning.strip() == "The gateway has eight channels and needs 12.5 W. [2]"
    assert "".join(piece.text for piece in parts if piece.kind == "answer") == "Eight. [2]"


def test_json_is_json(model: WriterModel) -> None:
    thought = script(model, ("the gateway has eight channels", 1), ANSWER, ("eight", 1), END)
    asked = prompt(*PASSAGES, key="answer")
    whole = "".join(p.text for p in WriterGenerator(Told(model, thought)).stream(asked, Sampling()))
    assert json.loads(whole) == {"reasoning": "The gateway has eight channels. [2]", "answer": "Eight. [2]"}


@pytest.mark.parametrize("form", [{}, {"marker": "Answer:"}, {"key": "answer"}])
def test_the_refusal_piece_is_an_abstention_in_every_form(model: WriterModel, form: dict[str, str]) -> None:
    asked = prompt(*PASSAGES, **form)
    generator = WriterGenerator(Told(model, [(REFUSE, None), (END, None)]))
    *parts, last = separate(generator.stream(asked, Sampling()), asked)
    assert last.finish == "abstain"
    assert "".join(piece.text for piece in parts) == ""


def test_unsure_words_are_replaced_by_the_sentence_they_drew_on(model: WriterModel) -> None:
    unsure = script(model, ("eight channels", 1), ("is it", None), END)
    generator = WriterGenerator(Told(model, unsure, chance=float(np.exp(-1.5))))
    text = "".join(piece.text for piece in generator.stream(prompt(*PASSAGES), Sampling()))
    assert text == "The gateway has eight channels and needs 12.5 W. [2]"


def test_a_stop_string_ends_the_text(model: WriterModel) -> None:
    said_so = script(model, ("the gateway has eight channels", 1), END)
    pieces = list(WriterGenerator(Told(model, said_so)).stream(prompt(*PASSAGES), Sampling(stop=("eight",))))
    assert "".join(piece.text for piece in pieces) == "The gateway has "
    assert pieces[-1].finish == "stop"


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ([("the gateway needs", None), ("12.5 w", 1), (".", None)], "The gateway needs 12.5 W."),
        ([("in germany ,", None), ("the gateway", 1), ("is", None)], "In Germany, the gateway is"),
        ([("ann o ' neil ( koln ) has 30 %", None)], "Ann o'neil (koln) has 30%"),
        ([("it is", None), ("employees in germany", 0)], "It is Employees in Germany"),
        ([("what i know", None)], "What I know"),
        ([("eight ) channels ( has", None)], "Eight channels has"),
    ],
)
def test_spelling(model: WriterModel, parts: list[tuple[str, int | None]], text: str) -> None:
    source = model.read(QUESTION, PASSAGES)
    assert source is not None
    pieces = [Written(id_, bundled.tokenizer().id_to_token(id_), place) for id_, place in script(model, *parts)]
    assert spell(pieces, source) == text


def test_control_pieces_stand_only_where_they_belong() -> None:
    chances = np.full(30522, 1.0)
    controls = [REFUSE, ANSWER, END]
    the, asked, new, stop, mark = words_of("the gateway channels . ?")
    draft = Draft(thinking=True, asked=frozenset({asked}))

    def allowed() -> list[float]:
        return draft.allowed(chances)[controls].tolist()

    assert allowed() == [0, 0, 0]
    draft.add(new, None, 0.5)
    assert allowed() == [0, 1, 0]
    assert draft.allowed(chances)[mark] == 0
    draft.add(stop, None, 0.5)
    assert draft.allowed(chances).sum() == 1, "the evidence is one sentence"
    draft.add(ANSWER, None, 0.5)
    for piece in (the, asked):
        draft.add(piece, None, 0.5)
        assert allowed() == [0, 0, 0], "nothing that the question has not said"
        assert draft.allowed(chances)[stop] == 0
    draft.add(new, None, 0.5)
    assert allowed() == [0, 0, 1]
    draft.add(stop, None, 0.5)
    draft.add(stop, None, 0.5)
    assert draft.allowed(chances).sum() == 1


def test_a_copied_word_is_copied_whole(model: WriterModel) -> None:
    source = model.read(QUESTION, ["The fabulae mirabiles of Ann."])
    assert source is not None
    tokens = [bundled.tokenizer().id_to_token(int(piece)) for piece in source.pieces]
    first = tokens.index("mira") if "mira" in tokens else tokens.index("fa")
    assert tokens[first + 1].startswith("##")

    class Begins(Told):
        def read(self, question, passages):
            return source

    begins = Begins(model, [(int(source.pieces[first]), first), *[(END, None)] * 9])
    begins.rules = Rules(quote_below=-100.0)
    text = "".join(piece.text for piece in WriterGenerator(begins).stream(prompt("x"), Sampling()))
    assert text in {"Mirabiles. [1]", "Fabulae. [1]"}


def test_an_empty_part_says_nothing(model: WriterModel) -> None:
    source = model.read(QUESTION, PASSAGES)
    assert source is not None
    assert cited_part(Part(), source, -1.0) == ""


def test_missing_and_altered_weights_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no writer"):
        WriterModel(tmp_path)
    config = json.loads((folder / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match="no writer"):
        WriterModel(tmp_path).load()
    (tmp_path / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:-1] + b"x")
    with pytest.raises(ModelError, match="altered"):
        WriterModel(tmp_path).load()
    for changes, says in (
        ({"base_sha256": "0"}, "another base"),
        ({"kind": "reader"}, "holds a reader"),
        ({"rules": {"refuse": 1.0}}, "not a writer's"),
    ):
        (tmp_path / "config.json").write_text(json.dumps({**config, **changes}))
        with pytest.raises(ModelError, match=says):
            WriterModel(tmp_path)


def test_the_export_loads_in_transformers_and_computes_the_same(folder: Path, tmp_path: Path) -> None:
    from transformers import AutoTokenizer, EncoderDecoderModel

    export(tmp_path / "hf", folder)
    loaded = EncoderDecoderModel.from_pretrained(tmp_path / "hf", output_loading_info=True)
    exported, info = loaded
    assert not info["missing_keys"]
    assert not info["unexpected_keys"]
    exported.eval()
    inputs = AutoTokenizer.from_pretrained(tmp_path / "hf")(QUESTION, PASSAGES[1], return_tensors="pt")
    given = torch.tensor([[DIRECT, *words_of("the gateway has")]])
    with torch.no_grad():
        theirs = exported(**inputs, decoder_input_ids=given)
        states = theirs.encoder_last_hidden_state
    writer = torch_writer(folder)
    pair = shown(QUESTION, PASSAGES[1])
    lesson = Lesson(QUESTION, (pair,), 1, None, None, None, None, (), "g")
    example = Example(lesson, (0,), [*given[0].tolist(), END], [-1] * 5)
    with torch.no_grad():
        hidden, *_ = writer(collate([example], [[states[0].numpy()]]))
        ours = writer.own(hidden)
    assert torch.allclose(theirs.logits.log_softmax(-1)[..., writer.vocabulary], ours, atol=2e-3)
    assert set(theirs.logits[0].argmax(-1).tolist()) <= set(writer.vocabulary.tolist())
    kept = load_file(tmp_path / "hf" / "pointer.safetensors")
    assert {"query.weight", "key.weight", "gate.weight", "vocabulary"} <= kept.keys()
