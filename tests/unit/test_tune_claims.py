from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from ragkit.errors import UsageError
from ragkit.tune.claims import LabelledClaim, hold_out, load, sentences, units, without


def written(folder: Path, rows: list[dict[str, Any]], name: str = "data.jsonl") -> Path:
    path = folder / name
    text = json.dumps(rows) if name.endswith(".json") else "\n".join(map(json.dumps, rows))
    path.write_text(text, encoding="utf-8")
    return path


def marked(claim: LabelledClaim) -> list[str] | None:
    return None if claim.spans is None else [claim.claim[start:end] for start, end in claim.spans]


RESPONSE = "The pump runs. It was made in Oslo. It needs oil."
RAGTRUTH = {
    "source_id": "7",
    "question": "How does the pump run?",
    "context": "passage 1:The pump runs on oil.\n\npassage 2:It is red.",
    "response": RESPONSE,
    "labels": [{"start": 27, "end": 35, "text": " in Oslo."}],
}


def test_ragtruth_has_passages_spans_and_sentences(tmp_path: Path) -> None:
    (claim,) = load(written(tmp_path, [RAGTRUTH]))
    assert claim.passages == ("The pump runs on oil.", "It is red.")
    assert (claim.supported, claim.question) == (False, "How does the pump run?")
    parts = sentences(claim)
    assert [part.claim for part in parts] == ["The pump runs.", "It was made in Oslo.", "It needs oil."]
    assert [part.supported for part in parts] == [True, False, True]
    assert marked(parts[1]) == ["in Oslo."]


def test_ragtruth_with_question_inside_the_context(tmp_path: Path) -> None:
    row = RAGTRUTH | {"context": {"question": "Q?", "passages": "passage 1:One.\npassage 2:Two."}}
    del row["question"]
    (claim,) = load(written(tmp_path, [row]))
    assert (claim.question, claim.passages) == ("Q?", ("One.", "Two."))


def test_wice_with_and_without_words(tmp_path: Path) -> None:
    row: dict[str, Any] = {
        "claim": "She was born in Bergen.",
        "evidence": ["(meta data) TITLE: x", "She was born.", "She sings."],
        "label": "partially_supported",
        "meta": {"claim_title": "She"},
    }
    words = {
        "claim_tokens": ["She", "was", "born", "in", "Bergen", "."],
        "non_supported_spans": [False, False, False, True, True, False],
    }
    plain, tokens = load(written(tmp_path, [row, row | words]))
    assert (plain.supported, plain.spans, plain.passages) == (False, None, ("She was born.\nShe sings.",))
    assert marked(tokens) == ["in Bergen"]


def test_claim_and_evidence_forms(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"claim": "It is so [2].", "references": ["a", "b"], "attribution_label": "attributable", "question": "Q"},
        {"id": "50000002", "claim": "c", "evidence_sentence": "e", "label": "REFUTES"},
        {"id": "5", "claim": "c", "evidence": "e", "gold_label": "SUPPORTS", "label": "SUPPORTS"},
        {"claim": "mine", "passages": ["p"], "supported": False, "spans": [[0, 2]], "group": "g"},
    ]
    attributed, refuted, backed, own = load(written(tmp_path, rows))
    assert (attributed.claim, attributed.supported, attributed.passages) == ("It is so.", True, ("a", "b"))
    assert (refuted.supported, backed.supported) == (False, True)
    assert (marked(own), own.source) == (["mi"], f"{tmp_path.name}/g")


def test_the_claims_about_a_document_share_its_passages_and_its_source(tmp_path: Path) -> None:
    row = {
        "title": "Pumps",
        "passages": [{"heading": "a", "text": "One.", "questions": []}, {"heading": "b", "text": "Two."}],
        "claims": [
            {"claim": "It is one.", "kind": "short", "supported": True},
            {"claim": "It is ten.", "kind": "number", "supported": False, "spans": [[6, 9]]},
            {"claim": "It is.", "kind": "scope", "supported": False},
        ],
    }
    right, wrong, widened = load(written(tmp_path, [row]))
    assert {claim.passages for claim in (right, wrong, widened)} == {("Pumps > a\n\nOne.", "Pumps > b\n\nTwo.")}
    assert {claim.source for claim in (right, wrong, widened)} == {f"{tmp_path.name}/Pumps"}
    assert [(claim.supported, claim.spans) for claim in (right, wrong, widened)] == [
        (True, ()),
        (False, ((6, 9),)),
        (False, None),
    ]


