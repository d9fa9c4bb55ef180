"""The threshold to abstain below for a stated risk."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest

from ragkit.errors import UsageError
from ragkit.evaluate.abstaining import FLOOR, LEVEL, Given, choose, fewest, given, holds, thresholds
from ragkit.evaluate.gold import Place
from ragkit.evaluate.suite import UNANSWERABLE, Case, Gold
from ragkit.types import Answer, Citation

CASES = [Case(f"c{number}", "factual", f"question {number}", ("yes",), "", ()) for number in range(240)]


@pytest.mark.parametrize(
    ("answered", "wrong", "risk", "expected"),
    [(59, 0, 0.05, True), (58, 0, 0.05, False), (93, 1, 0.05, True), (92, 1, 0.05, False), (0, 0, 0.5, False)],
)
def test_the_risk_holds_where_the_exact_binomial_test_says_so(
    answered: int, wrong: int, risk: float, expected: bool
) -> None:
    assert holds(answered, wrong, risk, 0.05) is expected


def test_fewer_answers_than_the_fewest_never_hold() -> None:
    for count, expected in ((fewest(0.1), 1), (fewest(0.1) - 1, 0)):
        assert len(thresholds([Given(0.9, is_right=True)] * count, 0.1)) == expected


def drawn(seed: int, count: int, chance: Callable[[float], float]) -> list[Given]:
    """Answers, each right with a chance that its confidence gives."""
    rng = random.Random(seed)
    return [Given(sure, rng.random() < chance(sure)) for sure in (rng.random() for _ in range(count))]


def test_what_answers_most_of_what_holds_comes_first() -> None:
    found = thresholds(drawn(1, 2000, lambda sure: 0.99 if sure > 0.6 else 0.3), 0.1)
    assert found == sorted(found)
    assert 0.5 < found[0] < 0.7


def test_a_risk_that_is_greater_than_stated_is_seldom_said_to_hold() -> None:
    held = sum(bool(thresholds(drawn(seed, 400, lambda _: 0.85), 0.1)) for seed in range(300))
    assert held <= LEVEL * 300


def asking(at_least: dict[float, Sequence[Given | None]]) -> Callable[[float], Callable[[Case], Given | None]]:
    """What answers the cases as they are listed for the greatest threshold that is no more than the one asked with."""

    def ask(least: float) -> Callable[[Case], Given | None]:
        answers = dict(zip(CASES, at_least[max(each for each in at_least if each <= least)], strict=True))
        return answers.__getitem__

    return ask


SURE, UNSURE = Given(0.9, is_right=True), Given(0.4, is_right=False)


def test_the_figures_are_those_of_asking_with_what_was_chosen() -> None:
    loose: list[Given | None] = [SURE] * 160 + [UNSURE] * 80
    found = choose(asking({FLOOR: loose, 0.9: [SURE] * 160 + [None] * 80}), CASES, 0.1)
    assert (found.abstain_below, found.asked, found.answered, found.wrong.value) == (0.9, 240, 160, 0.0)


def test_a_stricter_threshold_is_taken_where_less_of_an_answer_is_wrong() -> None:
    surest = Given(0.95, is_right=True)
    loose = [surest] * 80 + [SURE] * 80 + [UNSURE] * 80
    half_wrong = [surest] * 80 + [Given(0.9, is_right=False)] * 80 + [None] * 80
    found = choose(asking({FLOOR: loose, 0.9: half_wrong, 0.95: [surest] * 80 + [None] * 160}), CASES, 0.1)
    assert (found.abstain_below, found.answered) == (0.95, 80)


@pytest.mark.parametrize(
    ("answers", "risk", "says"),
    [
        ([SURE] * 240, 0.0, "no share"),
        ([SURE] * 240, 0.001, "needs"),
        ([UNSURE] * 240, 0.1, "240 of 240"),
        ([None] * 240, 0.1, "0 of 0"),
    ],
)
def test_what_cannot_be_told_is_said(answers: Sequence[Given | None], risk: float, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        choose(asking({FLOOR: answers}), CASES, risk)


def answer(text: str = "", start: int = 0) -> Answer:
    cited = Citation(1, "a.md", "", (), start, start + 9, None, None, text)
    return Answer(id="", question="", text=text, abstained=not text, confidence=0.7, citations=(cited,) if text else ())


def test_an_answer_is_right_by_its_words_or_else_by_what_it_cites() -> None:
    told = Case("a", "factual", "q", ("27 days",), "", ())
    quoted = Case("b", "factual", "q", (), "", (Gold("a.md", "Leave is"),))
    untold = Case("c", UNANSWERABLE, "q", (), "", ())
    proof = ((Place("a.md", 0, 9),),)
    assert given(answer(), told, ()) is None
    assert given(answer("It is 27 days. [1]"), told, ()) == Given(0.7, is_right=True)
    assert given(answer("It is 30 days. [1]"), told, ()) == Given(0.7, is_right=False)
    assert given(answer("It is 30 days. [1]"), untold, ()) == Given(0.7, is_right=False)
    assert given(answer("Leave is 27."), quoted, proof) == Given(0.7, is_right=True)
    assert given(answer("Leave is 27.", start=90), quoted, proof) == Given(0.7, is_right=False)
