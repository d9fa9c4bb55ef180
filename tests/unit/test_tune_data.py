"""Reading labelled questions, splitting them and mining what looks like an answer."""

from __future__ import annotations

import gzip
import itertools
import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit.errors import UsageError
from ragkit.squad import normalise
from ragkit.tune.data import Question, find_spans, hold_out, hold_out_of_each, load, without
from ragkit.tune.negatives import BM25, exchanged, lacks, mine, near_miss, sentences

PASSAGE = "The pump room opens at 7:30. Visitors need a badge from Nora Field. Parking is free after six."


def question(text: str = "Who hands out badges?", answer: str = "Nora Field", **changes: object) -> Question:
    values = {"passage": PASSAGE, "spans": find_spans(PASSAGE, [answer]), "answerable": True, "group": "g"} | changes
    return Question(text, **values)  # type: ignore[arg-type]


def squad(article: str, context: str, answer: str, **extra: object) -> dict[str, object]:
    qa = {
        "id": "1",
        "question": " Who?  ",
        "answers": [{"text": answer, "answer_start": context.find(answer)}],
        **extra,
    }
    return {"title": article, "paragraphs": [{"context": context, "qas": [qa]}]}


def test_squad_keeps_every_annotator_and_marks_the_impossible(tmp_path: Path) -> None:
    first = squad("Pump_room", PASSAGE, "Nora Field")
    second = squad("Room_2", PASSAGE, "badge", is_impossible=True)
    path = tmp_path / "house.json"
    path.write_text(json.dumps({"data": [first, second]}))
    one, two = load(path)
    assert (one.text, one.answers, one.title, one.group) == ("Who?", ("Nora Field",), "Pump room", "house/Pump_room")
    assert one.answerable
    assert not two.answerable
    assert two.title == ""


def test_a_wrong_offset_is_found_again(tmp_path: Path) -> None:
    article = squad("A", PASSAGE, "Nora Field")
    article["paragraphs"][0]["qas"][0]["answers"][0]["answer_start"] = 3  # type: ignore[index]
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"data": [article]}))
    assert load(path)[0].answers == ("Nora Field",)


@pytest.mark.parametrize(
    ("passage", "answer", "start"),
    [
        ("Up to 15 bar, or 1.5 bar, or 5.2; never 5.", "5", 40),
        ("The heat. He left.", "he", 10),
        ("年假是27天。", "27天", 3),
        ("Costs 12€ or €12.", "€12", 13),
        ("Subheading", "head", 3),
    ],
)
def test_an_answer_is_found_as_a_word_before_it_is_found_within_one(passage: str, answer: str, start: int) -> None:
    assert find_spans(passage, [answer, " "]) == ((start, start + len(answer)),)


def test_oracle_lines_without_their_answer_are_left_out(tmp_path: Path) -> None:
    rows = [
        {"question": "who has badges", "answers": ["nora field"], "ctxs": [{"title": "T", "text": PASSAGE}]},
        {"question": "who else", "answers": ["nobody known"], "ctxs": [{"title": "T", "text": PASSAGE}]},
    ]
    path = tmp_path / "o.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    (only,) = load(path)
    assert only.answers == ("Nora Field",)


