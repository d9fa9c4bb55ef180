"""A cross-encoder by name: wired by a setting, loaded when it is needed, and refused when it is none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ragkit import testing
from ragkit.errors import ModelError, UsageError
from ragkit.retrieve.crossencoder import CrossEncoderReranker
from ragkit.types import Document
from tests.cross_encoder_models import save_cross_encoder

TEXTS = ["The gateway needs 12 W.", "Leave is applied for in Burrow.", "Employees in Germany have 30 days of leave."]


def test_a_setting_names_it_and_explain_tells_its_score(tmp_path: Path) -> None:
    model = save_cross_encoder(tmp_path / "model")
    settings = {"retrieve.reranker": f"cross-encoder:{model}", "retrieve.rerank_weight": 9.0, "offline": True}
    with testing.kit(tmp_path / ".ragkit", settings=settings) as kit:
        kit.ingest([Document(f"{number}.md", text) for number, text in enumerate(TEXTS)])
        found = kit.explain("how many days of annual leave?", 3)
    assert found[0].hit.chunk.uri == "2.md"
    assert [each.trace.rerank is not None for each in found] == [True, True, True]


def test_without_a_model_it_says_how_to_name_one(tmp_path: Path) -> None:
    with testing.kit(tmp_path / ".ragkit", settings={"retrieve.reranker": "cross-encoder"}) as kit:
        kit.ingest([Document("a.md", "text")])
        with pytest.raises(UsageError, match="cross-encoder needs a model"):
            kit.search("text")


def test_offline_an_id_that_is_not_on_this_machine_is_refused() -> None:
    with pytest.raises(ModelError, match="not on this machine, and ragkit is offline"):
        CrossEncoderReranker("nobody/no-such-cross-encoder", offline=True)


def test_a_folder_that_is_not_there_is_not_looked_for_on_the_network() -> None:
    with pytest.raises(ModelError, match="no model folder"):
        CrossEncoderReranker("./no-such-folder", offline=False)


def test_a_folder_without_a_model_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        CrossEncoderReranker(str(tmp_path), offline=True)
    assert "safetensors" in caught.value.hint


@pytest.mark.parametrize(("labels", "head"), [(3, True), (1, False)])
def test_a_classifier_or_a_bare_encoder_is_no_cross_encoder(tmp_path: Path, labels: int, head: bool) -> None:
    model = save_cross_encoder(tmp_path / "model", labels=labels, head=head)
    with pytest.raises(ModelError, match="no cross-encoder with one label"):
        CrossEncoderReranker(str(model), offline=True)


def test_naming_it_loads_no_library() -> None:
    code = "import sys, ragkit.retrieve.crossencoder; print([n for n in ('torch', 'transformers') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
