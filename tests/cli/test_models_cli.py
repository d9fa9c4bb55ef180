"""``ragkit models``: what ships, and that what is exported is the model that ragkit runs."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from ragkit.cli.exits import Exit
from ragkit.errors import ModelError, UsageError
from ragkit.models import bundled, catalogue
from ragkit.models import export as exports
from ragkit.models.minilm import MiniLMEmbedder
from ragkit.models.reader import SHIPPED, ReaderModel
from ragkit.models.verifier import VerifierModel
from tests.cli.conftest import run_ragkit

QUESTION = "How many channels does the gateway have?"
PASSAGE = "The gateway has eight channels and needs 12 W. It was sold until 2019."


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "reader"
    done = run_ragkit("models", "export", "reader", folder, cwd=folder.parent)
    assert done.code == Exit.ANSWERED, done.err
    assert str(folder) in done.out
    return folder


def test_list_names_what_ships_and_that_it_is_intact(tmp_path: Path) -> None:
    done = run_ragkit("models", "list", cwd=tmp_path)
    assert done.code == Exit.ANSWERED, done.err
    for name in ("embedder", "reader"):
        (row,) = [line for line in done.out.splitlines() if line.startswith(name)]
        assert "intact" in row
    models = {model["name"]: model for model in json.loads(run_ragkit("models", "list", "--json", cwd=tmp_path).out)}
    assert models["embedder"]["sha256"] == bundled.SHA256
    assert models["reader"]["size"] == (SHIPPED / "model.safetensors").stat().st_size
    assert all(set(model) == {"name", "use", "size", "sha256", "intact"} for model in models.values())
    assert all(model["use"] for model in models.values())


def test_altered_truncated_and_missing_weights_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, weights in (("reader", b"other"), ("writer", None), ("verifier", b"")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text('{"sha256": "00"}' if name != "verifier" else '{"sha')
        if weights is not None:
            (tmp_path / name / "model.safetensors").write_bytes(weights)
    monkeypatch.setattr(catalogue, "WEIGHTS", tmp_path)
    assert {model.name: model.intact for model in catalogue.models()} == {
        "embedder": True, "reader": False, "verifier": False, "writer": False,
    }  # fmt: skip
    with pytest.raises(ModelError, match="altered"):
        catalogue.export("reader", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_export_refuses_other_names_and_folders_that_hold_something(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Did you mean 'reader'"):
        catalogue.export("raeder", tmp_path / "out")
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(UsageError, match="not empty"):
        catalogue.export("reader", tmp_path)
    with pytest.raises(UsageError, match="not empty"):
        catalogue.export("reader", tmp_path / "mine.txt")
    with pytest.raises(ModelError, match="There is no reader"):
        exports.reader(tmp_path / "out", tmp_path)


def test_the_exported_reader_is_what_transformers_and_ragkit_both_run(exported: Path) -> None:
    import torch
    from safetensors.torch import load_file
    from transformers import AutoTokenizer, BertForQuestionAnswering

    model, loading = BertForQuestionAnswering.from_pretrained(exported, output_loading_info=True)
    assert not loading["missing_keys"]
    assert not loading["unexpected_keys"]
    inputs = AutoTokenizer.from_pretrained(exported)(QUESTION, PASSAGE, return_tensors="pt")
    with torch.no_grad():
        out = model.eval()(**inputs, output_hidden_states=True)
    first = int((inputs["token_type_ids"][0] == 1).nonzero()[0])
    (reading,) = ReaderModel().read(QUESTION, [PASSAGE])
    for ours, theirs in ((reading.starts, out.start_logits), (reading.ends, out.end_logits)):
        # ours are normalised; what is compared are logits up to a constant, where they matter
        expected = torch.log_softmax(theirs[0, first:-1], 0).numpy()
        likely = expected > -7
        assert np.log(np.maximum(ours, 1e-9))[likely] == pytest.approx(expected[likely], abs=0.25)
        assert int(ours.argmax()) == int(expected.argmax())
    head, fit = load_file(exported / exports.RELEVANCE), model.config.ragkit["calibration"]
    relevance = float(out.hidden_states[-1][0, 0] @ head["weight"][0] + head["bias"][0])
    inner = out.start_logits[0, first:-1].max() + out.end_logits[0, first:-1].max()
    margin = float(inner - out.start_logits[0, 0] - out.end_logits[0, 0])
    odds = fit["bias"] + fit["relevance"] * relevance + fit["margin"] * margin
    assert reading.answerable == pytest.approx(1 / (1 + np.exp(-odds)), abs=0.03)


def test_an_exported_verifier_has_the_token_logits_that_ragkit_has(tmp_path: Path) -> None:
    import torch
    from safetensors.numpy import save_file
    from transformers import AutoTokenizer, BertForTokenClassification

    rng, source = np.random.default_rng(0), tmp_path / "own"
    source.mkdir()
    heads = {f"{name}.weight": rng.normal(0, 0.3, (1, 384)) for name in ("support", "token")}
    heads |= {f"{name}.bias": np.ones(1) for name in ("support", "token")}
    save_file({name: value.astype(np.float16) for name, value in heads.items()}, source / "model.safetensors")
    config = {
        "kind": "verifier",
        "base_sha256": bundled.SHA256,
        "sha256": hashlib.sha256((source / "model.safetensors").read_bytes()).hexdigest(),
        "max_tokens": 96,
        "calibration": {"support": 1.0, "token": 0.0, "wording": 0.0, "bias": 0.0, "bar": 0.0},
    }
    (source / "config.json").write_text(json.dumps(config))
    exports.verifier(tmp_path / "out", source)
    model, loading = BertForTokenClassification.from_pretrained(tmp_path / "out", output_loading_info=True)
    assert not loading["missing_keys"]
    assert not loading["unexpected_keys"]
    inputs = AutoTokenizer.from_pretrained(tmp_path / "out")(QUESTION, PASSAGE, return_tensors="pt")
    with torch.no_grad():
        logits = model.eval()(**inputs).logits[0, :, 0].numpy()
    first = int((inputs["token_type_ids"][0] == 1).nonzero()[0])
    (judged,) = VerifierModel(source).judge([(inputs["input_ids"][0].tolist(), first)])
    assert judged.tokens == pytest.approx(logits[1 : first - 1], abs=0.1)
    with pytest.raises(ModelError, match="There is no verifier"):
        exports.verifier(tmp_path / "none", tmp_path)


def test_the_exported_folder_is_complete(exported: Path) -> None:
    names = {path.name for path in exported.iterdir()}
    assert {"config.json", "model.safetensors", "README.md", *exports.TOKENIZER} <= names
    card = (exported / "README.md").read_text(encoding="utf-8")
    assert "Training data" in card
    assert "## Loading" in card
    assert "/" not in json.loads((exported / "config.json").read_text()).get("_name_or_path", "")


def test_the_exported_embedder_embeds_as_ragkit_does(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    catalogue.export("embedder", tmp_path / "embedder")
    theirs = SentenceTransformer(str(tmp_path / "embedder"), local_files_only=True).encode([PASSAGE])
    assert float((MiniLMEmbedder().embed_passages([PASSAGE]) @ theirs[0])[0]) > 0.999


def test_a_folder_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = run_ragkit("models", "export", "reader", "file/out", cwd=tmp_path)
    assert done.code == 2
    assert "file is a file" in done.err