def test_pairs_have_relevance_and_no_span(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("premise,hypothesis,label\nWho?,Nora is.,entailment\nWho?,It rains.,not_entailment\n")
    yes, no = load(path)
    assert (yes.answerable, no.answerable, yes.spans) == (True, False, ())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("p.csv", "premise,hypothesis,label\nWho?,Nora is.,entailment\n"),
        ("a.json", json.dumps({"data": [squad("A", PASSAGE, "Nora Field")]})),
        ("u.jsonl", json.dumps({"question": "Who?", "passage": PASSAGE, "answer": "Nora Field"})),
        ("o.jsonl.gz", json.dumps({"question": "who", "answers": ["a"], "ctxs": [{"title": "T", "text": PASSAGE}]})),
    ],
)
def test_a_byte_order_mark_is_no_part_of_the_data(tmp_path: Path, name: str, text: str) -> None:
    found = []
    for written in (text, f"\ufeff{text}"):
        data = written.encode()
        (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        found.append(load(tmp_path / name))
    assert found[0] == found[1]


def test_users_lines_take_the_passage_with_the_answer_and_keep_the_others(tmp_path: Path) -> None:
    rows = [
        {"question": "Who?", "passages": ["It rains.", PASSAGE], "answers": ["Nora Field"]},
        {"question": "When?", "passage": "It rains.", "answers": []},
    ]
    path = tmp_path / "u.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    who, when = load(path)
    assert (who.passage, who.negatives, who.answers) == (PASSAGE, ("It rains.",), ("Nora Field",))
    assert (when.answerable, when.passage) == (False, "It rains.")


def test_a_line_may_be_a_document_whose_other_passages_do_not_answer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    asked = [{"question": "Who runs it?", "answer": "Nora"}, {"question": "Since when?", "answer": ""}]
    gone = [{"question": "Whose?", "answer": "Otto's"}]
    gone += [{"question": "What comes down?", "answer": "Rain"}]
    passages = [{"heading": "Nora", "text": "It is run by Nora.", "questions": asked}]
    passages += [{"heading": "Rain", "text": "It pours.", "questions": gone}]
    path = tmp_path / "d.jsonl"
    path.write_text(json.dumps({"title": "Mill", "passages": passages}))
    who, when, headed = load(path)
    assert (who.passage, who.negatives) == ("Mill > Nora\nIt is run by Nora.", ("Mill > Rain\nIt pours.",))
    assert who.spans == ((25, 29),)
    assert headed.spans == ((7, 11),)
    assert (who.whole, when.answerable, when.group) == (True, False, who.group)
    assert "1 lines are left out" in caplog.text


def test_users_simplest_lines_have_one_answer_or_none(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows = [
        {"question": "Who?", "passage": PASSAGE, "answer": "nora field"},
        {"question": "When?", "passage": PASSAGE, "answer": ""},
        {"question": "Where?", "passage": PASSAGE, "answer": None},
        {"question": "Why?", "passage": PASSAGE},
        {"question": "Whose?", "passage": PASSAGE, "answer": "Somebody's"},
    ]
    path = tmp_path / "u.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    assert [(found.text, found.answers) for found in load(path)] == [
        ("Who?", ("Nora Field",)),
        ("When?", ()),
        ("Where?", ()),
        ("Why?", ()),
    ]
    assert "1 lines are left out" in caplog.text
    assert "first line 5" in caplog.text


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("a.jsonl", '{"question": "x"}', "line 1"),
        ("a.jsonl", "\n[1]", "line 2"),
        ("a.jsonl", '{"question": "x", "passage": "y", "answer": 7}', "line 1"),
        ("a.jsonl", '{"question": "x", "passage": "y z", "answers": "y"}', '"answers"'),
        ("a.jsonl", '{"question": "x", "passages": "y z"}', '"passages"'),
        ("a.jsonl", '{"question": "x", "passages": []}', "line 1"),
        ("a.jsonl", '{"question": "x", "passage": "y", "answer": "z"}', "no questions"),
        ("a.json", "{}", "data"),
        ("a.jsonl", "", "no questions"),
        ("a.parquet", "x", "known"),
    ],
)
def test_bad_files_say_where(tmp_path: Path, name: str, text: str, word: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(UsageError, match=word):
        load(path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "premise,hypothesis,label\nWho?,Nora does.,entailment\n"),
        ("a.jsonl", '{"question": "Who?", "passage": "Nora does.", "answer": "Nora"}\n'),
        ("a.json", json.dumps({"data": [squad("A", PASSAGE, "badge")]})),
    ],
)
def test_a_byte_order_mark_is_no_part_of_a_file(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8-sig")
    assert load(path)[0].text == "Who?"


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        load(tmp_path / "nowhere.jsonl")


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 9)), min_size=4), st.integers(0, 5))
def test_no_group_and_no_passage_on_both_sides(places: list[tuple[str, int]], seed: int) -> None:
    asked = [Question("q", f"p{number}", (), True, group) for group, number in places]
    train, kept = hold_out(asked, 0.3, seed)
    assert not {q.passage for q in train} & {q.passage for q in kept}
    if len({q.group for q in asked}) > 1:
        assert not {q.group for q in train} & {q.group for q in kept}


