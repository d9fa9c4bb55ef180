"""The reader's examples, loss, trainer and files; one training of seconds that must improve what is measured."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ragkit.errors import ModelError, UsageError
from ragkit.models import bundled
from ragkit.tune.assess import MAX_ANSWER_TOKENS, best_span, cases, read
from ragkit.tune.checkpoint import run_folder
from ragkit.tune.data import Question, find_spans, load
from ragkit.tune.examples import NO_LABEL, Corpus, Encoded, Row, batches, collate, draw, encode, masked
from ragkit.tune.model import ReaderModel, reader_loss
from ragkit.tune.negatives import Pool, mine
from ragkit.tune.reader import evaluate, load_reader, save_reader, train_reader
from ragkit.tune.strangers import with_strangers
from ragkit.tune.trainer import Plan, Trainer, between

THINGS = ["kettle", "ladder", "lantern", "barrel", "anchor", "hammer", "saddle", "basket", "violin", "mirror"]
ROOMS = ["cellar", "attic", "garage", "stable", "pantry", "studio", "office", "chapel", "tower", "garden"]


def questions(count: int) -> list[Question]:
    """Where things stand; every passage names a thing, its room and its price."""
    rng = random.Random(0)
    found = []
    for number in range(count):
        thing, room = rng.choice(THINGS), rng.choice(ROOMS)
        text = (
            f"The {thing} {number} stands in the {room}. It was bought in 19{number % 90 + 10} for {number + 3} crowns."
        )
        spans = find_spans(text, [f"the {room}"])
        found.append(
            Question(f"Where does the {thing} {number} stand?", text, spans, True, f"g{number // 10}", "House")
        )
    return found


def user_file(path: Path, count: int) -> Path:
    rows = [
        {"question": q.text, "passage": q.passage, "answers": list(q.answers), "group": q.group}
        for q in questions(count)
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


@given(st.integers(0, 10_000), st.integers(60, 400))
def test_drawn_spans_are_answers_and_negatives_hold_none(seed: int, window: int) -> None:
    asked = questions(30)
    pool = mine(asked)
    number = seed % len(asked)
    own, *others = draw(asked[number], pool.hard[number], pool, random.Random(seed), window)
    assert own.span is not None
    assert own.passage[slice(*own.span)] in asked[number].answers
    assert len(others) <= 1
    assert all(not row.answerable and row.span is None for row in others)


def test_draws_have_positives_and_negatives_about_five_to_three() -> None:
    asked, rng = questions(30), random.Random(1)
    pool = mine(asked)
    rows = [row for n in range(300) for row in draw(asked[n % 30], pool.hard[n % 30], pool, rng, 300)]
    assert 300 + 130 < len(rows) < 300 + 230
    assert len({row.question for row in rows if not row.answerable}) > 15


def test_tokens_of_a_span_decode_to_it() -> None:
    tokenizer = bundled.tokenizer()
    row = Row("Where?", "It stands in the cellar.", (13, 23), True)
    (item,) = encode(tokenizer, [row], 64)
    first, last = item.labels
    assert tokenizer.decode(item.ids[first : last + 1]) == "the cellar"
    assert item.ids[0] == 101
    assert item.ids[item.first - 1] == item.ids[-1] == 102


def test_labels_of_what_is_unknown_cut_or_absent() -> None:
    tokenizer = bundled.tokenizer()
    rows = [Row("Q", "a b", None, False), Row("Q", "a b", None, True), Row("Q", "one two three four", (14, 18), True)]
    absent, unknown, cut = (item.labels for item in encode(tokenizer, rows, 6))
    assert absent == (0, 0)
    assert unknown == cut == (NO_LABEL, NO_LABEL)


def test_batches_keep_a_question_together_and_fit_the_window() -> None:
    corpus = Corpus(questions(40), mine(questions(40)), 1.5)
    found = list(batches(bundled.tokenizer(), [corpus], 8, 48, random.Random(0), lambda: 200))
    assert max(batch.ids.shape[1] for batch in found) <= 48
    assert sum(int((batch.answerable > 0).sum()) for batch in found) == pytest.approx(60, abs=12)
    for batch in found:
        assert batch.groups.diff().min() >= 0
        assert torch.equal(batch.types * (batch.ids > 0), batch.types)


def test_masks_hide_some_tokens_of_half_of_the_rows_and_never_the_answer() -> None:
    torch.manual_seed(0)
    rows = [Row("Where does it stand today?", "It stands in the cellar, as it did before. " * 5, (13, 23), True)] * 200
    batch = collate(encode(bundled.tokenizer(), rows, 80), range(200))
    hidden = masked(batch).ids == 103
    assert 0.4 < hidden.any(1).float().mean() < 0.6
    assert 0.03 < hidden[batch.attention > 0].float().mean() < 0.09
    first, last = batch.starts[0], batch.ends[0]
    assert not hidden[:, first - 1 : last + 2].any()
    assert not hidden[batch.ids <= 103].any()


def test_written_out_forward_equals_that_of_transformers() -> None:
    model = ReaderModel().eval()
    rows = [Row("Where?", "In the cellar.", None, False), Row("When was it bought?", "Long ago. " * 9, None, False)]
    batch = collate(encode(bundled.tokenizer(), rows, 64), [0, 1])
    with torch.inference_mode():
        ours = model._states(batch)
        theirs = model.encoder(batch.ids, attention_mask=batch.attention, token_type_ids=batch.types)[0]
    inside = batch.attention.bool()
    assert torch.allclose(ours[inside], theirs[inside], atol=1e-4)


def test_loss_is_small_when_right_and_large_when_wrong() -> None:
    rows = [Row("Where?", "In the cellar.", (3, 13), True), Row("Where?", "No idea.", None, False)]
    batch = collate(encode(bundled.tokenizer(), rows, 64), [0, 0])
    starts = torch.nn.functional.one_hot(batch.starts, batch.ids.shape[1]) * 20.0
    ends = torch.nn.functional.one_hot(batch.ends, batch.ids.shape[1]) * 20.0
    right = torch.tensor([9.0, -9.0])
    assert sum(reader_loss(starts, ends, right, batch).values()) < 0.01
    assert sum(reader_loss(starts, ends, -right, batch).values()) > 9


def test_best_span_is_ordered_short_enough_and_inside() -> None:
    offsets = [(n, n + 1) for n in range(60)]
    item = Encoded(Row("q", "x" * 60, None, False), [0] * 63, 2, offsets)
    starts, ends = np.zeros(63), np.zeros(63)
    starts[2], ends[61], starts[1] = 5, 4, 99
    text, margin = best_span(item, starts, ends)
    assert len(text) <= MAX_ANSWER_TOKENS
    assert margin == 5.0
    assert best_span(Encoded(Row("q", "", None, False), [0, 0], 1, []), starts, ends) == ("", 0.0)


def test_weights_survive_the_file_and_a_change_is_noticed(tmp_path: Path) -> None:
    model = ReaderModel()
    save_reader(tmp_path, dict(model.trained()), np.array([1.0, 2.0, 3.0]), {})
    tensors, coefficients = load_reader(tmp_path)
    ReaderModel().load(tensors)
    assert list(coefficients) == [1.0, 2.0, 3.0]
    assert "embeddings.word_embeddings.weight" not in tensors
    assert tensors["span.weight"].shape == (2, 384)
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"?")
    with pytest.raises(ModelError, match="altered"):
        load_reader(tmp_path)
    with pytest.raises(ModelError, match="no reader"):
        load_reader(tmp_path / "elsewhere")
    with pytest.raises(ModelError, match="do not fit"):
        model.load({"span.weight": torch.zeros(2, 384)})


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    asked = questions(12)
    corpora, plan = [Corpus(asked, mine(asked))], Plan(epochs=1, rows=8, accumulate=1, bf16=False)
    first = Trainer(ReaderModel(), corpora, plan, tmp_path)
    first.train()
    second = Trainer(ReaderModel(), corpora, plan, tmp_path)
    second.resume()
    assert (second.step, second.rows) == (first.step, first.rows)
    assert torch.equal(second.masters["span.weight"], first.masters["span.weight"])
    assert second.progress == 1.0
    second.forget()
    fresh = Trainer(ReaderModel(), corpora, plan, tmp_path)
    fresh.resume()
    assert fresh.step == 0


def test_other_data_and_another_share_begin_anew(tmp_path: Path) -> None:
    data = tmp_path / "data.jsonl"
    data.write_text("one")
    first = run_folder("reader", [data], None, [0.1])
    assert run_folder("reader", [data], None, [0.1]) == first
    assert run_folder("reader", [data], None, [0.5]) != first
    data.write_text("two")
    assert run_folder("reader", [data], None, [0.1]) != first


@pytest.mark.trains
def test_training_improves_spans_and_no_answer_on_unseen_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    out = tmp_path / "reader"
    report = train_reader([user_file(tmp_path / "house.jsonl", 150)], out, epochs=3.0, held_out=0.3, peak_rate=5e-4)
    assert report.after["span F1"].value > report.before["span F1"].value + 0.2
    assert report.after["AUROC"].value > report.before["AUROC"].value
    model = ReaderModel()
    model.load(load_reader(out)[0])
    found = cases(questions(3), Pool(((), (), ()), (), {}))
    assert len(read(model, [case.row for case in found])) == len(found)
    assert report.rows > 0
    assert not list((tmp_path / "cache").rglob("checkpoint*"))


def test_too_few_questions_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="too few"):
        train_reader([user_file(tmp_path / "tiny.jsonl", 1)], tmp_path / "out")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_of_few_held_out_passages_one_is_measured(count: int) -> None:
    asked = questions(count)
    assert "span F1" in evaluate(ReaderModel(), cases(asked, mine(asked), 0), None).table


def document(title: str, *told: str) -> dict[str, object]:
    """A document of passages that each tell of a thing; the question asks for what stands behind the last space."""
    passages = []
    for text in told:
        asked, answer = text.rsplit(" ", 1)
        passages.append({"heading": "", "text": text, "questions": [{"question": f"{asked} what?", "answer": answer}]})
    return {"title": title, "passages": passages}


def test_near_passages_of_other_documents_become_negatives(tmp_path: Path) -> None:
    file = tmp_path / "documents.jsonl"
    documents = [
        document("Pumps", "The pump of the cellar needs oil of grade 40", "The gate is green"),
        document("Boilers", "The pump of the boiler needs oil of grade 30", "Cats sleep on sofas"),
        document("Mills", "The pump of the mill needs oil of grade 40", "Trains leave at noon"),
    ]
    file.write_text("\n".join(map(json.dumps, documents)))
    asked = load(file)
    (found,) = with_strangers([asked], 1)
    pump = found[0]
    assert pump.negatives[:-1] == asked[0].negatives
    assert "grade 30" in pump.negatives[-1]  # the nearer one says 40, which is the answer
    assert with_strangers([asked[:2]], 1) == [asked[:2]]  # one document has no strangers


def test_the_mean_of_two_sets_of_weights() -> None:
    after, before = {"a": torch.tensor([4.0])}, {"a": torch.tensor([0.0])}
    assert [float(between(after, before, share)["a"]) for share in (0.0, 0.25, 1.0)] == [4.0, 3.0, 0.0]
