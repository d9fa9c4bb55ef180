"""The reader at run time, on weights that the test makes: the base encoder with random heads."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from ragkit.errors import ModelError
from ragkit.models import bundled
from ragkit.models.reader import ReaderModel

QUESTION = "How many channels does the gateway have?"
PASSAGES = [
    "The gateway has eight channels and needs 12 W.",
    "Employees in Germany have 30 days of annual leave. " * 30,
    "",
    "短い文 and ünïcode",
]


def write_reader(folder: Path, **changes: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    heads = {
        "span.weight": rng.normal(0, 0.3, (2, 384)),
        "span.bias": np.zeros(2),
        "relevance.weight": rng.normal(0, 0.1, (1, 384)),
        "relevance.bias": np.zeros(1),
    }
    save_file({name: value.astype(np.float16) for name, value in heads.items()}, folder / "model.safetensors")
    config = {
        "kind": "reader",
        "base_sha256": bundled.SHA256,
        "sha256": hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest(),
        "max_tokens": 96,
        "calibration": {"bias": 0.0, "relevance": 1.0, "margin": 0.0},
        **changes,
    }
    (folder / "config.json").write_text(json.dumps(config))
    return folder


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> ReaderModel:
    return ReaderModel(write_reader(tmp_path_factory.mktemp("reader")))


def test_it_computes_what_torch_computes(reader: ReaderModel) -> None:
    import torch
    from safetensors.torch import load_file
    from transformers import AutoTokenizer, BertModel

    encoder = BertModel.from_pretrained(bundled.folder(), add_pooling_layer=False).eval()
    inputs = AutoTokenizer.from_pretrained(bundled.folder())(QUESTION, PASSAGES[0], return_tensors="pt")
    heads = {name: tensor.float() for name, tensor in load_file(reader._folder.path / "model.safetensors").items()}
    with torch.no_grad():
        hidden = encoder(**inputs)[0][0]
    relevance = float(hidden[0] @ heads["relevance.weight"][0])
    first = int((inputs["token_type_ids"][0] == 1).nonzero()[0])
    starts = torch.softmax((hidden @ heads["span.weight"][0])[first:-1], 0).numpy()
    (reading,) = reader.read(QUESTION, PASSAGES[:1])
    assert reading.answerable == pytest.approx(1 / (1 + np.exp(-relevance)), abs=0.01)
    assert reading.starts == pytest.approx(starts, abs=0.02)


def test_one_reading_for_each_passage_and_spans_within_it(reader: ReaderModel) -> None:
    readings = reader.read(QUESTION, PASSAGES)
    assert len(readings) == len(PASSAGES)
    for reading, passage in zip(readings, PASSAGES, strict=True):
        assert 0 <= reading.start <= reading.end <= len(passage)
        assert 0 <= reading.answerable <= 1
    assert readings[2].answerable == 0


def test_a_long_passage_is_read_to_its_end(reader: ReaderModel) -> None:
    (reading,) = reader.read(QUESTION, [PASSAGES[1]])
    first, last = int(reading.offsets[0][0]), int(reading.offsets[-1][1])
    assert 0 < last - first < len(PASSAGES[1])
    from ragkit.models.reader import in_windows

    windows = list(in_windows(QUESTION, PASSAGES[:2], 96))
    of_long = [window for window in windows if window.passage == 1]
    assert len(of_long) > 1
    assert all(len(window.ids) <= 96 for window in windows)
    assert of_long[0].offsets[0][0] == 0
    assert of_long[-1].offsets[-1][1] == len(PASSAGES[1].rstrip())
    covered = {offset for window in of_long for offset in window.offsets}
    assert len(covered) == len(bundled.tokenizer().encode(PASSAGES[1], add_special_tokens=False).ids)


def test_identical_passages_read_the_same(reader: ReaderModel) -> None:
    one, other, *_ = reader.read(QUESTION, [PASSAGES[0]] * 20)
    assert one.answerable == pytest.approx(other.answerable, abs=1e-3)
    assert (one.start, one.end) == (other.start, other.end)


def test_the_shares_of_sentences_are_probabilities_that_fall_with_the_text(reader: ReaderModel) -> None:
    (reading,) = reader.read(QUESTION, PASSAGES[:1])
    whole = reading.share(0, len(PASSAGES[0]))
    assert whole == pytest.approx(1, abs=1e-3)
    assert 0 <= reading.share(0, 11) <= whole


def test_nothing_to_read(reader: ReaderModel) -> None:
    assert reader.read(QUESTION, []) == []
    assert reader.read("", PASSAGES[:1])[0].answerable >= 0


def test_a_question_longer_than_the_window_leaves_room_to_read(reader: ReaderModel) -> None:
    assert reader.read("why " * 500, PASSAGES[:1])[0].end > 0


def test_missing_and_altered_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no reader"):
        ReaderModel(tmp_path / "none")
    altered = write_reader(tmp_path / "altered")
    with (altered / "model.safetensors").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelError, match="altered"):
        ReaderModel(altered).load()
    (altered / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="There is no reader"):
        ReaderModel(altered).load()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"base_sha256": "0" * 64}, "trained from another base"),
        ({"kind": "verifier"}, "no reader .*holds a verifier"),
        ({"max_tokens": None}, "not a reader's"),
        ({"calibration": {"bias": 0.0, "relevance": 1.0}}, "no reader .*has no margin"),
    ],
)
def test_a_configuration_that_is_not_this_models_is_refused(
    changes: dict[str, object], says: str, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match=says) as raised:
        ReaderModel(write_reader(tmp_path, **changes))
    assert raised.value.hint


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": "reader"}'])
def test_what_is_no_configuration_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(ModelError, match="There is no reader") as raised:
        ReaderModel(tmp_path)
    assert "ragkit tune reader" in raised.value.hint
