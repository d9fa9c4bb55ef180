"""The trained verifier at run time, on weights of the base encoder with random heads."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from ragkit.config import Settings
from ragkit.errors import ModelError
from ragkit.models import bundled
from ragkit.models.verifier import Calibration, VerifierModel
from ragkit.registry import Context, make
from ragkit.verify.grounds import Grounds
from ragkit.verify.overlap import compare
from ragkit.verify.pairing import CLAIM_TOKENS, Pairing
from ragkit.verify.trained import APART, SURE, Finding, TrainedVerifier

PASSAGES = [
    "The gateway has eight channels. It needs 12 W.",
    "Employees in Germany have 30 days of annual leave. " * 30,
    "",
    "短い文 and ünïcode",
]
CALIBRATION = {"support": 1.0, "token": -0.5, "wording": 0.25, "bias": 0.25, "bar": 0.0}


def write_verifier(folder: Path, **changes: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    heads = {
        "support.weight": rng.normal(0, 0.1, (1, 384)),
        "support.bias": np.zeros(1),
        "token.weight": rng.normal(0, 0.1, (1, 384)),
        "token.bias": np.zeros(1),
    }
    save_file({name: value.astype(np.float16) for name, value in heads.items()}, folder / "model.safetensors")
    config = {
        "kind": "verifier",
        "base_sha256": bundled.SHA256,
        "sha256": hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest(),
        "max_tokens": 64,
        "calibration": CALIBRATION,
        **changes,
    }
    (folder / "config.json").write_text(json.dumps(config))
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_verifier(tmp_path_factory.mktemp("verifier"))


@pytest.fixture(scope="module")
def verifier(folder: Path) -> TrainedVerifier:
    return TrainedVerifier(0.5, folder)


def test_it_computes_what_torch_computes(folder: Path) -> None:
    import torch
    from safetensors.torch import load_file
    from transformers import AutoTokenizer, BertModel

    encoder = BertModel.from_pretrained(bundled.folder(), add_pooling_layer=False).eval()
    claim = "The gateway has nine channels."
    inputs = AutoTokenizer.from_pretrained(bundled.folder())(claim, PASSAGES[0], return_tensors="pt")
    heads = {name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()}
    with torch.no_grad():
        hidden = encoder(**inputs)[0][0]
    ids = inputs["input_ids"][0].tolist()
    first = int((inputs["token_type_ids"][0] == 1).nonzero()[0])
    (judged,) = VerifierModel(folder).judge([(ids, first)])
    assert judged.support == pytest.approx(float(hidden[0] @ heads["support.weight"][0]), abs=0.05)
    tokens = (hidden @ heads["token.weight"][0])[1 : first - 1].numpy()
    assert judged.tokens == pytest.approx(tokens, abs=0.05)
    ((pair,),) = Pairing(PASSAGES[:1], Grounds(PASSAGES[:1])).pieces(claim, 64)
    assert (pair.ids, pair.first) == (ids, first)


def test_rows_are_judged_in_their_order_whatever_their_length(folder: Path) -> None:
    model = VerifierModel(folder)
    rows = [([101, 2003, 102, *[2009] * length, 102], 3) for length in (40, 3, 25, 3)]
    together = [judged.support for judged in model.judge(rows)]
    assert together == pytest.approx([model.judge([row])[0].support for row in rows], abs=0.05)
    assert model.judge([]) == []


@settings(deadline=None)
@given(st.text("ab c.1Ä猫\n", max_size=120), st.lists(st.text("ab c.1Ä猫\n", max_size=200), max_size=4))
def test_pieces_cover_the_claim_and_windows_fit(claim: str, passages: list[str]) -> None:
    pieces = list(Pairing(passages, Grounds(passages)).pieces(claim, 48, 3))
    assert len(pieces) >= 1
    offsets = [span for windows in pieces for span in windows[0].offsets]
    assert offsets == bundled.tokenizer().encode(claim, add_special_tokens=False).offsets
    for windows in pieces:
        assert 1 <= len(windows) <= 3
        assert all(pair.ids[pair.first - 1] == pair.ids[-1] == 102 for pair in windows)


def test_evidence_that_names_the_claims_words_comes_first_and_in_order() -> None:
    passages = [
        " ".join(f"Lamp {number} is red." for number in range(20)),
        "Zinc melts at 420 degrees. It is grey.",
        "Nothing. Copper melts later.",
    ]
    pairing = Pairing(passages, Grounds(passages))
    first, second = next(pairing.pieces("Zinc melts before copper.", 40, 2))
    text = bundled.tokenizer().decode(first.ids[first.first :])
    assert text.index("zinc melts") < text.index("copper melts")
    assert text.count("lamp") < 5
    assert len(first.ids) <= 40
    assert len(second.ids) <= 40
    assert first.ids != second.ids


def test_the_tokens_of_another_form_stand_nowhere_in_the_claim(verifier: TrainedVerifier) -> None:
    same, other = verifier.find(["Leave ends on 3 May.", "Leave ends on the third of May."], ["Leave ends on 3 May."])
    assert other.tokens == pytest.approx(same.tokens, abs=1e-5)
    assert other.support == pytest.approx(same.support, abs=1e-5)
    assert other.spans("Leave ends on the third of May.", -100.0) == ()


def test_a_word_is_flagged_only_if_no_window_supports_it() -> None:
    overlap = compare("One two.", Grounds(["x"]))
    from ragkit.models.verifier import Judgement
    from ragkit.verify.pairing import Pair
    from ragkit.verify.trained import _finding

    pair = Pair([101, 1, 2, 102, 3, 102], [(0, 3), (4, 7)])
    seen = iter([Judgement(-1.0, np.array([2.0, 3.0])), Judgement(1.0, np.array([-2.0, 4.0]))])
    finding = _finding([[pair, pair]], seen, overlap)
    assert (finding.support, finding.tokens, finding.worst) == (1.0, (-2.0, 3.0), 3.0)
    assert finding.spans("One two.", 0.0) == ((4, 7),)


def test_neighbouring_words_are_one_span_and_a_word_is_whole() -> None:
    finding = Finding(0.0, (1.0, -1.0, 1.0, 1.0), ((0, 2), (2, 5), (6, 9), (11, 14)), compare("x", Grounds([])))
    assert finding.spans("Abcde fgh; ijk lm", 0.0) == ((0, 14),)
    assert finding.spans("Abcde fgh; ijk lm", 2.0) == ()


def test_the_probability_is_the_logistic_function_of_the_fit() -> None:
    finding = Finding(2.0, (0.5, 1.0), ((0, 1), (1, 2)), compare("x", Grounds([])))
    fit = Calibration(1.0, -2.0, 0.0, 0.0, 0.0)
    assert finding.probability(fit) == pytest.approx(0.5)
    assert finding.probability(Calibration(999.0, 0.0, 0.0, 0.0, 0.0)) == pytest.approx(1)


@pytest.mark.parametrize(
    ("claim", "text", "support", "sure"),
    [
        ("The gate opens at noon.", "At noon the gate opens.", SURE, True),
        ("The gate opens at noon.", "At noon the gate opens.", SURE - 0.1, False),
        ("The gate opens at noon.", "The gate is wide. It opens at noon.", SURE + APART - 0.1, False),
        ("The gate opens at noon.", "The gate is wide. It opens at noon.", SURE + APART, True),
        ("The gate opens before 8.", "The gate opens after 8.", -0.5, True),
        ("The gate does not open at noon.", "At noon the gate opens.", 9.0, False),
    ],
)
def test_having_a_claims_words_supports_nothing_unless_the_model_is_sure(
    claim: str, text: str, support: float, sure: bool
) -> None:
    assert Finding(support, (), (), compare(claim, Grounds([text]))).sure is sure


def test_verbatim_claims_never_load_the_model(tmp_path: Path) -> None:
    bare = write_verifier(tmp_path)
    (bare / "model.safetensors").unlink()
    verifier = TrainedVerifier(0.5, bare)
    (support,) = verifier.verify(["The gateway has eight channels."], PASSAGES)
    assert (support.verdict, support.score) == ("supported", 1.0)
    with pytest.raises(ModelError, match="There is no verifier"):
        verifier.verify(["The gateway has many channels."], PASSAGES)


def test_verbatim_claims_load_nothing_that_reads_wording() -> None:
    script = """
