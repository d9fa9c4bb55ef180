from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from ragkit.tune.claims import LabelledClaim
from ragkit.tune.judge import Bars, CountVerifier, fit_bars, judge, measure, report
from ragkit.tune.wording import fit, rows
from ragkit.types import Support
from ragkit.verify.overlap import FEATURES

PASSAGE = "The pump runs on oil. It was built in Bergen in 1990."


def labelled(text: str, spans: tuple[tuple[int, int], ...], source: str) -> LabelledClaim:
    return LabelledClaim(text, (PASSAGE,), not spans, spans, source, "made")


CLAIMS = [
    labelled("The pump runs on oil. It likes cheese.", ((22, 38),), "a"),
    labelled("The pump was built in Bergen.", (), "a"),
    labelled("The pump runs on 95 octane petrol.", ((17, 34),), "b"),
    labelled("It was built in 1990.", (), "c"),
]


class Oracle:
    """Knows which words are wrong, and how sure to be of it."""

    name = "oracle"

    def verify(self, claims: Sequence[str], passages: Sequence[str], question: str = "") -> list[Support]:
        wrong = [("cheese" in claim or "petrol" in claim) for claim in claims]
        return [
            Support("unsupported", 0.0, None, ((0, len(claim)),)) if bad else Support("supported", 1.0)
            for claim, bad in zip(claims, wrong, strict=True)
        ]


def test_count_adds_novel_words_and_three_for_each_number() -> None:
    one, two = CountVerifier().verify(["The pump likes cheese.", "The pump runs on 95 octane petrol."], [PASSAGE])
    assert -math.log(one.score) == pytest.approx(1 + 1)
    # The number is a word as well, as the baseline has it.
    assert -math.log(two.score) == pytest.approx(3 + 3)


def test_an_oracle_has_perfect_figures() -> None:
    judged = judge(Oracle(), CLAIMS)
    bars = fit_bars(judged)
    table = measure(judged, bars)
    for level in ("claim", "sentence"):
        for name in ("AUROC", "best F1", "F1", "balanced accuracy"):
            assert table[f"{level} {name}"].value == 1
    assert table["claim AUROC"].n == 4
    assert table["sentence AUROC"].n == 5
    assert table["sentence calibration error"].value == pytest.approx(0, abs=1e-6)
    assert table["span F1"].value == pytest.approx(2 * 33 / (33 + 50))


def test_f1_at_a_bar_differs_from_the_best_f1() -> None:
    judged = judge(CountVerifier(), CLAIMS)
    table = measure(judged, Bars(claim=5.0, sentence=5.0))
    assert table["claim best F1"].value == 1
    assert table["claim F1"].value == pytest.approx(2 / 3)
    assert table["claim balanced accuracy"].value == 0.75


def test_one_class_has_no_rates_and_a_report_has_a_row_for_each_set() -> None:
    right = judge(Oracle(), CLAIMS[1:2])
    table = measure(right, Bars(1, 1))
    assert set(table) == {"sentence calibration error"}
    text = report({"all": measure(judge(Oracle(), CLAIMS), Bars(1, 1)), "right": table})
    assert text.count("\n") == 3
    assert "| right | 1 | - |" in text


def test_fitted_weights_have_a_sign_and_are_reproducible() -> None:
    supported = [labelled(f"The pump {n} runs on oil.", (), f"s{n}") for n in range(20)]
    wrong = [labelled(f"Purple elephants {n} juggle lamps in Paris.", ((0, 40),), f"w{n}") for n in range(20)]
    features, labels = rows(supported + wrong)
    assert features.shape == (len(labels), len(FEATURES))
    assert labels.sum() == 20
    weights = fit(supported + wrong)
    assert weights[0] < 0 < weights[4]
    assert (weights == fit(supported + wrong)).all()