def test_edited_summaries_mark_what_was_edited(tmp_path: Path) -> None:
    summedits = {"doc": "d", "summary": "The cat sat there.", "original_summary": "The dog sat there.", "label": 0}
    bump = {
        "article": "a",
        "article_id": 1,
        "reference_summary": "Sales rose by 4 percent.",
        "edited_summary": "Sales rose by 9 percent.",
    }
    defacto = {
        "article": "a",
        "doc_id": 1,
        "candidate": "He won in May.",
        "has_error": True,
        "feedback": {"summary": "He won."},
    }
    (edited,) = load(written(tmp_path, [summedits]))
    right, wrong = load(written(tmp_path, [bump], "bump.json"))
    candidate, corrected = load(written(tmp_path, [defacto]))
    assert marked(edited) == ["cat"]
    assert (right.supported, marked(wrong)) == (True, ["9"])
    assert (marked(candidate), corrected.supported, corrected.claim) == (["in May"], True, "He won.")


def test_word_labels_and_inference_pairs(tmp_path: Path) -> None:
    for suffix, text in {"target": "it\\'s a red car", "label": "0 0 1 1", "source": "A car.", "docid": "9"}.items():
        (tmp_path / f"Model.{suffix}").write_text(text + "\n", encoding="utf-8")
    (claim,) = load(tmp_path / "Model.target")
    assert (claim.claim, marked(claim)) == ("it's a red car", ["red car"])
    with (tmp_path / "nli.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("premise", "hypothesis", "label"), ("P", "H", "neutral")])
    (pair,) = load(tmp_path / "nli.csv")
    assert (pair.claim, pair.passages, pair.supported) == ("H", ("P",), False)


def test_a_byte_order_mark_is_no_part_of_the_data(tmp_path: Path) -> None:
    own = json.dumps({"claim": "c", "passages": ["p"], "supported": True})
    columns = {"M.source": "A car.", "M.label": "0 1", "M.docid": "9", "M.target": "a car"}
    for name, text in {"o.jsonl": own, "n.csv": "premise,hypothesis,label\nP,H,neutral", **columns}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        found = load(tmp_path / name) if Path(name).suffix in {".jsonl", ".csv", ".target"} else []
        (tmp_path / name).write_text(f"\ufeff{text}", encoding="utf-8")
        assert not found or load(tmp_path / name) == found
    (claim,) = load(tmp_path / "M.target")
    assert (claim.claim, marked(claim), claim.passages, claim.source) == (
        "a car",
        ["car"],
        ("A car.",),
        f"{tmp_path.name}/9",
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no labelled claims"),
        ('{"claim": "c", "passages": ["p"]}', "record 1: it has the keys claim, passages"),
        ("{}", "record 1"),
        ("[]", "record 1"),
        ("\nno json", "line 2"),
        ('{"claim": "c", "passages": ["p"], "supported": "maybe"}', "record 1.*neither true nor false"),
        ('{"claim": "c", "passages": "one text", "supported": true}', "record 1.*passages"),
        ('{"claim": null, "passages": ["p"], "supported": true}', "record 1.*claim"),
    ],
)
def test_what_is_no_labelled_claim_is_refused(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "bad.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=says):
        load(tmp_path / "bad.jsonl")


def test_a_byte_order_mark_is_no_part_of_a_table(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("premise,hypothesis,label\nIt is red.,It is.,entailment\n", encoding="utf-8-sig")
    assert load(path)[0].passages == ("It is red.",)


def claim(text: str, source: str, passage: str, spans: tuple[tuple[int, int], ...] | None = ()) -> LabelledClaim:
    return LabelledClaim(text, (passage,), not spans if spans is not None else False, spans, source, "made")


def test_unknown_spans_label_one_sentence_only() -> None:
    assert len(sentences(claim("One wrong sentence.", "s", "p", None))) == 1
    assert sentences(claim("One is wrong. Who knows which?", "s", "p", None)) == []


def test_units_leave_out_what_says_nothing() -> None:
    assert units("Yes.\n\n---\n\nNo.") == [(0, 4), (11, 14)]
    assert units("...") == [(0, 3)]


def test_hold_out_shares_neither_source_nor_passage() -> None:
    claims = [claim(f"claim {n}", f"s{n % 10}", f"passage {n % 10}") for n in range(40)]
    claims.append(claim("odd one", "s-other", "Passage 3!"))
    train, held = hold_out(claims, 0.3, seed=1)
    assert train
    assert held
    assert {c.source for c in train}.isdisjoint(c.source for c in held)
    assert {c.passages[0].lower().strip("!") for c in train}.isdisjoint(c.passages[0].lower().strip("!") for c in held)
    assert hold_out(claims, 0.3, seed=1) == (train, held)


def test_without_compares_normalised_texts() -> None:
    seen = [claim("The answer.", "a", "x")]
    assert without([claim("answer", "b", "y"), claim("other", "c", "z")], seen) == [claim("other", "c", "z")]