import sys
from ragkit.verify.trained import TrainedVerifier
said = ["The gateway has eight channels."]
assert TrainedVerifier(0.5).verify(said, said)[0].verdict == "supported"
print([name for name in ("lexical", "overlap", "grounds", "pairing") if f"ragkit.verify.{name}" in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("passages", [[], [""], ["", " \n"]])
def test_without_passages_nothing_can_be_checked(verifier: TrainedVerifier, passages: list[str]) -> None:
    (support,) = verifier.verify(["A claim."], passages)
    assert (support.verdict, support.score, support.evidence) == ("unchecked", 0.0, None)


def test_a_thousand_passages_and_identical_ones(verifier: TrainedVerifier) -> None:
    many = [f"Lamp {number} is red. It hangs in room {number % 7}." for number in range(1000)]
    (support,) = verifier.verify(["Lamp 12 hangs in the attic."], many)
    assert 0 <= support.score <= 1
    one, other = (verifier.verify(["The gateway has nine channels."], PASSAGES[:1] * n)[0] for n in (1, 20))
    assert one.verdict == other.verdict


@pytest.mark.parametrize("claim", ["Gateway", "猫は短い文です", "Шлюз работает", "🙂", "", " ", "1 " * 200])
def test_odd_claims_have_scores_and_spans_within_them(verifier: TrainedVerifier, claim: str) -> None:
    (support,) = verifier.verify([claim], PASSAGES)
    assert 0 <= support.score <= 1
    assert all(0 <= start < end <= len(claim) for start, end in support.unsupported_spans)


def test_a_claim_of_3000_words_is_read_in_pieces(verifier: TrainedVerifier) -> None:
    claim = " ".join(f"word{number % 90}" for number in range(3000))
    (finding,) = verifier.find([claim], PASSAGES)
    assert len(finding.tokens) == len(finding.offsets) > 3000 > CLAIM_TOKENS
    (support,) = verifier.verify([claim], PASSAGES)
    assert support.verdict != "supported"
    assert support.unsupported_spans


def test_supported_claims_have_evidence_and_others_have_not(verifier: TrainedVerifier) -> None:
    claims = ["The gateway has got eight channels.", "It has 99 channels.", "Cats sleep."]
    for support in verifier.verify(claims, PASSAGES):
        assert (support.evidence is not None) == (support.verdict == "supported")
        assert support.evidence is None or PASSAGES[support.evidence.passage]


def test_missing_altered_and_foreign_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no verifier"):
        TrainedVerifier(0.5, tmp_path / "none")
    with pytest.raises(ModelError, match="another base"):
        TrainedVerifier(0.5, write_verifier(tmp_path / "foreign", base_sha256="0" * 64))
    with pytest.raises(ModelError, match="it holds a reader"):
        TrainedVerifier(0.5, write_verifier(tmp_path / "reader", kind="reader"))
    with pytest.raises(ModelError, match="not a verifier's"):
        TrainedVerifier(0.5, write_verifier(tmp_path / "odd", calibration={"support": 1.0}))
    for name, change in (("longer", lambda raw: raw + b"x"), ("truncated", lambda raw: raw[:-10])):
        weights = write_verifier(tmp_path / name) / "model.safetensors"
        weights.write_bytes(change(weights.read_bytes()))
        with pytest.raises(ModelError, match="altered") as raised:
            TrainedVerifier(0.5, tmp_path / name).verify(["It has many channels."], PASSAGES)
        assert raised.value.hint


def test_the_registry_makes_it_from_a_folder(folder: Path) -> None:
    def embedder() -> None:
        raise AssertionError("the verifier needs no embedder")

    made = make("verifier", f"trained:{folder}", Context(Settings(), embedder))  # type: ignore[arg-type]
    assert made.name == "trained"
    assert len(made.verify(["It has many channels."], PASSAGES)) == 1
