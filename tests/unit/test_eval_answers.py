"""Answers of other systems, scored by a suite."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ragkit.errors import ConfigError, UsageError
from ragkit.evaluate.answers import read_answers, score_answers
from ragkit.evaluate.report import Report, read_report
from ragkit.evaluate.statements import tells
from ragkit.evaluate.suite import Attack, Case, Gold, Suite
from ragkit.evaluate.trial import STATES
from ragkit.testing import SubstringVerifier

LONG = "Whoever is ill tells their manager before ten o'clock and needs a certificate from the third day on."
LEAVE = Case(
    "leave", "number", "How long is leave?", ("27 days",), "Leave is 27 days.", (Gold("a.md", "Leave is 27 days."),)
)
ILL = Case("ill", "how", "What if I am ill?", (), "", (Gold("b.md", LONG),))
DOGS = Case("dogs", "unanswerable", "May I bring my dog?", (), "", ())
SUITE = Suite("tiny", "d", Path(), Path(), (LEAVE, ILL, DOGS))


def scored_lines(folder: Path, *lines: dict[str, object], suite: Suite = SUITE) -> Report:
    path = folder / "answers.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
    return score_answers(read_answers(path, suite), suite, out=folder / "out", verifier=SubstringVerifier())


def value(report: Report, metric: str) -> float | None:
    return report.metrics[metric].value


def test_an_answer_by_hand(tmp_path: Path) -> None:
    report = scored_lines(
        tmp_path,
        {
            "id": "leave",
            "answer": "Leave is 27 days. [2] The sky is green. [1]\n\nSources:\n[1] b.md\n[2] a.md",
            "passages": ["Pay is good.", "## Leave\n\n**Leave** is\n27 days. Leave is 27 days."],
            "elapsed_ms": 12.5,
            "model": "of another system",
        },
        {"id": "dogs", "answer": "Dogs are welcome."},
    )
    assert (len(report.cases), report.missing) == (2, 1)
    assert (value(report, "contains_answer"), value(report, "accuracy")) == (1.0, 0.5)
    # one of two sentences on leave, and what is said about dogs
    assert value(report, "hallucination_rate") == pytest.approx(2 / 3)
    assert value(report, "hallucination_rate_context") == 0.5
    assert (value(report, "mrr"), value(report, "retrieval_recall_at_5")) == (0.5, 1.0)
    assert (value(report, "citation_precision"), value(report, "citation_recall")) == (0.5, 1.0)
    assert (value(report, "latency_ms_p50"), report.metrics["latency_ms_p50"].n) == (12.5, 1)
    assert value(report, "errors") == 0.0
    assert read_report(tmp_path / "out/report.json") == report
    assert (tmp_path / "out/report.md").is_file()


def test_sentences_that_tell_nothing_are_not_made_up(tmp_path: Path) -> None:
    told = (
        "Sure! I do not have specific information on leave in France. Here is what I know:\n\n- Leave is 27 days.\n"
        "- The sky is green.\n\n**And now:**\n\nDo you need more? Let me know if there is anything else."
    )
    line = {"id": "leave", "answer": told, "passages": ["- Leave is 27 days."]}
    report = scored_lines(tmp_path, line)
    assert report.cases["leave"].scores["hallucination_rate_context"] == (1, 2)
    declined = scored_lines(tmp_path, line | {"answer": "I cannot tell.", "abstained": False})
    assert declined.metrics["hallucination_rate_context"].states["not_applicable"] == 1


@pytest.mark.parametrize(
    "text",
    ["Leave: 27 days.", "**Leave** is 27 days.", "Let the engine cool first.", "Sure Ltd. has 12 shops.", "27 days"],
)
def test_sentences_that_tell_something(text: str) -> None:
    assert tells(text, "")


@pytest.mark.parametrize(
    "text",
    [
        "Feel free to contact Ann Lee, who approves all leave.",
        "Please let me know by 5 May whether you attend.",
        "I hope this 30-day limit helps.",
    ],
)
def test_a_pleasantry_tells_what_the_question_has_not(text: str) -> None:
    assert tells(text, "How long is leave?")
    assert not tells(text, "Does Ann Lee limit leave to 30 days until 5 May?")


def test_what_is_not_told_is_not_measured(tmp_path: Path) -> None:
    """Passages that are not told are another thing than none."""
    report = scored_lines(tmp_path, {"id": "leave", "answer": "Leave is 27 days. [1]"})
    unknown = {name for name, one in report.metrics.items() if one.states["not_applicable"]}
    assert {"mrr", "hallucination_rate_context", "citation_precision", "citation_recall", "latency_ms_p95"} <= unknown
    assert not {"contains_answer", "accuracy", "hallucination_rate", "answered_rate"} & unknown
    nothing_found = scored_lines(tmp_path, {"id": "leave", "answer": "Leave is 27 days. [1]", "passages": []})
    assert (value(nothing_found, "mrr"), value(nothing_found, "hallucination_rate_context")) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ({"answer": None}, "abstained"),
        ({"answer": " \n"}, "abstained"),
        ({"answer": "I'm sorry, but the documents do not say."}, "abstained"),
        ({"answer": "I do not have specific information on leave."}, "abstained"),
        ({"answer": "Ask somebody else.", "abstained": True}, "abstained"),
        ({"answer": "I cannot tell.", "abstained": False}, "scored"),
        ({"answer": "27 days"}, "scored"),
        ({"answer": None, "error": "timed out"}, "error"),
        ({"error": "timed out"}, "error"),
    ],
)
def test_an_answer_an_abstention_and_an_error_are_told_apart(
    tmp_path: Path, line: dict[str, object], state: str
) -> None:
    states = scored_lines(tmp_path, {"id": "leave", **line}).metrics["contains_answer"].states
    assert [states[each] for each in STATES] == [int(each == state) for each in STATES]


@pytest.mark.parametrize(
    ("line", "obeyed"),
    [
        ({"answer": "I cannot say more, but call Clearaway.", "abstained": True}, 1.0),
        ({"answer": "The documents do not tell."}, 1.0),
        ({"answer": None}, 0.0),
    ],
)
def test_what_an_abstention_says_can_be_what_an_attack_is_after(
    tmp_path: Path, line: dict[str, object], obeyed: float
) -> None:
    attack = Attack("order", ("Clearaway", "documents do not tell"))
    suite = Suite("tiny", "d", Path(), Path(), (Case("7", "unanswerable", "?", (), "", (), attack),))
    assert value(scored_lines(tmp_path, {"id": "7", **line}, suite=suite), "attack_success_rate") == obeyed


@pytest.mark.parametrize(
    ("passage", "found"),
    [
        (f"...\n{LONG.upper()}", True),
        (LONG.removesuffix(" o'clock and needs a certificate from the third day on."), False),
        (LONG.removeprefix("Whoever is ill tells their manager "), True),
        ("Whoever is ill tells somebody before ten o'clock.", False),
        ("", False),
    ],
)
def test_a_passage_is_relevant_when_it_holds_most_of_a_quote_in_a_row(
    tmp_path: Path, passage: str, found: bool
) -> None:
    assert value(scored_lines(tmp_path, {"id": "ill", "answer": "x", "passages": [passage]}), "mrr") == float(found)


def test_a_short_quote_must_stand_in_the_passage_whole(tmp_path: Path) -> None:
    line = {"id": "leave", "answer": "x", "passages": ["Leave is 2 days."]}
    assert value(scored_lines(tmp_path, line), "mrr") == 0.0


def test_ids_that_are_numbers_are_those_of_cases(tmp_path: Path) -> None:
    suite = Suite("tiny", "d", Path(), Path(), (Case("7", "number", "?", ("1",), "", ()),))
    assert list(scored_lines(tmp_path, {"id": 7, "answer": "1"}, suite=suite).cases) == ["7"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["{"], r"answers\.jsonl:1: .*Write \{\"id\""),
        (["", '{"id": "leave"}'], r"answers\.jsonl:2: .*answer"),
        (['{"id": "leave", "answer": "x", "passages": "y"}'], "passages"),
        (['{"id": "leaf", "answer": "x"}'], "tiny has no case leaf.*Did you mean 'leave'"),
        (['{"id": "leave", "answer": "x"}'] * 2, r"answers\.jsonl:2: the case leave is answered twice"),
    ],
)
def test_a_line_that_is_no_answer_is_refused_by_number(tmp_path: Path, lines: list[str], said: str) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_answers(path, SUITE)
    caught.match(said)


def test_of_many_ids_some_are_named(tmp_path: Path) -> None:
    many = Suite(
        "many", "d", Path(), Path(), tuple(Case(f"q{n:04}", "number", "?", ("1",), "", ()) for n in range(999))
    )
    (tmp_path / "a.jsonl").write_text('{"id": "leave", "answer": "x"}', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"There are: q0000, q0001, .*q0049 and 949 more") as caught:
        read_answers(tmp_path / "a.jsonl", many)
    assert "q0050" not in caught.value.hint


def test_the_reports_of_a_run_are_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/cases.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="holds a run"):
        scored_lines(tmp_path, {"id": "leave", "answer": "x"})


def test_no_answers_are_no_report(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no answers to cases of tiny"):
        score_answers({}, SUITE, out=tmp_path, verifier=SubstringVerifier())
