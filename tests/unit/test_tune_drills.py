"""Made questions: exact spans, near misses that are none by accident, variety, and the same for the same seed."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from ragkit.squad import normalise
from ragkit.tune.data import Question
from ragkit.tune.drills import DOMAINS, HELD_OUT, SCHEMAS, TEXTS, make
from ragkit.tune.drills.ask import LONGEST_PIECES, about, dressed, pieces
from ragkit.tune.drills.scene import FORMS, stage, tell
from ragkit.tune.drills.schema import Schema
from ragkit.tune.drills.words import coined, distinct, endpoint
from ragkit.tune.examples import draw
from ragkit.tune.negatives import mine


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    return make(3000, 7)


def told(text: str, passage: str) -> bool:
    return f" {normalise(text)} " in f" {normalise(passage)} "


def test_spans_are_whole_words_without_space_around_them(questions: list[Question]) -> None:
    for question in questions:
        assert question.answerable == bool(question.spans)
        for start, end in question.spans:
            assert 0 <= start < end <= len(question.passage)
            text = question.passage[start:end]
            assert text == text.strip().rstrip(".|:")
            around = question.passage[max(0, start - 1) : start], question.passage[end : end + 1]
            assert not any(sign.isalnum() for sign in around)


def test_no_template_is_left_unfilled(questions: list[Question]) -> None:
    for question in questions:
        assert "{" not in question.text + question.passage + "".join(question.negatives)


def test_about_two_in_five_have_no_answer(questions: list[Question]) -> None:
    assert 0.33 < sum(not question.answerable for question in questions) / len(questions) < 0.45


def test_variety(questions: list[Question]) -> None:
    assert len(DOMAINS) == len(set(DOMAINS)) >= 35
    groups = Counter(question.group for question in questions)
    assert groups.keys() == {f"drills/{name}" for name in DOMAINS}
    assert len({question.text for question in questions}) > 0.94 * len(questions)
    assert max(Counter(a for q in questions for a in q.answers if len(a) > 4).values()) < 0.02 * len(questions)


def test_the_same_seed_makes_the_same_questions() -> None:
    assert make(200, 3) == make(200, 3) != make(200, 4)
    assert make(100, 3) == make(200, 3)[:100]


def test_only_the_asked_domains() -> None:
    assert {question.group for question in make(300, 1, HELD_OUT)} == {f"drills/{name}" for name in HELD_OUT}
    assert {question.group for question in make(60, 1, ["lists"])} == {"drills/lists"}


def test_passages_fit_the_reader(questions: list[Question]) -> None:
    assert all(pieces(text) <= LONGEST_PIECES for q in questions for text in (q.passage, *q.negatives))


def test_questions_give_no_answer_away(questions: list[Question]) -> None:
    asked = [
        q for q in questions if q.answerable and q.group.removeprefix("drills/") in SCHEMAS and len(q.answers[0]) > 4
    ]
    leaked = [q for q in asked if told(q.answers[0], q.text)]
    assert len(leaked) < 0.005 * len(asked)


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=list(SCHEMAS))
def test_a_cell_asked_for_is_the_cell_of_the_scene(schema: Schema) -> None:
    rng = random.Random(5)
    for form in FORMS:
        scene = stage(schema, rng)
        while not scene.cells:
            scene = stage(schema, rng)
        page = tell(scene, rng, form)
        for key, (start, end) in page.spans.items():
            if key[0] not in {"row", "note"}:
                assert page.text[start:end] == scene.cells[key]  # type: ignore[index]
            if key[0] == "row":
                assert page.text[start:end] == key[1]
        if form not in {"section", "answers"} and len(page.text) < 700:
            assert {key for key in page.spans if key[0] not in {"row", "note"}} == scene.cells.keys()


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=list(SCHEMAS))
def test_what_is_absent_is_told_nowhere(schema: Schema) -> None:
    rng = random.Random(6)
    for _ in range(5):
        scene = stage(schema, rng)
        text = "".join([*scene.rows, *scene.cells.values()])
        assert not set(scene.absent_rows) & set(scene.rows)
        assert not {c.label for c in scene.absent_columns} & {c.label for c in scene.columns}
        assert scene.absent_rows
        assert not any(row in text for row in scene.absent_rows)


def test_negatives_lack_the_row_or_its_cell() -> None:
    rng = random.Random(8)
    for name, schema in SCHEMAS.items():
        scene = stage(schema, rng)
        if len(scene.cells) < 2 or len(scene.rows) < 2:
            continue
        row, label = min(scene.cells)
        assert row not in scene.less(row).rows, name
        assert all(key[0] != row for key in scene.less(row).cells)
        assert scene.less(row, label).cells.keys() == scene.cells.keys() - {(row, label)}


def test_an_answer_is_not_in_a_negative_of_a_reverse_question(questions: list[Question]) -> None:
    reverse = [q for q in questions if q.answerable and "is listed with" in q.text]
    assert reverse
    for question in reverse:
        assert not any(told(question.answers[0], text) for text in question.negatives)


def test_near_misses_of_lists_name_an_absent_owner_or_another_aspect() -> None:
    missed = [q for q in make(400, 2, ["lists"]) if not q.answerable]
    for question in missed:
        assert not question.spans
        assert not question.negatives


def test_rules_answer_with_the_clause_of_the_role() -> None:
    for question in make(200, 2, ["rules"]):
        for answer in question.answers:
            words = set(normalise(answer).split())
            assert words & set(normalise(question.text).split())
            assert len(answer) < 120


def test_mining_and_drawing_leave_them_whole(questions: list[Question]) -> None:
    some = questions[:300]
    pool = mine(some)
    rng = random.Random(1)
    for question, hard in zip(some, pool.hard, strict=True):
        assert hard == question.negatives
        own, *others = draw(question, hard, pool, rng, 300)
        assert (own.passage, own.answerable) == (question.passage, question.answerable)
        assert own.span == (question.spans[0] if question.spans else None)
        assert all(row.passage in question.negatives and not row.answerable and row.span is None for row in others)


def test_dressing_keeps_the_words() -> None:
    rng = random.Random(2)
    forms = {dressed("what is the fee of the Tavon Pro?", rng) for _ in range(300)}
    assert {
        "What is the fee of the Tavon Pro?",
        "What is the fee of the Tavon Pro",
        "what is the fee of the tavon pro?",
    } <= forms
    assert all("the fee of the tavon pro" in form.lower() for form in forms)


def test_distinct_values_do_not_contain_each_other() -> None:
    rng = random.Random(3)
    values = distinct(coined, 40, rng, ["Ma"])
    assert len(values) > 20
    assert not any(a != b and a.lower() in b.lower() for a in values for b in values)
    assert all("ma" not in value.lower() for value in values)
    assert "{" not in endpoint(rng)


def test_every_schema_asks_both_kinds() -> None:
    rng = random.Random(4)
    for name, schema in SCHEMAS.items():
        found = [question for _ in range(8) for question in about(schema, rng, name)]
        assert {question.answerable for question in found} == {True, False}
        assert all(question.group == name for question in found)


def test_texts_and_schemas_have_names_of_their_own() -> None:
    assert not SCHEMAS.keys() & TEXTS.keys()
    assert set(HELD_OUT) <= set(DOMAINS)