@pytest.mark.parametrize(("groups", "held"), [(2, 1), (3, 1), (20, 3)])
def test_of_few_groups_one_is_held_out(groups: int, held: int) -> None:
    asked = [Question("q", f"p{number}", (), True, f"g{number % groups}") for number in range(60)]
    train, kept = hold_out(asked, 0.15, 0)
    assert (len({q.group for q in train}), len({q.group for q in kept})) == (groups - held, held)


def test_no_passage_that_a_file_holds_out_is_trained_on_in_another() -> None:
    asked = [Question("q", f"p{number}", (), True, f"g{number}") for number in range(40)]
    other = [Question("r", f"P{number} \n", (), True, f"h{number}") for number in range(40)]
    splits = hold_out_of_each([asked, other], 0.2, 0)
    held = {normalise(q.passage) for _, kept in splits for q in kept}
    assert [len(kept) for _, kept in splits] == [8, 8]
    assert held.isdisjoint(normalise(q.passage) for train, _ in splits for q in train)


def test_what_was_seen_is_left_out_by_question_or_passage() -> None:
    asked = [question("One?"), question("Two?"), question("Three?", passage="Other.", spans=())]
    assert without(asked, ["the ONE", "other"]) == [asked[1]]


def test_bm25_puts_the_passage_with_the_rare_word_first() -> None:
    index = BM25(["the cat sat", "the dog sat on loggers", "the bird"])
    assert index.search("the logger", 3)[0] == 1
    assert index.search("zebra", 3) == []


@given(st.text(alphabet="ab. !?\n", max_size=60))
def test_sentences_cover_all_but_white_space(text: str) -> None:
    spans = sentences(text)
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(spans))
    covered = "".join(text[start:end] for start, end in spans)
    assert "".join(covered.split()) == "".join(text.split())


def test_near_miss_takes_the_answer_out_and_nothing_else() -> None:
    rest = near_miss(question())
    assert rest == "The pump room opens at 7:30. Parking is free after six."
    repeated = PASSAGE + " Ask for nora field."
    assert near_miss(question(passage=repeated)) is None
    assert lacks(rest, ["Nora Field"])


def test_exchanged_swaps_like_for_like() -> None:
    rng = random.Random(0)
    assert (
        exchanged("When did the Nile flood?", ["Nile", "1999", "Rhine"], "the Nile", rng) == "When did the Rhine flood?"
    )
    assert exchanged("When did it flood?", ["Rhine"], "", rng) is None
    assert exchanged("When did the Nile flood?", ["Nile", "7"], "", rng) is None


def test_mined_passages_lack_the_answer_and_stay_in_a_large_article() -> None:
    big = [f"Pump {n} stands in hall {n}. It weighs {n}00 kg." for n in range(9)]
    asked = [Question(f"How heavy is pump {n}?", text, find_spans(text, [f"{n}00 kg"]), True, "big") for n, text in
             enumerate(big)]  # fmt: skip
    asked.append(
        Question("How heavy is the pump in the field?", "A pump in a field: 5 kg.", ((20, 24),), True, "small")
    )
    pool = mine(asked)
    assert set(pool.hard[3]) <= set(big) - {big[3]}
    assert pool.hard[3]
