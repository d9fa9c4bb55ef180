"""The verifier's rows, loss, mixture and files; one training of seconds that must improve what is measured."""

from __future__ import annotations

import json
import random
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from ragkit.errors import ModelError, UsageError
from ragkit.models.verifier import Calibration
from ragkit.models.verifier import VerifierModel as Compiled
from ragkit.tune.calibrate import UNFITTED, Found, fit
from ragkit.tune.claim_rows import Part, batches, part
from ragkit.tune.claims import LabelledClaim, load
from ragkit.tune.examples import NO_LABEL
from ragkit.tune.verifier import begin, configure, made, save_verifier, split, train_verifier
from ragkit.tune.verifier_model import ClaimRow, VerifierModel, collate, verifier_loss
from ragkit.verify.grounds import Grounds
from ragkit.verify.overlap import compare
from ragkit.verify.pairing import Pair, Pairing
from ragkit.verify.trained import Finding, TrainedVerifier

ROOMS = ["cellar", "attic", "garage", "stable", "pantry", "studio", "office", "chapel", "tower", "garden"]


def claim(number: int, *, true: bool) -> dict[str, object]:
    """Both words stand in the passage, so that the wording alone cannot tell true from false."""
    word = "Surely" if true else "Hardly"
    thing = f"the kettle {number} stands in the {ROOMS[number % 10]}"
    return {
        "claim": f"{word} {thing}.",
        "passages": [f"They say that {thing}. They say hardly, and they say surely. Nothing else is known of it."],
        "supported": true,
        "spans": [] if true else [[0, 6]],
        "group": f"g{number}",
    }


def user_file(path: Path, count: int) -> Path:
    rows = [claim(number, true=number % 2 == 0) for number in range(count)]
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def row(text: str, passage: str, supported: bool, spans: tuple[tuple[int, int], ...] | None) -> ClaimRow:
    ((pair,),) = Pairing([passage], Grounds([passage])).pieces(text, 64)
    return ClaimRow(pair, supported, spans)


def test_tokens_of_unsupported_spans_are_labelled() -> None:
    found = row("Zinc melts at 99 degrees.", "Zinc melts at 420 degrees.", False, ((14, 16),))
    assert found.labels == [0, 0, 0, 0, 1, 0, 0]
    assert row("Zinc melts.", "Zinc melts.", True, None).labels == [0] * 4
    assert row("Zinc melts.", "Zinc melts.", False, None).labels == [NO_LABEL] * 4


def test_a_batch_pads_and_keeps_claim_and_evidence_apart() -> None:
    rows = [row("Zinc is hot.", "Zinc is hot.", True, ()), row("It is.", "Lead is soft. " * 3, False, ((0, 2),))]
    batch = collate([(each,) for each in rows])
    assert batch.ids.shape == batch.types.shape == batch.tokens.shape == batch.attention.shape
    for number, each in enumerate(rows):
        first, length = each.pair.first, len(each.pair.ids)
        padding = [0] * (batch.ids.shape[1] - length)
        assert batch.types[number].tolist() == [0] * first + [1] * (length - first) + padding
        assert batch.tokens[number, 1 : first - 1].tolist() == each.labels
        assert batch.tokens[number, first - 1 :].eq(NO_LABEL).all()
        assert int(batch.attention[number].sum()) == length
    assert batch.supported.tolist() == [1.0, 0.0]


def test_loss_is_small_when_right_large_when_wrong_and_blind_to_unknown_tokens() -> None:
    rows = [row("Zinc is hot.", "Zinc.", True, ()), row("It is.", "Lead.", False, None)]
    batch = collate([(each,) for each in rows])
    support, tokens = torch.tensor([9.0, -9.0]), torch.full(batch.tokens.shape, -9.0)
    assert sum(verifier_loss((support, tokens), batch).values()) < 0.01
    assert sum(verifier_loss((-support, -tokens), batch).values()) > 15
    unknown = tokens.clone()
    unknown[1] = 9.0
    assert verifier_loss((support, unknown), batch)["tokens"] == verifier_loss((support, tokens), batch)["tokens"]


