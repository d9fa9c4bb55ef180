"""The embedder's loss and files; one training of seconds that must improve what is measured."""

from __future__ import annotations

import json
import random
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from ragkit.config import Ingest
from ragkit.errors import ModelError, UsageError
from ragkit.models.embedders import SentenceTransformersEmbedder
from ragkit.tune.embedder import SCALE, Pair, _batches, _step, contrast, train_embedder

JARGON = {"zorp": "annual leave", "quib": "travel expenses", "flen": "office keys", "mave": "sick notes"}
CITIES = ["Oslo", "Bonn", "Lyon", "Graz", "Turin", "Gent", "Porto", "Brno", "Leeds", "Basel"]


def jargon_file(path: Path) -> Path:
    """Questions in words that no model knows, about passages in plain words; every city is a group."""
    rows = [
        {
            "question": f"Who decides about the {word} in {city}?",
            "passage": f"In {city} the {plain} are a matter for the head of the site.",
            "answer": "the head of the site",
            "group": city,
        }
        for city in CITIES
        for word, plain in JARGON.items()
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


@pytest.mark.trains
def test_training_improves_search_for_unseen_questions(tmp_path: Path) -> None:
    out = tmp_path / "embedder"
    report = train_embedder(
        [jargon_file(tmp_path / "jargon.jsonl")], out, epochs=5, held_out=0.3, peak_rate=1e-4, rows=16
    )
    assert report.after["recall@1"].value > report.before["recall@1"].value
    assert report.after["MRR@10"].value > report.before["MRR@10"].value + 0.1
    assert report.after["MRR@10"].n == 12
    embedder = SentenceTransformersEmbedder(str(out), Ingest(), offline=True)
    query = embedder.embed_queries(["Who decides about the mave in Rome?"])
    near, far = embedder.embed_passages(
        ["In Rome the sick notes are a matter.", "In Rome the office keys are a matter."]
    )
    assert query[0] @ near > query[0] @ far
    assert json.loads((out / "figures.json").read_text())["after"]["MRR@10"]["n"] == 12


def test_the_loss_is_small_when_right_and_ignores_the_same_passage_again() -> None:
    queries, passages = torch.eye(2, 4), torch.eye(3, 4)
    own, none = torch.tensor([0, 1]), torch.zeros(2, 3, dtype=torch.bool)
    right = float(contrast(queries, passages, own, none))
    assert right < 0.01
    assert float(contrast(queries, passages, own.flip(0), none)) > SCALE / 2
    twice = torch.cat([passages, passages[:1]])
    same = torch.zeros(2, 4, dtype=torch.bool)
    assert float(contrast(queries, twice, own, same)) > 0.3
    same[0, 3] = True
    assert float(contrast(queries, twice, own, same)) == pytest.approx(right, abs=1e-3)


@pytest.mark.parametrize("faster", [True, False])
def test_bf16_is_used_only_where_it_is_faster(monkeypatch: pytest.MonkeyPatch, faster: bool) -> None:
    seen = []

    def embedded(model: SimpleNamespace, texts: list[str], kind: str) -> torch.Tensor:
        seen.append(torch.is_autocast_enabled(model.device.type))
        return torch.eye(len(texts), 4)

    monkeypatch.setattr("ragkit.tune.embedder._embedded", embedded)
    monkeypatch.setattr("ragkit.tune.device.bf16_is_faster", lambda: faster)
    _step(SimpleNamespace(device=torch.device("cpu")), [Pair("Who?", "They.", ())], random.Random(0))
    assert seen == [faster, faster]


def test_every_pair_comes_once_each_time_round() -> None:
    pairs = [Pair(str(number), "", ()) for number in range(7)]
    stream = _batches(pairs, 3, random.Random(0))
    for _ in range(2):
        batches = [next(stream) for _ in range(3)]
        assert [len(batch) for batch in batches] == [3, 3, 1]
        assert {pair.question for batch in batches for pair in batch} == set("0123456")


def test_what_cannot_be_trained_on_is_refused(tmp_path: Path) -> None:
    none = tmp_path / "none.jsonl"
    none.write_text('{"question": "Who?", "passage": "It rains."}\n' * 20)
    with pytest.raises(UsageError, match="too few"):
        train_embedder([none], tmp_path / "out")
    with pytest.raises(ModelError, match="no embedder"):
        train_embedder([jargon_file(tmp_path / "jargon.jsonl")], tmp_path / "out", start=tmp_path)
