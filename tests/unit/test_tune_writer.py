"""The writer's statements, lessons, loss, trainer and files; one training of seconds that must improve figures."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ragkit.errors import ModelError, UsageError
from ragkit.models import bundled
from ragkit.models.folder import open_folder
from ragkit.models.writer import ANSWER, DIRECT, END, REFUSE, THINK
from ragkit.tune.data import Question, find_spans
from ragkit.tune.lessons import FREE, Example, Lesson, aligned, drawn, lessons, refused, responses, shown, written
from ragkit.tune.negatives import mine
from ragkit.tune.pointer import PointerWriter, writer_loss
from ragkit.tune.statements import statement
from ragkit.tune.states import StateCache
from ragkit.tune.writer import own_vocabulary, train_writer
from ragkit.tune.writer_assess import Outcome, held_cases, holds, prompt_of, table
from ragkit.tune.writing import WriterPlan, WriterTrainer, collate

THINGS = ["kettle", "ladder", "lantern", "barrel", "anchor", "hammer", "saddle", "basket", "violin", "mirror"]
ROOMS = ["cellar", "attic", "garage", "stable", "pantry", "studio", "office", "chapel", "tower", "garden"]


def questions(count: int) -> list[Question]:
    """Where things stand; every passage names a thing, its room and its price."""
    rng = random.Random(0)
    found = []
    for number in range(count):
        thing, room = rng.choice(THINGS), rng.choice(ROOMS)
        bought = f"which was bought in 19{number % 90 + 10} for {number} crowns from a man of the next village"
        text = f"The {thing} {number}, {bought}, stands in the {room}. It is old and heavy; nobody uses it any more."
        spans = find_spans(text, [f"the {room}"])
        found.append(Question(f"Where does the {thing} {number} stand?", text, spans, True, f"g{number // 4}", "House"))
    return found


def user_file(path: Path, count: int) -> Path:
    rows = [
        {"question": q.text, "passage": q.passage, "answers": list(q.answers), "group": q.group}
        for q in questions(count)
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def texts(pieces: list[int]) -> str:
    return str(bundled.tokenizer().decode(pieces, skip_special_tokens=False))


@pytest.fixture(scope="module")
def taught() -> list[Lesson]:
    asked = questions(40)
    return lessons(asked, mine(asked), 0)


@pytest.mark.parametrize(
    ("question", "answer", "before", "said"),
    [
        ("Where did Marie Curie die?", "Sancellemoz", "She died in ", "Marie Curie died in Sancellemoz."),
        ("Where did she die?", "in Paris", "", "She died in Paris."),
        ("When was the bridge built?", "1936", "", "The bridge was built in 1936."),
        ("When does the season start?", "May 4, 2018", "", "The season starts on May 4, 2018."),
        ("In what year was the tower finished?", "1889", "", "The tower was finished in 1889."),
        ("Who proposed the theorem?", "David Hilbert", "", "David Hilbert proposed the theorem."),
        ("who was the head of the office", "Ann Lee", "", "The head of the office was Ann Lee."),
        ("Who was elected president?", "Ann Lee", "", "Ann Lee was elected president."),
        ("What is the top made of?", "metal", "", "The top is made of metal."),
        ("What optimizes the inserted body?", "compiler", "and the ", "The compiler optimizes the inserted body."),
        ("What did the chimney provide?", "warmth", "", "The chimney provided warmth."),
        ("What did they make a business out of?", "salt", "", "They made a business out of salt."),
        ("What does the user try?", "salt", "", "The user tries salt."),
        ("How many people live there?", "800", "", "800 people live there."),
        ("Which country won the cup?", "Brazil", "", "Brazil won the cup."),
        ("What kind of tea did they drink?", "green tea", "", "They drank green tea."),
    ],
)
def test_a_question_and_its_answer_become_a_statement(question: str, answer: str, before: str, said: str) -> None:
    assert statement(question, answer, before) == said


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Why did they leave?", "it was cold"),
        ("Where did she die?", "Paris"),
        ("What do you do?", "we collect data"),
        ("How long is it?", "two metres"),
        ("What couldn't they use?", "saucers"),
        ("Who?", "Ann"),
        ("", ""),
    ],
)
def test_what_no_rule_is_sure_of_gives_nothing(question: str, answer: str) -> None:
    assert statement(question, answer) is None


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=20))
def test_statements_of_any_text_are_a_sentence_or_nothing(question: str, answer: str, before: str) -> None:
    said = statement(question, answer, before)
    assert said is None or (said.endswith((".", "!")) and "  " not in said)


def test_a_lesson_writes_the_statement_and_knows_where_each_piece_stands(taught: list[Lesson]) -> None:
    lesson = next(each for each in taught if each.answer is not None)
    assert lesson.answer is not None
    assert lesson.evidence is not None
    ids, places = lesson.answer
    assert texts(ids).startswith("the ")
    assert " stands in the " in texts(ids)
    own = lesson.pairs[0]
    for piece, place in zip(*lesson.evidence, strict=True):
        assert own.ids[own.first + place] == piece
    room = [place for piece, place in zip(ids, places, strict=True) if texts([piece]) in ROOMS]
    assert room
    assert all(place >= 0 for place in room)


def test_a_lesson_comes_without_the_answer_too(taught: list[Lesson]) -> None:
    rng = random.Random(0)
    made = [drawn(taught[n % len(taught)], rng) for n in range(400)]
    declined = [example for example in made if example.written[1] == REFUSE]
    assert 60 < len(declined) < 200
    assert all(0 not in example.order or example.lesson.answer is None for example in declined)
    assert all(0 in example.order for example in made if example.written[1] != REFUSE)
    assert {example.written[0] for example in made} == {DIRECT, THINK}
    assert all((ANSWER in e.written) == (e.written[0] == THINK) for e in made if e.written[1] != REFUSE)


def test_a_lesson_without_an_answer_cannot_be_answered(taught: list[Lesson]) -> None:
    unanswerable = next(each for each in taught if each.answer is None)
    assert drawn(unanswerable, random.Random(0)).written[1:] == [REFUSE, END]
    with pytest.raises(ValueError, match="no answer"):
        written(unanswerable, (0,), think=False)


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from("the red barrel of 1936 stands in Kuk swamp , and is unbelievable".split()), max_size=9)
)
def test_aligned_pieces_stand_where_they_are_said_to(words: list[str]) -> None:
    pairs = [shown("where is the barrel", "In Kuk swamp the red barrel is old."), shown("where is the barrel", "1936")]
    ids = bundled.tokenizer().encode(" ".join(words), add_special_tokens=False).ids
    same, places = aligned(ids, pairs)
    assert list(same) == list(ids)
    for piece, place in zip(ids, places, strict=True):
        if place >= 0:
            pair = pairs[place // 1000]
            assert pair.ids[pair.first + place % 1000] == piece
        elif place < FREE:
            assert pairs[0].ids[-1 - place] == piece


def test_answers_of_models_become_lessons_unless_they_made_things_up(tmp_path: Path) -> None:
    context = "passage 1:Figs grow in Spain.\n\npassage 2:They are sweet.\n\n"
    rows = [
        {"response": "Based on the given passages, figs grow in Spain. They are sweet (passage 2).", "labels": []},
        {"response": "Figs grow on Mars.", "labels": [{"start": 0, "end": 4}]},
        {"response": "Unable to answer based on given passages.", "labels": []},
        {"response": "1. Figs\n2. More: figs", "labels": []},
    ]
    path = tmp_path / "answers.jsonl"
    path.write_text(
        "\n".join(
            json.dumps({"question": "where do figs grow", "context": context, "source_id": "7", **r}) for r in rows
        )
    )
    first, second = responses(path)
    assert first.answer is not None
    assert texts(first.answer[0]) == "figs grow in spain. they are sweet."
    assert len(first.pairs) == 2
    assert second.answer is None


def test_batches_say_where_each_piece_is_copied_from(taught: list[Lesson]) -> None:
    rng = random.Random(1)
    examples = [example for _ in range(3) for lesson in taught[:12] if (example := drawn(lesson, rng)).order]
    states = [[np.ones((len(e.lesson.pairs[n].ids), 384), np.float16) for n in e.order] for e in examples]
    batch = collate(examples, states)
    rows, tokens = torch.where(batch.aligned >= 0)
    assert len(rows) > 100
    places = batch.aligned[rows, tokens]
    assert (batch.ids[rows, places] == batch.wanted[rows, tokens]).all()
    assert batch.copied[rows, places].all()
    rows, tokens = torch.where(batch.follows >= 0)
    assert (batch.ids[rows, batch.follows[rows, tokens] - 1] == batch.given[rows, tokens]).all()
    assert not batch.copied[~batch.present].any()
    assert (batch.wanted[:, -1] < 0).any()


def test_the_loss_of_what_is_copied_from_the_right_place_falls(taught: list[Lesson], tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = PointerWriter(torch.tensor(own_vocabulary(taught, 300)), dropout=0.0)
    examples = [written(lesson, (0,), think=True) for lesson in taught[:6] if lesson.answer is not None]
    cache = StateCache({}, "base", tmp_path)
    batch = collate(examples, [cache.get([example.lesson.pairs[0]]) for example in examples])
    optimizer = torch.optim.AdamW(model.trained().values(), lr=1e-3)
    losses = []
    for _ in range(12):
        parts = writer_loss(model, batch)
        losses.append(float(parts["copied"].detach() + parts["written"].detach()))
        optimizer.zero_grad()
        (parts["copied"] + parts["written"]).backward()
        optimizer.step()
    assert losses[-1] < 0.5 * losses[0]


def test_states_are_kept_and_found_again(taught: list[Lesson], tmp_path: Path) -> None:
    pairs = list(taught[0].pairs)
    first = StateCache({}, "base", tmp_path).get(pairs)
    size = sum(path.stat().st_size for path in tmp_path.glob("*.f16"))
    again = StateCache({}, "base", tmp_path)
    for one, other in zip(first, again.get(pairs), strict=True):
        assert np.array_equal(one, other)
    assert sum(path.stat().st_size for path in tmp_path.glob("*.f16")) == size
    again.forget()
    assert not list(tmp_path.iterdir())


def test_a_run_goes_on_from_its_checkpoint(taught: list[Lesson], tmp_path: Path) -> None:
    vocabulary = torch.tensor(own_vocabulary(taught, 200))

    def trainer(epochs: float) -> WriterTrainer:
        torch.manual_seed(0)
        cache = StateCache({}, "base", tmp_path / "states")
        return WriterTrainer(PointerWriter(vocabulary), taught[:16], cache, WriterPlan(epochs=epochs), tmp_path / "run")

    first = trainer(1.0)
    first.train()
    second = trainer(2.0)
    second.resume()
    assert (second.step, second.rows) == (first.step, first.rows)
    assert all(torch.equal(second.masters[name], value) for name, value in first.masters.items())
    second.train()
    assert second.rows >= 32
    lines = (tmp_path / "run" / "log.jsonl").read_text().splitlines()
    assert json.loads(lines[-1])["step"] == second.step
    second.forget()
    assert not (tmp_path / "run" / "checkpoint.safetensors").exists()


def test_weights_that_do_not_fit_are_refused() -> None:
    model = PointerWriter(torch.tensor([DIRECT, END]))
    with pytest.raises(ModelError, match="do not fit"):
        model.load({"gate.weight": torch.zeros(2, 384)})


@pytest.mark.trains
def test_training_for_seconds_improves_what_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAGKIT_CACHE_DIR", str(tmp_path / "cache"))
    path = user_file(tmp_path / "house.jsonl", 48)
    report = train_writer([path], tmp_path / "out", epochs=24, seed=1, held_out=0.3, peak_rate=1e-3)
    tables = (report.before, report.after)
    scores = [figures["token F1"].value + figures["declined, unanswerable"].value for figures in tables]
    assert scores[1] > scores[0] + 0.1
    assert report.rows >= 24 * 30
    assert open_folder(report.out, "writer").config["figures"]["token F1"]["value"] == report.after["token F1"].value
    assert (tmp_path / "out" / "model.safetensors").stat().st_size < 30_000_000
    again = train_writer([path], tmp_path / "more", epochs=0.1, start=tmp_path / "out", held_out=0.3, seed=1)
    assert again.before == report.after


def test_files_that_do_not_do_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="too few"):
        train_writer([user_file(tmp_path / "one.jsonl", 1)], tmp_path / "out")
    with pytest.raises(UsageError, match="no training data"):
        train_writer([tmp_path / "missing.parquet"], tmp_path / "out")


def test_cases_and_figures(taught: list[Lesson]) -> None:
    cases = held_cases(taught)
    assert any(len(case.written) == 3 for case in cases)
    prompt = prompt_of(cases[0], think=True)
    assert prompt.answer_marker
    assert len(prompt.passages) == len(cases[0].order)

    def made(answer: str, answerable: bool) -> Outcome:
        return Outcome(
            "q", answerable, ("the attic",) if answerable else (), answer, answer, 0.5, 3, 1.0 if answer else None
        )

    outcomes = [made("It stands in the attic.", True), made("", True), made("", False), made("The cellar.", False)]
    figures = table(outcomes)
    assert figures["holds a reference"].value == 0.5
    assert figures["declined, unanswerable"].value == 0.5
    assert figures["token F1"].value == pytest.approx(figures["token F1, answered"].value / 2)
    assert not holds(outcomes[1])


def test_refusing_is_one_piece(taught: list[Lesson]) -> None:
    example = refused(taught[0], (1,), think=True)
    assert isinstance(example, Example)
    assert example.written == [THINK, REFUSE, END]
    assert example.places == [FREE] * 3