def test_of_twins_the_right_one_is_to_have_the_greater_logit() -> None:
    right, wrong = row("Zinc is hot.", "Zinc.", True, ()), row("Zinc is cold.", "Zinc.", False, ((8, 12),))
    batch = collate([(right,), (right, wrong)])
    assert batch.twins.tolist() == [[1, 2]]
    tokens = torch.zeros(batch.tokens.shape)

    def loss(*support: float) -> float:
        return float(verifier_loss((torch.tensor(support), tokens), batch)["twins"])

    assert loss(0.0, 9.0, -9.0) < 0.01
    assert loss(0.0, -9.0, 9.0) > 15
    assert loss(0.0, 3.0, 2.0) == loss(5.0, -3.0, -4.0)  # only the difference counts
    assert float(verifier_loss((torch.zeros(1), tokens[:1]), collate([(right,)]))["twins"]) == 0


def test_a_teacher_has_its_say_on_kept_rows_alone() -> None:
    kept = ClaimRow(row("Zinc is hot.", "Zinc.", True, ()).pair, True, (), kept=True)
    batch = collate([(kept,), (row("Zinc is hot.", "Zinc.", True, ()),)])
    tokens = torch.full(batch.tokens.shape, -9.0)
    doubting, sure = torch.tensor([-9.0, -9.0]), torch.tensor([9.0, 9.0])

    def loss(support: torch.Tensor, taught: torch.Tensor) -> float:
        return float(verifier_loss((support, tokens), batch, (taught, tokens))["support"])

    assert loss(sure, sure) < 0.01
    assert 2 < loss(sure, doubting) < 3  # half of the one row that it teaches is half right
    first, second = batch.where(torch.tensor([False, True])), batch.where(batch.kept)
    assert len(first.ids) == len(second.ids) == 1
    assert second.kept.all()
    assert not first.kept.any()


def test_a_batch_of_twins_stays_together_and_within_its_size() -> None:
    wrong = [ClaimRow(row.pair, False, ()) for row in rows_of(*"ghijkl")]
    pairs = tuple(zip(rows_of(*"abcdef"), wrong, strict=True))
    mixed = Part(((rows_of("aaaa"),), (rows_of("bbbb"),)), pairs, 1.0, 1.0)
    found = list(batches([mixed], 200, 5, random.Random(0), lambda: 0.0))
    assert max(len(batch.ids) for batch in found) <= 5
    assert sum(len(batch.twins) for batch in found) > 20
    for batch in found:
        for right, wrong in batch.twins.tolist():
            assert int(batch.ids[wrong, 1]) - int(batch.ids[right, 1]) == 6
            assert batch.supported[[right, wrong]].tolist() == [1.0, 0.0]


def rows_of(*texts: str) -> tuple[ClaimRow, ...]:
    return tuple(ClaimRow(Pair([101, *map(ord, text), 102, 102], [(0, 1)] * len(text)), True, ()) for text in texts)


def test_classes_are_drawn_equally_often_and_the_mixture_moves_with_progress() -> None:
    early = Part(((rows_of("aa"),), (rows_of("bb", "bc", "bd"), rows_of("be"))), (), 1.0, 0.0)
    late = Part(((rows_of("z"),),), (), 0.0, 1.0)
    rng = random.Random(0)
    drawn = [early.draw(rng)[0].pair.ids[1] for _ in range(400)]
    assert 150 < drawn.count(ord("a")) < 250

    def letters(done: float) -> set[int]:
        mixed = batches([early, late, Part((), (), 9.0, 9.0)], 100, 4, rng, lambda: done)
        return {int(batch.ids[0, 1]) for batch in mixed}

    first, last = letters(0.0), letters(1.0)
    assert ord("z") not in first
    assert last == {ord("z")}


def test_a_part_holds_each_sentence_by_class_and_set() -> None:
    text = "The pump runs on oil. It likes cheese."
    whole = LabelledClaim(text, ("The pump runs on oil.",), False, ((22, 38),), "s", "made")
    found = part([whole], (0.5, 0.25), 64)
    assert len(found) == 2
    assert (found.first, found.last) == (0.5, 0.25)
    assert [[len(rows) for rows in sets] for sets in found.classes] == [[1], [1]]
    assert not found.twins


def test_a_right_claim_and_the_wrong_one_right_after_it_are_twins(tmp_path: Path) -> None:
    claims = [
        {"claim": "The pump runs on oil.", "kind": "entity", "supported": True},
        {"claim": "The pump runs on gas.", "kind": "entity", "supported": False, "spans": [[17, 20]]},
        {"claim": "Nothing else drives it at all.", "kind": "short", "supported": True},
        {"claim": "It is painted in a deep green.", "kind": "detail", "supported": False, "spans": [[0, 30]]},
    ]
    passage = {"heading": "Drive", "text": "The pump runs on oil and on nothing else.", "questions": []}
    file = tmp_path / "documents.jsonl"
    file.write_text(json.dumps({"title": "Pumps", "passages": [passage], "claims": claims}))
    one, other, *rest = load(file)
    assert one.twin == other.twin != ""
    assert {each.twin for each in rest} == {""}
    found = part(load(file), (1.0, 1.0), 64, kept=True)
    assert [[each.supported for each in unit] for unit in found.twins] == [[True, False]]
    assert all(row.kept for sets in found.classes for rows in sets for row in rows)


