from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit import squad
from ragkit.evaluate import metrics
from ragkit.evaluate.statements import Statement, statements
from ragkit.types import Answer, Claim


@pytest.mark.parametrize(
    ("answer", "accepted", "stands"),
    [
        ("You have 27 days of leave.", "27 days", True),
        ("You have 27 days of leave.", "7 days", False),
        ("It costs £1,200.", "1200", True),
        ("It costs £1,200.", "£1200", True),
        ("It costs €1,200.", "£1200", False),
        ("Firmware 6.2 is current.", "6", False),
        ("Up to +-0.05 % of full scale", "0.05%", True),
        ("The gateway Wader G1", "wader g1", True),
        ("Wader and G1", "Wader G1", False),
        ("anything", "", False),
        ("The loss is -5 %.", "5 %", False),
        ("The loss is \N{MINUS SIGN}5 %.", "-5%", True),
        ("The loss is 5 %.", "-5 %", False),
        ("It is -$5 (-7 in May).", "$5", False),
        ("It is -$5 (-7 in May).", "-7", True),
        ("Wait 3-5 days.", "5 days", True),
        ("Wait 3 -5 days.", "5 days", True),
        ("The PL-50 is new.", "PL 50", True),
        ("- 5 days", "5 days", True),
        ("Use C here.", "C++", False),
        ("Use C++ here", "C#", False),
        ("Use C++ here", "C", False),
        ("Use C++17.", "c++", True),
        ("An A+, or F#.", "F#", True),
        ("Press Ctrl+C.", "ctrl C", True),
        ("A cafe\u0301.", "café", True),
        ("年假是27天。", "27天", True),
        ("年假是27天。", "7天", False),
        ("年假是27天。", "年是", False),
        ("ลาได้ 27 วัน", "ได้ 27", True),
        ("３０ days", "30 days", True),
        ("Join them with `=>`.", "=>", True),
        ("Join them with `->`.", "=>", False),
        ("It is 👍🏽 now.", " 👍🏽 ", True),
        ("Nothing.", " ", False),
    ],
)
def test_contains_looks_for_whole_words(answer: str, accepted: str, stands: bool) -> None:
    assert metrics.contains(answer, [accepted]) is stands


def test_rouge_l_by_hand() -> None:
    # longest common subsequence: police the gunman (3); 4 words each
    assert metrics.rouge_l("police killed the gunman", "police kill the gunman") == pytest.approx(3 / 4)
    # "the gunman" (2) against 4 and 4 words
    assert metrics.rouge_l("the gunman kill police", "police kill the gunman") == pytest.approx(2 / 4)
    assert metrics.rouge_l("one two three", "one three") == pytest.approx(4 / 5)
    assert metrics.rouge_l("", "one") == 0.0


texts = st.text("ab 1.", max_size=15)


@given(texts, texts)
def test_text_measures_are_bounded_symmetric_and_full_on_themselves(one: str, other: str) -> None:
    assert 0.0 <= metrics.rouge_l(one, other) == metrics.rouge_l(other, one) <= 1.0
    assert 0.0 <= squad.token_f1(one, [other]) == squad.token_f1(other, [one]) <= 1.0
    assert squad.token_f1(one, [other, one]) == 1.0
    assert metrics.rouge_l(one, one) == float(bool(metrics.words(one)))
    assert not squad.exact_match(one, [other]) or squad.token_f1(one, [other]) == 1.0


def test_ranking_by_hand() -> None:
    ranks = [2, None, 7]
    assert metrics.recall_at(ranks, 5) == pytest.approx(1 / 3)
    assert metrics.recall_at(ranks, 10) == pytest.approx(2 / 3)
    assert metrics.reciprocal_rank(ranks) == 0.5
    assert metrics.reciprocal_rank([None]) == 0.0
    gained = 1 / math.log2(3) + 1 / math.log2(8)
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert metrics.ndcg_at(ranks, 10) == pytest.approx(gained / ideal)
    assert metrics.ndcg_at([11], 10) == 0.0
    assert metrics.ndcg_at([1, 2], 10) == pytest.approx(1.0)
    assert metrics.ndcg_at([1, 1], 10) == 1.0  # one hit that holds both is as good as can be


ranked = st.lists(st.none() | st.integers(1, 30), min_size=1, max_size=5)


@given(ranked, st.integers(1, 20))
def test_ranking_is_bounded_and_recall_grows_with_k(ranks: list[int | None], k: int) -> None:
    assert 0.0 <= metrics.recall_at(ranks, k) <= metrics.recall_at(ranks, k + 1) <= 1.0
    assert 0.0 <= metrics.ndcg_at(ranks, k) <= 1.0
    assert 0.0 <= metrics.reciprocal_rank(ranks) <= 1.0
    assert (metrics.ndcg_at(ranks, k) == 0.0) == (metrics.recall_at(ranks, k) == 0.0)


def test_statements_are_the_claims_without_markers() -> None:
    claims = (Claim("It has 27. [1][2]", 0, 16, "supported", 1.0, (1, 2)), Claim("[3]", 17, 20, "unchecked", 0.0, ()))
    answer = Answer("1", "?", "It has 27. [1][2] [3]", False, 1.0, claims=claims)
    assert statements(answer) == [Statement("It has 27.", (1, 2))]


def test_without_claims_the_text_is_split() -> None:
    answer = Answer("1", "?", "Leave is 27 days [1]. It starts in April. [2] Ask People.", False, 1.0)
    assert statements(answer) == [
        Statement("Leave is 27 days.", (1,)),
        Statement("It starts in April.", (2,)),
        Statement("Ask People.", ()),
    ]