def test_no_source_is_on_two_sides(tmp_path: Path) -> None:
    claims = load(user_file(tmp_path / "own.jsonl", 40))
    sides = split(claims, claims[:4], 0.4, 0)
    sources = [{each.source for each in side} for side in sides]
    assert all(sources)
    assert sum(map(len, sources)) == len(set().union(*sources))
    assert not {each.source for each in claims[:4]} & set().union(*sources)
    with pytest.raises(UsageError, match="too few"):
        split(claims[:3], [], 0.2, 0)


def test_claims_are_made_from_the_claims_own_passages(tmp_path: Path) -> None:
    claims = load(user_file(tmp_path / "own.jsonl", 20))
    found = made(claims, [], 0)
    assert len(found) == 20
    assert {passage for each in found for passage in each.passages} <= {p for each in claims for p in each.passages}


def found(support: float, worst: float, *, true: bool) -> Found:
    finding = Finding(support, (worst, -9.0), ((0, 4), (5, 9)), compare("Some text", Grounds(["Some text."])))
    return Found(LabelledClaim("Some text", ("x",), true, () if true else ((0, 4),), "s", "made"), finding)


def test_the_fit_follows_the_logits_and_finds_the_bar() -> None:
    rng = np.random.default_rng(0)
    seen = [found(float(rng.normal(1)), float(rng.normal(-2, 0.3)), true=True) for _ in range(80)]
    seen += [found(float(rng.normal(-1)), float(rng.normal(2, 0.3)), true=False) for _ in range(80)]
    fitted = fit(seen)
    assert fitted.support > 0 > fitted.token
    assert -1.5 < fitted.bar < 1.5
    assert seen[0].finding.probability(fitted) > 0.5 > seen[-1].finding.probability(fitted)
    assert fit(seen[:80]) == UNFITTED


def test_weights_survive_the_file_and_both_kinds_can_be_gone_on_from(tmp_path: Path) -> None:
    model = VerifierModel()
    save_verifier(tmp_path, {name: value.detach() for name, value in model.trained().items()})
    configure(tmp_path, calibration=asdict(Calibration(2.0, -1.0, 0.25, 0.5, 1.0)))
    assert Compiled(tmp_path).calibration.wording == 0.25
    assert "embeddings.word_embeddings.weight" not in load_file(tmp_path / "model.safetensors")
    other = VerifierModel()
    assert isinstance(begin(other, tmp_path), TrainedVerifier)
    assert torch.allclose(other.support.weight, model.support.weight, atol=1e-3)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"kind": "reader"}))
    assert not isinstance(begin(other, tmp_path), TrainedVerifier)
    (tmp_path / "config.json").write_text(json.dumps(config | {"sha256": "0"}))
    with pytest.raises(ModelError, match="altered"):
        begin(other, tmp_path)
    with pytest.raises(ModelError, match="no reader or verifier"):
        begin(other, tmp_path / "elsewhere")
    (tmp_path / "config.json").write_text(json.dumps(config | {"kind": "writer"}))
    with pytest.raises(ModelError, match="holds a writer"):
        begin(other, tmp_path)


@pytest.mark.trains
def test_training_improves_what_the_wording_cannot_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    out = tmp_path / "verifier"
    report = train_verifier([user_file(tmp_path / "own.jsonl", 64)], out, epochs=9.0, held_out=0.4, peak_rate=7e-4)
    before, after = report.before["sentence AUROC"].value, report.after["sentence AUROC"].value
    assert after > before + 0.2
    assert report.after["span F1"].value > report.before["span F1"].value
    assert report.rows > 0
    assert json.loads((out / "config.json").read_text())["figures"]["sentence AUROC"]["value"] == after
    text, passages = str(claim(1001, true=False)["claim"]), [str(p) for p in claim(1001, true=False)["passages"]]  # type: ignore[attr-defined]
    false, true = (TrainedVerifier(0.5, out).verify([said], passages)[0] for said in (text, "Surely" + text[6:]))
    assert false.score < true.score
    assert not list((tmp_path / "cache").rglob("checkpoint*"))
